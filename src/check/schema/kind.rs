//! What kind of thing a generator writes.

use crate::plan::Generator;

/// The least that has to be known of a value to encode it.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// From files or other events: not known.
    Unknown,
    Null,
    Bool,
    /// Both ends included.
    Whole(i128, i128),
    Real,
    /// Hundredths, both ends included.
    Hundredths(i64, i64),
    Text,
    Uuid,
    Instant,
    Day,
    /// How many, both ends included.
    Bytes(u64, u64),
    List,
    Map,
    Record,
    /// One of several.
    Either,
}

pub fn of(generator: &Generator) -> Kind {
    match generator {
        Generator::Uuid => Kind::Uuid,
        Generator::Now | Generator::Timestamp { .. } => Kind::Instant,
        Generator::Date { .. } => Kind::Day,
        // As many as a test has records: whatever is meant for a number holds them.
        Generator::Seq => Kind::Whole(0, i128::from(i32::MAX)),
        Generator::Int { low, high } | Generator::Zipf { low, high, .. } => Kind::Whole(i128::from(*low), i128::from(*high)),
        Generator::Float { .. } | Generator::Normal { .. } | Generator::Lognormal { .. } | Generator::Exponential { .. } => Kind::Real,
        Generator::Decimal { low, high } => Kind::Hundredths(*low, *high),
        Generator::Text { .. } | Generator::Pattern(_) | Generator::Ip | Generator::Email | Generator::Name | Generator::Word | Generator::LiteralText(_) => Kind::Text,
        Generator::Choice(_) | Generator::OneOf(_) => Kind::Either,
        Generator::Bool(_) | Generator::LiteralBool(_) => Kind::Bool,
        Generator::Bytes { low, high } => Kind::Bytes(*low, *high),
        Generator::FromFile { .. } | Generator::Recent { .. } => Kind::Unknown,
        Generator::Map { .. } => Kind::Map,
        Generator::List { .. } => Kind::List,
        Generator::Record(_) => Kind::Record,
        Generator::LiteralNumber(number) => match number.parse::<i128>() {
            Ok(whole) => Kind::Whole(whole, whole),
            Err(_) => Kind::Real,
        },
        Generator::Null => Kind::Null,
    }
}

/// The branches of a choice that can come up.
pub fn branches(generator: &Generator) -> Vec<&Generator> {
    match generator {
        Generator::Choice(entries) => entries.iter().filter(|(weight, _)| *weight.numer() > 0).map(|(_, of)| of).collect(),
        Generator::OneOf(values) => values.iter().collect(),
        _ => Vec::new(),
    }
}

/// "is a text", "is a whole number", "is sometimes null".
pub fn is(kind: &Kind) -> &'static str {
    match kind {
        Kind::Unknown => "is not known",
        Kind::Null => "is null",
        Kind::Bool => "is a truth value",
        Kind::Whole(..) => "is a whole number",
        Kind::Real => "is a number with decimals",
        Kind::Hundredths(..) => "is a decimal",
        Kind::Text => "is a text",
        Kind::Uuid => "is a UUID",
        Kind::Instant => "is an instant",
        Kind::Day => "is a day",
        Kind::Bytes(..) => "is bytes",
        Kind::List => "is a list",
        Kind::Map => "is a map",
        Kind::Record => "is a record",
        Kind::Either => "is one of several things",
    }
}

/// A generator that would write such a thing.
pub fn sample(shape: &super::shape::Shape) -> &'static str {
    use super::shape::Shape;
    match shape {
        Shape::Bool => "`bool(50%)`",
        Shape::Whole { .. } => "`int(1..=100)`",
        Shape::Real { .. } => "`float(0..=1)`",
        Shape::Text { .. } => "`pattern(\"[a-z]{8}\")`",
        Shape::Bytes | Shape::Fixed { .. } => "`bytes(16B..=16B)`",
        Shape::Enum { .. } => "`choice { … }` of its words",
        Shape::Decimal { .. } => "`decimal($1..=$100)`",
        Shape::Instant { .. } => "`now()`",
        Shape::Day => "`date(…)`",
        Shape::Uuid => "`uuid()`",
        Shape::List(_) => "`list(1..=5, …)`",
        Shape::Map(..) => "`map(1..=5, word(), …)`",
        Shape::Record { .. } => "a record `{ … }`",
        Shape::Anything | Shape::Null | Shape::Either(_) => "what the schema takes",
    }
}

/// With all its digits, in groups of three.
pub fn number(value: i128) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = if value < 0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// Names that Avro and Protobuf take for a field: letters, digits and `_`.
pub fn plain_name(name: &str) -> bool {
    name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
