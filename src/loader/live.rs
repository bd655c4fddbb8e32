//! The loader of a server: texts that are being edited in place of files, and nothing parsed twice.

use super::memo::Memo;
use super::store::{Bytes, Disk, Store};
use super::{Loader, MAX_FILE, at_most, find, links};
use crate::resolve::workspace::Workspace;
use crate::source::FileId;
use std::collections::{HashMap, HashSet};
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Loads one file at a time, as `load` would if what is being edited had been saved. Ids are the same in everything that it loads.
#[derive(Default)]
pub struct Live {
    memo: Memo,
    /// By real path.
    buffers: HashMap<PathBuf, Arc<str>>,
}

impl Live {
    /// From now on the file has this text, whatever the disk says. Gives the path under which it is known.
    pub fn edit(&mut self, path: &Path, text: Arc<str>) -> PathBuf {
        let real = real(path);
        self.buffers.insert(real.clone(), text);
        real
    }

    /// The file is again what the disk says. `real` is what `edit` gave.
    pub fn release(&mut self, real: &Path) {
        self.buffers.remove(real);
    }

    /// The file and what it imports; paths are shown as seen from the folder `cwd`, where the file lies in it, and imports of a file without a project
    /// around it stay in there: as where a command is given that folder.
    pub fn load(&mut self, path: &Path, cwd: Option<&Path>) -> Workspace {
        let folder = path.parent().unwrap_or(Path::new(""));
        let around = cwd.filter(|cwd| path.starts_with(cwd));
        let root = around.map(real);
        let cwd = around.unwrap_or(folder);
        let shown = links::shown(path.strip_prefix(cwd).unwrap_or(path));
        let mut loader = Loader::new(Layered { buffers: &self.buffers }, cwd, &mut self.memo);
        loader.give_file(path, &shown, root.as_deref());
        loader.finish()
    }

    /// A text that has no path. It can import modules that ship with scalec only.
    pub fn load_text(&mut self, name: &str, text: &str) -> Workspace {
        let mut loader = Loader::new(Layered { buffers: &self.buffers }, Path::new(""), &mut self.memo);
        loader.add_root(Some(Path::new(name)), name, at_most(MAX_FILE, text.as_bytes().to_vec()));
        loader.finish()
    }

    /// A module that ships with scalec, by its name without `std/`; empty where there is none.
    pub fn load_module(&mut self, name: &str) -> Workspace {
        let mut loader = Loader::new(Layered { buffers: &self.buffers }, Path::new(""), &mut self.memo);
        if let Ok(id) = loader.std_module(name) {
            loader.workspace.roots.push(id);
        }
        loader.finish()
    }

    /// Whether a file may hold these words, being edited or on the disk. `real` as [`Live::real`] gives it.
    pub fn holds(&self, real: &Path, words: &str) -> bool {
        let (words, buffers) = (words.as_bytes(), Layered { buffers: &self.buffers });
        match buffers.read(real, MAX_FILE) {
            Bytes::All(bytes) => bytes.windows(words.len().max(1)).any(|part| part == words),
            Bytes::TooLarge(_) | Bytes::Failed(_) => true,
        }
    }

    /// Without symbolic links as far as it exists: what files are known by.
    pub fn real(path: &Path) -> PathBuf {
        real(path)
    }

    /// The folder that the imports of this file (or folder) never leave, where one is marked.
    pub fn project_root(path: &Path) -> Option<PathBuf> {
        Disk.project_root(path)
    }

    /// All scenario files of a folder, with its path before theirs.
    pub fn files_in(folder: &Path) -> Vec<PathBuf> {
        find::scale_files(folder).files.iter().map(|file| folder.join(file)).collect()
    }

    /// Where a file of a workspace lies; `std/name` for modules that ship with scalec.
    pub fn path(&self, id: FileId) -> Option<&Path> {
        self.memo.path(id)
    }

    /// Forgets the parses of all other files.
    pub fn retain(&mut self, files: &HashSet<FileId>) {
        self.memo.retain(files);
    }
}

/// Buffers over the disk.
struct Layered<'b> {
    buffers: &'b HashMap<PathBuf, Arc<str>>,
}

impl Store for Layered<'_> {
    fn is_folder(&self, path: &Path) -> bool {
        !self.buffers.contains_key(path) && Disk.is_folder(path)
    }
    fn real(&self, path: &Path) -> Result<PathBuf> {
        if self.buffers.contains_key(path) {
            return Ok(path.to_path_buf());
        }
        match Disk.real(path) {
            // Being edited, and not saved yet.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let real = real(path);
                if self.buffers.contains_key(&real) { Ok(real) } else { Err(error) }
            }
            found => found,
        }
    }
    fn read(&self, path: &Path, limit: u64) -> Bytes {
        match self.buffers.get(path) {
            Some(text) => at_most(limit, text.as_bytes().to_vec()),
            None => Disk.read(path, limit),
        }
    }
    fn project_root(&self, folder: &Path) -> Option<PathBuf> {
        Disk.project_root(folder)
    }
    fn shown_root(&self, root: &Path) -> String {
        Disk.shown_root(root)
    }
    fn names(&self, folder: &Path, extension: &str) -> Vec<String> {
        Disk.names(folder, extension)
    }
    fn folders(&self, folder: &Path) -> Vec<String> {
        Disk.folders(folder)
    }
}

/// Without symbolic links as far as it exists.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    // What is not there yet must be known as it will be once it is.
    let found = path.ancestors().skip(1).find_map(|folder| Some(folder.canonicalize().ok()?.join(path.strip_prefix(folder).ok()?)));
    found.unwrap_or_else(|| path.to_path_buf())
}
