//! What the grammar needs to be told about brackets before it runs: newlines directly inside `( )` and `[ ]` end nothing, and brackets may
//! nest only so deep. One linear pass; it hands the grammar a text of the same length with blanks in those places, and with a space for
//! every tab and carriage return.

use super::words::{self, form_of};
use std::borrow::Cow;
use std::ops::Range;

/// Brackets within brackets (E0106). Far more than a scenario needs, few enough that no stage can overflow its stack.
pub const MAX_NESTING: usize = 128;

pub(super) struct Brackets<'t> {
    /// As long as the text, byte for byte.
    pub masked: Cow<'t, str>,
    /// The brackets that open one level too deep, up to where they end.
    pub too_deep: Vec<Range<usize>>,
    /// Every `}` that would close a block which obviously goes on; the grammar does not see them.
    pub extra: Vec<Extra>,
    /// Where lines begin that seem to declare something in the first column.
    pub declarations: Vec<usize>,
}

/// A `}` whose `{` is missing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extra {
    pub at: usize,
    /// Start of the line (without its indent) on which the `{` should be, as far as indents tell.
    pub line: Option<usize>,
}

struct Open {
    close: u8,
    /// Indent of the line it stands on, and where that line starts.
    indent: usize,
    line: usize,
    /// Where blanks will stand: newlines and comments directly inside.
    gaps: Vec<Range<usize>>,
}

/// The line that is being read.
struct Line {
    start: usize,
    indent: usize,
    /// The next line with words on it, once it was looked for, as seen from up to here.
    next: Option<(usize, Option<Next>)>,
}

/// A line as far as it tells whether a block goes on.
#[derive(Clone, Copy)]
struct Next {
    indent: usize,
    closes: bool,
}

pub(super) fn scan(text: &str) -> Brackets<'_> {
    let (brackets, unmatched) = pass(text, &[]);
    // Indents are only asked where the braces of a declaration do not add up: correct files may be indented as they like.
    let mut brackets = if unmatched.is_empty() { brackets } else { pass(text, &unmatched).0 };
    if text.bytes().any(is_blank) {
        brackets.masked = Cow::Owned(brackets.masked.chars().map(|c| if u8::try_from(c).is_ok_and(is_blank) { ' ' } else { c }).collect());
    }
    brackets
}

/// What means the same as a space.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\r')
}

/// Also returns where the declarations start (in the first column) that have a `}` without a `{`.
fn pass<'t>(text: &'t str, ask_indents: &[usize]) -> (Brackets<'t>, Vec<usize>) {
    let mut declaration = 0;
    let mut unmatched: Vec<usize> = Vec::new();
    let bytes = text.as_bytes();
    let mut stack: Vec<Open> = Vec::new();
    let mut blanks: Vec<Range<usize>> = Vec::new();
    let mut too_deep: Vec<Range<usize>> = Vec::new();
    let mut extra: Vec<Extra> = Vec::new();
    let mut declarations: Vec<usize> = Vec::new();
    // Where the first bracket beyond the limit stands, and how many are open beyond it.
    let mut beyond: Option<(usize, Vec<u8>)> = None;
    let mut line = Line { start: 0, indent: indent(text, 0), next: None };
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
                line = Line { start: at, indent: indent(text, at), next: None };
                if at_next_statement(text, at) {
                    let declares = at_declaration(text, at);
                    if let Some((from, _)) = beyond.take_if(|(_, inner)| declares || inner.first() != Some(&b'}')) {
                        too_deep.push(from..start);
                    }
                    while let Some(open) = stack.pop_if(|o| o.close != b'}') {
                        // Never closed. The lines so far are still one statement.
                        blanks.extend(open.gaps);
                    }
                    if declares {
                        stack.clear();
                        declaration = at;
                        declarations.push(at);
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
                    stack.push(Open { close, indent: line.indent, line: line.start, gaps: Vec::new() });
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
                let Some(index) = reach.filter(|&i| stack.get(i).is_some_and(|o| o.close == byte)) else {
                    if byte == b'}' && unmatched.last() != Some(&declaration) {
                        unmatched.push(declaration);
                    }
                    continue;
                };
                if byte == b'}'
                    && ask_indents.binary_search(&declaration).is_ok()
                    && let Some(open) = stack.get(index)
                    && goes_on(text, open, &mut line, start)
                {
                    match opening_line(text, open, &line, start) {
                        // The grammar reads this without its `{`.
                        Some(line) if matches!(word_of(text.get(line..).unwrap_or("")), "size") => {}
                        line => {
                            blanks.push(start..at);
                            extra.push(Extra { at: start, line });
                        }
                    }
                    continue;
                }
                for open in stack.drain(index..) {
                    blanks.extend(open.gaps);
                }
            }
            _ => {}
        }
    }
    if let Some((from, _)) = beyond {
        too_deep.push(from..text.len());
    }
    if blanks.is_empty() && too_deep.is_empty() {
        return (Brackets { masked: Cow::Borrowed(text), too_deep, extra, declarations }, unmatched);
    }
    let mut masked = bytes.to_vec();
    for range in blanks.iter().chain(&too_deep) {
        if let Some(slice) = masked.get_mut(range.clone()) {
            slice.fill(b' ');
        }
    }
    // Whole characters are replaced, so this is text; if it were not, newlines in brackets would end statements.
    (Brackets { masked: String::from_utf8(masked).map_or(Cow::Borrowed(text), Cow::Owned), too_deep, extra, declarations }, unmatched)
}

/// Whether the block goes on behind this `}`, so that it cannot be the block's own: it is indented deeper than the line that opens the block, or
/// stands at the end of one, and the next line is inside of the block, or closes it at its indent.
fn goes_on(text: &str, open: &Open, line: &mut Line, at: usize) -> bool {
    if open.line == line.start || (stands_first(text, line, at) && line.indent <= open.indent) {
        return false;
    }
    // A line may hold nothing but such brackets.
    let next = match line.next {
        Some((until, next)) if at < until => next,
        _ => {
            let end = line_end(text.as_bytes(), at);
            let next = next_line(text.get(end..).unwrap_or(""));
            line.next = Some((end, next));
            next
        }
    };
    next.is_some_and(|next| next.indent > open.indent || (next.indent == open.indent && next.closes))
}

/// The first line behind this one that is neither empty nor a comment; it is near, if there is one.
fn next_line(behind: &str) -> Option<Next> {
    let line = behind.split('\n').skip(1).take(20).find(|l| !l.trim().is_empty() && !l.trim_start().starts_with('#'))?;
    Some(Next { indent: line.len() - line.trim_start().len(), closes: line.trim_start().starts_with('}') })
}

/// The line on which the `{` of an extra `}` should stand: its own, or the last one before it with its indent.
fn opening_line(text: &str, open: &Open, line: &Line, at: usize) -> Option<usize> {
    if !stands_first(text, line, at) {
        return Some(line.start + line.indent);
    }
    let mut end = line.start;
    let within = text.get(open.line..end)?;
    for previous in within.split_inclusive('\n').rev().take(1_000) {
        end -= previous.len();
        let words = previous.trim_start_matches([' ', '\t']);
        if previous.len() - words.len() == line.indent && !words.starts_with(['}', '#', '\r', '\n']) {
            return (end > open.line).then_some(end + line.indent);
        }
    }
    None
}

fn stands_first(text: &str, line: &Line, at: usize) -> bool {
    line.start + line.indent == at && text.is_char_boundary(at)
}

fn indent(text: &str, line: usize) -> usize {
    text.as_bytes().get(line..).unwrap_or_default().iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
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
    // Not the end of the line first: all of a file may stand on one.
    let mut at = start + 1;
    let end = loop {
        match bytes.get(at) {
            None => break bytes.len(),
            Some(b'\n') => break at,
            Some(b'"') => return at + 1,
            Some(b'\\') if bytes.get(at + 1) != Some(&b'\n') => at += 2,
            Some(_) => at += 1,
        }
    };
    // Unclosed: brackets at the end of the line are not part of it, at most 16 of them.
    let tail = bytes.get(start + 1..end).unwrap_or_default();
    let kept = tail.iter().rev().take(16).take_while(|b| matches!(b, b',' | b')' | b']' | b'}' | b'{' | b' ' | b'\t' | b'\r')).count();
    end - kept
}

/// Whether the line that starts here can only be a statement or an entry of its own, so that a bracket before it was forgotten:
/// `word =` (never `==`), or a keyword with a word after it.
fn at_next_statement(text: &str, line: usize) -> bool {
    let rest = text.get(line..).unwrap_or("").trim_start_matches([' ', '\t', '\r']);
    let word = word_of(rest);
    let after = rest.get(word.len()..).unwrap_or("").trim_start_matches([' ', '\t', '\r']);
    if word.is_empty() {
        return false;
    }
    if after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>") {
        return true;
    }
    let spaced = rest.as_bytes().get(word.len()).is_some_and(|b| *b == b' ' || is_blank(*b));
    spaced
        && (declares(word) || states(word))
        && (after.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | '$')))
}

fn at_declaration(text: &str, line: usize) -> bool {
    let rest = text.get(line..).unwrap_or("");
    declares(word_of(rest))
}

fn declares(word: &str) -> bool {
    form_of(words::DECLARATIONS, word).is_some()
}

/// What takes a line of its own in a declaration.
fn states(word: &str) -> bool {
    [words::STATEMENTS, words::SIZING, words::ENTRIES].iter().any(|forms| form_of(forms, word).is_some())
}

fn word_of(text: &str) -> &str {
    let end = text.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'_')).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}
