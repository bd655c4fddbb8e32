//! The functions of the language by where they may stand, and what is wrong with a call.

use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::{MathFunction, WindowFunction};
use crate::syntax::ast::{Expr, Ident};
use crate::targets::{Parameter, Signature};

/// A function of the language.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    pub signature: Signature,
    pub meaning: Meaning,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// On numbers.
    Math(MathFunction),
    /// Over the window of a condition, or over a phase.
    Window(WindowFunction),
    /// On a counting metric.
    Rate,
    Env,
    Secret,
}

const NUMBER: Parameter = Parameter::new("number", "a number");
const NUMBERS: Parameter = Parameter::new("number", "a number, of the dimension of the others").repeated();
const METRIC: Parameter = Parameter::new("metric", "a metric");
const PHASE: Parameter = Parameter::new("phase", "a phase of this test").optional();
const NAME: Parameter = Parameter::new("name", "a text");

const fn math(function: MathFunction, name: &'static str, usage: &'static str, parameters: &'static [Parameter], doc: &'static str) -> Function {
    Function { signature: Signature::new(name, usage, parameters, doc), meaning: Meaning::Math(function) }
}
const fn window(function: WindowFunction, name: &'static str, usage: &'static str, doc: &'static str) -> Function {
    Function { signature: Signature::new(name, usage, &[METRIC, PHASE], doc), meaning: Meaning::Window(function) }
}
const fn other(meaning: Meaning, name: &'static str, usage: &'static str, parameters: &'static [Parameter], doc: &'static str) -> Function {
    Function { signature: Signature::new(name, usage, parameters, doc), meaning }
}

/// `min` and `max` stand twice: on numbers, and over time.
pub const FUNCTIONS: &[Function] = &[
    math(MathFunction::Min, "min", "min(a, b, …)", &[NUMBERS], "The smallest of several numbers."),
    math(MathFunction::Max, "max", "max(a, b, …)", &[NUMBERS], "The largest of several numbers."),
    math(MathFunction::Abs, "abs", "abs(a)", &[NUMBER], "Without its sign."),
    math(MathFunction::Ceil, "ceil", "ceil(a)", &[NUMBER], "Rounded up to a whole number."),
    math(MathFunction::Floor, "floor", "floor(a)", &[NUMBER], "Rounded down to a whole number."),
    math(MathFunction::Round, "round", "round(a)", &[NUMBER], "Rounded to the nearest whole number."),
    window(WindowFunction::Avg, "avg", "avg(metric) or avg(metric, phase)", "The mean over the window, or over a phase."),
    window(WindowFunction::Min, "min", "min(metric) or min(metric, phase)", "The lowest sample of the window, or of a phase."),
    window(WindowFunction::Max, "max", "max(metric) or max(metric, phase)", "The highest sample of the window, or of a phase."),
    window(WindowFunction::Last, "last", "last(metric) or last(metric, phase)", "The last sample of the window, or of a phase."),
    window(WindowFunction::Delta, "delta", "delta(metric) or delta(metric, phase)", "The last sample less the first."),
    window(WindowFunction::Trend, "trend", "trend(metric) or trend(metric, phase)", "How fast it rises: the Theil–Sen slope, per second."),
    window(WindowFunction::Stability, "stability", "stability(metric) or stability(metric, phase)", "How far it swings: (p95 − p5) ÷ median."),
    other(Meaning::Rate, "rate", "rate(metric)", &[METRIC], "How fast a counting metric grows, per second; resets are handled."),
    other(
        Meaning::Env,
        "env",
        "env(\"NAME\") or env(\"NAME\", \"default\")",
        &[NAME, Parameter::new("default", "a text").optional()],
        "A text from the environment, read when a test runs.",
    ),
    other(Meaning::Secret, "secret", "secret(\"NAME\")", &[NAME], "A secret, read when a test runs; only settings that want one take it."),
];

const RANGE: Parameter = Parameter::new("range", "a range of whole numbers");
const REALS: Parameter = Parameter::new("range", "a range of numbers");
const SIZES: Parameter = Parameter::new("sizes", "a range of sizes");
const MEAN: Parameter = Parameter::new("mean", "a number");
const SD: Parameter = Parameter::new("sd", "the standard deviation");
const DATES: Parameter = Parameter::new("range", "a range of dates");

/// What a field can hold, beside literals and `{ … }`, by how it is called.
pub const GENERATORS: &[Signature] = &[
    Signature::new("uuid", "uuid()", &[], "A UUID of version 4, from the seed."),
    Signature::new("now", "now()", &[], "The time the schedule intended, not the time of sending."),
    Signature::new("seq", "seq()", &[], "The number of the record in its test, from 0."),
    Signature::new("index", "index()", &[], "The number of the event in its family."),
    Signature::new("int", "int(1..=100)", &[RANGE], "A whole number, each as likely."),
    Signature::new("float", "float(0..=1)", &[REALS], "A number, each as likely."),
    Signature::new("decimal", "decimal($1..=$100)", &[Parameter::new("range", "a range of money or numbers")], "A number with two decimals."),
    Signature::new("normal", "normal(100, 15)", &[MEAN, SD], "A number of the normal distribution with this mean and deviation."),
    Signature::new("lognormal", "lognormal(100, 15)", &[MEAN, SD], "Never negative, with a long tail; mean and deviation are those of the value itself."),
    Signature::new("exponential", "exponential(100)", &[MEAN], "Many small numbers, few large ones."),
    Signature::new("zipf", "zipf(1..=1_000, 1.1)", &[RANGE, Parameter::new("exponent", "more is steeper")], "A whole number; low ones are far more frequent, as users and products are."),
    Signature::new("text", "text(0B..=200B)", &[SIZES], "Random letters, so many bytes of them."),
    Signature::new("pattern", "pattern(\"[0-9]{4}\")", &[Parameter::new("regex", "a regular expression")], "A text that the regular expression matches."),
    Signature::new("bool", "bool(50%)", &[Parameter::new("share", "how often it is true")], "True or false."),
    Signature::new("bytes", "bytes(16B..=64B)", &[SIZES], "Random bytes, as base64 in JSON."),
    Signature::new("ip", "ip()", &[], "An IPv4 address."),
    Signature::new("email", "email()", &[], "An address at a domain that is kept for examples."),
    Signature::new("name", "name()", &[], "A first and a last name."),
    Signature::new("word", "word()", &[], "An English word."),
    Signature::new("one_of", "one_of([\"a\", \"b\"])", &[Parameter::new("values", "a list")], "One of a list, each as likely."),
    Signature::new("from_file", "from_file(\"users.csv\", \"id\")", &[Parameter::new("path", "a text"), Parameter::new("column", "a text")], "A value of a column of a table."),
    Signature::new("timestamp", "timestamp(\"2026-01-01\"..\"2026-02-01\")", &[DATES], "A time within the range, to the second."),
    Signature::new("date", "date(\"2026-01-01\"..\"2026-02-01\")", &[DATES], "A day within the range."),
    Signature::new("map", "map(1..=5, word(), int(1..=9))", &[RANGE, Parameter::new("key", "a generator"), Parameter::new("value", "a generator")], "An object with so many members; keys are distinct."),
    Signature::new("list", "list(1..=5, word())", &[RANGE, Parameter::new("element", "a generator")], "A list of so many elements."),
    Signature::new(
        "recent",
        "recent(order_placed.id, 1_000)",
        &[Parameter::new("event.field", "a field of an event"), Parameter::new("n", "how many to look back")],
        "A value among the last that this test sent: references between events.",
    ),
];

/// The generator that is a block.
pub const CHOICE: Signature = Signature::new("choice", "choice { 60% \"a\", 40% \"b\" }", &[], "One of several values or generators, by weight.");

/// `late = late(2%, 30s..=5m)`, of an event.
pub const LATE: Signature = Signature::new(
    "late",
    "late(2%, 30s..=5m)",
    &[Parameter::new("share", "how many are late"), Parameter::new("range", "a range of times")],
    "This share carries a time that is back by so much.",
);

pub fn generator(name: &str) -> Option<&'static Signature> {
    GENERATORS.iter().find(|g| g.name == name)
}

pub fn is_generator(name: &str) -> bool {
    generator(name).is_some()
}

/// Every generator by name, the one that is a block too.
pub fn generator_names() -> Vec<&'static str> {
    GENERATORS.iter().map(|g| g.name).chain([CHOICE.name]).collect()
}

/// A function on numbers, and what it does.
pub fn on_numbers(name: &str) -> Option<(&'static Signature, MathFunction)> {
    named(name).find_map(|f| match f.meaning {
        Meaning::Math(math) => Some((&f.signature, math)),
        _ => None,
    })
}

/// A function over time, and what it does.
pub fn over_time(name: &str) -> Option<(&'static Signature, WindowFunction)> {
    named(name).find_map(|f| match f.meaning {
        Meaning::Window(window) => Some((&f.signature, window)),
        _ => None,
    })
}

/// How a function is called that stands once in the table.
pub fn signature(meaning: Meaning) -> &'static Signature {
    FUNCTIONS.iter().find(|f| f.meaning == meaning).map_or(&CHOICE, |f| &f.signature)
}

fn named(name: &str) -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter().filter(move |f| f.signature.name == name)
}

/// Whether a call of it needs something measured: `min` and `max` stand for both.
pub fn is_window(name: &str) -> bool {
    over_time(name).is_some() && on_numbers(name).is_none()
}

/// What a constant can call.
pub fn constant_names() -> Vec<&'static str> {
    names(|meaning| matches!(meaning, Meaning::Math(_) | Meaning::Env | Meaning::Secret))
}

/// What a condition can call.
pub fn measured_names() -> Vec<&'static str> {
    names(|meaning| matches!(meaning, Meaning::Math(_) | Meaning::Window(_) | Meaning::Rate))
}

fn names(fits: impl Fn(Meaning) -> bool) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for function in FUNCTIONS.iter().filter(|f| fits(f.meaning)) {
        if !names.contains(&function.signature.name) {
            names.push(function.signature.name);
        }
    }
    names
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
