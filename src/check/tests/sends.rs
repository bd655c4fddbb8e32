//! What is sent where, and in which shares: the `send` lines of a test and those of its phases.

use super::say;
use super::timeline::Timeline;
use crate::check::{Context, Decl, EventRef};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::Share;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, StatementKind, Weight};
use crate::units::{Dimension, Exact};
use num_traits::Signed;
use std::collections::BTreeSet;

/// One `send` line, evaluated; `None` wherever something is wrong with it.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    pub ast: &'a ast::Send,
    pub share: Option<Share>,
    pub events: Option<Vec<(Exact, EventRef)>>,
    pub targets: Option<Vec<Decl>>,
}

/// All lines of a test.
#[derive(Clone, Debug, Default)]
pub struct Sends<'a> {
    /// The test's own first, then those of each phase.
    pub lines: Vec<Line<'a>>,
    /// How many of them are the test's own.
    pub own: usize,
}

impl<'a> Sends<'a> {
    /// The lines in force in a phase: its own, where it has some, else the test's.
    pub fn of(&self, phase: &ast::Phase) -> Vec<usize> {
        if phase.sends.is_empty() {
            return (0..self.own).collect();
        }
        phase.sends.iter().filter_map(|send| self.lines.iter().position(|line| std::ptr::eq(line.ast, send))).collect()
    }
    /// Every target that is sent to; `None` where one of them is not known.
    pub fn targets(&self) -> Option<BTreeSet<Decl>> {
        let mut all = BTreeSet::new();
        for line in &self.lines {
            all.extend(line.targets.as_ref()?.iter().copied());
        }
        Some(all)
    }
}

/// What one test sends and when: what the rules about its targets look at.
pub struct Traffic<'g, 'a> {
    pub cx: &'g Context<'a>,
    /// The file of the test: names are as it says them.
    pub from: FileId,
    pub timeline: &'g Timeline<'a>,
    pub sends: &'g Sends<'a>,
}

impl Traffic<'_, '_> {
    /// Every target that is known to be sent to.
    pub fn targets(&self) -> BTreeSet<Decl> {
        self.sends.lines.iter().filter_map(|line| line.targets.as_ref()).flatten().copied().collect()
    }
    /// As the file of the test calls it.
    pub fn name(&self, decl: Decl) -> String {
        self.cx.name_of(decl, self.from)
    }
}

pub fn evaluate<'a>(cx: &Context<'a>, test: &'a ast::Test, timeline: &Timeline<'a>) -> Sends<'a> {
    let own: Vec<&'a ast::Send> = test
        .statements
        .iter()
        .filter_map(|s| match &s.kind {
            StatementKind::Send(send) => Some(send),
            _ => None,
        })
        .collect();
    let mut sends = Sends { lines: group(cx, &own), own: own.len() };
    let mut phases: Vec<&'a ast::Phase> = Vec::new();
    for phase in &timeline.phases {
        if !phases.iter().any(|known| std::ptr::eq(*known, phase.ast)) {
            phases.push(phase.ast);
        }
    }
    for phase in phases {
        let lines: Vec<&'a ast::Send> = phase.sends.iter().collect();
        sends.lines.extend(group(cx, &lines));
    }
    nothing_shared(cx, timeline, &sends);
    sends
}

/// The lines that share one rate.
fn group<'a>(cx: &Context<'a>, lines: &[&'a ast::Send]) -> Vec<Line<'a>> {
    let mut out: Vec<Line<'a>> = lines
        .iter()
        .map(|send| {
            let targets: Vec<Option<Decl>> = send.to.iter().map(|target| cx.target(target)).collect();
            let events = cx.traffic(&send.what);
            let targets = if targets.is_empty() { None } else { targets.into_iter().collect() };
            Line { ast: send, share: None, events, targets }
        })
        .collect();
    let mut shared: Vec<usize> = Vec::new();
    for (index, send) in lines.iter().enumerate() {
        match fixed_rate(cx, send) {
            Fixed::Rate(rate) => {
                if let Some(line) = out.get_mut(index) {
                    line.share = Some(Share::Rate(rate));
                }
            }
            Fixed::Broken => {}
            Fixed::No => shared.push(index),
        }
    }
    let Some(shares) = shares(cx, lines, &shared) else { return out };
    for (index, share) in shared.into_iter().zip(shares) {
        if let Some(line) = out.get_mut(index) {
            line.share = Some(Share::Of(share));
        }
    }
    out
}

enum Fixed {
    No,
    Rate(Exact),
    Broken,
}

/// `send 50/s audit to log`
fn fixed_rate(cx: &Context<'_>, send: &ast::Send) -> Fixed {
    let Some(Weight::Quantity(token)) = &send.weight else { return Fixed::No };
    // What is no quantity, or of no known unit, is the business of whoever reads weights.
    let Ok(quantity) = crate::units::parse(&token.text) else { return Fixed::No };
    if quantity.dim != Dimension::RATE {
        return Fixed::No;
    }
    if quantity.value.is_positive() {
        return Fixed::Rate(quantity.value);
    }
    cx.report(
        Diagnostic::new(codes::E0306, token.span, format!("a steady rate of its own must be above zero, not {}", say::rate(quantity.value)))
            .help("leave the line out where nothing is to be sent"),
    );
    Fixed::Broken
}

/// Shares of the lines that have one: percentages, plain numbers, `rest`, or a single line without any.
fn shares<'a>(cx: &Context<'a>, lines: &[&'a ast::Send], shared: &[usize]) -> Option<Vec<Exact>> {
    let picked: Vec<&'a ast::Send> = shared.iter().filter_map(|&i| lines.get(i).copied()).collect();
    let whole: Vec<&&ast::Send> = picked.iter().filter(|s| s.weight.is_none()).collect();
    if picked.len() > 1
        && let Some(last) = whole.last()
    {
        let others = picked.len() - 1;
        let mut message = Diagnostic::new(
            codes::E0503,
            place(last),
            format!("shares of `send` do not sum to 100%: this one takes everything, and {} beside it", if others == 1 { "another stands".to_owned() } else { format!("{others} others stand") }),
        )
        .here("no share in front means all of it");
        for other in picked.iter().filter(|s| !std::ptr::eq(**s, **last)) {
            message = message.label(place(other), if other.weight.is_none() { "takes everything too" } else { "takes a share as well" });
        }
        cx.report(message.help("put a share in front of each line, such as `send 80% a to t` and `send rest b to t`"));
        return None;
    }
    if picked.is_empty() {
        return Some(Vec::new());
    }
    let weights: Vec<(Option<&'a Weight>, Span)> = picked.iter().map(|s| (s.weight.as_ref(), place(s))).collect();
    let things: Vec<(Option<&'a Weight>, Span)> = picked.iter().map(|s| (s.weight.as_ref(), s.what.span)).collect();
    cx.zero_weights(&things);
    cx.weights(&weights, codes::E0503)
}

fn place(send: &ast::Send) -> Span {
    send.span
}

/// A phase with a rate that no line takes a share of.
fn nothing_shared(cx: &Context<'_>, timeline: &Timeline<'_>, sends: &Sends<'_>) {
    if sends.lines.is_empty() {
        return;
    }
    for phase in timeline.phases.iter().filter(|p| p.instance == 1 && p.has_load()) {
        let lines = sends.of(phase.ast);
        let takes_part = lines.iter().filter_map(|&i| sends.lines.get(i)).any(|line| !matches!(line.share, Some(Share::Rate(_))));
        if takes_part || phase.shape.as_ref().and_then(super::shapes::peak).is_some_and(|rate| !rate.is_positive()) {
            continue;
        }
        let message = if lines.is_empty() {
            format!("phase `{}` has a rate, but nothing to send", phase.name())
        } else {
            format!("phase `{}` has a rate, but every `send` has a steady rate of its own: their shares sum to 0%", phase.name())
        };
        cx.report(Diagnostic::new(codes::E0503, phase.span, message).here("who takes its records?").help("add a `send` without a rate, such as `send browsing to clicks`"));
    }
}
