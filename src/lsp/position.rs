//! Places as the protocol counts them: lines from 0, and columns in the units that were agreed on.

use lsp_types::{Position, PositionEncodingKind, Range};
use std::sync::Arc;

/// What columns count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    /// The best of those that a client offers; without an offer the protocol says UTF-16.
    pub fn agreed(offered: Option<&[PositionEncodingKind]>) -> Encoding {
        let offered = offered.unwrap_or_default();
        match () {
            // Offsets are bytes here: nothing to count.
            () if offered.contains(&PositionEncodingKind::UTF8) => Encoding::Utf8,
            () if !offered.contains(&PositionEncodingKind::UTF16) && offered.contains(&PositionEncodingKind::UTF32) => Encoding::Utf32,
            () => Encoding::Utf16,
        }
    }
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }
    fn width(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
    /// How many units a text on one line takes.
    pub fn length(self, text: &str) -> usize {
        match self {
            Encoding::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            _ => text.chars().map(|c| self.width(c)).sum(),
        }
    }
}

/// A text and where its lines begin. A line ends with `\n`, `\r\n` or `\r` alone, as the protocol has it.
#[derive(Debug)]
pub struct Lines {
    text: Arc<str>,
    starts: Vec<u32>,
    /// Bytes of a byte order mark that the client does not see.
    unseen: usize,
}

const BOM: char = '\u{feff}';

impl Lines {
    /// `on_disk`: read from a file, whose byte order mark no editor counts. In what an editor sends, it stands for itself.
    pub fn new(text: Arc<str>, on_disk: bool) -> Lines {
        let bytes = text.as_bytes();
        let ends = |(i, b): &(usize, &u8)| **b == b'\n' || **b == b'\r' && bytes.get(i + 1) != Some(&b'\n');
        let starts = std::iter::once(0).chain(bytes.iter().enumerate().filter(ends).map(|(i, _)| i as u32 + 1)).collect();
        let unseen = if on_disk && text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
        Lines { text, starts, unseen }
    }
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }
    /// Whether it was made so, of this text.
    pub fn is_of(&self, text: &Arc<str>, on_disk: bool) -> bool {
        Arc::ptr_eq(&self.text, text) && (on_disk == (self.unseen > 0) || !text.starts_with(BOM))
    }
    fn start(&self, line: usize) -> usize {
        if line == 0 { self.unseen } else { self.starts.get(line).map_or(self.text.len(), |start| *start as usize) }
    }
    /// The text of a line without its end.
    fn line(&self, line: usize) -> &str {
        self.text.get(self.start(line)..self.start(line + 1)).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
    /// The byte at a position; behind the end of a line it is the end of the line, behind the last line the end of the text.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = self.line(position.line as usize);
        let mut left = position.character as usize;
        let mut at = 0;
        for c in line.chars() {
            // Half of a character is its start.
            if left < encoding.width(c) {
                break;
            }
            left -= encoding.width(c);
            at += c.len_utf8();
        }
        self.start(position.line as usize) + at
    }
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = offset.clamp(self.unseen, self.text.len());
        let line = self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let start = self.start(line);
        let mut end = offset;
        while !self.text.is_char_boundary(end) && end > start {
            end -= 1;
        }
        let before = self.text.get(start..end).unwrap_or("");
        Position { line: line as u32, character: encoding.length(before) as u32 }
    }
    pub fn range(&self, start: usize, end: usize, encoding: Encoding) -> Range {
        Range { start: self.position(start, encoding), end: self.position(end, encoding) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn every_byte_has_a_position_that_leads_back() {
        let lines = Lines::new("a\r\näß🦀x\rc\n\n\u{feff}🦀".into(), false);
        let text = Arc::clone(lines.text());
        for (offset, c) in text.char_indices() {
            // Between `\r` and `\n` there is no place.
            if c == '\n' && text[..offset].ends_with('\r') {
                continue;
            }
            for encoding in ALL {
                assert_eq!(lines.offset(lines.position(offset, encoding), encoding), offset, "{offset} {encoding:?}");
            }
        }
        assert_eq!(lines.position(text.len(), Encoding::Utf16), at(4, 3));
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let lines = Lines::new("ä🦀x\n".into(), false);
        let x = "ä🦀".len();
        assert_eq!(ALL.map(|e| lines.position(x, e).character), [6, 3, 2]);
    }

    #[test]
    fn what_lies_outside_is_the_nearest_place() {
        let lines = Lines::new("ab\r\n🦀\n".into(), false);
        let offset = |line, character| lines.offset(at(line, character), Encoding::Utf16);
        assert_eq!([offset(0, 99), offset(1, 1), offset(1, 2), offset(1, 9), offset(2, 0), offset(9, 9)], [2, 4, 8, 8, 9, 9]);
        assert_eq!(lines.position(9_999, Encoding::Utf16), at(2, 0));
    }

    #[test]
    fn the_mark_of_a_file_on_disk_is_not_counted() {
        let text: Arc<str> = "\u{feff}ab\nc".into();
        for (on_disk, expected) in [(true, [0, 0, 1]), (false, [0, 1, 2])] {
            let lines = Lines::new(Arc::clone(&text), on_disk);
            assert_eq!([0, 3, 4].map(|offset| lines.position(offset, Encoding::Utf16).character), expected);
            assert_eq!(lines.offset(at(0, expected[2]), Encoding::Utf16), 4);
            assert_eq!(lines.position(6, Encoding::Utf16), at(1, 0));
            assert!(lines.is_of(&text, on_disk) && !lines.is_of(&text, !on_disk));
        }
    }

    #[test]
    fn the_best_encoding_is_agreed() {
        use PositionEncodingKind as K;
        assert_eq!(Encoding::agreed(None), Encoding::Utf16);
        assert_eq!(Encoding::agreed(Some(&[K::UTF16, K::UTF8])), Encoding::Utf8);
        assert_eq!(Encoding::agreed(Some(&[K::UTF32])), Encoding::Utf32);
        assert_eq!(Encoding::agreed(Some(&[K::new("x")])), Encoding::Utf16);
    }
}
