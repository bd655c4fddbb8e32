//! The value of an expression and the truth of a condition, at a moment of a recording.

use std::cell::RefCell;
use std::collections::HashMap;

use super::number;
use super::signal::{self, Missing, Signal};
use super::statistics;
use super::truth::{Estimate, Truth};
use crate::metrics::recording::Recording;
use crate::plan::{
    Arithmetic, Compare, Condition, MathFunction, MetricRef, Nature, PhaseId, Test, Value, ValueKind, WindowFunction,
};

/// Seconds.
pub type Piece = (f64, f64);

/// What a moment's aggregates (distributions, window functions) look at.
#[derive(Clone, Debug)]
pub enum Look {
    /// All of a window: one value for all its moments. `instance` is (which, of how many) of a repeated phase.
    Window { pieces: Vec<Piece>, instance: Option<(usize, usize)>, at_end: bool },
    /// What came just before the moment: a distribution over the records of its last interval, a window function back to `start`,
    /// or over the last `length` seconds where that is shorter.
    Trailing { start: f64, length: f64, instance: Option<(usize, usize)> },
}

/// A condition's truth at a moment, with the comparison that decided it.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    pub truth: Truth,
    /// The comparison (`Compare` or `In`) that decided.
    pub decided_by: &'a Condition,
    /// Under an odd number of `not`.
    pub negated: bool,
    pub observed: Option<Estimate>,
    pub limit: Option<f64>,
    /// Positive on the good side, in the unit of what is compared.
    pub margin: Option<f64>,
    pub missing: Option<Missing>,
}

pub struct Evaluator<'a> {
    pub test: &'a Test,
    pub recording: &'a Recording,
    pub look: Look,
    signals: RefCell<HashMap<*const MetricRef, std::rc::Rc<Signal<'a>>>>,
    aggregates: RefCell<HashMap<*const Value, Result<Estimate, Missing>>>,
}

impl<'a> Evaluator<'a> {
    pub fn new(test: &'a Test, recording: &'a Recording, look: Look) -> Evaluator<'a> {
        Evaluator { test, recording, look, signals: RefCell::default(), aggregates: RefCell::default() }
    }

    // ---- conditions

    pub fn condition(&self, condition: &'a Condition, t: f64) -> Finding<'a> {
        match condition {
            Condition::And(left, right) => {
                let (left, right) = (self.condition(left, t), self.condition(right, t));
                if worse(&right, &left) { right } else { left }
            }
            Condition::Or(left, right) => {
                let (left, right) = (self.condition(left, t), self.condition(right, t));
                if worse(&left, &right) { right } else { left }
            }
            Condition::Not(inner) => {
                let inner = self.condition(inner, t);
                Finding {
                    truth: inner.truth.negate(),
                    margin: inner.margin.map(|m| -m),
                    negated: !inner.negated,
                    ..inner
                }
            }
            Condition::Compare { op, left, right } => self.compare(condition, *op, left, right, t),
            Condition::In { value, low, high, inclusive } => {
                self.within(condition, value, low.as_ref(), high.as_ref(), *inclusive, t)
            }
        }
    }

    fn compare(&self, condition: &'a Condition, op: Compare, left: &'a Value, right: &'a Value, t: f64) -> Finding<'a> {
        let (l, r) = match (self.value(left, t), self.value(right, t)) {
            (Ok(l), Ok(r)) => (l, r),
            (l, r) => {
                // Show the side that is known where it is the one observed.
                let (observed, limit) = if is_limit(left) && !is_limit(right) { (&r, &l) } else { (&l, &r) };
                return Finding {
                    truth: Truth::Unknown,
                    decided_by: condition,
                    negated: false,
                    observed: observed.as_ref().ok().copied(),
                    limit: limit.as_ref().ok().map(|e| e.mid),
                    margin: None,
                    missing: l.as_ref().err().or(r.as_ref().err()).cloned(),
                };
            }
        };
        let truth = match op {
            Compare::Less => l.less(r),
            Compare::LessEqual => l.less_equal(r),
            Compare::Greater => r.less(l),
            Compare::GreaterEqual => r.less_equal(l),
            Compare::Equal => l.equal(r),
            Compare::NotEqual => l.equal(r).negate(),
        };
        let difference = r.mid - l.mid;
        let margin = match op {
            Compare::Less | Compare::LessEqual => difference,
            Compare::Greater | Compare::GreaterEqual => -difference,
            Compare::Equal => -difference.abs(),
            Compare::NotEqual => difference.abs(),
        };
        let (observed, limit) = if is_limit(left) && !is_limit(right) { (r, l) } else { (l, r) };
        self.found(condition, truth, observed, limit.mid, margin)
    }

    fn within(
        &self,
        condition: &'a Condition,
        value: &'a Value,
        low: Option<&'a Value>,
        high: Option<&'a Value>,
        inclusive: bool,
        t: f64,
    ) -> Finding<'a> {
        let unknown = |missing: Missing, observed: Option<Estimate>| Finding {
            truth: Truth::Unknown,
            decided_by: condition,
            negated: false,
            observed,
            limit: None,
            margin: None,
            missing: Some(missing),
        };
        let observed = match self.value(value, t) {
            Ok(observed) => observed,
            Err(missing) => return unknown(missing, None),
        };
        let bound = |bound: Option<&'a Value>| bound.map(|b| self.value(b, t)).transpose();
        let (low, high) = match (bound(low), bound(high)) {
            (Ok(low), Ok(high)) => (low, high),
            (Err(missing), _) | (_, Err(missing)) => return unknown(missing, Some(observed)),
        };
        let above_low = low.map_or(Truth::True, |low| low.less_equal(observed));
        let below_high =
            high.map_or(Truth::True, |high| if inclusive { observed.less_equal(high) } else { observed.less(high) });
        let low_margin = low.map(|low| (observed.mid - low.mid, low.mid));
        let high_margin = high.map(|high| (high.mid - observed.mid, high.mid));
        let nearest = match (low_margin, high_margin) {
            (Some(l), Some(h)) => Some(if l.0 <= h.0 { l } else { h }),
            (one, other) => one.or(other),
        };
        let (margin, limit) = nearest.unwrap_or((f64::INFINITY, f64::INFINITY));
        self.found(condition, above_low.and(below_high), observed, limit, margin)
    }

    fn found(&self, condition: &'a Condition, truth: Truth, observed: Estimate, limit: f64, margin: f64) -> Finding<'a> {
        let missing = (truth == Truth::Unknown).then(|| {
            let dim = super::words::dimension_of(condition);
            Missing(format!(
                "it lies between {} and {}, and the limit of {} lies within that",
                super::words::quantity(observed.low, dim),
                super::words::quantity(observed.high, dim),
                super::words::quantity(limit, dim)
            ))
        });
        Finding { truth, decided_by: condition, negated: false, observed: Some(observed), limit: Some(limit), margin: Some(margin), missing }
    }

    // ---- values

    pub fn value(&self, value: &'a Value, t: f64) -> Result<Estimate, Missing> {
        let found = match &value.kind {
            ValueKind::Constant(exact) => Estimate::exact(number(exact)),
            ValueKind::Metric(metric) => self.metric(value, metric, t)?,
            ValueKind::Window { function, of, phases } => match &self.look {
                Look::Window { .. } => self.once(value, || self.window(*function, of, phases.as_deref(), t))?,
                Look::Trailing { .. } => self.window(*function, of, phases.as_deref(), t)?,
            },
            ValueKind::Rate(of) => self.rate(of, t)?,
            ValueKind::Negate(of) => self.value(of, t)?.negate(),
            ValueKind::Arithmetic { op, left, right } => {
                let (left, right) = (self.value(left, t)?, self.value(right, t)?);
                match op {
                    Arithmetic::Add => left.plus(right),
                    Arithmetic::Subtract => left.plus(right.negate()),
                    Arithmetic::Multiply => left.times(right),
                    Arithmetic::Divide => left
                        .over(right)
                        .ok_or_else(|| Missing(format!("it divides by zero at {}", super::words::clock(t))))?,
                }
            }
            ValueKind::Call { function, arguments } => self.call(*function, arguments, t)?,
        };
        if found.is_number() { Ok(found) } else { Err(Missing("the measured value is not a number".into())) }
    }

    fn call(&self, function: MathFunction, arguments: &'a [Value], t: f64) -> Result<Estimate, Missing> {
        let values = arguments.iter().map(|a| self.value(a, t)).collect::<Result<Vec<_>, _>>()?;
        let one = values.iter().copied();
        let found = match function {
            MathFunction::Min => one.reduce(Estimate::min),
            MathFunction::Max => one.reduce(Estimate::max),
            MathFunction::Abs => values.first().map(|v| v.abs()),
            MathFunction::Ceil => values.first().map(|v| v.map_rising(f64::ceil)),
            MathFunction::Floor => values.first().map(|v| v.map_rising(f64::floor)),
            MathFunction::Round => values.first().map(|v| v.map_rising(f64::round)),
        };
        found.ok_or_else(|| Missing("a function has no argument".into()))
    }

    fn once(&self, value: &Value, compute: impl FnOnce() -> Result<Estimate, Missing>) -> Result<Estimate, Missing> {
        let key = std::ptr::from_ref(value);
        if let Some(known) = self.aggregates.borrow().get(&key) {
            return known.clone();
        }
        let found = compute();
        self.aggregates.borrow_mut().insert(key, found.clone());
        found
    }

    fn signal(&self, metric: &'a MetricRef) -> std::rc::Rc<Signal<'a>> {
        let key = std::ptr::from_ref(metric);
        if let Some(known) = self.signals.borrow().get(&key) {
            return known.clone();
        }
        let made = std::rc::Rc::new(Signal::of(metric, self.test, self.recording));
        self.signals.borrow_mut().insert(key, made.clone());
        made
    }

    fn metric(&self, value: &'a Value, metric: &'a MetricRef, t: f64) -> Result<Estimate, Missing> {
        let unmeasured = || Missing(format!("`{}` was not measured in this run", metric.series));
        let exact = match metric.nature {
            Nature::Distribution => {
                return match &self.look {
                    Look::Window { pieces, .. } => self.once(value, || self.distribution(metric, pieces)),
                    Look::Trailing { .. } => self.distribution_at(metric, t),
                };
            }
            Nature::Final => match (signal::final_value(metric, self.test, self.recording), &self.recording.audit_problem) {
                (Some(value), _) => value,
                (None, Some(problem)) => return Err(Missing(format!("the read-back did not finish: {problem}"))),
                (None, None) => return Err(unmeasured()),
            },
            Nature::Declared => signal::final_value(metric, self.test, self.recording).ok_or_else(unmeasured)?,
            Nature::Plain | Nature::Counter => match &self.look {
                Look::Window { at_end: true, .. } => {
                    match signal::final_value(metric, self.test, self.recording) {
                        Some(value) => value,
                        None => self.signal(metric).at_end(self.recording.load_end)?,
                    }
                }
                _ => self.signal(metric).at(t)?,
            },
        };
        Ok(Estimate::exact(exact))
    }

    fn distribution(&self, metric: &MetricRef, pieces: &[Piece]) -> Result<Estimate, Missing> {
        let merged = signal::distribution(metric, self.recording, pieces)?;
        let Some(statistic) = metric.statistic else {
            return Err(Missing(format!("`{}` is a distribution; say which with .p50, .p99, .mean …", metric.series)));
        };
        merged
            .statistic(statistic)
            .map(Estimate::exact)
            .ok_or_else(|| {
                if signal::slips_between_slices(metric, self.recording, pieces) {
                    let name = &metric.series;
                    return Missing(format!("`{name}` is recorded by the second, too coarse for a window this short: take longer stretches"));
                }
                Missing(format!("`{}` holds no record in the window", metric.series))
            })
    }

    /// Over the records of the last interval in which any were seen, which may be two intervals ago: acknowledgements take their time.
    fn distribution_at(&self, metric: &MetricRef, t: f64) -> Result<Estimate, Missing> {
        let interval = signal::interval(metric);
        let slices = signal::slices(metric, self.recording)?;
        let seen = slices.iter().rev().find(|s| s.to <= t + 1e-9 && !s.buckets.is_empty()).filter(|s| t - s.to <= 2.0 * interval.max(s.to - s.from));
        let Some(seen) = seen else {
            return Err(Missing(format!("`{}` holds no record for two intervals before {}", metric.series, super::words::clock(t))));
        };
        self.distribution(metric, &[(seen.from.min(seen.to - interval), seen.to)])
    }

    /// Per-second increase; a counter that falls was reset and has counted from zero.
    fn rate(&self, of: &'a Value, t: f64) -> Result<Estimate, Missing> {
        let few = || Missing(format!("`{}` has fewer than two samples up to {}", super::words::value(of), super::words::clock(t)));
        let (before, last) =
            of.metrics().iter().find_map(|m| self.signal(m).last_two(t)).filter(|(before, last)| before < last).ok_or_else(few)?;
        // A series that has fallen silent is missing, not at rest.
        self.value(of, t)?;
        let (from, to) = (self.value(of, before)?.mid, self.value(of, last)?.mid);
        let increase = if to < from { to } else { to - from };
        Ok(Estimate::exact(increase / (last - before)))
    }

    // ---- window functions

    /// Where a window function looks.
    fn pieces(&self, phases: Option<&[PhaseId]>, t: f64) -> Result<Vec<Piece>, Missing> {
        let instance = match &self.look {
            Look::Window { instance, .. } | Look::Trailing { instance, .. } => *instance,
        };
        if let Some(phases) = phases {
            // Instances are paired where both are repeated equally often.
            let paired = instance.filter(|(_, of)| *of == phases.len()).and_then(|(which, _)| phases.get(which));
            let chosen = paired.map_or(phases, std::slice::from_ref);
            return chosen.iter().map(|&p| super::windows::phase_piece(self.test, self.recording, p).map_err(Missing)).collect();
        }
        Ok(match &self.look {
            Look::Window { pieces, .. } => pieces.clone(),
            Look::Trailing { start, length, .. } => vec![(start.max(t - length), t)],
        })
    }

    fn window(&self, function: WindowFunction, of: &'a Value, phases: Option<&'a [PhaseId]>, t: f64) -> Result<Estimate, Missing> {
        let pieces = self.pieces(phases, t)?;
        // Inside a window function a distribution is a series: its value over the records of the last interval.
        let inside = Evaluator::new(
            self.test,
            self.recording,
            Look::Trailing { start: pieces.first().map_or(0.0, |p| p.0), length: f64::INFINITY, instance: None },
        );
        let mut samples: Vec<Vec<(f64, f64)>> = Vec::new();
        for &(from, to) in &pieces {
            let mut piece = Vec::new();
            for moment in inside.moments_of_value(of, from, to) {
                piece.push((moment, inside.value(of, moment)?.mid));
            }
            samples.push(piece);
        }
        let all = || samples.iter().flatten().map(|s| s.1);
        let none = || Missing(format!("`{}` has no sample in the window", super::words::value(of)));
        let few = || Missing(format!("`{}` has too few samples in the window to tell its trend", super::words::value(of)));
        let found = match function {
            WindowFunction::Min => all().reduce(f64::min).ok_or_else(none)?,
            WindowFunction::Max => all().reduce(f64::max).ok_or_else(none)?,
            WindowFunction::Last => all().next_back().ok_or_else(none)?,
            WindowFunction::Avg => {
                let backward = looks_backward(of);
                let (mut sum, mut weight) = (0.0, 0.0);
                for (piece, &(from, to)) in samples.iter().zip(&pieces) {
                    for (value, seconds) in weighted(piece, from, to, backward) {
                        sum += value * seconds;
                        weight += seconds;
                    }
                }
                if weight > 0.0 { sum / weight } else { all().sum::<f64>() / all().count().max(1) as f64 }
            }
            WindowFunction::Delta => {
                let mut sum = 0.0;
                for (piece, &(from, _)) in samples.iter().zip(&pieces) {
                    let last = piece.last().ok_or_else(none)?.1;
                    // What it was when the window began, where that is known.
                    let first = inside.value(of, from).map(|v| v.mid).or_else(|_| piece.first().map(|s| s.1).ok_or_else(none))?;
                    sum += last - first;
                }
                sum
            }
            WindowFunction::Trend => return statistics::trend(&samples).ok_or_else(few),
            WindowFunction::Stability => {
                let mut values: Vec<f64> = all().collect();
                let (low, middle, high) = (
                    statistics::quantile(&mut values, 0.05).ok_or_else(none)?,
                    statistics::quantile(&mut values, 0.5).ok_or_else(none)?,
                    statistics::quantile(&mut values, 0.95).ok_or_else(none)?,
                );
                if middle == 0.0 {
                    return Err(Missing(format!("the median of `{}` is zero, and stability is relative to it", super::words::value(of))));
                }
                (high - low) / middle.abs()
            }
        };
        Ok(Estimate::exact(found))
    }

    // ---- moments

    /// The moments at which a condition can change in a stretch of time. Empty where one look at its end decides.
    pub fn moments(&self, condition: &'a Condition, from: f64, to: f64) -> Vec<f64> {
        let mut moments = Vec::new();
        self.add_condition_moments(condition, from, to, &mut moments);
        tidy(moments)
    }

    fn add_condition_moments(&self, condition: &'a Condition, from: f64, to: f64, moments: &mut Vec<f64>) {
        match condition {
            Condition::And(left, right) | Condition::Or(left, right) => {
                self.add_condition_moments(left, from, to, moments);
                self.add_condition_moments(right, from, to, moments);
            }
            Condition::Not(inner) => self.add_condition_moments(inner, from, to, moments),
            Condition::Compare { left, right, .. } => {
                self.add_moments(left, from, to, false, moments);
                self.add_moments(right, from, to, false, moments);
            }
            Condition::In { value, low, high, .. } => {
                for value in [Some(value), low.as_ref(), high.as_ref()].into_iter().flatten() {
                    self.add_moments(value, from, to, false, moments);
                }
            }
        }
    }

    fn moments_of_value(&self, value: &'a Value, from: f64, to: f64) -> Vec<f64> {
        let mut moments = Vec::new();
        self.add_moments(value, from, to, false, &mut moments);
        if moments.is_empty() {
            moments.push(to);
        }
        tidy(moments)
    }

    fn add_moments(&self, value: &'a Value, from: f64, to: f64, increases: bool, moments: &mut Vec<f64>) {
        let trailing = matches!(self.look, Look::Trailing { .. });
        match &value.kind {
            ValueKind::Constant(_) => {}
            ValueKind::Metric(metric) => match metric.nature {
                Nature::Plain | Nature::Counter => {
                    if !matches!(self.look, Look::Window { at_end: true, .. }) {
                        moments.extend(self.signal(metric).moments(from, to, increases));
                    }
                }
                Nature::Distribution if trailing => {
                    if let Ok(slices) = signal::slices(metric, self.recording) {
                        moments.extend(slices.iter().filter(|s| s.from >= from - 1e-9 && s.to <= to + 1e-9 && !s.buckets.is_empty()).map(|s| s.to));
                    }
                }
                Nature::Distribution | Nature::Final | Nature::Declared => {}
            },
            ValueKind::Window { of, .. } => {
                if trailing {
                    self.add_moments(of, from, to, increases, moments);
                }
            }
            ValueKind::Rate(of) => {
                let start = of.metrics().iter().map(|m| self.signal(m).shows_increase_from()).fold(f64::INFINITY, f64::min);
                let mut increases = Vec::new();
                self.add_moments(of, from, to, true, &mut increases);
                if increases.iter().any(|&t| t >= start) {
                    increases.retain(|&t| t >= start);
                }
                moments.extend(increases);
            }
            ValueKind::Negate(of) => self.add_moments(of, from, to, increases, moments),
            ValueKind::Arithmetic { left, right, .. } => {
                self.add_moments(left, from, to, increases, moments);
                self.add_moments(right, from, to, increases, moments);
            }
            ValueKind::Call { arguments, .. } => {
                for argument in arguments {
                    self.add_moments(argument, from, to, increases, moments);
                }
            }
        }
    }
}

fn tidy(mut moments: Vec<f64>) -> Vec<f64> {
    moments.sort_unstable_by(f64::total_cmp);
    moments.dedup();
    moments
}

/// Each value with the seconds it stands for.
fn weighted(samples: &[(f64, f64)], from: f64, to: f64, backward: bool) -> Vec<(f64, f64)> {
    let mut weights = Vec::with_capacity(samples.len());
    for (i, &(t, value)) in samples.iter().enumerate() {
        let neighbour = |i: Option<usize>| i.and_then(|i| samples.get(i)).map(|s| s.0);
        let seconds = if backward {
            t - neighbour(i.checked_sub(1)).unwrap_or(from)
        } else {
            let start = if i == 0 { from } else { t };
            neighbour(i.checked_add(1)).unwrap_or(to) - start
        };
        weights.push((value, seconds.max(0.0)));
    }
    weights
}

/// Whether a value's samples tell of the time before them: increases and statistics of the last interval.
pub fn looks_backward(value: &Value) -> bool {
    let metrics = value.metrics();
    has_rate(value) || (!metrics.is_empty() && metrics.iter().all(|m| m.nature == Nature::Distribution || signal::tells_of(&m.series) == signal::Span::Before))
}

/// Whether there is a `rate(…)` in it.
fn has_rate(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Rate(_)) || value.parts().into_iter().any(has_rate)
}

/// Whether a side of a comparison is what is asked for, not what is seen: nothing but constants.
pub fn is_limit(value: &Value) -> bool {
    value.metrics().iter().all(|m| m.nature == Nature::Declared)
}

/// Whether `a` says worse than `b`: false before unknown before true, and of equals the one with less margin relative to its limit.
pub fn worse(a: &Finding, b: &Finding) -> bool {
    let share = |f: &Finding| match (f.margin, f.limit) {
        (Some(margin), Some(limit)) if limit != 0.0 => margin / limit.abs(),
        (Some(margin), _) => margin,
        (None, _) => f64::INFINITY,
    };
    a.truth < b.truth || (a.truth == b.truth && share(a) < share(b))
}
