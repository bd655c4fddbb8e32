//! What the backlog of a pipeline does if it takes exactly its declared `capacity`: a fluid model, backlog′ = offered − capacity, never below zero.
//!
//! With a `trigger` (micro-batches) what came in since the last batch waits too: the backlog shown is never below rate × trigger while load runs. That
//! floor does not slow the pipeline down, so it does not add to the fluid backlog. `cleared` means that the fluid backlog is gone.

use super::rates::{Rates, to_target};
use super::shape::number;
use super::{PipelineId, PipelineInput, Shape, Test};

/// One pipeline that declares a capacity and gets load in this test.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    pub pipeline: PipelineId,
    /// Records a second.
    pub capacity: f64,
    /// What reaches it.
    pub offered: Rates,
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

/// Records behind as a function of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backlog {
    pub parts: Vec<Part>,
    /// Seconds of `trigger` and what it multiplies.
    floor: Option<(f64, Rates)>,
}

/// level + net·x + bend·x² ÷ 2, x seconds after `from`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub from: f64,
    pub to: f64,
    pub level: f64,
    pub net: f64,
    pub bend: f64,
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
    predict_with(test, |id| test.pipelines.get(id).and_then(|p| p.capacity).map(number))
}

/// As [`predict`], with other capacities.
pub fn predict_with(test: &Test, capacity: impl Fn(PipelineId) -> Option<f64>) -> Vec<Forecast> {
    if grounds(test) == Grounds::Search {
        return Vec::new();
    }
    let mut flows = Flows { test, capacity: &capacity, known: vec![None; test.pipelines.len()], entered: vec![false; test.pipelines.len()] };
    (0..test.pipelines.len()).filter_map(|id| flows.forecast(id)).collect()
}

/// What goes through each pipeline, worked out once, upstream first.
struct Flows<'a> {
    test: &'a Test,
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
        Some(forecast(id, capacity, offered, trigger))
    }

    fn input(&mut self, id: PipelineId) -> Rates {
        let Some(pipeline) = self.test.pipelines.get(id) else { return Rates::default() };
        let reads = pipeline.reads.clone();
        reads.iter().fold(Rates::default(), |sum, input| match *input {
            PipelineInput::Target(target) => sum.plus(&to_target(self.test, target)),
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
            Some(capacity) => drain(&input, capacity).1,
            None => input,
        };
        let output = taken.times(yields);
        self.known[id] = Some(output.clone());
        output
    }
}

fn forecast(pipeline: PipelineId, capacity: f64, offered: Rates, trigger: Option<f64>) -> Forecast {
    let (parts, processed) = drain(&offered, capacity);
    let end = parts.last().map_or(0.0, |p| p.to);
    let (fluid, fluid_at) = peak(parts.iter().flat_map(Part::extremes));
    let floor = trigger.map(|t| (t, offered.clone()));
    let (waiting, waiting_at) = match &floor {
        Some((trigger, rates)) => peak(rates.pieces.iter().flat_map(|p| [(p.from, p.start * trigger), (p.to, p.end * trigger)])),
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
        processed,
        peak_backlog,
        peak_at: (!gone(peak_backlog)).then_some(peak_at),
        cleared_at,
        keeps_up: gone(left),
        surplus: cleared_at.filter(|&t| t > fluid_at).map(|t| fluid / (t - fluid_at)),
        left: if gone(left) { 0.0 } else { left },
        backlog: Backlog { parts, floor },
        offered,
    }
}

/// The first of the highest; what differs by rounding alone is equally high.
fn peak(points: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    points.fold((0.0, 0.0), |(high, at), (t, value)| if value > high + high * 1e-9 { (value, t) } else { (high, at) })
}

/// The backlog while this is offered and at most `capacity` taken, and what is taken.
fn drain(offered: &Rates, capacity: f64) -> (Vec<Part>, Rates) {
    let mut parts = Vec::with_capacity(offered.pieces.len() + 8);
    let mut taken = Rates::default();
    let mut level = 0.0f64;
    for piece in &offered.pieces {
        let bend = (piece.end - piece.start) / (piece.to - piece.from);
        let mut from = piece.from;
        // Each piece falls into at most three parts: empty, rising and falling, empty again.
        while from < piece.to {
            let net = piece.at(from) - capacity;
            // Until when the rate stays below the capacity.
            let below = if bend > 0.0 { (from - net / bend).min(piece.to) } else if net > 0.0 { from } else { piece.to };
            if level <= 0.0 && below > from {
                let to = below;
                parts.push(Part { from, to, level: 0.0, net: 0.0, bend: 0.0 });
                taken.pieces.push(super::rates::Piece { from, to, start: piece.at(from), end: piece.at(to) });
                level = 0.0;
                from = to;
            } else {
                let part = Part { from, to: piece.to, level, net, bend };
                let to = part.empty_at().filter(|&t| t < piece.to && t > from).unwrap_or(piece.to);
                parts.push(Part { to, ..part });
                taken.pieces.push(super::rates::Piece { from, to, start: capacity, end: capacity });
                level = if to < piece.to { 0.0 } else { part.at(to).max(0.0) };
                from = to;
            }
        }
    }
    (parts, taken)
}

impl Part {
    pub fn at(&self, t: f64) -> f64 {
        let x = t - self.from;
        self.level + self.net * x + self.bend * x * x / 2.0
    }

    fn last(&self) -> f64 {
        self.at(self.to)
    }

    /// The first moment after `from` at which nothing is left, be it beyond the part's end.
    fn empty_at(&self) -> Option<f64> {
        // level + net·x + bend·x²/2 = 0, without cancellation: x = 2·level ÷ (−net ± √(net² − 2·bend·level)).
        let root = self.net * self.net - 2.0 * self.bend * self.level;
        if root < 0.0 {
            return None;
        }
        let root = root.sqrt();
        let x = if self.level > 0.0 {
            let below = -self.net + root;
            if below > 0.0 { 2.0 * self.level / below } else { return None }
        } else if self.bend < 0.0 {
            -2.0 * self.net / self.bend
        } else {
            return None;
        };
        (x > 0.0).then_some(self.from + x)
    }

    /// Where it can be highest or lowest.
    fn extremes(&self) -> impl Iterator<Item = (f64, f64)> {
        let turn = if self.bend != 0.0 { Some(self.from - self.net / self.bend) } else { None };
        let turn = turn.filter(|&t| t > self.from && t < self.to);
        let part = *self;
        [Some(self.from), turn, Some(self.to)].into_iter().flatten().map(move |t| (t, part.at(t)))
    }
}

impl Backlog {
    /// Records behind at a moment, the floor by `trigger` included.
    pub fn at(&self, t: f64) -> f64 {
        let floor = self.floor.as_ref().map_or(0.0, |(trigger, rates)| trigger * rates.at(t));
        self.fluid(t).max(floor)
    }

    /// Without that floor.
    pub fn fluid(&self, t: f64) -> f64 {
        let index = self.parts.partition_point(|p| p.to < t);
        self.parts.get(index).or(self.parts.last()).map_or(0.0, |p| p.at(t.min(p.to)).max(0.0))
    }

    /// Records that wait for the next batch at a moment; 0 without a `trigger`.
    pub fn waiting(&self, t: f64) -> f64 {
        self.floor.as_ref().map_or(0.0, |(trigger, rates)| trigger * rates.at(t))
    }

    /// Seconds of `trigger`.
    pub fn trigger(&self) -> Option<f64> {
        self.floor.as_ref().map(|(trigger, _)| *trigger)
    }

    /// Where its course changes, in seconds, ascending.
    pub fn borders(&self) -> impl Iterator<Item = f64> + '_ {
        self.parts.iter().map(|p| p.from).chain(self.parts.last().map(|p| p.to))
    }
}
