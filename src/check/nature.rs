//! What a metric can be at all, whatever is measured.

use super::reason::Reach;
use super::series::{self, Series};
use super::{Context, Decl, DeclKind};
use crate::plan::MetricRef;
use crate::source::FileId;
use crate::units::{Dimension, Exact};
use num_traits::{One, Zero};

impl<'a> Context<'a> {
    /// The ends that a metric cannot pass, as it is named in a file.
    ///
    /// What scalec and its sources measure themselves is never below zero, and shares of a whole are never above 100 %. Of what a query asks for
    /// only `as percent` says so much: a percentage of a whole. A number, a ratio (`2.5x`), and a count or a rate that may be a difference, can be
    /// anything.
    pub fn reach_of(&self, from: FileId, metric: &MetricRef) -> Reach {
        match self.provider(from, &metric.series) {
            Some(Provider::Known(series)) => of_series(series),
            Some(Provider::Query { percent: true, .. }) => Reach::share(),
            Some(Provider::Query { .. }) | None => Reach::ANY,
        }
    }

    /// As [`Context::reach_of`], and of what a query asks for nothing at all: a percentage may well be one of several cores, or a difference.
    pub fn certain_reach_of(&self, from: FileId, metric: &MetricRef) -> Reach {
        match self.provider(from, &metric.series) {
            Some(Provider::Known(series)) => of_series(series),
            Some(Provider::Query { .. }) | None => Reach::ANY,
        }
    }

    /// The ends beyond which nobody needs to say what happens: as [`Context::reach_of`], and a count, a rate, a size, a time or a ratio that is asked
    /// of a query is taken to be what it mostly is, not negative; a ratio that it is a share.
    pub fn likely_reach_of(&self, from: FileId, metric: &MetricRef) -> Reach {
        match self.provider(from, &metric.series) {
            Some(Provider::Query { dim: Dimension::RATIO, .. }) => Reach::share(),
            Some(Provider::Query { .. }) => Reach::positive(),
            Some(Provider::Known(_)) | None => self.reach_of(from, metric),
        }
    }

    /// Whether a metric is asked of a query, and lies within 0 % and 100 % for no other reason than its `as percent`.
    pub fn is_said_to_be_a_share(&self, from: FileId, metric: &MetricRef) -> bool {
        matches!(self.provider(from, &metric.series), Some(Provider::Query { percent: true, .. }))
    }

    /// The value of a declared constant of a pipeline: `clickstream.tables`, `.members_declared`, `.capacity`.
    pub fn declared_value(&self, from: FileId, metric: &MetricRef) -> Option<Exact> {
        let (pipeline, member) = metric.series.rsplit_once('.')?;
        let decl = match pipeline.split_once('.') {
            Some((module, name)) => self.names.get(self.module(self.names.get(from, module)?)?, name)?,
            None => self.names.get(from, pipeline)?,
        };
        self.quietly(|| {
            let settings = (self.kind_of(decl)? == DeclKind::Pipeline).then(|| self.pipeline_settings(decl))??;
            let whole = |name: &str| self.whole_setting(&settings, name).map(|n| Exact::from_integer(i128::from(n)));
            match member {
                "tables" => whole("tables"),
                "members_declared" => whole("members"),
                "capacity" => self.number_setting(&settings, "capacity"),
                _ => None,
            }
        })
    }

    /// Who provides a series of this name.
    fn provider(&self, from: FileId, name: &str) -> Option<Provider> {
        let (head, rest) = name.split_once('.').unwrap_or((name, ""));
        let of_test = || series::test_metrics().find(|s| s.name == name).map(Provider::Known);
        let Some(decl) = self.names.get(from, head) else { return of_test() };
        match self.kind_of(decl)? {
            DeclKind::Import => {
                let module = self.module(decl)?;
                let (member, rest) = rest.split_once('.').unwrap_or((rest, ""));
                self.provided_by(self.names.get(module, member)?, rest)
            }
            // A constant takes nothing away from the metric of its name.
            DeclKind::Let | DeclKind::Param => of_test(),
            _ => self.provided_by(decl, rest),
        }
    }

    fn provided_by(&self, decl: Decl, member: &str) -> Option<Provider> {
        let known = |mut table: Box<dyn Iterator<Item = &'static Series>>| table.find(|s| s.name == member).map(Provider::Known);
        match self.kind_of(decl)? {
            DeclKind::Target => known(Box::new(series::LOAD.iter().chain(series::AUDIT))),
            DeclKind::Pipeline => known(Box::new(series::PIPELINE.iter().map(|(s, _)| s))),
            DeclKind::Source => series::source_metric(self.source_kind(decl)?.name, member).map(Provider::Known),
            DeclKind::Metric => {
                let metric = self.quietly(|| self.lower_metric(decl, String::new()))?;
                let kind = self.source_of_metric(decl).and_then(|source| self.source_kind(source))?;
                let own = metric.query.first().and_then(|query| series::source_metric(kind.name, query));
                match own {
                    // In its own unit: `as …` may scale it.
                    Some(own) if self.metric_item(decl)?.unit.is_none() => Some(Provider::Known(own)),
                    _ => Some(Provider::Query { percent: metric.unit == "percent", dim: metric.dim }),
                }
            }
            _ => None,
        }
    }
}

/// Where a series comes from.
enum Provider {
    /// scalec itself, or a source that says what it offers.
    Known(&'static Series),
    /// A query, which says no more than its unit.
    Query { percent: bool, dim: Dimension },
}

fn of_series(series: &Series) -> Reach {
    let least = match series.name {
        // Declared: one at least.
        "tables" | "members_declared" => Exact::one(),
        _ => Exact::zero(),
    };
    Reach { low: Some(least), high: series.share.then(Exact::one) }
}
