//! Text literals: `"…"` with escapes, `"""…"""` as it stands.

use std::ops::Range;

/// The value, and the places of bad escapes in the literal.
pub(super) fn decode(literal: &str) -> (String, Vec<Range<usize>>) {
    if let Some(raw) = literal.strip_prefix("\"\"\"") {
        return (raw.strip_suffix("\"\"\"").unwrap_or(raw).to_string(), Vec::new());
    }
    let body = literal.strip_prefix('"').unwrap_or(literal);
    let start = literal.len() - body.len();
    if !body.contains('\\') {
        return (body.strip_suffix('"').unwrap_or(body).to_string(), Vec::new());
    }
    let mut value = String::with_capacity(body.len());
    let mut bad = Vec::new();
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('"') => value.push('"'),
                Some('\\') => value.push('\\'),
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('u') => {
                    let rest = body.get(at + 2..).unwrap_or("");
                    match unicode(rest) {
                        Some((c, len)) => {
                            value.push(c);
                            while chars.next_if(|(i, _)| *i < at + 2 + len).is_some() {}
                        }
                        None => {
                            let len = rest.strip_prefix('{').map_or(0, |r| 1 + r.bytes().take_while(|b| b.is_ascii_alphanumeric()).count());
                            let close = usize::from(rest.get(len..).is_some_and(|r| len > 0 && r.starts_with('}')));
                            bad.push(start + at..start + at + 2 + len + close);
                        }
                    }
                }
                Some(other) => bad.push(start + at..start + at + 1 + other.len_utf8()),
                None => bad.push(start + at..start + at + 1),
            },
            _ => value.push(c),
        }
    }
    (value, bad)
}

/// `{1F600}` at the start: the character and how long this is.
fn unicode(rest: &str) -> Option<(char, usize)> {
    let digits = rest.strip_prefix('{')?.split_once('}')?.0;
    if digits.is_empty() || digits.len() > 6 {
        return None;
    }
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((c, digits.len() + 2))
}
