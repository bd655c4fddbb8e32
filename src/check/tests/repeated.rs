//! What stands in a `repeat` beside phases (E0103): nothing else is repeated, and what is not repeated would not be heard at all.

use crate::check::Context;
use crate::diagnostics::{Diagnostic, codes};
use crate::syntax::ast::{Statement, StatementKind};

pub fn check(cx: &Context<'_>, statements: &[Statement]) {
    for statement in statements {
        let StatementKind::Repeat { statements: inner, .. } = &statement.kind else { continue };
        for statement in inner {
            if let Some(message) = misplaced(statement) {
                cx.report(message);
            }
        }
        check(cx, inner);
    }
}

fn misplaced(statement: &Statement) -> Option<Diagnostic> {
    let (word, help) = match &statement.kind {
        StatementKind::Phase(_) | StatementKind::Repeat { .. } => return None,
        StatementKind::Send(_) => ("send", "move it out of the `repeat`, where it is for all phases, or into the phase that it is for: `phase burst = hold 5_000/s for 1m { send … }`"),
        StatementKind::Expect { .. } => ("expect", "move it out of the `repeat`: `during burst` and `after burst` speak of every instance"),
        StatementKind::Sustain { .. } => ("sustain", "move it out of the `repeat`"),
        StatementKind::Abort { .. } => ("abort", "move it out of the `repeat`: it watches all of the test"),
        StatementKind::Fault { .. } => ("fault", "move it out of the `repeat`: `at 1m into burst` strikes in every instance"),
        StatementKind::Undo { .. } => ("undo", "move it out of the `repeat`, below its fault"),
        StatementKind::Setting { key, .. } => (key.text.as_str(), "move it out of the `repeat`: a setting holds for all of the test"),
    };
    Some(Diagnostic::new(codes::E0103, statement.span, format!("`{word}` does not belong in a `repeat`: only phases are repeated")).here("not a phase").help(help))
}
