//! What the planned load and the declared clusters contradict, in words.

use super::limit;
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::contradict::Foresight;
use crate::plan::contradict::bounds::Over;
use crate::plan::contradict::known::Figure;
use crate::plan::shape::number;
use crate::plan::windows::{Look, Mode};
use crate::plan::words;
use crate::plan::{Alert, Expectation, TargetId};

/// Of what no pipeline's capacity decides about.
pub(super) fn diagnostic(sight: &Foresight, expectation: &Expectation, look: &Look, named: &[Figure]) -> Option<Diagnostic> {
    let priced = named.iter().find(|f| matches!(f, Figure::Cost | Figure::CostPerMillion));
    if let Some(figure) = priced {
        return Some(costs(sight, expectation, look, *figure));
    }
    let says = |what: String| format!("the load as planned cannot meet `{}`: {what}", expectation.text);
    let of = |span, text: String| Diagnostic::new(codes::W0615, span, text).here("contradicted by the declared numbers");
    named.iter().find_map(|figure| match *figure {
        Figure::Planned(target) | Figure::PartOfPlanned(target) => {
            let (records, when) = counted(sight, look, target);
            let what = match target.and_then(|id| sight.test.targets.get(id)) {
                Some(target) => format!("{} records are planned for `{}` {when}", words::count(records), target.name),
                None => format!("{} records are planned {when}", words::count(records)),
            };
            let d = of(expectation.span, says(what));
            let d = match sum(sight, look, target) {
                Some(sum) => d.note(sum),
                None => d,
            };
            Some(d.help("expect what is planned, or plan more load"))
        }
        Figure::OfferedRate => {
            let (from, to) = (look.stretches.first().map_or(0.0, |s| s.from), look.stretches.last().map_or(sight.end, |s| s.to));
            let (low, high) = sight.offered.low_high(from, to);
            let offered = if low == high { words::rate(low) } else { format!("from {} to {}", words::rate(low), words::rate(high)) };
            let d = of(expectation.span, says(format!("{offered} is offered")));
            let d = match look.phase.and_then(|id| sight.test.phases.get(id)) {
                Some(phase) => d.label(phase.span, format!("offers {offered}")),
                None => d,
            };
            Some(d.help("expect what is planned, or plan another load"))
        }
        Figure::Declared(_) => Some(of(expectation.span, format!("the declared numbers cannot meet `{}`", expectation.text)).help("expect what is declared, or declare what is so")),
        _ => None,
    })
}

/// An alert that no pipeline's capacity decides about.
pub(super) fn fires(expectation: &Expectation, alert: &Alert, at: f64) -> Option<Diagnostic> {
    let d = Diagnostic::new(codes::W0615, expectation.span, format!("the declared numbers cannot meet `{}`: alert `{}` fires after {}", expectation.text, alert.name, words::time(at)));
    Some(d.here("contradicted by the declared numbers").label(alert.span, format!("alert `{}`", alert.name)).help("raise the alert's limit, or plan another load"))
}

/// Records that are planned by the end of a window at most, and when that is.
fn counted(sight: &Foresight, look: &Look, target: Option<TargetId>) -> (f64, String) {
    let until = look.stretches.last().map_or(sight.end, |s| s.to);
    if look.mode == Mode::AtEnd || until >= sight.end - 1e-6 {
        return (sight.plan.total(target).unwrap_or(0.0), "in all".to_owned());
    }
    let begun = sight.plan.due_by(target, until - 1e-6).unwrap_or(0.0);
    let due = if target.is_none() { begun.min(sight.due.by(until).ceil()) } else { begun };
    (due, format!("by {}", words::time(until)))
}

/// `2_000/s for 1m = 120_000`, or of each phase that counts.
fn sum(sight: &Foresight, look: &Look, target: Option<TargetId>) -> Option<String> {
    let until = look.stretches.last().map_or(sight.end, |s| s.to);
    let counts = sight.test.phases.iter().filter(|p| number(p.start) < until).map(|p| (p, target.map_or(p.counts.planned, |id| p.counts.per_target.get(id).copied())));
    let sending: Vec<_> = counts.filter_map(|(p, n)| Some((p, n.filter(|n| *n > 0)?))).collect();
    match sending.as_slice() {
        [] => None,
        [(phase, n)] => {
            let rate = crate::plan::shape::end_rates(phase).filter(|(a, b)| a == b && matches!(phase.shape, crate::plan::Shape::Hold { .. }));
            rate.map(|(rate, _)| format!("{} for {} is {}", words::rate(rate), words::time(number(phase.duration)), words::count(*n as f64)))
        }
        several if several.len() <= 6 => {
            let terms: Vec<String> = several.iter().map(|(p, n)| format!("{} in `{}`", words::count(*n as f64), p.name)).collect();
            Some(terms.join(", "))
        }
        _ => None,
    }
}

fn costs(sight: &Foresight, expectation: &Expectation, look: &Look, figure: Figure) -> Diagnostic {
    let test = sight.test;
    let per_hour = sight.plan.per_hour;
    let until = match look.mode {
        Mode::AtEnd => sight.plan.lasts,
        // The first moment at which it cannot hold.
        _ => super::moments(look).find(|&t| sight.truth(&expectation.condition, t, t, Over::Window(&look.stretches)).hopeless()).unwrap_or(sight.end),
    };
    let so_far = if look.mode == Mode::AtEnd { String::new() } else { format!(" after {}", words::time(until)) };
    let total = per_hour * until / 3600.0;
    let (hourly, lasts) = (dollars(per_hour), words::time(until));
    let records = if look.mode == Mode::AtEnd { sight.plan.total(None).unwrap_or(0.0) } else { sight.due_by(None, until) };
    let per_million = |records: f64| if records > 0.0 { total / (records / 1e6) } else { 0.0 };
    let each = format!("{}/M", dollars(per_million(records)));
    let what = if figure == Figure::Cost { dollars(total) } else { each.clone() };
    let whose = match test.clusters.as_slice() {
        [one] => format!("cluster `{}`", one.name),
        several => format!("the {} clusters", several.len()),
    };
    let title = format!("{whose} at {hourly}/h cannot meet `{}`: it comes to {what}{so_far}", expectation.text);
    let mut d = Diagnostic::new(codes::W0615, expectation.span, title).here("contradicted by the declared numbers");
    for cluster in &test.clusters {
        let (low, _) = crate::plan::cost::cluster_per_hour(cluster);
        d = d.label(cluster.span, format!("costs {}/h", dollars(low)));
    }
    if figure == Figure::Cost {
        d = d.note(format!("{hourly}/h for {lasts} is {}", dollars(total)));
        return d.help("a smaller cluster, a shorter test, or an expectation that the numbers allow");
    }
    let rate = if until > 0.0 { records / until } else { 0.0 };
    d = d.note(format!("{} records in {lasts} are {} an hour, {} on average", words::count(records), words::count(rate * 3600.0), words::rate(rate)));
    d = d.note(format!("{hourly}/h ÷ {} an hour = {each}", words::count(rate * 3600.0)));
    if let Some(limit) = limit(&expectation.condition).filter(|limit| *limit > 0.0) {
        // Dollars a record.
        let (rate_needed, price_needed) = (per_hour / 3600.0 / limit, limit * rate * 3600.0);
        d = d.note(format!("{}/M would need {} at this price, or a cluster of {}/h at this rate", dollars(limit * 1e6), words::rate(rate_needed.ceil()), dollars(price_needed)));
    }
    d.help("more load on the cluster, a smaller cluster, or an expectation that the numbers allow")
}

/// Without cents where there are none.
fn dollars(amount: f64) -> String {
    let text = words::dollars(amount);
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}
