//! The colours that each open file was last given, so that only what changed is sent again.

use lsp_types::{SemanticToken, Uri};
use std::collections::HashMap;

#[derive(Debug, Default)]
pub struct Colours {
    /// By URI, with the number that the client knows them by.
    given: HashMap<String, (u64, Vec<SemanticToken>)>,
    last: u64,
}

impl Colours {
    /// Gives the number that they can be asked for by.
    pub fn keep(&mut self, uri: &Uri, tokens: Vec<SemanticToken>) -> Option<String> {
        self.last += 1;
        self.given.insert(uri.as_str().to_string(), (self.last, tokens));
        Some(self.last.to_string())
    }
    /// What was given under this number, where it is still known.
    pub fn take(&mut self, uri: &Uri, number: &str) -> Option<Vec<SemanticToken>> {
        let (known, tokens) = self.given.remove(uri.as_str())?;
        (known.to_string() == number).then_some(tokens)
    }
    pub fn forget(&mut self, uri: &Uri) {
        self.given.remove(uri.as_str());
    }
}
