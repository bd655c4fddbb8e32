//! The window of an expectation: which phases, how long, and whether it fits into the test (E0601, E0602).

use super::faults::Fault;
use super::timeline::Timeline;
use super::pieces::{self, Piece};
use super::{references, say};
use crate::check::Context;
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Anchor, Per, PhaseId, Window};
use crate::source::Span;
use crate::syntax::ast::{Expr, PhaseRef, WindowClause, WindowKind};
use crate::units::{Dimension, Exact};
use num_traits::{CheckedAdd, CheckedSub, Zero};

/// What windows are measured against.
pub struct Ground<'g, 'a> {
    pub timeline: &'g Timeline<'a>,
    pub faults: &'g [Fault<'a>],
    /// Seconds of each phase that `during` leaves out.
    pub skip_first: Exact,
}

/// Reads a window; `place` is the expectation. `None` where it is broken or missing.
pub fn evaluate<'a>(cx: &Context<'a>, ground: &Ground<'_, 'a>, place: Span, clause: &'a WindowClause) -> Option<(Window, Option<Per>)> {
    let window = match &clause.kind {
        WindowKind::Always => Some(Window::Always),
        WindowKind::AtEnd => Some(Window::AtEnd),
        WindowKind::During(list) => references::phases(cx, ground.timeline, list).map(|phases| Window::During { phases, pooled: list.all }),
        WindowKind::Eventually(list) => references::phases(cx, ground.timeline, list).map(|phases| Window::Eventually { phases }),
        WindowKind::Within { length, start_of, after, hold } => {
            let written = length.span;
            let length = cx.duration(length, "how long the condition may take to hold");
            let hold = match hold {
                Some(hold) => cx.duration(hold, "how long the condition must hold").map(Some),
                None => Some(None),
            };
            let anchor = after.as_ref().and_then(|after| anchor(cx, ground, after, *start_of));
            match (length, hold, anchor) {
                (Some(length), Some(hold), Some(anchor)) => {
                    fits(cx, ground, place, (length, written), hold, &anchor);
                    Some(Window::Within { length, after: anchor, hold })
                }
                _ => None,
            }
        }
        WindowKind::Missing => None,
    };
    let per = match &clause.per {
        Some(per) => Some(self::per(cx, per)?),
        None => None,
    };
    if let (Some(Window::AtEnd), Some(_), Some(e)) = (&window, &per, &clause.per) {
        cx.report(
            Diagnostic::new(codes::E0602, place, "`at end` is one moment, too short for any stretch")
                .label(e.span, "judged per stretch of this length")
                .help("leave `per` out, or judge the stretches of a window: `always per 1m`, `during baseline per 1m`"),
        );
        return None;
    }
    if let (Some(window), Some(Per::Time(stretch)), Some(e)) = (&window, &per, &clause.per) {
        long_stretch(cx, ground, place, window, *stretch, e.span);
    }
    window.map(|window| (window, per))
}

fn per<'a>(cx: &Context<'a>, e: &'a Expr) -> Option<Per> {
    let (value, dim) = cx.either(e, &[Dimension::TIME, Dimension::COUNT], "the stretch to judge")?;
    if value <= Exact::zero() || (dim == Dimension::COUNT && !value.is_integer()) {
        let message = if dim == Dimension::COUNT { "a stretch is a whole number of records, at least one" } else { "a stretch must be longer than zero" };
        cx.report(Diagnostic::new(codes::E0306, e.span, message).help("such as `per 1m` or `per 10_000`"));
        return None;
    }
    if dim == Dimension::COUNT { u64::try_from(value.to_integer()).ok().map(Per::Records) } else { Some(Per::Time(value)) }
}

/// A phase wins over a fault of the same name.
fn anchor<'a>(cx: &Context<'a>, ground: &Ground<'_, 'a>, after: &'a PhaseRef, start_of: bool) -> Option<Anchor> {
    let is_phase = !ground.timeline.instances(&after.name.text).is_empty();
    let fault = ground.faults.iter().position(|f| f.name.text == after.name.text);
    if let (false, Some(fault)) = (is_phase, fault) {
        if start_of || after.instance.is_some() {
            cx.report(
                Diagnostic::new(codes::E0211, after.span, format!("`{}` is a fault, not a phase: it has neither a start nor instances", after.name.text))
                    .help(format!("write `after {}`", after.name.text)),
            );
            return None;
        }
        return Some(Anchor::Fault(fault));
    }
    if !is_phase && references::is_quiet(cx, ground.timeline, &after.name) {
        return None;
    }
    if !is_phase {
        let faults: Vec<&str> = if start_of { Vec::new() } else { ground.faults.iter().map(|f| f.name.text.as_str()).collect() };
        let mut message = references::no_such_phase(cx, ground.timeline, after.name.span, &after.name.text, &faults);
        if !faults.is_empty() {
            message.message = format!("this test has no phase and no fault `{}`", after.name.text);
        }
        cx.report(message);
        return None;
    }
    let phases = references::phase(cx, ground.timeline, after)?;
    Some(if start_of { Anchor::Start(phases) } else { Anchor::End(phases) })
}

/// Seconds from the anchor in (or at the end of) a phase to the end of the test.
fn left(ground: &Ground<'_, '_>, anchor: &Anchor, phase: PhaseId) -> Option<Exact> {
    let after = ground.timeline.left_after(phase)?;
    match anchor {
        Anchor::End(_) => Some(after),
        Anchor::Start(_) => after.checked_add(&ground.timeline.phases.get(phase)?.duration?),
        Anchor::Fault(fault) => after.checked_add(&ground.faults.get(*fault)?.before_end(ground.timeline, phase)?),
    }
}

/// E0601. Only the last window can reach past the end: an earlier one stops where the next instance begins, or the fault strikes again.
fn fits(cx: &Context<'_>, ground: &Ground<'_, '_>, place: Span, (length, written): (Exact, Span), hold: Option<Exact>, anchor: &Anchor) {
    let last: Vec<PhaseId> = match anchor {
        Anchor::End(phases) | Anchor::Start(phases) => phases.iter().copied().filter(|&phase| !ground.timeline.returns_after(phase)).collect(),
        Anchor::Fault(fault) => ground.faults.get(*fault).and_then(|f| f.phases.as_ref()?.last().copied()).into_iter().collect(),
    };
    let Some(needed) = length.checked_add(&hold.unwrap_or_else(Exact::zero)) else { return };
    for phase in last {
        let (Some(left), Some(timed)) = (left(ground, anchor, phase), ground.timeline.phases.get(phase)) else { continue };
        if needed <= left {
            continue;
        }
        let (what, marker) = match anchor {
            Anchor::End(_) => (format!("`{}` ends", timed.label()), "the phase ends here"),
            Anchor::Start(_) => (format!("`{}` starts", timed.label()), "the phase starts here"),
            Anchor::Fault(fault) => {
                let name = ground.faults.get(*fault).map_or("", |f| f.name.text.as_str());
                (format!("`{name}` strikes"), "the fault strikes in this phase")
            }
        };
        let arithmetic = match hold {
            Some(hold) => format!("{} to hold and {} to stay so are {}", say::time(length), say::time(hold), say::time(needed)),
            None => say::time(needed),
        };
        let title = if left.is_zero() {
            format!("this window of {} reaches past the end of the test: nothing is left when {what}", say::time(needed))
        } else {
            format!("this window of {} reaches past the end of the test: only {} is left when {what}", say::time(needed), say::time(left))
        };
        let short = needed.checked_sub(&left).map(say::time).unwrap_or_default();
        let mut message = Diagnostic::new(codes::E0601, place, title).here(format!("needs {arithmetic}")).label(timed.span, marker);
        if let Some(last) = ground.timeline.phases.last().filter(|last| !std::ptr::eq(*last, timed)) {
            message = message.label(last.span, "the test ends with this");
        }
        message = message.help(if left.is_zero() {
            format!("let a phase of at least {} follow, such as `phase drain = pause for {}`", say::time(needed), say::time(needed))
        } else {
            let included = if hold.is_some() { ", the time to stay so included" } else { "" };
            format!("shorten the window to {}{included}, or let the test go on for {short} more (`phase drain = pause for {short}`)", say::time(left))
        });
        if let (None, Some(text)) = (hold, say::exact_time(left)) {
            message = message.fix(format!("shorten the window to {text}"), false, written, text);
        }
        cx.report(message);
        return;
    }
}

/// E0602: a stretch that does not fit into the window even once.
fn long_stretch(cx: &Context<'_>, ground: &Ground<'_, '_>, place: Span, window: &Window, stretch: Exact, per: Span) {
    let Some(Piece { length, because, .. }) = pieces::shortest(pieces::of(ground, window)) else { return };
    // Where nothing at all is left there is another mistake.
    if stretch <= length || length.is_zero() {
        return;
    }
    let mut message = Diagnostic::new(codes::E0602, place, format!("a stretch of {} does not fit into its window of {}", say::time(stretch), say::time(length)))
        .label(per, format!("judged per {}", say::time(stretch)));
    if let Some((span, words)) = because {
        message = message.label(span, words);
    }
    message = message.help(format!("judge per {} or less, or leave `per` out", say::time(length)));
    if let Some(text) = say::exact_time(length) {
        message = message.fix(format!("judge per {text}"), false, per, text);
    }
    cx.report(message);
}
