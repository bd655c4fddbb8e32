//! What a request may look at: the files as they are at this moment, what the client can take, what people have set.

use super::client::Client;
use super::document::Place;
use super::fault::{Answer, Fault};
use super::position::{Encoding, Lines};
use super::settings::Settings;
use super::uri::path_of;
use super::world::World;
use crate::analysis::Analysis;
use crate::diagnostics;
use crate::ide::View;
use crate::source::{FileId, Span};
use lsp_types::{
    DocumentChangeOperation, DocumentChanges, Location, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::HashMap;
use std::sync::Arc;

/// Bytes of text whose reading is kept beside what is open.
const KEPT: usize = 1024 * 1024;

pub struct Session<'a> {
    pub world: &'a mut World,
    pub client: &'a Client,
    pub settings: &'a Settings,
    /// Whether nobody waits for the answer any more.
    pub(super) stop: &'a mut dyn FnMut() -> Option<Fault>,
}

/// A file that is asked about.
pub struct Asked {
    pub analysis: Arc<Analysis>,
    pub file: FileId,
    pub place: Place,
    lines: Arc<Lines>,
    encoding: Encoding,
}

impl Asked {
    /// What `ide` wants.
    pub fn view(&self) -> View<'_> {
        View::new(&self.analysis, self.file)
    }
    pub fn text(&self) -> &Arc<str> {
        self.lines.text()
    }
    /// The byte at a position.
    pub fn offset(&self, position: Position) -> usize {
        self.lines.offset(position, self.encoding)
    }
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(offset, self.encoding)
    }
    /// The range of a place in this file.
    pub fn range(&self, span: Span) -> Range {
        self.lines.range(span.start as usize, span.end as usize, self.encoding)
    }
    pub fn span(&self, range: Range) -> Span {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        Span::new(self.file, start, end.max(start))
    }
    /// The length of a text on one line, as the client counts.
    pub fn length(&self, text: &str) -> u32 {
        self.encoding.length(text) as u32
    }
}

impl Session<'_> {
    /// The file that a URI names, as it is now: open, or on the disk.
    pub fn file(&mut self, uri: &Uri) -> Answer<Asked> {
        if self.world.document(uri).is_none() && path_of(uri).is_none() {
            return Err(Fault::params(format!("`{}` is neither open nor a file on this machine", uri.as_str())));
        }
        let place = self.world.place(uri);
        Ok(self.asked(place))
    }

    /// As [`Session::file`], where an answer by an old text would do harm: whatever is read is held against the disk first, for not every client says
    /// when a file changes.
    pub fn file_as_it_is(&mut self, uri: &Uri) -> Answer<Asked> {
        self.world.suspect_all();
        self.file(uri)
    }

    fn asked(&mut self, place: Place) -> Asked {
        let analysis = self.world.analysis(&place);
        self.seen(place, analysis)
    }

    /// The same file once more.
    pub fn again(&mut self, asked: &Asked) -> Asked {
        self.seen(asked.place.clone(), Arc::clone(&asked.analysis))
    }

    fn seen(&mut self, place: Place, analysis: Arc<Analysis>) -> Asked {
        let file = analysis.workspace.roots.first().copied().unwrap_or_default();
        let lines = self.world.lines(&analysis, file);
        Asked { analysis, file, place, lines, encoding: self.client.encoding }
    }

    /// Every file that may name what is declared in this one, and whose text holds one of these words: read, not checked.
    /// Of a large project most files are not even parsed. Ends early where nobody waits any more.
    pub fn project_with(&mut self, place: &Place, words: &[&str]) -> Answer<Vec<Asked>> {
        let mut places = self.world.project(place);
        places.retain(|place| words.iter().any(|word| self.world.holds(place, word)));
        self.readings(places)
    }

    /// Every scenario file of the folders of the workspace, and those that are open: read, not checked.
    pub fn everything(&mut self) -> Answer<Vec<Asked>> {
        let places = self.world.everything();
        self.readings(places)
    }

    fn readings(&mut self, places: Vec<Place>) -> Answer<Vec<Asked>> {
        let mut all = Vec::new();
        for place in places {
            self.still_wanted()?;
            let reading = self.world.reading(&place);
            all.push(self.seen(place, reading));
        }
        // A small project is kept in mind for the next question; a large one would take too much memory.
        if all.iter().map(|asked: &Asked| asked.text().len()).sum::<usize>() > KEPT {
            self.world.forget();
        }
        Ok(all)
    }

    /// To be asked between the parts of a long answer.
    pub fn still_wanted(&mut self) -> Answer<()> {
        (self.stop)().map_or(Ok(()), Err)
    }

    /// The range of a place in any file of an analysis.
    pub fn range(&mut self, analysis: &Analysis, span: Span) -> Range {
        self.world.lines(analysis, span.file).range(span.start as usize, span.end as usize, self.client.encoding)
    }

    pub fn location(&mut self, analysis: &Analysis, span: Span) -> Option<Location> {
        Some(Location { uri: self.world.uri(span.file)?, range: self.range(analysis, span) })
    }

    pub fn text_edit(&mut self, analysis: &Analysis, edit: &diagnostics::Edit) -> TextEdit {
        // New lines end as those of the file do.
        let text = &analysis.workspace.map.file(edit.span.file).text;
        let new = diagnostics::mend::with_line_ends_of(text, &edit.text).into_owned();
        TextEdit { range: self.range(analysis, edit.span), new_text: new }
    }

    /// Edits of any files of an analysis; `None` where one of them has no name towards the client.
    pub fn workspace_edit(&mut self, analysis: &Analysis, edits: &[diagnostics::Edit]) -> Option<WorkspaceEdit> {
        let mut files: Vec<(Uri, Vec<TextEdit>)> = Vec::new();
        for edit in edits {
            let uri = self.world.uri(edit.span.file)?;
            let edit = self.text_edit(analysis, edit);
            match files.iter_mut().find(|(known, _)| *known == uri) {
                Some((_, edits)) => edits.push(edit),
                None => files.push((uri, vec![edit])),
            }
        }
        Some(self.changes(files))
    }

    /// Edits by file, with the versions that they are made for where the client takes them.
    pub fn changes(&self, files: Vec<(Uri, Vec<TextEdit>)>) -> WorkspaceEdit {
        if !self.client.takes_document_changes() {
            #[expect(clippy::mutable_key_type, reason = "the protocol's type; a URI that stays as it is")]
            let changes: HashMap<Uri, Vec<TextEdit>> = files.into_iter().collect();
            return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
        }
        let operations = files.into_iter().map(|(uri, edits)| {
            let version = self.world.version(&uri);
            let edits = edits.into_iter().map(OneOf::Left).collect();
            DocumentChangeOperation::Edit(TextDocumentEdit { text_document: OptionalVersionedTextDocumentIdentifier { uri, version }, edits })
        });
        let changes = DocumentChanges::Operations(operations.collect());
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    }
}
