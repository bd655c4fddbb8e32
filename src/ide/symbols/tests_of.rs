//! The names in the statements of tests and sizings.

use super::{Kind, Named, Walk, Word};
use crate::catalog;
use crate::check::Decl;
use crate::syntax::ast::{Action, ActionKind, Expr, ExprKind, Ident, PhaseList, PhaseRef, Send, Shape, Sizing, SizingKind, Statement, StatementKind, WindowClause, WindowKind};
use crate::targets;

impl<'a> Walk<'_, 'a> {
    pub(super) fn statements(&mut self, statements: &'a [Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Setting { key, value } => match targets::find(&[targets::TEST], &key.text) {
                    Some(setting) => {
                        self.word(Word::Setting { of: "test", kind: "", setting }, key.span);
                        self.setting_value(setting, value);
                    }
                    None => self.value(value),
                },
                StatementKind::Send(send) => self.send(send),
                StatementKind::Phase(phase) => {
                    self.part(Kind::Phase, phase.name.as_ref());
                    self.shape(&phase.shape);
                    phase.sends.iter().for_each(|send| self.send(send));
                }
                StatementKind::Repeat { count, statements } => {
                    self.value(count);
                    self.statements(statements);
                }
                StatementKind::Fault { name, action, at } => {
                    self.part(Kind::Fault, name.as_ref());
                    self.fault_action(action);
                    if let Some(at) = at {
                        self.value(&at.offset);
                        at.phase.iter().for_each(|phase| self.phase(phase));
                    }
                }
                StatementKind::Undo { name, action, after } => {
                    if let Some(name) = name {
                        self.uses(self.scope.faults.get(name.text.as_str()).copied(), name.span);
                    }
                    action.iter().for_each(|action| self.fault_action(action));
                    after.iter().for_each(|after| self.value(after));
                }
                StatementKind::Expect { condition, window } => {
                    self.value(condition);
                    self.window(window);
                }
                StatementKind::Sustain { condition } => self.value(condition),
                StatementKind::Abort { condition, hold } => {
                    self.value(condition);
                    hold.iter().for_each(|hold| self.value(hold));
                }
            }
        }
    }

    /// A phase or a fault: a second one of the same name is the same.
    fn part(&mut self, kind: Kind, name: Option<&'a Ident>) {
        let Some(name) = name else { return };
        let known = if kind == Kind::Phase { &self.scope.phases } else { &self.scope.faults };
        match known.get(name.text.as_str()).copied() {
            Some(first) => self.declares_again(first, name.span),
            None => self.declares(kind, name.span),
        }
    }

    fn send(&mut self, send: &'a Send) {
        self.value(&send.what);
        send.to.iter().for_each(|target| self.value(target));
    }

    fn shape(&mut self, shape: &'a Shape) {
        match shape {
            Shape::Hold { rate, length } => self.all([rate, length]),
            Shape::Ramp { from, to, length } | Shape::Spike { from, to, length } => self.all([from, to, length]),
            Shape::Step { from, to, by, every } => self.all([from, to, by, every]),
            Shape::Sine { from, to, period, length } => self.all([from, to, period, length]),
            Shape::Pause { length } => self.value(length),
            Shape::Flood { count, at } => self.all(std::iter::once(count).chain(at)),
            Shape::Replay { scale, .. } => self.all(scale),
            Shape::Search { range, by, hold, settle, within } => self.all([range, by, hold].into_iter().chain(settle).chain(within)),
            Shape::Missing => {}
        }
    }

    fn all(&mut self, values: impl IntoIterator<Item = &'a Expr>) {
        values.into_iter().for_each(|value| self.value(value));
    }

    /// `stop clickstream`, which the tree has as a call, and `exec("…")`.
    fn fault_action(&mut self, action: &'a Expr) {
        match &action.unwrapped().kind {
            ExprKind::Call { callee, args } => {
                if let ExprKind::Name(verb) = &callee.kind
                    && let Some(form) = catalog::form_of(catalog::FAULT_ACTIONS, &verb.text)
                {
                    self.word(Word::FaultAction(form), verb.span);
                }
                self.all(args);
            }
            _ => self.value(action),
        }
    }

    fn window(&mut self, window: &'a WindowClause) {
        match &window.kind {
            WindowKind::During(list) | WindowKind::Eventually(list) => self.phases(list),
            WindowKind::Within { length, after, hold, .. } => {
                self.value(length);
                if let Some(after) = after {
                    self.anchor(after);
                }
                hold.iter().for_each(|hold| self.value(hold));
            }
            WindowKind::Always | WindowKind::AtEnd | WindowKind::Missing => {}
        }
        window.per.iter().for_each(|per| self.value(per));
    }

    /// `within 5m after …`: a phase wins over a fault of the same name.
    fn anchor(&mut self, after: &'a PhaseRef) {
        let name = after.name.text.as_str();
        let named = self.finder.phase(&self.scope, name).or_else(|| self.scope.faults.get(name).copied());
        self.uses(named, after.name.span);
        after.instance.iter().for_each(|instance| self.value(instance));
    }

    fn phases(&mut self, list: &'a PhaseList) {
        list.phases.iter().for_each(|phase| self.phase(phase));
    }

    fn phase(&mut self, phase: &'a PhaseRef) {
        self.uses(self.finder.phase(&self.scope, &phase.name.text), phase.name.span);
        phase.instance.iter().for_each(|instance| self.value(instance));
    }

    pub(super) fn sizing(&mut self, sizing: &'a Sizing) {
        if let Some(name) = &sizing.name {
            let decl = self.cx().leads(&[name]).and_then(|way| way.decl);
            self.uses(decl.and_then(|decl| self.finder.item(decl)), name.span);
        }
        for statement in &sizing.statements {
            match &statement.kind {
                SizingKind::SizeBy { metric, arms } => {
                    self.value(metric);
                    for arm in arms {
                        self.value(&arm.range);
                        self.advice(&arm.size);
                    }
                }
                SizingKind::Rule { name, condition, during, action } => {
                    if let Some(name) = name {
                        match rule(self.item, sizing, &name.text) {
                            Some(first) => self.declares_again(first, name.span),
                            None => self.declares(Kind::Rule, name.span),
                        }
                    }
                    self.value(condition);
                    during.iter().for_each(|list| self.phases(list));
                    self.advice(action);
                }
                SizingKind::Otherwise { action } => self.advice(action),
            }
        }
    }

    fn advice(&mut self, action: &'a Action) {
        match &action.kind {
            ActionKind::ScaleUp(node) => self.node(node),
            ActionKind::ScaleOut(e) | ActionKind::ScaleIn(e) | ActionKind::Split(Some(e)) | ActionKind::Throttle(e) | ActionKind::Investigate(e) | ActionKind::Size(e) => self.value(e),
            ActionKind::Keep | ActionKind::Split(None) | ActionKind::Missing => {}
        }
    }
}

fn rule(item: Decl, sizing: &Sizing, name: &str) -> Option<Named> {
    sizing.statements.iter().find_map(|statement| match &statement.kind {
        SizingKind::Rule { name: Some(own), .. } if own.text == name => Some(Named { kind: Kind::Rule, item, name: own.span }),
        _ => None,
    })
}
