//! The file in the canonical layout.

use super::View;
use crate::format;

/// As `scalec fmt` lays it out; `None` where it has mistakes of syntax, for what its author meant is not known.
pub fn laid_out(view: &View) -> Option<String> {
    let unit = view.unit()?;
    if unit.diagnostics.iter().any(|d| d.is_error()) {
        return None;
    }
    Some(format::layout(&unit.tree))
}
