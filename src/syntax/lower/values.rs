//! Texts, and bodies of entries.

use super::{Lowering, declared, expression::quantity_token, ident, slots};
use crate::source::Span;
use crate::syntax::ast::{Body, Entry, EntryKind, Expr, Ident, QuantityToken, Text, Weight};
use crate::syntax::{literal, quantity};
use crate::syntax::tree::{Hole, Kind, Node};

/// A text literal, decoded; of an unclosed one what stands there.
pub(super) fn text(node: Node<'_>) -> Text {
    Text { value: literal::decode(node.text()).0, span: node.span() }
}

pub(super) fn text_of(node: Node<'_>) -> Option<Text> {
    node.children().find(|n| matches!(n.kind(), Kind::Text | Kind::UnclosedText)).map(text)
}

pub(super) fn weight_of(node: Node<'_>) -> Option<Weight> {
    node.children().find_map(|n| match n.kind() {
        Kind::Quantity | Kind::BadPercent => Some(Weight::Quantity(quantity_token(n))),
        Kind::Bracketed => Some(Weight::Quantity(bracketed(n))),
        Kind::Keyword if n.text() == "rest" => Some(Weight::Rest(n.span())),
        _ => None,
    })
}

/// `(40%)`, reported already: what it was meant for.
fn bracketed(node: Node<'_>) -> QuantityToken {
    let text = node.text().trim_matches(['(', ')', ' ', '\t', '\r']);
    let at = node.text().find(text).unwrap_or(0);
    let span = Span::new(node.span().file, node.start() + at, node.start() + at + text.len());
    QuantityToken { text: text.to_string(), span, bad: quantity::malformed(text).is_some() }
}

impl Lowering<'_> {
    pub(super) fn body_of(&mut self, node: Node<'_>) -> Body {
        match node.child(Kind::Body) {
            Some(body) => self.body(body, 0),
            None => Body { entries: Vec::new(), span: node.span().after(), broken: node.child(Kind::Hole(Hole::Block)).is_some() },
        }
    }

    pub(super) fn body(&mut self, node: Node<'_>, depth: usize) -> Body {
        let children: Vec<_> = node.children().collect();
        let mut entries = Vec::with_capacity(children.len());
        for (index, child) in children.iter().enumerate() {
            // A lone word before something unreadable is the start of that.
            if child.kind() != Kind::Bare || !children.get(index + 1).is_some_and(|n| n.kind() == Kind::StrayEntry) {
                entries.extend(self.entry(*child, depth));
            }
        }
        let broken = children.iter().any(|n| matches!(n.kind(), Kind::StrayEntry | Kind::Hole(Hole::CloseBrace)));
        Body { entries, span: node.span(), broken }
    }

    fn entry(&mut self, node: Node<'_>, depth: usize) -> Option<Entry> {
        let null = node.child(Kind::NullClause).map(|n| self.slot(n, 0, depth));
        let kind = match node.kind() {
            Kind::Setting | Kind::Unassigned => EntryKind::Setting { key: key(node)?, value: self.assigned(node, depth), null },
            Kind::FieldEntry => EntryKind::Field { name: declared(node), value: self.assigned(node, depth), null },
            Kind::MisspeltField => {
                let name = node.children().filter(|n| n.kind() == Kind::Word).nth(1).map(ident);
                EntryKind::Field { name, value: self.assigned(node, depth), null }
            }
            Kind::Weighted => EntryKind::Weighted { weight: weight_of(node)?, value: self.slot(node, 0, depth) },
            Kind::Bare => EntryKind::Bare { value: self.slot(node, 0, depth) },
            _ => return None,
        };
        Some(Entry { kind, doc: self.doc(node), span: node.span() })
    }

    /// The value after `=`; an unclosed text is none.
    pub(super) fn assigned(&mut self, node: Node<'_>, depth: usize) -> Expr {
        match slots(node).find(|n| !matches!(n.kind(), Kind::Hole(Hole::Name))) {
            Some(slot) => self.value(slot, depth),
            None => Expr::missing(node.span().after()),
        }
    }
}

fn key(node: Node<'_>) -> Option<Ident> {
    let first = node.children().next()?;
    match first.kind() {
        Kind::Text => {
            let text = text(first);
            Some(Ident { text: text.value, span: text.span })
        }
        _ => Some(ident(first)),
    }
}
