//! Reasoning about conditions without measuring anything: whether some can be true together, whether one implies another, and which of them and
//! which facts that rests on.
//!
//! A condition is read as a formula over numbers (metrics, window functions, calls). Comparisons with constants, between metrics, and of sums and
//! multiples of them are exact; a product or a quotient of two metrics is a number of its own of which little is known. What is known of the numbers
//! without measuring ([`terms`]) is taken into account.
//!
//! The answer is [`Answer::Never`] only where no values whatsoever make the formulas true. Where there are some, they are given, and have been tried.
//! What is too large is [`Answer::Unknown`]: whoever asks then says nothing.

pub mod linear;
mod solve;
mod terms;
mod words;

pub use linear::{Formula, Linear, Relation, TermId};
pub use solve::{Answer, Case};
pub use terms::{Reach, ReachOf, Reading, reach};
pub use words::{number, value as written};

use crate::plan::{Arithmetic, Compare, Condition, Value, ValueKind};
use crate::units::Exact;
use num_traits::{CheckedDiv, One};
use std::cell::Cell;
use std::collections::BTreeSet;

/// Over which window a number is read.
pub type WindowOf<'w> = dyn Fn(&Value) -> usize + 'w;

/// Conditions that are reasoned about together.
pub struct Reason<'r> {
    reading: Reading,
    reach_of: &'r ReachOf<'r>,
    terms: Vec<Term>,
    facts: Vec<Fact>,
    /// How much may still be calculated: a file that is made to be hard must not keep its reader waiting.
    budget: Cell<usize>,
}

/// Constraints that may be made for all questions together: some tenths of a second.
const BUDGET: usize = 400_000;

/// One number.
struct Term {
    /// Over what it is read. The same metric over another window is another number.
    window: usize,
    value: Value,
    whole: bool,
}

/// Something that is always so.
struct Fact {
    formula: Formula,
    terms: BTreeSet<TermId>,
    says: Says,
}

/// What a fact says, for a sentence that is rarely asked for.
#[derive(Clone, Copy)]
enum Says {
    NeverBelow(TermId, Exact),
    NeverAbove(TermId, Exact),
    /// "`cpu.min` is never above `cpu.max`"
    Ordered(TermId, TermId),
    /// One is another less a third.
    Spread(TermId, TermId, TermId),
    /// What a call means: that stands in the text.
    Call,
}

/// Why formulas cannot be true together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The formulas (by their index) that it takes: without any one of them the others could be true.
    pub formulas: Vec<usize>,
    /// The facts that it takes beside them, as sentences.
    pub facts: Vec<String>,
}

impl<'r> Reason<'r> {
    /// `reach_of` says what a metric can be; [`Reach::ANY`] where that is not known.
    pub fn new(reading: Reading, reach_of: &'r ReachOf<'r>) -> Reason<'r> {
        Reason { reading, reach_of, terms: Vec::new(), facts: Vec::new(), budget: Cell::new(BUDGET) }
    }

    /// A condition as a formula. `window` tells apart what conditions are read over: values of one window are the same numbers, those of different
    /// ones have nothing to do with each other. `None` where its numbers are too large.
    pub fn read(&mut self, condition: &Condition, window: usize) -> Option<Formula> {
        self.read_over(condition, &|_| window)
    }

    /// As [`Reason::read`], where the numbers of one condition are read over several windows (a sample at a moment, a percentile over a phase):
    /// `window` says which for each.
    pub fn read_over(&mut self, condition: &Condition, window: &WindowOf) -> Option<Formula> {
        match condition {
            Condition::And(a, b) => Some(Formula::All(vec![self.read_over(a, window)?, self.read_over(b, window)?])),
            Condition::Or(a, b) => Some(Formula::Any(vec![self.read_over(a, window)?, self.read_over(b, window)?])),
            Condition::Not(inner) => self.read_over(inner, window)?.negated(),
            Condition::Compare { op, left, right } => {
                let (a, b) = (self.linear(left, window)?, self.linear(right, window)?);
                match op {
                    Compare::Less => Formula::below(&a, &b),
                    Compare::LessEqual => Formula::at_most(&a, &b),
                    Compare::Greater => Formula::below(&b, &a),
                    Compare::GreaterEqual => Formula::at_most(&b, &a),
                    Compare::Equal => Formula::equal(&a, &b),
                    Compare::NotEqual => Formula::equal(&a, &b)?.negated(),
                }
            }
            Condition::In { value, low, high, inclusive } => {
                let value = self.linear(value, window)?;
                let mut parts = Vec::new();
                if let Some(low) = low {
                    parts.push(Formula::at_most(&self.linear(low, window)?, &value)?);
                }
                if let Some(high) = high {
                    let high = self.linear(high, window)?;
                    parts.push(if *inclusive { Formula::at_most(&value, &high)? } else { Formula::below(&value, &high)? });
                }
                Some(Formula::All(parts))
            }
        }
    }

    /// Whether all of these can be true at once.
    pub fn possible(&self, formulas: &[&Formula]) -> Answer {
        let facts = self.facts_about(formulas);
        let all: Vec<&Formula> = formulas.iter().copied().chain(facts.iter().map(|fact| &fact.formula)).collect();
        solve::possible(&all, &self.whole(), &self.budget)
    }

    /// Whether `b` is true wherever `a` is; `None` where that cannot be told.
    pub fn implies(&self, a: &Formula, b: &Formula) -> Option<bool> {
        match self.possible(&[a, &b.negated()?]) {
            Answer::Never => Some(true),
            Answer::Possible(_) => Some(false),
            Answer::Unknown => None,
        }
    }

    /// Which of these formulas, and which facts, cannot be true together; `None` where they can, or that cannot be told. Of several reasons the one
    /// that needs the fewest and the first formulas.
    pub fn conflict(&self, formulas: &[&Formula]) -> Option<Conflict> {
        let facts = self.facts_about(formulas);
        let mut kept: Vec<(Option<usize>, &Formula, Says)> = Vec::new();
        kept.extend(facts.iter().map(|fact| (None, &fact.formula, fact.says)));
        kept.extend(formulas.iter().enumerate().map(|(index, formula)| (Some(index), *formula, Says::Call)));
        let whole = self.whole();
        let never = |kept: &[(Option<usize>, &Formula, Says)]| solve::possible(&kept.iter().map(|(_, formula, _)| *formula).collect::<Vec<_>>(), &whole, &self.budget) == Answer::Never;
        if !never(&kept) {
            return None;
        }
        // Formulas go first, later ones before earlier ones.
        for index in (0..kept.len()).rev() {
            let mut fewer = kept.clone();
            fewer.remove(index);
            if never(&fewer) {
                kept = fewer;
            }
        }
        let mut facts: Vec<String> = kept.iter().filter(|(index, ..)| index.is_none()).filter_map(|(.., says)| self.sentence(*says)).collect();
        // Whether a fraction would do.
        let formulas: Vec<&Formula> = kept.iter().map(|(_, formula, _)| *formula).collect();
        if !whole.is_empty() && matches!(solve::possible(&formulas, &BTreeSet::new(), &self.budget), Answer::Possible(_)) {
            let mut named = BTreeSet::new();
            formulas.iter().for_each(|formula| {
                formula.terms(&mut |id| {
                    named.insert(id);
                });
            });
            facts.extend(named.intersection(&whole).filter_map(|id| self.term(*id)).map(|(value, _)| format!("`{}` is a whole number", words::value(value))));
        }
        Some(Conflict { formulas: kept.iter().filter_map(|(index, ..)| *index).collect(), facts })
    }

    /// The number that a term stands for, and the window it is read over.
    pub fn term(&self, id: TermId) -> Option<(&Value, usize)> {
        self.terms.get(id).map(|term| (&term.value, term.window))
    }

    fn sentence(&self, says: Says) -> Option<String> {
        let shown = |id: TermId| self.term(id).map(|(value, _)| words::value(value)).unwrap_or_default();
        let end = |id: TermId, v: Exact| self.term(id).map(|(value, _)| words::number(v, value.dim)).unwrap_or_default();
        Some(match says {
            Says::NeverBelow(id, low) => format!("`{}` is never below {}", shown(id), end(id, low)),
            Says::NeverAbove(id, high) => format!("`{}` is never above {}", shown(id), end(id, high)),
            Says::Ordered(low, high) => format!("`{}` is never above `{}`", shown(low), shown(high)),
            Says::Spread(id, max, min) => format!("`{}` is `{}` less `{}`", shown(id), shown(max), shown(min)),
            Says::Call => return None,
        })
    }

    fn whole(&self) -> BTreeSet<TermId> {
        self.terms.iter().enumerate().filter(|(_, term)| term.whole).map(|(id, _)| id).collect()
    }

    /// The facts that have to do with these formulas, directly or through one another.
    fn facts_about(&self, formulas: &[&Formula]) -> Vec<&Fact> {
        let mut about = BTreeSet::new();
        for formula in formulas {
            formula.terms(&mut |id| {
                about.insert(id);
            });
        }
        let (mut found, mut left): (Vec<&Fact>, Vec<&Fact>) = (Vec::new(), self.facts.iter().collect());
        loop {
            let (touching, others): (Vec<&Fact>, Vec<&Fact>) = left.into_iter().partition(|fact| !fact.terms.is_disjoint(&about));
            if touching.is_empty() {
                return found;
            }
            about.extend(touching.iter().flat_map(|fact| fact.terms.iter().copied()));
            found.extend(touching);
            left = others;
        }
    }

    fn linear(&mut self, value: &Value, window: &WindowOf) -> Option<Linear> {
        match &value.kind {
            ValueKind::Constant(c) => Some(Linear::constant(*c)),
            ValueKind::Negate(inner) => self.linear(inner, window)?.times(-Exact::one()),
            ValueKind::Arithmetic { op, left, right } => {
                let (a, b) = (self.linear(left, window)?, self.linear(right, window)?);
                match op {
                    Arithmetic::Add => a.plus(&b),
                    Arithmetic::Subtract => a.minus(&b),
                    Arithmetic::Multiply if a.is_constant() => b.times(a.constant),
                    Arithmetic::Multiply if b.is_constant() => a.times(b.constant),
                    Arithmetic::Divide if b.is_constant() => a.times(Exact::one().checked_div(&b.constant)?),
                    Arithmetic::Multiply | Arithmetic::Divide => self.number(value, window),
                }
            }
            ValueKind::Metric(_) | ValueKind::Window { .. } | ValueKind::Rate(_) | ValueKind::Call { .. } => self.number(value, window),
        }
    }

    /// A number that is not taken apart further.
    fn number(&mut self, value: &Value, window: &WindowOf) -> Option<Linear> {
        self.number_id(value, window).map(Linear::term)
    }

    fn number_id(&mut self, value: &Value, window: &WindowOf) -> Option<TermId> {
        let value = terms::canonical(value, self.reading);
        let own = window(value);
        // The dimension may have been read one way here and another there (`tables` as a count, and as a plain number).
        if let Some(id) = self.terms.iter().position(|term| term.window == own && term.value.kind == value.kind) {
            return Some(id);
        }
        let id = self.terms.len();
        self.terms.push(Term { window: own, value: value.clone(), whole: terms::is_whole(value, self.reading) });
        self.learn(id, window)?;
        Some(id)
    }

    /// What is known of a number that has just been met.
    fn learn(&mut self, id: TermId, window: &WindowOf) -> Option<()> {
        let (value, over) = self.term(id).map(|(value, over)| (value.clone(), over))?;
        let own = Linear::term(id);
        let Reach { low, high } = terms::reach(&value, self.reach_of);
        if let Some(low) = low {
            self.fact(Formula::at_most(&Linear::constant(low), &own)?, Says::NeverBelow(id, low));
        }
        if let Some(high) = high {
            self.fact(Formula::at_most(&own, &Linear::constant(high))?, Says::NeverAbove(id, high));
        }
        let mut ordered = Vec::new();
        for (other_id, other) in self.terms.iter().enumerate().filter(|(other_id, other)| *other_id != id && other.window == over) {
            let (up, down) = (terms::never_above(&value, &other.value, self.reading), terms::never_above(&other.value, &value, self.reading));
            if up {
                ordered.push((Formula::at_most(&own, &Linear::term(other_id))?, Says::Ordered(id, other_id)));
            }
            if down {
                ordered.push((Formula::at_most(&Linear::term(other_id), &own)?, Says::Ordered(other_id, id)));
            }
        }
        for (formula, says) in ordered {
            self.fact(formula, says);
        }
        if let Some((max, min)) = terms::spread_of(&value, self.reading) {
            let (max, min) = (self.number_id(&max, window)?, self.number_id(&min, window)?);
            self.fact(Formula::equal(&own, &Linear::term(max).minus(&Linear::term(min))?)?, Says::Spread(id, max, min));
        }
        if let ValueKind::Call { function, arguments } = &value.kind {
            let arguments = arguments.iter().map(|a| self.linear(a, window)).collect::<Option<Vec<_>>>()?;
            for formula in terms::call_facts(*function, id, &arguments)? {
                self.fact(formula, Says::Call);
            }
        }
        Some(())
    }

    fn fact(&mut self, formula: Formula, says: Says) {
        let mut terms = BTreeSet::new();
        formula.terms(&mut |id| {
            terms.insert(id);
        });
        self.facts.push(Fact { formula, terms, says });
    }
}
