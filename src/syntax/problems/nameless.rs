//! `let = 5`, `phase = hold 5/s for 1m`: a word that starts a statement, and at once its `=`. To the grammar it is a setting of that name.

use super::super::tree::{Kind, Node};
use super::super::words::{self, form_of};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// E0101, where a setting is meant as what its key starts.
pub(super) fn setting(node: Node<'_>, parent: Kind) -> Option<Diagnostic> {
    if node.kind() != Kind::TestSetting {
        return None;
    }
    let table = match parent {
        Kind::TestBlock => words::STATEMENTS,
        Kind::Orphans => words::DECLARATIONS,
        _ => return None,
    };
    let key = node.children().next()?;
    let form = form_of(table, key.text())?;
    let place = Span { start: key.span().end, ..key.span() };
    let what = match key.text() {
        "send" => "an event or a mix",
        "repeat" => "how often to repeat",
        "expect" | "sustain" => "a condition",
        "abort" => "`when`",
        _ => "a name",
    };
    Some(
        Diagnostic::new(codes::E0101, place, format!("expected {what} behind `{}`, found `=`", key.text()))
            .here(format!("expected {what} here"))
            .help(format!("write `{}`", form.form)),
    )
}
