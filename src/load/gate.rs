//! When phases begin and end, agreed on by all pacers. Only a flood moves anything: it ends when its records are answered, and all that follows shifts.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::schedule::{Schedule, whole_unit};
use crate::metrics::timeline::Timeline;

pub struct Gate {
    pacers: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Nanoseconds by which phases happen later (earlier) than planned.
    shift: i64,
    arrived: usize,
    /// Counts the barriers passed.
    passed: usize,
}

/// How a phase lies in real time: nanoseconds from the start of the test.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub start: u64,
    pub end: u64,
    pub shift: i64,
}

impl Window {
    /// Where a planned moment of this phase lies: always inside it.
    pub fn place(&self, due: u64) -> u64 {
        let last = self.end.saturating_sub(1).max(self.start);
        due.saturating_add_signed(self.shift).clamp(self.start, last)
    }
}

fn shifted(planned: u64, shift: i64) -> u64 {
    whole_unit(planned.saturating_add_signed(shift))
}

impl Gate {
    pub fn new(pacers: usize) -> Gate {
        Gate { pacers, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Writes down when the phases from `from` up to the next flood happen. Answers when the load ends, where no flood is left.
    pub fn open(&self, schedule: &Schedule, timeline: &Timeline, from: usize) -> Option<u64> {
        let shift = self.state.lock().unwrap_or_else(PoisonError::into_inner).shift;
        let mut end = if from == 0 { 0 } else { shifted(schedule.planned_span(from - 1).1, shift) };
        for phase in from..schedule.phases() {
            if schedule.flood(phase).is_some() {
                return None;
            }
            let planned = schedule.planned_span(phase);
            timeline.begin(phase, shifted(planned.0, shift));
            end = shifted(planned.1, shift);
            timeline.end(phase, end);
        }
        Some(end)
    }

    pub fn window(&self, schedule: &Schedule, phase: usize) -> Window {
        let shift = self.state.lock().unwrap_or_else(PoisonError::into_inner).shift;
        let (start, end) = schedule.planned_span(phase);
        Window { start: shifted(start, shift), end: shifted(end, shift), shift }
    }

    /// Waits for all pacers; the last to come does `last` (with the shift, to be changed) before any goes on. False where `stopped` turned true.
    pub fn together(&self, stopped: impl Fn() -> bool, last: impl FnOnce(&mut i64)) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.arrived += 1;
        if state.arrived == self.pacers {
            state.arrived = 0;
            state.passed += 1;
            last(&mut state.shift);
            self.changed.notify_all();
            return true;
        }
        let round = state.passed;
        while state.passed == round {
            if stopped() {
                return false;
            }
            state = self.changed.wait_timeout(state, Duration::from_millis(20)).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}
