//! W0615: the declared numbers already contradict an expectation, let an alert fire that is expected not to, or make an abort strike.
//!
//! Only what is certain is said. A pipeline takes at most its capacity, so its backlog is at least what [`super::predict`] says in its certain view and
//! its processing rate at most the capacity; no more is acknowledged than is planned; a cluster costs its price for as long as the timeline lasts. An
//! expectation that no value within those bounds can meet is contradicted. Of a `flood`, of a `search`, and of more members than are declared nothing is
//! known; what comes before and after is judged by itself.

use super::curve::Curve;
use super::predict::{Forecast, View, is_elastic, predict_with};
use super::rates::{Rates, Sums, offered};
use super::shape::number;
use super::windows::{Look, Mode, Stretch, Timeline, looks};
use super::{Abort, Alert, Arrivals, Condition, Expectation, Nature, PipelineId, Plan, Test, Value, ValueKind};
use crate::diagnostics::Diagnostic;

mod bounds;
mod known;
mod words;

use bounds::{Cell, FLUSH, Over, Truth, cells, interval};

/// One warning for each expectation that the declared numbers contradict, in the order of the tests.
pub fn contradictions(plan: &Plan) -> Vec<Diagnostic> {
    plan.tests.iter().flat_map(contradictions_of).collect()
}

/// Of one test.
pub fn contradictions_of(test: &Test) -> Vec<Diagnostic> {
    let known = |condition: &Condition| condition.metrics().into_iter().any(|m| known::figure(test, &m.series).is_some());
    let judged: Vec<&Expectation> = test.expectations.iter().filter(|e| known(&e.condition)).collect();
    let aborts: Vec<&Abort> = test.aborts.iter().filter(|a| known(&a.condition)).collect();
    if judged.is_empty() && aborts.is_empty() {
        return Vec::new();
    }
    let sight = Foresight::new(test, &|id| declared(test, id));
    // Only `per N` asks when records are due.
    let curve = if judged.iter().any(|e| e.per.is_some()) { Curve::of(test) } else { Curve::default() };
    let timeline = Timeline::planned(test);
    let contradicted = |expectation: &&Expectation| {
        let looks = looks(test, &curve, expectation, &timeline);
        let look = looks.iter().find(|look| sight.contradicts(expectation, look))?;
        words::diagnostic(&sight, expectation, look, &looks)
    };
    let found: Vec<Diagnostic> = judged.iter().filter_map(contradicted).collect();
    if !found.is_empty() {
        // An abort that strikes for the same reason needs no words of its own.
        return found;
    }
    aborts.into_iter().filter_map(|abort| words::aborted(&sight, abort, sight.strikes(&abort.condition, number(abort.hold))?)).collect()
}

fn declared(test: &Test, id: PipelineId) -> Option<f64> {
    test.pipelines.get(id).and_then(|p| p.capacity).map(number)
}

/// What is asked of stretches of time.
struct Asked<'f> {
    /// Whether no moment in it can pass.
    hopeless: &'f dyn Fn(Over<'_>, f64, f64) -> bool,
    /// The answer to that of each stretch within it, where it is the same for all.
    throughout: &'f dyn Fn(Over<'_>, f64, f64) -> Option<bool>,
}

/// What is known of a test's run beforehand.
struct Foresight<'a> {
    test: &'a Test,
    forecasts: Vec<Forecast>,
    /// What has come to each pipeline with a forecast, as `forecasts`.
    arrived: Vec<Sums>,
    offered: Rates,
    /// What is offered in all by a moment.
    due: Sums,
    /// Seconds at which each alert has certainly fired at the latest, by index into `Test::alerts`.
    alerts: Vec<Option<f64>>,
    end: f64,
    /// Seconds at which the first phase begins of which nobody knows how long it takes.
    elastic: f64,
    /// What is planned, of each phase.
    plan: known::Plan,
    /// By how many records the load may differ from its curve at a moment.
    scatter: f64,
}

impl<'a> Foresight<'a> {
    fn new(test: &'a Test, capacity: &dyn Fn(PipelineId) -> Option<f64>) -> Foresight<'a> {
        let forecasts = predict_with(test, View::Certain, capacity);
        let offered = offered(test, View::Certain);
        let elastic = test.phases.iter().find(|p| is_elastic(p)).map_or(f64::INFINITY, |p| number(p.start));
        let most = test.phases.iter().filter_map(|p| p.counts.planned).max().unwrap_or(0) as f64;
        let mut sight = Foresight {
            test,
            arrived: forecasts.iter().map(|f| Sums::of(&f.offered)).collect(),
            forecasts,
            due: Sums::of(&offered),
            offered,
            alerts: Vec::new(),
            end: number(test.duration()),
            elastic,
            plan: known::Plan::of(test),
            // Drawn times keep each phase's count; within it they stray by some standard deviations.
            scatter: if test.arrivals == Arrivals::Poisson { 6.0 * most.sqrt() } else { 0.0 },
        };
        sight.alerts = test.alerts.iter().map(|alert: &Alert| sight.strikes(&alert.condition, number(alert.hold))).collect();
        sight
    }

    /// The same test, were the capacity of one pipeline another.
    fn with_capacity(&self, pipeline: PipelineId, capacity: f64) -> Foresight<'a> {
        let test = self.test;
        Foresight::new(test, &|id| if id == pipeline { Some(capacity) } else { declared(test, id) })
    }

    /// When a condition has certainly held for so long (seconds) for the first time, at the latest.
    fn strikes(&self, condition: &Condition, hold: f64) -> Option<f64> {
        if !condition.metrics().into_iter().any(|m| known::figure(self.test, &m.series).is_some()) {
            return None;
        }
        let needed = hold.max(interval(condition));
        let over = Over::Nothing;
        let throughout = |from, to| self.throughout(condition, from, to, over, Truth::certain);
        let cells = cells(self, 0.0, self.end, |from, to| self.truth(condition, from, to, over).certain(), throughout);
        let run = runs(&cells, true).into_iter().find(|run| run.1 - run.0 >= needed)?;
        // It began somewhere in the cell before.
        let (mut before, mut since) = (cells.iter().find(|c| c.to == run.0).map_or(run.0, |c| c.from), run.0);
        for _ in 0..40 {
            let middle = (before + since) / 2.0;
            if self.truth(condition, middle, middle, over).certain() { since = middle } else { before = middle }
        }
        Some(since + needed)
    }

    /// Whether no value within the bounds lets the expectation pass in this window.
    fn contradicts(&self, expectation: &Expectation, look: &Look) -> bool {
        let condition = &expectation.condition;
        let hopeless = |over: Over<'_>, from, to| self.truth(condition, from, to, over).hopeless();
        let throughout = |over: Over<'_>, from, to| self.throughout(condition, from, to, over, Truth::hopeless);
        self.fails(expectation, look, &Asked { hopeless: &hopeless, throughout: &throughout }, interval(condition))
    }

    /// Whether the expectation fails in this window if all is exactly as predicted, and everything is seen.
    fn falls_short(&self, expectation: &Expectation, look: &Look) -> bool {
        let at = |over: Over<'_>, t: f64| self.truth(&expectation.condition, t, t, over).hopeless();
        // Of a `for all` each moment counts, of a `some` none may be left out: the ends of a cell and its middle.
        let within = |over: Over<'_>, from: f64, to: f64| {
            let inner = (to - from) * 1e-9;
            let mut moments = [from + inner, (from + to) / 2.0, to - inner].into_iter();
            if look.mode == Mode::Throughout { moments.any(|t| at(over, t)) } else { moments.all(|t| at(over, t)) }
        };
        self.fails(expectation, look, &Asked { hopeless: &within, throughout: &|_, _, _| None }, 0.0)
    }

    fn fails(&self, expectation: &Expectation, look: &Look, asked: &Asked<'_>, sampled: f64) -> bool {
        let cells = |over: Over<'_>, from: f64, to: f64| cells(self, from, to, |from, to| (asked.hopeless)(over, from, to), |from, to| (asked.throughout)(over, from, to));
        // With `per` each stretch has a window of its own.
        let back = |since: f64| if expectation.per.is_none() { Over::Since(since) } else { Over::Nothing };
        match look.mode {
            // What is to be exactly as predicted has no time left.
            Mode::AtEnd => self.truth_at_end(&expectation.condition, if sampled > 0.0 { FLUSH } else { 0.0 }).hopeless(),
            // One number for all of the window needs one look.
            Mode::Throughout if !reads_moments(&expectation.condition) => look.stretches.first().is_some_and(|s| (asked.hopeless)(Over::Window(&look.stretches), s.from, s.to)),
            Mode::Throughout => look.stretches.iter().any(|s| {
                // One sample at least falls into it.
                runs(&cells(Over::Window(&look.stretches), s.from, s.to), true).iter().any(|run| run.1 - run.0 >= sampled.min(s.to - s.from))
            }),
            Mode::Sometime => {
                let none = |s: &Stretch| runs(&cells(back(s.from), s.from, s.to), false).is_empty();
                !look.stretches.is_empty() && look.stretches.iter().all(none)
            }
            Mode::Within { hold, until } => look.stretches.first().zip(look.stretches.last()).is_some_and(|(first, last)| {
                let over = back(first.from);
                let cells: Vec<Cell> = cells(over, first.from, last.to).into_iter().chain(cells(over, last.to, until)).collect();
                let kept = |run: &(f64, f64)| run.0 < last.to && run.1 - run.0 >= hold.min(until - run.0) - 1e-6;
                !cells.is_empty() && !runs(&cells, false).iter().any(kept)
            }),
        }
    }
}

/// Whether a condition names a metric outside of a window function.
fn reads_moments(condition: &Condition) -> bool {
    fn reads(value: &Value) -> bool {
        match &value.kind {
            ValueKind::Metric(metric) => metric.nature != Nature::Distribution,
            ValueKind::Window { .. } => false,
            _ => value.parts().into_iter().any(reads),
        }
    }
    condition.sides().into_iter().any(reads)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, analyze};
    use crate::loader;
    use std::path::Path;

    /// What is answered of a stretch at once is what would be answered of each cell in it.
    #[test]
    fn stretches_are_answered_as_their_cells_are() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let analysis = analyze(loader::load(&["tests/corpus".into(), "tests/format".into(), "scenarios".into()], root), &Options::default());
        let plans = analysis.plans.iter().filter_map(|(_, plan)| plan.as_ref()).flat_map(|plan| &plan.tests);
        let (mut asked, mut at_once, mut failing) = (0, 0, 0);
        for test in plans.chain(analysis.drafts.iter().flat_map(|(_, tests)| tests)) {
            let sight = Foresight::new(test, &|id| declared(test, id));
            let (curve, timeline) = (Curve::of(test), Timeline::planned(test));
            for expectation in &test.expectations {
                let condition = &expectation.condition;
                for look in looks(test, &curve, expectation, &timeline).iter().take(20) {
                    let hopeless = |over: Over<'_>, from, to| sight.truth(condition, from, to, over).hopeless();
                    let one_by_one = sight.fails(expectation, look, &Asked { hopeless: &hopeless, throughout: &|_, _, _| None }, interval(condition));
                    assert_eq!(one_by_one, sight.contradicts(expectation, look), "{} {expectation:?}", test.name);
                    failing += usize::from(one_by_one);
                    for asks in [Truth::hopeless, Truth::certain] {
                        for over in [Over::Window(&look.stretches), Over::Nothing, Over::Since(0.0)] {
                            for Stretch { from, to } in &look.stretches {
                                let cell = |from, to| asks(sight.truth(condition, from, to, over));
                                let throughout = |from, to| sight.throughout(condition, from, to, over, asks);
                                let (slow, fast) = (cells(&sight, *from, *to, cell, |_, _| None), cells(&sight, *from, *to, cell, throughout));
                                asked += 1;
                                at_once += usize::from(fast.len() == 1);
                                for answer in [false, true] {
                                    assert_eq!(runs(&slow, answer), runs(&fast, answer), "{} {expectation:?}", test.name);
                                }
                            }
                        }
                    }
                }
            }
        }
        assert!(asked > 1_000 && at_once > asked / 2 && failing > 20, "{asked} {at_once} {failing}");
    }
}
