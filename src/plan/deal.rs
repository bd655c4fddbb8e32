//! Records are *dealt* over the sends of a phase by share, so that the counts are exact; inside a mix, events are drawn.
//!
//! A group of sends with n records gives its first half ⌊n·p⌋ of them and the other half the rest, p being the first half's share of the group; record i
//! goes to the first half where ⌊(i+1)·p⌋ > ⌊i·p⌋. So the order is even, every count is within a record or two of n × share (exact where that is whole), and
//! the send of record j can be told without dealing those before it.
//!
//! Intended duplicates (`duplicate = 0.1%`) are dealt the same way over the records that a send gets in a phase: ⌊n·d⌋ of n are sent twice, d being the
//! share that the send's mix expects, Σ pₑ·dₑ. Which event such a record holds is then drawn by the weights pₑ·dₑ, and of every other record by
//! pₑ·(1 − dₑ): every event keeps its share of the traffic, and only events that declare duplicates are duplicated.

use super::{EventId, Phase, Send, SendId, Share, Test};
use crate::units::Exact;
use num_traits::{One, ToPrimitive, Zero};

/// How one phase's records are dealt.
#[derive(Clone, Debug)]
pub struct Deal {
    sends: Vec<SendId>,
    twins: Vec<Portion>,
    dealer: Dealer,
}

/// What record j of a phase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dealt {
    pub send: SendId,
    /// Its number among the records that the send gets in this phase, from 0.
    pub index: u64,
    /// It is sent a second time, on purpose.
    pub twin: bool,
}

impl Deal {
    /// Over the sends with a share of what the phase offers. `None` where there is none.
    pub fn of(test: &Test, phase: &Phase) -> Option<Deal> {
        let shared = |&id: &SendId| match test.sends.get(id)?.share {
            Share::Of(share) => Some((id, share)),
            Share::Rate(_) => None,
        };
        let (sends, shares): (Vec<SendId>, Vec<Exact>) = phase.sends.iter().filter_map(shared).unzip();
        let twins = sends.iter().filter_map(|&id| test.sends.get(id)).map(|send| Portion::new(duplicate_share(test, send))).collect();
        if sends.is_empty() { None } else { Some(Deal { sends, twins, dealer: Dealer::new(&shares) }) }
    }

    /// Record `j` of the phase, from 0.
    #[inline]
    pub fn record(&self, j: u64) -> Dealt {
        let (slot, index) = self.dealer.deal(j);
        let twin = self.twins.get(slot).is_some_and(|t| t.takes(index));
        Dealt { send: self.sends.get(slot).copied().unwrap_or(0), index, twin }
    }

    /// Of `n` records of the phase: each send's, and how many of those are sent twice.
    pub fn counts(&self, n: u64) -> Vec<(SendId, u64, u64)> {
        let counts = self.dealer.counts(n);
        self.sends.iter().zip(counts).zip(&self.twins).map(|((&send, n), twins)| (send, n, twins.of(n))).collect()
    }
}

/// The share of a send's records that are sent twice.
pub fn duplicate_share(test: &Test, send: &Send) -> Exact {
    send.events.iter().fold(Exact::zero(), |sum, (weight, event)| sum + *weight * duplicates(test, *event))
}

/// Weights by which the event of a record is drawn, given whether the record is one that is sent twice. They sum to 1 unless nothing can be drawn.
pub fn weights(test: &Test, send: &Send, twin: bool) -> Vec<(Exact, EventId)> {
    let share = duplicate_share(test, send);
    let all = if twin { share } else { Exact::one() - share };
    let part = |(weight, event): &(Exact, EventId)| {
        let twins = duplicates(test, *event);
        let own = if twin { twins } else { Exact::one() - twins };
        (if all.is_zero() { Exact::zero() } else { *weight * own / all }, *event)
    };
    if share.is_zero() && !twin { send.events.clone() } else { send.events.iter().map(part).filter(|(w, _)| !w.is_zero()).collect() }
}

fn duplicates(test: &Test, event: EventId) -> Exact {
    test.events.get(event).and_then(|e| e.duplicate).unwrap_or_else(Exact::zero)
}

/// Deals numbers over slots by relative shares.
#[derive(Clone, Debug)]
pub struct Dealer {
    root: Node,
    slots: usize,
}

#[derive(Clone, Debug)]
enum Node {
    Slot(usize),
    Split { first: Portion, left: Box<Node>, right: Box<Node> },
}

impl Dealer {
    /// Shares are relative; at least one must be above 0 (else the last slot gets everything).
    pub fn new(shares: &[Exact]) -> Dealer {
        Dealer { root: Node::new(shares, 0), slots: shares.len() }
    }

    /// The slot of number `j`, and its number among those of that slot.
    #[inline]
    pub fn deal(&self, mut j: u64) -> (usize, u64) {
        let mut node = &self.root;
        loop {
            match node {
                Node::Slot(slot) => return (*slot, j),
                Node::Split { first, left, right } => {
                    let before = first.of(j);
                    if first.of(j + 1) > before {
                        (node, j) = (left, before);
                    } else {
                        (node, j) = (right, j - before);
                    }
                }
            }
        }
    }

    /// How many of `n` each slot gets.
    pub fn counts(&self, n: u64) -> Vec<u64> {
        let mut counts = vec![0; self.slots];
        self.root.count(n, &mut counts);
        counts
    }
}

impl Node {
    fn new(shares: &[Exact], from: usize) -> Node {
        if shares.len() <= 1 {
            return Node::Slot(from);
        }
        let (left, right) = shares.split_at(shares.len() / 2);
        let sum = |s: &[Exact]| s.iter().fold(Exact::zero(), |a, b| a + b);
        let (a, b) = (sum(left), sum(right));
        let first = if (a + b).is_zero() { Portion::new(Exact::zero()) } else { Portion::new(a / (a + b)) };
        Node::Split { first, left: Box::new(Node::new(left, from)), right: Box::new(Node::new(right, from + left.len())) }
    }

    fn count(&self, n: u64, counts: &mut [u64]) {
        match self {
            Node::Slot(slot) => {
                if let Some(count) = counts.get_mut(*slot) {
                    *count = n;
                }
            }
            Node::Split { first, left, right } => {
                let taken = first.of(n);
                left.count(taken, counts);
                right.count(n - taken, counts);
            }
        }
    }
}

/// A share between 0 and 1, ready to be taken of whole numbers.
#[derive(Clone, Copy, Debug)]
pub struct Portion {
    of: u64,
    from: u64,
}

impl Portion {
    pub fn new(share: Exact) -> Portion {
        let share = share.max(Exact::zero()).min(Exact::one());
        match (share.numer().to_u64(), share.denom().to_u64()) {
            (Some(of), Some(from)) => Portion { of, from },
            // Beyond 64 bits: the nearest 2^-62, which no count that fits a run can tell apart.
            _ => {
                let from = 1u64 << 62;
                let shift = share.denom().ilog2().saturating_sub(63);
                let (n, d) = (*share.numer() >> shift, (*share.denom() >> shift).max(1));
                Portion { of: ((n.unsigned_abs() * u128::from(from)) / d.unsigned_abs()).min(u128::from(from)) as u64, from }
            }
        }
    }

    /// ⌊n × share⌋
    #[inline]
    pub fn of(&self, n: u64) -> u64 {
        match n.checked_mul(self.of) {
            Some(product) => product / self.from,
            None => (u128::from(n) * u128::from(self.of) / u128::from(self.from)) as u64,
        }
    }

    /// Whether number `i` (from 0) is one of those taken: ⌊n × share⌋ of any first n are.
    #[inline]
    pub fn takes(&self, i: u64) -> bool {
        self.of != 0 && self.of(i + 1) > self.of(i)
    }
}
