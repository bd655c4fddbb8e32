//! `sizing` blocks: types checked once for the file, lowered for each test that has the pipeline.

mod actions;
mod ranges;
mod rules;

pub use actions::{fan_out, scale_outs};

use super::timeline::Timeline;
use super::{expectations, references};
use crate::check::{Bounds, Context, Decl, MetricScope, Parts};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan;
use crate::source::Span;
use crate::syntax::ast::{self, ActionKind, SizingKind};
use crate::units::{Dimension, Quantity};

/// A sizing that has been read: what it is for, and what it says as far as it is known.
pub struct Read<'a> {
    pub pipeline: Option<Decl>,
    ast: &'a ast::Sizing,
    arms: Vec<ArmRead<'a>>,
    rules: Vec<RuleRead<'a>>,
    otherwise: Option<OtherwiseRead<'a>>,
}

struct ArmRead<'a> {
    ast: &'a ast::SizeArm,
    /// In base units, of the metric's dimension.
    bounds: Option<Bounds>,
    action: Option<plan::Action>,
}

struct RuleRead<'a> {
    name: Option<&'a ast::Ident>,
    text: String,
    /// It is typed once for the file, and again for each test, in which it may mean more.
    condition: &'a ast::Expr,
    typed: Option<plan::Condition>,
    during: Option<&'a ast::PhaseList>,
    ast: &'a ast::Action,
    action: Option<plan::Action>,
}

struct OtherwiseRead<'a> {
    span: Span,
    ast: &'a ast::Action,
    action: Option<plan::Action>,
}

/// Reads one block and says what is wrong with it. `place` is its name, or the word.
pub fn read<'a>(cx: &Context<'a>, sizing: &'a ast::Sizing) -> Read<'a> {
    let pipeline = sizing.name.as_ref().and_then(|name| cx.pipeline_named(name));
    let scope = MetricScope { window: true, rule: true, ..MetricScope::default() };
    let mut read = Read { pipeline, ast: sizing, arms: Vec::new(), rules: Vec::new(), otherwise: None };
    let mut first_size: Option<Span> = None;
    let mut names: Vec<&ast::Ident> = Vec::new();
    for statement in &sizing.statements {
        match &statement.kind {
            SizingKind::SizeBy { metric, arms } => {
                let value = cx.value(metric, &scope);
                let dim = value.as_ref().map(|value| value.dim);
                let arms: Vec<ArmRead<'a>> = arms.iter().map(|arm| size_arm(cx, &scope, (metric, dim), arm)).collect();
                match first_size {
                    Some(first) => twice(cx, metric.span, first, "`size by` stands twice"),
                    None => {
                        if let Some(value) = value.filter(|_| !cx.is_garbled(statement.span)) {
                            ranges::check(cx, metric, &value, &arms);
                        }
                        first_size = Some(metric.span);
                        read.arms = arms;
                    }
                }
            }
            SizingKind::Rule { name, condition, during, action } => {
                if let Some(name) = name {
                    if let Some(first) = names.iter().find(|n| n.text == name.text) {
                        twice(cx, name.span, first.span, &format!("rule `{}` is declared twice", name.text));
                    }
                    names.push(name);
                }
                let typed = cx.condition(condition, &scope);
                let ast = action;
                let action = self::action(cx, &scope, ast);
                let text = expectations::fold(cx.text_at(statement.span));
                read.rules.push(RuleRead { name: name.as_ref(), text, condition, typed, during: during.as_ref(), ast, action });
            }
            SizingKind::Otherwise { action: ast } => {
                let action = self::action(cx, &scope, ast);
                match &read.otherwise {
                    Some(first) => twice(cx, statement.span, first.span, "`otherwise` stands twice"),
                    None => read.otherwise = Some(OtherwiseRead { span: statement.span, ast, action }),
                }
            }
        }
    }
    rules::check(cx, &read);
    actions::check(cx, &read);
    read
}

/// E0202
fn twice(cx: &Context<'_>, again: Span, first: Span, message: &str) {
    cx.report(Diagnostic::new(codes::E0202, again, message).here("again here").label(first, "first here"));
}

fn size_arm<'a>(cx: &Context<'a>, scope: &MetricScope, (metric, dim): (&'a ast::Expr, Option<Dimension>), arm: &'a ast::SizeArm) -> ArmRead<'a> {
    let action = action(cx, scope, &arm.size);
    let bounds = dim.and_then(|dim| cx.range_against(&arm.range, metric, dim, "what this size is for"));
    ArmRead { ast: arm, bounds, action }
}

impl ArmRead<'_> {
    fn lower(&self) -> Option<plan::SizeArm> {
        let (bounds, value) = (self.bounds?, |q: Quantity| q.value);
        Some(plan::SizeArm { low: bounds.low.map(value), high: bounds.high.map(value), inclusive: bounds.inclusive, action: self.action.clone()? })
    }
}

fn action<'a>(cx: &Context<'a>, scope: &MetricScope, action: &'a ast::Action) -> Option<plan::Action> {
    match &action.kind {
        ActionKind::Keep => Some(plan::Action::Keep),
        ActionKind::ScaleOut(n) => cx.whole(n, 1, "how many workers to add").map(plan::Action::ScaleOut),
        ActionKind::ScaleIn(n) => cx.whole(n, 1, "how many workers to take away").map(plan::Action::ScaleIn),
        ActionKind::ScaleUp(node) => cx.node(node).map(plan::Action::ScaleUp),
        ActionKind::Split(None) => Some(plan::Action::Split(None)),
        ActionKind::Split(Some(n)) => {
            let parts = cx.value_of(n, Dimension::COUNT, scope, "how many parts to split into")?;
            if matches!(parts.kind, plan::ValueKind::Constant(_)) {
                cx.whole(n, 1, "how many parts to split into")?;
            }
            Some(plan::Action::Split(Some(parts)))
        }
        ActionKind::Throttle(rate) => cx.positive(rate, Dimension::RATE, "the rate to throttle to").map(plan::Action::Throttle),
        ActionKind::Investigate(text) => cx.literal_text(text, "what to investigate").map(plan::Action::Investigate),
        ActionKind::Size(size) => cx.nodes(size, "a size").map(|((low, high), node)| plan::Action::Size { low, high, node }),
        ActionKind::Missing => None,
    }
}

/// What can be told of a sizing within a test: the values of its `for`, and the cluster that it names where the pipeline names none.
pub fn within<'a>(cx: &Context<'a>, read: &Read<'a>, cluster: Option<Decl>) {
    actions::check(cx, read);
    if let (Some(pipeline), Some(cluster)) = (read.pipeline, cluster)
        && super::needs::setting(cx, pipeline, "cluster").is_none()
    {
        actions::already_so(cx, read, cluster);
    }
}

/// For a test that has the pipeline. `None` where something in it is broken, or a `during` names no phase of this test (another test may have it).
pub fn lower<'a>(cx: &Context<'a>, read: &Read<'a>, timeline: &Timeline<'a>, scope: &MetricScope, parts: &mut Parts) -> Option<plan::Sizing> {
    let pipeline = parts.pipeline(cx, read.pipeline?)?;
    let scope = MetricScope { window: true, rule: true, targets: None, cluster: None, ..scope.clone() };
    let mut rules = Vec::new();
    for rule in &read.rules {
        let during = match rule.during {
            Some(list) if list.phases.iter().any(|p| timeline.instances(&p.name.text).is_empty()) => continue,
            Some(list) => Some(references::phases(cx, timeline, list)?),
            None => None,
        };
        rules.push(plan::Rule {
            name: rule.name?.text.clone(),
            text: rule.text.clone(),
            condition: cx.condition(rule.condition, &scope)?,
            during,
            action: rule.action.clone()?,
        });
    }
    Some(plan::Sizing { pipeline, arms: read.arms.iter().map(ArmRead::lower).collect::<Option<_>>()?, rules, otherwise: read.otherwise.as_ref()?.action.clone()? })
}

/// E0211: a `during` of a rule that no test of the file has.
pub fn unknown_phases(cx: &Context<'_>, reads: &[Read<'_>], names: &[String]) {
    if names.is_empty() {
        return;
    }
    for list in reads.iter().flat_map(|r| &r.rules).filter_map(|rule| rule.during) {
        for phase in list.phases.iter().filter(|p| !names.contains(&p.name.text)) {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut message = Diagnostic::new(codes::E0211, phase.name.span, format!("no test of this file has a phase `{}`", phase.name.text)).here("no such phase");
            let (near, listed) = super::phases::no_such(&phase.name.text, &known);
            if let Some(near) = near {
                message = message.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), false, phase.name.span, near);
            } else if let Some(listed) = listed {
                message = message.help(format!("there are {listed}"));
            }
            cx.report(message);
        }
    }
}
