//! A constant is put back where it is used: from its own file in all files that use it, and its declaration goes; from a file that imports it in the one
//! place.

use super::{Action, Edit, Elsewhere, Kind, extract, fresh, imagined, laid_out};
use crate::analysis::{Analysis, Options, analyze};
use crate::check::visit;
use crate::diagnostics::Diagnostic;
use crate::ide::View;
use crate::ide::rename::readable;
use crate::ide::symbols::{self, Named, Occurrence, Role, Symbol};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Expr, ExprKind, Import, Item, ItemKind};

pub fn inline(view: &View<'_>, offset: usize, elsewhere: &mut dyn Elsewhere) -> Option<Action> {
    let ws = view.workspace();
    let found = symbols::at(ws, view.file, offset)?;
    let Symbol::Named(named) = found.symbol else { return None };
    if named.kind != symbols::Kind::Let {
        return None;
    }
    let item = named.item(ws)?;
    let ItemKind::Let(l) = &item.kind else { return None };
    if l.value.is_missing() {
        return None;
    }
    let name = named.text(ws);
    let constant = Constant { ws, named, value: l.value.span, loose: is_loose(&l.value) };
    if named.item.file != view.file {
        let chain = view.unit().and_then(|unit| members(&unit.ast.items).into_iter().find(|(_, _, name)| *name == found.span));
        let written = chain.map_or(name, |(whole, _, _)| ws.map.slice(whole));
        return Some(Action::new(format!("inline `{written}` here"), Kind::Inline, here(view, &constant, found.span)));
    }
    let title = |files: usize| match files {
        0 | 1 => format!("inline `{name}` and remove it"),
        files => format!("inline `{name}` in {files} files and remove it"),
    };
    match everywhere(view, item, &constant, elsewhere) {
        Ok((text, others)) => Some(Action { title: title(others.len() + 1), kind: Kind::Inline, text: Ok(text), others }),
        Err(why) => Some(Action::new(title(1), Kind::Inline, Err(why))),
    }
}

/// A constant that goes.
struct Constant<'a> {
    ws: &'a Workspace,
    named: Named,
    value: Span,
    /// Whether it needs brackets where something is joined to it.
    loose: bool,
}

/// What a file becomes.
struct Changed<'a> {
    ws: &'a Workspace,
    file: FileId,
    text: String,
    /// What its names stand for then, one after the other.
    means: Vec<Meaning>,
}

/// The new text of the file, and those of the others.
type Texts = (String, Vec<(FileId, String)>);

/// The text of the file with the value in this one place; the declaration stays.
fn here(view: &View<'_>, constant: &Constant<'_>, place: Span) -> Result<String, String> {
    let (changed, _) = in_file(constant, view.workspace(), view.file, None, Some(place))?;
    let changed = [changed];
    let [one] = &changed;
    constant.fits(&changed, one, view.analysis.diagnostics.clone())?;
    let [one] = changed;
    Ok(one.text)
}

fn everywhere(view: &View<'_>, item: &Item, constant: &Constant<'_>, elsewhere: &mut dyn Elsewhere) -> Result<Texts, String> {
    let ws = view.workspace();
    let name = constant.named.text(ws);
    readable(ws, view.file, constant.named, name)?;
    let others = elsewhere.naming(name)?;
    let mut all = vec![in_file(constant, ws, view.file, Some(declaration(view, item)), None)?.0];
    let mut uses = 0;
    for (analysis, file) in &others {
        readable(&analysis.workspace, *file, constant.named, name)?;
        let (changed, count) = in_file(constant, &analysis.workspace, *file, None, None)?;
        uses += count;
        if count > 0 {
            all.push(changed);
        }
    }
    uses += symbols::occurrences(ws, view.file).into_iter().filter(|o| constant.is_used(o)).count();
    if uses == 0 {
        return Err(format!("`{name}` is used nowhere"));
    }
    for changed in &all {
        let before = analysis_of(view, &others, changed.file);
        constant.fits(&all, changed, before)?;
    }
    let mut texts = all.into_iter().map(|changed| (changed.file, changed.text));
    let own = texts.next().map(|(_, text)| text).unwrap_or_default();
    Ok((own, texts.collect()))
}

/// What is found in a file today, where that is known.
fn analysis_of<'a>(view: &View<'a>, others: &[(std::sync::Arc<Analysis>, FileId)], file: FileId) -> Vec<Diagnostic> {
    if file == view.file {
        return view.analysis.diagnostics.clone();
    }
    // Others have been read, and not checked.
    let other = others.iter().find(|(_, other)| *other == file);
    other.map_or_else(Vec::new, |(analysis, _)| analyze(analysis.workspace.clone(), &Options::default()).diagnostics)
}

impl Constant<'_> {
    fn is_used(&self, o: &Occurrence) -> bool {
        o.symbol == Symbol::Named(self.named) && o.role == Role::Use
    }

    /// Whether the file is as sound as it was, and every name in it stands for what it stood for.
    fn fits(&self, all: &[Changed<'_>], changed: &Changed<'_>, before: Vec<Diagnostic>) -> Result<(), String> {
        let path = &changed.ws.map.file(changed.file).path;
        let here = if changed.file == self.named.item.file { "where the name stands".to_owned() } else { format!("where {path} names it") };
        let after = imagined(changed.ws, all.iter().map(|c| (c.file, c.text.as_str())));
        let means: Vec<Meaning> = symbols::occurrences(&after, changed.file).iter().map(|o| Meaning::of(&after, o.symbol)).collect();
        if means != changed.means {
            return Err(format!("a name in its value would stand for something else {here}"));
        }
        let after = analyze(after, &Options::default());
        match fresh(&before, after.diagnostics).iter().any(Diagnostic::is_error) {
            true => Err(format!("its value cannot stand {here}")),
            false => Ok(()),
        }
    }
}

/// What a name stands for, whatever else moves.
#[derive(Clone, Debug, PartialEq)]
struct Meaning {
    /// `None` of a word of the language.
    kind: Option<symbols::Kind>,
    /// The file that declares it; parts of something go where it goes.
    file: Option<FileId>,
    name: String,
}

impl Meaning {
    fn of(ws: &Workspace, symbol: Symbol) -> Meaning {
        let named = symbol.named();
        let kind = named.map(|n| n.kind);
        Meaning { kind, file: named.filter(|n| !n.kind.is_part()).map(|n| n.item.file), name: symbol.name(ws).to_owned() }
    }
}

/// The file with the value in each place of the name (or `only` in one), and without the declaration; and how many places there are.
fn in_file<'a>(constant: &Constant<'_>, ws: &'a Workspace, file: FileId, declaration: Option<std::ops::Range<usize>>, only: Option<Span>) -> Result<(Changed<'a>, usize), String> {
    let path = || ws.map.file(file).path.clone();
    let unit = ws.units.get(file.0 as usize).filter(|unit| unit.id == file).ok_or_else(|| format!("{} cannot be read", path()))?;
    let items = &unit.ast.items;
    let joined = joined(items);
    let chains = members(items);
    let own = file == constant.named.item.file;
    let (mut edits, mut means, mut count): (Vec<Edit>, Vec<Meaning>, usize) = (Vec::new(), Vec::new(), 0);
    for o in symbols::occurrences(ws, file) {
        if declaration.as_ref().is_some_and(|gone| gone.contains(&(o.span.start as usize))) {
            continue;
        }
        if !constant.is_used(&o) || only.is_some_and(|only| only != o.span) {
            means.push(Meaning::of(ws, o.symbol));
            continue;
        }
        count += 1;
        let (place, (text, names)) = if own {
            (o.span, value(constant, ws, file, None)?)
        } else {
            // `module.name`
            let (whole, module) = chains.iter().find(|(_, _, name)| *name == o.span).map(|(whole, module, _)| (*whole, *module)).ok_or_else(|| format!("{} names it where no value can stand", path()))?;
            // The module has been told already, and goes with the name.
            means.pop();
            (whole, value(constant, ws, file, Some(ws.map.slice(module)))?)
        };
        means.extend(names);
        let text = if constant.loose && joined.contains(&place) { format!("({text})") } else { text };
        edits.push((place.start as usize..place.end as usize, text));
    }
    edits.extend(declaration.map(|gone| (gone, String::new())));
    let text = laid_out(unit, &ws.map.file(file).text, &edits);
    Ok((Changed { ws, file, text, means }, count))
}

/// The value as it must be written in a file, and what its names stand for. `module`: what the file calls the one that declares it.
fn value(constant: &Constant<'_>, there: &Workspace, file: FileId, module: Option<&str>) -> Result<(String, Vec<Meaning>), String> {
    let (ws, home) = (constant.ws, constant.named.item.file);
    let (start, end) = (constant.value.start, constant.value.end);
    let names = symbols::within(ws, home, start as usize, end as usize).into_iter().filter(|o| start <= o.span.start && o.span.end <= end);
    let (mut edits, mut means): (Vec<Edit>, Vec<Meaning>) = (Vec::new(), Vec::new());
    let place = |span: Span| (span.start - start) as usize..(span.end - start) as usize;
    for o in names {
        let meaning = Meaning::of(ws, o.symbol);
        let of_home = o.symbol.named().filter(|n| n.item.file == home && !n.kind.is_part() && !n.kind.is_text());
        match (of_home, module) {
            (Some(named), Some(_)) if named.kind == symbols::Kind::Import => {
                let (name, wanted) = (named.text(ws), target(ws, home, named.item(ws)));
                let known = imports(there, file).find(|(_, import)| wanted.is_some() && target_of(there, file, import) == wanted);
                let Some((known, _)) = known else {
                    return Err(format!("its value names `{name}`, which {} does not import", there.map.file(file).path));
                };
                means.push(Meaning { file: Some(file), name: known.to_owned(), ..meaning });
                edits.push((place(o.span), known.to_owned()));
            }
            (Some(_), Some(module)) => {
                means.push(Meaning { kind: Some(symbols::Kind::Import), file: Some(file), name: module.to_owned() });
                means.push(meaning);
                let at = place(o.span).start;
                edits.push((at..at, format!("{module}.")));
            }
            _ => means.push(meaning),
        }
    }
    Ok((super::edited(ws.map.slice(constant.value), &edits), means))
}

/// The imports of a file, by what it calls them.
fn imports(ws: &Workspace, file: FileId) -> impl Iterator<Item = (&str, &Import)> {
    let items = ws.units.get(file.0 as usize).map_or(&[][..], |unit| &unit.ast.items);
    items.iter().filter_map(|item| match &item.kind {
        ItemKind::Import(import) => Some((import.name.as_ref()?.text.as_str(), import)),
        _ => None,
    })
}

/// Where an import leads.
fn target_of(ws: &Workspace, file: FileId, import: &Import) -> Option<FileId> {
    ws.imports.get(&(file, import.path.as_ref()?.value.clone()))?.as_ref().ok().copied()
}

fn target(ws: &Workspace, file: FileId, item: Option<&Item>) -> Option<FileId> {
    match &item?.kind {
        ItemKind::Import(import) => target_of(ws, file, import),
        _ => None,
    }
}

/// Each `module.name` of a file: the whole, the module and the name.
fn members(items: &[Item]) -> Vec<(Span, Span, Span)> {
    let mut found = Vec::new();
    for item in items {
        visit::expressions(item, &mut |e| {
            if let ExprKind::Member(of, name) = &e.kind {
                found.push((e.span, of.span, name.span));
            }
        });
    }
    found
}

fn is_loose(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Binary { .. } | ExprKind::Range { .. } | ExprKind::Negate(_) | ExprKind::Not(_))
}

/// Names that an operator, a dot or an index joins to something else.
fn joined(items: &[Item]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut add = |e: &Expr| found.push(e.span);
    for item in items {
        visit::expressions(item, &mut |e| match &e.kind {
            ExprKind::Binary { left, right, .. } => [left, right].into_iter().for_each(|e| add(e)),
            ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Member(inner, _) => add(inner),
            ExprKind::Range { low, high, .. } => [low, high].into_iter().flatten().for_each(|e| add(e)),
            ExprKind::Index(of, _) => add(of),
            _ => {}
        });
    }
    found
}

/// All lines of a declaration with its comments, and one blank line where two would be left.
fn declaration(view: &View<'_>, item: &Item) -> std::ops::Range<usize> {
    let source = view.source();
    let start = extract::above(view, item);
    let last = source.line_index((item.span.end as usize).max(1) - 1);
    let mut end = source.line_start(last + 1);
    let blank = |line: usize| source.line_text(line).trim().is_empty();
    let first = source.line_index(start);
    if (first == 0 || blank(first - 1)) && last + 1 < source.line_count() && blank(last + 1) {
        end = source.line_start(last + 2);
    }
    start..end
}
