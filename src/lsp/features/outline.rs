//! The outline of a file, and the search for symbols in all of them.

use crate::ide::outline::{Entry, Sort, outline, search};
use crate::ide::symbols::Kind;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, OneOf, ServerCapabilities, SymbolInformation, SymbolKind, SymbolKindCapability, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse,
    request,
};

/// More than anybody reads.
const MOST: usize = 256;

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.document_symbol_provider = Some(OneOf::Left(true));
    server.workspace_symbol_provider = Some(OneOf::Left(true));
}

pub fn answer(table: &mut Table) {
    table.on::<request::DocumentSymbolRequest>(of_file);
    table.on::<request::WorkspaceSymbolRequest>(of_workspace);
}

fn of_file(session: &mut Session<'_>, params: DocumentSymbolParams) -> Answer<Option<DocumentSymbolResponse>> {
    let uri = params.text_document.uri;
    let asked = session.file(&uri)?;
    let entries = outline(&asked.analysis.workspace, asked.file);
    let text = session.client.capabilities.text_document.as_ref();
    let nests = text.and_then(|text| text.document_symbol.as_ref()).and_then(|symbols| symbols.hierarchical_document_symbol_support) == Some(true);
    let later = text.and_then(|text| text.document_symbol.as_ref()).is_some_and(|symbols| takes_later_kinds(symbols.symbol_kind.as_ref()));
    let kind = |sort| if later { kind(sort) } else { early(kind(sort)) };
    Ok(Some(if nests {
        DocumentSymbolResponse::Nested(entries.into_iter().map(|entry| nested(&asked, &kind, entry)).collect())
    } else {
        let mut all = Vec::new();
        flat(&asked, &uri, &kind, entries, None, &mut all);
        DocumentSymbolResponse::Flat(all)
    }))
}

fn nested(asked: &Asked, kind: &impl Fn(Sort) -> SymbolKind, entry: Entry) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = entry.children.into_iter().map(|child| nested(asked, kind, child)).collect();
    #[expect(deprecated, reason = "a field of the protocol's type")]
    DocumentSymbol {
        name: shown(entry.name),
        detail: (!entry.detail.is_empty()).then_some(entry.detail),
        kind: kind(entry.sort),
        tags: None,
        deprecated: None,
        range: asked.range(entry.whole),
        selection_range: asked.range(entry.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

fn flat(asked: &Asked, uri: &Uri, kind: &impl Fn(Sort) -> SymbolKind, entries: Vec<Entry>, container: Option<&str>, all: &mut Vec<SymbolInformation>) {
    for entry in entries {
        let location = Location { uri: uri.clone(), range: asked.range(entry.name_span) };
        let name = shown(entry.name);
        all.push(information(name.clone(), kind(entry.sort), location, container.map(str::to_owned)));
        flat(asked, uri, kind, entry.children, Some(&name), all);
    }
}

/// The protocol allows no empty name.
fn shown(name: String) -> String {
    if name.trim().is_empty() { "\"\"".to_owned() } else { name }
}

fn information(name: String, kind: SymbolKind, location: Location, container: Option<String>) -> SymbolInformation {
    #[expect(deprecated, reason = "a field of the protocol's type")]
    SymbolInformation { name, kind, tags: None, deprecated: None, location, container_name: container }
}

fn of_workspace(session: &mut Session<'_>, params: WorkspaceSymbolParams) -> Answer<Option<WorkspaceSymbolResponse>> {
    let mut found = Vec::new();
    let symbols = session.client.capabilities.workspace.as_ref().and_then(|workspace| workspace.symbol.as_ref());
    let later = symbols.is_some_and(|symbols| takes_later_kinds(symbols.symbol_kind.as_ref()));
    let kind = |sort| if later { kind(sort) } else { early(kind(sort)) };
    for (order, file) in session.everything()?.into_iter().enumerate() {
        let Some(uri) = session.world.uri(file.file) else { continue };
        for symbol in search(&file.analysis.workspace, file.file, &params.query) {
            let location = Location { uri: uri.clone(), range: file.range(symbol.place) };
            found.push((std::cmp::Reverse(symbol.rank), order, information(shown(symbol.name), kind(Sort::Named(symbol.kind)), location, symbol.container)));
        }
    }
    // Best first; of the same rank in the order of the files.
    found.sort_by_key(|(rank, order, _)| (*rank, *order));
    found.truncate(MOST);
    Ok(Some(WorkspaceSymbolResponse::Flat(found.into_iter().map(|(_, _, symbol)| symbol).collect())))
}

/// Who says which kinds it knows deals with all others too; who does not knows those that the protocol began with.
fn takes_later_kinds(said: Option<&SymbolKindCapability>) -> bool {
    said.is_some_and(|kinds| kinds.value_set.is_some())
}

/// The nearest kind of those that the protocol began with.
fn early(kind: SymbolKind) -> SymbolKind {
    match kind {
        SymbolKind::OBJECT | SymbolKind::STRUCT | SymbolKind::EVENT => SymbolKind::CLASS,
        SymbolKind::KEY | SymbolKind::OPERATOR => SymbolKind::PROPERTY,
        early => early,
    }
}

fn kind(sort: Sort) -> SymbolKind {
    match sort {
        Sort::Sizing => SymbolKind::NAMESPACE,
        Sort::Expectation => SymbolKind::BOOLEAN,
        Sort::Repeat => SymbolKind::ARRAY,
        Sort::Named(kind) => match kind {
            Kind::Import => SymbolKind::MODULE,
            Kind::Let | Kind::Constant => SymbolKind::CONSTANT,
            Kind::Param | Kind::Metric => SymbolKind::VARIABLE,
            Kind::Target | Kind::Source => SymbolKind::INTERFACE,
            Kind::Event => SymbolKind::EVENT,
            Kind::Mix => SymbolKind::ENUM,
            Kind::Pipeline => SymbolKind::CLASS,
            Kind::Cluster => SymbolKind::OBJECT,
            Kind::Node => SymbolKind::STRUCT,
            Kind::Alert => SymbolKind::KEY,
            Kind::Test => SymbolKind::FUNCTION,
            Kind::Field => SymbolKind::FIELD,
            Kind::Phase => SymbolKind::METHOD,
            Kind::Fault => SymbolKind::OPERATOR,
            Kind::Rule => SymbolKind::PROPERTY,
        },
    }
}
