//! Everything an analysis may read: texts, what imports and `replay` lines lead to. Filled by the loader (or by a test, or by an editor's buffers).

use crate::project::Project;
use crate::source::{FileId, SourceMap};
use crate::diagnostics::Diagnostic;
use crate::syntax::{Tree, ast};
use std::collections::HashMap;
use std::sync::Arc;

/// A file that has been read and parsed.
#[derive(Clone, Debug)]
pub struct Unit {
    pub id: FileId,
    pub tree: Tree,
    pub ast: ast::File,
    /// What the syntax stage said of it (group 01), unreadable files included.
    pub diagnostics: Vec<Diagnostic>,
    /// Modules that ship with scalec: never reported on.
    pub std: bool,
}

/// Why a path in an import or a `replay` leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// E0204; near names that do exist, best first.
    NotFound { candidates: Vec<String> },
    /// E0205
    Absolute,
    /// E0205: outside this project root (as shown to people).
    OutsideRoot { root: String },
    /// E0107, with the system's words.
    Unreadable(String),
}

#[derive(Clone, Debug, Default)]
pub struct Workspace {
    pub map: SourceMap,
    /// Indexed by `FileId`. Where files are loaded again and again, ids that this workspace does without hold an empty unit.
    pub units: Vec<Arc<Unit>>,
    /// The files that the command was given, in order; only these (and their imports' broken places at the import) are reported on.
    pub roots: Vec<FileId>,
    /// Where `import … from "path"` in a file leads.
    pub imports: HashMap<(FileId, String), Result<FileId, LinkError>>,
    /// The text of `replay "path"` in a file.
    pub tables: HashMap<(FileId, String), Result<String, LinkError>>,
    /// The text of `format = avro { schema = "path" }` in a file.
    pub schemas: HashMap<(FileId, String), Result<String, LinkError>>,
    pub projects: Vec<Project>,
    /// The project of a file, where there is a `scale.toml` around it.
    pub project_of: HashMap<FileId, usize>,
    /// Each `scale.toml`, which is a unit without a word of the language.
    pub project_files: Vec<FileId>,
}

impl Workspace {
    pub fn project(&self, file: FileId) -> Option<&Project> {
        self.projects.get(*self.project_of.get(&file)?)
    }
}
