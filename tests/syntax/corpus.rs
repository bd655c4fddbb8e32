//! The files that the tests of the syntax and of the layout are fed with.

use std::path::{Path, PathBuf};

/// `.scale` files below a folder, by name.
pub fn files(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "scale") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The scenarios, and the files of the corpus that have no mistake of syntax: clean ones in `ok`, ones that need only read well in `syntax`.
pub fn correct() -> Vec<(String, String)> {
    let mut all = files("scenarios");
    all.extend(files("tests/corpus/ok"));
    all.extend(files("tests/corpus/syntax"));
    all
}

#[allow(dead_code)]
pub fn all() -> Vec<(String, String)> {
    let mut all = correct();
    all.extend(files("tests/corpus/broken"));
    all
}

/// Feeds every file to `check(name, text, step)` on two threads. Small files and the scenarios are damaged everywhere (a step of 1), large ones
/// in places, so that the whole takes seconds.
#[allow(dead_code)]
pub fn in_parallel(check: impl Fn(&str, &str, usize) + Sync) {
    let files = all();
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((name, text)) = files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    let step = if name.starts_with("scenarios") { 1 } else { 1 + text.len() / 1_500 };
                    check(name, text, step);
                }
            });
        }
    });
}

/// `line:column` of the start.
#[allow(dead_code)]
pub fn place(text: &str, span: scalec::source::Span) -> String {
    let source = scalec::source::SourceFile::new(span.file, "", text);
    let at = source.line_column(span.start as usize);
    format!("{}:{}", at.line, at.column)
}
