//! `burst`, `burst[2]`, `p and q`: which instances of a timeline they name (E0211, E0212).

use super::say;
use super::timeline::Timeline;
use crate::check::Context;
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::PhaseId;
use crate::source::Span;
use crate::syntax::ast::{Ident, PhaseList, PhaseRef, StatementKind};

/// So many instances of phases the lines of one test may name: thousands of lines that name thousands of rounds are more than fits into memory.
const MOST_NAMED: usize = 2_000_000;

/// The instances that a reference names: all, or the one in brackets.
pub fn phase<'a>(cx: &Context<'a>, timeline: &Timeline<'_>, reference: &'a PhaseRef) -> Option<Vec<PhaseId>> {
    let named = cx.instances_named.get() + if reference.instance.is_none() { timeline.count(&reference.name.text) } else { 1 };
    if named > MOST_NAMED {
        // Said once.
        if cx.instances_named.replace(usize::MAX / 2) < MOST_NAMED {
            cx.report(
                Diagnostic::new(codes::E0307, reference.span, format!("the lines of this test look at more than {MOST_NAMED} instances of phases in all"))
                    .here("from here on they are too many")
                    .help("repeat less often, or look at single instances, `burst[2]`"),
            );
        }
        return None;
    }
    cx.instances_named.set(named);
    let instances = timeline.instances(&reference.name.text);
    if instances.is_empty() {
        if !is_quiet(cx, timeline, &reference.name) {
            cx.report(no_such_phase(cx, timeline, reference.name.span, &reference.name.text, &[]));
        }
        return None;
    }
    let Some(index) = &reference.instance else { return Some(instances) };
    let number = cx.whole(index, 0, "the number of an instance")?;
    let picked = usize::try_from(number).ok().and_then(|n| instances.get(n.checked_sub(1)?)).copied();
    if picked.is_none() && !timeline.uncertain {
        let first = instances.first().and_then(|&id| timeline.phases.get(id));
        let name = &reference.name.text;
        let what = if number == 0 { format!("there is no `{name}[0]`: instances are counted from 1") } else { format!("`{name}` has {}, not {number}", say::many(instances.len() as u64, "instance")) };
        let mut message = Diagnostic::new(codes::E0212, reference.span, what);
        if let Some(first) = first {
            message = message.label(first.span, if instances.len() == 1 { "runs once" } else { "repeated here" });
        }
        message = if instances.len() == 1 {
            message.help(format!("write `{name}`")).fix("take the number away", false, reference.span, name.as_str())
        } else {
            let last = format!("{name}[{}]", instances.len());
            let nearest = if number == 0 { format!("{name}[1]") } else { last.clone() };
            message.help(format!("write `{name}[1]` to `{last}`, or `{name}` for all")).fix(format!("write `{nearest}`"), false, reference.span, nearest)
        };
        cx.report(message);
    }
    picked.map(|id| vec![id])
}

/// All phases of a list; `None` where one of them is unknown.
pub fn phases<'a>(cx: &Context<'a>, timeline: &Timeline<'_>, list: &'a PhaseList) -> Option<Vec<PhaseId>> {
    let found: Vec<Option<Vec<PhaseId>>> = list.phases.iter().map(|p| phase(cx, timeline, p)).collect();
    let all: Vec<PhaseId> = found.into_iter().collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    let mut seen = std::collections::HashSet::new();
    let once: Vec<PhaseId> = all.into_iter().filter(|id| seen.insert(*id)).collect();
    (!once.is_empty()).then_some(once)
}

/// Whether a name may be that of a line that could not be read, or the timeline could not be laid out at all: both have been said.
pub fn is_quiet(cx: &Context<'_>, timeline: &Timeline<'_>, name: &Ident) -> bool {
    let broken = cx.file(name.span.file).is_some_and(|file| file.broken_names.iter().any(|b| b.text == name.text));
    broken || timeline.uncertain && timeline.phases.is_empty()
}

/// E0211, with what there is in this test, and where else the word names a phase.
pub fn no_such_phase(cx: &Context<'_>, timeline: &Timeline<'_>, span: Span, word: &str, more: &[&str]) -> Diagnostic {
    let mut candidates = timeline.names();
    candidates.extend(more);
    let mut message = Diagnostic::new(codes::E0211, span, format!("this test has no phase `{word}`")).here("no such phase");
    if let Some((test, place)) = elsewhere(cx, span, word) {
        message = message.label(place, format!("a phase of the test \"{test}\"")).note("windows look at phases of their own test");
    }
    if let Some(near) = cx.patience.nearest(word, &candidates) {
        let near = near.to_string();
        message = message.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), false, span, near);
    } else if !candidates.is_empty() {
        message = message.help(format!("it has {}", suggest::listed(&candidates)));
    }
    message
}

/// A test of the same file that has a phase of this name.
fn elsewhere(cx: &Context<'_>, span: Span, word: &str) -> Option<(String, Span)> {
    fn find(statements: &[crate::syntax::ast::Statement], word: &str) -> Option<Span> {
        statements.iter().find_map(|s| match &s.kind {
            StatementKind::Phase(phase) => phase.name.as_ref().filter(|n| n.text == word).map(|n| n.span),
            StatementKind::Repeat { statements, .. } => find(statements, word),
            _ => None,
        })
    }
    // Every test is looked through; where thousands of names lead nowhere, somewhere it is enough.
    if !cx.patience.take(cx.ws.map.file(span.file).text.len() / 16) {
        return None;
    }
    cx.file(span.file)?.items.iter().find_map(|item| match &item.kind {
        crate::syntax::ast::ItemKind::Test(test) => Some((test.name.as_ref()?.value.clone(), find(&test.statements, word)?)),
        _ => None,
    })
}
