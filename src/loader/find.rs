//! The `.scale` files of a folder.

use std::path::{Path, PathBuf};

#[derive(Default)]
pub struct Found {
    /// Relative to the folder, sorted.
    pub files: Vec<PathBuf>,
    /// Folders below it that cannot be read, with the system's words.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// Deeper folders are not entered.
const DEPTH: usize = 64;

/// All `.scale` files in `folder` and below; hidden folders, `target` and `node_modules` are passed over, as are linked folders.
pub fn scale_files(folder: &Path) -> Found {
    let mut found = Found::default();
    walk(folder, Path::new(""), 0, &mut found);
    found.files.sort();
    found
}

fn walk(folder: &Path, below: &Path, depth: usize, found: &mut Found) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            found.unreadable.push((below.to_path_buf(), error.to_string()));
            return;
        }
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Ok(kind) = entry.file_type() else { continue };
        let text = name.to_string_lossy();
        if kind.is_dir() {
            if depth < DEPTH && !text.starts_with('.') && text != "target" && text != "node_modules" {
                walk(&entry.path(), &below.join(&name), depth + 1, found);
            }
        } else if text.ends_with(".scale") && !text.starts_with('.') && (kind.is_file() || !entry.path().is_dir()) {
            found.files.push(below.join(&name));
        }
    }
}
