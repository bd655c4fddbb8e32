//! Of which series a plan says something beforehand, and what is planned by when.

use crate::plan::cost;
use crate::plan::shape::number;
use crate::plan::{AlertLevel, PipelineId, Shape, TargetId, Test};

/// A series that the plan says something of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Figure {
    Alerts(AlertLevel),
    /// Records a second, to all targets.
    OfferedRate,
    /// Records due so far, of the test or of one target.
    Planned(Option<TargetId>),
    /// What can be no more than what is due: sent, acknowledged, refused, read back.
    PartOfPlanned(Option<TargetId>),
    Cost,
    CostPerMillion,
    Lag(PipelineId),
    LagTime(PipelineId),
    ProcessingRate(PipelineId),
    /// A declared constant of a pipeline.
    Declared(f64),
}

impl Figure {
    /// The pipeline that a capacity decides about.
    pub(super) fn pipeline(self) -> Option<PipelineId> {
        match self {
            Figure::Lag(id) | Figure::LagTime(id) | Figure::ProcessingRate(id) => Some(id),
            _ => None,
        }
    }
}

pub(super) fn figure(test: &Test, series: &str) -> Option<Figure> {
    let priced = || !test.clusters.is_empty();
    match series {
        "alerts.critical" => return Some(Figure::Alerts(AlertLevel::Critical)),
        "alerts.warning" => return Some(Figure::Alerts(AlertLevel::Warning)),
        "offered_rate" => return Some(Figure::OfferedRate),
        "cost" => return priced().then_some(Figure::Cost),
        "cost_per_million" => return priced().then_some(Figure::CostPerMillion),
        _ => {}
    }
    let (owner, last) = series.rsplit_once('.').map_or((None, series), |(owner, last)| (Some(owner), last));
    if let Some((id, pipeline)) = owner.and_then(|name| test.pipelines.iter().enumerate().find(|(_, p)| p.name == name)) {
        return match last {
            "lag" if pipeline.capacity.is_some() => Some(Figure::Lag(id)),
            "lag_time" if pipeline.capacity.is_some() => Some(Figure::LagTime(id)),
            "processing_rate" if pipeline.capacity.is_some() => Some(Figure::ProcessingRate(id)),
            "capacity" => pipeline.capacity.map(|c| Figure::Declared(number(c))),
            "members_declared" => pipeline.members.map(|n| Figure::Declared(f64::from(n))),
            "tables" => pipeline.tables.map(|n| Figure::Declared(n as f64)),
            _ => None,
        };
    }
    let target = match owner {
        Some(name) => Some(test.target(name).filter(|id| test.sends.iter().any(|s| s.targets.contains(id)))?),
        None => None,
    };
    // What a pipeline writes to a target is read back with the rest.
    let written = test.pipelines.iter().any(|p| p.writes.is_some_and(|w| target.is_none_or(|t| t == w)));
    match last {
        "planned" => Some(Figure::Planned(target)),
        "sent" | "acked" | "failed" | "not_sent" => Some(Figure::PartOfPlanned(target)),
        "delivered" if !written => Some(Figure::PartOfPlanned(target)),
        _ => None,
    }
}

/// Records planned by the end of each phase, and what the clusters cost.
pub(super) struct Plan {
    /// When each phase begins, in seconds.
    starts: Vec<f64>,
    /// By the end of each phase, in all and of each target; `None` from a `search` on.
    all: Vec<Option<f64>>,
    targets: Vec<Vec<Option<f64>>>,
    /// Dollars an hour, at the lower end of autoscaled groups: what a run counts.
    pub(super) per_hour: f64,
    /// Seconds that the test lasts at least.
    pub(super) lasts: f64,
}

impl Plan {
    pub(super) fn of(test: &Test) -> Plan {
        let running = |count: &dyn Fn(&crate::plan::Phase) -> Option<f64>| {
            let mut sum = Some(0.0);
            let next = |phase| {
                sum = sum.zip(count(phase)).map(|(a, b)| a + b);
                sum
            };
            test.phases.iter().map(next).collect::<Vec<_>>()
        };
        let of_target = |id: TargetId| {
            running(&|phase: &crate::plan::Phase| {
                phase.counts.planned?;
                Some(phase.counts.per_target.get(id).copied().unwrap_or(0) as f64)
            })
        };
        let surely = |phase: &crate::plan::Phase| match phase.shape {
            Shape::Flood { at: None, .. } | Shape::Search { .. } => 0.0,
            _ => number(phase.duration),
        };
        Plan {
            starts: test.phases.iter().map(|p| number(p.start)).collect(),
            all: running(&|phase| phase.counts.planned.map(|n| n as f64)),
            targets: (0..test.targets.len()).map(of_target).collect(),
            per_hour: cost::per_hour(test).map_or(0.0, |(low, _)| low),
            lasts: test.phases.iter().map(surely).sum(),
        }
    }

    /// Records planned in all; `None` where nobody knows.
    pub(super) fn total(&self, target: Option<TargetId>) -> Option<f64> {
        self.series(target)?.last().copied()?
    }

    /// At least so many are due at a moment: those of the phases that are over by then.
    pub(super) fn due_before(&self, target: Option<TargetId>, t: f64) -> f64 {
        let running = self.starts.partition_point(|&start| start <= t).saturating_sub(1);
        running.checked_sub(1).and_then(|last| self.series(target)?.get(last).copied().flatten()).unwrap_or(0.0)
    }

    /// No more than so many are due at a moment: those of the phases that have begun.
    pub(super) fn due_by(&self, target: Option<TargetId>, t: f64) -> Option<f64> {
        let begun = self.starts.partition_point(|&start| start <= t).checked_sub(1)?;
        self.series(target)?.get(begun).copied().flatten()
    }

    fn series(&self, target: Option<TargetId>) -> Option<&Vec<Option<f64>>> {
        match target {
            Some(id) => self.targets.get(id),
            None => Some(&self.all),
        }
    }
}
