//! What rate a phase offers at each moment, as stretches that are linear or one sine.

use super::{Phase, Shape};
use crate::units::Exact;
use num_traits::Zero;

/// A stretch of a phase's rate curve. Rates in records a second, lengths in seconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Stretch {
    /// From one rate to another, linear.
    Line { from: Exact, to: Exact, length: Exact },
    /// From `low` up to `high` and back, once a `period`.
    Wave { low: Exact, high: Exact, period: Exact, length: Exact },
}

/// The stretches of a phase, in order. Empty where it offers nothing by the clock (`pause`), or nothing that the clock decides (`flood`, `search`).
pub fn stretches(phase: &Phase) -> Vec<Stretch> {
    // A rate below nothing is refused when a file is checked; a plan made otherwise must not turn time back.
    let line = |from: Exact, to: Exact, length: Exact| Stretch::Line { from: from.max(Exact::zero()), to: to.max(Exact::zero()), length };
    let half = Exact::new(1, 2);
    match &phase.shape {
        Shape::Hold { rate } => vec![line(*rate, *rate, phase.duration)],
        Shape::Ramp { from, to } => vec![line(*from, *to, phase.duration)],
        Shape::Step { levels, every } => levels.iter().map(|level| line(*level, *level, *every)).collect(),
        Shape::Sine { low, high, period } => {
            let (low, high) = (*low.min(high), *low.max(high));
            if *period <= Exact::zero() || low < Exact::zero() {
                return Vec::new();
            }
            vec![Stretch::Wave { low, high, period: *period, length: phase.duration }]
        }
        Shape::Spike { from, to } => vec![line(*from, *to, phase.duration * half), line(*to, *from, phase.duration * half)],
        Shape::Replay { points } => replay(points),
        Shape::Pause | Shape::Flood { .. } | Shape::Search { .. } => Vec::new(),
    }
}

/// Linear between points; two points at one time are a jump; nothing is offered before the first.
fn replay(points: &[(Exact, Exact)]) -> Vec<Stretch> {
    let mut out = Vec::with_capacity(points.len());
    let mut last = (Exact::zero(), Exact::zero());
    for (index, &(at, rate)) in points.iter().enumerate() {
        let length = at - last.0;
        if length > Exact::zero() {
            let to = if index == 0 { Exact::zero() } else { rate.max(Exact::zero()) };
            out.push(Stretch::Line { from: last.1, to, length });
        }
        last = (at, rate.max(Exact::zero()));
    }
    out
}

/// Records a second at the phase's beginning and at its end; `None` where no rate is declared (`flood` without one).
pub fn end_rates(phase: &Phase) -> Option<(f64, f64)> {
    match &phase.shape {
        Shape::Pause => Some((0.0, 0.0)),
        Shape::Flood { at, .. } => at.map(|r| (number(r), number(r))),
        Shape::Search { from, to, .. } => Some((number(*from), number(*to))),
        _ => {
            let stretches = stretches(phase);
            Some((stretches.first().map_or(0.0, |s| s.rate_at(0.0)), stretches.last().map_or(0.0, |s| s.rate_at(s.length()))))
        }
    }
}

/// The highest rate of the phase in records a second; `None` where none is declared.
pub fn peak_rate(phase: &Phase) -> Option<f64> {
    match &phase.shape {
        Shape::Pause | Shape::Flood { .. } | Shape::Search { .. } => end_rates(phase).map(|(a, b)| a.max(b)),
        _ => Some(stretches(phase).iter().map(Stretch::highest).fold(0.0, f64::max)),
    }
}

impl Stretch {
    /// Seconds.
    pub fn length(&self) -> f64 {
        match self {
            Stretch::Line { length, .. } | Stretch::Wave { length, .. } => number(*length),
        }
    }
    /// Records a second, `at` seconds into the stretch.
    pub fn rate_at(&self, at: f64) -> f64 {
        match self {
            Stretch::Line { from, to, length } => {
                let share = if length.is_zero() { 0.0 } else { at / number(*length) };
                number(*from) + (number(*to) - number(*from)) * share
            }
            Stretch::Wave { low, high, period, .. } => {
                let turn = (at / number(*period)).fract() * std::f64::consts::TAU;
                let (low, high) = (number(*low), number(*high));
                (low + high) / 2.0 - (high - low) / 2.0 * turn.cos()
            }
        }
    }
    /// Records between two moments, seconds into the stretch.
    pub fn mass(&self, a: f64, b: f64) -> f64 {
        match self {
            Stretch::Line { .. } => (self.rate_at(a) + self.rate_at(b)) / 2.0 * (b - a),
            Stretch::Wave { low, high, period, .. } => {
                let (low, high) = (number(*low), number(*high));
                let turn = std::f64::consts::TAU / number(*period);
                // sin(turn·b) − sin(turn·a), without cancellation.
                let swing = 2.0 * ((a + b) / 2.0 * turn).cos() * ((b - a) / 2.0 * turn).sin();
                (low + high) / 2.0 * (b - a) - (high - low) / 2.0 * swing / turn
            }
        }
    }
    fn highest(&self) -> f64 {
        match self {
            Stretch::Line { from, to, .. } => number(*from.max(to)),
            Stretch::Wave { high, period, length, .. } if *length * 2 >= *period => number(*high),
            Stretch::Wave { .. } => self.rate_at(self.length()),
        }
    }
}

/// The nearest double of an exact number.
pub fn number(value: Exact) -> f64 {
    let (n, d) = (*value.numer(), *value.denom());
    let whole = n / d;
    // Whole part and fraction apart: both are exact or nearly so where n and d alone are beyond 2^53.
    whole as f64 + (n % d) as f64 / d as f64
}
