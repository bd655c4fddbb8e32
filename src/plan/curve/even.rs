//! Due times at a constant rate: a quotient that is carried along, remainder and all.

use super::{big, float, nano};
use crate::units::Exact;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive};

/// due(j) = ⌊(origin + j · step) ÷ unit⌋, with `unit − 1` already added to the origin, so that it rounds up.
#[derive(Clone, Debug)]
pub(super) struct Even {
    narrow: Option<Narrow>,
    origin: BigInt,
    step: BigInt,
    unit: BigInt,
    start: f64,
    step_ns: f64,
}

#[derive(Clone, Copy, Debug)]
struct Narrow {
    origin: u64,
    origin_rest: u128,
    step: u64,
    step_rest: u128,
    unit: u128,
}

impl Even {
    pub(super) fn new(at: &BigRational, gap: &BigRational, rate: Exact, records: u64) -> Even {
        let step_ns = nano() / big(rate);
        let start = at + gap * &step_ns;
        let unit = start.denom().lcm(step_ns.denom());
        let origin = start.numer() * (&unit / start.denom()) + &unit - BigInt::one();
        let step = step_ns.numer() * (&unit / step_ns.denom());
        let narrow = Narrow::new(&origin, &step, &unit, records);
        Even { narrow, start: float(at), step_ns: float(&step_ns), origin, step, unit }
    }

    pub(super) fn due_ns(&self, j: u64) -> u64 {
        match &self.narrow {
            Some(n) => n.origin + j * n.step + ((n.origin_rest + u128::from(j) * n.step_rest) / n.unit) as u64,
            None => ((&self.origin + &self.step * j) / &self.unit).to_u64().unwrap_or(u64::MAX),
        }
    }

    /// The times from record `j` on, by addition alone; `None` where the numbers are too wide for it.
    pub(super) fn steps(&self, j: u64) -> Option<Steps> {
        let narrow = self.narrow?;
        let rest = narrow.origin_rest + u128::from(j) * narrow.step_rest;
        let due = narrow.origin.wrapping_add(j.wrapping_mul(narrow.step)).wrapping_add((rest / narrow.unit) as u64);
        let unit = u64::try_from(narrow.unit).ok()?;
        Some(Steps { due, rest: (rest % narrow.unit) as u64, step: narrow.step, step_rest: narrow.step_rest as u64, unit })
    }

    pub(super) fn mass_ns(&self, mass: f64) -> f64 {
        self.start + mass * self.step_ns
    }
}

impl Narrow {
    fn new(origin: &BigInt, step: &BigInt, unit: &BigInt, records: u64) -> Option<Narrow> {
        // Room for every sum and product that `due_ns` and `steps` form.
        let last = (origin + step * records) / unit;
        last.to_u64().filter(|&l| l < u64::MAX / 2)?;
        let unit_narrow = unit.to_u128()?;
        let (origin, origin_rest) = origin.div_rem(unit);
        let (step, step_rest) = step.div_rem(unit);
        u128::from(records.checked_add(1)?).checked_mul(unit_narrow)?.checked_add(unit_narrow)?;
        Some(Narrow { origin: origin.to_u64()?, origin_rest: origin_rest.to_u128()?, step: step.to_u64()?, step_rest: step_rest.to_u128()?, unit: unit_narrow })
    }
}

/// A running quotient.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    due: u64,
    rest: u64,
    step: u64,
    step_rest: u64,
    unit: u64,
}

impl Steps {
    #[inline]
    pub(super) fn take(&mut self) -> u64 {
        let due = self.due;
        self.due = self.due.wrapping_add(self.step);
        // rest and step_rest are both below unit; their sum may pass 2^64.
        let (sum, over) = self.rest.overflowing_add(self.step_rest);
        let carry = over || sum >= self.unit;
        self.rest = if carry { sum.wrapping_sub(self.unit) } else { sum };
        self.due = self.due.wrapping_add(u64::from(carry));
        due
    }
}
