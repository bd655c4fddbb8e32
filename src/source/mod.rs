//! Source texts and places in them. Offsets are bytes in the text as it was read (BOM and CR included).

pub mod uri;

use std::borrow::Cow;
use std::sync::Arc;

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub u32);

/// Bytes `start..end` of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span { file, start: start as u32, end: end as u32 }
    }
    /// The smallest span that holds both (of one file; otherwise `self`).
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
    /// The empty span at the end of this one.
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
    pub fn contains(self, offset: usize) -> bool {
        (self.start as usize) <= offset && offset < self.end as usize
    }
}

/// Line and column, both from 1; columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

#[derive(Clone, Debug)]
pub struct SourceFile {
    pub id: FileId,
    /// As shown to people: relative to where the command was called, `/`-separated; `std/aws.scale` for modules that ship with scalec.
    pub path: String,
    pub text: Arc<str>,
    line_starts: Vec<u32>,
    /// How many characters begin before each stride of bytes: all of a file may stand on one line, with a mistake at every other letter.
    characters: Vec<u32>,
    /// What nobody may see: credentials. From the first place to the last, none of them touching another.
    concealed: Vec<(usize, usize)>,
}

const STRIDE: usize = 1024;

/// Of UTF-8 every byte but those that continue a character begins one.
fn begun(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(byte & 0xc0 != 0x80)).sum()
}

impl SourceFile {
    pub fn new(id: FileId, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceFile {
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1))
            .collect();
        let mut before = 0;
        let mut characters = vec![before];
        for stride in text.as_bytes().chunks(STRIDE) {
            before += begun(stride);
            characters.push(before);
        }
        SourceFile { id, path: path.into(), text, line_starts, characters, concealed: Vec::new() }
    }
    /// How many characters begin before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        let stride = offset / STRIDE;
        let within = begun(self.text.as_bytes().get(stride * STRIDE..offset).unwrap_or(&[]));
        self.characters.get(stride).map_or(0, |before| (before + within) as usize)
    }
    /// The same text under another path.
    pub fn shown_as(&self, path: impl Into<String>) -> SourceFile {
        SourceFile { path: path.into(), ..self.clone() }
    }
    fn none() -> &'static Arc<SourceFile> {
        static NONE: std::sync::OnceLock<Arc<SourceFile>> = std::sync::OnceLock::new();
        NONE.get_or_init(|| Arc::new(SourceFile::new(FileId(u32::MAX), "", "")))
    }
    /// Index of the line (from 0) that holds this byte.
    pub fn line_index(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&s| s as usize <= offset).saturating_sub(1)
    }
    pub fn line_start(&self, line_index: usize) -> usize {
        self.line_starts.get(line_index).map_or(self.text.len(), |&s| s as usize)
    }
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }
    /// The text of a line (index from 0) without its line end.
    pub fn line_text(&self, line_index: usize) -> &str {
        let (start, end) = (self.line_start(line_index), self.line_start(line_index + 1));
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let offset = offset.min(self.text.len());
        let line = self.line_index(offset);
        let before = self.text.get(self.line_start(line)..offset).unwrap_or("");
        let bom = if line == 0 && before.starts_with('\u{feff}') { 1 } else { 0 };
        let end = self.line_start(line) + before.len();
        LineColumn { line: line + 1, column: self.characters_before(end) - self.characters_before(end - before.len()) + 1 - bom }
    }
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
    /// The bytes of a range as people may see them: each byte that is concealed is a `*`.
    pub fn shown(&self, range: std::ops::Range<usize>) -> Cow<'_, str> {
        let text = self.text.get(range.clone()).unwrap_or("");
        let mut shown = Cow::Borrowed(text);
        let first = self.concealed.partition_point(|(_, end)| *end <= range.start);
        for (start, end) in self.concealed.iter().skip(first).take_while(|(start, _)| *start < range.end) {
            let (from, to) = ((*start).max(range.start), (*end).min(range.end));
            if from < to && text.get(from - range.start..to - range.start).is_some() {
                shown.to_mut().replace_range(from - range.start..to - range.start, &"*".repeat(to - from));
            }
        }
        shown
    }
}

/// All texts that one analysis has seen.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push(Arc::new(SourceFile::new(id, path, text)));
        id
    }
    /// Takes a file in under the id that it has; ids without a file are empty files.
    pub fn put(&mut self, file: Arc<SourceFile>) {
        let index = file.id.0 as usize;
        while self.files.len() <= index {
            self.files.push(Arc::clone(SourceFile::none()));
        }
        if let Some(place) = self.files.get_mut(index) {
            *place = file;
        }
    }
    /// The file with this id; an empty one where there is none (which no stage produces).
    pub fn file(&self, id: FileId) -> &SourceFile {
        self.files.get(id.0 as usize).unwrap_or_else(|| SourceFile::none())
    }
    /// From now on nobody sees this: [`SourceFile::shown`].
    pub fn conceal(&mut self, span: Span) {
        if let Some(file) = self.files.get_mut(span.file.0 as usize) {
            let concealed = &mut Arc::make_mut(file).concealed;
            let (mut start, mut end) = (span.start as usize, span.end as usize);
            // With those that it touches it is one: they come in order, most often.
            let first = concealed.partition_point(|(_, end)| *end < start);
            let behind = first + concealed.get(first..).unwrap_or(&[]).partition_point(|(other, _)| *other <= end);
            for (other, other_end) in concealed.drain(first..behind) {
                (start, end) = (start.min(other), end.max(other_end));
            }
            concealed.insert(first, (start, end));
        }
    }
    pub fn files(&self) -> &[Arc<SourceFile>] {
        &self.files
    }
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).slice(span)
    }
    pub fn line_column(&self, span: Span) -> LineColumn {
        self.file(span.file).line_column(span.start as usize)
    }
}
