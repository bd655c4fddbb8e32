//! What is a part of something: phases and faults of a test, fields of an event, rules of a sizing.

use super::{About, Hover, fenced, paragraphs};
use crate::ide::plans;
use crate::ide::symbols::{self, Kind, Named, Symbol};
use crate::plan::{Phase, Test, words};
use crate::source::Span;
use crate::syntax::ast::{self, Body, EntryKind, Expr, ExprKind, ItemKind, Statement, StatementKind};
use crate::syntax::tree::{self, Node};
use crate::units;

impl<'a> About<'_, 'a> {
    pub fn part(&self, named: Named, item: &'a ast::Item) -> Option<String> {
        match (named.kind, &item.kind) {
            (Kind::Phase, ItemKind::Test(test)) => {
                let (statement, phase) = phase(&test.statements, named.name)?;
                let head = self.shown(Span { end: phase.shape_span.end, ..statement.span });
                Some(paragraphs([fenced(&head), statement.doc.clone().unwrap_or_default(), self.timing(named.name)]))
            }
            (Kind::Fault, ItemKind::Test(test)) => {
                let statement = find(&test.statements, &|s| matches!(&s.kind, StatementKind::Fault { name: Some(name), .. } if name.span == named.name))?;
                Some(paragraphs([fenced(&self.shown(statement.span)), statement.doc.clone().unwrap_or_default(), self.strikes(named.name)]))
            }
            (Kind::Constant, ItemKind::Test(test)) => {
                let each = test.for_each.as_ref()?;
                Some(paragraphs([fenced(&self.shown(each.span)), "One test for each of these values, in which it is a constant.".to_owned()]))
            }
            (Kind::Field, _) => {
                let entry = field(item, named.name)?;
                let of = named.owner(self.cx.ws).map(|owner| format!("A field of the {} `{}`", owner.kind.word(), owner.text(self.cx.ws))).unwrap_or_default();
                let doc = entry.doc.clone().unwrap_or_default();
                Some(paragraphs([fenced(&self.first_line(entry.span)), doc, of]))
            }
            (Kind::Rule, ItemKind::Sizing(sizing)) => {
                let holds = |s: &&ast::SizingStatement| s.span.start <= named.name.start && named.name.end <= s.span.end;
                let statement = sizing.statements.iter().find(holds)?;
                Some(fenced(&self.shown(statement.span)))
            }
            _ => None,
        }
    }

    fn first_line(&self, span: Span) -> String {
        let text = self.shown(span);
        match text.split_once('\n') {
            Some((first, _)) => format!("{} …", first.trim_end()),
            None => text,
        }
    }

    /// When a phase runs, and what is sent in it; each instance of a repeated one, for each value of a `for` where they differ.
    fn timing(&self, name: Span) -> String {
        let said = plans::instances(&self.view, name).into_iter().map(|(test, instances)| {
            let several = instances.len() > 1;
            let line = |p: &&Phase| (if several { format!("{}[{}]", p.name, p.instance) } else { String::new() }, times(test, p));
            (test, instances.iter().map(line).collect())
        });
        self.for_each_value(said.collect())
    }

    /// When the one instance runs that `[2]` behind the name of a phase takes, between the brackets.
    pub fn instance(&self, offset: usize) -> Option<Hover> {
        let tree = &self.view.unit()?.tree;
        let around = |n: &Node<'_>| matches!(n.kind(), tree::Kind::PhaseRef | tree::Kind::Index) && n.start() <= offset && offset <= n.end();
        let node = tree.nodes().filter(around).last()?;
        let (open, close) = (node.child(tree::Kind::OpenBracket)?, node.child(tree::Kind::CloseBracket)?);
        let within = |n: &Node<'_>| open.end() <= n.start() && n.end() <= close.start();
        let number = node.descendants().find(|n| n.kind() == tree::Kind::Quantity && within(n))?;
        // In a value the name stands before the brackets.
        let in_value = || tree.nodes().filter(|n| n.kind() == tree::Kind::Chain).find(|n| n.children().nth(1).is_some_and(|second| second.index() == node.index()))?.child(tree::Kind::Name);
        let name = node.child(tree::Kind::Name).filter(|name| name.end() <= open.start()).or_else(in_value)?;
        let alone = node.text().get(open.end() - node.start()..close.start() - node.start())?.trim() == number.text();
        if !alone || offset < open.end() || close.start() < offset {
            return None;
        }
        let index = units::parse(number.text()).ok().map(|q| q.value).filter(|n| n.is_integer())?.to_integer();
        let Symbol::Named(phase) = symbols::at(self.view.workspace(), self.view.file, name.start())?.symbol else { return None };
        let said = plans::instances(&self.view, phase.name).into_iter().filter_map(|(test, instances)| {
            let one = instances.iter().find(|p| i128::from(p.instance) == index)?;
            Some((test, vec![(String::new(), format!("instance {index} of {}, {}", instances.len(), times(test, one)))]))
        });
        let said: Vec<_> = said.collect();
        if phase.kind != Kind::Phase || said.is_empty() {
            return None;
        }
        let span = Span { start: name.start() as u32, end: close.end() as u32, ..name.span() };
        let (head, told) = (format!("`{}[{index}]`", name.text()), self.for_each_value(said));
        Some(Hover { span, text: if told.starts_with("- ") { paragraphs([head, told]) } else { format!("{head}: {told}") } })
    }

    /// The moments at which a fault strikes.
    fn strikes(&self, name: Span) -> String {
        let said = plans::sketched(&self.view).filter_map(|test| {
            let fault = test.faults.iter().find(|f| f.span.file == name.file && f.span.start <= name.start && name.end <= f.span.end)?;
            let moments: Vec<String> = fault.phases.iter().filter_map(|id| test.phases.get(*id)).map(|p| words::moment(plans::seconds(fault_at(&fault.offset, p)))).collect();
            Some((test, vec![(String::new(), format!("Strikes {} after the start of the test", moments.join(", ")))]))
        });
        self.for_each_value(said.collect())
    }

    /// Lines, each with what it is about (or nothing): once where they are the same in all tests, else those of each with its value of the `for`.
    pub fn for_each_value(&self, said: Vec<(&'a Test, Vec<(String, String)>)>) -> String {
        let line = |about: &[&str], says: &str| match about.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>() {
            about if about.is_empty() => says.to_owned(),
            about => format!("- {}: {says}", about.join(", ")),
        };
        // Of several tests that a `for` makes each its name is needed.
        let one = said.iter().all(|(test, _)| said.first().is_some_and(|(first, _)| first.span == test.span));
        let of = |test: &'a Test| if one { format!("`{}`", plans::value_of(&self.view, test)) } else { test.name.clone() };
        let lines = match plans::alike(&said) {
            Some(lines) => lines.iter().map(|(about, says)| line(&[about], says)).collect(),
            None => said.iter().flat_map(|(test, lines)| lines.iter().map(|(about, says)| line(&[&of(test), about], says))).collect(),
        };
        plans::cut(lines, "- ").join("\n")
    }
}

fn fault_at(offset: &crate::plan::FaultOffset, phase: &Phase) -> crate::units::Exact {
    match offset {
        crate::plan::FaultOffset::Time(t) => phase.start + *t,
        crate::plan::FaultOffset::Share(s) => phase.start + phase.duration * *s,
    }
}

/// "35m to 50m (15m) · 3M records: clicks 2.4M, orders 600_000"
fn times(test: &Test, phase: &Phase) -> String {
    let (start, length) = (plans::seconds(phase.start), plans::seconds(phase.duration));
    let mut out = format!("{} to {} ({})", words::moment(start), words::moment(start + length), words::moment(length));
    if let Some(records) = plans::counted(phase) {
        out.push_str(&format!(" · {records}"));
    }
    if test.targets.len() > 1 && phase.counts.planned.is_some_and(|n| n > 0) {
        let per: Vec<String> = test.targets.iter().zip(&phase.counts.per_target).filter(|(_, n)| **n > 0).map(|(t, n)| format!("`{}` {}", t.name, words::count(*n as f64))).collect();
        if !per.is_empty() {
            out.push_str(&format!(": {}", per.join(", ")));
        }
    }
    out
}

/// The statement of a test that fits, inner ones included.
fn find<'a>(statements: &'a [Statement], fits: &dyn Fn(&Statement) -> bool) -> Option<&'a Statement> {
    statements.iter().find_map(|s| match &s.kind {
        _ if fits(s) => Some(s),
        StatementKind::Repeat { statements, .. } => find(statements, fits),
        _ => None,
    })
}

fn phase(statements: &[Statement], name: Span) -> Option<(&Statement, &ast::Phase)> {
    let found = find(statements, &|s| matches!(&s.kind, StatementKind::Phase(p) if p.name.as_ref().is_some_and(|n| n.span == name)))?;
    match &found.kind {
        StatementKind::Phase(phase) => Some((found, phase)),
        _ => None,
    }
}

/// The entry that declares a field, in an event or in a record of one.
fn field(item: &ast::Item, name: Span) -> Option<&ast::Entry> {
    let body = match &item.kind {
        ItemKind::Event(event) => &event.body,
        ItemKind::Let(l) => return in_value(&l.value, name),
        _ => return None,
    };
    in_body(body, name)
}

fn in_body(body: &Body, name: Span) -> Option<&ast::Entry> {
    body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Field { name: Some(own), .. } | EntryKind::Setting { key: own, .. } if own.span == name => Some(entry),
        EntryKind::Field { value, .. } | EntryKind::Setting { value, .. } | EntryKind::Weighted { value, .. } | EntryKind::Bare { value } => in_value(value, name),
    })
}

fn in_value(value: &Expr, name: Span) -> Option<&ast::Entry> {
    match &value.kind {
        ExprKind::Record(body) | ExprKind::Construct { body, .. } => in_body(body, name),
        ExprKind::Call { args, .. } | ExprKind::List(args) => args.iter().find_map(|a| in_value(a, name)),
        ExprKind::Paren(inner) => in_value(inner, name),
        _ => None,
    }
}
