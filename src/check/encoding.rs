//! How many bytes a record takes as compact JSON: the least, the most (where that is bounded) and the mean.

use crate::plan::{Field, Generator};
use num_traits::ToPrimitive;
use regex_syntax::hir::{Class, Hir, HirKind};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub least: u64,
    /// `None`: not known (values from files or other events).
    pub most: Option<u64>,
    pub mean: f64,
}

impl Bounds {
    const fn exactly(n: u64) -> Bounds {
        Bounds { least: n, most: Some(n), mean: n as f64 }
    }
    fn between(least: u64, most: u64, mean: f64) -> Bounds {
        Bounds { least, most: Some(most), mean }
    }
    fn plus(self, other: Bounds) -> Bounds {
        Bounds {
            least: self.least.saturating_add(other.least),
            most: self.most.zip(other.most).map(|(a, b)| a.saturating_add(b)),
            mean: self.mean + other.mean,
        }
    }
    /// Either of several, by weight (weights sum to 1).
    fn either(all: impl IntoIterator<Item = (f64, Bounds)>) -> Bounds {
        let mut least = None::<u64>;
        let (mut most, mut mean) = (Some(0), 0.0);
        for (weight, b) in all {
            if weight <= 0.0 {
                continue;
            }
            least = Some(least.map_or(b.least, |l| l.min(b.least)));
            most = most.zip(b.most).map(|(a, c): (u64, u64)| a.max(c));
            mean += weight * b.mean;
        }
        Bounds { least: least.unwrap_or(0), most, mean }
    }
    /// So many of them, with commas between and two brackets around.
    fn times(self, low: u64, high: u64) -> Bounds {
        let commas = |n: u64| n.saturating_sub(1);
        let mean_count = (low as f64 + high as f64) / 2.0;
        let empty = if low == 0 { 1.0 / (high as f64 + 1.0) } else { 0.0 };
        Bounds {
            least: 2u64.saturating_add(low.saturating_mul(self.least)).saturating_add(commas(low)),
            most: self.most.map(|m| 2u64.saturating_add(high.saturating_mul(m)).saturating_add(commas(high))),
            mean: 2.0 + mean_count * self.mean + mean_count - (1.0 - empty),
        }
    }
}

/// An object of these fields.
pub fn of_fields(fields: &[Field]) -> Bounds {
    let commas = (fields.len() as u64).saturating_sub(1);
    fields.iter().fold(Bounds::exactly(2 + commas), |sum, f| sum.plus(of_field(f)))
}

/// `"name":value`
pub fn of_field(field: &Field) -> Bounds {
    let value = of(&field.generator);
    let null = field.null.to_f64().unwrap_or(0.0);
    let value = if null > 0.0 { Bounds::either([(1.0 - null, value), (null, Bounds::exactly(4))]) } else { value };
    Bounds::exactly(quoted(&field.name) + 1).plus(value)
}

fn quoted(text: &str) -> u64 {
    serde_json::Value::from(text).to_string().len() as u64
}

pub fn of(generator: &Generator) -> Bounds {
    match generator {
        Generator::Uuid => Bounds::exactly(38),
        // 2026-11-28T09:30:00.123456Z
        Generator::Now => Bounds::exactly(29),
        Generator::Seq => Bounds::between(1, 20, 7.0),
        Generator::Int { low, high } => integers(*low, *high),
        Generator::Float { low, high } => {
            if low == high {
                Bounds::exactly(float_length(*low))
            } else {
                real(*low, *high)
            }
        }
        // Beyond eight standard deviations lies one value in 10¹⁵.
        Generator::Normal { mean, deviation } => real(mean - 8.0 * deviation, mean + 8.0 * deviation),
        Generator::Lognormal { mean, deviation } => real(0.0, mean + 8.0 * deviation),
        Generator::Exponential { mean } => real(0.0, mean * 35.0),
        // Two decimals, at least one digit before the point.
        Generator::Decimal { low, high } => decimals(*low, *high),
        Generator::Zipf { low, high, exponent } => zipf(*low, *high, *exponent),
        Generator::Text { low, high } => Bounds::between(low.saturating_add(2), high.saturating_add(2), (*low as f64 + *high as f64) / 2.0 + 2.0),
        Generator::Pattern(regex) => match regex_syntax::parse(regex) {
            Ok(hir) => Bounds::exactly(2).plus(pattern(&hir)),
            Err(_) => Bounds::exactly(2),
        },
        Generator::Choice(entries) => Bounds::either(entries.iter().map(|(w, g)| (w.to_f64().unwrap_or(0.0), of(g)))),
        Generator::Bool(share) => {
            let p = share.to_f64().unwrap_or(0.5);
            Bounds::either([(p, Bounds::exactly(4)), (1.0 - p, Bounds::exactly(5))])
        }
        Generator::Bytes { low, high } => {
            let base64 = |n: u64| n.div_ceil(3).saturating_mul(4).saturating_add(2);
            Bounds::between(base64(*low), base64(*high), ((*low as f64 + *high as f64) / 2.0 + 1.0) * 4.0 / 3.0 + 2.0)
        }
        Generator::Ip => Bounds::between(9, 17, 15.0),
        // The lists of names and words that come with scalec: first names of 3 to 7 letters, last names of 3 to 8, words of 4 to 8.
        Generator::Email => Bounds::between(22, 35, 27.7),
        Generator::Name => Bounds::between(9, 18, 12.8),
        Generator::Word => Bounds::between(6, 10, 7.8),
        Generator::OneOf(values) => Bounds::either(values.iter().map(|g| (1.0 / values.len().max(1) as f64, of(g)))),
        Generator::FromFile { .. } | Generator::Recent { .. } => Bounds { least: 1, most: None, mean: 20.0 },
        // 2026-11-28T09:30:00Z
        Generator::Timestamp { .. } => Bounds::exactly(22),
        Generator::Date { .. } => Bounds::exactly(12),
        Generator::Map { low, high, key, value } => {
            // Keys are texts: numbers get quotes.
            let quotes = match key.as_ref() {
                Generator::Int { .. } | Generator::Seq | Generator::Float { .. } | Generator::Decimal { .. } | Generator::Zipf { .. } | Generator::Bool(_) => Bounds::exactly(2),
                Generator::Choice(_) | Generator::OneOf(_) => Bounds::between(0, 2, 0.0),
                _ => Bounds::exactly(0),
            };
            let key = of(key);
            Bounds { least: 2, ..key.plus(quotes).plus(Bounds::exactly(1)).plus(of(value)).times(*low, *high) }
        }
        Generator::List { low, high, element } => of(element).times(*low, *high),
        Generator::Record(fields) => of_fields(fields),
        Generator::LiteralText(text) => Bounds::exactly(quoted(text)),
        Generator::LiteralNumber(number) => Bounds::exactly(number.len() as u64),
        Generator::LiteralBool(value) => Bounds::exactly(if *value { 4 } else { 5 }),
        Generator::Null => Bounds::exactly(4),
    }
}

fn digits(value: i128) -> u64 {
    u64::from(value < 0) + u64::from(value.unsigned_abs().checked_ilog10().unwrap_or(0)) + 1
}

/// Stretches of whole numbers that print with equally many characters, each with its ends.
fn stretches(low: i64, high: i64) -> Vec<(i128, i128, u64)> {
    let (low, high) = (i128::from(low), i128::from(high));
    let mut edges: Vec<i128> = (0..20).map(|e| 10i128.pow(e)).flat_map(|p| [p, 1 - p]).chain([0]).filter(|e| *e > low && *e <= high).collect();
    edges.push(low);
    edges.sort_unstable();
    edges.dedup();
    let ends: Vec<i128> = edges.iter().skip(1).map(|e| e - 1).chain([high]).collect();
    edges.into_iter().zip(ends).filter(|(a, b)| a <= b).map(|(a, b)| (a, b, digits(a))).collect()
}

fn integers(low: i64, high: i64) -> Bounds {
    let total = (i128::from(high) - i128::from(low) + 1).max(1) as f64;
    let all = stretches(low, high);
    let mean = all.iter().map(|(a, b, n)| (b - a + 1) as f64 / total * *n as f64).sum();
    Bounds::between(all.iter().map(|s| s.2).min().unwrap_or(1), all.iter().map(|s| s.2).max().unwrap_or(20), mean)
}

/// Hundredths with a point: `0.05`, `-12.00`.
fn decimals(low: i64, high: i64) -> Bounds {
    let length = |hundredths: i64| u64::from(hundredths < 0) + digits(i128::from(hundredths.unsigned_abs() / 100)) + 3;
    let whole = integers(low / 100, high / 100);
    let (a, b) = (length(low), length(high));
    let least = if low <= 0 && high >= 0 { 4 } else { a.min(b) };
    Bounds::between(least, a.max(b), (whole.mean + 3.0).clamp(least as f64, a.max(b) as f64))
}

/// The chance of rank r is r^−s over the sum; the sum over a stretch by the integral, from half a rank before to half a rank behind.
fn zipf(low: i64, high: i64, exponent: f64) -> Bounds {
    let integral = |x: f64| if (exponent - 1.0).abs() < 1e-9 { x.ln() } else { x.powf(1.0 - exponent) / (1.0 - exponent) };
    let rank = |value: i128| (value - i128::from(low) + 1) as f64;
    let mass = |a: i128, b: i128| (integral(rank(b) + 0.5) - integral(rank(a) - 0.5)).abs();
    let all = stretches(low, high);
    let total: f64 = all.iter().map(|(a, b, _)| mass(*a, *b)).sum();
    let mean: f64 = all.iter().map(|(a, b, n)| mass(*a, *b) / total * *n as f64).sum();
    let plain = integers(low, high);
    Bounds { mean: if mean.is_finite() { mean } else { plain.mean }, ..plain }
}

/// Shortest decimals that read back as the same double: 17 digits at most, a point, and a sign; the few so small that they take an exponent are left out.
fn real(low: f64, high: f64) -> Bounds {
    let largest = low.abs().max(high.abs()).min(1e15);
    let whole = digits(largest as i128);
    // Below 1, zeros behind the point are no digits.
    let most = if largest < 10.0 { 20 } else { 18.max(whole + 2) } + u64::from(low < 0.0);
    let sign = if low < 0.0 { (-low / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
    Bounds::between(1, most, 17.4 + sign)
}

fn float_length(value: f64) -> u64 {
    format!("{value:?}").len() as u64
}

/// How often an unbounded repetition goes beyond its minimum, at most: as `load::payload` draws it.
const MORE: u32 = 8;

fn pattern(hir: &Hir) -> Bounds {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Bounds::exactly(0),
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            Bounds::exactly(quoted(&text).saturating_sub(2))
        }
        HirKind::Class(class) => {
            let (mut least, mut most) = (4u64, 1u64);
            let mut see = |a: char, b: char| {
                // Quotes and backslashes are escaped, control characters take six.
                let escaped = (a <= '"' && b >= '"') || (a <= '\\' && b >= '\\');
                let control = (a as u32) < 0x20 && (b as u32) < 0x20;
                least = least.min(if a == b && escaped { 2 } else { a.len_utf8() as u64 });
                most = most.max(if control { 6 } else { (b.len_utf8() as u64).max(u64::from(escaped) * 2) });
            };
            // Printable characters are drawn where the class has any.
            let ranges: Vec<(char, char)> = match class {
                Class::Unicode(class) => class.ranges().iter().map(|r| (r.start(), r.end())).collect(),
                Class::Bytes(class) => class.ranges().iter().map(|r| (r.start() as char, r.end() as char)).collect(),
            };
            let printable: Vec<(char, char)> = ranges.iter().map(|&(a, b)| (a.max(' '), b.min('~'))).filter(|(a, b)| a <= b).collect();
            for (a, b) in if printable.is_empty() { ranges } else { printable } {
                see(a, b);
            }
            let least = least.min(most);
            Bounds::between(least, most, if most <= 2 { 1.0 } else { (least + most) as f64 / 2.0 })
        }
        HirKind::Repetition(repetition) => {
            let inner = pattern(&repetition.sub);
            let low = u64::from(repetition.min);
            let high = u64::from(repetition.max.unwrap_or(repetition.min.saturating_add(MORE)));
            Bounds {
                least: low.saturating_mul(inner.least),
                most: inner.most.map(|m| high.saturating_mul(m)),
                mean: (low + high) as f64 / 2.0 * inner.mean,
            }
        }
        HirKind::Capture(capture) => pattern(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(pattern).fold(Bounds::exactly(0), Bounds::plus),
        HirKind::Alternation(parts) => Bounds::either(parts.iter().map(|p| (1.0 / parts.len().max(1) as f64, pattern(p)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Exact;

    fn field(name: &str, generator: Generator) -> Field {
        Field { name: name.into(), generator, null: Exact::from_integer(0) }
    }

    #[test]
    fn an_object_of_fixed_fields_is_counted_to_the_byte() {
        let fields = [field("id", Generator::Uuid), field("at", Generator::Now), field("ok", Generator::LiteralBool(true))];
        let text = r#"{"id":"00000000-0000-4000-8000-000000000000","at":"2026-11-28T09:30:00.123456Z","ok":true}"#;
        assert_eq!(of_fields(&fields), Bounds::exactly(text.len() as u64));
    }

    #[test]
    fn numbers_are_as_long_as_their_digits() {
        let b = of(&Generator::Int { low: 1, high: 100 });
        assert_eq!((b.least, b.most), (1, Some(3)));
        assert!((b.mean - 1.92).abs() < 1e-9, "{}", b.mean);
        let b = of(&Generator::Int { low: -10, high: 5 });
        assert_eq!((b.least, b.most), (1, Some(3)));
        assert_eq!(of(&Generator::Decimal { low: 5, high: 1_200 }).least, 4);
    }

    #[test]
    fn zipf_leans_to_short_numbers() {
        let flat = of(&Generator::Int { low: 1, high: 1_000_000 }).mean;
        let steep = of(&Generator::Zipf { low: 1, high: 1_000_000, exponent: 1.5 }).mean;
        assert!(steep < 2.0 && flat > 5.8, "{steep} {flat}");
    }

    #[test]
    fn lists_have_commas_between() {
        let b = of(&Generator::List { low: 1, high: 3, element: Box::new(Generator::LiteralBool(true)) });
        assert_eq!((b.least, b.most, b.mean), (6, Some(16), 11.0));
        let empty = of(&Generator::List { low: 0, high: 1, element: Box::new(Generator::LiteralBool(true)) });
        assert_eq!((empty.least, empty.most, empty.mean), (2, Some(6), 4.0));
    }
}
