//! One line per diagnostic, as compilers have it: `file:line:column: error[E0702]: message`.

use super::{harmless, severity_word};
use crate::diagnostics::Diagnostic;
use crate::source::SourceMap;
use std::fmt::Write;

pub fn short(map: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for d in diagnostics {
        let at = map.line_column(d.primary.span);
        let (path, word) = (&map.file(d.primary.span.file).path, severity_word(d.severity()));
        let message = harmless(&d.message.replace('\n', " "));
        let _ = writeln!(out, "{path}:{}:{}: {word}[{}]: {message}", at.line, at.column, d.code);
    }
    out
}
