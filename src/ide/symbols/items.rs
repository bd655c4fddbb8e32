//! The names in declarations.

use super::scope::{Scope, field};
use super::{Kind, Walk, Word, words};
use crate::catalog::{self, LATE, METRIC_UNITS};
use crate::syntax::ast::{Construct, EntryKind, Event, Expr, ExprKind, Ident, Item, ItemKind, Metric};
use crate::targets::{self, Setting};

impl<'a> Walk<'_, 'a> {
    pub(super) fn item(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Import(import) => self.name(Kind::Import, import.name.as_ref()),
            ItemKind::Let(l) => {
                self.name(if l.param { Kind::Param } else { Kind::Let }, l.name.as_ref());
                self.scope.constant = true;
                // A constant that holds the name of a node stands for it.
                match &l.value.unwrapped().kind {
                    ExprKind::Text(_) => self.node(&l.value),
                    _ => self.value(&l.value),
                }
                l.range.iter().for_each(|range| self.value(range));
            }
            ItemKind::Target(target) => self.target(target),
            ItemKind::Source(source) => self.source(source),
            ItemKind::Event(event) => self.event(event),
            ItemKind::Mix(mix) => {
                self.name(Kind::Mix, mix.name.as_ref());
                self.entries(&mix.body);
            }
            ItemKind::Metric(metric) => self.metric(metric),
            ItemKind::Pipeline(block) => {
                self.name(Kind::Pipeline, block.name.as_ref());
                self.settings(&block.body, &[targets::PIPELINE], "pipeline", "");
            }
            ItemKind::Cluster(block) => {
                self.name(Kind::Cluster, block.name.as_ref());
                self.settings(&block.body, &[targets::CLUSTER], "cluster", "");
            }
            ItemKind::Node(node) => {
                if let Some(name) = &node.name {
                    let place = words::inner(self.cx().ws, name.span);
                    self.declares(Kind::Node, place);
                }
                self.settings(&node.body, &[targets::NODE], "node", "");
            }
            ItemKind::Sizing(sizing) => self.sizing(sizing),
            ItemKind::Alert(alert) => {
                if let Some(level) = &alert.level
                    && let Some(form) = catalog::form_of(catalog::LEVELS, &level.text)
                {
                    self.word(Word::Level(form), level.span);
                }
                self.name(Kind::Alert, alert.name.as_ref());
                self.value(&alert.condition);
                alert.hold.iter().for_each(|hold| self.value(hold));
            }
            ItemKind::Test(test) => {
                if let Some(name) = &test.name {
                    let place = words::inner(self.cx().ws, name.span);
                    self.declares(Kind::Test, place);
                }
                if let Some(each) = &test.for_each {
                    // Its list is read before it is known.
                    self.value(&each.list);
                    self.name(Kind::Constant, each.name.as_ref());
                }
                self.scope = Scope::of_test(self.item, test);
                self.statements(&test.statements);
            }
        }
    }

    pub(super) fn name(&mut self, kind: Kind, name: Option<&Ident>) {
        if let Some(name) = name {
            self.declares(kind, name.span);
        }
    }

    fn target(&mut self, target: &'a Construct) {
        self.name(Kind::Target, target.name.as_ref());
        let kind = target.kind.as_ref().and_then(|word| targets::kind(&word.text).map(|kind| (kind, word.span)));
        if let Some((kind, span)) = kind {
            self.word(Word::TargetKind(kind), span);
        }
        match kind {
            Some((kind, _)) => self.settings(&target.body, kind.settings, "target", kind.name),
            None => self.entries(&target.body),
        }
    }

    fn source(&mut self, source: &'a Construct) {
        self.name(Kind::Source, source.name.as_ref());
        let kind = source.kind.as_ref().and_then(|word| targets::source_kind(&word.text).map(|kind| (kind, word.span)));
        if let Some((kind, span)) = kind {
            self.word(Word::SourceKind(kind), span);
        }
        match kind {
            Some((kind, _)) => self.settings(&source.body, &[kind.settings], "source", kind.name),
            None => self.entries(&source.body),
        }
    }

    fn metric(&mut self, metric: &'a Metric) {
        self.name(Kind::Metric, metric.name.as_ref());
        self.value(&metric.value);
        if let Some(word) = &metric.unit
            && let Some(unit) = METRIC_UNITS.iter().find(|unit| unit.name == word.text)
        {
            self.word(Word::Unit(unit), word.span);
        }
        metric.every.iter().for_each(|every| self.value(every));
    }

    fn event(&mut self, event: &'a Event) {
        self.name(Kind::Event, event.name.as_ref());
        event.family.iter().for_each(|family| self.value(family));
        for entry in &event.body.entries {
            match &entry.kind {
                EntryKind::Field { name, value, null } => {
                    if let Some(name) = name {
                        match field(self.item, event, &name.text) {
                            Some(first) => self.declares_again(first, name.span),
                            None => self.declares(Kind::Field, name.span),
                        }
                    }
                    self.value(value);
                    null.iter().for_each(|null| self.value(null));
                }
                EntryKind::Setting { key, value, null } => {
                    match targets::find(&[targets::EVENT], &key.text) {
                        Some(setting) => {
                            self.word(Word::Setting { of: "event", kind: "", setting }, key.span);
                            self.event_setting(event, setting, value);
                        }
                        None => self.value(value),
                    }
                    null.iter().for_each(|null| self.value(null));
                }
                EntryKind::Weighted { value, .. } | EntryKind::Bare { value } => self.value(value),
            }
        }
    }

    fn event_setting(&mut self, event: &'a Event, setting: &'static Setting, value: &'a Expr) {
        match (setting.name, &value.unwrapped().kind) {
            // Fields win over everything that is called alike.
            ("key" | "identity", ExprKind::Name(name)) => self.uses(field(self.item, event, &name.text), name.span),
            ("key", ExprKind::Member(..)) => {
                let mut path = Vec::new();
                if crate::check::names::words(value, &mut path)
                    && let Some(head) = path.first()
                {
                    self.uses(field(self.item, event, &head.text), head.span);
                }
            }
            ("late", ExprKind::Call { callee, args }) => {
                if let ExprKind::Name(name) = &callee.kind
                    && name.text == LATE.name
                {
                    self.word(Word::Generator(&LATE), name.span);
                }
                args.iter().for_each(|arg| self.value(arg));
            }
            _ => self.setting_value(setting, value),
        }
    }
}
