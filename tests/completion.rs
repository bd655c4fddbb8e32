//! Completion, held to every scenario: the word that stands at a place is among what is offered there, and what is offered is right when it is taken.

use scalec::analysis::{Analysis, Options, analyze};
use scalec::diagnostics::Diagnostic;
use scalec::ide::View;
use scalec::ide::completion::{Item, Module, Nearby, Sort, complete};
use scalec::ide::symbols::{self, Role};
use scalec::loader::{self, Live};
use scalec::syntax::tree::Kind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["tests/corpus/ok", "scenarios"] {
        let mut found: Vec<PathBuf> = std::fs::read_dir(root.join(folder)).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        found.retain(|p| p.extension().is_some_and(|e| e == "scale"));
        found.sort();
        files.extend(found);
    }
    assert!(files.len() > 20);
    files
}

fn analysis(live: &mut Live, path: &Path) -> Analysis {
    analyze(live.load(path, path.parent()), &Options::default())
}

/// Every `step`th of so many things that at most `most` are left.
fn spread<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let step = all.len().div_ceil(most).max(1);
    all.into_iter().step_by(step).collect()
}

/// The words of a file with what they are, but for names that are being given.
fn words(view: &View<'_>) -> Vec<(usize, usize, Kind)> {
    let ws = view.workspace();
    let given: Vec<_> = symbols::occurrences(ws, view.file).into_iter().filter(|o| o.role == Role::Declaration).map(|o| o.span).collect();
    let unit = view.unit().expect("a file");
    let leaves = unit.tree.leaves().filter(|leaf| matches!(leaf.kind(), Kind::Name | Kind::Word | Kind::Keyword | Kind::Reserved));
    leaves.filter(|l| !given.iter().any(|g| g.start as usize <= l.start() && l.end() <= g.end as usize)).map(|l| (l.start(), l.end(), l.kind())).collect()
}

/// Words that are free to choose, so that nobody can offer them.
fn is_free(view: &View<'_>, start: usize) -> bool {
    let text = view.text();
    let line = &text[text[..start].rfind('\n').map_or(0, |at| at + 1)..start];
    // The label of a metric.
    if line.trim_start().starts_with("metric") && line.trim_end().ends_with(" by") {
        return true;
    }
    // Keys of records whose names nobody decides: fields of records, settings of clients, dimensions of metrics.
    let unit = view.unit().expect("a file");
    let holds = |n: &scalec::syntax::tree::Node<'_>| n.start() <= start && start < n.end();
    let around: Vec<Kind> = unit.tree.nodes().filter(holds).map(|n| n.kind()).collect();
    let key = around.ends_with(&[Kind::Setting, Kind::Word]);
    key && around.contains(&Kind::Record) && !line.contains("retry")
}

#[test]
fn what_stands_there_is_offered() {
    let mut live = Live::default();
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for path in scenarios() {
        let analysis = analysis(&mut live, &path);
        let view = View::new(&analysis, analysis.workspace.roots[0]);
        for (start, end, _) in spread(words(&view), 100) {
            if is_free(&view, start) {
                continue;
            }
            asked += 1;
            let word = &view.text()[start..end];
            let items = complete(&view, end, &Nearby::default());
            let is = |i: &Item| i.label == word || i.label.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '.']));
            if !items.iter().any(is) {
                let line = view.source().line_text(view.source().line_index(start));
                let labels: Vec<&str> = items.iter().take(12).map(|i| i.label.as_str()).collect();
                wrong.push(format!("{}: `{word}` in `{}`: {labels:?}", path.file_name().unwrap_or_default().to_string_lossy(), line.trim()));
            }
        }
    }
    assert!(asked > 1_500, "{asked} places");
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What makes an item wrong where it stands: mistakes of syntax, and names, kinds and settings that are none.
fn is_bad(d: &Diagnostic) -> bool {
    let code = d.code.as_str();
    code.starts_with("E01") || ["E0201", "E0203", "E0207", "E0209"].contains(&code)
}

/// The file with an item taken at its place: its text, and the bytes that were inserted. What stood behind a word that begins a statement or goes on
/// with it belonged to another one: the rest of the line is left out.
fn taken(text: &str, item: &Item) -> (String, std::ops::Range<usize>) {
    let rest = &text[item.range.end..];
    let rest = match item.sort {
        Sort::Form | Sort::Keyword => &rest[rest.find('\n').unwrap_or(rest.len())..],
        _ => rest,
    };
    let plain = item.plain();
    let mut new = format!("{}{plain}{rest}", &text[..item.range.start]);
    let mut at = item.range.start..item.range.start + plain.len();
    for (offset, more) in &item.also {
        new.insert_str(*offset, more);
        at = at.start + more.len()..at.end + more.len();
    }
    (new, at)
}

#[test]
fn what_is_offered_is_right() {
    let mut live = Live::default();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    let aws = loader::from_bytes("aws.scale", include_bytes!("../std/aws.scale").to_vec());
    for path in scenarios() {
        let analysis = analysis(&mut live, &path);
        let view = View::new(&analysis, analysis.workspace.roots[0]);
        let nearby = Nearby { modules: vec![Module { path: "std/aws".into(), unit: Arc::clone(&aws.units[0]) }], tables: Vec::new() };
        let places: Vec<usize> = spread(words(&view), 8).into_iter().map(|(start, ..)| start).collect();
        for start in places {
            let items = complete(&view, start, &nearby);
            for item in spread(items, 5) {
                tried += 1;
                let (text, at) = taken(view.text(), &item);
                let real = live.edit(&path, text.as_str().into());
                let after = self::analysis(&mut live, &path);
                live.release(&real);
                let file = after.workspace.roots[0];
                let inside = |d: &&Diagnostic| {
                    let span = d.primary.span;
                    span.file == file && (span.start as usize) < at.end && at.start <= span.end as usize && !(span.is_empty() && span.start as usize == at.start)
                };
                let before: Vec<_> = analysis.diagnostics.iter().map(|d| d.code).collect();
                for d in after.diagnostics.iter().filter(|d| is_bad(d)).filter(inside).filter(|d| !before.contains(&d.code)) {
                    // A step on the way: a module, or a thing that has metrics, is followed by a dot; a word is followed by what it needs.
                    if item.again && (d.code.as_str() == "E0203" || d.code.as_str() == "E0101" || d.code.as_str() == "E0201") {
                        continue;
                    }
                    // A place for a name that the file does not declare.
                    if item.is_snippet && d.code.as_str() == "E0201" && matches!(item.sort, Sort::Form | Sort::Function) {
                        continue;
                    }
                    // What a pipeline writes is told by the pipelines together.
                    if d.message.ends_with("it has no input of its own") {
                        continue;
                    }
                    let line = text[..at.end].rfind('\n').map_or(0, |n| n + 1);
                    let line = &text[line..].lines().next().unwrap_or_default();
                    wrong.push(format!("{}: `{}` in `{}`: {} {}", path.file_name().unwrap_or_default().to_string_lossy(), item.label, line.trim(), d.code, d.message));
                }
            }
        }
    }
    assert!(tried > 700, "{tried} tried");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
