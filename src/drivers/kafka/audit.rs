//! Reads back what a run has written, while it runs, and compares identities: what is missing, double, out of order or damaged.

use super::watermarks::{Reach, Topic, Watermarks};
use crate::drivers::ledger::{Findings, Ledger};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Headers, Message};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A reader at work.
pub struct Auditor {
    thread: Option<JoinHandle<Findings>>,
    finish: Arc<AtomicBool>,
    abandon: Arc<AtomicBool>,
    /// Distinct identities so far.
    pub delivered: Arc<AtomicU64>,
}

/// Nothing new for this long, with records outstanding, ends the reading.
const PATIENCE: Duration = Duration::from_secs(20);

impl Auditor {
    /// Starts at the present end of the topics. `run_id` tells this run's records from others.
    pub fn start(config: &ClientConfig, topic: Topic, run_id: &str) -> Result<Auditor, String> {
        let ends = Watermarks::new(config, vec![topic.clone()])?;
        let begin = ends.read(Duration::from_secs(10))?;
        let mut config = config.clone();
        config
            .set("group.id", "scalec-audit")
            .set("enable.auto.commit", "false")
            .set("fetch.wait.max.ms", "10")
            .set("queued.max.messages.kbytes", "32768");
        let consumer: BaseConsumer = config.create().map_err(|e| format!("cannot read `{}` back: {e}", topic.0))?;
        let mut assignment = TopicPartitionList::new();
        for reach in &begin {
            assignment
                .add_partition_offset(&reach.topic, reach.partition, Offset::Offset(reach.high))
                .map_err(|e| format!("cannot read `{}` back: {e}", topic.0))?;
        }
        consumer.assign(&assignment).map_err(|e| format!("cannot read `{}` back: {e}", topic.0))?;
        let (finish, abandon, delivered) =
            (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let reader = Reader {
            consumer,
            ends,
            next: begin.iter().map(|r| (r.partition, r.high)).collect(),
            ledger: Ledger::new(run_id),
            delivered: delivered.clone(),
        };
        let (f, a) = (finish.clone(), abandon.clone());
        let thread = std::thread::Builder::new()
            .name("audit".into())
            .spawn(move || reader.run(&f, &a))
            .map_err(|e| format!("cannot start a thread: {e}"))?;
        Ok(Auditor { thread: Some(thread), finish, abandon, delivered })
    }

    /// Reads to the end of what is written now, and tells what it found.
    pub fn finish(mut self) -> Findings {
        self.finish.store(true, Ordering::Relaxed);
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(findings)) => findings,
            _ => Findings { problem: Some("the reader stopped unexpectedly".into()), ..Findings::default() },
        }
    }
}

impl Auditor {
    /// Stops reading where it is.
    pub fn give_up(mut self) -> Findings {
        self.abandon.store(true, Ordering::Relaxed);
        let mut findings = self.thread.take().and_then(|t| t.join().ok()).unwrap_or_default();
        findings.problem.get_or_insert_with(|| "it was gone before all could be read back".into());
        findings
    }
}

impl Drop for Auditor {
    fn drop(&mut self) {
        self.abandon.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Reader {
    consumer: BaseConsumer,
    ends: Watermarks,
    next: HashMap<i32, i64>,
    ledger: Ledger,
    delivered: Arc<AtomicU64>,
}

impl Reader {
    fn run(mut self, finish: &AtomicBool, abandon: &AtomicBool) -> Findings {
        let mut goal: Option<Vec<Reach>> = None;
        let mut give_up: Option<Instant> = None;
        let mut last_news = Instant::now();
        while !abandon.load(Ordering::Relaxed) {
            if goal.is_none() && finish.load(Ordering::Relaxed) {
                match self.ends.read(Duration::from_secs(5)) {
                    Ok(ends) => goal = Some(ends),
                    // Where a broker has just died, its partitions have no leader for a while.
                    Err(_) if Instant::now() < *give_up.get_or_insert_with(|| Instant::now() + PATIENCE) => {
                        std::thread::sleep(Duration::from_millis(100));
                    }
                    Err(why) => {
                        self.ledger.findings.problem = Some(why);
                        break;
                    }
                }
                last_news = Instant::now();
            }
            if let Some(goal) = &goal
                && goal.iter().all(|r| self.next.get(&r.partition).copied().unwrap_or(0) >= r.high)
            {
                break;
            }
            if self.read_one() {
                last_news = Instant::now();
            } else if let Some(goal) = &goal
                && last_news.elapsed() > PATIENCE
            {
                let left: i64 = goal.iter().map(|r| (r.high - self.next.get(&r.partition).copied().unwrap_or(0)).max(0)).sum();
                self.ledger.findings.problem = Some(format!("{left} records could not be read back within {} s", PATIENCE.as_secs()));
                break;
            }
        }
        self.ledger.close()
    }

    fn read_one(&mut self) -> bool {
        let Some(Ok(message)) = self.consumer.poll(Duration::from_millis(20)) else { return false };
        let (partition, offset) = (message.partition(), message.offset());
        let expected = self.next.insert(partition, offset + 1).unwrap_or(offset);
        self.ledger.findings.dropped += (offset - expected).max(0) as u64;
        let identity = message.headers().and_then(|headers| headers.iter().find(|h| h.key == "scalec").and_then(|h| h.value));
        // Without the header it is nobody's of ours: other writers may share the topic.
        let Some(identity) = identity else { return true };
        let empty = message.payload().is_none_or(<[u8]>::is_empty);
        self.ledger.enter(identity, message.key(), empty);
        self.delivered.store(self.ledger.delivered(), Ordering::Relaxed);
        true
    }
}
