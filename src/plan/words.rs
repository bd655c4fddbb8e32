//! Predicted figures in words: rounded to what a reader needs, in the units of the language.

use crate::units::{Dimension, Exact, show};

/// Records, whole.
pub fn count(records: f64) -> String {
    show(rounded(records, 1.0), Dimension::COUNT)
}

/// Records a second: whole from 100 on, one place below.
pub fn rate(per_second: f64) -> String {
    show(rounded(per_second, if per_second.abs() < 100.0 { 10.0 } else { 1.0 }), Dimension::RATE)
}

/// Seconds: `45s`, `10m`, `2m 26s`, `1h 28m`.
pub fn time(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    if seconds < 60.0 {
        return show(rounded(seconds, if seconds < 10.0 { 100.0 } else { 10.0 }), Dimension::TIME);
    }
    let whole = seconds.round() as u64;
    let (days, hours, minutes, rest) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60, whole % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "m"), (rest, "s")];
    let first = parts.iter().position(|(n, _)| *n > 0).unwrap_or(3);
    let shown: Vec<String> = parts.iter().skip(first).take(2).filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    shown.join(" ")
}

/// Bytes, three digits.
pub fn bytes(bytes: f64) -> String {
    for (unit, size) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)] {
        if bytes >= size {
            let value = bytes / size;
            let places = if value < 10.0 { 2 } else if value < 100.0 { 1 } else { 0 };
            return format!("{value:.places$}{unit}");
        }
    }
    format!("{bytes:.0}B")
}

/// Dollars, with cents; more places where there are hardly any.
pub fn dollars(amount: f64) -> String {
    match amount.abs() {
        a if a == 0.0 || a >= 0.1 => format!("${amount:.2}"),
        a if a >= 0.001 => format!("${amount:.3}"),
        _ => format!("${amount:.6}"),
    }
}

/// To 1 ÷ `per`.
fn rounded(value: f64, per: f64) -> Exact {
    let scaled = (value * per).round();
    let limit = 1e30;
    Exact::new(scaled.clamp(-limit, limit) as i128, per as i128)
}

/// A moment or length to the millisecond: `0s`, `1h 5m 30s`, `166.667ms`.
pub fn moment(seconds: f64) -> String {
    let milliseconds = (seconds.max(0.0) * 1000.0).round() as u64;
    if milliseconds == 0 && seconds > 0.0 {
        return show(rounded(seconds, 1e9), Dimension::TIME);
    }
    let whole = milliseconds / 1000;
    let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60);
    let rest = Exact::new(i128::from(milliseconds % 60_000), 1000);
    let mut parts: Vec<String> = [(days, "d"), (hours, "h"), (minutes, "m")].iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if rest > Exact::from_integer(0) || parts.is_empty() {
        parts.push(format!("{}s", crate::units::decimal(rest, 3)));
    }
    parts.join(" ")
}
