//! Code actions that no finding brings along: extract and inline a constant, settings and expectations that are missing.

use crate::analysis::Analysis;
use crate::diagnostics::Edit;
use crate::ide::actions::{self, Elsewhere, Kind};
use crate::lsp::edits::between;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use crate::source::{FileId, Span};
use lsp_types::{CodeAction, CodeActionDisabled, CodeActionKind, TextEdit, Uri};
use std::sync::Arc;

/// For `actions::OTHERS`.
pub fn rewrites(session: &mut Session<'_>, asked: &Asked, place: Span) -> Answer<Vec<CodeAction>> {
    let mut others = Others { session, asked, files: Vec::new() };
    let found = actions::actions(&asked.view(), place.start as usize..place.end as usize, &mut others);
    let files = others.files;
    session.still_wanted()?;
    let disabled = session.client.capabilities.text_document.as_ref().and_then(|text| text.code_action.as_ref()).and_then(|a| a.disabled_support) == Some(true);
    let mut said = Vec::new();
    for action in found {
        let kind = match action.kind {
            Kind::Extract => CodeActionKind::REFACTOR_EXTRACT,
            Kind::Inline => CodeActionKind::REFACTOR_INLINE,
            Kind::Add => CodeActionKind::REFACTOR_REWRITE,
        };
        let plain = CodeAction { title: action.title, kind: Some(kind), ..CodeAction::default() };
        match action.text {
            Ok(text) => {
                let others = action.others.iter().filter_map(|(id, text)| Some((files.iter().find(|file| file.file == *id)?, text)));
                let changes: Option<Vec<(Uri, Vec<TextEdit>)>> = std::iter::once((asked, &text)).chain(others).map(|(file, text)| changes(session, file, text)).collect();
                let Some(changes) = changes else { continue };
                said.push(CodeAction { edit: Some(session.changes(changes)), ..plain });
            }
            Err(reason) if disabled => said.push(CodeAction { disabled: Some(CodeActionDisabled { reason }), ..plain }),
            Err(_) => {}
        }
    }
    Ok(said)
}

/// What leads to the new text of a file; `None` where it has no name towards the client.
fn changes(session: &mut Session<'_>, file: &Asked, text: &str) -> Option<(Uri, Vec<TextEdit>)> {
    let edits = between(file.text(), text).into_iter().map(|(range, new)| Edit { span: Span::new(file.file, range.start, range.end), text: new.to_string() });
    let edits = edits.map(|edit| session.text_edit(&file.analysis, &edit)).collect();
    Some((session.world.uri(file.file)?, edits))
}

/// The files of the project, asked only where it matters.
struct Others<'s, 'w> {
    session: &'s mut Session<'w>,
    asked: &'s Asked,
    files: Vec<Asked>,
}

impl Elsewhere for Others<'_, '_> {
    fn naming(&mut self, member: &str) -> Result<Vec<(Arc<Analysis>, FileId)>, String> {
        // What has been written since the last look would be changed wrongly.
        self.session.world.suspect_all();
        let all = self.session.project_with(&self.asked.place, &[member]).map_err(|fault| fault.words)?;
        self.files = all.into_iter().filter(|file| file.file != self.asked.file).collect();
        Ok(self.files.iter().map(|file| (Arc::clone(&file.analysis), file.file)).collect())
    }
}
