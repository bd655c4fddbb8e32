//! `--time-scale 60`: a two-hour scenario as a two-minute smoke test. Lengths are divided; rates and limits stay.

use crate::plan::{Condition, FaultOffset, Per, Plan, Shape, Test, Window};
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
        if let Window::Within { length, hold, .. } = &mut expectation.window {
            *length /= factor;
            if let Some(hold) = hold {
                *hold /= factor;
            }
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
    condition.each_metric_mut(&mut |metric| metric.interval = polled(metric.interval, factor));
}
