//! What only exact counts can tell: W0512, W0613, W0614 of one target, and E0602 of `per N`.

use super::sends::Sends;
use super::timeline::Timeline;
use super::{say, shapes, timeline_rules};
use crate::check::Context;
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::shape::number;
use crate::plan::{Expectation, Per, PhaseId, Shape, Share, Statistic, Test, Window};
use num_traits::Zero;

/// Records that a p99.9 needs for ten of them to lie beyond it.
const ENOUGH: u64 = 10_000;

pub fn check(cx: &Context<'_>, timeline: &Timeline<'_>, test: &Test) {
    for (timed, phase) in timeline.phases.iter().zip(&test.phases) {
        let nothing = phase.counts.planned == Some(0) && phase.counts.curve == 0;
        if nothing && !matches!(phase.shape, Shape::Pause | Shape::Search { .. }) {
            cx.report(timeline_rules::empty_phase(timed));
        }
    }
    for expectation in &test.expectations {
        long_stretch(cx, test, expectation);
        few_records(cx, test, expectation);
        nothing_to_this_one(cx, test, expectation);
    }
}

/// W0512 where nothing could be lowered: a rate of zero needs no counting.
pub fn surely_empty(cx: &Context<'_>, timeline: &Timeline<'_>, sends: &Sends<'_>) {
    for phase in timeline.phases.iter().filter(|p| p.instance == 1 && p.has_load()) {
        let zero = phase.shape.as_ref().and_then(shapes::peak).is_some_and(|rate| rate.is_zero());
        let steady = sends.of(phase.ast).into_iter().filter_map(|i| sends.lines.get(i)).any(|l| matches!(l.share, None | Some(Share::Rate(_))));
        if zero && !steady {
            cx.report(timeline_rules::empty_phase(phase));
        }
    }
}

/// Planned records of the pieces that a window is judged on; `None` where nobody knows before (a search), or the window is no phase's.
fn pieces(test: &Test, window: &Window, of: &dyn Fn(&crate::plan::Phase) -> Option<u64>) -> Option<Vec<(Option<PhaseId>, u64)>> {
    let count = |id: PhaseId| test.phases.get(id).and_then(of);
    match window {
        Window::Always | Window::AtEnd => Some(vec![(None, test.phases.iter().map(of).sum::<Option<u64>>()?)]),
        Window::During { phases, pooled: true } => Some(vec![(None, phases.iter().map(|&p| count(p)).sum::<Option<u64>>()?)]),
        Window::During { phases, pooled: false } | Window::Eventually { phases } => phases.iter().map(|&p| Some((Some(p), count(p)?))).collect(),
        Window::Within { .. } => None,
    }
}

/// E0602, counted.
fn long_stretch(cx: &Context<'_>, test: &Test, expectation: &Expectation) {
    let Some(Per::Records(stretch)) = expectation.per else { return };
    if expectation.window == Window::AtEnd {
        return;
    }
    let Some(pieces) = pieces(test, &expectation.window, &|phase| phase.counts.planned) else { return };
    let Some((phase, planned)) = pieces.into_iter().min_by_key(|(_, n)| *n).filter(|(_, n)| *n < stretch) else { return };
    let show = |n: u64| say::count(crate::units::Exact::from_integer(i128::from(n)));
    let mut message = Diagnostic::new(
        codes::E0602,
        expectation.span,
        format!("a stretch of {} records does not fit into its window, which plans {}", show(stretch), show(planned)),
    );
    if let Some(phase) = phase.and_then(|id| test.phases.get(id)) {
        message = message.label(phase.span, format!("plans {} records", show(planned)));
    }
    cx.report(message.help(format!("judge per {} or fewer, or leave `per` out", show(planned.max(1)))));
}

/// W0613: fewer than ten records beyond the percentile.
fn few_records(cx: &Context<'_>, test: &Test, expectation: &Expectation) {
    for metric in expectation.condition.metrics() {
        if metric.statistic != Some(Statistic::P999) {
            continue;
        }
        let target = metric.series.rsplit_once('.').and_then(|(owner, _)| test.target(owner));
        if target.is_none() && metric.series.contains('.') {
            continue;
        }
        let of = |phase: &crate::plan::Phase| match target {
            Some(id) => phase.counts.planned.and_then(|_| phase.counts.per_target.get(id).copied()),
            None => phase.counts.planned,
        };
        let Some(pieces) = pieces(test, &expectation.window, &of) else { continue };
        let pieces = pieces.into_iter().map(|(phase, planned)| (phase, in_a_stretch(test, expectation, phase, planned)));
        let Some((_, planned)) = pieces.min_by_key(|(_, n)| *n).filter(|(_, n)| *n < ENOUGH) else { continue };
        let show = |n: u64| say::count(crate::units::Exact::from_integer(i128::from(n)));
        cx.report(
            Diagnostic::new(codes::W0613, expectation.span, format!("p99.9 over {} records rests on the {} slowest", show(planned), (planned / 1_000).max(1)))
                .here("one slow record decides")
                .help("look at `p99`, or at a window with at least 10_000 records"),
        );
        return;
    }
}

/// Of the records planned in a window those in one stretch of it, where it is judged on stretches: on average, so that one has no more.
fn in_a_stretch(test: &Test, expectation: &Expectation, phase: Option<PhaseId>, planned: u64) -> u64 {
    let length = match (phase, &expectation.window) {
        (Some(id), _) => test.phases.get(id).map(|p| p.duration),
        (None, Window::During { phases, .. }) => Some(phases.iter().filter_map(|&id| test.phases.get(id)).map(|p| p.duration).sum()),
        (None, _) => Some(test.duration()),
    };
    match (&expectation.per, length) {
        (Some(Per::Records(stretch)), _) => planned.min(*stretch),
        (Some(Per::Time(stretch)), Some(length)) if *stretch < length => {
            (planned as f64 * number(*stretch) / number(length)).ceil() as u64
        }
        _ => planned,
    }
}

/// W0614, of a target that a phase with load sends nothing to.
fn nothing_to_this_one(cx: &Context<'_>, test: &Test, expectation: &Expectation) {
    let (phases, pooled): (&[PhaseId], bool) = match &expectation.window {
        Window::During { phases, pooled } => (phases, *pooled),
        Window::Eventually { phases } => (phases, false),
        _ => return,
    };
    for (metric, own) in expectation.condition.metrics_and_phases() {
        let Some((owner, last)) = metric.series.rsplit_once('.') else { continue };
        let Some(target) = test.target(owner).filter(|_| matches!(last, "latency" | "service_time" | "lateness")) else { continue };
        let looked_at: Vec<&crate::plan::Phase> = own.unwrap_or(phases).iter().filter_map(|&id| test.phases.get(id)).collect();
        // A phase that sends nothing at all has its own message.
        let rests = |phase: &crate::plan::Phase| phase.counts.planned.is_some_and(|n| n > 0) && phase.counts.per_target.get(target) == Some(&0);
        let together = pooled || own.is_some();
        let Some(phase) = looked_at.iter().copied().find(|phase| rests(phase)).filter(|_| !together || looked_at.iter().all(|phase| rests(phase))) else { continue };
        cx.report(
            Diagnostic::new(codes::W0614, expectation.span, format!("`{}` is looked at in `{}`, which sends nothing to `{owner}`", metric.series, phase.name))
                .here("no record, no latency")
                .label(phase.span, format!("sends nothing to `{owner}`"))
                .help(format!("look at a phase that sends to `{owner}`")),
        );
        return;
    }
}
