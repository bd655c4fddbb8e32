//! Tests, sizings and alerts of a file: timeline, sends, windows, expectations; and their lowering to [`plan::Test`].

mod acks;
mod alerts;
mod batching;
mod capacity;
mod clusters;
mod counted;
mod expectations;
mod faults;
mod hot;
mod idle;
mod judgement;
mod logic;
mod looks;
mod lower;
mod needs;
mod phases;
mod pieces;
mod recent;
mod references;
mod repeated;
mod sampling;
mod say;
mod sends;
mod settings;
mod shapes;
mod sizing;
mod sketch;
mod skew;
mod takes;
mod timeline;
mod timeline_rules;
mod windows;

pub use sketch::Sketch;

use super::{Context, Decl, DeclKind, MetricScope, Parts, PhaseInfo};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::parallel;
use crate::plan;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, ItemKind, StatementKind};
use crate::syntax::words::{STATEMENTS, form_of};
use crate::units::Exact;
use num_traits::Zero;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The tests of a file, lowered as far as they could be.
#[derive(Default)]
pub struct Tests {
    pub whole: Vec<plan::Test>,
    /// Without what is broken in them.
    pub partial: Vec<plan::Test>,
    /// Those of which not all that is sent is known.
    pub sketches: Vec<Sketch>,
}

/// Checks the tests, alerts and sizings of one file and lowers the tests (those that could be).
pub fn check_file(cx: &Context, file: FileId) -> Tests {
    let Some(ast) = cx.file(file) else { return Tests::default() };
    let alerts = alerts::read(
        cx,
        ast.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Alert(alert) => Some((alert, item.span)),
            _ => None,
        }),
    );
    let sizings: Vec<sizing::Read> = ast
        .items
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Sizing(sizing) => Some(sizing::read(cx, sizing)),
            _ => None,
        })
        .collect();
    for pipeline in cx.declared(file, DeclKind::Pipeline) {
        sizing::fan_out(cx, pipeline, &sizings);
    }
    sizings.iter().for_each(|read| clusters::scales_beyond(cx, read));
    clusters::idle_cores(cx, file);
    let file_wide = FileWide { file, flows: needs::Flows::of(cx, file), alerts, sizings, unread: unread(cx, file) };
    let FileWide { alerts, sizings, .. } = &file_wide;
    let mut tests: HashMap<&str, Span> = HashMap::new();
    let mut found = Found { longest: vec![None; alerts.len()], ..Found::default() };
    for (index, item) in ast.items.iter().enumerate() {
        if let ItemKind::Test(test) = &item.kind {
            named_twice(cx, test, &mut tests);
            each_value(cx, &file_wide, index, test, &mut found);
        }
    }
    // One statement, one message: what is wrong with an expectation comes before what the numbers say of it.
    cx.strictly(|| contradictions(&found.tests).into_iter().chain(contradictions(&found.partial)).filter(|d| !cx.has_errors_at(d.primary.span)).for_each(|message| cx.report(message)));
    for (read, longest) in alerts.iter().zip(&found.longest) {
        if let Some(longest) = longest {
            alerts::too_slow(cx, read, *longest);
        }
    }
    sizing::unknown_phases(cx, sizings, &found.phase_names);
    Tests { whole: found.tests, partial: found.partial, sketches: found.sketches }
}

/// W0615 of every test, in their order. Each is predicted by itself, and that takes longer than all the rest: many tests share the processors.
fn contradictions(tests: &[plan::Test]) -> Vec<Diagnostic> {
    const WORTH_A_THREAD: usize = 8;
    parallel::map(tests, tests.len() / WORTH_A_THREAD, plan::contradict::contradictions_of).into_iter().flatten().collect()
}

/// What all tests of a file share.
struct FileWide<'a> {
    file: FileId,
    flows: needs::Flows,
    alerts: Vec<alerts::Read<'a>>,
    sizings: Vec<sizing::Read<'a>>,
    /// Where lines begin that could not be read at all, in order.
    unread: Vec<u32>,
}

/// What the tests of a file came to.
#[derive(Default)]
struct Found {
    tests: Vec<plan::Test>,
    /// Without what is broken in them.
    partial: Vec<plan::Test>,
    sketches: Vec<Sketch>,
    /// For each alert the length (seconds) of the longest test that can raise it.
    longest: Vec<Option<Exact>>,
    phase_names: Vec<String>,
    phases_known: HashSet<String>,
    /// Of all tests so far.
    phases: usize,
    /// Whether the tests from here on are too many.
    enough: bool,
}

/// So many pipelines may read what one test sends, directly and through each other.
const MOST_PIPELINES: usize = 1_000;

/// So many phases the tests of a file may have in all.
const MOST_PHASES: usize = 200_000;

/// So many tests a file may have, those of each value of a `for` counted.
const MOST_TESTS: usize = 20_000;

/// Of so many broken tests an editor is told what holds.
const MOST_SKETCHES: usize = 1_000;

/// E0307: whether the tests so far are all that a file may have, or send all that it may. Those behind are not looked at.
fn enough(cx: &Context<'_>, test: &ast::Test, found: &mut Found) -> bool {
    let many = if found.tests.len() + found.partial.len() >= MOST_TESTS {
        format!("this file has more than {MOST_TESTS} tests")
    } else if cx.have_sent_too_much() {
        "the tests before this one send all that the tests of a file may".to_owned()
    } else {
        return false;
    };
    // Once: all that follow are too many.
    if !std::mem::replace(&mut found.enough, true) {
        cx.report(
            Diagnostic::new(codes::E0307, test.head, many)
                .here("from here on they are too many")
                .note("each value of a `for` makes a test of its own, with events of its own")
                .help("name fewer values, or put some of the tests into a file of their own"),
        );
    }
    true
}

/// E0202: `--test` could not tell them apart.
fn named_twice<'a>(cx: &Context<'a>, test: &'a ast::Test, known: &mut HashMap<&'a str, Span>) {
    let Some(name) = &test.name else { return };
    let first = *known.entry(&name.value).or_insert(name.span);
    if first != name.span {
        cx.report(
            Diagnostic::new(codes::E0202, name.span, format!("there are two tests named \"{}\"", name.value))
                .here("again here")
                .label(first, "first here")
                .help("give it another name, so that `--test` can choose it"),
        );
    }
}

/// Once for each value of `for size in […]`.
fn each_value<'a>(cx: &Context<'a>, file: &FileWide<'a>, index: usize, test: &'a ast::Test, found: &mut Found) {
    let base = test.name.as_ref().map_or("", |name| name.value.as_str()).to_string();
    if enough(cx, test, found) {
        return;
    }
    let Some(each) = &test.for_each else {
        cx.strictly(|| one(cx, file, index, test, base, found));
        return;
    };
    let values = cx.for_values(each, base.len());
    let Some(variable) = &each.name else { return };
    match values {
        Some(values) => {
            let mut known: HashSet<&str> = HashSet::new();
            if let Some((_, twice)) = values.iter().find(|(_, written)| !known.insert(written)) {
                cx.report(
                    Diagnostic::new(codes::E0202, each.list.span, format!("there are two tests named \"{base} ({} = {twice})\"", variable.text))
                        .here(format!("`{twice}` stands in it twice"))
                        .help("name each value once, so that `--test` can choose one"),
                );
            }
            for (value, written) in values {
                if enough(cx, test, found) {
                    return;
                }
                let name = format!("{base} ({} = {written})", variable.text);
                cx.with_local(&variable.text, Some(value), || cx.strictly(|| one(cx, file, index, test, name, found)));
            }
        }
        None => {
            // Once, to say what else is wrong; what has no value cannot be planned.
            let before = (found.tests.len(), found.partial.len(), found.sketches.len());
            cx.with_local(&variable.text, None, || cx.strictly(|| one(cx, file, index, test, base, found)));
            found.tests.truncate(before.0);
            found.partial.truncate(before.1);
            found.sketches.truncate(before.2);
        }
    }
}

fn one<'a>(cx: &Context<'a>, file_wide: &FileWide<'a>, index: usize, test: &'a ast::Test, name: String, found: &mut Found) {
    let FileWide { file, flows, alerts, sizings, unread } = file_wide;
    let file = *file;
    let settings = settings::evaluate(cx, test);
    let laid_out = phases::timeline(cx, test);
    let mut timeline = laid_out.unwrap_or_else(timeline::Timeline::unknown);
    let lost = |cx: &Context<'_>| cx.file(file).and_then(|ast| ast.items.get(index)).map_or_else(Vec::new, |item| sketch::lost(cx, item.span, test, unread));
    let unread = is_unread(cx, file, index, unread);
    timeline.uncertain |= unread;
    found.phases += timeline.phases.len();
    if found.phases > MOST_PHASES {
        cx.report(
            Diagnostic::new(codes::E0307, test.head, format!("the tests of this file have more than {MOST_PHASES} phases in all"))
                .here("from here on they are too many")
                .note("each value of a `for` makes a test of its own, and each round of a `repeat` its phases")
                .help("repeat less often, name fewer values, or put some of the tests into a file of their own"),
        );
        return;
    }
    let sends = sends::evaluate(cx, test, &timeline);
    for name in timeline.names() {
        if found.phases_known.insert(name.to_string()) {
            found.phase_names.push(name.to_string());
        }
    }
    if !unread {
        empty(cx, test, &timeline, &sends);
        repeated::check(cx, &test.statements);
    }
    let mut messages = Vec::new();
    timeline_rules::check(&timeline, &settings.limits, &mut messages);
    messages.into_iter().for_each(|message| cx.report(message));

    cx.instances_named.set(0);
    let faults = faults::evaluate(cx, test, &timeline);
    let targets = sends.targets();
    let pipelines = flows.reached_from(targets.as_ref().unwrap_or(&BTreeSet::new()));
    if pipelines.len() > MOST_PIPELINES {
        cx.report(
            Diagnostic::new(codes::E0307, test.head, format!("{} pipelines read what this test sends, and a test may have {MOST_PIPELINES}", pipelines.len()))
                .here("reaches too many pipelines")
                .help("send to a target that fewer of them read, or split the file"),
        );
        return;
    }
    let scope = scope(cx, index, &settings, &timeline, targets, &pipelines);
    let ground = windows::Ground {
        timeline: &timeline,
        faults: &faults,
        skip_first: settings.limits.skip_first.map_or_else(Exact::zero, |(skip, _)| skip),
    };
    let wishes = expectations::evaluate(cx, test, &ground, &scope);

    recent::check(cx, &sends, &name);
    clusters::autoscaled(cx, file, test, settings.cluster, &pipelines);
    clusters::scaled_beyond(cx, file, test);
    for &pipeline in &pipelines {
        if pipeline.file == file {
            sizing::fan_out(cx, pipeline, sizings);
        }
        sizings.iter().filter(|read| read.pipeline == Some(pipeline)).for_each(|read| sizing::within(cx, read, settings.cluster));
    }

    let mut parts = Parts::new(file);
    gather(cx, &sends, &mut parts);
    let traffic = sends::Traffic { cx, from: file, timeline: &timeline, sends: &sends };
    let too_small = capacity::check(&traffic, &mut parts);
    skew::check(&traffic, &mut parts, &too_small);
    batching::check(&traffic, &mut parts);
    acks::check(&traffic, &wishes);
    pipelines.iter().for_each(|pipeline| cx.members_above_partitions(*pipeline));
    let evaluated = lower::Evaluated {
        name,
        ast: test,
        settings: &settings,
        timeline: &timeline,
        sends: &sends,
        faults: &faults,
        wishes: &wishes,
        scope: &scope,
        pipelines: &pipelines,
    };
    longest(cx, &evaluated, alerts, found);
    match lower::lower(cx, &evaluated, alerts, sizings, &mut parts) {
        Some(lower::Lowered { mut test, whole }) => {
            plan::counts::fill(&mut test);
            counted::check(cx, &timeline, &test);
            if whole { found.tests.push(test) } else { found.partial.push(test) }
        }
        None => {
            counted::surely_empty(cx, &timeline, &sends);
            if cx.sketches && found.sketches.len() < MOST_SKETCHES {
                found.sketches.push(cx.quietly(|| sketch::sketch(cx, &evaluated, parts, &lost(cx))));
            }
        }
    }
}

/// The lines of a file that could not be read at all, or where names could not.
fn unread(cx: &Context<'_>, file: FileId) -> Vec<u32> {
    let Some(unit) = cx.ws.units.get(file.0 as usize) else { return Vec::new() };
    let stray = unit.diagnostics.iter().filter(|d| matches!(d.code, codes::E0102 | codes::E0103)).map(|d| d.primary.span.start);
    let mut found: Vec<u32> = stray.chain(unit.ast.broken_names.iter().map(|name| name.span.start)).collect();
    found.sort_unstable();
    found
}

/// Whether a line of the test could not be read at all: it may have been the phase, the `send` or the `expect` that is missing.
fn is_unread(cx: &Context<'_>, file: FileId, index: usize, unread: &[u32]) -> bool {
    let Some(item) = cx.ws.units.get(file.0 as usize).and_then(|unit| unit.ast.items.get(index)) else { return false };
    // `phase = hold 5/s for 1m`: to the grammar a setting.
    let nameless = |s: &StatementKind| matches!(s, StatementKind::Setting { key, .. } if form_of(STATEMENTS, &key.text).is_some());
    let nameless = matches!(&item.kind, ItemKind::Test(test) if phases::any(&test.statements, &nameless));
    nameless || unread.get(unread.partition_point(|start| *start < item.span.start)).is_some_and(|start| *start <= item.span.end)
}

/// E0501, E0502, W0612: what a test lacks, said at its name.
fn empty(cx: &Context<'_>, test: &ast::Test, timeline: &timeline::Timeline<'_>, sends: &sends::Sends<'_>) {
    let Some(name) = &test.name else { return };
    let title = &name.value;
    let has = |wanted: &dyn Fn(&StatementKind) -> bool| phases::any(&test.statements, wanted);
    if !has(&|s| matches!(s, StatementKind::Phase(_))) {
        cx.report(
            Diagnostic::new(codes::E0501, name.span, format!("test \"{title}\" has no phase")).here("when is what sent?").help("add one, such as `phase steady = hold 1_000/s for 10m`"),
        );
    }
    if sends.lines.is_empty() && timeline.phases.iter().all(|p| p.ast.sends.is_empty()) && !has(&|s| matches!(s, StatementKind::Send(_))) {
        cx.report(
            Diagnostic::new(codes::E0502, name.span, format!("test \"{title}\" sends nothing")).here("what goes where?").help("add a line such as `send browsing to clicks`"),
        );
    }
    // One that is nearly `seed` is told of already.
    if !has(&|s| matches!(s, StatementKind::Setting { key, .. } if key.text == "seed" || suggest::nearest(&key.text, ["seed"]).is_some())) {
        cx.report(no_seed(cx, test, name));
    }
    if !has(&|s| matches!(s, StatementKind::Phase(phase) if matches!(phase.shape, ast::Shape::Missing | ast::Shape::Search { .. })))
        && let Some(sustain) = test.statements.iter().find(|s| matches!(s.kind, StatementKind::Sustain { .. }))
    {
        cx.report(
            Diagnostic::new(codes::E0506, sustain.span, "this `sustain` is never asked: the test has no `search`")
                .here("judged while a search holds a rate")
                .help("write `expect` and when it must hold, such as `during baseline`, or add a phase that searches: `phase limit = search 1_000/s..=20_000/s by 25% hold 1m to within 5%`"),
        );
    }
    // A search answers a question of its own; what an alert or an abort says is no expectation.
    if !has(&|s| matches!(s, StatementKind::Expect { .. } | StatementKind::Sustain { .. })) {
        cx.report(
            Diagnostic::new(codes::W0612, name.span, format!("test \"{title}\" expects nothing, so it cannot fail"))
                .here("what does healthy mean?")
                .help("add a line such as `expect latency.p99 < 250ms always`"),
        );
    }
}

/// W0911
fn no_seed(cx: &Context<'_>, test: &ast::Test, name: &ast::Text) -> Diagnostic {
    let d = Diagnostic::new(codes::W0911, name.span, format!("test \"{}\" has no `seed`", name.value))
        .here("which records?")
        .note("without one scalec takes 1: a choice that nobody has made, and that runs are compared by")
        .help("add a line such as `seed = 1`: the same seed sends the same bytes, so that two runs can be compared");
    // A line of its own behind the `{`; settings stand together. What it says holds already, so that nothing changes.
    let text = &cx.ws.map.file(name.span.file).text;
    let Some(open) = text.get(test.head.end as usize..).and_then(|rest| rest.find('{')).map(|at| test.head.end as usize + at + 1) else { return d };
    let rest = text.get(open..).unwrap_or("");
    let line = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
    let own_line = line.trim().is_empty() || line.trim_start().starts_with('#');
    let at = open + if own_line { line.len() } else { 0 };
    let settings = test.statements.first().is_none_or(|s| matches!(s.kind, StatementKind::Setting { .. }));
    let blank = text.get(at..).is_some_and(|rest| rest.trim_start_matches('\r').strip_prefix('\n').is_some_and(|next| next.trim_start_matches([' ', '\t', '\r']).starts_with('\n')));
    let end = match (own_line, settings || blank) {
        (true, true) => "",
        (true, false) => "\n",
        (false, true) => "\n ",
        (false, false) => "\n\n ",
    };
    d.fix("add `seed = 1`", true, Span::new(name.span.file, at, at), format!("\n  seed = 1{end}"))
}

fn scope(
    cx: &Context<'_>,
    index: usize,
    settings: &settings::Settings,
    timeline: &timeline::Timeline<'_>,
    targets: Option<BTreeSet<Decl>>,
    pipelines: &[Decl],
) -> MetricScope {
    let phases = timeline
        .names()
        .into_iter()
        .map(|name| {
            let instances = timeline.instances(name);
            let search = instances.iter().filter_map(|&id| timeline.phases.get(id)).any(|p| matches!(p.ast.shape, ast::Shape::Search { .. }));
            PhaseInfo { name: name.to_string(), instances, search }
        })
        .collect();
    let named = settings.names_cluster || pipelines.iter().any(|p| needs::setting(cx, *p, "cluster").is_some());
    let cluster = (named || targets.is_some()).then_some(named);
    MetricScope { test: Some(index), phases, targets, cluster, window: true, rule: false }
}

/// Targets and events in the order of their declaration.
fn gather(cx: &Context<'_>, sends: &sends::Sends<'_>, parts: &mut Parts) {
    let targets: BTreeSet<Decl> = sends.lines.iter().filter_map(|l| l.targets.as_ref()).flatten().copied().collect();
    for target in targets {
        parts.target(cx, target);
    }
    let events: BTreeSet<_> = sends.lines.iter().filter_map(|l| l.events.as_ref()).flatten().map(|(_, event)| *event).collect();
    for event in events {
        parts.event(cx, event);
    }
}

/// Keeps, for each alert, how long the longest test lasts that can raise it.
fn longest<'a>(cx: &Context<'a>, test: &lower::Evaluated<'_, 'a>, alerts: &[alerts::Read<'a>], found: &mut Found) {
    let Some(total) = test.timeline.total() else {
        // A test of unknown length could be long enough.
        found.longest.iter_mut().for_each(|l| *l = Some(Exact::from_integer(i128::from(u64::MAX))));
        return;
    };
    let mentioned = needs::mentioned(cx, test.ast);
    for (read, longest) in alerts.iter().zip(found.longest.iter_mut()) {
        if lower::watches(cx, read, test, &mentioned, true) {
            *longest = Some(longest.map_or(total, |l| l.max(total)));
        }
    }
}
