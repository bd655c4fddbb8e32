//! What has been written around the cursor: settings that are given already, phases, faults and fields. Read off the text, so that a damaged statement
//! hides nothing of its neighbours.

use super::place::Place;

/// The text of a block from behind its `{` to its `}`, or to the end of the declaration.
fn block(text: &str, open: usize) -> &str {
    let rest = text.get(open + 1..).unwrap_or("");
    let mut depth = 0usize;
    for (at, byte) in lines_without_texts(rest) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return rest.get(..at).unwrap_or(""),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    rest
}

/// What is written in the block around the cursor.
pub fn body<'t>(text: &'t str, place: &Place) -> &'t str {
    place.block().map_or("", |open| block(text, open.at))
}

/// The brackets and line ends outside of texts and comments.
fn lines_without_texts(text: &str) -> impl Iterator<Item = (usize, u8)> + '_ {
    let (mut in_text, mut in_comment, mut escaped) = (false, false, false);
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        if byte == b'\n' {
            (in_text, in_comment, escaped) = (false, false, false);
            return Some((at, byte));
        }
        if escaped {
            escaped = false;
            return None;
        }
        match byte {
            b'\\' if in_text => escaped = true,
            b'"' if !in_comment => in_text = !in_text,
            b'#' if !in_text => in_comment = true,
            _ if !in_text && !in_comment => return Some((at, byte)),
            _ => {}
        }
        None
    })
}

/// The entries of a block by themselves: (where it begins in the block, its text).
fn entries(block: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut depth, mut from) = (0usize, 0);
    for (at, byte) in lines_without_texts(block) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            b'\n' | b',' if depth == 0 => {
                found.push((from, block.get(from..at).unwrap_or("")));
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push((from, block.get(from..).unwrap_or("")));
    found
}

/// The keys that the block around the cursor gives, but for the entry that the cursor stands in.
pub fn keys<'t>(text: &'t str, place: &Place) -> Vec<&'t str> {
    let Some(open) = place.block() else { return Vec::new() };
    let own = place.word.start;
    let inside = block(text, open.at);
    let other = |(from, entry): &(usize, &str)| {
        let start = open.at + 1 + from;
        !(start <= own && own <= start + entry.len())
    };
    entries(inside).into_iter().filter(other).filter_map(|(_, entry)| key(entry)).collect()
}

/// `acks` of `acks = all`.
fn key(entry: &str) -> Option<&str> {
    let (head, rest) = entry.split_once('=')?;
    let word = head.trim();
    (!word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !rest.starts_with('=')).then_some(word)
}

/// The names that lines beginning with this word give, in the outermost block around the cursor: `phase`, `fault`, `field`.
pub fn named<'t>(text: &'t str, place: &Place, word: &str) -> Vec<&'t str> {
    let Some(open) = place.open.first() else { return Vec::new() };
    names_in(block(text, open.at), word, place.word.start.saturating_sub(open.at + 1))
}

/// The names in a text, but for the one that begins at `own`.
fn names_in<'t>(text: &'t str, word: &str, own: usize) -> Vec<&'t str> {
    let mut found: Vec<&str> = Vec::new();
    for line in text.lines() {
        // Statements may follow a `{` on its line.
        for piece in line.split(['{', ',']) {
            let rest = piece.trim_start();
            if let Some(rest) = rest.strip_prefix(word).filter(|rest| rest.starts_with([' ', '\t'])) {
                let name = rest.trim_start();
                let name = name.get(..name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count()).unwrap_or("");
                let at = name.as_ptr() as usize - text.as_ptr() as usize;
                if !name.is_empty() && at != own && !found.contains(&name) {
                    found.push(name);
                }
            }
        }
    }
    found
}

/// The first line of the declaration around the cursor.
pub fn head<'t>(text: &'t str, place: &Place) -> &'t str {
    let (from, to) = match place.open.first() {
        Some(open) => (open.statement, open.at),
        None => (place.statement, place.word.start),
    };
    text.get(from..to).unwrap_or("").trim()
}

/// The constant that a `test "…" for name in […]` around the cursor brings.
pub fn each<'t>(text: &'t str, place: &Place) -> Option<&'t str> {
    let head = head(text, place).strip_prefix("test")?;
    let (_, rest) = head.rsplit_once('"')?;
    let mut words = rest.split_whitespace();
    (words.next() == Some("for")).then(|| words.next()).flatten()
}

/// The name of the declaration around the cursor: it cannot be a part of itself.
pub fn own_name<'t>(text: &'t str, place: &Place) -> Option<&'t str> {
    let mut words = head(text, place).split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|w| !w.is_empty());
    let declares = words.next()?;
    matches!(declares, "let" | "param" | "mix" | "event" | "metric" | "pipeline" | "cluster").then(|| words.next()).flatten()
}
