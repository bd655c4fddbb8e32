//! Folding.

use crate::ide::folding::{Fold, Sort, folds};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams, FoldingRangeProviderCapability, ServerCapabilities, request};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.folding_range_provider = Some(FoldingRangeProviderCapability::Simple(true));
}

pub fn answer(table: &mut Table) {
    table.on::<request::FoldingRangeRequest>(all);
}

fn all(session: &mut Session<'_>, params: FoldingRangeParams) -> Answer<Option<Vec<FoldingRange>>> {
    let asked = session.file(&params.text_document.uri)?;
    let text = session.client.capabilities.text_document.as_ref();
    let can = text.and_then(|text| text.folding_range.as_ref());
    let whole_lines = can.and_then(|can| can.line_folding_only) == Some(true);
    let most = can.and_then(|can| can.range_limit).map_or(usize::MAX, |most| most as usize);
    let Some(unit) = asked.view().unit() else { return Ok(None) };
    let found = folds(&unit.tree, asked.view().source());
    Ok(Some(found.into_iter().take(most).map(|fold| said(&asked, &fold, whole_lines)).collect()))
}

fn said(asked: &Asked, fold: &Fold, whole_lines: bool) -> FoldingRange {
    let kind = match fold.sort {
        Sort::Block => None,
        Sort::Comments => Some(FoldingRangeKind::Comment),
        Sort::Imports => Some(FoldingRangeKind::Imports),
    };
    let range = asked.range(fold.span);
    let (start, end) = (range.start, range.end);
    match whole_lines {
        true => FoldingRange {
            start_line: start.line,
            start_character: None,
            // The line of a closing bracket that stands alone stays.
            end_line: start.line + (fold.last_line - fold.first_line) as u32,
            end_character: None,
            kind,
            collapsed_text: None,
        },
        false => FoldingRange { start_line: start.line, start_character: Some(start.character), end_line: end.line, end_character: Some(end.character), kind, collapsed_text: None },
    }
}
