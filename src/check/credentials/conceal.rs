//! Hides credentials: in the source text that renderers draw, and in the words of every message, for another one may quote the same text.

use super::looks::{is_placeholder, looks_like, names_one};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, SourceMap, Span};
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
    // A longer one may hold a shorter one.
    secrets.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    secrets.dedup();
    let hide = |text: &mut String| secrets.iter().for_each(|secret| hide_in(text, secret));
    let says = |text: &str| {
        let mut shown = text.to_owned();
        hide(&mut shown);
        shown != text
    };
    for d in found {
        hide(&mut d.message);
        hide(&mut d.primary.message);
        d.labels.iter_mut().for_each(|l| hide(&mut l.message));
        d.notes.iter_mut().for_each(hide);
        d.help.iter_mut().for_each(hide);
        // An edit that would write it again cannot be shown, and so not be offered.
        d.fixes.retain(|fix| !says(&fix.title) && !fix.edits.iter().any(|e| says(&e.text)));
    }
}

/// The place of a text without its quotes; the closing ones may be missing.
fn within_quotes(text: &str, span: Span) -> Span {
    let opening = if text.starts_with("\"\"\"") { 3 } else { usize::from(text.starts_with(['"', '\''])) };
    let quote = text.get(..opening).unwrap_or("");
    let closing = if opening > 0 && text.len() >= 2 * opening && text.ends_with(quote) { opening } else { 0 };
    Span { start: span.start + opening as u32, end: span.end - closing as u32, ..span }
}

/// So much of a credential is enough to recognise it in a message that cuts it off.
const TELLING: usize = 6;

/// Replaces a credential by `…`. A word such as `kafka` may be somebody's password, and is left alone unless it stands in quotes.
fn hide_in(text: &mut String, secret: &str) {
    // Cut off behind its first letters.
    if text.contains('…') {
        for letters in 1..TELLING {
            let head: String = secret.chars().take(letters).collect();
            for quote in ['"', '\''] {
                *text = text.replace(&format!("{quote}{head}…"), &format!("{quote}…"));
            }
        }
    }
    let telling = secret.chars().count() >= TELLING && !secret.chars().all(|c| c.is_ascii_lowercase());
    if !telling {
        for quote in ['"', '\''] {
            let quoted = format!("{quote}{secret}{quote}");
            if text.contains(&quoted) {
                *text = text.replace(&quoted, &format!("{quote}…{quote}"));
            }
        }
        return;
    }
    let head: String = secret.chars().take(TELLING).collect();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(&head)).map(|at| from + at) {
        let same = text.get(at..).unwrap_or("").chars().zip(secret.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum::<usize>();
        let behind = text.get(at + same..).unwrap_or("");
        // All of it, or as much as stands before the message was cut.
        if same == secret.len() || behind.starts_with('…') {
            let end = at + same + if behind.starts_with('…') { '…'.len_utf8() } else { 0 };
            text.replace_range(at..end, "…");
        }
        from = at + '…'.len_utf8();
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
}

/// What looks like a credential in a text that may be broken in any way: the insides of its quotes, with what stands in front of them.
fn in_text(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['"', '\''])).map(|next| at + next) {
        let rest = text.get(next..).unwrap_or("");
        let (opening, len, closing) = extent(rest);
        let inner = rest.get(opening..opening + len).unwrap_or("");
        let named = name_before(text.get(..next).unwrap_or("")).is_some_and(names_one);
        if (named && !is_placeholder(inner)) || looks_like(inner).is_some() {
            found.push((next + opening, next + opening + len));
        }
        // An apostrophe opens nothing.
        at = next + opening + if rest.starts_with('\'') && closing == 0 { 0 } else { len + closing };
    }
    found
}

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
    let head = line.trim_end().trim_end_matches(['=', ':']).trim_end().trim_end_matches(['"', '\'']);
    let start = head.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).map_or(0, |at| at + 1);
    let name = head.get(start..).filter(|name| !name.is_empty())?;
    let in_front = head.get(..start).unwrap_or("").trim_end_matches(['"', '\'']).trim_end();
    (!in_front.ends_with("field")).then_some(name)
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

    #[test]
    fn messages_do_not_say_it_cut_off_or_whole() {
        let hide = |text: &str, secret: &str| {
            let mut text = text.to_owned();
            hide_in(&mut text, secret);
            text
        };
        assert_eq!(hide("`\"hunter2\"` is a text, and hunter2 too", "hunter2"), "`\"…\"` is a text, and … too");
        assert_eq!(hide("`\"Endpoint=sb://abc…` is long", "Endpoint=sb://abc/;SharedAccessKey=k"), "`\"…` is long");
        assert_eq!(hide("`password = 'hun…`", "hunter2"), "`password = '…`");
        assert_eq!(hide("Endpoint is a word", "Endpoint=sb://abc"), "Endpoint is a word");
        assert_eq!(hide("kafka: \"kafka\" is a text", "kafka"), "kafka: \"…\" is a text");
        assert_eq!(hide("ääääää ääääääb", "ääääääb"), "ääääää …");
    }
}
