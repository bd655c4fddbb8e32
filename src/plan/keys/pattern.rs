//! The texts that match a regular expression, as `load::payload::pattern` draws them.

use super::Distribution;
use regex_syntax::hir::{Class, Hir, HirKind};

/// How often an unbounded repetition goes beyond its minimum, at most: as they are drawn.
const MORE: u32 = 8;

pub fn of(regex: &str, most: usize) -> Distribution {
    match regex_syntax::parse(regex) {
        Ok(hir) => walk(&hir, most),
        Err(_) => Distribution::unknown(),
    }
}

fn walk(hir: &Hir, most: usize) -> Distribution {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Distribution::one(""),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Distribution::one(text),
            Err(_) => Distribution::unknown(),
        },
        HirKind::Class(class) => self::class(class, most),
        HirKind::Repetition(repetition) => {
            let inner = walk(&repetition.sub, most);
            let low = u64::from(repetition.min);
            let high = repetition.max.map_or(low + u64::from(MORE), u64::from);
            by_count(low, high, most, |n| times(&inner, n, most))
        }
        HirKind::Capture(capture) => walk(&capture.sub, most),
        HirKind::Concat(parts) => parts.iter().fold(Distribution::one(""), |all, part| all.then(&walk(part, most), most)),
        HirKind::Alternation(parts) => {
            let each = 1.0 / parts.len().max(1) as f64;
            Distribution::either(parts.iter().map(|part| (each, walk(part, most))), most)
        }
    }
}

fn class(class: &Class, most: usize) -> Distribution {
    let all: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|r| (r.start() as char, r.end() as char)).collect(),
    };
    let printable: Vec<(char, char)> = all.iter().map(|&(a, b)| (a.max(' '), b.min('~'))).filter(|(a, b)| a <= b).collect();
    let ranges = if printable.is_empty() { all } else { printable };
    let width: u64 = ranges.iter().map(|&(a, b)| u64::from(b as u32 - a as u32) + 1).sum();
    if width > most as u64 {
        return Distribution::many();
    }
    let characters: Vec<String> = ranges.iter().flat_map(|&(a, b)| (a..=b).map(String::from)).collect();
    Distribution::even(characters.into_iter())
}

/// Every count from `low` to `high` equally often.
pub fn by_count(low: u64, high: u64, most: usize, of: impl Fn(u64) -> Distribution) -> Distribution {
    /// So many different lengths are looked at; more are many texts, whatever they are made of.
    const COUNTS: u64 = 64;
    let width = high.saturating_sub(low).saturating_add(1);
    if width > COUNTS {
        return Distribution::many();
    }
    Distribution::either((low..=high).map(|n| (1.0 / width as f64, of(n))), most)
}

/// `n` of them, one behind the other.
pub fn times(of: &Distribution, n: u64, most: usize) -> Distribution {
    /// Longer keys are not written out.
    const LONGEST: u64 = 1_024;
    if n > LONGEST {
        return Distribution::unknown();
    }
    let mut all = Distribution::one("");
    for _ in 0..n {
        all = all.then(of, most);
        // What is so rare that all of them together are nothing stays so.
        if all.told.first().is_none_or(|(_, share)| share * (most as f64) < 1e-3) {
            return Distribution { told: Vec::new(), rest: 1.0 - all.unknown, unknown: all.unknown };
        }
    }
    all
}
