//! One quantity token → a number in base units.

use super::{Dimension, Exact, Quantity};
use num_traits::CheckedMul;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// No number at all, or `_` and `.` where they do not belong (E0105).
    Malformed,
    /// More digits than scalec calculates with (E0307).
    TooLarge,
    /// E0302
    UnknownUnit {
        /// The word as written: `mins`.
        word: String,
        /// The whole token with the unit that was probably meant.
        suggestion: Option<String>,
        /// Sure: another spelling of a unit, not a guess.
        sure: bool,
        /// Bits, which are refused.
        bits: bool,
    },
}

/// One unit: what it is called, how many base units, and of what dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    pub name: &'static str,
    /// In base units, over `denominator`.
    pub numerator: i128,
    pub denominator: i128,
    pub dim: Dimension,
    /// One line, for hover and completion.
    pub doc: &'static str,
}

impl Unit {
    /// Whether it can stand behind a `/`: `5MB/s`, `$0.67/M`.
    pub fn divides(&self) -> bool {
        self.dim != Dimension::RATIO
    }
}

const fn unit(name: &'static str, numerator: i128, denominator: i128, dim: Dimension, doc: &'static str) -> Unit {
    Unit { name, numerator, denominator, dim, doc }
}

/// Every unit behind a number; money has its sign in front ([`MONEY`]).
pub const UNITS: &[Unit] = &[
    unit("ns", 1, 1_000_000_000, Dimension::TIME, "Nanoseconds."),
    unit("us", 1, 1_000_000, Dimension::TIME, "Microseconds."),
    unit("ms", 1, 1_000, Dimension::TIME, "Milliseconds."),
    unit("s", 1, 1, Dimension::TIME, "Seconds."),
    unit("m", 60, 1, Dimension::TIME, "Minutes; a million is `M`."),
    unit("h", 3_600, 1, Dimension::TIME, "Hours."),
    unit("d", 86_400, 1, Dimension::TIME, "Days of 24 hours."),
    unit("B", 1, 1, Dimension::DATA, "Bytes."),
    unit("KB", 1_000, 1, Dimension::DATA, "Kilobytes, 10³ bytes."),
    unit("MB", 1_000_000, 1, Dimension::DATA, "Megabytes, 10⁶ bytes."),
    unit("GB", 1_000_000_000, 1, Dimension::DATA, "Gigabytes, 10⁹ bytes."),
    unit("TB", 1_000_000_000_000, 1, Dimension::DATA, "Terabytes, 10¹² bytes."),
    unit("KiB", 1 << 10, 1, Dimension::DATA, "Kibibytes, 1_024 bytes."),
    unit("MiB", 1 << 20, 1, Dimension::DATA, "Mebibytes, 1_024 KiB."),
    unit("GiB", 1 << 30, 1, Dimension::DATA, "Gibibytes, 1_024 MiB."),
    unit("TiB", 1 << 40, 1, Dimension::DATA, "Tebibytes, 1_024 GiB."),
    unit("k", 1_000, 1, Dimension::COUNT, "Thousands of what is counted."),
    unit("M", 1_000_000, 1, Dimension::COUNT, "Millions of what is counted; minutes are `m`."),
    unit("G", 1_000_000_000, 1, Dimension::COUNT, "Thousands of millions of what is counted."),
    unit("%", 1, 100, Dimension::RATIO, "Hundredths of a whole."),
    unit("x", 1, 1, Dimension::RATIO, "Times as much: `2.5x` is 250%."),
];

/// In front of a number: `$0.192`.
pub const MONEY: Unit = unit("$", 1, 1, Dimension::MONEY, "Dollars; stands in front.");

/// Other spellings that leave no doubt.
const SPELLINGS: &[(&str, &str)] = &[
    ("sec", "s"), ("secs", "s"), ("second", "s"), ("seconds", "s"), ("S", "s"),
    ("min", "m"), ("mins", "m"), ("minute", "m"), ("minutes", "m"),
    ("hr", "h"), ("hrs", "h"), ("hour", "h"), ("hours", "h"), ("H", "h"),
    ("day", "d"), ("days", "d"), ("D", "d"),
    ("msec", "ms"), ("msecs", "ms"), ("millis", "ms"), ("millisecond", "ms"), ("milliseconds", "ms"),
    ("usec", "us"), ("micros", "us"), ("microseconds", "us"), ("µs", "us"), ("μs", "us"), ("nanos", "ns"), ("nanoseconds", "ns"),
    ("byte", "B"), ("bytes", "B"), ("kB", "KB"), ("K", "k"), ("mio", "M"), ("million", "M"), ("X", "x"), ("percent", "%"), ("pct", "%"),
    ("kib", "KiB"), ("mib", "MiB"), ("gib", "GiB"), ("tib", "TiB"), ("KIB", "KiB"), ("MIB", "MiB"), ("GIB", "GiB"), ("kiB", "KiB"),
];

/// Bits, with the byte unit that a reader may have meant.
const BITS: &[(&str, &str)] = &[
    ("b", "B"), ("kb", "KB"), ("Kb", "KB"), ("mb", "MB"), ("Mb", "MB"), ("gb", "GB"), ("Gb", "GB"), ("tb", "TB"), ("Tb", "TB"),
    ("Kib", "KiB"), ("Mib", "MiB"), ("Gib", "GiB"), ("bit", "B"), ("bits", "B"), ("kbit", "KB"), ("Kbit", "KB"), ("Mbit", "MB"), ("Gbit", "GB"),
    ("bps", "B/s"), ("kbps", "KB/s"), ("Kbps", "KB/s"), ("Mbps", "MB/s"), ("Gbps", "GB/s"),
];

/// Words that say a rate or name what is counted.
const RATES: &[&str] = &["ps", "rps", "qps", "tps", "eps", "mps"];

/// Reads a token such as `2_000/s`, `$0.192/h`, `1.5h`.
pub fn parse(token: &str) -> Result<Quantity, QuantityError> {
    read(token).map_err(|e| match e {
        Problem::Malformed => QuantityError::Malformed,
        Problem::TooLarge => QuantityError::TooLarge,
        Problem::Unit { word, per } => unknown(token, word, per),
    })
}

enum Problem<'a> {
    Malformed,
    TooLarge,
    /// After the `/` or before it.
    Unit { word: &'a str, per: bool },
}

fn read(token: &str) -> Result<Quantity, Problem<'_>> {
    let (money, rest) = token.strip_prefix(MONEY.name).map_or((false, token), |rest| (true, rest));
    let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '_' || c == '.')).unwrap_or(rest.len());
    let (number, units) = rest.split_at(digits);
    let mut value = number_value(number)?;
    let (unit, per) = match units.split_once('/') {
        Some((unit, per)) => (unit, Some(per)),
        None => (units, None),
    };
    if per.is_some_and(str::is_empty) {
        return Err(Problem::Malformed);
    }
    let mut dim = if money { Dimension::MONEY } else { Dimension::RATIO };
    let mut bare = !money;
    if !unit.is_empty() {
        let found = find(unit).ok_or(Problem::Unit { word: unit, per: false })?;
        if money && found.dim != Dimension::COUNT {
            return Err(Problem::Unit { word: unit, per: false });
        }
        value = times(value, Exact::new(found.numerator, found.denominator))?;
        // `100k` is a bare number, as `100_000` is.
        if found.dim != Dimension::COUNT {
            (dim, bare) = (found.dim, false);
        }
    }
    let mut slack = if bare { (0, 1) } else { (0, 0) };
    if let Some(per) = per {
        let found = find(per).filter(|u| u.divides()).ok_or(Problem::Unit { word: per, per: true })?;
        value = times(value, Exact::new(found.denominator, found.numerator))?;
        let of = found.dim;
        dim = Dimension::of(dim.time - of.time, dim.data - of.data, dim.count - of.count, dim.money - of.money);
        if bare {
            // `2_000/s` is records a second, and may be a bare number a second.
            dim.count += 1;
            slack = (-1, 0);
        }
    }
    Ok(Quantity { value, dim, slack })
}

fn find(word: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|u| u.name == word)
}

fn times<'a>(a: Exact, b: Exact) -> Result<Exact, Problem<'a>> {
    a.checked_mul(&b).ok_or(Problem::TooLarge)
}

fn number_value<'a>(text: &str) -> Result<Exact, Problem<'a>> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let well_formed = |part: &str| {
        !part.is_empty() && !part.starts_with('_') && !part.ends_with('_') && !part.contains("__") && !part.contains('.')
    };
    if !well_formed(whole) || fraction.is_some_and(|f| !well_formed(f)) {
        return Err(Problem::Malformed);
    }
    let (mut numerator, mut denominator) = (0i128, 1i128);
    let digits = whole.bytes().map(|b| (b, false)).chain(fraction.unwrap_or("").bytes().map(|b| (b, true)));
    for (digit, after_point) in digits.filter(|(b, _)| b.is_ascii_digit()) {
        numerator = numerator.checked_mul(10).and_then(|n| n.checked_add(i128::from(digit - b'0'))).ok_or(Problem::TooLarge)?;
        if after_point {
            denominator = denominator.checked_mul(10).ok_or(Problem::TooLarge)?;
        }
    }
    if numerator > 1 << 90 || denominator > 1 << 90 {
        return Err(Problem::TooLarge);
    }
    Ok(Exact::new(numerator, denominator))
}

/// What was probably meant by a unit that does not exist.
fn unknown(token: &str, word: &str, per: bool) -> QuantityError {
    // The word stands at the end of the token, or (a unit before `/`) once before it.
    let at = if per { token.len() - word.len() } else { token.find(word).unwrap_or(token.len()) };
    let with = |unit: &str| format!("{}{}{}", &token[..at], unit, &token[at + word.len()..]);
    let error = |suggestion: Option<String>, sure: bool, bits: bool| {
        // Only what reads as a quantity is worth suggesting.
        let suggestion = suggestion.filter(|s| read(s).is_ok());
        QuantityError::UnknownUnit { word: word.to_owned(), sure: sure && suggestion.is_some(), suggestion, bits }
    };
    if let Some((_, unit)) = BITS.iter().find(|(bits, _)| *bits == word) {
        return error(Some(with(unit)), false, true);
    }
    if let Some((_, unit)) = SPELLINGS.iter().find(|(spelling, _)| *spelling == word) {
        return error(Some(with(unit)), true, false);
    }
    if !per && RATES.contains(&word) {
        return error(Some(with("/s")), true, false);
    }
    let distance = |unit: &str| {
        let (a, b) = (word.to_lowercase(), unit.to_lowercase());
        if a == b { 0 } else { strsim::osa_distance(&a, &b) }
    };
    let nearest = UNITS
        .iter()
        .filter(|u| !per || u.divides())
        .map(|u| (distance(u.name), u.name))
        .min_by_key(|(d, _)| *d)
        .filter(|(d, unit)| *d * 2 <= unit.len().max(word.chars().count()) && *d <= 2);
    error(nearest.map(|(_, unit)| with(unit)), false, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(token: &str, value: (i128, i128), dim: Dimension) {
        let q = parse(token).unwrap();
        assert_eq!((q.value, q.dim), (Exact::new(value.0, value.1), dim), "{token}");
    }

    #[track_caller]
    fn suggests(token: &str, expected: &str) {
        match parse(token) {
            Err(QuantityError::UnknownUnit { suggestion, .. }) => assert_eq!(suggestion.as_deref(), Some(expected), "{token}"),
            other => panic!("{token}: {other:?}"),
        }
    }

    #[test]
    fn the_examples_of_the_specification() {
        reads("500", (500, 1), Dimension::RATIO);
        reads("100k", (100_000, 1), Dimension::RATIO);
        reads("1.2G", (1_200_000_000, 1), Dimension::RATIO);
        reads("30m", (1_800, 1), Dimension::TIME);
        reads("1.5h", (5_400, 1), Dimension::TIME);
        reads("512MiB", (512 << 20, 1), Dimension::DATA);
        reads("$12", (12, 1), Dimension::MONEY);
        reads("$0.192", (192, 1_000), Dimension::MONEY);
        reads("80%", (4, 5), Dimension::RATIO);
        reads("2.5x", (5, 2), Dimension::RATIO);
        reads("2_000/s", (2_000, 1), Dimension::RATE);
        reads("1.2G/h", (1_000_000, 3), Dimension::RATE);
        reads("5MB/s", (5_000_000, 1), Dimension::DATA_RATE);
        reads("$0.192/h", (192, 3_600_000), Dimension::MONEY_PER_TIME);
        reads("$0.67/M", (67, 100_000_000), Dimension::MONEY_PER_COUNT);
        reads("1%/h", (1, 360_000), Dimension::of(-1, 0, 0, 0));
    }

    #[test]
    fn other_spellings_lead_to_the_unit() {
        suggests("30mins", "30m");
        suggests("5Mb", "5MB");
        suggests("5Mbps", "5MB/s");
        suggests("2_000rps", "2_000/s");
        suggests("2_000/sec", "2_000/s");
        suggests("10msec", "10ms");
        suggests("$3/hour", "$3/h");
        suggests("4kb", "4KB");
        suggests("3GBs", "3GB");
    }

    #[test]
    fn broken_numbers() {
        for token in ["1__0", "1.2.3", "_1", "1_", "1.", ".5", "", "5/"] {
            assert_eq!(parse(token), Err(QuantityError::Malformed), "{token}");
        }
        assert_eq!(parse(&"9".repeat(60)), Err(QuantityError::TooLarge));
    }

    #[test]
    fn every_short_token_is_read_or_refused_without_a_panic() {
        let pieces = ["", "$", "1", "_", ".", "5", "m", "M", "B", "%", "x", "/", "s", "µ", "€", "Mb"];
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for d in pieces {
                        let _ = parse(&format!("{a}{b}{c}{d}"));
                    }
                }
            }
        }
    }
}
