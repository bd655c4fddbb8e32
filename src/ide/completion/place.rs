//! Where the cursor stands: in a comment, in a text or among words; the word under it; and the statement and blocks around it, as far as they have
//! been written. Read off the text alone, so that it works in the middle of a line that means nothing yet.

use std::ops::Range;

/// The word that stands for whatever the cursor is about to become. No word of the language begins as it does.
pub const WORD: &str = "zzqx";

/// What the cursor is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    Comment,
    /// A text; whether it is closed behind the cursor.
    Text { closed: bool },
    /// Digits and what is joined to them.
    Number,
    Code,
}

#[derive(Clone, Debug)]
pub struct Place {
    pub offset: usize,
    pub inside: Inside,
    /// What is replaced: the word or number under the cursor, or what stands between the quotes.
    pub word: Range<usize>,
    /// Blocks and brackets that are open here, outermost first.
    pub open: Vec<Open>,
    /// Where the statement or entry begins that the cursor stands in.
    pub statement: usize,
}

/// A bracket that is open at the cursor.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub at: usize,
    pub bracket: u8,
    /// Where the statement begins that it belongs to.
    pub statement: usize,
}

impl Place {
    pub fn of(text: &str, offset: usize) -> Place {
        let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start = item_start(text, offset);
        let mut scan = Scan { bytes: text.as_bytes(), at: start, open: Vec::new(), statement: start };
        let stop = scan.to(offset);
        let (inside, word) = match stop {
            Stop::Comment => (Inside::Comment, word_around(text, offset)),
            Stop::Text { from } => {
                let (content, closed) = text_around(text, from, offset);
                (Inside::Text { closed }, content)
            }
            Stop::Code => {
                let word = token_around(text, offset);
                let number = text.as_bytes().get(word.start).is_some_and(|b| b.is_ascii_digit() || *b == b'$');
                (if number { Inside::Number } else { Inside::Code }, word)
            }
        };
        Place { offset, inside, word, open: scan.open, statement: scan.statement }
    }

    /// The text from the start of the item to the cursor, without what is finished in it, and [`WORD`] in the place of the word under the cursor.
    pub fn skeleton(&self, text: &str) -> String {
        let mut out = String::new();
        for open in &self.open {
            out.push_str(text.get(open.statement..open.at).unwrap_or(""));
            out.push(char::from(open.bracket));
            if open.bracket == b'{' {
                // The grammar reads a block that begins on a line of its own as it reads any other.
                out.push('\n');
            }
        }
        out.push_str(text.get(self.statement..self.word.start).unwrap_or(""));
        match self.inside {
            Inside::Text { .. } => {
                let raw = out.ends_with("\"\"\"");
                out.push_str(WORD);
                out.push_str(if raw { "\"\"\"" } else { "\"" });
            }
            _ => out.push_str(WORD),
        }
        out
    }

    /// The innermost block that is open.
    pub fn block(&self) -> Option<&Open> {
        self.open.iter().rev().find(|open| open.bracket == b'{')
    }
}

/// The last declaration that begins in the first column: a bracket that is open before it is a mistake of another declaration.
fn item_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or("");
    let mut end = before.len();
    loop {
        let start = before.get(..end).and_then(|b| b.rfind('\n')).map_or(0, |at| at + 1);
        let word = text.get(start..).unwrap_or("").split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        let begins = crate::syntax::words::form_of(crate::syntax::words::DECLARATIONS, word).is_some();
        if begins && text.get(start + word.len()..).is_some_and(|rest| rest.starts_with([' ', '\t'])) {
            return start;
        }
        if start == 0 {
            return 0;
        }
        end = start - 1;
    }
}

enum Stop {
    Comment,
    /// `from`: its opening quote.
    Text { from: usize },
    Code,
}

/// Reads the text up to the cursor.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    open: Vec<Open>,
    statement: usize,
}

impl Scan<'_> {
    fn to(&mut self, offset: usize) -> Stop {
        while self.at < offset {
            let from = self.at;
            match self.bytes.get(self.at) {
                None => break,
                Some(b'#') => {
                    let line = self.bytes.iter().skip(self.at).take_while(|b| **b != b'\n').count();
                    if self.at + line >= offset {
                        return Stop::Comment;
                    }
                    self.at += line;
                }
                Some(b'"') => {
                    self.at = text_end(self.bytes, self.at).0;
                    // Right behind its closing quote one has left it.
                    if self.at > offset || (self.at == offset && !text_end(self.bytes, from).1) {
                        return Stop::Text { from };
                    }
                }
                Some(byte) => {
                    let byte = *byte;
                    self.at += 1;
                    self.byte(byte, from);
                }
            }
        }
        Stop::Code
    }

    fn byte(&mut self, byte: u8, at: usize) {
        match byte {
            b'{' | b'(' | b'[' => {
                self.open.push(Open { at, bracket: byte, statement: self.statement });
                self.statement = at + 1;
            }
            b'}' | b')' | b']' => {
                let fits = |open: &Open| matches!((open.bracket, byte), (b'{', b'}') | (b'(', b')') | (b'[', b']'));
                if let Some(index) = self.open.iter().rposition(fits) {
                    self.statement = self.open.get(index).map_or(self.statement, |open| open.statement);
                    self.open.truncate(index);
                }
            }
            b'\n' | b',' if self.open.last().is_none_or(|open| open.bracket == b'{') => self.statement = at + 1,
            _ => {}
        }
    }
}

/// Where a text ends that begins here, and whether it is closed: at its quote, or at the end of its line.
fn text_end(bytes: &[u8], from: usize) -> (usize, bool) {
    let raw = bytes.get(from..).is_some_and(|rest| rest.starts_with(b"\"\"\""));
    let mut at = from + if raw { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' if raw && bytes.get(at..).is_some_and(|rest| rest.starts_with(b"\"\"\"")) => return (at + 3, true),
            b'"' if !raw => return (at + 1, true),
            b'\n' if !raw => return (at, false),
            b'\\' if !raw && bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
            _ => at += 1,
        }
    }
    (bytes.len(), false)
}

/// What stands between the quotes. Of a text that is not closed, as far as it looks like one word.
fn text_around(text: &str, from: usize, offset: usize) -> (Range<usize>, bool) {
    let (end, closed) = text_end(text.as_bytes(), from);
    let quotes = if text.get(from..).is_some_and(|rest| rest.starts_with("\"\"\"")) { 3 } else { 1 };
    let start = (from + quotes).min(offset);
    if closed {
        return (start..(end - quotes).max(offset), true);
    }
    let rest = text.get(offset..end).unwrap_or("");
    let word = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'.' | b'-')).count();
    (start..offset + word, false)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn word_around(text: &str, offset: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let before = bytes.get(..offset).unwrap_or_default().iter().rev().take_while(|b| is_word(**b)).count();
    let after = bytes.get(offset..).unwrap_or_default().iter().take_while(|b| is_word(**b)).count();
    offset - before..offset + after
}

/// The word, or the quantity: `2_000/s` and `12.5%` are one token.
fn token_around(text: &str, offset: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let joined = |b: u8| is_word(b) || matches!(b, b'.' | b'/' | b'%' | b'$');
    let mut start = offset;
    while start > 0 && bytes.get(start - 1).copied().is_some_and(joined) {
        start -= 1;
    }
    // `5/s..10|`: the token of the second number.
    let head = text.get(start..offset).unwrap_or("");
    if let Some(dots) = head.rfind("..") {
        start += dots + 2;
    }
    if bytes.get(start).is_some_and(|b| b.is_ascii_digit() || *b == b'$') {
        let rest = text.get(offset..).unwrap_or("");
        let dots = rest.find("..").unwrap_or(rest.len());
        let after = rest.bytes().take(dots).take_while(|b| is_word(*b) || matches!(b, b'/' | b'%' | b'.')).count();
        return start..offset + after;
    }
    word_around(text, offset)
}
