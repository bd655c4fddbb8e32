//! Fields against what a schema says of them.

use super::kind::{self, Kind};
use super::place::{At, Path};
use super::shape::{Field as Wanted, Shape};
use crate::diagnostics::suggest;
use crate::plan::{Field, Generator, keys};
use num_traits::Zero;

/// What does not fit, and where.
#[derive(Debug)]
pub struct Misfit {
    pub path: Path,
    pub at: At,
    /// It is another kind of thing altogether.
    pub of_kind: bool,
    /// "is a text, and the schema says `long`"
    pub says: String,
    pub here: String,
    /// Beside the schema.
    pub there: Option<String>,
    pub help: String,
    /// A name to write instead.
    pub near: Option<String>,
}

/// So many values of a field are held against the words of an enum.
const VALUES: usize = 256;

/// All that does not fit in a record; one message a field.
pub fn record(fields: &[Field], shape: &Shape) -> Vec<Misfit> {
    let mut found = Vec::new();
    match shape {
        Shape::Record { name, fields: wanted } => members(fields, name, wanted, &Path::default(), &mut found),
        Shape::Either(all) => {
            // It may be any of them: of the one that fits best it is told what is missing.
            let best = all.iter().filter(|s| matches!(s, Shape::Record { .. })).map(|s| record(fields, s)).min_by_key(Vec::len);
            found.extend(best.unwrap_or_default());
        }
        Shape::Map(_, value) => fields.iter().for_each(|field| one(field, value, &Path::default().field(&field.name), &mut found)),
        Shape::Anything => {}
        other => found.push(Misfit {
            path: Path::default(),
            at: At::Event,
            of_kind: false,
            says: format!("is a record, and the schema says {}", other.words()),
            here: "a record".to_owned(),
            there: Some(other.words()),
            help: "name a schema of a record".to_owned(),
            near: None,
        }),
    }
    found
}

fn members(fields: &[Field], name: &str, wanted: &[Wanted], path: &Path, found: &mut Vec<Misfit>) {
    let is = |wanted: &Wanted, name: &str| wanted.name == name || wanted.aliases.iter().any(|alias| alias == name);
    let missing: Vec<&Wanted> = wanted.iter().filter(|w| w.needed && !fields.iter().any(|f| is(w, &f.name))).collect();
    let mut meant: Vec<&str> = Vec::new();
    for field in fields {
        let path = path.field(&field.name);
        match wanted.iter().find(|w| is(w, &field.name)) {
            Some(wanted) => one(field, &wanted.shape, &path, found),
            None => {
                let open = wanted.iter().filter(|w| !fields.iter().any(|f| is(w, &f.name))).map(|w| w.name.as_str());
                let near = suggest::nearest(&field.name, open).map(str::to_owned);
                meant.extend(near.as_deref().and_then(|near| wanted.iter().find(|w| w.name == near)).map(|w| w.name.as_str()));
                let known: Vec<&str> = wanted.iter().map(|w| w.name.as_str()).take(8).collect();
                found.push(Misfit {
                    path,
                    at: At::Name,
                    of_kind: false,
                    says: format!("is no field of `{name}` in the schema"),
                    here: near.as_ref().map_or("not in the schema".to_owned(), |near| format!("did you mean `{near}`?")),
                    there: Some(format!("`{name}` has {}", suggest::listed(&known).replace(" or ", " and "))),
                    help: near.as_ref().map_or("leave it out, or add it to the schema".to_owned(), |near| format!("write `{near}`")),
                    near,
                });
            }
        }
    }
    // A field whose name is nearly the missing one is one mistake, not two.
    for missing in missing.into_iter().filter(|w| !meant.contains(&w.name.as_str())) {
        found.push(Misfit {
            path: path.clone(),
            at: At::Event,
            of_kind: false,
            says: format!("has no field `{}`, and the schema needs it", missing.name),
            here: format!("`{}` is missing", missing.name),
            there: Some(format!("`{}` is {} without a default", missing.name, missing.shape.words())),
            help: format!("add `{} = …`, such as {}", missing.name, kind::sample(&missing.shape)),
            near: None,
        });
    }
}

fn one(field: &Field, shape: &Shape, path: &Path, found: &mut Vec<Misfit>) {
    if !field.null.is_zero() && !shape.takes_null() {
        found.push(Misfit {
            path: path.clone(),
            at: At::Null,
            of_kind: false,
            says: format!("is null in {}, and the schema says {} without null", crate::units::honest(field.null, crate::units::Dimension::RATIO), shape.words()),
            here: "sometimes null".to_owned(),
            there: Some(format!("`{}` is {}", field.name, shape.words())),
            help: "leave `null` out, or let the schema take null as well".to_owned(),
            near: None,
        });
        return;
    }
    value(&field.generator, shape, path, found);
}

fn value(generator: &Generator, shape: &Shape, path: &Path, found: &mut Vec<Misfit>) {
    let kind = kind::of(generator);
    if kind == Kind::Either {
        for (index, branch) in kind::branches(generator).into_iter().enumerate() {
            let before = found.len();
            value(branch, shape, &path.branch(index), found);
            if found.len() > before {
                return;
            }
        }
        return;
    }
    match (generator, shape) {
        (_, Shape::Either(all)) => {
            if let Some(misfit) = in_one_of(generator, &kind, all, shape, path) {
                found.push(misfit);
            }
        }
        (Generator::List { element, .. }, Shape::List(of)) => value(element, of, &path.element(), found),
        (Generator::Map { key, value: element, .. }, Shape::Map(keys, of)) => {
            value(key, keys, &path.key(), found);
            value(element, of, &path.value(), found);
        }
        (Generator::Record(fields), Shape::Record { name, fields: wanted }) => members(fields, name, wanted, path, found),
        (Generator::Record(fields), Shape::Map(_, of)) => fields.iter().for_each(|field| one(field, of, &path.field(&field.name), found)),
        (_, Shape::Enum { words }) => found.extend(no_word(generator, words, shape, path)),
        _ => {
            if let Some(why) = unfit(&kind, shape) {
                found.push(misfit(path, &kind, shape, why));
            }
        }
    }
}

/// A value that no branch of a union takes.
fn in_one_of(generator: &Generator, kind: &Kind, all: &[Shape], whole: &Shape, path: &Path) -> Option<Misfit> {
    let open: Vec<&Shape> = all.iter().filter(|s| **s != Shape::Null || *kind == Kind::Null).collect();
    let mut closest: Option<Vec<Misfit>> = None;
    for shape in &open {
        let mut found = Vec::new();
        value(generator, shape, path, &mut found);
        if found.is_empty() {
            return None;
        }
        // Where the kind is right, it is told what is wrong inside: in a field of a record, with a word, with a range.
        let inside = open.len() == 1 || found.iter().all(|m| m.path.len() > path.len() || m.at != At::Value || !m.of_kind);
        if inside && closest.as_ref().is_none_or(|known| found.len() < known.len()) {
            closest = Some(found);
        }
    }
    closest.and_then(|found| found.into_iter().next()).or_else(|| Some(misfit(path, kind, whole, String::new())))
}

fn misfit(path: &Path, kind: &Kind, shape: &Shape, why: String) -> Misfit {
    let of_kind = why.is_empty();
    Misfit {
        path: path.clone(),
        at: At::Value,
        of_kind,
        says: if of_kind { format!("{}, and the schema says {}", kind::is(kind), shape.words()) } else { why },
        here: kind::is(kind).trim_start_matches("is ").to_owned(),
        there: Some(format!("`{}` is {}", path.name(), shape.words())),
        help: if of_kind { format!("write {}, or change the schema", kind::sample(shape)) } else { "stay within what the schema takes, or change the schema".to_owned() },
        near: None,
    }
}

/// Why a value of this kind cannot be what the shape says; an empty text where its kind alone is the reason.
fn unfit(kind: &Kind, shape: &Shape) -> Option<String> {
    let fits = match (kind, shape) {
        (Kind::Unknown, _) | (_, Shape::Anything) => true,
        (Kind::Null, _) => shape.takes_null(),
        (Kind::Bool, Shape::Bool) => true,
        (Kind::Whole(low, high), Shape::Whole { low: least, high: most, name }) => {
            let (out, end, word) = if high > most { (high, most, "ends") } else { (low, least, "begins") };
            return (low < least || high > most).then(|| format!("can be {}, and `{name}` {word} at {}", kind::number(*out), kind::number(*end)));
        }
        (Kind::Whole(..), Shape::Real { .. } | Shape::Decimal { .. } | Shape::Instant { .. } | Shape::Day) => true,
        (Kind::Real | Kind::Hundredths(..), Shape::Real { .. }) => true,
        (Kind::Real, Shape::Decimal { .. }) => true,
        (Kind::Hundredths(low, high), Shape::Decimal { precision, scale }) => {
            if *scale < 2 {
                return Some(format!("has two decimals, and {} keeps {scale}", shape.words()));
            }
            let most = low.unsigned_abs().max(high.unsigned_abs()) / 100;
            let digits = most.checked_ilog10().map_or(1, |n| u64::from(n) + 1);
            return (digits > precision.saturating_sub(*scale))
                .then(|| format!("can be {}, and {} has {} digits before the point", kind::number(i128::from(most)), shape.words(), precision.saturating_sub(*scale)));
        }
        // Amounts are often kept as texts, so that no digit is lost.
        (Kind::Hundredths(..), Shape::Text { .. }) => true,
        (Kind::Text, Shape::Text { .. } | Shape::Bytes) => true,
        (Kind::Uuid, Shape::Text { .. } | Shape::Uuid | Shape::Bytes) => true,
        (Kind::Uuid, Shape::Fixed { size }) => *size == 16,
        // As a text, or counted from 1970 in whatever unit.
        (Kind::Instant, Shape::Text { .. } | Shape::Instant { .. } | Shape::Real { .. }) => true,
        (Kind::Instant, Shape::Whole { high, .. }) => *high > i128::from(u32::MAX),
        (Kind::Day, Shape::Text { .. } | Shape::Day | Shape::Whole { .. } | Shape::Instant { .. }) => true,
        (Kind::Bytes(..), Shape::Bytes | Shape::Text { .. }) => true,
        (Kind::Bytes(low, high), Shape::Fixed { size }) => {
            return (low != size || high != size).then(|| format!("is {low} to {high} bytes, and the schema says {}", shape.words()));
        }
        _ => false,
    };
    (!fits).then(String::new)
}

/// A value that is none of an enum's words.
fn no_word(generator: &Generator, words: &[String], shape: &Shape, path: &Path) -> Option<Misfit> {
    let kind = kind::of(generator);
    if kind == Kind::Unknown {
        return None;
    }
    if kind != Kind::Text {
        return Some(misfit(path, &kind, shape, String::new()));
    }
    let values = keys::of_generator(generator, VALUES, &|_, _| None);
    let stranger = values.told.iter().map(|(text, _)| text.as_str()).find(|text| !words.iter().any(|word| word == text));
    let says = match stranger {
        Some(stranger) => format!("can be `{stranger}`, and the schema has no such word"),
        None if values.rest > 0.0 => format!("can be any text, and the schema says {}", shape.words()),
        None => return None,
    };
    let near = stranger.filter(|_| matches!(generator, Generator::LiteralText(_))).and_then(|stranger| suggest::nearest(stranger, words.iter().map(String::as_str)));
    let mut misfit = misfit(path, &kind, shape, says);
    if let Some(near) = near {
        misfit.here = format!("did you mean `{near}`?");
        misfit.help = format!("write \"{near}\"");
        misfit.near = Some(format!("\"{near}\""));
    } else {
        misfit.here = "not a word of the schema".to_owned();
        misfit.help = format!("write one of {}", suggest::listed(&words.iter().take(6).collect::<Vec<_>>()));
    }
    Some(misfit)
}
