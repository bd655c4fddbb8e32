//! From the plan and the recording to the verdict.

use super::evaluate::{self, Evaluator, Finding, Look, Piece};
use super::truth::Truth;
use super::windows::{self, Concrete};
use super::{Judgement, Outcome, Verdict, words};
use crate::metrics::recording::Recording;
use crate::plan::curve::Curve;
use crate::plan::windows::Mode;
use crate::plan::{Compare, Condition, Expectation, Test, Value, ValueKind, WindowFunction};

/// Judges a recording by a test as it was run (with `--time-scale`, the scaled one).
pub fn judge(test: &Test, recording: &Recording) -> Verdict {
    let curve = Curve::of(test);
    let expectations: Vec<Judgement> = test.expectations.iter().map(|e| expectation(test, &curve, recording, e)).collect();
    let (outcome, reason) = overall(test, recording, &expectations);
    Verdict { outcome, reason, expectations, broken: recording.broken.is_some() }
}

fn overall(test: &Test, recording: &Recording, judged: &[Judgement]) -> (Outcome, String) {
    let of = |outcome: Outcome| judged.iter().filter(move |j| j.outcome == outcome);
    let sentence = |j: &Judgement| format!("`{}`: {}", j.text, j.reason);
    let more = |count: usize| match count {
        0 | 1 => String::new(),
        2 => "; and one more".to_string(),
        n => format!("; and {} more", n - 1),
    };
    let failed = of(Outcome::Fail).count();
    let open = of(Outcome::Inconclusive).count();
    let unfinished = match (&recording.broken, recording.interrupted) {
        (Some(why), _) => Some(format!("the run could not finish: {why}")),
        (None, Some(at)) => Some(format!("interrupted at {}", words::clock(at))),
        (None, None) => None,
    };

    if let Some((abort, at)) = recording.aborted {
        let text = test.aborts.get(abort).map_or("abort", |a| a.text.as_str());
        let also = if failed > 0 { format!("; {} failed as well", count(failed, judged.len())) } else { String::new() };
        return (Outcome::Fail, format!("aborted at {}, for `{text}` was met{also}", words::clock(at)));
    }
    if let Some(first) = of(Outcome::Fail).next() {
        let unfinished = unfinished.map(|u| format!("; {u}")).unwrap_or_default();
        return (Outcome::Fail, format!("{} failed: {}{}{unfinished}", count(failed, judged.len()), sentence(first), more(failed)));
    }
    if let Some(unfinished) = unfinished {
        return (Outcome::Inconclusive, unfinished);
    }
    if let Some(first) = of(Outcome::Inconclusive).next() {
        let reason = format!("{} could not be decided: {}{}", count(open, judged.len()), sentence(first), more(open));
        return (Outcome::Inconclusive, reason);
    }
    match judged.len() {
        0 => (Outcome::Pass, "nothing was expected: the test has no `expect` line, and the run came to its end".to_string()),
        1 => (Outcome::Pass, "the expectation held".to_string()),
        n => (Outcome::Pass, format!("all {n} expectations held")),
    }
}

fn count(some: usize, all: usize) -> String {
    match (some, all) {
        (1, 1) => "the expectation".to_string(),
        (some, all) => format!("{some} of {all} expectations"),
    }
}

/// What one window says.
struct Seen<'a> {
    truth: Truth,
    finding: Option<Finding<'a>>,
    /// Seconds.
    failing: Option<Piece>,
    /// Shorter stretches that failed too.
    more_failing: usize,
    /// Why it is not known, or how it went, where the finding does not say it.
    note: Option<String>,
    label: String,
    /// It was looked at once, not at many moments of which this is the worst.
    once: bool,
}

fn expectation(test: &Test, curve: &Curve, recording: &Recording, expectation: &Expectation) -> Judgement {
    let concrete = windows::of(test, curve, recording, expectation);
    let mut worst: Option<Seen> = None;
    let several = concrete.len() > 1;
    let mut not_true = 0;
    for window in &concrete {
        let seen = window_of(test, recording, &expectation.condition, window, expectation.per.is_some());
        not_true += usize::from(seen.truth != Truth::True);
        if worst.as_ref().is_none_or(|w| worse(&seen, w)) {
            worst = Some(seen);
        }
    }
    let dim = worst
        .as_ref()
        .and_then(|w| w.finding.as_ref())
        .map_or_else(|| words::dimension_of(&expectation.condition), |f| words::dimension_of(f.decided_by));
    let mut judgement = Judgement {
        text: expectation.text.clone(),
        file: expectation.file.clone(),
        line: expectation.line,
        outcome: worst.as_ref().map_or(Outcome::Inconclusive, |w| w.truth.into()),
        observed: None,
        limit: None,
        margin: None,
        unit: words::unit(dim),
        dim,
        windows: concrete.iter().flat_map(|w| w.pieces.iter().copied()).collect(),
        failing: None,
        reason: "it has no window in this run".to_string(),
    };
    let Some(worst) = worst else { return judgement };
    let finite = |v: f64| v.is_finite().then_some(v);
    if let Some(finding) = &worst.finding {
        judgement.observed = finding.observed.and_then(|o| finite(o.mid));
        judgement.limit = finding.limit.and_then(finite);
        judgement.margin = finding.margin.and_then(finite);
    }
    judgement.failing = worst.failing.filter(|_| worst.truth == Truth::False);
    judgement.reason = reason(&worst, several, not_true, concrete.len());

    if recording_is_scaled(recording) && judgement.outcome == Outcome::Pass && compares_backlog(&expectation.condition) {
        judgement.outcome = Outcome::Inconclusive;
        judgement.reason = format!(
            "held, but with --time-scale {} a backlog has only a part of its real time to grow, so a constant says nothing of it ({})",
            words::number(recording.time_scale),
            judgement.reason
        );
    }
    judgement
}

fn worse(a: &Seen, b: &Seen) -> bool {
    match (&a.finding, &b.finding) {
        _ if a.truth != b.truth => a.truth < b.truth,
        (Some(a), Some(b)) => {
            // Of the same truth; what a window made of a moment's truth is already in `truth`.
            evaluate::worse(&Finding { truth: Truth::True, ..a.clone() }, &Finding { truth: Truth::True, ..b.clone() })
        }
        (None, Some(_)) => true,
        _ => false,
    }
}

fn window_of<'a>(test: &'a Test, recording: &'a Recording, condition: &'a Condition, window: &Concrete, parted: bool) -> Seen<'a> {
    let mut seen = match window.mode {
        Mode::Sometime | Mode::Within { .. } if parted => candidates(test, recording, condition, window),
        Mode::Throughout => throughout(test, recording, condition, window),
        Mode::Sometime => eventually(test, recording, condition, window),
        Mode::Within { hold, until } => within(test, recording, condition, window, hold, until),
        Mode::AtEnd => at_end(test, recording, condition, window),
    };
    let point = window.mode == Mode::AtEnd && !aggregates(condition);
    let behind = recording.generator_limited.iter().find(|(from, to)| {
        !point && looked_at(window, recording).iter().any(|(start, end)| from.max(*start) < to.min(*end))
    });
    if let Some(&stretch) = behind {
        seen.truth = Truth::Unknown;
        seen.note = Some(format!("scalec itself fell behind {}, so what was measured says nothing of the target", words::stretch(stretch)));
    }
    seen
}

fn nothing<'a>(window: &Concrete, note: Option<String>) -> Seen<'a> {
    let note = note.or_else(|| Some("the window is empty".to_string()));
    Seen { truth: Truth::Unknown, finding: None, failing: None, more_failing: 0, note, label: window.label.clone(), once: false }
}

/// `always`, `during`: at every sample; an aggregate once.
fn throughout<'a>(test: &'a Test, recording: &'a Recording, condition: &'a Condition, window: &Concrete) -> Seen<'a> {
    let look = Look::Window { pieces: window.pieces.clone(), instance: window.instance, at_end: false };
    let evaluator = Evaluator::new(test, recording, look);
    let backward = tells_of_before(condition);
    let mut worst: Option<Finding> = None;
    let mut failing: Vec<Piece> = Vec::new();
    let mut once = true;
    for &(from, to) in &window.pieces {
        let moments = evaluator.moments(condition, from, to);
        once &= moments.is_empty();
        for (i, &t) in moments.iter().enumerate() {
            let finding = evaluator.condition(condition, t);
            if finding.truth == Truth::False {
                let neighbour = |i: Option<usize>| i.and_then(|i| moments.get(i)).copied();
                let (start, end) = if backward {
                    (neighbour(i.checked_sub(1)).unwrap_or(from), t)
                } else {
                    (t, neighbour(i.checked_add(1)).unwrap_or(to))
                };
                match failing.last_mut() {
                    Some(last) if last.1 >= start => last.1 = end,
                    _ => failing.push((start, end)),
                }
            }
            if worst.as_ref().is_none_or(|w| evaluate::worse(&finding, w)) {
                worst = Some(finding);
            }
        }
    }
    if once && let (Some(first), Some(last)) = (window.pieces.first(), window.pieces.last()) {
        let finding = evaluator.condition(condition, last.1);
        if finding.truth == Truth::False {
            failing.push((first.0, last.1));
        }
        worst = Some(finding);
    }
    let Some(worst) = worst else { return nothing(window, window.cut.clone()) };
    let longest = failing.iter().copied().max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let mut seen = Seen {
        truth: worst.truth,
        finding: Some(worst),
        failing: longest,
        more_failing: failing.len().saturating_sub(1),
        note: None,
        label: window.label.clone(),
        once,
    };
    // A sample that failed has failed; a percentile of a part says nothing of the whole.
    if let Some(cut) = &window.cut && (seen.truth != Truth::False || once) {
        seen.truth = Truth::Unknown;
        seen.note = Some(cut.clone());
    }
    seen
}

fn eventually<'a>(test: &'a Test, recording: &'a Recording, condition: &'a Condition, window: &Concrete) -> Seen<'a> {
    let (Some(first), Some(last)) = (window.pieces.first(), window.pieces.last()) else { return nothing(window, window.cut.clone()) };
    let look = Look::Trailing { start: first.0, length: f64::INFINITY, instance: window.instance };
    let evaluator = Evaluator::new(test, recording, look);
    let mut best: Option<(Finding, f64)> = None;
    for &(from, to) in &window.pieces {
        for t in moments_or_end(&evaluator, condition, from, to) {
            let finding = evaluator.condition(condition, t);
            if best.as_ref().is_none_or(|(b, _)| evaluate::worse(b, &finding)) {
                best = Some((finding, t));
            }
        }
    }
    let Some((best, _)) = best else { return nothing(window, window.cut.clone()) };
    let cut = window.cut.clone().filter(|_| best.truth != Truth::True);
    Seen {
        truth: if cut.is_some() { Truth::Unknown } else { best.truth },
        finding: Some(best),
        failing: Some((first.0, last.1)),
        more_failing: 0,
        note: cut,
        label: window.label.clone(),
        once: true,
    }
}

/// All the time that decides a window.
fn looked_at(window: &Concrete, recording: &Recording) -> Vec<Piece> {
    match window.mode {
        Mode::Throughout | Mode::Sometime => window.pieces.clone(),
        Mode::Within { until, .. } => window.pieces.first().map(|p| (p.0, until)).into_iter().collect(),
        Mode::AtEnd => vec![(0.0, recording.load_end.max(window.pieces.last().map_or(0.0, |p| p.1)))],
    }
}

/// With `per`: it must hold throughout one of the stretches; in a `within` also throughout those that follow for as long as it must then hold.
fn candidates<'a>(test: &'a Test, recording: &'a Recording, condition: &'a Condition, window: &Concrete) -> Seen<'a> {
    let hold = match window.mode {
        Mode::Within { hold, .. } => hold,
        _ => 0.0,
    };
    let stretch = |&piece: &Piece| throughout(test, recording, condition, &Concrete { pieces: vec![piece], cut: None, ..window.clone() });
    let seen: Vec<(Piece, Seen)> = window.pieces.iter().map(|p| (*p, stretch(p))).collect();
    let Some(first) = seen.iter().position(|(_, s)| s.truth == Truth::True) else {
        let nearest = seen.into_iter().map(|(_, s)| s).reduce(|a, b| if worse(&a, &b) { b } else { a });
        let Some(mut nearest) = nearest else { return nothing(window, window.cut.clone()) };
        nearest.failing = window.pieces.first().zip(window.pieces.last()).map(|(a, b)| (a.0, b.1));
        if let Some(cut) = &window.cut {
            nearest.truth = Truth::Unknown;
            nearest.note = Some(cut.clone());
        }
        return nearest;
    };
    let until = seen.get(first).map_or(0.0, |(piece, _)| piece.1 + hold);
    let mut lasting = seen.into_iter().skip(first).filter(|(piece, _)| piece.0 < until).map(|(_, s)| s);
    let Some(mut worst) = lasting.next() else { return nothing(window, window.cut.clone()) };
    if hold > 0.0 {
        for other in lasting {
            if worse(&other, &worst) {
                worst = other;
            }
        }
    }
    worst
}

/// The first moment at which it holds lies in the window; then it holds for `hold`.
fn within<'a>(
    test: &'a Test,
    recording: &'a Recording,
    condition: &'a Condition,
    window: &Concrete,
    hold: f64,
    stop: f64,
) -> Seen<'a> {
    let Some(&(from, deadline)) = window.pieces.first() else { return nothing(window, window.cut.clone()) };
    let evaluator = Evaluator::new(test, recording, Look::Trailing { start: from, length: f64::INFINITY, instance: window.instance });
    let mut nearest: Option<Finding> = None;
    let mut first: Option<(f64, Finding)> = None;
    for t in moments_or_end(&evaluator, condition, from, deadline) {
        let finding = evaluator.condition(condition, t);
        if finding.truth == Truth::True {
            first = Some((t, finding));
            break;
        }
        // The nearest miss tells how far it was, but what is unknown keeps it from being a failure.
        if nearest.as_ref().is_none_or(|n| evaluate::worse(n, &finding)) {
            nearest = Some(finding);
        }
    }
    let mut seen = nothing(window, window.cut.clone());
    let Some((since, finding)) = first else {
        let Some(nearest) = nearest else { return seen };
        seen.failing = Some((from, deadline));
        seen.truth = if window.cut.is_some() { Truth::Unknown } else { nearest.truth };
        if window.cut.is_none() {
            let missing = nearest.missing.clone().filter(|_| nearest.truth == Truth::Unknown);
            seen.note = Some(match missing {
                Some(missing) => missing.0,
                None => format!("it did not hold at any moment in the {} {}", words::span(deadline - from), window.label),
            });
        }
        seen.finding = Some(nearest);
        return seen;
    };
    let recovered = format!("held first {} {}", words::span(since - from), window.label);
    seen.truth = Truth::True;
    seen.note = Some(format!("{recovered}, {} before its time was up", words::span(deadline - since)));
    seen.finding = Some(finding);
    if hold <= 0.0 {
        return seen;
    }

    let until = (since + hold).min(stop);
    let mut broke: Option<f64> = None;
    let mut back: Option<f64> = None;
    for t in moments_or_end(&evaluator, condition, since, until) {
        let finding = evaluator.condition(condition, t);
        match finding.truth {
            Truth::False => broke = broke.or(Some(t)),
            _ if broke.is_some() => back = back.or(Some(t)),
            _ => {}
        }
        if seen.finding.as_ref().is_none_or(|w| evaluate::worse(&finding, w)) {
            seen.truth = seen.truth.and(finding.truth);
            seen.finding = Some(finding);
        }
    }
    if let Some(broke) = broke {
        seen.failing = Some((broke, back.unwrap_or(until)));
        seen.note = Some(format!("{recovered}, but not for {}: {} later it no longer did", words::span(hold), words::span(broke - since)));
    } else if seen.truth == Truth::Unknown {
        seen.note = seen.finding.as_ref().and_then(|f| f.missing.clone()).map(|m| m.0);
    } else if until < since + hold && window.cut.is_some() {
        seen.truth = Truth::Unknown;
        seen.note = window.cut.clone().map(|cut| format!("{recovered}, but before it had held for {} {cut}", words::span(hold)));
    } else {
        seen.note = Some(format!("{recovered}, {} before its time was up, and then for {}", words::span(deadline - since), words::span(hold)));
    }
    seen
}

fn at_end<'a>(test: &'a Test, recording: &'a Recording, condition: &'a Condition, window: &Concrete) -> Seen<'a> {
    // Aggregates look at the whole test.
    let whole = (0.0, looked_at(window, recording).first().map_or(0.0, |p| p.1));
    let look = Look::Window { pieces: vec![whole], instance: None, at_end: true };
    let evaluator = Evaluator::new(test, recording, look);
    let end = recording.duration.max(recording.load_end);
    let finding = evaluator.condition(condition, end);
    // The end of the plan was never reached: counts would have grown on, so nothing is known, not even a failure.
    let truth = if window.cut.is_some() { Truth::Unknown } else { finding.truth };
    let failing = if aggregates(condition) { Some(whole) } else { Some((end, end)) };
    Seen { truth, finding: Some(finding), failing, more_failing: 0, note: window.cut.clone(), label: window.label.clone(), once: true }
}

fn moments_or_end<'a>(evaluator: &Evaluator<'a>, condition: &'a Condition, from: f64, to: f64) -> Vec<f64> {
    let moments = evaluator.moments(condition, from, to);
    if moments.is_empty() { vec![to] } else { moments }
}

// ---- what a condition is made of

fn any_value(condition: &Condition, test: &mut impl FnMut(&Value) -> bool) -> bool {
    match condition {
        Condition::And(left, right) | Condition::Or(left, right) => any_value(left, test) || any_value(right, test),
        Condition::Not(inner) => any_value(inner, test),
        Condition::Compare { left, right, .. } => test(left) || test(right),
        Condition::In { value, low, high, .. } => [Some(value), low.as_ref(), high.as_ref()].into_iter().flatten().any(test),
    }
}

/// Whether it has a distribution or a window function, which look at more than a moment.
fn aggregates(condition: &Condition) -> bool {
    any_value(condition, &mut aggregates_value)
}

fn aggregates_value(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Constant(_) => false,
        ValueKind::Metric(m) => m.nature == crate::plan::Nature::Distribution,
        ValueKind::Window { .. } => true,
        ValueKind::Rate(of) | ValueKind::Negate(of) => aggregates_value(of),
        ValueKind::Arithmetic { left, right, .. } => aggregates_value(left) || aggregates_value(right),
        ValueKind::Call { arguments, .. } => arguments.iter().any(aggregates_value),
    }
}

/// Whether all its samples tell of the time before them, so that a failing stretch ends at a sample.
fn tells_of_before(condition: &Condition) -> bool {
    !any_value(condition, &mut |v| !evaluate::is_limit(v) && !evaluate::looks_backward(v))
}

fn recording_is_scaled(recording: &Recording) -> bool {
    recording.time_scale > 0.0 && recording.time_scale != 1.0
}

/// A lag against a constant: what `--time-scale` makes cheap. Slopes and shares of a lag are not.
fn compares_backlog(condition: &Condition) -> bool {
    fn backlog(value: &Value) -> bool {
        match &value.kind {
            ValueKind::Constant(_) | ValueKind::Rate(_) => false,
            ValueKind::Metric(m) => [".lag", ".lag_time", ".backlog", ".backlog_bytes"].iter().any(|end| m.series.ends_with(end)),
            ValueKind::Window { function: WindowFunction::Trend | WindowFunction::Stability, .. } => false,
            ValueKind::Window { of, .. } | ValueKind::Negate(of) => backlog(of),
            ValueKind::Arithmetic { left, right, .. } => backlog(left) || backlog(right),
            ValueKind::Call { arguments, .. } => arguments.iter().any(backlog),
        }
    }
    match condition {
        Condition::And(left, right) | Condition::Or(left, right) => compares_backlog(left) || compares_backlog(right),
        Condition::Not(inner) => compares_backlog(inner),
        Condition::Compare { left, right, .. } => {
            (backlog(left) && evaluate::is_limit(right)) || (backlog(right) && evaluate::is_limit(left))
        }
        Condition::In { value, low, high, .. } => backlog(value) && [low, high].into_iter().flatten().all(evaluate::is_limit),
    }
}

// ---- in words

fn reason(seen: &Seen, several: bool, not_true: usize, all: usize) -> String {
    let place = if several { format!("{}: ", seen.label) } else { String::new() };
    let told = seen.finding.as_ref().map(|f| told(f, seen.truth, seen.once));
    let body = match (seen.truth, &seen.note, told) {
        (Truth::Unknown, Some(note), Some(told)) if seen.finding.as_ref().is_some_and(|f| f.observed.is_some() && f.missing.is_none()) => {
            format!("{note} (what was seen: {told})")
        }
        (_, Some(note), Some(told)) if seen.truth != Truth::Unknown => format!("{note}; {told}"),
        (_, Some(note), _) => note.clone(),
        (_, None, Some(told)) => told,
        (_, None, None) => "nothing was measured".to_string(),
    };
    let stretch = match (seen.truth, seen.failing) {
        (Truth::False, Some((from, to))) if to > from => {
            let more = match seen.more_failing {
                0 => String::new(),
                1 => ", and in one shorter stretch".to_string(),
                n => format!(", and in {n} shorter stretches"),
            };
            format!(", {}{more}", words::stretch((from, to)))
        }
        _ => String::new(),
    };
    let others = match (seen.truth, not_true) {
        (Truth::True, _) | (_, 0 | 1) => String::new(),
        (_, n) => format!(" ({n} of {all} windows did not pass)"),
    };
    format!("{place}{body}{stretch}{others}")
}

/// What was observed beside its limit.
fn told(finding: &Finding, truth: Truth, once: bool) -> String {
    let dim = words::dimension_of(finding.decided_by);
    let shown = |v: f64| words::quantity(v, dim);
    let (Some(observed), Some(limit), Some(margin)) = (finding.observed, finding.limit, finding.margin) else {
        return finding.missing.as_ref().map_or_else(|| "nothing was measured".to_string(), |m| m.0.clone());
    };
    if let (Some(missing), Truth::Unknown) = (&finding.missing, truth) {
        return missing.0.clone();
    }
    let (subject, op, limit_name) = match finding.decided_by {
        Condition::Compare { op, left, right } => {
            let swapped = evaluate::is_limit(left) && !evaluate::is_limit(right);
            let (subject, limit) = if swapped { (right, left) } else { (left, right) };
            let name = if evaluate::is_limit(limit) { String::new() } else { format!("{} of ", words::value(limit)) };
            (words::value(subject), Some(if swapped { mirrored(*op) } else { *op }), name)
        }
        Condition::In { value, .. } => (words::value(value), None, String::new()),
        _ => (String::new(), None, String::new()),
    };
    let observed = shown(observed.mid);
    let distance = shown(margin.abs());
    let limit = format!("{limit_name}{}", shown(limit));
    if finding.negated {
        return format!("{subject} was {observed}, {distance} from {limit}");
    }
    let (most, least) = if once { ("", "") } else { ("at most ", "at least ") };
    match (op, margin < 0.0 || (margin == 0.0 && truth == Truth::False)) {
        (Some(Compare::Equal), true) => format!("{subject} was {observed}, {distance} off {limit}"),
        (Some(Compare::Equal), false) => format!("{subject} was {observed}, as expected"),
        (Some(Compare::NotEqual), true) => format!("{subject} was {observed}, which it must not be"),
        (Some(Compare::NotEqual), false) => format!("{subject} was {observed}, {distance} from {limit}"),
        (_, _) if margin == 0.0 => format!("{subject} was {observed}, exactly the limit"),
        (Some(Compare::Less | Compare::LessEqual), true) => format!("{subject} was {observed}, {distance} over the limit of {limit}"),
        (Some(Compare::Less | Compare::LessEqual), false) => format!("{subject} was {most}{observed}, {distance} under the limit of {limit}"),
        (Some(Compare::Greater | Compare::GreaterEqual), true) => format!("{subject} was {observed}, {distance} short of {limit}"),
        (Some(Compare::Greater | Compare::GreaterEqual), false) => format!("{subject} was {least}{observed}, {distance} over {limit}"),
        (None, true) => format!("{subject} was {observed}, {distance} outside its range at {limit}"),
        (None, false) => format!("{subject} was {observed}, {distance} inside its range at {limit}"),
    }
}

fn mirrored(op: Compare) -> Compare {
    match op {
        Compare::Less => Compare::Greater,
        Compare::LessEqual => Compare::GreaterEqual,
        Compare::Greater => Compare::Less,
        Compare::GreaterEqual => Compare::LessEqual,
        same => same,
    }
}
