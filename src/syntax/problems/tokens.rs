//! E0104 and E0105: single words that are wrong in themselves; and operators that cannot be combined.

use super::super::literal;
use super::super::lower::Trouble;
use super::super::quantity::{self, Malformed};
use super::super::tree::{Kind, Node};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

pub(super) fn quantity(node: Node<'_>) -> Option<Diagnostic> {
    let text = node.text();
    let (why, help, mended) = match quantity::malformed(text)? {
        Malformed::Underscore(mended) => ("a `_` stands between two digits, one at a time", format!("write `{mended}`"), Some(mended)),
        Malformed::Point => ("a number has one fraction at most, with digits behind the point", "write a number like `1.5`".to_string(), None),
        Malformed::NoWhole => {
            let mended = text.replacen('.', "0.", 1);
            ("a number starts with a digit", format!("write `{mended}`"), Some(mended))
        }
        Malformed::Dollar(mended) => ("the `$` stands in front", format!("write `{mended}`"), Some(mended)),
        Malformed::AfterPercent => ("nothing but `/` and a unit can follow `%`", "write a share like `80%`, or a rate of it like `1%/h`".to_string(), None),
        Malformed::Blank(mended) => {
            ("there is a blank between number and unit", format!("write `{mended}`"), Some(mended))
        }
    };
    let diagnostic = Diagnostic::new(codes::E0105, node.span(), format!("`{text}` is not a quantity: {why}")).here("not a quantity").help(help);
    Some(match mended {
        Some(mended) => diagnostic.fix(format!("write `{mended}`"), true, node.span(), mended),
        None => diagnostic,
    })
}

/// `(40%) page_viewed`
pub(super) fn bracketed(node: Node<'_>) -> Diagnostic {
    let weight = node.text().trim_matches(['(', ')', ' ', '\t', '\r']);
    Diagnostic::new(codes::E0103, node.span(), format!("a weight stands in front of its thing without brackets: `{weight}`, not `{}`", node.text()))
        .here("the brackets do not belong here")
        .help(format!("write `{weight}`"))
        .fix(format!("write `{weight}`"), true, node.span(), weight)
}

const ESCAPES: &str = "a text knows `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{1F600}`; in `\"\"\"raw text\"\"\"` a `\\` is just a `\\`";

pub(super) fn text(node: Node<'_>) -> Option<Diagnostic> {
    let (span, text) = (node.span(), node.text());
    if node.kind() == Kind::UnclosedText {
        return Some(if text.starts_with("\"\"\"") {
            let quotes = Span { end: span.start + 3, ..span };
            Diagnostic::new(codes::E0104, quotes, "the text is never closed: no `\"\"\"` follows")
                .here("the text starts here")
                .label(span.after(), "and the file ends here")
                .help("close the text with `\"\"\"`")
        } else {
            not_closed(span)
        });
    }
    // Inside of `( )` and `[ ]` the grammar sees no newline, and takes what the next quote closes.
    if let Some(line) = text.find('\n').filter(|_| !text.starts_with("\"\"\"")) {
        let line = text.get(..line).unwrap_or(text).trim_end().len();
        let torn = Span::new(span.file, node.start(), node.start() + line);
        return Some(not_closed(torn));
    }
    let bad = literal::decode(text).1.into_iter().next()?;
    let place = Span::new(span.file, node.start() + bad.start, node.start() + bad.end);
    let escape = text.get(bad).unwrap_or("");
    let message = if escape.starts_with("\\u") {
        format!("`{escape}` is not a character: `\\u{{…}}` takes one to six hexadecimal digits of a Unicode character")
    } else {
        format!("`{escape}` is not an escape")
    };
    let diagnostic = Diagnostic::new(codes::E0104, place, message).here("not known in a text").help(ESCAPES);
    Some(if escape.starts_with("\\u") {
        diagnostic
    } else {
        let doubled = format!("\\{escape}");
        diagnostic.fix("write the `\\` itself as `\\\\`", false, place, doubled)
    })
}

fn not_closed(text: Span) -> Diagnostic {
    Diagnostic::new(codes::E0104, text, "the text is not closed on its line")
        .here("no `\"` ends this text")
        .help("close it with `\"`; a text of several lines is written `\"\"\"…\"\"\"`")
}

pub(super) fn trouble(trouble: Trouble) -> Diagnostic {
    match trouble {
        Trouble::Chained { again, first } => {
            Diagnostic::new(codes::E0103, again, "comparisons, `of` and `..` cannot be chained")
                .here("this one is too many")
                .label(first, "the first is here")
                .help("join two comparisons with `and`, or ask for a range: `cpu.max in 40%..80%`")
        }
        Trouble::TooDeep(span) => {
            Diagnostic::new(codes::E0106, span, format!("the expression has more than {} operators within one another", super::super::lower::MAX_DEPTH))
                .here("too deep")
                .help("give parts of it names with `let`, and use the names")
        }
        Trouble::EmptyRange(span) => Diagnostic::new(codes::E0101, span, "expected a bound on at least one side of the range")
            .here("a range without ends")
            .help("write `1..10`, `1..=10`, `..10` or `10..`"),
    }
}
