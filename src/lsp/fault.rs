//! Why a request has no answer.

use lsp_server::ErrorCode;
use lsp_types::request::{DocumentDiagnosticRequest, Request};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: i32,
    /// Plain words for whoever reads the client's log, or a message box.
    pub words: String,
}

/// What a feature gives.
pub type Answer<T> = Result<T, Fault>;

impl Fault {
    pub fn new(code: ErrorCode, words: impl Into<String>) -> Fault {
        Fault { code: code as i32, words: words.into() }
    }
    /// What was asked cannot be done, and why: shown to people.
    pub fn refused(words: impl Into<String>) -> Fault {
        Fault::new(ErrorCode::RequestFailed, words)
    }
    pub fn params(words: impl Into<String>) -> Fault {
        Fault::new(ErrorCode::InvalidParams, words)
    }
    pub fn cancelled() -> Fault {
        Fault::new(ErrorCode::RequestCanceled, "cancelled by the client")
    }
    pub fn outdated() -> Fault {
        Fault::new(ErrorCode::ContentModified, "the text has changed since")
    }
    /// As it is said to who asked for this.
    pub fn of(self, method: &str) -> Fault {
        // Whoever asks for diagnostics is not told of changed contents, but whether to ask again.
        let outdated = self.code == ErrorCode::ContentModified as i32 && method == DocumentDiagnosticRequest::METHOD;
        if outdated { Fault { code: ErrorCode::ServerCancelled as i32, ..self } } else { self }
    }
    /// For the log: without what was found wrong, which may quote a text.
    pub fn headline(&self) -> &str {
        self.words.split_once(": ").map_or(&self.words, |(headline, _)| headline)
    }
}
