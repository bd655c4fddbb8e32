//! The corpus: every file in `tests/corpus/ok` is clean, and what is said of every file in `tests/corpus/broken` stands in its snapshot, source above
//! result. To extend it, add a file, and accept its snapshot (`cargo insta review`, or `INSTA_UPDATE=always cargo test --test corpus`) once it reads well.

use scalec::analysis::{Analysis, Options, analyze};
use scalec::diagnostics::render;
use scalec::loader;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The `.scale` files of a folder, not of those below it (libraries that others import).
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "scale"))
        .collect();
    found.sort();
    found
}

/// As if the command had been called in the file's own folder, so that paths in messages are short.
fn analysed(path: &Path) -> Analysis {
    let (folder, name) = (path.parent().unwrap(), path.file_name().unwrap());
    analyze(loader::load(&[PathBuf::from(name)], folder), &Options::default())
}

#[test]
fn correct_files_are_clean() {
    let mut wrong = String::new();
    for path in files("tests/corpus/ok").into_iter().chain(files("scenarios")) {
        let analysis = analysed(&path);
        if !analysis.diagnostics.is_empty() {
            wrong += &render::human(&analysis.workspace.map, &analysis.diagnostics, render::Look::PLAIN);
        } else if analysis.plan().is_none() {
            wrong += &format!("{}: has no plan\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn broken_files_say_what_is_wrong() {
    for path in files("tests/corpus/broken") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let analysis = analysed(&path);
        assert!(!analysis.diagnostics.is_empty(), "{name}: nothing is said of it");
        assert!(analysis.plan().is_none() || !analysis.has_errors(), "{name}: planned in spite of errors");
        let said = render::human(&analysis.workspace.map, &analysis.diagnostics, render::Look::PLAIN);
        let source = std::fs::read_to_string(&path).unwrap();
        insta::with_settings!({ snapshot_path => "corpus/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, format!("{source}\n{:─<100}\n{said}", ""));
        });
    }
}
