//! Go to definition: through imports, into the modules that ship with scalec, and to the files that paths name.

use crate::ide::definition::{Definition, Goal, definition};
use crate::loader::Live;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::document::Place;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use crate::lsp::uri::uri_of;
use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink, OneOf, Range, ServerCapabilities, Uri, request};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.definition_provider = Some(OneOf::Left(true));
}

pub fn answer(table: &mut Table) {
    table.on::<request::GotoDefinition>(go);
}

fn go(session: &mut Session<'_>, params: GotoDefinitionParams) -> Answer<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    let asked = session.file(&at.text_document.uri)?;
    let Some(found) = definition(&asked.analysis.workspace, asked.file, asked.offset(at.position)) else { return Ok(None) };
    let text = session.client.capabilities.text_document.as_ref();
    let links = text.and_then(|text| text.definition.as_ref()).and_then(|definition| definition.link_support) == Some(true);
    Ok(Some(if links {
        GotoDefinitionResponse::Link(linked(session, &asked, &found))
    } else {
        let places = linked(session, &asked, &found).into_iter();
        GotoDefinitionResponse::Array(places.map(|link| Location { uri: link.target_uri, range: link.target_selection_range }).collect())
    }))
}

fn linked(session: &mut Session<'_>, asked: &Asked, found: &Definition) -> Vec<LocationLink> {
    let origin = Some(asked.range(found.origin));
    let goals = found.goals.iter().filter_map(|goal| {
        let (uri, whole, name) = match goal {
            Goal::Place { name, whole } => {
                let place = session.location(&asked.analysis, *name)?;
                (place.uri, session.range(&asked.analysis, *whole), place.range)
            }
            Goal::File(file) => (session.world.uri(*file)?, Range::default(), Range::default()),
            Goal::Path(path) => (beside(&asked.place, path)?, Range::default(), Range::default()),
            Goal::Unread(path) => (session.world.beside(&asked.place, path)?, Range::default(), Range::default()),
        };
        Some(LocationLink { origin_selection_range: origin, target_uri: uri, target_range: whole, target_selection_range: name })
    });
    goals.collect()
}

/// A file by its path from the folder of another.
pub fn beside(place: &Place, path: &str) -> Option<Uri> {
    match place {
        Place::File { real, .. } => uri_of(&Live::real(&real.parent()?.join(path))),
        Place::Module(_) | Place::Nowhere(_) => None,
    }
}
