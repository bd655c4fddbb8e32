//! Texts instead of files, for tests and editors.

use super::memo::Memo;
use super::store::Memory;
use super::{Loader, links};
use crate::resolve::workspace::Workspace;
use std::path::{Path, PathBuf};

/// A folder above the imagined project root, so that leaving the root can be told.
pub(super) const ROOT: &str = "/in/memory";

impl Workspace {
    /// The first text is the one to be checked, the others are there to be imported or replayed. Paths are relative to the project root.
    pub fn from_texts<P: AsRef<str>, T: AsRef<str>>(files: &[(P, T)]) -> Workspace {
        Workspace::from_texts_with_roots(files, 1)
    }

    /// The first `roots` texts are to be checked.
    pub fn from_texts_with_roots<P: AsRef<str>, T: AsRef<str>>(files: &[(P, T)], roots: usize) -> Workspace {
        let full = |path: &str| links::normal(Path::new(ROOT), path);
        let store = Memory {
            files: files.iter().map(|(path, text)| (full(path.as_ref()), text.as_ref().as_bytes().to_vec())).collect(),
        };
        let mut memo = Memo::default();
        let mut loader = Loader::new(store, Path::new(ROOT), &mut memo);
        for (path, _) in files.iter().take(roots) {
            loader.give(&PathBuf::from(path.as_ref()));
        }
        loader.finish()
    }
}
