//! Tests, sizings and alerts of a file: timeline, sends, windows, expectations.

use super::Context;
use crate::plan;
use crate::source::FileId;

/// Checks the tests, alerts and sizings of one file and lowers the tests (those that could be).
pub fn check_file(_cx: &Context, _file: FileId) -> Vec<plan::Test> {
    Vec::new()
}
