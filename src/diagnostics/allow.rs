//! `# scalec: allow W0510 — reason` on the line above silences that warning at that place. An allow that does nothing is W0110.

use super::{Code, Diagnostic, Severity, codes, suggest};
use crate::source::{FileId, SourceMap, Span};

/// An allow comment of a file that is being checked.
#[derive(Clone, Debug)]
pub struct Comment {
    pub file: FileId,
    pub span: Span,
    /// The codes it names, as written.
    pub codes: Vec<(String, Span)>,
    /// Index (from 0) of the line it silences.
    pub target_line: usize,
}

/// Takes away what the comments silence, and adds a W0110 for each comment that silences nothing or names no code.
pub fn apply(map: &SourceMap, comments: &[Comment], diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut uses: Vec<Vec<usize>> = comments.iter().map(|c| vec![0; c.codes.len()]).collect();
    let mut kept = Vec::with_capacity(diagnostics.len());
    for d in diagnostics {
        if !silenced(map, comments, &d, &mut uses) {
            kept.push(d);
        }
    }
    let mut useless = Vec::new();
    for (comment, uses) in comments.iter().zip(&uses) {
        // Where the file has errors, the stage that would have warned may not have come so far.
        let broken = kept.iter().any(|d| d.is_error() && d.primary.span.file == comment.file);
        if comment.codes.is_empty() {
            useless.push(names_no_code(comment));
        }
        for ((name, span), uses) in comment.codes.iter().zip(uses) {
            match Code::parse(name) {
                None => useless.push(unknown(name, *span)),
                Some(code) if code.severity() == Severity::Error => useless.push(error(code, *span)),
                Some(code) if *uses == 0 && !broken => useless.push(nothing(map, comment, code, *span)),
                Some(_) => {}
            }
        }
    }
    kept.extend(useless);
    kept
}

fn silenced(map: &SourceMap, comments: &[Comment], d: &Diagnostic, uses: &mut [Vec<usize>]) -> bool {
    if d.is_error() {
        return false;
    }
    let place = d.primary.span;
    let line = map.file(place.file).line_index(place.start as usize);
    let mut found = false;
    for (comment, uses) in comments.iter().zip(uses) {
        if comment.file == place.file && comment.target_line == line {
            for ((name, _), uses) in comment.codes.iter().zip(uses) {
                if name == d.code.as_str() {
                    *uses += 1;
                    found = true;
                }
            }
        }
    }
    found
}

fn names_no_code(comment: &Comment) -> Diagnostic {
    Diagnostic::new(codes::W0110, comment.span, "this allow comment names no code")
        .here("which warning?")
        .help("name the warning that it silences: `# scalec: allow W0510 — why it is meant`")
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let d = Diagnostic::new(codes::W0110, span, format!("this allow comment silences nothing: there is no code `{name}`"));
    let warnings = codes::ALL.iter().filter(|c| c.severity() != Severity::Error).map(|c| c.as_str());
    match suggest::nearest(name, warnings) {
        Some(near) => d.here("no such code").help(format!("did you mean `{near}`?")),
        None => d.here("no such code"),
    }
}

fn error(code: Code, span: Span) -> Diagnostic {
    Diagnostic::new(codes::W0110, span, format!("this allow comment silences nothing: {code} is an error, and errors cannot be allowed"))
        .here("an error")
        .help("mend the error, or remove the comment")
}

fn nothing(map: &SourceMap, comment: &Comment, code: Code, span: Span) -> Diagnostic {
    let line = comment.target_line + 1;
    let d = Diagnostic::new(codes::W0110, span, format!("this allow comment silences nothing: line {line} has no {code}"))
        .help("remove it, or put it on the line right above the warning");
    // A comment of several codes is left to its author.
    if comment.codes.len() == 1 { d.fix("remove the comment", true, whole_line(map, comment), "") } else { d }
}

/// The comment with its line where it stands alone on it.
fn whole_line(map: &SourceMap, comment: &Comment) -> Span {
    let file = map.file(comment.file);
    let line = file.line_index(comment.span.start as usize);
    let (start, end) = (file.line_start(line), file.line_start(line + 1));
    let alone = file.text.get(start..comment.span.start as usize).is_some_and(|before| before.trim().is_empty());
    if alone { Span::new(comment.file, start, end) } else { comment.span }
}
