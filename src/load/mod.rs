//! From a plan's test to records on their targets, at their times, and a recording of what became of them.

pub mod payload;

mod ahead;
mod clock;
mod completion;
mod gate;
mod helpers;
mod live;
mod pacer;
mod sampler;
pub mod schedule;
mod token;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use live::Live;

use crate::drivers::Driver;
use crate::metrics::recorder::{Interval, Recorder};
use crate::metrics::timeline::{NOT_YET, Timeline};
use crate::metrics::{Recording, host};
use crate::plan::Test;
use crate::plan::shape::number;
use clock::Clock;
use payload::Encoder;
use schedule::Schedule;

/// How a test is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Stands in every record's identity; no `:` in it.
    pub run_id: String,
    /// How long a full buffer of the client may keep a record back before it is given up as not sent.
    pub hold_back: Duration,
    /// How long outstanding answers are waited for when the load is over.
    pub flush: Duration,
    /// The same when the target is known to be gone.
    pub flush_broken: Duration,
    /// Spin through the last stretch of a wait where a core is spare; measured. `Some` overrides the measurement.
    pub spin: Option<bool>,
    /// Threads that generate for each pacer. `None`: as many as the planned peak asks for, by a measurement, where cores are spare.
    pub generators: Option<usize>,
}

impl Options {
    pub fn new(run_id: impl Into<String>) -> Options {
        Options {
            run_id: run_id.into(),
            hold_back: Duration::from_secs(10),
            flush: Duration::from_secs(30),
            flush_broken: Duration::from_secs(1),
            spin: None,
            generators: None,
        }
    }
}

/// What the threads of a run share.
struct Shared {
    clock: Clock,
    schedule: Schedule,
    encoder: Encoder,
    recorder: Recorder,
    gate: gate::Gate,
    identity_prefix: Vec<u8>,
    /// Nanoseconds.
    hold_back: u64,
    stop_at: AtomicU64,
    /// When the load ends (by plan, or by a stop); unknown while a flood lies ahead.
    load_end: AtomicU64,
    pacing: AtomicUsize,
    /// How many pacers may spin, and nanoseconds they did.
    spinners: AtomicUsize,
    spun: AtomicU64,
    drivers: Vec<Arc<dyn Driver>>,
    broken: Mutex<Option<String>>,
    finished: AtomicBool,
    view: Mutex<sampler::View>,
}

impl Shared {
    fn stopped(&self) -> bool {
        self.stop_at.load(Ordering::Acquire) != NOT_YET
    }

    fn stop_at(&self) -> u64 {
        self.stop_at.load(Ordering::Acquire)
    }

    /// The first to ask decides the moment.
    fn stop(&self) {
        let _ = self.stop_at.compare_exchange(NOT_YET, self.clock.now(), Ordering::AcqRel, Ordering::Acquire);
    }

    fn load_end_known(&self) -> Option<u64> {
        Some(self.load_end.load(Ordering::Acquire)).filter(|&end| end != NOT_YET)
    }

    /// Opens the phases from `from` to the next flood.
    fn open(&self, from: usize) {
        if let Some(end) = self.gate.open(&self.schedule, &self.recorder.timeline, from) {
            self.load_end.store(end, Ordering::Release);
        }
    }

    fn broken(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A test at work.
pub struct Handle {
    shared: Arc<Shared>,
    pacers: Vec<JoinHandle<()>>,
    sampler: Option<JoinHandle<host::Usage>>,
    flush: (Duration, Duration),
}

/// Starts a test: one driver a target, in the order of `test.targets`, not started yet. Returns when the pacers run; the load begins a moment later.
pub fn run(test: &Test, drivers: Vec<Box<dyn Driver>>, encoder: Encoder, options: Options) -> Result<Handle, String> {
    let schedule = Schedule::of(test)?;
    let nanos = |seconds: f64| (seconds * 1e9).max(0.0) as u64;
    let timeline = Arc::new(Timeline::new(test.phases.len(), nanos(number(test.skip_first)), nanos(number(test.duration()))));
    let recorder = Recorder::new(test.targets.iter().map(|t| t.name.clone()).collect(), timeline);
    // Drivers connect before the clock is set.
    let later = Arc::new(OnceLock::new());
    let mut started: Vec<Arc<dyn Driver>> = Vec::with_capacity(drivers.len());
    for (index, mut driver) in drivers.into_iter().enumerate() {
        let name = test.targets.get(index).map_or("", |t| t.name.as_str());
        driver.start(Arc::new(completion::Sink::new(Arc::clone(&later), recorder.target(index)))).map_err(|e| format!("target `{name}`: {e}"))?;
        started.push(Arc::from(driver));
    }
    let view = sampler::View::of(test);
    let clock = *later.get_or_init(|| Clock::starting_in(LEAD));
    let shared = Arc::new(Shared {
        clock,
        gate: gate::Gate::new(started.len()),
        identity_prefix: format!("{}:", options.run_id).into_bytes(),
        hold_back: options.hold_back.as_nanos() as u64,
        stop_at: AtomicU64::new(NOT_YET),
        load_end: AtomicU64::new(NOT_YET),
        pacing: AtomicUsize::new(started.len()),
        spinners: AtomicUsize::new(match options.spin {
            Some(true) => usize::MAX,
            Some(false) => 0,
            None => usize::from(host::cores() > 1),
        }),
        spun: AtomicU64::new(0),
        drivers: started,
        broken: Mutex::new(None),
        finished: AtomicBool::new(false),
        view: Mutex::new(view),
        schedule,
        encoder,
        recorder,
    });
    shared.open(0);
    let thread = |name: String| std::thread::Builder::new().name(name);
    let cannot = |e: std::io::Error| format!("cannot start a thread: {e}");
    let s = Arc::clone(&shared);
    let measure = options.spin.is_none();
    let sampler = thread("sampler".into()).spawn(move || sampler::run(&s, measure)).map_err(cannot)?;
    let mut handle = Handle { sampler: Some(sampler), pacers: Vec::new(), flush: (options.flush, options.flush_broken), shared };
    for (index, driver) in handle.shared.drivers.iter().enumerate() {
        let helpers = match options.generators.unwrap_or_else(|| helpers::wanted(&handle.shared, test, index)) {
            0 => None,
            count => Some(ahead::Helpers::start(&handle.shared, count).map_err(cannot)?),
        };
        let recorder = handle.shared.recorder.target(index);
        let pacer = pacer::Pacer { index, shared: Arc::clone(&handle.shared), driver: Arc::clone(driver), recorder, helpers };
        let s = Arc::clone(&handle.shared);
        let spawned = thread(format!("pacer {index}")).spawn(move || {
            // Also where it panics: or nobody would end the run.
            let _left = Left(s);
            pacer.run();
        });
        handle.pacers.push(spawned.map_err(cannot)?);
    }
    Ok(handle)
}

/// Nanoseconds between the setting of the clock and the start of the load: threads start, and the first records are generated.
const LEAD: u64 = 50_000_000;

struct Left(Arc<Shared>);

impl Drop for Left {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *self.0.broken() = Some("a pacer's thread failed; please report this as a bug".into());
            self.0.stop();
        }
        self.0.pacing.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Handle {
    /// Seconds since the start of the test; below 0 before it.
    pub fn now(&self) -> f64 {
        self.shared.clock.signed() as f64 / 1e9
    }

    /// Nanoseconds since 1970 at the start of the test.
    pub fn started_at_ns(&self) -> i128 {
        self.shared.clock.unix_origin
    }

    /// For the display; readable as often as wanted.
    pub fn live(&self) -> Live {
        live::live(&self.shared)
    }

    /// Closed stretches (of about a second) from number `from` on, with their numbers; the last ten minutes are kept.
    pub fn intervals(&self, from: usize) -> Vec<(usize, Arc<Interval>)> {
        self.shared.view.lock().unwrap_or_else(PoisonError::into_inner).since(from)
    }

    /// When phases really began and ended so far, in seconds: (start, end).
    pub fn phases(&self) -> Vec<(Option<f64>, Option<f64>)> {
        let timeline = &self.shared.recorder.timeline;
        let seconds = |ns: u64| ns as f64 / 1e9;
        (0..timeline.phases()).map(|p| (timeline.start_of(p).map(seconds), timeline.end_of(p).map(seconds))).collect()
    }

    /// Ends the load now: what is due by this moment and did not go counts as not sent.
    pub fn request_stop(&self) {
        self.shared.stop();
    }

    /// True when all phases are over, or the run was stopped.
    pub fn is_over(&self) -> bool {
        self.shared.pacing.load(Ordering::Acquire) == 0
    }

    /// Why the run cannot go on, where it cannot; the load has been stopped then.
    pub fn broken(&self) -> Option<String> {
        self.shared.broken().clone()
    }

    /// Waits for the load's end, then for outstanding answers (bounded), and gives what was measured: everything of a [`Recording`] but what
    /// consumers, sources, alerts, aborts and faults add.
    pub fn finish(mut self) -> Recording {
        let shared = Arc::clone(&self.shared);
        for pacer in self.pacers.drain(..) {
            let _ = pacer.join();
        }
        let stopped = shared.stopped();
        let load_end = match (shared.load_end_known(), stopped) {
            (Some(end), false) => end,
            (Some(end), true) => end.min(shared.stop_at()),
            (None, true) => shared.stop_at(),
            (None, false) => shared.clock.now(),
        };
        shared.load_end.store(load_end, Ordering::Release);
        let limit = if shared.broken().is_some() { self.flush.1 } else { self.flush.0 };
        let deadline = Instant::now() + limit;
        for driver in &shared.drivers {
            driver.finish(deadline.saturating_duration_since(Instant::now()));
        }
        // A target may break while the last answers are awaited.
        sampler::health(&shared);
        // The run is over now, and not when its last thread has noticed.
        let over = shared.clock.now();
        shared.finished.store(true, Ordering::Release);
        let usage = self.sampler.take().and_then(|s| s.join().ok()).unwrap_or_default();
        let mut recording = shared.recorder.finish(load_end, over);
        recording.started_at_ns = shared.clock.unix_origin;
        recording.broken = shared.broken().clone();
        recording.interrupted = (stopped && recording.broken.is_none()).then_some(load_end as f64 / 1e9);
        recording.resources = usage.resources;
        debug_assert!(holds(&recording), "accounting does not add up: {:?}", recording.accounting);
        if !holds(&recording) {
            recording.broken.get_or_insert_with(|| {
                format!("scalec's own accounting does not add up ({:?}); please report this as a bug", recording.accounting)
            });
        }
        recording
    }
}

/// The identities that every run must hold.
fn holds(recording: &Recording) -> bool {
    recording.target_accounting.iter().chain([&recording.accounting]).all(|a| a.planned == a.sent + a.not_sent && a.sent == a.acked + a.failed + a.unknown)
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Dropped without `finish`: nothing may go on by itself.
        self.shared.stop();
        self.shared.finished.store(true, Ordering::Release);
    }
}
