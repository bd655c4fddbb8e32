//! What was found in files that are not open and told with those that import them, where the client asks for findings: such a file is asked for by
//! nobody, so that what hangs there is taken away only if it is told that nothing is found there any more.

use super::board::Board;
use lsp_types::{Diagnostic, Uri};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Pulled {
    board: Board,
    /// What hangs differently since a file was closed, and has not been told yet.
    untold: BTreeMap<String, (Uri, Vec<Diagnostic>)>,
}

impl Pulled {
    /// Takes what an open file found in others; gives what hangs otherwise than it was told, and what it found itself.
    pub fn put(&mut self, by: &Uri, others: &[(Uri, Diagnostic)]) -> (Vec<(Uri, Vec<Diagnostic>)>, Vec<(Uri, Vec<Diagnostic>)>) {
        let notices = self.board.put(by, others.to_vec());
        self.untold.extend(notices.into_iter().filter(|(uri, _)| uri != by).map(|notice| (notice.0.as_str().to_string(), notice)));
        let changed = std::mem::take(&mut self.untold).into_values().collect();
        let mut found: Vec<(Uri, Vec<Diagnostic>)> = Vec::new();
        for (uri, _) in others {
            if !found.iter().any(|(known, _)| known == uri) {
                found.push((uri.clone(), self.board.at(uri.as_str())));
            }
        }
        (changed, found)
    }

    /// The file is not open any more.
    pub fn close(&mut self, by: &Uri) {
        let notices = self.board.close(by);
        self.untold.extend(notices.into_iter().filter(|(uri, _)| uri != by).map(|notice| (notice.0.as_str().to_string(), notice)));
    }
}
