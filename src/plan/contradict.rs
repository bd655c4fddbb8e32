//! W0615: a declared capacity already contradicts an expectation, or lets an alert fire that is expected not to.
//!
//! Only what is certain is said. A pipeline takes at most its capacity, so its backlog is at least what [`super::predict`] says and its processing rate
//! at most the capacity; an expectation that no value within those bounds can meet is contradicted. Where the load is not known beforehand (`flood`,
//! `search`), or a fault scales a pipeline, nothing is said.

use super::curve::Curve;
use super::predict::{Forecast, Grounds, grounds, predict_with};
use super::rates::{Rates, offered};
use super::shape::number;
use super::windows::{Look, Mode, Timeline, looks};
use super::{Condition, Expectation, FaultAction, PipelineId, Plan, Test};
use crate::diagnostics::Diagnostic;

mod bounds;
mod words;

use bounds::{Cell, cells, interval};

/// One warning for each expectation that the declared numbers contradict, in the order of the tests.
pub fn contradictions(plan: &Plan) -> Vec<Diagnostic> {
    plan.tests.iter().flat_map(contradictions_of).collect()
}

/// Of one test.
pub fn contradictions_of(test: &Test) -> Vec<Diagnostic> {
    let scaled = |action: &FaultAction| matches!(action, FaultAction::Scale(..));
    let faults = test.faults.iter().any(|f| scaled(&f.action) || f.undo.as_ref().is_some_and(|(undo, _)| undo.as_ref().is_some_and(scaled)));
    if faults || grounds(test) != Grounds::Firm || test.pipelines.iter().all(|p| p.capacity.is_none()) {
        return Vec::new();
    }
    let sight = Foresight::new(test, &|id| declared(test, id));
    if sight.forecasts.is_empty() {
        return Vec::new();
    }
    let (curve, timeline) = (Curve::of(test), Timeline::planned(test));
    let contradicted = |expectation: &Expectation| {
        if !sight.speaks_of(&expectation.condition) {
            return None;
        }
        let looks = looks(test, &curve, expectation, &timeline);
        let look = looks.iter().find(|look| sight.contradicts(expectation, look))?;
        words::diagnostic(&sight, expectation, look, &looks)
    };
    test.expectations.iter().filter_map(contradicted).collect()
}

fn declared(test: &Test, id: PipelineId) -> Option<f64> {
    test.pipelines.get(id).and_then(|p| p.capacity).map(number)
}

/// What is known of a test's run beforehand.
struct Foresight<'a> {
    test: &'a Test,
    forecasts: Vec<Forecast>,
    offered: Rates,
    /// Seconds at which each alert has certainly fired at the latest, by index into `Test::alerts`.
    alerts: Vec<Option<f64>>,
    end: f64,
}

impl<'a> Foresight<'a> {
    fn new(test: &'a Test, capacity: &dyn Fn(PipelineId) -> Option<f64>) -> Foresight<'a> {
        let mut sight =
            Foresight { test, forecasts: predict_with(test, capacity), offered: offered(test), alerts: Vec::new(), end: number(test.duration()) };
        sight.alerts = test.alerts.iter().map(|alert| sight.fires(alert)).collect();
        sight
    }

    /// The same test, were the capacity of one pipeline another.
    fn with_capacity(&self, pipeline: PipelineId, capacity: f64) -> Foresight<'a> {
        let test = self.test;
        Foresight::new(test, &|id| if id == pipeline { Some(capacity) } else { declared(test, id) })
    }

    /// Whether anything in this condition is known beforehand.
    fn speaks_of(&self, condition: &Condition) -> bool {
        condition.metrics().iter().any(|m| m.series.starts_with("alerts.") || self.figure(&m.series).is_some())
    }

    fn fires(&self, alert: &super::Alert) -> Option<f64> {
        if !self.speaks_of(&alert.condition) {
            return None;
        }
        let needed = number(alert.hold).max(interval(&alert.condition));
        let all = [super::windows::Stretch { from: 0.0, to: self.end }];
        let certain = |t: f64| self.truth(&alert.condition, t, &all).certain();
        let cells = cells(self, 0.0, self.end, certain);
        let run = runs(&cells, true).into_iter().find(|run| run.1 - run.0 >= needed)?;
        // It began somewhere in the cell before.
        let (mut before, mut since) = (cells.iter().find(|c| c.to == run.0).map_or(run.0, |c| c.from), run.0);
        for _ in 0..40 {
            let middle = (before + since) / 2.0;
            if certain(middle) { since = middle } else { before = middle }
        }
        Some(since + needed)
    }

    /// Whether no value within the bounds lets the expectation pass in this window.
    fn contradicts(&self, expectation: &Expectation, look: &Look) -> bool {
        let hopeless = |t: f64| self.truth(&expectation.condition, t, &look.stretches).hopeless();
        let sampled = interval(&expectation.condition);
        match look.mode {
            Mode::AtEnd => self.truth_at_end(&expectation.condition).hopeless(),
            Mode::Throughout => look.stretches.iter().any(|s| {
                let cells = cells(self, s.from, s.to, hopeless);
                // One sample at least falls into it.
                runs(&cells, true).iter().any(|run| run.1 - run.0 >= sampled.min(s.to - s.from))
            }),
            Mode::Sometime => !look.stretches.is_empty() && look.stretches.iter().all(|s| runs(&cells(self, s.from, s.to, hopeless), false).is_empty()),
            Mode::Within { hold, until } => look.stretches.first().zip(look.stretches.last()).is_some_and(|(first, last)| {
                let cells = cells(self, first.from, until.max(last.to), hopeless);
                let kept = |run: &(f64, f64)| run.0 < last.to && run.1 - run.0 >= hold.min(until - run.0) - 1e-6;
                !cells.is_empty() && !runs(&cells, false).iter().any(kept)
            }),
        }
    }
}

/// Consecutive cells with this answer, as stretches of time.
fn runs(cells: &[Cell], answer: bool) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::new();
    for cell in cells.iter().filter(|c| c.answer == answer) {
        match out.last_mut() {
            Some(run) if run.1 == cell.from => run.1 = cell.to,
            _ => out.push((cell.from, cell.to)),
        }
    }
    out
}
