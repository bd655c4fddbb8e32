//! What has been read and parsed before: a file keeps its id, and its parse as long as its text stays the same.

use crate::resolve::workspace::Unit;
use crate::source::{FileId, SourceFile};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Default)]
pub struct Memo {
    ids: HashMap<PathBuf, FileId>,
    /// Of each id; `None` for what has no path.
    paths: Vec<Option<PathBuf>>,
    parsed: HashMap<FileId, (Arc<SourceFile>, Arc<Unit>)>,
}

impl Memo {
    /// The id of a file; a new one where there is no key.
    pub fn id(&mut self, key: Option<&Path>) -> FileId {
        if let Some(id) = key.and_then(|key| self.ids.get(key)) {
            return *id;
        }
        let id = FileId(self.paths.len() as u32);
        self.paths.push(key.map(Path::to_path_buf));
        if let Some(key) = key {
            self.ids.insert(key.to_path_buf(), id);
        }
        id
    }

    pub fn path(&self, id: FileId) -> Option<&Path> {
        self.paths.get(id.0 as usize)?.as_deref()
    }

    /// What this text was parsed to, if it has been.
    pub fn parsed(&self, id: FileId, shown: &str, text: &str) -> Option<(Arc<SourceFile>, Arc<Unit>)> {
        let (source, unit) = self.parsed.get(&id).filter(|(source, _)| *source.text == *text)?;
        // Another file may lead to it on another way.
        let source = if source.path == shown { Arc::clone(source) } else { Arc::new(source.shown_as(shown)) };
        Some((source, Arc::clone(unit)))
    }

    /// How the file read before.
    pub fn before(&self, id: FileId) -> Option<Arc<Unit>> {
        self.parsed.get(&id).map(|(_, unit)| Arc::clone(unit))
    }

    pub fn keep(&mut self, source: Arc<SourceFile>, unit: Arc<Unit>) {
        self.parsed.insert(unit.id, (source, unit));
    }

    /// Drops the parses of all other files; ids stay.
    pub fn retain(&mut self, files: &HashSet<FileId>) {
        self.parsed.retain(|id, _| files.contains(id));
    }
}
