//! Reads back what a run has written, while it runs, and compares identities: what is missing, double, out of order or damaged.

use super::watermarks::{Reach, Topic, Watermarks};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Headers, Message};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What was read back of one target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Distinct identities.
    pub delivered: u64,
    /// Records read beyond the first of their identity.
    pub repeated: u64,
    /// Records that come after a later one of the same key.
    pub reordered: u64,
    /// Records of this run whose identity cannot be read.
    pub corrupted: u64,
    /// Records that the broker had dropped before they were read: the other figures are then too low.
    pub dropped: u64,
    /// Why not everything could be read.
    pub problem: Option<String>,
}

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
            run_id: run_id.as_bytes().to_vec(),
            seen: Seen::default(),
            last_of_key: HashMap::new(),
            findings: Findings::default(),
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
    run_id: Vec<u8>,
    seen: Seen,
    /// By a hash of the key: the largest sequence number so far.
    last_of_key: HashMap<u64, u64>,
    findings: Findings,
    delivered: Arc<AtomicU64>,
}

/// More keys than this are not watched for order (32 bytes each).
const MOST_KEYS: usize = 8_000_000;

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
                        self.findings.problem = Some(why);
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
                self.findings.problem = Some(format!("{left} records could not be read back within {} s", PATIENCE.as_secs()));
                break;
            }
        }
        self.findings.delivered = self.seen.distinct;
        self.findings
    }

    fn read_one(&mut self) -> bool {
        let Some(Ok(message)) = self.consumer.poll(Duration::from_millis(20)) else { return false };
        let (partition, offset) = (message.partition(), message.offset());
        let expected = self.next.insert(partition, offset + 1).unwrap_or(offset);
        self.findings.dropped += (offset - expected).max(0) as u64;
        let identity = message.headers().and_then(|headers| headers.iter().find(|h| h.key == "scalec").and_then(|h| h.value));
        // Without the header it is nobody's of ours: other writers may share the topic.
        let Some(identity) = identity else { return true };
        match sequence_of(identity, &self.run_id) {
            Identity::Other => {}
            Identity::Unreadable => self.findings.corrupted += 1,
            Identity::Ours(sequence) => {
                if message.payload().is_none_or(<[u8]>::is_empty) {
                    self.findings.corrupted += 1;
                }
                if !self.seen.insert(sequence) {
                    self.findings.repeated += 1;
                } else {
                    self.delivered.store(self.seen.distinct, Ordering::Relaxed);
                    if let Some(key) = message.key()
                        && !in_order(&mut self.last_of_key, key, sequence)
                    {
                        self.findings.reordered += 1;
                    }
                }
            }
        }
        true
    }
}

/// Whether this is the latest of its key so far.
fn in_order(last_of_key: &mut HashMap<u64, u64>, key: &[u8], sequence: u64) -> bool {
    use std::hash::{Hash, Hasher};
    let mut hasher = std::hash::DefaultHasher::new();
    key.hash(&mut hasher);
    let hash = hasher.finish();
    let room = last_of_key.len() < MOST_KEYS;
    match last_of_key.get_mut(&hash) {
        Some(last) if sequence < *last => return false,
        Some(last) => *last = sequence,
        None if room => {
            last_of_key.insert(hash, sequence);
        }
        None => {}
    }
    true
}

enum Identity {
    Ours(u64),
    Other,
    Unreadable,
}

/// `<run id>:<sequence number>:<intended ns>`
fn sequence_of(identity: &[u8], run_id: &[u8]) -> Identity {
    let Some(rest) = identity.strip_prefix(run_id).and_then(|rest| rest.strip_prefix(b":")) else {
        return if identity.iter().filter(|b| **b == b':').count() == 2 { Identity::Other } else { Identity::Unreadable };
    };
    let number = rest.split(|b| *b == b':').next().and_then(|n| std::str::from_utf8(n).ok()).and_then(|n| n.parse().ok());
    number.map_or(Identity::Unreadable, Identity::Ours)
}

/// A set of sequence numbers: pages of bits, full pages forgotten but for their mark. Memory follows what is still open, not what was read.
#[derive(Default)]
struct Seen {
    pages: HashMap<u64, Box<Page>>,
    full: std::collections::HashSet<u64>,
    distinct: u64,
}

const PAGE: u64 = 1 << 15;

struct Page {
    bits: [u64; (PAGE / 64) as usize],
    count: u64,
}

impl Seen {
    /// False where it was there already.
    fn insert(&mut self, number: u64) -> bool {
        let (page, bit) = (number / PAGE, number % PAGE);
        if self.full.contains(&page) {
            return false;
        }
        let slot = self.pages.entry(page).or_insert_with(|| Box::new(Page { bits: [0; (PAGE / 64) as usize], count: 0 }));
        let Some(word) = slot.bits.get_mut((bit / 64) as usize) else { return false };
        let mask = 1 << (bit % 64);
        if *word & mask != 0 {
            return false;
        }
        *word |= mask;
        slot.count += 1;
        self.distinct += 1;
        if slot.count == PAGE {
            self.pages.remove(&page);
            self.full.insert(page);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_sequence_numbers_forgets_nothing_when_a_page_is_full() {
        let mut seen = Seen::default();
        assert!((0..3 * PAGE).rev().all(|n| seen.insert(n)));
        assert!((0..3 * PAGE).all(|n| !seen.insert(n)));
        assert_eq!((seen.distinct, seen.pages.len(), seen.full.len()), (3 * PAGE, 0, 3));
    }

    #[test]
    fn identities_of_other_runs_are_told_from_damaged_ones() {
        assert!(matches!(sequence_of(b"abc:17:1764000000000000000", b"abc"), Identity::Ours(17)));
        assert!(matches!(sequence_of(b"abd:17:1764000000000000000", b"abc"), Identity::Other));
        assert!(matches!(sequence_of(b"abc:x:1", b"abc"), Identity::Unreadable));
        assert!(matches!(sequence_of(b"rubbish", b"abc"), Identity::Unreadable));
    }
}
