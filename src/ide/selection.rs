//! What "select more" takes in, step by step: the word, the value, the setting, the block, the declaration, the file.

use crate::source::Span;
use crate::syntax::Tree;
use crate::syntax::tree::{Kind, Node};

/// From the innermost outwards; each lies within the next. Never empty.
pub fn selections(tree: &Tree, offset: usize) -> Vec<Span> {
    let mut out = vec![tree.root().span()];
    let mut node = tree.root();
    while let Some(inner) = child_at(node, offset) {
        out.push(inner.span());
        // What stands between brackets, without them.
        if let (Some(first), Some(last)) = (inner.children().next(), inner.children().last())
            && let (Kind::OpenBrace | Kind::OpenBracket | Kind::OpenParen, Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParen) = (first.kind(), last.kind())
            && first.end() <= offset
            && offset <= last.start()
        {
            let mut content = inner.children().skip(1).filter(|n| n.index() != last.index() && !matches!(n.kind(), Kind::Hole(_)));
            if let Some(begin) = content.next() {
                let end = content.last().unwrap_or(begin);
                out.push(begin.span().to(end.span()));
            }
        }
        node = inner;
    }
    // What stands within quotes.
    if node.kind() == Kind::Text {
        let quotes = if node.text().starts_with("\"\"\"") { 3 } else { 1 };
        let (start, end) = (node.start() + quotes, node.end().saturating_sub(quotes));
        if start <= offset && offset <= end && start < end {
            out.push(Span::new(node.span().file, start, end));
        }
    }
    // Each within the one before, and none twice.
    let mut chain: Vec<Span> = Vec::new();
    for span in out {
        let fits = chain.last().is_none_or(|outer| outer.start <= span.start && span.end <= outer.end && *outer != span);
        if fits && span.start as usize <= offset && offset <= span.end as usize {
            chain.push(span);
        }
    }
    chain.reverse();
    chain
}

/// The part that holds a byte; between two of them a word comes before a mark.
fn child_at(node: Node<'_>, offset: usize) -> Option<Node<'_>> {
    let touching = node.all_children().filter(|n| n.start() <= offset && offset <= n.end() && !matches!(n.kind(), Kind::Hole(_) | Kind::Whitespace | Kind::Newline));
    touching.min_by_key(|n| {
        let word = matches!(n.kind(), Kind::Name | Kind::Word | Kind::Quantity | Kind::Keyword | Kind::Text) || !n.is_leaf();
        (!word, offset == n.end())
    })
}
