//! One thing that is offered.

use crate::units::Dimension;
use std::ops::Range;

/// What sort of thing it is, for its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Constant,
    Target,
    Source,
    Event,
    Mix,
    Metric,
    Pipeline,
    Cluster,
    Phase,
    Fault,
    Field,
    Setting,
    /// A value that is a word: `lz4`.
    Word,
    Keyword,
    Function,
    Generator,
    Unit,
    Module,
    Path,
    Node,
    Code,
    /// A whole declaration or statement.
    Form,
}

/// How near to what is wanted; lower stands higher in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    Required,
    Best,
    Good,
    Fits,
    Part,
    Elsewhere,
    Last,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is shown, and what the letters typed so far are held against.
    pub label: String,
    pub sort: Sort,
    /// What kind of thing: "target · kafka". In one line.
    pub detail: String,
    /// Markdown.
    pub doc: String,
    /// What is inserted: a snippet with `${1:…}` where [`Item::is_snippet`], else as it stands.
    pub insert: String,
    pub is_snippet: bool,
    /// What it replaces.
    pub range: Range<usize>,
    pub rank: Rank,
    /// What else is inserted elsewhere in the file: an import.
    pub also: Vec<(usize, String)>,
    /// There is more to be chosen right behind it.
    pub again: bool,
    /// Of a number, where it is known.
    pub dim: Option<Dimension>,
}

impl Item {
    pub fn new(label: impl Into<String>, sort: Sort, rank: Rank, range: Range<usize>) -> Item {
        let label = label.into();
        let insert = label.clone();
        Item { label, sort, detail: String::new(), doc: String::new(), insert, is_snippet: false, range, rank, also: Vec::new(), again: false, dim: None }
    }
    pub fn detail(self, detail: impl Into<String>) -> Item {
        Item { detail: detail.into(), ..self }
    }
    pub fn doc(self, doc: impl Into<String>) -> Item {
        Item { doc: doc.into(), ..self }
    }
    /// Inserts this snippet instead of its label.
    pub fn snippet(self, snippet: impl Into<String>) -> Item {
        Item { insert: snippet.into(), is_snippet: true, ..self }
    }
    pub fn of(self, dim: Dimension) -> Item {
        Item { dim: Some(dim), ..self }
    }
    pub fn again(self) -> Item {
        Item { again: true, ..self }
    }
    /// For those who take no snippets.
    pub fn plain(&self) -> String {
        if self.is_snippet { plain(&self.insert) } else { self.insert.clone() }
    }
}

/// A text as it must stand in a snippet.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A place of a snippet to be filled in, with what stands there at first.
pub fn slot(number: usize, text: &str) -> String {
    format!("${{{number}:{}}}", escaped(text))
}

/// A place of a snippet with words to choose from.
pub fn choice(number: usize, words: &[&str]) -> String {
    format!("${{{number}|{}|}}", words.join(","))
}

/// What a snippet comes to when nobody fills anything in.
pub fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut chars = snippet.chars().peekable();
    // Open places: whether only the first of several words is taken.
    let mut open: Vec<bool> = Vec::new();
    let mut skip = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                if let Some(next) = chars.next()
                    && !skip
                {
                    out.push(next);
                }
            }
            '$' if chars.peek() == Some(&'{') => {
                chars.next();
                while chars.peek().is_some_and(char::is_ascii_digit) {
                    chars.next();
                }
                open.push(chars.next() == Some('|'));
            }
            '$' if chars.peek().is_some_and(char::is_ascii_digit) => {
                while chars.peek().is_some_and(char::is_ascii_digit) {
                    chars.next();
                }
            }
            '}' if !open.is_empty() => {
                open.pop();
                skip = false;
            }
            ',' if open.last() == Some(&true) => skip = true,
            '|' if open.last() == Some(&true) => {}
            c if !skip => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_reads_as_a_text() {
        for (snippet, text) in [
            ("hold ${1:1_000/s} for ${2:10m}$0", "hold 1_000/s for 10m"),
            ("acks = ${1|none,leader,all|}", "acks = none"),
            ("price = ${1:\\$0.192/h}", "price = $0.192/h"),
            ("retry = { from = ${1:100ms}, to = ${2:60s} \\}", "retry = { from = 100ms, to = 60s }"),
            ("plain", "plain"),
        ] {
            assert_eq!(plain(snippet), text);
        }
        assert_eq!(plain(&slot(1, "a } $5 \\")), "a } $5 \\");
        assert_eq!(plain(&choice(2, &["x", "y"])), "x");
    }
}
