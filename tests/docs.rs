//! What the documents show must be true: every block of the language in README.md and docs/ is checked, every link leads somewhere.
//!
//! A block opened by ```` ```scale ```` is a whole file and must be free of errors and of warnings. Parts are completed first and must be free of
//! errors: ```` ```scale file ```` are declarations, ```` ```scale test ```` statements of a test, ```` ```scale event ```` what stands in an event.
//! ```` ```csv day.csv ```` is a file beside the examples. The pages of codes (docs/errors) are tested where codes are.

use scalec::analysis::{self, Options};
use scalec::diagnostics::render;
use scalec::format::format;
use scalec::loader;
use scalec::source::FileId;
use scalec::syntax;
use std::path::{Path, PathBuf};

const DOCUMENTS: &[&str] = &["README.md", "docs/language.md", "docs/targets.md", "docs/architecture.md", "docs/design.md", "docs/running.md", "docs/catalog.md", "docs/checking.md", "docs/project.md", "docs/lsp.md", "docs/pull-requests.md", "CHANGELOG.md"];

/// What parts may name: kind and name, and the declaration.
const SHARED: &[(&str, &str)] = &[
    ("target clicks", "target clicks = kafka {\n  brokers    = \"embedded\"\n  topic      = \"clicks\"\n  partitions = 4\n}"),
    ("pipeline clickstream", "pipeline clickstream {\n  reads    = clicks\n  group    = \"clickstream\"\n  capacity = 2_200/s\n}"),
    ("event page_viewed", "event page_viewed {\n  key = user\n\n  field user = zipf(1..=100_000, 1.1)\n  field at   = now()\n}"),
];

struct Block {
    document: String,
    /// Of the opening fence, from 1.
    line: usize,
    words: Vec<String>,
    text: String,
}

#[test]
fn every_example_of_the_language_checks_cleanly() {
    let folder = tempfile::tempdir().expect("a folder");
    let shop = root().join("scenarios/shared");
    std::fs::create_dir_all(folder.path().join("shared")).expect("a folder");
    std::fs::copy(shop.join("shop.scale"), folder.path().join("shared/shop.scale")).expect("scenarios/shared/shop.scale");
    let blocks: Vec<Block> = DOCUMENTS.iter().flat_map(|d| blocks(d)).collect();
    for block in blocks.iter().filter(|b| b.words.first().is_some_and(|w| w == "csv")) {
        if let Some(name) = block.words.get(1) {
            std::fs::write(folder.path().join(name), &block.text).expect("a file");
        }
    }
    let mut wrong = String::new();
    let mut seen = 0;
    for block in blocks.iter().filter(|b| b.words.first().is_some_and(|w| w == "scale")) {
        let part = block.words.get(1).map(String::as_str);
        let text = completed(part, &block.text);
        let name = format!("{}_{}.scale", block.document.replace(['/', '.'], "_"), block.line);
        std::fs::write(folder.path().join(&name), &text).expect("a file");
        let analysis = analysis::analyze(loader::load(&[PathBuf::from(&name)], folder.path()), &Options::default());
        let told: Vec<_> = analysis.diagnostics.iter().filter(|d| part.is_none() || d.is_error()).cloned().collect();
        if !told.is_empty() {
            wrong += &format!("\n{}:{}\n{}", block.document, block.line, render::short(&analysis.workspace.map, &told));
        }
        seen += 1;
    }
    assert!(seen > 0, "no example was found");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_example_is_in_the_canonical_layout() {
    let mut wrong = String::new();
    for block in DOCUMENTS.iter().flat_map(|d| blocks(d)).filter(|b| b.words.first().is_some_and(|w| w == "scale")) {
        let text = match block.words.get(1).map(String::as_str) {
            Some(part @ ("test" | "event")) => {
                let head = if part == "test" { "test \"example\"" } else { "event example" };
                let lines: String = block.text.lines().map(|l| if l.is_empty() { "\n".into() } else { format!("  {l}\n") }).collect();
                format!("{head} {{\n{lines}}}\n")
            }
            _ => block.text.clone(),
        };
        let formatted = format(&syntax::parse(FileId(0), &text));
        if formatted.as_ref() != Some(&text) {
            wrong += &format!("\n{}:{} should be\n{}", block.document, block.line, formatted.unwrap_or_default());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A new word of the grammar needs a place in an example.
#[test]
fn every_word_of_the_grammar_stands_in_an_example() {
    let grammar = std::fs::read_to_string(root().join("grammar/scale.pest")).expect("the grammar");
    let shown: String = blocks("docs/language.md").into_iter().filter(|b| b.words.first().is_some_and(|w| w == "scale")).map(|b| b.text).collect();
    let text = std::fs::read_to_string(root().join("docs/language.md")).expect("docs/language.md");
    let shown: std::collections::BTreeSet<&str> = shown.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    // `kill`, `throttle` and the like are listed with their forms; `before` and `end` are kept free of other meanings.
    let told = |word: &str| text.contains(&format!("`{word} ")) || text.contains(&format!(" {word} "));
    let missing: Vec<&str> = words_in_quotes(&grammar).filter(|w| w.len() > 2 && !shown.contains(w) && !told(w)).collect();
    assert!(missing.is_empty(), "docs/language.md does not show {missing:?}");
}

fn words_in_quotes(grammar: &str) -> impl Iterator<Item = &str> {
    grammar.split('"').skip(1).step_by(2).filter(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
}

#[test]
fn every_project_file_shown_is_one() {
    let text = std::fs::read_to_string(root().join("docs/project.md")).expect("docs/project.md");
    let shown: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!shown.is_empty());
    for toml in shown {
        assert_eq!(scalec::project::read(FileId(0), toml).1, [], "{toml}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let Ok(text) = std::fs::read_to_string(root().join(document)) else { continue };
        let folder = Path::new(document).parent().unwrap_or(Path::new(""));
        for target in links(&text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').map_or((target.as_str(), None), |(f, a)| (f, Some(a)));
            let path = if file.is_empty() { root().join(document) } else { root().join(folder).join(file) };
            if !path.exists() {
                wrong.push(format!("{document}: {target}"));
            } else if let Some(anchor) = anchor
                && !std::fs::read_to_string(&path).is_ok_and(|t| headings(&t).iter().any(|h| h == anchor))
            {
                wrong.push(format!("{document}: {target}: no such heading"));
            }
        }
    }
    assert!(wrong.is_empty(), "these links lead nowhere:\n{}", wrong.join("\n"));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn blocks(document: &str) -> Vec<Block> {
    let Ok(text) = std::fs::read_to_string(root().join(document)) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(words) = line.strip_prefix("```") {
            match open.take() {
                Some(block) => found.push(block),
                None => {
                    let words = words.split_whitespace().map(str::to_string).collect();
                    open = Some(Block { document: document.to_string(), line: index + 1, words, text: String::new() });
                }
            }
        } else if let Some(block) = &mut open {
            block.text += line;
            block.text.push('\n');
        }
    }
    assert!(open.is_none(), "{document}: a code block is not closed");
    found
}

/// A part with what it assumes around it.
fn completed(part: Option<&str>, text: &str) -> String {
    let has = |word: &str| text.lines().any(|l| l.trim_start().starts_with(word));
    match part {
        None => text.to_string(),
        Some("file") => shared(text),
        Some("event") => shared(&format!("event example {{\n{text}}}\n")),
        Some("test") => {
            let send = if has("send ") { "" } else { "send page_viewed to clicks\n" };
            let phases = if has("phase ") {
                ""
            } else {
                "phase baseline = hold 1_000/s for 10s\nphase burst = hold 3_000/s for 10s\nphase recover = hold 1_000/s for 20s\n"
            };
            shared(&format!("test \"example\" {{\n{send}{phases}{text}}}\n"))
        }
        Some(other) => panic!("a block of the language is opened by `scale {other}`; there are file, test and event"),
    }
}

/// The shared declarations whose names the text does not declare itself, then the text.
fn shared(text: &str) -> String {
    let declared = |head: &str| text.lines().any(|l| l.starts_with(&format!("{head} ")));
    let before: Vec<&str> = SHARED.iter().filter(|(head, _)| !declared(head)).map(|(_, text)| *text).collect();
    format!("{}\n\n{text}", before.join("\n\n"))
}

/// The targets of `[words](target)` outside code.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
        }
        if code {
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            if let Some(end) = rest.find(')') {
                found.push(rest[..end].to_string());
            }
        }
    }
    found
}

/// Anchors as GitHub makes them: lower case, spaces to `-`, everything but letters, digits, `-` and `_` left out.
fn headings(text: &str) -> Vec<String> {
    let mut code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
        }
        if !code && line.starts_with('#') {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept: String = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect();
            found.push(kept.replace(' ', "-"));
        }
    }
    found
}
