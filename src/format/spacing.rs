//! Which words stand next to each other without a blank, and which blocks spread over several lines.

use crate::syntax::Tree;
use crate::syntax::tree::{Kind, Node};

/// What the layout needs to know of each node, by its index.
pub(super) struct Marks {
    tight: Vec<bool>,
    spread: Vec<bool>,
}

impl Marks {
    /// No blank before this leaf.
    pub(super) fn tight(&self, leaf: Node<'_>) -> bool {
        self.tight.get(leaf.index()).copied().unwrap_or(false)
    }
    /// The block has lines of its own.
    pub(super) fn spread(&self, block: Node<'_>) -> bool {
        self.spread.get(block.index()).copied().unwrap_or(false)
    }
}

pub(super) fn marks(tree: &Tree) -> Marks {
    let count = tree.root().index_end();
    let mut marks = Marks { tight: vec![false; count], spread: vec![false; count] };
    for node in tree.nodes() {
        tighten(node, &mut marks.tight);
    }
    spread(tree, &mut marks.spread);
    marks
}

fn tighten(node: Node<'_>, tight: &mut [bool]) {
    let mut mark = |leaf: Option<Node<'_>>| {
        if let Some(slot) = leaf.and_then(|n| tight.get_mut(n.index())) {
            *slot = true;
        }
    };
    match node.kind() {
        Kind::Comma | Kind::CloseParen | Kind::CloseBracket | Kind::Dot => mark(Some(node)),
        Kind::Arguments | Kind::Paren => {
            if node.kind() == Kind::Arguments {
                mark(first_leaf(node));
            }
            mark(node.children().nth(1).and_then(first_leaf));
        }
        Kind::Index | Kind::Family | Kind::PhaseRef | Kind::List => {
            let open = node.child(Kind::OpenBracket);
            if node.kind() != Kind::List {
                mark(open);
            }
            let inner = open.and_then(|open| node.children().find(|n| n.start() >= open.end()));
            mark(inner.and_then(first_leaf));
        }
        Kind::Member => mark(node.child(Kind::Word)),
        Kind::Body => {
            let mut children = node.children().skip(1);
            mark(children.next().filter(|n| n.kind() == Kind::CloseBrace));
        }
        Kind::Expr | Kind::ParamValue => operators(node, &mut mark),
        _ => {}
    }
}

/// `..` and a minus in front stand close to what they belong to.
fn operators(node: Node<'_>, mark: &mut impl FnMut(Option<Node<'_>>)) {
    let mut before: Option<Node<'_>> = None;
    // Whether the last part was an operator that wants an operand to its right.
    let mut open = true;
    let mut close_up = false;
    for part in node.children() {
        if close_up {
            mark(first_leaf(part));
        }
        close_up = false;
        match part.kind() {
            Kind::Dots => {
                if before.is_some() && !open {
                    mark(Some(part));
                }
                let next = node.children().find(|n| n.start() >= part.end());
                let has_operand = next.is_some_and(|n| n.kind() == Kind::Chain || n.kind() == Kind::Operator && matches!(n.text(), "-" | "not"));
                close_up = has_operand;
                open = has_operand;
            }
            Kind::Operator => {
                close_up = open && part.text() == "-";
                open = true;
            }
            _ => open = false,
        }
        before = Some(part);
    }
}

pub(super) fn first_leaf(node: Node<'_>) -> Option<Node<'_>> {
    node.descendants().find(|n| n.is_leaf() && !n.is_trivia())
}

/// A block of entries is spread where its author put a newline directly into it; one of statements unless it is empty.
fn spread(tree: &Tree, spread: &mut [bool]) {
    let mut open: Vec<(Kind, usize)> = Vec::new();
    let mut blocks: Vec<usize> = Vec::new();
    for node in tree.nodes() {
        match node.kind() {
            Kind::Body | Kind::Arms => blocks.push(node.index()),
            Kind::TestBlock | Kind::PhaseBlock | Kind::SizingBlock => {
                blocks.push(node.index());
                if let Some(slot) = spread.get_mut(node.index()).filter(|_| node.children().count() > 2) {
                    *slot = true;
                }
            }
            Kind::OpenBrace => open.push((Kind::OpenBrace, blocks.pop().unwrap_or(0))),
            Kind::OpenParen | Kind::OpenBracket => open.push((node.kind(), 0)),
            Kind::CloseBrace | Kind::CloseParen | Kind::CloseBracket => {
                open.pop();
            }
            Kind::Newline => {
                if let Some((Kind::OpenBrace, block)) = open.last()
                    && let Some(slot) = spread.get_mut(*block)
                {
                    *slot = true;
                }
            }
            _ => {}
        }
    }
    // `{` and `}` around nothing, not even a comment.
    for node in tree.nodes().filter(|n| n.kind().is_block()) {
        let empty = node.all_children().all(|n| matches!(n.kind(), Kind::OpenBrace | Kind::CloseBrace | Kind::Newline | Kind::Whitespace));
        if let Some(slot) = spread.get_mut(node.index()).filter(|_| empty) {
            *slot = false;
        }
    }
}
