//! A run at a glance, for the line or the display that people watch.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::Shared;
use crate::metrics::recorder::Totals;

/// Times in seconds, rates in records a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    pub at: f64,
    /// Index into `plan::Test::phases`; its name, and `[2]` behind it where it is repeated.
    pub phase: usize,
    pub phase_name: String,
    /// Until the end of the phase, and of the load; `None` where a flood decides.
    pub phase_left: Option<f64>,
    pub left: Option<f64>,
    /// What the schedule offered in the last closed second, summed over targets as `sent_rate` is.
    pub target_rate: f64,
    /// Of the last closed second, sums over targets.
    pub sent_rate: f64,
    pub acked_rate: f64,
    pub errors_ratio: f64,
    pub latency_p50: f64,
    pub latency_p99: f64,
    pub lateness_p99: f64,
    /// As of the last closed second.
    pub due: u64,
    pub sent: u64,
    pub not_sent: u64,
    pub acked: u64,
    pub failed: u64,
    /// Taken by the targets' clients and not answered yet.
    pub waiting: u64,
    /// Of all the cores this process may use.
    pub cpu_ratio: f64,
    /// The load is over; outstanding answers are awaited.
    pub flushing: bool,
}

pub(super) fn live(shared: &Shared) -> Live {
    let now = shared.clock.now();
    let timeline = &shared.recorder.timeline;
    let seconds = |ns: u64| ns as f64 / 1e9;
    let left = |end: u64| seconds(end.saturating_sub(now));
    let phase = timeline.phase_at(now, 0);
    let totals: Totals = shared.recorder.totals();
    let view = shared.view.lock().unwrap_or_else(PoisonError::into_inner);
    let mut live = Live {
        at: seconds(now),
        phase,
        phase_name: view.phase_name(phase),
        phase_left: timeline.end_of(phase).map(left),
        left: shared.load_end_known().map(left),
        due: totals.due,
        sent: totals.sent,
        not_sent: totals.not_sent,
        acked: totals.acked,
        failed: totals.failed,
        waiting: shared.drivers.iter().map(|d| d.unanswered()).sum(),
        cpu_ratio: view.cpu_ratio,
        flushing: shared.pacing.load(Ordering::Acquire) == 0,
        ..Live::default()
    };
    if let Some(last) = view.last() {
        let value = |name: &str| last.values.iter().find(|(n, _)| n == name).map_or(0.0, |(_, v)| *v);
        live.target_rate = value("offered_rate");
        live.sent_rate = value("sent_rate");
        live.acked_rate = value("acked_rate");
        live.errors_ratio = value("errors.ratio");
        (live.latency_p50, live.latency_p99, live.lateness_p99) = (last.latency_p50, last.latency_p99, last.lateness_p99);
    }
    live
}
