//! Collects what one test needs and lowers each thing once, giving it its id.

use super::{Context, Decl, EventRef};
use crate::plan;
use crate::source::FileId;
use std::collections::BTreeMap;

/// The lists of a [`plan::Test`] while it is being put together.
#[derive(Debug, Default)]
pub struct Parts {
    /// The file of the test: names are as it says them.
    pub from: FileId,
    pub targets: Vec<plan::Target>,
    pub events: Vec<plan::Event>,
    pub pipelines: Vec<plan::Pipeline>,
    pub sources: Vec<plan::Source>,
    pub metrics: Vec<plan::DeclaredMetric>,
    pub clusters: Vec<plan::Cluster>,
    ids: BTreeMap<(Decl, Option<u32>), usize>,
}

impl Parts {
    pub fn new(from: FileId) -> Parts {
        Parts { from, ..Parts::default() }
    }
    pub fn target(&mut self, _cx: &Context, _decl: Decl) -> Option<plan::TargetId> {
        None
    }
    pub fn event(&mut self, _cx: &Context, _event: EventRef) -> Option<plan::EventId> {
        None
    }
    /// With everything it reads and writes.
    pub fn pipeline(&mut self, _cx: &Context, _decl: Decl) -> Option<plan::PipelineId> {
        None
    }
    pub fn source(&mut self, _cx: &Context, _decl: Decl) -> Option<usize> {
        None
    }
    /// A declared metric, with its source.
    pub fn metric(&mut self, _cx: &Context, _decl: Decl) -> Option<usize> {
        None
    }
    pub fn cluster(&mut self, _cx: &Context, _decl: Decl) -> Option<usize> {
        None
    }
    /// Whatever kind of thing it is (what [`Context::mentions`] answered).
    pub fn add(&mut self, _cx: &Context, _decl: Decl) {}
}
