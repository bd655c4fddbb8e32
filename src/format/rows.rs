//! Blocks as rows, runs of rows as columns, rows as text.

use super::cells::{self, Run};
use super::spacing::{Marks, marks};
use crate::syntax::Tree;
use crate::syntax::tree::{Kind, Node};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

pub(super) fn file(tree: &Tree) -> String {
    let eol = match tree.text().find('\n') {
        Some(at) if tree.text().get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
        _ => "\n",
    };
    let layout = Layout { tree, marks: marks(tree), eol };
    let mut out = String::with_capacity(tree.text().len() + 64);
    if let Some(bom) = tree.root().child(Kind::Bom) {
        out.push_str(bom.text());
    }
    let (_, rows) = layout.rows(tree.root());
    layout.lines(&rows, 0, &mut out);
    out
}

struct Layout<'t> {
    tree: &'t Tree,
    marks: Marks,
    eol: &'static str,
}

/// A line of a block, or several for an item with a block of its own.
enum Row<'t> {
    Blank,
    Comment(Node<'t>),
    Item { node: Node<'t>, trailing: Option<Node<'t>> },
}

impl<'t> Layout<'t> {
    /// The rows of a block or a file, and a comment on the line of its `{`.
    fn rows(&self, block: Node<'t>) -> (Option<Node<'t>>, Vec<Row<'t>>) {
        let mut rows: Vec<Row<'t>> = Vec::new();
        let mut beside_brace = None;
        let mut newlines = if block.kind() == Kind::File { 1 } else { 0 };
        for node in block.all_children() {
            match node.kind() {
                Kind::Newline => newlines += 1,
                Kind::Whitespace | Kind::Comma | Kind::OpenBrace | Kind::CloseBrace | Kind::Bom => {}
                Kind::Comment if newlines == 0 => match rows.last_mut() {
                    Some(Row::Item { trailing, .. }) => *trailing = Some(node),
                    _ => beside_brace = Some(node),
                },
                kind => {
                    if newlines > 1 && !rows.is_empty() {
                        rows.push(Row::Blank);
                    }
                    newlines = 0;
                    rows.push(if kind == Kind::Comment { Row::Comment(node) } else { Row::Item { node, trailing: None } });
                }
            }
        }
        (beside_brace, rows)
    }

    /// Writes rows, each with its line end.
    fn lines(&self, rows: &[Row<'t>], indent: usize, out: &mut String) {
        let mut at = 0;
        while let Some(row) = rows.get(at) {
            match row {
                Row::Blank => out.push_str(self.eol),
                Row::Comment(comment) => {
                    self.indent(indent, out);
                    out.push_str(comment.text());
                    out.push_str(self.eol);
                }
                Row::Item { node, .. } => {
                    let run = cells::run(*node);
                    let len = rows.get(at..).unwrap_or_default().iter().take_while(|r| r.run() == Some(run)).count();
                    self.run(rows.get(at..at + len).unwrap_or_default(), indent, out);
                    at += len;
                    continue;
                }
            }
            at += 1;
        }
    }

    /// Writes a run of siblings in columns.
    fn run(&self, rows: &[Row<'t>], indent: usize, out: &mut String) {
        /// Its text, and whether it aligns right.
        type Cell = (String, bool);
        let mut table: Vec<(Vec<Cell>, Option<Node<'t>>)> = Vec::with_capacity(rows.len());
        let mut widths: Vec<usize> = Vec::new();
        for row in rows {
            let Row::Item { node, trailing } = row else { continue };
            let cells: Vec<_> = cells::cells(*node).into_iter().map(|c| (self.cell(c.nodes, indent), c.right)).collect();
            for (column, (text, _)) in cells.iter().enumerate().take(cells.len().saturating_sub(1)) {
                if widths.len() <= column {
                    widths.resize(column + 1, 0);
                }
                if let Some(width) = widths.get_mut(column).filter(|_| !text.contains('\n')) {
                    *width = (*width).max(text.width());
                }
            }
            table.push((cells, *trailing));
        }
        for (cells, trailing) in table {
            self.indent(indent, out);
            let last = cells.len().saturating_sub(1);
            for (column, (text, right)) in cells.iter().enumerate() {
                let width = widths.get(column).copied().unwrap_or(0);
                if column == last {
                    out.push_str(text);
                } else if width > 0 || !text.is_empty() {
                    let padding = if text.contains('\n') { 0 } else { width.saturating_sub(text.width()) };
                    let blanks = " ".repeat(padding);
                    out.push_str(if *right { &blanks } else { "" });
                    out.push_str(text);
                    out.push_str(if *right { "" } else { &blanks });
                    out.push(' ');
                }
            }
            if let Some(comment) = trailing {
                out.push(' ');
                out.push_str(comment.text());
            }
            out.push_str(self.eol);
        }
    }

    /// The text of some nodes on a line that is indented so far. Later lines of it have their indent in them.
    fn cell(&self, nodes: Range<usize>, indent: usize) -> String {
        let mut out = String::new();
        let mut line = Line { indent, fresh: true, broken: false };
        // Indent of the line that each open bracket stands on.
        let mut brackets: Vec<usize> = Vec::new();
        let mut index = nodes.start;
        while index < nodes.end {
            let Some(node) = self.tree.node(index) else { break };
            if self.marks.spread(node) {
                if line.broken {
                    line.indent = brackets.last().map_or(indent, |i| i + 2);
                    self.break_line(&mut line, &mut out);
                }
                self.space(node, &mut line, &mut out);
                self.block(node, line.indent, &mut out);
                line.fresh = false;
                index = node.index_end();
                continue;
            }
            index += 1;
            if !node.is_leaf() {
                continue;
            }
            match node.kind() {
                Kind::Whitespace => {}
                Kind::Newline => line.broken = !brackets.is_empty(),
                Kind::Comment => {
                    if line.broken {
                        line.indent = brackets.last().map_or(indent, |i| i + 2);
                        self.break_line(&mut line, &mut out);
                    } else {
                        out.push(' ');
                    }
                    out.push_str(node.text());
                    line.broken = true;
                }
                Kind::Comma if self.closes_here(node, nodes.end) => {}
                kind => {
                    let closes = matches!(kind, Kind::CloseParen | Kind::CloseBracket);
                    let opener = if closes { brackets.pop() } else { None };
                    if line.broken {
                        line.indent = opener.unwrap_or_else(|| brackets.last().map_or(indent, |i| i + 2));
                        self.break_line(&mut line, &mut out);
                    }
                    self.space(node, &mut line, &mut out);
                    out.push_str(node.text());
                    line.fresh = false;
                    if matches!(kind, Kind::OpenParen | Kind::OpenBracket) {
                        brackets.push(line.indent);
                    }
                }
            }
        }
        out
    }

    /// Whether a bracket closes right behind this comma, on its line.
    fn closes_here(&self, comma: Node<'t>, end: usize) -> bool {
        (comma.index() + 1..end)
            .filter_map(|i| self.tree.node(i))
            .find(|n| n.is_leaf() && n.kind() != Kind::Whitespace)
            .is_some_and(|n| matches!(n.kind(), Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace))
    }

    fn space(&self, node: Node<'t>, line: &mut Line, out: &mut String) {
        if !line.fresh && !self.marks.tight(super::spacing::first_leaf(node).unwrap_or(node)) {
            out.push(' ');
        }
    }

    fn break_line(&self, line: &mut Line, out: &mut String) {
        out.push_str(self.eol);
        self.indent(line.indent, out);
        line.fresh = true;
        line.broken = false;
    }

    /// `{`, lines, `}`
    fn block(&self, node: Node<'t>, indent: usize, out: &mut String) {
        let (beside, rows) = self.rows(node);
        out.push('{');
        if let Some(comment) = beside {
            out.push(' ');
            out.push_str(comment.text());
        }
        out.push_str(self.eol);
        self.lines(&rows, indent + 2, out);
        self.indent(indent, out);
        out.push('}');
    }

    fn indent(&self, indent: usize, out: &mut String) {
        for _ in 0..indent {
            out.push(' ');
        }
    }
}

/// Where a cell is being written.
struct Line {
    indent: usize,
    /// Nothing has been written on it yet.
    fresh: bool,
    /// The author broke it here.
    broken: bool,
}

impl Row<'_> {
    fn run(&self) -> Option<Run> {
        match self {
            Row::Item { node, .. } => Some(cells::run(*node)),
            _ => None,
        }
    }
}
