//! E0603: a window so short, or a metric so rarely sampled, that nothing may be seen in it.

use super::pieces::{self, Piece};
use super::say;
use super::timeline::Timed;
use super::windows::Ground;
use crate::check::Context;
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Condition, MetricRef, Nature, Per, PhaseId, Shape, Window};
use crate::source::Span;
use num_traits::{Signed, Zero};

/// Of an expectation.
pub fn check(cx: &Context<'_>, statement: Span, condition: &Condition, (window, per): (&Window, Option<&Per>), ground: &Ground<'_, '_>) {
    let (here, elsewhere) = read(condition);
    let told = match window {
        // What is left of a series at the end was sampled in the whole test.
        Window::AtEnd => ground.timeline.total().is_some_and(|total| unseen(cx, ground, statement, &here, Piece { length: total, because: None, phase: None }, Place::Test)),
        _ => pieces::shortest(pieces::of(ground, window)).is_some_and(|piece| match per {
            Some(Per::Time(stretch)) if stretch.is_positive() && *stretch < piece.length => {
                unseen(cx, ground, statement, &here, Piece { length: *stretch, because: None, phase: None }, Place::Stretch)
            }
            _ => unseen(cx, ground, statement, &here, piece, Place::Window),
        }),
    };
    if !told {
        named_phases(cx, statement, &elsewhere, ground);
    }
}

/// Of a `sustain` line, which is judged while a search holds a rate.
pub fn check_sustain(cx: &Context<'_>, statement: Span, condition: &Condition, ground: &Ground<'_, '_>) {
    let (here, elsewhere) = read(condition);
    let holds = ground.timeline.phases.iter().filter_map(|timed| match &timed.shape {
        Some(Shape::Search { hold, .. }) => Some(Piece { length: *hold, because: Some((timed.span, format!("holds each rate for {}", say::time(*hold)))), phase: None }),
        _ => None,
    });
    let told = pieces::shortest(holds.collect()).is_some_and(|piece| unseen(cx, ground, statement, &here, piece, Place::Window));
    if !told {
        named_phases(cx, statement, &elsewhere, ground);
    }
}

/// `avg(m, baseline)` looks there, whatever the window.
fn named_phases(cx: &Context<'_>, statement: Span, elsewhere: &[(&MetricRef, &[PhaseId])], ground: &Ground<'_, '_>) {
    for (metric, phases) in elsewhere {
        if let Some(piece) = pieces::shortest(pieces::during(ground, phases))
            && unseen(cx, ground, statement, &[*metric], piece, Place::Window)
        {
            return;
        }
    }
}

enum Place {
    Window,
    Stretch,
    Test,
}

/// Whether that had to be said.
fn unseen(cx: &Context<'_>, ground: &Ground<'_, '_>, statement: Span, metrics: &[&MetricRef], piece: Piece, place: Place) -> bool {
    let sampled = |m: &&&MetricRef| !matches!(m.nature, Nature::Declared | Nature::Final | Nature::Distribution);
    let Some(rarest) = metrics.iter().filter(sampled).max_by_key(|m| m.interval) else { return false };
    if rarest.interval <= piece.length || skipped(ground, &piece) {
        return false;
    }
    let (name, length) = (&rarest.series, say::time(piece.length));
    let every = say::time(rarest.interval);
    let title = match place {
        _ if piece.length.is_zero() => format!("nothing is left of this window to see `{name}` in"),
        Place::Window => format!("`{name}` is sampled every {every}, too rarely to be seen in a window of {length}"),
        Place::Stretch => format!("`{name}` is sampled every {every}, too rarely to be seen in each stretch of {length}"),
        Place::Test => format!("`{name}` is sampled every {every}, too rarely to be seen in a test of {length}"),
    };
    let mut message = Diagnostic::new(codes::E0603, statement, title).here(if piece.length.is_zero() { "a window of 0s" } else { "not one sample may lie in it" });
    if let Some((span, words)) = piece.because {
        message = message.label(span, words);
    }
    let more = match place {
        Place::Stretch => format!("judge per {every} or more"),
        _ => format!("look at it for at least {every}"),
    };
    cx.report(message.help(if piece.length.is_zero() { more } else { format!("sample it at least every {length}, or {more}") }));
    true
}

/// A phase with load that `skip_first` swallows is E0505; what is wrong there is no matter of sampling.
fn skipped(ground: &Ground<'_, '_>, piece: &Piece) -> bool {
    let swallowed = |timed: &Timed<'_>| timed.has_load() && !matches!(timed.shape, Some(Shape::Flood { .. } | Shape::Search { .. }));
    piece.length.is_zero() && piece.phase.and_then(|id| ground.timeline.phases.get(id)).is_some_and(swallowed)
}

/// The metrics of a condition that are read in the window, and those that a window function reads in phases of its own.
fn read(condition: &Condition) -> (Vec<&MetricRef>, Vec<(&MetricRef, &[PhaseId])>) {
    let all = condition.metrics_and_phases();
    let here = all.iter().filter(|(_, phases)| phases.is_none()).map(|(metric, _)| *metric).collect();
    (here, all.into_iter().filter_map(|(metric, phases)| Some((metric, phases?))).collect())
}
