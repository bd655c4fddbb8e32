//! The phases of a test in the order of time: `repeat` unrolled, instances numbered, lengths added up as far as they are known.

use crate::plan::{PhaseId, Shape};
use crate::source::Span;
use crate::syntax::ast;
use crate::units::Exact;
use num_traits::{CheckedAdd, Zero};
use std::collections::HashMap;

/// One instance of a phase.
#[derive(Clone, Debug)]
pub struct Timed<'a> {
    pub ast: &'a ast::Phase,
    /// From the word `phase` to the end of its shape: the place that messages point at.
    pub span: Span,
    /// From 1.
    pub instance: u32,
    pub of: u32,
    pub shape: Option<Shape>,
    /// Seconds; known also where the rate is not.
    pub duration: Option<Exact>,
}

impl Timed<'_> {
    /// Empty where the text lacks it.
    pub fn name(&self) -> &str {
        self.ast.name.as_ref().map_or("", |name| name.text.as_str())
    }
    /// `burst`, or `burst[2]` where there are several.
    pub fn label(&self) -> String {
        if self.of > 1 { format!("{}[{}]", self.name(), self.instance) } else { self.name().to_string() }
    }
    /// False also where the shape is not known, so that nothing is said of it.
    pub fn has_load(&self) -> bool {
        self.shape.as_ref().is_some_and(super::shapes::has_load)
    }
}

/// All phases of one test.
#[derive(Clone, Debug, Default)]
pub struct Timeline<'a> {
    pub phases: Vec<Timed<'a>>,
    /// A `repeat` whose count is not known: how many instances there are is not known either.
    pub uncertain: bool,
    /// The first phase of such a `repeat`: from there on nothing has a place in time.
    pub doubt: Option<PhaseId>,
    /// The instances of each name, in the order of first appearance.
    named: Vec<(&'a str, Vec<PhaseId>)>,
    by_name: HashMap<&'a str, usize>,
}

impl<'a> Timeline<'a> {
    /// One of which nothing is known.
    pub fn unknown() -> Timeline<'a> {
        Timeline { uncertain: true, ..Timeline::default() }
    }

    /// Numbers the instances of each name.
    fn number(&mut self) {
        for (id, phase) in self.phases.iter_mut().enumerate() {
            let Some(name) = &phase.ast.name else { continue };
            let named = &mut self.named;
            let place = *self.by_name.entry(name.text.as_str()).or_insert_with(|| {
                named.push((name.text.as_str(), Vec::new()));
                named.len() - 1
            });
            if let Some((_, instances)) = self.named.get_mut(place) {
                instances.push(id);
                phase.instance = u32::try_from(instances.len()).unwrap_or(u32::MAX);
            }
        }
        for (_, instances) in &self.named {
            let of = u32::try_from(instances.len()).unwrap_or(u32::MAX);
            for id in instances {
                if let Some(phase) = self.phases.get_mut(*id) {
                    phase.of = of;
                }
            }
        }
    }

    /// How many instances a name has.
    pub fn count(&self, name: &str) -> usize {
        self.by_name.get(name).and_then(|place| self.named.get(*place)).map_or(0, |(_, instances)| instances.len())
    }

    /// The instances of a name, in order.
    pub fn instances(&self, name: &str) -> Vec<PhaseId> {
        self.by_name.get(name).and_then(|place| self.named.get(*place)).map(|(_, instances)| instances.clone()).unwrap_or_default()
    }

    /// The instance of the same phase that comes after this one.
    pub fn next_instance(&self, phase: PhaseId) -> Option<PhaseId> {
        let timed = self.phases.get(phase)?;
        let (_, instances) = self.named.get(*self.by_name.get(timed.name())?)?;
        // Instances count from 1, so this one's number is the index of the next.
        instances.get(usize::try_from(timed.instance).ok()?).copied()
    }

    /// Names of phases, each once, in order.
    pub fn names(&self) -> Vec<&'a str> {
        self.named.iter().map(|(name, _)| *name).collect()
    }

    /// Seconds of the phases in `range`; `None` where one of them is not known.
    pub fn length(&self, range: std::ops::Range<usize>) -> Option<Exact> {
        if self.uncertain {
            return None;
        }
        self.phases.get(range)?.iter().try_fold(Exact::zero(), |sum, phase| sum.checked_add(&phase.duration?))
    }

    /// Seconds from the end of a phase to the end of the test: known also where earlier phases are not.
    pub fn left_after(&self, phase: PhaseId) -> Option<Exact> {
        self.length(phase + 1..self.phases.len())
    }

    /// Seconds of the whole test.
    pub fn total(&self) -> Option<Exact> {
        self.length(0..self.phases.len())
    }

    /// Whether a later instance of the same name follows.
    pub fn returns_after(&self, phase: PhaseId) -> bool {
        self.phases.get(phase).is_some_and(|p| p.instance < p.of)
    }
}

/// What there is to unroll: the statements of a test, phases evaluated once and reused in every round.
// A handful of them in a test: a box would save nothing.
#[allow(clippy::large_enum_variant)]
pub enum Step<'a> {
    Phase(Timed<'a>),
    /// `None`: the count is not known.
    Repeat(Option<u64>, Vec<Step<'a>>),
}

/// More than a timeline may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    Phases,
    /// More of what phases are made of than [`MOST_PIECES`] beyond what is written.
    Pieces,
}

/// Steps of staircases and points of replay tables that a `repeat` may add to those that are written.
pub const MOST_PIECES: usize = 500_000;

/// What a phase is made of.
fn pieces(phase: &Timed<'_>) -> usize {
    match &phase.shape {
        Some(Shape::Step { levels, .. }) => levels.len(),
        Some(Shape::Replay { points, .. }) => points.len(),
        _ => 1,
    }
}

/// Lays the steps out one after the other.
pub fn unroll<'a>(steps: &[Step<'a>]) -> Result<Timeline<'a>, TooMany> {
    fn lay<'a>(steps: &[Step<'a>], timeline: &mut Timeline<'a>, left: &mut usize) -> Result<(), TooMany> {
        for step in steps {
            match step {
                Step::Phase(phase) => {
                    if timeline.phases.len() >= super::shapes::MOST_STEPS {
                        return Err(TooMany::Phases);
                    }
                    *left = left.checked_sub(pieces(phase)).ok_or(TooMany::Pieces)?;
                    timeline.phases.push(phase.clone());
                }
                Step::Repeat(count, inner) => {
                    if count.is_none() {
                        timeline.uncertain = true;
                        timeline.doubt.get_or_insert(timeline.phases.len());
                    }
                    for _ in 0..count.unwrap_or(1) {
                        let before = timeline.phases.len();
                        lay(inner, timeline, left)?;
                        if timeline.phases.len() == before {
                            break;
                        }
                    }
                }
            }
        }
        Ok(())
    }
    let mut timeline = Timeline::default();
    fn written(steps: &[Step<'_>]) -> usize {
        let each = steps.iter().map(|step| match step {
            Step::Phase(phase) => pieces(phase),
            Step::Repeat(_, inner) => written(inner),
        });
        each.sum()
    }
    lay(steps, &mut timeline, &mut (written(steps) + MOST_PIECES))?;
    timeline.number();
    Ok(timeline)
}
