//! The rules of a sizing, from top to bottom: E0803 where one can never hold, E0804 where an earlier one always comes first, E0805 where none may hold.

use super::{Read, RuleRead};
use crate::check::Context;
use crate::check::reason::{Answer, Case, Conflict, Formula, Reading, Reason, TermId, number, written};
use crate::check::tests::say;
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Condition, MetricRef};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, PhaseList};
use std::collections::BTreeSet;

/// A rule as a formula; the parts that its `and` joins, each with its place.
struct Reasoned<'r, 'a> {
    rule: &'r RuleRead<'a>,
    /// The stretch of time it is judged over: 0 for the last `hold` phase, others by the words of a `during`.
    window: usize,
    parts: Vec<(Span, Formula)>,
    formula: Formula,
    negated: Formula,
}

/// Later rules are held against so many of the earlier ones.
const MANY_RULES: usize = 64;

pub fn check<'a>(cx: &Context<'a>, read: &Read<'a>) {
    let Some(name) = &read.ast.name else { return };
    let file = name.span.file;
    let reach_of = |metric: &MetricRef| cx.reach_of(file, metric);
    let mut reason = Reason::new(Reading::Average, &reach_of);
    let mut windows: Vec<String> = vec![String::new()];
    // `None` where a rule could not be read: then nothing is known of it.
    let rules: Vec<Option<Reasoned<'_, 'a>>> = read
        .rules
        .iter()
        .map(|rule| {
            let words = during(rule.during);
            let window = windows.iter().position(|w| *w == words).unwrap_or_else(|| {
                windows.push(words);
                windows.len() - 1
            });
            reasoned(&mut reason, rule, window)
        })
        .collect();
    let mut earlier: Vec<&Reasoned<'_, 'a>> = Vec::new();
    for rule in rules.iter().flatten() {
        if let Some(conflict) = reason.conflict(&rule.parts.iter().map(|(_, formula)| formula).collect::<Vec<_>>()) {
            cx.report(never_holds(cx, rule, &conflict));
        } else if let Some(cover) = covered(&reason, rule, &earlier) {
            cx.report(never_reached(cx, rule, &cover));
        } else if let Some(otherwise) = read.otherwise.as_ref().filter(|otherwise| otherwise.span.start < rule.rule.condition.span.start) {
            cx.report(below_otherwise(rule, otherwise.span));
        } else if earlier.len() < MANY_RULES {
            earlier.push(rule);
        }
    }
    // Of text that could not be read, something may have been the `otherwise`.
    if read.otherwise.is_none() && !cx.is_garbled(read.ast.span) {
        let all: Option<Vec<&Reasoned<'_, 'a>>> = rules.iter().map(Option::as_ref).collect();
        let case = all.as_deref().and_then(|all| open_case(&reason, &windows, all));
        cx.report(no_otherwise(name.span, &name.text, case));
    }
}

/// The phases of a `during`, folded to what tells them apart.
fn during(list: Option<&PhaseList>) -> String {
    let Some(list) = list else { return String::new() };
    let mut names: Vec<&str> = list.phases.iter().map(|p| p.name.text.as_str()).collect();
    names.sort_unstable();
    // Instances by number may be constants: only whole phases are compared.
    if list.phases.iter().any(|p| p.instance.is_some()) { format!("{} at {}", names.join(" and "), list.span.start) } else { names.join(" and ") }
}

fn reasoned<'r, 'a>(reason: &mut Reason<'_>, rule: &'r RuleRead<'a>, window: usize) -> Option<Reasoned<'r, 'a>> {
    let mut conjuncts = Vec::new();
    split(rule.condition, rule.typed.as_ref()?, &mut conjuncts);
    let parts: Vec<(Span, Formula)> = conjuncts.into_iter().map(|(span, condition)| Some((span, reason.read(condition, window)?))).collect::<Option<_>>()?;
    let formula = Formula::All(parts.iter().map(|(_, formula)| formula.clone()).collect());
    Some(Reasoned { rule, window, parts, negated: formula.negated()?, formula })
}

/// What the `and`s of a condition join, with its place.
fn split<'c>(e: &Expr, condition: &'c Condition, out: &mut Vec<(Span, &'c Condition)>) {
    match (&e.unwrapped().kind, condition) {
        (ExprKind::Binary { op: BinaryOp::And, left, right, .. }, Condition::And(a, b)) => {
            split(left, a, out);
            split(right, b, out);
        }
        _ => out.push((e.unwrapped().span, condition)),
    }
}

/// The earlier rules one of which is true whenever this one is, and why.
struct Cover<'c, 'r, 'a> {
    rules: Vec<&'c Reasoned<'r, 'a>>,
    /// They leave nothing to any rule.
    everything: bool,
    facts: Vec<String>,
}

fn covered<'c, 'r, 'a>(reason: &Reason<'_>, rule: &Reasoned<'r, 'a>, earlier: &[&'c Reasoned<'r, 'a>]) -> Option<Cover<'c, 'r, 'a>> {
    // A rule whose `during` names no phase of a test is left out there: it comes before those alone that are judged over the same phases.
    let before: Vec<&'c Reasoned<'r, 'a>> = earlier.iter().copied().filter(|e| e.window == 0 || e.window == rule.window).collect();
    let alone = |e: &&&'c Reasoned<'r, 'a>| reason.possible(&[&rule.formula, &e.negated]) == Answer::Never;
    let rules = match before.iter().find(alone) {
        Some(one) => vec![*one],
        None => {
            let all: Vec<&Formula> = std::iter::once(&rule.formula).chain(before.iter().map(|e| &e.negated)).collect();
            let conflict = reason.conflict(&all)?;
            conflict.formulas.iter().filter_map(|index| before.get(index.checked_sub(1)?).copied()).collect()
        }
    };
    let negated: Vec<&Formula> = rules.iter().map(|e| &e.negated).collect();
    let everything = reason.possible(&negated) == Answer::Never;
    let own = (!everything).then_some(&rule.formula);
    let facts = reason.conflict(&own.into_iter().chain(negated).collect::<Vec<_>>())?.facts;
    Some(Cover { rules, everything, facts })
}

/// Values for which no rule is true, as words.
fn open_case(reason: &Reason<'_>, windows: &[String], rules: &[&Reasoned<'_, '_>]) -> Option<String> {
    const MANY: usize = 6;
    let negated: Vec<&Formula> = rules.iter().map(|r| &r.negated).collect();
    let Answer::Possible(case) = reason.possible(&negated) else { return None };
    let mut needed = BTreeSet::new();
    for formula in negated {
        support(formula, &case, &mut needed);
    }
    if needed.is_empty() || needed.len() > MANY {
        return None;
    }
    let shown = needed.iter().map(|id| {
        let (value, window) = reason.term(*id)?;
        let during = windows.get(window).filter(|words| !words.is_empty()).map_or(String::new(), |words| format!(" during {words}"));
        Some(format!("`{}` is {}{during}", written(value), number(*case.get(id)?, value.dim)))
    });
    Some(say::listed(&shown.collect::<Option<Vec<_>>>()?, "and"))
}

/// Adds the numbers that it takes for a formula to be true in a case.
fn support(formula: &Formula, case: &Case, needed: &mut BTreeSet<TermId>) {
    let value = |id: TermId| case.get(&id).copied();
    match formula {
        Formula::Is(_) => formula.terms(&mut |id| {
            needed.insert(id);
        }),
        Formula::All(parts) => parts.iter().for_each(|part| support(part, case, needed)),
        Formula::Any(parts) => {
            let ways = parts.iter().filter(|part| part.holds_at(&value) == Some(true)).map(|part| {
                let mut more = needed.clone();
                support(part, case, &mut more);
                more
            });
            if let Some(fewest) = ways.min_by_key(BTreeSet::len) {
                *needed = fewest;
            }
        }
    }
}

fn title(rule: &Reasoned<'_, '_>) -> String {
    rule.rule.name.map_or_else(|| "this rule".to_owned(), |name| format!("rule `{}`", name.text))
}

/// E0803
fn never_holds(cx: &Context<'_>, rule: &Reasoned<'_, '_>, conflict: &Conflict) -> Diagnostic {
    let places: Vec<Span> = conflict.formulas.iter().filter_map(|index| rule.parts.get(*index)).map(|(span, _)| *span).collect();
    let quoted: Vec<String> = places.iter().map(|span| cx.quoted(*span)).collect();
    let (what, here) = match quoted.as_slice() {
        [] => (String::new(), "never true"),
        [one] => (format!(": {one} is never true"), "never true"),
        [first, second] => (format!(": {first} and {second} exclude each other"), "excludes the other"),
        several => (format!(": {} are never all true", say::listed(several, "and")), "excludes the others"),
    };
    let (primary, others) = places.split_last().map_or((rule.rule.condition.span, &[][..]), |(last, others)| (*last, others));
    let mut d = Diagnostic::new(codes::E0803, primary, format!("{} can never hold{what}", title(rule))).here(here);
    for other in others {
        d = d.label(*other, "with this");
    }
    for fact in &conflict.facts {
        d = d.note(fact.clone());
    }
    let mut metrics = rule.rule.typed.iter().flat_map(Condition::metrics);
    if conflict.facts.iter().any(|fact| fact.ends_with('%'))
        && let Some(metric) = metrics.find(|m| cx.is_said_to_be_a_share(primary.file, m) && conflict.facts.iter().any(|fact| fact.contains(&format!("`{}", m.series))))
    {
        d = d.note(format!("`{}` is declared `as percent`, a share of a whole; what can be less or more is declared `as number`, or `as ratio`", metric.series));
    }
    d.help(if places.len() > 1 { "mend one of them, join them by `or`, or take the rule away" } else { "mend it, or take the rule away" })
}

/// E0804
fn never_reached(cx: &Context<'_>, rule: &Reasoned<'_, '_>, cover: &Cover<'_, '_, '_>) -> Diagnostic {
    let names: Vec<String> = cover.rules.iter().map(|r| r.rule.name.map_or_else(|| cx.quoted(r.rule.condition.span), |name| format!("`{}`", name.text))).collect();
    let either = say::listed(&names, "or");
    let what = match (cover.everything, names.len()) {
        (true, 1) => format!("{either} is always true"),
        (true, _) => format!("{either} is true in every case"),
        (false, _) => format!("{either} is true whenever it is"),
    };
    let mut d = Diagnostic::new(codes::E0804, rule.rule.condition.span, format!("{} can never be reached: {what}", title(rule))).here("never the first that is true");
    for earlier in &cover.rules {
        let here = match (cover.everything, cover.rules.len()) {
            (true, 1) => "always true",
            (false, 1) => "true whenever the later one is",
            _ => "true in some of its cases",
        };
        d = d.label(earlier.rule.condition.span, here);
    }
    for fact in &cover.facts {
        d = d.note(fact.clone());
    }
    let first = names.first().map_or("", String::as_str);
    d.help(if cover.everything { format!("narrow {either}, or take this rule away") } else { format!("put it above {first}, or take it away") })
}

/// E0804: `otherwise` takes whatever is left.
fn below_otherwise(rule: &Reasoned<'_, '_>, otherwise: Span) -> Diagnostic {
    Diagnostic::new(codes::E0804, rule.rule.condition.span, format!("{} can never be reached: it stands below `otherwise`", title(rule)))
        .here("never looked at")
        .label(otherwise, "takes every case that is left")
        .help("put `otherwise` last")
}

/// E0805
fn no_otherwise(place: Span, name: &str, case: Option<String>) -> Diagnostic {
    let d = Diagnostic::new(codes::E0805, place, format!("sizing `{name}` has no `otherwise`")).here("what if no rule is true?");
    let d = match case {
        Some(case) => d.note(format!("no rule is true where {case}")),
        None => d,
    };
    d.help("end it with `otherwise keep`")
}
