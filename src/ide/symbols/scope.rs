//! What names mean beside the declarations of a file: the phases, faults and `for` constants of its tests, the nodes that it knows.

use super::{Kind, Named, named_item};
use crate::check::{Context, Decl};
use crate::source::FileId;
use crate::syntax::ast::{Event, ItemKind, Ident, Statement, StatementKind, Test, EntryKind};
use std::cell::OnceCell;
use std::collections::HashMap;

/// Looks names up for all items of a file.
pub(super) struct Finder<'c, 'a> {
    pub cx: &'c Context<'a>,
    pub file: FileId,
    nodes: OnceCell<HashMap<&'a str, Named>>,
    phases: OnceCell<HashMap<&'a str, Named>>,
    constants: OnceCell<HashMap<&'a str, Named>>,
}

/// What is known within a test only.
#[derive(Default)]
pub(super) struct Scope<'a> {
    /// In a test; elsewhere the phases and constants of any test may be meant.
    pub test: bool,
    /// A `let` means the same everywhere: no `for` constant is seen in it.
    pub constant: bool,
    pub phases: HashMap<&'a str, Named>,
    pub faults: HashMap<&'a str, Named>,
    pub for_each: Option<(&'a str, Named)>,
}

impl<'c, 'a> Finder<'c, 'a> {
    pub fn new(cx: &'c Context<'a>, file: FileId) -> Finder<'c, 'a> {
        Finder { cx, file, nodes: OnceCell::new(), phases: OnceCell::new(), constants: OnceCell::new() }
    }

    pub fn item(&self, decl: Decl) -> Option<Named> {
        named_item(self.cx.ws, decl)
    }

    /// A node by its text.
    pub fn node(&self, name: &str) -> Option<Named> {
        let nodes = self.nodes.get_or_init(|| {
            let mut found = HashMap::new();
            for (node, decl) in self.cx.catalogue(self.file) {
                if let (Some(name), Some(named)) = (&node.name, self.item(decl)) {
                    found.entry(name.value.as_str()).or_insert(named);
                }
            }
            found
        });
        nodes.get(name).copied()
    }

    /// A phase of the test around, or, outside of every test, of the first that has it.
    pub fn phase(&self, scope: &Scope<'a>, name: &str) -> Option<Named> {
        if scope.test {
            return scope.phases.get(name).copied();
        }
        let all = self.phases.get_or_init(|| {
            let mut found = HashMap::new();
            for (item, test) in self.tests(self.file) {
                phases(item, &test.statements, &mut found);
            }
            found
        });
        all.get(name).copied()
    }

    /// The `for` constant of the test around, or, outside of every test, of the first that has it: this file's own come first.
    pub fn constant(&self, scope: &Scope<'a>, name: &str) -> Option<Named> {
        if scope.constant {
            return None;
        }
        if scope.test {
            return scope.for_each.filter(|(n, _)| *n == name).map(|(_, named)| named);
        }
        let all = self.constants.get_or_init(|| {
            let mut found = HashMap::new();
            let others = self.cx.ws.units.iter().map(|unit| unit.id).filter(|id| *id != self.file);
            for file in std::iter::once(self.file).chain(others) {
                for (item, test) in self.tests(file) {
                    if let Some((name, named)) = for_each(item, test) {
                        found.entry(name).or_insert(named);
                    }
                }
            }
            found
        });
        all.get(name).copied()
    }

    fn tests(&self, file: FileId) -> impl Iterator<Item = (Decl, &'a Test)> + use<'a> {
        let items = self.cx.file(file).map_or(&[][..], |f| &f.items);
        items.iter().enumerate().filter_map(move |(index, item)| match &item.kind {
            ItemKind::Test(test) => Some((Decl { file, item: index as u32 }, test)),
            _ => None,
        })
    }
}

impl<'a> Scope<'a> {
    pub fn of_test(item: Decl, test: &'a Test) -> Scope<'a> {
        let mut scope = Scope { test: true, for_each: for_each(item, test), ..Scope::default() };
        phases(item, &test.statements, &mut scope.phases);
        faults(item, &test.statements, &mut scope.faults);
        scope
    }
}

fn for_each(item: Decl, test: &Test) -> Option<(&str, Named)> {
    let name = test.for_each.as_ref()?.name.as_ref()?;
    Some((&name.text, Named { kind: Kind::Constant, item, name: name.span }))
}

/// Two of one name are one phase here: the first gives it its place.
fn phases<'a>(item: Decl, statements: &'a [Statement], found: &mut HashMap<&'a str, Named>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Phase(phase) => add(item, Kind::Phase, phase.name.as_ref(), found),
            StatementKind::Repeat { statements, .. } => phases(item, statements, found),
            _ => {}
        }
    }
}

fn faults<'a>(item: Decl, statements: &'a [Statement], found: &mut HashMap<&'a str, Named>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Fault { name, .. } => add(item, Kind::Fault, name.as_ref(), found),
            StatementKind::Repeat { statements, .. } => faults(item, statements, found),
            _ => {}
        }
    }
}

fn add<'a>(item: Decl, kind: Kind, name: Option<&'a Ident>, found: &mut HashMap<&'a str, Named>) {
    if let Some(name) = name {
        found.entry(&name.text).or_insert(Named { kind, item, name: name.span });
    }
}

/// A field of an event by its name.
pub(super) fn field(item: Decl, event: &Event, name: &str) -> Option<Named> {
    event.body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Field { name: Some(own), .. } if own.text == name => Some(Named { kind: Kind::Field, item, name: own.span }),
        _ => None,
    })
}
