//! What the plan says of what a file declares: phases, counts, times.

use super::View;
use crate::plan::{Phase, Test, words};
use crate::source::Span;
use crate::units::Exact;
use num_traits::ToPrimitive;

/// The tests of a file as they are planned, as far as they could be read.
pub fn tests_of<'a>(view: &View<'a>) -> &'a [Test] {
    let plans = &view.analysis.plans;
    let planned = plans.iter().find(|(file, _)| *file == view.file).and_then(|(_, plan)| plan.as_ref());
    match planned {
        Some(plan) => &plan.tests,
        None => view.analysis.drafts.iter().find(|(file, _)| *file == view.file).map_or(&[], |(_, tests)| tests),
    }
}

/// The instances of the phase that is declared at a place, in the test that it belongs to (the first of those that a `for` makes).
pub fn instances<'a>(view: &View<'a>, phase: Span) -> Vec<&'a Phase> {
    let holds = |p: &Phase| p.span.file == phase.file && p.span.start <= phase.start && phase.end <= p.span.end;
    let test = tests_of(view).iter().find(|test| test.phases.iter().any(holds));
    test.map(|test| test.phases.iter().filter(|p| holds(p)).collect()).unwrap_or_default()
}

/// `+35m · 3M records`
pub fn phase_line(phase: &Phase) -> String {
    format!("+{} · {}", start(phase), records(phase))
}

/// When a phase starts, from the start of the test.
pub fn start(phase: &Phase) -> String {
    words::moment(seconds(phase.start))
}

pub fn records(phase: &Phase) -> String {
    match phase.counts.planned {
        Some(1) => "1 record".to_owned(),
        Some(n) => format!("{} records", words::count(n as f64)),
        None => "as many records as the search needs".to_owned(),
    }
}

pub fn seconds(exact: Exact) -> f64 {
    exact.to_f64().unwrap_or(0.0)
}
