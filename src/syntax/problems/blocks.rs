//! E0102, brackets that are never closed, and lines outside of the block they belong to.

use super::super::brackets::Extra;
use super::super::tree::{Hole, Kind, Node, Tree};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// For the hole of a closing bracket.
pub(super) fn unclosed(tree: &Tree, hole: Node<'_>) -> Option<Diagnostic> {
    let (open, close) = match hole.kind() {
        Kind::Hole(Hole::CloseParen) => ('(', ')'),
        Kind::Hole(Hole::CloseBracket) => ('[', ']'),
        _ => ('{', '}'),
    };
    let mut opening = opening(tree, hole)?;
    let mut end = hole.span();
    if open == '{'
        && let Some((inner, place)) = misindented(tree, opening, hole)
    {
        opening = inner;
        end = place;
    }
    // A block that is never closed either was not meant to be inside.
    let inside = (opening.index()..hole.index()).filter_map(|index| tree.node(index));
    let block = inside.into_iter().find(|n| n.kind().is_block() && n.child(Kind::Hole(Hole::CloseBrace)).is_some());
    if let Some(block) = block.filter(|_| open != '{') {
        let before = tree.text().get(..block.start()).unwrap_or("").trim_end().len();
        end = Span::new(tree.file(), before, before);
    }
    let next = tree.text().get(end.end as usize..).unwrap_or("");
    let next = next.split('\n').map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#'));
    let here = match next {
        None => format!("the file ends without its `{close}`"),
        Some(_) => format!("expected `{close}` here"),
    };
    Some(
        Diagnostic::new(codes::E0102, opening.span(), format!("this `{open}` is never closed"))
            .here("opened here")
            .label(end, here)
            .help(format!("close it with `{close}`")),
    )
}

/// Whether the unclosed block is on one line.
pub(super) fn on_one_line(tree: &Tree, hole: Node<'_>) -> bool {
    opening(tree, hole).is_some_and(|open| tree.text().get(open.start()..hole.start()).is_some_and(|t| !t.contains('\n')))
}

/// A `}` that no `{` goes with.
pub(super) fn extra(tree: &Tree, extra: &Extra) -> Diagnostic {
    let file = tree.file();
    let span = Span::new(file, extra.at, extra.at + 1);
    let diagnostic = Diagnostic::new(codes::E0103, span, "this `}` closes nothing").here("the block around it goes on behind it");
    match extra.line.filter(|line| line_of(tree.text(), *line) != line_of(tree.text(), extra.at)) {
        Some(line) => {
            let words = line_of(tree.text(), line).trim().len();
            diagnostic.label(Span::new(file, line, line + words), "by its indent it would end this").help("remove it, or open the block with `{`")
        }
        None => diagnostic.help("remove it, or look for the `{` that is missing before it"),
    }
}

/// The bracket that the hole should have closed: the first leaf of its kind in the node around the hole.
fn opening<'t>(tree: &'t Tree, hole: Node<'_>) -> Option<Node<'t>> {
    let kind = match hole.kind() {
        Kind::Hole(Hole::CloseParen) => Kind::OpenParen,
        Kind::Hole(Hole::CloseBracket) => Kind::OpenBracket,
        _ => Kind::OpenBrace,
    };
    // Walk back over siblings: the parent is the last node before that reaches over the hole.
    let mut index = hole.index();
    while index > 0 {
        index -= 1;
        let node = tree.node(index)?;
        if node.index_end() > hole.index() {
            return node.child(kind);
        }
    }
    None
}

/// Of the blocks inside an unclosed one, the innermost whose `}` stands further left than the line that opens it: that one lacks its brace, and
/// took another's.
fn misindented<'t>(tree: &'t Tree, outer: Node<'t>, hole: Node<'_>) -> Option<(Node<'t>, Span)> {
    let mut found = None;
    for index in outer.index() + 1..hole.index() {
        let node = tree.node(index)?;
        if node.kind() != Kind::CloseBrace {
            continue;
        }
        let line = line_of(tree.text(), node.start());
        if !line.trim_start().starts_with('}') {
            continue;
        }
        let Some(open) = partner(tree, node) else { continue };
        if open.start() > outer.start() && indent(line_of(tree.text(), open.start())) > indent(line) {
            let before = tree.text().get(..node.start()).unwrap_or("").trim_end().len();
            let place = Span::new(node.span().file, before, before);
            // The innermost of a chain is the one that opens last.
            if found.is_none_or(|(other, _): (Node<'t>, Span)| other.start() < open.start()) {
                found = Some((open, place));
            }
        }
    }
    found
}

fn partner<'t>(tree: &'t Tree, close: Node<'_>) -> Option<Node<'t>> {
    let mut index = close.index();
    while index > 0 {
        index -= 1;
        let node = tree.node(index)?;
        if node.index_end() > close.index() {
            return node.child(Kind::OpenBrace);
        }
    }
    None
}

fn line_of(text: &str, offset: usize) -> &str {
    let start = text.get(..offset).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
    text.get(start..).and_then(|t| t.split('\n').next()).unwrap_or("")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

pub(super) fn orphans(node: Node<'_>) -> Diagnostic {
    let first = node.children().next();
    // Settings stand in many blocks; their company tells in which.
    let telling = node.children().find(|n| !matches!(n.kind(), Kind::TestSetting | Kind::UnassignedSetting | Kind::CloseBrace));
    let (what, block) = match telling.or(first).map(|n| n.kind()) {
        Some(Kind::FieldEntry) if first.is_some_and(|n| n.kind() == Kind::TestSetting) => ("a setting of an event", "event name { … }"),
        Some(Kind::FieldEntry) => ("a field", "event name { … }"),
        Some(Kind::Weighted) => ("a weight", "mix name { … }"),
        Some(Kind::Arm) => ("a size", "size by offered_rate { … }"),
        Some(Kind::SizeBy | Kind::Rule | Kind::Otherwise) => ("a rule of a sizing", "sizing pipeline { … }"),
        Some(Kind::TestSetting | Kind::UnassignedSetting) => ("a setting", "target name = kafka { … }"),
        _ => ("a statement of a test", "test \"name\" { … }"),
    };
    let span = first.unwrap_or(node).span();
    let diagnostic = Diagnostic::new(codes::E0103, span, format!("{what} stands outside of any block"))
        .here(format!("belongs in `{block}`"));
    let closed = node.children().last().is_some_and(|n| n.kind() == Kind::CloseBrace);
    diagnostic.help(if closed {
        format!("the line that opens its block is missing above it: `{}`", block.trim_end_matches(" … }"))
    } else {
        format!("move it into a block: `{block}`")
    })
}

pub(super) fn misplaced(node: Node<'_>) -> Diagnostic {
    let keyword = node.children().next().and_then(|n| n.children().next());
    let word = keyword.map_or("", |n| n.text());
    let span = keyword.unwrap_or(node).span();
    Diagnostic::new(codes::E0103, span, format!("`{word}` stands inside a test, but belongs to the top of the file"))
        .here("a declaration in a test")
        .help("move it out of the test; if it is meant to be outside, the test's `}` is missing above it")
}
