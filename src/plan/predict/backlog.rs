//! Records behind over time, in parts that are quadratic.

use super::throughput::Throughput;
use crate::plan::rates::{Piece, Rates};

/// Records behind as a function of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backlog {
    pub parts: Vec<Part>,
    /// Seconds of `trigger` and what it multiplies.
    floor: Option<(f64, Rates)>,
}

/// level + net·x + bend·x² ÷ 2, x seconds after `from`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub from: f64,
    pub to: f64,
    pub level: f64,
    pub net: f64,
    pub bend: f64,
}

impl Backlog {
    /// While this is offered and at most so much taken; and what is taken. With a `trigger` (seconds) what came in since the last batch waits.
    pub fn of(offered: &Rates, throughput: &Throughput, trigger: Option<f64>) -> (Backlog, Rates) {
        let mut drain = Drain::default();
        for piece in &offered.pieces {
            let mut from = piece.from;
            for to in throughput.borders().filter(|&b| b > piece.from && b < piece.to).chain([piece.to]) {
                let within = Piece { from, to, start: piece.at(from), end: piece.at(to) };
                match throughput.at(from) {
                    Some(capacity) => drain.piece(&within, capacity),
                    None => drain.all_of(&within),
                }
                from = to;
            }
        }
        (Backlog { parts: drain.parts, floor: trigger.map(|t| (t, offered.clone())) }, drain.taken)
    }
}

#[derive(Default)]
struct Drain {
    parts: Vec<Part>,
    taken: Rates,
    level: f64,
}

impl Drain {
    /// All is taken that is there.
    fn all_of(&mut self, piece: &Piece) {
        self.parts.push(Part { from: piece.from, to: piece.to, level: 0.0, net: 0.0, bend: 0.0 });
        self.taken.pieces.push(*piece);
        self.level = 0.0;
    }

    fn piece(&mut self, piece: &Piece, capacity: f64) {
        let bend = (piece.end - piece.start) / (piece.to - piece.from);
        let mut from = piece.from;
        // Each piece falls into at most three parts: empty, rising and falling, empty again.
        while from < piece.to {
            let net = piece.at(from) - capacity;
            // Until when the rate stays below the capacity.
            let below = if bend > 0.0 { (from - net / bend).min(piece.to) } else if net > 0.0 { from } else { piece.to };
            if self.level <= 0.0 && below > from {
                let to = below;
                self.parts.push(Part { from, to, level: 0.0, net: 0.0, bend: 0.0 });
                self.taken.pieces.push(Piece { from, to, start: piece.at(from), end: piece.at(to) });
                self.level = 0.0;
                from = to;
            } else {
                let part = Part { from, to: piece.to, level: self.level, net, bend };
                let to = part.empty_at().filter(|&t| t < piece.to && t > from).unwrap_or(piece.to);
                self.parts.push(Part { to, ..part });
                self.taken.pieces.push(Piece { from, to, start: capacity, end: capacity });
                self.level = if to < piece.to { 0.0 } else { part.at(to).max(0.0) };
                from = to;
            }
        }
    }
}

impl Part {
    pub fn at(&self, t: f64) -> f64 {
        let x = t - self.from;
        self.level + self.net * x + self.bend * x * x / 2.0
    }

    pub(super) fn last(&self) -> f64 {
        self.at(self.to)
    }

    /// The first moment after `from` at which nothing is left, be it beyond the part's end.
    fn empty_at(&self) -> Option<f64> {
        // level + net·x + bend·x²/2 = 0, without cancellation: x = 2·level ÷ (−net ± √(net² − 2·bend·level)).
        let root = self.net * self.net - 2.0 * self.bend * self.level;
        if root < 0.0 {
            return None;
        }
        let root = root.sqrt();
        let x = if self.level > 0.0 {
            let below = -self.net + root;
            if below > 0.0 { 2.0 * self.level / below } else { return None }
        } else if self.bend < 0.0 {
            -2.0 * self.net / self.bend
        } else {
            return None;
        };
        (x > 0.0).then_some(self.from + x)
    }

    /// The lowest level between these moments, as far as they lie in it.
    fn lowest(&self, from: f64, to: f64) -> f64 {
        let (from, to) = (from.max(self.from), to.min(self.to));
        let turn = if self.bend > 0.0 { self.from - self.net / self.bend } else { from };
        self.at(from).min(self.at(to)).min(self.at(turn.clamp(from, to.max(from))))
    }

    /// The highest level between these moments, as far as they lie in it.
    fn highest(&self, from: f64, to: f64) -> f64 {
        let (from, to) = (from.max(self.from), to.min(self.to));
        let turn = if self.bend < 0.0 { self.from - self.net / self.bend } else { from };
        self.at(from).max(self.at(to)).max(self.at(turn.clamp(from, to.max(from))))
    }

    /// Where it can be highest or lowest.
    pub(super) fn extremes(&self) -> impl Iterator<Item = (f64, f64)> {
        let turn = if self.bend != 0.0 { Some(self.from - self.net / self.bend) } else { None };
        let turn = turn.filter(|&t| t > self.from && t < self.to);
        let part = *self;
        [Some(self.from), turn, Some(self.to)].into_iter().flatten().map(move |t| (t, part.at(t)))
    }
}

impl Backlog {
    /// Records behind at a moment, the floor by `trigger` included.
    pub fn at(&self, t: f64) -> f64 {
        let floor = self.floor.as_ref().map_or(0.0, |(trigger, rates)| trigger * rates.at(t));
        self.fluid(t).max(floor)
    }

    /// Without that floor.
    pub fn fluid(&self, t: f64) -> f64 {
        let index = self.parts.partition_point(|p| p.to < t);
        self.parts.get(index).or(self.parts.last()).map_or(0.0, |p| p.at(t.min(p.to)).max(0.0))
    }

    /// The fewest records behind at any moment of a stretch, or fewer.
    pub fn lowest(&self, from: f64, to: f64) -> f64 {
        let floor = self.floor.as_ref().map_or(0.0, |(trigger, rates)| trigger * rates.low_high(from, to).0);
        let first = self.parts.partition_point(|p| p.to < from);
        let inside = self.parts.iter().skip(first).take_while(|p| p.from <= to);
        let fluid = inside.map(|part| part.lowest(from, to)).fold(f64::INFINITY, f64::min);
        let fluid = if fluid.is_finite() { fluid } else { self.fluid(from).min(self.fluid(to)) };
        fluid.max(floor).max(0.0)
    }

    /// The most records behind at any moment of a stretch, or more.
    pub fn highest(&self, from: f64, to: f64) -> f64 {
        let floor = self.floor.as_ref().map_or(0.0, |(trigger, rates)| trigger * rates.low_high(from, to).1);
        let first = self.parts.partition_point(|p| p.to < from);
        let inside = self.parts.iter().skip(first).take_while(|p| p.from <= to);
        let fluid = inside.map(|part| part.highest(from, to)).fold(f64::NEG_INFINITY, f64::max);
        // At its end the load may jump, which belongs to it.
        fluid.max(self.at(from)).max(self.at(to)).max(floor).max(0.0)
    }

    /// The highest level of `trigger` alone: what no capacity helps against.
    pub fn floor_highest(&self) -> f64 {
        self.floor.as_ref().map_or(0.0, |(trigger, rates)| trigger * rates.highest())
    }

    /// Seconds of `trigger`.
    pub fn trigger(&self) -> Option<f64> {
        self.floor.as_ref().map(|(trigger, _)| *trigger)
    }

    /// Where its course changes, in seconds, ascending.
    pub fn borders(&self) -> impl Iterator<Item = f64> + '_ {
        self.parts.iter().map(|p| p.from).chain(self.parts.last().map(|p| p.to))
    }
}
