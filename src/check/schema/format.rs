//! What a format can hold by itself, where no schema says more: the schema is then made from the fields.

use super::fit::Misfit;
use super::kind::{self, Kind};
use super::place::{At, Path};
use crate::plan::{Field, Generator};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Avro,
    Protobuf,
}

impl Format {
    pub fn named(name: &str) -> Option<Format> {
        match name {
            "avro" => Some(Format::Avro),
            "protobuf" => Some(Format::Protobuf),
            _ => None,
        }
    }
    pub fn words(self) -> &'static str {
        match self {
            Format::Avro => "Avro",
            Format::Protobuf => "Protobuf",
        }
    }
}

pub fn record(fields: &[Field], format: Format) -> Vec<Misfit> {
    let mut found = Vec::new();
    members(fields, format, &Path::default(), &mut found);
    found
}

fn members(fields: &[Field], format: Format, path: &Path, found: &mut Vec<Misfit>) {
    for field in fields {
        let path = path.field(&field.name);
        if !kind::plain_name(&field.name) {
            let better: String = field.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            found.push(Misfit {
                at: At::Name,
                of_kind: false,
                says: format!("is no name for a field of {}: letters, digits and `_`", format.words()),
                here: "no such name".to_owned(),
                there: None,
                help: format!("write `{better}`"),
                near: Some(better),
                path,
            });
            continue;
        }
        value(&field.generator, format, &path, found);
    }
}

/// At most one message for each field.
fn value(generator: &Generator, format: Format, path: &Path, found: &mut Vec<Misfit>) {
    let mut tell = |path: Path, says: String, here: &str, help: &str| {
        found.push(Misfit { path, at: At::Value, of_kind: false, says, here: here.to_owned(), there: None, help: help.to_owned(), near: None });
    };
    match generator {
        Generator::Record(fields) => members(fields, format, path, found),
        Generator::List { element, .. } => match (format, kind::of(element)) {
            (Format::Protobuf, inner @ (Kind::List | Kind::Map)) => tell(
                path.element(),
                format!("is a list of {}, which Protobuf cannot hold: what repeats is a single value or a message", plural(&inner)),
                "inside a list",
                "put it into a record: `list(1..=5, { values = list(…) })`",
            ),
            _ => value(element, format, &path.element(), found),
        },
        Generator::Map { key, value: of, .. } => {
            if let Some(wrong) = bad_key(key, format) {
                let help = match format {
                    Format::Avro => "write texts, such as `pattern(\"[0-9]{6}\")`, or a list of records",
                    Format::Protobuf => "write texts or whole numbers, or a list of records",
                };
                return tell(path.key(), format!("is a map by {wrong}, and keys of {} are {}", format.words(), if format == Format::Avro { "texts" } else { "texts, whole numbers or truth values" }), wrong, help);
            }
            match (format, kind::of(of)) {
                (Format::Protobuf, inner @ (Kind::List | Kind::Map)) => tell(
                    path.value(),
                    format!("is a map of {}, which Protobuf cannot hold", plural(&inner)),
                    "inside a map",
                    "put it into a record: `map(1..=5, word(), { values = list(…) })`",
                ),
                _ => value(of, format, &path.value(), found),
            }
        }
        Generator::Choice(_) | Generator::OneOf(_) => {
            let branches = kind::branches(generator);
            if let Some((a, b)) = clash(&branches, format) {
                let says = match format {
                    Format::Protobuf => format!("is sometimes {a} and sometimes {b}, and a field of Protobuf has one type"),
                    Format::Avro => format!("is sometimes {a} and sometimes {b}, and a union of Avro holds one of each"),
                };
                return tell(path.clone(), says, "of several types", "let all of them be of one type, or make them fields of their own with `null`");
            }
            for (index, branch) in branches.into_iter().enumerate() {
                let before = found.len();
                value(branch, format, &path.branch(index), found);
                if found.len() > before {
                    return;
                }
            }
        }
        _ => {}
    }
}

/// What the keys of a map are, where the format has no such keys.
fn bad_key(key: &Generator, format: Format) -> Option<&'static str> {
    if matches!(key, Generator::Choice(_) | Generator::OneOf(_)) {
        return kind::branches(key).into_iter().find_map(|branch| bad_key(branch, format));
    }
    match (kind::of(key), format) {
        (Kind::Text | Kind::Uuid | Kind::Instant | Kind::Day | Kind::Unknown, _) => None,
        (Kind::Whole(..) | Kind::Bool, Format::Protobuf) => None,
        (Kind::Whole(..), Format::Avro) => Some("whole numbers"),
        (Kind::Bool, Format::Avro) => Some("truth values"),
        (Kind::Real | Kind::Hundredths(..), _) => Some("numbers with decimals"),
        (Kind::Bytes(..), _) => Some("bytes"),
        (Kind::List | Kind::Map | Kind::Record, _) => Some("documents"),
        (Kind::Null | Kind::Either, _) => None,
    }
}

/// Two branches that no single type, or no union, holds.
fn clash(branches: &[&Generator], format: Format) -> Option<(&'static str, &'static str)> {
    let mut flat: Vec<&Generator> = Vec::new();
    for branch in branches {
        match kind::of(branch) {
            Kind::Either => flat.extend(kind::branches(branch)),
            _ => flat.push(branch),
        }
    }
    let types: Vec<&'static str> = flat.iter().filter_map(|g| typed(g)).collect();
    let first = types.first()?;
    match format {
        Format::Protobuf => types.iter().find(|t| *t != first).map(|other| (*first, *other)),
        // A union has each type once; of lists and maps it can hold one, whatever is in it. Elements of several types are a union themselves.
        Format::Avro => {
            let twice = |wanted: &Kind, word: &'static str, plural: &'static str| {
                let inner: Vec<Option<&'static str>> = flat.iter().filter(|g| kind::of(g) == *wanted).map(|g| element(g)).collect();
                let head = inner.iter().flatten().next()?;
                inner.iter().flatten().find(|other| *other != head).map(|_| (word, plural))
            };
            twice(&Kind::List, "a list of one thing", "a list of another").or_else(|| twice(&Kind::Map, "a map of one thing", "a map of another"))
        }
    }
}

fn element(generator: &Generator) -> Option<&'static str> {
    match generator {
        Generator::List { element, .. } => typed(element),
        Generator::Map { value, .. } => typed(value),
        _ => None,
    }
}

/// The type of a field that such values need; numbers of both kinds share one.
fn typed(generator: &Generator) -> Option<&'static str> {
    Some(match kind::of(generator) {
        Kind::Unknown | Kind::Null | Kind::Either => return None,
        Kind::Bool => "a truth value",
        Kind::Whole(..) | Kind::Real | Kind::Hundredths(..) => "a number",
        Kind::Text | Kind::Uuid | Kind::Instant | Kind::Day => "a text",
        Kind::Bytes(..) => "bytes",
        Kind::List => "a list",
        Kind::Map => "a map",
        Kind::Record => "a record",
    })
}

fn plural(kind: &Kind) -> &'static str {
    if *kind == Kind::List { "lists" } else { "maps" }
}
