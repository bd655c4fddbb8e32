//! W0713: a target that acknowledges nothing, in a test that sends to it.

use super::expectations::Wishes;
use super::sends::Traffic;
use crate::check::{Context, Decl};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::ExprKind;

/// So many expectations are shown beside it.
const SHOWN: usize = 3;

pub fn check(traffic: &Traffic<'_, '_>, wishes: &Wishes) {
    let cx = traffic.cx;
    for target in traffic.targets() {
        let Some((value, place)) = unacknowledged(cx, target) else { continue };
        // With `idempotent` it cannot be, which is told (E0704).
        let idempotent = cx.construct(target).and_then(|c| super::takes::setting(c, "idempotent"));
        if idempotent.is_some_and(|(e, _)| cx.quietly(|| cx.boolean(e, "`idempotent`")) == Some(true)) {
            continue;
        }
        let name = traffic.name(target);
        let mut d = Diagnostic::new(codes::W0713, place, format!("nothing is acknowledged by `{name}`: loss cannot be told")).here("no answer comes back");
        let mut shown = 0;
        for wish in wishes.expectations.iter().flatten() {
            let meant = wish.condition.metrics().into_iter().find_map(|metric| meaning(&metric.series, &name));
            if let Some(meaning) = meant.filter(|_| shown < SHOWN) {
                d = d.label(wish.span, meaning);
                shown += 1;
            }
        }
        cx.report(
            d.note("with `acks = none` a record counts as acknowledged once it has left this machine: `latency` ends there, `acked` counts what was sent, and no error comes back")
                .help("write `acks = leader` or `acks = all`")
                .fix("change `acks` to `leader`", false, value, "leader"),
        );
    }
}

/// The word `none` of `acks = none`, and the whole setting.
fn unacknowledged(cx: &Context<'_>, target: Decl) -> Option<(Span, Span)> {
    let (e, place) = super::takes::setting(cx.construct(target)?, "acks")?;
    cx.target_kind(target).filter(|kind| crate::targets::find(kind.settings, "acks").is_some())?;
    matches!(&e.unwrapped().kind, ExprKind::Name(word) if word.text == "none").then_some((e.span, place))
}

/// What an expectation on this metric comes to without acknowledgements; `None` where it means what it says.
fn meaning(series: &str, target: &str) -> Option<&'static str> {
    let of_target = series.strip_prefix(target).and_then(|rest| rest.strip_prefix('.'));
    match of_target.unwrap_or(series) {
        "lost" => Some("cannot be told"),
        "errors.ratio" | "failed" => Some("nothing comes back that could be an error"),
        "latency" | "service_time" => Some("ends when the record has left this machine"),
        "acked" | "acked_rate" => Some("counts what was sent"),
        _ => None,
    }
}
