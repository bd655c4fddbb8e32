//! What lies around a file that it does not name yet: modules of its project, those that ship with scalec, tables beside it. For completion, which must
//! not wait: what has not changed is not read again, and folders are walked now and then.

use super::document::Place;
use super::world::World;
use crate::loader::{Live, MODULES};
use crate::resolve::workspace::Unit;
use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// As the file that asks would name them.
#[derive(Default)]
pub struct Found {
    pub modules: Vec<(String, Arc<Unit>)>,
    pub tables: Vec<String>,
}

#[derive(Default)]
pub struct Nearby {
    root: PathBuf,
    /// When the folders are to be walked again.
    next: Option<Instant>,
    files: Vec<PathBuf>,
    read: HashMap<PathBuf, (Stamp, Arc<Unit>)>,
    shipped: Vec<(String, Arc<Unit>)>,
}

/// By what a text is known to be the same.
#[derive(Clone, Copy, PartialEq)]
enum Stamp {
    Open(u64),
    Disk(SystemTime, u64),
}

/// Of a large project so many are enough to choose from.
const MOST: usize = 200;
/// Folders are walked again after this, or after a hundred times what the last walk took.
const PAUSE: Duration = Duration::from_secs(2);

impl World {
    pub fn nearby(&mut self, place: &Place) -> Found {
        let mut nearby = std::mem::take(&mut self.nearby);
        let found = self.look_around(&mut nearby, place);
        self.nearby = nearby;
        found
    }

    fn look_around(&mut self, nearby: &mut Nearby, place: &Place) -> Found {
        if nearby.shipped.is_empty() {
            let shipped = MODULES.iter().filter_map(|(name, _)| Some((format!("std/{name}"), root_unit(&self.live.load_module(name))?)));
            nearby.shipped = shipped.collect();
        }
        let mut found = Found { modules: nearby.shipped.clone(), tables: Vec::new() };
        let Place::File { real, .. } = place else { return found };
        let Some(folder) = real.parent() else { return found };
        let root = Live::project_root(real).unwrap_or_else(|| folder.to_path_buf());
        let now = Instant::now();
        if nearby.root != root || nearby.next.is_none_or(|next| next <= now) {
            nearby.files = Live::files_in(&root).into_iter().take(MOST).collect();
            nearby.read.retain(|path, _| nearby.files.contains(path));
            nearby.root = root;
            nearby.next = Some(now + PAUSE.max(now.elapsed() * 100));
        }
        for file in nearby.files.iter().filter(|file| *file != real) {
            let Some(stamp) = self.stamp(file) else { continue };
            let known = nearby.read.get(file).filter(|(at, _)| *at == stamp).map(|(_, unit)| Arc::clone(unit));
            let unit = match known {
                Some(unit) => unit,
                None => {
                    let Some(unit) = root_unit(&self.live.load(file, None)) else { continue };
                    nearby.read.insert(file.clone(), (stamp, Arc::clone(&unit)));
                    unit
                }
            };
            // What runs by itself is nobody's module.
            if let Some(path) = relative(folder, file).filter(|_| !unit.ast.items.is_empty()) {
                found.modules.push((path, unit));
            }
        }
        found.tables = tables(folder);
        found
    }

    fn stamp(&self, file: &Path) -> Option<Stamp> {
        if let Some(open) = self.documents.values().find(|d| matches!(&d.place, Place::File { real, .. } if real == file)) {
            return Some(Stamp::Open(open.edition));
        }
        let data = fs::metadata(file).ok()?;
        Some(Stamp::Disk(data.modified().ok()?, data.len()))
    }
}

fn root_unit(workspace: &crate::resolve::workspace::Workspace) -> Option<Arc<Unit>> {
    let root = workspace.roots.first()?;
    workspace.units.get(root.0 as usize).map(Arc::clone)
}

/// The tables in a folder and in those right below it.
fn tables(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let list = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().take(MOST);
    for entry in list(folder) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".csv") {
            found.push(name);
        } else if !name.starts_with('.') && name != "target" && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let inner = list(&entry.path()).map(|e| e.file_name().to_string_lossy().into_owned());
            found.extend(inner.filter(|inner| inner.ends_with(".csv")).map(|inner| format!("{name}/{inner}")));
        }
    }
    found.sort();
    found
}

/// How a file is named from a folder: `shared/shop.scale`, `../lib.scale`.
fn relative(folder: &Path, file: &Path) -> Option<String> {
    let words = |path: &Path| path.components().filter_map(|c| if let Component::Normal(word) = c { word.to_str().map(str::to_string) } else { None }).collect::<Vec<_>>();
    let (from, to) = (words(folder), words(file));
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts = vec!["..".to_string(); from.len() - same];
    parts.extend(to.get(same..)?.iter().cloned());
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_from_a_folder() {
        for (folder, file, name) in [("/a/b", "/a/b/c.scale", "c.scale"), ("/a/b", "/a/x/c.scale", "../x/c.scale"), ("/a", "/a/b/c/d.scale", "b/c/d.scale")] {
            assert_eq!(relative(Path::new(folder), Path::new(file)).as_deref(), Some(name));
        }
    }
}
