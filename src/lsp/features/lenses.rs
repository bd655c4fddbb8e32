//! Code lenses: check, plan and run above a test, the prediction above a pipeline. Commands are those that the client said it executes.

use crate::ide::lenses::{self, What};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::fault::Answer;
use crate::lsp::session::Session;
use lsp_types::{CodeLens, CodeLensOptions, CodeLensParams, Command, ServerCapabilities, request};
use serde_json::json;

const CHECK: &str = "scalec.check";
const PLAN: &str = "scalec.plan";
const RUN: &str = "scalec.runLocal";

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.code_lens_provider = Some(CodeLensOptions { resolve_provider: Some(false) });
}

pub fn answer(table: &mut Table) {
    table.on::<request::CodeLensRequest>(lenses);
}

fn lenses(session: &mut Session<'_>, params: CodeLensParams) -> Answer<Option<Vec<CodeLens>>> {
    if !session.settings.lenses {
        return Ok(None);
    }
    let uri = params.text_document.uri;
    let asked = session.file(&uri)?;
    let client = session.client;
    let command = |title: &str, command: &str, test: Option<&str>| {
        let arguments = std::iter::once(json!(uri)).chain(test.map(|test| json!(test))).collect();
        client.knows(command).then(|| Command { title: title.to_string(), command: command.to_string(), arguments: Some(arguments) })
    };
    let found = lenses::lenses(&asked.view(), cfg!(feature = "engine"));
    let said = found.into_iter().filter_map(|lens| {
        let command = match &lens.what {
            What::Check => command("check", CHECK, None),
            What::Plan(test) => command("plan", PLAN, Some(test)),
            What::Run(test) => command("run with --local", RUN, Some(test)),
            // To be read; nothing happens.
            What::Fact(text) => Some(Command { title: text.clone(), command: String::new(), arguments: None }),
        };
        command.map(|command| CodeLens { range: asked.range(lens.span), command: Some(command), data: None })
    });
    Ok(Some(said.collect()))
}
