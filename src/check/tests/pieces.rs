//! What a window comes to: the pieces of time that are judged each by itself, and where their lengths come from.

use super::say;
use super::windows::Ground;
use crate::plan::{Anchor, FaultOffset, PhaseId, Window};
use crate::source::Span;
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedMul, CheckedSub, Zero};

#[derive(Clone, Debug)]
pub struct Piece {
    /// Seconds; 0 where nothing is left.
    pub length: Exact,
    /// What makes it no longer than that, in words.
    pub because: Option<(Span, String)>,
    /// The phase it lies in (the first of several that are pooled); `None` where it lies after one.
    pub phase: Option<PhaseId>,
}

/// The pieces of a window whose lengths are known.
pub fn of(ground: &Ground<'_, '_>, window: &Window) -> Vec<Piece> {
    let whole = |length: Option<Exact>| length.map(|length| Piece { length, because: None, phase: None }).into_iter().collect();
    match window {
        // A test without a phase has its own message.
        Window::Always => whole(ground.timeline.total().filter(|_| !ground.timeline.phases.is_empty())),
        Window::During { phases, pooled: true } => {
            let sum = during(ground, phases).into_iter().try_fold(Exact::zero(), |sum, piece| sum.checked_add(&piece.length));
            let known = phases.iter().all(|&id| ground.timeline.phases.get(id).is_some_and(|p| p.duration.is_some()));
            sum.filter(|_| known).map(|length| Piece { length, because: None, phase: phases.first().copied() }).into_iter().collect()
        }
        Window::During { phases, pooled: false } => during(ground, phases),
        Window::Eventually { phases } => phases.iter().filter_map(|&id| in_phase(ground, id, Exact::zero())).collect(),
        Window::Within { length, after, .. } => within(ground, *length, after),
        Window::AtEnd => Vec::new(),
    }
}

/// What `during` sees of each of these phases.
pub fn during(ground: &Ground<'_, '_>, phases: &[PhaseId]) -> Vec<Piece> {
    phases.iter().filter_map(|&id| in_phase(ground, id, ground.skip_first)).collect()
}

/// The shortest, the first of several.
pub fn shortest(pieces: Vec<Piece>) -> Option<Piece> {
    pieces.into_iter().reduce(|best, piece| if piece.length < best.length { piece } else { best })
}

fn in_phase(ground: &Ground<'_, '_>, id: PhaseId, skip: Exact) -> Option<Piece> {
    let timed = ground.timeline.phases.get(id)?;
    let lasts = timed.duration?;
    let length = lasts.checked_sub(&skip)?.max(Exact::zero());
    let left_out = if skip.is_zero() { String::new() } else { format!(", of which `skip_first` leaves {}", say::time(length)) };
    Some(Piece { length, because: Some((timed.span, format!("lasts {}{left_out}", say::time(lasts)))), phase: Some(id) })
}

/// A window after each anchor; it stops where the next one comes.
fn within(ground: &Ground<'_, '_>, length: Exact, after: &Anchor) -> Vec<Piece> {
    let piece = |until_next: Option<(Exact, Span, String)>| match until_next.filter(|(time, ..)| *time < length) {
        Some((time, span, words)) => Piece { length: time, because: Some((span, words)), phase: None },
        None => Piece { length, because: None, phase: None },
    };
    match after {
        Anchor::End(phases) | Anchor::Start(phases) => {
            let from_start = matches!(after, Anchor::Start(_));
            phases.iter().map(|&id| piece(next_instance(ground, id, from_start))).collect()
        }
        Anchor::Fault(fault) => {
            let strikes = ground.faults.get(*fault).and_then(|f| f.phases.as_deref()).unwrap_or_default();
            strikes.iter().enumerate().map(|(i, &id)| piece(strikes.get(i + 1).and_then(|&next| next_strike(ground, *fault, id, next)))).collect()
        }
    }
}

/// Seconds from a phase's end (or start) to where its next instance begins.
fn next_instance(ground: &Ground<'_, '_>, id: PhaseId, from_start: bool) -> Option<(Exact, Span, String)> {
    let timed = ground.timeline.phases.get(id)?;
    let next = ground.timeline.next_instance(id)?;
    let time = ground.timeline.length(if from_start { id } else { id + 1 }..next)?;
    let when = if time.is_zero() { "as this one ends".to_string() } else { format!("{} later", say::time(time)) };
    Some((time, timed.span, format!("`{}` begins {when}", ground.timeline.phases.get(next)?.label())))
}

/// Seconds from a strike to the next one.
fn next_strike(ground: &Ground<'_, '_>, fault: usize, id: PhaseId, next: PhaseId) -> Option<(Exact, Span, String)> {
    let fault = ground.faults.get(fault)?;
    let offset = match fault.offset.as_ref()? {
        FaultOffset::Time(time) => *time,
        FaultOffset::Share(share) => share.checked_mul(&ground.timeline.phases.get(next)?.duration?)?,
    };
    let time = fault.before_end(ground.timeline, id)?.checked_add(&ground.timeline.length(id + 1..next)?)?.checked_add(&offset)?;
    Some((time, fault.span, format!("strikes again {} later", say::time(time))))
}
