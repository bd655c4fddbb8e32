//! Whether formulas of linear constraints can be true together. Branches over what is joined by `or`, and eliminates term after term from what is
//! joined by `and` (Fourier and Motzkin): exact over the real numbers, with a case where there is one. Conditions that people write are small;
//! what is not is given up.

use super::linear::{Constraint, Formula, Linear, Relation, TermId};
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedDiv, One, Signed, Zero};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// A value for every term.
pub type Case = BTreeMap<TermId, Exact>;

/// What a question came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// No values make all of it true.
    Never,
    /// These do.
    Possible(Case),
    /// Too much work, or numbers too large.
    Unknown,
}

/// How many constraints one question may make. A rule of a dozen comparisons makes some hundreds.
const WORK: usize = 60_000;

/// Whether all of these can be true at once. `whole`: the terms that are whole numbers. `budget`: how many constraints may be made, in this
/// question and those that follow.
pub fn possible(formulas: &[&Formula], whole: &BTreeSet<TermId>, budget: &Cell<usize>) -> Answer {
    let granted = budget.get().min(WORK);
    let mut search = Search { whole, left: granted };
    let found = search.branch(Vec::new(), formulas.to_vec());
    budget.set(budget.get() - (granted - search.left));
    match found {
        Ok(None) => Answer::Never,
        Ok(Some(mut case)) => {
            // A term that fell out on the way may be anything.
            for formula in formulas {
                formula.terms(&mut |id| {
                    case.entry(id).or_insert_with(Exact::zero);
                });
            }
            let value = |id: TermId| case.get(&id).copied();
            let right = formulas.iter().all(|f| f.holds_at(&value) == Some(true)) && case.iter().all(|(id, v)| !whole.contains(id) || v.is_integer());
            if right { Answer::Possible(case) } else { Answer::Unknown }
        }
        Err(GaveUp) => Answer::Unknown,
    }
}

struct GaveUp;

struct Search<'w> {
    whole: &'w BTreeSet<TermId>,
    left: usize,
}

impl Search<'_> {
    /// `known` holds; `open` is yet to hold.
    fn branch<'f>(&mut self, mut known: Vec<Constraint>, mut open: Vec<&'f Formula>) -> Result<Option<Case>, GaveUp> {
        let mut choices: Vec<&'f Formula> = Vec::new();
        while let Some(formula) = open.pop() {
            match formula {
                Formula::Is(constraint) => match self.tightened(constraint.clone())? {
                    Some(constraint) => known.push(constraint),
                    None => return Ok(None),
                },
                Formula::All(parts) => open.extend(parts),
                Formula::Any(parts) => match parts.as_slice() {
                    [] => return Ok(None),
                    [only] => open.push(only),
                    _ => choices.push(formula),
                },
            }
        }
        let Some(case) = self.case(&known)? else { return Ok(None) };
        // What the case at hand meets already needs no choice; of the others, the one with the fewest ways goes first.
        let value = |id: TermId| Some(case.get(&id).copied().unwrap_or_else(Exact::zero));
        let ways = |choice: &'f Formula| if let Formula::Any(parts) = choice { parts.as_slice() } else { &[] };
        let unmet = choices.iter().enumerate().filter(|(_, choice)| choice.holds_at(&value) != Some(true));
        let Some((next, _)) = unmet.min_by_key(|(_, choice)| ways(choice).len()) else {
            return Ok(Some(case));
        };
        for way in ways(choices.swap_remove(next)) {
            let open = choices.iter().copied().chain([way]).collect();
            if let Some(found) = self.branch(known.clone(), open)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A constraint over whole numbers alone, drawn in to the whole numbers that it leaves; `None` where it leaves none.
    fn tightened(&mut self, constraint: Constraint) -> Result<Option<Constraint>, GaveUp> {
        if self.left == 0 {
            return Err(GaveUp);
        }
        self.left -= 1;
        if constraint.sum.is_constant() {
            return Ok(constraint.relation.holds(constraint.sum.constant).then_some(constraint));
        }
        if !constraint.sum.parts().all(|(id, _)| self.whole.contains(&id)) {
            return Ok(Some(constraint));
        }
        let mut sum = constraint.sum.in_whole_factors().ok_or(GaveUp)?;
        let relation = match constraint.relation {
            Relation::Equal if sum.constant.is_integer() => Relation::Equal,
            Relation::Equal => return Ok(None),
            // whole + c < 0 is whole <= ⌈−c⌉ − 1
            Relation::Below => {
                sum.constant = sum.constant.floor() + Exact::one();
                Relation::AtMost
            }
            Relation::AtMost => {
                sum.constant = sum.constant.ceil();
                Relation::AtMost
            }
        };
        Ok(Some(Constraint { sum, relation }))
    }

    /// Values that make all of these true, by elimination; `None` where there are none.
    fn case(&mut self, constraints: &[Constraint]) -> Result<Option<Case>, GaveUp> {
        let Some(mut rows) = self.tidied(constraints.to_vec())? else { return Ok(None) };
        let mut eliminated: Vec<Eliminated> = Vec::new();
        while let Some(id) = self.cheapest(&rows) {
            let (with, without): (Vec<Constraint>, Vec<Constraint>) = rows.into_iter().partition(|row| row.sum.factor(id).is_some());
            let mut next = without;
            match with.iter().position(|row| row.relation == Relation::Equal) {
                Some(index) => {
                    // id = −rest ÷ factor
                    let rest = with.get(index).and_then(|row| row.sum.without(id).times(-Exact::one().checked_div(&row.sum.factor(id)?)?));
                    let rest = rest.ok_or(GaveUp)?;
                    for (_, row) in with.iter().enumerate().filter(|(i, _)| *i != index) {
                        next.push(Constraint { sum: row.sum.replaced(id, &rest).ok_or(GaveUp)?, relation: row.relation });
                    }
                }
                None => {
                    let (above, below): (Vec<&Constraint>, Vec<&Constraint>) = with.iter().partition(|row| row.sum.factor(id).is_some_and(|f| f.is_positive()));
                    for a in &above {
                        for b in &below {
                            next.push(joined(id, a, b).ok_or(GaveUp)?);
                        }
                    }
                }
            }
            eliminated.push(Eliminated { id, rows: with });
            match self.tidied(next)? {
                Some(tidy) => rows = tidy,
                None => return Ok(None),
            }
        }
        let mut case = Case::new();
        for Eliminated { id, rows } in eliminated.iter().rev() {
            let value = self.value(*id, rows, &case).ok_or(GaveUp)?;
            case.insert(*id, value);
        }
        Ok(Some(case))
    }

    /// Without what holds anyway and what another one says more tightly; `None` where one cannot hold.
    fn tidied(&mut self, rows: Vec<Constraint>) -> Result<Option<Vec<Constraint>>, GaveUp> {
        let mut kept: Vec<Constraint> = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(row) = self.tightened(row)? else { return Ok(None) };
            if row.sum.is_constant() {
                continue;
            }
            let row = Constraint { sum: row.sum.scaled().ok_or(GaveUp)?, relation: row.relation };
            let alike = |k: &Constraint| (k.relation == Relation::Equal) == (row.relation == Relation::Equal) && k.sum.same_parts() == row.sum.same_parts();
            match kept.iter_mut().find(|known| alike(known)) {
                Some(known) if row.relation == Relation::Equal => {
                    if known.sum.constant != row.sum.constant {
                        return Ok(None);
                    }
                }
                Some(known) => {
                    let tighter = row.sum.constant > known.sum.constant || row.sum.constant == known.sum.constant && row.relation == Relation::Below;
                    if tighter {
                        *known = row;
                    }
                }
                None => kept.push(row),
            }
        }
        Ok(Some(kept))
    }

    /// The term whose elimination makes the fewest constraints; whole numbers last, so that they are given their values first.
    fn cheapest(&self, rows: &[Constraint]) -> Option<TermId> {
        let ids: BTreeSet<TermId> = rows.iter().flat_map(|row| row.sum.parts().map(|(id, _)| id)).collect();
        let cost = |id: &TermId| {
            let (mut above, mut below) = (0usize, 0usize);
            for row in rows {
                match (row.relation, row.sum.factor(*id)) {
                    (Relation::Equal, Some(_)) => return 0,
                    (_, Some(f)) if f.is_positive() => above += 1,
                    (_, Some(_)) => below += 1,
                    _ => {}
                }
            }
            above * below
        };
        ids.into_iter().min_by_key(|id| (self.whole.contains(id), cost(id)))
    }

    /// A value that these leave, where all other terms in them have theirs. Of those that it may have, one that reads well.
    fn value(&self, id: TermId, rows: &[Constraint], case: &Case) -> Option<Exact> {
        let (mut low, mut high): (Option<(Exact, bool)>, Option<(Exact, bool)>) = (None, None);
        for row in rows {
            let factor = row.sum.factor(id)?;
            let rest = row.sum.without(id).at(|other| Some(case.get(&other).copied().unwrap_or_else(Exact::zero)))?;
            let end = (-rest).checked_div(&factor)?;
            if row.relation == Relation::Equal {
                return Some(end);
            }
            let (side, open) = (if factor.is_positive() { &mut high } else { &mut low }, row.relation == Relation::Below);
            let tighter = |known: Exact| if factor.is_positive() { end < known } else { end > known };
            if side.is_none_or(|(known, known_open)| tighter(known) || end == known && open && !known_open) {
                *side = Some((end, open));
            }
        }
        let fits = |v: &Exact| {
            low.is_none_or(|(end, open)| if open { *v > end } else { *v >= end }) && high.is_none_or(|(end, open)| if open { *v < end } else { *v <= end })
        };
        let one = Exact::one();
        let next = |(end, open): (Exact, bool)| if open { end.floor().checked_add(&one) } else { Some(end.ceil()) };
        let last = |(end, open): (Exact, bool)| if open { end.ceil().checked_add(&-one) } else { Some(end.floor()) };
        let middle = || low.zip(high).and_then(|((a, _), (b, _))| a.checked_add(&b)?.checked_div(&Exact::from_integer(2)));
        let ends = [low, high].into_iter().map(|end| end.filter(|(_, open)| !open).map(|(v, _)| v));
        let whole = [Some(Exact::zero()), low.and_then(next), high.and_then(last)];
        if self.whole.contains(&id) {
            return whole.into_iter().flatten().find(fits);
        }
        [Some(Exact::zero())].into_iter().chain(ends).chain(whole).chain([middle()]).flatten().find(fits)
    }
}

struct Eliminated {
    id: TermId,
    rows: Vec<Constraint>,
}

/// What follows of one that bounds a term from above and one that bounds it from below.
fn joined(id: TermId, above: &Constraint, below: &Constraint) -> Option<Constraint> {
    let (up, down) = (above.sum.factor(id)?, below.sum.factor(id)?.abs());
    let sum: Linear = above.sum.times(down)?.plus(&below.sum.times(up)?)?;
    let relation = if above.relation == Relation::Below || below.relation == Relation::Below { Relation::Below } else { Relation::AtMost };
    Some(Constraint { sum, relation })
}
