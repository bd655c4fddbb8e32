//! Tree → [`ast`]: picks the parts out of each statement. Says nothing about mistakes in words (`problems.rs` does), it only notes what it could
//! not build.

mod comments;
mod expression;
mod statements;
mod values;

pub(super) use expression::MAX_DEPTH;

use super::ast;
use super::tree::{Hole, Kind, Node, Tree};
use crate::source::Span;

/// What is wrong with an expression as a whole.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trouble {
    /// `a < b < c`: the second operator, and the first.
    Chained { again: Span, first: Span },
    /// Operators within operators beyond what later stages walk.
    TooDeep(Span),
    /// `..` without either end.
    EmptyRange(Span),
}

impl Trouble {
    pub(super) fn at(self) -> usize {
        let (Trouble::Chained { again: span, .. } | Trouble::TooDeep(span) | Trouble::EmptyRange(span)) = self;
        span.start as usize
    }
}

pub(super) struct Lowering<'t> {
    text: &'t str,
    troubles: Vec<Trouble>,
    /// Declarations found inside a test.
    misplaced: Vec<ast::Item>,
    broken: Vec<ast::Ident>,
}

pub(super) fn file(tree: &Tree) -> (ast::File, Vec<Trouble>) {
    let mut lowering = Lowering { text: tree.text(), troubles: Vec::new(), misplaced: Vec::new(), broken: Vec::new() };
    let doc = comments::file_doc(tree.text());
    let mut items = Vec::new();
    for node in tree.root().children() {
        match lowering.item(node) {
            Some(item) => items.push(item),
            None => lowering.note_broken(node),
        }
        items.append(&mut lowering.misplaced);
    }
    let allows = comments::allows(tree);
    let file = ast::File { id: tree.file(), doc, items, allows, broken_names: lowering.broken, broken: Vec::new() };
    (file, lowering.troubles)
}

impl Lowering<'_> {
    /// The name that a line which is no statement would have declared: the second word of `word name =`, `word name {`.
    fn note_broken(&mut self, node: Node<'_>) {
        if node.kind() != Kind::Stray {
            return;
        }
        let text = node.text();
        let word = |from: usize| {
            let rest = text.get(from..).unwrap_or("");
            let start = from + rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let len = text.get(start..).unwrap_or("").bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            (start, start + len)
        };
        let (_, first_end) = word(0);
        let (start, end) = word(first_end);
        let after = text.get(end..).unwrap_or("").trim_start_matches([' ', '\t']);
        if first_end > 0 && end > start && after.starts_with(['=', '{', '[']) && !after.starts_with("==") {
            let span = Span::new(node.span().file, node.start() + start, node.start() + end);
            self.broken.push(ast::Ident { text: text.get(start..end).unwrap_or("").to_string(), span });
        }
    }
}

impl Hole {
    /// Stands for a word or a bracket, not for a value.
    pub(super) fn is_mark(self) -> bool {
        use Hole::*;
        matches!(
            self,
            Eq | Arrow | From | In | Of | To | For | Over | By | Every | Period | Hold | Within | After | Into | During | End | When | Comma
                | OpenBrace | CloseBrace | CloseParen | CloseBracket | Name | TextName | Kind | Block | Member | Level | Window | Direction
                | Unit | Label | Path | Shape | FaultTime
        )
    }
}

/// What fills the places for values of a statement, in order: values, and holes for values.
fn slots<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    node.children().filter(|n| match n.kind() {
        Kind::Expr | Kind::ParamValue | Kind::Chain | Kind::Construct | Kind::Record | Kind::FieldName | Kind::FaultAction => true,
        Kind::Hole(hole) => !hole.is_mark(),
        _ => false,
    })
}

fn ident(node: Node<'_>) -> ast::Ident {
    ast::Ident { text: node.text().to_string(), span: node.span() }
}

/// The name that a declaration gives.
fn declared(node: Node<'_>) -> Option<ast::Ident> {
    node.children().find(|n| matches!(n.kind(), Kind::Name | Kind::Word)).map(ident)
}
