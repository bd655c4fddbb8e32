//! For people: source with marks beneath, drawn by miette. The only place that knows it.

use super::snippet::{self, Mark, Piece};
use super::{harmless, severity_word};
use crate::diagnostics::{Diagnostic, Fix, Severity};
use crate::source::{SourceMap, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::fmt;
use unicode_width::UnicodeWidthStr;

/// What the reader's screen can show.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub color: bool,
    /// Lines drawn with box characters rather than ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

impl Look {
    pub const PLAIN: Look = Look { color: false, unicode: false, width: 100 };
}

/// All of them, a blank line behind each.
pub fn human(map: &SourceMap, diagnostics: &[Diagnostic], look: Look) -> String {
    let mut out = String::new();
    for d in diagnostics {
        one(&mut out, map, d, look);
        out.push('\n');
    }
    out
}

fn one(out: &mut String, map: &SourceMap, d: &Diagnostic, look: Look) {
    let width = look.width.clamp(40, 160);
    let shown = Shown { d, pieces: snippet::pieces(map, d, width.saturating_sub(10)), width };
    let mut drawn = String::new();
    let handler = GraphicalReportHandler::new_themed(theme(d, &shown, look))
        .with_width(width)
        .with_links(false)
        .without_syntax_highlighting()
        .with_context_lines(1);
    headline(out, d, look, width);
    // Drawing into a text cannot fail; were it to, the headline is there.
    let _ = handler.render_report(&mut drawn, &shown);
    // miette's own headline stays empty.
    let drawn = drawn.split_once('\n').map_or("", |(_, snippets)| snippets);
    for line in drawn.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if shown.pieces.is_empty() && !d.message.contains(&map.file(d.primary.span.file).path) {
        foot(out, "in", &map.file(d.primary.span.file).path, look);
    }
    for note in &d.notes {
        foot(out, "note", note, look);
    }
    if let Some(help) = &d.help {
        foot(out, "help", help, look);
    }
    for fix in &d.fixes {
        show_fix(out, map, d, fix, look);
    }
}

/// `error[E0702]: stream …`, continued lines indented.
fn headline(out: &mut String, d: &Diagnostic, look: Look, width: usize) {
    let head = format!("{}[{}]:", severity_word(d.severity()), d.code);
    let text = format!("{head} {}", harmless_lines(&d.message));
    for (i, line) in wrapped(&text, width - 2).iter().enumerate() {
        let color = match d.severity() {
            Severity::Error => 31,
            Severity::Warning => 33,
            Severity::Hint => 36,
        };
        match (i, look.color, line.strip_prefix(&head)) {
            (0, true, Some(rest)) => out.push_str(&format!("\u{1b}[1;{color}m{head}\u{1b}[0;1m{rest}\u{1b}[0m\n")),
            (0, ..) => out.push_str(&format!("{line}\n")),
            (_, true, _) => out.push_str(&format!("  \u{1b}[1m{line}\u{1b}[0m\n")),
            (_, false, _) => out.push_str(&format!("  {line}\n")),
        }
    }
}

fn theme(d: &Diagnostic, shown: &Shown, look: Look) -> GraphicalTheme {
    let mut theme = match (look.color, look.unicode) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::ascii(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        (false, false) => GraphicalTheme::none(),
    };
    // What is to be changed in the colour of the severity, the other parties in another one.
    let main = match d.severity() {
        Severity::Error => theme.styles.error,
        Severity::Warning => theme.styles.warning,
        Severity::Hint => theme.styles.advice,
    };
    let other = theme.styles.help;
    let marks = shown.pieces.iter().flat_map(|p| &p.marks);
    theme.styles.highlights = marks.map(|m| if m.primary { main } else { other }).collect();
    if theme.styles.highlights.is_empty() {
        theme.styles.highlights.push(main);
    }
    theme
}

/// `  help: …`, wrapped.
fn foot(out: &mut String, word: &str, text: &str, look: Look) {
    let head = format!("  {word}: ");
    let room = look.width.clamp(40, 160).saturating_sub(head.len());
    for (i, line) in wrapped(&harmless_lines(text), room).iter().enumerate() {
        match (i, look.color) {
            (0, true) => out.push_str(&format!("  \u{1b}[36m{word}:\u{1b}[0m {line}\n")),
            (0, false) => out.push_str(&format!("{head}{line}\n")),
            _ => out.push_str(&format!("{:1$}{line}\n", "", head.len())),
        }
    }
}

/// The title, and the lines as they would read, where they are few.
fn show_fix(out: &mut String, map: &SourceMap, d: &Diagnostic, fix: &Fix, look: Look) {
    let caution = if fix.safe { "" } else { " (look before you take it: it may change what the file means)" };
    // Where the help says the same already, only the line is shown.
    let said = |e: &crate::diagnostics::Edit| !e.text.is_empty() && d.help.as_ref().is_some_and(|h| h.contains(&e.text));
    if !fix.edits.iter().all(said) {
        foot(out, "fix", &format!("{}{caution}", fix.title), look);
    }
    for line in mended(map, fix).iter().flatten() {
        let line = harmless(line.trim());
        let line = if look.color { format!("\u{1b}[32m{line}\u{1b}[0m") } else { line };
        out.push_str(&format!("        {line}\n"));
    }
}

/// The lines that the fix touches, after it; `None` where that is more than three, or nothing is left.
fn mended(map: &SourceMap, fix: &Fix) -> Option<Vec<String>> {
    let first = fix.edits.first()?;
    let file = map.file(first.span.file);
    if fix.edits.iter().any(|e| e.span.file != first.span.file) {
        return None;
    }
    let from = file.line_index(fix.edits.iter().map(|e| e.span.start).min()? as usize);
    let to = file.line_index(fix.edits.iter().map(|e| e.span.end).max()? as usize);
    let start = file.line_start(from);
    let end = file.line_start(to) + file.line_text(to).len();
    // Too long to be shown in any case: all of a file may stand on one line.
    if end.saturating_sub(start) > 16 * 1024 {
        return None;
    }
    let mut edits: Vec<(Span, &str)> = fix.edits.iter().map(|e| (e.span, e.text.as_str())).collect();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = file.shown(start..end).into_owned();
    for (span, new) in edits {
        let range = (span.start as usize).checked_sub(start)?..(span.end as usize).checked_sub(start)?;
        // The end of a removed line lies behind the text.
        let range = range.start.min(text.len())..range.end.min(text.len());
        text.get(range.clone())?;
        text.replace_range(range, new);
    }
    let lines: Vec<String> = text.lines().filter(|l| !l.trim().is_empty()).map(str::to_string).collect();
    let removes = fix.edits.iter().all(|e| e.text.is_empty()) && to > from;
    (lines.len() <= 3 && !lines.is_empty() && !removes && lines.iter().all(|l| l.width() <= 140)).then_some(lines)
}

fn harmless_lines(text: &str) -> String {
    text.lines().map(harmless).collect::<Vec<_>>().join("\n")
}

/// Broken at spaces to at most `room` columns; line breaks and the indentation of continued lines are kept.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut out = Vec::new();
    for paragraph in text.split('\n') {
        let indent: String = paragraph.chars().take_while(|c| *c == ' ').collect();
        let mut line = indent.clone();
        for word in paragraph.split_whitespace() {
            let gap = usize::from(line.len() > indent.len());
            if gap == 1 && line.width() + gap + word.width() > room {
                out.push(std::mem::replace(&mut line, indent.clone()));
            } else if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
        }
        out.push(line);
    }
    out
}

/// A diagnostic in miette's eyes.
struct Shown<'a> {
    d: &'a Diagnostic,
    pieces: Vec<Piece>,
    width: usize,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.d.code)
    }
}

/// Empty: the headline is written here, not by miette.
impl fmt::Display for Shown<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.d.severity() {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Hint => miette::Severity::Advice,
        })
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        if self.pieces.is_empty() { None } else { Some(self) }
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.pieces.iter().flat_map(move |p| p.marks.iter().map(move |m| self.label(p, m)))))
    }
}

impl Shown<'_> {
    fn label(&self, piece: &Piece, mark: &Mark) -> LabeledSpan {
        // Words stand right of the middle of the mark; they are wrapped into what is left of the width there.
        let before = piece.text.get(..mark.start - piece.base).unwrap_or("");
        let column = before.rsplit('\n').next().unwrap_or("").width() + mark.len / 2 + 10;
        let room = self.width.saturating_sub(column).max(28);
        let words = wrapped(&harmless_lines(&mark.message), room).join("\n");
        let words = (!mark.message.is_empty()).then_some(words);
        let span = SourceSpan::new(mark.start.into(), mark.len);
        if mark.primary { LabeledSpan::new_primary_with_span(words, span) } else { LabeledSpan::new_with_span(words, span) }
    }
}

/// All pieces share one numbering of offsets, with a gap between them; a span over two of them does not exist, which keeps
/// miette from joining pieces of different files.
impl SourceCode for Shown<'_> {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, _after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inside = |p: &&Piece| p.base <= span.offset() && span.offset() + span.len() <= p.base + p.text.len();
        let piece = self.pieces.iter().find(inside).ok_or(MietteError::OutOfBounds)?;
        let path = piece.path.clone();
        let lines = piece.text.matches('\n').count();
        if before == 0 {
            // Only asked for where the place in a headline comes from.
            let mark = piece.marks.iter().find(|m| m.start == span.offset() && m.len == span.len());
            let (line, column) = mark.map_or((piece.first_line, 0), |m| (m.at.line - 1, m.at.column - 1));
            return Ok(Box::new(MietteSpanContents::new_named(path, b"", *span, line, column, 1)));
        }
        let all = SourceSpan::new(piece.base.into(), piece.text.len());
        Ok(Box::new(MietteSpanContents::new_named(path, piece.text.as_bytes(), all, piece.first_line, 0, lines)))
    }
}
