//! What the backlog of a pipeline does if it takes exactly its declared `capacity`: a fluid model, backlog′ = offered − capacity, never below zero.
//!
//! Faults that stop, scale or kill count: what is stopped takes nothing, and each declared member an equal part.
//!
//! With a `trigger` (micro-batches) what came in since the last batch waits too: the backlog shown is never below rate × trigger while load runs. That
//! floor does not slow the pipeline down, so it does not add to the fluid backlog. `cleared` means that the fluid backlog is gone.

mod backlog;
mod throughput;

pub use backlog::{Backlog, Part};
pub use throughput::{Throughput, View, is_elastic};

use super::rates::{Rates, to_target};
use super::shape::number;
use super::{PipelineId, PipelineInput, Shape, TargetId, Test};
use std::collections::HashSet;

/// One pipeline that declares a capacity and gets load in this test.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    pub pipeline: PipelineId,
    /// Records a second.
    pub capacity: f64,
    /// What reaches it.
    pub offered: Rates,
    /// What it can take over time, faults considered.
    pub throughput: Throughput,
    /// What leaves it: records read a second (before `yield`).
    pub processed: Rates,
    pub backlog: Backlog,
    /// Records, the floor by `trigger` included; and when it is first that high, in seconds (`None` where there never is a backlog).
    pub peak_backlog: f64,
    pub peak_at: Option<f64>,
    /// Seconds at which the backlog is gone for the first time after its (fluid) peak; `None` where there was none, or it is not gone when the test ends.
    pub cleared_at: Option<f64>,
    /// Nothing is left at the end of the test.
    pub keeps_up: bool,
    /// Records a second by which it shrinks from the peak until it is cleared, on average.
    pub surplus: Option<f64>,
    /// Records left at the end.
    pub left: f64,
}

/// Why nothing can be predicted for a test, or how far to trust it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grounds {
    /// The load is known.
    Firm,
    /// A `flood` comes as fast as the target takes it: it is taken to arrive at once (at its limit, where it has one).
    Flood,
    /// What a `search` offers depends on what it finds.
    Search,
}

pub fn grounds(test: &Test) -> Grounds {
    let has = |f: fn(&Shape) -> bool| test.phases.iter().any(|p| f(&p.shape));
    if has(|s| matches!(s, Shape::Search { .. })) {
        Grounds::Search
    } else if has(|s| matches!(s, Shape::Flood { .. })) {
        Grounds::Flood
    } else {
        Grounds::Firm
    }
}

/// A forecast for every pipeline with a capacity that gets load. None where a `search` decides the load.
pub fn predict(test: &Test) -> Vec<Forecast> {
    if grounds(test) == Grounds::Search {
        return Vec::new();
    }
    predict_with(test, View::Likely, |id| test.pipelines.get(id).and_then(|p| p.capacity).map(number))
}

/// As [`predict`], with other capacities. In [`View::Certain`] what cannot be told is left out.
pub fn predict_with(test: &Test, view: View, capacity: impl Fn(PipelineId) -> Option<f64>) -> Vec<Forecast> {
    let pipelines = test.pipelines.len();
    if pieces(test).saturating_mul(pipelines) > MOST_PIECES {
        return Vec::new();
    }
    let mut flows = Flows { test, view, capacity: &capacity, known: vec![None; pipelines], entered: vec![false; pipelines] };
    (0..pipelines).filter(|&id| view == View::Likely || is_certain(test, id)).filter_map(|id| flows.forecast(id)).collect()
}

/// A prediction holds the load piece by piece for every pipeline. Where that is more than fits into memory at ease nothing is predicted.
const MOST_PIECES: usize = 2_000_000;

fn pieces(test: &Test) -> usize {
    let of = |shape: &Shape| match shape {
        Shape::Step { levels, .. } => levels.len(),
        Shape::Replay { points } => points.len(),
        _ => 1,
    };
    test.phases.iter().map(|phase| of(&phase.shape)).sum()
}

/// Whether the declared numbers say what reaches a pipeline and what it takes.
fn is_certain(test: &Test, id: PipelineId) -> bool {
    let (mut open, mut seen) = (vec![id], HashSet::from([id]));
    while let Some(id) = open.pop() {
        let Some(pipeline) = test.pipelines.get(id) else { continue };
        let above = pipeline.reads.iter().flat_map(|input| match *input {
            PipelineInput::Pipeline(above) => vec![above],
            PipelineInput::Target(target) => writers(test, target).collect(),
        });
        for above in above {
            if seen.insert(above) {
                if Throughput::is_disturbed(test, above) {
                    return false;
                }
                open.push(above);
            }
        }
    }
    seen.iter().all(|&id| Throughput::is_certain(test, id))
}

/// The pipelines that write to a target.
fn writers(test: &Test, target: TargetId) -> impl Iterator<Item = PipelineId> + '_ {
    test.pipelines.iter().enumerate().filter(move |(_, p)| p.writes == Some(target)).map(|(id, _)| id)
}

/// What goes through each pipeline, worked out once, upstream first.
struct Flows<'a> {
    test: &'a Test,
    view: View,
    capacity: &'a dyn Fn(PipelineId) -> Option<f64>,
    /// What each writes to those that read it.
    known: Vec<Option<Rates>>,
    entered: Vec<bool>,
}

impl Flows<'_> {
    fn forecast(&mut self, id: PipelineId) -> Option<Forecast> {
        let capacity = (self.capacity)(id)?;
        let offered = self.input(id);
        if offered.highest() <= 0.0 {
            return None;
        }
        let trigger = self.test.pipelines.get(id)?.trigger.map(number);
        Some(forecast(id, capacity, Throughput::of(self.test, id, capacity, self.view), offered, trigger))
    }

    fn input(&mut self, id: PipelineId) -> Rates {
        let Some(pipeline) = self.test.pipelines.get(id) else { return Rates::default() };
        let reads = pipeline.reads.clone();
        reads.iter().fold(Rates::default(), |sum, input| match *input {
            PipelineInput::Target(target) => {
                let sent = sum.plus(&to_target(self.test, target, self.view));
                writers(self.test, target).fold(sent, |sum, writer| sum.plus(&self.output(writer)))
            }
            PipelineInput::Pipeline(other) => sum.plus(&self.output(other)),
        })
    }

    fn output(&mut self, id: PipelineId) -> Rates {
        if let Some(Some(known)) = self.known.get(id) {
            return known.clone();
        }
        // A ring of pipelines adds nothing to itself.
        if self.entered.get(id).copied().unwrap_or(true) {
            return Rates::default();
        }
        self.entered[id] = true;
        let input = self.input(id);
        let yields = self.test.pipelines.get(id).map_or(1.0, |p| number(p.yields));
        let taken = match (self.capacity)(id) {
            Some(capacity) => Backlog::of(&input, &Throughput::of(self.test, id, capacity, self.view), None).1,
            None => input,
        };
        let output = taken.times(yields);
        self.known[id] = Some(output.clone());
        output
    }
}

fn forecast(pipeline: PipelineId, capacity: f64, throughput: Throughput, offered: Rates, trigger: Option<f64>) -> Forecast {
    let (backlog, processed) = Backlog::of(&offered, &throughput, trigger);
    let parts = &backlog.parts;
    let end = parts.last().map_or(0.0, |p| p.to);
    let (fluid, fluid_at) = peak(parts.iter().flat_map(Part::extremes));
    let (waiting, waiting_at) = match trigger {
        Some(trigger) => peak(offered.pieces.iter().flat_map(|p| [(p.from, p.start * trigger), (p.to, p.end * trigger)])),
        None => (0.0, 0.0),
    };
    let (peak_backlog, peak_at) = if waiting > fluid { (waiting, waiting_at) } else { (fluid, fluid_at) };
    let left = parts.last().map_or(0.0, Part::last);
    // Less than a thousandth of a record is rounding.
    let gone = |records: f64| records < 1e-3;
    let emptied = |p: &&Part| p.from > fluid_at && gone(p.level);
    let cleared_at = if gone(fluid) {
        None
    } else {
        parts.iter().find(emptied).map(|p| p.from).or_else(|| parts.last().filter(|p| gone(p.last())).map(|_| end))
    };
    Forecast {
        pipeline,
        capacity,
        throughput,
        processed,
        peak_backlog,
        peak_at: (!gone(peak_backlog)).then_some(peak_at),
        cleared_at,
        keeps_up: gone(left),
        surplus: cleared_at.filter(|&t| t > fluid_at).map(|t| fluid / (t - fluid_at)),
        left: if gone(left) { 0.0 } else { left },
        backlog,
        offered,
    }
}

/// The first of the highest; what differs by rounding alone is equally high.
fn peak(points: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    points.fold((0.0, 0.0), |(high, at), (t, value)| if value > high + high * 1e-9 { (value, t) } else { (high, at) })
}

