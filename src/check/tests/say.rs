//! Numbers in messages.

use crate::units::{self, Dimension, Exact, honest, show};
use num_traits::{ToPrimitive, Zero};

pub fn rate(value: Exact) -> String {
    honest(value, Dimension::RATE)
}

/// What a load comes to, held against what something takes a second: always by the second, rounded.
pub fn load(value: Exact) -> String {
    show(value, Dimension::RATE)
}

pub fn time(value: Exact) -> String {
    honest(value, Dimension::TIME)
}

/// As it can be written in a file without a loss; `None` for zero and for what does not come out even.
pub fn exact_time(value: Exact) -> Option<String> {
    units::exact(value, Dimension::TIME).filter(|_| !value.is_zero())
}

pub fn count(value: Exact) -> String {
    show(value, Dimension::COUNT)
}

pub fn size(value: Exact) -> String {
    show(value, Dimension::DATA)
}

pub fn data_rate(value: Exact) -> String {
    show(value, Dimension::DATA_RATE)
}

/// A share with at most one decimal.
pub fn percent(value: Exact) -> String {
    let value = value.to_f64().unwrap_or(0.0) * 1000.0;
    let tenths = value.round() / 10.0;
    format!("{tenths}%")
}

/// `1 phase`, `3 phases`.
pub fn many(count: u64, one: &str) -> String {
    if count == 1 { format!("{count} {one}") } else { format!("{count} {one}s") }
}

/// `a`, `a and b`, `a, b and c`; as they are given.
pub fn listed(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., end] => format!("{} {last} {end}", head.join(", ")),
    }
}
