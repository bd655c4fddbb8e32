//! From an evaluated test to [`plan::Test`]: ids instead of names, base units, nothing left to look up.

use super::alerts;
use super::expectations::{Wishes, fold};
use super::faults::{Action, Fault};
use super::sends::Sends;
use super::settings::Settings;
use super::timeline::Timeline;
use super::{needs, sizing};
use crate::check::{Context, Decl, MetricScope, Parts};
use crate::plan::{self, Counts, FaultAction};
use crate::syntax::ast;
use crate::units::Exact;
use num_traits::{CheckedAdd, Zero};
use std::collections::BTreeSet;

/// Seconds that the default timeout adds to the timeline.
const GRACE: i128 = 600;

/// Everything that has been found out about a test.
pub struct Evaluated<'e, 'a> {
    pub name: String,
    pub ast: &'a ast::Test,
    pub settings: &'e Settings,
    pub timeline: &'e Timeline<'a>,
    pub sends: &'e Sends<'a>,
    pub faults: &'e [Fault<'a>],
    pub wishes: &'e Wishes,
    pub scope: &'e MetricScope,
    /// Pipelines that read what it sends.
    pub pipelines: &'e [Decl],
}

/// A test as it is planned.
pub struct Lowered {
    pub test: plan::Test,
    /// Nothing of it is broken. Otherwise expectations, `sustain` and `abort` lines, or sizings are left out: its numbers can be told, and no more.
    pub whole: bool,
}

/// `None` where anything that its load needs is broken.
pub fn lower<'a>(cx: &Context<'a>, test: &Evaluated<'_, 'a>, alerts: &[alerts::Read<'a>], sizings: &[sizing::Read<'a>], parts: &mut Parts) -> Option<Lowered> {
    if test.timeline.uncertain || test.timeline.phases.is_empty() {
        return None;
    }
    let span = test.ast.name.as_ref().map_or(test.ast.head, |name| name.span);
    let mentioned = needs::mentioned(cx, test.ast);
    for &pipeline in test.pipelines {
        parts.pipeline(cx, pipeline)?;
    }
    for &decl in &mentioned {
        parts.add(cx, decl);
    }
    let faults = test.faults.iter().map(|fault| lower_fault(cx, fault, parts)).collect::<Option<Vec<_>>>()?;
    let wishes = test.wishes;
    let mut whole = true;
    let expectations = readable(wishes.expectations.iter().cloned(), &mut whole);
    let sustains = readable(wishes.sustains.iter().cloned(), &mut whole);
    let aborts = readable(wishes.aborts.iter().cloned(), &mut whole);
    let all_conditions = || expectations.iter().map(|e| &e.condition).chain(sustains.iter().map(|s| &s.condition)).chain(aborts.iter().map(|a| &a.condition));
    let counts_alerts = all_conditions().any(needs::counts_alerts);
    let mut recorded = Vec::new();
    for read in alerts {
        if watches(cx, read, test, &mentioned, counts_alerts) {
            let alert = read.alert.clone()?;
            for decl in cx.mentions(&read.ast.condition) {
                parts.add(cx, decl);
            }
            recorded.push(alert);
        }
    }
    let audit = all_conditions().chain(recorded.iter().map(|a| &a.condition)).any(needs::audits);
    let of_its_pipelines = sizings.iter().filter(|read| read.pipeline.is_some_and(|p| test.pipelines.contains(&p)));
    let sizings = readable(of_its_pipelines.map(|read| sizing::lower(cx, read, test.timeline, test.scope, parts)), &mut whole);
    let sends = lower_sends(cx, test.sends, parts)?;
    let phases = lower_phases(test)?;
    clusters(cx, test, parts)?;
    let total = test.timeline.total()?;
    let timeout = match test.settings.limits.timeout {
        Some((timeout, _)) => timeout,
        None => total.checked_add(&Exact::from_integer(GRACE))?,
    };
    let parts = std::mem::take(parts);
    let test = plan::Test {
        name: test.name.clone(),
        span,
        line: cx.ws.map.line_column(test.ast.head).line,
        seed: test.settings.seed.unwrap_or(1),
        seed_given: test.settings.seed.is_some(),
        timeout,
        tags: test.settings.limits.tags.clone(),
        arrivals: test.settings.arrivals,
        skip_first: test.settings.limits.skip_first.map_or_else(Exact::zero, |(skip, _)| skip),
        expected: test.settings.limits.expected.map(|(rate, _)| rate),
        targets: parts.targets,
        events: parts.events,
        sends,
        phases,
        pipelines: parts.pipelines,
        sources: parts.sources,
        metrics: parts.metrics,
        alerts: recorded,
        faults,
        expectations,
        aborts,
        sustains,
        sizings,
        clusters: parts.clusters,
        audit,
    };
    Some(Lowered { test, whole })
}

/// Those that are not broken; `whole` says afterwards whether that is all of them.
fn readable<T>(all: impl Iterator<Item = Option<T>>, whole: &mut bool) -> Vec<T> {
    all.filter_map(|one| {
        *whole &= one.is_some();
        one
    })
    .collect()
}

/// Whether a test can raise an alert: it has every target and pipeline that the alert names, and, where the alert watches something outside, the test
/// looks there too, or counts alerts. (An alert alone must not make a run connect to a metrics server.)
pub fn watches<'a>(cx: &Context<'a>, alert: &alerts::Read<'a>, test: &Evaluated<'_, 'a>, mentioned: &BTreeSet<Decl>, counts_alerts: bool) -> bool {
    let targets = test.sends.targets().unwrap_or_default();
    cx.mentions(&alert.ast.condition).into_iter().all(|decl| {
        if needs::is_external(cx, decl) {
            counts_alerts || mentioned.contains(&decl)
        } else {
            targets.contains(&decl) || test.pipelines.contains(&decl) || mentioned.contains(&decl)
        }
    })
}

fn lower_sends(cx: &Context<'_>, sends: &Sends<'_>, parts: &mut Parts) -> Option<Vec<plan::Send>> {
    let mut lowered = Vec::new();
    for line in &sends.lines {
        let mut events = Vec::new();
        for (share, event) in line.events.as_ref()? {
            events.push((*share, parts.event(cx, *event)?));
        }
        let targets = line.targets.as_ref()?.iter().map(|target| parts.target(cx, *target)).collect::<Option<Vec<_>>>()?;
        lowered.push(plan::Send { text: send_text(cx, line.ast), span: line.ast.span, share: line.share.clone()?, events, targets });
    }
    Some(lowered)
}

/// Without the word itself.
pub(super) fn send_text(cx: &Context<'_>, send: &ast::Send) -> String {
    let text = fold(cx.text_at(send.span));
    text.strip_prefix("send").map_or(text.as_str(), str::trim_start).to_string()
}

fn lower_phases(test: &Evaluated<'_, '_>) -> Option<Vec<plan::Phase>> {
    let mut start = Exact::zero();
    let mut phases = Vec::new();
    for timed in &test.timeline.phases {
        let duration = timed.duration?;
        phases.push(plan::Phase {
            name: timed.ast.name.as_ref()?.text.clone(),
            instance: timed.instance,
            of: timed.of,
            span: timed.span,
            start,
            duration,
            shape: timed.shape.clone()?,
            sends: test.sends.of(timed.ast),
            counts: Counts::default(),
        });
        start = start.checked_add(&duration)?;
    }
    Some(phases)
}

pub(super) fn lower_fault(cx: &Context<'_>, fault: &Fault<'_>, parts: &mut Parts) -> Option<plan::Fault> {
    let mut action = |action: &Action| {
        Some(match action {
            Action::Exec(arguments) => FaultAction::Exec(arguments.clone()),
            Action::Stop(p) => FaultAction::Stop(parts.pipeline(cx, *p)?),
            Action::Start(p) => FaultAction::Start(parts.pipeline(cx, *p)?),
            Action::Scale(p, members) => FaultAction::Scale(parts.pipeline(cx, *p)?, *members),
            Action::Kill(p) => FaultAction::Kill(parts.pipeline(cx, *p)?),
        })
    };
    let struck = action(fault.action.as_ref()?)?;
    let undo = match &fault.undo {
        None => None,
        Some(undo) => {
            let back = match undo.action.as_ref()? {
                Some(back) => Some(action(back)?),
                None => None,
            };
            Some((back, undo.after?))
        }
    };
    Some(plan::Fault {
        name: fault.name.text.clone(),
        span: fault.span,
        action: struck,
        phases: fault.phases.clone()?,
        offset: fault.offset.clone()?,
        undo,
    })
}

/// The clusters of the pipelines that read what is sent; the test's own where none of them names one.
fn clusters(cx: &Context<'_>, test: &Evaluated<'_, '_>, parts: &mut Parts) -> Option<()> {
    let mut named = false;
    for &pipeline in test.pipelines {
        if let Some(e) = needs::setting(cx, pipeline, "cluster") {
            named = true;
            parts.cluster(cx, cx.cluster(e)?)?;
        }
    }
    if !named && test.settings.names_cluster {
        parts.cluster(cx, test.settings.cluster?)?;
    }
    Some(())
}
