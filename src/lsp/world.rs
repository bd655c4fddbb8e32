//! All that is known of files: what is open, what has been analysed, and what may have changed since.

use super::colours::Colours;
use super::document::{Document, Place};
use super::library::Library;
use super::nearby::Nearby;
use super::offers::Offers;
use super::position::{Encoding, Lines};
use super::pulled::Pulled;
use super::uri::{path_of, uri_of};
use crate::analysis::{Analysis, Options, analyze};
use crate::loader::Live;
use crate::resolve::workspace::Workspace;
use crate::source::FileId;
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An analysis, and whether something that it read may have changed.
struct Known {
    analysis: Arc<Analysis>,
    suspect: bool,
}

#[derive(Default)]
pub struct World {
    pub(super) live: Live,
    /// Folders of the workspace: as the client names them, and without symbolic links.
    folders: Vec<(PathBuf, PathBuf)>,
    /// By URI, as the client writes it.
    pub(super) documents: BTreeMap<String, Document>,
    /// How many texts have been opened or changed.
    editions: u64,
    analyses: HashMap<PathBuf, Known>,
    lines: HashMap<FileId, Arc<Lines>>,
    pub library: Library,
    pub colours: Colours,
    pub offers: Offers,
    pub pulled: Pulled,
    pub(super) nearby: Nearby,
}

impl World {
    pub fn document(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri.as_str())
    }

    pub fn open(&mut self, uri: Uri, version: Option<i32>, text: String) {
        let place = self.place(&uri);
        self.editions += 1;
        let document = Document::new(uri, version, self.editions, place, text);
        self.edited(&document);
        self.documents.insert(document.uri.as_str().to_string(), document);
        // An import that led nowhere may lead here now.
        self.suspect_all();
    }

    /// Whether it is open.
    pub fn change(&mut self, uri: &Uri, version: Option<i32>, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) -> bool {
        let Some(mut document) = self.documents.remove(uri.as_str()) else { return false };
        self.editions += 1;
        document.change(version, self.editions, changes, encoding);
        self.edited(&document);
        self.suspect(&document.place.key());
        self.documents.insert(uri.as_str().to_string(), document);
        true
    }

    pub fn close(&mut self, uri: &Uri) -> Option<Document> {
        let closed = self.documents.remove(uri.as_str())?;
        self.colours.forget(uri);
        self.pulled.close(uri);
        let key = closed.place.key();
        self.live.release(&key);
        // The same file may be open under another name.
        let twin = self.documents.values().find(|document| document.place.key() == key).map(|twin| (twin.place.clone(), Arc::clone(twin.text())));
        match twin {
            Some((Place::File { given, .. }, text)) => {
                self.live.edit(&given, text);
            }
            _ => {
                self.analyses.remove(&key);
            }
        }
        self.forget();
        self.suspect_all();
        Some(closed)
    }

    fn edited(&mut self, document: &Document) {
        if let Place::File { given, .. } = &document.place {
            self.live.edit(given, Arc::clone(document.text()));
        }
    }

    /// Everything that read this file may have changed.
    fn suspect(&mut self, key: &Path) {
        let live = &self.live;
        for (own, known) in &mut self.analyses {
            let read = own == key || known.analysis.workspace.map.files().iter().any(|file| live.path(file.id) == Some(key));
            known.suspect |= read;
        }
    }

    /// Anything may have changed.
    pub fn suspect_all(&mut self) {
        self.analyses.values_mut().for_each(|known| known.suspect = true);
    }

    /// The files that are open.
    pub fn open_files(&self) -> Vec<Uri> {
        self.documents.values().map(|document| document.uri.clone()).collect()
    }

    /// Whether this is still what is to be said of an open file, for all that is known.
    pub fn stands(&self, uri: &Uri, said: Option<&Arc<Analysis>>) -> bool {
        let known = self.document(uri).and_then(|document| self.analyses.get(&document.place.key()));
        known.is_some_and(|known| !known.suspect && said.is_some_and(|said| Arc::ptr_eq(said, &known.analysis)))
    }

    pub fn add_folder(&mut self, uri: &Uri) {
        if let Some(path) = path_of(uri) {
            let real = Live::real(&path);
            self.folders.push((path, real));
            self.suspect_all();
        }
    }
    pub fn remove_folder(&mut self, uri: &Uri) {
        if let Some(path) = path_of(uri) {
            self.folders.retain(|(given, _)| *given != path);
            self.suspect_all();
        }
    }
    /// The innermost folder of the workspace that holds this path.
    fn folder_of(&self, path: &Path) -> Option<&Path> {
        let around = self.folders.iter().map(|(given, _)| given.as_path()).filter(|folder| path.starts_with(folder));
        around.max_by_key(|folder| folder.components().count())
    }

    /// Where what a URI names belongs.
    pub fn place(&self, uri: &Uri) -> Place {
        if let Some(document) = self.document(uri) {
            return document.place.clone();
        }
        let Some(given) = path_of(uri) else { return Place::Nowhere(uri.as_str().to_string()) };
        if let Some(name) = self.library.module_at(&given) {
            return Place::Module(name);
        }
        let real = Live::real(&given);
        Place::File { given, real }
    }

    /// What is to be said of a file, looked at by itself.
    pub fn analysis(&mut self, place: &Place) -> Arc<Analysis> {
        let key = place.key();
        if let Some(known) = self.analyses.get(&key).filter(|known| !known.suspect) {
            return Arc::clone(&known.analysis);
        }
        let workspace = self.load(place);
        if let Some(known) = self.analyses.get_mut(&key)
            && same(&known.analysis.workspace, &workspace)
        {
            known.suspect = false;
            return Arc::clone(&known.analysis);
        }
        let analysis = Arc::new(analyze(workspace, &Options::default()));
        self.analyses.insert(key, Known { analysis: Arc::clone(&analysis), suspect: false });
        analysis
    }

    /// What would be said of a file if this were its text.
    pub fn imagine(&mut self, place: &Place, text: &str) -> Arc<Analysis> {
        let Place::File { given, real } = place else {
            return Arc::new(analyze(self.live.load_text(&place.key().to_string_lossy(), text), &Options::default()));
        };
        let own = self.documents.values().find(|document| document.place == *place).map(|document| Arc::clone(document.text()));
        self.live.edit(given, text.into());
        let workspace = self.load(place);
        match own {
            Some(own) => drop(self.live.edit(given, own)),
            None => self.live.release(real),
        }
        Arc::new(analyze(workspace, &Options::default()))
    }

    /// What a file says, without what is to be said of it: enough for its names.
    pub fn reading(&mut self, place: &Place) -> Arc<Analysis> {
        match self.analyses.get(&place.key()).filter(|known| !known.suspect) {
            Some(known) => Arc::clone(&known.analysis),
            None => Arc::new(Analysis { workspace: self.load(place), diagnostics: Vec::new(), plans: Vec::new(), drafts: Vec::new(), sketches: Vec::new() }),
        }
    }

    /// Whether the text of a file holds these words.
    pub fn holds(&self, place: &Place, words: &str) -> bool {
        match place {
            Place::File { real, .. } => self.live.holds(real, words),
            // Read in any case.
            Place::Module(_) | Place::Nowhere(_) => true,
        }
    }

    fn load(&mut self, place: &Place) -> Workspace {
        match place {
            Place::File { given, .. } => {
                let folder = self.folder_of(given).map(Path::to_path_buf);
                self.live.load(given, folder.as_deref())
            }
            Place::Module(name) => self.live.load_module(name),
            Place::Nowhere(uri) => {
                let text = self.documents.get(uri).map(|document| Arc::clone(document.text()));
                self.live.load_text(uri, text.as_deref().unwrap_or_default())
            }
        }
    }

    /// The folder that the paths in a file never leave.
    fn root(&self, given: &Path, real: &Path) -> PathBuf {
        let root = Live::project_root(real).or_else(|| self.folder_of(given).map(Live::real));
        root.unwrap_or_else(|| real.parent().unwrap_or(Path::new("")).to_path_buf())
    }

    /// A file that a scenario names and that has not been read, if it is there.
    pub fn beside(&self, place: &Place, path: &str) -> Option<Uri> {
        let Place::File { given, real } = place else { return None };
        let found = Live::real(&real.parent()?.join(path));
        (Path::new(path).is_relative() && found.starts_with(self.root(given, real)) && found.is_file()).then(|| uri_of(&self.as_given(&found)))?
    }

    /// The scenario files that may name what is declared in this one: those of its project, with those that are open and not saved yet.
    pub fn project(&self, place: &Place) -> Vec<Place> {
        let Place::File { given, real } = place else { return vec![place.clone()] };
        let root = self.root(given, real);
        let mut places: BTreeMap<PathBuf, Place> = BTreeMap::new();
        // A link that leads nowhere holds no name.
        for file in Live::files_in(&root).into_iter().filter(|file| file.exists()) {
            let real = Live::real(&file);
            places.insert(real.clone(), Place::File { given: self.as_given(&file), real });
        }
        for document in self.documents.values() {
            if matches!(&document.place, Place::File { real, .. } if real.starts_with(&root)) {
                places.insert(document.place.key(), document.place.clone());
            }
        }
        places.insert(real.clone(), place.clone());
        places.into_values().collect()
    }

    /// The scenario files of all folders of the workspace, and those that are open.
    pub fn everything(&self) -> Vec<Place> {
        let mut places: BTreeMap<PathBuf, Place> = BTreeMap::new();
        for (folder, _) in &self.folders {
            for given in Live::files_in(folder) {
                let real = Live::real(&given);
                places.insert(real.clone(), Place::File { given, real });
            }
        }
        for document in self.documents.values() {
            places.insert(document.place.key(), document.place.clone());
        }
        places.into_values().collect()
    }

    /// The path under a folder as the client names it, where links lead to that folder.
    fn as_given(&self, real: &Path) -> PathBuf {
        let below = |(given, folder): &(PathBuf, PathBuf)| Some(given.join(real.strip_prefix(folder).ok()?));
        let holds = |(_, folder): &&(PathBuf, PathBuf)| real.starts_with(folder);
        let folder = self.folders.iter().filter(holds).max_by_key(|(_, folder)| folder.components().count());
        folder.and_then(below).unwrap_or_else(|| real.to_path_buf())
    }

    /// The name of a file towards the client.
    pub fn uri(&self, file: FileId) -> Option<Uri> {
        let known = self.live.path(file)?;
        if let Some(document) = self.documents.values().find(|document| document.place.key() == known) {
            return Some(document.uri.clone());
        }
        match known.strip_prefix("std") {
            Ok(name) => uri_of(&self.library.module(&name.to_string_lossy())?),
            Err(_) => uri_of(&self.as_given(known)),
        }
    }

    /// The lines of a file of an analysis, as the client counts them.
    pub fn lines(&mut self, analysis: &Analysis, file: FileId) -> Arc<Lines> {
        let text = &analysis.workspace.map.file(file).text;
        let on_disk = !self.live.path(file).is_some_and(|known| self.documents.values().any(|document| document.place.key() == known));
        if let Some(lines) = self.lines.get(&file).filter(|lines| lines.is_of(text, on_disk)) {
            return Arc::clone(lines);
        }
        let lines = Arc::new(Lines::new(Arc::clone(text), on_disk));
        self.lines.insert(file, Arc::clone(&lines));
        lines
    }

    /// Drops what no open file needs: after a look at a whole project, and when a file is closed.
    pub fn forget(&mut self) {
        let open: HashSet<PathBuf> = self.documents.values().map(|document| document.place.key()).collect();
        self.analyses.retain(|key, _| open.contains(key));
        let read = |known: &Known| known.analysis.workspace.units.iter().map(|unit| unit.id).collect::<Vec<_>>();
        let needed: HashSet<FileId> = self.analyses.values().flat_map(read).collect();
        self.live.retain(&needed);
        self.lines.retain(|file, _| needed.contains(file));
    }

    /// What the client shows when it is asked to change a file: its version where it is open and has one.
    pub fn version(&self, uri: &Uri) -> Option<i32> {
        self.document(uri).and_then(|document| document.version)
    }
}

/// Whether two readings of a file gave the same, so that nothing else can be said of it.
fn same(old: &Workspace, new: &Workspace) -> bool {
    let text = |ws: &Workspace, id: &FileId| Arc::clone(&ws.map.file(*id).text);
    let used = |ws: &Workspace| ws.units.iter().filter(|unit| unit.id != FileId(u32::MAX) && !ws.project_files.contains(&unit.id)).cloned().collect::<Vec<_>>();
    let (a, b) = (used(old), used(new));
    a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| Arc::ptr_eq(a, b))
        && old.roots == new.roots
        && old.project_files == new.project_files
        && old.project_files.iter().all(|id| text(old, id) == text(new, id))
        && old.projects == new.projects
        && old.project_of == new.project_of
        && old.imports == new.imports
        && old.tables == new.tables
        && old.schemas == new.schemas
}
