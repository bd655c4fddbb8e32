//! Findings for clients that ask for them. All others are told without being asked: `server` does that.

use crate::analysis::Analysis;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::findings;
use crate::lsp::session::Session;
use lsp_types::{
    Diagnostic, DiagnosticOptions, DiagnosticServerCapabilities, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportKind,
    DocumentDiagnosticReportResult, FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, ServerCapabilities,
    UnchangedDocumentDiagnosticReport, Uri, request,
};
use std::collections::HashMap;

pub fn offer(client: &Client, server: &mut ServerCapabilities) {
    if client.pulls() {
        let options = DiagnosticOptions { identifier: None, inter_file_dependencies: true, workspace_diagnostics: false, ..DiagnosticOptions::default() };
        server.diagnostic_provider = Some(DiagnosticServerCapabilities::Options(options));
    }
}

pub fn answer(table: &mut Table) {
    table.on::<request::DocumentDiagnosticRequest>(document);
}

fn document(session: &mut Session<'_>, params: DocumentDiagnosticParams) -> Answer<DocumentDiagnosticReportResult> {
    let asked = session.file(&params.text_document.uri)?;
    let (own, others) = found(session, &asked.analysis);
    let id = fingerprint(&own, &others);
    let related = session.client.takes_related_documents();
    let uri = params.text_document.uri;
    let (mut changed, found) = match session.world.document(&uri).is_some() && related {
        true => session.world.pulled.put(&uri, &others),
        false => (Vec::new(), by_file(others)),
    };
    // An open file is asked for itself.
    changed.retain(|(uri, _)| session.world.document(uri).is_none());
    if params.previous_result_id.as_deref() == Some(&id) && changed.is_empty() {
        let report = UnchangedDocumentDiagnosticReport { result_id: id };
        return Ok(DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport { related_documents: None, unchanged_document_diagnostic_report: report }).into());
    }
    let related_documents = related.then(|| {
        let full = |items| DocumentDiagnosticReportKind::Full(FullDocumentDiagnosticReport { result_id: None, items });
        #[expect(clippy::mutable_key_type, reason = "the protocol's type; a URI that stays as it is")]
        let documents: HashMap<Uri, DocumentDiagnosticReportKind> = changed.into_iter().chain(found).map(|(uri, items)| (uri, full(items))).collect();
        documents
    });
    let report = FullDocumentDiagnosticReport { result_id: Some(id), items: own };
    Ok(DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport { related_documents, full_document_diagnostic_report: report }).into())
}

/// In the file itself, and in those that it imports and that are not open: an open one knows more of itself.
fn found(session: &mut Session<'_>, analysis: &Analysis) -> (Vec<Diagnostic>, Vec<(Uri, Diagnostic)>) {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for (file, diagnostic) in findings::of(session.world, session.client, analysis) {
        if analysis.workspace.roots.contains(&file) {
            own.push(diagnostic);
        } else if let Some(uri) = session.world.uri(file)
            && session.world.document(&uri).is_none()
        {
            others.push((uri, diagnostic));
        }
    }
    (own, others)
}

fn by_file(found: Vec<(Uri, Diagnostic)>) -> Vec<(Uri, Vec<Diagnostic>)> {
    let mut files: Vec<(Uri, Vec<Diagnostic>)> = Vec::new();
    for (uri, diagnostic) in found {
        match files.iter_mut().find(|(known, _)| *known == uri) {
            Some((_, items)) => items.push(diagnostic),
            None => files.push((uri, vec![diagnostic])),
        }
    }
    files
}

/// Changes where what is shown changes.
fn fingerprint(own: &[Diagnostic], others: &[(Uri, Diagnostic)]) -> String {
    let text = serde_json::to_vec(&(own, others)).unwrap_or_default();
    format!("{:08x}-{}", crc32fast::hash(&text), text.len())
}
