//! Numbers as people write them: `4_000/s`, `35m`, `$0.67/M`.

use super::{Dimension, Exact};

/// A value in base units, in the unit that reads best, as it could stand in a file.
pub fn show(value: Exact, dim: Dimension) -> String {
    format!("{value} {dim:?}")
}

/// A dimension in words: `a rate`, `a time`, `a plain number`.
pub fn dimension_name(dim: Dimension) -> String {
    format!("{dim:?}")
}
