//! The canonical layout of a file: two spaces a level, at most one blank line, and runs of siblings set in columns.
//!
//! * Every comment, every line break directly inside `( )` and `[ ]`, and the choice between `{ … }` on one line and on several is the author's.
//!   No line is ever wrapped. Statements always have lines of their own.
//! * A *run* is a sequence of siblings of one kind, ended by a blank line, a comment line or another kind. In a run the cells of [`cells`]
//!   line up, one space after the longest of their column; an item of several lines takes part with its first line.
//! * A file keeps its byte order mark and its line ends (those of its first line), and ends with exactly one.

mod cells;
mod rows;
mod spacing;

use crate::syntax::{Parsed, Tree};

/// The text in canonical layout; `None` where the file has mistakes of syntax (`parsed.diagnostics` tells them), because moving text about that
/// is not understood can only make it worse. Idempotent; keeps what the file means and all of its comments.
pub fn format(parsed: &Parsed) -> Option<String> {
    if parsed.diagnostics.iter().any(|d| d.is_error()) {
        return None;
    }
    Some(layout(&parsed.tree))
}

/// The canonical layout of a text without mistakes of syntax.
pub fn layout(tree: &Tree) -> String {
    rows::file(tree)
}
