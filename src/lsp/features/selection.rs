//! Selection ranges: what "select more" takes in, step by step.

use crate::ide::selection::selections;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::Session;
use lsp_types::{Range, SelectionRange, SelectionRangeParams, SelectionRangeProviderCapability, ServerCapabilities, request};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.selection_range_provider = Some(SelectionRangeProviderCapability::Simple(true));
}

pub fn answer(table: &mut Table) {
    table.on::<request::SelectionRangeRequest>(all);
}

fn all(session: &mut Session<'_>, params: SelectionRangeParams) -> Answer<Option<Vec<SelectionRange>>> {
    let asked = session.file(&params.text_document.uri)?;
    let Some(unit) = asked.view().unit() else { return Ok(None) };
    let chains = params.positions.into_iter().map(|position| {
        let outwards: Vec<Range> = selections(&unit.tree, asked.offset(position)).into_iter().map(|span| asked.range(span)).collect();
        let nested = outwards.into_iter().rev().fold(None, |parent, range| Some(SelectionRange { range, parent: parent.map(Box::new) }));
        // One answer for each position.
        nested.unwrap_or(SelectionRange { range: Range { start: position, end: position }, parent: None })
    });
    Ok(Some(chains.collect()))
}
