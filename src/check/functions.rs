//! The functions of the language by where they may stand, and what is wrong with a call.

use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::{MathFunction, WindowFunction};
use crate::syntax::ast::{Expr, Ident};

/// A function on numbers.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    pub name: &'static str,
    pub math: MathFunction,
}

pub const CONSTANT: &[Function] = &[
    Function { name: "min", math: MathFunction::Min },
    Function { name: "max", math: MathFunction::Max },
    Function { name: "abs", math: MathFunction::Abs },
    Function { name: "ceil", math: MathFunction::Ceil },
    Function { name: "floor", math: MathFunction::Floor },
    Function { name: "round", math: MathFunction::Round },
];

pub const WINDOW: &[(&str, WindowFunction)] = &[
    ("avg", WindowFunction::Avg),
    ("min", WindowFunction::Min),
    ("max", WindowFunction::Max),
    ("last", WindowFunction::Last),
    ("delta", WindowFunction::Delta),
    ("trend", WindowFunction::Trend),
    ("stability", WindowFunction::Stability),
];

/// Name and how it is called.
pub const GENERATORS: &[(&str, &str)] = &[
    ("uuid", "uuid()"),
    ("now", "now()"),
    ("seq", "seq()"),
    ("index", "index()"),
    ("int", "int(1..=100)"),
    ("float", "float(0..=1)"),
    ("decimal", "decimal($1..=$100)"),
    ("normal", "normal(100, 15)"),
    ("lognormal", "lognormal(100, 15)"),
    ("exponential", "exponential(100)"),
    ("zipf", "zipf(1..=1_000, 1.1)"),
    ("text", "text(0B..=200B)"),
    ("pattern", "pattern(\"[0-9]{4}\")"),
    ("bool", "bool(50%)"),
    ("bytes", "bytes(16B..=64B)"),
    ("ip", "ip()"),
    ("email", "email()"),
    ("name", "name()"),
    ("word", "word()"),
    ("one_of", "one_of([\"a\", \"b\"])"),
    ("from_file", "from_file(\"users.csv\", \"id\")"),
    ("timestamp", "timestamp(\"2026-01-01\"..\"2026-02-01\")"),
    ("date", "date(\"2026-01-01\"..\"2026-02-01\")"),
    ("map", "map(1..=5, word(), int(1..=9))"),
    ("list", "list(1..=5, word())"),
    ("recent", "recent(order_placed.id, 1_000)"),
];

pub fn is_generator(name: &str) -> bool {
    GENERATORS.iter().any(|(g, _)| *g == name)
}

/// `min` and `max` stand for both; here those that need something measured.
pub fn is_window(name: &str) -> bool {
    matches!(name, "avg" | "last" | "delta" | "trend" | "stability")
}

pub fn constant_names() -> Vec<&'static str> {
    CONSTANT.iter().map(|f| f.name).chain(["env", "secret"]).collect()
}

pub fn measured_names() -> Vec<&'static str> {
    CONSTANT.iter().map(|f| f.name).chain(WINDOW.iter().map(|(name, _)| *name)).chain(["rate"]).collect()
}

/// E0309
pub fn no_such_function(name: &Ident, valid: &[&str]) -> Diagnostic {
    let d = Diagnostic::new(codes::E0309, name.span, format!("there is no function called `{}`", name.text));
    // `mean`, `p99` and their like are members of a distribution.
    let near = suggest::nearest(&name.text, valid.iter().copied()).filter(|_| !matches!(name.text.as_str(), "mean" | "sum" | "median"));
    match near {
        Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}(…)`")).fix(format!("replace by `{near}`"), false, name.span, near),
        None => d.here("no such function").help(format!("here there are {}", listed_and(valid))),
    }
}

fn listed_and(words: &[&str]) -> String {
    suggest::listed(words).replace(" or ", " and ")
}

/// E0308: too many or too few arguments.
pub fn wrong_count(callee: &Ident, args: &[Expr], count: std::ops::RangeInclusive<usize>, usage: &str) -> Diagnostic {
    let given = match args.len() {
        0 => "none".to_owned(),
        n => n.to_string(),
    };
    let (low, high) = (*count.start(), *count.end());
    let wants = match (low, high) {
        (0, 0) => "no argument".to_owned(),
        (1, 1) => "one argument".to_owned(),
        (a, b) if a == b => format!("{a} arguments"),
        (a, usize::MAX) => format!("at least {a} argument{}", if a == 1 { "" } else { "s" }),
        (a, b) => format!("{a} to {b} arguments"),
    };
    let place = match args.get(high) {
        Some(first) => args.last().map_or(first.span, |last| first.span.to(last.span)),
        None => callee.span,
    };
    Diagnostic::new(codes::E0308, place, format!("`{}` takes {wants}, and {given} {} given", callee.text, if args.len() == 1 { "is" } else { "are" })).help(format!("write `{usage}`"))
}
