//! What an editor asks about a file, answered in byte places and plain values. Pure, and without a word of a protocol: `lsp` says it in LSP's.
//!
//! One file per question. Everything is read off the [`Analysis`] that `check` prints, so the editor never says anything else than the command line.

pub mod actions;
pub mod completion;
pub mod definition;
pub mod folding;
pub mod formatting;
pub mod hints;
pub mod hover;
pub mod lenses;
pub mod links;
pub mod nodes;
pub mod outline;
pub mod plans;
pub mod references;
pub mod rename;
pub mod samples;
pub mod selection;
pub mod signature;
pub mod symbols;
pub mod tokens;

use crate::analysis::Analysis;
use crate::resolve::workspace::{Unit, Workspace};
use crate::source::{FileId, SourceFile};
use std::sync::Arc;

/// One file of an analysis, as somebody looks at it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub analysis: &'a Analysis,
    pub file: FileId,
}

impl<'a> View<'a> {
    pub fn new(analysis: &'a Analysis, file: FileId) -> View<'a> {
        View { analysis, file }
    }
    pub fn workspace(&self) -> &'a Workspace {
        &self.analysis.workspace
    }
    pub fn source(&self) -> &'a SourceFile {
        self.workspace().map.file(self.file)
    }
    pub fn text(&self) -> &'a str {
        &self.source().text
    }
    /// Its tree and statements; `None` for a file that the analysis has not read.
    pub fn unit(&self) -> Option<&'a Arc<Unit>> {
        self.workspace().units.get(self.file.0 as usize).filter(|unit| unit.id == self.file)
    }
}
