//! Signature help: how what is being called is called.

use crate::ide::signature;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::Session;
use lsp_types::{
    ParameterInformation, ParameterLabel, ServerCapabilities, SignatureHelp, SignatureHelpOptions, SignatureHelpParams, SignatureInformation,
    request,
};

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    let words = |words: [&str; 1]| Some(words.map(str::to_string).to_vec());
    server.signature_help_provider = Some(SignatureHelpOptions { trigger_characters: words(["("]), retrigger_characters: words([","]), ..SignatureHelpOptions::default() });
}

pub fn answer(table: &mut Table) {
    table.on_even_outdated::<request::SignatureHelpRequest>(help);
}

fn help(session: &mut Session<'_>, params: SignatureHelpParams) -> Answer<Option<SignatureHelp>> {
    let at = params.text_document_position_params;
    let asked = session.file(&at.text_document.uri)?;
    let Some(found) = signature::help(&asked.view(), asked.offset(at.position)) else { return Ok(None) };
    let information = session.client.capabilities.text_document.as_ref().and_then(|text| text.signature_help.as_ref()).and_then(|help| help.signature_information.as_ref());
    let formats = information.and_then(|i| i.documentation_format.as_deref());
    let offsets = information.and_then(|i| i.parameter_information.as_ref()).and_then(|p| p.label_offset_support) == Some(true);
    let doc = |words: &str| Some(Client::documentation(formats, words));
    // Labels are of letters that count one in every encoding, but for `…`, which counts one unit and three bytes.
    let units = |label: &str, at: usize| label.get(..at).map_or(0, |text| text.encode_utf16().count()) as u32;
    let signatures = found.ways.into_iter().map(|way| {
        let parameters = way.arguments.iter().map(|(range, takes)| ParameterInformation {
            label: match offsets {
                true => ParameterLabel::LabelOffsets([units(&way.label, range.start), units(&way.label, range.end)]),
                false => ParameterLabel::Simple(way.label.get(range.clone()).unwrap_or("").to_string()),
            },
            documentation: doc(takes),
        });
        SignatureInformation { parameters: Some(parameters.collect()), documentation: doc(&way.doc), active_parameter: None, label: way.label.clone() }
    });
    Ok(Some(SignatureHelp {
        signatures: signatures.collect(),
        active_signature: Some(found.way as u32),
        // One beyond the last is none.
        active_parameter: Some(found.argument.map_or(u32::from(u8::MAX), |n| n as u32)),
    }))
}
