//! Hover: what the word at a place is.

use crate::ide::hover;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::Session;
use lsp_types::{Documentation, Hover, HoverContents, HoverParams, HoverProviderCapability, MarkedString, ServerCapabilities, request};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.hover_provider = Some(HoverProviderCapability::Simple(true));
}

pub fn answer(table: &mut Table) {
    table.on_even_outdated::<request::HoverRequest>(told);
}

fn told(session: &mut Session<'_>, params: HoverParams) -> Answer<Option<Hover>> {
    let at = params.text_document_position_params;
    let asked = session.file(&at.text_document.uri)?;
    let Some(found) = hover::hover(&asked.view(), asked.offset(at.position)) else { return Ok(None) };
    let formats = session.client.capabilities.text_document.as_ref().and_then(|text| text.hover.as_ref()).and_then(|hover| hover.content_format.as_deref());
    let contents = match Client::documentation(formats, &found.text) {
        Documentation::String(text) => HoverContents::Scalar(MarkedString::String(text)),
        Documentation::MarkupContent(content) => HoverContents::Markup(content),
    };
    Ok(Some(Hover { contents, range: Some(asked.range(found.span)) }))
}
