//! Code actions that no finding brings along: extract and inline a constant, settings and expectations that are missing.

use crate::diagnostics::Edit;
use crate::ide::actions::{self, Elsewhere, Kind};
use crate::lsp::edits::between;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use crate::source::Span;
use lsp_types::{CodeAction, CodeActionDisabled, CodeActionKind};

/// For `actions::OTHERS`.
pub fn rewrites(session: &mut Session<'_>, asked: &Asked, place: Span) -> Answer<Vec<CodeAction>> {
    let found = actions::actions(&asked.view(), place.start as usize..place.end as usize, &mut Others { session, asked });
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
                let edits: Vec<Edit> =
                    between(asked.text(), &text).into_iter().map(|(range, new)| Edit { span: Span::new(asked.file, range.start, range.end), text: new.to_string() }).collect();
                let Some(edit) = session.workspace_edit(&asked.analysis, &edits) else { continue };
                said.push(CodeAction { edit: Some(edit), ..plain });
            }
            Err(reason) if disabled => said.push(CodeAction { disabled: Some(CodeActionDisabled { reason }), ..plain }),
            Err(_) => {}
        }
    }
    Ok(said)
}

/// The modules of the project, asked only where it matters.
struct Others<'s, 'w> {
    session: &'s mut Session<'w>,
    asked: &'s Asked,
}

impl Elsewhere for Others<'_, '_> {
    fn names(&mut self, member: &str) -> bool {
        let dotted = format!(".{member}");
        let found = self.session.world.nearby(&self.asked.place);
        // A word too many in a comment costs a refusal, a use that is overlooked breaks a file.
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        found.modules.iter().any(|(_, unit)| {
            let text = unit.tree.text();
            !unit.std && text.match_indices(&dotted).any(|(at, _)| text.get(at + dotted.len()..).is_some_and(ends))
        })
    }
}
