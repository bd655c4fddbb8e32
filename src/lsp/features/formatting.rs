//! Formatting: the layout of `scalec fmt`, as edits that touch no more than they must.

use crate::ide::formatting;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::edits::between;
use crate::lsp::fault::Answer;
use crate::lsp::session::Session;
use crate::source::Span;
use lsp_types::{DocumentFormattingParams, OneOf, ServerCapabilities, TextEdit, request};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.document_formatting_provider = Some(OneOf::Left(true));
}

pub fn answer(table: &mut Table) {
    table.on::<request::Formatting>(document);
}

/// Nothing where the file has mistakes of syntax, as `scalec fmt` leaves it alone.
fn document(session: &mut Session<'_>, params: DocumentFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let asked = session.file(&params.text_document.uri)?;
    let Some(new) = formatting::laid_out(&asked.view()) else { return Ok(None) };
    let edits = between(asked.text(), &new).into_iter();
    Ok(Some(edits.map(|(range, text)| TextEdit { range: asked.range(Span::new(asked.file, range.start, range.end)), new_text: text.to_string() }).collect()))
}
