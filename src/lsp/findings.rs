//! What the checker found, as the protocol says it.

use super::client::Client;
use super::uri::uri_of;
use super::world::World;
use crate::analysis::Analysis;
use crate::diagnostics::{Code, Diagnostic, Severity, codes};
use crate::source::FileId;
use lsp_types::{self as lsp, CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString};

/// Who says it, as editors show it.
pub const SOURCE: &str = "scalec";

/// Code that does nothing: editors fade it.
const UNUSED: &[Code] = &[codes::W0220, codes::W0411];

/// Each finding of an analysis, with the file that it is in.
pub fn of(world: &mut World, client: &Client, analysis: &Analysis) -> Vec<(FileId, lsp::Diagnostic)> {
    analysis.diagnostics.iter().map(|d| (d.primary.span.file, said(world, client, analysis, d))).collect()
}

pub fn said(world: &mut World, client: &Client, analysis: &Analysis, d: &Diagnostic) -> lsp::Diagnostic {
    let related = if client.findings.related { related(world, client, analysis, d) } else { None };
    let place = d.primary.span;
    let page = Some(()).filter(|()| client.findings.pages).and_then(|()| uri_of(&world.library.page(d.code)?));
    let unused = UNUSED.contains(&d.code) && client.findings.takes(&DiagnosticTag::UNNECESSARY);
    lsp::Diagnostic {
        range: world.lines(analysis, place.file).range(place.start as usize, place.end as usize, client.encoding),
        severity: Some(match d.severity() {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Hint => DiagnosticSeverity::HINT,
        }),
        code: Some(NumberOrString::String(d.code.to_string())),
        code_description: page.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_string()),
        message: message(analysis, d, related.is_none()),
        related_information: related,
        tags: unused.then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: None,
    }
}

/// The other parties; `None` where one of them has no name towards the client.
fn related(world: &mut World, client: &Client, analysis: &Analysis, d: &Diagnostic) -> Option<Vec<DiagnosticRelatedInformation>> {
    let one = |label: &crate::diagnostics::Label| {
        let uri = world.uri(label.span.file)?;
        let range = world.lines(analysis, label.span.file).range(label.span.start as usize, label.span.end as usize, client.encoding);
        Some(DiagnosticRelatedInformation { location: Location { uri, range }, message: label.message.clone() })
    };
    d.labels.iter().map(one).collect()
}

/// The headline, then what stands beneath it on a terminal; the other parties too, where the client does not show them by themselves.
fn message(analysis: &Analysis, d: &Diagnostic, labels: bool) -> String {
    let mut lines = vec![d.message.clone()];
    lines.extend(Some(d.primary.message.clone()).filter(|words| !words.is_empty()));
    for label in d.labels.iter().filter(|label| labels && !label.message.is_empty()) {
        let map = &analysis.workspace.map;
        let at = map.line_column(label.span);
        lines.push(format!("{}:{}:{}: {}", map.file(label.span.file).path, at.line, at.column, label.message));
    }
    lines.extend(d.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(d.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}
