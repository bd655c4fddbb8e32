//! Hides credentials: in the source text that renderers draw, and in the words of every message, for another one may quote the same text.

mod secrets;

use super::start_of;
use super::looks::{is_placeholder, looks_like, names_one};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, SourceMap, Span};
use secrets::Secrets;
use std::collections::BTreeSet;

/// Hides the texts at `places` (with their quotes), those that E0901 is about, and what looks like a credential in the files that messages show: where a
/// file cannot be read in full, the checker may not have come to it.
pub fn conceal(map: &mut SourceMap, found: &mut [Diagnostic], places: &[Span]) {
    let mut hidden: BTreeSet<Span> = places.iter().map(|span| within_quotes(map.slice(*span), *span)).collect();
    let mut shown: BTreeSet<FileId> = BTreeSet::new();
    for d in found.iter() {
        if d.code == codes::E0901 {
            hidden.insert(within_quotes(map.slice(d.primary.span), d.primary.span));
        }
        shown.extend(std::iter::once(&d.primary).chain(&d.labels).map(|l| l.span.file));
    }
    for file in shown {
        let text = map.file(file).text.clone();
        hidden.extend(in_text(&text).into_iter().map(|(start, end)| Span::new(file, start, end)));
    }
    if hidden.is_empty() {
        return;
    }
    let mut secrets: Vec<String> = Vec::new();
    for span in hidden {
        let text = map.slice(span);
        // Messages quote on one line.
        secrets.extend([text.to_owned(), text.split_whitespace().collect::<Vec<_>>().join(" ")]);
        map.conceal(span);
    }
    secrets.retain(|text| !text.trim().is_empty());
    let secrets = Secrets::new(secrets);
    let hide = |text: &mut String| secrets.hide(text);
    for d in found {
        hide(&mut d.message);
        hide(&mut d.primary.message);
        d.labels.iter_mut().for_each(|l| hide(&mut l.message));
        d.notes.iter_mut().for_each(hide);
        d.help.iter_mut().for_each(hide);
        // An edit that would write it again cannot be shown, and so not be offered.
        d.fixes.retain(|fix| !secrets.are_in(&fix.title) && !fix.edits.iter().any(|e| secrets.are_in(&e.text)));
    }
}

/// The place of a text without its quotes; the closing ones may be missing.
fn within_quotes(text: &str, span: Span) -> Span {
    let opening = if text.starts_with("\"\"\"") { 3 } else { usize::from(text.starts_with(['"', '\''])) };
    let quote = text.get(..opening).unwrap_or("");
    let closing = if opening > 0 && text.len() >= 2 * opening && text.ends_with(quote) { opening } else { 0 };
    Span { start: span.start + opening as u32, end: span.end - closing as u32, ..span }
}

/// What looks like a credential in a text that may be broken in any way: the insides of its quotes, with what stands in front of them.
fn in_text(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    // Where the line ends on which an apostrophe stood that nothing closes, and how often something was found behind one.
    let (mut unclosed, mut behind, mut looks) = (0, 0, 0);
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['"', '\''])).map(|next| at + next) {
        let rest = text.get(next..).unwrap_or("");
        let apostrophe = rest.starts_with('\'');
        // None behind it on its line is closed either. Each of them could be the quote, but not all of the line is looked at for each.
        let (opening, len, closing) = if apostrophe && next < unclosed { (1, unclosed - next - 1, 0) } else { extent(rest) };
        let again = apostrophe && next < unclosed;
        let most = if again { NEAR } else { len };
        let inner = start_of(rest.get(opening..opening + len).unwrap_or(""), most);
        let named = name_before(text.get(..next).unwrap_or("")).is_some_and(names_one);
        if (named && !is_placeholder(inner)) || looks_like(inner).is_some() {
            found.push((next + opening, next + opening + len));
            behind += usize::from(again);
        }
        looks += usize::from(again);
        if looks == MOST_LOOKS {
            found.push((next + opening, next + opening + len));
            behind = MOST_BEHIND;
        }
        // An apostrophe opens nothing.
        if apostrophe && closing == 0 && behind < MOST_BEHIND {
            unclosed = next + opening + len;
            at = next + opening;
        } else {
            at = next + opening + len + closing;
        }
        if at >= unclosed {
            (behind, looks) = (0, 0);
        }
    }
    found
}

/// So many things to hide on one line that each go to its end, as what an apostrophe opens does.
const MOST_BEHIND: usize = 8;
/// Behind so many apostrophes on one line it is hidden unseen.
const MOST_LOOKS: usize = 10_000;

/// Of a text that begins with a quote: how long its opening, its inside and its closing are.
fn extent(text: &str) -> (usize, usize, usize) {
    if let Some(rest) = text.strip_prefix("\"\"\"") {
        return rest.find("\"\"\"").map_or((3, rest.len(), 0), |end| (3, end, 3));
    }
    let quote = text.bytes().next().unwrap_or(b'"');
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' => return (1, text.get(1..at).map_or(0, |t| t.trim_end_matches('\r').len()), 0),
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return (1, at - 1, 1),
            _ => {}
        }
    }
    (1, text.len() - 1, 0)
}

/// So many bytes before a text its name is looked for.
const NEAR: usize = 512;

/// The name in front of `=` or `:` on the same line; none of a `field`, whose values are data.
fn name_before(before: &str) -> Option<&str> {
    // A line may be as long as the file: the name stands near.
    let near = (before.len().saturating_sub(NEAR)..=before.len()).find(|at| before.is_char_boundary(*at)).unwrap_or(0);
    let line = before.get(near..).and_then(|near| near.rsplit('\n').next()).unwrap_or("");
    let head = unquoted(line.trim_end().trim_end_matches(['=', ':']).trim_end());
    let start = head.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).map_or(0, |at| at + 1);
    let name = head.get(start..).filter(|name| !name.is_empty())?;
    let in_front = unquoted(head.get(..start).unwrap_or("")).trim_end();
    (!in_front.ends_with("field")).then_some(name)
}

/// Without the quotes at its end: no more than there can be, for a line may be nothing but quotes.
fn unquoted(text: &str) -> &str {
    (0..3).fold(text, |text, _| text.strip_suffix(['"', '\'']).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        in_text(text).into_iter().map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn what_is_broken_hides_its_credentials_too() {
        assert_eq!(hidden("  password = \"hunter2\"\n"), ["hunter2"]);
        assert_eq!(hidden("  password: \"hunter2\", x = \"y\""), ["hunter2"]);
        assert_eq!(hidden("  password \"hunter2\""), ["hunter2"]);
        assert_eq!(hidden("  password = 'hunter2'"), ["hunter2"]);
        assert_eq!(hidden("  \"sasl.password\" = \"hunter2\" }"), ["hunter2"]);
        assert_eq!(hidden("  password = \"hunter2\n  topic = \"t\"\n"), ["hunter2"]);
        assert_eq!(hidden("# don't\npassword = \"hunter2\"\r\n"), ["hunter2"]);
        assert_eq!(hidden("password = \"\"\"hun\nter2\"\"\""), ["hun\nter2"]);
        assert_eq!(hidden("password = \"a\\\"b\""), ["a\\\"b"]);
        assert_eq!(hidden("url = \"postgres://a:b3@c/d\""), ["postgres://a:b3@c/d"]);
        for text in ["password = secret(\"NAME\")", "field password = \"x\"", "topic = \"clicks\"", "password = \"<password>\"", "\"", "", "'"] {
            assert_eq!(hidden(text), Vec::<&str>::new(), "{text}");
        }
    }
}
