//! The broker inside scalec keeps only so much: a backlog beyond that is lost, which `plan` and `run` say beforehand.

use super::counts::mean_bytes;
use super::predict::Forecast;
use super::shape::number;
use super::{Kafka, PipelineInput, Share, TargetId, TargetKind, Test, TextValue};
use crate::units::{Dimension, Exact, show};

/// librdkafka's mock cluster drops the oldest of a partition beyond 5 MiB (or 100 000 batches); whole batches go at once, hence the margin.
pub const SAFE_BYTES: f64 = 4.0 * 1024.0 * 1024.0;

/// Key, identity header and framing of a record beside its value.
const OVERHEAD_BYTES: f64 = 90.0;

/// A backlog that outgrows what the broker inside keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgrown {
    pub pipeline: String,
    pub target: String,
    /// Predicted at its highest.
    pub records: f64,
    pub bytes_per_partition: f64,
    /// Partitions that would keep it.
    pub partitions_needed: u32,
}

/// `local`: every Kafka target is the broker inside (`--local`).
pub fn outgrown(test: &Test, forecasts: &[Forecast], local: bool) -> Vec<Outgrown> {
    let mut out = Vec::new();
    for forecast in forecasts {
        let Some(pipeline) = test.pipelines.get(forecast.pipeline) else { continue };
        let targets: Vec<TargetId> = pipeline.reads.iter().filter_map(|r| if let PipelineInput::Target(t) = r { Some(*t) } else { None }).collect();
        let at = forecast.peak_at.unwrap_or(0.0);
        for &id in &targets {
            let Some((target, kafka)) = test.targets.get(id).and_then(|t| embedded(&t.kind, local).map(|k| (t, k))) else { continue };
            let (share, bytes) = share_at(test, &targets, id, at);
            let records = forecast.peak_backlog * share;
            let total = records * (bytes + OVERHEAD_BYTES);
            let each = total / f64::from(kafka.partitions.max(1));
            if each > SAFE_BYTES {
                let needed = (total / SAFE_BYTES).ceil().min(1e9) as u32;
                out.push(Outgrown { pipeline: pipeline.name.clone(), target: target.name.clone(), records, bytes_per_partition: each, partitions_needed: needed });
            }
        }
    }
    out
}

fn embedded(kind: &TargetKind, local: bool) -> Option<&Kafka> {
    match kind {
        TargetKind::Kafka(k) if local || k.brokers == TextValue::Literal("embedded".to_owned()) => Some(k),
        _ => None,
    }
}

/// Of what these targets get in the phase at a moment (the one before, where nothing is offered): this one's share, and its mean bytes a record.
fn share_at(test: &Test, targets: &[TargetId], one: TargetId, at: f64) -> (f64, f64) {
    let before = test.phases.iter().rev().filter(|p| number(p.start) < at || number(p.start) == 0.0);
    for phase in before {
        let (mut all, mut own, mut bytes) = (0.0, 0.0, 0.0);
        for send in phase.sends.iter().filter_map(|&id| test.sends.get(id)) {
            let weight = match send.share {
                Share::Of(share) => number(share) * super::shape::peak_rate(phase).unwrap_or(1.0),
                Share::Rate(rate) => number(rate),
            };
            all += weight * targets.iter().filter(|t| send.targets.contains(t)).count() as f64;
            if send.targets.contains(&one) {
                own += weight;
                bytes += weight * mean_bytes(test, send);
            }
        }
        if own > 0.0 {
            return (own / all, bytes / own);
        }
    }
    (0.0, 0.0)
}

impl std::fmt::Display for Outgrown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = |v: f64| Exact::from_integer(v.round() as i128);
        let records = show(whole(self.records), Dimension::COUNT);
        let mebibytes = self.bytes_per_partition / (1024.0 * 1024.0);
        write!(
            f,
            "the backlog of `{}` is predicted to reach {records} records, {mebibytes:.1}MiB a partition of `{}`; the broker inside scalec keeps about 4MiB a partition and drops the oldest beyond, which would be lost: give `{}` {} partitions, or use a real broker",
            self.pipeline, self.target, self.target, self.partitions_needed
        )
    }
}
