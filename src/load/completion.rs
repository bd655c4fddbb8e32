//! Answers of a driver, taken down: one look at the clock and one lock a batch.

use std::sync::{Arc, OnceLock};

use super::clock::Clock;
use super::token::unpack;
use crate::drivers::{Completions, Token};
use crate::metrics::recorder::TargetRecorder;

pub struct Sink {
    /// Set when the test starts: drivers connect before.
    clock: Arc<OnceLock<Clock>>,
    recorder: Arc<TargetRecorder>,
}

impl Sink {
    pub fn new(clock: Arc<OnceLock<Clock>>, recorder: Arc<TargetRecorder>) -> Sink {
        Sink { clock, recorder }
    }
}

impl Completions for Sink {
    fn acked(&self, tokens: &[Token]) {
        let Some(now) = self.clock.get().map(Clock::now) else { return };
        let mut side = self.recorder.answering();
        for token in tokens {
            let (intended, sent) = unpack(*token);
            side.acked(intended, sent, now);
        }
        drop(side);
        self.recorder.note_answers(tokens.len() as u64);
    }

    fn failed(&self, kind: &str, tokens: &[Token]) {
        self.recorder.answering().failed(kind, tokens.len() as u64);
        self.recorder.note_answers(tokens.len() as u64);
    }
}
