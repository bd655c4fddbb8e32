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
use num_rational::{BigRational, Ratio};
use num_traits::Zero;
use std::sync::OnceLock;

mod even;
mod exact;
mod slope;
mod wave;

use even::Even;
use exact::{TooLarge, Whole, above, ceil, widen};
use slope::Slope;
use wave::Wave;

/// When each record of a test is due.
#[derive(Clone, Debug, Default)]
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
        let small = i128::narrow(integral.clone()).and_then(|from| PhaseCurve::along(phase, stretches, from));
        let (curve, end) = match small {
            Ok((curve, end)) => (curve, widen(&end)),
            Err(TooLarge) => {
                let Ok(built) = PhaseCurve::along::<BigInt>(phase, stretches, integral.clone());
                built
            }
        };
        *integral = end;
        curve
    }

    /// From where I stands to where it comes to.
    fn along<T: Whole>(phase: &Phase, stretches: &[Stretch], mut integral: Ratio<T>) -> Result<(PhaseCurve, Ratio<T>), T::Overflow> {
        let nano = T::exact(Exact::from_integer(NANO));
        let begins = T::exact(phase.start);
        let start = T::times(&begins, &nano)?;
        let end = T::times(&T::plus(&begins, &T::exact(phase.duration))?, &nano)?;
        let first = count_of(ceil(&integral));
        let mut pieces: Vec<Piece> = Vec::with_capacity(stretches.len());
        let mut at = start.clone();
        let (mut count, mut mass) = (0u64, 0.0);
        let mut idle_since: Option<Ratio<T>> = None;
        for stretch in stretches {
            let (offered, length) = mass_of::<T>(stretch)?;
            let next = T::plus(&integral, &offered)?;
            let (reached, reaches) = (ceil(&integral), ceil(&next));
            // How far the first whole record lies above I at the beginning of the stretch: 0 ≤ gap < 1.
            let gap = above(&integral);
            let records = (reaches - reached).to_u64().unwrap_or(u64::MAX - count);
            if offered.is_zero() {
                idle_since.get_or_insert_with(|| at.clone());
            } else {
                let idle = idle_since.take();
                if records > 0 {
                    let head = idle.filter(|_| gap.is_zero()).map(|since| count_of(ceil(&since)));
                    pieces.push(Piece {
                        first: count,
                        count: records,
                        head,
                        mass_before: mass,
                        mass: T::float(&offered)?,
                        stretch: stretch.clone(),
                        at: widen(&at),
                        gap: widen(&gap),
                        whole: widen(&offered),
                        solver: OnceLock::new(),
                    });
                }
            }
            count = count.saturating_add(records);
            mass += T::float(&offered)?;
            at = T::plus(&at, &T::times(&length, &nano)?)?;
            integral = next;
        }
        Ok((PhaseCurve { first, count, start_ns: count_of(ceil(&start)), end_ns: count_of(ceil(&end)), pieces, mass }, integral))
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

/// The records of a stretch, and its length.
fn mass_of<T: Whole>(stretch: &Stretch) -> Result<(Ratio<T>, Ratio<T>), T::Overflow> {
    match stretch {
        Stretch::Line { from, to, length } => {
            let (length, half) = (T::exact(*length), T::exact(Exact::new_raw(1, 2)));
            let twice = T::times(&T::plus(&T::exact(*from), &T::exact(*to))?, &length)?;
            Ok((T::times(&twice, &half)?, length))
        }
        Stretch::Wave { low, high, period, length } => Ok((T::narrow(wave::mass(big(*low), big(*high), big(*period), big(*length)))?, T::exact(*length))),
    }
}

const NANO: i128 = 1_000_000_000;

fn big(value: Exact) -> BigRational {
    BigInt::exact(value)
}

fn nano() -> BigRational {
    big(Exact::from_integer(NANO))
}

fn float(value: &BigRational) -> f64 {
    let Ok(float) = BigInt::float(value);
    float
}

/// 0 below, the largest beyond the range.
fn count_of<T: Whole>(value: T) -> u64 {
    if value < T::zero() { 0 } else { value.to_u64().unwrap_or(u64::MAX) }
}
