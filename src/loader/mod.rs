//! Files and folders → [`Workspace`]: the only reader of scenario files. What is read: the files given, what they import
//! (transitively), the tables that `replay` lines name, and the schemas of formats; each once.

mod find;
mod links;
mod live;
mod memo;
mod memory;
mod project;
mod std_modules;
mod store;

pub use live::Live;
pub use std_modules::MODULES;

use crate::diagnostics::{Diagnostic, codes};
use crate::parallel;
use crate::resolve::workspace::{LinkError, Unit, Workspace};
use crate::source::{FileId, SourceFile, Span};
use memo::Memo;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Bytes, Disk, Store};

/// Larger scenario files are not read (E0106).
pub const MAX_FILE: u64 = 4 * 1024 * 1024;
/// Larger replay tables are not read. A rate a second for four days is about 5 MB.
pub const MAX_TABLE: u64 = 16 * 1024 * 1024;
/// Larger schema files are not read.
pub const MAX_SCHEMA: u64 = 1024 * 1024;

/// Reads what `paths` name, seen from the folder `cwd`: files, folders (all `.scale` files in them), none for `cwd` itself.
/// What cannot be read becomes a diagnostic of its file.
pub fn load(paths: &[PathBuf], cwd: &Path) -> Workspace {
    let mut memo = Memo::default();
    let mut loader = Loader::new(Disk, cwd, &mut memo);
    let here = [PathBuf::from(".")];
    for path in if paths.is_empty() { &here } else { paths } {
        loader.give(path);
    }
    loader.finish()
}

/// One file that has been read elsewhere, such as standard input. It can import modules that ship with scalec only.
pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Workspace {
    let mut memo = Memo::default();
    let mut loader = Loader::new(store::Memory::default(), Path::new(memory::ROOT), &mut memo);
    loader.add_root(None, name, at_most(MAX_FILE, bytes));
    loader.finish()
}

fn at_most(limit: u64, bytes: Vec<u8>) -> Bytes {
    let size = bytes.len() as u64;
    if size > limit { Bytes::TooLarge(size) } else { Bytes::All(bytes) }
}

/// A file on its way into the workspace.
enum Pending {
    Known(Arc<Unit>),
    New(Unparsed),
}

struct Unparsed {
    source: Arc<SourceFile>,
    std: bool,
    diagnostics: Vec<Diagnostic>,
    before: Option<Arc<Unit>>,
}

/// Where a file stands: what its imports are relative to.
#[derive(Clone)]
struct Home {
    /// The folder it is in, without symbolic links.
    folder: PathBuf,
    /// That folder as shown to people.
    shown: String,
    /// The project root: imports never leave it.
    root: PathBuf,
}

struct Loader<'m, S: Store> {
    store: S,
    /// Where paths are seen from.
    cwd: PathBuf,
    memo: &'m mut Memo,
    workspace: Workspace,
    /// By real path; modules that ship with scalec by `std/name`.
    known: HashMap<PathBuf, FileId>,
    homes: HashMap<FileId, Home>,
    /// By real path.
    roots: HashMap<PathBuf, project::Root>,
    /// Files given whose text is not to be had, and why; the others may import them in vain.
    refused: HashMap<FileId, String>,
    wave: Vec<Pending>,
}

impl<'m, S: Store> Loader<'m, S> {
    fn new(store: S, cwd: &Path, memo: &'m mut Memo) -> Loader<'m, S> {
        Loader {
            store,
            cwd: cwd.to_path_buf(),
            memo,
            workspace: Workspace::default(),
            known: HashMap::new(),
            homes: HashMap::new(),
            roots: HashMap::new(),
            refused: HashMap::new(),
            wave: Vec::new(),
        }
    }

    /// Takes a path of the command line.
    fn give(&mut self, path: &Path) {
        let full = self.cwd.join(path);
        let shown = links::shown(path);
        if !self.store.is_folder(&full) {
            self.give_file(&full, &shown, None);
            return;
        }
        // For files found in a folder without a project around it, that folder is the root.
        let root = self.store.real(&full).ok();
        let found = find::scale_files(&full);
        for (file, error) in &found.unreadable {
            self.broken_root(&links::join(&shown, file), &format!("this folder cannot be read: {error}"));
        }
        if found.files.is_empty() && found.unreadable.is_empty() {
            let name = if shown.is_empty() { "." } else { &shown };
            self.broken_root(name, "there is no .scale file in this folder");
        }
        for file in found.files {
            self.give_file(&full.join(&file), &links::join(&shown, &file), root.as_deref());
        }
    }

    fn give_file(&mut self, full: &Path, shown: &str, root: Option<&Path>) {
        let real = match self.store.real(full) {
            Ok(real) => real,
            Err(error) => {
                let words = if error.kind() == std::io::ErrorKind::NotFound { "there is no such file".to_string() } else { error.to_string() };
                self.broken_root(shown, &words);
                return;
            }
        };
        if let Some(id) = self.known.get(&real) {
            if !self.workspace.roots.contains(id) {
                self.workspace.roots.push(*id);
            }
            return;
        }
        let folder = real.parent().unwrap_or(Path::new("")).to_path_buf();
        let root = self.store.project_root(&folder).unwrap_or_else(|| root.map_or_else(|| folder.clone(), Path::to_path_buf));
        let read = self.store.read(&real, MAX_FILE);
        let refused = refusal(&read);
        let id = self.add_root(Some(&real), shown, read);
        if let Some(words) = refused {
            self.refused.insert(id, words);
        }
        let home = Home { folder, shown: links::folder_of(shown), root };
        self.belongs(id, &home);
        self.homes.insert(id, home);
        self.known.insert(real, id);
    }

    /// A file of the command line with what reading it gave.
    fn add_root(&mut self, key: Option<&Path>, shown: &str, read: Bytes) -> FileId {
        let id = match read {
            Bytes::All(bytes) => match String::from_utf8(bytes) {
                Ok(text) => self.queue(key, shown, text, false, Vec::new()),
                Err(error) => {
                    // Up to the first bad byte it can be shown.
                    let (at, mut bytes) = (error.utf8_error().valid_up_to(), error.into_bytes());
                    let bad = bytes.get(at).copied().unwrap_or(0);
                    bytes.truncate(at);
                    let text = String::from_utf8(bytes).unwrap_or_default();
                    self.queue(key, shown, text, false, vec![not_utf8(at, bad)])
                }
            },
            Bytes::TooLarge(size) => self.queue(key, shown, String::new(), false, vec![too_large(shown, size)]),
            Bytes::Failed(words) => self.queue(key, shown, String::new(), false, vec![unreadable(shown, &words)]),
        };
        self.workspace.roots.push(id);
        id
    }

    fn broken_root(&mut self, shown: &str, words: &str) {
        self.add_root(None, shown, Bytes::Failed(words.to_string()));
    }

    /// Gives the text its id; diagnostics carry no file yet.
    fn queue(&mut self, key: Option<&Path>, shown: &str, text: String, std: bool, mut diagnostics: Vec<Diagnostic>) -> FileId {
        let id = self.memo.id(key);
        if diagnostics.is_empty()
            && let Some((source, unit)) = self.memo.parsed(id, shown, &text)
        {
            self.workspace.map.put(source);
            self.wave.push(Pending::Known(unit));
            return id;
        }
        for d in &mut diagnostics {
            d.primary.span.file = id;
        }
        let source = Arc::new(SourceFile::new(id, shown, text));
        self.workspace.map.put(Arc::clone(&source));
        self.wave.push(Pending::New(Unparsed { source, std, diagnostics, before: self.memo.before(id) }));
        id
    }

    /// Parses what waits, follows its imports, until nothing is new.
    fn finish(mut self) -> Workspace {
        while !self.wave.is_empty() {
            let (mut units, mut new) = (Vec::new(), Vec::new());
            for pending in std::mem::take(&mut self.wave) {
                match pending {
                    Pending::Known(unit) => units.push(unit),
                    Pending::New(unparsed) => new.push(unparsed),
                }
            }
            for (source, unit) in parse_all(new) {
                let unit = Arc::new(unit);
                self.memo.keep(source, Arc::clone(&unit));
                units.push(unit);
            }
            for unit in &units {
                self.follow(unit);
            }
            self.workspace.units.extend(units);
        }
        self.workspace.units.sort_by_key(|u| u.id);
        self.workspace.units = dense(std::mem::take(&mut self.workspace.units));
        self.workspace
    }

    fn follow(&mut self, unit: &Unit) {
        let links = links::of(&unit.ast);
        for path in links.imports {
            if !self.workspace.imports.contains_key(&(unit.id, path.clone())) {
                let found = self.import(unit, &path);
                self.workspace.imports.insert((unit.id, path), found);
            }
        }
        for path in links.tables {
            if !self.workspace.tables.contains_key(&(unit.id, path.clone())) {
                let found = self.text(unit.id, &path, "csv", MAX_TABLE);
                self.workspace.tables.insert((unit.id, path), found);
            }
        }
        for path in links.schemas {
            if !self.workspace.schemas.contains_key(&(unit.id, path.clone())) {
                let extension = if path.ends_with(".proto") { "proto" } else { "avsc" };
                let found = self.text(unit.id, &path, extension, MAX_SCHEMA);
                self.workspace.schemas.insert((unit.id, path), found);
            }
        }
    }

    fn import(&mut self, unit: &Unit, path: &str) -> Result<FileId, LinkError> {
        if let Some(name) = path.strip_prefix("std/") {
            return self.std_module(name);
        }
        let Some(home) = self.homes.get(&unit.id).cloned() else {
            return Err(LinkError::NotFound { candidates: std_modules::near(path) });
        };
        let (home, real) = self.locate_import(home, path)?;
        if let Some(id) = self.known.get(&real) {
            return self.refused.get(id).map_or(Ok(*id), |words| Err(LinkError::Unreadable(words.clone())));
        }
        let shown = links::join(&home.shown, Path::new(path));
        let read = self.store.read(&real, MAX_FILE);
        let text = match (refusal(&read), read) {
            (Some(words), _) => return Err(LinkError::Unreadable(words)),
            (None, Bytes::All(bytes)) => String::from_utf8(bytes).unwrap_or_default(),
            (None, _) => String::new(),
        };
        let id = self.queue(Some(&real), &shown, text, false, Vec::new());
        let folder = real.parent().unwrap_or(Path::new("")).to_path_buf();
        let home = Home { folder, shown: links::folder_of(&shown), root: home.root };
        self.belongs(id, &home);
        self.homes.insert(id, home);
        self.known.insert(real, id);
        Ok(id)
    }

    /// Beside the importing file first, then in the folders that the project names; and from where it was found.
    fn locate_import(&self, home: Home, path: &str) -> Result<(Home, PathBuf), LinkError> {
        let missing = match self.locate(&home, path, "scale") {
            Ok(real) => return Ok((home, real)),
            // `./` and `../` say where.
            Err(LinkError::NotFound { candidates }) if !path.starts_with('.') => candidates,
            Err(error) => return Err(error),
        };
        let mut candidates = missing;
        for home in self.elsewhere(&home) {
            match self.locate(&home, path, "scale") {
                Ok(real) => return Ok((home, real)),
                Err(LinkError::NotFound { candidates: near }) => candidates.extend(near),
                Err(error) => return Err(error),
            }
        }
        let mut seen = HashSet::new();
        candidates.retain(|name| seen.insert(name.clone()));
        candidates.truncate(3);
        Err(LinkError::NotFound { candidates })
    }

    fn std_module(&mut self, name: &str) -> Result<FileId, LinkError> {
        let key = PathBuf::from(format!("std/{name}"));
        if let Some(id) = self.known.get(&key) {
            return Ok(*id);
        }
        let Some((_, text)) = MODULES.iter().find(|(n, _)| *n == name) else {
            return Err(LinkError::NotFound { candidates: std_modules::near(name) });
        };
        let id = self.queue(Some(&key), &format!("std/{name}.scale"), text.to_string(), true, Vec::new());
        self.known.insert(key, id);
        Ok(id)
    }

    /// The text of a file that is no scenario, with the extension that such files have.
    fn text(&mut self, id: FileId, path: &str, extension: &str, most: u64) -> Result<String, LinkError> {
        let Some(home) = self.homes.get(&id).cloned() else {
            return Err(LinkError::NotFound { candidates: Vec::new() });
        };
        let real = self.locate(&home, path, extension)?;
        match self.store.read(&real, most) {
            Bytes::All(bytes) => String::from_utf8(bytes).map_err(|_| LinkError::Unreadable("it is not UTF-8 text".to_string())),
            Bytes::TooLarge(_) => Err(LinkError::Unreadable(format!("it is larger than {} MiB", most >> 20))),
            Bytes::Failed(words) => Err(LinkError::Unreadable(words)),
        }
    }

    /// The real path of what a file calls `path`; nothing outside the project root is even looked at.
    fn locate(&self, home: &Home, path: &str, extension: &str) -> Result<PathBuf, LinkError> {
        if links::is_absolute(path) {
            return Err(LinkError::Absolute);
        }
        let outside = || LinkError::OutsideRoot { root: self.store.shown_root(&home.root) };
        let full = links::normal(&home.folder, path);
        if !full.starts_with(&home.root) {
            return Err(outside());
        }
        match self.store.real(&full) {
            // A symbolic link may lead out.
            Ok(real) if !real.starts_with(&home.root) => Err(outside()),
            Ok(real) => Ok(real),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound || error.kind() == std::io::ErrorKind::NotADirectory => {
                Err(LinkError::NotFound { candidates: self.near(home, path, extension) })
            }
            Err(error) => Err(LinkError::Unreadable(error.to_string())),
        }
    }

    /// What the author may have meant: files beside the one that is missing, as they would be written here.
    fn near(&self, home: &Home, path: &str, extension: &str) -> Vec<String> {
        let slashed = path.replace('\\', "/");
        let (folder, name) = slashed.rsplit_once('/').map_or(("", slashed.as_str()), |(f, n)| (f, n));
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        // In the folder that the path names, in the importing file's own, and in those right below it: the folder may be the typo.
        let mut names = self.store.names(&links::normal(&home.folder, folder), extension);
        names.iter_mut().for_each(|n| n.insert_str(0, &prefix));
        names.extend(self.store.names(&home.folder, extension));
        for sub in self.store.folders(&home.folder) {
            names.extend(self.store.names(&home.folder.join(&sub), extension).iter().map(|n| format!("{sub}/{n}")));
        }
        names.sort();
        names.dedup();
        let with_extension = format!("{name}.{extension}");
        let same = |n: &&String| n.rsplit('/').next().is_some_and(|n| n == name || n == with_extension);
        let mut out: Vec<String> = names.iter().filter(same).cloned().collect();
        for near in crate::diagnostics::suggest::ranked(&slashed, names.iter().map(String::as_str)) {
            if !out.iter().any(|o| o == near) {
                out.push(near.to_string());
            }
        }
        out.truncate(3);
        out
    }
}

/// Why what was read is no scenario text.
fn refusal(read: &Bytes) -> Option<String> {
    match read {
        Bytes::All(bytes) if std::str::from_utf8(bytes).is_ok() => None,
        Bytes::All(_) => Some("it is not UTF-8 text".to_string()),
        Bytes::TooLarge(_) => Some("it is larger than 4 MiB".to_string()),
        Bytes::Failed(words) => Some(words.clone()),
    }
}

/// Below this many bytes a thread costs more than it saves.
const WORTH_A_THREAD: usize = 64 * 1024;

fn parse_all(wave: Vec<Unparsed>) -> Vec<(Arc<SourceFile>, Unit)> {
    let bytes: usize = wave.iter().map(|p| p.source.text.len()).sum();
    let units = parallel::map(&wave, bytes / WORTH_A_THREAD, parse);
    wave.into_iter().map(|unparsed| unparsed.source).zip(units).collect()
}

fn parse(unparsed: &Unparsed) -> Unit {
    let Unparsed { source, std, diagnostics, before } = unparsed;
    // Where it is not the whole text, what is missing would be reported again and again.
    let text = if diagnostics.is_empty() { &*source.text } else { "" };
    let parsed = crate::syntax::parse_again(source.id, text, before.as_ref().map(|unit| &unit.tree));
    let diagnostics = diagnostics.iter().cloned().chain(parsed.diagnostics).collect();
    Unit { id: source.id, tree: parsed.tree, ast: parsed.ast, diagnostics, std: *std }
}

/// Each unit at the place of its id.
fn dense(units: Vec<Arc<Unit>>) -> Vec<Arc<Unit>> {
    let len = units.last().map_or(0, |last| last.id.0 as usize + 1);
    if units.len() == len {
        return units;
    }
    let id = FileId(u32::MAX);
    let parsed = crate::syntax::parse(id, "");
    let none = Arc::new(Unit { id, tree: parsed.tree, ast: parsed.ast, diagnostics: Vec::new(), std: false });
    let mut all = vec![none; len];
    for unit in units {
        if let Some(place) = all.get_mut(unit.id.0 as usize) {
            *place = unit;
        }
    }
    all
}

fn not_utf8(at: usize, byte: u8) -> Diagnostic {
    let span = Span::new(FileId::default(), at, at);
    Diagnostic::new(codes::E0106, span, format!("this file is not UTF-8: byte {at} (0x{byte:02X}) begins no character"))
        .here("UTF-8 up to here")
        .help("save the file as UTF-8")
}

fn too_large(path: &str, size: u64) -> Diagnostic {
    let span = Span::new(FileId::default(), 0, 0);
    let size = size as f64 / (1024.0 * 1024.0);
    Diagnostic::new(codes::E0106, span, format!("`{path}` has {size:.1} MiB; a scenario file may have at most 4 MiB"))
        .help("split it: what several files need belongs in a file of its own, and `import` brings it in")
}

fn unreadable(path: &str, words: &str) -> Diagnostic {
    let span = Span::new(FileId::default(), 0, 0);
    Diagnostic::new(codes::E0107, span, format!("cannot read `{path}`: {words}"))
        .help("give a .scale file, or a folder that holds some")
}
