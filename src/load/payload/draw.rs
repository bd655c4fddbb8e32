//! Which event of a mix a record is.

use super::random::{Random, chance};
use crate::plan::{EventId, SendId};
use crate::units::Exact;
use num_traits::ToPrimitive;

/// The events of one `send`, drawn by seed: the event of record `k` depends on the seed, the send and `k` alone.
#[derive(Clone, Debug)]
pub struct Draw {
    /// (up to this word, event), ascending.
    upto: Vec<(u64, EventId)>,
    seed: u64,
    lane: u64,
}

impl Draw {
    /// `events`: probabilities that sum to 1.
    pub fn new(events: &[(Exact, EventId)], seed: u64, send: SendId) -> Draw {
        let total: f64 = events.iter().filter_map(|(p, _)| p.to_f64()).sum();
        let mut sum = 0.0;
        let mut upto: Vec<(u64, EventId)> = events
            .iter()
            .map(|(p, event)| {
                sum += p.to_f64().unwrap_or(0.0) / total.max(f64::MIN_POSITIVE);
                (chance(sum), *event)
            })
            .collect();
        if let Some(last) = upto.last_mut() {
            last.0 = u64::MAX;
        }
        Draw { upto, seed, lane: 0x5EED + send as u64 }
    }

    #[inline]
    pub fn event(&self, k: u64) -> EventId {
        if let [(_, only)] = self.upto.as_slice() {
            return *only;
        }
        let word = Random::of_lane(self.seed, self.lane, k).next();
        let at = if self.upto.len() <= 8 {
            self.upto.iter().position(|(upto, _)| word <= *upto)
        } else {
            Some(self.upto.partition_point(|(upto, _)| *upto < word))
        };
        at.and_then(|i| self.upto.get(i)).map_or(0, |(_, event)| *event)
    }
}
