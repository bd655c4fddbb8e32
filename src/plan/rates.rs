//! Rates over time as they reach targets and pipelines: linear pieces, in doubles. For predictions and charts; what is sent follows the exact curve.

use super::deal::duplicate_share;
use super::predict::{View, is_elastic};
use super::shape::{Stretch, number, stretches};
use super::{Phase, Send, Shape, Share, TargetId, Test};

/// A rate in records a second as a function of time: consecutive linear pieces from 0 on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rates {
    pub pieces: Vec<Piece>,
}

/// Seconds from the start of the test; records a second at both ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    pub from: f64,
    pub to: f64,
    pub start: f64,
    pub end: f64,
}

/// A `flood` without a rate is taken to arrive within this many seconds.
const RUSH: f64 = 1.0;

/// What a `sine` is cut into per period, at least and at most; of a wave with very many periods so many in all.
const CHORDS: (f64, f64) = (16.0, 512.0);
const MOST_CHORDS: f64 = 65_536.0;
const UTMOST_CHORDS: f64 = 262_144.0;

/// What reaches this target, intended duplicates and fixed-rate sends included. Of a `flood` nothing is certain.
pub fn to_target(test: &Test, target: TargetId, view: View) -> Rates {
    let counted = |send: &Send| if send.targets.contains(&target) { twice(test, send) } else { 0.0 };
    of_test(test, view, counted)
}

/// What is offered in all: to every target, duplicates and fixed-rate sends included.
pub fn offered(test: &Test, view: View) -> Rates {
    of_test(test, view, |send| send.targets.len() as f64 * twice(test, send))
}

fn twice(test: &Test, send: &Send) -> f64 {
    1.0 + number(duplicate_share(test, send))
}

/// `weight`: how often a record of this send counts.
fn of_test(test: &Test, view: View, weight: impl Fn(&Send) -> f64) -> Rates {
    let mut rates = Rates::default();
    for phase in &test.phases {
        let sends = phase.sends.iter().filter_map(|&id| test.sends.get(id));
        let (mut shares, mut factor, mut fixed) = (0.0, 0.0, 0.0);
        for send in sends {
            match send.share {
                Share::Of(share) => {
                    shares += number(share);
                    factor += number(share) * weight(send);
                }
                Share::Rate(rate) => fixed += number(rate) * weight(send),
            }
        }
        let factor = if shares > 0.0 { factor / shares } else { 0.0 };
        let rests = matches!(phase.shape, Shape::Pause | Shape::Flood { .. } | Shape::Search { .. });
        let known = view == View::Likely || !is_elastic(phase);
        rates.phase(phase, if known { factor } else { 0.0 }, if rests { 0.0 } else { fixed });
    }
    rates
}

impl Rates {
    fn phase(&mut self, phase: &Phase, factor: f64, fixed: f64) {
        let (start, length) = (number(phase.start), number(phase.duration));
        let end = number(phase.start + phase.duration);
        let mut at = start;
        let mut add = |length: f64, a: f64, b: f64| {
            let from = at;
            at += length;
            self.push(from, at, a * factor + fixed, b * factor + fixed);
        };
        match &phase.shape {
            Shape::Flood { at: Some(rate), .. } => add(length, number(*rate), number(*rate)),
            Shape::Flood { count, at: None } => {
                let rush = RUSH.min(length);
                add(rush, *count as f64 / rush, *count as f64 / rush);
            }
            _ => {
                for stretch in stretches(phase) {
                    match &stretch {
                        Stretch::Line { from, to, length } => add(number(*length), number(*from), number(*to)),
                        Stretch::Wave { period, length, .. } => {
                            let (period, length) = (number(*period), number(*length));
                            let each = (MOST_CHORDS * period / length).clamp(CHORDS.0, CHORDS.1);
                            let n = (length / period * each).ceil().clamp(8.0, UTMOST_CHORDS) as u64;
                            let step = length / n as f64;
                            for i in 0..n {
                                let (a, b) = (i as f64 * step, (i + 1) as f64 * step);
                                let (start, end) = (stretch.rate_at(a), stretch.rate_at(b));
                                // Shifted so that it offers as much as the arc: what has come by its end is exact.
                                let shift = stretch.mass(a, b) / step - (start + end) / 2.0;
                                add(step, start + shift, end + shift);
                            }
                        }
                    }
                }
            }
        }
        let at = at.min(end);
        // Sums of doubles may miss the end by a hair; and a pause offers nothing but its fixed rates (which rest).
        if let Some(last) = self.pieces.last_mut().filter(|p| (p.to - end).abs() < 1e-6) {
            last.to = end;
        } else {
            self.push(at.max(start), end, fixed, fixed);
        }
    }

    fn push(&mut self, from: f64, to: f64, start: f64, end: f64) {
        if to > from {
            self.pieces.push(Piece { from, to, start, end });
        }
    }

    /// Records a second at a moment; where the rate jumps, that of the later piece.
    pub fn at(&self, t: f64) -> f64 {
        let index = self.pieces.partition_point(|p| p.to <= t);
        self.pieces.get(index).map_or(0.0, |p| p.at(t))
    }

    /// Records from `a` to `b`.
    pub fn between(&self, a: f64, b: f64) -> f64 {
        let index = self.pieces.partition_point(|p| p.to <= a);
        let inside = self.pieces.iter().skip(index).take_while(|p| p.from < b);
        inside.map(|p| (p.at(p.from.max(a)) + p.at(p.to.min(b))) / 2.0 * (p.to.min(b) - p.from.max(a))).sum()
    }

    /// The lowest and the highest rate between two moments.
    pub fn low_high(&self, from: f64, to: f64) -> (f64, f64) {
        let first = self.pieces.partition_point(|p| p.to <= from && p.to < to);
        let inside = self.pieces.iter().skip(first).take_while(|p| p.from < to || p.from <= from);
        let ends = inside.flat_map(|p| [p.at(from.clamp(p.from, p.to)), p.at(to.clamp(p.from, p.to))]);
        let (low, high) = ends.fold((f64::INFINITY, 0.0f64), |(low, high), rate| (low.min(rate), high.max(rate)));
        if low.is_finite() { (low, high) } else { (0.0, 0.0) }
    }

    pub fn highest(&self) -> f64 {
        self.pieces.iter().map(|p| p.start.max(p.end)).fold(0.0, f64::max)
    }

    /// This many times as much.
    pub fn times(mut self, factor: f64) -> Rates {
        for p in &mut self.pieces {
            (p.start, p.end) = (p.start * factor, p.end * factor);
        }
        self
    }

    pub fn plus(&self, other: &Rates) -> Rates {
        let mut borders: Vec<f64> = self.pieces.iter().chain(&other.pieces).flat_map(|p| [p.from, p.to]).collect();
        borders.sort_by(f64::total_cmp);
        borders.dedup();
        let mut sum = Rates::default();
        let (mut i, mut k) = (0, 0);
        for pair in borders.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            while self.pieces.get(i).is_some_and(|p| p.to <= from) {
                i += 1;
            }
            while other.pieces.get(k).is_some_and(|p| p.to <= from) {
                k += 1;
            }
            let value = |piece: Option<&Piece>, t: f64| piece.filter(|p| p.from <= from).map_or(0.0, |p| p.at(t));
            let (a, b) = (self.pieces.get(i), other.pieces.get(k));
            sum.push(from, to, value(a, from) + value(b, from), value(a, to) + value(b, to));
        }
        sum
    }
}

/// Records that have come by a moment, and the other way round.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    pieces: Vec<Piece>,
    /// Records by the end of each piece.
    by: Vec<f64>,
}

impl Sums {
    pub fn of(rates: &Rates) -> Sums {
        let mut sum = 0.0;
        let by = rates.pieces.iter().map(|p| {
            sum += (p.start + p.end) / 2.0 * (p.to - p.from);
            sum
        });
        Sums { by: by.collect(), pieces: rates.pieces.clone() }
    }

    /// Records by this moment.
    pub fn by(&self, t: f64) -> f64 {
        let index = self.pieces.partition_point(|p| p.to <= t);
        let before = index.checked_sub(1).and_then(|i| self.by.get(i)).copied().unwrap_or(0.0);
        before + self.pieces.get(index).filter(|p| p.from < t).map_or(0.0, |p| (p.start + p.at(t)) / 2.0 * (t - p.from))
    }

    /// The last moment by which no more than these records have come.
    pub fn until(&self, records: f64) -> f64 {
        // More than has come at all is behind only as far as it is reckoned: nothing came before the beginning.
        let records = records.max(0.0);
        let index = self.by.partition_point(|&sum| sum <= records);
        let Some(piece) = self.pieces.get(index) else { return self.pieces.last().map_or(0.0, |p| p.to) };
        let left = records - index.checked_sub(1).and_then(|i| self.by.get(i)).copied().unwrap_or(0.0);
        // start·x + bend·x²/2 = left, without cancellation.
        let bend = (piece.end - piece.start) / (piece.to - piece.from);
        let root = (piece.start * piece.start + 2.0 * bend * left).max(0.0).sqrt();
        let x = if piece.start + root > 0.0 { 2.0 * left / (piece.start + root) } else { 0.0 };
        (piece.from + x).min(piece.to)
    }
}

impl Piece {
    pub fn at(&self, t: f64) -> f64 {
        if self.start == self.end { self.start } else { self.start + (self.end - self.start) * (t - self.from) / (self.to - self.from) }
    }
}
