//! What is wrong with the words of a file (E0101–E0106), read off the tree: one message a statement, the likeliest cause first.

mod blocks;
mod expected;
mod nameless;
mod stray;
mod tokens;

use super::brackets::{Brackets, Extra, MAX_NESTING};
use super::lower::Trouble;
use super::tree::{Hole, Kind, Node, Tree};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Larger files are refused (E0106).
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// So many mistakes are kept: a message takes a hundred times the bytes of the shortest mistake.
const MOST_TOLD: usize = 100_000;

/// Lower comes first where a statement has several: what explains the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Block,
    Depth,
    Text,
    Quantity,
    Bracket,
    Word,
    Expected,
    Stray,
}

struct Candidate {
    unit: usize,
    rank: Rank,
    at: usize,
    diagnostic: Diagnostic,
}

struct Frame {
    /// Number of the first node behind.
    end: usize,
    unit: usize,
    kind: Kind,
    /// Everything inside counts as this unit.
    whole: bool,
    /// A list or call that is never closed: so are the blocks in it.
    unclosed: bool,
}

/// The messages, and the statements that they are about.
pub(super) fn collect(tree: &Tree, troubles: &[Trouble], brackets: &Brackets<'_>) -> (Vec<Diagnostic>, Vec<Span>) {
    let mut walk = Walk {
        tree,
        candidates: Vec::new(),
        units: 1,
        last_entry: (0, 0),
        last_stray: (0, 0),
        starts: Vec::new(),
        spans: vec![None; 2],
        reserved: reserved(tree),
        quiet: Vec::new(),
        untold: None,
        taken: HashMap::new(),
        line: (0, 0),
    };
    let mut frames = vec![Frame { end: usize::MAX, unit: 0, kind: Kind::File, whole: false, unclosed: false }];
    let mut troubles = troubles.to_vec();
    troubles.sort_by_key(|t| std::cmp::Reverse(t.at()));
    for node in tree.nodes() {
        while frames.last().is_some_and(|f| f.end <= node.index()) {
            frames.pop();
        }
        let Some(frame) = frames.last() else { break };
        let (mut unit, parent, mut whole) = (frame.unit, frame.kind, frame.whole);
        if !whole && is_unit(node.kind(), parent) {
            unit = walk.unit_of(node);
            walk.spans.resize(walk.spans.len().max(unit + 1), None);
            if let Some(slot) = walk.spans.get_mut(unit) {
                let block = node.children().find(|n| n.kind().is_block());
                let head = Span { end: block.map_or(node.end(), |b| b.start()) as u32, ..node.span() };
                *slot = Some(slot.map_or(head, |span| span.to(head)));
            }
            whole = matches!(node.kind(), Kind::Orphans | Kind::OrphanArms);
        }
        while troubles.last().is_some_and(|t| t.at() < node.end() && node.is_leaf()) {
            if let Some(trouble) = troubles.pop() {
                walk.add(unit, Rank::Stray, tokens::trouble(trouble));
            }
        }
        if node.kind() == Kind::Error {
            if brackets.too_deep.get(brackets.too_deep.partition_point(|r| r.start < node.start())).is_some_and(|r| r.start < node.end()) {
                // It may only be noticed behind its statement.
                let unit = walk.starts.last().map_or(unit, |s| s.1);
                walk.add(unit, Rank::Depth, nested(node));
            }
            let first = brackets.extra.partition_point(|e| e.at < node.start());
            for extra in brackets.extra.iter().skip(first).take_while(|e| e.at < node.end()) {
                let unit = walk.unit_of_extra(extra);
                walk.add(unit, Rank::Stray, blocks::extra(tree, extra));
            }
        } else if node.kind().is_error() || matches!(node.kind(), Kind::Quantity | Kind::Text) {
            let around = frames.iter().rev().find(|f| f.unclosed).map(|f| f.unit);
            walk.check(node, parent, unit, around);
        } else if let Some(diagnostic) = Some(node).filter(|_| parent == Kind::TestBlock).and_then(|n| nameless::setting(n, parent)) {
            walk.add(unit, Rank::Block, diagnostic);
        }
        if !node.is_leaf() {
            let brackets = matches!(node.kind(), Kind::List | Kind::Arguments | Kind::Index | Kind::Paren);
            let unclosed = brackets && node.children().any(|n| matches!(n.kind(), Kind::Hole(Hole::CloseParen | Hole::CloseBracket)));
            frames.push(Frame { end: node.index_end(), unit, kind: node.kind(), whole, unclosed });
        }
    }
    walk.finish(&brackets.too_deep)
}

/// Each statement, entry and stray line is heard once.
fn is_unit(kind: Kind, parent: Kind) -> bool {
    use Kind::*;
    match kind {
        Import | Let | Param | Target | Source | Event | Mix | Metric | Pipeline | Cluster | Node | Sizing | Alert | Test | Orphans
        | OrphanArms | Misplaced | TestSetting | UnassignedSetting | Send | Phase | Repeat | Fault | Undo | Expect | Sustain | Abort
        | Setting | FieldEntry | Weighted | MisspeltField | Unassigned | Bare | SizeBy | Rule | Otherwise | Arm | StrayEntry | StrayComma
        | StrayClose | Hole(super::tree::Hole::Comma) => !matches!((kind, parent), (Hole(_), List | Arguments)),
        Stray => matches!(parent, File | TestBlock | SizingBlock | PhaseBlock),
        _ => false,
    }
}

struct Walk<'t> {
    tree: &'t Tree,
    candidates: Vec<Candidate>,
    units: usize,
    /// Unit of the last entry of a body, and where it ends.
    last_entry: (usize, usize),
    /// Unit of the last stray line, and where it ends.
    last_stray: (usize, usize),
    /// By unit: its statement, without the block that it opens.
    spans: Vec<Option<Span>>,
    /// The last bracket that closes nothing, and where the words of its line begin.
    line: (usize, usize),
    /// Where units start, in order.
    starts: Vec<(usize, usize)>,
    /// Words of the language that a declaration has for its name, and where else they are named: it is told at the declaration.
    reserved: HashMap<&'t str, Vec<Span>>,
    /// Units of which is known that they are broken, and by what.
    quiet: Vec<usize>,
    /// The first mistake beyond those that are told.
    untold: Option<Span>,
    /// Which names stand somewhere in the text.
    taken: HashMap<String, bool>,
}

/// Whether the name in such a statement is that of something declared elsewhere.
fn names_another(parent: Kind) -> bool {
    matches!(parent, Kind::Sizing | Kind::Undo)
}

/// Whether what is missing may be a thing's name.
fn may_name(hole: Hole) -> bool {
    hole == Hole::Name || !hole.is_mark()
}

fn reserved(tree: &Tree) -> HashMap<&str, Vec<Span>> {
    let mut found: HashMap<&str, Vec<Span>> = HashMap::new();
    if !tree.nodes().any(|n| n.kind() == Kind::ReservedName) {
        return found;
    }
    let of = |wanted: fn(Kind) -> bool| {
        let statements = tree.nodes().filter(move |n| !n.is_leaf() && wanted(n.kind()));
        statements.filter_map(|n| n.children().find(|c| c.kind() == Kind::ReservedName))
    };
    for name in of(|kind| !names_another(kind)) {
        found.entry(name.text()).or_default();
    }
    let mut seen = HashSet::new();
    for name in of(names_another).filter(|name| seen.insert(name.span())).collect::<Vec<_>>() {
        found.entry(name.text()).and_modify(|uses| uses.push(name.span()));
    }
    for hole in tree.nodes().filter(|n| matches!(n.kind(), Kind::Hole(hole) if may_name(hole))) {
        if let Some((word, span)) = expected::reserved_behind(tree, hole) {
            found.entry(word).and_modify(|uses| uses.extend(seen.insert(span).then_some(span)));
        }
    }
    found
}

impl<'t> Walk<'t> {
    fn unit_of(&mut self, node: Node<'t>) -> usize {
        use Kind::*;
        let rest_of_entry = matches!(node.kind(), StrayEntry | StrayComma | Hole(_));
        let (unit, end) = self.last_entry;
        if rest_of_entry && unit > 0 && self.tree.text().get(end..node.start()).is_some_and(|gap| !gap.contains(['\n', ','])) {
            return unit;
        }
        let text = self.tree.text();
        if node.kind() == StrayClose {
            // From the last one on: a line may be as long as the file, and hold nothing else.
            let (seen, _) = self.line;
            let newline = text.get(seen..node.start()).and_then(|t| t.rfind('\n'));
            if seen == 0 || newline.is_some() {
                let line = newline.map_or(0, |n| seen + n + 1);
                let blanks = text.get(line..).map_or(0, |t| t.len() - t.trim_start_matches([' ', '\t']).len());
                self.line = (node.start(), line + blanks);
            } else {
                self.line.0 = node.start();
            }
            if let Some(unit) = self.unit_at(self.line.1) {
                return unit;
            }
        }
        // A `{` on a line of its own: what lacks it there is told already.
        if node.kind() == Stray
            && node.text().starts_with('{')
            && let Some(told) = self.candidates.last_mut()
            && told.rank == Rank::Expected
            && text.get(told.at..node.start()).is_some_and(|gap| gap.trim().is_empty())
        {
            let unit = told.unit;
            told.diagnostic.fixes.clear();
            told.diagnostic.help = Some("`{` stands on the line of what it belongs to: move it up".to_string());
            self.starts.push((node.start(), unit));
            self.last_stray = (unit, node.end());
            return unit;
        }
        // Lines that are led by no word, right after a stray one, are more of the same.
        if matches!(node.kind(), Stray | Orphans | OrphanArms) {
            let (unit, end) = self.last_stray;
            let mut gap = text.get(end..node.start()).unwrap_or("").lines().map(str::trim);
            let more = unit > 0 && gap.all(|l| l.is_empty() || l.starts_with('#')) && !node.text().starts_with(|c: char| c.is_alphabetic());
            self.units += usize::from(!more);
            self.last_stray = (if more { unit } else { self.units }, node.end());
            self.starts.push((node.start(), self.last_stray.0));
            return self.last_stray.0;
        }
        self.units += 1;
        self.starts.push((node.start(), self.units));
        if matches!(node.kind(), Setting | FieldEntry | Weighted | MisspeltField | Unassigned | Bare | Arm) {
            self.last_entry = (self.units, node.end());
        }
        self.units
    }

    /// The unit that starts at this place.
    fn unit_at(&self, start: usize) -> Option<usize> {
        let index = self.starts.binary_search_by_key(&start, |s| s.0).ok()?;
        self.starts.get(index).map(|s| s.1)
    }

    /// A `}` too many belongs to what lacks its `{`: the line that it is indented like, or the orphans before it.
    fn unit_of_extra(&mut self, extra: &Extra) -> usize {
        let (stray, end) = self.last_stray;
        let after_stray = stray > 0 && self.tree.text().get(end..extra.at).is_some_and(|gap| gap.trim().is_empty());
        match extra.line.and_then(|line| self.unit_at(line)) {
            Some(unit) => unit,
            None if after_stray => stray,
            None => {
                self.units += 1;
                self.units
            }
        }
    }

    fn add(&mut self, unit: usize, rank: Rank, diagnostic: Diagnostic) {
        let at = diagnostic.primary.span.start as usize;
        if self.candidates.len() >= MOST_TOLD {
            self.untold.get_or_insert(diagnostic.primary.span);
            return;
        }
        self.candidates.push(Candidate { unit, rank, at, diagnostic });
    }

    /// `around`: the unit of the list or call around it that is never closed.
    fn check(&mut self, node: Node<'t>, parent: Kind, unit: usize, around: Option<usize>) {
        match node.kind() {
            Kind::Hole(Hole::CloseBrace) => {
                // A block over several lines speaks for itself, one within a line is part of its statement.
                let short = blocks::on_one_line(self.tree, node);
                self.units += usize::from(!short && around.is_none());
                let own = around.unwrap_or(if short { unit } else { self.units });
                if let Some(diagnostic) = blocks::unclosed(self.tree, node) {
                    self.add(own, Rank::Bracket, diagnostic);
                }
            }
            Kind::Hole(Hole::CloseParen | Hole::CloseBracket) => {
                if let Some(diagnostic) = blocks::unclosed(self.tree, node) {
                    self.add(unit, Rank::Bracket, diagnostic);
                }
            }
            Kind::Hole(Hole::Eq) if parent == Kind::UnassignedSetting && stray::starts_shape(self.tree, node) => {
                self.add(unit, Rank::Expected, stray::lone_shape(self.tree, node));
            }
            Kind::Hole(hole) if may_name(hole) && expected::reserved_behind(self.tree, node).is_some_and(|(word, _)| self.reserved.contains_key(word)) => {
                self.quiet.push(unit);
            }
            Kind::Hole(hole) => {
                let diagnostic = expected::hole(self.tree, node, hole, parent);
                self.add(unit, Rank::Expected, diagnostic);
            }
            Kind::Orphans | Kind::OrphanArms => {
                let nameless = node.children().next().and_then(|first| nameless::setting(first, node.kind()));
                self.add(unit, Rank::Block, nameless.unwrap_or_else(|| blocks::orphans(node)));
            }
            Kind::Misplaced => self.add(unit, Rank::Block, blocks::misplaced(node)),
            Kind::ReservedName if names_another(parent) && self.reserved.contains_key(node.text()) => self.quiet.push(unit),
            Kind::ReservedName => {
                let uses = self.reserved.get(node.text()).map_or(&[][..], Vec::as_slice);
                let diagnostic = expected::reserved_name(self.tree, node, parent, uses, &mut self.taken);
                self.add(unit, Rank::Word, diagnostic);
            }
            Kind::BadEq => self.add(unit, Rank::Word, expected::bad_eq(node)),
            Kind::BadLevel => self.add(unit, Rank::Word, expected::bad_level(node)),
            Kind::MisspeltField => self.add(unit, Rank::Word, stray::misspelt_field(node)),
            Kind::Stray | Kind::StrayEntry | Kind::StrayHead | Kind::StrayIn | Kind::StrayComma | Kind::StrayClose => {
                self.add(unit, Rank::Stray, stray::stray(self.tree, node, parent));
            }
            Kind::Bracketed => self.add(unit, Rank::Word, tokens::bracketed(node)),
            Kind::Quantity | Kind::BadQuantity | Kind::BadPercent => {
                if let Some(diagnostic) = tokens::quantity(node) {
                    self.add(unit, Rank::Quantity, diagnostic);
                }
            }
            Kind::Text | Kind::UnclosedText => {
                if let Some(diagnostic) = tokens::text(node) {
                    self.add(unit, Rank::Text, diagnostic);
                }
            }
            _ => {}
        }
    }

    fn finish(mut self, too_deep: &[Range<usize>]) -> (Vec<Diagnostic>, Vec<Span>) {
        // Around what is nested too deep every bracket is unclosed.
        self.candidates.retain(|c| {
            let end = c.diagnostic.labels.first().map_or(0, |l| l.span.end as usize);
            let next = too_deep.get(too_deep.partition_point(|r| r.start < c.at));
            let beside = |r: &Range<usize>| r.start <= end || self.tree.text().get(end..r.start).is_some_and(|gap| gap.trim().is_empty());
            c.rank != Rank::Bracket || !next.is_some_and(beside)
        });
        let quiet: HashSet<usize> = self.quiet.iter().copied().collect();
        self.candidates.retain(|c| c.rank < Rank::Expected || !quiet.contains(&c.unit));
        self.candidates.sort_by_key(|c| (c.unit, c.rank, c.at));
        self.candidates.dedup_by_key(|c| c.unit);
        self.candidates.sort_by_key(|c| c.at);
        let mut broken: Vec<Span> = self.candidates.iter().map(|c| c.unit).chain(self.quiet.iter().copied()).filter_map(|unit| self.spans.get(unit).copied().flatten()).collect();
        broken.sort();
        broken.dedup();
        (self.candidates.into_iter().map(|c| c.diagnostic).chain(self.untold.map(too_many)).collect(), broken)
    }
}

fn nested(node: Node<'_>) -> Diagnostic {
    let first = node.text().chars().next().map_or(0, char::len_utf8);
    let span = Span { end: node.span().start + first as u32, ..node.span() };
    Diagnostic::new(codes::E0106, span, format!("brackets are nested deeper than {MAX_NESTING}"))
        .here(format!("this is the {}th bracket within another", MAX_NESTING + 1))
        .help("give inner values names with `let`, and use the names")
}

/// Where the mistakes begin that nobody is told of.
fn too_many(at: Span) -> Diagnostic {
    Diagnostic::new(codes::E0106, at, format!("this file has more than {MOST_TOLD} mistakes of syntax"))
        .here("what is wrong from here on is not told")
        .help("mend some of those before, and check it again")
}

/// For a text whose nesting the thread at hand cannot follow.
pub(super) fn too_little_stack(file: crate::source::FileId) -> Diagnostic {
    Diagnostic::new(codes::E0106, Span::new(file, 0, 0), "brackets are nested deeper than the stack of this thread allows")
        .here("this file cannot be read")
        .help("give inner values names with `let`, and use the names; or allow a larger stack (`ulimit -s`)")
}

/// For a text that is not even looked at.
pub(super) fn too_large(file: crate::source::FileId, bytes: usize) -> Diagnostic {
    Diagnostic::new(codes::E0106, Span::new(file, 0, 0), format!("the file has {bytes} bytes; at most {MAX_BYTES} (4 MiB) are read"))
        .here("this file is too large")
        .help("split it: declarations can be imported from other files")
}
