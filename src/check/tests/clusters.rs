//! What a cluster means for those who measure on it: W0813 where it changes its size meanwhile, W0814 where it has more hands than there are parts
//! to read.

use super::{needs, say, sizing};
use crate::check::{Context, Decl, DeclKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, ExprKind, StatementKind};

/// The clusters that a test measures on, each with the place where it is named.
fn used<'a>(cx: &Context<'a>, test: &'a ast::Test, own: Option<Decl>, pipelines: &[Decl]) -> Vec<(Decl, Span)> {
    let mut used: Vec<(Decl, Span)> = Vec::new();
    for &pipeline in pipelines {
        if let Some((e, cluster)) = needs::setting(cx, pipeline, "cluster").zip(cx.cluster_of(pipeline)) {
            used.push((cluster, e.span));
        }
    }
    let setting = test.statements.iter().find_map(|s| match &s.kind {
        StatementKind::Setting { key, value } if key.text == "cluster" => Some(value.span),
        _ => None,
    });
    used.extend(own.zip(setting));
    used
}

/// W0813
pub fn autoscaled<'a>(cx: &Context<'a>, file: FileId, test: &'a ast::Test, own: Option<Decl>, pipelines: &[Decl]) {
    let Some(title) = &test.name else { return };
    for (cluster, named) in used(cx, test, own, pipelines) {
        let Some(workers) = cx.workers_of(cluster).filter(|w| w.low < w.high) else { continue };
        let name = cx.name_of(cluster, file);
        let between = format!("{} to {} workers", workers.low, workers.high);
        let message = format!("test \"{}\" measures on cluster `{name}`, which scales by itself from {between}", title.value);
        // Where the reader can change it: in the cluster, else where it is named.
        let d = if cluster.file == file {
            Diagnostic::new(codes::W0813, workers.count, message)
                .here(between)
                .label(named, "named here")
                .label(title.span, "measured here")
                .help(format!("give tests a fixed number, such as `{}`", workers.low))
                .fix(format!("fix the workers at {}", workers.low), false, workers.count, workers.low.to_string())
        } else {
            let place = if named.file == file { named } else { title.span };
            Diagnostic::new(codes::W0813, place, message).here("scales by itself").label(workers.count, between).help("name a cluster with a fixed number of workers")
        };
        cx.report(d.note("how many there were decides what was measured; a result cannot be compared with the next"));
    }
}

/// What all inputs together are read in.
struct Parts {
    parts: u64,
    /// "partition", or "shard" where all are.
    unit: &'static str,
}

impl Parts {
    fn of(inputs: &[(u64, &'static str, Span)]) -> Option<Parts> {
        let parts = inputs.iter().try_fold(0u64, |sum, (count, ..)| sum.checked_add(*count)).filter(|parts| *parts > 0)?;
        let (_, first, _) = inputs.first()?;
        Some(Parts { parts, unit: if inputs.iter().all(|(_, unit, _)| unit == first) { first } else { "partition" } })
    }
}

/// W0814, of each cluster that pipelines of a file name: cores against the parts that all its pipelines read.
pub fn idle_cores(cx: &Context<'_>, file: FileId) {
    let files = cx.closure(file);
    let pipelines: Vec<(Decl, Decl)> =
        files.into_iter().flat_map(|f| cx.declared(f, DeclKind::Pipeline)).filter_map(|p| Some((p, cx.quietly(|| cx.cluster_of(p))?))).collect();
    let mut done = Vec::new();
    for &(pipeline, cluster) in pipelines.iter().filter(|(p, _)| p.file == file) {
        if done.contains(&cluster) {
            continue;
        }
        done.push(cluster);
        if let Some(message) = idle(cx, file, cluster, pipeline, &pipelines.iter().filter(|(_, c)| *c == cluster).map(|(p, _)| *p).collect::<Vec<_>>()) {
            cx.report(message);
        }
    }
}

fn idle(cx: &Context<'_>, file: FileId, cluster: Decl, first: Decl, pipelines: &[Decl]) -> Option<Diagnostic> {
    // Members of a group are what reads in parallel, whatever the number of cores.
    if pipelines.iter().any(|p| cx.members_of(*p).is_some() || needs::setting(cx, *p, "members").is_some()) {
        return None;
    }
    let workers = cx.workers_of(cluster)?;
    let mut inputs = Vec::new();
    for &pipeline in pipelines {
        inputs.extend(cx.input_partitions(pipeline)?);
    }
    let Parts { parts, unit } = Parts::of(&inputs)?;
    let each = u64::try_from(workers.node.vcpu.to_integer()).ok()?;
    let cores = workers.high.checked_mul(each)?;
    let idle = cores.checked_sub(parts).filter(|idle| *idle > 0)?;
    let (name, whose) = (cx.name_of(cluster, file), cx.name_of(first, file));
    let readers = if pipelines.len() == 1 { format!("`{whose}` reads") } else { "its pipelines read".to_owned() };
    let message = format!("cluster `{name}` has {} for workers, and {readers} {}", say::many(cores, "core"), say::many(parts, unit));
    let of = if workers.low < workers.high { "at its largest, " } else { "" };
    let mut d = if cluster.file == file {
        Diagnostic::new(codes::W0814, workers.place, message).here(say::many(cores, "core"))
    } else {
        let named = needs::setting(cx, first, "cluster")?;
        Diagnostic::new(codes::W0814, named.span, message).here("more cores than that").label(workers.place, say::many(cores, "core"))
    };
    for (count, unit, place) in inputs {
        d = d.label(place, say::many(count, unit));
    }
    Some(
        d.note(format!("{of}{} × {each} vCPU = {}; {} at a time, and {idle} have nothing to read", workers.high, say::many(cores, "core"), say::many(parts, unit)))
            .help(format!("fewer or smaller workers, or {cores} {unit}s")),
    )
}

/// W0814: what a fault scales to.
pub fn scaled_beyond<'a>(cx: &Context<'a>, file: FileId, test: &'a ast::Test) {
    for statement in &test.statements {
        let (StatementKind::Fault { action, .. } | StatementKind::Undo { action: Some(action), .. }) = &statement.kind else { continue };
        let ExprKind::Call { callee, args } = &action.unwrapped().kind else { continue };
        let (ExprKind::Name(verb), [pipeline, to]) = (&callee.kind, args.as_slice()) else { continue };
        if verb.text != "scale" {
            continue;
        }
        let known = cx.quietly(|| Some((cx.pipeline(pipeline)?, cx.whole(to, 0, "the number of members to scale to")?)));
        if let Some((pipeline, members)) = known {
            let name = cx.name_of(pipeline, file);
            beyond(cx, pipeline, to.span, members, &format!("`{name}` is scaled to {}", say::many(members, "member")), "");
        }
    }
}

/// W0814: what a `scale out by` brings the members to. Only where a worker is known to be a member.
pub fn scales_beyond<'a>(cx: &Context<'a>, read: &sizing::Read<'a>) {
    let Some((pipeline, members)) = read.pipeline.and_then(|p| Some((p, cx.members_of(p)?))) else { return };
    // That the declared ones are too many already is told of them (W0712).
    if cx.input_partitions(pipeline).and_then(|inputs| Parts::of(&inputs)).is_none_or(|read| members > read.parts) {
        return;
    }
    if let Some(cluster) = cx.cluster_of(pipeline)
        && cx.workers_of(cluster).is_none_or(|w| (w.low, w.high) != (members, members))
    {
        return;
    }
    for (more, e) in sizing::scale_outs(read) {
        let Some(all) = members.checked_add(more) else { continue };
        let name = cx.name_of(pipeline, e.span.file);
        beyond(cx, pipeline, e.span, all, &format!("`scale out by {more}` brings `{name}` to {}", say::many(all, "member")), &format!("{members} + {more} = {all} members; "));
    }
}

fn beyond(cx: &Context<'_>, pipeline: Decl, place: Span, members: u64, what: &str, sum: &str) {
    let Some(inputs) = cx.input_partitions(pipeline) else { return };
    let Some(Parts { parts, unit }) = Parts::of(&inputs) else { return };
    let Some(idle) = members.checked_sub(parts).filter(|idle| *idle > 0) else { return };
    let mut d = Diagnostic::new(codes::W0814, place, format!("{what}, and it reads {}", say::many(parts, unit))).here(say::many(members, "member"));
    for (count, unit, at) in inputs {
        d = d.label(at, say::many(count, unit));
    }
    cx.report(
        d.note(format!("{sum}a {unit} is read by one member: {idle} of {members} would be idle")).help(format!("stay at {} or below, or declare {members} {unit}s", say::many(parts, "member"))),
    );
}
