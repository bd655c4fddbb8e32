//! The texts that fuzzing starts from: the corpus, the scenarios, the examples of the error pages, what fuzzing has found.

use std::path::{Path, PathBuf};

/// `root`: the folder of scalec.
pub fn texts(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["tests/corpus", "tests/fuzz_regressions", "scenarios", "std", "docs"] {
        walk(&root.join(folder), &mut found);
    }
    found.sort();
    let mut texts = Vec::new();
    for path in found {
        // One file of the corpus is no text on purpose.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        match path.extension().and_then(|e| e.to_str()) {
            Some("scale") => texts.push(text),
            _ => texts.extend(fenced(&text)),
        }
    }
    texts
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "scale" || e == "md") {
            found.push(path);
        }
    }
}

/// The ```` ```scale ```` blocks of a page.
fn fenced(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        match &mut open {
            None if line.starts_with("```scale") => open = Some(String::new()),
            None => {}
            Some(_) if line.starts_with("```") => blocks.extend(open.take()),
            Some(text) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    blocks
}
