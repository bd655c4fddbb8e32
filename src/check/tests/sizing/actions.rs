//! What the actions of a sizing would do: E0806 where a split leaves pipelines too many tables, W0812 where nothing splits them,
//! W0811 where the cluster has what is advised already.

use super::Read;
use crate::check::reason::{Answer, Formula, Linear, Reading, Reason};
use crate::check::{Context, Decl, Workers};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{self, Arithmetic, Condition, MathFunction, MetricRef, NodeKind, Value, ValueKind};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, ActionKind, Expr};
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, One, Signed, ToPrimitive};

/// More tables than this in one pipeline want a split: from 30 on the driver is to be watched, groups of 30 to 50 have proved themselves.
const MOST_TABLES: u64 = 50;
/// What a split is to leave, with room to grow.
const GOOD_TABLES: u64 = 45;

/// One action, with the condition that it stands behind.
struct Acted<'r, 'a> {
    ast: &'a ast::Action,
    action: &'r plan::Action,
    condition: Option<&'r Condition>,
}

/// All actions of a sizing, those that are known.
fn all<'r, 'a>(read: &'r Read<'a>) -> impl Iterator<Item = Acted<'r, 'a>> {
    let arms = read.arms.iter().map(|arm| (&arm.ast.size, &arm.action, None));
    let rules = read.rules.iter().map(|rule| (rule.ast, &rule.action, rule.typed.as_ref()));
    let last = read.otherwise.iter().map(|otherwise| (otherwise.ast, &otherwise.action, None));
    arms.chain(rules).chain(last).filter_map(|(ast, action, condition)| Some(Acted { ast, action: action.as_ref()?, condition }))
}

pub fn check<'a>(cx: &Context<'a>, read: &Read<'a>) {
    let Some(pipeline) = read.pipeline else { return };
    for acted in all(read) {
        too_many_tables(cx, pipeline, &acted);
    }
    if let Some(cluster) = cx.cluster_of(pipeline) {
        already_so(cx, read, cluster);
    }
}

/// The actions that add workers, with the number they add.
pub fn scale_outs<'r, 'a>(read: &'r Read<'a>) -> impl Iterator<Item = (u64, &'a Expr)> {
    all(read).filter_map(|acted| match (acted.action, &acted.ast.kind) {
        (plan::Action::ScaleOut(more), ActionKind::ScaleOut(e)) => Some((*more, e)),
        _ => None,
    })
}

/// E0806, and W0811 for a split into one.
fn too_many_tables<'a>(cx: &Context<'a>, pipeline: Decl, acted: &Acted<'_, 'a>) {
    let (plan::Action::Split(Some(value)), ActionKind::Split(Some(e))) = (acted.action, &acted.ast.kind) else { return };
    let file = e.span.file;
    let Some(parts) = constant(value, &|metric| cx.declared_value(file, metric)) else { return };
    let parts = parts.ceil();
    if !parts.is_positive() || !applies(cx, file, acted.condition) {
        return;
    }
    let tables = cx.tables_of(pipeline);
    let each = tables.and_then(|(tables, _)| Exact::from_integer(i128::from(tables)).checked_div(&parts)).and_then(|each| each.ceil().to_integer().to_u64());
    if let (Some((tables, place)), Some(each)) = (tables, each)
        && each > MOST_TABLES
    {
        cx.report(leaves_too_many(e, &cx.name_of(pipeline, file), place, (tables, parts, each)));
    } else if parts.is_one() {
        cx.report(
            Diagnostic::new(codes::W0811, acted.ast.span, "a split into one pipeline changes nothing")
                .here("one pipeline already")
                .help("split into `2` or more, or leave the number out: `split`"),
        );
    }
}

/// Whether a condition can be true of what is declared; where that cannot be told, yes.
fn applies(cx: &Context<'_>, file: FileId, condition: Option<&Condition>) -> bool {
    let Some(condition) = condition else { return true };
    let reach_of = |metric: &MetricRef| cx.reach_of(file, metric);
    let mut reason = Reason::new(Reading::Average, &reach_of);
    let Some(formula) = reason.read(condition, 0) else { return true };
    let mut ids = Vec::new();
    formula.terms(&mut |id| ids.push(id));
    let declared: Vec<Formula> = ids
        .into_iter()
        .filter_map(|id| {
            let (value, _) = reason.term(id)?;
            let ValueKind::Metric(metric) = &value.kind else { return None };
            Formula::equal(&Linear::term(id), &Linear::constant(cx.declared_value(file, metric)?))
        })
        .collect();
    reason.possible(&std::iter::once(&formula).chain(&declared).collect::<Vec<_>>()) != Answer::Never
}

/// E0806
fn leaves_too_many(e: &Expr, pipeline: &str, tables: Span, (all, parts, each): (u64, Exact, u64)) -> Diagnostic {
    let (parts, enough) = (parts.to_integer(), all.div_ceil(GOOD_TABLES));
    let literal = matches!(e.unwrapped().kind, ast::ExprKind::Quantity(_));
    let mended = if literal { enough.to_string() } else { format!("ceil({pipeline}.tables / {GOOD_TABLES})") };
    let into = if parts == 1 { "one".to_owned() } else { parts.to_string() };
    Diagnostic::new(codes::E0806, e.span, format!("{all} tables split into {into} leave {each} in a pipeline, more than {MOST_TABLES}"))
        .here(format!("{each} tables each"))
        .label(tables, format!("{all} tables"))
        .note(format!("⌈{all} ÷ {parts}⌉ = {each}; {enough} pipelines would have {} each", all.div_ceil(enough)))
        .help(format!("write `{mended}`"))
        .fix(format!("split into `{mended}`"), false, e.span, mended)
}

/// W0812, of a pipeline of a file. `sizings`: those of the file.
pub fn fan_out<'a>(cx: &Context<'a>, pipeline: Decl, sizings: &[Read<'a>]) {
    let Some((tables, place)) = cx.tables_of(pipeline).filter(|(tables, _)| *tables > MOST_TABLES) else { return };
    let own: Vec<&Read<'a>> = sizings.iter().filter(|read| read.pipeline == Some(pipeline)).collect();
    let splits = |read: &&&Read<'a>| {
        // A rule that is broken may have been meant to split.
        let broken = cx.is_garbled(read.ast.span) || read.rules.iter().any(|rule| rule.action.is_none() || rule.typed.is_none()) || read.arms.iter().any(|arm| arm.action.is_none());
        broken || all(read).any(|acted| matches!(acted.action, plan::Action::Split(_)) && applies(cx, acted.ast.span.file, acted.condition))
    };
    if own.iter().any(|read| splits(&read)) {
        return;
    }
    let name = cx.name_of(pipeline, pipeline.file);
    let parts = tables.div_ceil(GOOD_TABLES);
    let mut d = Diagnostic::new(codes::W0812, place, format!("pipeline `{name}` has {tables} tables, and no rule splits it"))
        .here(format!("more than {MOST_TABLES} in one pipeline"))
        .note(format!("⌈{tables} ÷ {GOOD_TABLES}⌉ = {parts} pipelines would have {} tables each", tables.div_ceil(parts)));
    let rule = format!("rule fan_out when {name}.tables > {MOST_TABLES} => split into ceil({name}.tables / {GOOD_TABLES})");
    d = match own.iter().find_map(|read| read.ast.name.as_ref()) {
        Some(sizing) => d.label(sizing.span, "does not split it").help(format!("add a rule such as `{rule}`")),
        None => d.help(format!("add a `sizing {name}` with a rule such as `{rule}`")),
    };
    cx.report(d);
}

/// W0811: the workers are of this node, or of a larger one of its family, already.
pub fn already_so<'a>(cx: &Context<'a>, read: &Read<'a>, cluster: Decl) {
    let Some(Workers { node: workers, place, .. }) = cx.workers_of(cluster) else { return };
    for acted in all(read) {
        let (plan::Action::ScaleUp(node), ActionKind::ScaleUp(e)) = (acted.action, &acted.ast.kind) else { continue };
        let name = cx.name_of(cluster, e.span.file);
        let (what, here) = if node.name == workers.name {
            (format!("the workers of `{name}` are \"{}\" already", node.name), "nothing to scale up to".to_owned())
        } else if larger_of_a_family(&workers, node) {
            let shown = |n: &NodeKind| format!("{} vCPU, {}", n.vcpu, crate::units::show(n.memory, crate::units::Dimension::DATA));
            (format!("\"{}\" is no more than the workers of `{name}` are: \"{}\"", node.name, workers.name), format!("{} after {}", shown(node), shown(&workers)))
        } else {
            continue;
        };
        cx.report(Diagnostic::new(codes::W0811, e.span, what).here(here).label(place, "the workers").help("name a larger node"));
    }
}

/// `m5.2xlarge` against `m5.xlarge`. Of two families nothing is said: local disks and newer processors are not counted in cores.
fn larger_of_a_family(larger: &NodeKind, smaller: &NodeKind) -> bool {
    let family = |node: &NodeKind| node.name.rsplit_once('.').map(|(family, _)| family.to_owned());
    family(larger).is_some() && family(larger) == family(smaller) && larger.vcpu >= smaller.vcpu && larger.memory >= smaller.memory
}

/// The value of an expression over declared constants.
fn constant(value: &Value, declared: &dyn Fn(&MetricRef) -> Option<Exact>) -> Option<Exact> {
    let of = |value: &Value| constant(value, declared);
    match &value.kind {
        ValueKind::Constant(c) => Some(*c),
        ValueKind::Metric(metric) => declared(metric),
        ValueKind::Negate(inner) => Some(-of(inner)?),
        ValueKind::Arithmetic { op, left, right } => {
            let (a, b) = (of(left)?, of(right)?);
            match op {
                Arithmetic::Add => a.checked_add(&b),
                Arithmetic::Subtract => a.checked_sub(&b),
                Arithmetic::Multiply => a.checked_mul(&b),
                Arithmetic::Divide => a.checked_div(&b),
            }
        }
        ValueKind::Call { function, arguments } => {
            let all: Vec<Exact> = arguments.iter().map(of).collect::<Option<_>>()?;
            match function {
                MathFunction::Min => all.into_iter().min(),
                MathFunction::Max => all.into_iter().max(),
                MathFunction::Abs => all.first().map(Exact::abs),
                MathFunction::Ceil => all.first().map(Exact::ceil),
                MathFunction::Floor => all.first().map(Exact::floor),
                MathFunction::Round => all.first().map(Exact::round),
            }
        }
        ValueKind::Window { .. } | ValueKind::Rate(_) => None,
    }
}
