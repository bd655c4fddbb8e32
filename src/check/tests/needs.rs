//! What a test needs: the targets it sends to, the pipelines that read them, and whatever its conditions name. Nothing else is connected to.

use crate::check::{Context, Decl, DeclKind};
use crate::plan::{Condition, Nature};
use crate::source::FileId;
use crate::syntax::ast::{self, EntryKind, Expr, ItemKind, StatementKind};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What the pipelines that a file knows read and write.
pub struct Flows {
    pipelines: Vec<Flow>,
    /// By target, the pipelines (indices) that read it, directly or through another pipeline.
    readers: HashMap<Decl, Vec<usize>>,
}

struct Flow {
    pipeline: Decl,
    writes: Option<Decl>,
}

impl Flows {
    pub fn of(cx: &Context<'_>, from: FileId) -> Flows {
        let mut flows = Flows { pipelines: Vec::new(), readers: HashMap::new() };
        for pipeline in reachable(cx, from).into_iter().flat_map(|file| cx.declared(file, DeclKind::Pipeline)) {
            let writes = setting(cx, pipeline, "writes").and_then(|e| cx.target(e));
            for target in cx.read_targets(pipeline).iter() {
                flows.readers.entry(*target).or_default().push(flows.pipelines.len());
            }
            flows.pipelines.push(Flow { pipeline, writes });
        }
        flows
    }

    /// The pipelines that read one of these targets: directly, through another pipeline, or by what another one writes. In the order of declaration.
    pub fn reached_from(&self, targets: &BTreeSet<Decl>) -> Vec<Decl> {
        let mut carried: Vec<Decl> = targets.iter().copied().collect();
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut next = 0;
        while let Some(target) = carried.get(next).copied() {
            next += 1;
            for &reader in self.readers.get(&target).map_or(&[][..], Vec::as_slice) {
                if found.insert(reader)
                    && let Some(written) = self.pipelines.get(reader).and_then(|flow| flow.writes).filter(|w| !carried.contains(w))
                {
                    carried.push(written);
                }
            }
        }
        found.into_iter().filter_map(|index| self.pipelines.get(index)).map(|flow| flow.pipeline).collect()
    }
}

/// A file and everything it imports, itself first.
fn reachable(cx: &Context<'_>, from: FileId) -> Vec<FileId> {
    let (mut files, mut seen) = (vec![from], HashSet::from([from]));
    let mut next = 0;
    while let Some(&file) = files.get(next) {
        next += 1;
        for item in cx.file(file).map_or(&[][..], |f| &f.items) {
            let ItemKind::Import(ast::Import { path: Some(path), .. }) = &item.kind else { continue };
            if let Some(Ok(to)) = cx.ws.imports.get(&(file, path.value.clone()))
                && seen.insert(*to)
            {
                files.push(*to);
            }
        }
    }
    files
}

/// The value of a setting of a pipeline.
pub fn setting<'a>(cx: &Context<'a>, pipeline: Decl, name: &str) -> Option<&'a Expr> {
    let ItemKind::Pipeline(block) = &cx.file(pipeline.file)?.items.get(pipeline.item as usize)?.kind else { return None };
    block.body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Setting { key, value, .. } if key.text == name => Some(value),
        _ => None,
    })
}

/// What the conditions of a test name, in the order of declaration.
pub fn mentioned<'a>(cx: &Context<'a>, test: &'a ast::Test) -> BTreeSet<Decl> {
    let mut all = BTreeSet::new();
    for statement in &test.statements {
        match &statement.kind {
            StatementKind::Expect { condition, .. } | StatementKind::Sustain { condition } | StatementKind::Abort { condition, .. } => {
                all.extend(cx.mentions(condition));
            }
            _ => {}
        }
    }
    all
}

/// Whether a thing is watched from outside: a source, or a metric read from one.
pub fn is_external(cx: &Context<'_>, decl: Decl) -> bool {
    let item = cx.file(decl.file).and_then(|file| file.items.get(decl.item as usize));
    item.is_some_and(|item| matches!(item.kind, ItemKind::Source(_) | ItemKind::Metric(_)))
}

/// Whether a condition asks how many alerts were raised.
pub fn counts_alerts(condition: &Condition) -> bool {
    condition.metrics().iter().any(|m| m.series.starts_with("alerts."))
}

/// Whether a condition can be told only by reading targets back.
pub fn audits(condition: &Condition) -> bool {
    condition.metrics().iter().any(|m| {
        let last = m.series.rsplit('.').next().unwrap_or_default();
        let counted = m.nature == Nature::Final && matches!(last, "delivered" | "lost" | "duplicated" | "reordered" | "corrupted");
        counted || last == "end_to_end" && m.nature == Nature::Distribution
    })
}
