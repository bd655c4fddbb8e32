//! Formatting: the layout of `scalec fmt`, as edits that touch no more than they must. Of a file with mistakes of syntax the whole is left alone, as
//! `scalec fmt` leaves it; a range of it is laid out where it is sound.

use crate::ide::formatting;
use crate::lsp::client::Client;
use crate::lsp::dispatch::Table;
use crate::lsp::edits::between;
use crate::lsp::fault::Answer;
use crate::lsp::session::{Asked, Session};
use crate::source::Span;
use lsp_types::{
    DocumentFormattingParams, DocumentOnTypeFormattingOptions, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, OneOf, ServerCapabilities, TextEdit, request,
};
use std::ops::Range;

pub fn offer(_: &Client, server: &mut ServerCapabilities) {
    server.document_formatting_provider = Some(OneOf::Left(true));
    server.document_range_formatting_provider = Some(OneOf::Left(true));
    let on_type = DocumentOnTypeFormattingOptions { first_trigger_character: "}".to_string(), more_trigger_character: Some(vec!["\n".to_string()]) };
    server.document_on_type_formatting_provider = Some(on_type);
}

pub fn answer(table: &mut Table) {
    table.on::<request::Formatting>(document);
    table.on::<request::RangeFormatting>(range);
    table.on::<request::OnTypeFormatting>(on_type);
}

fn document(session: &mut Session<'_>, params: DocumentFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let asked = session.file(&params.text_document.uri)?;
    let Some(new) = formatting::laid_out(&asked.view()) else { return Ok(None) };
    Ok(Some(edits(&asked, &[(0..asked.text().len(), new)], |_| true)))
}

/// The lines that the range touches.
fn range(session: &mut Session<'_>, params: DocumentRangeFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let asked = session.file(&params.text_document.uri)?;
    let lines = lines(&asked, asked.span(params.range));
    Ok(Some(edits(&asked, &formatting::parts(&asked.view()), |edit| meets(edit, &lines))))
}

/// Behind `}` what it closes; behind a new line what has been written above it, and never the line that the cursor is in.
fn on_type(session: &mut Session<'_>, params: DocumentOnTypeFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let asked = session.file(&params.text_document_position.text_document.uri)?;
    let offset = asked.offset(params.text_document_position.position);
    let view = asked.view();
    let lines = match params.ch.as_str() {
        "}" => match formatting::closed_at(&view, offset) {
            Some(closed) => lines(&asked, closed),
            None => return Ok(None),
        },
        _ => formatting::written_above(&view, offset),
    };
    let inside = |edit: &Range<usize>| meets(edit, &lines) && edit.start >= lines.start && edit.end < lines.end.max(lines.start + 1);
    Ok(Some(edits(&asked, &formatting::parts(&view), inside)))
}

/// The bytes of all lines that a place touches.
fn lines(asked: &Asked, span: Span) -> Range<usize> {
    let view = asked.view();
    let source = view.source();
    let last = source.line_index(span.end as usize);
    source.line_start(source.line_index(span.start as usize))..source.line_start(last + 1)
}

fn meets(edit: &Range<usize>, lines: &Range<usize>) -> bool {
    edit.start < lines.end && (edit.end > lines.start || edit.start >= lines.start)
}

fn edits(asked: &Asked, parts: &[(Range<usize>, String)], wanted: impl Fn(&Range<usize>) -> bool) -> Vec<TextEdit> {
    let mut all = Vec::new();
    for (part, new) in parts {
        let old = asked.text().get(part.clone()).unwrap_or_default();
        for (range, text) in between(old, new) {
            let range = range.start + part.start..range.end + part.start;
            if wanted(&range) {
                all.push(TextEdit { range: asked.range(Span::new(asked.file, range.start, range.end)), new_text: text.to_string() });
            }
        }
    }
    all
}
