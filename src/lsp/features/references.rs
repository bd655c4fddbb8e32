//! References in all files of the project, and the same name in this one.

use crate::ide::references::{highlights, references};
use crate::ide::symbols::{self, Role, Symbol};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::document::Place;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use lsp_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, OneOf, ReferenceParams, ServerCapabilities, request};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.references_provider = Some(OneOf::Left(true));
    server.document_highlight_provider = Some(OneOf::Left(true));
}

pub fn answer(table: &mut Table) {
    table.on::<request::References>(all);
    table.on::<request::DocumentHighlightRequest>(here);
}

fn all(session: &mut Session<'_>, params: ReferenceParams) -> Answer<Option<Vec<Location>>> {
    let at = params.text_document_position;
    let asked = session.file_as_it_is(&at.text_document.uri)?;
    let Some(found) = symbols::at(&asked.analysis.workspace, asked.file, asked.offset(at.position)) else { return Ok(None) };
    let mut places: Vec<Location> = Vec::new();
    for file in relevant(session, &asked, found.symbol, None)? {
        for o in references(&file.analysis.workspace, file.file, found.symbol) {
            if (params.context.include_declaration || o.role == Role::Use)
                && let Some(uri) = session.world.uri(file.file)
            {
                places.push(Location { uri, range: file.range(o.span) });
            }
        }
    }
    // One that the project does not hold, such as a module that ships with scalec.
    if params.context.include_declaration
        && let Some(place) = found.symbol.definition().and_then(|name| session.location(&asked.analysis, name))
        && !places.contains(&place)
    {
        places.insert(0, place);
    }
    Ok(Some(places))
}

/// The files that may name a thing, or hold the name that it is to have. A word of the language means the same in every file: where it stands in this one is what is asked.
pub fn relevant(session: &mut Session<'_>, asked: &Asked, symbol: Symbol, new: Option<&str>) -> Answer<Vec<Asked>> {
    match (symbol, &asked.place) {
        (Symbol::Word(_), _) => Ok(vec![session.again(asked)]),
        // Of a module that ships with scalec everybody may.
        (_, Place::Module(_)) => session.everything(),
        (Symbol::Named(named), place) => {
            let old = named.text(&asked.analysis.workspace).trim_matches('"');
            // A text may be written in another way.
            let escaped = named.kind.is_text().then_some("\\");
            let words: Vec<&str> = [Some(old), new, escaped].into_iter().flatten().collect();
            session.project_with(place, &words)
        }
    }
}

fn here(session: &mut Session<'_>, params: DocumentHighlightParams) -> Answer<Option<Vec<DocumentHighlight>>> {
    let at = params.text_document_position_params;
    let asked = session.file(&at.text_document.uri)?;
    let found = highlights(&asked.analysis.workspace, asked.file, asked.offset(at.position)).into_iter();
    let kind = |role| Some(if role == Role::Declaration { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ });
    Ok(Some(found.map(|(span, role)| DocumentHighlight { range: asked.range(span), kind: kind(role) }).collect()))
}
