//! Rename, in all files of the project; refused with the reason.

use crate::ide::rename::{prepare, rename};
use crate::ide::symbols::Symbol;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::{Answer, Fault};
use crate::lsp::session::{Asked, Session};
use lsp_types::{
    OneOf, PrepareRenameResponse, RenameOptions, RenameParams, ServerCapabilities, TextDocumentPositionParams, TextEdit, Uri, WorkDoneProgressOptions, WorkspaceEdit, request,
};

pub fn offer(client: &Client, server: &mut ServerCapabilities) {
    let text = client.capabilities.text_document.as_ref();
    let prepares = text.and_then(|text| text.rename.as_ref()).and_then(|rename| rename.prepare_support) == Some(true);
    server.rename_provider = Some(match prepares {
        true => OneOf::Right(RenameOptions { prepare_provider: Some(true), work_done_progress_options: WorkDoneProgressOptions::default() }),
        false => OneOf::Left(true),
    });
}

pub fn answer(table: &mut Table) {
    table.on::<request::PrepareRenameRequest>(may);
    table.on::<request::Rename>(all);
}

fn may(session: &mut Session<'_>, params: TextDocumentPositionParams) -> Answer<Option<PrepareRenameResponse>> {
    let asked = session.file_as_it_is(&params.text_document.uri)?;
    let (named, place) = prepare(&asked.analysis.workspace, asked.file, asked.offset(params.position)).map_err(Fault::refused)?;
    let placeholder = named.text(&asked.analysis.workspace).to_owned();
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range: asked.range(place), placeholder }))
}

fn all(session: &mut Session<'_>, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let at = params.text_document_position;
    let asked = session.file_as_it_is(&at.text_document.uri)?;
    let (named, _) = prepare(&asked.analysis.workspace, asked.file, asked.offset(at.position)).map_err(Fault::refused)?;
    let new = params.new_name.trim();
    let files = super::references::relevant(session, &asked, Symbol::Named(named), Some(new))?;
    let seen: Vec<_> = files.iter().map(|file| (&file.analysis.workspace, file.file)).collect();
    let changes = rename(&seen, named, new).map_err(Fault::refused)?;
    let mut edits: Vec<(Uri, Vec<TextEdit>)> = Vec::new();
    for file in &files {
        let own: Vec<TextEdit> = changes.iter().filter(|change| change.span.file == file.file).map(|change| edit(file, change)).collect();
        if let Some(uri) = session.world.uri(file.file).filter(|_| !own.is_empty()) {
            edits.push((uri, own));
        }
    }
    Ok(Some(session.changes(edits)))
}

fn edit(file: &Asked, change: &crate::ide::rename::Change) -> TextEdit {
    TextEdit { range: file.range(change.span), new_text: change.text.clone() }
}
