//! Fixes applied to texts.

use super::{Diagnostic, Edit};
use crate::source::{FileId, SourceMap};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A file as it reads after some fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    pub file: FileId,
    pub text: String,
}

/// Takes the first admissible fix of each diagnostic, wholly or not at all; of fixes that touch the same text the first wins, and
/// the other has its chance when the result is checked again. Returns the files that change, and how many fixes were taken.
pub fn mend(map: &SourceMap, files: &[FileId], diagnostics: &[Diagnostic], unsafe_too: bool) -> (Vec<Mended>, usize) {
    let mut taken = Taken::default();
    let mut count = 0;
    for d in diagnostics {
        let Some(fix) = d.fixes.iter().find(|f| f.safe || unsafe_too) else { continue };
        let fits = |e: &Edit| files.contains(&e.span.file) && valid(map, e) && !taken.touches(e);
        if !fix.edits.is_empty() && fix.edits.iter().all(fits) {
            fix.edits.iter().for_each(|e| taken.add(e));
            count += 1;
        }
    }
    let mut out = Vec::new();
    for id in files {
        let old = &map.file(*id).text;
        let mut text = String::with_capacity(old.len());
        let mut at = 0;
        for edit in taken.of(*id) {
            let new = with_line_ends_of(old, &edit.text);
            text.push_str(old.get(at..edit.span.start as usize).unwrap_or_default());
            text.push_str(&new);
            at = edit.span.end as usize;
        }
        text.push_str(old.get(at..).unwrap_or_default());
        if *text != *map.file(*id).text {
            out.push(Mended { file: *id, text });
        }
    }
    (out, count)
}

/// What is put into a text: its new lines end as the first one there does.
pub fn with_line_ends_of<'n>(text: &str, new: &'n str) -> Cow<'n, str> {
    let windows = text.find('\n').is_some_and(|at| text.get(..at).is_some_and(|line| line.ends_with('\r')));
    if windows && new.contains('\n') { new.replace("\r\n", "\n").replace('\n', "\r\n").into() } else { new.into() }
}

fn valid(map: &SourceMap, edit: &Edit) -> bool {
    map.file(edit.span.file).text.get(edit.span.start as usize..edit.span.end as usize).is_some()
}

/// Edits that do not touch, by where they begin.
#[derive(Default)]
struct Taken<'a> {
    edits: BTreeMap<(FileId, u32), &'a Edit>,
}

impl<'a> Taken<'a> {
    fn add(&mut self, edit: &'a Edit) {
        // Two edits of one fix may meet.
        self.edits.insert((edit.span.file, edit.span.start), edit);
    }
    /// Also where two insertions meet: their order would be a guess.
    fn touches(&self, edit: &Edit) -> bool {
        let span = edit.span;
        let at_or_before = self.edits.range((span.file, 0)..=(span.file, span.start)).next_back();
        at_or_before.is_some_and(|(_, e)| e.span.end > span.start || e.span.start == span.start)
            || self.edits.range((span.file, span.start)..).next().is_some_and(|((file, start), _)| *file == span.file && *start < span.end)
    }
    fn of(&self, file: FileId) -> impl Iterator<Item = &'a Edit> {
        self.edits.range((file, 0)..=(file, u32::MAX)).map(|(_, edit)| *edit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::source::Span;

    #[test]
    fn fixes_are_taken_whole_and_do_not_meet() {
        let mut map = SourceMap::default();
        let id = map.add("a.scale", "one two three");
        let span = |a, b| Span::new(id, a, b);
        let d = |safe, a, b, text: &str| Diagnostic::new(codes::E0302, span(a, b), "m").fix("t", safe, span(a, b), text);
        let found = [d(true, 4, 7, "2"), d(true, 6, 9, "x"), d(true, 0, 3, "1"), d(false, 8, 13, "3"), d(true, 8, 99, "y")];
        let (files, count) = mend(&map, &[id], &found, false);
        assert_eq!((files[0].text.as_str(), count), ("1 2 three", 2));
        let (files, count) = mend(&map, &[id], &found, true);
        assert_eq!((files[0].text.as_str(), count), ("1 2 3", 3));
        assert_eq!(mend(&map, &[], &found, true), (Vec::new(), 0));
    }

    #[test]
    fn new_lines_end_as_those_of_the_file() {
        let mut map = SourceMap::default();
        let id = map.add("a.scale", "one\r\ntwo\r\n");
        let found = [Diagnostic::new(codes::E0302, Span::new(id, 3, 3), "m").fix("t", true, Span::new(id, 3, 3), "\nmore")];
        assert_eq!(mend(&map, &[id], &found, false).0[0].text, "one\r\nmore\r\ntwo\r\n");
    }
}
