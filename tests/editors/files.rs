//! The lists of words that `editors/generate` writes: between two marked lines of a file, or, where the format has no comments, into the
//! `{{class}}` places of a template beside it.

use crate::classes::{Classes, classes};
use crate::{read, root};
use std::collections::BTreeSet;

/// A file with one list a class, between `words: class class …` and `end of words`.
pub const LISTS: &[&str] = &["editors/vim/syntax/scale.vim", "editors/highlightjs/src/scale.js", "editors/pygments/pygments_scale/words.py"];

/// The template, and the file that is made of it.
pub const TEMPLATES: &[(&str, &str)] = &[("editors/vscode/syntaxes/scale.template.json", "editors/vscode/syntaxes/scale.tmLanguage.json")];

/// What a highlighter has to colour. `clauses` and `window_words` are never values, or stand in a fixed place; `settings` may be any word.
const NEEDED: &[&str] = &[
    "declarations",
    "statements",
    "sizing_statements",
    "entries",
    "shapes",
    "reserved",
    "advice",
    "fault_actions",
    "levels",
    "word_operators",
    "constants",
    "target_kinds",
    "source_kinds",
    "settings",
    "worded_settings",
    "setting_words",
    "generators",
    "functions",
    "queries",
    "test_metrics",
    "members",
    "statistics",
    "cluster_members",
    "metric_units",
    "units",
    "units_behind_slash",
];

const BEGIN: &str = "words: ";
const END: &str = "end of words";

/// What follows from the catalogue for each file: its path, what it holds, what it should hold, and the classes it uses.
struct Made {
    path: &'static str,
    holds: String,
    should: String,
    uses: BTreeSet<String>,
    /// What people wrote in it.
    by_hand: String,
}

fn made() -> Vec<Made> {
    let classes = classes();
    let lists = LISTS.iter().map(|path| list_file(path, &classes));
    let templates = TEMPLATES.iter().map(|(template, path)| template_file(template, path, &classes));
    lists.chain(templates).collect()
}

fn list_file(path: &'static str, classes: &Classes) -> Made {
    let holds = read(&root().join(path));
    let mut lines = holds.lines();
    let head: Vec<&str> = lines.by_ref().take_while(|l| !l.contains(BEGIN)).collect();
    let marker = holds.lines().nth(head.len()).unwrap_or_else(|| panic!("{path} has no line with `{BEGIN}`"));
    let tail: Vec<&str> = lines.skip_while(|l| !l.contains(END)).collect();
    assert!(!tail.is_empty(), "{path} has no line with `{END}`");
    let uses: BTreeSet<String> = marker.split_once(BEGIN).map(|(_, names)| names.split_whitespace().map(str::to_owned).collect()).unwrap_or_default();
    let written: Vec<String> = uses.iter().map(|class| one_list(path, class, words(path, class, classes))).collect();
    let by_hand = [head.join("\n"), tail.join("\n")].join("\n");
    let should = [head.join("\n"), marker.to_owned(), written.join("\n"), tail.join("\n")].join("\n").trim_start_matches('\n').to_owned() + "\n";
    Made { path, holds: holds.clone(), should, uses, by_hand }
}

fn words<'c>(path: &str, class: &str, classes: &'c Classes) -> &'c [String] {
    classes.get(class).unwrap_or_else(|| panic!("{path} asks for `{class}`; there is {:?}", classes.keys()))
}

/// As the language of the file writes a list. Lists of words join into patterns: `a|b`; the longest first, so that `m` does not hide `ms`.
fn one_list(path: &str, class: &str, words: &[String]) -> String {
    let upper = class.to_uppercase();
    let joined = longest_first(words).join("|");
    match path.rsplit('.').next() {
        Some("vim") => format!("let s:{class} = '{}'", joined.replace('|', "\\|")),
        Some("js") => format!("const {upper} =\n  \"{joined}\";"),
        Some("py") => format!("{upper} = (\n    {},\n)", words.iter().map(|w| format!("{w:?}")).collect::<Vec<_>>().join(",\n    ")),
        _ => panic!("{path}: how does this file write a list?"),
    }
}

fn longest_first(words: &[String]) -> Vec<String> {
    let mut words: Vec<String> = words.iter().map(|w| w.replace('$', "\\$")).collect();
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    words
}

fn template_file(template: &'static str, path: &'static str, classes: &Classes) -> Made {
    let by_hand = read(&root().join(template));
    let mut uses = BTreeSet::new();
    let mut should = String::new();
    let mut rest = by_hand.as_str();
    while let Some((before, after)) = rest.split_once("{{") {
        let (class, after) = after.split_once("}}").unwrap_or_else(|| panic!("{template}: a `{{{{` without its end"));
        should += before;
        should += &longest_first(words(template, class, classes)).join("|").replace('\\', "\\\\");
        uses.insert(class.to_owned());
        rest = after;
    }
    should += rest;
    Made { path, holds: std::fs::read_to_string(root().join(path)).unwrap_or_default(), should, uses, by_hand }
}

#[test]
fn lists_are_those_of_the_catalogue() {
    let write = std::env::var_os("WRITE_EDITORS").is_some();
    let mut stale = Vec::new();
    for made in made() {
        if made.holds != made.should && write {
            std::fs::write(root().join(made.path), &made.should).expect("the file can be written");
        } else if made.holds != made.should {
            stale.push(made.path);
        }
    }
    assert!(stale.is_empty(), "run editors/generate: the catalogue has other words than {stale:?}");
}

#[test]
fn every_highlighter_uses_every_class() {
    for made in made() {
        for class in NEEDED {
            assert!(made.uses.contains(*class), "{} does not name `{class}`", made.path);
        }
        for class in &made.uses {
            // The Python lists are used by the lexer beside them.
            let lexer = std::fs::read_to_string(root().join(made.path).with_file_name("lexer.py")).unwrap_or_default();
            let used = [class.clone(), class.to_uppercase()].iter().any(|name| has_word(&made.by_hand, name) || has_word(&lexer, name));
            assert!(used, "{} lists `{class}` and does nothing with it", made.path);
        }
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|w| w == word)
}
