//! What W0615 says: the arithmetic, who shares the blame, and which capacity would do.

use super::known::{Figure, figure};
use super::{Foresight, runs};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::predict::Forecast;
use crate::plan::shape::number;
use crate::plan::windows::{Look, Mode};
use crate::plan::words;
use crate::plan::{Abort, Alert, Condition, Expectation, Pipeline, PipelineId, PipelineInput, Test, Value, ValueKind, Window, WindowFunction};

mod story;
mod totals;

use story::{Story, highest, load, lowest, moments};

/// `look` is the first of `looks` that cannot pass.
pub(super) fn diagnostic(sight: &Foresight, expectation: &Expectation, look: &Look, looks: &[Look]) -> Option<Diagnostic> {
    let culprit = Expectation { condition: culprit(sight, expectation, look), ..expectation.clone() };
    let alert = expected_silent(sight, &culprit, look);
    let named = named(sight, alert.map_or(&culprit.condition, |(alert, _)| &alert.condition));
    let Some(id) = named.iter().find_map(|figure| figure.pipeline()) else {
        return match alert {
            Some((alert, at)) => totals::fires(expectation, alert, at),
            None => totals::diagnostic(sight, &culprit, look, &named),
        };
    };
    let (forecast, pipeline) = (sight.forecast(id)?, sight.test.pipelines.get(id)?);
    let capacity = words::rate(forecast.capacity);
    let says = |what: String| format!("a capacity of {capacity} cannot meet `{}`: {what}", expectation.text);
    let rated = alert.is_none() && !named.iter().any(|f| matches!(f, Figure::Lag(_) | Figure::LagTime(_)));
    let late = named.iter().any(|f| matches!(f, Figure::LagTime(_)));
    let what = match alert {
        Some((alert, at)) => format!("alert `{}` fires after {}", alert.name, words::time(at)),
        None if rated => format!("`{}` processes no more than that", pipeline.name),
        None if late => waits(sight, id, look),
        None => over_time(sight, forecast, &culprit, look).unwrap_or_else(|| behind(sight, forecast, &culprit, look)),
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
        d = d.label(phase.span, given(sight.test, pipeline, load(forecast, number(phase.start), number(phase.start + phase.duration))));
    }
    for span in story.faults(sight, id) {
        d = d.label(span, "and takes nothing meanwhile");
    }
    d = d.note(story.growth(forecast));
    if let Some((_, hold)) = since.filter(|(_, hold)| *hold > 0.0) {
        d = d.note(format!("and stays above for the {} after which the alert fires", words::time(hold)));
    }
    match needed(sight, forecast, expectation, looks) {
        None if forecast.backlog.floor_highest() > 0.0 => {
            let trigger = forecast.backlog.trigger().unwrap_or(0.0);
            let rate = words::rate(forecast.offered.highest());
            let waiting = words::count(forecast.backlog.floor_highest());
            d = d.note(format!("a trigger of {} at {rate} alone means {waiting} records that wait for the next batch: no capacity helps", words::time(trigger)));
            Some(d.help("a shorter `trigger`, less load, or an expectation that leaves room for it"))
        }
        None => Some(d.note("no capacity helps").help("less load, a shorter standstill, or an expectation that the numbers allow")),
        Some(needed) => {
            let drains = if alert.is_none() { story.drain(sight, forecast, &expectation.window) } else { Vec::new() };
            d.notes.extend(drains);
            let wanted = limit(alert.map_or(&culprit.condition, |(alert, _)| &alert.condition)).filter(|_| !late);
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

/// An abort that is certain to strike, after so many seconds.
pub(super) fn aborted(sight: &Foresight, abort: &Abort, at: f64) -> Option<Diagnostic> {
    let id = named(sight, &abort.condition).iter().find_map(|figure| figure.pipeline())?;
    let (forecast, pipeline) = (sight.forecast(id)?, sight.test.pipelines.get(id)?);
    let capacity = words::rate(forecast.capacity);
    let whole = Look { stretches: vec![crate::plan::windows::Stretch { from: 0.0, to: at }], mode: Mode::Throughout, phase: None, cut: false };
    let story = Story::of(sight, forecast, &whole, Some(at - number(abort.hold)));
    let mut d = Diagnostic::new(codes::W0615, abort.span, format!("a capacity of {capacity} lets `abort when {}` end the run after {}", abort.text, words::time(at)))
        .here("is met, by the declared numbers");
    if let Some(span) = pipeline.capacity_span {
        d = d.label(span, format!("`{}` takes {capacity}", pipeline.name));
    }
    if let Some(phase) = sight.test.phases.get(story.phase) {
        d = d.label(phase.span, given(sight.test, pipeline, load(forecast, number(phase.start), number(phase.start + phase.duration))));
    }
    Some(d.note(story.growth(forecast)).help("less load, a limit that the numbers allow, or the capacity that the pipeline really has"))
}

/// What a phase gives a pipeline: where another one lies between, it is not what the phase says of itself.
fn given(test: &Test, pipeline: &Pipeline, load: String) -> String {
    let direct = matches!(pipeline.reads.as_slice(), [PipelineInput::Target(target)] if test.pipelines.iter().all(|p| p.writes != Some(*target)));
    if direct { load } else { format!("gives `{}` {load}", pipeline.name) }
}

/// The part of a condition that cannot hold: of what is joined by `and`, one may be enough.
fn culprit(sight: &Foresight, expectation: &Expectation, look: &Look) -> Condition {
    if let Condition::And(a, b) = &expectation.condition {
        for part in [a, b] {
            let alone = Expectation { condition: (**part).clone(), ..expectation.clone() };
            if sight.contradicts(&alone, look) {
                return culprit(sight, &alone, look);
            }
        }
    }
    expectation.condition.clone()
}

/// What a condition names of what is known, in the order of the text.
fn named(sight: &Foresight, condition: &Condition) -> Vec<Figure> {
    condition.metrics().into_iter().filter_map(|m| figure(sight.test, &m.series)).collect()
}

/// The alert that the expectation wants silent and that fires first.
fn expected_silent<'s>(sight: &Foresight<'s>, expectation: &Expectation, look: &Look) -> Option<(&'s Alert, f64)> {
    let levels: Vec<_> = named(sight, &expectation.condition).into_iter().filter_map(|f| if let Figure::Alerts(level) = f { Some(level) } else { None }).collect();
    let until = look.stretches.last().map_or(sight.end, |s| s.to);
    let fired = sight.test.alerts.iter().zip(&sight.alerts).filter(|(alert, _)| levels.contains(&alert.level));
    fired.filter_map(|(alert, at)| at.filter(|&at| at <= until).map(|at| (alert, at))).min_by(|a, b| a.1.total_cmp(&b.1))
}

/// The constant that a value is held against.
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
            let hopeless = |a: f64, b: f64| sight.truth(&expectation.condition, a, b, super::Over::Since(from)).hopeless();
            if runs(&super::cells(sight, from, to, hopeless, |_, _| None), false).is_empty() {
                format!("{} later it is still {} behind", words::time(to - from), still(to))
            } else {
                let even = (0..=200).map(|i| from + (until - from) * f64::from(i) / 200.0);
                let moments = even.chain(forecast.backlog.borders().filter(|&b| b >= from && b <= until));
                let again = moments.map(|t| forecast.backlog.at(t)).fold(0.0, f64::max);
                format!("it does not stay so, and is up to {} behind", words::count(again))
            }
        }
    }
}

/// What a function over all of the window comes to at the least, where the expectation compares one as it is.
fn over_time(sight: &Foresight, forecast: &Forecast, expectation: &Expectation, look: &Look) -> Option<String> {
    let Condition::Compare { left, right, .. } = &expectation.condition else { return None };
    let (value, function) = [left, right].into_iter().find_map(|value| match &value.kind {
        ValueKind::Window { function, of, .. } if reads_lag(of) => Some((value, *function)),
        _ => None,
    })?;
    let least = sight.predicted(value, look).filter(|least| least.is_finite())?;
    match function {
        WindowFunction::Avg => Some(format!("on average it is {} behind", words::count(least))),
        WindowFunction::Min | WindowFunction::Last => None,
        WindowFunction::Delta => Some(format!("it falls behind by {}", words::count(least))),
        WindowFunction::Trend => Some(format!("it falls behind by {}, up to {}", words::rate(least), words::count(highest(forecast, look).1))),
        WindowFunction::Max | WindowFunction::Stability => None,
    }
}

fn reads_lag(value: &Value) -> bool {
    matches!(&value.kind, ValueKind::Metric(metric) if metric.series.ends_with(".lag"))
}

fn waits(sight: &Foresight, id: PipelineId, look: &Look) -> String {
    let waited: Vec<f64> = moments(look).map(|t| sight.waits(id, (t - 1e-6).max(0.0))).collect();
    match look.mode {
        Mode::Throughout | Mode::AtEnd => format!("records wait for up to {}", words::time(waited.iter().copied().fold(0.0, f64::max))),
        _ => format!("records never wait for less than {}", words::time(waited.iter().copied().fold(f64::INFINITY, f64::min))),
    }
}

/// The smallest whole capacity (records a second) with which every window passes, if all is as predicted; `None` where none does (a trigger that is too
/// long, a pipeline that stands still).
fn needed(sight: &Foresight, forecast: &Forecast, expectation: &Expectation, looks: &[Look]) -> Option<f64> {
    let fails = |capacity: f64| {
        let sight = sight.with_capacity(forecast.pipeline, capacity);
        looks.iter().any(|look| sight.falls_short(expectation, look))
    };
    // After a standstill more than what is offered may be needed.
    let most = forecast.offered.highest().max(forecast.offered.between(0.0, sight.end)).ceil();
    let (mut low, mut high) = (forecast.capacity.floor(), forecast.offered.highest().ceil().max(forecast.capacity));
    while fails(high) {
        if high >= most {
            return None;
        }
        (low, high) = (high, (high * 2.0).min(most));
    }
    while high - low > 1.0 {
        let middle = ((low + high) / 2.0).floor();
        if fails(middle) { low = middle } else { high = middle }
    }
    Some(high)
}
