//! Annotations of GitHub: a workflow command on a line of its own for each finding, shown at its place in the pull request.

use super::harmless;
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::SourceMap;
use std::fmt::Write;

/// GitHub's runner cuts longer messages.
const LONGEST: usize = 4_000;

pub fn github(map: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for d in diagnostics {
        let command = match d.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "notice",
        };
        let (file, span) = (map.file(d.primary.span.file), d.primary.span);
        let (from, to) = (file.line_column(span.start as usize), file.line_column(span.end as usize));
        let _ = write!(out, "::{command} file={},line={}", property(&file.path), from.line);
        // Columns are for places on one line; of longer ones the runner would drop them, with a complaint in the log.
        if from.line == to.line {
            let _ = write!(out, ",col={},endLine={},endColumn={}", from.column, to.line, to.column);
        } else {
            let _ = write!(out, ",endLine={}", to.line);
        }
        let _ = writeln!(out, ",title={}::{}", property(d.code.as_str()), data(&message(map, d)));
    }
    out
}

/// All there is to say: an annotation shows no other place than its own.
fn message(map: &SourceMap, d: &Diagnostic) -> String {
    let mut lines = vec![d.message.clone()];
    lines.extend(Some(d.primary.message.clone()).filter(|words| !words.is_empty()));
    for label in &d.labels {
        let at = map.line_column(label.span);
        lines.push(format!("{}:{}:{}: {}", map.file(label.span.file).path, at.line, at.column, label.message));
    }
    lines.extend(d.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(d.help.iter().map(|help| format!("help: {help}")));
    let text = lines.iter().flat_map(|part| part.lines()).map(harmless).collect::<Vec<_>>().join("\n");
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST - 1).chain(['…']).collect() }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::source::{FileId, Span};

    fn one(path: &str, text: &str, at: (usize, usize), change: impl FnOnce(Diagnostic) -> Diagnostic) -> String {
        let mut map = SourceMap::default();
        map.add(path, text);
        github(&map, &[change(Diagnostic::new(codes::E0601, Span::new(FileId(0), at.0, at.1), "100 %: too\nlate, see ::error::"))])
    }

    #[test]
    fn a_finding_cannot_break_out_of_its_line() {
        let text = one("a,b:c%\r\n.scale", "let ä = 1\n", (6, 7), |d| d.note("x\u{1b}[2J\r\ny").help("::stop-commands::z"));
        let expected = "::error file=a%2Cb%3Ac%25%0D%0A.scale,line=1,col=6,endLine=1,endColumn=7,title=E0601::\
                        100 %25: too%0Alate, see ::error::%0Anote: x?[2J%0Ay%0Ahelp: ::stop-commands::z\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn of_places_over_several_lines_only_the_lines_are_told() {
        let text = one("a.scale", "let a =\n  1\n", (4, 11), |d| d);
        assert!(text.starts_with("::error file=a.scale,line=1,endLine=2,title=E0601::"), "{text}");
    }

    #[test]
    fn what_is_endless_is_cut() {
        let text = one("a.scale", "a\n", (0, 1), |d| d.note("ü".repeat(100_000)));
        assert!(text.ends_with("…\n") && text.lines().count() == 1 && text.chars().count() < 4_200, "{}", text.len());
    }
}
