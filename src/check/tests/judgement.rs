//! What a condition cannot tell: W0614, W0616 and W0617.

use super::shapes;
use super::timeline::Timed;
use super::windows::Ground;
use crate::check::Context;
use crate::check::reason::reach;
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Compare, Condition, MetricRef, Nature, PhaseId, Value, ValueKind, Window, WindowFunction};
use crate::source::Span;
use crate::units::{Dimension, Exact};
use num_traits::Zero;

/// Of an expectation.
pub fn check(cx: &Context<'_>, statement: Span, condition: &Condition, window: Option<&Window>, ground: &Ground<'_, '_>) {
    check_trend(cx, statement, condition);
    exact(cx, statement, condition, window);
    if let Some(window) = window {
        silent(cx, statement, condition, window, ground);
    }
}

/// W0616: a measured slope is never exactly zero.
pub fn check_trend(cx: &Context<'_>, statement: Span, condition: &Condition) {
    let mut found = false;
    compares(condition, &mut |_, left, right| {
        let trend = |v: &Value| matches!(&v.kind, ValueKind::Window { function: WindowFunction::Trend, .. });
        let zero = |v: &Value| constant(v).is_some_and(|c| c.is_zero());
        found |= trend(left) && zero(right) || trend(right) && zero(left);
    });
    if found {
        cx.report(
            Diagnostic::new(codes::W0616, statement, "a trend is compared with exactly zero, which noise alone decides")
                .here("the slope of a measured series is never exactly zero")
                .help("allow a small share of the load, such as `trend(clickstream.lag) <= 1% * offered_rate`"),
        );
    }
}

/// W0617: equality of what is measured. Whole counts can be equal, and so can what is read once at the end.
fn exact(cx: &Context<'_>, statement: Span, condition: &Condition, window: Option<&Window>) {
    if matches!(window, None | Some(Window::AtEnd)) {
        return;
    }
    let mut found = false;
    compares(condition, &mut |op, left, right| {
        let equality = matches!(op, Compare::Equal | Compare::NotEqual);
        let dim = if constant(left).is_none() { left.dim } else { right.dim };
        let counted = |v: &Value| v.metrics().iter().all(|m| whole_number(m));
        // `errors.ratio == 0%`: an end that cannot be passed can well be met exactly.
        let ends = |v: &Value| reach(v, &|metric| cx.certain_reach_of(statement.file, metric));
        let at_its_end = |v: &Value, limit: &Value| constant(limit).is_some_and(|c| [ends(v).low, ends(v).high].contains(&Some(c)));
        if at_its_end(left, right) || at_its_end(right, left) {
            return;
        }
        if equality && dim != Dimension::COUNT && (measured(left) || measured(right)) && !(counted(left) && counted(right)) {
            found = true;
        }
    });
    if found {
        cx.report(
            Diagnostic::new(codes::W0617, statement, "a measured series is compared for exact equality")
                .here("a measured number is hardly ever exactly this")
                .help("say what is fine: a range, `in low..=high`, or `<=` and `>=`"),
        );
    }
}

/// A number of things: instances, members, alerts.
fn whole_number(metric: &MetricRef) -> bool {
    let count = matches!(metric.across, Some(crate::plan::Across::Count)) || matches!(metric.statistic, Some(crate::plan::Statistic::Count));
    count || matches!(metric.nature, Nature::Declared | Nature::Final)
}

/// W0614: nobody waits for an answer while nothing is sent. Every window must have its own answer, so one phase that only rests is enough.
fn silent(cx: &Context<'_>, statement: Span, condition: &Condition, window: &Window, ground: &Ground<'_, '_>) {
    let looked_at: &[PhaseId] = match window {
        Window::During { phases, .. } | Window::Eventually { phases } => phases,
        _ => &[],
    };
    let pooled = matches!(window, Window::During { pooled: true, .. });
    let mut found: Option<(String, &Timed<'_>)> = None;
    for (metric, own) in condition.metrics_and_phases() {
        let last = metric.series.rsplit('.').next().unwrap_or_default();
        if found.is_some() || !matches!(last, "latency" | "service_time" | "lateness") || metric.nature != Nature::Distribution {
            continue;
        }
        let phases: Vec<&Timed<'_>> = own.unwrap_or(looked_at).iter().filter_map(|&id| ground.timeline.phases.get(id)).collect();
        let rests = |timed: &Timed<'_>| timed.shape.as_ref().is_some_and(|s| !shapes::has_load(s));
        let together = pooled || own.is_some();
        let pause = phases.iter().copied().find(|timed| rests(timed));
        if let Some(pause) = pause.filter(|_| !together || phases.iter().all(|timed| rests(timed))) {
            found = Some((metric.series.clone(), pause));
        }
    }
    if let Some((series, pause)) = found {
        cx.report(
            Diagnostic::new(codes::W0614, statement, format!("`{series}` is looked at in `{}`, where nothing is sent", pause.name()))
                .here("no record, no latency")
                .label(pause.span, "only a pause")
                .help("look at a phase that sends"),
        );
    }
}

/// Every comparison of a condition; `in` as the two it stands for.
fn compares<'c>(condition: &'c Condition, each: &mut dyn FnMut(Compare, &'c Value, &'c Value)) {
    match condition {
        Condition::And(a, b) | Condition::Or(a, b) => {
            compares(a, each);
            compares(b, each);
        }
        Condition::Not(inner) => compares(inner, each),
        Condition::Compare { op, left, right } => each(*op, left, right),
        Condition::In { value, low, high, .. } => {
            if let Some(low) = low {
                each(Compare::GreaterEqual, value, low);
            }
            if let Some(high) = high {
                each(Compare::LessEqual, value, high);
            }
        }
    }
}

fn constant(value: &Value) -> Option<Exact> {
    match &value.kind {
        ValueKind::Constant(c) => Some(*c),
        _ => None,
    }
}

fn measured(value: &Value) -> bool {
    value.metrics().iter().any(|m| m.nature != Nature::Declared)
}
