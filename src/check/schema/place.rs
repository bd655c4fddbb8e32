//! Where in the text a part of a record stands.

use crate::check::{Context, EventRef};
use crate::source::Span;
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind};

/// The way from an event to a part of its record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    /// Of a list.
    Element,
    /// Of a map.
    Key,
    Value,
    /// Of a choice, counted from 0 among those that can come up.
    Branch(usize),
}

/// What of it a message points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The event, or the record that lacks something.
    Event,
    /// The name of a field.
    Name,
    Value,
    /// The share of nulls.
    Null,
}

impl Path {
    pub fn len(&self) -> usize {
        self.0.len()
    }
    fn then(&self, step: Step) -> Path {
        let mut path = self.clone();
        path.0.push(step);
        path
    }
    pub fn field(&self, name: &str) -> Path {
        self.then(Step::Field(name.to_owned()))
    }
    pub fn element(&self) -> Path {
        self.then(Step::Element)
    }
    pub fn key(&self) -> Path {
        self.then(Step::Key)
    }
    pub fn value(&self) -> Path {
        self.then(Step::Value)
    }
    pub fn branch(&self, index: usize) -> Path {
        self.then(Step::Branch(index))
    }
    /// `device.os`, `items[]`; empty for the event itself.
    pub fn name(&self) -> String {
        let mut name = String::new();
        for step in &self.0 {
            match step {
                Step::Field(field) => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(field);
                }
                Step::Element | Step::Value => name.push_str("[]"),
                Step::Key | Step::Branch(_) => {}
            }
        }
        name
    }
}

/// The place of a part, as near as the text shows it: what stands behind a `let` is pointed at by its name.
pub fn of(cx: &Context<'_>, event: EventRef, path: &Path, at: At) -> Span {
    let whole = cx.name_span(event.decl);
    let Some(body) = cx.event_item(event.decl).map(|e| &e.body) else { return whole };
    let mut steps = path.0.iter();
    let Some(Step::Field(first)) = steps.next() else { return whole };
    let Some(mut found) = field(body, first) else { return whole };
    for step in steps {
        let value = found.value.unwrapped();
        let next = match (step, &value.kind) {
            (Step::Field(name), ExprKind::Record(body)) => field(body, name),
            (Step::Element, ExprKind::Call { args, .. }) => args.get(1).map(Found::bare),
            (Step::Key, ExprKind::Call { args, .. }) => args.get(1).map(Found::bare),
            (Step::Value, ExprKind::Call { args, .. }) => args.get(2).map(Found::bare),
            (Step::Branch(index), ExprKind::Construct { body, .. }) => branch(body, *index),
            (Step::Branch(index), ExprKind::Call { args, .. }) => args.first().and_then(|list| match &list.unwrapped().kind {
                ExprKind::List(items) => items.get(*index).map(Found::bare),
                _ => None,
            }),
            _ => None,
        };
        match next {
            Some(next) => found = next,
            None => return found.value.span,
        }
    }
    match at {
        At::Name => found.name.unwrap_or(found.value.span),
        At::Null => found.null.unwrap_or(found.value.span),
        At::Event | At::Value => found.value.span,
    }
}

struct Found<'a> {
    name: Option<Span>,
    value: &'a Expr,
    null: Option<Span>,
}

impl<'a> Found<'a> {
    fn bare(value: &'a Expr) -> Found<'a> {
        Found { name: None, value, null: None }
    }
}

fn field<'a>(body: &'a Body, wanted: &str) -> Option<Found<'a>> {
    body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Field { name: Some(name), value, null } if name.text == wanted => Some(Found { name: Some(name.span), value, null: null.as_ref().map(|e| e.span) }),
        EntryKind::Setting { key: name, value, null } if name.text == wanted => Some(Found { name: Some(name.span), value, null: null.as_ref().map(|e| e.span) }),
        _ => None,
    })
}

/// Branches with weight 0 never come up; they are few, and then the choice as a whole is pointed at.
fn branch<'a>(body: &'a Body, index: usize) -> Option<Found<'a>> {
    let zero = |text: &str| text.trim_end_matches(['%', 'x']).chars().all(|c| matches!(c, '0' | '.' | '_'));
    body.entries
        .iter()
        .filter_map(|entry| match &entry.kind {
            EntryKind::Weighted { weight: crate::syntax::ast::Weight::Quantity(token), .. } if zero(&token.text) => None,
            EntryKind::Weighted { value, .. } | EntryKind::Bare { value } => Some(Found::bare(value)),
            _ => None,
        })
        .nth(index)
}
