//! Semantic tokens: all of a file, what changed since, a part of it.

use crate::ide::tokens::{self, MODIFIERS, SORTS, Token};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use lsp_types::{
    Position, SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams, SemanticTokensEdit, SemanticTokensFullDeltaResult,
    SemanticTokensFullOptions, SemanticTokensLegend, SemanticTokensOptions, SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult,
    ServerCapabilities, TokenFormat, Uri, request,
};

pub fn offer(client: &Client, server: &mut ServerCapabilities) {
    let can = client.capabilities.text_document.as_ref().and_then(|text| text.semantic_tokens.as_ref());
    let Some(can) = can.filter(|can| can.formats.contains(&TokenFormat::RELATIVE)) else {
        // It could not read them.
        return;
    };
    let full = match can.requests.full {
        None | Some(SemanticTokensFullOptions::Bool(false)) => None,
        Some(SemanticTokensFullOptions::Delta { delta: Some(true) }) => Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
        Some(_) => Some(SemanticTokensFullOptions::Bool(true)),
    };
    let range = can.requests.range.filter(|range| *range);
    let legend = SemanticTokensLegend {
        token_types: SORTS.iter().map(|sort| SemanticTokenType::new(sort)).collect(),
        token_modifiers: MODIFIERS.iter().map(|modifier| SemanticTokenModifier::new(modifier)).collect(),
    };
    let options = SemanticTokensOptions { legend, range, full, ..SemanticTokensOptions::default() };
    server.semantic_tokens_provider = Some(options.into());
}

pub fn answer(table: &mut Table) {
    table.on::<request::SemanticTokensFullRequest>(all);
    table.on::<request::SemanticTokensFullDeltaRequest>(changed);
    table.on::<request::SemanticTokensRangeRequest>(part);
}

fn all(session: &mut Session<'_>, params: SemanticTokensParams) -> Answer<Option<SemanticTokensResult>> {
    let uri = params.text_document.uri;
    let data = read(session, &uri)?;
    let result_id = session.world.colours.keep(&uri, data.clone());
    Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id, data })))
}

fn read(session: &mut Session<'_>, uri: &Uri) -> Answer<Vec<SemanticToken>> {
    let asked = session.file(uri)?;
    Ok(said(&asked, &tokens::tokens(&asked.analysis.workspace, asked.file)))
}

fn changed(session: &mut Session<'_>, params: SemanticTokensDeltaParams) -> Answer<Option<SemanticTokensFullDeltaResult>> {
    let uri = params.text_document.uri;
    let data = read(session, &uri)?;
    let before = session.world.colours.take(&uri, &params.previous_result_id);
    let edits = before.map(|before| edits(&before, &data));
    let result_id = session.world.colours.keep(&uri, data.clone());
    Ok(Some(match edits {
        Some(edits) => SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta { result_id, edits }),
        None => SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id, data }),
    }))
}

fn part(session: &mut Session<'_>, params: SemanticTokensRangeParams) -> Answer<Option<SemanticTokensRangeResult>> {
    let asked = session.file(&params.text_document.uri)?;
    let span = asked.span(params.range);
    let found = tokens::tokens_within(&asked.analysis.workspace, asked.file, span.start as usize, span.end as usize);
    Ok(Some(SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data: said(&asked, &found) })))
}

/// Each counted from the one before, and none over the end of a line: few clients take such.
fn said(asked: &Asked, found: &[Token]) -> Vec<SemanticToken> {
    let text = asked.text();
    let mut out = Vec::with_capacity(found.len());
    let mut last = Position::default();
    for token in found {
        let mut at = token.start;
        for line in text.get(token.start..token.end).unwrap_or("").split('\n') {
            let shown = line.trim_end_matches('\r');
            if !shown.is_empty() {
                let here = asked.position(at);
                let delta_line = here.line - last.line;
                let delta_start = if delta_line == 0 { here.character - last.character } else { here.character };
                out.push(SemanticToken { delta_line, delta_start, length: asked.length(shown), token_type: token.sort as u32, token_modifiers_bitset: token.modifiers });
                last = here;
            }
            at += line.len() + 1;
        }
    }
    out
}

/// One edit: what lies between that which both begin and that which both end with.
fn edits(before: &[SemanticToken], after: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (old, new) = (before.get(head..).unwrap_or_default(), after.get(head..).unwrap_or_default());
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (gone, come) = (old.len() - tail, new.len() - tail);
    if gone == 0 && come == 0 {
        return Vec::new();
    }
    // Counted in the numbers that a token is sent as.
    const NUMBERS: u32 = 5;
    let data = new.get(..come).map(<[SemanticToken]>::to_vec);
    vec![SemanticTokensEdit { start: head as u32 * NUMBERS, delete_count: gone as u32 * NUMBERS, data }]
}
