//! Alerts and aborts while a run is under way: the same conditions and the same evaluation as afterwards, once a second, on what is recorded so far.

use super::evaluate::{Evaluator, Look};
use super::truth::Truth;
use super::signal::{self, Span};
use crate::metrics::recording::{DistributionSlice, PhaseRecord, RaisedAlert, Recording, SeriesKey};
use crate::plan::{AlertLevel, Condition, PhaseId, Test, Value, ValueKind};

/// A window function in an alert looks back over its `for`, and over this many seconds at least.
const SHORTEST_LOOK: f64 = 60.0;

/// What became of the conditions at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Indices into `plan::Test::alerts`.
    pub raised: Vec<usize>,
    pub cleared: Vec<usize>,
    /// Index into `plan::Test::aborts`: its condition has held for its time.
    pub abort: Option<usize>,
}

/// Watches a test's alerts and aborts. Tell it what was measured, then [`Alerts::tick`].
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    alerts: Vec<Watch>,
    aborts: Vec<Watch>,
    /// What the conditions name, no more, and no further back than they look.
    seen: Recording,
    named: Vec<String>,
    /// Seconds.
    horizon: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    /// Since when the condition has held without a break, seconds.
    since: Option<f64>,
    raised: bool,
}

impl Alerts {
    /// `test` as it is run (with `--time-scale`, the scaled one).
    pub fn new(test: &Test) -> Alerts {
        let mut named = Vec::new();
        let mut horizon = SHORTEST_LOOK;
        let conditions = test.alerts.iter().map(|a| (&a.condition, &a.hold)).chain(test.aborts.iter().map(|a| (&a.condition, &a.hold)));
        for (condition, hold) in conditions {
            let metrics = condition.metrics();
            if condition.sides().into_iter().any(looks_at_phases) {
                horizon = f64::INFINITY;
            }
            let longest = metrics.iter().map(|m| signal::interval(m)).fold(0.0, f64::max);
            horizon = horizon.max(super::number(hold).max(SHORTEST_LOOK) + 3.0 * longest);
            named.extend(metrics.iter().map(|m| m.series.clone()));
        }
        // What the other is computed from.
        if named.iter().any(|n| n == "cost_per_million") {
            named.push("acked".into());
        }
        named.sort_unstable();
        named.dedup();
        Alerts {
            alerts: vec![Watch::default(); test.alerts.len()],
            aborts: vec![Watch::default(); test.aborts.len()],
            seen: Recording { phases: vec![PhaseRecord::default(); test.phases.len()], time_scale: 1.0, ..Recording::default() },
            named,
            horizon,
        }
    }

    /// A sample of a series. Times in seconds from the start of the test, here and below.
    pub fn sample(&mut self, key: &SeriesKey, at: f64, value: f64) {
        if self.named.binary_search(&key.name).is_err() {
            return;
        }
        let samples = self.seen.series.entry(key.clone()).or_default();
        samples.push((at, value));
        // Seldom, for it moves all that is left.
        if samples.len() >= 1024 && samples.get(512).is_some_and(|s| s.0 < at - self.horizon) {
            samples.drain(..512);
        }
    }

    /// What the recorder counted in one stretch: `metrics::recorder::Interval`.
    pub fn interval(&mut self, from: f64, to: f64, values: &[(String, f64)], distributions: &[(String, DistributionSlice)]) {
        for (name, value) in values {
            let at = if signal::tells_of(name) == Span::After { from } else { to };
            self.sample(&SeriesKey::plain(name.as_str()), at, *value);
        }
        for (name, slice) in distributions {
            if self.named.binary_search(name).is_ok() {
                let slices = self.seen.distributions.entry(name.clone()).or_default();
                slices.push(slice.clone());
                if slices.len() >= 256 && slices.get(128).is_some_and(|s| s.to < to - self.horizon) {
                    slices.drain(..128);
                }
            }
        }
    }

    /// A phase has ended: window functions may look at it from now on.
    pub fn phase_ended(&mut self, phase: PhaseId, span: (f64, f64)) {
        if let Some(record) = self.seen.phases.get_mut(phase) {
            *record = PhaseRecord { span: Some(span), complete: true, ..PhaseRecord::default() };
        }
    }

    /// Looks at what has been measured up to `now`. `test` is the one it was made for.
    pub fn tick(&mut self, test: &Test, now: f64) -> Changes {
        let mut changes = Changes::default();
        self.seen.duration = now;
        for (index, (alert, watch)) in test.alerts.iter().zip(&mut self.alerts).enumerate() {
            let hold = super::number(&alert.hold);
            let truth = at(test, &self.seen, &alert.condition, hold, now);
            if watch.holds_for(truth, hold, now) && !watch.raised {
                watch.raised = true;
                self.seen.alerts.push(RaisedAlert { alert: index, from: now, to: None });
                changes.raised.push(index);
            } else if truth == Truth::False && watch.raised {
                watch.raised = false;
                if let Some(raised) = self.seen.alerts.iter_mut().rev().find(|r| r.alert == index) {
                    raised.to = Some(now);
                }
                changes.cleared.push(index);
            }
        }
        for (index, (abort, watch)) in test.aborts.iter().zip(&mut self.aborts).enumerate() {
            let hold = super::number(&abort.hold);
            let truth = at(test, &self.seen, &abort.condition, hold, now);
            if watch.holds_for(truth, hold, now) && changes.abort.is_none() {
                changes.abort = Some(index);
            }
        }
        changes
    }

    /// All alerts so far, in order of time, for the recording; `to` is `None` where one is still raised.
    pub fn raised(&self) -> &[RaisedAlert] {
        &self.seen.alerts
    }

    /// (critical, warning) raised now.
    pub fn standing(&self, test: &Test) -> (usize, usize) {
        let of = |level: AlertLevel| test.alerts.iter().zip(&self.alerts).filter(|(a, w)| w.raised && a.level == level).count();
        (of(AlertLevel::Critical), of(AlertLevel::Warning))
    }
}

impl Watch {
    /// Whether it has now held for `hold` seconds. What is not known breaks it: it has not been seen to hold.
    fn holds_for(&mut self, truth: Truth, hold: f64, now: f64) -> bool {
        if truth != Truth::True {
            self.since = None;
            return false;
        }
        let since = *self.since.get_or_insert(now);
        now - since >= hold - 1e-6
    }
}

fn at(test: &Test, recording: &Recording, condition: &Condition, hold: f64, now: f64) -> Truth {
    let look = Look::Trailing { start: 0.0, length: hold.max(SHORTEST_LOOK), instance: None };
    Evaluator::new(test, recording, look).condition(condition, now).truth
}

/// Whether it looks back at a phase, however long ago that was.
fn looks_at_phases(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Window { phases: Some(_), .. }) || value.parts().into_iter().any(looks_at_phases)
}
