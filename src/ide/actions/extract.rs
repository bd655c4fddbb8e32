//! A selected expression becomes a constant above the declaration that it stands in.

use super::{Action, Kind, tried};
use crate::catalog;
use crate::check::names::{Names, declared};
use crate::check::{Const, Context, series, visit};
use crate::ide::View;
use crate::ide::completion::place::Place;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Item, ItemKind};
use crate::units::Dimension;
use std::ops::Range;

pub fn extract(view: &View<'_>, selection: Range<usize>) -> Option<Action> {
    let text = view.text();
    let selected = text.get(selection.clone())?;
    let start = selection.start + selected.len() - selected.trim_start().len();
    let end = start + selected.trim().len();
    let names = Names::of(view.workspace());
    let cx = Context::new(view.workspace(), &[], &names);
    let file = cx.file(view.file)?;
    let item = file.items.iter().find(|item| item.span.start as usize <= start && end <= item.span.end as usize)?;
    let span = Span::new(view.file, start, end);
    let e = expression(item, span)?;
    // A name is a constant already, and a text that names a node must stand where it is.
    if matches!(e.kind, ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Missing | ExprKind::Record(_)) || is_whole_constant(item, span) {
        return None;
    }
    let value = cx.quietly(|| cx.constant(e))?;
    let dim = match &value {
        Const::Number(q) => Some(if q.is_bare() { Dimension::COUNT } else { q.dim }),
        _ => None,
    };
    let name = free(view, &suggested(view, item, start, dim));
    let written = text.get(start..end)?;
    // Above its comments.
    let at = above(view, item);
    let gap = if matches!(item.kind, ItemKind::Let(_)) { "\n" } else { "\n\n" };
    // Brackets around the whole of it belong to the place, not to the value.
    let value = written.strip_prefix('(').filter(|_| matches!(e.kind, ExprKind::Paren(_))).and_then(|w| w.strip_suffix(')')).unwrap_or(written);
    let edits = [(at..at, format!("let {name} = {value}{gap}")), (start..end, name.clone())];
    let (text, _) = tried(view, &edits)?;
    Some(Action::new(format!("extract to `let {name}`"), Kind::Extract, Ok(text)))
}

fn expression(item: &Item, span: Span) -> Option<&Expr> {
    let mut found = None;
    visit::expressions(item, &mut |e| {
        if e.span == span && found.is_none() {
            found = Some(e);
        }
    });
    found
}

/// The value of a `let` as a whole.
fn is_whole_constant(item: &Item, span: Span) -> bool {
    matches!(&item.kind, ItemKind::Let(l) if l.value.span == span)
}

/// The start of the comments right above a declaration.
pub fn above(view: &View<'_>, item: &Item) -> usize {
    let source = view.source();
    let mut line = source.line_index(item.span.start as usize);
    while line > 0 && source.line_text(line - 1).trim_start().starts_with('#') {
        line -= 1;
    }
    source.line_start(line)
}

/// After the setting or the phase that it stands in, or after what it is.
fn suggested(view: &View<'_>, item: &Item, start: usize, dim: Option<Dimension>) -> String {
    let place = Place::of(view.text(), start);
    // The nearest statement or setting that has a name: arguments, parts of lists and weighted values have none.
    let around = std::iter::once(place.statement).chain(place.open.iter().rev().map(|open| open.statement));
    let mut statements = around.map(|from| view.text().get(from..start).unwrap_or("").trim_start());
    let begins = |statement: &&str| key(statement).is_some() || words(statement).next().is_some_and(begins_statement);
    let statement = statements.find(begins).unwrap_or("");
    let mut words = words(statement);
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let what = match dim {
        Some(Dimension::RATE) => "rate",
        Some(Dimension::TIME) => "length",
        Some(Dimension::DATA) => "size",
        Some(Dimension::DATA_RATE) => "bytes_rate",
        Some(Dimension::RATIO) => "share",
        Some(Dimension::COUNT) => "count",
        Some(Dimension::MONEY | Dimension::MONEY_PER_TIME | Dimension::MONEY_PER_COUNT) => "price",
        _ => "value",
    };
    // Other declarations have settings of this name too.
    let owned = |name: &str| declared(&item.kind).map_or(name.to_owned(), |(_, owner)| format!("{}_{name}", owner.text));
    if let Some((key, before)) = key(statement) {
        // A part of a sum is not what the setting says.
        return if dim.is_some() && !before.trim().is_empty() { owned(&format!("{key}_{what}")) } else { owned(&key) };
    }
    match first {
        "field" if !second.is_empty() => owned(second),
        "phase" | "fault" | "let" | "param" | "metric" if !second.is_empty() => format!("{second}_{what}"),
        "expect" | "alert" | "abort" | "sustain" | "rule" => {
            let metric = if first == "expect" || first == "sustain" { second } else { "" };
            if metric.is_empty() { "limit".to_owned() } else { format!("{metric}_limit") }
        }
        _ => what.to_owned(),
    }
}

fn words(statement: &str) -> impl Iterator<Item = &str> {
    statement.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|w| !w.is_empty())
}

fn begins_statement(word: &str) -> bool {
    [catalog::DECLARATIONS, catalog::STATEMENTS, catalog::SIZING, catalog::ENTRIES].into_iter().any(|table| catalog::form_of(table, word).is_some())
}

/// The name that a setting gives, and what stands behind its `=`; keys that are texts as names: `"a.b" = …` gives `a_b`.
fn key(statement: &str) -> Option<(String, &str)> {
    let (key, value) = statement.split_once('=').filter(|(_, value)| !value.starts_with('='))?;
    let key = key.trim();
    let is_text = key.len() > 2 && key.starts_with('"') && key.ends_with('"');
    if is_text {
        return Some((words(key).collect::<Vec<_>>().join("_"), value)).filter(|(name, _)| name.starts_with(|c: char| !c.is_ascii_digit()));
    }
    (words(key).next() == Some(key)).then(|| (key.to_owned(), value))
}

/// A name that means nothing else here.
fn free(view: &View<'_>, wish: &str) -> String {
    let base: String = if wish.is_empty() { "value".to_owned() } else { wish.to_ascii_lowercase() };
    let words = catalog::setting_words();
    let items = view.unit().map_or(&[][..], |unit| &unit.ast.items);
    let taken = |name: &str| {
        let own = items.iter().filter_map(|item| declared(&item.kind)).any(|(_, n)| n.text == name);
        // Names of phases and fields are known where they are, and a constant of their name would be read for them by people.
        let said = view.unit().is_some_and(|unit| unit.tree.leaves().any(|leaf| leaf.text() == name));
        own || said || catalog::is_never_a_value(name) || words.contains(&name) || series::is_test_metric(name) || catalog::keyword(name).is_some()
            || catalog::FUNCTIONS.iter().any(|f| f.signature.name == name) || catalog::GENERATORS.iter().any(|g| g.name == name)
    };
    let numbered = (2..100).map(|n| format!("{base}_{n}"));
    std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base)
}
