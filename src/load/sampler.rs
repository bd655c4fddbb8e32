//! The thread that closes a stretch each second and at each phase boundary, watches the targets' health, and tells whether a core is spare to spin on.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::Shared;
use crate::drivers::Health;
use crate::metrics::host::{self, Hiccups, Processors, Usage};
use crate::metrics::recorder::Interval;
use crate::metrics::timeline::NOT_YET;
use crate::plan::{Phase, Test};

const SECOND: u64 = 1_000_000_000;
/// Between two looks at health and processors.
const LOOK: u64 = 250_000_000;
/// Stretches kept for readers.
const KEPT: usize = 600;
/// A pacer that spins takes a core; this much of one must stay free beside.
const SPARE: f64 = 0.3;

/// What others read while the run goes on.
pub struct View {
    phases: Vec<Phase>,
    intervals: VecDeque<Arc<Interval>>,
    dropped: usize,
    pub cpu_ratio: f64,
}

impl View {
    pub fn of(test: &Test) -> View {
        View {
            phases: test.phases.clone(),
            intervals: VecDeque::new(),
            dropped: 0,
            cpu_ratio: 0.0,
        }
    }

    pub fn phase_name(&self, phase: usize) -> String {
        self.phases.get(phase).map_or_else(String::new, |p| if p.of > 1 { format!("{}[{}]", p.name, p.instance) } else { p.name.clone() })
    }

    pub fn last(&self) -> Option<&Arc<Interval>> {
        self.intervals.back()
    }

    pub fn since(&self, from: usize) -> Vec<(usize, Arc<Interval>)> {
        let skip = from.saturating_sub(self.dropped);
        self.intervals.iter().enumerate().skip(skip).map(|(i, interval)| (i + self.dropped, Arc::clone(interval))).collect()
    }

    fn push(&mut self, interval: Interval) {
        if self.intervals.len() == KEPT {
            self.intervals.pop_front();
            self.dropped += 1;
        }
        self.intervals.push_back(Arc::new(interval));
    }
}

pub fn run(shared: &Shared, measure_spare: bool) -> Usage {
    let hiccups = Hiccups::watch();
    let mut usage = Usage::start();
    let mut processors = Processors::start();
    let mut spun = 0;
    let mut closed = 0u64;
    let mut looked = 0u64;
    while !shared.clock.started() {
        shared.clock.sleep_until(0);
    }
    if measure_spare {
        look(shared, &mut processors, &mut spun);
    }
    loop {
        let boundary = next_boundary(shared, closed);
        let now = shared.clock.now();
        if now < boundary && !shared.finished.load(Ordering::Acquire) {
            shared.clock.sleep_until(boundary.min(looked + LOOK).max(now + 1_000_000).min(boundary));
        }
        let now = shared.clock.now();
        if now >= looked + LOOK {
            looked = now;
            health(shared);
            if measure_spare {
                look(shared, &mut processors, &mut spun);
            }
        }
        if shared.finished.load(Ordering::Acquire) {
            usage.look(spun_so_far(shared));
            usage.resources.host_hiccup_max = hiccups.worst();
            return usage;
        }
        if now < boundary {
            continue;
        }
        // Where the host slept through several boundaries, one stretch covers them.
        let mut nominal = boundary;
        while next_boundary(shared, nominal) <= now {
            nominal = next_boundary(shared, nominal);
        }
        let load = shared.load_end_known().is_none_or(|end| closed < end) && !shared.stopped();
        let interval = shared.recorder.sample(nominal, now, load);
        closed = nominal;
        let cpu = usage.look(spun_so_far(shared));
        let mut view = shared.view.lock().unwrap_or_else(PoisonError::into_inner);
        view.cpu_ratio = cpu;
        view.push(interval);
    }
}

fn spun_so_far(shared: &Shared) -> Duration {
    Duration::from_nanos(shared.spun.load(Ordering::Relaxed))
}

/// The next whole second, phase boundary or end of the load.
fn next_boundary(shared: &Shared, after: u64) -> u64 {
    let mut next = (after / SECOND + 1) * SECOND;
    let timeline = &shared.recorder.timeline;
    let phase = timeline.phase_at(after, 0);
    // Closer than a millisecond to the last is not worth a stretch of its own.
    let worth = |at: u64| at != NOT_YET && at > after + 1_000_000;
    for at in [timeline.start_of(phase + 1), timeline.end_of(phase), shared.load_end_known()].into_iter().flatten() {
        if worth(at) {
            next = next.min(at);
        }
    }
    next
}

/// Stops the run where a target is gone.
pub fn health(shared: &Shared) {
    for driver in &shared.drivers {
        if let Health::Broken(why) = driver.health() {
            shared.broken().get_or_insert(why);
            shared.stop();
        }
    }
}

/// How many pacers may spin: the cores that idle, together with what spinning pacers waste.
fn look(shared: &Shared, processors: &mut Processors, spun: &mut u64) {
    let Some((idle, elapsed)) = processors.idle() else { return };
    let total = shared.spun.load(Ordering::Relaxed);
    let spinning = (total - *spun) as f64 / 1e9 / elapsed;
    *spun = total;
    let spare = (idle + spinning - SPARE).floor().clamp(0.0, host::cores().saturating_sub(1) as f64);
    shared.spinners.store(spare as usize, Ordering::Relaxed);
}
