//! What there is to say of the word at a place, as Markdown. What a name stands for tells [`symbols`](super::symbols), its value the checker, its times and
//! counts the plan, everything else the catalogue.

mod amounts;
mod declared;
mod keywords;
mod parts;
#[cfg(test)]
mod tests;
mod words;

use super::symbols::{self, Symbol};
use super::{View, nodes};
use crate::check::names::Names;
use crate::check::{Context, visit};
use crate::diagnostics::{Code, pages};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, ExprKind, ItemKind};
use crate::syntax::tree::{Kind, Node};

#[derive(Clone, Debug, PartialEq)]
pub struct Hover {
    /// The word that it is about.
    pub span: Span,
    /// Markdown.
    pub text: String,
}

/// What there is to say at an offset.
pub fn hover(view: &View<'_>, offset: usize) -> Option<Hover> {
    if let Some(found) = code(view, offset).or_else(|| import_path(view, offset)) {
        return Some(found);
    }
    let names = Names::of(view.workspace());
    let cx = Context::new(view.workspace(), &[], &names);
    let about = About { view: *view, cx: &cx };
    cx.quietly(|| {
        let found = symbols::at(view.workspace(), view.file, offset).and_then(|o| {
            let text = match o.symbol {
                Symbol::Named(named) => about.named(named),
                Symbol::Word(word) => about.word(word, o.span),
            };
            text.map(|text| Hover { span: o.span, text })
        });
        found.or_else(|| about.instance(offset)).or_else(|| about.leaf(offset))
    })
}

/// Looks things up for one answer.
struct About<'c, 'a> {
    view: View<'a>,
    cx: &'c Context<'a>,
}

impl<'a> About<'_, 'a> {
    /// Numbers and words of the grammar.
    fn leaf(&self, offset: usize) -> Option<Hover> {
        let tree = &self.view.unit()?.tree;
        let touches = |n: &Node<'_>| n.start() <= offset && offset <= n.end();
        let leaf = tree.leaves().filter(|n| !n.is_trivia() && n.start() < n.end() && touches(n)).last()?;
        let path: Vec<Node<'_>> = tree.nodes().filter(|n| n.start() <= leaf.start() && leaf.end() <= n.end() && n.start() < n.end()).collect();
        let word = matches!(leaf.kind(), Kind::Operator).then(|| keywords::keyword(leaf.text(), &path)).flatten();
        if let Some((span, text)) = self.nodes(leaf.span()) {
            return Some(Hover { span, text: paragraphs([text, word.unwrap_or_default()]) });
        }
        let text = match leaf.kind() {
            Kind::Quantity => amounts::quantity(leaf.text(), offset.saturating_sub(leaf.start())),
            Kind::Keyword | Kind::Operator => keywords::keyword(leaf.text(), &path),
            Kind::Name if matches!(leaf.text(), "true" | "false") => keywords::keyword(leaf.text(), &path),
            _ => None,
        }?;
        Some(Hover { span: leaf.span(), text })
    }

    /// What the nodes cost and have of whose number this is a part: `4` and `of` of `4 of "m5.xlarge"`, also as a range.
    fn nodes(&self, part: Span) -> Option<(Span, String)> {
        let item = self.cx.file(part.file)?.items.iter().find(|i| i.span.start <= part.start && part.end <= i.span.end)?;
        let mut found = None;
        visit::expressions(item, &mut |e| {
            if let ExprKind::Binary { op: BinaryOp::Of, right, .. } = &e.kind
                && e.span.start <= part.start
                && part.end <= right.span.start
            {
                found = Some(e);
            }
        });
        let e = found?;
        let ((low, high), node) = self.cx.nodes(e, "this")?;
        Some((e.span, nodes::several(low, high, node)))
    }

    /// A place as people may see it, on its own lines.
    fn shown(&self, span: Span) -> String {
        self.cx.ws.map.file(span.file).shown(span.start as usize..span.end as usize).into_owned()
    }
}

/// A code in an allow comment.
fn code(view: &View<'_>, offset: usize) -> Option<Hover> {
    let allows = &view.unit()?.ast.allows;
    let code = allows.iter().flat_map(|a| &a.codes).find(|c| c.span.start as usize <= offset && offset <= c.span.end as usize)?;
    let page = Code::parse(&code.text).and_then(pages::page)?;
    let text = format!("**{}** {}\n\n{}", code.text, pages::title(page), pages::summary(page));
    Some(Hover { span: code.span, text })
}

/// The file that an import reads.
fn import_path(view: &View<'_>, offset: usize) -> Option<Hover> {
    let items = &view.unit()?.ast.items;
    let path = items.iter().find_map(|item| match &item.kind {
        ItemKind::Import(import) => import.path.as_ref().filter(|p| p.span.start as usize <= offset && offset <= p.span.end as usize),
        _ => None,
    })?;
    let module = view.workspace().imports.get(&(view.file, path.value.clone()))?.as_ref().ok()?;
    Some(Hover { span: path.span, text: declared::module(view.workspace(), *module) })
}

/// Paragraphs that are there.
fn paragraphs(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn fenced(code: &str) -> String {
    format!("```scale\n{}\n```", code.trim_end())
}
