//! Checked arithmetic on quantities.

use super::{Dimension, Exact, Quantity, common};
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Zero};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticError {
    Overflow,
    DivisionByZero,
    /// The dimensions differ.
    Dimensions,
}

/// Beyond this a number is no quantity of any test, and later stages keep room to calculate.
const LARGEST: i128 = 1 << 100;

fn bounded(value: Option<Exact>) -> Result<Exact, ArithmeticError> {
    let value = value.ok_or(ArithmeticError::Overflow)?;
    let limits = -LARGEST..=LARGEST;
    if limits.contains(value.numer()) && limits.contains(value.denom()) { Ok(value) } else { Err(ArithmeticError::Overflow) }
}

pub fn add(a: Quantity, b: Quantity) -> Result<Quantity, ArithmeticError> {
    sum(a, b, a.value.checked_add(&b.value))
}

pub fn subtract(a: Quantity, b: Quantity) -> Result<Quantity, ArithmeticError> {
    sum(a, b, a.value.checked_sub(&b.value))
}

fn sum(a: Quantity, b: Quantity, value: Option<Exact>) -> Result<Quantity, ArithmeticError> {
    let dim = common(a.dim, a.slack, b.dim, b.slack).ok_or(ArithmeticError::Dimensions)?;
    // What both could be read as, seen from the dimension that was chosen.
    let low = (a.dim.count + a.slack.0).max(b.dim.count + b.slack.0) - dim.count;
    let high = (a.dim.count + a.slack.1).min(b.dim.count + b.slack.1) - dim.count;
    Ok(Quantity { value: bounded(value)?, dim, slack: (low, high) })
}

pub fn negate(a: Quantity) -> Quantity {
    Quantity { value: -a.value, ..a }
}

pub fn multiply(a: Quantity, b: Quantity) -> Result<Quantity, ArithmeticError> {
    let value = bounded(a.value.checked_mul(&b.value))?;
    let (dim, slack) = product(a.dim, a.slack, b.dim, b.slack)?;
    Ok(Quantity { value, dim, slack })
}

pub fn divide(a: Quantity, b: Quantity) -> Result<Quantity, ArithmeticError> {
    if b.value.is_zero() {
        return Err(ArithmeticError::DivisionByZero);
    }
    let value = bounded(a.value.checked_div(&b.value))?;
    let (dim, slack) = quotient(a.dim, a.slack, b.dim, b.slack)?;
    Ok(Quantity { value, dim, slack })
}

/// A count times a size is a size: the records drop out.
pub(crate) fn product(a: Dimension, a_slack: (i8, i8), b: Dimension, b_slack: (i8, i8)) -> Result<(Dimension, (i8, i8)), ArithmeticError> {
    let mut dim = exponents(a, b, i8::checked_add)?;
    let sizes = |x: Dimension, y: Dimension| x.count > 0 && x.data == 0 && y.data > 0 && y.count == 0;
    if sizes(a, b) || sizes(b, a) {
        dim.count = 0;
        return Ok((dim, (0, 0)));
    }
    Ok((dim, slack(a_slack.0.checked_add(b_slack.0), a_slack.1.checked_add(b_slack.1))?))
}

/// A size by a size may be a number of records (how many of these are in that), a size by a count the size of one.
pub(crate) fn quotient(a: Dimension, a_slack: (i8, i8), b: Dimension, b_slack: (i8, i8)) -> Result<(Dimension, (i8, i8)), ArithmeticError> {
    let dim = exponents(a, b, i8::checked_sub)?;
    let mut slack = slack(a_slack.0.checked_sub(b_slack.1), a_slack.1.checked_sub(b_slack.0))?;
    if a.data > 0 && b.data > 0 && dim.data == 0 {
        slack.1 = slack.1.max(1);
    }
    if a.data > 0 && a.count == 0 && b.data == 0 && b.count > 0 {
        slack.1 = slack.1.max(b.count);
    }
    Ok((dim, slack))
}

/// Bounded, so that no sum of exponents and slack can overflow.
fn slack(low: Option<i8>, high: Option<i8>) -> Result<(i8, i8), ArithmeticError> {
    match (low, high) {
        (Some(low), Some(high)) => Ok((low.clamp(-8, 0), high.clamp(0, 8))),
        _ => Err(ArithmeticError::Overflow),
    }
}

fn exponents(a: Dimension, b: Dimension, with: fn(i8, i8) -> Option<i8>) -> Result<Dimension, ArithmeticError> {
    let one = |a: i8, b: i8| with(a, b).filter(|e| (-60..=60).contains(e)).ok_or(ArithmeticError::Overflow);
    Ok(Dimension { time: one(a.time, b.time)?, data: one(a.data, b.data)?, count: one(a.count, b.count)?, money: one(a.money, b.money)? })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn q(text: &str) -> Quantity {
        parse(text).unwrap()
    }

    #[test]
    fn rate_times_time_is_a_count() {
        let n = multiply(q("2_000/s"), q("10m")).unwrap();
        assert_eq!((n.value, n.dim), (Exact::from_integer(1_200_000), Dimension::COUNT));
    }

    #[test]
    fn rate_times_size_is_a_data_rate() {
        assert_eq!(multiply(q("2_000/s"), q("1KB")).unwrap().dim, Dimension::DATA_RATE);
        assert!(divide(q("5MB/s"), q("1KB")).unwrap().fits(Dimension::RATE));
    }

    #[test]
    fn money_per_time_by_rate_is_money_per_record() {
        let price = divide(q("$12/h"), q("5_000/s")).unwrap();
        assert!(price.fits(Dimension::MONEY_PER_COUNT));
        assert_eq!(super::super::show(price.value, Dimension::MONEY_PER_COUNT), "$0.667/M");
    }

    #[test]
    fn bare_numbers_are_counts_or_ratios() {
        assert!(q("500").fits(Dimension::COUNT) && q("500").fits(Dimension::RATIO) && !q("500").fits(Dimension::TIME));
        assert_eq!(multiply(q("5"), q("2_000/s")).unwrap().dim, Dimension::RATE);
        assert!(add(q("500"), q("80%")).is_ok() && add(q("500"), q("5s")).is_err());
        assert!(divide(q("1_000"), q("10s")).unwrap().fits(Dimension::RATE));
    }

    #[test]
    fn overflow_and_division_by_zero_are_told() {
        let big = q("1_000_000_000_000_000_000G");
        assert_eq!(multiply(big, big), Err(ArithmeticError::Overflow));
        assert_eq!(divide(big, q("0")), Err(ArithmeticError::DivisionByZero));
    }
}
