//! The load of a test as an exact function of time: record *k* is due when I(t), the integral of the rate from the start of the test, reaches *k*.
//!
//! I is rational for every shape but `sine`, whose integral is taken to 10⁻⁹ records. It runs through the whole test, so fractions of a record carry
//! over from phase to phase; a phase plans ⌈I(end)⌉ − ⌈I(start)⌉ records. A record on the border belongs to the later phase, and where a pause lies
//! between, it is due when that phase begins. `flood` and `search` are no part of the curve: the clock does not decide when their records go.
//!
//! Times are whole nanoseconds from the start of the test *as planned*, rounded up: the first nanosecond at which I has reached k. A run in which a
//! `flood` or `search` took another time than planned shifts them by the difference of the phase's start.

use super::shape::{Stretch, stretches};
use super::{Phase, PhaseId, SendId, Shape, Share, Test};
use crate::units::Exact;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, One, Signed, ToPrimitive, Zero};
use std::sync::OnceLock;

mod even;
mod slope;
mod wave;

use even::Even;
use slope::Slope;
use wave::Wave;

/// When each record of a test is due.
#[derive(Clone, Debug)]
pub struct Curve {
    phases: Vec<PhaseCurve>,
}

/// When each record of one phase is due.
#[derive(Clone, Debug)]
pub struct PhaseCurve {
    /// The number of its first record in the curve.
    pub first: u64,
    /// Records it plans.
    pub count: u64,
    /// Nanoseconds from the start of the test, as planned.
    pub start_ns: u64,
    pub end_ns: u64,
    pieces: Vec<Piece>,
    /// I(end) − I(start), not rounded.
    mass: f64,
}

#[derive(Clone, Debug)]
struct Piece {
    /// Index in the phase of its first record.
    first: u64,
    count: u64,
    /// Of its first record, where a stretch without load lies before: I had reached it when that began.
    head: Option<u64>,
    mass_before: f64,
    mass: f64,
    /// What the solver is made of, when a time is asked for: a replayed day has 86 400 pieces, and most questions are about counts.
    stretch: Stretch,
    at: BigRational,
    gap: BigRational,
    whole: BigRational,
    solver: OnceLock<Box<Solver>>,
}

#[derive(Clone, Debug)]
enum Solver {
    Even(Even),
    Slope(Slope),
    Wave(Wave),
}

impl Curve {
    /// The curve of what the phases offer (the sends with a share of it).
    pub fn of(test: &Test) -> Curve {
        Curve::build(test, stretches)
    }

    /// The curve of a fixed-rate `send` over the phases in which it is active; the empty curve for a send with a share.
    ///
    /// It rests in a `pause`, and in `flood` and `search`, which measure what is offered to them alone.
    pub fn of_send(test: &Test, send: SendId) -> Curve {
        let rate = match test.sends.get(send).map(|s| &s.share) {
            Some(Share::Rate(rate)) => *rate,
            _ => Exact::zero(),
        };
        Curve::build(test, |phase| {
            let rests = matches!(phase.shape, Shape::Pause | Shape::Flood { .. } | Shape::Search { .. });
            if rests || !phase.sends.contains(&send) {
                return Vec::new();
            }
            vec![Stretch::Line { from: rate, to: rate, length: phase.duration }]
        })
    }

    fn build(test: &Test, stretches: impl Fn(&Phase) -> Vec<Stretch>) -> Curve {
        let mut integral = BigRational::zero();
        let phases = test.phases.iter().map(|phase| PhaseCurve::build(phase, &stretches(phase), &mut integral)).collect();
        Curve { phases }
    }

    pub fn phases(&self) -> &[PhaseCurve] {
        &self.phases
    }

    pub fn phase(&self, phase: PhaseId) -> Option<&PhaseCurve> {
        self.phases.get(phase)
    }

    /// Records of the whole curve.
    pub fn count(&self) -> u64 {
        self.phases.iter().map(|p| p.count).fold(0, u64::saturating_add)
    }

    /// Nanoseconds from the start of the test at which record `k` is due; `None` beyond the last.
    pub fn due_ns(&self, k: u64) -> Option<u64> {
        let index = self.phases.partition_point(|p| p.first.saturating_add(p.count) <= k);
        let phase = self.phases.get(index)?;
        Some(phase.due_ns(k - phase.first))
    }

    /// Due times of the whole test in order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.phases.iter().flat_map(|p| p.cursor(0))
    }
}

impl PhaseCurve {
    fn build(phase: &Phase, stretches: &[Stretch], integral: &mut BigRational) -> PhaseCurve {
        let start = big(phase.start) * nano();
        let end = (big(phase.start) + big(phase.duration)) * nano();
        let first = whole_up(integral);
        let mut pieces: Vec<Piece> = Vec::with_capacity(stretches.len());
        let mut at = start.clone();
        let (mut count, mut mass) = (0u64, 0.0);
        let mut idle_since: Option<BigRational> = None;
        for stretch in stretches {
            let (solver_mass, length) = mass_of(stretch);
            let next = &*integral + &solver_mass;
            // How far the first whole record lies above I at the beginning of the stretch: 0 ≤ gap < 1.
            let gap = integral.ceil() - &*integral;
            let records = (next.ceil() - integral.ceil()).to_integer().to_u64().unwrap_or(u64::MAX - count);
            if solver_mass.is_zero() {
                idle_since.get_or_insert_with(|| at.clone());
            } else {
                let idle = idle_since.take();
                if records > 0 {
                    let head = idle.filter(|_| gap.is_zero()).map(|since| whole_up(&since));
                    pieces.push(Piece {
                        first: count,
                        count: records,
                        head,
                        mass_before: mass,
                        mass: float(&solver_mass),
                        stretch: stretch.clone(),
                        at: at.clone(),
                        gap,
                        whole: solver_mass.clone(),
                        solver: OnceLock::new(),
                    });
                }
            }
            count = count.saturating_add(records);
            mass += float(&solver_mass);
            at += length * nano();
            *integral = next;
        }
        PhaseCurve { first, count, start_ns: whole_up(&start), end_ns: whole_up(&end), pieces, mass }
    }

    /// Nanoseconds from the start of the test at which record `j` of this phase (from 0) is due; the phase's end for one beyond the last.
    pub fn due_ns(&self, j: u64) -> u64 {
        let index = self.pieces.partition_point(|p| p.first.saturating_add(p.count) <= j);
        match self.pieces.get(index) {
            Some(piece) => piece.due_ns(j - piece.first).clamp(self.start_ns, self.end_ns),
            None => self.end_ns,
        }
    }

    /// The due times of the records from `j` to the end of the phase: what `due_ns` answers, faster.
    pub fn cursor(&self, j: u64) -> Cursor<'_> {
        let index = self.pieces.partition_point(|p| p.first.saturating_add(p.count) <= j);
        Cursor { curve: self, piece: index, next: j, even: None }
    }

    /// How many of the phase's records are due at this time (nanoseconds from the start of the test, as planned) or before.
    pub fn due_by(&self, ns: u64) -> u64 {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.due_ns(middle) <= ns { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Nanoseconds from the start of the test at which this share (0 to 1) of the phase's load has been offered. For arrivals that are drawn.
    pub fn share_ns(&self, share: f64) -> u64 {
        let mass = share.clamp(0.0, 1.0) * self.mass;
        let index = self.pieces.partition_point(|p| p.mass_before + p.mass < mass);
        let Some(piece) = self.pieces.get(index).or(self.pieces.last()) else { return self.start_ns };
        let ns = piece.solver().mass_ns((mass - piece.mass_before).clamp(0.0, piece.mass));
        (ns.max(0.0).ceil() as u64).clamp(self.start_ns, self.end_ns)
    }
}

impl Piece {
    fn solver(&self) -> &Solver {
        self.solver.get_or_init(|| Box::new(Solver::new(&self.stretch, &self.at, &self.gap, self.count, &self.whole)))
    }

    fn due_ns(&self, j: u64) -> u64 {
        match (j, self.head) {
            (0, Some(head)) => head,
            _ => match self.solver() {
                Solver::Even(s) => s.due_ns(j),
                Solver::Slope(s) => s.due_ns(j),
                Solver::Wave(s) => s.due_ns(j),
            },
        }
    }
}

impl Solver {
    /// `at`: nanoseconds from the start of the test.
    fn new(stretch: &Stretch, at: &BigRational, gap: &BigRational, records: u64, mass: &BigRational) -> Solver {
        match stretch {
            Stretch::Line { from, to, .. } if from == to => Solver::Even(Even::new(at, gap, *from, records)),
            Stretch::Line { from, to, length } => Solver::Slope(Slope::new(at, gap, (*from, *to), *length, records, mass)),
            Stretch::Wave { low, high, .. } if low == high => Solver::Even(Even::new(at, gap, *low, records)),
            Stretch::Wave { low, high, period, .. } => Solver::Wave(Wave::new(at, gap, (*low, *high), *period)),
        }
    }
    /// Nanoseconds at which the stretch has offered this much.
    fn mass_ns(&self, mass: f64) -> f64 {
        match self {
            Solver::Even(s) => s.mass_ns(mass),
            Solver::Slope(s) => s.mass_ns(mass),
            Solver::Wave(s) => s.mass_ns(mass),
        }
    }
}

/// Due times in order.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    curve: &'a PhaseCurve,
    piece: usize,
    next: u64,
    even: Option<even::Steps>,
}

impl Iterator for Cursor<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let piece = self.curve.pieces.get(self.piece)?;
        let j = self.next - piece.first;
        let due = match (piece.solver(), &mut self.even) {
            (_, None) => {
                if let Solver::Even(solver) = piece.solver() {
                    self.even = solver.steps(j + 1);
                }
                piece.due_ns(j)
            }
            (_, Some(steps)) => steps.take(),
        };
        self.next += 1;
        if j + 1 == piece.count {
            self.piece += 1;
            self.even = None;
        }
        Some(due.clamp(self.curve.start_ns, self.curve.end_ns))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.curve.count.saturating_sub(self.next) as usize;
        (left, Some(left))
    }
}

fn mass_of(stretch: &Stretch) -> (BigRational, BigRational) {
    match stretch {
        Stretch::Line { from, to, length } => {
            // Most numbers are small, and small ones are much faster.
            let small = from.checked_add(to).and_then(|sum| sum.checked_mul(length)).and_then(|twice| twice.checked_div(&Exact::from_integer(2)));
            (small.map_or_else(|| (big(*from) + big(*to)) * big(*length) / BigInt::from(2), big), big(*length))
        }
        Stretch::Wave { low, high, period, length } => (wave::mass(big(*low), big(*high), big(*period), big(*length)), big(*length)),
    }
}

fn big(value: Exact) -> BigRational {
    BigRational::new_raw(BigInt::from(*value.numer()), BigInt::from(*value.denom()))
}

fn nano() -> BigRational {
    BigRational::from_integer(BigInt::from(1_000_000_000))
}

/// Rounded up to a whole number; 0 below, the largest beyond the range.
fn whole_up(value: &BigRational) -> u64 {
    if value.is_negative() {
        return 0;
    }
    value.ceil().to_integer().to_u64().unwrap_or(u64::MAX)
}

/// The nearest double, also where numerator and denominator alone are beyond its range.
fn float(value: &BigRational) -> f64 {
    let (whole, rest) = value.numer().div_rem(value.denom());
    let scale = BigInt::one() << 64;
    let fraction: BigInt = (rest * &scale) / value.denom();
    whole.to_f64().unwrap_or(f64::MAX) + fraction.to_f64().unwrap_or(0.0) / 18_446_744_073_709_551_616.0
}
