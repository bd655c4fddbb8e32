//! Another name for a thing, everywhere. Refused, with the reason, where the file would mean something else afterwards.

use super::references::references;
use super::symbols::{self, Kind, Named, Occurrence, Role, Symbol};
use crate::check::names::Names;
use crate::check::{Context, Decl};
use crate::resolve::workspace::{Unit, Workspace};
use crate::source::{FileId, SourceFile, Span};
use crate::diagnostics::codes;
use crate::syntax::{self, words};
use std::sync::Arc;

/// One place, and what is to stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub span: Span,
    pub text: String,
}

/// What can be renamed at a byte, and the place of its name there; or why it cannot.
pub fn prepare(ws: &Workspace, file: FileId, offset: usize) -> Result<(Named, Span), String> {
    let Some(here) = symbols::at(ws, file, offset) else { return Err("there is no name here that could be changed".to_owned()) };
    let named = match here.symbol {
        Symbol::Word(word) => return Err(format!("{} is a word of the language", quoted(word.name()))),
        Symbol::Named(named) => named,
    };
    if named.is_std(ws) {
        let module = &ws.map.file(named.item.file).path;
        return Err(format!("{} is declared in {module}, a module that ships with scalec", quoted(named.text(ws))));
    }
    Ok((named, here.span))
}

/// Every change that gives `named` the name `new`. `files`: each file that may name it, with the workspace that it was loaded in.
pub fn rename(files: &[(&Workspace, FileId)], named: Named, new: &str) -> Result<Vec<Change>, String> {
    let Some((ws, _)) = files.iter().find(|(_, file)| *file == named.item.file) else {
        return Err("the file that declares it lies outside of this project".to_owned());
    };
    valid(named.kind, new)?;
    let old = named.text(ws).to_owned();
    if old == new {
        return Ok(Vec::new());
    }
    taken(ws, named, new)?;
    let mut changes: Vec<Change> = Vec::new();
    for (ws, file) in files {
        readable(ws, *file, named, &old)?;
        for occurrence in references(ws, *file, Symbol::Named(named)) {
            let change = Change { span: occurrence.span, text: new.to_owned() };
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
    }
    for (ws, file) in files {
        means_the_same(ws, *file, &changes, new)?;
    }
    Ok(changes)
}

/// A name as messages quote it: no backtick of its own ends the quotation.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "'"))
}

fn valid(kind: Kind, new: &str) -> Result<(), String> {
    if kind.is_text() {
        return match new {
            "" => Err("a name cannot be empty".to_owned()),
            new if new.contains(['"', '\\']) || new.chars().any(char::is_control) => Err("a name cannot hold quotes, backslashes or line ends".to_owned()),
            _ => Ok(()),
        };
    }
    let first = new.chars().next();
    if !first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') || !new.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(format!("{} is no name: names are letters, digits and `_`, and begin with no digit", quoted(new)));
    }
    if words::is_never_a_value(new) || words::form_of(words::CONSTANTS, new).is_some() {
        return Err(format!("{} is a word of the language and cannot be a name", quoted(new)));
    }
    Ok(())
}

/// Whether something else is called so already, where this is declared.
fn taken(ws: &Workspace, named: Named, new: &str) -> Result<(), String> {
    let names = Names::of(ws);
    let cx = Context::new(ws, &[], &names);
    let file = named.item.file;
    let declared = match named.kind {
        Kind::Field | Kind::Phase | Kind::Fault | Kind::Constant | Kind::Rule | Kind::Alert | Kind::Test | Kind::Node => None,
        _ => names.get(file, new).and_then(|decl| symbols::named_item(ws, decl)),
    };
    let node = || cx.catalogue(file).into_iter().find(|(node, _)| node.name.as_ref().is_some_and(|name| name.value == new)).and_then(|(_, decl)| symbols::named_item(ws, decl));
    let found = match named.kind {
        Kind::Node => node(),
        Kind::Alert | Kind::Test => items(ws, file).find(|other| other.kind == named.kind && other.text(ws) == new),
        _ => declared,
    };
    let part = || beside(ws, named).into_iter().find(|other| other.text(ws) == new);
    match found.or_else(part) {
        Some(other) => {
            let (place, new) = (ws.map.line_column(other.name), quoted(new));
            Err(format!("{new} is taken: {}:{} declares the {} {new}", ws.map.file(other.name.file).path, place.line, other.kind.word()))
        }
        None => Ok(()),
    }
}

fn items(ws: &Workspace, file: FileId) -> impl Iterator<Item = Named> + '_ {
    let count = ws.units.get(file.0 as usize).map_or(0, |unit| unit.ast.items.len() as u32);
    (0..count).filter_map(move |item| symbols::named_item(ws, Decl { file, item }))
}

/// Parts of the same item that must not share a name with it.
fn beside(ws: &Workspace, named: Named) -> Vec<Named> {
    let timed = |kind: Kind| matches!(kind, Kind::Phase | Kind::Fault);
    let alike = |other: Kind| other == named.kind || (timed(other) && timed(named.kind));
    // Fields of a record within a field are no neighbours of the event's own.
    let near = |other: Named| named.kind != Kind::Field || depth(ws, other) == depth(ws, named);
    let Some(item) = named.item(ws).filter(|_| named.kind.is_part()) else { return Vec::new() };
    let all = symbols::within(ws, named.item.file, item.span.start as usize, item.span.end as usize);
    let parts = all.into_iter().filter(|o| o.role == Role::Declaration).filter_map(|o| o.symbol.named());
    parts.filter(|other| *other != named && other.item == named.item && alike(other.kind) && near(*other)).collect()
}

/// The block around a name, by where it begins.
fn depth(ws: &Workspace, named: Named) -> usize {
    let Some(unit) = ws.units.get(named.name.file.0 as usize) else { return 0 };
    let (start, end) = (named.name.start as usize, named.name.end as usize);
    let around = unit.tree.root().descendants().filter(|n| n.kind().is_block() && n.start() <= start && end <= n.end());
    around.last().map_or(0, |n| n.start())
}

/// What cannot be read may name it too, or may be what it seems not to be.
pub(super) fn readable(ws: &Workspace, file: FileId, named: Named, old: &str) -> Result<(), String> {
    let Some(unit) = ws.units.get(file.0 as usize).filter(|unit| unit.id == file) else { return Ok(()) };
    // Of a file whose text is not to be had nobody knows what it sees.
    if unit.tree.text().is_empty() && unit.diagnostics.iter().any(|d| matches!(d.code, codes::E0106 | codes::E0107)) {
        return Err(format!("{} cannot be read, and may name {}", ws.map.file(file).path, quoted(old)));
    }
    let broken = unit.ast.broken.iter().find(|span| has_word(ws.map.slice(**span), old));
    // In a file that never sees it the same word is another thing.
    match broken.filter(|_| super::references::sees(ws, file, named.item.file)) {
        Some(span) => {
            let place = ws.map.line_column(*span);
            Err(format!("{}:{} cannot be read, and may name {}: mend it first", ws.map.file(file).path, place.line, quoted(old)))
        }
        None => Ok(()),
    }
}

fn has_word(text: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| !part(text.get(..at).and_then(|t| t.chars().next_back())) && !part(text.get(at + word.len()..).and_then(|t| t.chars().next())))
}

/// Reads the file as it would be: every name in it must still lead where it leads now. Tells what would be hidden or caught by the new name.
fn means_the_same(ws: &Workspace, file: FileId, changes: &[Change], new: &str) -> Result<(), String> {
    if !ws.units.iter().any(|unit| changes.iter().any(|change| change.span.file == unit.id)) {
        return Ok(());
    }
    let after = changed(ws, changes);
    let moved = |span: Span| shifted(span, changes);
    let expected = symbols::occurrences(ws, file).into_iter().map(|o| {
        let symbol = match o.symbol {
            Symbol::Named(named) => Symbol::Named(Named { name: moved(named.name), ..named }),
            word => word,
        };
        Occurrence { span: moved(o.span), symbol, ..o }
    });
    let found = symbols::occurrences(&after, file);
    let mut found_at = found.iter();
    for expected in expected {
        if found_at.next() != Some(&expected) {
            return Err(confused(&after, expected.span, new));
        }
    }
    if let Some(more) = found_at.next() {
        return Err(confused(&after, more.span, new));
    }
    let said = |ws: &Workspace| ws.units.get(file.0 as usize).map_or(0, |unit| unit.diagnostics.len());
    if said(&after) != said(ws) {
        return Err(format!("{} is a word of the language where it would stand", quoted(new)));
    }
    Ok(())
}

fn confused(after: &Workspace, place: Span, new: &str) -> String {
    let (path, line) = (&after.map.file(place.file).path, after.map.line_column(place).line);
    format!("{} has a meaning of its own at {path}:{line}, and the two would be taken for each other", quoted(new))
}

/// The workspace with the changes made.
fn changed(ws: &Workspace, changes: &[Change]) -> Workspace {
    let mut after = ws.clone();
    for place in &mut after.units {
        let mut own: Vec<&Change> = changes.iter().filter(|change| change.span.file == place.id).collect();
        if own.is_empty() {
            continue;
        }
        own.sort_by_key(|change| change.span.start);
        let source = ws.map.file(place.id);
        let (mut text, mut at) = (String::with_capacity(source.text.len()), 0);
        for change in own {
            text += source.text.get(at..change.span.start as usize).unwrap_or("");
            text += &change.text;
            at = change.span.end as usize;
        }
        text += source.text.get(at..).unwrap_or("");
        let parsed = syntax::parse(place.id, &text);
        after.map.put(Arc::new(SourceFile::new(place.id, source.path.clone(), text)));
        *place = Arc::new(Unit { id: place.id, tree: parsed.tree, ast: parsed.ast, diagnostics: parsed.diagnostics, std: place.std });
    }
    after
}

/// Where a place is once the changes are made.
fn shifted(span: Span, changes: &[Change]) -> Span {
    let grown = |before: u32, inclusive: bool| -> i64 {
        let own = changes.iter().filter(|c| c.span.file == span.file && (c.span.end < before || (inclusive && c.span.end == before) || (c.span.end == before && c.span.start < before)));
        own.map(|c| c.text.len() as i64 - i64::from(c.span.end - c.span.start)).sum()
    };
    let start = i64::from(span.start) + grown(span.start, false);
    let end = i64::from(span.end) + grown(span.end, true);
    Span { start: start.max(0) as u32, end: end.max(0) as u32, ..span }
}
