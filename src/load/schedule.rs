//! What is due when: the records of a test, phase by phase, each with its number, its send, and its moment.
//!
//! Numbers run through the whole test in the order of due times (on a tie the phase's own load first, then fixed-rate sends as written), so record *k* is a
//! function of the plan alone, whatever the number of threads.

use super::payload::Draw;
use crate::metrics::timeline::UNIT;
use crate::plan::arrivals::{Poisson, poisson};
use crate::plan::curve::{Cursor, Curve};
use crate::plan::deal::{Deal, Portion, duplicate_share, weights};
use crate::plan::shape::number;
use crate::plan::{Arrivals, EventId, PhaseId, SendId, Shape, Share, TargetId, Test};

/// One record to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// From 0, through the whole test.
    pub number: u64,
    /// Nanoseconds from the start of the test as planned; of no meaning in a flood.
    pub due: u64,
    pub send: SendId,
    /// Sent a second time, on purpose.
    pub twin: bool,
}

/// Everything about a test that the pacers need.
pub struct Schedule {
    curve: Curve,
    fixed: Vec<Fixed>,
    phases: Vec<PhasePlan>,
    sends: Vec<SendPlan>,
    arrivals: Arrivals,
    seed: u64,
}

struct Fixed {
    send: SendId,
    curve: Curve,
    twins: Portion,
}

struct SendPlan {
    targets: Vec<TargetId>,
    once: Draw,
    twice: Draw,
}

struct PhasePlan {
    deal: Option<Deal>,
    /// Number of its first record.
    first: u64,
    flood: Option<Flood>,
    start: u64,
    end: u64,
}

/// Records as fast as they are taken.
#[derive(Clone, Copy, Debug)]
pub struct Flood {
    pub count: u64,
    /// Nanoseconds between two at the limit; 0 without one.
    pub interval: f64,
}

impl Schedule {
    /// The error names what a run cannot do yet.
    pub fn of(test: &Test) -> Result<Schedule, String> {
        let curve = Curve::of(test);
        let fixed: Vec<Fixed> = test
            .sends
            .iter()
            .enumerate()
            .filter(|(_, s)| matches!(s.share, Share::Rate(_)))
            .map(|(id, s)| Fixed { send: id, curve: Curve::of_send(test, id), twins: Portion::new(duplicate_share(test, s)) })
            .collect();
        let mut next = 0;
        let mut phases = Vec::with_capacity(test.phases.len());
        for (id, phase) in test.phases.iter().enumerate() {
            let flood = match &phase.shape {
                Shape::Flood { count, at } => Some(Flood { count: *count, interval: at.map_or(0.0, |r| 1e9 / number(r)) }),
                Shape::Search { .. } => return Err(format!("phase `{}`: `search` is not run yet", phase.name)),
                _ => None,
            };
            let (start, end) = curve.phase(id).map_or((0, 0), |c| (c.start_ns, c.end_ns));
            let deal = Deal::of(test, phase);
            let own = flood.map_or_else(|| curve.phase(id).map_or(0, |c| c.count), |f| f.count);
            let own = if deal.is_some() { own } else { 0 };
            let beside: u64 = fixed.iter().filter_map(|f| f.curve.phase(id)).map(|c| c.count).sum();
            phases.push(PhasePlan { deal, first: next, flood, start, end });
            next += own + beside;
        }
        let sends = test
            .sends
            .iter()
            .enumerate()
            .map(|(id, send)| SendPlan {
                targets: send.targets.clone(),
                once: Draw::new(&weights(test, send, false), test.seed, id),
                twice: Draw::new(&weights(test, send, true), test.seed, id),
            })
            .collect();
        Ok(Schedule { curve, fixed, phases, sends, arrivals: test.arrivals, seed: test.seed })
    }

    pub fn phases(&self) -> usize {
        self.phases.len()
    }

    pub fn flood(&self, phase: PhaseId) -> Option<Flood> {
        self.phases[phase].flood
    }

    /// Nanoseconds from the start of the test as planned.
    pub fn planned_span(&self, phase: PhaseId) -> (u64, u64) {
        (self.phases[phase].start, self.phases[phase].end)
    }

    /// How many copies of each send's records go to a target.
    pub fn copies(&self, target: TargetId) -> Vec<u64> {
        self.sends.iter().map(|s| s.targets.iter().filter(|&&t| t == target).count() as u64).collect()
    }

    pub fn event(&self, item: &Item) -> EventId {
        let send = &self.sends[item.send];
        if item.twin { send.twice.event(item.number) } else { send.once.event(item.number) }
    }

    /// The records of a phase in the order in which they are due.
    pub fn items(&self, phase: PhaseId) -> Items<'_> {
        let plan = &self.phases[phase];
        let own = match (&plan.deal, plan.flood, self.curve.phase(phase)) {
            (None, _, _) | (_, None, None) => Due::None,
            (_, Some(flood), _) => Due::Flood(flood.count),
            (_, None, Some(curve)) => match self.arrivals {
                Arrivals::Uniform => Due::Even(curve.cursor(0)),
                Arrivals::Poisson => Due::Random(poisson(curve, phase, self.seed)),
            },
        };
        let beside = self.fixed.iter().filter_map(|f| {
            let mut due = f.curve.phase(phase)?.cursor(0);
            due.next().map(|next| Beside { send: f.send, twins: f.twins, index: 0, next, due })
        });
        let mut items = Items { deal: plan.deal.as_ref(), own, own_next: None, j: 0, beside: beside.collect(), number: plan.first };
        items.own_next = items.own.next();
        items
    }
}

enum Due<'a> {
    None,
    Flood(u64),
    Even(Cursor<'a>),
    Random(Poisson<'a>),
}

impl Due<'_> {
    #[inline]
    fn next(&mut self) -> Option<u64> {
        match self {
            Due::None => None,
            Due::Flood(left) => {
                *left = left.checked_sub(1)?;
                Some(0)
            }
            Due::Even(cursor) => cursor.next(),
            Due::Random(poisson) => poisson.next(),
        }
    }
}

struct Beside<'a> {
    send: SendId,
    twins: Portion,
    index: u64,
    next: u64,
    due: Cursor<'a>,
}

pub struct Items<'a> {
    deal: Option<&'a Deal>,
    own: Due<'a>,
    own_next: Option<u64>,
    /// Index of the next of the phase's own.
    j: u64,
    beside: Vec<Beside<'a>>,
    number: u64,
}

impl Iterator for Items<'_> {
    type Item = Item;

    #[inline]
    fn next(&mut self) -> Option<Item> {
        if !self.beside.is_empty()
            && let Some((at, due)) = self.beside.iter().enumerate().map(|(i, b)| (i, b.next)).min_by_key(|&(_, due)| due)
            && self.own_next.is_none_or(|own| due < own)
        {
            let beside = &mut self.beside[at];
            let item = Item { number: self.number, due, send: beside.send, twin: beside.twins.takes(beside.index) };
            beside.index += 1;
            match beside.due.next() {
                Some(next) => beside.next = next,
                None => {
                    self.beside.remove(at);
                }
            }
            self.number += 1;
            return Some(item);
        }
        let due = self.own_next?;
        let dealt = self.deal?.record(self.j);
        let item = Item { number: self.number, due, send: dealt.send, twin: dealt.twin };
        self.own_next = self.own.next();
        self.j += 1;
        self.number += 1;
        Some(item)
    }
}

/// Up to the next unit that tokens can tell.
pub fn whole_unit(ns: u64) -> u64 {
    ns.div_ceil(UNIT) * UNIT
}
