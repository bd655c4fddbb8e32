//! What a finding is recognised by in the next run, when lines have moved meanwhile.

use crate::diagnostics::Diagnostic;
use crate::source::{FileId, SourceMap};
use std::collections::HashMap;

/// Gives each finding a name of its own. The same findings in the same order get the same names.
pub struct Fingerprints<'a> {
    map: &'a SourceMap,
    /// How often a finding that reads the same was seen.
    seen: HashMap<u128, u32>,
    lines: HashMap<FileId, Vec<String>>,
}

impl<'a> Fingerprints<'a> {
    pub fn new(map: &'a SourceMap) -> Fingerprints<'a> {
        Fingerprints { map, seen: HashMap::new(), lines: HashMap::new() }
    }

    /// Made of the code, the file, the line as it reads without its layout, and the words in it; not of the line's number, and not of the message,
    /// which speaks of other places too. Of several that read the same the second, third … are counted.
    pub fn of(&mut self, d: &Diagnostic) -> String {
        let file = self.map.file(d.primary.span.file);
        let (span, line) = (d.primary.span, file.line_index(d.primary.span.start as usize));
        // As it is shown: a secret could be guessed by its hash.
        let plain = |range| file.shown(range).split_whitespace().collect::<Vec<_>>().join(" ");
        let (line, words) = (plain(file.line_start(line)..file.line_start(line + 1)), plain(span.start as usize..span.end as usize));
        let name = hash(&[d.code.as_str(), &file.path, &line, &words]);
        let times = self.seen.entry(name).or_insert(0);
        *times += 1;
        // A counted one could meet another finding's name: a chance of 2⁻¹²⁸, as for any two.
        let name = if *times == 1 { name } else { hash(&[&format!("{name:032x}"), &times.to_string()]) };
        format!("{name:032x}")
    }

    /// `primaryLocationLineHash`: what GitHub computes itself for the line where the finding begins. Not of a file in which something is concealed.
    pub fn line_hash(&mut self, d: &Diagnostic) -> Option<String> {
        let file = self.map.file(d.primary.span.file);
        let of = |text: std::borrow::Cow<str>| if matches!(text, std::borrow::Cow::Borrowed(_)) { line_hashes(&text) } else { Vec::new() };
        let hashes = self.lines.entry(file.id).or_insert_with(|| of(file.shown(0..file.text.len())));
        hashes.get(file.line_index(d.primary.span.start as usize)).cloned()
    }
}

/// FNV-1a with 128 bits, a zero byte behind each part: the same on every machine and in every version.
fn hash(parts: &[&str]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

/// How much of a file, from the start of a line on, its hash is made of.
const BLOCK: usize = 100;

/// For each line, as GitHub's upload of code scanning results has it (`fingerprints.ts` of its CodeQL action): a polynomial in 37 over the next
/// 100 UTF-16 units that are no blanks, the line's own included, and how often that value has come so far.
fn line_hashes(text: &str) -> Vec<String> {
    let (mut units, mut starts) = (Vec::with_capacity(text.len() + 1), Vec::new());
    let (mut line_start, mut after_return) = (true, false);
    for unit in text.encode_utf16() {
        let blank = unit == u16::from(b' ') || unit == u16::from(b'\t') || (after_return && unit == u16::from(b'\n'));
        after_return = !blank && unit == u16::from(b'\r');
        if blank {
            continue;
        }
        let unit = if after_return { u16::from(b'\n') } else { unit };
        if line_start {
            starts.push(units.len());
        }
        line_start = unit == u16::from(b'\n');
        units.push(unit);
    }
    if line_start {
        starts.push(units.len());
    }
    // The end of the file is a unit of its own.
    units.push(u16::MAX);
    let mut times: HashMap<u64, u32> = HashMap::new();
    let of = |start: usize| {
        let block = units.iter().skip(start).copied().chain(std::iter::repeat(0)).take(BLOCK);
        block.fold(0u64, |hash, unit| hash.wrapping_mul(37).wrapping_add(u64::from(unit)))
    };
    starts
        .into_iter()
        .map(|start| {
            let hash = of(start);
            let times = times.entry(hash).or_insert(0);
            *times += 1;
            format!("{hash:x}:{times}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::source::Span;

    /// Values that GitHub's own code gives for these texts.
    #[test]
    fn lines_have_the_hashes_that_github_gives_them() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(line_hashes(" a\nb\n  \t\tc\n d"), ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]);
        let greetings = ["e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"];
        for text in [" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r"] {
            assert_eq!(line_hashes(text), greetings, "{text:?}");
        }
        let same = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!((same[0].as_str(), same[5].as_str(), same[6].as_str()), ("a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1"));
    }

    /// The names of findings at each place where `words` stand.
    fn names(path: &str, text: &str, words: &str) -> Vec<String> {
        let mut map = SourceMap::default();
        let id = map.add(path, text);
        let mut names = Fingerprints::new(&map);
        text.match_indices(words).map(|(at, _)| names.of(&Diagnostic::new(codes::E0302, Span::new(id, at, at + words.len()), "message"))).collect()
    }

    #[test]
    fn a_name_outlives_what_moves_the_line_and_how_it_is_laid_out() {
        let before = names("a.scale", "let a = 30mins\n", "30mins");
        assert_eq!(names("a.scale", "# more\n\n  let a    =  30mins\r\nlet b = 1\n", "30mins"), before);
        assert_ne!(names("a.scale", "let b = 30mins\n", "30mins"), before);
        assert_ne!(names("b.scale", "let a = 30mins\n", "30mins"), before);
    }

    #[test]
    fn what_is_concealed_is_in_no_hash() {
        let of = |secret: &str| {
            let mut map = SourceMap::default();
            let text = format!("let a = \"{secret}\"\n");
            let id = map.add("a.scale", text.as_str());
            let span = Span::new(id, 9, 9 + secret.len());
            map.conceal(span);
            let (d, mut names) = (Diagnostic::new(codes::E0901, span, "message"), Fingerprints::new(&map));
            (names.of(&d), names.line_hash(&d))
        };
        assert_eq!(of("0123456789"), of("abcdefghij"));
        assert_eq!(of("0123456789").1, None);
    }

    #[test]
    fn what_reads_the_same_has_names_of_its_own() {
        let three = names("a.scale", "let a = 30mins\nlet a = 30mins\nlet a = 30mins\n", "30mins");
        assert!(three[0] != three[1] && three[1] != three[2] && three[0] != three[2], "{three:?}");
        assert_eq!(names("a.scale", "let a = 30mins\n", "30mins")[0], three[0]);
        let beside = names("a.scale", "f(30mins, 30mins)\n", "30mins");
        assert_ne!(beside[0], beside[1]);
    }
}
