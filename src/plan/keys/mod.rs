//! Which keys an event writes and how often, which partition each of them goes to, and so what share of the records the busiest one gets.
//!
//! The most frequent keys are told one by one and hashed as the client hashes them; what is left is so much and so rare that it spreads evenly.
//! Pure and bounded: a check takes milliseconds.

mod distribution;
mod partition;
mod pattern;

pub use distribution::{Distribution, of_generator};
pub use partition::{Hash, Partitioner};

use super::{Event, Generator, Key};
use num_traits::ToPrimitive;

/// As many keys are told one by one. Of a million users by Zipf's law with exponent 1.1 the 16 384 busiest make five sixths of the records, and what is
/// left deviates from even by less than a tenth of a percent a partition.
pub const MOST: usize = 16_384;

/// The keys of one event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys {
    /// As they are written: plain text.
    pub of: Distribution,
    /// Share of the records without a key: they are spread evenly.
    pub none: f64,
}

/// The generator of a field of another event, for `recent(event.field, n)`.
pub type Fields<'e> = dyn Fn(&str, &str) -> Option<&'e Generator> + 'e;

impl Keys {
    /// Nothing is known of them.
    pub fn unknown() -> Keys {
        Keys { of: Distribution::unknown(), none: 0.0 }
    }

    /// At most `most` of them one by one.
    pub fn of(event: &Event, most: usize, fields: &Fields<'_>) -> Keys {
        let (generator, null) = match &event.key {
            None => return Keys { of: Distribution::default(), none: 1.0 },
            Some(Key::Generator(own)) => (own, 0.0),
            Some(Key::Field(index)) => match event.fields.get(*index) {
                Some(field) => (&field.generator, field.null.to_f64().unwrap_or(0.0)),
                None => return Keys { of: Distribution::unknown(), none: 0.0 },
            },
        };
        if matches!(generator, Generator::Null) {
            return Keys { of: Distribution::default(), none: 1.0 };
        }
        Keys { of: of_generator(generator, most, fields).scaled(1.0 - null), none: null }
    }

    /// How many different keys there are, where they are few enough to be told one by one and there is no record without one.
    pub fn few(&self) -> Option<usize> {
        (self.none <= 0.0 && self.of.rest <= 0.0 && self.of.unknown <= 0.0).then_some(self.of.told.len())
    }

    /// The share of the records that each of `n` partitions gets. What nothing is known of is left out: the sum is then less than 1.
    pub fn shares(&self, partitioner: Partitioner, n: u32) -> Vec<f64> {
        let mut shares = vec![0.0; n as usize];
        let mut even = self.none + self.of.rest;
        for (key, share) in &self.of.told {
            match partitioner.hash(key.as_bytes()).map(|hash| hash.slot(n)).and_then(|slot| shares.get_mut(slot as usize)) {
                Some(slot) => *slot += share,
                None => even += share,
            }
        }
        let each = even / f64::from(n.max(1));
        shares.iter_mut().for_each(|share| *share += each);
        shares
    }
}

#[cfg(test)]
mod tests;
