//! Between which bounds the values of a condition must lie, and what follows for its truth.

use super::Foresight;
use crate::plan::predict::Forecast;
use crate::plan::shape::number;
use crate::plan::windows::Stretch;
use crate::plan::{AlertLevel, Arithmetic, Compare, Condition, MathFunction, MetricRef, Nature, Value, ValueKind, WindowFunction};

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

/// A stretch of time in which the answer is the same, as far as three looks into it can tell.
pub(super) struct Cell {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) answer: bool,
}

const CELLS: usize = 600;

/// A consumer goes on while the last records are flushed: so long (seconds) may the backlog still shrink before `at end` looks at it.
const FLUSH: f64 = 5.0;

/// Cuts `from..to` where the load changes and evenly besides. A cell answers true only if all looks into it do.
pub(super) fn cells(sight: &Foresight, from: f64, to: f64, answer: impl Fn(f64) -> bool) -> Vec<Cell> {
    if to <= from {
        return Vec::new();
    }
    let mut borders: Vec<f64> = (0..=CELLS).map(|i| from + (to - from) * i as f64 / CELLS as f64).collect();
    borders.extend(sight.test.phases.iter().map(|p| number(p.start)).filter(|&b| b > from && b < to));
    for forecast in &sight.forecasts {
        if forecast.backlog.parts.len() < 4_000 {
            borders.extend(forecast.backlog.borders().filter(|&b| b > from && b < to));
        }
    }
    borders.sort_by(f64::total_cmp);
    borders.dedup();
    let all = |a: f64, b: f64| [0.02, 0.5, 0.98].iter().all(|share| answer(a + (b - a) * share));
    borders.windows(2).map(|w| Cell { from: w[0], to: w[1], answer: all(w[0], w[1]) }).collect()
}

/// Seconds between samples of the slowest metric in a condition, one at least.
pub(super) fn interval(condition: &Condition) -> f64 {
    condition.metrics().into_iter().map(|m| number(m.interval)).fold(1.0, f64::max)
}

/// When, and over which stretches window functions look.
#[derive(Clone, Copy)]
struct Moment<'s> {
    at: f64,
    stretches: &'s [Stretch],
    /// After the load and the flush.
    end: bool,
}

impl Foresight<'_> {
    pub(super) fn truth(&self, condition: &Condition, at: f64, stretches: &[Stretch]) -> Truth {
        self.weigh(condition, Moment { at, stretches, end: false })
    }

    pub(super) fn truth_at_end(&self, condition: &Condition) -> Truth {
        self.weigh(condition, Moment { at: self.end, stretches: &[Stretch { from: 0.0, to: self.end }], end: true })
    }

    fn weigh(&self, condition: &Condition, m: Moment) -> Truth {
        match condition {
            Condition::And(a, b) => {
                let (a, b) = (self.weigh(a, m), self.weigh(b, m));
                Truth { may_hold: a.may_hold && b.may_hold, may_fail: a.may_fail || b.may_fail }
            }
            Condition::Or(a, b) => {
                let (a, b) = (self.weigh(a, m), self.weigh(b, m));
                Truth { may_hold: a.may_hold || b.may_hold, may_fail: a.may_fail && b.may_fail }
            }
            Condition::Not(a) => {
                let a = self.weigh(a, m);
                Truth { may_hold: a.may_fail, may_fail: a.may_hold }
            }
            Condition::Compare { op, left, right } => compare(*op, self.bounds(left, m), self.bounds(right, m)),
            Condition::In { value, low, high, inclusive } => {
                let value = self.bounds(value, m);
                let above = low.as_ref().map(|low| compare(Compare::GreaterEqual, value, self.bounds(low, m)));
                let op = if *inclusive { Compare::LessEqual } else { Compare::Less };
                let below = high.as_ref().map(|high| compare(op, value, self.bounds(high, m)));
                let both: Vec<Truth> = above.into_iter().chain(below).collect();
                Truth { may_hold: both.iter().all(|t| t.may_hold), may_fail: both.iter().any(|t| t.may_fail) }
            }
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
            ValueKind::Window { function, of, phases: None } if !m.end => self.window(*function, of, m),
            ValueKind::Window { .. } | ValueKind::Rate(_) => ANY,
        }
    }

    fn metric(&self, metric: &MetricRef, m: Moment) -> Bounds {
        if metric.statistic.is_some() || metric.across.is_some() {
            return ANY;
        }
        let name = metric.series.as_str();
        let level = match name {
            "alerts.critical" => Some(AlertLevel::Critical),
            "alerts.warning" => Some(AlertLevel::Warning),
            _ => None,
        };
        if let Some(level) = level {
            let fired = self.test.alerts.iter().zip(&self.alerts).filter(|(alert, at)| alert.level == level && at.is_some_and(|at| at <= m.at));
            return Bounds { low: fired.count() as f64, high: f64::INFINITY };
        }
        if name == "offered_rate" {
            return if m.end { ANY } else { exactly(self.offered.at(m.at)) };
        }
        let Some((forecast, figure)) = self.figure(name) else { return ANY };
        match figure {
            "lag" => {
                let behind = if m.end { forecast.left - forecast.capacity * FLUSH } else { forecast.backlog.at(m.at) };
                Bounds { low: behind.max(0.0), high: f64::INFINITY }
            }
            "processing_rate" => Bounds { low: 0.0, high: forecast.capacity },
            "capacity" if metric.nature == Nature::Declared => exactly(forecast.capacity),
            _ => ANY,
        }
    }

    /// The forecast behind `pipeline.figure`.
    pub(super) fn figure<'n>(&self, name: &'n str) -> Option<(&Forecast, &'n str)> {
        let (pipeline, figure) = name.rsplit_once('.')?;
        let forecast = self.forecasts.iter().find(|f| self.test.pipelines.get(f.pipeline).is_some_and(|p| p.name == pipeline))?;
        Some((forecast, figure))
    }

    fn window(&self, function: WindowFunction, of: &Value, m: Moment) -> Bounds {
        const LOOKS: usize = 512;
        let at = |s: &Stretch, i: usize| s.from + (s.to - s.from) * (i as f64 + 0.5) / LOOKS as f64;
        let each = |s: &'_ Stretch| (0..LOOKS).map(|i| self.bounds(of, Moment { at: at(s, i), ..m })).collect::<Vec<_>>();
        let all: Vec<(f64, Bounds)> = m.stretches.iter().flat_map(|s| each(s).into_iter().map(|b| (s.to - s.from, b))).collect();
        if all.is_empty() {
            return ANY;
        }
        let fold = |f: fn(f64, f64) -> f64| Bounds {
            low: all.iter().map(|(_, b)| b.low).reduce(f).unwrap_or(f64::NEG_INFINITY),
            high: all.iter().map(|(_, b)| b.high).reduce(f).unwrap_or(f64::INFINITY),
        };
        match function {
            WindowFunction::Max => fold(f64::max),
            WindowFunction::Min => fold(f64::min),
            WindowFunction::Avg => {
                let length: f64 = all.iter().map(|(w, _)| w).sum();
                let mean = |pick: fn(&Bounds) -> f64| all.iter().map(|(w, b)| w * pick(b)).sum::<f64>() / length;
                Bounds { low: mean(|b| b.low), high: mean(|b| b.high) }
            }
            WindowFunction::Last => all.last().map_or(ANY, |(_, b)| *b),
            WindowFunction::Delta | WindowFunction::Trend | WindowFunction::Stability => ANY,
        }
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
