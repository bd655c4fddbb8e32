//! What ships inside scalec and people want to open: the page of each code and the modules of `std`, as read-only files in the user's cache folder.

use crate::diagnostics::{Code, pages};
use crate::loader::MODULES;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io};

/// Where the files are, whether they have been written yet or not. Nowhere without a cache folder: then nothing leads there.
#[derive(Debug, Default)]
pub struct Library {
    folder: Option<PathBuf>,
}

impl Library {
    /// Below the cache folder of this user, named after what is in it: another version has a folder of its own.
    pub fn of_this_user() -> Library {
        let mut hash = crc32fast::Hasher::new();
        for (name, text) in files() {
            hash.update(name.as_bytes());
            hash.update(text.as_bytes());
        }
        let version = format!("{}-{:08x}", env!("CARGO_PKG_VERSION"), hash.finalize());
        Library { folder: cache_folder().map(|cache| cache.join("scalec").join(version)) }
    }

    /// The page of a code.
    pub fn page(&self, code: Code) -> Option<PathBuf> {
        pages::page(code)?;
        Some(self.folder.as_ref()?.join("errors").join(format!("{code}.md")))
    }

    /// The file of a module, by its name without `std/`.
    pub fn module(&self, name: &str) -> Option<PathBuf> {
        MODULES.iter().find(|(known, _)| *known == name)?;
        Some(self.folder.as_ref()?.join("std").join(format!("{name}.scale")))
    }

    /// The module whose file this is.
    pub fn module_at(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(self.folder.as_ref()?.join("std")).ok()?;
        let name = below.to_str()?.strip_suffix(".scale")?;
        MODULES.iter().find(|(known, _)| *known == name).map(|(known, _)| known.to_string())
    }

    /// Writes the files, unless they are there: all of them or none, whoever else does the same at the same time.
    pub fn unpack(&self) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        if complete(folder) {
            return Ok(());
        }
        // A folder of its own for each who writes.
        static WRITERS: AtomicUsize = AtomicUsize::new(0);
        let beside = folder.with_extension(format!("{}-{}.tmp", std::process::id(), WRITERS.fetch_add(1, Ordering::Relaxed)));
        let placed = write(&beside).and_then(|()| {
            // Somebody has taken files out of it.
            if folder.exists() && !complete(folder) {
                remove(folder);
            }
            fs::rename(&beside, folder)
        });
        if placed.is_err() {
            remove(&beside);
        }
        // Another server may have been first.
        if complete(folder) { Ok(()) } else { placed }
    }
}

/// Path below the folder, and text.
fn files() -> impl Iterator<Item = (String, &'static str)> {
    let pages = pages::PAGES.iter().map(|(code, text)| (format!("errors/{code}.md"), *text));
    pages.chain(MODULES.iter().map(|(name, text)| (format!("std/{name}.scale"), *text)))
}

fn complete(folder: &Path) -> bool {
    files().all(|(name, text)| fs::metadata(folder.join(name)).is_ok_and(|about| about.is_file() && about.len() == text.len() as u64))
}

fn write(folder: &Path) -> io::Result<()> {
    for (name, text) in files() {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text)?;
        let mut permissions = fs::metadata(&path)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions)?;
    }
    Ok(())
}

/// Read-only files are no obstacle but on Windows, where the folder then stays.
fn remove(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
}

fn cache_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = match () {
        () if cfg!(windows) => set("LOCALAPPDATA")?,
        () if cfg!(target_os = "macos") => set("HOME")?.join("Library/Caches"),
        // A relative one is to be ignored: https://specifications.freedesktop.org/basedir-spec
        () => set("XDG_CACHE_HOME").filter(|path| path.is_absolute()).or_else(|| Some(set("HOME")?.join(".cache")))?,
    };
    folder.is_absolute().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;

    #[test]
    fn files_are_written_whole_and_once() {
        let cache = tempfile::tempdir().unwrap();
        let library = Library { folder: Some(cache.path().join("scalec/1")) };
        library.unpack().unwrap();
        let page = library.page(codes::E0301).unwrap();
        assert_eq!(fs::read_to_string(&page).unwrap(), pages::page(codes::E0301).unwrap());
        assert!(fs::metadata(&page).unwrap().permissions().readonly());
        assert_eq!(library.module_at(&library.module("aws").unwrap()).as_deref(), Some("aws"));
        assert_eq!((library.module("nothing"), library.module_at(&page)), (None, None));
        // Taken out, and written again.
        fs::remove_file(&page).unwrap();
        std::thread::scope(|scope| (0..8).for_each(|_| drop(scope.spawn(|| library.unpack()))));
        assert!(page.exists());
        assert_eq!(fs::read_dir(cache.path().join("scalec")).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn without_a_folder_there_is_nothing() {
        let library = Library::default();
        assert!(library.unpack().is_ok() && library.page(codes::E0301).is_none() && library.module("aws").is_none());
    }
}
