//! The paths that a file names: imports, tables of `replay` and of `from_file`, schemas of formats.

use crate::check::visit;
use crate::resolve::workspace::{LinkError, Workspace};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind, Item, ItemKind, Shape, Statement, StatementKind, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What stands within the quotes.
    pub span: Span,
    pub path: String,
    pub leads: Leads,
    /// In a few words, to be shown over it.
    pub tooltip: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    Module(FileId),
    /// Beside this file.
    Path(String),
    /// There too, if it is there: nothing reads it before a run.
    Unread(String),
    /// Nothing is there; `check` says why.
    Nowhere,
}

/// All of a file, in the order of the text.
pub fn of(ws: &Workspace, file: FileId) -> Vec<Link> {
    let Some(unit) = ws.units.get(file.0 as usize).filter(|unit| unit.id == file) else { return Vec::new() };
    let mut links = Vec::new();
    for item in &unit.ast.items {
        match &item.kind {
            ItemKind::Import(import) => links.extend(import.path.as_ref().map(|path| module(ws, file, path))),
            ItemKind::Test(test) => tables(ws, file, &test.statements, &mut links),
            ItemKind::Target(target) => links.extend(schema(&target.body).map(|path| text(ws, path, ws.schemas.get(&(file, path.value.clone())), "the schema of the records"))),
            _ => {}
        }
        columns(ws, item, &mut links);
    }
    links.sort_by_key(|link| link.span.start);
    links
}

pub fn at(ws: &Workspace, file: FileId, offset: usize) -> Option<Link> {
    of(ws, file).into_iter().find(|link| link.span.start as usize <= offset && offset <= link.span.end as usize)
}

fn module(ws: &Workspace, file: FileId, path: &Text) -> Link {
    let (leads, tooltip) = match ws.imports.get(&(file, path.value.clone())) {
        Some(Ok(id)) if path.value.starts_with("std/") => (Leads::Module(*id), "a module that ships with scalec".to_owned()),
        Some(Ok(id)) => (Leads::Module(*id), ws.map.file(*id).path.clone()),
        _ => (Leads::Nowhere, String::new()),
    };
    Link { span: super::symbols::within_quotes(ws, path.span), path: path.value.clone(), leads, tooltip }
}

fn text(ws: &Workspace, path: &Text, found: Option<&Result<String, LinkError>>, what: &str) -> Link {
    let leads = if matches!(found, Some(Ok(_))) { Leads::Path(path.value.clone()) } else { Leads::Nowhere };
    Link { span: super::symbols::within_quotes(ws, path.span), path: path.value.clone(), leads, tooltip: what.to_owned() }
}

fn tables(ws: &Workspace, file: FileId, statements: &[Statement], links: &mut Vec<Link>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Phase(phase) => {
                if let Shape::Replay { path: Some(path), .. } = &phase.shape {
                    links.push(text(ws, path, ws.tables.get(&(file, path.value.clone())), "the recorded curve: columns `seconds,rate`"));
                }
            }
            StatementKind::Repeat { statements, .. } => tables(ws, file, statements, links),
            _ => {}
        }
    }
}

/// `from_file("path", "column")`
fn columns(ws: &Workspace, item: &Item, links: &mut Vec<Link>) {
    visit::expressions(item, &mut |e| {
        if let ExprKind::Call { callee, args } = &e.kind
            && matches!(&callee.kind, ExprKind::Name(name) if name.text == "from_file")
            && let Some(ExprKind::Text(path)) = args.first().map(|path| &path.unwrapped().kind)
        {
            let leads = Leads::Unread(path.value.clone());
            links.push(Link { span: super::symbols::within_quotes(ws, path.span), path: path.value.clone(), leads, tooltip: "the table that values are taken from".to_owned() });
        }
    });
}

/// `format = avro { schema = "path" }`
fn schema(target: &Body) -> Option<&Text> {
    let ExprKind::Construct { body, .. } = &setting(target, "format")?.unwrapped().kind else { return None };
    match &setting(body, "schema")?.unwrapped().kind {
        ExprKind::Text(path) => Some(path),
        _ => None,
    }
}

fn setting<'b>(body: &'b Body, name: &str) -> Option<&'b Expr> {
    body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Setting { key, value, .. } if key.text == name => Some(value),
        _ => None,
    })
}
