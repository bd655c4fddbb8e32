//! The windows of an expectation as they really were. Where they lie is `plan::windows`' to say; this adds what a judgement tells of them.

use super::evaluate::Piece;
use super::number;
use crate::metrics::recording::Recording;
use crate::plan::curve::Curve;
use crate::plan::windows::{self as planned, Mode, PhaseSpan, Timeline};
use crate::plan::{Anchor, Expectation, PhaseId, Test, Window};

#[derive(Clone, Debug)]
pub struct Concrete {
    pub mode: Mode,
    /// In order of time. Several where instances are pooled, or (with `per`) where each is a candidate.
    pub pieces: Vec<Piece>,
    /// Which, of how many, of a repeated phase.
    pub instance: Option<(usize, usize)>,
    /// `burst[2]`, `the whole test`.
    pub label: String,
    /// Why less of it was seen than planned.
    pub cut: Option<String>,
}

/// When everything happened.
pub fn timeline(recording: &Recording) -> Timeline {
    Timeline {
        phases: recording
            .phases
            .iter()
            .map(|p| p.span.map(|(from, to)| PhaseSpan { from, to, complete: p.complete }))
            .collect(),
        end: load_end(recording),
        faults: recording.faults.clone(),
    }
}

pub fn of(test: &Test, curve: &Curve, recording: &Recording, expectation: &Expectation) -> Vec<Concrete> {
    let looks = planned::looks(test, curve, expectation, &timeline(recording));
    let fault = looks.len();
    let parted = expectation.per.is_some();
    looks
        .into_iter()
        .enumerate()
        .map(|(i, look)| {
            let pieces: Vec<Piece> = look.stretches.iter().map(|s| (s.from, s.to)).collect();
            let place = place(test, expectation, look.phase, i);
            let label = match pieces.first() {
                Some(first) if parted && look.mode == Mode::Throughout => {
                    format!("{place}, {} to {}", super::words::clock(first.0), super::words::clock(first.1))
                }
                _ => place,
            };
            let empty = look.mode != Mode::AtEnd && pieces.iter().all(|p| p.1 <= p.0);
            let cut = match (look.cut, empty) {
                (true, _) => Some(why_cut(test, recording, expectation, look.phase, pieces.is_empty())),
                (false, true) => Some(format!("`skip_first` leaves nothing of {label}")),
                (false, false) => None,
            };
            let instance = match (&expectation.window, look.phase) {
                (Window::Within { after: Anchor::Fault(_), .. }, _) => Some((i, fault)),
                (window, Some(phase)) => instance(test, phases_of(window), phase),
                (_, None) => None,
            };
            Concrete { mode: look.mode, pieces: if empty { Vec::new() } else { pieces }, instance, label, cut }
        })
        .collect()
}

fn phases_of(window: &Window) -> &[PhaseId] {
    match window {
        // Pooled instances are one.
        Window::During { phases, pooled: false } | Window::Eventually { phases } => phases,
        Window::Within { after: Anchor::Start(phases) | Anchor::End(phases), .. } => phases,
        _ => &[],
    }
}

/// What a `during` sees of a phase: all but the `skip_first`.
pub fn phase_piece(test: &Test, recording: &Recording, phase: PhaseId) -> Result<Piece, String> {
    let label = phase_label(test, phase);
    let (start, end) =
        recording.phases.get(phase).and_then(|p| p.span).ok_or_else(|| format!("phase {label} was not reached"))?;
    let from = start + number(&test.skip_first);
    if from < end { Ok((from, end)) } else { Err(format!("`skip_first` leaves nothing of {label}")) }
}

/// `burst`, or `burst[2]` where it is repeated.
pub fn phase_label(test: &Test, phase: PhaseId) -> String {
    match test.phases.get(phase) {
        Some(p) if p.of > 1 => format!("{}[{}]", p.name, p.instance),
        Some(p) => p.name.clone(),
        None => format!("#{phase}"),
    }
}

fn place(test: &Test, expectation: &Expectation, phase: Option<PhaseId>, index: usize) -> String {
    let phase = || phase.map_or_else(|| "the phase".to_string(), |p| phase_label(test, p));
    match &expectation.window {
        Window::Always => "the whole test".into(),
        Window::AtEnd => "the end".into(),
        Window::During { phases, pooled: true } => {
            let mut names: Vec<&str> = phases.iter().filter_map(|&p| test.phases.get(p)).map(|p| p.name.as_str()).collect();
            names.dedup();
            format!("all of {}", names.join(" and "))
        }
        Window::During { .. } | Window::Eventually { .. } => phase(),
        Window::Within { after: Anchor::Start(_), .. } => format!("after the start of {}", phase()),
        Window::Within { after: Anchor::End(_), .. } => format!("after {}", phase()),
        Window::Within { after: Anchor::Fault(fault), .. } => match test.faults.get(*fault) {
            Some(fault) if fault.phases.len() > 1 => format!("after {}[{}]", fault.name, index + 1),
            Some(fault) => format!("after {}", fault.name),
            None => "after the fault".into(),
        },
    }
}

fn why_cut(test: &Test, recording: &Recording, expectation: &Expectation, phase: Option<PhaseId>, never: bool) -> String {
    let early = early_end(recording);
    if never {
        let label = phase.map_or_else(String::new, |p| phase_label(test, p));
        return match &expectation.window {
            Window::Within { after: Anchor::End(_), .. } => format!("{label} never came to its end"),
            Window::Within { after: Anchor::Fault(fault), .. } => {
                format!("{} never struck", test.faults.get(*fault).map_or("the fault", |f| f.name.as_str()))
            }
            _ => format!("{label} was not reached"),
        };
    }
    early.unwrap_or_else(|| "the run ended before it did".into())
}

/// Why a run ended before its last phase did.
fn early_end(recording: &Recording) -> Option<String> {
    let clock = super::words::clock;
    if let Some((_, at)) = recording.aborted {
        return Some(format!("the run was aborted at {}", clock(at)));
    }
    if let Some(at) = recording.interrupted {
        return Some(format!("the run was interrupted at {}", clock(at)));
    }
    recording.broken.as_ref().map(|_| format!("the run broke off at {}", clock(load_end(recording))))
}

fn load_end(recording: &Recording) -> f64 {
    if recording.load_end > 0.0 { recording.load_end } else { recording.duration }
}

/// Which instance a phase is among those of its name that a window lists.
fn instance(test: &Test, phases: &[PhaseId], phase: PhaseId) -> Option<(usize, usize)> {
    let name = &test.phases.get(phase)?.name;
    let alike: Vec<PhaseId> = phases.iter().copied().filter(|&p| test.phases.get(p).is_some_and(|p| p.name == *name)).collect();
    Some((alike.iter().position(|&p| p == phase)?, alike.len()))
}
