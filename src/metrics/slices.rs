//! A distribution over time: a histogram a slice, the few latest of them dense.

use std::collections::BTreeMap;

use super::histogram::{Histogram, Sparse};
use super::timeline::{SliceKey, Timeline};
use super::{DistributionSlice, PhaseRecord};

/// Answers come late: this many slices are open at once before the eldest is put to rest (it can be taken up again).
const OPEN: usize = 4;

#[derive(Default)]
pub struct Slices {
    /// Most recently used first.
    open: Vec<(SliceKey, Histogram)>,
    rest: BTreeMap<SliceKey, Sparse>,
}

impl Slices {
    #[inline]
    pub fn record(&mut self, key: SliceKey, value: u64) {
        match self.open.first_mut() {
            Some((k, histogram)) if *k == key => histogram.record(value),
            _ => self.reopen(key).record(value),
        }
    }

    #[cold]
    fn reopen(&mut self, key: SliceKey) -> &mut Histogram {
        let histogram = if let Some(at) = self.open.iter().position(|(k, _)| *k == key) {
            self.open.remove(at).1
        } else if self.open.len() < OPEN {
            Histogram::default()
        } else {
            let at = self.open.iter().enumerate().min_by_key(|(_, (k, _))| *k).map_or(0, |(at, _)| at);
            let (eldest, mut histogram) = self.open.remove(at);
            if !histogram.is_empty() {
                self.rest.entry(eldest).or_default().merge(&histogram.sparse());
            }
            histogram.clear();
            histogram
        };
        self.open.insert(0, (key, histogram));
        &mut self.open[0].1
    }

    /// All at rest.
    pub fn settle(&mut self) -> &BTreeMap<SliceKey, Sparse> {
        for (key, histogram) in self.open.drain(..) {
            if !histogram.is_empty() {
                self.rest.entry(key).or_default().merge(&histogram.sparse());
            }
        }
        &self.rest
    }
}

/// Adds up the same slices of several targets.
pub fn sum<'a>(of: impl IntoIterator<Item = &'a BTreeMap<SliceKey, Sparse>>) -> BTreeMap<SliceKey, Sparse> {
    let mut all: BTreeMap<SliceKey, Sparse> = BTreeMap::new();
    for slices in of {
        for (key, sparse) in slices {
            all.entry(*key).or_default().merge(sparse);
        }
    }
    all
}

/// Slices in order of time.
pub fn export(slices: &BTreeMap<SliceKey, Sparse>, timeline: &Timeline) -> Vec<DistributionSlice> {
    let mut out: Vec<DistributionSlice> = slices
        .iter()
        .map(|(key, sparse)| {
            let (from, to) = timeline.bounds(*key, timeline.slice_length());
            sparse.slice(from as f64 / 1e9, to as f64 / 1e9)
        })
        .collect();
    out.sort_by(|a, b| a.from.total_cmp(&b.from));
    out
}

/// Spans of the phases as they really were, up to the end of the load (nanoseconds).
pub fn phase_records(timeline: &Timeline, load_end: u64) -> Vec<PhaseRecord> {
    (0..timeline.phases())
        .map(|phase| {
            let end = timeline.end_of(phase);
            let start = timeline.start_of(phase).filter(|&start| start < load_end || end.is_some_and(|end| end <= load_end));
            PhaseRecord {
                span: start.map(|start| (start as f64 / 1e9, end.unwrap_or(load_end).min(load_end) as f64 / 1e9)),
                complete: start.is_some() && end.is_some_and(|end| end <= load_end),
                ..PhaseRecord::default()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_come_late_find_their_slice() {
        let mut slices = Slices::default();
        let key = |interval| SliceKey { interval, part: 0 };
        for round in 0..3u64 {
            for interval in 0..20 {
                for value in 1..=10 {
                    slices.record(key(interval), value * 1_000 + round);
                }
            }
        }
        let rest = slices.settle();
        assert_eq!(rest.len(), 20);
        assert!(rest.values().all(|s| s.count() == 30));
    }
}
