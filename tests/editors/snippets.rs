//! Every snippet of the VS Code extension, with its places filled in, is free of errors of syntax; and whatever can be declared or stated has one.

use crate::{read, root};
use scalec::catalog::{self, Role};
use scalec::{source::FileId, syntax};
use serde_json::Value;
use std::collections::BTreeSet;

struct Snippet {
    name: String,
    /// Each choice of words once.
    texts: Vec<String>,
}

fn snippets() -> Vec<Snippet> {
    let file: Value = serde_json::from_str(&read(&root().join("editors/vscode/snippets/scale.json"))).expect("JSON");
    let read = |(name, snippet): (&String, &Value)| {
        assert!(snippet["prefix"].is_string() || snippet["prefix"].is_array(), "`{name}` has no prefix");
        assert!(snippet["description"].is_string(), "`{name}` says not what it is");
        let body: Vec<&str> = snippet["body"].as_array().expect("lines").iter().filter_map(Value::as_str).collect();
        Snippet { name: name.clone(), texts: (0..8).map(|choice| filled(&body.join("\n"), choice)).collect::<BTreeSet<_>>().into_iter().collect() }
    };
    file.as_object().expect("an object").iter().map(read).collect()
}

/// `${1:text}` is its text, `${1|a,b|}` the choice with this number, or the last; `$0` is nothing.
fn filled(body: &str, choice: usize) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some(at) = rest.find(['$', '\\']) {
        out += &rest[..at];
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let length = escaped.chars().next().map_or(0, char::len_utf8);
            out += &escaped[..length];
            rest = &escaped[length..];
        } else if let Some(inside) = rest.strip_prefix("${") {
            let end = closing(inside);
            let place = inside[..end].trim_start_matches(|c: char| c.is_ascii_digit());
            out += &match (place.strip_prefix(':'), place.strip_prefix('|')) {
                (Some(text), _) => filled(text, choice),
                (_, Some(choices)) => {
                    let choices: Vec<&str> = choices.trim_end_matches('|').split(',').collect();
                    choices.get(choice).or(choices.last()).copied().unwrap_or_default().to_owned()
                }
                _ => panic!("`{place}` in `{body}`"),
            };
            rest = &inside[end + 1..];
        } else {
            rest = rest[1..].trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out + rest
}

/// Where the brace closes that is open already.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("no `}}` in `{text}`");
}

/// The block that a snippet is typed in, by its first word.
fn placed(text: &str) -> String {
    let first = text.lines().find(|l| !l.starts_with('#')).unwrap_or_default().split(' ').next().unwrap_or_default();
    let of = |role: Role| catalog::TABLES.iter().any(|(r, forms)| *r == role && forms.iter().any(|f| f.word == first));
    match () {
        () if of(Role::Declaration) || first.is_empty() => format!("{text}\n"),
        () if of(Role::Statement) => format!("test \"t\" {{\n{text}\n}}\n"),
        () if of(Role::Sizing) => format!("sizing p {{\n{text}\n}}\n"),
        () if of(Role::Entry) => format!("event e {{\n{text}\n}}\n"),
        () => panic!("where does `{text}` belong?"),
    }
}

#[test]
fn every_snippet_is_what_the_language_takes() {
    for snippet in snippets() {
        for text in &snippet.texts {
            let file = placed(text);
            let found = syntax::parse(FileId(0), &file).diagnostics;
            assert!(found.is_empty(), "`{}`:\n{file}{found:?}", snippet.name);
        }
    }
}

#[test]
fn everything_that_begins_a_line_has_a_snippet() {
    let texts: Vec<String> = snippets().into_iter().flat_map(|s| s.texts).collect();
    let begins = |word: &str| texts.iter().any(|t| t.lines().any(|l| l.split(' ').next() == Some(word)));
    for (role, forms) in catalog::TABLES {
        for form in forms.iter() {
            match role {
                Role::Declaration | Role::Statement | Role::Sizing | Role::Entry => assert!(begins(form.word), "no snippet begins with `{}`", form.word),
                Role::Shape => assert!(texts.iter().any(|t| t.starts_with("phase ") && t.contains(&format!(" = {} ", form.word))), "no snippet has the shape `{}`", form.word),
                Role::Advice => assert!(texts.iter().any(|t| t.contains(&format!("=> {}", form.word))), "no snippet advises `{}`", form.word),
                _ => {}
            }
        }
    }
}

#[test]
fn places_are_filled() {
    assert_eq!(filled("a ${1:b${2:c}} $0${3|x,y|} \\$5", 1), "a bc y $5");
}
