//! What W0615 says: the arithmetic, who shares the blame, and which capacity would do.

use super::{Foresight, runs};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::predict::Forecast;
use crate::plan::shape::number;
use crate::plan::windows::{Look, Mode};
use crate::plan::words;
use crate::plan::{Alert, Condition, Expectation, ValueKind, Window};

/// `look` is the first of `looks` that cannot pass.
pub(super) fn diagnostic(sight: &Foresight, expectation: &Expectation, look: &Look, looks: &[Look]) -> Option<Diagnostic> {
    let alert = expected_silent(sight, expectation, look);
    let (name, at) = match alert {
        Some((alert, at)) => (figure(&alert.condition)?, Some(at)),
        None => (figure(&expectation.condition)?, None),
    };
    let (forecast, figure) = sight.figure(name)?;
    let pipeline = sight.test.pipelines.get(forecast.pipeline)?;
    let capacity = words::rate(forecast.capacity);
    let says = |what: String| format!("a capacity of {capacity} cannot meet `{}`: {what}", expectation.text);
    let rated = figure == "processing_rate";
    let what = match (alert, at) {
        (Some((alert, _)), Some(at)) => format!("alert `{}` fires after {}", alert.name, words::time(at)),
        _ if rated => format!("`{}` processes no more than that", pipeline.name),
        _ => behind(sight, forecast, expectation, look),
    };
    let mut d = Diagnostic::new(codes::W0615, expectation.span, says(what)).here("contradicted by the declared numbers");
    if let Some(span) = pipeline.capacity_span {
        d = d.label(span, format!("`{}` takes {capacity}", pipeline.name));
    }
    if let Some((alert, _)) = alert {
        d = d.label(alert.span, format!("alert `{}`", alert.name));
    }
    if rated {
        return Some(d.help(format!("expect no more than {capacity}, or declare the capacity that the pipeline really has")));
    }
    let since = alert.map(|(alert, at)| (at - number(alert.hold), number(alert.hold)));
    let story = Story::of(sight, forecast, look, since.map(|(at, _)| at));
    if let Some(phase) = sight.test.phases.get(story.phase) {
        d = d.label(phase.span, load(forecast, number(phase.start), number(phase.start + phase.duration)));
    }
    let needed = needed(sight, forecast, expectation, looks);
    d = d.note(story.growth(forecast));
    if let Some((_, hold)) = since.filter(|(_, hold)| *hold > 0.0) {
        d = d.note(format!("and stays above for the {} after which the alert fires", words::time(hold)));
    }
    match needed {
        None => {
            let trigger = forecast.backlog.trigger().unwrap_or(0.0);
            let rate = words::rate(forecast.offered.highest());
            let waiting = words::count(trigger * forecast.offered.highest());
            d = d.note(format!("a trigger of {} at {rate} alone means {waiting} records that wait for the next batch: no capacity helps", words::time(trigger)));
            Some(d.help("a shorter `trigger`, less load, or an expectation that leaves room for it"))
        }
        Some(needed) => {
            if let Some(note) = story.drain(sight, forecast).filter(|_| alert.is_none()) {
                d = d.note(note);
            }
            let wanted = limit(alert.map_or(&expectation.condition, |(alert, _)| &alert.condition));
            let target = wanted.map_or("this".to_owned(), |limit| format!("a backlog of {}", words::count(limit)));
            let when = match &expectation.window {
                Window::Within { length, .. } if alert.is_none() => format!(" after {}", words::time(number(*length))),
                _ => String::new(),
            };
            let needed = words::rate(needed);
            d = d.note(format!("{target}{when} would need a capacity of {needed}"));
            Some(d.help(format!("less load, an expectation that the numbers allow, or a capacity of {needed} and more if `{}` has it", pipeline.name)))
        }
    }
}

/// The alert that the expectation wants silent and that fires first.
fn expected_silent<'s>(sight: &Foresight<'s>, expectation: &Expectation, look: &Look) -> Option<(&'s Alert, f64)> {
    let named = expectation.condition.metrics().iter().any(|m| m.series.starts_with("alerts."));
    let until = look.stretches.last().map_or(sight.end, |s| s.to);
    let fired = sight.test.alerts.iter().zip(&sight.alerts).filter_map(|(alert, at)| at.filter(|&at| at <= until).map(|at| (alert, at)));
    if named { fired.min_by(|a, b| a.1.total_cmp(&b.1)) } else { None }
}

/// The first `pipeline.lag` or `pipeline.processing_rate` of a condition.
fn figure(condition: &Condition) -> Option<&str> {
    let fits = |m: &&crate::plan::MetricRef| m.series.ends_with(".lag") || m.series.ends_with(".processing_rate");
    condition.metrics().into_iter().find(fits).map(|m| m.series.as_str())
}

/// The constant that a lag is held against.
fn limit(condition: &Condition) -> Option<f64> {
    let Condition::Compare { left, right, .. } = condition else { return None };
    match (&left.kind, &right.kind) {
        (ValueKind::Constant(c), _) | (_, ValueKind::Constant(c)) => Some(number(*c)),
        _ => None,
    }
}

fn behind(sight: &Foresight, forecast: &Forecast, expectation: &Expectation, look: &Look) -> String {
    let still = |t: f64| words::count(forecast.backlog.at(t));
    match look.mode {
        Mode::AtEnd => format!("{} are left when the test ends", words::count(forecast.left)),
        Mode::Throughout => format!("the backlog reaches {}", words::count(highest(forecast, look).1)),
        Mode::Sometime => format!("the backlog is never below {}", words::count(lowest(forecast, look))),
        Mode::Within { until, .. } => {
            let to = look.stretches.last().map_or(until, |s| s.to);
            let from = look.stretches.first().map_or(0.0, |s| s.from);
            let hopeless = |t: f64| sight.truth(&expectation.condition, t, &look.stretches).hopeless();
            if runs(&super::cells(sight, from, to, hopeless), false).is_empty() {
                format!("{} later it is still {} behind", words::time(to - from), still(to))
            } else {
                let again = (0..=200).map(|i| from + (until - from) * f64::from(i) / 200.0).map(|t| forecast.backlog.at(t)).fold(0.0, f64::max);
                format!("it does not stay so, and is up to {} behind", words::count(again))
            }
        }
    }
}

fn moments(look: &Look) -> impl Iterator<Item = f64> + '_ {
    look.stretches.iter().flat_map(|s| (0..=1000).map(move |i| s.from + (s.to - s.from) * f64::from(i) / 1000.0))
}

fn highest(forecast: &Forecast, look: &Look) -> (f64, f64) {
    // Just inside: at the very border the next phase's rate already counts.
    let inside = |t: f64| (t - 1e-6).max(0.0);
    moments(look).map(inside).fold((0.0, -1.0), |best, t| if forecast.backlog.at(t) > best.1 { (t, forecast.backlog.at(t)) } else { best })
}

fn lowest(forecast: &Forecast, look: &Look) -> f64 {
    moments(look).map(|t| forecast.backlog.at(t)).fold(f64::INFINITY, f64::min)
}

/// The smallest whole capacity (records a second) with which every window may pass; `None` where none does (a trigger that is too long).
fn needed(sight: &Foresight, forecast: &Forecast, expectation: &Expectation, looks: &[Look]) -> Option<f64> {
    let fails = |capacity: f64| {
        let sight = sight.with_capacity(forecast.pipeline, capacity);
        looks.iter().any(|look| sight.contradicts(expectation, look))
    };
    let (mut low, mut high) = (forecast.capacity.floor(), forecast.offered.highest().ceil().max(forecast.capacity));
    if fails(high) {
        return None;
    }
    while high - low > 1.0 {
        let middle = ((low + high) / 2.0).floor();
        if fails(middle) { low = middle } else { high = middle }
    }
    Some(high)
}

/// How the backlog came about: from when to when it grew, and in which phase it ended growing.
struct Story {
    from: f64,
    to: f64,
    level: f64,
    phase: usize,
}

impl Story {
    fn of(sight: &Foresight, forecast: &Forecast, look: &Look, alert: Option<f64>) -> Story {
        let from = look.stretches.first().map_or(0.0, |s| s.from);
        let end = match (alert, look.mode) {
            (Some(at), _) => at,
            (None, Mode::AtEnd) => sight.end,
            (None, Mode::Within { .. }) => from,
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

    fn growth(&self, forecast: &Forecast) -> String {
        let capacity = words::rate(forecast.capacity);
        let leaves = words::count(self.level);
        match self.steady(forecast) {
            // Enough for all of the test, or only so far.
            _ if self.level < 1.0 && forecast.offered.highest() <= forecast.capacity => {
                format!("{capacity} is enough for the {} that are offered", words::rate(forecast.offered.highest()))
            }
            _ if self.level < 1.0 => {
                format!("until then {capacity} is enough for the {} that are offered", words::rate(forecast.offered.at((self.to - 1e-6).max(0.0))))
            }
            Some(_) => format!("{} against {capacity} leaves {leaves}", load(forecast, self.from, self.to)),
            None => {
                let offered = words::count(forecast.offered.between(self.from, self.to));
                format!("from {} to {} {offered} are offered; against {capacity} that leaves {leaves}", words::time(self.from), words::time(self.to))
            }
        }
    }

    fn drain(&self, sight: &Foresight, forecast: &Forecast) -> Option<String> {
        if self.level < 1.0 || self.to >= sight.end - 1e-6 {
            return None;
        }
        let rate = forecast.offered.at(self.to + 1e-6);
        let surplus = forecast.capacity - rate;
        let after = words::rate(rate);
        let steady_until = |t: f64| constant(forecast, self.to, t.min(sight.end)).is_some();
        if surplus > 0.0 && steady_until(self.to + self.level / surplus) {
            let takes = words::time(self.level / surplus);
            return Some(if rate > 0.0 { format!("at {after} offered they drain in {takes}") } else { format!("with nothing offered they drain in {takes}") });
        }
        if surplus <= 0.0 && steady_until(sight.end) {
            return Some(format!("at {after} offered they never drain"));
        }
        let cleared = forecast.backlog.parts.iter().find(|p| p.from > self.to && p.level <= 1e-9).map(|p| p.from);
        Some(match cleared {
            Some(at) => format!("they are drained {} later", words::time(at - self.to)),
            None => "they are not drained when the test ends".to_owned(),
        })
    }
}

/// `3_000/s for 15m`, or `up to 3_000/s`: what the pipeline is offered.
fn load(forecast: &Forecast, from: f64, to: f64) -> String {
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
