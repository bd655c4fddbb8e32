//! What a condition may name besides the file's declarations.

use super::Decl;
use crate::plan::PhaseId;
use std::collections::BTreeSet;

/// The phases that one word after `phase` names in a test.
#[derive(Clone, Debug)]
pub struct PhaseInfo {
    pub name: String,
    /// Every instance, in the order of the timeline.
    pub instances: Vec<PhaseId>,
    /// A `search`: `name.capacity` can be read.
    pub search: bool,
}

/// The test around a condition. `MetricScope::default()` knows no test: then nothing is said to be missing.
#[derive(Clone, Debug, Default)]
pub struct MetricScope {
    /// Index of the item (in `file`) that the condition stands in, where it is a test.
    pub test: Option<usize>,
    pub phases: Vec<PhaseInfo>,
    /// The targets that the test sends to; `None` where that is not known (broken sends), then no target metric is refused.
    pub targets: Option<BTreeSet<Decl>>,
    /// `cost` can be told: the test or a pipeline of it names a cluster. `None`: not known.
    pub cluster: Option<bool>,
    /// A window function may stand here without naming a phase (false: E0606).
    pub window: bool,
    /// A sizing rule, where `offered_rate` and the like are read over the window that the rule judges.
    pub rule: bool,
}

impl MetricScope {
    pub fn phase(&self, name: &str) -> Option<&PhaseInfo> {
        self.phases.iter().find(|p| p.name == name)
    }
}
