//! The difference of two texts as small edits, so that cursors, marks and folds stay where they are.

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use std::ops::Range;
use std::time::{Duration, Instant};

/// Then the rest is replaced as one.
const PATIENCE: Duration = Duration::from_millis(50);

/// Bytes of the old text, and what stands there in the new one, in order. Lines that differ in blanks alone are the same line in another layout.
pub fn between<'n>(old: &str, new: &'n str) -> Vec<(Range<usize>, &'n str)> {
    let mut edits = Vec::new();
    let (starts, new_starts) = (line_starts(old), line_starts(new));
    let (lines, new_lines) = (without_blanks(old, &starts), without_blanks(new, &new_starts));
    let bytes = |starts: &[usize], lines: Range<usize>| at(starts, lines.start)..at(starts, lines.end);
    for op in capture_diff_slices_deadline(Algorithm::Myers, &lines, &new_lines, Some(Instant::now() + PATIENCE)) {
        let (from, to) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            for (a, b) in from.zip(to) {
                push(&mut edits, old, bytes(&starts, a..a + 1), new, bytes(&new_starts, b..b + 1));
            }
        } else {
            push(&mut edits, old, bytes(&starts, from), new, bytes(&new_starts, to));
        }
    }
    edits
}

fn without_blanks(text: &str, starts: &[usize]) -> Vec<String> {
    let lines = starts.iter().zip(starts.iter().skip(1));
    lines.map(|(start, end)| text.get(*start..*end).unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect()).collect()
}

fn at(starts: &[usize], line: usize) -> usize {
    starts.get(line).or(starts.last()).copied().unwrap_or_default()
}

/// Where lines begin, and the end of the text.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = |(i, b): &(usize, &u8)| **b == b'\n' || **b == b'\r' && bytes.get(i + 1) != Some(&b'\n');
    let mut starts: Vec<usize> = std::iter::once(0).chain(bytes.iter().enumerate().filter(ends).map(|(i, _)| i + 1)).collect();
    if starts.last() != Some(&text.len()) {
        starts.push(text.len());
    }
    starts
}

/// Without what the two have in common at their ends. Between `\r` and `\n` nothing begins and nothing ends, in neither of them: there is no such place
/// for an editor.
fn push<'n>(edits: &mut Vec<(Range<usize>, &'n str)>, old: &str, from: Range<usize>, new: &'n str, to: Range<usize>) {
    let (a, b) = (old.get(from.clone()).unwrap_or_default(), new.get(to).unwrap_or_default());
    if a == b {
        return;
    }
    let head: usize = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let head = if within_an_end(a, head) || within_an_end(b, head) { head - 1 } else { head };
    let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    let tail: usize = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let tail = if within_an_end(a, a.len() - tail) || within_an_end(b, b.len() - tail) { tail - 1 } else { tail };
    let start = from.start + head;
    edits.push((start..start + a.len() - tail, b.get(..b.len() - tail).unwrap_or_default()));
}

/// Whether this byte is the second of `\r\n`.
fn within_an_end(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with('\r')) && text.get(at..).is_some_and(|after| after.starts_with('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lsp::position::{Encoding, Lines};

    fn check(old: &str, new: &str) -> Vec<(Range<usize>, String)> {
        let edits = between(old, new);
        // As an editor makes them: from place to place.
        let lines = Lines::new(old.into(), false);
        let back = |at: usize| lines.offset(lines.position(at, Encoding::Utf16), Encoding::Utf16);
        let mut text = old.to_string();
        for (range, new) in edits.iter().rev() {
            text.replace_range(back(range.start)..back(range.end), new);
        }
        assert_eq!(text, new, "{old:?} {edits:?}");
        // No edit makes half a line end, nor leaves one to the text beside it.
        let (mut at, mut before) = (0, 0);
        for (range, text) in &edits {
            let start = at + range.start - before;
            at = start + text.len();
            before = range.end;
            assert!(!within_an_end(new, start) && !within_an_end(new, at), "{old:?} {edits:?}");
        }
        edits.into_iter().map(|(range, new)| (range, new.to_string())).collect()
    }

    #[test]
    fn edits_lead_from_one_text_to_the_other() {
        for (old, new) in [("", ""), ("a", "a\n"), ("a\n", ""), ("a\r\nb\r\n", "a\r\n  b\r\n"), ("x\n\n\n\ny\n", "x\n\ny\n"), ("ä🦀\n", "🦀ä\n"), ("a\rb\r", "a\rc\r"), ("aa\n", "aaa\n")] {
            check(old, new);
            check(new, old);
        }
    }

    #[test]
    fn line_ends_are_replaced_as_a_whole() {
        assert_eq!(check("a\r\nb\n", "a\nb\n"), [(1..3, "\n".to_string())]);
        assert_eq!(check("a\nb\r\n", "a\r\nb\r\n"), [(1..2, "\r\n".to_string())]);
        assert_eq!(check("a\r\n", "a\r"), [(1..3, "\r".to_string())]);
        assert_eq!(check("a\rb", "a\r\nb"), [(1..2, "\r\n".to_string())]);
    }

    #[test]
    fn line_ends_of_any_sort_lead_to_those_of_any_other() {
        // Numbers that look random, the same in every run.
        let mut state = 7_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for _ in 0..20_000 {
            let mut text = || (0..random(12)).map(|_| ["\r", "\n", "\r\n", "a", " ", "ä🦀"][random(6)]).collect::<String>();
            let (old, new) = (text(), text());
            check(&old, &new);
        }
    }

    #[test]
    fn only_what_differs_is_touched() {
        let edits = check("let a=1\nlet long = 2\n\n\nlet c = 3\n", "let a    = 1\nlet long = 2\n\nlet c = 3\n");
        assert_eq!(edits.len(), 2, "{edits:?}");
        assert!(edits[0].0.end <= 7 && edits[0].1.len() < 8, "{edits:?}");
    }
}
