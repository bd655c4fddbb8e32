//! What a condition can never tell, or always tells: W0611, W0614, W0616, W0617 and E0603.

use super::shapes;
use super::windows::{self, Ground};
use super::say;
use crate::check::Context;
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Arithmetic, Compare, Condition, MathFunction, MetricRef, Nature, Value, ValueKind, Window, WindowFunction};
use crate::source::Span;
use crate::units::{Dimension, Exact};
use num_traits::{CheckedAdd, CheckedMul, CheckedSub, One, Signed, Zero};

/// Of an expectation: `statement` is all of it, `written` its condition.
pub fn check(cx: &Context<'_>, statement: Span, written: Span, condition: &Condition, window: Option<&Window>, ground: &Ground<'_, '_>) {
    check_line(cx, statement, written, condition);
    exact(cx, statement, condition, window);
    if let Some(window) = window {
        unseen(cx, statement, condition, window, ground);
        silent(cx, statement, condition, window, ground);
    }
}

/// Of any line that is judged in a window: `expect` and `sustain`.
pub fn check_line(cx: &Context<'_>, statement: Span, written: Span, condition: &Condition) {
    if let Some(why) = always(condition) {
        let text = super::expectations::fold(cx.text_at(written));
        cx.report(
            Diagnostic::new(codes::W0611, statement, format!("`{text}` is always true"))
                .here(why)
                .help("expect what could fail, or take the line away"),
        );
    }
    check_trend(cx, statement, condition);
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
        let counted = |v: &Value| all_metrics(v).iter().all(|m| whole_number(m));
        // `errors.ratio == 0%`: an end that cannot be passed can well be met exactly.
        let at_its_end = |v: &Value, limit: &Value| constant(limit).is_some_and(|c| [reach(v).low, reach(v).high].contains(&Some(c)));
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
                .help("compare with a range, such as `in 95%..=105%`, or with `<=` and `>=`"),
        );
    }
}

/// A number of things: instances, members, alerts.
fn whole_number(metric: &MetricRef) -> bool {
    let count = matches!(metric.across, Some(crate::plan::Across::Count)) || matches!(metric.statistic, Some(crate::plan::Statistic::Count));
    count || matches!(metric.nature, Nature::Declared | Nature::Final)
}

/// E0603: nothing may have been sampled in the window.
fn unseen(cx: &Context<'_>, statement: Span, condition: &Condition, window: &Window, ground: &Ground<'_, '_>) {
    let Some((length, label)) = windows::shortest(ground, window) else { return };
    let mut metrics = Vec::new();
    compares(condition, &mut |_, left, right| {
        for value in [left, right] {
            metrics.extend(windowed_metrics(value));
        }
    });
    let sampled = |m: &&MetricRef| !matches!(m.nature, Nature::Declared | Nature::Final | Nature::Distribution);
    let Some(rarest) = metrics.into_iter().filter(sampled).max_by_key(|m| m.interval) else { return };
    if rarest.interval <= length || !length.is_positive() {
        return;
    }
    let mut message = Diagnostic::new(
        codes::E0603,
        statement,
        format!("`{}` is sampled every {}, too rarely to be seen in a window of {}", rarest.series, say::time(rarest.interval), say::time(length)),
    );
    if let Some((span, words)) = label {
        message = message.label(span, words);
    }
    cx.report(message.help(format!("sample it at least every {}, or look at it for longer", say::time(length))));
}

/// W0614: nobody waits for an answer while nothing is sent.
fn silent(cx: &Context<'_>, statement: Span, condition: &Condition, window: &Window, ground: &Ground<'_, '_>) {
    let (Window::During { phases, .. } | Window::Eventually { phases }) = window else { return };
    let timed = || phases.iter().filter_map(|&id| ground.timeline.phases.get(id));
    if phases.is_empty() || !timed().all(|p| p.shape.as_ref().is_some_and(|s| !shapes::has_load(s))) {
        return;
    }
    let mut found: Option<String> = None;
    compares(condition, &mut |_, left, right| {
        for value in [left, right] {
            for metric in windowed_metrics(value) {
                let last = metric.series.rsplit('.').next().unwrap_or_default();
                if matches!(last, "latency" | "service_time" | "lateness") && metric.nature == Nature::Distribution {
                    found.get_or_insert_with(|| metric.series.clone());
                }
            }
        }
    });
    if let (Some(series), Some(pause)) = (found, timed().next()) {
        cx.report(
            Diagnostic::new(codes::W0614, statement, format!("`{series}` is looked at while nothing is sent"))
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
    all_metrics(value).iter().any(|m| m.nature != Nature::Declared)
}

fn all_metrics(value: &Value) -> Vec<&MetricRef> {
    collect(value, false)
}

/// Without those that a window function reads in phases of its own.
fn windowed_metrics(value: &Value) -> Vec<&MetricRef> {
    collect(value, true)
}

fn collect(value: &Value, here_only: bool) -> Vec<&MetricRef> {
    match &value.kind {
        ValueKind::Constant(_) => Vec::new(),
        ValueKind::Metric(metric) => vec![metric],
        ValueKind::Window { phases: Some(_), .. } if here_only => Vec::new(),
        ValueKind::Window { of, .. } => collect(of, here_only),
        ValueKind::Rate(inner) | ValueKind::Negate(inner) => collect(inner, here_only),
        ValueKind::Arithmetic { left, right, .. } => [collect(left, here_only), collect(right, here_only)].concat(),
        ValueKind::Call { arguments, .. } => arguments.iter().flat_map(|a| collect(a, here_only)).collect(),
    }
}

/// Every series that a condition names.
pub fn series(condition: &Condition) -> Vec<&MetricRef> {
    let mut all = Vec::new();
    compares(condition, &mut |_, left, right| {
        all.extend(all_metrics(left));
        all.extend(all_metrics(right));
    });
    all
}

/// What a value can be at all; `None` at an end that is open or unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Reach {
    low: Option<Exact>,
    high: Option<Exact>,
}

impl Reach {
    const ANY: Reach = Reach { low: None, high: None };
    fn at(value: Exact) -> Reach {
        Reach { low: Some(value), high: Some(value) }
    }
}

fn reach(value: &Value) -> Reach {
    match &value.kind {
        ValueKind::Constant(c) => Reach::at(*c),
        ValueKind::Metric(metric) => natural(metric),
        ValueKind::Window { function, of, .. } => match function {
            WindowFunction::Avg | WindowFunction::Min | WindowFunction::Max | WindowFunction::Last => reach(of),
            _ => Reach::ANY,
        },
        ValueKind::Negate(inner) => {
            let inner = reach(inner);
            Reach { low: inner.high.map(|v| -v), high: inner.low.map(|v| -v) }
        }
        ValueKind::Arithmetic { op, left, right } => {
            let (a, b) = (reach(left), reach(right));
            let both = |x: Option<Exact>, y: Option<Exact>, f: fn(&Exact, &Exact) -> Option<Exact>| x.zip(y).and_then(|(x, y)| f(&x, &y));
            match op {
                Arithmetic::Add => Reach { low: both(a.low, b.low, Exact::checked_add), high: both(a.high, b.high, Exact::checked_add) },
                Arithmetic::Subtract => Reach { low: both(a.low, b.high, Exact::checked_sub), high: both(a.high, b.low, Exact::checked_sub) },
                Arithmetic::Multiply => match (a, b) {
                    // Only by a constant of one sign, the common case (`1% * offered_rate`).
                    (Reach { low: Some(l), high: Some(h) }, other) | (other, Reach { low: Some(l), high: Some(h) }) if l == h && !l.is_negative() => {
                        Reach { low: other.low.and_then(|v| v.checked_mul(&l)), high: other.high.and_then(|v| v.checked_mul(&l)) }
                    }
                    _ => Reach::ANY,
                },
                Arithmetic::Divide => Reach::ANY,
            }
        }
        ValueKind::Call { function: MathFunction::Abs, .. } | ValueKind::Rate(_) => Reach { low: Some(Exact::zero()), high: None },
        ValueKind::Call { .. } => Reach::ANY,
    }
}

/// Bounds that lie in the nature of what is measured. A declared metric may be anything.
fn natural(metric: &MetricRef) -> Reach {
    let mut parts = metric.series.split('.');
    let (last, dotted) = (parts.next_back().unwrap_or_default(), parts.next().is_some());
    let last_two = metric.series.ends_with("errors.ratio");
    let zero = Some(Exact::zero());
    if last_two || (dotted && last == "gc_ratio") {
        return Reach { low: zero, high: Some(Exact::one()) };
    }
    if matches!(metric.across, Some(crate::plan::Across::Count | crate::plan::Across::Spread)) || matches!(metric.nature, Nature::Distribution | Nature::Final) {
        return Reach { low: zero, high: None };
    }
    let own = [
        "offered_rate", "sent_rate", "acked_rate", "bytes_rate", "planned", "sent", "not_sent", "acked", "failed", "delivered", "lost", "duplicated", "reordered",
        "corrupted", "cost", "cost_per_million",
    ];
    let of_something = ["lag", "lag_time", "processing_rate", "members", "rebalances", "critical", "warning", "cpu", "memory", "threads", "open_files", "capacity"];
    let known = !metric.series.contains('.') && own.contains(&last) && metric.nature != Nature::Declared || dotted && (own.contains(&last) || of_something.contains(&last));
    // A declared `metric cost = …` would be told apart by nothing here: it is refused by E0202 or read as the test's own.
    if known { Reach { low: zero, high: None } } else { Reach::ANY }
}

/// Why a condition cannot fail; `None` where it can.
fn always(condition: &Condition) -> Option<String> {
    match condition {
        Condition::And(a, b) => always(a).and_then(|first| always(b).map(|_| first)),
        Condition::Or(a, b) => always(a).or_else(|| always(b)),
        Condition::Not(_) => None,
        Condition::Compare { op, left, right } => compared(*op, left, right),
        Condition::In { value, low, high, inclusive } => {
            let low = match low {
                Some(low) => Some(compared(Compare::GreaterEqual, value, low)?),
                None => None,
            };
            let high = match high {
                Some(high) => Some(compared(if *inclusive { Compare::LessEqual } else { Compare::Less }, value, high)?),
                None => None,
            };
            low.or(high)
        }
    }
}

fn compared(op: Compare, left: &Value, right: &Value) -> Option<String> {
    let (a, b) = (reach(left), reach(right));
    let below = |x: Reach, y: Reach, strict: bool| x.high.zip(y.low).is_some_and(|(high, low)| if strict { high < low } else { high <= low });
    let holds = match op {
        Compare::Less => below(a, b, true),
        Compare::LessEqual => below(a, b, false),
        Compare::Greater => below(b, a, true),
        Compare::GreaterEqual => below(b, a, false),
        Compare::Equal => false,
        Compare::NotEqual => below(a, b, true) || below(b, a, true),
    };
    if !holds {
        return None;
    }
    let words = |value: &Value, reach: Reach| match (&value.kind, reach.low, reach.high) {
        (ValueKind::Constant(_), ..) => None,
        (_, Some(low), Some(high)) => Some(format!("it lies between {} and {}", number(low, value.dim), number(high, value.dim))),
        (_, Some(low), None) => Some(format!("it is never below {}", number(low, value.dim))),
        (_, None, Some(high)) => Some(format!("it is never above {}", number(high, value.dim))),
        _ => None,
    };
    Some(words(left, a).or_else(|| words(right, b)).unwrap_or_else(|| "both sides are constants".to_string()))
}

fn number(value: Exact, dim: Dimension) -> String {
    if dim == Dimension::RATIO { say::percent(value) } else { crate::units::show(value, dim) }
}
