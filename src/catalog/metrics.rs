//! The metrics that need no declaration, with who has them and where they come from.

use crate::check::series::{self, ASKED, OWN, Series};
use crate::plan::Nature;

/// Who has a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Test,
    Target,
    Pipeline,
    /// A phase that is a `search`.
    Search,
    Alerts,
    Cost,
    /// A source of this kind.
    Source(&'static str),
}

impl Of {
    pub const fn name(self) -> &'static str {
        match self {
            Of::Test => "test",
            Of::Target => "target",
            Of::Pipeline => "pipeline",
            Of::Search => "search",
            Of::Alerts => "alerts",
            Of::Cost => "cost",
            Of::Source(_) => "source",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Metric {
    pub of: Of,
    pub series: &'static Series,
    /// Settings of the pipeline, one of which provides it.
    pub needs: &'static [&'static str],
    /// Where it comes from, in words.
    pub from: &'static str,
}

impl Metric {
    /// How often it is sampled, in seconds, where nothing else is said; `None` for what is known once.
    pub fn every(&self) -> Option<i128> {
        match (self.series.nature, self.of) {
            (Nature::Final | Nature::Declared, _) => None,
            (_, Of::Source(_)) => Some(ASKED),
            _ => Some(OWN),
        }
    }
    pub fn is_distribution(&self) -> bool {
        self.series.nature == Nature::Distribution
    }
    /// In a word, for machines.
    pub fn nature(&self) -> &'static str {
        match self.series.nature {
            Nature::Plain => "series",
            Nature::Counter => "counter",
            Nature::Distribution => "distribution",
            Nature::Final => "final",
            Nature::Declared => "declared",
        }
    }
}

/// Every one of them.
pub fn metrics() -> Vec<Metric> {
    let all = |of: Of, table: &'static [Series], from: &'static str| table.iter().map(move |series| Metric { of, series, needs: &[], from });
    let mut out = Vec::new();
    for of in [Of::Test, Of::Target] {
        out.extend(all(of, series::LOAD, "measured while it sends"));
        out.extend(all(of, series::AUDIT, "read back from the target"));
    }
    out.extend(all(Of::Alerts, series::ALERTS, "judged while the test runs"));
    out.extend(all(Of::Cost, series::COST, "the price of the cluster, over the time so far"));
    out.extend(series::PIPELINE.iter().map(|(series, needs)| Metric { of: Of::Pipeline, series, needs, from: of_pipeline(series, needs) }));
    out.extend(all(Of::Search, series::SEARCH, "the steps of the search"));
    for (kind, table) in series::offering_sources() {
        out.extend(all(Of::Source(kind), table, "asked of the source"));
    }
    out
}

fn of_pipeline(series: &Series, needs: &[&str]) -> &'static str {
    match (series.nature, needs) {
        (Nature::Declared, _) => "as it is declared",
        (_, ["writes"]) => "read back from what it writes",
        (_, ["group"]) => "its consumer group, or its stand-in",
        _ => "its consumer group, its `progress` source, or its stand-in",
    }
}
