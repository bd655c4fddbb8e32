//! Changes that somebody can ask for at a place: a constant taken out or put back, settings and expectations that are missing. Each gives the new text of
//! the file (and of others that use what is changed), laid out where the old one was, and none that the checker has something against.

mod expectations;
mod extract;
mod inline;
mod settings;
#[cfg(test)]
mod tests;

use super::View;
use crate::analysis::{Analysis, Options, analyze};
use crate::diagnostics::Diagnostic;
use crate::format;
use crate::resolve::workspace::{Unit, Workspace};
use crate::source::{FileId, SourceFile};
use crate::syntax;
use std::ops::Range;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Extract,
    Inline,
    /// Something that is missing is written.
    Add,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    pub title: String,
    pub kind: Kind,
    /// The new text of the file, or why it cannot be.
    pub text: Result<String, String>,
    /// The new texts of other files, which must change with it.
    pub others: Vec<(FileId, String)>,
}

impl Action {
    fn new(title: String, kind: Kind, text: Result<String, String>) -> Action {
        Action { title, kind, text, others: Vec::new() }
    }
}

/// The other files of the project, for what cannot be changed in one alone.
pub trait Elsewhere {
    /// Those in which this member of the file may be named, each in a workspace of its own in which files have the same ids; or why they cannot be told.
    fn naming(&mut self, member: &str) -> Result<Vec<(Arc<Analysis>, FileId)>, String>;
}

/// All changes for a selection (empty: a place) of a file.
pub fn actions(view: &View<'_>, selection: Range<usize>, elsewhere: &mut dyn Elsewhere) -> Vec<Action> {
    let mut found = Vec::new();
    if selection.is_empty() {
        found.extend(inline::inline(view, selection.start, elsewhere));
        found.extend(settings::missing(view, selection.start));
        found.extend(expectations::missing(view, selection.start));
    } else {
        found.extend(extract::extract(view, selection));
    }
    found
}

/// A stretch of the old text and what stands there instead.
type Edit = (Range<usize>, String);

/// The text after edits that do not touch one another.
fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (range, new) in edits {
        out.push_str(text.get(at..range.start).unwrap_or(""));
        out.push_str(new);
        at = range.end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// The text after edits, laid out if the old one was; and what is found in it that was not there before. `None` where that is a mistake.
fn tried(view: &View<'_>, edits: &[Edit]) -> Option<(String, Vec<Diagnostic>)> {
    let new = laid_out(view.unit()?, view.text(), edits);
    let after = analyze(imagined(view.workspace(), [(view.file, new.as_str())]), &Options::default());
    let fresh = fresh(&view.analysis.diagnostics, after.diagnostics);
    (!fresh.iter().any(Diagnostic::is_error)).then_some((new, fresh))
}

fn laid_out(unit: &Unit, text: &str, edits: &[Edit]) -> String {
    let new = edited(text, edits);
    if !unit.diagnostics.is_empty() || format::layout(&unit.tree) != text {
        return new;
    }
    format::format(&syntax::parse(unit.id, &new)).unwrap_or(new)
}

/// What is found now and was not before.
fn fresh(before: &[Diagnostic], after: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut before: Vec<(crate::diagnostics::Code, &str)> = before.iter().map(|d| (d.code, d.message.as_str())).collect();
    let mut fresh = Vec::new();
    for d in after {
        match before.iter().position(|(code, message)| *code == d.code && *message == d.message) {
            Some(known) => drop(before.swap_remove(known)),
            None => fresh.push(d),
        }
    }
    fresh
}

/// The workspace if these were the texts of some of its files; of others nothing is heeded. Imports lead where they led.
fn imagined<'t>(workspace: &Workspace, texts: impl IntoIterator<Item = (FileId, &'t str)>) -> Workspace {
    let mut after = workspace.clone();
    for (file, text) in texts {
        let Some(place) = after.units.get_mut(file.0 as usize).filter(|unit| unit.id == file) else { continue };
        let parsed = syntax::parse(file, text);
        *place = Arc::new(Unit { id: file, tree: parsed.tree, ast: parsed.ast, diagnostics: parsed.diagnostics, std: place.std });
        let shown = workspace.map.file(file).path.clone();
        after.map.put(Arc::new(SourceFile::new(file, shown, text)));
    }
    after
}
