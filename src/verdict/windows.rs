//! The windows of an expectation as they really were: from the recorded times of the phases and faults, not from the planned ones,
//! for a `flood` ends when it ends, and what follows moves with it.

use super::evaluate::Piece;
use super::number;
use crate::metrics::recording::{Recording, SeriesKey};
use crate::plan::{Anchor, Expectation, Per, PhaseId, Test, Window};

/// How the moments of a window are joined to one truth.
#[derive(Clone, Debug, PartialEq)]
pub enum Operator {
    /// At every one.
    Throughout,
    /// At some.
    Eventually,
    /// First within `pieces`, then for `hold` seconds, at most until `stop`.
    Within { hold: Option<f64>, stop: f64, after: f64 },
    /// Once.
    AtEnd,
}

#[derive(Clone, Debug)]
pub struct Concrete {
    pub operator: Operator,
    /// In order of time; more than one where instances are pooled.
    pub pieces: Vec<Piece>,
    /// Which, of how many, of a repeated phase.
    pub instance: Option<(usize, usize)>,
    /// `burst[2]`, `the whole test`.
    pub label: String,
    /// Why less of it was seen than planned.
    pub cut: Option<String>,
}

pub fn of(test: &Test, recording: &Recording, expectation: &Expectation) -> Vec<Concrete> {
    let concrete = |operator, pieces, label: &str, cut| Concrete { operator, pieces, instance: None, label: label.to_string(), cut };
    let mut windows = match &expectation.window {
        Window::Always => {
            vec![concrete(Operator::Throughout, vec![(0.0, load_end(recording))], "the whole test", early_end(recording).map(|e| e.why))]
        }
        Window::AtEnd => {
            vec![concrete(Operator::AtEnd, vec![(0.0, load_end(recording))], "the end", early_end(recording).map(|e| e.why))]
        }
        Window::During { phases, pooled: true } => vec![pooled(test, recording, phases)],
        Window::During { phases, pooled: false } => each(test, recording, phases, &Operator::Throughout),
        Window::Eventually { phases } => each(test, recording, phases, &Operator::Eventually),
        Window::Within { length, after, hold } => within(test, recording, number(length), after, hold.as_ref().map(number)),
    };
    if let Some(per) = &expectation.per {
        windows = windows.into_iter().flat_map(|w| stretches(w, per, recording)).collect();
    }
    windows
}

/// What a `during` sees of a phase: all but the `skip_first`.
pub fn phase_piece(test: &Test, recording: &Recording, phase: PhaseId) -> Result<Piece, String> {
    let label = phase_label(test, phase);
    let (start, end) = recording
        .phases
        .get(phase)
        .and_then(|p| p.span)
        .ok_or_else(|| format!("phase {label} was not reached"))?;
    let from = start + number(&test.skip_first);
    if from < end { Ok((from, end)) } else { Err(format!("`skip_first` left nothing of phase {label}")) }
}

/// `burst`, or `burst[2]` where it is repeated.
pub fn phase_label(test: &Test, phase: PhaseId) -> String {
    match test.phases.get(phase) {
        Some(p) if p.of > 1 => format!("{}[{}]", p.name, p.instance),
        Some(p) => p.name.clone(),
        None => format!("#{phase}"),
    }
}

pub struct EarlyEnd {
    /// Seconds.
    pub at: f64,
    pub why: String,
}

/// Where and why a run ended before its last phase did.
pub fn early_end(recording: &Recording) -> Option<EarlyEnd> {
    let clock = super::words::clock;
    if let Some((_, at)) = recording.aborted {
        return Some(EarlyEnd { at, why: format!("the run was aborted at {}", clock(at)) });
    }
    if let Some(at) = recording.interrupted {
        return Some(EarlyEnd { at, why: format!("the run was interrupted at {}", clock(at)) });
    }
    let at = load_end(recording);
    recording.broken.as_ref().map(|_| EarlyEnd { at, why: format!("the run broke off at {}", clock(at)) })
}

fn load_end(recording: &Recording) -> f64 {
    if recording.load_end > 0.0 { recording.load_end } else { recording.duration }
}

fn cut_of(test: &Test, recording: &Recording, phase: PhaseId) -> Option<String> {
    match recording.phases.get(phase) {
        Some(p) if p.complete => None,
        Some(p) if p.span.is_some() => Some(match early_end(recording) {
            Some(early) => early.why,
            None => format!("phase {} was cut off", phase_label(test, phase)),
        }),
        _ => Some(format!("phase {} was not reached", phase_label(test, phase))),
    }
}

fn each(test: &Test, recording: &Recording, phases: &[PhaseId], operator: &Operator) -> Vec<Concrete> {
    phases
        .iter()
        .map(|&phase| {
            let piece = phase_piece(test, recording, phase);
            Concrete {
                operator: operator.clone(),
                instance: instance(test, phases, phase),
                label: phase_label(test, phase),
                cut: cut_of(test, recording, phase).or_else(|| piece.as_ref().err().cloned()),
                pieces: piece.into_iter().collect(),
            }
        })
        .collect()
}

/// Which instance a phase is among those of its name that a window lists.
fn instance(test: &Test, phases: &[PhaseId], phase: PhaseId) -> Option<(usize, usize)> {
    let name = &test.phases.get(phase)?.name;
    let alike: Vec<PhaseId> = phases.iter().copied().filter(|&p| test.phases.get(p).is_some_and(|p| p.name == *name)).collect();
    Some((alike.iter().position(|&p| p == phase)?, alike.len()))
}

fn pooled(test: &Test, recording: &Recording, phases: &[PhaseId]) -> Concrete {
    let mut pieces = Vec::new();
    let mut cut = None;
    for &phase in phases {
        let piece = phase_piece(test, recording, phase);
        cut = cut.or_else(|| cut_of(test, recording, phase)).or_else(|| piece.as_ref().err().cloned());
        pieces.extend(piece);
    }
    let mut names: Vec<&str> = phases.iter().filter_map(|&p| test.phases.get(p)).map(|p| p.name.as_str()).collect();
    names.dedup();
    Concrete { operator: Operator::Throughout, pieces, instance: None, label: format!("all of {}", names.join(" and ")), cut }
}

fn within(test: &Test, recording: &Recording, length: f64, after: &Anchor, hold: Option<f64>) -> Vec<Concrete> {
    let early = early_end(recording);
    let end = early.as_ref().map_or(recording.duration.max(load_end(recording)), |e| e.at);
    // (when, what, instance, where the next one begins)
    let anchors: Vec<(Option<f64>, String, Option<(usize, usize)>, f64)> = match after {
        Anchor::End(phases) | Anchor::Start(phases) => phases
            .iter()
            .map(|&phase| {
                let record = recording.phases.get(phase);
                let at = match after {
                    Anchor::Start(_) => record.and_then(|r| r.span).map(|s| s.0),
                    _ => record.filter(|r| r.complete).and_then(|r| r.span).map(|s| s.1),
                };
                let next = next_instance(test, recording, phase);
                (at, phase_label(test, phase), instance(test, phases, phase), next)
            })
            .collect(),
        Anchor::Fault(fault) => {
            let name = test.faults.get(*fault).map_or("the fault", |f| f.name.as_str());
            let planned = test.faults.get(*fault).map_or(1, |f| f.phases.len()).max(1);
            let struck = recording.faults.get(*fault).map_or(&[][..], Vec::as_slice);
            (0..planned.max(struck.len()))
                .map(|i| {
                    let next = struck.get(i + 1).copied().unwrap_or(f64::INFINITY);
                    let label = if planned > 1 { format!("{name}[{}]", i + 1) } else { name.to_string() };
                    (struck.get(i).copied(), label, Some((i, planned)), next)
                })
                .collect()
        }
    };
    let verb = match after {
        Anchor::End(_) => "ended",
        Anchor::Start(_) => "started",
        Anchor::Fault(_) => "struck",
    };
    anchors
        .into_iter()
        .map(|(at, what, instance, next)| {
            let label = match after {
                Anchor::Start(_) => format!("after the start of {what}"),
                _ => format!("after {what}"),
            };
            let Some(at) = at else {
                let cut = Some(format!("{what} never {verb}"));
                return Concrete { operator: Operator::Within { hold, stop: end, after: 0.0 }, pieces: Vec::new(), instance, label, cut };
            };
            let deadline = (at + length).min(next);
            let stop = next.min(end);
            let cut = early.as_ref().filter(|e| e.at < (deadline + hold.unwrap_or(0.0)).min(next)).map(|e| e.why.clone());
            Concrete { operator: Operator::Within { hold, stop, after: at }, pieces: vec![(at, deadline.min(end))], instance, label, cut }
        })
        .collect()
}

fn next_instance(test: &Test, recording: &Recording, phase: PhaseId) -> f64 {
    let Some(this) = test.phases.get(phase) else { return f64::INFINITY };
    test.phases
        .iter()
        .enumerate()
        .skip(phase + 1)
        .find(|(_, p)| p.name == this.name)
        .and_then(|(i, _)| recording.phases.get(i))
        .and_then(|r| r.span)
        .map_or(f64::INFINITY, |s| s.0)
}

/// Consecutive stretches of a window. The last may be shorter: no record of a window goes unjudged.
fn stretches(window: Concrete, per: &Per, recording: &Recording) -> Vec<Concrete> {
    if !matches!(window.operator, Operator::Throughout) || window.pieces.is_empty() {
        return vec![window];
    }
    let mut cut = Vec::new();
    for &(from, to) in &window.pieces {
        let mut start = from;
        while start < to - 1e-6 {
            let end = match per {
                Per::Time(length) => start + number(length),
                Per::Records(count) => when_planned(recording, start, *count),
            };
            let end = if end > start && end < to - 1e-6 { end } else { to };
            cut.push((start, end));
            start = end;
        }
    }
    let last = cut.len().saturating_sub(1);
    cut.into_iter()
        .enumerate()
        .map(|(i, piece)| Concrete {
            pieces: vec![piece],
            label: format!("{}, {} to {}", window.label, super::words::clock(piece.0), super::words::clock(piece.1)),
            // What was seen to its end was not cut off.
            cut: if i == last { window.cut.clone() } else { None },
            ..window.clone()
        })
        .collect()
}

/// When `count` more records than at `from` were planned, seconds.
fn when_planned(recording: &Recording, from: f64, count: u64) -> f64 {
    let Some(samples) = recording.series.get(&SeriesKey::plain("planned")) else { return f64::INFINITY };
    let wanted = value_between(samples, from) + count as f64;
    let after = samples.partition_point(|s| s.1 < wanted);
    match (after.checked_sub(1).and_then(|i| samples.get(i)).copied().unwrap_or((0.0, 0.0)), samples.get(after)) {
        (before, Some(&(t, value))) if value > before.1 => before.0 + (t - before.0) * (wanted - before.1) / (value - before.1),
        _ => f64::INFINITY,
    }
}

fn value_between(samples: &[(f64, f64)], t: f64) -> f64 {
    let after = samples.partition_point(|s| s.0 <= t);
    let before = after.checked_sub(1).and_then(|i| samples.get(i)).copied().unwrap_or((0.0, 0.0));
    match samples.get(after) {
        Some(next) if next.0 > before.0 => before.1 + (next.1 - before.1) * (t - before.0) / (next.0 - before.0),
        _ => before.1,
    }
}
