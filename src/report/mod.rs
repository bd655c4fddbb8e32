//! What a run leaves behind: a folder with its record, and what a person reads while it runs and at its end. A file per format.

pub mod folder;
pub mod hlog;
pub mod json;
pub mod live;
pub mod parquet;
pub mod summary;
pub mod terminal;

use crate::metrics::recording::Recording;
use crate::plan::Test;
use crate::verdict::Verdict;

/// What neither the plan nor the recording knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunFacts {
    pub run_id: String,
    /// Of scalec.
    pub version: String,
    /// The scenario file as shown to people.
    pub file: String,
    /// Of the scenario file's bytes, hexadecimal.
    pub sha256: String,
    /// Every `param` with its value.
    pub params: Vec<(String, String)>,
    /// Nanoseconds since 1970. When it started stands in the recording.
    pub ended_at_ns: i128,
}

/// One test's run, over.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// As it was run (with `--time-scale`, the scaled one).
    pub test: &'a Test,
    pub recording: &'a Recording,
    pub verdict: &'a Verdict,
    pub facts: &'a RunFacts,
}
