//! `--time-scale 60`: a two-hour scenario as a two-minute smoke test. Lengths are divided; rates and limits stay.

use crate::plan::{Anchor, FaultOffset, Per, Plan, Shape, Test, Value, ValueKind, Window, Condition};
use crate::units::Exact;

/// Divides the lengths of phases, windows, fault times, `skip_first`, `timeout` and `trigger` of every test.
pub fn scale(plan: &mut Plan, factor: Exact) {
    if factor == Exact::from_integer(1) {
        return;
    }
    plan.tests.iter_mut().for_each(|test| scale_test(test, factor));
}

fn scale_test(test: &mut Test, factor: Exact) {
    test.timeout /= factor;
    test.skip_first /= factor;
    for phase in &mut test.phases {
        phase.start /= factor;
        phase.duration /= factor;
        match &mut phase.shape {
            Shape::Step { every, .. } => *every /= factor,
            Shape::Sine { period, .. } => *period /= factor,
            Shape::Replay { points } => points.iter_mut().for_each(|(at, _)| *at /= factor),
            Shape::Search { hold, settle, .. } => {
                *hold /= factor;
                *settle /= factor;
            }
            Shape::Hold { .. } | Shape::Ramp { .. } | Shape::Spike { .. } | Shape::Pause | Shape::Flood { .. } => {}
        }
    }
    for pipeline in &mut test.pipelines {
        if let Some(trigger) = &mut pipeline.trigger {
            *trigger /= factor;
        }
    }
    // Polling is never made faster than once a second.
    for metric in &mut test.metrics {
        metric.every = polled(metric.every, factor);
    }
    for fault in &mut test.faults {
        if let FaultOffset::Time(at) = &mut fault.offset {
            *at /= factor;
        }
        if let Some((_, after)) = &mut fault.undo {
            *after /= factor;
        }
    }
    for alert in &mut test.alerts {
        alert.hold /= factor;
        intervals(&mut alert.condition, factor);
    }
    for abort in &mut test.aborts {
        abort.hold /= factor;
        intervals(&mut abort.condition, factor);
    }
    test.sustains.iter_mut().for_each(|s| intervals(&mut s.condition, factor));
    for expectation in &mut test.expectations {
        intervals(&mut expectation.condition, factor);
        if let Window::Within { length, hold, after } = &mut expectation.window {
            *length /= factor;
            if let Some(hold) = hold {
                *hold /= factor;
            }
            debug_assert!(matches!(after, Anchor::End(_) | Anchor::Start(_) | Anchor::Fault(_)));
        }
        if let Some(Per::Time(length)) = &mut expectation.per {
            *length /= factor;
        }
    }
}

fn polled(every: Exact, factor: Exact) -> Exact {
    let second = Exact::from_integer(1);
    if every <= second { every } else { (every / factor).max(second) }
}

fn intervals(condition: &mut Condition, factor: Exact) {
    each_value(condition, &mut |value| {
        if let ValueKind::Metric(metric) = &mut value.kind {
            metric.interval = polled(metric.interval, factor);
        }
    });
}

/// Calls `visit` with every value of a condition, outer ones first.
pub fn each_value(condition: &mut Condition, visit: &mut impl FnMut(&mut Value)) {
    match condition {
        Condition::And(a, b) | Condition::Or(a, b) => {
            each_value(a, visit);
            each_value(b, visit);
        }
        Condition::Not(inner) => each_value(inner, visit),
        Condition::Compare { left, right, .. } => {
            within_value(left, visit);
            within_value(right, visit);
        }
        Condition::In { value, low, high, .. } => {
            within_value(value, visit);
            low.iter_mut().chain(high).for_each(|v| within_value(v, visit));
        }
    }
}

fn within_value(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    visit(value);
    match &mut value.kind {
        ValueKind::Constant(_) | ValueKind::Metric(_) => {}
        ValueKind::Window { of, .. } | ValueKind::Rate(of) | ValueKind::Negate(of) => within_value(of, visit),
        ValueKind::Arithmetic { left, right, .. } => {
            within_value(left, visit);
            within_value(right, visit);
        }
        ValueKind::Call { arguments, .. } => arguments.iter_mut().for_each(|v| within_value(v, visit)),
    }
}
