//! Identities that were read back from a target, entered one by one: what is there, double, out of order or damaged.

use std::collections::{HashMap, HashSet};

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

/// What has been read back of one run.
pub struct Ledger {
    run_id: Vec<u8>,
    seen: Seen,
    /// By a hash of the key: the largest sequence number so far.
    last_of_key: HashMap<u64, u64>,
    pub findings: Findings,
}

impl Ledger {
    /// `run_id` tells this run's records from others.
    pub fn new(run_id: &str) -> Ledger {
        Ledger { run_id: run_id.as_bytes().to_vec(), seen: Seen::default(), last_of_key: HashMap::new(), findings: Findings::default() }
    }

    /// One record, in the order of the target.
    pub fn enter(&mut self, identity: &[u8], key: Option<&[u8]>, empty: bool) {
        match sequence_of(identity, &self.run_id) {
            Identity::Other => {}
            Identity::Unreadable => self.findings.corrupted += 1,
            Identity::Ours(sequence) => {
                if empty {
                    self.findings.corrupted += 1;
                }
                if !self.seen.insert(sequence) {
                    self.findings.repeated += 1;
                } else if let Some(key) = key
                    && !in_order(&mut self.last_of_key, key, sequence)
                {
                    self.findings.reordered += 1;
                }
            }
        }
    }

    /// Distinct identities so far.
    pub fn delivered(&self) -> u64 {
        self.seen.distinct
    }

    pub fn close(mut self) -> Findings {
        self.findings.delivered = self.seen.distinct;
        self.findings
    }
}

/// More keys than this are not watched for order (32 bytes each).
const MOST_KEYS: usize = 8_000_000;

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
    full: HashSet<u64>,
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
