//! Where records go. A driver hands them over and says, later, what became of each; it knows settings of its own, and never the plan.

use std::sync::Arc;
use std::time::Duration;

pub mod embedded;
pub mod file;
pub mod file_audit;
pub mod kafka;
pub mod ledger;
pub mod null;

/// What travels with a record and comes back with its answer; opaque to drivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token(pub u64);

/// One record to send. All bytes are borrowed from reused buffers: a driver copies what it keeps.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub key: Option<&'a [u8]>,
    pub payload: &'a [u8],
    /// `<run id>:<sequence number>:<intended time, ns since 1970>`
    pub identity: &'a [u8],
    /// The intended time, milliseconds since 1970: what the record's own timestamp says, where the target has one.
    pub timestamp: i64,
    pub token: Token,
}

/// What became of a hand-over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submit {
    /// Taken; the answer comes through [`Completions`].
    Queued,
    /// Taken and answered at once; nothing comes through [`Completions`].
    Acked,
    /// The client's buffer is full: to be tried again.
    Full,
    /// Refused for good; nothing comes through [`Completions`]. The text is its kind, for counting: few distinct ones.
    Failed(String),
}

/// Where answers arrive, on threads of the driver. Implementations lock once a call, so drivers answer in batches.
pub trait Completions: Send + Sync {
    fn acked(&self, tokens: &[Token]);
    /// `kind` is a short text to count by: `message timed out`.
    fn failed(&self, kind: &str, tokens: &[Token]);
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    Ok,
    /// The target cannot take records any more, and why, in words for the report.
    Broken(String),
}

/// A target at work.
pub trait Driver: Send + Sync {
    /// `kafka`, `file`, `null`.
    fn kind(&self) -> &'static str;
    /// Connects and starts threads. Called once, before the first `submit`.
    fn start(&mut self, completions: Arc<dyn Completions>) -> Result<(), String>;
    /// Hands one record over without blocking and without allocating on its usual path.
    fn submit(&self, record: &Record) -> Submit;
    /// Called where a buffer was full, before the next try: gives the driver's own threads the processor.
    fn make_room(&self) {
        std::thread::yield_now();
    }
    /// Records taken and not answered yet.
    fn unanswered(&self) -> u64;
    fn health(&self) -> Health {
        Health::Ok
    }
    /// Waits at most `limit` for outstanding answers, then gives up: when it returns no more answers come.
    fn finish(&self, limit: Duration);
}
