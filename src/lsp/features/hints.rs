//! Inlay hints, each kind as it is set.

use crate::ide::hints::{self, Kind};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::Session;
use lsp_types::{InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip, OneOf, ServerCapabilities, request};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.inlay_hint_provider = Some(OneOf::Left(true));
}

pub fn answer(table: &mut Table) {
    table.on::<request::InlayHintRequest>(hints);
}

fn hints(session: &mut Session<'_>, params: InlayHintParams) -> Answer<Option<Vec<InlayHint>>> {
    let asked = session.file(&params.text_document.uri)?;
    let set = session.settings.hints;
    let wanted = |kind: Kind| match kind {
        Kind::Phase => set.phases,
        Kind::Value => set.values,
        Kind::Rest => set.rest,
        Kind::Price => set.prices,
    };
    let range = asked.span(params.range);
    let found = hints::hints(&asked.view(), range.start as usize..range.end as usize, wanted);
    let said = found.into_iter().map(|hint| InlayHint {
        position: asked.position(hint.at),
        label: InlayHintLabel::String(hint.text),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(hint.tip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    });
    Ok(Some(said.collect()))
}
