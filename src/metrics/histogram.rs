//! A histogram of nanoseconds with 256 buckets an octave (a value is off by at most 0.2 %), dense while in use, sparse when kept.

use crate::metrics::DistributionSlice;

/// Buckets an octave: 2^8.
const BITS: u32 = 8;
const SUB: usize = 1 << BITS;
/// 2^42 ns are 73 minutes; longer values count in the last bucket, their exact maximum is kept beside.
const LARGEST: u64 = (1 << 42) - 1;
const BUCKETS: usize = (42 - BITS as usize + 1) * SUB;

fn bucket(value: u64) -> usize {
    let value = value.min(LARGEST);
    if value < SUB as u64 {
        return value as usize;
    }
    // The leading bit stands at `top`; the BITS bits below it choose the bucket within the octave.
    let top = 63 - value.leading_zeros();
    let shift = top - BITS;
    ((shift as usize + 1) << BITS) + ((value >> shift) as usize - SUB)
}

/// The middle of a bucket.
fn middle(bucket: usize) -> u64 {
    if bucket < SUB {
        return bucket as u64;
    }
    let shift = (bucket >> BITS) - 1;
    let low = ((bucket & (SUB - 1)) + SUB) as u64;
    (low << shift) + ((1u64 << shift) >> 1)
}

#[derive(Clone)]
pub struct Histogram {
    counts: Box<[u32]>,
    /// The range of buckets in use.
    low: usize,
    high: usize,
    pub count: u64,
    pub sum: u64,
    pub max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { counts: vec![0; BUCKETS].into_boxed_slice(), low: BUCKETS, high: 0, count: 0, sum: 0, max: 0 }
    }
}

impl Histogram {
    #[inline]
    pub fn record(&mut self, value: u64) {
        let index = bucket(value);
        self.counts[index] += 1;
        if index < self.low {
            self.low = index;
        }
        if index >= self.high {
            self.high = index + 1;
        }
        self.count += 1;
        self.sum = self.sum.saturating_add(value);
        self.max = self.max.max(value);
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn clear(&mut self) {
        if self.low < self.high {
            self.counts[self.low..self.high].fill(0);
        }
        (self.low, self.high, self.count, self.sum, self.max) = (BUCKETS, 0, 0, 0, 0);
    }

    pub fn merge(&mut self, other: &Histogram) {
        for index in other.low..other.high {
            self.counts[index] += other.counts[index];
        }
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
        self.count += other.count;
        self.sum = self.sum.saturating_add(other.sum);
        self.max = self.max.max(other.max);
    }

    /// The smallest recorded value that a share `q` of all values does not exceed, in nanoseconds; 0 where there are none.
    pub fn quantile(&self, q: f64) -> u64 {
        let wanted = ((self.count as f64 * q).ceil() as u64).max(1);
        let mut seen = 0;
        for index in self.low..self.high {
            seen += u64::from(self.counts[index]);
            if seen >= wanted {
                return middle(index).min(self.max);
            }
        }
        self.max
    }

    pub fn sparse(&self) -> Sparse {
        let mut buckets = Vec::new();
        for index in self.low..self.high {
            if self.counts[index] > 0 {
                buckets.push((index as u16, self.counts[index]));
            }
        }
        Sparse { buckets, sum: self.sum, max: self.max }
    }
}

/// A histogram at rest.
#[derive(Clone, Debug, Default)]
pub struct Sparse {
    buckets: Vec<(u16, u32)>,
    sum: u64,
    max: u64,
}

impl Sparse {
    pub fn merge(&mut self, other: &Sparse) {
        if self.buckets.is_empty() {
            self.buckets = other.buckets.clone();
        } else {
            let mut merged = Vec::with_capacity(self.buckets.len() + other.buckets.len());
            let (mut a, mut b) = (self.buckets.iter().peekable(), other.buckets.iter().peekable());
            loop {
                match (a.peek(), b.peek()) {
                    (Some(x), Some(y)) if x.0 == y.0 => {
                        merged.push((x.0, x.1 + y.1));
                        a.next();
                        b.next();
                    }
                    (Some(x), Some(y)) if x.0 < y.0 => {
                        merged.push(**x);
                        a.next();
                    }
                    (_, Some(y)) => {
                        merged.push(**y);
                        b.next();
                    }
                    (Some(x), None) => {
                        merged.push(**x);
                        a.next();
                    }
                    (None, None) => break,
                }
            }
            self.buckets = merged;
        }
        self.sum = self.sum.saturating_add(other.sum);
        self.max = self.max.max(other.max);
    }

    /// `from`, `to` in seconds.
    pub fn slice(&self, from: f64, to: f64) -> DistributionSlice {
        DistributionSlice {
            from,
            to,
            buckets: self.buckets.iter().map(|&(index, count)| (middle(index as usize).min(self.max), u64::from(count))).collect(),
            sum: self.sum as f64,
            max: self.max,
        }
    }

    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|b| u64::from(b.1)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_off_by_at_most_a_fifth_of_a_percent() {
        let mut value = 1u64;
        while value < LARGEST {
            for v in [value, value + value / 3, value + value / 7 * 5] {
                let v = v.min(LARGEST);
                let error = (middle(bucket(v)) as f64 - v as f64).abs() / v as f64;
                assert!(error <= 0.002, "{v}: {error}");
            }
            value *= 2;
        }
        assert!(bucket(LARGEST) < BUCKETS && bucket(u64::MAX) < BUCKETS);
    }

    #[test]
    fn quantiles_merge_and_sparse_forms_agree() {
        let (mut a, mut b, mut all) = (Histogram::default(), Histogram::default(), Histogram::default());
        for v in 1..=10_000u64 {
            if v % 3 == 0 { a.record(v * 100) } else { b.record(v * 100) }
            all.record(v * 100);
        }
        let mut merged = a.clone();
        merged.merge(&b);
        assert_eq!(merged.quantile(0.99), all.quantile(0.99));
        assert!((all.quantile(0.99) as f64 / 990_000.0 - 1.0).abs() < 0.002);
        let mut sparse = a.sparse();
        sparse.merge(&b.sparse());
        assert_eq!(sparse.count(), 10_000);
        assert_eq!(sparse.slice(0.0, 1.0), all.sparse().slice(0.0, 1.0));
        merged.clear();
        assert!(merged.is_empty() && merged.quantile(0.5) == 0);
    }
}
