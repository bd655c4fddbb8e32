//! The one value that every check is given: declarations, evaluated constants, the messages so far.
//!
//! Names resolve in the file that their expression stands in ([`Expr::span`] says which), so an expression can be handed around freely.

use super::names::Names;
use super::traffic::Flat;
use crate::diagnostics::suggest::{Patience, Words};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::TextValue;
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Expr};
use crate::units::Quantity;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

/// A declaration: an item of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decl {
    pub file: FileId,
    pub item: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeclKind {
    Import,
    Let,
    Param,
    Target,
    Source,
    Event,
    Mix,
    Metric,
    Pipeline,
    Cluster,
}

/// An event, or one member of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventRef {
    pub decl: Decl,
    /// From 0.
    pub member: Option<u32>,
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub low: Option<Quantity>,
    pub high: Option<Quantity>,
    pub inclusive: bool,
}

/// The value of a constant expression.
#[derive(Clone, Debug)]
pub enum Const<'a> {
    Number(Quantity),
    Text(TextValue),
    Bool(bool),
    Range(Bounds),
    /// Shared by all that name it.
    List(Rc<Vec<(Const<'a>, Span)>>),
    /// A generator, or an expression over metrics: looked at where it is used.
    Expression(&'a Expr),
}

/// The value of a `let` while it is being found and after.
#[derive(Clone, Debug)]
pub(super) enum LetState<'a> {
    Evaluating,
    Done(Option<Const<'a>>),
}

/// A `--set` whose value could be parsed.
#[derive(Clone, Debug)]
pub struct SetValue {
    pub name: String,
    /// As given.
    pub text: String,
    /// Its places mean nothing.
    pub value: Option<Expr>,
}

pub struct Context<'a> {
    pub ws: &'a Workspace,
    pub(super) sets: &'a [SetValue],
    /// What cannot be planned is sketched, for those who look on.
    pub(super) sketches: bool,
    pub(super) names: &'a Names<'a>,
    pub(super) lets: RefCell<HashMap<Decl, LetState<'a>>>,
    /// How many constants are being found to find another.
    pub(super) let_depth: Cell<usize>,
    /// Constants, clusters and nodes, and whether they need themselves.
    pub(super) ringed: RefCell<HashMap<Decl, bool>>,
    /// How many terms the constants over metrics come to, and how many lie within one another.
    pub(super) sizes: RefCell<HashMap<Decl, (usize, usize)>>,
    /// What clusters consist of, as long as names mean the same, and whether any were local.
    pub(super) clusters: RefCell<HashMap<(Decl, bool), Option<Rc<crate::plan::Cluster>>>>,
    /// The mixes that are being flattened, and those whose ring has been reported.
    pub(super) mixes: RefCell<HashSet<Decl>>,
    pub(super) rings: RefCell<HashSet<Decl>>,
    /// What mixes come to, as long as names mean the same, and whether messages were heard; and how many shares that was to put together.
    pub(super) flattened: RefCell<HashMap<(Decl, bool), Option<Flat>>>,
    pub(super) blended: Cell<usize>,
    /// How many generators have been made so far.
    pub(super) all_generators: Cell<usize>,
    /// What folding the patterns so far came to.
    pub(super) folded: Cell<usize>,
    /// How many values the events come to that tests send, told of and not.
    pub(super) sent: Cell<usize>,
    pub(super) sent_quietly: Cell<usize>,
    /// Events that were read outside of any `for` without a message, so that they read the same again; and how many generators they are made of.
    pub(super) events_read: RefCell<HashMap<Decl, (crate::plan::Event, usize)>>,
    /// Inside a test: a name that only some test's `for` knows must be known here.
    pub(super) strict: Cell<bool>,
    /// Kinds of which something was wanted in a file and not found: what is never used there may have been meant.
    wanted: RefCell<HashSet<(FileId, DeclKind)>>,
    /// The arguments of calls that have as many as they take.
    pub(super) passed: RefCell<HashSet<Span>>,
    /// What a file can name of some kinds, kept for the next name that is not there.
    pub(super) known: RefCell<HashMap<(FileId, Vec<DeclKind>), Rc<Words>>>,
    pub(super) patience: Patience,
    /// The nodes that a file knows.
    pub(super) catalogues: RefCell<HashMap<FileId, Rc<super::cluster::Catalogue<'a>>>>,
    /// How many generators are being looked at within one another, and how many have been for this field.
    pub(super) generators: Cell<(usize, usize)>,
    /// How many instances of phases the lines of the test that is being looked at have named.
    pub(super) instances_named: Cell<usize>,
    /// What pipelines read, as far as it has been asked.
    pub(super) inputs: RefCell<HashMap<Decl, Rc<Vec<Decl>>>>,
    /// The targets that pipelines read, through others too.
    pub(super) targets_read: RefCell<HashMap<Decl, Rc<Vec<Decl>>>>,
    /// Pipelines that no ring of pipelines can be reached from.
    pub(super) ringless: RefCell<HashSet<Decl>>,
    locals: RefCell<Vec<(String, Option<Const<'a>>)>>,
    sink: RefCell<Sink>,
}

#[derive(Default)]
struct Sink {
    found: Vec<Diagnostic>,
    seen: HashSet<(Code, Span)>,
    /// By file, what has been told of it.
    told: HashSet<(Code, FileId)>,
    /// Where errors begin, and where the first of them ends that begin there.
    errors: BTreeMap<(FileId, u32), u32>,
    /// Above 0 messages are dropped.
    muted: u32,
}

impl<'a> Context<'a> {
    pub fn new(ws: &'a Workspace, sets: &'a [SetValue], names: &'a Names<'a>) -> Context<'a> {
        Context {
            ws,
            sets,
            sketches: true,
            names,
            lets: RefCell::default(),
            let_depth: Cell::default(),
            ringed: RefCell::default(),
            sizes: RefCell::default(),
            clusters: RefCell::default(),
            mixes: RefCell::default(),
            rings: RefCell::default(),
            flattened: RefCell::default(),
            all_generators: Cell::default(),
            folded: Cell::default(),
            sent: Cell::default(),
            sent_quietly: Cell::default(),
            blended: Cell::default(),
            events_read: RefCell::default(),
            strict: Cell::new(false),
            wanted: RefCell::default(),
            passed: RefCell::default(),
            known: RefCell::default(),
            patience: Patience::default(),
            catalogues: RefCell::default(),
            generators: Cell::default(),
            instances_named: Cell::default(),
            inputs: RefCell::default(),
            targets_read: RefCell::default(),
            ringless: RefCell::default(),
            locals: RefCell::default(),
            sink: RefCell::default(),
        }
    }
    /// Adds a message. A second one of the same code at the same place is dropped (a thing that several tests use is looked at once for each).
    pub fn report(&self, diagnostic: Diagnostic) {
        let mut sink = self.sink.borrow_mut();
        let span = diagnostic.primary.span;
        if sink.muted == 0 && sink.seen.insert((diagnostic.code, span)) {
            sink.told.insert((diagnostic.code, span.file));
            if diagnostic.is_error() {
                let end = sink.errors.entry((span.file, span.start)).or_insert(span.end);
                *end = span.end.min(*end);
            }
            sink.found.push(diagnostic);
        }
    }
    /// Notes that something of these kinds was wanted in a file, and something else stands there.
    pub(super) fn not_found(&self, file: FileId, kinds: &[DeclKind]) {
        self.wanted.borrow_mut().extend(kinds.iter().map(|kind| (file, *kind)));
    }
    pub(super) fn was_not_found(&self, file: FileId, kind: DeclKind) -> bool {
        self.wanted.borrow().contains(&(file, kind))
    }
    /// Whether a code has been told in a file.
    pub(super) fn has_told(&self, file: FileId, code: Code) -> bool {
        self.sink.borrow().told.contains(&(code, file))
    }
    /// Names may mean something else from here on.
    fn forget_mixes(&self) {
        self.clusters.borrow_mut().clear();
        self.flattened.borrow_mut().clear();
        self.blended.set(0);
    }
    pub(super) fn has_locals(&self) -> bool {
        !self.locals.borrow().is_empty()
    }
    /// How many messages have been told and how many things were wanted and not found; `None` where messages are dropped.
    pub(super) fn messages(&self) -> Option<(usize, usize)> {
        let sink = self.sink.borrow();
        (sink.muted == 0).then(|| (sink.found.len(), self.wanted.borrow().len()))
    }
    /// Whether messages are dropped.
    pub(super) fn is_quiet(&self) -> bool {
        self.sink.borrow().muted > 0
    }
    /// Runs `work` without its messages.
    pub fn quietly<T>(&self, work: impl FnOnce() -> T) -> T {
        self.sink.borrow_mut().muted += 1;
        let result = work();
        self.sink.borrow_mut().muted -= 1;
        result
    }
    /// Runs `work` with its messages, whoever asks: what is looked at once has no other turn to tell them.
    pub(super) fn aloud<T>(&self, work: impl FnOnce() -> T) -> T {
        let muted = std::mem::take(&mut self.sink.borrow_mut().muted);
        let result = work();
        self.sink.borrow_mut().muted = muted;
        result
    }
    /// Runs `work` with a local constant (`for size in […]`), seen also by the events, mixes and pipelines looked at meanwhile.
    /// `None`: its value is not known, and its uses are quiet.
    pub fn with_local<T>(&self, name: &str, value: Option<Const<'a>>, work: impl FnOnce() -> T) -> T {
        self.locals.borrow_mut().push((name.to_owned(), value));
        self.forget_mixes();
        let result = work();
        self.locals.borrow_mut().pop();
        self.forget_mixes();
        result
    }
    /// Runs `work` as part of a test: what no `for` around it names is then unknown.
    pub(super) fn strictly<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = self.strict.replace(true);
        // A name that was passed over may have to be known now.
        if !before {
            self.forget_mixes();
        }
        let result = work();
        self.strict.set(before);
        result
    }
    /// The value of a local constant, where `name` is one.
    pub(super) fn local(&self, name: &str) -> Option<Option<Const<'a>>> {
        self.locals.borrow().iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.clone())
    }
    /// Runs `work` without local constants: a `let` means the same everywhere.
    pub(super) fn without_locals<T>(&self, work: impl FnOnce() -> T) -> T {
        let locals = std::mem::take(&mut *self.locals.borrow_mut());
        let result = work();
        *self.locals.borrow_mut() = locals;
        result
    }
    pub(super) fn take_messages(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.sink.borrow_mut().found)
    }
    /// Whether an error has been found in a file so far.
    pub fn has_errors_in(&self, file: FileId) -> bool {
        self.sink.borrow().errors.range((file, 0)..=(file, u32::MAX)).next().is_some()
    }
    /// Whether an error has been found in a place.
    pub(super) fn has_errors_at(&self, span: Span) -> bool {
        span.start <= span.end && self.sink.borrow().errors.range((span.file, span.start)..=(span.file, span.end)).any(|(_, end)| *end <= span.end)
    }
    /// Whether the syntax stage has found an error in a place: what seems to be missing from it may be there.
    pub fn is_garbled(&self, span: Span) -> bool {
        let unit = self.ws.units.get(span.file.0 as usize);
        // They stand in the order of the text.
        let from = |unit: &crate::resolve::workspace::Unit| unit.diagnostics.partition_point(|d| d.primary.span.start < span.start);
        unit.is_some_and(|unit| unit.diagnostics.iter().skip(from(unit)).take_while(|d| d.primary.span.start <= span.end).any(Diagnostic::is_error))
    }
    /// The source text of a place.
    pub fn text_at(&self, span: Span) -> &'a str {
        self.ws.map.slice(span)
    }
    /// The source text of a place on one line, in backquotes; long ones cut.
    pub fn quoted(&self, span: Span) -> String {
        let text = self.text_at(span).split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() <= 60 {
            return format!("`{text}`");
        }
        let head: String = text.chars().take(57).collect();
        format!("`{head}…`")
    }
    pub fn file(&self, file: FileId) -> Option<&'a ast::File> {
        self.ws.units.get(file.0 as usize).map(|u| &u.ast)
    }
    pub fn item(&self, decl: Decl) -> Option<&'a ast::Item> {
        self.file(decl.file)?.items.get(decl.item as usize)
    }
}
