//! Between which bounds the values of a condition must lie, and what follows for its truth.

use super::Foresight;
use super::known::{Figure, figure};
use crate::plan::predict::{Forecast, is_elastic};
use crate::plan::shape::number;
use crate::plan::windows::{Look, Stretch};
use crate::plan::{Arithmetic, Compare, Condition, MathFunction, MetricRef, Nature, PhaseId, PipelineId, TargetId, Value, ValueKind, WindowFunction};

/// A value lies in `low..=high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    low: f64,
    high: f64,
}

const ANY: Bounds = Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY };

/// What a condition may turn out to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truth {
    may_hold: bool,
    may_fail: bool,
}

impl Truth {
    pub(super) fn hopeless(self) -> bool {
        !self.may_hold
    }
    pub(super) fn certain(self) -> bool {
        !self.may_fail
    }
}

/// A stretch of time with one answer.
pub(super) struct Cell {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) answer: bool,
}

const CELLS: usize = 600;

/// A consumer goes on while the last records are flushed: so long (seconds) may the backlog still shrink before `at end` looks at it.
pub(super) const FLUSH: f64 = 5.0;

/// A clock and a meter may be off by so much: shares, and a second.
const LENIENCE: f64 = 1e-3;

/// Cuts `from..to` where the load changes, more finely towards its ends, and evenly besides. `throughout` gives the one answer of all cells in a stretch,
/// where it can tell: most windows are either nowhere in doubt, or everywhere.
pub(super) fn cells(sight: &Foresight, from: f64, to: f64, answer: impl Fn(f64, f64) -> bool, throughout: impl Fn(f64, f64) -> Option<bool>) -> Vec<Cell> {
    if to <= from {
        return Vec::new();
    }
    if let Some(answer) = throughout(from, to) {
        return vec![Cell { from, to, answer }];
    }
    let length = to - from;
    let mut borders: Vec<f64> = (0..=CELLS).map(|i| from + length * i as f64 / CELLS as f64).collect();
    let inside = |b: &f64| *b > from && *b < to;
    borders.extend((1..=6).flat_map(|i| [from + length / CELLS as f64 * 0.25f64.powi(i), to - length / CELLS as f64 * 0.25f64.powi(i)]).filter(inside));
    borders.extend(sight.test.phases.iter().map(|p| number(p.start)).filter(inside));
    for forecast in &sight.forecasts {
        if forecast.backlog.parts.len() < 4_000 {
            borders.extend(forecast.backlog.borders().filter(inside));
        }
    }
    borders.sort_by(f64::total_cmp);
    borders.dedup();
    let mut cells = Vec::with_capacity(borders.len());
    // By halves, the first one last on the pile.
    let mut pile = vec![borders.as_slice()];
    while let Some(stretch) = pile.pop() {
        let (Some(&from), Some(&to)) = (stretch.first(), stretch.last()) else { continue };
        let same = if stretch.len() > FEW { throughout(from, to) } else { None };
        match (same, stretch.len() > FEW) {
            (None, true) => {
                let (first, second) = (stretch.get(..=stretch.len() / 2), stretch.get(stretch.len() / 2..));
                pile.extend([second, first].into_iter().flatten());
            }
            _ => cells.extend(stretch.windows(2).map(|w| Cell { from: w[0], to: w[1], answer: same.unwrap_or_else(|| answer(w[0], w[1])) })),
        }
    }
    cells
}

/// So few borders are not worth looking at together.
const FEW: usize = 4;

/// Seconds between samples of the slowest metric in a condition, one at least.
pub(super) fn interval(condition: &Condition) -> f64 {
    condition.metrics().into_iter().map(|m| number(m.interval)).fold(1.0, f64::max)
}

/// What window functions without a phase look over.
#[derive(Clone, Copy)]
pub(super) enum Over<'s> {
    /// The window, whenever they are asked.
    Window(&'s [Stretch]),
    /// From there to the moment at which they are asked.
    Since(f64),
    Nothing,
}

/// Some moment of a stretch of time: bounds hold for each of them.
#[derive(Clone, Copy)]
struct Moment<'s> {
    from: f64,
    to: f64,
    over: Over<'s>,
    /// After the load and the flush.
    end: bool,
}

impl Foresight<'_> {
    /// Of a condition at the moments from … to ….
    pub(super) fn truth(&self, condition: &Condition, from: f64, to: f64, over: Over<'_>) -> Truth {
        self.weigh(condition, Moment { from, to, over, end: false })
    }

    /// Whether the answer is the same in every stretch within: `hopeless` where asked for that, else `certain`.
    pub(super) fn throughout(&self, condition: &Condition, from: f64, to: f64, over: Over<'_>, asked: fn(Truth) -> bool) -> Option<bool> {
        // With a trigger the wait is reckoned from what piles up by the end of a stretch: that says nothing of how it was before, when less came.
        let piles_up = |m: &MetricRef| matches!(figure(self.test, &m.series), Some(Figure::LagTime(id)) if self.forecast(id).is_some_and(|f| f.backlog.trigger().is_some()));
        if condition.metrics().into_iter().any(piles_up) {
            return None;
        }
        // What bounds that hold at every moment leave no doubt of is so at every moment; what bounds that are wider at every moment leave open is open.
        if asked(self.truth(condition, from, to, over)) {
            return Some(true);
        }
        let common = weigh(condition, &|value| self.common(value, Moment { from, to, over, end: false }))?;
        if asked(common) { None } else { Some(false) }
    }

    /// `flush`: for so many seconds may the backlog still shrink.
    pub(super) fn truth_at_end(&self, condition: &Condition, flush: f64) -> Truth {
        self.weigh(condition, Moment { from: self.end, to: self.end + flush, over: Over::Window(&[Stretch { from: 0.0, to: self.end }]), end: true })
    }

    /// The least that a value over all of a window comes to, if all is as predicted.
    pub(super) fn predicted(&self, value: &Value, look: &Look) -> Option<f64> {
        let from = look.stretches.first()?.from;
        Some(self.bounds(value, Moment { from, to: from, over: Over::Window(&look.stretches), end: false }).low)
    }

    fn weigh(&self, condition: &Condition, m: Moment) -> Truth {
        weigh(condition, &|value| Some(self.bounds(value, m))).unwrap_or(Truth { may_hold: true, may_fail: true })
    }

    /// Bounds that lie within those of each moment from … to …; `None` where they are not to be had so simply.
    fn common(&self, value: &Value, m: Moment) -> Option<Bounds> {
        Some(match &value.kind {
            ValueKind::Constant(c) => exactly(number(*c)),
            ValueKind::Metric(metric) => self.common_metric(metric, m).filter(|b| b.low <= b.high)?,
            ValueKind::Negate(of) => {
                let b = self.common(of, m)?;
                Bounds { low: -b.high, high: -b.low }
            }
            ValueKind::Arithmetic { op, left, right } => arithmetic(*op, self.common(left, m)?, self.common(right, m)?),
            ValueKind::Call { function, arguments } => call(*function, arguments.iter().map(|a| self.common(a, m)).collect::<Option<_>>()?),
            // Whenever they are asked, they look over the same.
            ValueKind::Window { phases: Some(_), .. } => self.bounds(value, m),
            ValueKind::Window { phases: None, .. } => match m.over {
                Over::Window(_) => self.bounds(value, m),
                Over::Since(_) => return None,
                Over::Nothing => ANY,
            },
            ValueKind::Rate(_) => ANY,
        })
    }

    fn common_metric(&self, metric: &MetricRef, m: Moment) -> Option<Bounds> {
        if metric.statistic.is_some() || metric.across.is_some() {
            return Some(ANY);
        }
        let Some(figure) = figure(self.test, &metric.series) else { return Some(ANY) };
        // What only grows is bounded from below as at the end, and from above as at the start.
        let (start, end) = (Moment { to: m.from, ..m }, Moment { from: m.to, ..m });
        let at_least = |low: f64| Bounds { low: low.max(0.0), high: f64::INFINITY };
        match figure {
            Figure::Declared(_) => Some(self.metric(metric, m)),
            Figure::Alerts(_) | Figure::Cost => Some(self.metric(metric, end)),
            Figure::PartOfPlanned(_) => Some(self.metric(metric, start)),
            Figure::Planned(_) => Some(Bounds { low: self.metric(metric, end).low, high: self.metric(metric, start).high }),
            Figure::Lag(id) => Some(at_least(self.forecast(id).map_or(0.0, |forecast| forecast.backlog.highest(m.from, m.to)) - self.scatter)),
            Figure::LagTime(id) => {
                let behind = self.forecast(id).map_or(0.0, |forecast| forecast.backlog.highest(m.from, m.to)) - self.scatter;
                (behind < 1.0).then(|| at_least(0.0))
            }
            Figure::ProcessingRate(id) => Some(Bounds { low: 0.0, high: self.forecast(id).map_or(f64::INFINITY, |forecast| forecast.capacity) }),
            Figure::OfferedRate | Figure::CostPerMillion => None,
        }
    }

    fn bounds(&self, value: &Value, m: Moment) -> Bounds {
        match &value.kind {
            ValueKind::Constant(c) => exactly(number(*c)),
            ValueKind::Metric(metric) => self.metric(metric, m),
            ValueKind::Negate(of) => {
                let b = self.bounds(of, m);
                Bounds { low: -b.high, high: -b.low }
            }
            ValueKind::Arithmetic { op, left, right } => arithmetic(*op, self.bounds(left, m), self.bounds(right, m)),
            ValueKind::Call { function, arguments } => call(*function, arguments.iter().map(|a| self.bounds(a, m)).collect()),
            ValueKind::Window { function, of, phases: None } => match m.over {
                Over::Window(stretches) => self.over_time(*function, of, stretches, m.from == m.to),
                Over::Since(since) => self.so_far(*function, of, since, m),
                Over::Nothing => ANY,
            },
            ValueKind::Window { function, of, phases: Some(phases) } => match phases.as_slice() {
                // Of several instances it depends on the window which one is meant.
                [id] => self.phase(*id).map_or(ANY, |stretch| self.over_time(*function, of, &[stretch], m.from == m.to)),
                _ => ANY,
            },
            ValueKind::Rate(_) => ANY,
        }
    }

    /// What `during` sees of a phase.
    fn phase(&self, id: PhaseId) -> Option<Stretch> {
        let phase = self.test.phases.get(id)?;
        let (from, to) = (number(phase.start + self.test.skip_first), number(phase.start + phase.duration));
        (from < to).then_some(Stretch { from, to })
    }

    fn metric(&self, metric: &MetricRef, m: Moment) -> Bounds {
        if metric.statistic.is_some() || metric.across.is_some() {
            return ANY;
        }
        let Some(figure) = figure(self.test, &metric.series) else { return ANY };
        let at_least = |low: f64| Bounds { low: low.max(0.0), high: f64::INFINITY };
        match figure {
            Figure::Declared(value) if metric.nature == Nature::Declared => exactly(value),
            Figure::Declared(_) => ANY,
            Figure::Alerts(level) => {
                let fired = self.test.alerts.iter().zip(&self.alerts).filter(|(alert, at)| alert.level == level && at.is_some_and(|at| at <= m.from));
                at_least(fired.count() as f64)
            }
            Figure::OfferedRate if m.end || self.scatter > 0.0 || self.is_elastic(m) => ANY,
            Figure::OfferedRate => {
                let (low, high) = self.offered.low_high(m.from, m.to);
                // Whole records are counted, second by second.
                Bounds { low: low * (1.0 - LENIENCE) - 1.0, high: high * (1.0 + LENIENCE) + 1.0 }
            }
            Figure::Planned(target) if m.end => self.plan.total(target).map_or(at_least(0.0), exactly),
            Figure::PartOfPlanned(target) if m.end => Bounds { low: 0.0, high: self.plan.total(target).unwrap_or(f64::INFINITY) },
            Figure::Planned(target) => Bounds { low: self.plan.due_before(target, m.from), high: self.due_by(target, m.to) },
            Figure::PartOfPlanned(target) => Bounds { low: 0.0, high: self.due_by(target, m.to) },
            Figure::Cost => at_least(self.cost(m)),
            Figure::CostPerMillion => {
                let most = if m.end { self.plan.total(None).unwrap_or(f64::INFINITY) } else { self.due_by(None, m.to) };
                at_least(if most > 0.0 { self.cost(m) / most } else { 0.0 })
            }
            Figure::Lag(id) => {
                let Some(forecast) = self.forecast(id) else { return at_least(0.0) };
                let behind = if m.end { forecast.left - forecast.throughput.at(self.end).unwrap_or(f64::INFINITY) * (m.to - m.from) } else { forecast.backlog.lowest(m.from, m.to) };
                at_least(behind - self.scatter)
            }
            Figure::LagTime(id) => at_least(self.waited(id, m)),
            Figure::ProcessingRate(id) => Bounds { low: 0.0, high: self.takes(id, m) },
        }
    }

    /// The forecast of a pipeline.
    pub(super) fn forecast(&self, id: PipelineId) -> Option<&Forecast> {
        self.forecasts.iter().find(|f| f.pipeline == id)
    }

    fn is_elastic(&self, m: Moment) -> bool {
        self.test.phases.iter().filter(|p| is_elastic(p)).any(|p| number(p.start) < m.to && number(p.start + p.duration) > m.from)
    }

    /// Records that may be due at a moment, at most.
    pub(super) fn due_by(&self, target: Option<TargetId>, t: f64) -> f64 {
        let phases = self.plan.due_by(target, t).unwrap_or(f64::INFINITY);
        if target.is_some() || self.scatter > 0.0 || t >= self.elastic {
            return phases;
        }
        // Each send rounds its share up by itself.
        let rounding = 2.0 * (1 + self.test.sends.iter().map(|s| s.targets.len()).sum::<usize>()) as f64;
        phases.min(self.due.by(t) + rounding)
    }

    /// Dollars that the clusters have cost by then, at least.
    fn cost(&self, m: Moment) -> f64 {
        let seconds = if m.end { self.plan.lasts } else { m.from.min(self.plan.lasts).min(self.elastic) };
        self.plan.per_hour * (seconds * (1.0 - LENIENCE) - 1.0).max(0.0) / 3600.0
    }

    /// Seconds that the oldest record behind has waited, at least: as if the oldest always went first.
    fn waited(&self, id: PipelineId, m: Moment) -> f64 {
        let found = self.forecasts.iter().zip(&self.arrived).find(|(f, _)| f.pipeline == id);
        let Some((forecast, arrived)) = found.filter(|_| !m.end) else { return 0.0 };
        // What is taken is taken in order, so at all these moments the oldest that is left came no later than the oldest at the last of them.
        // Where the load jumps, by what came before.
        let behind = forecast.backlog.lowest(m.to, m.to) - self.scatter;
        if behind < 1.0 {
            return 0.0;
        }
        m.from - arrived.until(arrived.by(m.to) - behind)
    }

    /// Seconds that the oldest record behind has waited at a moment, if all is as predicted.
    pub(super) fn waits(&self, id: PipelineId, t: f64) -> f64 {
        self.waited(id, Moment { from: t, to: t, over: Over::Nothing, end: false })
    }

    /// Records a second that a pipeline takes, at most.
    fn takes(&self, id: PipelineId, m: Moment) -> f64 {
        let Some(forecast) = self.forecast(id) else { return f64::INFINITY };
        // A batch is taken at once, and counts as such at the moment at which it is.
        let batch = forecast.backlog.trigger().is_some() && !matches!(m.over, Over::Window(_));
        let throughput = &forecast.throughput;
        if batch || throughput.at(m.from).is_none() || throughput.borders().any(|b| b >= m.from && b <= m.to && throughput.at(b).is_none()) {
            return f64::INFINITY;
        }
        forecast.capacity
    }

    /// Of a function over all of these stretches. `exactly`: of what is predicted, not of what is certain to be seen.
    fn over_time(&self, function: WindowFunction, of: &Value, stretches: &[Stretch], exactly: bool) -> Bounds {
        // A sample falls into each piece that is as long as the time between samples.
        let least = of.metrics().into_iter().map(|m| number(m.interval)).fold(1.0, f64::max);
        if matches!(function, WindowFunction::Delta | WindowFunction::Trend) {
            return match stretches {
                [stretch] => self.growth(function, of, *stretch, if exactly { 0.0 } else { least }),
                _ => ANY,
            };
        }
        let mut all: Vec<(f64, Bounds)> = Vec::new();
        for s in stretches {
            let n = ((s.to - s.from) / least).floor().clamp(1.0, 512.0);
            let step = (s.to - s.from) / n;
            let bounds = |from: f64, to: f64| self.bounds(of, Moment { from, to, over: Over::Window(stretches), end: false });
            for i in 0..n as u32 {
                let from = s.from + f64::from(i) * step;
                if exactly {
                    let inner = step * 1e-9;
                    all.extend([from + inner, from + step - inner].map(|t| (step / 2.0, bounds(t, t))));
                } else {
                    all.push((step, bounds(from, from + step)));
                }
            }
        }
        fold(function, &all)
    }

    /// How a lag changes over a stretch: by what is offered less what can be taken at the most, however large it is. `sampled`: seconds between samples.
    fn growth(&self, function: WindowFunction, of: &Value, stretch: Stretch, sampled: f64) -> Bounds {
        let ValueKind::Metric(MetricRef { series, statistic: None, across: None, .. }) = &of.kind else { return ANY };
        let Some(Figure::Lag(id)) = figure(self.test, series) else { return ANY };
        let Some(forecast) = self.forecast(id) else { return ANY };
        let borders = forecast.throughput.borders().filter(|b| *b > stretch.from && *b < stretch.to);
        let taken: Option<Vec<f64>> = borders.chain([stretch.from]).map(|t| forecast.throughput.at(t)).collect();
        let Some(taken) = taken.map(|rates| rates.into_iter().fold(0.0, f64::max)) else { return ANY };
        let length = stretch.to - stretch.from;
        // A sample may have just missed a batch, what has just come or a commit, at either end.
        let late = if sampled > 0.0 { FLUSH } else { 0.0 };
        let batch = forecast.backlog.trigger().filter(|_| sampled > 0.0).unwrap_or(0.0);
        let blur = 2.0 * forecast.offered.highest().max(taken) * (sampled + batch + late) + 2.0 * self.scatter;
        let low = match function {
            WindowFunction::Delta => forecast.offered.between(stretch.from, stretch.to) - taken * length - blur,
            // More than half of all pairs of samples lie more than a quarter of the stretch apart, so their median is no less than the least of theirs.
            _ => forecast.offered.low_high(stretch.from, stretch.to).0 - taken - blur / (length / 4.0),
        };
        Bounds { low: if low.is_finite() { low } else { f64::NEG_INFINITY }, high: f64::INFINITY }
    }

    /// Of a function that looks back from each moment to where the window began.
    fn so_far(&self, function: WindowFunction, of: &Value, since: f64, m: Moment) -> Bounds {
        let latest = self.bounds(of, Moment { over: Over::Nothing, ..m });
        if function == WindowFunction::Last || m.from <= since {
            return if function == WindowFunction::Last { latest } else { ANY };
        }
        let before = self.over_time(function, of, &[Stretch { from: since, to: m.from }], m.from == m.to);
        match function {
            WindowFunction::Max => Bounds { low: before.low, high: before.high.max(latest.high) },
            WindowFunction::Min => Bounds { low: before.low.min(latest.low), high: before.high },
            // What has come since moves it towards what it is now.
            WindowFunction::Avg => Bounds { low: before.low.min(latest.low), high: before.high.max(latest.high) },
            _ => ANY,
        }
    }
}

/// What follows for a condition from bounds for its values.
fn weigh(condition: &Condition, bounds: &dyn Fn(&Value) -> Option<Bounds>) -> Option<Truth> {
    Some(match condition {
        Condition::And(a, b) => {
            let (a, b) = (weigh(a, bounds)?, weigh(b, bounds)?);
            Truth { may_hold: a.may_hold && b.may_hold, may_fail: a.may_fail || b.may_fail }
        }
        Condition::Or(a, b) => {
            let (a, b) = (weigh(a, bounds)?, weigh(b, bounds)?);
            Truth { may_hold: a.may_hold || b.may_hold, may_fail: a.may_fail && b.may_fail }
        }
        Condition::Not(a) => {
            let a = weigh(a, bounds)?;
            Truth { may_hold: a.may_fail, may_fail: a.may_hold }
        }
        Condition::Compare { op, left, right } => compare(*op, bounds(left)?, bounds(right)?),
        Condition::In { value, low, high, inclusive } => {
            let value = bounds(value)?;
            let end = |op: Compare, end: &Option<Value>| end.as_ref().map(|end| Some(compare(op, value, bounds(end)?)));
            let above = end(Compare::GreaterEqual, low);
            let below = end(if *inclusive { Compare::LessEqual } else { Compare::Less }, high);
            let both: Vec<Truth> = above.into_iter().chain(below).collect::<Option<_>>()?;
            Truth { may_hold: both.iter().all(|t| t.may_hold), may_fail: both.iter().any(|t| t.may_fail) }
        }
    })
}

/// Of the bounds in consecutive pieces of time, with their lengths.
fn fold(function: WindowFunction, all: &[(f64, Bounds)]) -> Bounds {
    let ends = |f: fn(f64, f64) -> f64| Bounds {
        low: all.iter().map(|(_, b)| b.low).reduce(f).unwrap_or(f64::NEG_INFINITY),
        high: all.iter().map(|(_, b)| b.high).reduce(f).unwrap_or(f64::INFINITY),
    };
    if all.is_empty() {
        return ANY;
    }
    match function {
        WindowFunction::Max => ends(f64::max),
        WindowFunction::Min => ends(f64::min),
        WindowFunction::Avg => {
            let length: f64 = all.iter().map(|(w, _)| w).sum();
            let mean = |pick: fn(&Bounds) -> f64| all.iter().map(|(w, b)| w * pick(b)).sum::<f64>() / length;
            Bounds { low: mean(|b| b.low), high: mean(|b| b.high) }
        }
        WindowFunction::Last => all.last().map_or(ANY, |(_, b)| *b),
        WindowFunction::Delta | WindowFunction::Trend | WindowFunction::Stability => ANY,
    }
}

fn exactly(value: f64) -> Bounds {
    Bounds { low: value, high: value }
}

/// Rounding is given to the side of hope: nothing within a billionth is certain.
fn compare(op: Compare, a: Bounds, b: Bounds) -> Truth {
    let slack = |x: f64, y: f64| if x.is_finite() && y.is_finite() { 1e-9 * x.abs().max(y.abs()) } else { 0.0 };
    let may_be_below = a.low < b.high + slack(a.low, b.high);
    let may_be_above = a.high > b.low - slack(a.high, b.low);
    let may_equal = a.low <= b.high + slack(a.low, b.high) && a.high >= b.low - slack(a.high, b.low);
    let same = a.low == a.high && b.low == b.high && a.low == b.low;
    match op {
        Compare::Less => Truth { may_hold: may_be_below && !same, may_fail: may_be_above || may_equal },
        Compare::LessEqual => Truth { may_hold: may_be_below || may_equal, may_fail: may_be_above && !same },
        Compare::Greater => Truth { may_hold: may_be_above && !same, may_fail: may_be_below || may_equal },
        Compare::GreaterEqual => Truth { may_hold: may_be_above || may_equal, may_fail: may_be_below && !same },
        Compare::Equal => Truth { may_hold: may_equal, may_fail: !same },
        Compare::NotEqual => Truth { may_hold: !same, may_fail: may_equal },
    }
}

fn arithmetic(op: Arithmetic, a: Bounds, b: Bounds) -> Bounds {
    let corners = |f: fn(f64, f64) -> f64| {
        let all = [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)];
        if all.iter().any(|v| v.is_nan()) {
            return ANY;
        }
        Bounds { low: all.iter().copied().fold(f64::INFINITY, f64::min), high: all.iter().copied().fold(f64::NEG_INFINITY, f64::max) }
    };
    match op {
        Arithmetic::Add => corners(|x, y| x + y),
        Arithmetic::Subtract => corners(|x, y| x - y),
        Arithmetic::Multiply => corners(|x, y| if x == 0.0 || y == 0.0 { 0.0 } else { x * y }),
        Arithmetic::Divide if b.low > 0.0 || b.high < 0.0 => corners(|x, y| x / y),
        Arithmetic::Divide => ANY,
    }
}

fn call(function: MathFunction, arguments: Vec<Bounds>) -> Bounds {
    let each = |f: fn(f64) -> f64| arguments.first().map_or(ANY, |b| Bounds { low: f(b.low), high: f(b.high) });
    let fold = |f: fn(f64, f64) -> f64| {
        arguments.iter().copied().reduce(|a, b| Bounds { low: f(a.low, b.low), high: f(a.high, b.high) }).unwrap_or(ANY)
    };
    match function {
        MathFunction::Min => fold(f64::min),
        MathFunction::Max => fold(f64::max),
        MathFunction::Ceil => each(f64::ceil),
        MathFunction::Floor => each(f64::floor),
        MathFunction::Round => each(f64::round),
        MathFunction::Abs => match arguments.first() {
            Some(b) if b.low >= 0.0 => *b,
            Some(b) if b.high <= 0.0 => Bounds { low: -b.high, high: -b.low },
            Some(b) => Bounds { low: 0.0, high: b.high.max(-b.low) },
            None => ANY,
        },
    }
}
