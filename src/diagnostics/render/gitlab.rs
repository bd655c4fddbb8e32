//! GitLab's code quality report: a subset of the Code Climate format.

use super::fingerprint::Fingerprints;
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::SourceMap;
use serde::Serialize;

#[derive(Serialize)]
struct Issue<'a> {
    r#type: &'static str,
    check_name: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    categories: [&'static str; 1],
    severity: &'static str,
    /// GitLab shows findings with the same one as one.
    fingerprint: String,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Content {
    /// Markdown.
    body: String,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Ends with a newline.
pub fn gitlab(map: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let mut names = Fingerprints::new(map);
    let issues: Vec<Issue> = diagnostics.iter().map(|d| issue(map, d, names.of(d))).collect();
    let mut text = serde_json::to_string_pretty(&issues).unwrap_or_default();
    text.push('\n');
    text
}

fn issue<'a>(map: &'a SourceMap, d: &Diagnostic, fingerprint: String) -> Issue<'a> {
    let (file, span) = (map.file(d.primary.span.file), d.primary.span);
    let (from, to) = (file.line_column(span.start as usize).line, file.line_column(span.end as usize).line);
    let body: Vec<String> = d.notes.iter().chain(&d.help).cloned().collect();
    Issue {
        r#type: "issue",
        check_name: d.code.as_str(),
        // The list in a merge request shows nothing else of it.
        description: format!("{}: {}", d.code, d.message),
        content: (!body.is_empty()).then(|| Content { body: body.join("\n\n") }),
        categories: [if d.is_error() { "Bug Risk" } else { "Clarity" }],
        severity: match d.severity() {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Hint => "info",
        },
        fingerprint,
        location: Location { path: &file.path, lines: Lines { begin: from, end: to } },
    }
}
