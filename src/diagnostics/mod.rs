//! One value for everything that scalec has to say about a file; renderers turn it into text, JSON and more.

pub mod allow;
pub mod codes;
pub mod mend;
pub mod pages;
pub mod render;
pub mod suggest;

use crate::source::Span;
pub use codes::Code;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
    Hint,
}

/// A place and what it has to do with the matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub message: String,
}

/// Replace the text of `span` by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// A way to mend it. Safe ones never change what a valid file means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    pub safe: bool,
    pub edits: Vec<Edit>,
}

/// Bytes of one text of a message.
const MOST_SAID: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    /// That of its code, unless the project says otherwise.
    severity: Severity,
    /// Stands alone, in plain words, with the numbers.
    pub message: String,
    /// The exact words a reader would change first; its message may be empty.
    pub primary: Label,
    /// The other parties.
    pub labels: Vec<Label>,
    /// Arithmetic, inferred dimensions.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: Label { span, message: String::new() },
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }
    /// Words under the primary place.
    pub fn here(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
    /// A fix that replaces one span.
    pub fn fix(mut self, title: impl Into<String>, safe: bool, span: Span, text: impl Into<String>) -> Self {
        self.fixes.push(Fix { title: title.into(), safe, edits: vec![Edit { span, text: text.into() }] });
        self
    }
    /// Cuts what nobody reads: a name of a million letters is quoted with its first ones.
    pub fn cut(&mut self) {
        let labels = self.labels.iter_mut().map(|label| &mut label.message);
        let fixes = self.fixes.iter_mut().map(|fix| &mut fix.title);
        for text in [&mut self.message, &mut self.primary.message].into_iter().chain(labels).chain(&mut self.notes).chain(&mut self.help).chain(fixes) {
            if text.len() > MOST_SAID {
                let end = (0..=MOST_SAID).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                text.truncate(end);
                text.push('…');
            }
        }
    }
    pub fn severity(&self) -> Severity {
        self.severity
    }
    /// Taken as seriously as this.
    pub fn taken_as(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}
