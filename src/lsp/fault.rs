//! Why a request has no answer.

use lsp_server::ErrorCode;

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
}
