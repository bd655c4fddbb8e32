//! Names, types and facts: what a parsed workspace means, and everything that is wrong with it. Pure: no network, no environment, no secret.
//!
//! A broken statement costs one message: whatever could not be told is `None`, and `None` is quiet.

mod cluster;
pub mod condition;
mod constants;
pub mod context;
pub mod credentials;
mod dimensions;
mod encoding;
mod event;
mod exclusive;
pub mod functions;
mod generator;
mod imports;
mod measured;
mod members;
mod metrics;
pub mod names;
mod nature;
mod params;
pub mod parts;
mod pipeline;
mod prices;
pub mod reason;
mod records;
mod remote;
mod rings;
pub mod sasl;
mod schema;
pub mod scope;
pub mod series;
mod settings;
mod target;
pub mod tests;
mod traffic;
mod unused;
pub mod visit;
mod weights;

use crate::diagnostics::{Diagnostic, codes};
use crate::parallel;
use crate::plan::{Plan, Test};
use crate::resolve::workspace::Workspace;
use crate::source::FileId;
use crate::syntax::{self, ast::ItemKind};

use cluster::Workers;
use names::Names;
use std::collections::HashSet;

pub use context::{Bounds, Const, Context, Decl, DeclKind, EventRef, SetValue};
pub use parts::Parts;
pub use scope::{MetricScope, PhaseInfo};
pub use tests::Sketch;

/// What a command line adds to the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--set name=value`, the value as it would stand in the file.
    pub sets: Vec<(String, String)>,
    /// Without sketches of what cannot be planned.
    pub batch: bool,
}

/// What checking found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What the checker found, in the order of files and of places in them (what the syntax stage said stands in the units).
    pub diagnostics: Vec<Diagnostic>,
    /// For each root file, in order: its plan, where neither it nor what it imports has an error.
    pub plans: Vec<(FileId, Option<Plan>)>,
    /// For each root file without a plan: its tests as far as they could be read, for those who look on while it is written. Nothing runs by them.
    pub drafts: Vec<(FileId, Vec<Test>)>,
    /// Of the same files: the tests of which not all that is sent is known.
    pub sketches: Vec<(FileId, Vec<Sketch>)>,
}

/// Checks the root files of a workspace and what they import.
pub fn check(ws: &Workspace, options: &Options) -> Checked {
    let sets: Vec<SetValue> = options.sets.iter().map(|(name, text)| SetValue { name: name.clone(), text: text.clone(), value: set_value(ws, text) }).collect();
    let names = Names::of(ws);
    let start = || {
        let mut cx = Context::new(ws, &sets, &names);
        cx.sketches = !options.batch;
        cx
    };
    // Each by itself, so that it is told the same alone, in company, and on however many threads.
    let bytes: usize = ws.roots.iter().map(|root| ws.map.file(*root).text.len()).sum();
    let checked = parallel::map(&ws.roots, bytes / WORTH_A_THREAD, |root| check_root(&start(), ws, *root));
    let cx = start();
    cx.unknown_sets();
    let (mut plans, mut drafts, mut sketches, mut own, mut others) = (Vec::new(), Vec::new(), Vec::new(), cx.take_messages(), Vec::new());
    for (root, (plan, found)) in ws.roots.iter().zip(checked) {
        match plan {
            Ok(plan) => plans.push((*root, Some(plan))),
            Err((tests, sketched)) => {
                plans.push((*root, None));
                drafts.push((*root, tests));
                sketches.push((*root, sketched));
            }
        }
        let (here, elsewhere): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| d.primary.span.file == *root);
        own.extend(here);
        others.extend(elsewhere);
    }
    // What several need is looked at for each of them, and told as it is told of the file itself.
    let mut seen = HashSet::new();
    let mut diagnostics: Vec<Diagnostic> = own.into_iter().chain(others).filter(|d| seen.insert((d.code, d.primary.span))).collect();
    // Of modules that ship with scalec nothing, of rings of imports only what is in a file that was given.
    let is_std = |file: FileId| ws.units.get(file.0 as usize).is_some_and(|u| u.std);
    diagnostics.retain(|d| {
        let file = d.primary.span.file;
        !is_std(file) && (d.code != codes::E0206 || ws.roots.contains(&file))
    });
    diagnostics.sort_by_key(|d| (d.primary.span.file, d.primary.span.start, d.primary.span.end, d.code));
    Checked { diagnostics, plans, drafts, sketches }
}

/// Below this many bytes a thread costs more than it saves.
const WORTH_A_THREAD: usize = 16 * 1024;

/// A file that was given, and the declarations of what it imports.
fn check_root(cx: &Context, ws: &Workspace, root: FileId) -> (Result<Plan, Drafts>, Vec<Diagnostic>) {
    for file in cx.closure(root) {
        check_declarations(cx, file);
    }
    let tests = tests::check_file(cx, root);
    records::check_file(cx, root);
    cx.check_prices(root);
    cx.check_unused(root);
    let plan = plan_of(cx, ws, root, tests);
    let mut found = cx.take_messages();
    // What is to go needs no better address.
    let unused: HashSet<_> = found.iter().filter(|d| d.code == codes::W0220).map(|d| d.primary.span).collect();
    found.retain(|d| !matches!(d.code, codes::W0910 | codes::W0913) || !unused.contains(&d.primary.span));
    credentials::tell_once(&mut found);
    (plan, found)
}

/// Each declaration of a file by itself; its tests, alerts and sizings come after.
fn check_declarations(cx: &Context, file: FileId) {
    cx.check_doubles(file);
    cx.check_credentials(file);
    let Some(ast) = cx.file(file) else { return };
    for (index, item) in ast.items.iter().enumerate() {
        let decl = Decl { file, item: index as u32 };
        match &item.kind {
            ItemKind::Import(_) => cx.check_import(decl),
            ItemKind::Let(l) => {
                cx.let_value(decl, &l.value);
            }
            ItemKind::Target(_) => cx.check_target(decl),
            ItemKind::Source(_) => cx.check_source(decl),
            ItemKind::Event(_) => cx.check_event(decl),
            ItemKind::Mix(_) => cx.check_mix(decl),
            ItemKind::Metric(_) => cx.check_metric(decl),
            ItemKind::Pipeline(_) => cx.check_pipeline(decl),
            ItemKind::Cluster(_) => cx.check_cluster(decl),
            ItemKind::Node(node) => cx.check_node(node),
            // `tests` looks at these.
            ItemKind::Sizing(_) | ItemKind::Alert(_) | ItemKind::Test(_) => {}
        }
    }
}

/// Tests as far as they could be read, and those of which less is known.
type Drafts = (Vec<Test>, Vec<Sketch>);

/// A plan exists only where there is no error, in the file or in what it imports; elsewhere there are but drafts of its tests.
fn plan_of(cx: &Context, ws: &Workspace, root: FileId, tests: tests::Tests) -> Result<Plan, Drafts> {
    let broken = |file: FileId| cx.has_errors_in(file) || ws.units.get(file.0 as usize).is_some_and(|u| u.diagnostics.iter().any(Diagnostic::is_error));
    if cx.closure(root).into_iter().any(broken) {
        let mut drafts = tests.whole;
        drafts.extend(tests.partial);
        drafts.sort_by_key(|test| test.span.start);
        return Err((drafts, tests.sketches));
    }
    let params = cx.param_values(root);
    Ok(Plan { file: ws.map.file(root).path.clone(), params, tests: tests.whole })
}

/// The value of a `--set`, read as the value of a `let`.
fn set_value(ws: &Workspace, text: &str) -> Option<syntax::ast::Expr> {
    // Names in it mean what they mean in the first file.
    let file = ws.roots.first().copied().unwrap_or_default();
    let parsed = syntax::parse(file, &format!("let value = {text}\n"));
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return None;
    }
    parsed.ast.items.into_iter().find_map(|item| match item.kind {
        ItemKind::Let(l) if !l.value.is_missing() => Some(l.value),
        _ => None,
    })
}
