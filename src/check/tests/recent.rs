//! E0405: `recent(event.field, n)` picks among what this test has sent; of an event that it never sends there is nothing to pick.

use super::sends::Sends;
use crate::check::names::Found;
use crate::check::{Context, Decl, DeclKind, visit};
use crate::diagnostics::{Diagnostic, codes};
use crate::syntax::ast::{Expr, ExprKind};
use num_traits::Zero;
use std::collections::BTreeSet;

pub fn check<'a>(cx: &Context<'a>, sends: &Sends<'a>, test: &str) {
    let mut sent: BTreeSet<Decl> = BTreeSet::new();
    for line in &sends.lines {
        // Of a line that is broken nobody knows what it would have sent.
        let Some(events) = &line.events else { return };
        sent.extend(events.iter().filter(|(share, _)| !share.is_zero()).map(|(_, event)| event.decl));
    }
    for decl in &sent {
        let Some(item) = cx.item(*decl) else { continue };
        visit::expressions(item, &mut |e| {
            if let Some((event, whole)) = looks_back(cx, e)
                && !sent.contains(&event)
            {
                cx.report(never_sent(cx, whole, *decl, event, test));
            }
        });
    }
}

/// The event that a `recent(…)` looks back at.
fn looks_back<'a>(cx: &Context<'a>, e: &'a Expr) -> Option<(Decl, &'a Expr)> {
    let ExprKind::Call { callee, args } = &e.kind else { return None };
    let ExprKind::Name(function) = &callee.kind else { return None };
    let ExprKind::Member(of, _) = &args.first()?.unwrapped().kind else { return None };
    match cx.find(of) {
        Found::Decl(event) if function.text == "recent" && cx.kind_of(event) == Some(DeclKind::Event) => Some((event, e)),
        _ => None,
    }
}

fn never_sent(cx: &Context<'_>, call: &Expr, of: Decl, event: Decl, test: &str) -> Diagnostic {
    let (of, name) = (cx.plain_name(of), cx.plain_name(event));
    Diagnostic::new(codes::E0405, call.span, format!("`{of}` refers to a recent `{name}`, and test \"{test}\" never sends one"))
        .here("nothing to pick from")
        .label(cx.name_span(event), "this event")
        .help(format!("send it too, for example in the mix that holds `{of}`, or give the field a generator of its own"))
}
