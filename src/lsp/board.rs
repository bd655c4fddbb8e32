//! Which findings hang at which file: those of the open ones, and errors in what they import. What has been said is said again only where it changed.

use lsp_types::{Diagnostic, Uri};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// Files are named by their URIs.
#[derive(Debug, Default)]
pub struct Board {
    /// What each open file found, by the file that it is about.
    found: BTreeMap<String, BTreeMap<String, Vec<Diagnostic>>>,
    /// What hangs now.
    hangs: BTreeMap<String, Vec<Diagnostic>>,
}

/// A file and all that is to be shown at it.
pub type Notice = (Uri, Vec<Diagnostic>);

impl Board {
    /// Takes what an open file's analysis found; gives what is to be said now. Of the file itself it is said in any case: the editor may have
    /// moved the old marks while somebody typed.
    pub fn put(&mut self, by: &Uri, found: Vec<(Uri, Diagnostic)>) -> Vec<Notice> {
        let mut about: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for (uri, diagnostic) in found {
            about.entry(uri.as_str().to_string()).or_default().push(diagnostic);
        }
        let before = self.found.insert(by.as_str().to_string(), about);
        self.hangs.remove(by.as_str());
        let mut changed: BTreeSet<String> = before.into_iter().flatten().map(|(uri, _)| uri).collect();
        changed.extend(self.found.get(by.as_str()).into_iter().flat_map(|about| about.keys().cloned()));
        changed.insert(by.as_str().to_string());
        self.say(changed)
    }

    /// The file is not open any more.
    pub fn close(&mut self, by: &Uri) -> Vec<Notice> {
        let mut changed: BTreeSet<String> = self.found.remove(by.as_str()).into_iter().flatten().map(|(uri, _)| uri).collect();
        changed.insert(by.as_str().to_string());
        self.say(changed)
    }

    fn say(&mut self, uris: BTreeSet<String>) -> Vec<Notice> {
        let mut notices = Vec::new();
        for uri in uris {
            let now = self.at(&uri);
            let open = self.found.contains_key(&uri);
            // Where nothing hangs nothing needs to be remembered, unless it is open.
            let hung = if now.is_empty() && !open { self.hangs.remove(&uri) } else { self.hangs.insert(uri.clone(), now.clone()) };
            let known = hung.map_or(now.is_empty() && !open, |hung| hung == now);
            if !known && let Ok(uri) = Uri::from_str(&uri) {
                notices.push((uri, now));
            }
        }
        notices
    }

    /// An open file knows best about itself; of others, what all that are open say.
    pub fn at(&self, uri: &str) -> Vec<Diagnostic> {
        if let Some(own) = self.found.get(uri) {
            return own.get(uri).cloned().unwrap_or_default();
        }
        let mut all: Vec<Diagnostic> = Vec::new();
        for diagnostic in self.found.values().filter_map(|about| about.get(uri)).flatten() {
            if !all.contains(diagnostic) {
                all.push(diagnostic.clone());
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(name: &str) -> Uri {
        Uri::from_str(&format!("file:///{name}")).unwrap()
    }

    fn said(notices: Vec<Notice>) -> Vec<String> {
        let words = |all: Vec<Diagnostic>| all.into_iter().map(|d| d.message).collect::<Vec<_>>().join("+");
        notices.into_iter().map(|(uri, all)| format!("{} {}", &uri.as_str()[8..], words(all))).collect()
    }

    fn found(all: &[(&str, &str)]) -> Vec<(Uri, Diagnostic)> {
        all.iter().map(|(name, message)| (uri(name), Diagnostic { message: message.to_string(), ..Diagnostic::default() })).collect()
    }

    #[test]
    fn what_an_import_lacks_hangs_there_until_nobody_imports_it() {
        let mut board = Board::default();
        assert_eq!(said(board.put(&uri("a"), found(&[("a", "one"), ("lib", "two")]))), ["a one", "lib two"]);
        assert_eq!(said(board.put(&uri("b"), found(&[("lib", "two")]))), ["b "], "it hangs already");
        assert_eq!(said(board.close(&uri("a"))), ["a "]);
        // It is opened, and knows more of itself.
        assert_eq!(said(board.put(&uri("lib"), found(&[("lib", "two"), ("lib", "three")]))), ["lib two+three"]);
        assert_eq!(said(board.close(&uri("lib"))), ["lib two"]);
        assert_eq!(said(board.close(&uri("b"))), ["lib "]);
        assert_eq!(said(board.close(&uri("b"))), Vec::<String>::new());
    }

    #[test]
    fn of_the_file_itself_it_is_said_each_time() {
        let mut board = Board::default();
        for _ in 0..2 {
            assert_eq!(said(board.put(&uri("a"), found(&[("a", "one")]))), ["a one"]);
        }
        assert_eq!(said(board.put(&uri("a"), found(&[]))), ["a "]);
    }
}
