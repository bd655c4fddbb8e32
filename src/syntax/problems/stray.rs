//! E0103: text that is no part of the language.

use super::super::tree::{Kind, Node, Tree};
use super::super::words;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

pub(super) fn stray(tree: &Tree, node: Node<'_>, parent: Kind) -> Diagnostic {
    let span = first_line(node);
    let shown = shown(node);
    match node.kind() {
        Kind::StrayClose => {
            let first = Span { end: span.start + 1, ..span };
            return Diagnostic::new(codes::E0103, first, "this `}` closes nothing")
                .here("no block is open here")
                .help("remove it, or look for a `{` that is missing further up");
        }
        Kind::StrayComma => {
            return Diagnostic::new(codes::E0103, span, "this `,` separates nothing")
                .here("no entry before it")
                .help("remove it: entries are separated by one comma, or by a new line")
                .fix("remove the `,`", true, span, "");
        }
        _ => {}
    }
    let diagnostic = Diagnostic::new(codes::E0103, span, format!("`{shown}` does not belong here"));
    let starts_line = tree.text().get(..node.start()).map(|t| t.trim_end_matches([' ', '\t', '\r'])).is_some_and(|t| t.is_empty() || t.ends_with(['\n', '\u{feff}', '{']));
    if let Some(help) = hint(node.text()) {
        return diagnostic.here("not part of the language").help(help);
    }
    if !starts_line {
        let here = if parent == Kind::Body { "the entry is complete before this" } else { "the statement is complete before this" };
        return diagnostic.here(here).help("remove it, or put it on a line of its own");
    }
    let word = word(node.text());
    let (known, place) = match parent {
        Kind::TestBlock => (words::words(words::STATEMENTS), "a statement of a test starts with a setting's `name =` or one of"),
        Kind::PhaseBlock => (vec!["send"], "a phase holds only"),
        Kind::SizingBlock => (words::words(words::SIZING), "a statement of a sizing starts with"),
        Kind::File => (words::words(words::DECLARATIONS), "a declaration starts with one of"),
        _ => (Vec::new(), ""),
    };
    if let Some(near) = nearest(word, &known) {
        let start = Span { end: span.start + word.len() as u32, ..span };
        return Diagnostic::new(codes::E0103, start, format!("`{word}` starts nothing that the language knows"))
            .here("not a word of the language")
            .help(format!("did you mean `{near}`?"))
            .fix(format!("write `{near}`"), false, start, near);
    }
    let diagnostic = diagnostic.here("not part of the language");
    if known.is_empty() {
        return diagnostic.help("an entry is `name = value`, or a weight and a thing: `60% page_viewed`");
    }
    let list: Vec<_> = known.iter().map(|w| format!("`{w}`")).collect();
    diagnostic.help(format!("{place} {}", list.join(" ")))
}

/// `hold 5/s for 1m` without its phase: whether the word before this hole is a shape.
pub(super) fn starts_shape(tree: &Tree, hole: Node<'_>) -> bool {
    shape_before(tree, hole).is_some()
}

fn shape_before<'t>(tree: &'t Tree, hole: Node<'_>) -> Option<Node<'t>> {
    tree.node(hole.index().checked_sub(1)?).filter(|n| words::form_of(words::SHAPES, n.text()).is_some())
}

pub(super) fn lone_shape(tree: &Tree, hole: Node<'_>) -> Diagnostic {
    let word = shape_before(tree, hole);
    let (span, text) = word.map_or((hole.span(), ""), |n| (n.span(), n.text()));
    Diagnostic::new(codes::E0103, span, format!("`{text}` stands alone, without a phase"))
        .here("a shape without a phase")
        .help(format!("write `phase name = {text} …`"))
}

pub(super) fn misspelt_field(node: Node<'_>) -> Diagnostic {
    let mut words = node.children().filter(|n| n.kind() == Kind::Word);
    let first = words.next();
    let span = first.map_or(node.span(), |n| n.span());
    let word = first.map_or("", |n| n.text());
    let name = words.next().map_or("", |n| n.text());
    let diagnostic = Diagnostic::new(codes::E0103, span, format!("`{word}` does not belong in front of `{name} =`")).here("not part of the language");
    if nearest(word, &["field"]).is_some() {
        diagnostic.help("did you mean `field`?").fix("write `field`", false, span, "field")
    } else {
        diagnostic.help(format!("an entry is `{name} = value`; a field of an event is `field {name} = generator`"))
    }
}

/// What people bring along from other languages.
pub(super) fn hint(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    Some(match text.chars().next()? {
        ';' => "statements end with their line; there are no semicolons",
        ':' => "a name and its value are joined by `=`",
        '\'' | '“' | '”' | '„' | '‘' | '’' | '`' | '«' => "texts stand between straight double quotes: `\"clicks\"`",
        '/' if text.starts_with("//") || text.starts_with("/*") => "a comment starts with `#`",
        '-' if text.starts_with("--") => "a comment starts with `#`",
        '&' => "conditions are joined by `and`",
        '|' => "conditions are joined by `or`",
        '!' if !text.starts_with("!=") => "a condition is turned round by `not`",
        '=' if !text.starts_with("==") && !text.starts_with("=>") => "two values are compared by `==`; `=` gives a name its value",
        '≤' => "write `<=`",
        '≥' => "write `>=`",
        '≠' => "write `!=`",
        '×' => "write `*`",
        '…' => "a range is written `1..10`, with two points",
        '–' | '—' | '−' => "a minus is written `-`, a range `1..10`",
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{200b}' => "this is a special blank; use an ordinary one",
        '\u{feff}' => "a byte order mark may only stand at the very start of a file",
        '$' => "an amount of money is `$` and a number: `$0.192`",
        _ => return None,
    })
}

pub(super) fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    let distance = |w: &str| strsim::damerau_levenshtein(word, w);
    let best = known.iter().copied().min_by_key(|w| distance(w))?;
    let allowed = if best.len() > 4 { 2 } else { 1 };
    (!word.is_empty() && word.len() < 32 && distance(best) <= allowed && word != best).then_some(best)
}

fn word(text: &str) -> &str {
    let len = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    text.get(..len).unwrap_or("")
}

fn first_line(node: Node<'_>) -> Span {
    let len = node.text().split('\n').next().map_or(0, |l| l.trim_end().len());
    Span { end: node.span().start + len as u32, ..node.span() }
}

/// At most 40 characters of its first line.
fn shown(node: Node<'_>) -> String {
    let line = node.text().split('\n').next().unwrap_or("").trim_end();
    match line.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or("")),
        None => line.to_string(),
    }
}
