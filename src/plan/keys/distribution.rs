//! The texts that a generator writes, and how often.

use super::Fields;
use super::pattern;
use crate::plan::{Field, Generator, calendar, vocabulary};
use num_traits::ToPrimitive;
use std::collections::HashMap;

/// Texts told one by one, the most frequent first, and what is left. The shares sum to that of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    pub told: Vec<(String, f64)>,
    /// Share of those too many or too rare to be told.
    pub rest: f64,
    /// Share of those of which nothing is known.
    pub unknown: f64,
}

/// `recent` of `recent` of …
const DEEPEST: u32 = 8;

/// What the generator writes as a key: plain text, at most `most` told one by one.
pub fn of_generator(generator: &Generator, most: usize, fields: &Fields<'_>) -> Distribution {
    Reader { most: most.max(1), fields }.of(generator, Place::Plain, 0)
}

/// Where a text stands: as the key itself, or inside a JSON document that is the key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Plain,
    Json,
}

struct Reader<'r, 'e> {
    most: usize,
    fields: &'r Fields<'e>,
}

impl Distribution {
    pub fn one(text: impl Into<String>) -> Distribution {
        Distribution { told: vec![(text.into(), 1.0)], ..Distribution::default() }
    }
    pub fn many() -> Distribution {
        Distribution { rest: 1.0, ..Distribution::default() }
    }
    pub fn unknown() -> Distribution {
        Distribution { unknown: 1.0, ..Distribution::default() }
    }
    /// All equally often.
    pub fn even(texts: impl ExactSizeIterator<Item = String>) -> Distribution {
        let each = 1.0 / texts.len().max(1) as f64;
        Distribution { told: texts.map(|text| (text, each)).collect(), ..Distribution::default() }
    }
    pub fn scaled(mut self, by: f64) -> Distribution {
        self.told.iter_mut().for_each(|(_, share)| *share *= by);
        Distribution { told: self.told, rest: self.rest * by, unknown: self.unknown * by }
    }
    fn changed(mut self, change: impl Fn(String) -> String) -> Distribution {
        self.told = self.told.into_iter().map(|(text, share)| (change(text), share)).collect();
        self
    }

    /// One of several, each with its share.
    pub fn either(all: impl IntoIterator<Item = (f64, Distribution)>, most: usize) -> Distribution {
        let mut sum = Distribution::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (share, one) in all.into_iter().filter(|(share, _)| *share > 0.0) {
            sum.rest += share * one.rest;
            sum.unknown += share * one.unknown;
            for (text, of) in one.told {
                match places.get(&text).and_then(|at| sum.told.get_mut(*at)) {
                    Some((_, known)) => *known += share * of,
                    None => {
                        places.insert(text.clone(), sum.told.len());
                        sum.told.push((text, share * of));
                    }
                }
            }
        }
        sum.limited(most)
    }

    /// One text behind the other.
    pub fn then(self, next: &Distribution, most: usize) -> Distribution {
        let unknown = self.unknown + next.unknown - self.unknown * next.unknown;
        let (mut a, mut b) = (self.told.len(), next.told.len());
        while a.saturating_mul(b) > most {
            if a >= b { a /= 2 } else { b /= 2 }
        }
        let mut told = Vec::with_capacity(a * b);
        for (left, p) in self.told.iter().take(a) {
            told.extend(next.told.iter().take(b).map(|(right, q)| (format!("{left}{right}"), p * q)));
        }
        let mut all = Distribution { told, rest: 0.0, unknown };
        all = Distribution::either([(1.0, all)], most);
        all.rest = (1.0 - unknown - all.told.iter().map(|(_, share)| share).sum::<f64>()).max(0.0);
        // What rounding leaves is nothing.
        if all.rest < 1e-9 && a == self.told.len() && b == next.told.len() {
            all.rest = 0.0;
        }
        all
    }

    /// The most frequent ones stay told, in the order of their share and then of their text, so that the answer is always the same.
    fn limited(mut self, most: usize) -> Distribution {
        self.told.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        if self.told.len() > most {
            self.rest += self.told.split_off(most).iter().map(|(_, share)| share).sum::<f64>();
        }
        self
    }
}

impl Reader<'_, '_> {
    fn of(&self, generator: &Generator, place: Place, depth: u32) -> Distribution {
        let most = self.most;
        let text = |all: Distribution| if place == Place::Json { all.changed(|t| quoted(&t)) } else { all };
        match generator {
            Generator::Uuid | Generator::Now | Generator::Seq | Generator::Ip | Generator::Email => Distribution::many(),
            Generator::Int { low, high } => self.range(i128::from(*low), i128::from(*high), |n| n.to_string()),
            Generator::Decimal { low, high } => self.range(i128::from(*low), i128::from(*high), hundredths),
            Generator::Timestamp { low, high } => text(self.range(i128::from(*low), i128::from(*high), |n| {
                format!("{}Z", String::from_utf8_lossy(&calendar::second_text(n as i64)))
            })),
            Generator::Date { low, high } => {
                text(self.range(i128::from(*low), i128::from(*high), |n| String::from_utf8_lossy(&calendar::date_text(n as i64)).into_owned()))
            }
            Generator::Float { low, high } if low == high => Distribution::one(format!("{low:?}")),
            Generator::Normal { mean, deviation } | Generator::Lognormal { mean, deviation } if *deviation == 0.0 => Distribution::one(format!("{mean:?}")),
            Generator::Float { .. } | Generator::Normal { .. } | Generator::Lognormal { .. } | Generator::Exponential { .. } => Distribution::many(),
            Generator::Zipf { low, high, exponent } => self.zipf(*low, *high, *exponent),
            Generator::Text { low, high } => text(self.repeated(&letters(), *low, *high)),
            Generator::Pattern(regex) => text(pattern::of(regex, most)),
            Generator::Choice(entries) => {
                let total: f64 = entries.iter().filter_map(|(weight, _)| weight.to_f64()).sum();
                let all = entries.iter().map(|(weight, of)| (weight.to_f64().unwrap_or(0.0) / total, self.of(of, place, depth)));
                Distribution::either(all, most)
            }
            Generator::OneOf(values) => {
                let each = 1.0 / values.len().max(1) as f64;
                Distribution::either(values.iter().map(|of| (each, self.of(of, place, depth))), most)
            }
            Generator::Bool(share) => {
                let share = share.to_f64().unwrap_or(0.5).clamp(0.0, 1.0);
                Distribution::either([(share, Distribution::one("true")), (1.0 - share, Distribution::one("false"))], most)
            }
            Generator::Bytes { high: 0, .. } => text(Distribution::one("")),
            Generator::Bytes { .. } => Distribution::many(),
            Generator::Word => text(Distribution::either([(1.0, Distribution::even(vocabulary::WORDS.iter().map(|w| (*w).to_owned())))], most)),
            Generator::Name => {
                let list = |names: &[&str]| Distribution::even(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>().into_iter());
                text(list(vocabulary::FIRST_NAMES).then(&Distribution::one(" "), most).then(&list(vocabulary::LAST_NAMES), most))
            }
            Generator::FromFile { .. } => Distribution::unknown(),
            // In the long run a value of the last n is as frequent as it is in the field itself.
            Generator::Recent { event, field, .. } => match (self.fields)(event, field).filter(|_| depth < DEEPEST) {
                Some(of) => self.of(of, place, depth + 1),
                None => Distribution::unknown(),
            },
            // Its keys are distinct, which a product of independent draws is not.
            Generator::Map { .. } => Distribution::unknown(),
            Generator::List { low, high, element } => {
                let element = self.of(element, Place::Json, depth);
                let comma = Distribution::one(",").then(&element, most);
                let some = |n: u64| Distribution::one("[").then(&element, most).then(&self.times(&comma, n - 1), most).then(&Distribution::one("]"), most);
                self.by_count(*low, *high, |n| if n == 0 { Distribution::one("[]") } else { some(n) })
            }
            Generator::Record(fields) => self.record(fields, depth),
            Generator::LiteralText(literal) => text(Distribution::one(literal.clone())),
            Generator::LiteralNumber(number) => Distribution::one(number.clone()),
            Generator::LiteralBool(value) => Distribution::one(value.to_string()),
            Generator::Null => Distribution::one("null"),
        }
    }

    /// `{"a":…,"b":…}`
    fn record(&self, fields: &[Field], depth: u32) -> Distribution {
        let mut all = Distribution::one("{");
        for (index, field) in fields.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            all = all.then(&Distribution::one(format!("{comma}{}:", quoted(&field.name))), self.most);
            let null = field.null.to_f64().unwrap_or(0.0);
            let value = Distribution::either([(1.0 - null, self.of(&field.generator, Place::Json, depth)), (null, Distribution::one("null"))], self.most);
            all = all.then(&value, self.most);
        }
        all.then(&Distribution::one("}"), self.most)
    }

    /// Whole numbers, equally often.
    fn range(&self, low: i128, high: i128, show: impl Fn(i128) -> String) -> Distribution {
        let width = (high - low + 1).max(1);
        // Of many that are equally frequent none stands out: telling some of them would say nothing of the others.
        match usize::try_from(width).ok().filter(|width| *width <= self.most) {
            Some(width) => Distribution::even((0..width).map(|at| show(low + at as i128))),
            None => Distribution::many(),
        }
    }

    /// Rank r has the weight r^−s.
    fn zipf(&self, low: i64, high: i64, exponent: f64) -> Distribution {
        let width = (i128::from(high) - i128::from(low) + 1).max(1);
        let total = harmonic(width as f64, exponent);
        let told: Vec<(String, f64)> = (0..width.min(self.most as i128)).map(|at| ((i128::from(low) + at).to_string(), (at as f64 + 1.0).powf(-exponent) / total)).collect();
        let rest = if width > self.most as i128 { (1.0 - told.iter().map(|(_, share)| share).sum::<f64>()).max(0.0) } else { 0.0 };
        Distribution { told, rest, unknown: 0.0 }
    }

    /// So many of them, one behind the other, every count equally often.
    fn repeated(&self, of: &Distribution, low: u64, high: u64) -> Distribution {
        self.by_count(low, high, |n| self.times(of, n))
    }

    fn by_count(&self, low: u64, high: u64, of: impl Fn(u64) -> Distribution) -> Distribution {
        pattern::by_count(low, high, self.most, of)
    }

    fn times(&self, of: &Distribution, n: u64) -> Distribution {
        pattern::times(of, n, self.most)
    }
}

/// One character of `text(…)`.
fn letters() -> Distribution {
    Distribution::either(vocabulary::LETTERS.chars().map(|c| (1.0 / vocabulary::LETTERS.len() as f64, Distribution::one(c.to_string()))), usize::MAX)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn hundredths(value: i128) -> String {
    let size = value.unsigned_abs();
    format!("{}{}.{:02}", if value < 0 { "-" } else { "" }, size / 100, size % 100)
}

/// The sum of r^−s for r from 1 to n: one by one at first, then by the integral from middle to middle with the first two terms of Euler and Maclaurin
/// (off by less than 10⁻¹²).
fn harmonic(n: f64, s: f64) -> f64 {
    const ONE_BY_ONE: f64 = 64.0;
    let head: f64 = (1..=n.min(ONE_BY_ONE) as u32).map(|r| f64::from(r).powf(-s)).sum();
    if n <= ONE_BY_ONE {
        return head;
    }
    let first = |x: f64| -s * x.powf(-s - 1.0);
    let third = |x: f64| -s * (s + 1.0) * (s + 2.0) * x.powf(-s - 3.0);
    let (from, to) = (ONE_BY_ONE + 0.5, n + 0.5);
    // As a difference of powers it would lose its digits near 1.
    let power = (1.0 - s) * (to / from).ln();
    let integral = if power == 0.0 { (to / from).ln() } else { from.powf(1.0 - s) * power.exp_m1() / (1.0 - s) };
    head + integral - (first(to) - first(from)) / 24.0 + (third(to) - third(from)) * 7.0 / 5760.0
}

#[cfg(test)]
mod tests {
    use super::harmonic;

    #[test]
    fn harmonic_numbers_are_their_sums() {
        for s in [0.01, 0.5, 0.99, 1.0 - 1e-8, 1.0, 1.0 + 1e-9, 1.0 + 1e-7, 1.1, 2.0, 5.0, 20.0] {
            for n in [1u32, 63, 64, 65, 100, 1_000, 200_000] {
                let sum: f64 = (1..=n).rev().map(|r| f64::from(r).powf(-s)).sum();
                assert!((harmonic(f64::from(n), s) / sum - 1.0).abs() < 1e-12, "{n} {s}: {} {sum}", harmonic(f64::from(n), s));
            }
        }
    }
}
