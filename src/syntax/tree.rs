//! The lossless tree: nodes in the order of the text, blanks and comments as leaves, what is missing as empty nodes ([`Kind::Hole`]), what fits
//! nowhere as error leaves. Its leaves, one after the other, are the text.

use crate::source::{FileId, Span};
use std::ops::Range;
use std::sync::Arc;

/// What a node is; named as in `grammar/scale.pest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    // Blanks and comments.
    Whitespace, Newline, Comment,
    /// Text that the grammar was not shown: brackets nested too deep.
    Error,
    /// Something mandatory that is not there; empty.
    Hole(Hole),
    /// Any word that the language gives a meaning at this place.
    Keyword,
    Operator,
    File, Orphans, Import, Let, Param, Target, Source, Event, Mix, Metric,
    Pipeline, Cluster, Node, Sizing, Alert, Test, Family, ForEach, AsClause, ByClause,
    EveryClause, ForClause, BadLevel, BadEq, ReservedName, KindName, Body, Setting, FieldEntry, Weighted, MisspeltField,
    Unassigned, Bare, NullClause, TestBlock, Misplaced, TestSetting, UnassignedSetting, Send, Destinations, Repeat,
    Fault, Undo, Expect, Sustain, Abort, FaultAction, FaultTime, Phase, PhaseBlock, Hold,
    Ramp, Step, Sine, Spike, Pause, Flood, Replay, Search, Window, Always,
    During, Eventually, Within, AtEnd, Per, Phases, PhaseRef, SizingBlock, SizeBy, Rule,
    Otherwise, Arms, Arm, OrphanArms, Action, Keep, ScaleOut, ScaleIn, ScaleUp, ScaleWhat,
    Split, Throttle, Investigate, Size, Construct, Record, FieldName, Expr, ParamValue, Chain,
    Member, Arguments, Index, Paren, List, Bom, Word, Name, Reserved, Quantity,
    BadQuantity, BadPercent, Bracketed, Text, UnclosedText, Eq, Arrow, Dots, Dot, Comma, OpenBrace,
    CloseBrace, OpenParen, CloseParen, OpenBracket, CloseBracket, Stray, StrayEntry, StrayHead, StrayIn, StrayComma,
    StrayClose,
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hole {
    Name, TextName, Path, Eq, Kind, Block, Value, Operand, Member, Range,
    List, Text, Unit, Label, Level, Condition, Window, Thing, Target, Pipeline,
    Node, Metric, Shape, Rate, Length, Step, Count, Factor, Share, Precision,
    Offset, Instance, Stretch, Phase, Action, Direction, FaultTime, Arrow, From, In,
    Of, To, For, Over, By, Every, Period, Hold, Within, After,
    Into, During, End, When, Comma, OpenBrace, CloseBrace, CloseParen, CloseBracket,
}

impl Kind {
    pub fn is_trivia(self) -> bool {
        matches!(self, Kind::Whitespace | Kind::Newline | Kind::Comment)
    }
    /// `{ … }` of any sort.
    pub fn is_block(self) -> bool {
        matches!(self, Kind::Body | Kind::TestBlock | Kind::PhaseBlock | Kind::SizingBlock | Kind::Arms)
    }
    /// Stands for a mistake.
    pub fn is_error(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Error | Hole(_) | Stray | StrayEntry | StrayHead | StrayIn | StrayComma | StrayClose | Orphans | OrphanArms | Misplaced
                | BadLevel | BadEq | ReservedName | MisspeltField | BadQuantity | BadPercent | Bracketed | UnclosedText
        )
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Data {
    kind: Kind,
    start: u32,
    end: u32,
    /// Index of the node after this one and all within it.
    next: u32,
}

/// The tree of one file.
#[derive(Clone, Debug)]
pub struct Tree {
    file: FileId,
    text: Arc<str>,
    nodes: Vec<Data>,
    /// The text as the grammar was shown it, where that is another.
    masked: Option<Box<str>>,
    pieces: Vec<Piece>,
}

/// What was parsed by itself: a declaration in the first column, and all up to the next.
#[derive(Clone, Debug)]
struct Piece {
    text: Range<usize>,
    nodes: Range<usize>,
}

/// A text that is put together from pieces, each parsed or taken from where it has been parsed before.
pub(super) struct Assembly {
    tree: Tree,
}

impl Assembly {
    pub(super) fn new(file: FileId, text: &str, masked: &str) -> Assembly {
        let mut nodes = Vec::with_capacity(text.len() / 3 + 8);
        nodes.push(Data { kind: Kind::File, start: 0, end: text.len() as u32, next: 1 });
        let masked = (text != masked).then(|| masked.into());
        Assembly { tree: Tree { file, text: text.into(), nodes, masked, pieces: Vec::new() } }
    }
    /// A piece as [`Builder`] read it.
    pub(super) fn read(&mut self, piece: &[Data]) {
        let [file, nodes @ ..] = piece else { return };
        self.append(file.end as usize, nodes, 0, 1);
    }
    /// A piece of another tree.
    pub(super) fn taken(&mut self, from: &Tree, piece: usize) {
        let Some(Piece { text, nodes }) = from.pieces.get(piece) else { return };
        self.append(text.len(), from.nodes.get(nodes.clone()).unwrap_or_default(), text.start, nodes.start);
    }
    /// `start` and `first`: where its text and its nodes begin there.
    fn append(&mut self, len: usize, nodes: &[Data], start: usize, first: usize) {
        let at = self.tree.pieces.last().map_or(0, |last| last.text.end);
        let index = self.tree.nodes.len();
        let (bytes, places) = ((at as u32).wrapping_sub(start as u32), (index as u32).wrapping_sub(first as u32));
        self.tree.nodes.extend(nodes.iter().map(|data| Data {
            kind: data.kind,
            start: data.start.wrapping_add(bytes),
            end: data.end.wrapping_add(bytes),
            next: data.next.wrapping_add(places),
        }));
        self.tree.pieces.push(Piece { text: at..at + len, nodes: index..self.tree.nodes.len() });
    }
    /// One error, for the whole text; nothing that could be taken from it.
    pub(super) fn unread(mut self) -> Tree {
        let nodes = Builder::new(&self.tree.text).finish();
        self.tree.nodes = nodes;
        self.tree.pieces = Vec::new();
        self.tree
    }
    pub(super) fn finish(mut self) -> Tree {
        let next = self.tree.nodes.len() as u32;
        if let Some(file) = self.tree.nodes.first_mut() {
            file.next = next;
        }
        self.tree
    }
}

impl Tree {
    /// A tree of nothing but one error: a text that is too large to be read.
    pub(super) fn unread(file: FileId, text: &str) -> Tree {
        let len = text.len() as u32;
        let kind = if len == 0 { Kind::Whitespace } else { Kind::Error };
        let nodes = vec![Data { kind: Kind::File, start: 0, end: len, next: 2 }, Data { kind, start: 0, end: len, next: 2 }];
        Tree { file, text: text.into(), nodes, masked: None, pieces: Vec::new() }
    }
    /// The pieces, as they read and as the grammar was shown them.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&str, &str)> {
        let masked = self.masked.as_deref().unwrap_or(&self.text);
        let of = |text| move |piece: &Piece| str::get(text, piece.text.clone()).unwrap_or("");
        self.pieces.iter().map(move |piece| (of(&*self.text)(piece), of(masked)(piece)))
    }
    #[cfg(test)]
    pub(super) fn data(&self) -> &[Data] {
        &self.nodes
    }
    pub fn file(&self) -> FileId {
        self.file
    }
    pub fn text(&self) -> &str {
        &self.text
    }
    pub fn root(&self) -> Node<'_> {
        Node { tree: self, index: 0 }
    }
    /// Its leaves put together: always the text that was parsed.
    pub fn to_text(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        for leaf in self.leaves() {
            out.push_str(leaf.text());
        }
        out
    }
    /// The node with this number.
    pub fn node(&self, index: usize) -> Option<Node<'_>> {
        (index < self.nodes.len()).then_some(Node { tree: self, index })
    }
    /// All leaves, blanks and comments included, in order.
    pub fn leaves(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes().filter(|n| n.is_leaf())
    }
    /// All nodes, parents before children, in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len()).map(|index| Node { tree: self, index })
    }
}

/// A place in a [`Tree`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    index: usize,
}

impl<'t> Node<'t> {
    fn data(self) -> &'t Data {
        &self.tree.nodes[self.index]
    }
    pub fn kind(self) -> Kind {
        self.data().kind
    }
    /// Its number in the order of the tree.
    pub fn index(self) -> usize {
        self.index
    }
    /// The number of the first node behind it and all within it.
    pub fn index_end(self) -> usize {
        self.data().next as usize
    }
    pub fn start(self) -> usize {
        self.data().start as usize
    }
    pub fn end(self) -> usize {
        self.data().end as usize
    }
    pub fn span(self) -> Span {
        Span::new(self.tree.file, self.start(), self.end())
    }
    /// As written, blanks and comments within included.
    pub fn text(self) -> &'t str {
        self.tree.text.get(self.start()..self.end()).unwrap_or("")
    }
    pub fn is_leaf(self) -> bool {
        self.data().next as usize == self.index + 1
    }
    pub fn is_trivia(self) -> bool {
        self.kind().is_trivia()
    }
    /// All children, blanks and comments included.
    pub fn all_children(self) -> impl Iterator<Item = Node<'t>> {
        let (tree, end) = (self.tree, self.data().next as usize);
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let node = Node { tree, index: at };
                at = node.data().next as usize;
                node
            })
        })
    }
    /// Children that are neither blanks nor comments.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        self.all_children().filter(|n| !n.is_trivia())
    }
    pub fn child(self, kind: Kind) -> Option<Node<'t>> {
        self.all_children().find(|n| n.kind() == kind)
    }
    /// Whether this word is among its own leaves as a keyword.
    pub fn has_keyword(self, word: &str) -> bool {
        self.all_children().any(|n| n.kind() == Kind::Keyword && n.text() == word)
    }
    /// This node and all within it, in order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'t>> {
        (self.index..self.data().next as usize).map(move |index| Node { tree: self.tree, index })
    }
}

impl std::fmt::Debug for Node<'_> {
    /// Indented, one line a node; for tests.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut ends = Vec::new();
        for node in self.descendants() {
            ends.retain(|&end| end > node.index);
            write!(f, "{:indent$}{:?}", "", node.kind(), indent = ends.len() * 2)?;
            if node.is_leaf() {
                write!(f, " {:?}", node.text())?;
            }
            writeln!(f)?;
            ends.push(node.data().next as usize);
        }
        Ok(())
    }
}

/// Puts a tree together from the starts and ends of nodes; the gaps between leaves become blanks, newlines and comments.
pub(super) struct Builder<'t> {
    text: &'t str,
    nodes: Vec<Data>,
    open: Vec<usize>,
    /// Bytes before this one are in leaves.
    cursor: usize,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Builder<'t> {
        Builder { text, nodes: Vec::with_capacity(text.len() / 3 + 8), open: Vec::new(), cursor: 0 }
    }
    pub(super) fn open(&mut self, kind: Kind, at: usize) {
        // Holes stand right after the previous word, so nothing is put before them.
        if !matches!(kind, Kind::Hole(_)) && !self.open.is_empty() {
            self.fill_to(at);
        }
        self.open.push(self.nodes.len());
        self.push(kind, self.cursor, self.cursor);
    }
    pub(super) fn close(&mut self, at: usize) {
        let Some(index) = self.open.pop() else { return };
        if self.open.is_empty() {
            let end = self.text.len();
            self.fill_to(end);
        }
        let next = self.nodes.len() as u32;
        let text = self.text;
        if let Some(node) = self.nodes.get_mut(index) {
            if next as usize == index + 1 && !matches!(node.kind, Kind::Hole(_)) {
                // A leaf; blanks at its end belong to what follows.
                let start = node.start as usize;
                let len = text.get(start..at).map_or(0, |t| t.trim_end_matches([' ', '\t', '\r']).len());
                self.cursor = self.cursor.max(start + len);
            }
            node.end = self.cursor as u32;
            node.next = next;
        }
    }
    /// The nodes, the file first.
    pub(super) fn finish(mut self) -> Vec<Data> {
        if self.nodes.is_empty() {
            self.open(Kind::File, 0);
        }
        while !self.open.is_empty() {
            let end = self.text.len();
            self.fill_to(end);
            self.close(end);
        }
        self.nodes
    }
    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Data { kind, start: start as u32, end: end as u32, next });
    }
    fn fill_to(&mut self, end: usize) {
        while self.cursor < end {
            let rest = self.text.as_bytes().get(self.cursor..end).unwrap_or_default();
            let (kind, len) = match rest.first() {
                None => return,
                Some(b'\n') => (Kind::Newline, 1),
                Some(b' ' | b'\t' | b'\r') => {
                    (Kind::Whitespace, rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count())
                }
                Some(b'#') => {
                    let line = rest.iter().take_while(|b| **b != b'\n').count();
                    let blanks = rest.iter().take(line).rev().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
                    (Kind::Comment, line - blanks)
                }
                Some(_) => (Kind::Error, rest.iter().take_while(|b| !matches!(b, b'\n' | b'#')).count()),
            };
            self.push(kind, self.cursor, self.cursor + len);
            self.cursor += len;
        }
    }
}
