//! Imports: where they lead, and rings of them.

use super::{Context, Decl, DeclKind};
use crate::diagnostics::{Diagnostic, codes};
use crate::resolve::workspace::LinkError;
use crate::source::FileId;
use crate::syntax::ast::{ForEach, ItemKind, Test};
use std::collections::HashSet;

impl<'a> Context<'a> {
    pub(super) fn check_import(&self, decl: Decl) {
        let Some(ItemKind::Import(import)) = self.item(decl).map(|i| &i.kind) else { return };
        let Some(path) = &import.path else { return };
        match self.ws.imports.get(&(decl.file, path.value.clone())) {
            None => {}
            Some(Err(error)) => self.report(self.broken_link(error, &path.value, path.span)),
            Some(Ok(module)) => {
                if let Some(ring) = self.ring(decl.file, *module) {
                    self.report(
                        Diagnostic::new(codes::E0206, path.span, format!("imports go round in a ring: {}", ring.join(" → ")))
                            .here("leads back to this file")
                            .help("move what both need into a file that imports neither"),
                    );
                }
            }
        }
    }

    fn broken_link(&self, error: &LinkError, path: &str, span: crate::source::Span) -> Diagnostic {
        match error {
            LinkError::NotFound { candidates } => {
                let d = Diagnostic::new(codes::E0204, span, format!("there is no file \"{path}\" to import"));
                match candidates.first() {
                    Some(near) => d.here(format!("did you mean \"{near}\"?")).help(format!("write \"{near}\"")).fix(format!("replace by \"{near}\""), false, span, format!("\"{near}\"")),
                    None => d.here("not found").help("paths are relative to this file; modules that ship with scalec begin with `std/`"),
                }
            }
            LinkError::Absolute => Diagnostic::new(codes::E0205, span, format!("\"{path}\" is absolute: it would lead elsewhere on another machine")).here("absolute").help("write it relative to this file, such as \"shared/shop.scale\""),
            LinkError::OutsideRoot { root } => Diagnostic::new(codes::E0205, span, format!("\"{path}\" lies outside of the project root, `{root}`"))
                .here("leaves the project")
                .help("move the file into the project, or put a `scale.toml` into the folder that holds both"),
            LinkError::Unreadable(why) => Diagnostic::new(codes::E0107, span, format!("\"{path}\" cannot be read: {why}")).here("unreadable").help("check the file and its permissions"),
        }
    }

    /// The files of a ring that this import closes, from this file back to it.
    fn ring(&self, file: FileId, module: FileId) -> Option<Vec<String>> {
        let mut path = vec![file];
        let found = self.way(module, file, &mut path, &mut HashSet::new());
        found.then(|| path.iter().map(|f| self.ws.map.file(*f).path.clone()).collect())
    }

    fn way(&self, from: FileId, to: FileId, path: &mut Vec<FileId>, seen: &mut HashSet<FileId>) -> bool {
        path.push(from);
        if from == to {
            return true;
        }
        if seen.insert(from) {
            for import in self.declared(from, DeclKind::Import) {
                if self.module(import).is_some_and(|next| self.way(next, to, path, seen)) {
                    return true;
                }
            }
        }
        path.pop();
        false
    }

    /// A file and everything it imports.
    pub fn closure(&self, file: FileId) -> Vec<FileId> {
        let (mut all, mut at, mut seen) = (vec![file], 0, std::collections::HashSet::from([file]));
        while let Some(next) = all.get(at).copied() {
            at += 1;
            for module in self.declared(next, DeclKind::Import).into_iter().filter_map(|i| self.module(i)) {
                if seen.insert(module) {
                    all.push(module);
                }
            }
        }
        all
    }

    /// E0202 and W0221: names that are declared twice, or that shadow an import (`tests` looks at the names of tests, alerts and sizings).
    pub(super) fn check_doubles(&self, file: FileId) {
        use super::names::declared;
        let items = self.file(file).map_or(&[][..], |f| &f.items);
        let mut first: std::collections::HashMap<&str, (DeclKind, crate::source::Span)> = std::collections::HashMap::new();
        let mut nodes: std::collections::HashMap<&str, crate::source::Span> = std::collections::HashMap::new();
        for item in items {
            // Inside its test the variable wins over everything that the file declares.
            if let ItemKind::Test(Test { for_each: Some(ForEach { name: Some(variable), .. }), .. }) = &item.kind
                && let Some(import) = self.names.get(file, &variable.text).filter(|decl| self.kind_of(*decl) == Some(DeclKind::Import))
            {
                self.report(hides(&format!("the `for` of a test hides the import `{}`", variable.text), variable.span, self.name_span(import)));
            }
            match &item.kind {
                ItemKind::Node(node) => {
                    let Some(name) = &node.name else { continue };
                    match nodes.get(name.value.as_str()) {
                        Some(earlier) => self.report(twice(&name.value, "node", name.span, *earlier, "node")),
                        None => {
                            nodes.insert(&name.value, name.span);
                        }
                    }
                }
                kind => {
                    let Some((kind, name)) = declared(kind) else { continue };
                    match first.get(name.text.as_str()).copied() {
                        // What shadows an import, or is shadowed by it, is a warning: the file can still be read.
                        Some((DeclKind::Import, earlier)) if kind != DeclKind::Import => {
                            self.report(shadow(&name.text, kind, name.span, earlier));
                            first.insert(&name.text, (kind, name.span));
                        }
                        Some((earlier_kind, earlier)) if kind == DeclKind::Import && earlier_kind != DeclKind::Import => {
                            self.report(shadow(&name.text, earlier_kind, earlier, name.span));
                        }
                        Some((earlier_kind, earlier)) => self.report(twice(&name.text, kind.word(), name.span, earlier, earlier_kind.word())),
                        None => {
                            first.insert(&name.text, (kind, name.span));
                        }
                    }
                }
            }
        }
    }
}

fn twice(name: &str, what: &str, span: crate::source::Span, earlier: crate::source::Span, earlier_what: &str) -> Diagnostic {
    let message = if what == earlier_what { format!("the {what} `{name}` is declared twice") } else { format!("`{name}` is declared twice: as {earlier_what} and as {what}") };
    Diagnostic::new(codes::E0202, span, message).here("declared again").label(earlier, "first declared here").help("rename or remove one of them")
}

fn shadow(name: &str, kind: DeclKind, span: crate::source::Span, import: crate::source::Span) -> Diagnostic {
    hides(&format!("the {} `{name}` hides the import of that name", kind.word()), span, import)
}

fn hides(message: &str, span: crate::source::Span, import: crate::source::Span) -> Diagnostic {
    Diagnostic::new(codes::W0221, span, message).here("means this from here on").label(import, "the import").help("rename one of them")
}
