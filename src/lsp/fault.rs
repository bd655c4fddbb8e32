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
    /// For the log: without what was found wrong, and without what is quoted, for either may be somebody's text.
    pub fn headline(&self) -> String {
        let said = unquoted(&self.words);
        said.split_once(": ").map_or(said.as_str(), |(headline, _)| headline).to_string()
    }
}

/// Nothing is left of what stands in backticks. Where they do not come in pairs, one of them is a text's own, and nothing behind the
/// first is left.
fn unquoted(words: &str) -> String {
    let parts: Vec<&str> = words.split('`').collect();
    match parts.as_slice() {
        [first, ..] if parts.len().is_multiple_of(2) => format!("{first}`…`"),
        _ => parts.iter().enumerate().map(|(i, part)| if i.is_multiple_of(2) { part } else { "`…`" }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_quotes_nothing() {
        for (words, headline) in [
            ("the text has changed since", "the text has changed since"),
            ("the params of initialize are wrong: invalid type: string \"secret\"", "the params of initialize are wrong"),
            ("`9: secret` is no name: names are letters", "`…` is no name"),
            ("`secret` is taken: a.scale:2 declares the let `secret`", "`…` is taken"),
            ("a.scale:3 cannot be read, and may name `secret`: mend it first", "a.scale:3 cannot be read, and may name `…`"),
            ("`secret` or secret` is not open", "`…`"),
            ("a`b.scale cannot be read, and may name `secret`", "a`…`"),
        ] {
            assert_eq!(Fault::refused(words).headline(), headline);
        }
    }
}
