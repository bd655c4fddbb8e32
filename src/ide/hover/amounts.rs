//! Numbers in other words: what a rate comes to in a day, a time in seconds.

use crate::catalog::{MONEY, UNITS};
use crate::units::{self, Dimension, Exact, Quantity, decimal, dimension_name, honest};
use num_traits::CheckedMul;

/// A quantity as it is written, and the unit that the cursor is on.
pub fn quantity(token: &str, cursor: usize) -> Option<String> {
    let quantity = units::parse(token).ok()?;
    let mut lines = vec![format!("`{token}`: {}", described(&quantity))];
    lines.extend(others(&quantity, token));
    lines.extend(unit_at(token, cursor));
    Some(lines.join("\n\n"))
}

/// "a rate", "a count or a plain number"
pub fn described(quantity: &Quantity) -> String {
    if quantity.is_bare() { "a count or a plain number".to_owned() } else { named(quantity.dim) }
}

/// A dimension by its word; without one by the units that it is counted in.
pub fn named(dim: Dimension) -> String {
    if units::has_name(dim) { dimension_name(dim) } else { units::base_units(dim) }
}

/// The value, its dimension, and the same in other words: "`10_000/s`, a rate · 600_000/m · …".
pub fn value(quantity: &Quantity) -> String {
    let shown = units::honest_quantity(quantity);
    // Where no unit stands behind the number the dimension does.
    if let Some(number) = shown.strip_suffix(&format!(" ({})", dimension_name(quantity.dim))) {
        let name = if units::has_name(quantity.dim) { format!(", {}", dimension_name(quantity.dim)) } else { String::new() };
        return format!("`{number}` {}{name}", units::base_units(quantity.dim));
    }
    match others(quantity, &shown) {
        Some(others) => format!("`{shown}`, {}\n\n{others}", described(quantity)),
        None => format!("`{shown}`, {}", described(quantity)),
    }
}

/// The same amount in other units, where that tells something; `said` is how it is said already.
fn others(quantity: &Quantity, said: &str) -> Option<String> {
    let value = quantity.value;
    if value <= Exact::from_integer(0) {
        return None;
    }
    let times = |n: i128| value.checked_mul(&Exact::from_integer(n));
    let per = |dim: Dimension| {
        let of = move |n: i128, unit: &str| times(n).map(|v| format!("{}/{unit}", honest(v, dim)));
        [of(1, "s"), of(60, "m"), of(3_600, "h"), of(86_400, "d")]
    };
    let number = |v: Exact, unit: &str| Some(format!("{}{unit}", if v.is_integer() { decimal(v, 0) } else { honest(v, Dimension::COUNT) }));
    let found: Vec<Option<String>> = match quantity.dim {
        Dimension::RATE => per(Dimension::COUNT).into(),
        Dimension::DATA_RATE => per(Dimension::DATA).into(),
        Dimension::MONEY_PER_TIME => [(3_600, "h"), (86_400, "d"), (30 * 86_400, "30 days")].map(|(n, unit)| times(n).map(|v| format!("{}/{unit}", honest(v, Dimension::MONEY)))).into(),
        Dimension::TIME => vec![Some(honest(value, Dimension::TIME)), number(value, "s")],
        Dimension::DATA => vec![Some(honest(value, Dimension::DATA)), number(value, "B")],
        Dimension::COUNT | Dimension::RATIO if quantity.is_bare() => vec![number(value, "")],
        Dimension::RATIO => vec![Some(honest(value, Dimension::RATIO)), number(value, "x")],
        _ => Vec::new(),
    };
    let mut shown: Vec<String> = Vec::new();
    for one in found.into_iter().flatten() {
        // `1_000/s` and `1000/s` are said alike.
        if one.replace('_', "") != said.replace('_', "") && !shown.contains(&one) {
            shown.push(one);
        }
    }
    let said = |one: &String| one.strip_prefix('≈').map_or_else(|| format!("= {one}"), |near| format!("≈ {near}"));
    (!shown.is_empty()).then(|| shown.iter().map(said).collect::<Vec<_>>().join(" "))
}

/// The unit under the cursor, in base units.
fn unit_at(token: &str, cursor: usize) -> Option<String> {
    let letters = |c: char| c.is_ascii_alphabetic() || c == '%';
    if token.starts_with(MONEY.name) && cursor == 0 {
        return Some(format!("`{}`: {}", MONEY.name, MONEY.doc));
    }
    let mut from = 0;
    for piece in token.split_inclusive(|c: char| !letters(c)) {
        let word = piece.trim_end_matches(|c: char| !letters(c));
        let place = from..=from + word.len();
        from += piece.len();
        if let Some(unit) = UNITS.iter().find(|u| u.name == word).filter(|_| place.contains(&cursor)) {
            let base = match unit.dim {
                Dimension::TIME => "s",
                Dimension::DATA => "B",
                _ => "",
            };
            let one = decimal(Exact::new(unit.numerator, unit.denominator), 9);
            let same = if one == "1" { String::new() } else { format!(" 1{} = {one}{base}.", unit.name) };
            return Some(format!("`{}`: {}{same}", unit.name, unit.doc));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_told_by_the_day() {
        assert_eq!(quantity("2_000/s", 0).as_deref(), Some("`2_000/s`: a rate\n\n= 120_000/m = 7.2M/h = 172.8M/d"));
        assert_eq!(quantity("90m", 2).as_deref(), Some("`90m`: a time\n\n= 5_400s\n\n`m`: Minutes; a million is `M`. 1m = 60s."));
        assert_eq!(quantity("64KiB", 3).as_deref().map(|t| t.contains("65_536B") && t.contains("1KiB = 1_024B")), Some(true));
        assert_eq!(quantity("5zz", 0), None);
    }

    #[test]
    fn other_words_for_it_are_as_true() {
        assert_eq!(quantity("1_801s", 0).as_deref(), Some("`1_801s`: a time"));
        assert_eq!(quantity("1_048_588B", 0).as_deref(), Some("`1_048_588B`: a size"));
        assert_eq!(quantity("120_001/m", 0).as_deref(), Some("`120_001/m`: a rate\n\n≈ 2_000/s = 7_200_060/h = 172_801_440/d"));
        assert_eq!(quantity("$0.192/h", 1).as_deref(), Some("`$0.192/h`: money per time\n\n= $4.608/d = $138.24/30 days"));
        assert_eq!(quantity("500us", 0).as_deref(), Some("`500us`: a time\n\n= 0.0005s"));
        // Without a word and without a unit of its own.
        let odd = |value, time, data, count, money| super::value(&Quantity::new(value, Dimension { time, data, count, money }));
        assert_eq!(odd(Exact::new(4, 1_000), 1, 0, -1, 1), "`0.004` $·s per record");
        assert_eq!(odd(Exact::new(10, 3), 2, -1, 1, 0), "`≈3.333` records·s² per B");
        assert_eq!(odd(Exact::from_integer(5), -2, 0, 1, 0), "`5` records per s²");
        assert_eq!(odd(Exact::from_integer(5), 0, 0, 2, 0), "`5` records²");
        assert_eq!(odd(Exact::from_integer(5), 0, 1, -1, 0), "`5` B per record, a size per record");
        assert_eq!(odd(Exact::from_integer(5), 1, 0, -1, 0), "`5` s per record");
        assert_eq!(odd(Exact::new(1, 1_000_000), -1, 0, -1, 1), "`0.000001` $ per record and s");
        assert_eq!(odd(Exact::from_integer(5), -1, 0, 1, 0), "`5/s`, a rate\n\n= 300/m = 18_000/h = 432_000/d");
        assert_eq!(value(&Quantity::new(Exact::new(10, 3), Dimension::TIME)), "`≈3.33s`, a time\n\n≈ 3.333s");
    }
}
