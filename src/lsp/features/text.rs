//! `scalec/text`: the text of an open file as the server has it. For tests, and for whoever suspects that editor and server have lost each other.

use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::{Answer, Fault};
use crate::lsp::session::Session;
use lsp_types::{ServerCapabilities, TextDocumentIdentifier, request::Request};
use serde::{Deserialize, Serialize};

enum Text {}

/// The one of most requests.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    text_document: TextDocumentIdentifier,
}

impl Request for Text {
    type Params = Params;
    type Result = String;
    const METHOD: &'static str = "scalec/text";
}

/// No capability of the protocol's own.
pub fn offer(_: &Client, _: &mut ServerCapabilities) {}

pub fn answer(table: &mut Table) {
    table.on::<Text>(text);
}

fn text(session: &mut Session<'_>, params: Params) -> Answer<String> {
    let document = session.world.document(&params.text_document.uri).ok_or_else(|| Fault::params("this file is not open"))?;
    Ok(document.text().to_string())
}
