//! Every expression of an item, whatever it stands in.

use crate::syntax::ast::{Action, ActionKind, Body, EntryKind, Expr, ExprKind, Ident, Item, ItemKind, Send, Shape, SizingKind, Statement, StatementKind, WindowKind};

/// Calls `see` for every expression of an item, inner ones included.
pub fn expressions<'a>(item: &'a Item, see: &mut impl FnMut(&'a Expr)) {
    match &item.kind {
        ItemKind::Import(_) => {}
        ItemKind::Let(l) => {
            expression(&l.value, see);
            l.range.iter().for_each(|e| expression(e, see));
        }
        ItemKind::Target(c) | ItemKind::Source(c) => body(&c.body, see),
        ItemKind::Event(event) => {
            event.family.iter().for_each(|e| expression(e, see));
            body(&event.body, see);
        }
        ItemKind::Mix(mix) => body(&mix.body, see),
        ItemKind::Metric(metric) => {
            expression(&metric.value, see);
            metric.every.iter().for_each(|e| expression(e, see));
        }
        ItemKind::Pipeline(block) | ItemKind::Cluster(block) => body(&block.body, see),
        ItemKind::Node(node) => body(&node.body, see),
        ItemKind::Sizing(sizing) => {
            for statement in &sizing.statements {
                match &statement.kind {
                    SizingKind::SizeBy { metric, arms } => {
                        expression(metric, see);
                        for arm in arms {
                            expression(&arm.range, see);
                            action(&arm.size, see);
                        }
                    }
                    SizingKind::Rule { condition, action: a, .. } => {
                        expression(condition, see);
                        action(a, see);
                    }
                    SizingKind::Otherwise { action: a } => action(a, see),
                }
            }
        }
        ItemKind::Alert(alert) => {
            expression(&alert.condition, see);
            alert.hold.iter().for_each(|e| expression(e, see));
        }
        ItemKind::Test(test) => {
            test.for_each.iter().for_each(|f| expression(&f.list, see));
            statements(&test.statements, see);
        }
    }
}

fn action<'a>(action: &'a Action, see: &mut impl FnMut(&'a Expr)) {
    match &action.kind {
        ActionKind::Keep | ActionKind::Split(None) | ActionKind::Missing => {}
        ActionKind::ScaleOut(e) | ActionKind::ScaleIn(e) | ActionKind::ScaleUp(e) | ActionKind::Split(Some(e)) | ActionKind::Throttle(e) | ActionKind::Investigate(e) | ActionKind::Size(e) => {
            expression(e, see);
        }
    }
}

fn statements<'a>(all: &'a [Statement], see: &mut impl FnMut(&'a Expr)) {
    for statement in all {
        match &statement.kind {
            StatementKind::Setting { value, .. } => expression(value, see),
            StatementKind::Send(s) => send(s, see),
            StatementKind::Phase(phase) => {
                shape(&phase.shape, see);
                phase.sends.iter().for_each(|s| send(s, see));
            }
            StatementKind::Repeat { count, statements: inner } => {
                expression(count, see);
                statements(inner, see);
            }
            StatementKind::Fault { action, at, .. } => {
                expression(action, see);
                if let Some(at) = at {
                    expression(&at.offset, see);
                }
            }
            StatementKind::Undo { action, after, .. } => [action, after].into_iter().flatten().for_each(|e| expression(e, see)),
            StatementKind::Expect { condition, window } => {
                expression(condition, see);
                window.per.iter().for_each(|e| expression(e, see));
                if let WindowKind::Within { length, hold, .. } = &window.kind {
                    expression(length, see);
                    hold.iter().for_each(|e| expression(e, see));
                }
            }
            StatementKind::Sustain { condition } => expression(condition, see),
            StatementKind::Abort { condition, hold } => {
                expression(condition, see);
                hold.iter().for_each(|e| expression(e, see));
            }
        }
    }
}

fn send<'a>(send: &'a Send, see: &mut impl FnMut(&'a Expr)) {
    expression(&send.what, see);
    send.to.iter().for_each(|e| expression(e, see));
}

fn shape<'a>(shape: &'a Shape, see: &mut impl FnMut(&'a Expr)) {
    let mut all: Vec<&'a Expr> = Vec::new();
    match shape {
        Shape::Hold { rate, length } => all.extend([rate, length]),
        Shape::Ramp { from, to, length } | Shape::Spike { from, to, length } => all.extend([from, to, length]),
        Shape::Step { from, to, by, every } => all.extend([from, to, by, every]),
        Shape::Sine { from, to, period, length } => all.extend([from, to, period, length]),
        Shape::Pause { length } => all.push(length),
        Shape::Flood { count, at } => {
            all.push(count);
            all.extend(at);
        }
        Shape::Replay { scale, .. } => all.extend(scale),
        Shape::Search { range, by, hold, settle, within } => {
            all.extend([range, by, hold]);
            all.extend(settle.iter().chain(within));
        }
        Shape::Missing => {}
    }
    all.into_iter().for_each(|e| expression(e, see));
}

fn body<'a>(body_of: &'a Body, see: &mut impl FnMut(&'a Expr)) {
    for entry in &body_of.entries {
        match &entry.kind {
            EntryKind::Setting { value, null, .. } | EntryKind::Field { value, null, .. } => {
                expression(value, see);
                null.iter().for_each(|e| expression(e, see));
            }
            EntryKind::Weighted { value, .. } | EntryKind::Bare { value } => expression(value, see),
        }
    }
}

/// The expression itself and every one inside of it.
pub fn expression<'a>(e: &'a Expr, see: &mut impl FnMut(&'a Expr)) {
    see(e);
    match &e.kind {
        ExprKind::Missing | ExprKind::Quantity(_) | ExprKind::Text(_) | ExprKind::Bool(_) | ExprKind::Name(_) => {}
        ExprKind::Member(of, _) => expression(of, see),
        ExprKind::Index(of, index) => {
            expression(of, see);
            expression(index, see);
        }
        ExprKind::Call { callee, args } => {
            // The name of a function is no name of a thing.
            if !matches!(callee.kind, ExprKind::Name(_)) {
                expression(callee, see);
            }
            args.iter().for_each(|a| expression(a, see));
        }
        ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Paren(inner) => expression(inner, see),
        ExprKind::Binary { left, right, .. } => {
            expression(left, see);
            expression(right, see);
        }
        ExprKind::Range { low, high, .. } => [low, high].into_iter().flatten().for_each(|e| expression(e, see)),
        ExprKind::List(items) => items.iter().for_each(|i| expression(i, see)),
        ExprKind::Record(inner) | ExprKind::Construct { body: inner, .. } => body(inner, see),
    }
}

/// `sizing name` names a pipeline.
pub fn sizing_name(item: &Item) -> Option<&Ident> {
    match &item.kind {
        ItemKind::Sizing(sizing) => sizing.name.as_ref(),
        _ => None,
    }
}
