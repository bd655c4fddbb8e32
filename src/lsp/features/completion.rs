//! Completion: what can be written at a place, with its import where it needs one.

use crate::ide::completion::{self, Item, Module, Nearby, Rank, Sort};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::offers::Words;
use crate::lsp::session::{Asked, Session};
use lsp_types::{
    Command, CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionOptions, CompletionOptionsCompletionItem, CompletionParams, CompletionTextEdit, Documentation,
    InsertTextFormat, InsertTextMode, MarkupKind, Range, ServerCapabilities, TextEdit, request,
};
use serde::{Deserialize, Serialize};

pub fn offer(client: &Client, server: &mut ServerCapabilities) {
    let triggers = [".", "\"", " ", "/", "(", ","].map(str::to_string).to_vec();
    let completion_item = Some(CompletionOptionsCompletionItem { label_details_support: Some(true) });
    let resolve_provider = Some(Can::of(client).asks_for_words);
    server.completion_provider = Some(CompletionOptions { trigger_characters: Some(triggers), completion_item, resolve_provider, ..CompletionOptions::default() });
}

pub fn answer(table: &mut Table) {
    table.on_even_outdated::<Complete>(complete);
    table.on_even_outdated::<request::ResolveCompletionItem>(resolve);
}

/// The request, with the answer that the crate of the protocol's types does not have: what most items share is said once.
enum Complete {}

impl request::Request for Complete {
    type Params = CompletionParams;
    type Result = Option<List>;
    const METHOD: &'static str = request::Completion::METHOD;
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct List {
    is_incomplete: bool,
    #[serde(default, skip_serializing_if = "Shared::is_nothing")]
    item_defaults: Shared,
    items: Vec<Offered>,
}

/// What an item has that does not say otherwise.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shared {
    #[serde(skip_serializing_if = "Option::is_none")]
    edit_range: Option<Range>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insert_text_format: Option<InsertTextFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insert_text_mode: Option<InsertTextMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<u64>,
}

impl Shared {
    fn is_nothing(&self) -> bool {
        *self == Shared::default()
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Offered {
    #[serde(flatten)]
    item: CompletionItem,
    /// What is inserted in the range that is shared, where it is not the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_edit_text: Option<String>,
}

fn complete(session: &mut Session<'_>, params: CompletionParams) -> Answer<Option<List>> {
    let at = params.text_document_position;
    let asked = session.file(&at.text_document.uri)?;
    let offset = asked.offset(at.position);
    let nearby = nearby(session, &asked);
    let items = completion::complete(&asked.view(), offset, &nearby);
    let can = Can::of(session.client);
    let number = can.asks_for_words.then(|| session.world.offers.keep(items.iter().map(|item| Words { detail: item.detail.clone(), doc: item.doc.clone() }).collect()));
    let shared = Shared {
        edit_range: items.first().filter(|_| can.shares("editRange")).map(|item| range(&asked, item)),
        insert_text_format: can.shares("insertTextFormat").then_some(InsertTextFormat::PLAIN_TEXT),
        insert_text_mode: (can.indents && can.shares("insertTextMode")).then_some(InsertTextMode::ADJUST_INDENTATION),
        data: number.filter(|_| can.shares("data")),
    };
    let items = items.iter().enumerate().map(|(index, item)| said(&can, &asked, &shared, number, index, item)).collect();
    Ok(Some(List { is_incomplete: false, item_defaults: shared, items }))
}

/// The words of one item, where the list that it is of is the last that was given.
fn resolve(session: &mut Session<'_>, item: CompletionItem) -> Answer<CompletionItem> {
    let can = Can::of(session.client);
    let number = item.data.as_ref().and_then(serde_json::Value::as_u64);
    let index = item.sort_text.as_ref().and_then(|place| place.parse().ok());
    let Some(words) = number.zip(index).and_then(|(number, index)| session.world.offers.words(number, index)) else { return Ok(item) };
    Ok(CompletionItem { detail: Some(words.detail.clone()).filter(|d| !d.is_empty()), documentation: documentation(&can, &words.doc), ..item })
}

/// What lies around the file: modules that it could import, tables that it could replay.
fn nearby(session: &mut Session<'_>, asked: &Asked) -> Nearby {
    let found = session.world.nearby(&asked.place);
    let modules = found.modules.into_iter().map(|(path, unit)| Module { path, unit }).collect();
    Nearby { modules, tables: found.tables }
}

/// What the client can take of an item.
struct Can<'c> {
    snippets: bool,
    details: bool,
    formats: Option<&'c [MarkupKind]>,
    /// Kinds that came to the protocol later.
    later_kinds: bool,
    preselects: bool,
    again: bool,
    indents: bool,
    /// Asks for detail and documentation of an item when it shows them.
    asks_for_words: bool,
    shared: Vec<String>,
}

impl Can<'_> {
    fn of(client: &Client) -> Can<'_> {
        let completion = client.capabilities.text_document.as_ref().and_then(|text| text.completion.as_ref());
        let item = completion.and_then(|completion| completion.completion_item.as_ref());
        let resolves = |name: &str| item.and_then(|i| i.resolve_support.as_ref()).is_some_and(|support| support.properties.iter().any(|property| property == name));
        Can {
            snippets: item.and_then(|i| i.snippet_support) == Some(true),
            details: item.and_then(|i| i.label_details_support) == Some(true),
            formats: item.and_then(|i| i.documentation_format.as_deref()),
            later_kinds: completion.and_then(|c| c.completion_item_kind.as_ref()).is_some_and(|kinds| kinds.value_set.is_some()),
            preselects: item.and_then(|i| i.preselect_support) == Some(true),
            again: client.knows("editor.action.triggerSuggest"),
            indents: item.and_then(|i| i.insert_text_mode_support.as_ref()).is_some_and(|m| m.value_set.contains(&InsertTextMode::ADJUST_INDENTATION)),
            asks_for_words: resolves("documentation") && resolves("detail"),
            shared: completion.and_then(|c| c.completion_list.as_ref()).and_then(|list| list.item_defaults.clone()).unwrap_or_default(),
        }
    }
    /// Whether it takes a default for this property of all items.
    fn shares(&self, property: &str) -> bool {
        self.shared.iter().any(|known| known == property)
    }
}

fn range(asked: &Asked, item: &Item) -> Range {
    Range { start: asked.position(item.range.start), end: asked.position(item.range.end) }
}

fn said(can: &Can<'_>, asked: &Asked, shared: &Shared, number: Option<u64>, index: usize, item: &Item) -> Offered {
    let snippet = item.is_snippet && can.snippets;
    let new_text = if snippet { item.insert.clone() } else { item.plain() };
    let range = range(asked, item);
    let whole = asked.text().get(item.range.clone()).unwrap_or("");
    // Clients hold the letters before the cursor against this: within quotes and numbers they would take a part of them for the word.
    let filter = (item.sort == Sort::Unit || item.sort == Sort::Path || item.sort == Sort::Node || whole.contains('/')).then(|| item.label.clone());
    let also: Vec<TextEdit> = item.also.iter().map(|(at, text)| TextEdit { range: Range { start: asked.position(*at), end: asked.position(*at) }, new_text: text.clone() }).collect();
    let format = if snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
    // In the list itself the detail stands where labels have one.
    let detail = Some(&item.detail).filter(|d| !d.is_empty() && (!can.asks_for_words || !can.details));
    let (text_edit, text_edit_text) = match shared.edit_range {
        Some(same) if same == range => (None, (new_text != item.label).then_some(new_text)),
        _ => (Some(CompletionTextEdit::Edit(TextEdit { range, new_text })), None),
    };
    let item = CompletionItem {
        label: item.label.clone(),
        label_details: can.details.then(|| CompletionItemLabelDetails { detail: None, description: Some(item.detail.clone()).filter(|d| !d.is_empty()) }),
        kind: Some(if can.later_kinds { kind(item.sort) } else { early(kind(item.sort)) }),
        detail: detail.cloned(),
        documentation: if can.asks_for_words { None } else { documentation(can, &item.doc) },
        sort_text: Some(format!("{index:04}")),
        filter_text: filter,
        preselect: (can.preselects && index == 0 && item.rank == Rank::Required).then_some(true),
        insert_text_format: Some(format).filter(|format| shared.insert_text_format.as_ref() != Some(format)),
        insert_text_mode: Some(InsertTextMode::ADJUST_INDENTATION).filter(|_| can.indents && shared.insert_text_mode.is_none()),
        text_edit,
        additional_text_edits: (!also.is_empty()).then_some(also),
        command: (item.again && can.again).then(|| Command { title: "suggest".to_string(), command: "editor.action.triggerSuggest".to_string(), arguments: None }),
        data: number.filter(|_| shared.data.is_none()).map(serde_json::Value::from),
        ..CompletionItem::default()
    };
    Offered { item, text_edit_text }
}

fn documentation(can: &Can<'_>, doc: &str) -> Option<Documentation> {
    (!doc.is_empty()).then(|| Client::documentation(can.formats, doc))
}

/// The nearest kind of those that the protocol began with.
fn early(kind: CompletionItemKind) -> CompletionItemKind {
    match kind {
        CompletionItemKind::CONSTANT => CompletionItemKind::VARIABLE,
        CompletionItemKind::STRUCT => CompletionItemKind::CLASS,
        CompletionItemKind::EVENT | CompletionItemKind::ENUM_MEMBER => CompletionItemKind::VALUE,
        early => early,
    }
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
