//! `expect`, `sustain`, `abort` and `alert` lines: their conditions and windows, evaluated.

use super::logic::{self, Line, Stop};
use super::looks::{Looks, Sight, Starts};
use super::windows::{self, Ground};
use super::{judgement, sampling, say};
use crate::check::{Context, MetricScope};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan;
use crate::source::Span;
use crate::syntax::ast::{self, Statement, StatementKind};
use crate::units::Exact;
use num_traits::Zero;

/// What a test wants to be true; `None` where a line is broken.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    pub expectations: Vec<Option<plan::Expectation>>,
    pub sustains: Vec<Option<plan::Sustain>>,
    pub aborts: Vec<Option<plan::Abort>>,
}

pub fn evaluate<'a>(cx: &Context<'a>, test: &'a ast::Test, ground: &Ground<'_, 'a>, scope: &MetricScope) -> Wishes {
    let mut wishes = Wishes::default();
    let mut compared = Compared { starts: Starts::of(ground), lines: Vec::new(), stops: Vec::new() };
    for statement in &test.statements {
        let line = cx.ws.map.line_column(statement.span).line;
        match &statement.kind {
            StatementKind::Expect { condition, window } => {
                let typed = cx.condition(condition, scope);
                let looked = windows::evaluate(cx, ground, statement.span, window);
                if let Some(typed) = &typed {
                    judgement::check(cx, statement.span, typed, looked.as_ref().map(|(w, _)| w), ground);
                    if let Some((window, per)) = &looked {
                        sampling::check(cx, statement.span, typed, (window, per.as_ref()), ground);
                        compared.line(cx, ground, statement, condition, typed, Sight::Window(window.clone(), per.clone()));
                    }
                }
                wishes.expectations.push(typed.zip(looked).map(|(condition, (window, per))| plan::Expectation {
                    text: folded(cx, statement, &["expect"]),
                    file: cx.ws.map.file(statement.span.file).path.clone(),
                    line,
                    span: statement.span,
                    condition,
                    window,
                    per,
                }));
            }
            StatementKind::Sustain { condition } => {
                let typed = cx.condition(condition, scope);
                if let Some(typed) = &typed {
                    judgement::check_trend(cx, statement.span, typed);
                    sampling::check_sustain(cx, statement.span, typed, ground);
                    compared.line(cx, ground, statement, condition, typed, Sight::Hold);
                }
                wishes.sustains.push(typed.map(|condition| plan::Sustain { text: folded(cx, statement, &["sustain"]), line, condition }));
            }
            StatementKind::Abort { condition: written, hold } => {
                let typed = cx.condition(written, &MetricScope { window: false, ..scope.clone() });
                if let Some(typed) = &typed {
                    judgement::check_trend(cx, statement.span, typed);
                    logic::check_watch(cx, statement.span, written, typed, &logic::Watch::Abort);
                }
                let hold = match hold {
                    Some(hold) => cx.duration(hold, "how long the condition must hold").map(|length| (length, Some(hold.span))),
                    None => Some((Exact::zero(), None)),
                };
                if let Some((length, Some(place))) = hold {
                    long_hold(cx, ground, statement.span, "abort", place, length);
                }
                if let Some((typed, (hold, _))) = typed.clone().zip(hold) {
                    compared.stops.push(Stop { statement: statement.span, written: written.span, condition: typed, hold });
                }
                wishes.aborts.push(typed.zip(hold).map(|(condition, (hold, _))| plan::Abort {
                    text: folded(cx, statement, &["abort", "when"]),
                    line,
                    span: statement.span,
                    condition,
                    hold,
                }));
            }
            _ => {}
        }
    }
    logic::check(cx, &compared.lines, &compared.stops);
    wishes
}

/// What is held against each other.
struct Compared {
    starts: Starts,
    lines: Vec<Line>,
    stops: Vec<Stop>,
}

impl Compared {
    fn line<'a>(&mut self, cx: &Context<'a>, ground: &Ground<'_, '_>, statement: &Statement, written: &'a ast::Expr, condition: &plan::Condition, sight: Sight) {
        let looks = Looks::of(ground, &self.starts, sight);
        self.lines.push(Line { statement: statement.span, written: written.span, condition: condition.clone(), looks, varies: cx.varies(written) });
    }
}

/// E0602: a condition that must hold for longer than the test lasts.
fn long_hold(cx: &Context<'_>, ground: &Ground<'_, '_>, place: Span, what: &str, hold: Span, length: Exact) {
    if let Some(total) = ground.timeline.total().filter(|total| length > *total) {
        cx.report(
            Diagnostic::new(codes::E0602, place, format!("this {what} waits for {}, longer than the test, which takes {}", say::time(length), say::time(total)))
                .label(hold, format!("must hold for {}", say::time(length)))
                .help(format!("wait for less than {}", say::time(total))),
        );
    }
}

/// The text of a statement without its first words, white space folded.
pub fn folded(cx: &Context<'_>, statement: &Statement, words: &[&str]) -> String {
    let text = fold(cx.text_at(statement.span));
    let mut rest = text.as_str();
    for word in words {
        rest = rest.strip_prefix(word).map_or(rest, str::trim_start);
    }
    rest.to_string()
}

/// Comments dropped, white space folded to one blank, texts kept as they are.
pub fn fold(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        if quoted {
            out.push(c);
            match c {
                '\\' => out.extend(chars.next()),
                '"' => quoted = false,
                _ => {}
            }
        } else if c == '#' {
            while chars.next_if(|c| *c != '\n').is_some() {}
        } else if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            quoted = c == '"';
            out.push(c);
        }
    }
    out.trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn white_space_folds_and_texts_stay() {
        assert_eq!(fold("expect latency.p99 < 2s    during  burst"), "expect latency.p99 < 2s during burst");
        assert_eq!(fold("prom.query(\"a  # b\") # note\n > 3"), "prom.query(\"a  # b\") > 3");
    }
}
