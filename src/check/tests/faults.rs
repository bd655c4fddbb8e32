//! `fault` and `undo`: what strikes when, and what takes it back (E0507).

use super::timeline::Timeline;
use super::{references, say};
use crate::check::{Context, Decl};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{FaultOffset, PhaseId};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Ident, StatementKind};
use crate::units::{Dimension, Exact};
use num_traits::{CheckedMul, CheckedSub, One, Signed};
use std::collections::HashMap;

#[derive(Clone, Debug)]
pub enum Action {
    Exec(Vec<String>),
    Stop(Decl),
    Start(Decl),
    Scale(Decl, u32),
    Kill(Decl),
}

/// A fault of a test, with `None` for what is not known.
#[derive(Clone, Debug)]
pub struct Fault<'a> {
    pub name: &'a Ident,
    pub span: Span,
    pub action: Option<Action>,
    pub phases: Option<Vec<PhaseId>>,
    pub offset: Option<FaultOffset>,
    pub undo: Option<Undo>,
}

#[derive(Clone, Debug)]
pub struct Undo {
    pub span: Span,
    /// `Some(None)`: reverses by itself.
    pub action: Option<Option<Action>>,
    pub after: Option<Exact>,
}

impl Fault<'_> {
    /// Seconds from the end of the phase (instance) it strikes in back to the strike; `None` where not known.
    pub fn before_end(&self, timeline: &Timeline<'_>, phase: PhaseId) -> Option<Exact> {
        let duration = timeline.phases.get(phase)?.duration?;
        let offset = match self.offset.as_ref()? {
            FaultOffset::Time(time) => *time,
            FaultOffset::Share(share) => share.checked_mul(&duration)?,
        };
        duration.checked_sub(&offset)
    }
    /// When it strikes, in seconds, from when its phases begin and end; what is not known is left out.
    pub fn strikes(&self, timeline: &Timeline<'_>, phase: &dyn Fn(PhaseId) -> Option<(Exact, Exact)>) -> Vec<Exact> {
        let strike = |&id: &PhaseId| phase(id)?.1.checked_sub(&self.before_end(timeline, id)?);
        self.phases.iter().flatten().filter_map(strike).collect()
    }
}

pub fn evaluate<'a>(cx: &Context<'a>, test: &'a ast::Test, timeline: &Timeline<'a>) -> Vec<Fault<'a>> {
    let mut faults: Vec<Fault<'a>> = Vec::new();
    // The first of each name, and the last.
    let mut known: HashMap<&str, (usize, usize)> = HashMap::new();
    for statement in &test.statements {
        match &statement.kind {
            StatementKind::Fault { name: Some(name), action, at } => {
                let (first, last) = known.entry(&name.text).or_insert((faults.len(), faults.len()));
                *last = faults.len();
                if let Some(first) = faults.get(*first) {
                    cx.report(
                        Diagnostic::new(codes::E0202, name.span, format!("fault `{}` is declared twice", name.text))
                            .here("again here")
                            .label(first.name.span, "first here")
                            .help("give it another name; a fault strikes in every instance of its phase"),
                    );
                }
                let fault = strike(cx, timeline, statement.span, name, action, at.as_ref());
                faults.push(fault);
            }
            StatementKind::Fault { name: None, action, .. } => {
                self::action(cx, action);
            }
            StatementKind::Undo { name: Some(name), action, after } => {
                let fault = known.get(name.text.as_str()).and_then(|(_, last)| faults.get_mut(*last));
                undo(cx, test, fault, statement.span, name, action.as_ref(), after.as_ref());
            }
            _ => {}
        }
    }
    // An `undo` above its fault is told already.
    let undone = |fault: &Fault<'_>| {
        let names = |kind: &StatementKind| matches!(kind, StatementKind::Undo { name: Some(name), .. } if name.text == fault.name.text);
        fault.undo.is_some() || test.statements.iter().any(|s| names(&s.kind))
    };
    faults.iter().filter(|fault| !undone(fault) && matches!(fault.action, Some(Action::Exec(_)))).for_each(|fault| cx.report(left_as_it_is(fault)));
    faults
}

/// W0912: scalec cannot know what takes a command back.
fn left_as_it_is(fault: &Fault<'_>) -> Diagnostic {
    let name = &fault.name.text;
    Diagnostic::new(codes::W0912, fault.name.span, format!("fault `{name}` runs a command that nothing takes back"))
        .here("no `undo` names it")
        .note("an undo always runs, also after a failure, an abort or an interrupt: the next run begins with a whole system")
        .help(format!("add `undo {name} = exec(\"…\") after 10m`"))
}

fn strike<'a>(cx: &Context<'a>, timeline: &Timeline<'a>, span: Span, name: &'a Ident, action: &'a Expr, at: Option<&'a ast::FaultTime>) -> Fault<'a> {
    let action = self::action(cx, action);
    let offset = at.and_then(|at| cx.either(&at.offset, &[Dimension::TIME, Dimension::RATIO], "when a fault strikes")).map(|(value, dim)| {
        if dim == Dimension::RATIO { FaultOffset::Share(value) } else { FaultOffset::Time(value) }
    });
    let phases = at.and_then(|at| at.phase.as_ref()).and_then(|phase| references::phase(cx, timeline, phase));
    if let (Some(at), Some(offset), Some(first)) = (at, &offset, phases.as_ref().and_then(|p| p.first()).and_then(|&id| timeline.phases.get(id))) {
        let outside = match offset {
            FaultOffset::Time(time) => time.is_negative() || first.duration.is_some_and(|length| *time > length),
            FaultOffset::Share(share) => share.is_negative() || *share > Exact::one(),
        };
        if outside {
            let written = match offset {
                FaultOffset::Time(time) => say::time(*time),
                FaultOffset::Share(share) => say::percent(*share),
            };
            let lasts = first.duration.map_or_else(String::new, |length| format!(", which lasts {}", say::time(length)));
            cx.report(
                Diagnostic::new(codes::E0507, at.span, format!("fault `{}` strikes outside its phase: {written} into `{}`{lasts}", name.text, first.name()))
                    .here("not within the phase")
                    .label(first.span, first.duration.map_or_else(|| "this phase".to_string(), |length| format!("lasts {}", say::time(length))))
                    .help("strike earlier, or name a later phase"),
            );
            return Fault { name, span, action, phases, offset: None, undo: None };
        }
    }
    Fault { name, span, action, phases, offset, undo: None }
}

fn undo<'a>(
    cx: &Context<'a>,
    test: &'a ast::Test,
    fault: Option<&mut Fault<'a>>,
    span: Span,
    name: &'a Ident,
    action: Option<&'a Expr>,
    after: Option<&'a Expr>,
) {
    let given = action.map(|action| self::action(cx, action));
    let after = after.and_then(|after| cx.not_negative(after, Dimension::TIME, "how long after the fault it is undone"));
    let Some(fault) = fault else {
        cx.report(undoes_nothing(cx, test, name));
        return;
    };
    if let Some(first) = &fault.undo {
        cx.report(
            Diagnostic::new(codes::E0202, name.span, format!("fault `{}` is undone twice", name.text)).here("again here").label(first.span, "first here"),
        );
        return;
    }
    let reversed = match given {
        Some(action) => action.map(Some),
        None => match &fault.action {
            Some(Action::Exec(_) | Action::Start(_) | Action::Kill(_)) => {
                cx.report(
                    Diagnostic::new(codes::E0507, name.span, format!("`undo {}` does not say what undoes it", name.text))
                        .here("only `stop` and `scale` are reversed by themselves")
                        .label(fault.span, "what is to be undone")
                        .help(format!("write `undo {} = exec(\"…\") after 10m`", name.text)),
                );
                None
            }
            // Of a broken action nothing can be said.
            _ => Some(None),
        },
    };
    fault.undo = Some(Undo { span, action: reversed, after });
}

/// E0507: no such fault, or one that is declared further down.
fn undoes_nothing(cx: &Context<'_>, test: &ast::Test, name: &Ident) -> Diagnostic {
    let later = test.statements.iter().find_map(|s| match &s.kind {
        StatementKind::Fault { name: Some(fault), .. } if fault.text == name.text => Some(fault.span),
        _ => None,
    });
    if let Some(later) = later {
        return Diagnostic::new(codes::E0507, name.span, format!("`undo {}` comes before its fault", name.text))
            .here("undone here")
            .label(later, "declared here")
            .help("put the `undo` below the `fault`");
    }
    let message = Diagnostic::new(codes::E0507, name.span, format!("`undo {}` names no fault of this test", name.text)).here("no such fault");
    let all: Vec<&str> = test
        .statements
        .iter()
        .filter_map(|s| match &s.kind {
            StatementKind::Fault { name: Some(fault), .. } => Some(fault.text.as_str()),
            _ => None,
        })
        .collect();
    match cx.patience.nearest(&name.text, &all) {
        Some(near) => message.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), false, name.span, near),
        None => message.help("declare it with `fault name = … at 5m into a_phase`"),
    }
}

/// `exec("…", …)`, `stop p`, `start p`, `scale p to N`, `kill p`: the tree has them all as calls.
fn action<'a>(cx: &Context<'a>, e: &'a Expr) -> Option<Action> {
    let e = e.unwrapped();
    let unknown = |what: &str| {
        cx.report(
            Diagnostic::new(codes::E0203, e.span, format!("{what} is nothing that a fault can do"))
                .here("not an action")
                .help("a fault is `exec(\"program\", \"argument\")`, `stop`, `start` or `kill` and a pipeline, or `scale pipeline to 2`"),
        );
        None
    };
    let (callee, args) = match &e.kind {
        ExprKind::Missing => return None,
        ExprKind::Call { callee, args } => (callee, args),
        _ => return unknown("this"),
    };
    let ExprKind::Name(verb) = &callee.kind else { return unknown("this") };
    let pipeline = || args.first().filter(|a| !a.is_missing()).and_then(|a| cx.pipeline(a));
    match verb.text.as_str() {
        "exec" => {
            if args.is_empty() {
                cx.report(
                    Diagnostic::new(codes::E0308, e.span, "`exec` needs the program to run").help("write `exec(\"kubectl\", \"delete\", \"pod\", \"worker-3\")`"),
                );
                return None;
            }
            let texts: Vec<Option<String>> = args.iter().map(|a| cx.literal_text(a, "an argument of `exec`")).collect();
            texts.into_iter().collect::<Option<Vec<_>>>().map(Action::Exec)
        }
        "stop" => pipeline().map(Action::Stop),
        "start" => pipeline().map(Action::Start),
        "kill" => pipeline().map(Action::Kill),
        "scale" => {
            let pipeline = pipeline();
            let members = args.get(1).filter(|a| !a.is_missing()).and_then(|a| cx.whole(a, 0, "the number of members to scale to"));
            Some(Action::Scale(pipeline?, u32::try_from(members?).ok()?))
        }
        _ => unknown(&format!("`{}`", verb.text)),
    }
}
