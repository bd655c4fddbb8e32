//! What the plan says of what a file declares: phases, counts, times.

use super::View;
use crate::check::Sketch;
use crate::plan::{Phase, Shape, Test, words};
use crate::source::Span;
use crate::units::{Exact, decimal};
use num_traits::ToPrimitive;

/// The tests of a file as they are planned, as far as they could be read: what is sent in them is whole.
pub fn tests_of<'a>(view: &View<'a>) -> &'a [Test] {
    let plans = &view.analysis.plans;
    let planned = plans.iter().find(|(file, _)| *file == view.file).and_then(|(_, plan)| plan.as_ref());
    match planned {
        Some(plan) => &plan.tests,
        None => view.analysis.drafts.iter().find(|(file, _)| *file == view.file).map_or(&[], |(_, tests)| tests),
    }
}

/// Those, and the tests of which all is known that a prediction rests on.
pub fn predictable<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Test> {
    tests_of(view).iter().chain(sketches(view).iter().filter(|sketch| sketch.sound).map(|sketch| &sketch.test))
}

/// All tests, without what is broken in them: what is there of their phases, sends, events and faults is true.
pub fn sketched<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Test> {
    tests_of(view).iter().chain(sketches(view).iter().map(|sketch| &sketch.test))
}

fn sketches<'a>(view: &View<'a>) -> &'a [Sketch] {
    view.analysis.sketches.iter().find(|(file, _)| *file == view.file).map_or(&[], |(_, sketches)| sketches)
}

/// The instances of the phase that is declared at a place, in the test that it belongs to (the first of those that a `for` makes).
pub fn instances<'a>(view: &View<'a>, phase: Span) -> Vec<&'a Phase> {
    let holds = |p: &Phase| p.span.file == phase.file && p.span.start <= phase.start && phase.end <= p.span.end;
    let test = sketched(view).find(|test| test.phases.iter().any(holds));
    test.map(|test| test.phases.iter().filter(|p| holds(p)).collect()).unwrap_or_default()
}

/// `+35m · 3.0M records`, of a repeated phase `+5m · 600_000 records · 3 times`; where its instances differ `+0s · 4 times, 1 record in all`. Of what has no
/// count the start.
pub fn phase_line(instances: &[&Phase]) -> String {
    let Some(first) = instances.first() else { return String::new() };
    let start = words::moment(seconds(first.start));
    let records = |n: u64| if n == 1 { "1 record".to_owned() } else { format!("{} records", short(n)) };
    let times = instances.len();
    match planned(instances) {
        Planned::Unknown if times == 1 => format!("+{start}"),
        Planned::Unknown => format!("+{start} · {times} times"),
        Planned::Each(n) if times == 1 => format!("+{start} · {}", records(n)),
        Planned::Each(n) => format!("+{start} · {} · {times} times", records(n)),
        Planned::InAll(n) => format!("+{start} · {times} times, {} in all", records(n)),
    }
}

/// How many records the instances of a phase plan.
pub enum Planned {
    /// A search plans none; or what is sent is broken.
    Unknown,
    Each(u64),
    /// They differ.
    InAll(u64),
}

pub fn planned(instances: &[&Phase]) -> Planned {
    let Some(counts) = instances.iter().map(|p| p.counts.planned).collect::<Option<Vec<u64>>>() else { return Planned::Unknown };
    match counts.split_first() {
        Some((first, others)) if others.iter().any(|n| n != first) => Planned::InAll(counts.iter().fold(0, |sum, n| sum.saturating_add(*n))),
        Some((first, _)) => Planned::Each(*first),
        None => Planned::Unknown,
    }
}

/// Behind a line: from a million on to one decimal, which is always there.
fn short(n: u64) -> String {
    let tenths = |size: u64| {
        let n = n.saturating_add(size / 20) / (size / 10);
        (n / 10, n % 10)
    };
    match tenths(1_000_000) {
        _ if n < 1_000_000 => words::count(n as f64),
        (whole, tenth) if whole < 1_000 => format!("{whole}.{tenth}M"),
        _ => {
            let (whole, tenth) = tenths(1_000_000_000);
            format!("{}.{tenth}G", decimal(Exact::from_integer(i128::from(whole)), 0))
        }
    }
}

/// Every one of them.
pub fn records(n: u64) -> String {
    if n == 1 { "1 record".to_owned() } else { format!("{} records", words::count(n as f64)) }
}

/// What is said of a phase whose records nobody can count beforehand.
pub const UNCOUNTED: &str = "as many records as the search needs";

/// The records of a phase in words; `None` where they are not known.
pub fn counted(phase: &Phase) -> Option<String> {
    match phase.counts.planned {
        Some(n) => Some(records(n)),
        None => matches!(phase.shape, Shape::Search { .. }).then(|| UNCOUNTED.to_owned()),
    }
}

pub fn seconds(exact: Exact) -> f64 {
    exact.to_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millions_have_one_decimal() {
        let said = [(0, "0"), (999_999, "999_999"), (1_000_000, "1.0M"), (3_000_000, "3.0M"), (3_612_345, "3.6M"), (999_949_999, "999.9M"), (999_950_000, "1.0G"), (2_500_000_000, "2.5G")];
        for (n, text) in said {
            assert_eq!(short(n), text);
        }
        assert_eq!(short(u64::MAX), "18_446_744_073.7G");
    }
}
