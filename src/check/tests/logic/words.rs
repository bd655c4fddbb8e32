//! What E0604, W0610 and W0611 say.

use super::{Found, Line, Stop};
use crate::check::Context;
use crate::check::reason::{Conflict, written};
use crate::check::tests::expectations::fold;
use crate::check::tests::looks::Sight;
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Compare, Condition, Value, ValueKind, Window};
use crate::source::Span;

/// What watches a condition while a test runs.
pub enum Watch<'w> {
    Alert(&'w str),
    Abort,
}

/// E0604, of one line.
pub(super) fn impossible(cx: &Context<'_>, line: &Line, conflict: &Conflict) -> Diagnostic {
    let text = fold(cx.text_at(line.written));
    let d = Diagnostic::new(codes::E0604, line.statement, format!("`{text}` can never hold")).here("no value satisfies this");
    noted(d, &conflict.facts, &line.condition, None).help("expect what can be true, or take the line away")
}

/// W0611
pub(super) fn always(cx: &Context<'_>, line: &Line, conflict: &Conflict) -> Diagnostic {
    let text = fold(cx.text_at(line.written));
    Diagnostic::new(codes::W0611, line.statement, format!("`{text}` is always true")).here(why(conflict)).help("expect what could fail, or take the line away")
}

pub(super) fn watches_everything(cx: &Context<'_>, statement: Span, place: Span, what: &Watch<'_>, conflict: &Conflict) -> Diagnostic {
    let text = fold(cx.text_at(place));
    let so = match what {
        Watch::Alert(name) => format!("alert `{name}` fires from the start"),
        Watch::Abort => "the run is aborted as soon as it starts".to_owned(),
    };
    Diagnostic::new(codes::W0611, statement, format!("`{text}` is always true: {so}")).here(why(conflict)).help("watch for what should not be")
}

pub(super) fn watches_nothing(cx: &Context<'_>, statement: Span, place: Span, what: &Watch<'_>, conflict: &Conflict) -> Diagnostic {
    let text = fold(cx.text_at(place));
    let so = match what {
        Watch::Alert(name) => format!("alert `{name}` never fires"),
        Watch::Abort => "it never aborts the run".to_owned(),
    };
    let here = if conflict.facts.is_empty() { "no value satisfies this".to_owned() } else { why(conflict) };
    Diagnostic::new(codes::W0611, statement, format!("`{text}` is never true: {so}")).here(here).help("watch for what can be")
}

/// The first fact, or that there is nothing to measure.
fn why(conflict: &Conflict) -> String {
    conflict.facts.first().cloned().unwrap_or_else(|| "whatever is measured".to_owned())
}

/// E0604 and W0610: the label on the later of the two.
pub(super) fn pair(cx: &Context<'_>, earlier: &Line, later: &Line, found: &Found) -> Diagnostic {
    // Where both look at the same, that is said once.
    let same = earlier.looks.sight == later.looks.sight;
    let text = |line: &Line| if same { fold(cx.text_at(line.written)) } else { whole(cx, line) };
    let (a, b) = (text(earlier), text(later));
    match found {
        Found::Contradiction(conflict) => {
            let window = if same { window_text(cx, later) } else { String::new() };
            let d = Diagnostic::new(codes::E0604, later.statement, format!("`{b}` and `{a}` cannot both hold{window}"))
                .here("contradicts the earlier one")
                .label(earlier.statement, "no value satisfies both");
            let d = noted(d, &conflict.facts, &later.condition, Some(&earlier.condition));
            let d = match shared(earlier, later, cx) {
                Some(shared) if !same => d.note(shared),
                _ => d,
            };
            let phases = matches!(&later.looks.sight, Sight::Window(Window::During { .. }, _));
            d.help(match same {
                true if phases => "keep one of the two, or let them look at different phases",
                true => "keep one of the two",
                false => "keep one of the two, or let them look at stretches of time that do not overlap",
            })
        }
        Found::Twice => {
            let again = if fold(cx.text_at(earlier.statement)) == fold(cx.text_at(later.statement)) {
                format!("`{}` stands here twice", whole(cx, later))
            } else {
                format!("`{b}` says the same as `{a}`")
            };
            Diagnostic::new(codes::W0610, later.statement, again)
                .here("again here")
                .label(earlier.statement, "first here")
                .help("remove one of the two")
                .fix("remove the second one", true, line_of(cx, later.statement), "")
        }
        Found::LaterImplied(facts) => {
            let d = Diagnostic::new(codes::W0610, later.statement, format!("`{b}` is implied by `{a}`"))
                .here("says nothing more")
                .label(earlier.statement, "this is stricter");
            explained(d, facts).help("remove the weaker one").fix("remove the weaker one", false, line_of(cx, later.statement), "")
        }
        Found::EarlierImplied(facts) => {
            let d = Diagnostic::new(codes::W0610, later.statement, format!("`{b}` implies `{a}`"))
                .here("this is stricter")
                .label(earlier.statement, "says nothing more, so it is not needed");
            explained(d, facts).help("remove the weaker one").fix("remove the weaker one", false, line_of(cx, earlier.statement), "")
        }
    }
}

/// E0604, of an expectation and an abort.
pub(super) fn stopped(cx: &Context<'_>, line: &Line, stop: &Stop, conflict: &Conflict) -> Diagnostic {
    let (expected, condition) = (whole(cx, line), fold(cx.text_at(stop.written)));
    let title = format!("`{expected}` and `abort when {condition}` cannot both be: where the first holds, the run is aborted");
    let (primary, here, other, there) = if line.statement.start > stop.statement.start {
        (line.statement, "holding, it aborts the run", stop.statement, "ends the run as failed")
    } else {
        (stop.statement, "ends the run as failed", line.statement, "where this holds")
    };
    let d = Diagnostic::new(codes::E0604, primary, title).here(here).label(other, there);
    explained(d, &conflict.facts).help("abort on what is worse than what is expected")
}

/// The line without its first word, on one line.
fn whole(cx: &Context<'_>, line: &Line) -> String {
    let text = fold(cx.text_at(line.statement));
    let word = if matches!(line.looks.sight, Sight::Hold) { "sustain" } else { "expect" };
    text.strip_prefix(word).map_or(text.clone(), |rest| rest.trim_start().to_owned())
}

/// What follows the condition: ` during burst`.
fn window_text(cx: &Context<'_>, line: &Line) -> String {
    let all = fold(cx.text_at(Span { start: line.written.end, ..line.statement }));
    let all = all.trim();
    match &line.looks.sight {
        Sight::Window(Window::Always, None) => " at any moment".to_owned(),
        Sight::Hold => " while a rate is held".to_owned(),
        _ if all.is_empty() => String::new(),
        _ => format!(" {all}"),
    }
}

fn explained(d: Diagnostic, facts: &[String]) -> Diagnostic {
    if facts.is_empty() { d } else { d.note(facts.join("; ")) }
}

/// What the values would have to be, and what is known of them.
fn noted(d: Diagnostic, facts: &[String], a: &Condition, b: Option<&Condition>) -> Diagnostic {
    let sides: Option<Vec<(String, String)>> = [Some(a), b].into_iter().flatten().map(bound).collect();
    let Some(sides) = sides else { return explained(d, facts) };
    let wanted = match sides.as_slice() {
        [(x, first), (y, second)] if x == y => format!("`{x}` would have to be {second} and {first} at once"),
        [(x, first), (y, second)] => format!("`{y}` would have to be {second}, `{x}` {first}"),
        [(x, first)] => format!("`{x}` would have to be {first}"),
        _ => return explained(d, facts),
    };
    d.note(if facts.is_empty() { wanted } else { format!("{wanted}, but {}", facts.join(", and ")) })
}

/// Of a comparison with a constant: what is compared, and `above 90%`.
fn bound(condition: &Condition) -> Option<(String, String)> {
    let constant = |v: &Value| matches!(v.kind, ValueKind::Constant(_));
    match condition {
        Condition::Compare { op, left, right } => {
            let (value, op, limit) = match (constant(left), constant(right)) {
                (false, true) => (left, *op, right),
                (true, false) => (right, turned(*op), left),
                _ => return None,
            };
            let words = match op {
                Compare::Less => "below ",
                Compare::LessEqual => "at most ",
                Compare::Greater => "above ",
                Compare::GreaterEqual => "at least ",
                Compare::Equal => "",
                Compare::NotEqual => "anything but ",
            };
            Some((written(value), format!("{words}{}", written(limit))))
        }
        Condition::In { value, low: Some(low), high: Some(high), inclusive } if constant(low) && constant(high) => {
            let end = if *inclusive { "at most" } else { "below" };
            Some((written(value), format!("between {} and {end} {}", written(low), written(high)).replace("and at most", "and")))
        }
        _ => None,
    }
}

fn turned(op: Compare) -> Compare {
    match op {
        Compare::Less => Compare::Greater,
        Compare::LessEqual => Compare::GreaterEqual,
        Compare::Greater => Compare::Less,
        Compare::GreaterEqual => Compare::LessEqual,
        same => same,
    }
}

/// Where two windows that differ meet.
fn shared(earlier: &Line, later: &Line, cx: &Context<'_>) -> Option<String> {
    let moment = |line: &Line| !line.looks.is_throughout() && !line.looks.is_at_end();
    match (moment(earlier), moment(later)) {
        (false, true) => Some(format!("whichever moment `{}` picks, the earlier one must hold then too", window_text(cx, later).trim())),
        (true, false) => Some(format!("whichever moment `{}` picks, the later one must hold then too", window_text(cx, earlier).trim())),
        _ => None,
    }
}

/// The whole line that a statement stands on, if nothing else stands there.
fn line_of(cx: &Context<'_>, span: Span) -> Span {
    let text = &cx.ws.map.file(span.file).text;
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r');
    let before = text.get(..span.start as usize).unwrap_or("");
    let indent = before.len() - before.trim_end_matches(blank).len();
    let after = text.get(span.end as usize..).unwrap_or("");
    let rest = after.len() - after.trim_start_matches(blank).len();
    let begins = before.len() == indent || before.get(..before.len() - indent).is_some_and(|b| b.ends_with('\n'));
    let ends = after.get(rest..).is_some_and(|a| a.starts_with('\n'));
    if begins && ends { Span { start: span.start - indent as u32, end: span.end + rest as u32 + 1, ..span } } else { span }
}
