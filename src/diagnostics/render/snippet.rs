//! Which lines of which files a diagnostic shows, as short texts that a renderer can draw: long lines cropped around what is
//! marked, nothing in them that could drive a terminal, marks moved along.

use super::harmless;
use crate::diagnostics::{Diagnostic, Label};
use crate::source::{FileId, LineColumn, SourceFile, SourceMap};
use unicode_width::UnicodeWidthStr;

/// Some consecutive lines of one file. Its text occupies `base..` of the offsets that all pieces of one diagnostic share.
#[derive(Debug)]
pub struct Piece {
    pub path: String,
    /// Index (from 0) of the first line.
    pub first_line: usize,
    pub base: usize,
    pub text: String,
    pub marks: Vec<Mark>,
}

#[derive(Clone, Debug)]
pub struct Mark {
    /// Offset in the shared numbering.
    pub start: usize,
    pub len: usize,
    pub message: String,
    pub primary: bool,
    pub at: LineColumn,
}

/// A multi-line mark of more lines than this is shown as its first line.
const TALL: usize = 6;

/// A mark while it still counts in bytes of its file.
struct Raw<'a> {
    start: usize,
    end: usize,
    label: &'a Label,
    primary: bool,
}

/// The pieces in reading order: those of the primary label's file first.
pub fn pieces(map: &SourceMap, d: &Diagnostic, width: usize) -> Vec<Piece> {
    let mut files: Vec<FileId> = Vec::new();
    let labels = std::iter::once(&d.primary).chain(&d.labels);
    for label in labels.clone() {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let mut out = Vec::new();
    let mut base = 0;
    for id in files {
        let file = map.file(id);
        let words = |at: u32| file.text.get(at as usize..).is_some_and(|rest| rest.starts_with(|c: char| !c.is_whitespace()));
        if !labels.clone().any(|l| l.span.file == id && words(l.span.start)) && file.text.trim_end().is_empty() {
            continue;
        }
        let mut raws: Vec<Raw> = labels
            .clone()
            .enumerate()
            .filter(|(_, l)| l.span.file == id)
            .map(|(i, label)| shown(file, label, i == 0))
            .collect();
        raws.sort_by_key(|r| (r.start, r.end));
        for group in grouped(file, raws) {
            let piece = piece(file, group, base, width);
            // The gap keeps the last offset of one piece apart from the first of the next.
            base += piece.text.len() + 2;
            out.push(piece);
        }
    }
    out
}

/// The bytes that are underlined for a label.
fn shown<'a>(file: &SourceFile, label: &'a Label, primary: bool) -> Raw<'a> {
    let len = file.text.len();
    let (mut start, mut end) = ((label.span.start as usize).min(len), (label.span.end as usize).min(len));
    if file.text.get(start..).is_none_or(|rest| rest.trim_start().is_empty()) {
        // At the end of the file: right behind the last word.
        let written = file.text.trim_end().len();
        (start, end) = if start >= written { (written, written) } else { (start, end) };
    }
    end = start + file.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r']).len();
    let (first, last) = (file.line_index(start), file.line_index(end));
    if last - first >= TALL {
        end = start.max(file.line_start(first) + file.line_text(first).len());
    }
    Raw { start, end, label, primary }
}

/// Marks whose lines (with one line around) touch share a piece.
fn grouped<'a>(file: &SourceFile, raws: Vec<Raw<'a>>) -> Vec<Vec<Raw<'a>>> {
    let mut groups: Vec<(usize, Vec<Raw>)> = Vec::new();
    for raw in raws {
        let (first, last) = (file.line_index(raw.start), file.line_index(raw.end));
        match groups.last_mut() {
            Some((end, group)) if first <= *end + 3 => {
                *end = (*end).max(last);
                group.push(raw);
            }
            _ => groups.push((last, vec![raw])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn piece(file: &SourceFile, raws: Vec<Raw>, base: usize, width: usize) -> Piece {
    let from = raws.iter().map(|r| file.line_index(r.start)).min().unwrap_or(0);
    let to = raws.iter().map(|r| file.line_index(r.end)).max().unwrap_or(0);
    let (first, last) = (from.saturating_sub(1), (to + 1).min(last_line(file)));
    let mut text = String::new();
    let mut lines = Vec::new();
    for index in first..=last {
        let line = Line::of(file, index, &raws, text.len(), width);
        text.push_str(&line.shown);
        text.push('\n');
        lines.push(line);
    }
    let place = |offset: usize| {
        let index = file.line_index(offset).clamp(first, last) - first;
        lines.get(index).map_or(0, |line| line.place(offset))
    };
    let marks = raws
        .iter()
        .map(|r| {
            let (start, end) = (place(r.start), place(r.end));
            Mark {
                start: base + start,
                len: end.saturating_sub(start),
                message: r.label.message.clone(),
                primary: r.primary,
                at: file.line_column(r.label.span.start as usize),
            }
        })
        .collect();
    Piece { path: file.path.clone(), first_line: first, base, marks: apart(marks), text }
}

/// The last line that has anything to show.
fn last_line(file: &SourceFile) -> usize {
    let last = file.line_count().saturating_sub(1);
    if last > 0 && file.line_text(last).is_empty() { last - 1 } else { last }
}

/// Marks that overlap cannot be drawn beneath each other: the outer one yields to the inner one; equal ones become one.
fn apart(marks: Vec<Mark>) -> Vec<Mark> {
    let mut out: Vec<Mark> = Vec::new();
    for mut mark in marks {
        if let Some(before) = out.last_mut() {
            let end = before.start + before.len;
            if before.start == mark.start && before.len == mark.len {
                let (a, b) = if mark.primary { (&mark.message, &before.message) } else { (&before.message, &mark.message) };
                before.message = [a.as_str(), b.as_str()].iter().filter(|m| !m.is_empty()).copied().collect::<Vec<_>>().join("\n");
                before.primary |= mark.primary;
                continue;
            }
            if before.start == mark.start {
                // The shorter one came first.
                mark.len = (mark.start + mark.len).saturating_sub(end);
                mark.start = end;
            } else if mark.start < end {
                before.len = mark.start - before.start;
            }
        }
        out.push(mark);
    }
    out
}

/// A line as shown, and how its bytes moved.
struct Line {
    shown: String,
    /// Bytes of the file that are shown.
    keep: std::ops::Range<usize>,
    /// Where the first of them stands in the piece.
    at: usize,
}

impl Line {
    fn of(file: &SourceFile, index: usize, raws: &[Raw], at: usize, width: usize) -> Line {
        let (start, text) = (file.line_start(index), file.line_text(index));
        // The width of a line that is surely too long is not asked: all of a file may stand on one.
        let keep = if text.len() <= 16 * width && text.width() <= width { start..start + text.len() } else { window(start, text, raws, width) };
        let (cut_left, cut_right) = (keep.start > start, keep.end < start + text.len());
        let left = if cut_left { "… " } else { "" };
        let right = if cut_right { " …" } else { "" };
        let kept = file.shown(keep.clone());
        Line { shown: format!("{left}{}{right}", harmless(&kept)), keep, at: at + left.len() }
    }
    fn place(&self, offset: usize) -> usize {
        self.at + offset.clamp(self.keep.start, self.keep.end) - self.keep.start
    }
}

/// What of a line that is too long is kept: `width` columns around the first mark in it.
fn window(start: usize, text: &str, raws: &[Raw], width: usize) -> std::ops::Range<usize> {
    let end = start + text.len();
    let mark = raws.iter().filter(|r| r.start <= end && r.end >= start).map(|r| r.start.max(start)).min().unwrap_or(start) - start;
    let room = width.saturating_sub(4).max(16);
    let before = text.get(..mark).unwrap_or("");
    // A third of the room stands in front of the mark.
    let from = before.char_indices().rev().nth(room / 3).map_or(0, |(i, _)| i);
    let from = if from <= 16 && text.get(..from).is_some_and(|t| t.width() <= 2) { 0 } else { from };
    let rest = text.get(from..).unwrap_or("");
    let to = rest.char_indices().nth(room).map_or(text.len(), |(i, _)| from + i);
    start + from..start + to
}
