//! One thread a target that sends each record at its time: absolute deadlines on the monotonic clock, open loop.
//!
//! While it waits it generates the next records ahead, a few; where a core is spare it spins through the last stretch of a wait, else it wakes on ticks and
//! sends what is due. A target that takes nothing never holds up another: each has a pacer, and each walks the whole schedule.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Shared;
use super::ahead::{Ahead, Helpers, Prepared};
use super::schedule::Flood;
use crate::drivers::{Driver, Submit};
use crate::metrics::recorder::{AckSide, SendSide, Sent, TargetRecorder};
use std::sync::MutexGuard;

/// Records of one burst, in which the recorder's lock is kept.
const BURST: u32 = 256;

/// A look at the clock serves this many records where several are due at once.
const GLANCE: u32 = 8;

/// Without a spare core, records that follow each other faster than this are sent in bursts.
const TICK: u64 = 500_000;

/// A sleep is cut into pieces of this length, so that an interrupt is heeded.
const NAP: u64 = 20_000_000;

/// A record this late is given up: the generator cannot keep up at all, and a run must end.
const HOPELESS: u64 = 60_000_000_000;

/// In flight during a flood: it is a closed loop.
const FLOOD_WINDOW: u64 = 65_536;

pub struct Pacer {
    pub index: usize,
    pub shared: Arc<Shared>,
    pub driver: Arc<dyn Driver>,
    pub recorder: Arc<TargetRecorder>,
    /// Where one core cannot generate what this target is to get.
    pub helpers: Option<Helpers>,
}

/// What a burst holds.
struct Burst<'a> {
    recorder: &'a TargetRecorder,
    send: Option<MutexGuard<'a, SendSide>>,
    ack: Option<MutexGuard<'a, AckSide>>,
    answers: u64,
    left: u32,
}

impl<'a> Burst<'a> {
    fn new(recorder: &'a TargetRecorder) -> Burst<'a> {
        Burst { recorder, send: None, ack: None, answers: 0, left: BURST }
    }

    fn send(&mut self) -> &mut SendSide {
        let recorder = self.recorder;
        self.send.get_or_insert_with(|| recorder.sending())
    }

    fn ack(&mut self) -> &mut AckSide {
        let recorder = self.recorder;
        self.ack.get_or_insert_with(|| recorder.answering())
    }

    fn end(&mut self) {
        self.send = None;
        self.ack = None;
        if self.answers > 0 {
            self.recorder.note_answers(self.answers);
            self.answers = 0;
        }
        self.left = BURST;
    }
}

/// How the last stretch of a wait is spent, and what became of it.
struct Waiting {
    /// Worst overshoot of a sleep lately.
    overshoot: u64,
    last_wake: u64,
    /// Records sent, and those over a millisecond late for our own reasons, since the last look.
    seen: u32,
    late: u32,
    look_at: u64,
    /// Spinning did not pay: ticks until then.
    ticks_until: u64,
    penalty: u64,
}

impl Waiting {
    fn note(&mut self, lateness: u64, now: u64, spins: bool) {
        self.seen += 1;
        self.late += u32::from(lateness > 1_000_000);
        if now < self.look_at {
            return;
        }
        self.look_at = now + 250_000_000;
        if spins && self.late * 50 > self.seen {
            self.penalty = (self.penalty * 2).clamp(1_000_000_000, 32_000_000_000);
            self.ticks_until = now + self.penalty;
        } else if self.late == 0 && now > self.ticks_until {
            self.penalty /= 2;
        }
        (self.seen, self.late) = (0, 0);
    }
}

enum Woken {
    At(u64),
    Stopped,
}

impl Pacer {
    pub fn run(mut self) {
        let helpers = self.helpers.take();
        precise_sleeps();
        let copies = self.shared.schedule.copies(self.index);
        let mut state = Sending {
            pacer: &self,
            copies,
            helpers,
            burst: Burst::new(&self.recorder),
            waiting: Waiting { overshoot: 60_000, last_wake: 0, seen: 0, late: 0, look_at: 0, ticks_until: 0, penalty: 0 },
            held_until: 0,
            glances: 0,
            now: 0,
        };
        while !self.shared.clock.started() {
            self.shared.clock.sleep_until(0);
        }
        for phase in 0..self.shared.schedule.phases() {
            let went = match self.shared.schedule.flood(phase) {
                Some(flood) => state.flood(phase, flood),
                None => state.paced(phase),
            };
            state.burst.end();
            if !went {
                return;
            }
        }
        let end = self.shared.load_end.load(Ordering::Acquire);
        let _ = state.wait(end);
    }
}

struct Sending<'a> {
    pacer: &'a Pacer,
    copies: Vec<u64>,
    helpers: Option<Helpers>,
    burst: Burst<'a>,
    waiting: Waiting,
    /// When the client's buffer was last seen full.
    held_until: u64,
    glances: u32,
    now: u64,
}

impl Sending<'_> {
    /// False where the run was stopped in it.
    fn paced(&mut self, phase: usize) -> bool {
        let pacer = self.pacer;
        let shared = &*pacer.shared;
        let window = shared.gate.window(&shared.schedule, phase);
        if let Some(end) = shared.load_end_known() {
            self.burst.send().load_ends(end);
            self.burst.end();
        }
        let copies = std::mem::take(&mut self.copies);
        let items = shared.schedule.items(phase).filter(|item| copies[item.send] > 0);
        let mut helpers = self.helpers.take();
        let mut ahead = Ahead::new(shared, items, window, helpers.as_mut());
        let mut went = true;
        'records: while let Some(intended) = ahead.front().map(|p| p.intended) {
            if self.now < intended {
                self.now = shared.clock.now();
                self.glances = 0;
                while self.now < intended {
                    if ahead.work() {
                        self.now = shared.clock.now();
                        continue;
                    }
                    match self.wait(intended) {
                        Woken::At(now) => self.now = now,
                        Woken::Stopped => {
                            went = false;
                            break 'records;
                        }
                    }
                }
            } else if self.glances >= GLANCE {
                self.now = shared.clock.now();
                self.glances = 0;
            }
            let Some(prepared) = ahead.front() else { break };
            if !self.hand_over(phase, prepared, &copies) {
                went = false;
                break;
            }
            ahead.pop();
            self.glances += 1;
            self.burst.left -= 1;
            if self.burst.left == 0 {
                self.burst.end();
                if shared.stopped() {
                    went = false;
                    break;
                }
            }
        }
        // Waiting for a helper ends with a stop, too.
        if !went || shared.stopped() {
            // What was due by the moment of the stop, and did not go.
            let stop = shared.stop_at();
            ahead.rest(|item, intended| {
                if intended <= stop {
                    let held_back = intended <= self.held_until;
                    self.burst.send().not_sent(phase, intended, copies[item.send] * (1 + u64::from(item.twin)), held_back);
                }
                intended <= stop
            });
            self.burst.end();
            went = false;
        } else {
            drop(ahead);
        }
        self.helpers = helpers;
        self.copies = copies;
        went
    }

    /// All copies of a record. False where the run was stopped before the first went.
    fn hand_over(&mut self, phase: usize, prepared: &Prepared, copies: &[u64]) -> bool {
        let Some(item) = prepared.item else { return true };
        let all = copies[item.send] * (1 + u64::from(item.twin));
        for done in 0..all {
            if !self.hand_one(phase, prepared) {
                if done > 0 {
                    // The stop books whole records: this one's other copies are booked here.
                    self.burst.send().not_sent(phase, prepared.intended, all - done, true);
                }
                // Else it is booked with the rest.
                return done > 0;
            }
        }
        true
    }

    /// Sends, or books as not sent what the client's full buffer kept back for too long. False where the run was stopped meanwhile.
    fn hand_one(&mut self, phase: usize, prepared: &Prepared) -> bool {
        let pacer = self.pacer;
        let intended = prepared.intended;
        if self.now.saturating_sub(intended) > HOPELESS {
            let held_back = intended <= self.held_until;
            self.burst.send().not_sent(phase, intended, 1, held_back);
            return true;
        }
        loop {
            let at = self.now.max(intended);
            let record = prepared.record(intended, at);
            match pacer.driver.submit(&record) {
                Submit::Full => {
                    self.burst.end();
                    pacer.driver.make_room();
                    self.now = pacer.shared.clock.now();
                    self.held_until = self.now;
                    if self.now.saturating_sub(intended) > pacer.shared.hold_back {
                        self.burst.send().not_sent(phase, intended, 1, true);
                        return true;
                    }
                    if pacer.shared.stopped() {
                        return false;
                    }
                }
                taken => {
                    self.book(phase, intended, at, prepared.scratch.payload.len(), taken);
                    return true;
                }
            }
        }
    }

    fn book(&mut self, phase: usize, intended: u64, at: u64, bytes: usize, taken: Submit) {
        let held_back = intended <= self.held_until;
        self.burst.send().sent(&Sent { phase, intended, at, bytes, held_back });
        if !held_back {
            let spins = self.pacer.may_spin();
            self.waiting.note(at - intended, at, spins);
        }
        match taken {
            Submit::Acked => {
                self.burst.ack().acked(intended, at, at);
                self.burst.answers += 1;
            }
            Submit::Failed(kind) => {
                self.burst.ack().failed(&kind, 1);
                self.burst.answers += 1;
            }
            Submit::Queued | Submit::Full => {}
        }
    }

    /// As fast as the target takes them: closed loop, latencies start at the send.
    fn flood(&mut self, phase: usize, flood: Flood) -> bool {
        let pacer = self.pacer;
        let shared = &*pacer.shared;
        let stopped = || shared.stopped();
        self.burst.end();
        let planned = shared.gate.window(&shared.schedule, phase).start;
        if let Woken::Stopped = self.wait(planned) {
            return false;
        }
        let begin = |_: &mut i64| shared.recorder.timeline.begin(phase, super::schedule::whole_unit(shared.clock.now().max(planned)));
        if !shared.gate.together(stopped, begin) {
            return false;
        }
        let start = shared.recorder.timeline.start_of(phase).unwrap_or(planned);
        let copies = self.copies.clone();
        let mut prepared = Prepared::default();
        self.now = shared.clock.now().max(start);
        for (j, item) in shared.schedule.items(phase).enumerate().filter(|(_, item)| copies[item.send] > 0) {
            if j % 64 == 0 {
                while pacer.driver.unanswered() >= FLOOD_WINDOW && !stopped() {
                    self.burst.end();
                    pacer.driver.make_room();
                    self.glances = GLANCE;
                }
            }
            if self.glances >= GLANCE || flood.interval > 0.0 {
                self.now = shared.clock.now().max(start);
                self.glances = 0;
            }
            self.glances += 1;
            let due = start + (j as f64 * flood.interval) as u64;
            if self.now < due {
                match self.wait(due) {
                    Woken::At(now) => self.now = now,
                    Woken::Stopped => return false,
                }
            }
            prepared.fill(shared, item, self.now);
            for _ in 0..copies[item.send] * (1 + u64::from(item.twin)) {
                loop {
                    match pacer.driver.submit(&prepared.record(self.now, self.now)) {
                        Submit::Full => {
                            self.burst.end();
                            pacer.driver.make_room();
                            self.now = shared.clock.now();
                            if stopped() {
                                return false;
                            }
                        }
                        taken => {
                            self.book(phase, self.now, self.now, prepared.scratch.payload.len(), taken);
                            break;
                        }
                    }
                }
            }
            self.burst.left -= 1;
            if self.burst.left == 0 {
                self.burst.end();
                if stopped() {
                    return false;
                }
            }
        }
        self.burst.end();
        while pacer.driver.unanswered() > 0 && !stopped() {
            std::thread::sleep(Duration::from_micros(200));
        }
        shared.gate.together(stopped, |shift| {
            let end = super::schedule::whole_unit(shared.clock.now());
            shared.recorder.timeline.end(phase, end);
            *shift = end as i64 - shared.schedule.planned_span(phase).1 as i64;
        }) && {
            shared.open(phase + 1);
            // All must know the new times before any goes on.
            shared.gate.together(stopped, |_| {})
        }
    }

    fn wait(&mut self, until: u64) -> Woken {
        self.burst.end();
        let pacer = self.pacer;
        let shared = &*pacer.shared;
        let mut now = shared.clock.now();
        loop {
            if now >= until {
                return Woken::At(now);
            }
            if shared.stopped() {
                return Woken::Stopped;
            }
            let spins = self.pacer.may_spin() && now >= self.waiting.ticks_until;
            let tail = if spins { (self.waiting.overshoot + self.waiting.overshoot / 4).clamp(60_000, 250_000) } else { 0 };
            let left = until - now;
            if spins && left <= tail {
                let from = now;
                while now < until {
                    for _ in 0..16 {
                        std::hint::spin_loop();
                    }
                    now = shared.clock.now();
                }
                shared.spun.fetch_add(now - from, Ordering::Relaxed);
            } else {
                let target = if spins { until - tail } else { until.max(self.waiting.last_wake + TICK) };
                let target = target.min(now + NAP);
                shared.clock.sleep_until(target);
                now = shared.clock.now();
                let over = now.saturating_sub(target).min(1_000_000);
                self.waiting.overshoot = over.max(self.waiting.overshoot - self.waiting.overshoot / 64);
                self.waiting.last_wake = now;
            }
        }
    }
}

impl Pacer {
    fn may_spin(&self) -> bool {
        self.index < self.shared.spinners.load(Ordering::Relaxed)
    }
}

/// Linux may wake a thread up to 50 µs late to save power; not this one.
fn precise_sleeps() {
    #[cfg(target_os = "linux")]
    // SAFETY: sets a property of the calling thread.
    unsafe {
        libc::prctl(libc::PR_SET_TIMERSLACK, 1 as libc::c_ulong);
    }
}
