//! How a backlog came about and how it goes away, in words.

use crate::plan::contradict::Foresight;
use crate::plan::predict::Forecast;
use crate::plan::shape::number;
use crate::plan::windows::{Look, Mode, Timeline};
use crate::plan::words;
use crate::plan::{Anchor, FaultAction, PipelineId, Window};
use crate::source::Span;

pub(super) fn moments(look: &Look) -> impl Iterator<Item = f64> + '_ {
    look.stretches.iter().flat_map(|s| (0..=1000).map(move |i| s.from + (s.to - s.from) * f64::from(i) / 1000.0))
}

pub(super) fn highest(forecast: &Forecast, look: &Look) -> (f64, f64) {
    // Just inside: at the very border the next phase's rate already counts.
    let inside = |t: f64| (t - 1e-6).max(0.0);
    let within = |t: &f64| look.stretches.iter().any(|s| *t > s.from && *t <= s.to);
    let mut all: Vec<f64> = moments(look).chain(forecast.backlog.borders().filter(within)).map(inside).collect();
    all.sort_by(f64::total_cmp);
    // Of crests that are alike but for rounding the first.
    all.into_iter().fold((0.0, -1.0), |best, t| if forecast.backlog.at(t) > best.1 + best.1.abs() * 1e-6 { (t, forecast.backlog.at(t)) } else { best })
}

pub(super) fn lowest(forecast: &Forecast, look: &Look) -> f64 {
    moments(look).map(|t| forecast.backlog.at(t)).fold(f64::INFINITY, f64::min)
}

/// How the backlog came about: from when to when it grew, and in which phase it ended growing.
pub(super) struct Story {
    from: f64,
    to: f64,
    pub level: f64,
    pub phase: usize,
}

impl Story {
    pub(super) fn of(sight: &Foresight, forecast: &Forecast, look: &Look, alert: Option<f64>) -> Story {
        let end = match (alert, look.mode) {
            (Some(at), _) => at,
            (None, Mode::AtEnd) => sight.end,
            (None, _) => highest(forecast, look).0,
        };
        let border = forecast.backlog.borders().find(|b| (b - end).abs() < 1e-3);
        let end = border.unwrap_or(end);
        // The crest that this moment belongs to: up to it, it grew; since it was last empty.
        let crest = |best: (f64, f64), t: f64| if forecast.backlog.fluid(t) > best.1 * (1.0 + 1e-9) { (t, forecast.backlog.fluid(t)) } else { best };
        let began = forecast.backlog.parts.iter().filter(|p| p.from < end && p.level <= 1e-9).map(|p| p.from).fold(0.0, f64::max);
        let (to, level) = forecast.backlog.borders().filter(|&t| t > began && t <= end).chain([end]).fold((began, 0.0), crest);
        let phase = sight.test.phases.iter().rposition(|p| number(p.start) < to).unwrap_or(0);
        Story { from: began, to, level, phase }
    }

    /// The one rate that was offered while it grew.
    fn steady(&self, forecast: &Forecast) -> Option<f64> {
        constant(forecast, self.from, self.to)
    }

    /// The capacity as declared, all the time while it grew.
    fn unhindered(&self, forecast: &Forecast, until: f64) -> bool {
        forecast.throughput.at(self.from) == Some(forecast.capacity) && !forecast.throughput.borders().any(|b| b > self.from && b < until)
    }

    pub(super) fn growth(&self, forecast: &Forecast) -> String {
        let capacity = words::rate(forecast.capacity);
        let leaves = words::count(self.level);
        let offered = || words::count(forecast.offered.between(self.from, self.to));
        let (from, to) = (words::time(self.from), words::time(self.to));
        if !self.unhindered(forecast, self.to) && self.level >= 1.0 {
            let taken = words::count(forecast.processed.between(self.from, self.to));
            return format!("from {from} to {to} {} are offered and {taken} taken, which leaves {leaves}", offered());
        }
        match self.steady(forecast) {
            // Enough for all of the test, or only so far.
            _ if self.level < 1.0 && forecast.offered.highest() <= forecast.capacity => {
                format!("{capacity} is enough for the {} that are offered", words::rate(forecast.offered.highest()))
            }
            _ if self.level < 1.0 => {
                format!("until then {capacity} is enough for the {} that are offered", words::rate(forecast.offered.at((self.to - 1e-6).max(0.0))))
            }
            Some(_) => format!("{} against {capacity} leaves {leaves}", load(forecast, self.from, self.to)),
            None => format!("from {from} to {to} {} are offered; against {capacity} that leaves {leaves}", offered()),
        }
    }

    /// Where faults that stop this pipeline while the backlog grows are declared.
    pub(super) fn faults(&self, sight: &Foresight, id: PipelineId) -> Vec<Span> {
        let timeline = Timeline::planned(sight.test);
        let strikes = |i: usize| timeline.faults.get(i).is_some_and(|times| times.iter().any(|&t| t >= self.from - 1.0 && t < self.to));
        let stops = sight.test.faults.iter().enumerate().filter(|(i, f)| f.action == FaultAction::Stop(id) && strikes(*i));
        stops.map(|(_, f)| f.span).collect()
    }

    /// How it goes away, and, where that is to be in some time, by which surplus.
    pub(super) fn drain(&self, sight: &Foresight, forecast: &Forecast, window: &Window) -> Vec<String> {
        if self.level < 1.0 || self.to >= sight.end - 1e-6 {
            return Vec::new();
        }
        let rate = forecast.offered.at(self.to + 1e-6);
        let surplus = forecast.capacity - rate;
        let after = words::rate(rate);
        let steady_until = |t: f64| {
            let until = t.min(sight.end);
            let hindered = forecast.throughput.borders().any(|b| b > self.to && b < until) || forecast.throughput.at(self.to) != Some(forecast.capacity);
            !hindered && constant(forecast, self.to, until).is_some()
        };
        if surplus > 0.0 && steady_until(self.to + self.level / surplus) {
            let takes = words::time(self.level / surplus);
            let mut notes = vec![if rate > 0.0 { format!("at {after} offered they drain in {takes}") } else { format!("with nothing offered they drain in {takes}") }];
            if let Window::Within { length, after: Anchor::End(_), .. } = window {
                let (length, there) = (number(*length), words::rate(surplus));
                if length > 0.0 && self.level / length > surplus {
                    let wanted = words::rate((self.level / length).ceil());
                    notes.push(format!("all {} in {} would take a surplus of {wanted}; here it is {there}", words::count(self.level), words::time(length)));
                }
            }
            return notes;
        }
        if surplus <= 0.0 && steady_until(sight.end) {
            return vec![format!("at {after} offered they never drain")];
        }
        let cleared = forecast.backlog.parts.iter().find(|p| p.from > self.to && p.level <= 1e-9).map(|p| p.from);
        vec![match cleared {
            Some(at) => format!("they are drained {} later", words::time(at - self.to)),
            None => "they are not drained when the test ends".to_owned(),
        }]
    }
}

/// `3_000/s for 15m`, or `up to 3_000/s`: what the pipeline is offered.
pub(super) fn load(forecast: &Forecast, from: f64, to: f64) -> String {
    match constant(forecast, from, to) {
        Some(rate) => format!("{} for {}", words::rate(rate), words::time(to - from)),
        None => {
            let inside = forecast.offered.pieces.iter().filter(|p| p.to > from && p.from < to);
            format!("up to {}", words::rate(inside.map(|p| p.start.max(p.end)).fold(0.0, f64::max)))
        }
    }
}

fn constant(forecast: &Forecast, from: f64, to: f64) -> Option<f64> {
    let mut inside = forecast.offered.pieces.iter().filter(|p| p.to > from + 1e-9 && p.from < to - 1e-9);
    let first = inside.next()?;
    let same = |p: &crate::plan::rates::Piece| p.start == first.start && p.end == first.start;
    (same(first) && inside.all(same)).then_some(first.start)
}
