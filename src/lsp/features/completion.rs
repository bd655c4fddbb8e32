//! Completion: what can be written at a place, with its import where it needs one.

use crate::ide::completion::{self, Item, Module, Nearby, Rank, Sort};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use lsp_types::{
    Command, CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionOptions, CompletionOptionsCompletionItem, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, InsertTextFormat, InsertTextMode, MarkupContent, MarkupKind, Range, ServerCapabilities, TextEdit, request,
};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    let triggers = [".", "\"", " ", "/", "(", ","].map(str::to_string).to_vec();
    let completion_item = Some(CompletionOptionsCompletionItem { label_details_support: Some(true) });
    server.completion_provider = Some(CompletionOptions { trigger_characters: Some(triggers), completion_item, ..CompletionOptions::default() });
}

pub fn answer(table: &mut Table) {
    table.on_even_outdated::<request::Completion>(complete);
}

fn complete(session: &mut Session<'_>, params: CompletionParams) -> Answer<Option<CompletionResponse>> {
    let at = params.text_document_position;
    let asked = session.file(&at.text_document.uri)?;
    let offset = asked.offset(at.position);
    let nearby = nearby(session, &asked);
    let items = completion::complete(&asked.view(), offset, &nearby);
    let can = Can::of(session.client);
    let items = items.iter().enumerate().map(|(index, item)| said(&can, &asked, index, item)).collect();
    Ok(Some(CompletionResponse::Array(items)))
}

/// What lies around the file: modules that it could import, tables that it could replay.
fn nearby(session: &mut Session<'_>, asked: &Asked) -> Nearby {
    let found = session.world.nearby(&asked.place);
    let modules = found.modules.into_iter().map(|(path, unit)| Module { path, unit }).collect();
    Nearby { modules, tables: found.tables }
}

/// What the client can take of an item.
struct Can {
    snippets: bool,
    details: bool,
    markdown: bool,
    again: bool,
    indents: bool,
}

impl Can {
    fn of(client: &Client) -> Can {
        let item = client.capabilities.text_document.as_ref().and_then(|text| text.completion.as_ref()).and_then(|completion| completion.completion_item.as_ref());
        Can {
            snippets: item.and_then(|i| i.snippet_support) == Some(true),
            details: item.and_then(|i| i.label_details_support) == Some(true),
            markdown: Client::takes_markdown(item.and_then(|i| i.documentation_format.as_deref())),
            again: client.knows("editor.action.triggerSuggest"),
            indents: item.and_then(|i| i.insert_text_mode_support.as_ref()).is_some_and(|m| m.value_set.contains(&InsertTextMode::ADJUST_INDENTATION)),
        }
    }
}

fn said(can: &Can, asked: &Asked, index: usize, item: &Item) -> CompletionItem {
    let snippet = item.is_snippet && can.snippets;
    let new_text = if snippet { item.insert.clone() } else { item.plain() };
    let range = Range { start: asked.position(item.range.start), end: asked.position(item.range.end) };
    let whole = asked.text().get(item.range.clone()).unwrap_or("");
    // Clients hold the letters before the cursor against this: within quotes and numbers they would take a part of them for the word.
    let filter = (item.sort == Sort::Unit || item.sort == Sort::Path || item.sort == Sort::Node || whole.contains('/')).then(|| item.label.clone());
    let also: Vec<TextEdit> = item.also.iter().map(|(at, text)| TextEdit { range: Range { start: asked.position(*at), end: asked.position(*at) }, new_text: text.clone() }).collect();
    CompletionItem {
        label: item.label.clone(),
        label_details: can.details.then(|| CompletionItemLabelDetails { detail: None, description: Some(item.detail.clone()).filter(|d| !d.is_empty()) }),
        kind: Some(kind(item.sort)),
        detail: Some(item.detail.clone()).filter(|d| !d.is_empty()),
        documentation: documentation(can, &item.doc),
        sort_text: Some(format!("{index:04}")),
        filter_text: filter,
        preselect: (index == 0 && item.rank == Rank::Required).then_some(true),
        insert_text_format: Some(if snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT }),
        insert_text_mode: can.indents.then_some(InsertTextMode::ADJUST_INDENTATION),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
        additional_text_edits: (!also.is_empty()).then_some(also),
        command: (item.again && can.again).then(|| Command { title: "suggest".to_string(), command: "editor.action.triggerSuggest".to_string(), arguments: None }),
        ..CompletionItem::default()
    }
}

fn documentation(can: &Can, doc: &str) -> Option<Documentation> {
    if doc.is_empty() {
        return None;
    }
    let kind = if can.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Some(Documentation::MarkupContent(MarkupContent { kind, value: doc.to_string() }))
}

fn kind(sort: Sort) -> CompletionItemKind {
    match sort {
        Sort::Constant => CompletionItemKind::CONSTANT,
        Sort::Target | Sort::Source => CompletionItemKind::INTERFACE,
        Sort::Event => CompletionItemKind::STRUCT,
        Sort::Mix => CompletionItemKind::CLASS,
        Sort::Metric => CompletionItemKind::VARIABLE,
        Sort::Pipeline => CompletionItemKind::MODULE,
        Sort::Cluster | Sort::Node => CompletionItemKind::CLASS,
        Sort::Phase | Sort::Fault => CompletionItemKind::EVENT,
        Sort::Field => CompletionItemKind::FIELD,
        Sort::Setting => CompletionItemKind::PROPERTY,
        Sort::Word => CompletionItemKind::ENUM_MEMBER,
        Sort::Keyword => CompletionItemKind::KEYWORD,
        Sort::Function | Sort::Generator => CompletionItemKind::FUNCTION,
        Sort::Unit => CompletionItemKind::UNIT,
        Sort::Module => CompletionItemKind::MODULE,
        Sort::Path => CompletionItemKind::FILE,
        Sort::Code => CompletionItemKind::REFERENCE,
        Sort::Form => CompletionItemKind::SNIPPET,
    }
}
