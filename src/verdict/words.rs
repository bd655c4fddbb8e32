//! Numbers and expressions in words, for reasons and reports.

use crate::plan::{Across, Arithmetic, Compare, Condition, MathFunction, MetricRef, Statistic, Value, ValueKind, WindowFunction};
use crate::units::Dimension;

const RATIO_PER_TIME: Dimension = Dimension { time: -1, data: 0, count: 0, money: 0 };

/// The word for a unit in the record (`run.json`).
pub fn unit(dim: Dimension) -> String {
    let known = [
        (Dimension::RATIO, "ratio"),
        (Dimension::COUNT, "count"),
        (Dimension::TIME, "seconds"),
        (Dimension::DATA, "bytes"),
        (Dimension::MONEY, "dollars"),
        (Dimension::RATE, "per_second"),
        (Dimension::DATA_RATE, "bytes_per_second"),
        (Dimension::MONEY_PER_TIME, "dollars_per_second"),
        (Dimension::MONEY_PER_COUNT, "dollars_per_record"),
        (RATIO_PER_TIME, "ratio_per_second"),
    ];
    if let Some((_, word)) = known.iter().find(|(d, _)| *d == dim) {
        return (*word).to_string();
    }
    let mut parts = Vec::new();
    for (name, power) in [("dollars", dim.money), ("bytes", dim.data), ("records", dim.count), ("seconds", dim.time)] {
        match power {
            0 => {}
            1 => parts.push(name.to_string()),
            power => parts.push(format!("{name}^{power}")),
        }
    }
    parts.join("*")
}

/// A number of base units as people read it: `312 ms`, `720_000`, `3_000/s`, `0.04%`.
pub fn quantity(value: f64, dim: Dimension) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "unbounded".into() } else { "-unbounded".into() };
    }
    match dim {
        Dimension::TIME => span(value),
        Dimension::RATIO if value.abs() < 10.0 => format!("{}%", number(value * 100.0)),
        Dimension::RATIO | Dimension::COUNT => number(value),
        Dimension::RATE => format!("{}/s", number(value)),
        Dimension::DATA => bytes(value),
        Dimension::DATA_RATE => format!("{}/s", bytes(value)),
        Dimension::MONEY => format!("${}", number(value)),
        Dimension::MONEY_PER_TIME => format!("${}/h", number(value * 3600.0)),
        Dimension::MONEY_PER_COUNT => format!("${}/M", number(value * 1e6)),
        RATIO_PER_TIME => format!("{}%/h", number(value * 360_000.0)),
        other => format!("{} {}", number(value), unit(other)),
    }
}

/// Grouped by `_`, with as many decimals as tell something.
pub fn number(value: f64) -> String {
    let size = value.abs();
    let decimals = if size == size.trunc() || size >= 1000.0 {
        0
    } else if size >= 100.0 {
        1
    } else if size >= 1.0 {
        2
    } else if size >= 0.001 {
        4
    } else {
        return if size == 0.0 { "0".into() } else { format!("{value:.2e}") };
    };
    let mut text = format!("{size:.decimals$}");
    if text.contains('.') {
        text = text.trim_end_matches('0').trim_end_matches('.').to_string();
    }
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

fn bytes(value: f64) -> String {
    let size = value.abs();
    for (limit, unit) in [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB")] {
        if size >= limit {
            return format!("{} {unit}", number(value / limit));
        }
    }
    format!("{} B", number(value))
}

/// A length of time: `83 us`, `312 ms`, `12.5 s`, `2m05s`, `1h02m`.
pub fn span(seconds: f64) -> String {
    let size = seconds.abs();
    let sign = if seconds < 0.0 { "-" } else { "" };
    if size == 0.0 {
        "0 s".into()
    } else if size < 1e-6 {
        format!("{sign}{} ns", number((size * 1e9).round()))
    } else if size < 1e-3 {
        format!("{sign}{} us", three(size * 1e6))
    } else if size < 1.0 {
        format!("{sign}{} ms", three(size * 1e3))
    } else if size < 120.0 {
        format!("{sign}{} s", three(size))
    } else {
        let whole = size.round() as u64;
        let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60);
        match (h, m, s) {
            (0, m, 0) => format!("{sign}{m}m"),
            (0, m, s) => format!("{sign}{m}m{s:02}s"),
            (h, 0, 0) => format!("{sign}{h}h"),
            (h, m, 0) => format!("{sign}{h}h{m:02}m"),
            (h, m, s) => format!("{sign}{h}h{m:02}m{s:02}s"),
        }
    }
}

fn three(size: f64) -> String {
    let text = if size >= 100.0 {
        format!("{size:.0}")
    } else if size >= 10.0 {
        format!("{size:.1}")
    } else {
        format!("{size:.2}")
    };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

/// A moment of the test: `12.3 s`, `2m05s`.
pub fn clock(seconds: f64) -> String {
    if seconds < 120.0 { format!("{seconds:.1} s") } else { span(seconds) }
}

/// `from 12.0 s to 18.0 s`
pub fn stretch((from, to): (f64, f64)) -> String {
    format!("from {} to {}", clock(from), clock(to))
}

/// The dimension of what a comparison compares.
pub fn dimension_of(condition: &Condition) -> Dimension {
    match condition {
        // A bare constant fits a count or a ratio; the measured side says which.
        Condition::Compare { left, right, .. } => if super::evaluate::is_limit(left) { right.dim } else { left.dim },
        Condition::In { value, .. } => value.dim,
        Condition::Not(inner) => dimension_of(inner),
        Condition::And(left, _) | Condition::Or(left, _) => dimension_of(left),
    }
}

pub fn comparison(op: Compare) -> &'static str {
    match op {
        Compare::Less => "<",
        Compare::LessEqual => "<=",
        Compare::Greater => ">",
        Compare::GreaterEqual => ">=",
        Compare::Equal => "==",
        Compare::NotEqual => "!=",
    }
}

/// An expression as it would be written.
pub fn value(value: &Value) -> String {
    match &value.kind {
        ValueKind::Constant(exact) => quantity(super::number(exact), value.dim).replace(' ', ""),
        ValueKind::Metric(m) => metric(m),
        ValueKind::Window { function, of, phases: _ } => format!("{}({})", window_function(*function), self::value(of)),
        ValueKind::Rate(of) => format!("rate({})", self::value(of)),
        ValueKind::Negate(of) => format!("-{}", self::value(of)),
        ValueKind::Arithmetic { op, left, right } => {
            let op = match op {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
            };
            format!("{} {op} {}", operand(left), operand(right))
        }
        ValueKind::Call { function, arguments } => {
            let name = match function {
                MathFunction::Min => "min",
                MathFunction::Max => "max",
                MathFunction::Abs => "abs",
                MathFunction::Ceil => "ceil",
                MathFunction::Floor => "floor",
                MathFunction::Round => "round",
            };
            let arguments: Vec<String> = arguments.iter().map(self::value).collect();
            format!("{name}({})", arguments.join(", "))
        }
    }
}

fn operand(v: &Value) -> String {
    match v.kind {
        ValueKind::Arithmetic { .. } => format!("({})", value(v)),
        _ => value(v),
    }
}

fn window_function(function: WindowFunction) -> &'static str {
    match function {
        WindowFunction::Avg => "avg",
        WindowFunction::Min => "min",
        WindowFunction::Max => "max",
        WindowFunction::Last => "last",
        WindowFunction::Delta => "delta",
        WindowFunction::Trend => "trend",
        WindowFunction::Stability => "stability",
    }
}

fn metric(metric: &MetricRef) -> String {
    let statistic = metric.statistic.map(|s| match s {
        Statistic::P50 => ".p50",
        Statistic::P90 => ".p90",
        Statistic::P95 => ".p95",
        Statistic::P99 => ".p99",
        Statistic::P999 => ".p999",
        Statistic::Mean => ".mean",
        Statistic::Max => ".max",
        Statistic::Count => ".count",
    });
    let across = metric.across.map(|a| match a {
        Across::Min => ".min",
        Across::Max => ".max",
        Across::Avg => ".avg",
        Across::Spread => ".spread",
        Across::Count => ".count",
    });
    format!("{}{}{}", metric.series, across.unwrap_or(""), statistic.unwrap_or(""))
}
