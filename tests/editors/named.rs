//! What people wrote into the highlighters: every word of their patterns is one of the language.

use crate::classes::{all_words, classes};
use crate::{files, read, root};
use serde_json::Value;

#[test]
fn patterns_name_no_word_that_the_catalogue_lacks() {
    let classes = classes();
    let known = all_words(&classes);
    let mut wrong = Vec::new();
    let paths = files::LISTS.iter().chain(files::TEMPLATES.iter().map(|(template, _)| template));
    for path in paths.chain(&["editors/pygments/pygments_scale/lexer.py", "editors/vscode/language-configuration.json"]) {
        for pattern in patterns(path) {
            for word in words_of(&pattern) {
                // What a comment says to scalec, and the place that `scale = […]` fills.
                if !known.contains(word.as_str()) && !["scalec", "allow", "https", "region", "endregion"].contains(&word.as_str()) {
                    wrong.push(format!("{path}: `{word}` in {pattern}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_of_patterns_are_found() {
    let found = words_of(r"^(\x{FEFF}?\s*)(?:target|null)\b\s+([A-Za-z_]\w*)(?<name>as)\u{1F}");
    assert_eq!(found, ["target", "null", "as"]);
    assert_eq!(patterns("editors/vim/syntax/scale.vim").iter().filter(|p| p.contains("phase")).count(), 1);
    assert!(patterns("editors/highlightjs/src/scale.js").iter().any(|p| p.contains("otherwise")));
    assert!(patterns("editors/pygments/pygments_scale/lexer.py").iter().any(|p| p.contains("otherwise")));
    assert!(patterns("editors/vscode/syntaxes/scale.template.json").iter().any(|p| p.contains("otherwise")));
}

/// The regular expressions of a file, as far as they are written by hand.
fn patterns(path: &str) -> Vec<String> {
    let text = read(&root().join(path));
    match path.rsplit('.').next() {
        Some("json") => {
            let mut found = Vec::new();
            in_json(&serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}")), &mut found);
            found
        }
        Some("vim") => text.lines().filter(|l| l.contains("syntax match") || l.contains("syntax region")).flat_map(of_vim).collect(),
        Some("js") => code(&text, "//").filter(|l| !l.trim_start().starts_with("/*")).flat_map(|l| [between(&l, '`'), between(&l, '/')].concat()).collect(),
        Some("py") => code(&text, "#").flat_map(|l| raw_texts(&l)).collect(),
        _ => panic!("{path}: where are its patterns?"),
    }
}

fn in_json(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str() {
                    Some(text) if ["match", "begin", "end", "pattern", "start", "beforeText", "increaseIndentPattern", "decreaseIndentPattern"].contains(&key.as_str()) => out.push(text.to_owned()),
                    _ => in_json(value, out),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|v| in_json(v, out)),
        _ => {}
    }
}

/// Lines without what is a comment.
fn code<'t>(text: &'t str, comment: &'t str) -> impl Iterator<Item = String> + 't {
    text.lines().filter(move |l| !l.trim_start().starts_with(comment)).map(str::to_owned)
}

/// What stands between two of a mark.
fn between(line: &str, mark: char) -> Vec<String> {
    line.split(mark).skip(1).step_by(2).map(str::to_owned).collect()
}

/// The pattern in quotes; or in doubled ones, within a command that is put together: `'… ''\<\%(' . s:list . '\)\>'' …'`.
fn of_vim(line: &str) -> Vec<String> {
    if !line.contains("''") {
        return between(line, '\'');
    }
    let mut whole = line.replace("''", "\u{1}");
    while let Some((before, after)) = whole.split_once("' . ") {
        whole = format!("{before} {}", after.split_once(" . '").unwrap_or_default().1);
    }
    between(&whole, '\u{1}')
}

/// `r"…"`, `rf'…'` of Python.
fn raw_texts(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((at, quote)) = rest.match_indices(['"', '\'']).find(|(at, _)| rest[..*at].ends_with('r') || rest[..*at].ends_with("rf")) {
        let inside = &rest[at + 1..];
        let end = inside.find(quote).unwrap_or(inside.len());
        found.push(inside[..end].to_owned());
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    found
}

/// The lower-case words of a regular expression, without its own letters: escapes, groups' names, sets of characters.
fn words_of(pattern: &str) -> Vec<String> {
    let mut bare = String::new();
    let mut chars = pattern.chars().peekable();
    let mut in_set = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let next = chars.next();
                if matches!(next, Some('x' | 'u' | 'p')) && chars.peek() == Some(&'{') {
                    chars.by_ref().find(|c| *c == '}');
                } else if next == Some('z') {
                    // `\zs`, `\ze` of Vim.
                    chars.next();
                } else if next == Some('u') {
                    while chars.next_if(char::is_ascii_hexdigit).is_some() {}
                }
                bare.push(' ');
            }
            '[' => in_set = true,
            ']' => in_set = false,
            // `{{class}}`, `${CLASS}`, `{either(…)}`: a list. A count of times is no word either.
            '{' => {
                chars.by_ref().find(|c| *c == '}');
                bare.push(' ');
            }
            '?' if chars.peek() == Some(&'<') => {
                chars.by_ref().find(|c| ['>', '=', '!'].contains(c));
                bare.push(' ');
            }
            _ if in_set => {}
            _ => bare.push(c),
        }
    }
    bare.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|w| w.len() > 1 && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).map(str::to_owned).collect()
}
