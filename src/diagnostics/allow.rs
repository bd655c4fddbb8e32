//! `# scalec: allow W0510 — reason` on the line above silences that warning at that place. An allow that does nothing is W0110.

use super::{Code, Diagnostic, Edit, Severity, codes, suggest};
use crate::source::{FileId, SourceFile, SourceMap, Span};
use std::collections::{HashMap, HashSet};

/// An allow comment of a file that is being checked.
#[derive(Clone, Debug)]
pub struct Comment {
    pub file: FileId,
    pub span: Span,
    /// The codes it names, as written.
    pub codes: Vec<(String, Span)>,
    /// The word that stands where `allow` belongs: it silences nothing.
    pub instead: Option<(String, Span)>,
    /// Index (from 0) of the line it silences.
    pub target_line: usize,
}

/// Takes away what the comments silence, and adds a W0110 for each comment that silences nothing or names no code.
pub fn apply(map: &SourceMap, comments: &[Comment], diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut uses: Vec<Vec<usize>> = comments.iter().map(|c| vec![0; c.codes.len()]).collect();
    let mut by_line: HashMap<(FileId, usize), Vec<usize>> = HashMap::new();
    for (index, comment) in comments.iter().enumerate().filter(|(_, comment)| comment.instead.is_none()) {
        by_line.entry((comment.file, comment.target_line)).or_default().push(index);
    }
    let mut kept = Vec::with_capacity(diagnostics.len());
    for d in diagnostics {
        if !silenced(map, comments, &by_line, &d, &mut uses) {
            kept.push(d);
        }
    }
    let with_errors: HashSet<FileId> = kept.iter().filter(|d| d.is_error()).map(|d| d.primary.span.file).collect();
    let mut useless = Vec::new();
    for (comment, uses) in comments.iter().zip(&uses) {
        if let Some((word, span)) = &comment.instead {
            useless.push(no_allow(word, *span));
            continue;
        }
        // Where the file has errors, the stage that would have warned may not have come so far.
        let broken = with_errors.contains(&comment.file);
        if comment.codes.is_empty() {
            useless.push(names_no_code(comment));
        }
        for (index, ((name, span), uses)) in comment.codes.iter().zip(uses).enumerate() {
            let first = comment.codes.iter().take(index).find(|(earlier, _)| earlier == name);
            match (Code::parse(name), first) {
                (None, _) => useless.push(unknown(name, *span)),
                (Some(code), _) if code.severity() == Severity::Error => useless.push(error(map, comment, code, index, *span)),
                (Some(code), Some((_, first))) => useless.push(twice(map, comment, code, index, *span, *first)),
                (Some(code), None) if *uses == 0 && !broken => useless.push(nothing(map, comment, code, index, *span)),
                (Some(_), None) => {}
            }
        }
    }
    kept.extend(useless);
    kept
}

fn silenced(map: &SourceMap, comments: &[Comment], by_line: &HashMap<(FileId, usize), Vec<usize>>, d: &Diagnostic, uses: &mut [Vec<usize>]) -> bool {
    if d.is_error() || comments.is_empty() {
        return false;
    }
    let place = d.primary.span;
    let line = map.file(place.file).line_index(place.start as usize);
    let mut found = false;
    for index in by_line.get(&(place.file, line)).into_iter().flatten() {
        let (Some(comment), Some(uses)) = (comments.get(*index), uses.get_mut(*index)) else { continue };
        for ((name, _), uses) in comment.codes.iter().zip(uses) {
            if name == d.code.as_str() {
                *uses += 1;
                found = true;
            }
        }
    }
    found
}

/// What its author writes instead is why the warning is meant to be there.
const REASON: &str = "reason";

/// The edit that puts an allow comment for this finding above its line, indented like it.
pub fn above(file: &SourceFile, d: &Diagnostic) -> Edit {
    let line = file.line_index(d.primary.span.start as usize);
    let text = file.line_text(line);
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let indent: String = text.chars().skip_while(|c| *c == '\u{feff}').take_while(|c| c.is_whitespace()).collect();
    let at = file.line_start(line) + mark;
    Edit { span: Span::new(file.id, at, at), text: format!("{indent}# scalec: allow {} — {REASON}\n", d.code) }
}

fn names_no_code(comment: &Comment) -> Diagnostic {
    Diagnostic::new(codes::W0110, comment.span, "this allow comment names no code")
        .here("which warning?")
        .help("name the warning that it silences: `# scalec: allow W0510 — why it is meant`")
}

/// `# scalec: ignore W0510`
fn no_allow(word: &str, span: Span) -> Diagnostic {
    Diagnostic::new(codes::W0110, span, format!("this comment silences nothing: `{word}` is not `allow`"))
        .here("only `allow` silences")
        .help("write `allow`")
        .fix("write `allow`", false, span, "allow")
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let d = Diagnostic::new(codes::W0110, span, format!("this allow comment silences nothing: there is no code `{name}`"));
    let warnings = codes::ALL.iter().filter(|c| c.severity() != Severity::Error).map(|c| c.as_str());
    match suggest::nearest(name, warnings) {
        Some(near) => d.here("no such code").help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), false, span, near),
        None => d.here("no such code"),
    }
}

fn error(map: &SourceMap, comment: &Comment, code: Code, index: usize, span: Span) -> Diagnostic {
    let d = Diagnostic::new(codes::W0110, span, format!("this allow comment silences nothing: {code} is an error, and errors cannot be allowed"))
        .here("an error")
        .help("mend the error, or remove the comment");
    without(d, map, comment, index)
}

fn twice(map: &SourceMap, comment: &Comment, code: Code, index: usize, span: Span, first: Span) -> Diagnostic {
    let d = Diagnostic::new(codes::W0110, span, format!("this allow comment names {code} twice")).here("again here").label(first, "first here").help("remove one of them");
    without(d, map, comment, index)
}

fn nothing(map: &SourceMap, comment: &Comment, code: Code, index: usize, span: Span) -> Diagnostic {
    let line = comment.target_line + 1;
    let d = Diagnostic::new(codes::W0110, span, format!("this allow comment silences nothing: line {line} has no {code}"))
        .help("remove it, or put it on the line right above the warning");
    without(d, map, comment, index)
}

/// The fix that takes one code out of a comment, with its comma; with the last one the comment goes.
fn without(d: Diagnostic, map: &SourceMap, comment: &Comment, index: usize) -> Diagnostic {
    let place = |index: usize| comment.codes.get(index).map(|(_, span)| *span);
    match (index.checked_sub(1).and_then(place), place(index), place(index + 1)) {
        (None, Some(_), None) => d.fix("remove the comment", true, whole_line(map, comment), ""),
        (Some(before), Some(own), _) => d.fix("remove the code", true, Span { start: before.end, ..own }, ""),
        (None, Some(own), Some(next)) => d.fix("remove the code", true, Span { end: next.start, ..own }, ""),
        _ => d,
    }
}

/// The comment with its line where it stands alone on it.
fn whole_line(map: &SourceMap, comment: &Comment) -> Span {
    let file = map.file(comment.file);
    let line = file.line_index(comment.span.start as usize);
    let (start, end) = (file.line_start(line), file.line_start(line + 1));
    let alone = file.text.get(start..comment.span.start as usize).is_some_and(|before| before.trim().is_empty());
    if alone { Span::new(comment.file, start, end) } else { comment.span }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# scalec: allow W0511, W0512 — meant\nphase one\nphase two\n";

    fn span(map: &SourceMap, text: &str) -> Span {
        let at = map.file(FileId(0)).text.find(text).unwrap();
        Span::new(FileId(0), at, at + text.len())
    }

    /// What is left of diagnostics at these words, with the comment of `TEXT` naming `names`.
    fn left(names: &[&str], found: &[(Code, &str)]) -> Vec<String> {
        let mut map = SourceMap::default();
        map.add("a.scale", TEXT);
        let codes = names.iter().map(|n| (n.to_string(), span(&map, "W0511"))).collect();
        let comment = Comment { file: FileId(0), span: span(&map, "# scalec: allow W0511, W0512 — meant"), codes, instead: None, target_line: 1 };
        let found = found.iter().map(|(code, at)| Diagnostic::new(*code, span(&map, at), "message")).collect();
        apply(&map, &[comment], found).iter().map(|d| format!("{} {}", d.code, d.message)).collect()
    }

    #[test]
    fn one_warning_at_one_place() {
        assert_eq!(left(&["W0511"], &[(codes::W0511, "one")]), Vec::<String>::new());
        assert_eq!(left(&["W0511", "W0512"], &[(codes::W0512, "one"), (codes::W0511, "one"), (codes::W0511, "one")]), Vec::<String>::new());
        assert_eq!(left(&["W0511"], &[(codes::W0511, "one"), (codes::W0511, "two")]), ["W0511 message"]);
    }

    #[test]
    fn what_silences_nothing_is_said() {
        assert_eq!(left(&["W0511"], &[]), ["W0110 this allow comment silences nothing: line 2 has no W0511"]);
        assert_eq!(left(&["W0511", "W0512"], &[(codes::W0511, "one")]), ["W0110 this allow comment silences nothing: line 2 has no W0512"]);
        assert_eq!(left(&[], &[]), ["W0110 this allow comment names no code"]);
        assert_eq!(left(&["W9511"], &[]), ["W0110 this allow comment silences nothing: there is no code `W9511`"]);
    }

    #[test]
    fn the_comment_for_a_finding_silences_it() {
        for (text, at) in [("test \"t\" {\n  phase a = x\n}\n", "a = x"), ("\u{feff}let a = 1\n", "a = 1")] {
            let mut map = SourceMap::default();
            let id = map.add("a.scale", text);
            let start = text.find(at).unwrap();
            let edit = above(map.file(id), &Diagnostic::new(codes::W0511, Span::new(id, start, start + 1), "message"));
            let mut edited = text.to_string();
            edited.insert_str(edit.span.start as usize, &edit.text);
            let line = edited.lines().position(|line| line.contains("# scalec: allow W0511 — reason")).unwrap();
            assert!(edited.lines().nth(line + 1).unwrap().contains(at), "{edited}");
            assert_eq!(edited.starts_with('\u{feff}'), text.starts_with('\u{feff}'));
        }
    }

    #[test]
    fn errors_stay() {
        let said = left(&["E0301"], &[(codes::E0301, "one")]);
        assert_eq!(said, ["E0301 message", "W0110 this allow comment silences nothing: E0301 is an error, and errors cannot be allowed"]);
        // In a file with errors the warning may not have been reached.
        assert_eq!(left(&["W0511"], &[(codes::E0301, "two")]), ["E0301 message"]);
    }
}
