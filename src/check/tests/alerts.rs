//! `alert` lines: checked once for the file, recorded by every test that provides what they watch.

use super::{logic, say};
use crate::check::{Context, MetricScope};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{self, AlertLevel};
use crate::source::Span;
use crate::syntax::ast;
use crate::units::Exact;
use num_traits::Zero;
use std::collections::HashMap;

/// An alert that has been read.
pub struct Read<'a> {
    pub ast: &'a ast::Alert,
    /// `None` where something in it is broken.
    pub alert: Option<plan::Alert>,
    /// Seconds, with its place.
    hold: Option<(Exact, Span)>,
    span: Span,
}

/// Reads the alerts of a file. A condition is no window: window functions need a phase, and no test is known here.
pub fn read<'a>(cx: &Context<'a>, items: impl Iterator<Item = (&'a ast::Alert, Span)>) -> Vec<Read<'a>> {
    let mut reads: Vec<Read<'a>> = Vec::new();
    let mut known: HashMap<&str, &ast::Ident> = HashMap::new();
    for (alert, span) in items {
        if let Some(name) = &alert.name
            && let first = *known.entry(&name.text).or_insert(name)
            && first.span != name.span
        {
            cx.report(
                Diagnostic::new(codes::E0202, name.span, format!("alert `{}` is declared twice", name.text))
                    .here("again here")
                    .label(first.span, "first here")
                    .help("give it another name"),
            );
        }
        reads.push(one(cx, alert, span));
    }
    reads
}

fn one<'a>(cx: &Context<'a>, alert: &'a ast::Alert, span: Span) -> Read<'a> {
    let condition = cx.condition(&alert.condition, &MetricScope::default());
    if let (Some(condition), Some(name)) = (&condition, &alert.name) {
        logic::check_watch(cx, span, &alert.condition, condition, &logic::Watch::Alert(&name.text));
    }
    let hold = match &alert.hold {
        Some(e) => cx.duration(e, "how long the condition must hold").map(|length| (length, Some(e.span))),
        None => Some((Exact::zero(), None)),
    };
    let level = alert.level.as_ref().and_then(|level| match level.text.as_str() {
        "critical" => Some(AlertLevel::Critical),
        "warning" => Some(AlertLevel::Warning),
        _ => None,
    });
    let lowered = condition.zip(hold).zip(level).zip(alert.name.as_ref()).map(|(((condition, (hold, _)), level), name)| plan::Alert {
        name: name.text.clone(),
        level,
        condition,
        hold,
        span,
    });
    Read { ast: alert, alert: lowered, hold: hold.and_then(|(length, place)| place.map(|place| (length, place))), span }
}

/// E0602: an alert that waits for longer than any of the tests that could raise it.
pub fn too_slow(cx: &Context<'_>, read: &Read<'_>, longest_test: Exact) {
    let Some((length, place)) = read.hold.filter(|(length, _)| *length > longest_test) else { return };
    cx.report(
        Diagnostic::new(
            codes::E0602,
            read.span,
            format!("this alert waits for {}, longer than any test that could raise it ({})", say::time(length), say::time(longest_test)),
        )
        .label(place, format!("must hold for {}", say::time(length)))
        .help(format!("wait for less than {}", say::time(longest_test))),
    );
}
