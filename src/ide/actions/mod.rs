//! Changes that somebody can ask for at a place: a constant taken out or put back, settings and expectations that are missing. Each gives the new text of
//! the file, laid out where the old one was, and none that the checker has something against.

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
use crate::resolve::workspace::Unit;
use crate::source::SourceFile;
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
}

/// What other files say of this one, for what cannot be changed in one alone.
pub trait Elsewhere {
    /// Whether another file names this member of it.
    fn names(&mut self, member: &str) -> bool;
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
    let mut new = edited(view.text(), edits);
    let unit = view.unit()?;
    let canonical = unit.diagnostics.is_empty() && format::layout(&unit.tree) == view.text();
    if canonical {
        let parsed = syntax::parse(view.file, &new);
        if let Some(text) = format::format(&parsed) {
            new = text;
        }
    }
    let after = imagined(view, &new);
    let mut before: Vec<(crate::diagnostics::Code, String)> = view.analysis.diagnostics.iter().map(|d| (d.code, d.message.clone())).collect();
    let mut fresh = Vec::new();
    for d in after.diagnostics {
        match before.iter().position(|(code, message)| *code == d.code && *message == d.message) {
            Some(known) => drop(before.swap_remove(known)),
            None => fresh.push(d),
        }
    }
    (!fresh.iter().any(Diagnostic::is_error)).then_some((new, fresh))
}

/// What the checker would say if this were the text of the file. Imports lead where they led.
fn imagined(view: &View<'_>, text: &str) -> Analysis {
    let mut workspace = view.workspace().clone();
    let source = view.source();
    workspace.map.put(Arc::new(SourceFile::new(view.file, source.path.clone(), text)));
    let parsed = syntax::parse(view.file, text);
    let std = view.unit().is_some_and(|unit| unit.std);
    let unit = Unit { id: view.file, tree: parsed.tree, ast: parsed.ast, diagnostics: parsed.diagnostics, std };
    if let Some(place) = workspace.units.get_mut(view.file.0 as usize) {
        *place = Arc::new(unit);
    }
    analyze(workspace, &Options::default())
}
