//! Due times where the rate climbs or falls linearly: the root of a quadratic, guessed in doubles and settled in integers.

use super::{big, float, nano};
use crate::units::Exact;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Record j is due at base + the smallest whole n with (a·n + b)·n + c ≥ d·j.
#[derive(Clone, Debug)]
pub(super) struct Slope {
    narrow: Option<Quadratic<i128>>,
    wide: Quadratic<BigInt>,
    base: u64,
    /// n lies between these.
    low: u64,
    high: u64,
    guess: Guess,
    start: f64,
}

#[derive(Clone, Debug)]
struct Quadratic<T> {
    a: T,
    b: T,
    c: T,
    d: T,
}

/// In doubles, measured from the end with the lower rate: from there no digits cancel.
#[derive(Clone, Copy, Debug)]
struct Guess {
    falling: bool,
    /// The lower rate, and the change of the rate in records a second each second (positive).
    low: f64,
    bend: f64,
    /// From that end to the nearest record, in records.
    gap: f64,
    last: u64,
    /// Nanoseconds of the stretch, and of what `base` was rounded down by.
    length: f64,
    offset: f64,
    mass: f64,
}

impl Slope {
    pub(super) fn new(at: &BigRational, gap: &BigRational, (from, to): (Exact, Exact), length: Exact, records: u64, mass: &BigRational) -> Slope {
        let base = at.floor();
        let offset = at - &base;
        // With y = n − offset nanoseconds into the stretch: rate·y + bend·y²/2 ≥ j + gap.
        let rate = big(from) / nano();
        let bend = (big(to) - big(from)) / big(length) / (nano() * nano());
        let half = &bend / BigInt::from(2);
        let (a, b, c) = (half.clone(), &rate - &bend * &offset, (&half * &offset - &rate) * &offset - gap);
        let d = a.denom().lcm(b.denom()).lcm(c.denom());
        let whole = |r: &BigRational| r.numer() * (&d / r.denom());
        let wide = Quadratic { a: whole(&a), b: whole(&b), c: whole(&c), d: d.clone() };
        let end = big(length) * nano();
        let low = u64::from(!offset.is_zero());
        let high = (&offset + &end).ceil().to_integer().to_u64().unwrap_or(u64::MAX);
        let last = records.saturating_sub(1);
        let falling = to < from;
        let guess = Guess {
            falling,
            low: float(&big(from.min(to))),
            bend: float(&(bend * nano() * nano())).abs(),
            gap: if falling { float(&(mass - gap - BigRational::from_integer(BigInt::from(last)))) } else { float(gap) },
            last,
            length: float(&end),
            offset: float(&offset),
            mass: float(mass),
        };
        let narrow = wide.narrow(high, records);
        Slope { narrow, wide, base: base.to_integer().to_u64().unwrap_or(u64::MAX / 2), low, high, guess, start: float(at) }
    }

    pub(super) fn due_ns(&self, j: u64) -> u64 {
        let guess = (self.guess.at(j).ceil().max(0.0) as u64).clamp(self.low, self.high);
        let n = match &self.narrow {
            Some(q) => {
                let want = q.d * i128::from(j);
                settle(guess, self.low, self.high, |n| {
                    let n = i128::from(n);
                    (q.a * n + q.b) * n + q.c >= want
                })
            }
            None => {
                let q = &self.wide;
                let want = &q.d * j;
                settle(guess, self.low, self.high, |n| (&q.a * n + &q.b) * n + &q.c >= want)
            }
        };
        self.base.saturating_add(n)
    }

    pub(super) fn mass_ns(&self, mass: f64) -> f64 {
        let g = &self.guess;
        self.start + if g.falling { g.length - g.solve(g.mass - mass) } else { g.solve(mass) }
    }
}

impl Guess {
    fn at(&self, j: u64) -> f64 {
        let y = if self.falling {
            self.length - self.solve(self.gap + self.last.saturating_sub(j) as f64)
        } else {
            self.solve(self.gap + j as f64)
        };
        y + self.offset
    }
    /// Nanoseconds from the end with the lower rate until this many records.
    fn solve(&self, records: f64) -> f64 {
        let root = (self.low * self.low + 2.0 * self.bend * records).sqrt();
        if root + self.low == 0.0 { 0.0 } else { 2.0 * records / (self.low + root) * 1e9 }
    }
}

impl Quadratic<BigInt> {
    /// In 128 bits, where no step of an evaluation can pass them.
    fn narrow(&self, high: u64, records: u64) -> Option<Quadratic<i128>> {
        let n = BigInt::from(high) + BigInt::one();
        let most = (self.a.abs() * &n + self.b.abs()) * &n + self.c.abs() + self.d.abs() * (BigInt::from(records) + BigInt::one());
        most.to_i128()?;
        Some(Quadratic { a: self.a.to_i128()?, b: self.b.to_i128()?, c: self.c.to_i128()?, d: self.d.to_i128()? })
    }
}

/// The smallest n in `low..=high` for which `reached` holds (it holds from there on), `high` if none does; quick where the guess is right.
#[inline]
fn settle(guess: u64, low: u64, high: u64, reached: impl Fn(u64) -> bool) -> u64 {
    if reached(guess) {
        if guess == low || !reached(guess - 1) {
            return guess;
        }
        let (mut step, mut top) = (2, guess - 1);
        let mut bottom = low;
        while let Some(n) = top.checked_sub(step).filter(|&n| n > low) {
            if !reached(n) {
                bottom = n + 1;
                break;
            }
            top = n;
            step *= 2;
        }
        return bisect(bottom, top, reached);
    }
    let (mut step, mut bottom) = (1, guess);
    loop {
        let n = bottom.saturating_add(step).min(high);
        if n >= high || reached(n) {
            return bisect(bottom.saturating_add(1).min(high), n, reached);
        }
        bottom = n;
        step *= 2;
    }
}

/// The smallest n in `low..=high` for which `reached` holds, given that it holds at `high` (or nowhere).
fn bisect(mut low: u64, mut high: u64, reached: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if reached(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
