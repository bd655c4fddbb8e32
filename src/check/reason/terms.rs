//! Which numbers a condition speaks of, and what is known of each without measuring: the ends that it cannot pass, and how it stands to others
//! (`cpu.min` is never above `cpu.max`). Everything known is exact: what is only likely is no fact.

use super::linear::{Formula, Linear, Relation, TermId};
use crate::plan::{Across, Arithmetic, MathFunction, MetricRef, Nature, Statistic, Value, ValueKind, WindowFunction};
use crate::units::{Dimension, Exact};
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, One, Signed, Zero};

/// What a number can be at all; `None` at an end that is open or not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Reach {
    pub low: Option<Exact>,
    pub high: Option<Exact>,
}

impl Reach {
    pub const ANY: Reach = Reach { low: None, high: None };
    pub fn at(value: Exact) -> Reach {
        Reach { low: Some(value), high: Some(value) }
    }
    /// 0 and more.
    pub fn positive() -> Reach {
        Reach { low: Some(Exact::zero()), high: None }
    }
    /// A share of a whole: 0 % to 100 %.
    pub fn share() -> Reach {
        Reach { low: Some(Exact::zero()), high: Some(Exact::one()) }
    }
    fn is_positive(&self) -> bool {
        self.low.is_some_and(|low| !low.is_negative())
    }
    fn plus(self, other: Reach) -> Reach {
        let both = |a: Option<Exact>, b: Option<Exact>| a.zip(b).and_then(|(a, b)| a.checked_add(&b));
        Reach { low: both(self.low, other.low), high: both(self.high, other.high) }
    }
    fn negated(self) -> Reach {
        Reach { low: self.high.map(|v| -v), high: self.low.map(|v| -v) }
    }
    fn times(self, other: Reach) -> Reach {
        let both = |a: Option<Exact>, b: Option<Exact>| a.zip(b).and_then(|(a, b)| a.checked_mul(&b));
        match (self, other) {
            (a, b) if a.is_positive() && b.is_positive() => Reach { low: both(a.low, b.low), high: both(a.high, b.high) },
            (a, b) if a.is_constant() && !a.is_positive() => a.negated().times(b).negated(),
            (a, b) if b.is_constant() => b.times(a),
            // By a number that is not negative, each end keeps its side.
            (a, b) if a.is_constant() => Reach { low: both(a.low, b.low), high: both(a.high, b.high) },
            _ => Reach::ANY,
        }
    }
    fn is_constant(&self) -> bool {
        self.low.is_some() && self.low == self.high
    }
}

/// How the numbers in a condition are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Each at a moment, all at the same: what a window of an expectation is made of.
    Moment,
    /// Each averaged over the same stretch of time: the rules of a sizing.
    Average,
}

/// What a metric can be, by its name.
pub type ReachOf<'r> = dyn Fn(&MetricRef) -> Reach + 'r;

/// What a value can be, from what the metrics in it can be.
pub fn reach(value: &Value, of_metric: &ReachOf) -> Reach {
    let of = |value: &Value| reach(value, of_metric);
    match &value.kind {
        ValueKind::Constant(c) => Reach::at(*c),
        ValueKind::Metric(metric) => match (metric.across, metric.statistic) {
            (Some(Across::Count), _) | (_, Some(Statistic::Count)) => Reach::positive(),
            (Some(Across::Spread), _) => {
                let Reach { low, high } = of_metric(metric);
                Reach { low: Some(Exact::zero()), high: low.zip(high).and_then(|(low, high)| high.checked_sub(&low)) }
            }
            _ => of_metric(metric),
        },
        ValueKind::Window { function, of: inner, .. } => match function {
            WindowFunction::Avg | WindowFunction::Min | WindowFunction::Max | WindowFunction::Last => of(inner),
            // (p95 − p5) ÷ median
            WindowFunction::Stability if of(inner).is_positive() => Reach::positive(),
            WindowFunction::Delta | WindowFunction::Trend | WindowFunction::Stability => Reach::ANY,
        },
        ValueKind::Rate(_) => Reach::positive(),
        ValueKind::Negate(inner) => of(inner).negated(),
        ValueKind::Arithmetic { op, left, right } => {
            let (a, b) = (of(left), of(right));
            match op {
                Arithmetic::Add => a.plus(b),
                Arithmetic::Subtract => a.plus(b.negated()),
                Arithmetic::Multiply => a.times(b),
                Arithmetic::Divide => match b.low.filter(|_| b.is_constant()) {
                    Some(c) => Exact::one().checked_div(&c).map_or(Reach::ANY, |inverse| a.times(Reach::at(inverse))),
                    None if a.is_positive() && b.is_positive() => Reach::positive(),
                    None => Reach::ANY,
                },
            }
        }
        ValueKind::Call { function, arguments } => {
            let all: Vec<Reach> = arguments.iter().map(of).collect();
            let ends = |pick: fn(&Reach) -> Option<Exact>, known: bool, best: fn(Exact, Exact) -> Exact| {
                let ends: Vec<Option<Exact>> = all.iter().map(pick).collect();
                // Of `min`, one argument's upper end is enough to know one; its lower end needs all of them.
                if known && ends.iter().any(Option::is_none) { None } else { ends.into_iter().flatten().reduce(best) }
            };
            let low = |r: &Reach| r.low;
            let high = |r: &Reach| r.high;
            match function {
                MathFunction::Min => Reach { low: ends(low, true, Exact::min), high: ends(high, false, Exact::min) },
                MathFunction::Max => Reach { low: ends(low, false, Exact::max), high: ends(high, true, Exact::max) },
                MathFunction::Abs => match all.first() {
                    Some(inner) if inner.is_positive() => *inner,
                    _ => Reach::positive(),
                },
                MathFunction::Ceil | MathFunction::Floor | MathFunction::Round => {
                    let round = |v: Exact| match function {
                        MathFunction::Ceil => v.ceil(),
                        MathFunction::Floor => v.floor(),
                        _ => v.round(),
                    };
                    all.first().map_or(Reach::ANY, |r| Reach { low: r.low.map(round), high: r.high.map(round) })
                }
            }
        }
    }
}

/// Whether a number is whole wherever it is read.
pub(super) fn is_whole(value: &Value, reading: Reading) -> bool {
    match &value.kind {
        ValueKind::Metric(metric) => {
            let declared = metric.nature == Nature::Declared && value.dim == Dimension::COUNT;
            let counted = metric.nature == Nature::Final && value.dim == Dimension::COUNT || metric.statistic == Some(Statistic::Count);
            // What only grows by one at a time is a whole number whenever one looks; its average is none.
            let counter = reading == Reading::Moment && metric.nature == Nature::Counter && value.dim == Dimension::COUNT;
            declared || counted || counter || reading == Reading::Moment && metric.across == Some(Across::Count)
        }
        ValueKind::Call { function, .. } => matches!(function, MathFunction::Ceil | MathFunction::Floor | MathFunction::Round),
        _ => false,
    }
}

/// As a window function over a value: in an average, a plain series stands for its average.
fn as_window(value: &Value, reading: Reading) -> Option<(WindowFunction, &Value, Option<&[usize]>)> {
    match &value.kind {
        ValueKind::Window { function, of, phases } => Some((*function, of, phases.as_deref())),
        ValueKind::Metric(metric) if reading == Reading::Average && metric.nature == Nature::Plain => Some((WindowFunction::Avg, value, None)),
        _ => None,
    }
}

/// The value that stands for all that mean the same: `avg(m)` is `m` where everything is an average.
pub(super) fn canonical(value: &Value, reading: Reading) -> &Value {
    match &value.kind {
        ValueKind::Window { function: WindowFunction::Avg, of, phases: None } if as_window(of, reading).is_some_and(|(f, inner, _)| f == WindowFunction::Avg && std::ptr::eq(inner, &**of)) => of,
        _ => value,
    }
}

/// Whether `a` is never above `b`.
pub(super) fn never_above(a: &Value, b: &Value, reading: Reading) -> bool {
    if let (ValueKind::Metric(x), ValueKind::Metric(y)) = (&a.kind, &b.kind) {
        return metric_never_above(x, y);
    }
    if let (Some((f, x, p)), Some((g, y, q))) = (as_window(a, reading), as_window(b, reading)) {
        let ordered = x == y || never_above(x, y, Reading::Moment);
        return p == q && ordered && function_never_above(f, g);
    }
    // At a moment of the window that the function looks over.
    match (&a.kind, &b.kind) {
        (ValueKind::Window { function: WindowFunction::Min, of, phases: None }, _) => reading == Reading::Moment && (**of == *b || never_above(of, b, reading)),
        (_, ValueKind::Window { function: WindowFunction::Max, of, phases: None }) => reading == Reading::Moment && (*a == **of || never_above(a, of, reading)),
        _ => false,
    }
}

fn metric_never_above(a: &MetricRef, b: &MetricRef) -> bool {
    if a.series != b.series {
        return false;
    }
    let across = |m: &MetricRef| match m.across {
        Some(Across::Min) => Some(0),
        Some(Across::Avg) => Some(1),
        Some(Across::Max) => Some(2),
        _ => None,
    };
    let percentile = |m: &MetricRef| match m.statistic {
        Some(Statistic::P50) => Some(0),
        Some(Statistic::P90) => Some(1),
        Some(Statistic::P95) => Some(2),
        Some(Statistic::P99) => Some(3),
        Some(Statistic::P999) => Some(4),
        Some(Statistic::Max) => Some(5),
        _ => None,
    };
    let less = |x: Option<u8>, y: Option<u8>| x.zip(y).is_some_and(|(x, y)| x < y);
    match (a.across, b.across, a.statistic, b.statistic) {
        (Some(_), Some(_), None, None) => less(across(a), across(b)),
        (None, None, Some(x), Some(y)) => x == Statistic::Mean && y == Statistic::Max || less(percentile(a), percentile(b)),
        _ => false,
    }
}

/// Over the same moments, of numbers of which the first is never above the second.
fn function_never_above(f: WindowFunction, g: WindowFunction) -> bool {
    use WindowFunction::{Avg, Last, Max, Min};
    matches!((f, g), (Min, Min | Avg | Last | Max) | (Avg, Avg | Max) | (Last, Last | Max) | (Max, Max))
}

/// For the spread across instances: the two whose difference it is.
pub(super) fn spread_of(value: &Value, reading: Reading) -> Option<(Value, Value)> {
    let ends = |metric: &MetricRef, dim: Dimension| {
        let of = |across| Value { kind: ValueKind::Metric(MetricRef { across: Some(across), ..metric.clone() }), dim };
        (of(Across::Max), of(Across::Min))
    };
    match &value.kind {
        ValueKind::Metric(metric) if metric.across == Some(Across::Spread) => Some(ends(metric, value.dim)),
        // Averages and last values of a difference are the difference of theirs; a minimum or a maximum is not.
        ValueKind::Window { function: function @ (WindowFunction::Avg | WindowFunction::Last), of, phases } => match &of.kind {
            ValueKind::Metric(metric) if metric.across == Some(Across::Spread) => {
                let (max, min) = ends(metric, value.dim);
                let over = |of: Value| Value { dim: value.dim, kind: ValueKind::Window { function: *function, of: Box::new(of), phases: phases.clone() } };
                let (max, min) = (over(max), over(min));
                Some((canonical(&max, reading).clone(), canonical(&min, reading).clone()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// What a call means for its result, from what its arguments are.
pub(super) fn call_facts(function: MathFunction, result: TermId, arguments: &[Linear]) -> Option<Vec<Formula>> {
    let result = Linear::term(result);
    let of_each = |f: &dyn Fn(&Linear) -> Option<Formula>| arguments.iter().map(f).collect::<Option<Vec<_>>>();
    Some(match function {
        MathFunction::Min => {
            let mut facts = of_each(&|a| Formula::at_most(&result, a))?;
            facts.push(Formula::Any(of_each(&|a| Formula::at_most(a, &result))?));
            facts
        }
        MathFunction::Max => {
            let mut facts = of_each(&|a| Formula::at_most(a, &result))?;
            facts.push(Formula::Any(of_each(&|a| Formula::at_most(&result, a))?));
            facts
        }
        MathFunction::Abs => {
            let a = arguments.first()?;
            let b = a.times(-Exact::one())?;
            let either = Formula::Any(vec![Formula::at_most(&result, a)?, Formula::at_most(&result, &b)?]);
            vec![Formula::at_most(a, &result)?, Formula::at_most(&b, &result)?, either]
        }
        MathFunction::Ceil | MathFunction::Floor | MathFunction::Round => {
            let over = result.minus(arguments.first()?)?;
            let shifted = |by: Exact, relation, sign: i128| Some(Formula::of(over.times(Exact::from_integer(sign))?.plus(&Linear::constant(by))?, relation));
            let (one, half) = (Exact::one(), Exact::new(1, 2));
            match function {
                // 0 <= result − a < 1
                MathFunction::Ceil => vec![shifted(Exact::zero(), Relation::AtMost, -1)?, shifted(-one, Relation::Below, 1)?],
                MathFunction::Floor => vec![shifted(Exact::zero(), Relation::AtMost, 1)?, shifted(-one, Relation::Below, -1)?],
                _ => vec![shifted(-half, Relation::AtMost, 1)?, shifted(-half, Relation::AtMost, -1)?],
            }
        }
    })
}
