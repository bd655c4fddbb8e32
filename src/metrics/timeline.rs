//! When each phase really began and ended, shared by the threads of a run; and how time is cut into slices.

use std::sync::atomic::{AtomicU64, Ordering};

/// Times are nanoseconds from the start of the test; a phase that has not begun (ended) holds this.
pub const NOT_YET: u64 = u64::MAX;

/// Tokens keep intended times in units of 16 ns; phases begin on such a unit, so that a record is never taken for one of the phase before.
pub const UNIT: u64 = 16;

const SECOND: u64 = 1_000_000_000;

/// A distribution keeps at most about this many slices; beyond, slices are longer than a second. Bounds the memory of long runs.
const MOST_SLICES: u64 = 7_200;

#[derive(Debug)]
pub struct Timeline {
    starts: Vec<AtomicU64>,
    ends: Vec<AtomicU64>,
    /// Of each phase, left out of `during` windows: slices are cut there too.
    skip_first: u64,
    /// Length of a slice of a distribution.
    slice: u64,
}

/// A slice: the phase, whether behind its `skip_first`, and the number of the interval since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SliceKey {
    pub interval: u32,
    /// Twice the phase, plus one behind `skip_first`.
    pub part: u32,
}

impl SliceKey {
    pub fn phase(self) -> usize {
        self.part as usize / 2
    }
}

impl Timeline {
    /// `planned` is the length of the whole test, for the choice of slices.
    pub fn new(phases: usize, skip_first: u64, planned: u64) -> Timeline {
        let seconds = planned / SECOND;
        let slice = [1, 2, 5, 10, 30, 60, 300, 600].into_iter().find(|len| seconds / len <= MOST_SLICES).unwrap_or(3_600);
        let never = || (0..phases).map(|_| AtomicU64::new(NOT_YET)).collect();
        Timeline { starts: never(), ends: never(), skip_first, slice: slice * SECOND }
    }

    pub fn phases(&self) -> usize {
        self.starts.len()
    }

    pub fn begin(&self, phase: usize, at: u64) {
        self.starts[phase].store(at, Ordering::Release);
    }

    pub fn end(&self, phase: usize, at: u64) {
        self.ends[phase].store(at, Ordering::Release);
    }

    pub fn start_of(&self, phase: usize) -> Option<u64> {
        Some(self.starts.get(phase)?.load(Ordering::Acquire)).filter(|&at| at != NOT_YET)
    }

    pub fn end_of(&self, phase: usize) -> Option<u64> {
        Some(self.ends.get(phase)?.load(Ordering::Acquire)).filter(|&at| at != NOT_YET)
    }

    /// The phase of a moment: the last one that has begun by then. `near` is where to look first.
    pub fn phase_at(&self, at: u64, near: usize) -> usize {
        let mut phase = near.min(self.phases().saturating_sub(1));
        while phase > 0 && self.starts[phase].load(Ordering::Acquire) > at {
            phase -= 1;
        }
        while phase + 1 < self.phases() && self.starts[phase + 1].load(Ordering::Acquire) <= at {
            phase += 1;
        }
        phase
    }

    /// The slice of a moment in a phase, and the end of that slice as far as is known.
    pub fn slice(&self, at: u64, phase: usize, length: u64) -> (SliceKey, u64) {
        let start = self.starts.get(phase).map_or(0, |s| s.load(Ordering::Acquire));
        let behind = start.saturating_add(self.skip_first);
        let interval = at / length;
        let mut until = (interval + 1) * length;
        if self.skip_first > 0 && at < behind {
            until = until.min(behind);
        }
        let next = self.starts.get(phase + 1).map_or(NOT_YET, |s| s.load(Ordering::Acquire));
        if next > at {
            until = until.min(next);
        }
        let late = self.skip_first > 0 && at >= behind;
        (SliceKey { interval: interval as u32, part: 2 * phase as u32 + u32::from(late) }, until)
    }

    pub fn slice_length(&self) -> u64 {
        self.slice
    }

    /// From and to of a slice, in nanoseconds.
    pub fn bounds(&self, key: SliceKey, length: u64) -> (u64, u64) {
        let start = self.start_of(key.phase()).unwrap_or(0);
        let end = self.end_of(key.phase()).or_else(|| self.start_of(key.phase() + 1)).unwrap_or(NOT_YET);
        let behind = start.saturating_add(self.skip_first);
        let (mut from, mut to) = (u64::from(key.interval) * length, (u64::from(key.interval) + 1) * length);
        from = from.max(start);
        to = to.min(end);
        if self.skip_first > 0 {
            if key.part % 2 == 1 {
                from = from.max(behind);
            } else {
                to = to.min(behind);
            }
        }
        (from, to.max(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_cut_at_phases_and_behind_what_is_skipped() {
        let timeline = Timeline::new(2, 300_000_000, 10 * SECOND);
        timeline.begin(0, 0);
        timeline.begin(1, 2_500_000_000);
        timeline.end(0, 2_500_000_000);
        let slice = |at, phase| {
            let (key, _) = timeline.slice(at, phase, SECOND);
            timeline.bounds(key, SECOND)
        };
        assert_eq!(slice(100, 0), (0, 300_000_000));
        assert_eq!(slice(300_000_000, 0), (300_000_000, SECOND));
        assert_eq!(slice(2_400_000_000, 0), (2 * SECOND, 2_500_000_000));
        assert_eq!(slice(2_500_000_000, 1), (2_500_000_000, 2_800_000_000));
        assert_eq!(slice(2_900_000_000, 1), (2_800_000_000, 3 * SECOND));
        assert_eq!((timeline.phase_at(2_499_999_999, 1), timeline.phase_at(2_500_000_000, 0)), (0, 1));
    }

    #[test]
    fn long_runs_have_longer_slices() {
        assert_eq!(Timeline::new(1, 0, 3_600 * SECOND).slice_length(), SECOND);
        assert_eq!(Timeline::new(1, 0, 86_400 * SECOND).slice_length(), 30 * SECOND);
    }
}
