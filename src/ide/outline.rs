//! What a file consists of, as a tree: for the outline of an editor, its breadcrumbs, and its search for symbols.

use super::symbols::{Kind, within_quotes};
use crate::check::names::declared;
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind, Ident, Item, ItemKind, SizingKind, Statement, StatementKind};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// A few words behind the name: the kind of a target, the shape of a phase.
    pub detail: String,
    pub sort: Sort,
    pub whole: Span,
    /// Lies within `whole`.
    pub name_span: Span,
    pub children: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Named(Kind),
    Sizing,
    Expectation,
    Repeat,
}

pub fn outline(ws: &Workspace, file: FileId) -> Vec<Entry> {
    let Some(unit) = ws.units.get(file.0 as usize).filter(|unit| unit.id == file) else { return Vec::new() };
    let reader = Reader { ws };
    unit.ast.items.iter().filter_map(|item| reader.item(item)).collect()
}

struct Reader<'a> {
    ws: &'a Workspace,
}

impl Reader<'_> {
    fn item(&self, item: &Item) -> Option<Entry> {
        let entry = |sort, name: &Ident, detail: String, children| {
            Some(Entry { name: name.text.clone(), detail, sort, whole: item.span.to(name.span), name_span: name.span, children })
        };
        let named = |kind, name: &Ident, detail, children| entry(Sort::Named(kind), name, detail, children);
        let texted = |kind, text: &crate::syntax::ast::Text, children| {
            Some(Entry { name: text.value.clone(), detail: String::new(), sort: Sort::Named(kind), whole: item.span, name_span: within_quotes(self.ws, text.span), children })
        };
        match &item.kind {
            ItemKind::Node(node) => texted(Kind::Node, node.name.as_ref()?, Vec::new()),
            ItemKind::Test(test) => texted(Kind::Test, test.name.as_ref()?, self.statements(&test.statements)),
            ItemKind::Alert(alert) => named(Kind::Alert, alert.name.as_ref()?, self.line(alert.condition.span), Vec::new()),
            ItemKind::Sizing(sizing) => {
                let rules = sizing.statements.iter().filter_map(|statement| match &statement.kind {
                    SizingKind::Rule { name: Some(name), condition, .. } => Some(Entry {
                        name: name.text.clone(),
                        detail: self.line(condition.span),
                        sort: Sort::Named(Kind::Rule),
                        whole: statement.span,
                        name_span: name.span,
                        children: Vec::new(),
                    }),
                    _ => None,
                });
                entry(Sort::Sizing, sizing.name.as_ref()?, "sizing".to_owned(), rules.collect())
            }
            kind => {
                let (declared, name) = declared(kind)?;
                let (detail, children) = self.declaration(kind);
                named(Kind::from(declared), name, detail, children)
            }
        }
    }

    fn declaration(&self, kind: &ItemKind) -> (String, Vec<Entry>) {
        match kind {
            ItemKind::Import(import) => (import.path.as_ref().map_or(String::new(), |path| self.line(within_quotes(self.ws, path.span))), Vec::new()),
            ItemKind::Let(l) => (self.line(l.value.span), Vec::new()),
            ItemKind::Target(c) | ItemKind::Source(c) => (c.kind.as_ref().map_or(String::new(), |kind| kind.text.clone()), Vec::new()),
            ItemKind::Event(event) => (event.family.as_ref().map_or(String::new(), |family| format!("[{}]", self.line(family.span))), self.fields(&event.body)),
            ItemKind::Metric(metric) => (self.line(metric.value.span), Vec::new()),
            _ => (String::new(), Vec::new()),
        }
    }

    fn fields(&self, body: &Body) -> Vec<Entry> {
        let fields = body.entries.iter().filter_map(|entry| match &entry.kind {
            EntryKind::Field { name: Some(name), value, .. } => Some((entry.span, name, value)),
            _ => None,
        });
        fields.map(|(whole, name, value)| self.field(whole, name, value)).collect()
    }

    fn field(&self, whole: Span, name: &Ident, value: &Expr) -> Entry {
        let inner = match &value.unwrapped().kind {
            ExprKind::Record(body) => body.entries.as_slice(),
            _ => &[],
        };
        let children = inner.iter().filter_map(|entry| match &entry.kind {
            EntryKind::Setting { key: name, value, .. } | EntryKind::Field { name: Some(name), value, .. } => Some(self.field(entry.span, name, value)),
            _ => None,
        });
        let children: Vec<Entry> = children.collect();
        let detail = if children.is_empty() { self.line(value.span) } else { String::new() };
        Entry { name: name.text.clone(), detail, sort: Sort::Named(Kind::Field), whole, name_span: name.span, children }
    }

    fn statements(&self, statements: &[Statement]) -> Vec<Entry> {
        let mut entries = Vec::new();
        for statement in statements {
            let whole = statement.span;
            let named = |kind, name: &Ident, detail| Entry { name: name.text.clone(), detail, sort: Sort::Named(kind), whole, name_span: name.span, children: Vec::new() };
            let expectation = |of: &Expr| Entry { name: self.line(whole), detail: String::new(), sort: Sort::Expectation, whole, name_span: of.span, children: Vec::new() };
            match &statement.kind {
                StatementKind::Phase(phase) => entries.extend(phase.name.as_ref().map(|name| named(Kind::Phase, name, self.line(phase.shape_span)))),
                StatementKind::Fault { name, action, .. } => entries.extend(name.as_ref().map(|name| named(Kind::Fault, name, self.line(action.span)))),
                StatementKind::Repeat { count, statements } => entries.push(Entry {
                    name: format!("repeat {}", self.line(count.span)),
                    detail: String::new(),
                    sort: Sort::Repeat,
                    whole,
                    name_span: Span { end: count.span.end.min(whole.end), ..whole },
                    children: self.statements(statements),
                }),
                StatementKind::Expect { condition, .. } | StatementKind::Sustain { condition } | StatementKind::Abort { condition, .. } => entries.push(expectation(condition)),
                StatementKind::Setting { .. } | StatementKind::Send(_) | StatementKind::Undo { .. } => {}
            }
        }
        entries
    }

    /// On one line, without what nobody may see; long ones cut.
    fn line(&self, span: Span) -> String {
        const LONGEST: usize = 60;
        let shown = self.ws.map.file(span.file).shown(span.start as usize..span.end as usize).split_whitespace().collect::<Vec<_>>().join(" ");
        if shown.chars().count() <= LONGEST { shown } else { shown.chars().take(LONGEST - 1).chain(['…']).collect() }
    }
}

/// One thing of a file, for a search over many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub name: String,
    pub kind: Kind,
    pub place: Span,
    /// What it is a part of.
    pub container: Option<String>,
    /// Higher is better.
    pub rank: u32,
}

/// What a file declares whose name goes with `query`; everything where that is empty.
pub fn search(ws: &Workspace, file: FileId, query: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open: Vec<(Entry, Option<String>)> = outline(ws, file).into_iter().map(|entry| (entry, None)).collect();
    while let Some((entry, container)) = open.pop() {
        let inside = entry.name.clone();
        if let Sort::Named(kind) = entry.sort
            && kind != Kind::Import
            && let Some(rank) = rank(&entry.name, query)
        {
            found.push(Found { name: entry.name, kind, place: entry.name_span, container: container.clone(), rank: rank * 2 + u32::from(!kind.is_part()) });
        }
        let container = if entry.sort == Sort::Repeat { container } else { Some(inside) };
        open.extend(entry.children.into_iter().map(|child| (child, container.clone())));
    }
    found.sort_by(|a, b| b.rank.cmp(&a.rank).then(a.place.start.cmp(&b.place.start)));
    found
}

/// How well a name goes with what was typed: the same, its beginning, a part of it, or its letters in order; `None` where it does not.
/// Names that are merely near, as `suggest` has them for mistakes, are strangers to who knows the beginning of what he looks for.
pub fn rank(name: &str, query: &str) -> Option<u32> {
    let (low, typed) = (name.to_lowercase(), query.to_lowercase());
    if typed.is_empty() {
        return Some(0);
    }
    if low == typed {
        return Some(100);
    }
    if low.starts_with(&typed) {
        return Some(80);
    }
    match low.find(&typed) {
        Some(at) if low.as_bytes().get(at.wrapping_sub(1)).is_some_and(|b| !b.is_ascii_alphanumeric()) => return Some(70),
        Some(_) => return Some(60),
        None => {}
    }
    let mut rest = low.chars();
    typed.chars().filter(|c| *c != ' ').all(|wanted| rest.any(|c| c == wanted)).then_some(40)
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn the_nearer_a_name_the_higher_and_strangers_not_at_all() {
        let names = ["brow", "browsing", "shop_browsing", "unbrowsed", "by_row", "prom", "box", "row", "bow"];
        let mut found: Vec<(u32, &str)> = names.into_iter().filter_map(|name| Some((rank(name, "Brow")?, name))).collect();
        found.sort_by(|a, b| b.cmp(a));
        assert_eq!(found.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), ["brow", "browsing", "shop_browsing", "unbrowsed", "by_row"]);
        for (name, query) in [("cdc", "cpu"), ("up", "cpu"), ("os", "lose"), ("cpu", "cpuu")] {
            assert_eq!(rank(name, query), None, "{name} {query}");
        }
        assert_eq!((rank("anything", ""), rank("cpu_max", "cpu max")), (Some(0), Some(40)));
    }
}
