//! Texts that match a regular expression, by a walk over its parsed form.

use super::Random;
use regex_syntax::hir::{Class, Hir, HirKind};

/// How often an unbounded repetition goes beyond its minimum, at most.
const MORE: u32 = 8;

#[derive(Debug)]
pub enum Pattern {
    Literal(Vec<u8>),
    /// Inclusive ranges and the number of characters in all.
    Class(Vec<(char, char)>, u64),
    Repeat(u32, u32, Box<Pattern>),
    Concat(Vec<Pattern>),
    Either(Vec<Pattern>),
}

pub fn compile(regex: &str) -> Result<Pattern, String> {
    let hir = regex_syntax::parse(regex).map_err(|e| format!("`pattern`: {e}"))?;
    lower(&hir)
}

fn lower(hir: &Hir) -> Result<Pattern, String> {
    Ok(match hir.kind() {
        // Anchors and word boundaries ask for nothing that could be written.
        HirKind::Empty | HirKind::Look(_) => Pattern::Literal(Vec::new()),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).map_err(|_| "`pattern`: matches bytes that are no text".to_string())?;
            let mut escaped = Vec::new();
            text.chars().for_each(|c| character(c, &mut escaped));
            Pattern::Literal(escaped)
        }
        HirKind::Class(class) => {
            let all: Vec<(char, char)> = match class {
                Class::Unicode(class) => class.ranges().iter().map(|r| (r.start(), r.end())).collect(),
                Class::Bytes(class) => class.ranges().iter().map(|r| (r.start() as char, r.end() as char)).collect(),
            };
            // `.` and `\w` mean what people type, where the class has any of it.
            let printable: Vec<(char, char)> =
                all.iter().map(|&(a, b)| (a.max(' '), b.min('~'))).filter(|(a, b)| a <= b).collect();
            let ranges = if printable.is_empty() { all } else { printable };
            let n = ranges.iter().map(|&(a, b)| b as u64 - a as u64 + 1).sum();
            if n == 0 {
                return Err("`pattern`: a class in it holds no character".into());
            }
            Pattern::Class(ranges, n)
        }
        HirKind::Repetition(repetition) => {
            let low = repetition.min;
            let high = repetition.max.unwrap_or(low.saturating_add(MORE));
            Pattern::Repeat(low, high, Box::new(lower(&repetition.sub)?))
        }
        HirKind::Capture(capture) => lower(&capture.sub)?,
        HirKind::Concat(parts) => Pattern::Concat(parts.iter().map(lower).collect::<Result<_, _>>()?),
        HirKind::Alternation(parts) => Pattern::Either(parts.iter().map(lower).collect::<Result<_, _>>()?),
    })
}

impl Pattern {
    /// Appends a matching text, escaped for JSON.
    pub fn write(&self, random: &mut Random, out: &mut Vec<u8>) {
        match self {
            Pattern::Literal(bytes) => out.extend_from_slice(bytes),
            Pattern::Class(ranges, n) => {
                let mut at = random.below(*n);
                for &(a, b) in ranges {
                    let width = b as u64 - a as u64 + 1;
                    if at < width {
                        // A range may span the surrogates, which are no characters.
                        character(char::from_u32(a as u32 + at as u32).unwrap_or(a), out);
                        return;
                    }
                    at -= width;
                }
            }
            Pattern::Repeat(low, high, inner) => {
                for _ in 0..random.between_u64(*low as u64, *high as u64) {
                    inner.write(random, out);
                }
            }
            Pattern::Concat(parts) => parts.iter().for_each(|p| p.write(random, out)),
            Pattern::Either(parts) => {
                if let Some(part) = parts.get(random.below(parts.len() as u64) as usize) {
                    part.write(random, out);
                }
            }
        }
    }
}

/// One character inside a JSON text.
fn character(c: char, out: &mut Vec<u8>) {
    match c {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        c if (c as u32) < 0x20 => out.extend_from_slice(format!("\\u{:04x}", c as u32).as_bytes()),
        c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}
