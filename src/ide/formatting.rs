//! The canonical layout of a file, and of the parts of one that has mistakes.

use super::View;
use crate::format;
use crate::source::Span;
use crate::syntax::tree::Kind;
use crate::syntax::{self, Parsed};
use std::ops::Range;

/// As `scalec fmt` lays it out; `None` where it has mistakes of syntax, for what its author meant is not known.
pub fn laid_out(view: &View) -> Option<String> {
    let unit = view.unit()?;
    if unit.diagnostics.iter().any(|d| d.is_error()) {
        return None;
    }
    Some(format::layout(&unit.tree))
}

/// Bytes of the file and their layout, in order: where all of it can be laid out, all of it; otherwise each stretch without a mistake of syntax. Blank
/// lines between declarations bound stretches, so one never depends on another.
pub fn parts(view: &View) -> Vec<(Range<usize>, String)> {
    if let Some(text) = laid_out(view) {
        return vec![(0..view.text().len(), text)];
    }
    let laid = |stretch: Range<usize>| {
        let text = view.text().get(stretch.clone())?;
        let parsed: Parsed = syntax::parse(view.file, text);
        Some((stretch, format::format(&parsed)?))
    };
    stretches(view).into_iter().filter_map(laid).collect()
}

/// Whole lines between blank ones that stand in no declaration.
fn stretches(view: &View) -> Vec<Range<usize>> {
    let Some(unit) = view.unit() else { return Vec::new() };
    let source = view.source();
    let mut items = unit.ast.items.iter().map(|item| item.span).peekable();
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for line in 0..source.line_count() {
        let (start, end) = (source.line_start(line), source.line_start(line + 1));
        while items.next_if(|item| (item.end as usize) <= start).is_some() {}
        let inside = items.peek().is_some_and(|item| (item.start as usize) < start);
        let blank = source.line_text(line).trim().is_empty();
        match stretches.last_mut() {
            _ if blank && !inside => open = false,
            Some(stretch) if open => stretch.end = end,
            _ => {
                stretches.push(start..end);
                open = true;
            }
        }
    }
    stretches
}

/// The statement or declaration whose `}` ends at this byte.
pub fn closed_at(view: &View, offset: usize) -> Option<Span> {
    let tree = &view.unit()?.tree;
    let brace = tree.leaves().find(|leaf| leaf.kind() == Kind::CloseBrace && leaf.end() == offset)?;
    tree.nodes().filter(|node| node.kind().is_block() && node.end() == brace.end()).map(|node| node.span()).next()
}

/// The start of the lines above this byte's line up to a blank one, and the start of its own line: what somebody who ends a line has just written.
pub fn written_above(view: &View, offset: usize) -> Range<usize> {
    let source = view.source();
    let line = source.line_index(offset);
    let first = (0..line).rev().take_while(|above| !source.line_text(*above).trim().is_empty()).last().unwrap_or(line);
    source.line_start(first)..source.line_start(line)
}
