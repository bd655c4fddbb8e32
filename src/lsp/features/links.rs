//! Links: the paths of imports, of tables and of schemas.

use super::definition::beside;
use crate::ide::links::{self, Leads};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::Session;
use lsp_types::{DocumentLink, DocumentLinkOptions, DocumentLinkParams, ServerCapabilities, WorkDoneProgressOptions, request};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.document_link_provider = Some(DocumentLinkOptions { resolve_provider: Some(false), work_done_progress_options: WorkDoneProgressOptions::default() });
}

pub fn answer(table: &mut Table) {
    table.on::<request::DocumentLinkRequest>(all);
}

fn all(session: &mut Session<'_>, params: DocumentLinkParams) -> Answer<Option<Vec<DocumentLink>>> {
    let asked = session.file(&params.text_document.uri)?;
    let text = session.client.capabilities.text_document.as_ref();
    let tooltips = text.and_then(|text| text.document_link.as_ref()).and_then(|link| link.tooltip_support) == Some(true);
    let found = links::of(&asked.analysis.workspace, asked.file).into_iter().filter_map(|link| {
        let target = match &link.leads {
            Leads::Module(file) => session.world.uri(*file)?,
            Leads::Path(path) => beside(&asked.place, path)?,
            Leads::Unread(path) => session.world.beside(&asked.place, path)?,
            Leads::Nowhere => return None,
        };
        Some(DocumentLink { range: asked.range(link.span), target: Some(target), tooltip: tooltips.then_some(link.tooltip), data: None })
    });
    Ok(Some(found.collect()))
}
