//! Alerts and aborts while a run is under way: the same conditions and the same evaluation as afterwards, once a second, on what is recorded so far.

use super::evaluate::{Evaluator, Look};
use super::truth::Truth;
use crate::metrics::recording::{RaisedAlert, Recording};
use crate::plan::{AlertLevel, Condition, Test};

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

#[derive(Clone, Debug, Default)]
pub struct Alerts {
    alerts: Vec<Watch>,
    aborts: Vec<Watch>,
    raised: Vec<RaisedAlert>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    /// Since when the condition has held without a break, seconds.
    since: Option<f64>,
    raised: bool,
}

impl Alerts {
    pub fn new(test: &Test) -> Alerts {
        Alerts { alerts: vec![Watch::default(); test.alerts.len()], aborts: vec![Watch::default(); test.aborts.len()], raised: Vec::new() }
    }

    /// Looks at what is recorded up to `now` (seconds from the start of the test). `test` is the one it was made for, as it is run.
    /// Put [`Alerts::raised`] into the recording after each call, so that conditions on `alerts.critical` see it.
    pub fn tick(&mut self, test: &Test, recording: &Recording, now: f64) -> Changes {
        let mut changes = Changes::default();
        for (index, (alert, watch)) in test.alerts.iter().zip(&mut self.alerts).enumerate() {
            let hold = super::number(&alert.hold);
            let truth = at(test, recording, &alert.condition, hold, now);
            if watch.holds_for(truth, hold, now) && !watch.raised {
                watch.raised = true;
                self.raised.push(RaisedAlert { alert: index, from: now, to: None });
                changes.raised.push(index);
            } else if truth == Truth::False && watch.raised {
                watch.raised = false;
                if let Some(raised) = self.raised.iter_mut().rev().find(|r| r.alert == index) {
                    raised.to = Some(now);
                }
                changes.cleared.push(index);
            }
        }
        for (index, (abort, watch)) in test.aborts.iter().zip(&mut self.aborts).enumerate() {
            let hold = super::number(&abort.hold);
            let truth = at(test, recording, &abort.condition, hold, now);
            if watch.holds_for(truth, hold, now) && changes.abort.is_none() {
                changes.abort = Some(index);
            }
        }
        changes
    }

    /// All alerts so far, in order of time; `to` is `None` where one is still raised.
    pub fn raised(&self) -> &[RaisedAlert] {
        &self.raised
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
