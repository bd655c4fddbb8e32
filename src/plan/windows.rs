//! Where an expectation looks: its window as concrete stretches of time, on the timeline as planned or as it came to pass.
//!
//! Every [`Look`] is judged by itself and all must pass.

use super::curve::Curve;
use super::shape::number;
use super::{Anchor, Expectation, FaultId, FaultOffset, Per, PhaseId, Test, Window};

/// When things happen: seconds from the start of the test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// By `PhaseId`; `None` where the phase was never reached.
    pub phases: Vec<Option<PhaseSpan>>,
    /// When the last phase ended, or the load was stopped before.
    pub end: f64,
    /// When each fault struck, by index into `Test::faults`, ascending.
    pub faults: Vec<Vec<f64>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseSpan {
    pub from: f64,
    pub to: f64,
    /// False where it was cut off.
    pub complete: bool,
}

/// One window, to be judged by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Where to look, in order of time. One stretch, save with `during all` (one per instance, pooled into one answer) and with `per` in `eventually` and
    /// `within` (its consecutive stretches, each a candidate). Empty where the phase or fault was never reached. A stretch may be empty (`from == to`):
    /// then nothing can be seen in it, unless the mode is [`Mode::AtEnd`].
    pub stretches: Vec<Stretch>,
    pub mode: Mode,
    /// The phase instance it belongs to (the first, where pooled).
    pub phase: Option<PhaseId>,
    /// The run ended before the window did: what holds in it so far may be judged failed, never passed.
    pub cut: bool,
}

/// Seconds from the start of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub from: f64,
    pub to: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// At every sample of the stretches; over all their records.
    Throughout,
    /// At one moment at least (with `per`: throughout one of the stretches).
    Sometime,
    /// It must come to hold at a moment in (from, to], the earliest counts, and from there on hold for `hold` seconds, or up to `until` where that is
    /// sooner (the next instance begins, or the test ends). `hold` is 0 where no `for` stands.
    Within { hold: f64, until: f64 },
    /// Once, after the last phase and the final flush. The stretch is the one moment at which the timeline ends.
    AtEnd,
}

/// Two clocks of one run may differ by this much (seconds) at the end of a test without a window counting as cut.
const SLACK: f64 = 0.05;

/// What this expectation looks at. `curve` is [`Curve::of`] the test; only `per N` reads it.
pub fn looks(test: &Test, curve: &Curve, expectation: &Expectation, timeline: &Timeline) -> Vec<Look> {
    let whole = whole(&expectation.window, test, timeline);
    match &expectation.per {
        Some(per) => whole.into_iter().flat_map(|look| split(look, per, curve, timeline)).collect(),
        None => whole,
    }
}

impl Timeline {
    /// As planned.
    pub fn planned(test: &Test) -> Timeline {
        let span = |p: &super::Phase| PhaseSpan { from: number(p.start), to: number(p.start + p.duration), complete: true };
        let strike = |fault: &super::Fault, id: &PhaseId| {
            let phase = test.phases.get(*id)?;
            Some(number(phase.start + match &fault.offset {
                FaultOffset::Time(at) => *at,
                FaultOffset::Share(share) => phase.duration * *share,
            }))
        };
        Timeline {
            phases: test.phases.iter().map(|p| Some(span(p))).collect(),
            end: number(test.duration()),
            faults: test.faults.iter().map(|f| f.phases.iter().filter_map(|id| strike(f, id)).collect()).collect(),
        }
    }

    fn phase(&self, id: PhaseId) -> Option<PhaseSpan> {
        self.phases.get(id).copied().flatten()
    }

    fn complete(&self) -> bool {
        self.phases.iter().all(|p| p.is_some_and(|p| p.complete))
    }
}

fn whole(window: &Window, test: &Test, timeline: &Timeline) -> Vec<Look> {
    match window {
        Window::Always => vec![look(Stretch { from: 0.0, to: timeline.end }, Mode::Throughout, None, !timeline.complete())],
        Window::AtEnd => vec![look(Stretch { from: timeline.end, to: timeline.end }, Mode::AtEnd, None, !timeline.complete())],
        Window::During { phases, pooled } => {
            let skip = number(test.skip_first);
            let each = phases.iter().map(|&id| during(id, skip, Mode::Throughout, timeline));
            if *pooled { pool(each.collect()) } else { each.collect() }
        }
        Window::Eventually { phases } => phases.iter().map(|&id| during(id, 0.0, Mode::Sometime, timeline)).collect(),
        Window::Within { length, after, hold } => {
            let (length, hold) = (number(*length), hold.map_or(0.0, number));
            anchors(after, test, timeline).into_iter().map(|anchor| within(anchor, length, hold, timeline)).collect()
        }
    }
}

fn look(stretch: Stretch, mode: Mode, phase: Option<PhaseId>, cut: bool) -> Look {
    Look { stretches: vec![stretch], mode, phase, cut }
}

fn during(id: PhaseId, skip: f64, mode: Mode, timeline: &Timeline) -> Look {
    match timeline.phase(id) {
        Some(span) => look(Stretch { from: (span.from + skip).min(span.to), to: span.to }, mode, Some(id), !span.complete),
        None => Look { stretches: Vec::new(), mode, phase: Some(id), cut: true },
    }
}

fn pool(looks: Vec<Look>) -> Vec<Look> {
    let phase = looks.first().and_then(|l| l.phase);
    let cut = looks.iter().any(|l| l.cut);
    vec![Look { stretches: looks.into_iter().flat_map(|l| l.stretches).collect(), mode: Mode::Throughout, phase, cut }]
}

/// A moment that a `within` counts from.
struct Moment {
    phase: Option<PhaseId>,
    /// `None`: it never came.
    at: Option<f64>,
    /// Where the next instance ends the window.
    next: Option<f64>,
}

fn anchors(after: &Anchor, test: &Test, timeline: &Timeline) -> Vec<Moment> {
    let next_instance = |id: PhaseId| {
        let phase = test.phases.get(id)?;
        let next = (id + 1..test.phases.len()).find(|&other| test.phases.get(other).is_some_and(|p| p.name == phase.name))?;
        Some(timeline.phase(next)?.from)
    };
    let moment = |&id: &PhaseId, at: fn(PhaseSpan) -> Option<f64>| Moment { phase: Some(id), at: timeline.phase(id).and_then(at), next: next_instance(id) };
    match after {
        Anchor::Start(phases) => phases.iter().map(|id| moment(id, |span| Some(span.from))).collect(),
        Anchor::End(phases) => phases.iter().map(|id| moment(id, |span| span.complete.then_some(span.to))).collect(),
        Anchor::Fault(fault) => strikes(*fault, test, timeline),
    }
}

fn strikes(fault: FaultId, test: &Test, timeline: &Timeline) -> Vec<Moment> {
    let phases = test.faults.get(fault).map(|f| f.phases.as_slice()).unwrap_or_default();
    let times = timeline.faults.get(fault).map(Vec::as_slice).unwrap_or_default();
    let moment = |i: usize| Moment { phase: phases.get(i).copied(), at: times.get(i).copied(), next: times.get(i + 1).copied() };
    (0..phases.len().max(times.len())).map(moment).collect()
}

fn within(moment: Moment, length: f64, hold: f64, timeline: &Timeline) -> Look {
    let Some(from) = moment.at else {
        return Look { stretches: Vec::new(), mode: Mode::Within { hold, until: timeline.end }, phase: moment.phase, cut: true };
    };
    let bound = moment.next.unwrap_or(f64::INFINITY);
    let wanted = (from + length + hold).min(bound);
    let cut = wanted > timeline.end + SLACK && !timeline.complete();
    let until = wanted.min(timeline.end);
    look(Stretch { from, to: (from + length).min(until).max(from) }, Mode::Within { hold, until }, moment.phase, cut)
}

/// Cuts a window into consecutive stretches; the last one may be shorter, so that nothing goes unjudged.
fn split(look: Look, per: &Per, curve: &Curve, timeline: &Timeline) -> Vec<Look> {
    if look.mode == Mode::AtEnd || look.stretches.is_empty() {
        return vec![look];
    }
    let parts: Vec<Stretch> = look.stretches.iter().flat_map(|stretch| cuts(stretch, per, curve, timeline)).collect();
    match look.mode {
        Mode::Throughout => {
            let last = parts.len().saturating_sub(1);
            let part = |(i, stretch)| Look { stretches: vec![stretch], cut: look.cut && i == last, ..look.clone() };
            parts.into_iter().enumerate().map(part).collect()
        }
        _ => vec![Look { stretches: parts, ..look }],
    }
}

fn cuts(stretch: &Stretch, per: &Per, curve: &Curve, timeline: &Timeline) -> Vec<Stretch> {
    let borders = match per {
        Per::Time(length) => every(stretch, number(*length)),
        Per::Records(n) => every_records(stretch, *n, curve, timeline),
    };
    let mut from = stretch.from;
    let mut out = Vec::with_capacity(borders.len() + 1);
    for to in borders.into_iter().chain([stretch.to]) {
        if to > from {
            out.push(Stretch { from, to });
            from = to;
        }
    }
    if out.is_empty() { vec![*stretch] } else { out }
}

fn every(stretch: &Stretch, length: f64) -> Vec<f64> {
    if length <= 0.0 {
        return Vec::new();
    }
    // A hair's breadth is left off, so that rounding makes no sliver at the end.
    let parts = ((stretch.to - stretch.from) / length - 1e-9).floor().clamp(0.0, 1e6) as u64;
    (1..=parts).map(|i| stretch.from + i as f64 * length).collect()
}

/// The moments at which each n-th record planned by the phases' own curve, counted from the beginning of the stretch, is due.
fn every_records(stretch: &Stretch, n: u64, curve: &Curve, timeline: &Timeline) -> Vec<f64> {
    let mut borders = Vec::new();
    let mut left = n.max(1);
    for (id, phase) in curve.phases().iter().enumerate() {
        let Some(span) = timeline.phase(id).filter(|s| s.from < stretch.to && s.to > stretch.from) else { continue };
        // From the timeline's seconds to the plan's nanoseconds and back: phases may begin later than planned, but run alike.
        let planned = |s: f64| ((s - span.from) * 1e9).round().max(0.0) as u64 + phase.start_ns;
        let mut j = if stretch.from <= span.from { 0 } else { phase.due_by(planned(stretch.from).saturating_sub(1)) };
        while let Some(next) = j.checked_add(left).filter(|&next| next < phase.count) {
            let at = span.from + phase.due_ns(next).saturating_sub(phase.start_ns) as f64 / 1e9;
            if at >= stretch.to || borders.len() > 1_000_000 {
                return borders;
            }
            borders.push(at);
            (j, left) = (next, n.max(1));
        }
        left -= phase.count.saturating_sub(j).min(left);
        if left == 0 {
            borders.push(span.to);
            left = n.max(1);
        }
    }
    borders
}
