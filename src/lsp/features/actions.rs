//! Code actions: the checker's fixes, all safe ones at once, a comment that silences a warning, and what [`OTHERS`] add.

use crate::diagnostics::{self, Diagnostic, Edit, Severity, allow, codes};
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::edits::between;
use crate::lsp::fault::{Answer, Fault};
use crate::lsp::findings;
use crate::lsp::session::{Asked, Session};
use crate::source::Span;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams, CodeActionProviderCapability, CodeActionResponse, ServerCapabilities, TextEdit, Uri,
    request,
};
use serde_json::{Value, json};

/// `source.fixAll.scalec`: takes every safe fix of the file, as `scalec check --fix` does.
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.scalec");

/// Actions that no finding brings along: each function gives those for a place of a file.
pub const OTHERS: &[fn(&mut Session<'_>, &Asked, Span) -> Answer<Vec<CodeAction>>] = &[super::rewrites::rewrites];

pub fn offer(client: &Client, server: &mut ServerCapabilities) {
    if !takes_literals(client) {
        // Such a client knows commands alone, and there is none to give.
        return;
    }
    let kinds = vec![CodeActionKind::QUICKFIX, FIX_ALL, CodeActionKind::REFACTOR_EXTRACT, CodeActionKind::REFACTOR_INLINE, CodeActionKind::REFACTOR_REWRITE];
    server.code_action_provider = Some(CodeActionProviderCapability::Options(CodeActionOptions {
        code_action_kinds: Some(kinds),
        resolve_provider: Some(resolves(client)),
        ..CodeActionOptions::default()
    }));
}

pub fn answer(table: &mut Table) {
    table.on::<request::CodeActionRequest>(actions);
    table.on::<request::CodeActionResolveRequest>(resolve);
}

fn takes_literals(client: &Client) -> bool {
    let text = client.capabilities.text_document.as_ref();
    text.and_then(|text| text.code_action.as_ref()).is_some_and(|actions| actions.code_action_literal_support.is_some())
}

/// Whether the client asks for the edit of an action that somebody has chosen, and sends back what it takes to make it.
fn resolves(client: &Client) -> bool {
    let actions = client.capabilities.text_document.as_ref().and_then(|text| text.code_action.as_ref());
    let asks = actions.and_then(|actions| actions.resolve_support.as_ref()).is_some_and(|support| support.properties.iter().any(|property| property == "edit"));
    asks && actions.and_then(|actions| actions.data_support) == Some(true)
}

fn prefers(client: &Client) -> bool {
    let actions = client.capabilities.text_document.as_ref().and_then(|text| text.code_action.as_ref());
    actions.and_then(|actions| actions.is_preferred_support) == Some(true)
}

fn actions(session: &mut Session<'_>, params: CodeActionParams) -> Answer<Option<CodeActionResponse>> {
    let asked = session.file(&params.text_document.uri)?;
    let place = asked.span(params.range);
    let only = params.context.only;
    // A kind stands for all below it.
    let wanted = |kind: &CodeActionKind| {
        let below = |only: &CodeActionKind| kind.as_str() == only.as_str() || kind.as_str().strip_prefix(only.as_str()).is_some_and(|rest| rest.starts_with('.')) || only.as_str().is_empty();
        only.as_ref().is_none_or(|only| only.iter().any(below))
    };
    let mut actions = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX) {
        let touched = |d: &&Diagnostic| d.primary.span.file == asked.file && d.primary.span.start <= place.end && place.start <= d.primary.span.end;
        let found: Vec<Diagnostic> = asked.analysis.diagnostics.iter().filter(touched).cloned().collect();
        for d in &found {
            fixes(session, &asked, d, &mut actions);
        }
        actions.extend(found.iter().filter_map(|d| silence(session, &asked, d)));
    }
    if wanted(&FIX_ALL) && asked.analysis.diagnostics.iter().any(|d| d.primary.span.file == asked.file && d.fixes.iter().any(|fix| fix.safe)) {
        let uri = params.text_document.uri;
        let later = resolves(session.client);
        let edit = if later { None } else { fix_all(session, &uri)? };
        let data = later.then(|| json!({"fixAll": uri}));
        actions.push(CodeAction { title: "mend everything that can be mended safely".to_string(), kind: Some(FIX_ALL), edit, data, ..CodeAction::default() });
    }
    let rewrites = [CodeActionKind::REFACTOR_EXTRACT, CodeActionKind::REFACTOR_INLINE, CodeActionKind::REFACTOR_REWRITE];
    if rewrites.iter().any(wanted) {
        for other in OTHERS {
            actions.extend(other(session, &asked, place)?);
        }
    }
    actions.retain(|action| action.kind.as_ref().is_none_or(wanted));
    Ok(Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
}

/// What the checker proposes; a safe one is what most people want.
fn fixes(session: &mut Session<'_>, asked: &Asked, d: &Diagnostic, actions: &mut Vec<CodeAction>) {
    for fix in &d.fixes {
        let Some(edit) = session.workspace_edit(&asked.analysis, &fix.edits) else { continue };
        let said = findings::said(session.world, session.client, &asked.analysis, d);
        actions.push(CodeAction {
            title: fix.title.clone(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![said]),
            edit: Some(edit),
            is_preferred: prefers(session.client).then_some(fix.safe),
            ..CodeAction::default()
        });
    }
}

/// The comment above its line that takes a warning as meant.
fn silence(session: &mut Session<'_>, asked: &Asked, d: &Diagnostic) -> Option<CodeAction> {
    // Errors cannot be allowed, and a comment about a comment helps nobody.
    if d.severity() == Severity::Error || d.code == codes::W0110 {
        return None;
    }
    let edit = allow::above(asked.view().source(), d);
    let edit = session.workspace_edit(&asked.analysis, &[edit])?;
    let said = findings::said(session.world, session.client, &asked.analysis, d);
    let title = format!("silence {} here, with a reason", d.code);
    Some(CodeAction { title, kind: Some(CodeActionKind::QUICKFIX), diagnostics: Some(vec![said]), edit: Some(edit), ..CodeAction::default() })
}

fn resolve(session: &mut Session<'_>, mut action: CodeAction) -> Answer<CodeAction> {
    let uri = action.data.as_ref().and_then(|data| data.get("fixAll")).map(|uri: &Value| serde_json::from_value::<Uri>(uri.clone()));
    match uri {
        Some(Ok(uri)) => action.edit = fix_all(session, &uri)?,
        Some(Err(_)) => return Err(Fault::params("the data of this action is not what was sent with it")),
        None => {}
    }
    Ok(action)
}

/// As often as one fix may uncover another; a circle of fixes must end all the same.
const ROUNDS: usize = 10;

fn fix_all(session: &mut Session<'_>, uri: &Uri) -> Answer<Option<lsp_types::WorkspaceEdit>> {
    let asked = session.file(uri)?;
    let mut text = asked.text().to_string();
    let mut analysis = asked.analysis.clone();
    for _ in 0..ROUNDS {
        session.still_wanted()?;
        let (mended, _) = diagnostics::mend::mend(&analysis.workspace.map, &[asked.file], &analysis.diagnostics, false);
        let Some(mended) = mended.into_iter().next() else { break };
        analysis = session.world.imagine(&asked.place, &mended.text);
        text = mended.text;
    }
    let edits: Vec<Edit> =
        between(asked.text(), &text).into_iter().map(|(range, new)| Edit { span: Span::new(asked.file, range.start, range.end), text: new.to_string() }).collect();
    let edits: Vec<TextEdit> = edits.iter().map(|edit| session.text_edit(&asked.analysis, edit)).collect();
    Ok(Some(session.changes(vec![(uri.clone(), edits)])))
}
