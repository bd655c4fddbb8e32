//! Where a thing is declared, and where it is used.

use super::symbols::{self, Occurrence, Role, Symbol};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};

/// Where a symbol stands in one file; for all of it, ask every file that imports the one that declares it.
pub fn references(ws: &Workspace, file: FileId, symbol: Symbol) -> Vec<Occurrence> {
    // Most files do not name it at all.
    if !ws.map.file(file).text.contains(symbol.name(ws)) {
        return Vec::new();
    }
    symbols::occurrences(ws, file).into_iter().filter(|o| o.symbol == symbol).collect()
}

/// The other places in this file of what stands at a byte; words of the language included.
pub fn highlights(ws: &Workspace, file: FileId, offset: usize) -> Vec<(Span, Role)> {
    let Some(here) = symbols::at(ws, file, offset) else { return Vec::new() };
    references(ws, file, here.symbol).into_iter().map(|o| (o.span, o.role)).collect()
}

/// Whether a file sees the declarations of another: it is the same, or imports it, at once or through others.
pub fn sees(ws: &Workspace, file: FileId, other: FileId) -> bool {
    let (mut known, mut at) = (vec![file], 0);
    while let Some(next) = known.get(at).copied() {
        if next == other {
            return true;
        }
        at += 1;
        for ((from, _), to) in &ws.imports {
            if let Ok(to) = to
                && *from == next
                && !known.contains(to)
            {
                known.push(*to);
            }
        }
    }
    false
}
