//! Due times on a sine: Kepler's equation, y − e·sin y = M, where M is the share of a period's records and e how deep the wave is.

use super::{big, float, nano};
use crate::units::Exact;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::f64::consts::{PI, TAU};

#[derive(Clone, Debug)]
pub(super) struct Wave {
    /// Record j lies (j · unit + gap) ÷ turn periods in.
    narrow: Option<(u128, u128, u128)>,
    unit: BigInt,
    gap: BigInt,
    turn: BigInt,
    /// Nanoseconds: start and period over one denominator.
    start: BigInt,
    period: BigInt,
    scale: BigInt,
    period_ns: f64,
    per_period: f64,
    start_ns: f64,
    /// 0 … 1.
    depth: f64,
}

/// A thousandth of a nanosecond of rounding is not worth a whole one.
const GRACE_NS: f64 = 1e-3;

impl Wave {
    pub(super) fn new(at: &BigRational, gap: &BigRational, (low, high): (Exact, Exact), period: Exact) -> Wave {
        let two = BigInt::from(2);
        let middle = (big(low) + big(high)) / &two;
        let swing = (big(high) - big(low)) / &two;
        let per_period = &middle * big(period);
        let unit = gap.denom().lcm(per_period.denom());
        let gap_whole = gap.numer() * (&unit / gap.denom());
        let turn = per_period.numer() * (&unit / per_period.denom());
        let period_ns = big(period) * nano();
        let scale = at.denom().lcm(period_ns.denom());
        let narrow = match (unit.to_u64(), gap_whole.to_u64(), turn.to_u128()) {
            (Some(u), Some(g), Some(t)) => Some((u128::from(u), u128::from(g), t)),
            _ => None,
        };
        Wave {
            narrow,
            start: at.numer() * (&scale / at.denom()),
            period: period_ns.numer() * (&scale / period_ns.denom()),
            scale,
            period_ns: float(&period_ns),
            per_period: float(&per_period),
            start_ns: float(at),
            depth: float(&(swing / middle)).clamp(0.0, 1.0),
            unit,
            gap: gap_whole,
            turn,
        }
    }

    pub(super) fn due_ns(&self, j: u64) -> u64 {
        let (periods, share, mirrored) = match self.narrow {
            Some((unit, gap, turn)) => {
                // j < 2^64 and unit < 2^64, so the product fits.
                let (whole, rest) = (u128::from(j) * unit).saturating_add(gap).div_rem(&turn);
                let mirrored = rest > turn - rest;
                (BigOrSmall::Small(whole), if mirrored { turn - rest } else { rest } as f64 / turn as f64, mirrored)
            }
            None => {
                let (whole, rest) = (&self.unit * j + &self.gap).div_rem(&self.turn);
                let other = &self.turn - &rest;
                let mirrored = rest > other;
                (BigOrSmall::Big(whole), float(&BigRational::new(if mirrored { other } else { rest }, self.turn.clone())), mirrored)
            }
        };
        let turned = self.turned(share);
        let turned = if mirrored { 1.0 - turned } else { turned };
        let (whole, rest) = self.period_start(periods);
        let local = (rest + turned * self.period_ns - GRACE_NS).ceil().max(0.0);
        whole.saturating_add(local as u64)
    }

    pub(super) fn mass_ns(&self, mass: f64) -> f64 {
        let turns = mass / self.per_period;
        let rest = turns.fract();
        let turned = if rest > 0.5 { 1.0 - self.turned(1.0 - rest) } else { self.turned(rest) };
        self.start_ns + (turns.trunc() + turned) * self.period_ns
    }

    /// Nanoseconds at which a period begins: whole ones and the rest.
    fn period_start(&self, periods: BigOrSmall) -> (u64, f64) {
        let small = match &periods {
            BigOrSmall::Small(n) => i128::try_from(*n).ok().and_then(|n| {
                let (start, period, scale) = (self.start.to_i128()?, self.period.to_i128()?, self.scale.to_i128()?);
                let (whole, rest) = n.checked_mul(period)?.checked_add(start)?.div_rem(&scale);
                Some((u64::try_from(whole).ok()?, rest as f64 / scale as f64))
            }),
            BigOrSmall::Big(_) => None,
        };
        small.unwrap_or_else(|| {
            let n = match periods {
                BigOrSmall::Small(n) => BigInt::from(n),
                BigOrSmall::Big(n) => n,
            };
            let (whole, rest) = (n * &self.period + &self.start).div_rem(&self.scale);
            (whole.to_u64().unwrap_or(u64::MAX), float(&BigRational::new(rest, self.scale.clone())))
        })
    }

    /// Share of the period's length at which this share (0 … ½) of its records has been offered.
    fn turned(&self, share: f64) -> f64 {
        let mean = share * TAU;
        if mean <= 0.0 {
            return 0.0;
        }
        if mean >= PI {
            return 0.5;
        }
        let e = self.depth;
        // Concave-convex on 0 … π: Newton kept inside a bracket always arrives.
        let (mut low, mut high) = (0.0f64, PI);
        let mut y = if e > 0.8 { (6.0 * mean).cbrt().min(PI) } else { mean + e * mean.sin() };
        for _ in 0..64 {
            let value = (1.0 - e) * y + e * y_minus_sin(y) - mean;
            if value > 0.0 { high = y } else { low = y }
            let slope = 1.0 - e * y.cos();
            let mut next = y - value / slope;
            if !(next > low && next < high) {
                next = (low + high) / 2.0;
            }
            let moved = (next - y).abs();
            y = next;
            if moved <= y * 2.3e-16 {
                break;
            }
        }
        y / TAU
    }
}

enum BigOrSmall {
    Small(u128),
    Big(BigInt),
}

/// y − sin y without cancellation near 0.
fn y_minus_sin(y: f64) -> f64 {
    if y > 0.7 {
        return y - y.sin();
    }
    let square = y * y;
    let mut term = y * square / 6.0;
    let mut sum = term;
    let mut n = 4.0;
    while term.abs() > sum.abs() * 1e-17 {
        term *= -square / (n * (n + 1.0));
        sum += term;
        n += 2.0;
    }
    sum
}

/// Records that a sine offers in `length` seconds, to 10⁻⁹.
pub(super) fn mass(low: BigRational, high: BigRational, period: BigRational, length: BigRational) -> BigRational {
    let two = BigInt::from(2);
    let middle = (&low + &high) / &two;
    let swing = (&high - &low) / &two;
    let linear = &middle * &length;
    let turns = &length / &period;
    let share = &turns - turns.floor();
    // π to 60 places; the sum below is exact to far more than 10⁻⁹ of any count that fits a run.
    let pi = BigRational::new(
        "3141592653589793238462643383279502884197169399375105820974944".parse().unwrap_or_else(|_| BigInt::from(3)),
        num_traits::pow(BigInt::from(10), 60),
    );
    let bits = 220u32;
    let fixed = sine(&share, &pi, bits);
    if fixed.is_zero() {
        return linear;
    }
    let wave = swing * period / (pi * two) * BigRational::new(fixed, BigInt::one() << bits);
    let billion = BigInt::from(1_000_000_000);
    linear - BigRational::new((wave * &billion).round().to_integer(), billion)
}

/// sin(2π·share) as a fixed-point number with `bits` after the point; share in 0 … 1.
fn sine(share: &BigRational, pi: &BigRational, bits: u32) -> BigInt {
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let (share, negative) = if share >= &half { (share - &half, true) } else { (share.clone(), false) };
    let quarter = BigRational::new(BigInt::one(), BigInt::from(4));
    let share = if share > quarter { half - share } else { share };
    let one = BigInt::one() << bits;
    let angle = (share * pi * BigInt::from(2) * &one).round().to_integer();
    let square = (&angle * &angle) >> bits;
    let (mut sum, mut term, mut n) = (angle.clone(), angle, 2u32);
    while !term.abs().is_zero() && n < 200 {
        term = -((&term * &square) >> bits) / BigInt::from(n * (n + 1));
        sum += &term;
        n += 2;
    }
    if negative { -sum } else { sum }
}
