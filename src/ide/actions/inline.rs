//! A constant is put back where it is used, and its declaration goes.

use super::{Action, Edit, Elsewhere, Kind, extract, tried};
use crate::check::visit;
use crate::ide::View;
use crate::ide::symbols::{self, Role, Symbol};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Item, ItemKind};

pub fn inline(view: &View<'_>, offset: usize, elsewhere: &mut dyn Elsewhere) -> Option<Action> {
    let ws = view.workspace();
    let found = symbols::at(ws, view.file, offset)?;
    let Symbol::Named(named) = found.symbol else { return None };
    if named.kind != symbols::Kind::Let || named.item.file != view.file {
        return None;
    }
    let item = named.item(ws)?;
    let ItemKind::Let(l) = &item.kind else { return None };
    let name = named.text(ws);
    let title = format!("inline `{name}` and remove it");
    let refused = |why: &str| Some(Action { title: title.clone(), kind: Kind::Inline, text: Err(why.to_owned()) });
    if l.value.is_missing() {
        return None;
    }
    let uses: Vec<Span> = symbols::occurrences(ws, view.file).into_iter().filter(|o| o.symbol == found.symbol && o.role == Role::Use).map(|o| o.span).collect();
    if elsewhere.names(name) {
        return refused(&format!("another file uses `{name}`: it would be missing there"));
    }
    if uses.is_empty() {
        return refused(&format!("`{name}` is used nowhere in this file"));
    }
    let value = ws.map.slice(l.value.span);
    let items = &view.unit()?.ast.items;
    let joined = joined(items);
    let loose = matches!(l.value.kind, ExprKind::Binary { .. } | ExprKind::Range { .. } | ExprKind::Negate(_) | ExprKind::Not(_));
    let mut edits: Vec<Edit> = Vec::new();
    for span in uses {
        let text = if loose && joined.contains(&span) { format!("({value})") } else { value.to_owned() };
        edits.push((span.start as usize..span.end as usize, text));
    }
    edits.push((declaration(view, item), String::new()));
    match tried(view, &edits) {
        Some((text, _)) => Some(Action { title, kind: Kind::Inline, text: Ok(text) }),
        None => refused("its value cannot stand where the name stands"),
    }
}

/// Names that an operator, a dot or an index joins to something else.
fn joined(items: &[Item]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut add = |e: &Expr| found.push(e.span);
    for item in items {
        visit::expressions(item, &mut |e| match &e.kind {
            ExprKind::Binary { left, right, .. } => [left, right].into_iter().for_each(|e| add(e)),
            ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Member(inner, _) => add(inner),
            ExprKind::Range { low, high, .. } => [low, high].into_iter().flatten().for_each(|e| add(e)),
            ExprKind::Index(of, _) => add(of),
            _ => {}
        });
    }
    found
}

/// All lines of a declaration with its comments, and one blank line where two would be left.
fn declaration(view: &View<'_>, item: &Item) -> std::ops::Range<usize> {
    let source = view.source();
    let start = extract::above(view, item);
    let last = source.line_index((item.span.end as usize).max(1) - 1);
    let mut end = source.line_start(last + 1);
    let blank = |line: usize| source.line_text(line).trim().is_empty();
    let first = source.line_index(start);
    if (first == 0 || blank(first - 1)) && last + 1 < source.line_count() && blank(last + 1) {
        end = source.line_start(last + 2);
    }
    start..end
}
