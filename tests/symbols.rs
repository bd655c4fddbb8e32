//! Names, as the editor sees them, over the whole corpus: none is unknown in a correct file, and whatever is renamed, `check` says what it said before.

use scalec::analysis::{Options, analyze};
use scalec::diagnostics::Diagnostic;
use scalec::ide::rename::{Change, rename};
use scalec::ide::symbols::{Kind, Named, Role, Symbol, occurrences};
use scalec::loader;
use scalec::resolve::workspace::{Unit, Workspace};
use scalec::source::{FileId, SourceFile};
use scalec::syntax;
use scalec::syntax::tree::{Kind as Node, Tree};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "scale")).collect();
    found.sort();
    found
}

fn load(path: &Path) -> (Workspace, FileId) {
    let (folder, name) = (path.parent().unwrap(), path.file_name().unwrap());
    let ws = loader::load(&[PathBuf::from(name)], folder);
    let root = ws.roots[0];
    (ws, root)
}

/// Words that mean nothing to the language: labels, `true` and `false`, keys that a service reads.
fn free(tree: &Tree, index: usize) -> bool {
    let leaf = tree.node(index).unwrap();
    let around: Vec<_> = (0..index).rev().filter_map(|i| tree.node(i)).filter(|n| n.index_end() > index).collect();
    let parent = around.first().map(|n| n.kind());
    let in_setting = |names: &[&str]| around.iter().any(|n| n.kind() == Node::Setting && n.children().next().is_some_and(|key| names.contains(&key.text())));
    let key = parent == Some(Node::Setting) && in_setting(&["client", "headers"]) && around.iter().filter(|n| n.kind() == Node::Setting).count() > 1;
    let dimension = parent == Some(Node::Setting) && around.iter().any(|n| n.kind() == Node::Arguments) && around.iter().any(|n| n.kind() == Node::Metric);
    matches!(leaf.text(), "true" | "false") || parent == Some(Node::ByClause) || key || dimension
}

#[test]
fn every_word_of_a_correct_file_stands_for_something() {
    let mut unknown = Vec::new();
    let mut seen = 0;
    for path in files("tests/corpus/ok").into_iter().chain(files("scenarios")).chain(files("std")) {
        let (ws, root) = load(&path);
        for unit in ws.units.iter().filter(|unit| !unit.tree.text().is_empty()) {
            let found = occurrences(&ws, unit.id);
            for leaf in unit.tree.leaves().filter(|leaf| matches!(leaf.kind(), Node::Name | Node::Word)) {
                seen += 1;
                let known = found.iter().any(|o| o.span.start as usize <= leaf.start() && leaf.end() <= o.span.end as usize);
                if !known && !free(&unit.tree, leaf.index()) {
                    let place = ws.map.line_column(leaf.span());
                    unknown.push(format!("{}:{}:{} `{}`", ws.map.file(unit.id).path, place.line, place.column, leaf.text()));
                }
            }
        }
        let _ = root;
    }
    assert!(seen > 3_000, "{seen}");
    unknown.sort();
    unknown.dedup();
    assert!(unknown.is_empty(), "{} words:\n{}", unknown.len(), unknown.join("\n"));
}

#[test]
fn occurrences_stand_in_order_and_apart() {
    for path in files("tests/corpus/ok").into_iter().chain(files("tests/corpus/broken")).chain(files("scenarios")) {
        let (ws, root) = load(&path);
        let found = occurrences(&ws, root);
        for pair in found.windows(2) {
            assert!(pair[0].span.end <= pair[1].span.start, "{}: {:?}", path.display(), pair);
        }
        for o in &found {
            let declared = o.symbol.definition().is_some_and(|place| place == o.span);
            assert!(!declared || o.role == Role::Declaration, "{}: {o:?}", path.display());
            assert!(!ws.map.slice(o.span).is_empty());
        }
    }
}

#[test]
fn whatever_is_renamed_check_says_the_same() {
    let mut renamed = 0;
    for path in files("tests/corpus/ok").into_iter().chain(files("scenarios")) {
        renamed += rename_all(&path, 6, true);
    }
    assert!(renamed > 150, "{renamed}");
}

#[test]
fn in_broken_files_too() {
    let mut renamed = 0;
    let mut failed = String::new();
    for path in files("tests/corpus/broken") {
        match std::panic::catch_unwind(|| rename_all(&path, 2, false)) {
            Ok(count) => renamed += count,
            Err(why) => failed += &format!("{}\n\n", why.downcast_ref::<String>().map_or("", String::as_str)),
        }
    }
    assert!(failed.is_empty(), "{failed}");
    assert!(renamed > 350, "{renamed}");
}

/// Renames up to `most` things of a file, one at a time; gives how many.
fn rename_all(path: &Path, most: usize, strict: bool) -> usize {
    let (ws, _) = load(path);
    let before = analyze(ws.clone(), &Options::default()).diagnostics;
    let own: Vec<(&Workspace, FileId)> = ws.units.iter().filter(|unit| !unit.std).map(|unit| (&ws, unit.id)).collect();
    let mut things: Vec<Named> = Vec::new();
    for (_, file) in &own {
        for o in occurrences(&ws, *file) {
            if let Symbol::Named(named) = o.symbol
                && !named.is_std(&ws)
                && !things.contains(&named)
            {
                things.push(named);
            }
        }
    }
    let step = (things.len() / most.min(things.len().max(1))).max(1);
    // Of two that share a name one is renamed: then they share it no more. What is called `token` is taken for one.
    if before.iter().any(|d| matches!(d.code.to_string().as_str(), "E0202" | "W0221" | "E0209" | "E0901")) {
        return 0;
    }
    let mut renamed = 0;
    let mut wrong = Vec::new();
    for named in things.into_iter().step_by(step) {
        // A schema has a say in what fields are called; the name of a node says how large it is within its family.
        if (named.kind == Kind::Field && !ws.schemas.is_empty()) || (named.kind == Kind::Node && !strict) {
            continue;
        }
        let old = named.text(&ws).to_owned();
        let new: String = "zq".chars().cycle().take(old.len()).collect();
        let changes = match rename(&own, named, &new) {
            Ok(changes) => changes,
            Err(why) => {
                assert!(!strict, "{}: {old}: {why}", path.display());
                continue;
            }
        };
        assert!(!changes.is_empty() || old == new, "{}: {named:?}", path.display());
        let after = analyze(changed(&ws, &changes), &Options::default()).diagnostics;
        // Whether a line that cannot be read means something is guessed from what it looks like.
        let told = |d: &&Diagnostic| strict || d.code.to_string() != "W0220";
        let say = |all: &[Diagnostic]| all.iter().filter(told).map(|d| format!("{} {}", d.code, ws.map.line_column(d.primary.span).line)).collect::<Vec<_>>().join("\n");
        if say(&before) != say(&after) {
            wrong.push(format!("{}: `{old}` ({:?}) renamed to `{new}` with {changes:?}\n{}\n→\n{}", path.display(), named.kind, say(&before), say(&after)));
        }
        renamed += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    renamed
}

fn changed(ws: &Workspace, changes: &[Change]) -> Workspace {
    let mut after = ws.clone();
    for place in &mut after.units {
        let mut text = ws.map.file(place.id).text.to_string();
        let mut own: Vec<&Change> = changes.iter().filter(|change| change.span.file == place.id).collect();
        own.sort_by_key(|change| std::cmp::Reverse(change.span.start));
        for change in own {
            text.replace_range(change.span.start as usize..change.span.end as usize, &change.text);
        }
        let parsed = syntax::parse(place.id, &text);
        after.map.put(Arc::new(SourceFile::new(place.id, ws.map.file(place.id).path.clone(), text)));
        // What reading the file said stays.
        let said = if parsed.diagnostics.is_empty() { place.diagnostics.clone() } else { parsed.diagnostics };
        *place = Arc::new(Unit { id: place.id, tree: parsed.tree, ast: parsed.ast, diagnostics: said, std: place.std });
    }
    after
}

/// What a file that is being written still says of the names in it and elsewhere.
#[test]
fn a_library_that_is_being_written_keeps_its_names() {
    use scalec::ide::{View, hover::hover, outline::outline};
    let main = "import lib from \"lib.scale\"\nevent e { field id = uuid() }\ntest \"x\" {\n  seed = 1\n  send e to lib.topic\n  phase p = hold 1/s for 1m\n  expect lib.cpu.max < 80% during p\n}\n";
    for lib in ["metric cpu = prom.query(", "metric cpu = prom.query(\"up\"", "metric cpu = prom.query(\"up\") as percent by"] {
        for topic in ["target topic = pubsub {", "target topic = pubs", "target topic =", "target topic = pubsub { project = "] {
            let (before, after) = (format!("source prom = prometheus {{ url = \"http://localhost:9090\" }}\n{lib}\n\n{topic}"), format!("{topic}\n\nsource prom = prometheus {{ url = \"http://localhost:9090\" }}\n{lib}\n"));
            for text in [before, after] {
                let analysis = analyze(Workspace::from_texts(&[("main.scale", main), ("lib.scale", text.as_str())]), &Options::default());
                let view = View::new(&analysis, analysis.workspace.roots[0]);
                for word in ["topic", "cpu", "max"] {
                    let at = main.find(word).unwrap() + 1;
                    assert!(hover(&view, at).is_some(), "no hover of `{word}`\n{text}");
                }
                let named: Vec<String> = outline(view.workspace(), FileId(1)).into_iter().map(|entry| entry.name).collect();
                assert!(["prom", "cpu", "topic"].iter().all(|name| named.iter().any(|n| n == name)), "{named:?}\n{text}");
            }
        }
    }
}
