//! Expectations for a phase that nothing is expected of: latency, errors, the lag of each pipeline, the recovery after a burst.

use super::{Action, Edit, Kind, tried};
use crate::ide::{View, plans};
use crate::plan::predict::{Forecast, predict};
use crate::plan::{Condition, Expectation, Phase, PhaseId, Shape, Test, Value, ValueKind, Window, shape};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, Statement, StatementKind};
use crate::units::{self, Dimension, Exact, show};
use std::ops::Range;

pub fn missing(view: &View<'_>, offset: usize) -> Option<Action> {
    let items = &view.unit()?.ast.items;
    let inside = |span: Span| span.start as usize <= offset && offset <= span.end as usize;
    let (item, test) = items.iter().find_map(|item| match &item.kind {
        ItemKind::Test(test) if inside(item.span) => Some((item, test)),
        _ => None,
    })?;
    let phase = phase_at(&test.statements, &|p| {
        let name = p.name.as_ref().map_or(p.shape_span, |n| n.span);
        inside(name.to(p.shape_span))
    })?;
    let name = phase.name.as_ref()?;
    let planned = plans::tests_of(view).iter().find(|t| test.name.as_ref().is_some_and(|n| t.span == n.span))?;
    let ids: Vec<PhaseId> = planned.phases.iter().enumerate().filter(|(_, p)| p.name == name.text).map(|(id, _)| id).collect();
    let mut lines = wished(planned, &ids, &name.text);
    let (at, indent) = behind(view, item.span, &test.statements)?;
    // What the checker has something to say of is left out.
    while !lines.is_empty() {
        let edit = insertion(at, &indent, &lines);
        if let Some((text, fresh)) = tried(view, std::slice::from_ref(&edit))
            && fresh.is_empty()
        {
            return Some(Action::new(format!("expect something of phase `{}`", name.text), Kind::Add, Ok(text)));
        }
        let fits: Vec<String> = lines.iter().filter(|line| is_quiet(view, &insertion(at, &indent, std::slice::from_ref(line)))).cloned().collect();
        if fits.len() == lines.len() {
            // Each by itself is fine, together they are not.
            lines.pop();
        } else {
            lines = fits;
        }
    }
    None
}

fn is_quiet(view: &View<'_>, edit: &Edit) -> bool {
    tried(view, std::slice::from_ref(edit)).is_some_and(|(_, fresh)| fresh.is_empty())
}

fn insertion(at: usize, indent: &str, lines: &[String]) -> Edit {
    let text: String = lines.iter().map(|line| format!("\n{indent}{line}")).collect();
    (at..at, text)
}

/// What one would expect of a phase, without what is expected already.
fn wished(test: &Test, ids: &[PhaseId], name: &str) -> Vec<String> {
    let phases: Vec<&Phase> = ids.iter().filter_map(|id| test.phases.get(*id)).collect();
    let Some(first) = phases.first() else { return Vec::new() };
    // What a search finds, and what comes at once, is judged by itself.
    if matches!(first.shape, Shape::Search { .. } | Shape::Flood { .. }) {
        return Vec::new();
    }
    let covered = |series: &str| test.expectations.iter().any(|e| looks_at(&e.condition, series) && covers(&e.window, ids));
    let mut lines = Vec::new();
    let load = first.counts.planned.is_some_and(|n| n > 0);
    if load && !covered("latency") {
        lines.push(format!("expect latency.p99 < {} during {name}", said(test, "latency").unwrap_or("250ms".to_owned())));
    }
    if load && !covered("errors.ratio") {
        lines.push(format!("expect errors.ratio < {} during {name}", said(test, "errors.ratio").unwrap_or("0.1%".to_owned())));
    }
    let forecasts = predict(test);
    for (id, pipeline) in test.pipelines.iter().enumerate() {
        let lag = format!("{}.lag", pipeline.name);
        let known = pipeline.group.is_some() || pipeline.progress.is_some() || pipeline.capacity.is_some();
        if !known || covered(&lag) {
            continue;
        }
        let rate = phases.iter().filter_map(|p| shape::peak_rate(p)).fold(0.0, f64::max);
        match forecasts.iter().find(|f| f.pipeline == id) {
            Some(forecast) => lines.extend(by_forecast(test, &phases, forecast, &lag, name, rate)),
            // A few seconds of load may wait.
            None if load => lines.push(format!("expect {lag} < {} during {name}", count(rate * 10.0))),
            None => {}
        }
    }
    lines
}

const SAMPLES: u32 = 64;

/// Twice what is predicted; and where a backlog outlives the phase, that it is gone half as late again as predicted.
fn by_forecast(test: &Test, phases: &[&Phase], forecast: &Forecast, lag: &str, name: &str, rate: f64) -> Vec<String> {
    let trigger = test.pipelines.get(forecast.pipeline).and_then(|p| p.trigger).map_or(0.0, |t| plans::seconds(t) * rate);
    let mut worst = trigger;
    let mut left: f64 = 0.0;
    let mut recovery: f64 = 0.0;
    for phase in phases {
        let (from, to) = (plans::seconds(phase.start), plans::seconds(phase.start + phase.duration));
        // Near enough: it is doubled, and taken to one digit.
        worst = (0..=SAMPLES).map(|n| forecast.backlog.at(from + (to - from) * f64::from(n) / f64::from(SAMPLES))).fold(worst, f64::max);
        let at_end = forecast.backlog.fluid(to);
        if at_end > left.max(1.0) {
            left = at_end;
            let gone = forecast.backlog.parts.iter().filter(|p| p.from >= to - 1e-9).find(|p| p.at(p.to) < 1e-3).map(|p| p.to - to);
            recovery = gone.unwrap_or(f64::INFINITY);
        }
    }
    let mut lines = vec![format!("expect {lag} < {} during {name}", count((worst * 2.0).max(rate * 10.0)))];
    if left > 1.0 && recovery.is_finite() {
        let allowed = (recovery * 1.5 / 60.0).ceil().max(1.0) * 60.0;
        lines.push(format!("expect {lag} < {} within {} after {name}", count(rate * 10.0), show(Exact::from_integer(allowed as i128), Dimension::TIME)));
    }
    lines
}

/// To one digit, upwards.
fn count(records: f64) -> String {
    let records = records.max(100.0);
    let unit = 10f64.powf(records.log10().floor());
    show(Exact::from_integer(((records / unit).ceil() * unit) as i128), Dimension::COUNT)
}

/// What the test holds this metric against elsewhere.
fn said(test: &Test, series: &str) -> Option<String> {
    let limit = |condition: &Condition| match condition {
        Condition::Compare { left, right: Value { kind: ValueKind::Constant(value), dim }, .. } if names(left, series) => units::exact(*value, *dim).filter(|text| units::parse(text.trim_start_matches('-')).is_ok()),
        _ => None,
    };
    test.expectations.iter().find_map(|e: &Expectation| limit(&e.condition))
}

fn covers(window: &Window, ids: &[PhaseId]) -> bool {
    match window {
        Window::Always => true,
        Window::During { phases, .. } | Window::Eventually { phases } => ids.iter().all(|id| phases.contains(id)),
        Window::Within { .. } | Window::AtEnd => false,
    }
}

fn looks_at(condition: &Condition, series: &str) -> bool {
    match condition {
        Condition::And(a, b) | Condition::Or(a, b) => looks_at(a, series) || looks_at(b, series),
        Condition::Not(a) => looks_at(a, series),
        Condition::Compare { left, right, .. } => names(left, series) || names(right, series),
        Condition::In { value, .. } => names(value, series),
    }
}

fn names(value: &Value, series: &str) -> bool {
    match &value.kind {
        ValueKind::Constant(_) => false,
        ValueKind::Metric(metric) => metric.series == series,
        ValueKind::Window { of, .. } => names(of, series),
        ValueKind::Rate(a) | ValueKind::Negate(a) => names(a, series),
        ValueKind::Arithmetic { left, right, .. } => names(left, series) || names(right, series),
        ValueKind::Call { arguments, .. } => arguments.iter().any(|a| names(a, series)),
    }
}

fn phase_at<'a>(statements: &'a [Statement], fits: &dyn Fn(&ast::Phase) -> bool) -> Option<&'a ast::Phase> {
    statements.iter().find_map(|s| match &s.kind {
        StatementKind::Phase(phase) if fits(phase) => Some(phase),
        StatementKind::Repeat { statements, .. } => phase_at(statements, fits),
        _ => None,
    })
}

/// Behind the last expectation of a test, or behind its last statement; and how far statements are indented there.
fn behind(view: &View<'_>, item: Span, statements: &[Statement]) -> Option<(usize, String)> {
    let last = statements.iter().rev().find(|s| matches!(s.kind, StatementKind::Expect { .. })).or(statements.last())?;
    let source = view.source();
    let line = source.line_index(last.span.end.max(1) as usize - 1);
    // A comment behind the statement stays with it.
    let end = source.line_start(line) + source.line_text(line).len();
    let own = source.line_text(source.line_index(last.span.start as usize));
    let indent: String = own.chars().take_while(|c| c.is_whitespace()).collect();
    let inside: Range<usize> = item.start as usize..item.end as usize;
    let closes = source.line_text(line).trim_end().ends_with('}') && end >= item.end as usize;
    (inside.contains(&end) && !closes).then_some((end, indent))
}

