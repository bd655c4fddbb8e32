//! Numbers that say no more than is true: exact where that is short, else marked as rounded.

use super::print::{decimal, dimension_name, show};
use super::{Dimension, Exact, Quantity, UNITS, parse};
use num_traits::{CheckedDiv, CheckedMul, CheckedSub, Signed, ToPrimitive};

/// Longer ones are rounded: nobody reads a dozen digits behind a line.
const MOST: usize = 12;

/// As [`show`], but never another number: where that would be rounded the shortest exact form (`1_801s`, `$0.000012`), and where none is short a rounded
/// one with `≈` before it.
pub fn honest(value: Exact, dim: Dimension) -> String {
    exact(value, dim).unwrap_or_else(|| format!("≈{}", rounded(value, dim)))
}

/// A quantity as [`honest`] does; a bare number without a unit.
pub fn honest_quantity(q: &Quantity) -> String {
    honest(q.value, if q.is_bare() { Dimension::COUNT } else { q.dim })
}

/// A value without a loss; `None` where no short text does.
pub fn exact(value: Exact, dim: Dimension) -> Option<String> {
    if value.is_negative() {
        return Some(format!("-{}", exact(-value, dim)?));
    }
    let shown = show(value, dim);
    if read(&shown, dim) == Some(value) {
        return Some(shown);
    }
    let forms = forms(dim);
    // Rates and prices stay in the unit that they are thought in, where it does.
    let tiers = forms.iter().map(|f| f.tier).max().unwrap_or(0);
    (0..=tiers).find_map(|tier| {
        let texts = forms.iter().filter(|f| f.tier == tier).filter_map(|f| f.exact(value));
        // Of texts of one length the one with the fewest places after the point.
        texts.filter(|text| text.len() <= MOST).min_by_key(|text| (text.len(), text.split_once('.').map_or(0, |(_, places)| places.len()))).map(|text| format!("{text}{}", named(dim)))
    })
}

/// Some digits of it, never none.
fn rounded(value: Exact, dim: Dimension) -> String {
    if value.is_negative() {
        return format!("-{}", rounded(-value, dim));
    }
    let shown = show(value, dim);
    let near = |shown: Exact| shown.checked_sub(&value).and_then(|off| off.abs().checked_mul(&Exact::from_integer(1_000))).is_some_and(|off| off <= value);
    if read(&shown, dim).is_some_and(near) {
        return shown;
    }
    let one = Exact::from_integer(1);
    let forms = forms(dim);
    let best = forms.iter().filter(|f| f.of(value).is_some_and(|v| v >= one)).min_by_key(|f| f.of(value)).or_else(|| forms.iter().max_by_key(|f| f.of(value)));
    match best.and_then(|form| Some((form, form.of(value)?))) {
        Some((form, v)) => format!("{}{}{}{}", form.before, digits(v), form.after, named(dim)),
        None => shown,
    }
}

/// Four digits that count, or all before the point.
fn digits(value: Exact) -> String {
    let number = value.to_f64().unwrap_or(0.0);
    let places = 3.0 - number.log10().floor();
    if places > 9.0 { format!("{number:.3e}") } else { decimal(value, places.max(0.0) as u32) }
}

/// What a text says; the dimension in words behind it is none of it.
fn read(text: &str, dim: Dimension) -> Option<Exact> {
    parse(text.strip_suffix(&named(dim)).unwrap_or(text)).ok().map(|q| q.value)
}

/// Of a dimension without units of its own: which it is.
fn named(dim: Dimension) -> String {
    let bare = [Dimension::RATIO, Dimension::COUNT, Dimension::TIME, Dimension::DATA, Dimension::MONEY, Dimension::MONEY_PER_COUNT];
    let counted = bare.contains(&dim) || dim.time == -1 && bare.contains(&Dimension { time: 0, ..dim }) && dim != Dimension::of(-1, 0, -1, 1);
    if counted { String::new() } else { format!(" ({})", dimension_name(dim)) }
}

/// One way to write a number: with what before and behind it, and how many base units that is.
struct Form {
    before: &'static str,
    after: String,
    unit: Exact,
    /// Those of a lower one are taken first.
    tier: u8,
}

impl Form {
    fn of(&self, value: Exact) -> Option<Exact> {
        value.checked_div(&self.unit)
    }
    fn exact(&self, value: Exact) -> Option<String> {
        const PLACES: u32 = 9;
        let number = self.of(value)?;
        let whole = number.checked_mul(&Exact::from_integer(10i128.pow(PLACES)))?.is_integer();
        whole.then(|| format!("{}{}{}", self.before, decimal(number, PLACES), self.after))
    }
}

/// The ways to write numbers of a dimension, the preferred first.
fn forms(dim: Dimension) -> Vec<Form> {
    let form = |before, after: &str, unit, tier| Form { before, after: after.to_owned(), unit, tier };
    let one = Exact::from_integer(1);
    let of_units = |dim: Dimension| UNITS.iter().rev().filter(move |u| u.dim == dim).map(move |u| form("", u.name, Exact::new(u.numerator, u.denominator), 0));
    match dim {
        Dimension::TIME | Dimension::DATA => of_units(dim).collect(),
        Dimension::COUNT => vec![form("", "", one, 0), form("", "M", Exact::from_integer(1_000_000), 0), form("", "G", Exact::from_integer(1_000_000_000), 0)],
        Dimension::RATIO => vec![form("", "%", Exact::new(1, 100), 0), form("", "x", one, 1)],
        Dimension::MONEY => vec![form("$", "", one, 0)],
        Dimension::MONEY_PER_COUNT => vec![form("$", "/M", Exact::new(1, 1_000_000), 0)],
        _ if dim.time == -1 && named(dim).is_empty() => {
            let order = if dim == Dimension::MONEY_PER_TIME { ["h", "s", "m", "d"] } else { ["s", "m", "h", "d"] };
            let per = order.into_iter().zip(0u8..).filter_map(|(name, tier)| UNITS.iter().find(|u| u.name == name).map(|u| (u, tier)));
            let per = per.flat_map(|(unit, tier)| {
                let over = Exact::new(unit.denominator, unit.numerator);
                forms(Dimension { time: 0, ..dim }).into_iter().map(move |f| Form { after: format!("{}/{}", f.after, unit.name), unit: f.unit * over, tier, ..f })
            });
            per.collect()
        }
        _ => vec![form("", "", one, 0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{add, divide, multiply, subtract};

    fn q(text: &str) -> Quantity {
        parse(text).unwrap()
    }

    fn said(q: Quantity) -> String {
        honest_quantity(&q)
    }

    #[test]
    fn what_is_exact_is_said_as_ever() {
        for text in [
            "500", "2_500", "4_000/s", "35m", "90m", "1d", "36h", "250ms", "5MB/s", "1KiB", "64KiB", "512MiB", "200B", "80%", "0.1%", "2.5x", "$0.67/M", "$12", "$0.192/h", "1%/h",
            "0/s", "0s", "0", "1.2M/s", "30/m", "2.7M", "10_000/s",
        ] {
            assert_eq!(said(q(text)), text);
        }
        assert_eq!(said(q("1.5GiB")), show(q("1.5GiB").value, Dimension::DATA));
        assert_eq!(honest(-q("5m").value, Dimension::TIME), "-5m");
    }

    #[test]
    fn what_would_be_rounded_is_said_in_the_shortest_form() {
        assert_eq!(said(add(q("30m"), q("1s")).unwrap()), "1_801s");
        assert_eq!(said(add(q("1h"), q("1s")).unwrap()), "3_601s");
        assert_eq!(said(add(q("10s"), q("1ms")).unwrap()), "10.001s");
        assert_eq!(said(divide(q("$12"), q("1M")).unwrap()), "$0.000012");
        assert_eq!(said(divide(q("1"), q("1M")).unwrap()), "0.000001");
        assert_eq!(said(add(q("2_000/s"), q("1/m")).unwrap()), "120_001/m");
        assert_eq!(said(add(q("10_000/s"), q("0.5/s")).unwrap()), "10_000.5/s");
        assert_eq!(said(subtract(q("64KiB"), q("1B")).unwrap()), "65_535B");
        assert_eq!(said(multiply(q("1_048_588B"), q("1")).unwrap()), "1_048_588B");
        assert_eq!(said(q("$0.1234/h")), "$0.1234/h");
        assert_eq!(said(q("2.0001x")), "200.01%");
        assert_eq!(honest(Exact::new(1_000_000, 3), Dimension::RATE), "20M/m");
        assert_eq!(honest(-q("1_801s").value, Dimension::TIME), "-1_801s");
    }

    #[test]
    fn what_has_no_short_form_is_said_to_be_rounded() {
        assert_eq!(honest(Exact::new(10, 3), Dimension::TIME), "≈3.33s");
        assert_eq!(honest(Exact::new(1_000_000, 7), Dimension::RATE), "≈142_857/s");
        assert_eq!(honest(Exact::new(1, 3), Dimension::RATIO), "≈33.333%");
        assert_eq!(honest(Exact::new(1, 3_000_000), Dimension::COUNT), "≈3.333e-7");
        assert_eq!(honest(Exact::new(1, 3_000_000_000_000), Dimension::COUNT), "≈3.333e-13");
        assert_eq!(honest(Exact::new(-1, 3_000_000), Dimension::MONEY), "≈-$3.333e-7");
        assert_eq!(honest(Exact::new(20_011, 7_000_000), Dimension::TIME), "≈2.86ms");
        assert_eq!(honest(Exact::new(1, 3), Dimension::of(0, 1, -1, 0)), "≈0.333 (a size per record)");
        assert_eq!(honest(Exact::new(1, 1_000_000), Dimension::of(0, 1, -1, 0)), "0.000001 (a size per record)");
    }

    /// Whatever is said without `≈` reads as the same number, and nothing else is.
    #[test]
    fn nothing_false_is_said() {
        let dims = [Dimension::RATIO, Dimension::COUNT, Dimension::TIME, Dimension::DATA, Dimension::MONEY, Dimension::RATE, Dimension::DATA_RATE, Dimension::MONEY_PER_TIME, Dimension::MONEY_PER_COUNT];
        for dim in dims {
            for n in [1, 3, 59, 61, 999, 1_001, 3_601, 65_535, 86_401, 1_048_588, 1_234_567_891] {
                for d in [1, 3, 7, 60, 64, 1_000, 3_600, 86_400, 1_000_000, 1_000_000_007] {
                    let value = Exact::new(n, d);
                    let text = honest(value, dim);
                    match text.strip_prefix('≈') {
                        None => assert_eq!(parse(&text).map(|q| q.value), Ok(value), "{text} of {value} {dim:?}"),
                        Some(near) if near.contains('e') => {}
                        Some(near) => {
                            let near = parse(near).unwrap().value;
                            assert!(near != value && (near - value).abs() * 1_000 <= value, "{text} of {value} {dim:?}");
                        }
                    }
                }
            }
        }
    }
}
