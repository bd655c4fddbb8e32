//! What lines up: the cells of a statement, each a stretch of its nodes.

use crate::syntax::tree::{Kind, Node};
use std::ops::Range;

/// Siblings of one of these kinds, one after the other, are a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Run {
    /// `let` and `param`
    Constants,
    /// `fault` and `undo`
    Faults,
    /// Any other statement or entry.
    Of(Kind),
}

pub(super) fn run(node: Node<'_>) -> Run {
    match node.kind() {
        Kind::Let | Kind::Param => Run::Constants,
        Kind::Fault | Kind::Undo => Run::Faults,
        kind => Run::Of(kind),
    }
}

pub(super) struct Cell {
    /// Indices of its nodes.
    pub nodes: Range<usize>,
    pub right: bool,
}

/// The cells of a statement or an entry, left to right. An empty one keeps its column free.
pub(super) fn cells(node: Node<'_>) -> Vec<Cell> {
    let at = |kind: Kind| node.child(kind).map(|n| n.index());
    let word = |word: &str| node.children().find(|n| n.kind() == Kind::Keyword && n.text() == word).map(|n| n.index());
    let second = || node.children().nth(1).map(|n| n.index());
    // Where the cells begin, the first left out.
    let (starts, right): (Vec<Option<usize>>, Option<usize>) = match node.kind() {
        Kind::Import => (vec![second(), word("from")], None),
        Kind::Let | Kind::Param | Kind::Target | Kind::Source | Kind::Metric | Kind::FieldEntry | Kind::Phase | Kind::Fault | Kind::Undo => {
            (vec![second(), at(Kind::Eq)], None)
        }
        Kind::Setting | Kind::TestSetting => (vec![at(Kind::Eq)], None),
        Kind::Alert => (vec![second(), at(Kind::Name), word("when")], None),
        Kind::Rule => (vec![second(), word("when"), at(Kind::Arrow)], None),
        Kind::Arm => (vec![at(Kind::Arrow)], None),
        Kind::Expect => (vec![second(), at(Kind::Window)], None),
        Kind::Weighted => (vec![second()], Some(0)),
        Kind::Send => {
            let what = at(Kind::Chain);
            // A send without a share leaves the place of the share empty.
            (vec![second(), what, word("to")], Some(1))
        }
        _ => (Vec::new(), None),
    };
    let mut cells = Vec::with_capacity(starts.len() + 1);
    let mut from = node.index();
    for start in starts.into_iter().flatten() {
        cells.push(Cell { nodes: from..start, right: right == Some(cells.len()) });
        from = start;
    }
    cells.push(Cell { nodes: from..node.index_end(), right: right == Some(cells.len()) });
    cells
}
