//! Linear constraints over terms, and formulas of them. Arithmetic is exact and checked: `None` where it overflows.

use crate::units::Exact;
use num_integer::Integer;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, One, Signed, Zero};
use std::collections::BTreeMap;

/// A number that constraints speak of: an index, given out by whoever asks.
pub type TermId = usize;

/// The sum of factors times terms, and a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linear {
    parts: BTreeMap<TermId, Exact>,
    pub constant: Exact,
}

impl Linear {
    pub fn constant(value: Exact) -> Linear {
        Linear { parts: BTreeMap::new(), constant: value }
    }
    pub fn term(id: TermId) -> Linear {
        Linear { parts: BTreeMap::from([(id, Exact::one())]), constant: Exact::zero() }
    }
    /// Its terms, each with a factor that is not zero.
    pub fn parts(&self) -> impl Iterator<Item = (TermId, Exact)> + '_ {
        self.parts.iter().map(|(id, factor)| (*id, *factor))
    }
    pub fn factor(&self, id: TermId) -> Option<Exact> {
        self.parts.get(&id).copied()
    }
    pub fn is_constant(&self) -> bool {
        self.parts.is_empty()
    }
    pub fn times(&self, factor: Exact) -> Option<Linear> {
        if factor.is_zero() {
            return Some(Linear::constant(Exact::zero()));
        }
        let parts = self.parts.iter().map(|(id, f)| Some((*id, f.checked_mul(&factor)?))).collect::<Option<_>>()?;
        Some(Linear { parts, constant: self.constant.checked_mul(&factor)? })
    }
    pub fn plus(&self, other: &Linear) -> Option<Linear> {
        let mut sum = Linear { parts: self.parts.clone(), constant: self.constant.checked_add(&other.constant)? };
        for (id, factor) in &other.parts {
            let added = sum.parts.get(id).map_or(Some(*factor), |f| f.checked_add(factor))?;
            if added.is_zero() {
                sum.parts.remove(id);
            } else {
                sum.parts.insert(*id, added);
            }
        }
        Some(sum)
    }
    pub fn minus(&self, other: &Linear) -> Option<Linear> {
        self.plus(&other.times(-Exact::one())?)
    }
    /// Its value where every term has one.
    pub fn at(&self, value: impl Fn(TermId) -> Option<Exact>) -> Option<Exact> {
        self.parts.iter().try_fold(self.constant, |sum, (id, factor)| sum.checked_add(&factor.checked_mul(&value(*id)?)?))
    }
    /// With one term replaced.
    pub(super) fn replaced(&self, id: TermId, by: &Linear) -> Option<Linear> {
        let Some(factor) = self.factor(id) else { return Some(self.clone()) };
        let mut rest = self.clone();
        rest.parts.remove(&id);
        rest.plus(&by.times(factor)?)
    }
    /// Without one term.
    pub(super) fn without(&self, id: TermId) -> Linear {
        let mut rest = self.clone();
        rest.parts.remove(&id);
        rest
    }
    /// Multiplied by a positive number, so that constraints over the same terms are told to be so: the first factor is 1 or −1.
    pub(super) fn scaled(&self) -> Option<Linear> {
        match self.parts.values().next() {
            Some(first) => self.times(Exact::one().checked_div(&first.abs())?),
            None => Some(self.clone()),
        }
    }
    /// Multiplied by a positive number, so that its factors are whole and have no divisor in common.
    pub(super) fn in_whole_factors(&self) -> Option<Linear> {
        let mut denominators: i128 = 1;
        for factor in self.parts.values() {
            let more = factor.denom() / denominators.gcd(factor.denom());
            denominators = denominators.checked_mul(more)?;
        }
        let whole = self.times(Exact::from_integer(denominators))?;
        let divisor = whole.parts.values().fold(0i128, |d, factor| d.gcd(factor.numer()));
        if divisor == 0 { Some(whole) } else { whole.times(Exact::new(1, divisor)) }
    }
    pub(super) fn same_parts(&self) -> &BTreeMap<TermId, Exact> {
        &self.parts
    }
}

/// How a sum stands to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `< 0`
    Below,
    /// `<= 0`
    AtMost,
    /// `== 0`
    Equal,
}

/// A sum that stands so to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    pub sum: Linear,
    pub relation: Relation,
}

impl Constraint {
    pub(super) fn holds_at(&self, value: impl Fn(TermId) -> Option<Exact>) -> Option<bool> {
        let sum = self.sum.at(value)?;
        Some(self.relation.holds(sum))
    }
}

impl Relation {
    pub(super) fn holds(self, sum: Exact) -> bool {
        match self {
            Relation::Below => sum.is_negative(),
            Relation::AtMost => !sum.is_positive(),
            Relation::Equal => sum.is_zero(),
        }
    }
}

/// Constraints joined by `and` and `or`. `not` is carried down to the constraints when it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    Is(Constraint),
    /// All of them; true where there are none.
    All(Vec<Formula>),
    /// One of them at least; false where there are none.
    Any(Vec<Formula>),
}

impl Formula {
    pub fn always() -> Formula {
        Formula::All(Vec::new())
    }
    pub fn never() -> Formula {
        Formula::Any(Vec::new())
    }
    /// `sum < 0` and its like; decided at once where no term is in it.
    pub fn of(sum: Linear, relation: Relation) -> Formula {
        if !sum.is_constant() {
            Formula::Is(Constraint { sum, relation })
        } else if relation.holds(sum.constant) {
            Formula::always()
        } else {
            Formula::never()
        }
    }
    /// `a <= b`
    pub fn at_most(a: &Linear, b: &Linear) -> Option<Formula> {
        Some(Formula::of(a.minus(b)?, Relation::AtMost))
    }
    /// `a < b`
    pub fn below(a: &Linear, b: &Linear) -> Option<Formula> {
        Some(Formula::of(a.minus(b)?, Relation::Below))
    }
    /// `a == b`
    pub fn equal(a: &Linear, b: &Linear) -> Option<Formula> {
        Some(Formula::of(a.minus(b)?, Relation::Equal))
    }
    /// True exactly where this is false.
    pub fn negated(&self) -> Option<Formula> {
        let all = |parts: &[Formula]| parts.iter().map(Formula::negated).collect::<Option<Vec<_>>>();
        Some(match self {
            Formula::All(parts) => Formula::Any(all(parts)?),
            Formula::Any(parts) => Formula::All(all(parts)?),
            Formula::Is(Constraint { sum, relation }) => {
                let other_way = sum.times(-Exact::one())?;
                match relation {
                    Relation::Below => Formula::of(other_way, Relation::AtMost),
                    Relation::AtMost => Formula::of(other_way, Relation::Below),
                    Relation::Equal => Formula::Any(vec![Formula::of(sum.clone(), Relation::Below), Formula::of(other_way, Relation::Below)]),
                }
            }
        })
    }
    /// Whether it is true where every term has a value; `None` where one has none.
    pub fn holds_at(&self, value: &dyn Fn(TermId) -> Option<Exact>) -> Option<bool> {
        match self {
            Formula::Is(constraint) => constraint.holds_at(value),
            Formula::All(parts) => parts.iter().try_fold(true, |so_far, part| Some(part.holds_at(value)? && so_far)),
            Formula::Any(parts) => parts.iter().try_fold(false, |so_far, part| Some(part.holds_at(value)? || so_far)),
        }
    }
    /// Calls `see` for every term in it.
    pub fn terms(&self, see: &mut impl FnMut(TermId)) {
        match self {
            Formula::Is(constraint) => constraint.sum.parts().for_each(|(id, _)| see(id)),
            Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| part.terms(see)),
        }
    }
}
