//! What comments say: `##` documentation and `# scalec: allow` lines.

use super::Lowering;
use crate::diagnostics::Code;
use crate::source::{SourceFile, Span};
use crate::syntax::ast::{Allow, Ident};
use crate::syntax::tree::{Kind, Node, Tree};

impl Lowering<'_> {
    /// The `##` lines right above.
    pub(super) fn doc(&self, node: Node<'_>) -> Option<String> {
        let before = self.text.get(..node.start()).unwrap_or("");
        let mut lines = before.rsplit('\n');
        // Something else on the same line: the lines above belong to that.
        if !lines.next().unwrap_or("").trim_start_matches('\u{feff}').trim().is_empty() {
            return None;
        }
        let mut doc: Vec<&str> = lines.map_while(doc_line).collect();
        if doc.is_empty() {
            return None;
        }
        doc.reverse();
        Some(doc.join("\n"))
    }
}

fn doc_line(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('\u{feff}').trim().strip_prefix("##")?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// The `##` block at the top, below nothing but blank lines, if a blank line (or nothing) follows it.
pub(super) fn file_doc(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let mut doc = Vec::new();
    for line in lines.by_ref() {
        match doc_line(line) {
            Some(words) => doc.push(words),
            None if line.trim_start_matches('\u{feff}').trim().is_empty() => {
                if !doc.is_empty() {
                    return Some(doc.join("\n"));
                }
            }
            None => return None,
        }
    }
    (!doc.is_empty()).then(|| doc.join("\n"))
}

/// All `# scalec: allow CODE, CODE — reason`.
pub(super) fn allows(tree: &Tree) -> Vec<Allow> {
    let mut source: Option<SourceFile> = None;
    let mut allows = Vec::new();
    for node in tree.leaves().filter(|n| n.kind() == Kind::Comment) {
        let Some(rest) = node.text().trim_start_matches('#').trim_start().strip_prefix("scalec:") else { continue };
        let rest = rest.trim_start();
        let verb = rest.get(..rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len())).unwrap_or("");
        let place = node.end() - rest.len();
        let instead = (verb != "allow").then(|| Ident { text: verb.to_string(), span: Span::new(node.span().file, place, place + verb.len()) });
        let rest = rest.get(verb.len()..).unwrap_or("");
        let (codes, reason) = codes(rest, node.end() - rest.len(), node.span());
        // Other words may be prose, unless they name a code.
        if instead.is_some() && !codes.iter().any(|code| Code::parse(&code.text).is_some()) {
            continue;
        }
        let source = source.get_or_insert_with(|| SourceFile::new(tree.file(), "", tree.text()));
        let target_line = target_line(source, node.start());
        allows.push(Allow { codes, reason, instead, target_line, span: node.span() });
    }
    allows
}

/// Codes separated by commas and blanks, then `—`, `--`, `-` or `:` and the reason. The reason may also begin with a word that is no code.
fn codes(rest: &str, offset: usize, whole: Span) -> (Vec<Ident>, Option<String>) {
    let mut codes = Vec::new();
    let mut at = 0;
    while let Some(tail) = rest.get(at..).filter(|t| !t.is_empty()) {
        let blanks = tail.len() - tail.trim_start_matches([' ', '\t', ',', '(', ')']).len();
        if blanks > 0 {
            at += blanks;
            continue;
        }
        let len = tail.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let word = tail.get(..len).unwrap_or("");
        if !resembles_code(word) {
            let reason = tail.trim_start_matches(['—', '–', '-', ':']).trim();
            return (codes, (!reason.is_empty()).then(|| reason.to_string()));
        }
        let span = Span::new(whole.file, offset + at, offset + at + len);
        codes.push(Ident { text: word.to_string(), span });
        at += len;
    }
    (codes, None)
}

/// `W0510`, also misspelt: a letter or two, and digits.
fn resembles_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = word.len() - digits.len();
    (1..=2).contains(&letters) && digits.len() >= 2 && digits.bytes().filter(u8::is_ascii_digit).count() + 1 >= digits.len()
}

/// The next line that is not a comment; its own where it stands behind something.
fn target_line(source: &SourceFile, offset: usize) -> usize {
    let own = source.line_index(offset);
    let before = source.text.get(source.line_start(own)..offset).unwrap_or("");
    if !before.trim_start_matches('\u{feff}').trim().is_empty() {
        return own;
    }
    (own + 1..source.line_count()).find(|&l| !source.line_text(l).trim_start().starts_with('#')).unwrap_or(own + 1)
}
