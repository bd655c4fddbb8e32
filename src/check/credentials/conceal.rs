//! Hides credentials: in the source text that renderers draw, and in the words of every message, for another one may quote the same text.

mod given;
mod inside;
mod secrets;

use super::looks::{is_placeholder, looks_like, names_one, nearly_names_one};
use super::{names_of_data, start_of};
use crate::diagnostics::{Diagnostic, codes};
use crate::resolve::workspace::{Unit, Workspace};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::ast::{File, ItemKind};
use given::Given;
use inside::Part;
use secrets::Secrets;
use std::collections::{BTreeSet, HashSet};

/// What is to be hidden of the files that were read, known before anything is said of them.
#[derive(Default)]
pub struct Hidden {
    places: BTreeSet<Span>,
    /// Places whose text is more than what is hidden: by it messages are known that quote it.
    quoted: BTreeSet<Span>,
    /// Words that stand where a credential would and are no names: not even a message that is about them says them.
    words: BTreeSet<Span>,
    /// Other words by which messages would tell it.
    said: Vec<String>,
    read: HashSet<FileId>,
}

/// What stands in the place of a credential or looks like one, in every file but those that ship with scalec.
pub fn hidden(workspace: &Workspace) -> Hidden {
    let mut hidden = Hidden::default();
    for unit in workspace.units.iter().filter(|unit| !unit.std) {
        let mut given = Given::of(&workspace.map, unit);
        hidden.broken(unit, &workspace.map, &mut given);
        hidden.places.extend(given.texts.into_iter().chain(given.words.iter().copied()));
        hidden.words.extend(given.words);
        hidden.said.extend(given.units);
        hidden.text(unit.id, &workspace.map.file(unit.id).text, &data_of(&unit.ast));
        hidden.read.insert(unit.id);
    }
    hidden
}

impl Hidden {
    fn text(&mut self, file: FileId, text: &str, data: &[Span]) {
        for found in in_text(text, data) {
            self.places.insert(Span::new(file, found.hidden.start, found.hidden.end));
            if found.quoted != found.hidden {
                self.quoted.insert(Span::new(file, found.quoted.start, found.quoted.end));
            }
        }
    }

    /// `password = hunter2/x!`: what cannot be read, behind the name of a credential.
    fn broken(&mut self, unit: &Unit, map: &SourceMap, given: &mut Given<'_>) {
        let text = &map.file(unit.id).text;
        let mut from = 0;
        for span in &unit.ast.broken {
            let (start, end) = (from.max(span.start as usize), span.end as usize);
            let Some(broken) = text.get(start..end) else { continue };
            from = end;
            let mut hidden = 0;
            for (sign, _) in broken.match_indices('=') {
                // What is hidden already reaches to the end of its line.
                if start + sign < hidden || !name_before(text.get(..start + sign).unwrap_or("")).is_some_and(names_one) {
                    continue;
                }
                let behind = text.get(start + sign + 1..).unwrap_or("");
                let value = behind.trim_start_matches([' ', '\t']);
                let at = start + sign + 1 + behind.len() - value.len();
                // Quotes and calls are seen by others.
                if value.starts_with(['"', '\'']) || value.starts_with("secret(") || value.starts_with("env(") {
                    continue;
                }
                let ends = |(place, c): &(usize, &str)| *c != "," || value.get(place + 1..).is_some_and(|rest| rest.starts_with(' '));
                let end = value.match_indices(['\n', '\r', ',']).find(ends).map_or(value.len(), |(place, _)| place);
                let value = value.get(..end).unwrap_or("").trim_end_matches([' ', '}']);
                if value.is_empty() || given.is_known(value) {
                    continue;
                }
                self.places.insert(Span::new(unit.id, at, at + value.len()));
                hidden = at + value.len();
                let mut word_at = at;
                for word in value.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                    if word.len() >= 4 && !given.is_known(word) {
                        self.words.insert(Span::new(unit.id, word_at, word_at + word.len()));
                        self.quoted.insert(Span::new(unit.id, word_at, word_at + word.len()));
                    }
                    word_at += word.len() + text.get(word_at + word.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                }
            }
        }
    }
}

/// Where a file has data: its events, and constants that only they use. What is broken may be anything.
fn data_of(ast: &File) -> Vec<Span> {
    let mut names = None;
    let whole = |span: Span| {
        let behind = ast.broken.partition_point(|broken| broken.start < span.start);
        ast.broken.get(behind).is_none_or(|broken| broken.start > span.end)
    };
    let data = ast.items.iter().filter(|item| match &item.kind {
        ItemKind::Event(_) => true,
        ItemKind::Let(l) => l.name.as_ref().is_some_and(|name| (names_one(&name.text) || nearly_names_one(&name.text)) && names.get_or_insert_with(|| names_of_data(ast)).contains(name.text.as_str())),
        _ => false,
    });
    data.map(|item| item.span).filter(|span| whole(*span)).collect()
}

/// Hides `hidden`, the texts at `places` (with their quotes), those that E0901 is about, and what looks like a credential in other files that messages show.
pub fn conceal(map: &mut SourceMap, found: &mut [Diagnostic], mut hidden: Hidden, places: &[Span]) {
    hidden.places.extend(places.iter().map(|span| within_quotes(map.slice(*span), *span)));
    let mut shown: BTreeSet<FileId> = BTreeSet::new();
    for d in found.iter() {
        if d.code == codes::E0901 {
            hidden.places.insert(within_quotes(map.slice(d.primary.span), d.primary.span));
        }
        shown.extend(std::iter::once(&d.primary).chain(&d.labels).map(|l| l.span.file));
    }
    shown.retain(|file| !hidden.read.contains(file));
    for file in shown {
        let text = map.file(file).text.clone();
        hidden.text(file, &text, &[]);
    }
    if hidden.places.is_empty() {
        return;
    }
    let mut secrets: Vec<String> = hidden.said;
    for span in hidden.places.iter().chain(&hidden.quoted) {
        let text = map.slice(*span);
        // Messages quote on one line.
        secrets.extend([text.to_owned(), text.split_whitespace().collect::<Vec<_>>().join(" ")]);
        // And some of them what a text reads, not how it is written.
        if text.contains('\\') {
            secrets.push(text.replace("\\\"", "\"").replace("\\\\", "\\"));
        }
    }
    // A word without quotes is shown by no message about it or what it is part of.
    for d in found.iter_mut() {
        let place = d.primary.span;
        let words = hidden.words.range(Span { end: place.start, ..place }..).take_while(|word| word.file == place.file && word.start < place.end).take(MOST_WORDS);
        for word in words.filter(|word| word.end <= place.end) {
            let word = map.slice(*word);
            let said = d.labels.iter_mut().map(|l| &mut l.message).chain(&mut d.notes).chain(&mut d.help);
            said.chain([&mut d.message, &mut d.primary.message]).for_each(|text| hide_word(text, word));
        }
    }
    hidden.places.iter().for_each(|span| map.conceal(*span));
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

/// No message quotes more of them.
const MOST_WORDS: usize = 32;

/// Hides a word in what a text quotes.
fn hide_word(text: &mut String, word: &str) {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_whole = |quote: &str, at: usize| !part(quote.get(..at).and_then(|t| t.chars().next_back())) && !part(quote.get(at + word.len()..).and_then(|t| t.chars().next()));
    if !text.contains(word) {
        return;
    }
    let quotes = text.split('`').enumerate().map(|(i, quote)| match quote.match_indices(word).find(|(at, _)| i % 2 == 1 && is_whole(quote, *at)) {
        Some((at, _)) => format!("{}…{}", quote.get(..at).unwrap_or(""), quote.get(at + word.len()..).unwrap_or("")),
        None => quote.to_owned(),
    });
    *text = quotes.collect::<Vec<_>>().join("`");
}

/// The place of a text without its quotes; the closing ones may be missing.
fn within_quotes(text: &str, span: Span) -> Span {
    let opening = if text.starts_with("\"\"\"") { 3 } else { usize::from(text.starts_with(['"', '\''])) };
    let quote = text.get(..opening).unwrap_or("");
    let closing = if opening > 0 && text.len() >= 2 * opening && text.ends_with(quote) { opening } else { 0 };
    Span { start: span.start + opening as u32, end: span.end - closing as u32, ..span }
}

/// What looks like a credential in a text that may be broken in any way: the insides of its quotes, with what stands in front of them; or parts of them.
/// `data`: where names mean nothing, in order.
fn in_text(text: &str, data: &[Span]) -> Vec<Part> {
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
        let is_data = data.get(data.partition_point(|span| (span.end as usize) < next)).is_some_and(|span| (span.start as usize) < next);
        let named = || name_before(text.get(..next).unwrap_or("")).is_some_and(|name| names_one(name) || nearly_names_one(name));
        if looks_like(inner).is_some() || (!is_data && named() && !is_placeholder(inner)) {
            found.push(Part::whole(next + opening..next + opening + len));
            behind += usize::from(again);
        } else if !is_data && !again {
            found.extend(inside::parts(inner).into_iter().map(|part| part.behind(next + opening)));
        }
        looks += usize::from(again);
        if looks == MOST_LOOKS {
            found.push(Part::whole(next + opening..next + opening + len));
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
        in_text(text, &[]).into_iter().map(|part| &text[part.hidden]).collect()
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
