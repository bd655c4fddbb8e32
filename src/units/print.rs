//! Numbers as people write them: `4_000/s`, `35m`, `$0.67/M`.

use super::{Dimension, Exact, Quantity, UNITS, Unit};
use num_traits::{CheckedMul, Signed, ToPrimitive, Zero};

/// A value in base units, in the unit that reads best, as it could stand in a file (rounded to what a reader needs).
pub fn show(value: Exact, dim: Dimension) -> String {
    if value.is_negative() {
        return format!("-{}", show(-value, dim));
    }
    let per_time = Dimension { time: 0, ..dim };
    match dim {
        Dimension::RATIO => ratio(value),
        Dimension::COUNT => count(value),
        Dimension::TIME => time(value),
        Dimension::DATA => data(value),
        Dimension::MONEY => format!("${}", money(value)),
        Dimension::MONEY_PER_COUNT => format!("${}/M", money(scaled(value, 1_000_000, 1))),
        Dimension::MONEY_PER_TIME => format!("${}/h", money(scaled(value, 3_600, 1))),
        Dimension::DATA_RATE => format!("{}/s", data(value)),
        Dimension::RATE => per(value, count),
        _ if dim.time == -1 && per_time == Dimension::RATIO => per(value, ratio),
        _ => format!("{} ({})", decimal(value, 3), dimension_name(dim)),
    }
}

/// A quantity as [`show`] does; a bare number without a unit.
pub fn show_quantity(q: &Quantity) -> String {
    if q.is_bare() { show(q.value, Dimension::COUNT) } else { show(q.value, q.dim) }
}

/// A dimension in words, as in "`usual` is a rate".
pub fn dimension_name(dim: Dimension) -> String {
    let name = match dim {
        Dimension::RATIO => "a plain number",
        Dimension::COUNT => "a count",
        Dimension::TIME => "a time",
        Dimension::DATA => "a size",
        Dimension::MONEY => "an amount of money",
        Dimension::RATE => "a rate",
        Dimension::DATA_RATE => "a data rate",
        Dimension::MONEY_PER_TIME => "money per time",
        Dimension::MONEY_PER_COUNT => "money per record",
        Dimension { time: -1, data: 0, count: 0, money: 0 } => "a ratio per time",
        Dimension { time: 0, data: 1, count: -1, money: 0 } => "a size per record",
        Dimension { time: 0, data: -1, count: 0, money: 1 } => "money per size",
        _ => return formula(dim),
    };
    name.to_owned()
}

/// A dimension in a word, for machines and tables: `rate`, `data rate`; those without one as [`dimension_name`] shows them.
pub fn dimension_word(dim: Dimension) -> String {
    let word = match dim {
        Dimension::RATIO => "ratio",
        Dimension::COUNT => "count",
        Dimension::TIME => "time",
        Dimension::DATA => "data",
        Dimension::MONEY => "money",
        Dimension::RATE => "rate",
        Dimension::DATA_RATE => "data rate",
        Dimension::MONEY_PER_TIME => "money per time",
        Dimension::MONEY_PER_COUNT => "money per count",
        _ => return dimension_name(dim),
    };
    word.to_owned()
}

/// `time²·count/data`
fn formula(dim: Dimension) -> String {
    let parts = [("time", dim.time), ("data", dim.data), ("count", dim.count), ("money", dim.money)];
    let (above, below) = (side(&parts, 1), side(&parts, -1));
    let above = if above.is_empty() { "1".to_owned() } else { above.join("·") };
    if below.is_empty() { above } else { format!("{above}/{}", below.join("/")) }
}

/// Whether there is a word for a dimension.
pub fn has_name(dim: Dimension) -> bool {
    dimension_name(dim) != formula(dim)
}

/// The base units of a dimension: `$·s per record`, `records per s²`.
pub fn base_units(dim: Dimension) -> String {
    let above = side(&[("$", dim.money), ("B", dim.data), ("records", dim.count), ("s", dim.time)], 1);
    let below = side(&[("B", dim.data), ("record", dim.count), ("s", dim.time), ("$", dim.money)], -1);
    let above = if above.is_empty() { "1".to_owned() } else { above.join("·") };
    if below.is_empty() { above } else { format!("{above} per {}", below.join(" and ")) }
}

/// The parts with exponents of this sign, as powers.
fn side(parts: &[(&str, i8)], sign: i8) -> Vec<String> {
    let of = |(name, e): &(&str, i8)| match e.abs() {
        1 => (*name).to_owned(),
        2 => format!("{name}²"),
        3 => format!("{name}³"),
        n => format!("{name}^{n}"),
    };
    parts.iter().filter(|(_, e)| e.signum() == sign).map(of).collect()
}

fn scaled(value: Exact, numerator: i128, denominator: i128) -> Exact {
    value.checked_mul(&Exact::new(numerator, denominator)).unwrap_or(value)
}

fn ratio(value: Exact) -> String {
    let percent = scaled(value, 100, 1);
    if value > Exact::from_integer(2) { format!("{}x", decimal(value, 2)) } else { format!("{}%", decimal(percent, 3)) }
}

fn count(value: Exact) -> String {
    for (unit, size) in [("G", 1_000_000_000), ("M", 1_000_000)] {
        let short = scaled(value, 1, size);
        // Short only where nothing is lost: 2.7M, but 2_713_209.
        if short >= Exact::from_integer(1) && scaled(short, 1_000, 1).is_integer() {
            return format!("{}{unit}", decimal(short, 3));
        }
    }
    decimal(value, if value < Exact::from_integer(100) { 3 } else { 0 })
}

/// A time that does not come out even is shown in the largest unit that it fills, to three digits.
fn time(value: Exact) -> String {
    if value.is_zero() {
        return "0s".to_owned();
    }
    let units = || largest_first(Dimension::TIME).map(|u| (in_unit(value, u), u.name));
    let one = Exact::from_integer(1);
    let even = units().find(|(v, _)| *v >= one && v.is_integer() && *v < Exact::from_integer(1_000));
    if let Some((v, unit)) = even {
        return format!("{}{unit}", decimal(v, 0));
    }
    let (v, unit) = units().find(|(v, _)| *v >= one).unwrap_or((scaled(value, 1_000_000_000, 1), "ns"));
    format!("{}{unit}", decimal(v, if v < Exact::from_integer(10) { 2 } else { 1 }))
}

fn data(value: Exact) -> String {
    let units = |binary: bool| largest_first(Dimension::DATA).filter(move |u| u.name.ends_with("iB") == binary).map(|u| (in_unit(value, u), u.name));
    let one = Exact::from_integer(1);
    let even = || units(true).find(|(v, _)| v.is_integer() && *v >= one && *v < Exact::from_integer(10_000));
    if !scaled(value, 1, 1_000).is_integer()
        && let Some((v, unit)) = even()
    {
        return format!("{}{unit}", decimal(v, 0));
    }
    let (v, unit) = units(false).find(|(v, _)| *v >= one).unwrap_or((value, "B"));
    format!("{}{unit}", decimal(v, if v < Exact::from_integer(100) { 2 } else { 1 }))
}

fn largest_first(dim: Dimension) -> impl Iterator<Item = &'static Unit> {
    UNITS.iter().rev().filter(move |u| u.dim == dim)
}

fn in_unit(value: Exact, unit: &Unit) -> Exact {
    scaled(value, unit.denominator, unit.numerator)
}

fn money(value: Exact) -> String {
    decimal(value, if value < Exact::from_integer(1) { 3 } else { 2 })
}

/// A rate in the longest stretch of time that shows it without a fraction: 18.5/s, but 30/m.
fn per(value: Exact, number: impl Fn(Exact) -> String) -> String {
    let one = Exact::from_integer(1);
    if !value.is_zero() && value < one {
        for (unit, seconds) in [("m", 60), ("h", 3_600), ("d", 86_400)] {
            let v = scaled(value, seconds, 1);
            if v >= one && (scaled(v, 1_000, 1).is_integer() || unit == "d") {
                return format!("{}/{unit}", number(v));
            }
            let percent = scaled(v, 100, 1);
            if percent >= one && percent.is_integer() && percent < Exact::from_integer(100) && number(one).ends_with('%') {
                return format!("{}/{unit}", number(v));
            }
        }
    }
    format!("{}/s", number(value))
}

/// A decimal with at most `places` after the point (rounded half away from zero), its whole part grouped by `_`.
pub fn decimal(value: Exact, places: u32) -> String {
    let scale = 10i128.pow(places.min(9));
    let Some(shifted) = value.checked_mul(&Exact::from_integer(scale)) else {
        return format!("{:.3e}", value.to_f64().unwrap_or(f64::NAN));
    };
    let rounded = shifted.round().to_integer();
    let (whole, fraction) = (rounded.unsigned_abs() / scale.unsigned_abs(), rounded.unsigned_abs() % scale.unsigned_abs());
    let digits = whole.to_string();
    let mut text = String::new();
    if rounded < 0 {
        text.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        // Four digits and more are grouped, as the examples do.
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    if fraction > 0 {
        let width = places.min(9) as usize;
        let tail = format!("{fraction:0width$}");
        text.push('.');
        text.push_str(tail.trim_end_matches('0'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn quantities_print_as_they_are_written() {
        for text in [
            "500", "2_500", "4_000/s", "35m", "30m", "90m", "1d", "36h", "250ms", "5MB/s", "1KiB", "64KiB", "512MiB", "1MB", "200B", "80%", "0.1%", "2.5x", "$0.67/M", "$12",
            "$0.192/h", "1%/h", "0/s", "0s", "1.2M/s", "30/m", "2.7M",
        ] {
            assert_eq!(show_quantity(&parse(text).unwrap()), text);
        }
    }

    #[test]
    fn odd_numbers_are_rounded_to_what_a_reader_needs() {
        assert_eq!(show(Exact::new(1_000_000, 3), Dimension::RATE), "333_333/s");
        assert_eq!(show(Exact::new(254_634, 100), Dimension::TIME), "42.4m");
        assert_eq!(show(Exact::new(37, 2), Dimension::RATE), "18.5/s");
        assert_eq!(show(Exact::from_integer(13_650_000), Dimension::DATA), "13.65MB");
        assert_eq!(dimension_name(Dimension::of(2, 0, 1, 0)), "time²·count");
    }
}
