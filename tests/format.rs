//! The canonical layout: fixed points, idempotence, and that nothing but layout changes.

#[path = "syntax/corpus.rs"]
mod corpus;
#[path = "format/layout.rs"]
mod layout;

use scalec::source::FileId;
use scalec::syntax::tree::Kind;
use scalec::syntax::{Parsed, parse};

fn read(text: &str) -> Parsed {
    parse(FileId(0), text)
}

pub fn format(text: &str) -> Option<String> {
    scalec::format::format(&read(text))
}

/// What a file means: its values without their places.
fn meaning(text: &str) -> String {
    let parsed = read(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}\n{text}", parsed.diagnostics);
    let mut out = String::new();
    let shown = format!("{:?}", parsed.ast);
    let mut rest = shown.as_str();
    // Places, and the lines that comments silence, are the only things that layout may change.
    while let Some(at) = rest.find("Span {") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('}').unwrap() + 1..];
    }
    out.push_str(rest);
    let mut kept = String::new();
    for part in out.split("target_line: ") {
        kept.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    kept
}

fn comments(text: &str) -> Vec<String> {
    read(text).tree.leaves().filter(|n| n.kind() == Kind::Comment).map(|n| n.text().to_string()).collect()
}

/// All that must hold of any file without mistakes.
pub fn laws(name: &str, text: &str) {
    let once = format(text).unwrap_or_else(|| panic!("{name}: refused\n{text}"));
    let twice = format(&once).unwrap_or_else(|| panic!("{name}: its own layout is refused\n{once}"));
    assert!(once == twice, "{name}: not idempotent\n{text}\n── once\n{once}\n── twice\n{twice}");
    assert!(comments(text) == comments(&once), "{name}: comments changed\n{once}");
    assert!(meaning(text) == meaning(&once), "{name}: the meaning changed\n{text}\n── laid out\n{once}\n{}\n{}", meaning(text), meaning(&once));
}

#[test]
fn scenarios_are_fixed_points() {
    for (name, text) in corpus::files("scenarios") {
        let formatted = format(&text).unwrap();
        assert!(formatted == text, "{name}\n{formatted}");
    }
}

#[test]
fn laws_hold_on_the_corpus() {
    for (name, text) in corpus::correct() {
        laws(&name, &text);
    }
}

/// The same files with every blank, blank line and indent undone, and with too many of them.
#[test]
fn laws_hold_on_the_corpus_laid_out_badly() {
    for (name, text) in corpus::correct() {
        let flat: String = text.lines().map(|l| format!("{}\n", l.trim())).collect();
        if !text.contains("\"\"\"") {
            laws(&name, &flat);
            let wide: String = text.trim_start_matches('\u{feff}').lines().map(|l| format!("\t   {l}  \r\n\r\n")).collect();
            laws(&name, &wide);
        }
    }
}

/// Every removed line that leaves a file without mistakes still obeys.
#[test]
fn laws_hold_on_damaged_files_that_still_read() {
    for (name, text) in corpus::correct() {
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        for without in 0..lines.len() {
            let damaged: String = lines.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, l)| *l).collect();
            if read(&damaged).diagnostics.is_empty() {
                laws(&format!("{name} without line {}", without + 1), &damaged);
            }
        }
    }
}

#[test]
fn files_with_mistakes_are_refused() {
    assert_eq!(format("let a = \n"), None);
    assert_eq!(format("let a = 1__0\n"), None);
}

/// Correct files are kept in the layout, so that readers of the corpus see it.
#[test]
fn the_corpus_is_laid_out() {
    let except = ["only_a_comment.scale", "library_of_everything.scale", "mix_of_mixes.scale", "brackets_over_lines.scale"];
    for (name, text) in corpus::files("tests/corpus/syntax") {
        if !except.iter().any(|e| name.ends_with(e)) {
            let formatted = format(&text).unwrap();
            assert!(formatted == text, "{name} is not laid out; it should be\n{formatted}");
        }
    }
}
