//! Where files lie: on the disk, or in memory (tests, editors).

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::{Path, PathBuf};

/// What reading gave.
pub enum Bytes {
    All(Vec<u8>),
    /// More bytes than allowed (so many); they have not been read.
    TooLarge(u64),
    /// The system's words.
    Failed(String),
}

/// Paths handed in are full ones.
pub trait Store {
    fn is_folder(&self, path: &Path) -> bool;
    /// Without symbolic links; fails where nothing is.
    fn real(&self, path: &Path) -> Result<PathBuf>;
    fn read(&self, path: &Path, limit: u64) -> Bytes;
    /// The nearest folder upward from `folder` (itself included) with a `scale.toml` or a `.git`.
    fn project_root(&self, folder: &Path) -> Option<PathBuf>;
    fn shown_root(&self, root: &Path) -> String;
    /// Names of the files in a folder that end in `.extension`.
    fn names(&self, folder: &Path, extension: &str) -> Vec<String>;
    /// Names of the folders in a folder.
    fn folders(&self, folder: &Path) -> Vec<String>;
}

pub struct Disk;

/// As many names are read for a did-you-mean, not more.
const NAMES: usize = 1_000;

impl Disk {
    fn entries(folder: &Path, wanted: impl Fn(&std::fs::DirEntry, &str) -> bool) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        entries
            .take(NAMES)
            .flatten()
            .filter_map(|e| {
                let name = e.file_name().into_string().ok()?;
                (!name.starts_with('.') && wanted(&e, &name)).then_some(name)
            })
            .collect()
    }
}

impl Store for Disk {
    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }
    fn real(&self, path: &Path) -> Result<PathBuf> {
        path.canonicalize()
    }
    fn read(&self, path: &Path, limit: u64) -> Bytes {
        read(path, limit).unwrap_or_else(|error| Bytes::Failed(error.to_string()))
    }
    fn project_root(&self, folder: &Path) -> Option<PathBuf> {
        folder.ancestors().find(|f| f.join("scale.toml").exists() || f.join(".git").exists()).map(Path::to_path_buf)
    }
    fn shown_root(&self, root: &Path) -> String {
        root.display().to_string()
    }
    fn names(&self, folder: &Path, extension: &str) -> Vec<String> {
        let end = format!(".{extension}");
        Disk::entries(folder, |_, name| name.ends_with(&end))
    }
    fn folders(&self, folder: &Path) -> Vec<String> {
        Disk::entries(folder, |e, name| e.file_type().is_ok_and(|t| t.is_dir()) && name != "target" && name != "node_modules")
    }
}

fn read(path: &Path, limit: u64) -> Result<Bytes> {
    // Asked before opening: opening a pipe would wait for its writer.
    let about = std::fs::metadata(path)?;
    if about.is_dir() {
        return Ok(Bytes::Failed("it is a folder".to_string()));
    }
    if !about.is_file() {
        return Ok(Bytes::Failed("it is not a regular file".to_string()));
    }
    if about.len() > limit {
        return Ok(Bytes::TooLarge(about.len()));
    }
    let mut bytes = Vec::with_capacity(about.len() as usize);
    // It may have grown since.
    std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > limit { Bytes::TooLarge(bytes.len() as u64) } else { Bytes::All(bytes) })
}

/// Texts by path below an imagined project root `/`.
#[derive(Default)]
pub struct Memory {
    pub files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Store for Memory {
    fn is_folder(&self, path: &Path) -> bool {
        self.files.keys().any(|file| file != path && file.starts_with(path))
    }
    fn real(&self, path: &Path) -> Result<PathBuf> {
        if self.files.contains_key(path) || self.is_folder(path) { Ok(path.to_path_buf()) } else { Err(Error::from(ErrorKind::NotFound)) }
    }
    fn read(&self, path: &Path, limit: u64) -> Bytes {
        match self.files.get(path) {
            Some(bytes) if bytes.len() as u64 > limit => Bytes::TooLarge(bytes.len() as u64),
            Some(bytes) => Bytes::All(bytes.clone()),
            None => Bytes::Failed("there is no such file".to_string()),
        }
    }
    fn project_root(&self, _: &Path) -> Option<PathBuf> {
        Some(PathBuf::from(super::memory::ROOT))
    }
    fn shown_root(&self, _: &Path) -> String {
        ".".to_string()
    }
    fn names(&self, folder: &Path, extension: &str) -> Vec<String> {
        let end = format!(".{extension}");
        let inside = self.files.keys().filter(|p| p.parent() == Some(folder));
        inside.filter_map(|p| p.file_name()?.to_str().map(str::to_string)).filter(|n| n.ends_with(&end)).collect()
    }
    fn folders(&self, folder: &Path) -> Vec<String> {
        let mut out: Vec<String> = self
            .files
            .keys()
            .filter_map(|p| p.parent()?.strip_prefix(folder).ok()?.iter().next()?.to_str().map(str::to_string))
            .collect();
        out.dedup();
        out
    }
}
