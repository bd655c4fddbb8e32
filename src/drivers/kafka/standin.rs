//! A stand-in for a pipeline: a consumer that takes exactly the declared capacity. What it could have taken while nothing was there is not saved up,
//! as in the fluid model of the prediction.

use super::watermarks::{Topic, Watermarks};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Message;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What a stand-in is told.
#[derive(Clone, Debug)]
pub struct Settings {
    pub pipeline: String,
    pub topics: Vec<Topic>,
    /// Records a second; `None` takes all that comes.
    pub capacity: Option<f64>,
    /// Micro-batches: what is there at a trigger is taken, at the capacity; the rest waits for the next trigger.
    pub trigger: Option<Duration>,
}

/// What others may see of a stand-in while it works.
#[derive(Debug, Default)]
pub struct Progress {
    /// Records taken and done with.
    pub processed: AtomicU64,
    /// Records that the broker had dropped before they could be read.
    pub dropped: AtomicU64,
    stop: AtomicBool,
}

pub struct StandIn {
    progress: Arc<Progress>,
    thread: Option<JoinHandle<()>>,
}

/// Idle capacity is carried for this long, so that the pauses between fetches cost nothing.
const CARRY: f64 = 0.02;

impl StandIn {
    /// Starts to read from where the topics begin now.
    pub fn start(config: &ClientConfig, settings: Settings) -> Result<StandIn, String> {
        let mut config = config.clone();
        config
            .set("group.id", format!("scalec-{}", settings.pipeline))
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "false")
            // An empty fetch waits all of this at the broker inside.
            .set("fetch.wait.max.ms", "10")
            .set("queued.max.messages.kbytes", "16384");
        let consumer: BaseConsumer =
            config.create().map_err(|e| format!("cannot start the stand-in for `{}`: {e}", settings.pipeline))?;
        let ends = Watermarks::new(&config, settings.topics.clone())?;
        let mut assignment = TopicPartitionList::new();
        for reach in ends.read(Duration::from_secs(10))? {
            assignment
                .add_partition_offset(&reach.topic, reach.partition, Offset::Offset(reach.high))
                .map_err(|e| format!("cannot assign `{}` to the stand-in: {e}", reach.topic))?;
        }
        consumer.assign(&assignment).map_err(|e| format!("cannot start the stand-in for `{}`: {e}", settings.pipeline))?;
        let progress = Arc::new(Progress::default());
        let shared = progress.clone();
        let thread = std::thread::Builder::new()
            .name(format!("standin-{}", settings.pipeline))
            .spawn(move || Reader { consumer, ends, settings, progress: shared, next: HashMap::new() }.run())
            .map_err(|e| format!("cannot start a thread: {e}"))?;
        Ok(StandIn { progress, thread: Some(thread) })
    }

    /// Behind other stand-ins: takes what they have put out (records processed × records written per record read), without a topic between.
    pub fn start_behind(upstream: Vec<(Arc<Progress>, f64)>, settings: Settings) -> Result<StandIn, String> {
        let progress = Arc::new(Progress::default());
        let shared = progress.clone();
        let thread = std::thread::Builder::new()
            .name(format!("standin-{}", settings.pipeline))
            .spawn(move || follow(&upstream, &settings, &shared))
            .map_err(|e| format!("cannot start a thread: {e}"))?;
        Ok(StandIn { progress, thread: Some(thread) })
    }

    pub fn progress(&self) -> Arc<Progress> {
        self.progress.clone()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.progress.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Records that those upstream have put out.
pub fn put_out(upstream: &[(Arc<Progress>, f64)]) -> u64 {
    upstream.iter().map(|(progress, yields)| (progress.processed.load(Ordering::Relaxed) as f64 * yields) as u64).sum()
}

fn follow(upstream: &[(Arc<Progress>, f64)], settings: &Settings, progress: &Progress) {
    let mut budget = Budget::new(settings.capacity);
    let mut due = Instant::now();
    while !progress.stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(5));
        budget.accrue();
        if settings.trigger.is_some() && Instant::now() < due {
            continue;
        }
        let there = put_out(upstream).saturating_sub(progress.processed.load(Ordering::Relaxed));
        let takes = budget.available_for(there);
        progress.processed.fetch_add(takes, Ordering::Relaxed);
        if takes == there {
            budget.idle();
            due += settings.trigger.unwrap_or_default();
        }
    }
}

struct Reader {
    consumer: BaseConsumer,
    ends: Watermarks,
    settings: Settings,
    progress: Arc<Progress>,
    /// By topic and partition: the offset that comes next.
    next: HashMap<(String, i32), i64>,
}

impl Reader {
    fn run(mut self) {
        match self.settings.trigger {
            Some(trigger) => self.batches(trigger),
            None => self.stream(),
        }
    }

    fn stopped(&self) -> bool {
        self.progress.stop.load(Ordering::Relaxed)
    }

    fn stream(&mut self) {
        let mut budget = Budget::new(self.settings.capacity);
        while !self.stopped() {
            budget.accrue();
            if !budget.allows() {
                std::thread::sleep(budget.until_next().min(Duration::from_millis(2)));
                continue;
            }
            if self.take(Duration::from_millis(5)) {
                budget.spend();
                self.progress.processed.fetch_add(1, Ordering::Relaxed);
            } else {
                budget.idle();
            }
        }
    }

    fn batches(&mut self, trigger: Duration) {
        let mut due = Instant::now() + trigger;
        while !self.stopped() {
            let now = Instant::now();
            if now < due {
                std::thread::sleep((due - now).min(Duration::from_millis(20)));
                continue;
            }
            let Ok(reach) = self.ends.read(Duration::from_secs(5)) else { continue };
            let there: i64 = reach
                .iter()
                .map(|r| r.high - self.next.get(&(r.topic.clone(), r.partition)).copied().unwrap_or(r.low).max(r.low))
                .sum();
            let mut budget = Budget::new(self.settings.capacity);
            let mut taken = 0;
            let mut patience = Instant::now() + Duration::from_secs(5);
            while taken < there && !self.stopped() && Instant::now() < patience {
                budget.accrue();
                if !budget.allows() {
                    std::thread::sleep(budget.until_next().min(Duration::from_millis(2)));
                    patience = Instant::now() + Duration::from_secs(5);
                } else if self.take(Duration::from_millis(5)) {
                    budget.spend();
                    taken += 1;
                    self.progress.processed.fetch_add(1, Ordering::Relaxed);
                    patience = Instant::now() + Duration::from_secs(5);
                }
            }
            // A batch that outlives its trigger is followed at once; otherwise the raster is kept.
            let now = Instant::now();
            while due <= now {
                due += trigger;
            }
            if taken > 0 && budget.spent_for() > trigger {
                due = now;
            }
        }
    }

    /// Takes one record, if one comes within the wait.
    fn take(&mut self, wait: Duration) -> bool {
        match self.consumer.poll(wait) {
            Some(Ok(message)) => {
                let (topic, partition, offset) = (message.topic().to_owned(), message.partition(), message.offset());
                drop(message);
                let expected = self.next.insert((topic, partition), offset + 1);
                if let Some(gap) = expected.map(|e| offset - e).filter(|gap| *gap > 0) {
                    self.progress.dropped.fetch_add(gap as u64, Ordering::Relaxed);
                }
                true
            }
            Some(Err(_)) | None => false,
        }
    }
}

/// Capacity that accrues with time and is spent on records.
struct Budget {
    per_second: Option<f64>,
    available: f64,
    since: Instant,
    started: Instant,
}

impl Budget {
    fn new(per_second: Option<f64>) -> Budget {
        Budget { per_second, available: 0.0, since: Instant::now(), started: Instant::now() }
    }
    fn accrue(&mut self) {
        let now = Instant::now();
        if let Some(rate) = self.per_second {
            self.available += rate * (now - self.since).as_secs_f64();
        }
        self.since = now;
    }
    fn allows(&self) -> bool {
        self.per_second.is_none() || self.available >= 1.0
    }
    fn spend(&mut self) {
        self.available -= 1.0;
    }
    fn idle(&mut self) {
        if let Some(rate) = self.per_second {
            self.available = self.available.min((rate * CARRY).max(1.0));
        }
    }
    /// Spends on as many of these as it can.
    fn available_for(&mut self, records: u64) -> u64 {
        if self.per_second.is_none() {
            return records;
        }
        let takes = records.min(self.available.max(0.0) as u64);
        self.available -= takes as f64;
        takes
    }
    fn until_next(&self) -> Duration {
        match self.per_second {
            Some(rate) if rate > 0.0 => Duration::from_secs_f64(((1.0 - self.available) / rate).clamp(0.0, 1.0)),
            _ => Duration::from_millis(2),
        }
    }
    fn spent_for(&self) -> Duration {
        self.started.elapsed()
    }
}
