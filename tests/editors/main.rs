//! One truth for every editor: the word lists in `editors/` are those of the catalogue, and no hand-written pattern names a word that it lacks.
//! `editors/generate` runs this with `WRITE_EDITORS=1`, which writes the lists instead of comparing them.

mod classes;
mod files;
mod named;
mod snippets;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
