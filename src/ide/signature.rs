//! How what is being called at a place is called, and which of its arguments stands there. Read off the text, so that a call may be unfinished.

use super::View;
use super::completion::place::Place;
use crate::catalog::{self, Meaning, Signature};
use crate::syntax::ast::ItemKind;
use std::ops::Range;

/// The ways in which something can be called.
#[derive(Clone, Debug)]
pub struct Help {
    pub ways: Vec<Way>,
    /// The way that fits best.
    pub way: usize,
    /// The argument that stands here; `None` where the call takes no more.
    pub argument: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Way {
    /// `zipf(range, exponent)`
    pub label: String,
    pub doc: String,
    /// Of each argument: where it stands in the label, in bytes, and what it takes.
    pub arguments: Vec<(Range<usize>, String)>,
}

/// The innermost call around an offset.
pub fn help(view: &View<'_>, offset: usize) -> Option<Help> {
    let text = view.text();
    let place = Place::of(text, offset);
    for open in place.open.iter().rev() {
        match open.bracket {
            b'(' => {
                let before = text.get(..open.at)?;
                let word = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("");
                if word.is_empty() {
                    // Brackets around a value.
                    continue;
                }
                let head = before.get(..before.len() - word.len()).unwrap_or("");
                let found = signatures(view, word, head.strip_suffix('.'));
                return answer(&found, commas(text.get(open.at + 1..offset)?), is_measured(text, &place));
            }
            // Statements and entries begin anew.
            b'{' => return None,
            _ => {}
        }
    }
    None
}

/// What this name is, called by itself or of something (`of`: the text before the dot).
fn signatures(view: &View<'_>, word: &str, of: Option<&str>) -> Vec<(&'static Signature, Option<Meaning>)> {
    if let Some(of) = of {
        let name = of.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("");
        let asked = |kind: &str| catalog::block("source", kind).and_then(|b| b.query).filter(|q| q.name == word);
        let items = view.unit().map_or(&[][..], |unit| &unit.ast.items);
        let declared = items.iter().find_map(|item| match &item.kind {
            ItemKind::Source(c) if c.name.as_ref().is_some_and(|n| n.text == name) => c.kind.as_ref(),
            _ => None,
        });
        let found = match declared {
            Some(kind) => asked(&kind.text),
            // Of another module: the only kind that is asked so.
            None => catalog::kinds("source").into_iter().find_map(|(kind, _)| asked(kind)),
        };
        return found.map(|q| (q, None)).into_iter().collect();
    }
    let functions = catalog::FUNCTIONS.iter().filter(|f| f.signature.name == word).map(|f| (&f.signature, Some(f.meaning)));
    let generators = catalog::GENERATORS.iter().chain([&catalog::LATE]).filter(|g| g.name == word).map(|g| (g, None));
    functions.chain(generators).collect()
}

fn answer(found: &[(&'static Signature, Option<Meaning>)], commas: usize, measured: bool) -> Option<Help> {
    let over_time = |meaning: &Option<Meaning>| matches!(meaning, Some(Meaning::Window(_)));
    let way = found.iter().position(|(_, meaning)| over_time(meaning) == measured).unwrap_or(0);
    let (signature, _) = found.get(way)?;
    let last = signature.parameters.len().checked_sub(1);
    let argument = match signature.parameters.get(commas) {
        Some(_) => Some(commas),
        None => last.filter(|last| signature.parameters.get(*last).is_some_and(|p| p.repeated)),
    };
    Some(Help { ways: found.iter().map(|(s, _)| described(s)).collect(), way, argument })
}

fn described(signature: &Signature) -> Way {
    let label = signature.shape();
    let mut from = signature.name.len() + 1;
    let mut arguments = Vec::new();
    for parameter in signature.parameters {
        let start = label.get(from..).and_then(|rest| rest.find(parameter.name)).map_or(from, |at| from + at);
        from = start + parameter.name.len();
        arguments.push((start..from, format!("{}{}", parameter.takes, if parameter.optional { ", optional" } else { "" })));
    }
    Way { label, doc: format!("{}\n\n`{}`", signature.doc, signature.usage), arguments }
}

/// Commas outside of brackets and texts.
fn commas(text: &str) -> usize {
    let (mut depth, mut in_text, mut escaped, mut count) = (0usize, false, false, 0);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}

/// Whether the statement around is about something measured.
fn is_measured(text: &str, place: &Place) -> bool {
    let outer = place.open.iter().find(|open| open.bracket == b'(').map_or(place.statement, |open| open.statement);
    let word = text.get(outer..).unwrap_or("").trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    matches!(word, "expect" | "sustain" | "abort" | "alert" | "rule" | "size")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, analyze};
    use crate::resolve::workspace::Workspace;

    fn at(text: &str) -> String {
        let offset = text.find('|').expect("a cursor");
        let analysis = analyze(Workspace::from_texts(&[("a.scale", text.replacen('|', "", 1))]), &Options::default());
        let Some(help) = help(&View::new(&analysis, analysis.workspace.roots[0]), offset) else { return "nothing".to_owned() };
        let way = &help.ways[help.way];
        let argument = help.argument.map_or("no more", |n| &way.label[way.arguments[n].0.clone()]);
        format!("{} → {argument}", way.label)
    }

    #[test]
    fn the_argument_at_the_cursor_is_told() {
        for (text, wanted) in [
            ("event e {\n  field a = zipf(|", "zipf(range, exponent) → range"),
            ("event e {\n  field a = zipf(1..=5, |", "zipf(range, exponent) → exponent"),
            ("event e {\n  field a = zipf(1..=5, 1.1, |", "zipf(range, exponent) → no more"),
            ("event e {\n  field a = list(1..=5, map(1..=2, |word(), int(1)))\n}", "map(range, key, value) → key"),
            ("event e {\n  field a = list(1..=5, map(1..=2, word(), int(1))|)\n}", "list(range, element) → element"),
            ("event e {\n  field a = one_of([\"a, b\", |", "one_of(values) → values"),
            ("event e {\n  late = late(2%, |", "late(share, range) → range"),
            ("let a = min(1, 2, |", "min(number, …) → number"),
            ("test \"a\" {\n  expect max(cpu, |", "max(metric[, phase]) → phase"),
            ("test \"a\" {\n  expect avg(|", "avg(metric[, phase]) → metric"),
            ("source aws = cloudwatch { region = \"x\" }\nmetric a = aws.metric(\"n\", |", "metric(namespace, name[, dimensions][, statistic]) → name"),
            ("target t = webhook { url = env(\"U\", |", "env(name[, default]) → default"),
            ("let a = (1 + |", "nothing"),
            ("let a = 5|", "nothing"),
            ("event e {\n  field a = uuid(|", "uuid() → no more"),
            ("event e {\n  field a = list(1..=5, {\n  b = |", "nothing"),
        ] {
            assert_eq!(at(text), wanted, "{text}");
        }
    }
}
