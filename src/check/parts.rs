//! Collects what one test needs and lowers each thing once, giving it its id.

use super::{Context, Decl, DeclKind, EventRef};
use crate::plan::{self, PipelineInput};
use crate::source::FileId;
use std::collections::HashMap;

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
    /// `None`: could not be lowered, or is being lowered.
    ids: HashMap<(Decl, Option<u32>), Option<usize>>,
}

impl Parts {
    pub fn new(from: FileId) -> Parts {
        Parts { from, ..Parts::default() }
    }

    fn known(&mut self, decl: Decl, member: Option<u32>) -> Option<Option<usize>> {
        let known = self.ids.get(&(decl, member)).copied();
        if known.is_none() {
            self.ids.insert((decl, member), None);
        }
        known
    }

    fn keep<T>(list: &mut Vec<T>, ids: &mut HashMap<(Decl, Option<u32>), Option<usize>>, key: (Decl, Option<u32>), thing: Option<T>) -> Option<usize> {
        let id = thing.map(|thing| {
            list.push(thing);
            list.len() - 1
        });
        ids.insert(key, id);
        id
    }

    pub fn target(&mut self, cx: &Context, decl: Decl) -> Option<plan::TargetId> {
        if let Some(known) = self.known(decl, None) {
            return known;
        }
        let lowered = cx.strictly(|| cx.lower_target(decl, cx.name_of(decl, self.from)));
        Self::keep(&mut self.targets, &mut self.ids, (decl, None), lowered)
    }

    pub fn event(&mut self, cx: &Context, event: EventRef) -> Option<plan::EventId> {
        if let Some(known) = self.known(event.decl, event.member) {
            return known;
        }
        let lowered = cx.strictly(|| cx.lower_event(event, cx.name_of(event.decl, self.from)));
        Self::keep(&mut self.events, &mut self.ids, (event.decl, event.member), lowered)
    }

    /// An event that has been lowered before.
    pub fn known_event(&self, event: EventRef) -> Option<plan::EventId> {
        self.ids.get(&(event.decl, event.member)).copied().flatten()
    }

    /// With everything it reads and writes.
    pub fn pipeline(&mut self, cx: &Context, decl: Decl) -> Option<plan::PipelineId> {
        if let Some(known) = self.known(decl, None) {
            return known;
        }
        let lowered = cx.strictly(|| self.whole_pipeline(cx, decl));
        Self::keep(&mut self.pipelines, &mut self.ids, (decl, None), lowered)
    }

    fn whole_pipeline(&mut self, cx: &Context, decl: Decl) -> Option<plan::Pipeline> {
        let settings = cx.pipeline_settings(decl)?;
        let mut lowered = cx.lower_pipeline(decl, cx.name_of(decl, self.from))?;
        for input in cx.reads(&settings)? {
            lowered.reads.push(match cx.kind_of(input)? {
                DeclKind::Pipeline => PipelineInput::Pipeline(self.pipeline(cx, input)?),
                _ => PipelineInput::Target(self.target(cx, input)?),
            });
        }
        if let Some(e) = settings.get("writes") {
            let target = cx.target(e)?;
            lowered.writes = Some(self.target(cx, target)?);
        }
        if let Some(e) = settings.get("progress") {
            let source = cx.source(e)?;
            self.source(cx, source)?;
            lowered.progress = Some(cx.name_of(source, self.from));
        }
        if let Some(e) = settings.get("cluster") {
            let cluster = cx.cluster(e)?;
            self.cluster(cx, cluster)?;
            lowered.cluster = Some(cx.name_of(cluster, self.from));
        }
        Some(lowered)
    }

    pub fn source(&mut self, cx: &Context, decl: Decl) -> Option<usize> {
        if let Some(known) = self.known(decl, None) {
            return known;
        }
        let lowered = cx.strictly(|| cx.lower_source(decl, cx.name_of(decl, self.from)));
        Self::keep(&mut self.sources, &mut self.ids, (decl, None), lowered)
    }

    /// A declared metric, with its source.
    pub fn metric(&mut self, cx: &Context, decl: Decl) -> Option<usize> {
        if let Some(known) = self.known(decl, None) {
            return known;
        }
        let lowered = cx.strictly(|| {
            let source = cx.source_of_metric(decl)?;
            self.source(cx, source)?;
            let mut metric = cx.lower_metric(decl, cx.name_of(decl, self.from))?;
            metric.source = cx.name_of(source, self.from);
            Some(metric)
        });
        Self::keep(&mut self.metrics, &mut self.ids, (decl, None), lowered)
    }

    pub fn cluster(&mut self, cx: &Context, decl: Decl) -> Option<usize> {
        if let Some(known) = self.known(decl, None) {
            return known;
        }
        let lowered = cx.strictly(|| cx.lower_cluster(decl, cx.name_of(decl, self.from)));
        Self::keep(&mut self.clusters, &mut self.ids, (decl, None), lowered)
    }

    /// Whatever kind of thing it is (what [`Context::mentions`] answered).
    pub fn add(&mut self, cx: &Context, decl: Decl) {
        match cx.kind_of(decl) {
            Some(DeclKind::Target) => { self.target(cx, decl); }
            Some(DeclKind::Pipeline) => { self.pipeline(cx, decl); }
            Some(DeclKind::Source) => { self.source(cx, decl); }
            Some(DeclKind::Metric) => { self.metric(cx, decl); }
            Some(DeclKind::Cluster) => { self.cluster(cx, decl); }
            _ => {}
        }
    }
}
