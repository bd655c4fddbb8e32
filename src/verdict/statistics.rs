//! Statistics of samples and of distributions. Deterministic: the bootstrap draws from a generator with a fixed seed.

use super::truth::Estimate;
use crate::metrics::recording::DistributionSlice;
use crate::plan::Statistic;

/// Slices merged into one distribution; values in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// (value, count), ascending.
    buckets: Vec<(u64, u64)>,
    count: u64,
    sum: f64,
    max: u64,
}

impl Merged {
    pub fn of<'a>(slices: impl IntoIterator<Item = &'a DistributionSlice>) -> Merged {
        let mut merged = Merged::default();
        for slice in slices {
            merged.buckets.extend_from_slice(&slice.buckets);
            merged.sum += slice.sum;
            merged.max = merged.max.max(slice.max);
        }
        merged.buckets.sort_unstable();
        merged.buckets.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        merged.count = merged.buckets.iter().map(|b| b.1).sum();
        merged
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// (value in nanoseconds, count), ascending.
    pub fn buckets(&self) -> &[(u64, u64)] {
        &self.buckets
    }

    /// The smallest value that at least the share `q` of the values does not exceed, in seconds. `None` where there are none.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        // The share of a count such as 0.99 × 100 must not become 99.000…01 and then 100.
        let rank = ((q * self.count as f64 - 1e-9).ceil() as u64).clamp(1, self.count.max(1));
        let mut seen = 0;
        for &(value, count) in &self.buckets {
            seen += count;
            if seen >= rank {
                // A bucket stands for a small range of values; none of them was above the largest.
                let value = if self.max > 0 { value.min(self.max) } else { value };
                return Some(value as f64 / 1e9);
            }
        }
        None
    }

    /// In seconds, but for `count`. `None` where there are no values (`count` is then 0).
    pub fn statistic(&self, statistic: Statistic) -> Option<f64> {
        let some = |value: f64| (self.count > 0).then_some(value);
        match statistic {
            Statistic::P50 => self.quantile(0.5),
            Statistic::P90 => self.quantile(0.9),
            Statistic::P95 => self.quantile(0.95),
            Statistic::P99 => self.quantile(0.99),
            Statistic::P999 => self.quantile(0.999),
            Statistic::Mean => some(self.sum / self.count.max(1) as f64 / 1e9),
            Statistic::Max => some(self.max.max(self.buckets.last().map_or(0, |b| if self.max == 0 { b.0 } else { 0 })) as f64 / 1e9),
            Statistic::Count => Some(self.count as f64),
        }
    }
}

/// Linear between the two nearest ranks. Sorts what it is given; `None` where that is empty.
pub fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let place = q * last as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    let (low, high) = (*values.get(below)?, *values.get(above)?);
    Some(low + (high - low) * (place - below as f64))
}

/// Fewer samples than this show no trend.
pub const FEWEST_FOR_TREND: usize = 4;
/// More points than this are averaged into as many stretches: the slope of all pairs takes the square of their number.
const MOST_FOR_TREND: usize = 160;
const RESAMPLES: usize = 300;
/// Of the bootstrap interval: 2.5 % on either side.
const TAIL: f64 = 0.025;

/// The Theil–Sen slope per second (median of the slopes of all pairs) with a 95 % interval from a block bootstrap of the residuals.
/// Blocks keep what neighbouring samples share (a micro-batch's saw-tooth), which single residuals would lose.
/// Pairs are taken within a piece only; pieces are stretches of time that belong together.
pub fn trend(pieces: &[Vec<(f64, f64)>]) -> Option<Estimate> {
    let samples: usize = pieces.iter().map(Vec::len).sum();
    if samples < FEWEST_FOR_TREND {
        return None;
    }
    let thin = samples.div_ceil(MOST_FOR_TREND);
    let pieces: Vec<Vec<(f64, f64)>> = pieces.iter().map(|p| thinned(p, thin)).filter(|p| p.len() > 1).collect();
    let slope = median_slope(&pieces)?;

    let mut residuals = Vec::new();
    for piece in &pieces {
        let mut offsets: Vec<f64> = piece.iter().map(|(t, v)| v - slope * t).collect();
        let middle = quantile(&mut offsets, 0.5)?;
        residuals.extend(piece.iter().map(|(t, v)| v - slope * t - middle));
    }
    let count = residuals.len();
    let block = (count as f64).sqrt().ceil() as usize;
    let mut random = SplitMix(0x5ca1_ec00_7e57_0001);
    let mut slopes = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        let mut drawn = Vec::with_capacity(count + block);
        while drawn.len() < count {
            let start = (random.next() % (count - block + 1) as u64) as usize;
            drawn.extend(residuals.iter().skip(start).take(block));
        }
        let mut drawn = drawn.into_iter();
        let resampled: Vec<Vec<(f64, f64)>> =
            pieces.iter().map(|p| p.iter().map(|(t, _)| (*t, slope * t + drawn.next().unwrap_or(0.0))).collect()).collect();
        slopes.extend(median_slope(&resampled));
    }
    let low = quantile(&mut slopes, TAIL)?;
    let high = quantile(&mut slopes, 1.0 - TAIL)?;
    Some(Estimate { low: low.min(slope), mid: slope, high: high.max(slope) })
}

fn median_slope(pieces: &[Vec<(f64, f64)>]) -> Option<f64> {
    let mut slopes = Vec::new();
    for piece in pieces {
        for (i, (t1, v1)) in piece.iter().enumerate() {
            for (t2, v2) in piece.iter().skip(i + 1) {
                if t2 > t1 {
                    slopes.push((v2 - v1) / (t2 - t1));
                }
            }
        }
    }
    let middle = slopes.len() / 2;
    if slopes.is_empty() {
        return None;
    }
    let even = slopes.len().is_multiple_of(2);
    let (below, at, _) = slopes.select_nth_unstable_by(middle, f64::total_cmp);
    let at = *at;
    if even { below.iter().copied().max_by(f64::total_cmp).map(|b| f64::midpoint(b, at)) } else { Some(at) }
}

/// Means of `every` neighbours each.
fn thinned(samples: &[(f64, f64)], every: usize) -> Vec<(f64, f64)> {
    if every <= 1 {
        return samples.to_vec();
    }
    samples
        .chunks(every)
        .map(|chunk| {
            let n = chunk.len() as f64;
            (chunk.iter().map(|s| s.0).sum::<f64>() / n, chunk.iter().map(|s| s.1).sum::<f64>() / n)
        })
        .collect()
}

/// Steele, Lea, Flood 2014: "Fast splittable pseudorandom number generators".
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(values: &[u64]) -> DistributionSlice {
        DistributionSlice {
            from: 0.0,
            to: 1.0,
            buckets: values.iter().map(|&v| (v, 1)).collect(),
            sum: values.iter().sum::<u64>() as f64,
            max: values.iter().copied().max().unwrap_or(0),
        }
    }

    #[test]
    fn quantiles_of_merged_slices_are_those_of_all_values() {
        let all: Vec<u64> = (1..=100).map(|v| v * 1_000_000).collect();
        let (even, odd): (Vec<u64>, Vec<u64>) = all.iter().partition(|v| *v / 1_000_000 % 2 == 0);
        let merged = Merged::of([&slice(&even), &slice(&odd)]);
        assert_eq!(merged.statistic(Statistic::P50), Some(0.050));
        assert_eq!(merged.statistic(Statistic::P99), Some(0.099));
        assert_eq!(merged.statistic(Statistic::P999), Some(0.100));
        assert_eq!(merged.statistic(Statistic::Max), Some(0.100));
        assert_eq!(merged.statistic(Statistic::Mean), Some(0.0505));
        assert_eq!(merged.statistic(Statistic::Count), Some(100.0));
    }

    #[test]
    fn nothing_has_no_quantile() {
        let nothing = Merged::of([]);
        assert_eq!(nothing.statistic(Statistic::P99), None);
        assert_eq!(nothing.statistic(Statistic::Mean), None);
        assert_eq!(nothing.statistic(Statistic::Max), None);
        assert_eq!(nothing.statistic(Statistic::Count), Some(0.0));
    }

    #[test]
    fn a_straight_line_has_its_slope_without_doubt() {
        let line: Vec<(f64, f64)> = (0..60).map(|t| (f64::from(t), 5.0 + 2.5 * f64::from(t))).collect();
        let slope = trend(&[line]).unwrap();
        assert!((slope.mid - 2.5).abs() < 1e-9 && slope.high - slope.low < 1e-9, "{slope:?}");
    }

    #[test]
    fn one_outlier_does_not_move_the_slope() {
        let mut line: Vec<(f64, f64)> = (0..60).map(|t| (f64::from(t), 2.0 * f64::from(t))).collect();
        line[30].1 = 1e9;
        assert!((trend(&[line]).unwrap().mid - 2.0).abs() < 1e-6);
    }

    #[test]
    fn noise_around_a_level_spans_zero_and_is_the_same_every_time() {
        let mut random = SplitMix(7);
        let noise: Vec<(f64, f64)> = (0..300).map(|t| (f64::from(t), (random.next() % 1000) as f64)).collect();
        let slope = trend(std::slice::from_ref(&noise)).unwrap();
        assert!(slope.low < 0.0 && slope.high > 0.0, "{slope:?}");
        assert_eq!(slope, trend(&[noise]).unwrap());
    }

    #[test]
    fn too_few_samples_show_no_trend() {
        assert_eq!(trend(&[vec![(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]]), None);
    }
}
