//! What the plan says of what a file declares: phases, counts, times.

use super::View;
use crate::check::Sketch;
use crate::plan::{Phase, Shape, Test, words};
use crate::source::Span;
use crate::syntax::ast::ItemKind;
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

/// The instances of the phase that is declared at a place (or around it), in each test that has it: a `for` makes one of each of its values.
pub fn instances<'a>(view: &View<'a>, phase: Span) -> Vec<(&'a Test, Vec<&'a Phase>)> {
    let holds = |p: &&Phase| p.span.file == phase.file && p.span.start <= phase.start && phase.end <= p.span.end;
    let found = sketched(view).map(|test| (test, test.phases.iter().filter(holds).collect::<Vec<_>>()));
    found.filter(|(_, instances)| !instances.is_empty()).collect()
}

/// More lines than these nobody reads.
pub const MOST_LINES: usize = 8;

/// Of the phase that is declared at a place what [`phase_line`] says; of a test with `for` once where all of its values say the same, else a line for
/// each (`n = 1: +0s · 6_000 records`), and at the end how many more there are.
pub fn phase_lines(view: &View<'_>, phase: Span) -> Vec<String> {
    let said: Vec<(&Test, Vec<String>)> = instances(view, phase).into_iter().map(|(test, instances)| (test, vec![phase_line(&instances)])).collect();
    let lines = match alike(&said) {
        Some(lines) => lines.to_vec(),
        None => said.into_iter().map(|(test, lines)| format!("{}: {}", value_of(view, test), lines.concat())).collect(),
    };
    cut(lines, "")
}

/// What is said of the first test, where the same is said of all.
pub fn alike<'s, T: PartialEq>(said: &'s [(&Test, T)]) -> Option<&'s T> {
    let ((_, first), others) = said.split_first()?;
    others.iter().all(|(_, other)| other == first).then_some(first)
}

/// `n = 1`, of a test that a `for` makes; of another its name.
pub fn value_of<'a>(view: &View<'a>, test: &'a Test) -> &'a str {
    let names = view.unit().into_iter().flat_map(|unit| &unit.ast.items).filter_map(|item| match &item.kind {
        ItemKind::Test(test) => test.name.as_ref(),
        _ => None,
    });
    let base = names.filter(|name| name.span == test.span).map(|name| name.value.as_str()).next();
    let value = base.and_then(|base| test.name.strip_prefix(base)?.strip_prefix(" (")?.strip_suffix(')'));
    value.unwrap_or(&test.name)
}

/// The first of many lines, and how many more there are.
pub fn cut(mut lines: Vec<String>, bullet: &str) -> Vec<String> {
    let more = lines.len().saturating_sub(MOST_LINES);
    if more > 0 {
        lines.truncate(MOST_LINES);
        lines.push(format!("{bullet}and {more} more"));
    }
    lines
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
    use crate::analysis::{Options, analyze};
    use crate::resolve::workspace::Workspace;

    /// Of the phase of this name, in a test with this head and these phases.
    fn lines(head: &str, phases: &str, name: &str) -> Vec<String> {
        let text = format!("target t = null {{}}\nevent e {{ field id = uuid() }}\ntest \"a (b = c)\" {head}{{\n  seed = 1\n  send e to t\n{phases}\n}}\n");
        let analysis = analyze(Workspace::from_texts(&[("a.scale", text.as_str())]), &Options::default());
        let file = analysis.workspace.roots[0];
        let at = text.find(&format!("phase {name} ")).expect("a phase") + "phase ".len();
        phase_lines(&View::new(&analysis, file), Span::new(file, at, at + name.len()))
    }

    #[test]
    fn each_value_of_a_for_has_its_line_where_they_differ() {
        let phases = "  phase a = hold n * 100/s for 1m\n  phase b = hold 10/s for n * 1m\n  phase c = hold 1/s for 1m";
        assert_eq!(lines("for n in [1, 2] ", phases, "a"), ["n = 1: +0s · 6_000 records", "n = 2: +0s · 12_000 records"]);
        assert_eq!(lines("for n in [1, 2] ", phases, "c"), ["n = 1: +2m · 60 records", "n = 2: +3m · 60 records"]);
        assert_eq!(lines("for n in [1, 2] ", "  phase a = hold 100/s for 1m\n  phase b = hold n * 1/s for 1m", "a"), ["+0s · 6_000 records"]);
        assert_eq!(lines("", "  phase a = hold 100/s for 1m", "a"), ["+0s · 6_000 records"]);
        let many = lines("for n in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] ", "  repeat 2 {\n    phase a = hold n * 1/s for 1m\n  }", "a");
        assert_eq!((many.len(), many[7].as_str(), many[8].as_str()), (9, "n = 8: +0s · 480 records · 2 times", "and 2 more"));
        // Where something else is broken too.
        assert_eq!(lines("for n in [1, 2] ", "  phase a = hold n * 100/s for 1m\n  expect nope < 1 always", "a")[1], "n = 2: +0s · 12_000 records");
    }

    #[test]
    fn millions_have_one_decimal() {
        let said = [(0, "0"), (999_999, "999_999"), (1_000_000, "1.0M"), (3_000_000, "3.0M"), (3_612_345, "3.6M"), (999_949_999, "999.9M"), (999_950_000, "1.0G"), (2_500_000_000, "2.5G")];
        for (n, text) in said {
            assert_eq!(short(n), text);
        }
        assert_eq!(short(u64::MAX), "18_446_744_073.7G");
    }
}
