//! What can be told behind a line without being asked: when a phase starts, what a constant comes to, what `rest` takes, what a cluster costs. Never what
//! is written there already, and nothing of what is not known.

use super::{View, nodes, plans};
use crate::check::names::Names;
use crate::check::{Const, Context, Decl};
use crate::diagnostics::codes;
use crate::plan::{Share, Test};
use crate::source::Span;
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind, Item, ItemKind, Weight};
use crate::units::{self, Dimension, Exact};
use std::collections::HashMap;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Start and records of a phase.
    Phase,
    /// The value of a constant.
    Value,
    /// The share that `rest` takes.
    Rest,
    /// The price of a cluster.
    Price,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// It stands right behind this byte.
    pub at: usize,
    pub text: String,
    pub kind: Kind,
    /// One sentence for those who wonder.
    pub tip: String,
}

/// The hints of these kinds in a stretch of a file, in the order of the text.
pub fn hints(view: &View<'_>, range: Range<usize>, wanted: impl Fn(Kind) -> bool) -> Vec<Hint> {
    let names = Names::of(view.workspace());
    let cx = Context::new(view.workspace(), &[], &names);
    let Some(file) = cx.file(view.file) else { return Vec::new() };
    let mut out = Vec::new();
    if wanted(Kind::Phase) {
        phases(view, &mut out);
    }
    cx.quietly(|| {
        for (index, item) in file.items.iter().enumerate() {
            let decl = Decl { file: view.file, item: index as u32 };
            // What starts far away is not looked at.
            if (item.span.end as usize) < range.start || range.end < item.span.start as usize {
                continue;
            }
            if wanted(Kind::Value) {
                out.extend(value(view, &cx, decl, item));
            }
            if wanted(Kind::Rest) {
                rests(&cx, item, &mut out);
            }
            if wanted(Kind::Price) {
                out.extend(price(&cx, decl, item));
            }
        }
    });
    if wanted(Kind::Rest) {
        sends(view, &mut out);
    }
    out.retain(|hint| range.start <= hint.at && hint.at <= range.end);
    out.sort_by(|a, b| (a.at, &a.text).cmp(&(b.at, &b.text)));
    out.dedup();
    out
}

/// Of a `for` test what its first value comes to is said only where all come to the same.
fn phases(view: &View<'_>, out: &mut Vec<Hint>) {
    let mut said: HashMap<Span, Option<(String, String)>> = HashMap::new();
    for test in plans::sketched(view) {
        let mut here: Vec<(Span, Vec<&crate::plan::Phase>)> = Vec::new();
        for phase in test.phases.iter().filter(|p| p.span.file == view.file) {
            match here.iter_mut().find(|(span, _)| *span == phase.span) {
                Some((_, instances)) => instances.push(phase),
                None => here.push((phase.span, vec![phase])),
            }
        }
        for (span, instances) in here {
            let hint = (plans::phase_line(&instances), phase_tip(&instances));
            said.entry(span).and_modify(|known| if known.as_ref() != Some(&hint) { *known = None }).or_insert(Some(hint));
        }
    }
    for (span, hint) in said {
        out.extend(hint.map(|(text, tip)| Hint { at: span.end as usize, text, kind: Kind::Phase, tip }));
    }
}

/// With the exact count.
fn phase_tip(instances: &[&crate::plan::Phase]) -> String {
    let repeated = instances.len() > 1;
    let start = if repeated { "When the phase starts for the first time" } else { "When the phase starts" };
    let planned = match plans::planned(instances) {
        plans::Planned::Unknown => ", from the start of the test.".to_owned(),
        plans::Planned::Each(n) if repeated => format!(", from the start of the test, and how many records it plans each time: {}.", plans::records(n)),
        plans::Planned::Each(n) => format!(", from the start of the test, and how many records it plans: {}.", plans::records(n)),
        plans::Planned::InAll(n) => format!(", from the start of the test, and how many records all of its times plan together: {}. They differ.", plans::records(n)),
    };
    format!("{start}{planned}")
}

fn value<'a>(view: &View<'_>, cx: &Context<'a>, decl: Decl, item: &'a Item) -> Option<Hint> {
    let ItemKind::Let(l) = &item.kind else { return None };
    if is_written_out(&l.value) {
        return None;
    }
    let Some(Const::Number(q)) = cx.let_value(decl, &l.value) else { return None };
    let shown = units::honest_quantity(&q);
    if shown == view.workspace().map.slice(l.value.span) {
        return None;
    }
    let (said, rounded) = match shown.strip_prefix('≈') {
        Some(near) => (format!("≈ {near}"), ", rounded"),
        None => (format!("= {shown}"), ""),
    };
    let tip = format!("What the expression comes to: {}{rounded}.", units::dimension_name(q.dim));
    Some(Hint { at: l.value.span.end as usize, text: said, kind: Kind::Value, tip })
}

fn is_written_out(e: &Expr) -> bool {
    match &e.unwrapped().kind {
        ExprKind::Quantity(_) | ExprKind::Text(_) | ExprKind::Bool(_) => true,
        ExprKind::Negate(inner) => is_written_out(inner),
        _ => false,
    }
}

/// Of mixes and of `choice { … }`.
fn rests<'a>(cx: &Context<'a>, item: &'a Item, out: &mut Vec<Hint>) {
    if let ItemKind::Mix(mix) = &item.kind {
        rest_of(cx, &mix.body, out);
    }
    crate::check::visit::expressions(item, &mut |e| {
        if let ExprKind::Construct { body, .. } = &e.kind {
            rest_of(cx, body, out);
        }
    });
}

fn rest_of<'a>(cx: &Context<'a>, body: &'a Body, out: &mut Vec<Hint>) {
    let weighted = |entry: &'a crate::syntax::ast::Entry| match &entry.kind {
        EntryKind::Weighted { weight, .. } => Some((Some(weight), entry.span)),
        _ => None,
    };
    let Some(weights) = body.entries.iter().map(weighted).collect::<Option<Vec<_>>>() else { return };
    let Some(index) = weights.iter().position(|(w, _)| matches!(w, Some(Weight::Rest(_)))) else { return };
    if let Some(shares) = cx.weights(&weights, codes::E0401)
        && let (Some(share), Some((Some(Weight::Rest(span)), _))) = (shares.get(index), weights.get(index))
    {
        out.push(taken(*span, *share));
    }
}

/// Of the sends of tests.
fn sends(view: &View<'_>, out: &mut Vec<Hint>) {
    for send in plans::sketched(view).flat_map(|test: &Test| &test.sends).filter(|s| s.span.file == view.file) {
        let text = view.workspace().map.slice(send.span);
        let Some(rest) = text.strip_prefix("send").map(|t| t.trim_start()).filter(|t| t.starts_with("rest") && t.get(4..5).is_some_and(|c| c.trim().is_empty())) else { continue };
        let start = send.span.start + (text.len() - rest.len()) as u32;
        if let Share::Of(share) = send.share {
            out.push(taken(Span { start, end: start + 4, ..send.span }, share));
        }
    }
}

fn taken(rest: Span, share: Exact) -> Hint {
    Hint { at: rest.end as usize, text: units::honest(share, Dimension::RATIO), kind: Kind::Rest, tip: "What the other shares leave.".to_owned() }
}

fn price<'a>(cx: &Context<'a>, decl: Decl, item: &'a Item) -> Option<Hint> {
    let ItemKind::Cluster(block) = &item.kind else { return None };
    let name = block.name.as_ref()?;
    let cluster = cx.lower_cluster(decl, String::new())?;
    if cluster.driver.is_none() && cluster.workers.is_none() {
        return None;
    }
    Some(Hint { at: name.span.end as usize, text: nodes::price(&cluster), kind: Kind::Price, tip: "Fees and spot prices included; of an autoscaled group at both ends.".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, analyze};
    use crate::resolve::workspace::Workspace;

    const DAY: &str = r#"let usual = 2_000/s
let busy = 5x * usual
param peak = 2 * busy in 1/s..=90_000/s
target clicks = null {}
event viewed { field id = choice { 60% "a", rest "b" } }
event sold { field id = uuid() }
mix both { 30% viewed, rest sold }
node "m" { vcpu = 2, memory = 8GiB, price = $0.5/h }
cluster current { workers = 2..=4 of "m" }

test "day" {
  seed = 1
  send 25% viewed to clicks
  send rest both to clicks
  phase base = hold usual for 5m
  repeat 3 {
    phase burst = hold busy for 1m {
      send viewed to clicks
    }
    phase calm = pause for 4m
  }
}
"#;

    fn shown(text: &str, wanted: impl Fn(Kind) -> bool) -> String {
        let analysis = analyze(Workspace::from_texts(&[("a.scale", text)]), &Options::default());
        let view = View::new(&analysis, analysis.workspace.roots[0]);
        let mut out = text.to_owned();
        for hint in hints(&view, 0..text.len(), wanted).into_iter().rev() {
            out.insert_str(hint.at, &format!("«{}»", hint.text));
        }
        out
    }

    #[test]
    fn hints_stand_behind_what_they_tell_of() {
        let text = shown(DAY, |_| true);
        for line in [
            "let usual = 2_000/s\n",
            "let busy = 5x * usual«= 10_000/s»",
            "param peak = 2 * busy«= 20_000/s» in",
            "60% \"a\", rest«40%» \"b\"",
            "30% viewed, rest«70%» sold",
            "cluster current«$1/h to $2/h» {",
            "send rest«75%» both",
            "for 5m«+0s · 600_000 records»",
            "for 1m«+5m · 600_000 records · 3 times» {",
            "pause for 4m«+6m · 0 records · 3 times»",
        ] {
            assert!(text.contains(line), "`{line}` is not in\n{text}");
        }
        assert_eq!(shown(DAY, |_| false), DAY);
        assert_eq!(shown(DAY, |k| k == Kind::Price).matches('«').count(), 1);
    }

    #[test]
    fn values_are_exact_or_say_that_they_are_not() {
        let shows = |value: &str, hint: &str| {
            let text = shown(&format!("let a = {value}\n"), |_| true);
            assert_eq!(text, format!("let a = {value}«{hint}»\n"));
        };
        shows("30m + 1s", "= 1_801s");
        shows("10s + 1ms", "= 10.001s");
        shows("$12 / 1M", "= $0.000012");
        shows("1 / 1M", "= 0.000001");
        shows("2_000/s + 1/m", "= 120_001/m");
        shows("64KiB - 1B", "= 65_535B");
        shows("1_048_588B * 1", "= 1_048_588B");
        shows("10s / 3", "≈ 3.33s");
        shows("30m + 15m", "= 45m");
        assert!(shown("event e { field a = choice { 1% \"a\", rest \"b\" } }\n", |_| true).contains("rest«99%»"));
    }

    #[test]
    fn a_price_is_not_cut_to_the_cent() {
        let text = shown("node \"m\" { vcpu = 2, memory = 8GiB, price = $0.192/h }\ncluster small { workers = 1 of \"m\" }\n", |_| true);
        assert!(text.contains("cluster small«$0.192/h» {"), "{text}");
    }

    #[test]
    fn millions_of_a_phase_have_one_decimal() {
        let text = shown(&DAY.replace("hold usual for 5m", "hold usual for 25m"), |_| true);
        assert!(text.contains("for 25m«+0s · 3.0M records»"), "{text}");
        assert!(text.contains("for 1m«+25m · 600_000 records · 3 times»"), "{text}");
    }

    /// Fractions of a record carry over: one in all, not one each.
    #[test]
    fn of_instances_that_differ_the_whole_is_told() {
        let text = "target t = null {}\nevent e { field id = uuid() }\ntest \"a\" {\n  seed = 1\n  send e to t\n  repeat 4 {\n    phase p = hold 1/m for 250ms\n  }\n}\n";
        assert!(shown(text, |_| true).contains("for 250ms«+0s · 4 times, 1 record in all»\n"), "{}", shown(text, |_| true));
        let analysis = analyze(Workspace::from_texts(&[("a.scale", text)]), &Options::default());
        let found = hints(&View::new(&analysis, analysis.workspace.roots[0]), 0..text.len(), |_| true);
        assert!(found[0].tip.contains("all of its times plan together: 1 record."), "{}", found[0].tip);
    }

    /// What is whole keeps its hints while something else is being written.
    #[test]
    fn a_broken_file_tells_what_is_known() {
        let text = shown(&DAY.replace("let usual", "let other = nothing\nlet usual"), |_| true);
        assert!(text.contains("«+0s · 600_000 records»"), "{text}");
        let text = shown(&DAY.replace("hold usual for 5m", "hold usual for"), |_| true);
        assert!(!text.contains("«+"), "{text}");
        assert!(text.contains("«= 10_000/s»"), "{text}");
    }

    const BROKEN: &str = "target clicks = null {}\ntarget other = null {}\nevent viewed { field id = uuid() }\ntest \"day\" {\n  seed = 1\n  send viewed to clicks\n  phase p = hold 5/s for 1m\n  %\n  phase r = hold 7/s for 1m\n}\n";

    /// Start and count of `p`, and of `r` behind the line, as they are shown.
    fn around(line: &str) -> [String; 2] {
        let text = shown(&BROKEN.replace('%', line), |k| k == Kind::Phase);
        ["phase p = hold 5/s for 1m", "phase r = hold 7/s for 1m"].map(|phase| {
            let rest = text.split_once(phase).map_or("", |(_, rest)| rest).lines().next().unwrap_or("");
            rest.trim_matches(['«', '»']).to_owned()
        })
    }

    #[test]
    fn a_line_that_is_being_written_takes_no_hint_of_others() {
        let whole = ["+0s · 300 records", "+1m · 420 records"];
        for line in ["", "exp", "zzz", "fault f =", "arrivals =", "cluster = nope", "seed =", "expect latency.p99 <", "fault f = stop nope at 5s into p", "undo f", "timeout = 1"] {
            assert_eq!(around(line), whole, "{line}");
        }
        // What may become a phase has no length yet.
        for line in ["hold 3/s for 1m", "stage q = hold 3/s for 1m", "phase q =", "phase", "pha", "phase = hold 3/s for 1m", "phase q = hold 3/s", "phase q = hold 3/s for 30mins", "phase q = hold 3/s for 1m 30s", "repeat {\n  }", "phsae q = hold 3/s for 1m", "repeat nope {\n    phase q = hold 3/s for 1m\n  }"] {
            assert_eq!(around(line), ["+0s · 300 records", ""], "{line}");
        }
    }

    #[test]
    fn sends_that_cannot_be_read_change_no_count() {
        // In another phase.
        for block in ["send", "send nope to clicks", "send viewed to nope", "send viewed", "sen", "send 40% viewed to clicks"] {
            let line = format!("phase q = hold 3/s for 1m {{\n    {block}\n  }}");
            assert_eq!(around(&line), ["+0s · 300 records", "+2m · 420 records"], "{line}");
            assert!(shown(&BROKEN.replace('%', &line), |_| true).contains("hold 3/s for 1m«+1m · 180 records» {"), "{line}");
        }
        // Of the test: each record goes to one target.
        for line in ["send", "send 40% nope to clicks", "send 40% viewed to nope", "sen", "send rest viewed to", "send viewed to nope"] {
            assert_eq!(around(line), ["+0s · 300 records", "+1m · 420 records"], "{line}");
        }
        // To two, twice as many; to one or two, nobody knows.
        assert_eq!(shown(&BROKEN.replace('%', "").replace("to clicks", "to clicks and nope"), |_| true).matches("+1m · 840 records").count(), 1);
        assert_eq!(around("send 40% viewed to clicks and other"), ["+0s", "+1m"]);
        // A steady rate of its own is known, or it is not.
        assert_eq!(around("send 1/s nope to other"), ["+0s · 360 records", "+1m · 480 records"]);
        assert_eq!(around("send 0/s viewed to other"), ["+0s", "+1m"]);
        assert_eq!(around("send 5/sec viewed to clicks"), ["+0s", "+1m"]);
        // It may go on to another target.
        assert_eq!(around("send viewed to clicks, other"), ["+0s", "+1m"]);
        // Misspelt, and the only one.
        assert_eq!(shown(&BROKEN.replace("send viewed", "sned viewed").replace('%', ""), |_| true).matches("+1m · 420 records").count(), 1);
        // The only one.
        assert_eq!(shown(&BROKEN.replace("send viewed to clicks", "send").replace('%', ""), |_| true).matches("+1m · 420 records").count(), 1);
    }

    /// Fractions of a record carry over, so a count behind an unknown rate is told only where they cannot matter.
    #[test]
    fn an_unknown_rate_leaves_starts_and_whole_counts() {
        assert_eq!(around("phase q = hold nope for 1m"), ["+0s · 300 records", "+2m · 420 records"]);
        let text = shown(&BROKEN.replace('%', "phase q = hold nope for 1m").replace("7/s for 1m", "7/s for 100ms"), |_| true);
        assert!(text.contains("hold nope for 1m«+1m»") && text.contains("7/s for 100ms«+2m»"), "{text}");
    }

    #[test]
    fn of_a_repeat_with_an_unknown_end_the_first_start_is_known() {
        let text = shown(&BROKEN.replace('%', "repeat 3 {\n    phase a = hold 1/s for 1m\n    phase b =\n  }"), |_| true);
        assert!(text.contains("for 1m«+0s · 300 records»") && text.contains("hold 1/s for 1m«+1m»") && text.matches("«+").count() == 2, "{text}");
        let text = shown(&BROKEN.replace('%', "repeat 3 {\n    phase a = hold 1/s for 1m\n    pha\n  }"), |_| true);
        assert!(text.contains("hold 1/s for 1m«+1m»") && text.matches("«+").count() == 2, "{text}");
        let text = shown(&BROKEN.replace('%', "repeat 3 {\n    phase a = hold 1/s for 1m\n    zzz\n  }"), |_| true);
        assert!(text.contains("hold 1/s for 1m«+1m · 60 records · 3 times»") && text.contains("7/s for 1m«+4m · 420 records»"), "{text}");
    }

    /// The share that `rest` takes is what the others leave, whatever they send.
    #[test]
    fn rest_is_told_beside_an_unknown_event() {
        let text = BROKEN.replace("send viewed to clicks", "send 40% nope to clicks\n  send rest viewed to clicks").replace('%', "%");
        let text = shown(&text.replace("  %\n", ""), |_| true);
        assert!(text.contains("send rest«60%» viewed"), "{text}");
        let text = shown(&BROKEN.replace("send viewed to clicks", "send rest viewed to clicks\n  send viewed to clicks").replace("  %\n", ""), |_| true);
        assert!(!text.contains("rest«"), "{text}");
    }
}
