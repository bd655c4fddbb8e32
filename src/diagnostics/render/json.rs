//! `scalec.check/1`: lines and columns from 1, columns in Unicode characters, edits in byte offsets of the file as it was read.

use super::severity_word;
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::{SourceMap, Span};
use serde::Serialize;

#[derive(Serialize)]
struct Check<'a> {
    schema: &'static str,
    files: usize,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    labels: Vec<Label<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    file: &'a str,
    start: u32,
    end: u32,
    text: &'a str,
}

/// `files` is the number of files that were checked. Ends with a newline.
pub fn json(map: &SourceMap, diagnostics: &[Diagnostic], files: usize) -> String {
    let count = |s: Severity| diagnostics.iter().filter(|d| d.severity() == s).count();
    let check = Check {
        schema: "scalec.check/1",
        files,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        diagnostics: diagnostics.iter().map(|d| entry(map, d)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&check).unwrap_or_default();
    text.push('\n');
    text
}

fn entry<'a>(map: &'a SourceMap, d: &'a Diagnostic) -> Entry<'a> {
    Entry {
        code: d.code.as_str(),
        severity: severity_word(d.severity()),
        message: &d.message,
        place: place(map, d.primary.span),
        labels: d.labels.iter().map(|l| Label { place: place(map, l.span), message: &l.message }).collect(),
        notes: &d.notes,
        help: d.help.as_deref(),
        fixes: d
            .fixes
            .iter()
            .map(|f| Fix {
                title: &f.title,
                safe: f.safe,
                edits: f
                    .edits
                    .iter()
                    .map(|e| Edit { file: &map.file(e.span.file).path, start: e.span.start, end: e.span.end, text: &e.text })
                    .collect(),
            })
            .collect(),
    }
}

fn place(map: &SourceMap, span: Span) -> Place<'_> {
    let file = map.file(span.file);
    let (from, to) = (file.line_column(span.start as usize), file.line_column(span.end as usize));
    Place { file: &file.path, line: from.line, column: from.column, end_line: to.line, end_column: to.column }
}
