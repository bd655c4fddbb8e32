//! What can be folded away: blocks, lists over several lines, runs of comments, the imports.

use crate::source::{SourceFile, Span};
use crate::syntax::Tree;
use crate::syntax::tree::{Kind, Node};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Block,
    Comments,
    Imports,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// What is folded: of a block what stands between its brackets.
    pub span: Span,
    pub sort: Sort,
    /// The lines (from 0) that an editor folds which folds whole lines: the first stays to be seen, the last goes.
    pub first_line: usize,
    pub last_line: usize,
}

/// In the order of their beginnings.
pub fn folds(tree: &Tree, source: &SourceFile) -> Vec<Fold> {
    let mut found = Vec::new();
    for node in tree.nodes() {
        match node.kind() {
            kind if kind.is_block() || matches!(kind, Kind::List | Kind::Arguments | Kind::Paren) => found.extend(between(node, source)),
            Kind::Text if node.text().contains('\n') => found.extend(over_lines(node.span(), Sort::Block, source)),
            _ => {}
        }
    }
    runs(tree, source, &mut found);
    found.sort_by_key(|fold| (fold.span.start, std::cmp::Reverse(fold.span.end)));
    found
}

fn over_lines(span: Span, sort: Sort, source: &SourceFile) -> Option<Fold> {
    let (first_line, last_line) = (source.line_index(span.start as usize), source.line_index(span.end as usize));
    (first_line < last_line).then_some(Fold { span, sort, first_line, last_line })
}

/// What stands between two brackets. The closing one stays to be seen where its line holds nothing else before it.
fn between(node: Node<'_>, source: &SourceFile) -> Option<Fold> {
    let open = node.children().next().filter(|n| matches!(n.kind(), Kind::OpenBrace | Kind::OpenBracket | Kind::OpenParen))?;
    let close = node.children().last().filter(|n| matches!(n.kind(), Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParen));
    let end = close.map_or(node.end(), |close| close.start());
    let fold = over_lines(Span { start: open.end() as u32, end: end as u32, ..node.span() }, Sort::Block, source)?;
    let before = source.text.get(source.line_start(fold.last_line)..end).unwrap_or("");
    let alone = close.is_some() && before.trim().is_empty();
    let last_line = if alone { fold.last_line - 1 } else { fold.last_line };
    (fold.first_line < last_line).then_some(Fold { last_line, ..fold })
}

/// Comments on lines of their own, and imports, one after the other.
fn runs(tree: &Tree, source: &SourceFile, found: &mut Vec<Fold>) {
    let mut run: Option<(Sort, Span)> = None;
    let mut add = |run: &mut Option<(Sort, Span)>| {
        if let Some((sort, span)) = run.take() {
            found.extend(over_lines(span, sort, source));
        }
    };
    let mut comments: Vec<Span> = Vec::new();
    for node in tree.nodes().filter(|n| n.kind() == Kind::Comment) {
        let line = source.line_start(source.line_index(node.start()));
        if source.text.get(line..node.start()).is_some_and(|before| before.trim_start_matches('\u{feff}').trim().is_empty()) {
            comments.push(node.span());
        }
    }
    let imports = tree.root().children().filter(|n| n.kind() == Kind::Import).map(|n| n.span());
    let next = |last: Span, span: Span| source.line_index(span.start as usize) == source.line_index(last.end as usize) + 1;
    let gap_is_blank = |last: Span, span: Span| source.text.get(last.end as usize..span.start as usize).is_some_and(|gap| gap.trim().is_empty());
    for span in comments {
        match &mut run {
            Some((_, whole)) if next(*whole, span) => whole.end = span.end,
            _ => {
                add(&mut run);
                run = Some((Sort::Comments, span));
            }
        }
    }
    add(&mut run);
    for span in imports {
        match &mut run {
            Some((_, whole)) if gap_is_blank(*whole, span) => whole.end = span.end,
            _ => {
                add(&mut run);
                run = Some((Sort::Imports, span));
            }
        }
    }
    add(&mut run);
}
