//! Where each line that is judged looks, on the timeline as planned: what two of them must share for one to say something of the other.

use super::windows::Ground;
use crate::plan::{Anchor, Per, PhaseId, Shape, Window};
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedSub, Signed, Zero};
use std::collections::BTreeSet;

/// Seconds from the start of the test, from … to ….
pub type Stretch = (Exact, Exact);

/// What a line looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    Window(Window, Option<Per>),
    /// The hold of each step of a search: what `sustain` is judged on.
    Hold,
}

/// A line's sight, as times. Empty where lengths are not known.
#[derive(Clone, Debug)]
pub struct Looks {
    pub sight: Sight,
    /// It is judged at every moment of these; ascending, and apart.
    pub must: Vec<Stretch>,
    /// Each is a window that asks for one moment in it at least.
    pub may: Vec<Stretch>,
    /// As many windows, up to where the condition may still have to hold.
    until: Vec<Stretch>,
    /// Of what comes before, or lies in it, nobody knows how long it really takes (a flood, a search).
    loose: bool,
}

/// When the phases of a test begin, as far as that is known.
pub struct Starts(Vec<Exact>);

impl Starts {
    /// One more than there are phases; empty where a length is not known.
    pub fn of(ground: &Ground<'_, '_>) -> Starts {
        if ground.timeline.uncertain {
            return Starts(Vec::new());
        }
        let mut starts = vec![Exact::zero()];
        for timed in &ground.timeline.phases {
            let next = timed.duration.and_then(|length| starts.last()?.checked_add(&length));
            match next {
                Some(next) => starts.push(next),
                None => return Starts(Vec::new()),
            }
        }
        Starts(starts)
    }
    fn phase(&self, id: PhaseId) -> Option<Stretch> {
        Some((*self.0.get(id)?, *self.0.get(id + 1)?))
    }
    fn end(&self) -> Option<Exact> {
        self.0.last().copied()
    }
}

impl Looks {
    pub fn of(ground: &Ground<'_, '_>, starts: &Starts, sight: Sight) -> Looks {
        let mut looks = Looks { must: Vec::new(), may: Vec::new(), until: Vec::new(), loose: false, sight };
        let Sight::Window(window, _) = &looks.sight else { return looks };
        match window.clone() {
            Window::Always => looks.must.extend(starts.end().map(|end| (Exact::zero(), end))),
            Window::AtEnd => {}
            Window::During { phases, .. } => {
                let seen = |id: &PhaseId| {
                    let (from, to) = starts.phase(*id)?;
                    Some((from.checked_add(&ground.skip_first)?, to)).filter(|(from, to)| from < to)
                };
                looks.must = joined(phases.iter().filter_map(seen).collect());
            }
            Window::Eventually { phases } => {
                looks.may = phases.iter().filter_map(|&id| starts.phase(id)).collect();
                looks.until = looks.may.clone();
            }
            Window::Within { length, after, hold } => looks.within(ground, starts, length, &after, hold.unwrap_or_else(Exact::zero)),
        }
        looks
    }

    fn within(&mut self, ground: &Ground<'_, '_>, starts: &Starts, length: Exact, after: &Anchor, hold: Exact) {
        let anchors: Vec<(Exact, Option<Exact>)> = match after {
            Anchor::End(phases) | Anchor::Start(phases) => {
                let at = |id: PhaseId| starts.phase(id).map(|(from, to)| if matches!(after, Anchor::Start(_)) { from } else { to });
                let next = |id: PhaseId| starts.phase(ground.timeline.next_instance(id)?).map(|(from, _)| from);
                phases.iter().filter_map(|&id| Some((at(id)?, next(id)))).collect()
            }
            Anchor::Fault(fault) => {
                let strikes = ground.faults.get(*fault).map(|f| f.strikes(ground.timeline, &|id| starts.phase(id))).unwrap_or_default();
                strikes.iter().enumerate().map(|(i, &at)| (at, strikes.get(i + 1).copied())).collect()
            }
        };
        let Some(end) = starts.end() else { return };
        let mut must = Vec::new();
        for (from, next) in anchors {
            let stop = next.map_or(end, |next| next.min(end));
            let plus = |a: Exact, b: Exact| a.checked_add(&b).unwrap_or(stop).min(stop);
            let to = plus(from, length);
            self.may.push((from, to));
            self.until.push((from, plus(to, hold)));
            // However late it comes to hold, it then does up to here.
            let surely = plus(from, hold);
            if surely > to {
                must.push((to, surely));
            }
        }
        self.must = joined(must);
        let elastic = |shape: &Option<Shape>| !matches!(shape, Some(s) if !matches!(s, Shape::Flood { .. } | Shape::Search { .. }));
        let spans = ground.timeline.phases.iter().enumerate().filter(|(_, timed)| elastic(&timed.shape)).filter_map(|(id, _)| starts.phase(id));
        self.loose = spans.into_iter().any(|span| self.until.iter().any(|stretch| overlap(*stretch, span).is_positive()));
    }

    /// The whole test, up to its end.
    fn is_all(&self) -> bool {
        matches!(self.sight, Sight::Window(Window::Always, _))
    }

    /// Whether it is judged throughout windows of its own, and over all the records in each.
    pub fn is_throughout(&self) -> bool {
        matches!(self.sight, Sight::Hold | Sight::Window(Window::Always | Window::During { .. }, _))
    }

    /// Whether both are judged at every moment of some stretch that is at least this long.
    pub fn meets(&self, other: &Looks, least: Exact) -> bool {
        let certain = !self.loose && !other.loose || self.is_all() || other.is_all();
        certain && longest_overlap(&self.must, &other.must) >= least.max(Exact::new(1, 1_000))
    }

    /// Whether it is judged at every moment of all of these.
    fn covers(&self, stretches: &[Stretch]) -> bool {
        let covered = |s: &Stretch| self.must.get(self.must.partition_point(|m| m.1 < s.1)).is_some_and(|m| m.0 <= s.0);
        stretches.iter().all(covered)
    }

    /// Whether it is judged throughout all that the other one is judged throughout.
    pub fn holds_throughout(&self, other: &Looks) -> bool {
        !other.must.is_empty() && other.is_throughout() && self.covers(&other.must)
    }

    /// Whether one of the windows in which the other asks for a moment lies wholly in what this is judged throughout.
    pub fn surrounds_one(&self, other: &Looks) -> bool {
        (self.is_all() || !other.loose) && other.may.iter().any(|window| window.0 < window.1 && self.covers(&[*window]))
    }

    /// Whether what the other asks for at some moment is given by what holds here: in each of its windows for at least this long, and, where it must
    /// then stay so, in all of it.
    pub fn provides(&self, other: &Looks, least: Exact) -> bool {
        let windows = !other.may.is_empty() && (self.is_all() || !other.loose);
        let stays = other.may != other.until;
        windows && if stays { self.covers(&other.until) } else { other.may.iter().all(|window| longest_overlap(&self.must, &[*window]) >= least.max(Exact::new(1, 1_000))) }
    }

    /// For how long it must hold at a stretch, somewhere; `None` where it must at a moment only, or not at all.
    pub fn longest(&self) -> Option<Exact> {
        self.must.iter().filter_map(|(from, to)| to.checked_sub(from)).max()
    }

    /// Two that look at the same: their windows are the same ones, or have one in common whose numbers are the same ones.
    pub fn share_a_window(&self, other: &Looks) -> bool {
        if self.sight == other.sight {
            return true;
        }
        match (&self.sight, &other.sight) {
            (Sight::Window(a, per), Sight::Window(b, per_b)) => per == per_b && single(a).zip(single(b)).is_some_and(|(a, b)| !set(a).is_disjoint(&set(b))),
            _ => false,
        }
    }

    /// Whether every window of the other one is a window of this one too.
    pub fn has_all_windows_of(&self, other: &Looks) -> bool {
        if self.sight == other.sight {
            return true;
        }
        match (&self.sight, &other.sight) {
            (Sight::Window(Window::Eventually { phases: a }, None), Sight::Window(Window::Eventually { phases: b }, None)) => set(b).is_subset(&set(a)),
            (Sight::Window(a, per), Sight::Window(b, per_b)) => per == per_b && single(a).zip(single(b)).is_some_and(|(a, b)| set(b).is_subset(&set(a))),
            _ => false,
        }
    }

    /// One at the end of the test and one throughout it: their numbers over all records are the same ones.
    pub fn share_the_records(&self, other: &Looks) -> bool {
        let pair = |a: &Sight, b: &Sight| matches!((a, b), (Sight::Window(Window::Always, None), Sight::Window(Window::AtEnd, None)));
        pair(&self.sight, &other.sight) || pair(&other.sight, &self.sight)
    }

    /// It must come to hold within some time, and then stay so.
    pub fn must_stay(&self) -> bool {
        matches!(self.sight, Sight::Window(Window::Within { hold: Some(_), .. }, _))
    }

    /// Both are to come to hold after the same, this one no later.
    fn comes_no_later(&self, other: &Looks) -> bool {
        let (Sight::Window(a, per), Sight::Window(b, other_per)) = (&self.sight, &other.sight) else { return false };
        let (Window::Within { length, after, .. }, Window::Within { length: longer, after: of, .. }) = (a, b) else { return false };
        let same = match (after, of) {
            (Anchor::End(a), Anchor::End(b)) | (Anchor::Start(a), Anchor::Start(b)) => set(b).is_subset(&set(a)),
            (a, b) => a == b,
        };
        same && per == other_per && length <= longer
    }

    /// What comes to hold here does so in time for the other, which does not ask for more.
    pub fn is_a_stricter_within(&self, other: &Looks) -> bool {
        self.comes_no_later(other) && !other.must_stay()
    }

    /// As [`Looks::is_a_stricter_within`], and it stays so for at least as long.
    pub fn is_a_longer_within(&self, other: &Looks) -> bool {
        let hold = |looks: &Looks| match &looks.sight {
            Sight::Window(Window::Within { hold, .. }, _) => *hold,
            _ => None,
        };
        self.comes_no_later(other) && hold(self) >= hold(other)
    }

    pub fn is_at_end(&self) -> bool {
        matches!(self.sight, Sight::Window(Window::AtEnd, _))
    }
}

/// The phases that are windows of their own.
fn single(window: &Window) -> Option<&[PhaseId]> {
    match window {
        Window::During { phases, pooled } if !pooled || phases.len() == 1 => Some(phases),
        _ => None,
    }
}

fn set(phases: &[PhaseId]) -> BTreeSet<PhaseId> {
    phases.iter().copied().collect()
}

/// In order of time, what touches made one.
fn joined(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort();
    let mut out: Vec<Stretch> = Vec::new();
    for (from, to) in stretches {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

fn overlap(a: Stretch, b: Stretch) -> Exact {
    a.1.min(b.1).checked_sub(&a.0.max(b.0)).unwrap_or_else(Exact::zero)
}

/// Of two ascending lists.
fn longest_overlap(a: &[Stretch], b: &[Stretch]) -> Exact {
    let (mut i, mut k, mut best) = (0, 0, Exact::zero());
    while let (Some(x), Some(y)) = (a.get(i), b.get(k)) {
        best = best.max(overlap(*x, *y));
        if x.1 < y.1 { i += 1 } else { k += 1 }
    }
    best
}

