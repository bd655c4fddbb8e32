//! Takes down what is sent and answered while a test runs, a target at a time, and turns it into a [`Recording`].
//!
//! Two sides a target, each behind a lock that is taken once a burst or a batch: what is sent (by the pacer), and what is answered (by the driver).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::histogram::Histogram;
use super::slices::{self, Slices};
use super::timeline::{NOT_YET, SliceKey, Timeline};
use super::{Accounting, DistributionSlice, GeneratorVerdict, Pacing, PhaseRecord, Recording, SeriesKey};

const SECOND: u64 = 1_000_000_000;

/// One sent within 10 ms of its time counts as on time (the contract of `rate_error_ratio`).
const ON_TIME: u64 = 10_000_000;

/// Later than this a record was not part of the load of its moment: ten times what counts as on time, and above the hiccups of a
/// healthy virtual machine.
const BEHIND: u64 = 100_000_000;

/// The share of a second's records that may be behind before that second is called limited.
const BEHIND_SHARE: f64 = 0.05;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere must not hide what was measured so far.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was due and what became of it, of one second of one phase.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    phase: u32,
    second: u32,
    due: u32,
    not_sent: u32,
    /// More than [`BEHIND`] late, because the client's buffer was full, or for our own reasons.
    behind_target: u32,
    behind_generator: u32,
}

/// One record's hand-over. Times in nanoseconds from the start of the test.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub phase: usize,
    pub intended: u64,
    pub at: u64,
    /// Of the payload.
    pub bytes: usize,
    /// It was delayed by a full buffer of the client, itself or in the queue behind one.
    pub held_back: bool,
}

/// The side of the pacer. Records come in the order of their intended times.
pub struct SendSide {
    timeline: Arc<Timeline>,
    lateness: Slices,
    live_lateness: Histogram,
    key: SliceKey,
    key_phase: usize,
    key_until: u64,
    tallies: Vec<Tally>,
    /// By second of the send; of its intended time where it was on time.
    sent_in: Vec<u32>,
    phases: Vec<PhaseRecord>,
    /// When the load ends, once that is known.
    load_end: u64,
    sent_after_end: u64,
    due: u64,
    sent: u64,
    not_sent: u64,
    bytes: u64,
}

impl SendSide {
    fn new(timeline: Arc<Timeline>) -> SendSide {
        SendSide {
            lateness: Slices::default(),
            live_lateness: Histogram::default(),
            key: SliceKey { interval: 0, part: 0 },
            key_phase: 0,
            key_until: 0,
            tallies: Vec::new(),
            sent_in: Vec::new(),
            phases: vec![PhaseRecord::default(); timeline.phases()],
            load_end: NOT_YET,
            sent_after_end: 0,
            due: 0,
            sent: 0,
            not_sent: 0,
            bytes: 0,
            timeline,
        }
    }

    fn tally(&mut self, phase: usize, intended: u64) -> &mut Tally {
        let wanted = (phase as u32, (intended / SECOND) as u32);
        // In order, but for a stop that books what was left of a burst: then it is near the end.
        let found = self.tallies.iter().rposition(|t| (t.phase, t.second) == wanted);
        let at = found.unwrap_or_else(|| {
            self.tallies.push(Tally { phase: wanted.0, second: wanted.1, ..Tally::default() });
            self.tallies.len() - 1
        });
        &mut self.tallies[at]
    }

    pub fn sent(&mut self, record: &Sent) {
        let lateness = record.at.saturating_sub(record.intended);
        if record.phase != self.key_phase || record.intended >= self.key_until {
            (self.key, self.key_until) = self.timeline.slice(record.intended, record.phase, self.timeline.slice_length());
            self.key_phase = record.phase;
        }
        self.lateness.record(self.key, lateness);
        self.live_lateness.record(lateness);
        let tally = self.tally(record.phase, record.intended);
        tally.due += 1;
        if lateness > BEHIND {
            if record.held_back {
                tally.behind_target += 1;
            } else {
                tally.behind_generator += 1;
            }
        }
        let second = (if lateness <= ON_TIME { record.intended } else { record.at } / SECOND) as usize;
        if second >= self.sent_in.len() {
            self.sent_in.resize(second + 1, 0);
        }
        self.sent_in[second] += 1;
        if lateness > ON_TIME && record.at > self.load_end {
            self.sent_after_end += 1;
        }
        if let Some(phase) = self.phases.get_mut(record.phase) {
            phase.planned += 1;
            phase.sent += 1;
            phase.bytes += record.bytes as u64;
        }
        self.due += 1;
        self.sent += 1;
        self.bytes += record.bytes as u64;
    }

    /// `count` records of about this intended time were due and not sent.
    pub fn not_sent(&mut self, phase: usize, intended: u64, count: u64, held_back: bool) {
        let n = u32::try_from(count).unwrap_or(u32::MAX);
        let tally = self.tally(phase, intended);
        tally.due += n;
        tally.not_sent += n;
        if held_back {
            tally.behind_target += n;
        }
        if let Some(phase) = self.phases.get_mut(phase) {
            phase.planned += count;
        }
        self.due += count;
        self.not_sent += count;
    }

    /// Tells when the load ends, once the last phase's end is known.
    pub fn load_ends(&mut self, at: u64) {
        self.load_end = at;
    }
}

/// The side of the driver.
pub struct AckSide {
    timeline: Arc<Timeline>,
    latency: Slices,
    service_time: Slices,
    live_latency: Histogram,
    live_service: Histogram,
    key: SliceKey,
    phase: usize,
    key_from: u64,
    key_until: u64,
    phases: Vec<u64>,
    acked: u64,
    failed: u64,
    errors: BTreeMap<String, u64>,
}

/// More kinds of error than this are counted as one: memory is bounded, whatever a target answers.
const MOST_KINDS: usize = 64;

impl AckSide {
    fn new(timeline: Arc<Timeline>) -> AckSide {
        AckSide {
            latency: Slices::default(),
            service_time: Slices::default(),
            live_latency: Histogram::default(),
            live_service: Histogram::default(),
            key: SliceKey { interval: 0, part: 0 },
            phase: 0,
            key_from: 1,
            key_until: 0,
            phases: vec![0; timeline.phases()],
            acked: 0,
            failed: 0,
            errors: BTreeMap::new(),
            timeline,
        }
    }

    /// Nanoseconds from the start of the test.
    #[inline]
    pub fn acked(&mut self, intended: u64, sent: u64, at: u64) {
        if intended < self.key_from || intended >= self.key_until {
            self.locate(intended);
        }
        let (latency, service) = (at.saturating_sub(intended), at.saturating_sub(sent));
        self.latency.record(self.key, latency);
        self.service_time.record(self.key, service);
        self.live_latency.record(latency);
        self.live_service.record(service);
        if let Some(n) = self.phases.get_mut(self.phase) {
            *n += 1;
        }
        self.acked += 1;
    }

    #[cold]
    fn locate(&mut self, intended: u64) {
        self.phase = self.timeline.phase_at(intended, self.phase);
        (self.key, self.key_until) = self.timeline.slice(intended, self.phase, self.timeline.slice_length());
        self.key_from = intended;
        if self.timeline.start_of(self.phase + 1).is_none() && self.phase + 1 < self.timeline.phases() {
            // The next phase may begin within this slice and nobody knows when: look again each time.
            self.key_until = intended + 1;
        }
    }

    pub fn failed(&mut self, kind: &str, count: u64) {
        self.failed += count;
        let kind = if self.errors.contains_key(kind) || self.errors.len() < MOST_KINDS { kind } else { "other" };
        match self.errors.get_mut(kind) {
            Some(n) => *n += count,
            None => {
                self.errors.insert(kind.to_string(), count);
            }
        }
    }
}

/// Both sides of one target.
pub struct TargetRecorder {
    send: Mutex<SendSide>,
    ack: Mutex<AckSide>,
    /// The sampler waits for the side of the pacer; a pacer under full load would take its lock again at once.
    wanted: AtomicBool,
    /// Answers so far, readable without a lock.
    answered: AtomicU64,
}

impl TargetRecorder {
    fn new(timeline: &Arc<Timeline>) -> TargetRecorder {
        TargetRecorder {
            send: Mutex::new(SendSide::new(Arc::clone(timeline))),
            ack: Mutex::new(AckSide::new(Arc::clone(timeline))),
            wanted: AtomicBool::new(false),
            answered: AtomicU64::new(0),
        }
    }

    /// For one burst; not to be held while waiting.
    pub fn sending(&self) -> MutexGuard<'_, SendSide> {
        let mut patience = 1_000;
        while self.wanted.load(Ordering::Relaxed) && patience > 0 {
            std::thread::yield_now();
            patience -= 1;
        }
        lock(&self.send)
    }

    /// For one batch of answers.
    pub fn answering(&self) -> MutexGuard<'_, AckSide> {
        lock(&self.ack)
    }

    pub fn note_answers(&self, count: u64) {
        self.answered.fetch_add(count, Ordering::Relaxed);
    }

    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }
}

/// Counts of one target so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub due: u64,
    pub sent: u64,
    pub not_sent: u64,
    pub bytes: u64,
    pub acked: u64,
    pub failed: u64,
}

impl Totals {
    fn add(&mut self, other: &Totals) {
        self.due += other.due;
        self.sent += other.sent;
        self.not_sent += other.not_sent;
        self.bytes += other.bytes;
        self.acked += other.acked;
        self.failed += other.failed;
    }
}

/// What one stretch of about a second brought: for the live display, alerts and aborts.
#[derive(Clone, Debug, Default)]
pub struct Interval {
    /// Seconds from the start of the test.
    pub from: f64,
    pub to: f64,
    /// By canonical name: `sent_rate`, `clicks.acked` ….
    pub values: Vec<(String, f64)>,
    /// What was answered (`lateness`: sent) in it: `latency`, `clicks.latency`, `service_time`, `lateness`.
    pub distributions: Vec<(String, DistributionSlice)>,
    /// Median and 99th percentile of the test's latency, 99th of its lateness, in seconds; 0 where nothing was answered.
    pub latency_p50: f64,
    pub latency_p99: f64,
    pub lateness_p99: f64,
}

struct Sampler {
    /// The end of the last stretch, and when the counts were really read for it.
    at: u64,
    read: u64,
    previous: Vec<Totals>,
    series: BTreeMap<SeriesKey, Vec<(f64, f64)>>,
}

pub struct Recorder {
    names: Vec<String>,
    pub timeline: Arc<Timeline>,
    targets: Vec<Arc<TargetRecorder>>,
    sampler: Mutex<Sampler>,
}

/// Prefixes of a target's series: none for the test itself.
fn series_name(target: Option<&str>, name: &str) -> String {
    target.map_or_else(|| name.to_string(), |t| format!("{t}.{name}"))
}

impl Recorder {
    /// One name a target.
    pub fn new(names: Vec<String>, timeline: Arc<Timeline>) -> Recorder {
        let targets = names.iter().map(|_| Arc::new(TargetRecorder::new(&timeline))).collect();
        let previous = vec![Totals::default(); names.len()];
        Recorder { names, timeline, targets, sampler: Mutex::new(Sampler { at: 0, read: 0, previous, series: BTreeMap::new() }) }
    }

    pub fn target(&self, target: usize) -> Arc<TargetRecorder> {
        Arc::clone(&self.targets[target])
    }

    /// Closes the stretch since the last call. `nominal` is where it should have been closed, `now` when it is; nanoseconds.
    /// `load` tells whether the load ran in it (rates of sending end with it).
    pub fn sample(&self, nominal: u64, now: u64, load: bool) -> Interval {
        let mut sampler = lock(&self.sampler);
        let mut interval = Interval { from: sampler.at as f64 / 1e9, to: nominal as f64 / 1e9, ..Interval::default() };
        if nominal <= sampler.at {
            return interval;
        }
        // Rates refer to the stretch that was really counted: the sampler may be late.
        let read = nominal.max(now);
        let length = read.saturating_sub(sampler.read) as f64 / 1e9;
        (sampler.at, sampler.read) = (nominal, read);
        let (mut all, mut before) = (Totals::default(), Totals::default());
        let mut merged = [Histogram::default(), Histogram::default(), Histogram::default()];
        for (index, target) in self.targets.iter().enumerate() {
            let mut totals = Totals::default();
            let mut live = [Histogram::default(), Histogram::default(), Histogram::default()];
            target.wanted.store(true, Ordering::Relaxed);
            {
                let mut send = lock(&target.send);
                target.wanted.store(false, Ordering::Relaxed);
                (totals.due, totals.sent, totals.not_sent, totals.bytes) = (send.due, send.sent, send.not_sent, send.bytes);
                std::mem::swap(&mut live[2], &mut send.live_lateness);
            }
            {
                let mut ack = lock(&target.ack);
                totals.acked = ack.acked;
                totals.failed = ack.failed;
                std::mem::swap(&mut live[0], &mut ack.live_latency);
                std::mem::swap(&mut live[1], &mut ack.live_service);
            }
            let last = std::mem::replace(&mut sampler.previous[index], totals);
            let name = Some(self.names[index].as_str());
            values(&mut interval, name, &totals, &last, length);
            distributions(&mut interval, name, &live);
            all.add(&totals);
            before.add(&last);
            for (sum, one) in merged.iter_mut().zip(&live) {
                sum.merge(one);
            }
        }
        values(&mut interval, None, &all, &before, length);
        distributions(&mut interval, None, &merged);
        interval.latency_p50 = merged[0].quantile(0.5) as f64 / 1e9;
        interval.latency_p99 = merged[0].quantile(0.99) as f64 / 1e9;
        interval.lateness_p99 = merged[2].quantile(0.99) as f64 / 1e9;
        for (name, value) in &interval.values {
            let rate = name.ends_with("_rate") || name.ends_with(".ratio");
            // Built from the schedule at the end: `offered_rate`, `planned`.
            if name.ends_with("offered_rate") || name.ends_with("planned") || (rate && !load && !name.ends_with("acked_rate") && !name.ends_with(".ratio")) {
                continue;
            }
            // A rate holds from the start of its stretch, a count from the end.
            let at = if rate { interval.from } else { interval.to };
            let samples = sampler.series.entry(SeriesKey::plain(name.as_str())).or_default();
            if samples.is_empty() && !rate {
                samples.push((0.0, 0.0));
            }
            samples.push((at, *value));
        }
        interval
    }

    pub fn totals(&self) -> Totals {
        let mut all = Totals::default();
        for totals in &lock(&self.sampler).previous {
            all.add(totals);
        }
        all
    }

    /// Everything that was measured, after the last answer. `load_end` and `now` in nanoseconds from the start of the test.
    pub fn finish(&self, load_end: u64, now: u64) -> Recording {
        // The sampler may have been told to end before it closed the last stretch of the load.
        self.sample(load_end, now.max(load_end), true);
        self.sample(now.max(load_end), now.max(load_end), false);
        let mut recording = Recording { duration: now as f64 / 1e9, load_end: load_end as f64 / 1e9, time_scale: 1.0, ..Recording::default() };
        recording.phases = slices::phase_records(&self.timeline, load_end);
        recording.series = std::mem::take(&mut lock(&self.sampler).series);
        let mut sends: Vec<MutexGuard<'_, SendSide>> = self.targets.iter().map(|t| lock(&t.send)).collect();
        let mut acks: Vec<MutexGuard<'_, AckSide>> = self.targets.iter().map(|t| lock(&t.ack)).collect();
        for (send, ack) in sends.iter().zip(&acks) {
            let failed = ack.failed;
            let one = Accounting {
                planned: send.due,
                sent: send.sent,
                not_sent: send.not_sent,
                acked: ack.acked,
                failed,
                unknown: send.sent.saturating_sub(ack.acked + failed),
            };
            recording.target_accounting.push(one);
            let sum = &mut recording.accounting;
            sum.planned += one.planned;
            sum.sent += one.sent;
            sum.not_sent += one.not_sent;
            sum.acked += one.acked;
            sum.failed += one.failed;
            sum.unknown += one.unknown;
            for (kind, count) in &ack.errors {
                *recording.errors.entry(kind.clone()).or_default() += count;
            }
            for (phase, (sent, acked)) in recording.phases.iter_mut().zip(send.phases.iter().zip(&ack.phases)) {
                phase.planned += sent.planned;
                phase.sent += sent.sent;
                phase.bytes += sent.bytes;
                phase.acked += acked;
            }
        }
        self.distributions(&mut recording, &mut sends, &mut acks);
        self.schedule_series(&mut recording, &sends, load_end);
        finals(&mut recording, &self.names);
        limits(&mut recording, &sends);
        recording.pacing = pacing(&sends, load_end);
        recording
    }

    fn distributions(&self, recording: &mut Recording, sends: &mut [MutexGuard<'_, SendSide>], acks: &mut [MutexGuard<'_, AckSide>]) {
        let timeline = &self.timeline;
        let mut add = |name: &str, of: Vec<&BTreeMap<SliceKey, super::histogram::Sparse>>| {
            for (target, slices) in self.names.iter().zip(&of) {
                recording.distributions.insert(series_name(Some(target), name), slices::export(slices, timeline));
            }
            recording.distributions.insert(name.to_string(), slices::export(&slices::sum(of), timeline));
        };
        add("lateness", sends.iter_mut().map(|s| s.lateness.settle()).collect());
        add("latency", acks.iter_mut().map(|a| a.latency.settle()).collect());
        add("service_time", acks.iter_mut().map(|a| a.service_time.settle()).collect());
    }

    /// `offered_rate` and `planned`, from what was due, whenever it was sent.
    fn schedule_series(&self, recording: &mut Recording, sends: &[MutexGuard<'_, SendSide>], load_end: u64) {
        // Every second of every phase, with or without records.
        let mut cells: BTreeMap<(u64, u64), Vec<u64>> = BTreeMap::new();
        let mut index: BTreeMap<(u32, u32), (u64, u64)> = BTreeMap::new();
        for phase in 0..self.timeline.phases() {
            let Some(start) = self.timeline.start_of(phase) else { continue };
            let end = self.timeline.end_of(phase).unwrap_or(load_end).min(load_end);
            let mut from = start;
            while from < end {
                let to = ((from / SECOND + 1) * SECOND).min(end);
                cells.insert((from, to), vec![0; sends.len()]);
                index.insert((phase as u32, (from / SECOND) as u32), (from, to));
                from = to;
            }
        }
        for (target, send) in sends.iter().enumerate() {
            for tally in &send.tallies {
                if let Some(cell) = index.get(&(tally.phase, tally.second)).and_then(|at| cells.get_mut(at)) {
                    cell[target] += u64::from(tally.due);
                }
            }
        }
        let mut names: Vec<Option<&str>> = self.names.iter().map(|n| Some(n.as_str())).collect();
        names.push(None);
        for (column, name) in names.into_iter().enumerate() {
            let (mut rates, mut planned, mut sum) = (Vec::new(), vec![(0.0, 0.0)], 0u64);
            for ((from, to), due) in &cells {
                let due = due.get(column).copied().unwrap_or_else(|| due.iter().sum());
                sum += due;
                let (from, to) = (*from as f64 / 1e9, *to as f64 / 1e9);
                rates.push((from, due as f64 / (to - from)));
                planned.push((to, sum as f64));
            }
            recording.series.insert(SeriesKey::plain(series_name(name, "offered_rate")), rates);
            recording.series.insert(SeriesKey::plain(series_name(name, "planned")), planned);
        }
    }
}

fn values(interval: &mut Interval, target: Option<&str>, now: &Totals, before: &Totals, length: f64) {
    let rate = |a: u64, b: u64| a.saturating_sub(b) as f64 / length.max(1e-9);
    let answered = (now.acked + now.failed).saturating_sub(before.acked + before.failed);
    let failed = now.failed.saturating_sub(before.failed);
    let of = [
        ("offered_rate", rate(now.due, before.due)),
        ("sent_rate", rate(now.sent, before.sent)),
        ("acked_rate", rate(now.acked, before.acked)),
        ("bytes_rate", rate(now.bytes, before.bytes)),
        ("planned", now.due as f64),
        ("sent", now.sent as f64),
        ("not_sent", now.not_sent as f64),
        ("acked", now.acked as f64),
        ("failed", now.failed as f64),
        ("errors.ratio", if answered == 0 { 0.0 } else { failed as f64 / answered as f64 }),
    ];
    interval.values.extend(of.map(|(name, value)| (series_name(target, name), value)));
}

fn distributions(interval: &mut Interval, target: Option<&str>, live: &[Histogram; 3]) {
    for (name, histogram) in ["latency", "service_time", "lateness"].into_iter().zip(live) {
        let slice = histogram.sparse().slice(interval.from, interval.to);
        interval.distributions.push((series_name(target, name), slice));
    }
}

fn finals(recording: &mut Recording, names: &[String]) {
    let each = names.iter().map(|n| Some(n.as_str())).zip(recording.target_accounting.iter().copied());
    for (target, a) in each.chain([(None, recording.accounting)]) {
        let answered = a.acked + a.failed;
        let ratio = if answered == 0 { 0.0 } else { a.failed as f64 / answered as f64 };
        let of = [
            ("planned", a.planned as f64),
            ("sent", a.sent as f64),
            ("not_sent", a.not_sent as f64),
            ("acked", a.acked as f64),
            ("failed", a.failed as f64),
            ("errors.ratio", ratio),
        ];
        recording.finals.extend(of.map(|(name, value)| (series_name(target, name), value)));
    }
}

/// Seconds in which many records left late, and whose doing that was.
fn limits(recording: &mut Recording, sends: &[MutexGuard<'_, SendSide>]) {
    let mut seconds: BTreeMap<(u32, u32), (u64, u64, u64)> = BTreeMap::new();
    for tally in sends.iter().flat_map(|s| &s.tallies) {
        let sum = seconds.entry((tally.second, tally.phase)).or_default();
        sum.0 += u64::from(tally.due);
        sum.1 += u64::from(tally.behind_generator);
        sum.2 += u64::from(tally.behind_target);
    }
    for ((second, phase), (due, generator, target)) in seconds {
        let share = |n: u64| n as f64 / due.max(1) as f64;
        let verdict = if share(generator) > BEHIND_SHARE {
            GeneratorVerdict::GeneratorLimited
        } else if share(target) > BEHIND_SHARE {
            GeneratorVerdict::TargetLimited
        } else {
            continue;
        };
        if verdict == GeneratorVerdict::GeneratorLimited {
            let (from, to) = (f64::from(second), f64::from(second) + 1.0);
            match recording.generator_limited.last_mut() {
                Some(last) if last.1 >= from => last.1 = to,
                _ => recording.generator_limited.push((from, to)),
            }
        }
        let worse = |old: &mut GeneratorVerdict| {
            if *old != GeneratorVerdict::GeneratorLimited {
                *old = verdict;
            }
        };
        worse(&mut recording.generator);
        if let Some(phase) = recording.phases.get_mut(phase as usize) {
            worse(&mut phase.generator);
        }
    }
}

fn pacing(sends: &[MutexGuard<'_, SendSide>], load_end: u64) -> Pacing {
    let (mut due, mut sent) = (0u64, 0u64);
    let whole = (load_end / SECOND) as usize;
    let mut seconds = vec![(0u64, 0u64); whole];
    for send in sends {
        due += send.due;
        sent += send.sent - send.sent_after_end;
        for tally in &send.tallies {
            if let Some(second) = seconds.get_mut(tally.second as usize) {
                second.0 += u64::from(tally.due);
            }
        }
        for (second, n) in seconds.iter_mut().zip(&send.sent_in) {
            second.1 += u64::from(*n);
        }
    }
    rate_errors(due, sent, &seconds)
}

/// `seconds`: (due, sent) of each whole second. A second in which nothing was due has no ratio.
fn rate_errors(due: u64, sent: u64, seconds: &[(u64, u64)]) -> Pacing {
    let error = |due: u64, sent: u64| if due == 0 { 0.0 } else { sent as f64 / due as f64 - 1.0 };
    Pacing {
        rate_error_ratio: error(due, sent),
        worst_second_error_ratio: seconds.iter().map(|&(due, sent)| error(due, sent).abs()).fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn recorder(phases: &[(u64, u64)]) -> Recorder {
        let end = phases.last().map_or(0, |p| p.1);
        let timeline = Arc::new(Timeline::new(phases.len(), 0, end));
        for (i, (from, to)) in phases.iter().enumerate() {
            timeline.begin(i, *from);
            timeline.end(i, *to);
        }
        Recorder::new(vec!["clicks".into()], timeline)
    }

    fn send(side: &mut SendSide, phase: usize, intended: u64, late: u64) {
        side.sent(&Sent { phase, intended, at: intended + late, bytes: 100, held_back: false });
    }

    #[test]
    fn identities_hold_and_counts_are_exact() {
        let recorder = recorder(&[(0, SECOND), (SECOND, 2 * SECOND)]);
        let target = recorder.target(0);
        {
            let mut side = target.sending();
            side.load_ends(2 * SECOND);
            for k in 0..2_000u64 {
                let intended = k * MS;
                if k % 100 == 99 {
                    side.not_sent((k / 1_000) as usize, intended, 1, true);
                } else {
                    send(&mut side, (k / 1_000) as usize, intended, 20_000);
                }
            }
        }
        {
            let mut acks = target.answering();
            for k in (0..2_000u64).filter(|k| k % 100 != 99) {
                match k % 100 {
                    0 => acks.failed("message timed out", 1),
                    1 => {}
                    _ => acks.acked(k * MS, k * MS + 20_000, k * MS + 500_000),
                }
            }
        }
        recorder.sample(SECOND, SECOND + 300_000, true);
        let recording = recorder.finish(2 * SECOND, 2 * SECOND + 100 * MS);
        let a = recording.accounting;
        assert_eq!((a.planned, a.sent, a.not_sent), (2_000, 1_980, 20));
        assert_eq!((a.acked, a.failed, a.unknown), (1_940, 20, 20));
        assert_eq!(a.planned, a.sent + a.not_sent);
        assert_eq!(a.sent, a.acked + a.failed + a.unknown);
        assert_eq!(recording.target_accounting, [a]);
        assert_eq!(recording.errors["message timed out"], 20);
        assert_eq!(recording.phases.iter().map(|p| (p.planned, p.sent, p.acked)).collect::<Vec<_>>(), [(1_000, 990, 970), (1_000, 990, 970)]);
        let counts = |name: &str| recording.distributions[name].iter().map(|s| s.buckets.iter().map(|b| b.1).sum::<u64>()).collect::<Vec<_>>();
        assert_eq!(counts("latency"), [970, 970]);
        assert_eq!(counts("clicks.lateness"), [990, 990]);
        assert_eq!(recording.series[&SeriesKey::plain("offered_rate")], [(0.0, 1_000.0), (1.0, 1_000.0)]);
        assert_eq!(recording.series[&SeriesKey::plain("clicks.planned")], [(0.0, 0.0), (1.0, 1_000.0), (2.0, 2_000.0)]);
        assert_eq!(recording.finals["clicks.acked"], 1_940.0);
    }

    #[test]
    fn what_leaves_within_ten_milliseconds_is_on_time() {
        let recorder = recorder(&[(0, 2 * SECOND)]);
        {
            let target = recorder.target(0);
            let mut side = target.sending();
            side.load_ends(2 * SECOND);
            for k in 0..200u64 {
                // The last of each second leave just within, or just over, ten milliseconds late.
                send(&mut side, 0, k * 10 * MS, if k == 99 { 10 * MS } else if k == 199 { 10 * MS + 1 } else { 0 });
            }
        }
        let pacing = recorder.finish(2 * SECOND, 2 * SECOND).pacing;
        assert!((pacing.rate_error_ratio + 1.0 / 200.0).abs() < 1e-12);
        assert!((pacing.worst_second_error_ratio - 1.0 / 100.0).abs() < 1e-12);
    }

    #[test]
    fn a_stall_shows_in_its_seconds_and_is_made_up_in_the_whole() {
        let recorder = recorder(&[(0, 3 * SECOND)]);
        {
            let target = recorder.target(0);
            let mut side = target.sending();
            side.load_ends(3 * SECOND);
            for k in 0..3_000u64 {
                // Nothing leaves in the last half of the first second.
                let stalled = (500..1_000).contains(&k);
                send(&mut side, 0, k * MS, if stalled { (1_050 - k) * MS } else { 0 });
            }
        }
        let recording = recorder.finish(3 * SECOND, 3 * SECOND);
        assert_eq!(recording.pacing.rate_error_ratio, 0.0);
        assert!((recording.pacing.worst_second_error_ratio - 0.5).abs() < 1e-12);
        assert_eq!(recording.generator, GeneratorVerdict::GeneratorLimited);
        assert_eq!(recording.generator_limited, [(0.0, 1.0)]);
    }

    #[test]
    fn a_full_buffer_is_the_targets_limit() {
        let recorder = recorder(&[(0, SECOND)]);
        {
            let target = recorder.target(0);
            let mut side = target.sending();
            for k in 0..1_000u64 {
                side.sent(&Sent { phase: 0, intended: k * MS, at: k * MS + 200 * MS, bytes: 1, held_back: true });
            }
        }
        let recording = recorder.finish(SECOND, SECOND);
        assert_eq!(recording.generator, GeneratorVerdict::TargetLimited);
        assert!(recording.generator_limited.is_empty());
    }

    #[test]
    fn live_stretches_carry_rates_and_latency() {
        let recorder = recorder(&[(0, 2 * SECOND)]);
        let target = recorder.target(0);
        for k in 0..500u64 {
            send(&mut target.sending(), 0, k * 2 * MS, 0);
            target.answering().acked(k * 2 * MS, k * 2 * MS, k * 2 * MS + 3 * MS);
        }
        let interval = recorder.sample(SECOND, SECOND, true);
        let value = |name: &str| interval.values.iter().find(|v| v.0 == name).map(|v| v.1);
        assert_eq!((value("sent_rate"), value("clicks.acked_rate"), value("errors.ratio")), (Some(500.0), Some(500.0), Some(0.0)));
        assert!((interval.latency_p99 - 0.003).abs() < 0.00001);
        assert_eq!(recorder.totals().acked, 500);
    }

    #[test]
    fn kinds_of_error_are_bounded() {
        let recorder = recorder(&[(0, SECOND)]);
        for i in 0..1_000 {
            recorder.target(0).answering().failed(&format!("kind {i}"), 1);
        }
        let recording = recorder.finish(SECOND, SECOND);
        assert_eq!(recording.errors.len(), MOST_KINDS + 1);
        assert_eq!(recording.errors.values().sum::<u64>(), 1_000);
    }
}
