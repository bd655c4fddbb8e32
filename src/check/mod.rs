//! Names, types and facts: what a parsed workspace means, and everything that is wrong with it. Pure: no network, no environment, no secret.
//!
//! A broken statement costs one message: whatever could not be told is `None`, and `None` is quiet.

pub mod context;
pub mod parts;
pub mod scope;
pub mod tests;

use crate::diagnostics::Diagnostic;
use crate::plan::Plan;
use crate::resolve::workspace::Workspace;
use crate::source::FileId;

pub use context::{Bounds, Const, Context, Decl, DeclKind, EventRef};
pub use parts::Parts;
pub use scope::{MetricScope, PhaseInfo};

/// What a command line adds to the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--set name=value`, the value as it would stand in the file.
    pub sets: Vec<(String, String)>,
}

/// What checking found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// In the order of files and of places in them.
    pub diagnostics: Vec<Diagnostic>,
    /// For each root file, in order: its plan, where neither it nor what it imports has an error.
    pub plans: Vec<(FileId, Option<Plan>)>,
}

/// Checks the root files of a workspace and what they import.
pub fn check(ws: &Workspace, options: &Options) -> Checked {
    let _cx = Context::new(ws, options);
    Checked::default()
}
