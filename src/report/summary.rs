//! The figures that several formats show.

use crate::metrics::recording::{DistributionSlice, GeneratorVerdict, PhaseRecord, Recording};
use crate::plan::{Phase, Shape, Statistic, TargetKind, Test, cost};
use crate::verdict::number;
use crate::verdict::statistics::Merged;

/// Of a distribution, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub p999: f64,
    pub mean: f64,
    pub max: f64,
    pub count: u64,
}

impl Times {
    /// `None` where there are no records.
    pub fn of<'a>(slices: impl IntoIterator<Item = &'a DistributionSlice>) -> Option<Times> {
        let merged = Merged::of(slices);
        Some(Times {
            p50: merged.statistic(Statistic::P50)?,
            p95: merged.statistic(Statistic::P95)?,
            p99: merged.statistic(Statistic::P99)?,
            p999: merged.statistic(Statistic::P999)?,
            mean: merged.statistic(Statistic::Mean)?,
            max: merged.statistic(Statistic::Max)?,
            count: merged.count(),
        })
    }

    /// Of all records of the test; `name` is canonical (`latency`, `clicks.latency`).
    pub fn named(recording: &Recording, name: &str) -> Option<Times> {
        Times::of(recording.distributions.get(name)?)
    }
}

/// A phase that was reached.
#[derive(Clone, Debug)]
pub struct PhaseFigures<'a> {
    pub phase: &'a Phase,
    pub record: &'a PhaseRecord,
    /// Seconds.
    pub span: (f64, f64),
    /// Records a second over the length of the phase; `None` where it had none (a `flood` without a limit).
    pub target_rate: Option<f64>,
    pub achieved_rate: f64,
    pub latency: Option<Times>,
}

pub fn phases<'a>(test: &'a Test, recording: &'a Recording) -> Vec<PhaseFigures<'a>> {
    let latency = recording.distributions.get("latency").map(Vec::as_slice).unwrap_or_default();
    test.phases
        .iter()
        .zip(&recording.phases)
        .filter_map(|(phase, record)| {
            let span = record.span?;
            let length = span.1 - span.0;
            let inside = |s: &&DistributionSlice| {
                let middle = f64::midpoint(s.from, s.to);
                span.0 <= middle && middle < span.1
            };
            Some(PhaseFigures {
                phase,
                record,
                span,
                target_rate: target_rate(phase),
                achieved_rate: if length > 0.0 { record.sent as f64 / length } else { 0.0 },
                latency: Times::of(latency.iter().filter(inside)),
            })
        })
        .collect()
}

fn target_rate(phase: &Phase) -> Option<f64> {
    match &phase.shape {
        Shape::Flood { at, .. } => at.as_ref().map(number),
        _ => {
            let length = number(&phase.duration);
            phase.counts.planned.filter(|_| length > 0.0).map(|planned| planned as f64 / length)
        }
    }
}

pub fn kind(target: &TargetKind) -> &str {
    match target {
        TargetKind::Kafka(_) => "kafka",
        TargetKind::File { .. } => "file",
        TargetKind::Null => "null",
        TargetKind::Other { kind } => kind,
    }
}

pub fn generator(verdict: GeneratorVerdict) -> &'static str {
    match verdict {
        GeneratorVerdict::Ok => "ok",
        GeneratorVerdict::GeneratorLimited => "generator_limited",
        GeneratorVerdict::TargetLimited => "target_limited",
    }
}

/// Of what was sent, bytes.
pub fn bytes(recording: &Recording) -> u64 {
    recording.phases.iter().map(|p| p.bytes).sum()
}

/// Per second of the whole run, the final flush included.
pub fn per_second(recording: &Recording, amount: f64) -> f64 {
    if recording.duration > 0.0 { amount / recording.duration } else { 0.0 }
}

/// Share of the answered records that failed.
pub fn error_rate(recording: &Recording) -> f64 {
    let a = recording.accounting;
    let answered = a.acked + a.failed;
    recording.finals.get("errors.ratio").copied().unwrap_or(if answered == 0 { 0.0 } else { a.failed as f64 / answered as f64 })
}

/// Of the clusters for the length of the run, dollars. An autoscaled group is priced at its lower end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    pub per_hour: f64,
    pub total: f64,
    /// `None` where nothing was acknowledged.
    pub per_million: Option<f64>,
}

pub fn cost(test: &Test, recording: &Recording) -> Option<Cost> {
    let (per_hour, _) = cost::per_hour(test)?;
    let total = per_hour * recording.duration / 3600.0;
    let acked = recording.accounting.acked;
    Some(Cost { per_hour, total, per_million: (acked > 0).then(|| total / (acked as f64 / 1e6)) })
}
