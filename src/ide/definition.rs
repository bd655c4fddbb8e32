//! Where a name leads: to its declaration, through imports; where a path leads: to the file.

use super::links::{self, Leads, Link};
use super::symbols::{self, Kind, Named, Role, Symbol};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};

/// A place that an editor can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The name, and all that declares it.
    Place { name: Span, whole: Span },
    File(FileId),
    /// A file that is no scenario, from the folder of this one.
    Path(String),
    /// One that nobody has read: it may not be there.
    Unread(String),
}

/// What stands at a byte, and where that leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub origin: Span,
    pub goals: Vec<Goal>,
}

pub fn definition(ws: &Workspace, file: FileId, offset: usize) -> Option<Definition> {
    if let Some(link) = links::at(ws, file, offset) {
        return goal_of(&link).map(|goal| Definition { origin: link.span, goals: vec![goal] });
    }
    let here = symbols::at(ws, file, offset)?;
    let Symbol::Named(named) = here.symbol else { return None };
    // From the import itself on to what it imports.
    if named.kind == Kind::Import && here.role == Role::Declaration {
        let link = links::of(ws, file).into_iter().find(|link| named.item(ws).is_some_and(|item| item.span.start <= link.span.start && link.span.end <= item.span.end))?;
        return goal_of(&link).map(|goal| Definition { origin: here.span, goals: vec![goal] });
    }
    let whole = whole(ws, named);
    Some(Definition { origin: here.span, goals: vec![Goal::Place { name: named.name, whole }] })
}

fn goal_of(link: &Link) -> Option<Goal> {
    match &link.leads {
        Leads::Module(file) => Some(Goal::File(*file)),
        Leads::Path(path) => Some(Goal::Path(path.clone())),
        Leads::Unread(path) => Some(Goal::Unread(path.clone())),
        Leads::Nowhere => None,
    }
}

/// All that declares it: the item, or, of a part, the line that it stands in.
pub fn whole(ws: &Workspace, named: Named) -> Span {
    match named.item(ws) {
        Some(item) if !named.kind.is_part() => item.span,
        _ => {
            let source = ws.map.file(named.name.file);
            let line = source.line_index(named.name.start as usize);
            let (start, text) = (source.line_start(line), source.line_text(line));
            let blank = text.len() - text.trim_start().len();
            Span::new(named.name.file, start + blank, start + text.trim_end().len().max(blank))
        }
    }
}
