//! The target that takes everything at once: what scalec itself can do.

use std::sync::Arc;
use std::time::Duration;

use super::{Completions, Driver, Record, Submit};

#[derive(Debug, Default)]
pub struct Null;

impl Driver for Null {
    fn kind(&self) -> &'static str {
        "null"
    }
    fn start(&mut self, _completions: Arc<dyn Completions>) -> Result<(), String> {
        Ok(())
    }
    fn submit(&self, record: &Record) -> Submit {
        // The bytes must exist, or the optimizer could drop the work that made them.
        std::hint::black_box(record.payload);
        Submit::Acked
    }
    fn unanswered(&self) -> u64 {
        0
    }
    fn finish(&self, _limit: Duration) {}
}
