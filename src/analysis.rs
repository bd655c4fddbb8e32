//! The façade: what the command line, the editor server and tests call.

use crate::check;
use crate::diagnostics::{Diagnostic, Severity, allow, codes};
use crate::plan::{Plan, Test};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use std::collections::{HashMap, HashSet};

/// What is not in the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--set name=value`, in order; the checker reads the values.
    pub sets: Vec<(String, String)>,
    /// Nobody looks on while the files are written: what cannot be planned is not sketched.
    pub batch: bool,
}

#[derive(Debug)]
pub struct Analysis {
    pub workspace: Workspace,
    /// In source order per file, `scale.toml` first, files in the order given, imported ones behind; what allow comments or the project silence is gone.
    pub diagnostics: Vec<Diagnostic>,
    /// For each file given, in order: its plan, where neither it nor what it imports has an error.
    pub plans: Vec<(FileId, Option<Plan>)>,
    /// For each file given without a plan: its tests as far as they could be read. For editors; nothing runs by them.
    pub drafts: Vec<(FileId, Vec<Test>)>,
    /// Of the same files: the tests of which not all that is sent is known. For editors too.
    pub sketches: Vec<(FileId, Vec<check::Sketch>)>,
}

impl Analysis {
    /// The plan of the first file given.
    pub fn plan(&self) -> Option<&Plan> {
        self.plans.first().and_then(|(_, plan)| plan.as_ref())
    }
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
    /// Whether there is a warning in a file whose project says `deny = "warnings"`.
    pub fn has_denied_warnings(&self) -> bool {
        let denied = |d: &Diagnostic| self.workspace.project(d.primary.span.file).is_some_and(|project| project.deny_warnings);
        self.diagnostics.iter().any(|d| d.severity() == Severity::Warning && denied(d))
    }
}

pub fn analyze(workspace: Workspace, options: &Options) -> Analysis {
    let mut diagnostics: Vec<Diagnostic> = workspace.units.iter().flat_map(|u| u.diagnostics.clone()).collect();
    let checked = check::check(&workspace, &check::Options { sets: options.sets.clone(), batch: options.batch });
    // Also of those that are not told below.
    let credentials: Vec<Span> = checked.diagnostics.iter().filter(|d| d.code == codes::E0901).map(|d| d.primary.span).collect();
    let broken = Broken::of(&workspace);
    diagnostics.extend(checked.diagnostics.into_iter().filter(|d| !broken.covers(&workspace, d)));
    diagnostics.retain(|d| reported(&workspace, d));
    let diagnostics = allow::apply(&workspace.map, &allow_comments(&workspace), diagnostics);
    let diagnostics = diagnostics.into_iter().filter_map(|d| as_the_project_has_it(&workspace, d)).collect();
    let mut diagnostics = in_order(&workspace, diagnostics);
    diagnostics.iter_mut().for_each(Diagnostic::cut);
    let mut workspace = workspace;
    let hidden = check::credentials::hidden(&workspace);
    check::credentials::conceal(&mut workspace.map, &mut diagnostics, hidden, &credentials);
    Analysis { workspace, diagnostics, plans: checked.plans, drafts: checked.drafts, sketches: checked.sketches }
}

/// One statement, one message: what a mistake of syntax has been told of already.
struct Broken<'w> {
    files: HashMap<FileId, BrokenIn<'w>>,
}

struct BrokenIn<'w> {
    /// What unreadable lines would have declared.
    names: HashSet<&'w str>,
    /// Statements by where they begin: start, end, and the farthest end so far.
    statements: Vec<(u32, u32, u32)>,
    items: Vec<(u32, u32)>,
}

impl<'w> Broken<'w> {
    fn of(workspace: &'w Workspace) -> Broken<'w> {
        let broken = workspace.units.iter().filter(|unit| !unit.ast.broken.is_empty() || !unit.ast.broken_names.is_empty());
        let files = broken.map(|unit| {
            let mut spans: Vec<(u32, u32)> = unit.ast.broken.iter().map(|span| (span.start, span.end)).collect();
            spans.sort_unstable();
            let mut farthest = 0;
            let statements = spans
                .into_iter()
                .map(|(start, end)| {
                    farthest = end.max(farthest);
                    (start, end, farthest)
                })
                .collect();
            let names = unit.ast.broken_names.iter().map(|name| name.text.as_str()).collect();
            let items = unit.ast.items.iter().map(|item| (item.span.start, item.span.end)).collect();
            (unit.id, BrokenIn { names, statements, items })
        });
        Broken { files: files.collect() }
    }

    /// Whether something has been told of the statement; or, where something is said to be missing from a declaration, of anything in it.
    fn covers(&self, workspace: &Workspace, d: &Diagnostic) -> bool {
        let place = d.primary.span;
        let Some(file) = self.files.get(&place.file) else { return false };
        // What an unreadable line would have declared is not missing.
        if d.code == codes::E0201 && file.names.contains(workspace.map.slice(place)) {
            return true;
        }
        let holds = |(start, end): &(u32, u32)| *start <= place.start && place.end <= *end;
        if d.code == codes::E0208
            && let Some((start, end)) = file.items.iter().find(|item| holds(item))
        {
            let first = file.statements.partition_point(|(from, ..)| from < start);
            return file.statements.iter().skip(first).take_while(|(from, ..)| from <= end).any(|(_, to, _)| to <= end);
        }
        // Of those that begin before the place, back to where none reaches so far.
        let behind = file.statements.partition_point(|(start, ..)| *start <= place.start);
        file.statements.iter().take(behind).rev().take_while(|(.., farthest)| *farthest >= place.end).any(|(_, end, _)| *end >= place.end)
    }
}

/// Of the files given everything; of imported ones the errors, for nothing can run with them; of modules that ship with scalec nothing.
fn reported(workspace: &Workspace, d: &Diagnostic) -> bool {
    let id = d.primary.span.file;
    let std = workspace.units.get(id.0 as usize).is_some_and(|u| u.std);
    !std && (d.is_error() || workspace.roots.contains(&id))
}

/// A warning as seriously as the `scale.toml` of its file takes it. An allow comment has been heeded before: it speaks of one place, and gives a reason.
fn as_the_project_has_it(workspace: &Workspace, d: Diagnostic) -> Option<Diagnostic> {
    let project = workspace.project(d.primary.span.file).filter(|_| !d.is_error());
    match project.and_then(|project| project.severities.get(&d.code)) {
        None => Some(d),
        Some(None) => None,
        Some(Some(severity)) => Some(d.taken_as(*severity)),
    }
}

fn allow_comments(workspace: &Workspace) -> Vec<allow::Comment> {
    let checked = workspace.units.iter().filter(|u| workspace.roots.contains(&u.id));
    checked
        .flat_map(|unit| {
            unit.ast.allows.iter().map(|a| allow::Comment {
                file: unit.id,
                span: a.span,
                codes: a.codes.iter().map(|c| (c.text.clone(), c.span)).collect(),
                instead: a.instead.as_ref().map(|word| (word.text.clone(), word.span)),
                target_line: a.target_line,
            })
        })
        .collect()
}

fn in_order(workspace: &Workspace, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // What is wrong with a project may be why its files are.
    let rank: HashMap<_, _> = workspace.project_files.iter().chain(&workspace.roots).enumerate().map(|(i, id)| (*id, i)).collect();
    diagnostics.sort_by_key(|d| {
        let span = d.primary.span;
        (rank.get(&span.file).copied().unwrap_or(usize::MAX), span.file, span.start, span.end, d.code)
    });
    // The same thing found on two ways is one thing.
    diagnostics.dedup();
    diagnostics
}
