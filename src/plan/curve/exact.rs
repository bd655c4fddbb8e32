//! The two sorts of whole numbers that a curve is reckoned in: machine numbers, which are fast and nearly always wide enough, and those without an end.

use crate::units::Exact;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::{BigRational, Ratio};
use num_traits::{CheckedAdd, CheckedMul, One, ToPrimitive};
use std::convert::Infallible;

pub(super) trait Whole: Clone + Integer + ToPrimitive + Into<BigInt> {
    /// Why a result may be missing.
    type Overflow;
    fn exact(value: Exact) -> Ratio<Self>;
    fn narrow(value: BigRational) -> Result<Ratio<Self>, Self::Overflow>;
    fn plus(a: &Ratio<Self>, b: &Ratio<Self>) -> Result<Ratio<Self>, Self::Overflow>;
    fn times(a: &Ratio<Self>, b: &Ratio<Self>) -> Result<Ratio<Self>, Self::Overflow>;
    /// The nearest double, to 2⁻⁶⁴.
    fn float(value: &Ratio<Self>) -> Result<f64, Self::Overflow>;
}

/// A number does not fit.
pub(super) struct TooLarge;

const SCALE: f64 = 18_446_744_073_709_551_616.0;

impl Whole for i128 {
    type Overflow = TooLarge;

    fn exact(value: Exact) -> Exact {
        value
    }
    fn narrow(value: BigRational) -> Result<Exact, TooLarge> {
        match (value.numer().to_i128(), value.denom().to_i128()) {
            (Some(numer), Some(denom)) => Ok(Exact::new_raw(numer, denom)),
            _ => Err(TooLarge),
        }
    }
    fn plus(a: &Exact, b: &Exact) -> Result<Exact, TooLarge> {
        a.checked_add(b).ok_or(TooLarge)
    }
    fn times(a: &Exact, b: &Exact) -> Result<Exact, TooLarge> {
        a.checked_mul(b).ok_or(TooLarge)
    }
    fn float(value: &Exact) -> Result<f64, TooLarge> {
        let (whole, rest) = value.numer().div_rem(value.denom());
        if rest == 0 {
            return Ok(whole as f64);
        }
        match (u64::try_from(rest), u64::try_from(*value.denom())) {
            (Ok(rest), Ok(denom)) => Ok(whole as f64 + ((u128::from(rest) << 64) / u128::from(denom)) as f64 / SCALE),
            _ => Err(TooLarge),
        }
    }
}

impl Whole for BigInt {
    type Overflow = Infallible;

    fn exact(value: Exact) -> BigRational {
        BigRational::new_raw(BigInt::from(*value.numer()), BigInt::from(*value.denom()))
    }
    fn narrow(value: BigRational) -> Result<BigRational, Infallible> {
        Ok(value)
    }
    fn plus(a: &BigRational, b: &BigRational) -> Result<BigRational, Infallible> {
        Ok(a + b)
    }
    fn times(a: &BigRational, b: &BigRational) -> Result<BigRational, Infallible> {
        Ok(a * b)
    }
    fn float(value: &BigRational) -> Result<f64, Infallible> {
        // Also where numerator and denominator alone are beyond its range.
        let (whole, rest) = value.numer().div_rem(value.denom());
        let fraction: BigInt = (rest * (BigInt::one() << 64)) / value.denom();
        Ok(whole.to_f64().unwrap_or(f64::MAX) + fraction.to_f64().unwrap_or(0.0) / SCALE)
    }
}

pub(super) fn widen<T: Whole>(value: &Ratio<T>) -> BigRational {
    BigRational::new_raw(value.numer().clone().into(), value.denom().clone().into())
}

/// Rounded up.
pub(super) fn ceil<T: Whole>(value: &Ratio<T>) -> T {
    let (whole, rest) = value.numer().div_mod_floor(value.denom());
    if rest.is_zero() { whole } else { whole + T::one() }
}

/// How far the next whole number lies above.
pub(super) fn above<T: Whole>(value: &Ratio<T>) -> Ratio<T> {
    let rest = value.numer().mod_floor(value.denom());
    // As reduced as the value is.
    if rest.is_zero() { Ratio::from_integer(rest) } else { Ratio::new_raw(value.denom().clone() - rest, value.denom().clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sorts_come_to_the_same() {
        let numbers = [(0, 1), (1, 3), (7, 2), (-7, 2), (1_000_000_007, 999_999_937), (123_456_789_012_345_678_901_234, 1), (10i128.pow(30), 7), (1, 10i128.pow(18))];
        for a in numbers.map(|(n, d)| Exact::new(n, d)) {
            let wide = <BigInt as Whole>::exact(a);
            assert_eq!(widen(&a), wide);
            assert_eq!(BigInt::from(ceil(&a)), wide.ceil().to_integer());
            assert_eq!(widen(&above(&a)), wide.ceil() - &wide);
            assert_eq!(<i128 as Whole>::narrow(wide.clone()).ok(), Some(a));
            let (small, Ok(large)) = (<i128 as Whole>::float(&a), <BigInt as Whole>::float(&wide));
            if let Ok(small) = small {
                assert_eq!(small.to_bits(), large.to_bits(), "{a}");
            }
            for b in numbers.map(|(n, d)| Exact::new(n, d)) {
                let other = <BigInt as Whole>::exact(b);
                if let Ok(sum) = <i128 as Whole>::plus(&a, &b) {
                    assert_eq!(widen(&sum), &wide + &other);
                }
                if let Ok(product) = <i128 as Whole>::times(&a, &b) {
                    assert_eq!(widen(&product), &wide * &other);
                }
            }
        }
    }
}
