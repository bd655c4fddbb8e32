//! The one value that every check is given: declarations, evaluated constants, the messages so far.
//!
//! Names resolve in the file that their expression stands in ([`Expr::span`] says which), so an expression can be handed around freely.

use super::{MetricScope, Options};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{self, TextValue};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Expr, Ident, Weight};
use crate::units::{Dimension, Exact, Quantity};
use std::cell::RefCell;

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
    List(Vec<(Const<'a>, Span)>),
    /// A generator, or an expression over metrics: looked at where it is used.
    Expression(&'a Expr),
}

pub struct Context<'a> {
    pub ws: &'a Workspace,
    pub options: &'a Options,
    sink: RefCell<Vec<Diagnostic>>,
    locals: RefCell<Vec<(String, Option<Const<'a>>)>>,
}

/// Messages.
impl<'a> Context<'a> {
    pub fn new(ws: &'a Workspace, options: &'a Options) -> Context<'a> {
        Context { ws, options, sink: RefCell::default(), locals: RefCell::default() }
    }
    /// Adds a message. A second one of the same code at the same place is dropped (a thing that several tests use is looked at once for each).
    pub fn report(&self, diagnostic: Diagnostic) {
        let mut sink = self.sink.borrow_mut();
        if !sink.iter().any(|d| d.code == diagnostic.code && d.primary.span == diagnostic.primary.span) {
            sink.push(diagnostic);
        }
    }
    /// Runs `work` with a local constant (`for size in […]`), seen also by the events, mixes and pipelines looked at meanwhile.
    /// `None`: its value is not known, and its uses are quiet.
    pub fn with_local<T>(&self, name: &str, value: Option<Const<'a>>, work: impl FnOnce() -> T) -> T {
        self.locals.borrow_mut().push((name.to_owned(), value));
        let result = work();
        self.locals.borrow_mut().pop();
        result
    }
    /// The source text of a place.
    pub fn text_at(&self, span: Span) -> &'a str {
        self.ws.map.slice(span)
    }
    pub fn file(&self, file: FileId) -> Option<&'a ast::File> {
        self.ws.units.get(file.0 as usize).map(|u| &u.ast)
    }
}

/// Constants. Each reports what is wrong once (E0301–E0308, E0201 …) and answers `None` when the value is not known; missing parts are quiet.
/// Numbers come in base units.
impl<'a> Context<'a> {
    /// Any constant.
    pub fn constant(&self, _e: &'a Expr) -> Option<Const<'a>> {
        None
    }
    /// A number of any dimension.
    pub fn number(&self, _e: &'a Expr) -> Option<Quantity> {
        None
    }
    /// A number of this dimension (E0303), with `what` it is for: "the length of a phase".
    pub fn quantity(&self, _e: &'a Expr, _dim: Dimension, _what: &str) -> Option<Exact> {
        None
    }
    /// As [`Context::quantity`], more than zero (E0306).
    pub fn positive(&self, _e: &'a Expr, _dim: Dimension, _what: &str) -> Option<Exact> {
        None
    }
    /// As [`Context::quantity`], zero or more (E0306).
    pub fn not_negative(&self, _e: &'a Expr, _dim: Dimension, _what: &str) -> Option<Exact> {
        None
    }
    /// Records a second, zero or more.
    pub fn rate(&self, e: &'a Expr, what: &str) -> Option<Exact> {
        self.not_negative(e, Dimension::RATE, what)
    }
    /// Seconds, more than zero.
    pub fn duration(&self, e: &'a Expr, what: &str) -> Option<Exact> {
        self.positive(e, Dimension::TIME, what)
    }
    /// A whole number of at least `least`.
    pub fn whole(&self, _e: &'a Expr, _least: u64, _what: &str) -> Option<u64> {
        None
    }
    /// A share between 0 and 1 (E0305).
    pub fn share(&self, _e: &'a Expr, _what: &str) -> Option<Exact> {
        None
    }
    /// A number that may be of either dimension; answers which (`step … by 500/s` or `by 25%`).
    pub fn either(&self, _e: &'a Expr, _dims: &[Dimension], _what: &str) -> Option<(Exact, Dimension)> {
        None
    }
    /// A text that is known now (no `env`, no `secret`).
    pub fn literal_text(&self, _e: &'a Expr, _what: &str) -> Option<String> {
        None
    }
    /// A text, or `env(…)`; a `secret(…)` is E0310.
    pub fn text(&self, _e: &'a Expr, _what: &str) -> Option<TextValue> {
        None
    }
    /// A list of texts that are known now.
    pub fn text_list(&self, _e: &'a Expr, _what: &str) -> Option<Vec<String>> {
        None
    }
    pub fn boolean(&self, _e: &'a Expr, _what: &str) -> Option<bool> {
        None
    }
    /// A range of this dimension (a lone value is exactly that value), not empty (E0311).
    pub fn range(&self, _e: &'a Expr, _dim: Dimension, _what: &str) -> Option<Bounds> {
        None
    }
    /// The values of `for size in [100B, 1KB]`, each with its text as written.
    pub fn for_values(&self, _each: &'a ast::ForEach) -> Option<Vec<(Const<'a>, String)>> {
        None
    }
    /// One of some words, which win over names (E0304 with did-you-mean).
    pub fn word(&self, _e: &'a Expr, _words: &[&'static str], _what: &str) -> Option<&'static str> {
        None
    }
    /// Weights in front of things, as shares that sum to 1. Percentages that do not sum to 100 % are `sum_code` (E0401 of a mix, E0503 of sends);
    /// two kinds, two `rest`, a lone weightless entry among several are E0401. A single entry without a weight is all.
    pub fn weights(&self, _entries: &[(Option<&'a Weight>, Span)], _sum_code: Code) -> Option<Vec<Exact>> {
        None
    }
}

/// Things by name. An unknown name is E0201 (did you mean, among what belongs here), another kind E0203. Each marks the thing as used.
impl<'a> Context<'a> {
    pub fn target(&self, _e: &'a Expr) -> Option<Decl> {
        None
    }
    pub fn pipeline(&self, _e: &'a Expr) -> Option<Decl> {
        None
    }
    pub fn cluster(&self, _e: &'a Expr) -> Option<Decl> {
        None
    }
    pub fn source(&self, _e: &'a Expr) -> Option<Decl> {
        None
    }
    /// An event or a mix, flattened: probabilities that sum to 1.
    pub fn traffic(&self, _e: &'a Expr) -> Option<Vec<(Exact, EventRef)>> {
        None
    }
    /// The pipeline of `sizing name`.
    pub fn pipeline_named(&self, _name: &'a Ident) -> Option<Decl> {
        None
    }
    /// A node by its text (E0213).
    pub fn node(&self, _e: &'a Expr) -> Option<plan::NodeKind> {
        None
    }
    /// `4 of "m5.large"`, `4..=8 of "m5.large"`.
    pub fn nodes(&self, _e: &'a Expr, _what: &str) -> Option<((u64, u64), plan::NodeKind)> {
        None
    }
    /// What a file calls it: `clicks`, `infra.clicks`.
    pub fn name_of(&self, _decl: Decl, _from: FileId) -> String {
        String::new()
    }
    /// Where its name stands.
    pub fn name_span(&self, _decl: Decl) -> Span {
        Span::default()
    }
    /// Every declaration of a kind in a file, broken ones included.
    pub fn declared(&self, _file: FileId, _kind: DeclKind) -> Vec<Decl> {
        Vec::new()
    }
    /// The targets that a pipeline reads (through other pipelines too).
    pub fn read_targets(&self, _pipeline: Decl) -> Vec<Decl> {
        Vec::new()
    }
}

/// Values over time.
impl<'a> Context<'a> {
    /// A numeric expression that may name metrics, in base units.
    pub fn value(&self, _e: &'a Expr, _scope: &MetricScope) -> Option<plan::Value> {
        None
    }
    /// A numeric expression of this dimension (E0303).
    pub fn value_of(&self, _e: &'a Expr, _dim: Dimension, _scope: &MetricScope, _what: &str) -> Option<plan::Value> {
        None
    }
    /// A typed condition: comparisons, `in`, `and or not`.
    pub fn condition(&self, _e: &'a Expr, _scope: &MetricScope) -> Option<plan::Condition> {
        None
    }
    /// The series that a condition or value names, as `Decl`s of targets, pipelines, sources, metrics (for what a test needs).
    pub fn mentions(&self, _e: &'a Expr) -> Vec<Decl> {
        Vec::new()
    }
}

/// Settings of blocks that other files lay out.
impl<'a> Context<'a> {
    /// Keys that `table` does not know (E0207, did you mean) or that stand twice (E0209). `of`: "a test".
    pub fn setting_keys(&self, _keys: &[&'a Ident], _table: &'static [crate::targets::Setting], _of: &str) {}
}
