//! The `scale.toml` of a project root, and the folders it names.

use super::links;
use super::store::{Bytes, Store};
use super::{Home, Loader, MAX_FILE};
use crate::diagnostics::{Diagnostic, codes};
use crate::project::{self, Project};
use crate::resolve::workspace::Unit;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A project root that files were found below.
pub(super) struct Root {
    /// As shown to people, as `shown` of a [`Home`].
    shown: String,
    /// Its place in the workspace, if it has a `scale.toml`.
    project: Option<usize>,
    /// Where imports are looked for besides the importing file's own folder: below the root, without symbolic links, as shown behind.
    imports: Vec<(PathBuf, String)>,
}

impl<S: Store> Loader<'_, S> {
    /// Makes the file one of the project around it; the first file of a project brings its `scale.toml`.
    pub(super) fn belongs(&mut self, id: FileId, home: &Home) {
        if !self.roots.contains_key(&home.root) {
            let root = self.root(home);
            self.roots.insert(home.root.clone(), root);
        }
        if let Some(project) = self.roots.get(&home.root).and_then(|root| root.project) {
            self.workspace.project_of.insert(id, project);
        }
    }

    fn root(&mut self, home: &Home) -> Root {
        let mut root = Root { shown: self.shown_root(home), project: None, imports: Vec::new() };
        let path = home.root.join(FILE);
        // Most roots are marked by a `.git` alone.
        let Ok(real) = self.store.real(&path) else { return root };
        let shown = links::join(&root.shown, Path::new(FILE));
        let (text, refused) = match self.store.read(&real, MAX_FILE) {
            Bytes::All(bytes) => match String::from_utf8(bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let text = String::from_utf8_lossy(error.as_bytes().get(..at).unwrap_or_default()).into_owned();
                    (text, Some((codes::E0106, at, "it is not UTF-8 text".to_string())))
                }
            },
            Bytes::TooLarge(_) => (String::new(), Some((codes::E0106, 0, "it is larger than 4 MiB".to_string()))),
            Bytes::Failed(words) => (String::new(), Some((codes::E0107, 0, words))),
        };
        let id = self.memo.id(Some(&real));
        self.workspace.map.put(Arc::new(SourceFile::new(id, &shown, text)));
        let (project, mut diagnostics) = match refused {
            None => project::read(id, &self.workspace.map.file(id).text),
            Some((code, at, words)) => {
                let d = Diagnostic::new(code, Span::new(id, at, at), format!("cannot read `{shown}`: {words}"));
                (Project::default(), vec![d.help("a project's file may be empty, but must be text that can be read")])
            }
        };
        for (path, span) in &project.imports {
            match self.import_folder(home, path, *span) {
                Ok(folder) => {
                    let shown = links::join(&root.shown, Path::new(path));
                    root.imports.push((folder, shown));
                }
                Err(d) => diagnostics.push(*d),
            }
        }
        // Not a word of the language.
        let parsed = syntax::parse(id, "");
        self.workspace.units.push(Arc::new(Unit { id, tree: parsed.tree, ast: parsed.ast, diagnostics, std: false }));
        self.workspace.project_files.push(id);
        root.project = Some(self.workspace.projects.len());
        self.workspace.projects.push(project);
        root
    }

    /// A folder that imports may come from: inside the project, as imports are.
    fn import_folder(&self, home: &Home, path: &str, span: Span) -> Result<PathBuf, Box<Diagnostic>> {
        let root = &home.root;
        let leaves = |why: &str| {
            let d = Diagnostic::new(codes::E0205, span, format!("imports cannot come from \"{path}\": {why}"));
            Box::new(d.here("leaves the project").help("name a folder below the project root, relative to it, such as \"shared\""))
        };
        if path.contains("://") {
            return Err(leaves("they come from folders of the project, never from a host"));
        }
        if links::is_absolute(path) {
            return Err(leaves("it is absolute, and would lead elsewhere on another machine"));
        }
        let full = links::normal(root, path);
        let real = if full.starts_with(root) { self.store.real(&full) } else { return Err(leaves("it lies outside of the project root")) };
        match real {
            Ok(real) if !real.starts_with(root) => Err(leaves("it lies outside of the project root")),
            Ok(real) if self.store.is_folder(&real) => Ok(real),
            _ => {
                let d = Diagnostic::new(codes::E0204, span, format!("there is no folder \"{path}\" in this project"));
                let folders = self.store.folders(root);
                let near = crate::diagnostics::suggest::nearest(path, folders.iter().map(String::as_str));
                Err(Box::new(match near {
                    Some(near) => d.here(format!("did you mean \"{near}\"?")).help(format!("write \"{near}\"")).fix(format!("replace by \"{near}\""), false, span, format!("\"{near}\"")),
                    None => d.here("not found").help("make the folder, or remove it from the list; folders are relative to this file"),
                }))
            }
        }
    }

    /// The folders besides its own in which a file's imports are looked for, each as if the file stood there.
    pub(super) fn elsewhere(&self, home: &Home) -> Vec<Home> {
        let folders = self.roots.get(&home.root).map_or(&[][..], |root| &root.imports);
        folders.iter().map(|(folder, shown)| Home { folder: folder.clone(), shown: shown.clone(), root: home.root.clone() }).collect()
    }

    /// Seen from the file; in full where links stand between.
    fn shown_root(&self, home: &Home) -> String {
        let up = home.folder.strip_prefix(&home.root).map_or(0, |below| below.components().count());
        let shown = links::join(&home.shown, Path::new(&"../".repeat(up)));
        let leads_there = self.store.real(&self.cwd.join(&shown)).is_ok_and(|real| real == home.root);
        if leads_there { shown } else { links::shown(&home.root) }
    }
}

const FILE: &str = "scale.toml";
