//! What is wrong with a timeline as a whole: W0510–W0514, E0504, E0505.

use super::say;
use super::shapes::{first_rate, peak};
use super::timeline::{Timed, Timeline};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::Shape;
use crate::source::Span;
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedDiv, Signed, Zero};

/// What the test's settings say, with their places.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Seconds, and the place of the setting.
    pub timeout: Option<(Exact, Span)>,
    pub skip_first: Option<(Exact, Span)>,
    /// Records a second.
    pub expected: Option<(Exact, Span)>,
    pub tags: Vec<String>,
}

pub fn check(timeline: &Timeline<'_>, limits: &Limits, out: &mut Vec<Diagnostic>) {
    jumps(timeline, out);
    flat_ramps(timeline, out);
    too_long(timeline, limits, out);
    skipped_whole(timeline, limits, out);
    if !timeline.uncertain {
        for tag in &limits.tags {
            match tag.as_str() {
                "soak" => short_soak(timeline, out),
                "burst" => long_burst(timeline, out),
                "baseline" => odd_baseline(timeline, limits, out),
                _ => {}
            }
        }
    }
}

/// W0510: a ramp that ends elsewhere than the next phase begins.
fn jumps(timeline: &Timeline<'_>, out: &mut Vec<Diagnostic>) {
    let mut told: Vec<Span> = Vec::new();
    for (ramp, next) in timeline.phases.iter().zip(timeline.phases.iter().skip(1)) {
        let (Some(Shape::Ramp { to, .. }), Some(shape)) = (&ramp.shape, &next.shape) else { continue };
        let Some(begins) = first_rate(shape) else { continue };
        // A phase whose name could not be read has its message already.
        let nameless = ramp.name().is_empty() || next.name().is_empty();
        if begins == *to || nameless || told.contains(&ramp.span) {
            continue;
        }
        told.push(ramp.span);
        out.push(
            Diagnostic::new(
                codes::W0510,
                ramp.span,
                format!("the rate jumps from {} to {} where `{}` gives way to `{}`", say::rate(*to), say::rate(begins), ramp.name(), next.name()),
            )
            .here(format!("this ramp ends at {}", say::rate(*to)))
            .label(next.span, format!("this begins at {}", say::rate(begins)))
            .help(format!("let the ramp end at {}, or let `{}` begin at {}", say::rate(begins), next.name(), say::rate(*to))),
        );
    }
}

/// W0511: a ramp that goes nowhere.
fn flat_ramps(timeline: &Timeline<'_>, out: &mut Vec<Diagnostic>) {
    for phase in timeline.phases.iter().filter(|p| p.instance == 1) {
        if let Some(Shape::Ramp { from, to }) = &phase.shape
            && from == to
        {
            let length = phase.duration.map_or_else(String::new, |d| format!(" for {}", say::time(d)));
            out.push(
                Diagnostic::new(codes::W0511, phase.span, format!("`{}` ramps from {} to the same rate", phase.name(), say::rate(*from)))
                    .here("begins and ends at one rate")
                    .help(format!("write `hold {}{length}`", say::rate(*from))),
            );
        }
    }
}

/// W0513, of one staircase; called where the shape is evaluated, because only there the uncut step is known.
pub fn cut_staircase(name: &str, span: Span, levels: &[Exact], uncut: Exact) -> Diagnostic {
    let last = levels.last().copied().unwrap_or_else(Exact::zero);
    let before = levels.len().checked_sub(2).and_then(|i| levels.get(i)).copied().unwrap_or_else(Exact::zero);
    Diagnostic::new(codes::W0513, span, format!("the last step of `{name}` is cut: from {} to {} instead of {}", say::rate(before), say::rate(last), say::rate(uncut)))
        .here("the steps do not divide the way evenly")
        .help(format!("end the staircase at {} or at {}", say::rate(before), say::rate(uncut)))
}

/// W0512, of one phase; called where the counts are known.
pub fn empty_phase(phase: &Timed<'_>) -> Diagnostic {
    let rate = phase.shape.as_ref().and_then(peak);
    let arithmetic = match (rate, phase.duration) {
        (Some(rate), Some(length)) => format!("at most {} for {} is less than one record", say::rate(rate), say::time(length)),
        _ => "no record falls due in it".to_string(),
    };
    let pause = phase.duration.map_or_else(|| "pause for …".to_string(), |length| format!("pause for {}", say::time(length)));
    Diagnostic::new(codes::W0512, phase.span, format!("phase `{}` plans no record", phase.label()))
        .here(arithmetic)
        .help(format!("if nothing is to be sent, say `{pause}`"))
}

/// E0504: the declared timeout cuts the timeline.
fn too_long(timeline: &Timeline<'_>, limits: &Limits, out: &mut Vec<Diagnostic>) {
    let (Some((timeout, span)), Some(total), Some(last)) = (limits.timeout, timeline.total(), timeline.phases.last()) else { return };
    if total <= timeout {
        return;
    }
    let mut message = Diagnostic::new(codes::E0504, span, format!("the timeline takes {}, longer than the timeout of {}", say::time(total), say::time(timeout)))
        .here(format!("ends the test after {}", say::time(timeout)))
        .label(last.span, format!("the last phase ends at {}", say::time(total)));
    if timeline.phases.len() > 1 {
        message = message.note(sum(timeline, total));
    }
    out.push(
        message.help(format!("raise the timeout to at least {}, leave it out (the default is the timeline plus 10m), or shorten a phase", say::time(total))),
    );
}

/// `5m + 30m + 2 × 25m = 1h25m`, of neighbours that are alike; only the total where there are many.
fn sum(timeline: &Timeline<'_>, total: Exact) -> String {
    let lengths: Vec<Exact> = timeline.phases.iter().filter_map(|p| p.duration).collect();
    if lengths.len() > 8 {
        return format!("{} phases take {} together", lengths.len(), say::time(total));
    }
    let terms: Vec<String> = lengths.iter().map(|l| say::time(*l)).collect();
    format!("{} = {}", terms.join(" + "), say::time(total))
}

/// E0505: nothing of a phase would be left.
fn skipped_whole(timeline: &Timeline<'_>, limits: &Limits, out: &mut Vec<Diagnostic>) {
    let Some((skip, span)) = limits.skip_first else { return };
    // A flood is over when it is over, a search judges its own holds: neither has a length that could be too short.
    let short: Vec<&Timed<'_>> = timeline
        .phases
        .iter()
        .filter(|p| p.instance == 1 && p.has_load())
        .filter(|p| !matches!(p.shape, Some(Shape::Flood { .. } | Shape::Search { .. })))
        .filter(|p| p.duration.is_some_and(|d| d <= skip))
        .collect();
    let Some(shortest) = short.iter().min_by_key(|p| p.duration) else { return };
    let length = shortest.duration.unwrap_or_else(Exact::zero);
    let mut message = Diagnostic::new(
        codes::E0505,
        span,
        format!("`skip_first` of {} leaves nothing of phase `{}`, which lasts {}", say::time(skip), shortest.name(), say::time(length)),
    )
    .here("is left out of each phase");
    for phase in &short {
        message = message.label(phase.span, format!("`{}` lasts {}", phase.name(), phase.duration.map(say::time).unwrap_or_default()));
    }
    out.push(message.help(format!("keep `skip_first` below {}, or make the phase longer", say::time(length))));
}

/// W0514, soak: what builds up slowly does not show in a short run.
fn short_soak(timeline: &Timeline<'_>, out: &mut Vec<Diagnostic>) {
    let least = Exact::from_integer(12 * 3600);
    let loaded: Vec<&Timed<'_>> = timeline.phases.iter().filter(|p| p.has_load()).collect();
    let Some(total) = loaded.iter().try_fold(Exact::zero(), |sum, p| sum.checked_add(&p.duration?)) else { return };
    // The longest, and of equals the first.
    let Some(longest) = loaded.iter().rev().max_by_key(|p| p.duration) else { return };
    if total < least {
        out.push(
            Diagnostic::new(codes::W0514, longest.span, format!("a soak of {} is shorter than 12h", say::time(total)))
                .here(format!("the longest of its phases lasts {}", longest.duration.map(say::time).unwrap_or_default()))
                .note("leaks, growing state and compaction show after many hours: 12h to 24h are usual, 48h to 72h better")
                .help("make it 12h or longer, or take away the tag `soak`"),
        );
    }
}

/// W0514, burst: what follows a burst must be long enough to recover in.
fn long_burst(timeline: &Timeline<'_>, out: &mut Vec<Diagnostic>) {
    let rates: Vec<Option<Exact>> = timeline.phases.iter().map(|p| p.shape.as_ref().and_then(peak)).collect();
    if rates.iter().any(Option::is_none) {
        return;
    }
    let Some(top) = rates.iter().flatten().max().copied() else { return };
    // Without a lower rate anywhere there is no burst to speak of.
    if !top.is_positive() || !timeline.phases.iter().zip(&rates).any(|(p, r)| p.has_load() && r.is_some_and(|r| r < top)) {
        return;
    }
    let mut told: Vec<Span> = Vec::new();
    for (id, phase) in timeline.phases.iter().enumerate() {
        let at_top = rates.get(id).copied().flatten() == Some(top);
        let followed_by_top = rates.get(id + 1).copied().flatten() == Some(top);
        if !at_top || followed_by_top || told.contains(&phase.span) {
            continue;
        }
        let recovery_end = (id + 1..timeline.phases.len()).find(|&i| rates.get(i).copied().flatten() == Some(top)).unwrap_or(timeline.phases.len());
        let (Some(burst), Some(recovery)) = (phase.duration, timeline.length(id + 1..recovery_end)) else { continue };
        if burst <= recovery {
            continue;
        }
        told.push(phase.span);
        let after = if recovery.is_zero() { "nothing follows it".to_string() } else { format!("{} after it", say::time(recovery)) };
        let mut message = Diagnostic::new(codes::W0514, phase.span, format!("burst `{}` lasts {}, longer than its recovery: {after}", phase.label(), say::time(burst)))
            .here(format!("{} at {}", say::time(burst), say::rate(top)));
        if let Some(next) = timeline.phases.get(id + 1) {
            message = message.label(next.span, "the recovery begins here");
        }
        out.push(
            message
                .note("a recovery of 2 to 3 times the burst is usual")
                .help(format!("let at least {} at a lower rate follow, or take away the tag `burst`", say::time(burst))),
        );
    }
}

/// W0514, baseline: half to three quarters of what production expects.
fn odd_baseline(timeline: &Timeline<'_>, limits: &Limits, out: &mut Vec<Diagnostic>) {
    let Some((expected, span)) = limits.expected else { return };
    let holds = || timeline.phases.iter().filter(|p| p.instance == 1 && matches!(p.shape, Some(Shape::Hold { .. })));
    let mut judged: Vec<&Timed<'_>> = holds().filter(|p| p.name().starts_with("baseline")).collect();
    if judged.is_empty() {
        // The longest, and of equals the first.
        judged.extend(holds().collect::<Vec<_>>().into_iter().rev().max_by_key(|p| p.duration));
    }
    for phase in judged {
        let Some(rate) = phase.shape.as_ref().and_then(peak) else { continue };
        let Some(share) = rate.checked_div(&expected) else { continue };
        if share >= Exact::new(1, 2) && share <= Exact::new(3, 4) {
            continue;
        }
        let (low, high) = (expected / Exact::from_integer(2), expected * Exact::new(3, 4));
        out.push(
            Diagnostic::new(codes::W0514, phase.span, format!("baseline `{}` runs at {} of the expected {}, outside 50% to 75%", phase.name(), say::percent(share), say::rate(expected)))
                .here(format!("holds {}", say::rate(rate)))
                .label(span, format!("production expects {}", say::rate(expected)))
                .help(format!("hold a rate between {} and {}, or take away the tag `baseline`", say::rate(low), say::rate(high))),
        );
    }
}
