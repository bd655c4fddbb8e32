//! What each word of a file is, for colours that know what names mean.

use super::symbols::{self, Kind as Thing, Occurrence, Role, Symbol, Word};
use crate::resolve::workspace::Workspace;
use crate::source::FileId;
use crate::syntax::tree::{Kind, Node};

/// In the order of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Sort {
    Comment,
    String,
    Number,
    /// The `MB/s` of `5MB/s`; no type of the protocol, so that editors that do not know it leave it as it is.
    Unit,
    Keyword,
    Operator,
    /// A kind of target or source.
    Type,
    /// An import.
    Namespace,
    /// Whatever is declared and is none of the others.
    Variable,
    /// A `param`, and the constant of a `for`.
    Parameter,
    /// Settings, fields, metrics that belong to something.
    Property,
    Event,
    Function,
    /// What a setting is set to.
    EnumMember,
}

/// Names of the sorts, as the protocol has them.
pub const SORTS: &[&str] = &[
    "comment", "string", "number", "unit", "keyword", "operator", "type", "namespace", "variable", "parameter", "property", "event", "function", "enumMember",
];

pub const DECLARATION: u32 = 1;
pub const READONLY: u32 = 2;
pub const DEFAULT_LIBRARY: u32 = 4;

/// Names of the modifiers, one a bit.
pub const MODIFIERS: &[&str] = &["declaration", "readonly", "defaultLibrary"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    pub sort: Sort,
    pub modifiers: u32,
}

/// All of a file, in order, none over another; a text over several lines is one.
pub fn tokens(ws: &Workspace, file: FileId) -> Vec<Token> {
    read(ws, file, 0, usize::MAX, &symbols::occurrences(ws, file))
}

/// Those that touch a stretch of it.
pub fn tokens_within(ws: &Workspace, file: FileId, from: usize, to: usize) -> Vec<Token> {
    read(ws, file, from, to, &symbols::within(ws, file, from, to))
}

fn read(ws: &Workspace, file: FileId, from: usize, to: usize, names: &[Occurrence]) -> Vec<Token> {
    let Some(unit) = ws.units.get(file.0 as usize).filter(|unit| unit.id == file) else { return Vec::new() };
    let mut out = Vec::new();
    let mut at = 0;
    for leaf in unit.tree.leaves().filter(|leaf| leaf.start() < to && from < leaf.end()) {
        while names.get(at).is_some_and(|o| (o.span.end as usize) <= leaf.start()) {
            at += 1;
        }
        let own = names.get(at).filter(|o| o.span.start as usize <= leaf.start() && leaf.end() <= o.span.end as usize);
        leaf_tokens(ws, leaf, own, &mut out);
    }
    out
}

fn leaf_tokens(ws: &Workspace, leaf: Node<'_>, own: Option<&Occurrence>, out: &mut Vec<Token>) {
    let whole = |sort| Token { start: leaf.start(), end: leaf.end(), sort, modifiers: 0 };
    match leaf.kind() {
        Kind::Comment => out.push(whole(Sort::Comment)),
        Kind::Text | Kind::UnclosedText => out.push(whole(Sort::String)),
        Kind::Quantity | Kind::BadQuantity | Kind::BadPercent => quantity(leaf, out),
        Kind::Operator if leaf.text().bytes().all(|b| b.is_ascii_alphabetic()) => out.push(whole(Sort::Keyword)),
        Kind::Keyword | Kind::Reserved => out.push(whole(Sort::Keyword)),
        Kind::Operator | Kind::Eq | Kind::BadEq | Kind::Arrow | Kind::Dots => out.push(whole(Sort::Operator)),
        Kind::Name | Kind::Word if matches!(leaf.text(), "true" | "false") && own.is_none() => out.push(whole(Sort::Keyword)),
        Kind::Name | Kind::Word => {
            let (sort, modifiers) = own.map_or((Sort::Variable, 0), |own| name(ws, own));
            out.push(Token { modifiers, ..whole(sort) });
        }
        _ => {}
    }
}

fn name(ws: &Workspace, own: &Occurrence) -> (Sort, u32) {
    let declared = if own.role == Role::Declaration { DECLARATION } else { 0 };
    match own.symbol {
        Symbol::Named(named) => {
            let shipped = if named.is_std(ws) { DEFAULT_LIBRARY } else { 0 };
            let (sort, readonly) = match named.kind {
                Thing::Import => (Sort::Namespace, 0),
                Thing::Let => (Sort::Variable, READONLY),
                Thing::Param | Thing::Constant => (Sort::Parameter, READONLY),
                Thing::Event => (Sort::Event, 0),
                Thing::Field => (Sort::Property, 0),
                Thing::Node | Thing::Test => (Sort::String, 0),
                _ => (Sort::Variable, 0),
            };
            (sort, declared | readonly | shipped)
        }
        Symbol::Word(word) => {
            let (sort, readonly) = match word {
                Word::Metric { of, .. } if matches!(of.name(), "test" | "alerts" | "cost") => (Sort::Variable, READONLY),
                Word::Metric { .. } | Word::Statistic(_) | Word::Across(_) | Word::ClusterMember(_) => (Sort::Property, READONLY),
                Word::Setting { .. } => (Sort::Property, 0),
                Word::SettingWord { .. } | Word::Unit(_) | Word::Level(_) => (Sort::EnumMember, 0),
                Word::TargetKind(_) | Word::SourceKind(_) => (Sort::Type, 0),
                Word::Generator(_) | Word::Function(_) | Word::Query { .. } | Word::FaultAction(_) => (Sort::Function, 0),
            };
            (sort, readonly | DEFAULT_LIBRARY)
        }
    }
}

/// `$`, `0.192`, `/h`: money in front and the unit behind are units.
fn quantity(leaf: Node<'_>, out: &mut Vec<Token>) {
    let (text, start) = (leaf.text(), leaf.start());
    let money = usize::from(text.starts_with('$'));
    let rest = text.get(money..).unwrap_or("");
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.' | ' ' | '\t')).len();
    let number = rest.get(..digits).unwrap_or("").trim_end();
    let blank = number.len() - number.trim_start().len();
    let token = |from: usize, to: usize, sort| (from < to).then_some(Token { start: start + from, end: start + to, sort, modifiers: 0 });
    out.extend(token(0, money, Sort::Unit));
    out.extend(token(money + blank, money + number.len(), Sort::Number));
    out.extend(token(money + digits, text.len(), Sort::Unit));
}
