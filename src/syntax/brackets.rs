//! What the grammar needs to be told about brackets before it runs: newlines directly inside `( )` and `[ ]` end nothing, and brackets may
//! nest only so deep. One linear pass; it hands the grammar a text of the same length with blanks in those places.

use std::borrow::Cow;
use std::ops::Range;

/// Brackets within brackets (E0106). Far more than a scenario needs, few enough that no stage can overflow its stack.
pub const MAX_NESTING: usize = 128;

pub(super) struct Brackets<'t> {
    /// As long as the text, byte for byte.
    pub masked: Cow<'t, str>,
    /// The brackets that open one level too deep, up to where they end.
    pub too_deep: Vec<Range<usize>>,
}

struct Open {
    close: u8,
    /// Where blanks will stand if the bracket turns out to be closed: newlines and comments directly inside.
    gaps: Vec<Range<usize>>,
}

pub(super) fn scan(text: &str) -> Brackets<'_> {
    let bytes = text.as_bytes();
    let mut stack: Vec<Open> = Vec::new();
    let mut blanks: Vec<Range<usize>> = Vec::new();
    let mut too_deep: Vec<Range<usize>> = Vec::new();
    // Where the first bracket beyond the limit stands, and how many are open beyond it.
    let mut beyond: Option<(usize, Vec<u8>)> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'"' => at = text_end(text, start),
            b'#' => {
                at = line_end(bytes, start);
                if let Some(open) = stack.last_mut().filter(|o| o.close != b'}') {
                    open.gaps.push(start..at);
                }
            }
            b'\n' => {
                if at_next_statement(text, at) {
                    if let Some((from, _)) = beyond.take() {
                        too_deep.push(from..start);
                    }
                    while stack.last().is_some_and(|o| o.close != b'}') {
                        stack.pop();
                    }
                    if at_declaration(text, at) {
                        stack.clear();
                    }
                } else if let Some(open) = stack.last_mut().filter(|o| o.close != b'}') {
                    open.gaps.push(start..at);
                }
            }
            b'(' | b'[' | b'{' => {
                let close = match byte {
                    b'(' => b')',
                    b'[' => b']',
                    _ => b'}',
                };
                if let Some((_, inner)) = &mut beyond {
                    inner.push(close);
                } else if stack.len() >= MAX_NESTING {
                    beyond = Some((start, vec![close]));
                } else {
                    stack.push(Open { close, gaps: Vec::new() });
                }
            }
            b')' | b']' | b'}' => {
                if let Some((from, inner)) = &mut beyond {
                    inner.pop();
                    if inner.is_empty() {
                        too_deep.push(*from..at);
                        beyond = None;
                    }
                    continue;
                }
                // Brackets opened since are never closed; a `}` outranks the others, they never reach past one.
                let reach = stack.iter().rposition(|o| o.close == byte || (o.close == b'}' && byte != b'}'));
                if let Some(index) = reach.filter(|&i| stack.get(i).is_some_and(|o| o.close == byte)) {
                    stack.truncate(index + 1);
                    if let Some(open) = stack.pop() {
                        blanks.extend(open.gaps);
                    }
                }
            }
            _ => {}
        }
    }
    if let Some((from, _)) = beyond {
        too_deep.push(from..text.len());
    }
    if blanks.is_empty() && too_deep.is_empty() {
        return Brackets { masked: Cow::Borrowed(text), too_deep };
    }
    let mut masked = bytes.to_vec();
    for range in blanks.iter().chain(&too_deep) {
        if let Some(slice) = masked.get_mut(range.clone()) {
            slice.fill(b' ');
        }
    }
    // Whole characters are replaced, so this is text; if it were not, newlines in brackets would end statements.
    Brackets { masked: String::from_utf8(masked).map_or(Cow::Borrowed(text), Cow::Owned), too_deep }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes.get(from..).and_then(|rest| rest.iter().position(|b| *b == b'\n')).map_or(bytes.len(), |n| from + n)
}

/// The end of the text literal that starts here; as the grammar reads it, the unclosed ones too.
fn text_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    if let Some(rest) = text.get(start..).and_then(|t| t.strip_prefix("\"\"\"")) {
        return rest.find("\"\"\"").map_or(text.len(), |n| start + 3 + n + 3);
    }
    let end = line_end(bytes, start);
    let mut at = start + 1;
    while at < end {
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            _ => at += 1,
        }
    }
    // Unclosed: brackets at the end of the line are not part of it, at most 16 of them.
    let tail = bytes.get(start + 1..end).unwrap_or_default();
    let kept = tail.iter().rev().take(16).take_while(|b| matches!(b, b',' | b')' | b']' | b'}' | b'{' | b' ' | b'\t' | b'\r')).count();
    end - kept
}

const DECLARATIONS: &[&str] =
    &["import", "let", "param", "target", "source", "event", "mix", "metric", "pipeline", "cluster", "sizing", "alert", "test", "node"];
const STATEMENTS: &[&str] =
    &["send", "phase", "repeat", "fault", "undo", "expect", "sustain", "abort", "field", "rule", "otherwise", "size"];

/// Whether the line that starts here can only be a statement or an entry of its own, so that a bracket before it was forgotten:
/// `word =` (never `==`), or a keyword with a word after it.
fn at_next_statement(text: &str, line: usize) -> bool {
    let rest = text.get(line..).unwrap_or("").trim_start_matches([' ', '\t', '\r']);
    let word = word_of(rest);
    let after = rest.get(word.len()..).unwrap_or("").trim_start_matches([' ', '\t']);
    if word.is_empty() {
        return false;
    }
    if after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>") {
        return true;
    }
    let spaced = rest.as_bytes().get(word.len()).is_some_and(|b| matches!(b, b' ' | b'\t'));
    spaced
        && (DECLARATIONS.contains(&word) || STATEMENTS.contains(&word))
        && (after.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | '$')))
}

fn at_declaration(text: &str, line: usize) -> bool {
    let rest = text.get(line..).unwrap_or("");
    let word = word_of(rest);
    DECLARATIONS.contains(&word)
}

fn word_of(text: &str) -> &str {
    let end = text.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'_')).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}
