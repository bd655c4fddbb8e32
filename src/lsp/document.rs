//! A text that the client has open: what it says of it is the truth, whatever the disk holds.

use super::position::{Encoding, Lines};
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a text belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file, existing or not: its path as the client names it, and without symbolic links.
    File { given: PathBuf, real: PathBuf },
    /// A module that ships with scalec, by its name without `std/`: its unpacked file.
    Module(String),
    /// A text without a file, by its URI.
    Nowhere(String),
}

impl Place {
    /// What its analysis is known by; for files and modules the path that the loader knows them by.
    pub fn key(&self) -> PathBuf {
        match self {
            Place::File { real, .. } => real.clone(),
            Place::Module(name) => Path::new("std").join(name),
            Place::Nowhere(uri) => PathBuf::from(uri),
        }
    }
}

#[derive(Debug)]
pub struct Document {
    /// As the client writes it: it is spoken of under no other name.
    pub uri: Uri,
    /// As the client counts; `None` where it does not.
    pub version: Option<i32>,
    /// Of all texts that any file had while the server ran, the number of this one.
    pub edition: u64,
    pub place: Place,
    lines: Arc<Lines>,
}

impl Document {
    pub fn new(uri: Uri, version: Option<i32>, edition: u64, place: Place, text: String) -> Document {
        Document { uri, version, edition, place, lines: Arc::new(Lines::new(text.into(), false)) }
    }
    pub fn text(&self) -> &Arc<str> {
        self.lines.text()
    }
    /// Each change is made to what the one before it left.
    pub fn change(&mut self, version: Option<i32>, edition: u64, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        self.version = version;
        self.edition = edition;
        for change in changes {
            let text = match change.range {
                None => change.text,
                Some(range) => {
                    let (start, end) = (self.lines.offset(range.start, encoding), self.lines.offset(range.end, encoding));
                    let mut text = self.text().to_string();
                    text.replace_range(start..end.max(start), &change.text);
                    text
                }
            };
            self.lines = Arc::new(Lines::new(text.into(), false));
        }
    }
}
