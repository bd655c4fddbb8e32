//! The names in expressions: `shop.browsing`, `clicks.latency.p99`, `avg(cpu.max, baseline)`.

use super::scope::field;
use super::{Walk, Word, words};
use crate::catalog::{ACROSS, CHOICE, FUNCTIONS, Function, Meaning, Of, STATISTICS};
use crate::check::names::{Way, words as words_of};
use crate::check::series::{self, Series};
use crate::check::{Decl, DeclKind, functions};
use crate::plan::Nature;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Ident, ItemKind};
use crate::targets::CLUSTER_MEMBERS;

impl<'a> Walk<'_, 'a> {
    pub(super) fn value(&mut self, e: &'a Expr) {
        match &e.kind {
            ExprKind::Missing | ExprKind::Quantity(_) | ExprKind::Text(_) | ExprKind::Bool(_) => {}
            ExprKind::Name(_) | ExprKind::Member(..) => self.chain(e),
            ExprKind::Index(of, index) => {
                self.value(of);
                self.value(index);
            }
            ExprKind::Call { callee, args } => self.call(callee, args),
            ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Paren(inner) => self.value(inner),
            // `4 of "m5.xlarge"`
            ExprKind::Binary { op: BinaryOp::Of, left, right, .. } => {
                self.value(left);
                self.node(right);
            }
            ExprKind::Binary { left, right, .. } => {
                self.value(left);
                self.value(right);
            }
            ExprKind::Range { low, high, .. } => [low, high].into_iter().flatten().for_each(|end| self.value(end)),
            ExprKind::List(items) => items.iter().for_each(|item| self.value(item)),
            ExprKind::Record(body) => self.record(body),
            ExprKind::Construct { kind, body } => {
                if kind.text == CHOICE.name {
                    self.word(Word::Generator(&CHOICE), kind.span);
                }
                self.entries(body);
            }
        }
    }

    /// A node by its text, or by a constant that holds it.
    pub(super) fn node(&mut self, e: &'a Expr) {
        match &e.unwrapped().kind {
            ExprKind::Text(text) => {
                let place = words::inner(self.cx().ws, text.span);
                self.uses(self.finder.node(&text.value), place);
            }
            _ => self.value(e),
        }
    }

    fn call(&mut self, callee: &'a Expr, args: &'a [Expr]) {
        let ExprKind::Name(name) = &callee.kind else {
            // `prom.query("…", { dimension = "value" })`
            self.value(callee);
            for arg in args {
                match &arg.unwrapped().kind {
                    ExprKind::Record(body) => self.entries(body),
                    _ => self.value(arg),
                }
            }
            return;
        };
        if let Some(generator) = functions::generator(&name.text) {
            self.word(Word::Generator(generator), name.span);
        } else if let Some(function) = self.function(name, args) {
            self.word(Word::Function(function), name.span);
            if let (Meaning::Window(_), [metric, phase, rest @ ..]) = (function.meaning, args) {
                self.value(metric);
                self.phase_argument(phase);
                rest.iter().for_each(|arg| self.value(arg));
                return;
            }
        }
        args.iter().for_each(|arg| self.value(arg));
    }

    /// `min` and `max` are two functions each: over time of one metric, or of several numbers.
    fn function(&self, name: &Ident, args: &[Expr]) -> Option<&'static Function> {
        let over_time = match args {
            [] | [_] => true,
            [_, second] => self.is_phase(second),
            _ => false,
        };
        let mut named = FUNCTIONS.iter().filter(|f| f.signature.name == name.text);
        let first = named.next()?;
        match named.next() {
            Some(second) => Some(if over_time == matches!(first.meaning, Meaning::Window(_)) { first } else { second }),
            None => Some(first),
        }
    }

    fn is_phase(&self, e: &Expr) -> bool {
        match &e.unwrapped().kind {
            ExprKind::Index(..) => true,
            ExprKind::Name(name) => self.finder.phase(&self.scope, &name.text).is_some(),
            _ => false,
        }
    }

    /// `baseline`, `burst[2]` as the second argument of a function over time.
    fn phase_argument(&mut self, e: &'a Expr) {
        match &e.unwrapped().kind {
            ExprKind::Name(name) => self.uses(self.finder.phase(&self.scope, &name.text), name.span),
            ExprKind::Index(of, index) => {
                self.phase_argument(of);
                self.value(index);
            }
            _ => self.value(e),
        }
    }

    fn chain(&mut self, e: &'a Expr) {
        let mut path = Vec::new();
        if !words_of(e, &mut path) {
            // A member of something that is no name.
            let mut inner = e.unwrapped();
            while let ExprKind::Member(of, _) = &inner.kind {
                inner = of.unwrapped();
            }
            self.value(inner);
            return;
        }
        let Some((head, rest)) = path.split_first() else { return };
        if rest.is_empty()
            && self.scope.test
            && let Some(constant) = self.finder.constant(&self.scope, &head.text)
        {
            self.uses(Some(constant), head.span);
            return;
        }
        match self.cx().leads(&path) {
            Some(way) => self.declared(&path, way),
            None => self.undeclared(head, rest, &path),
        }
    }

    fn undeclared(&mut self, head: &'a Ident, rest: &[&'a Ident], path: &[&'a Ident]) {
        if series::is_test_metric(&head.text) {
            self.of_test(path);
        } else if let Some(phase) = self.finder.phase(&self.scope, &head.text).filter(|_| !rest.is_empty()) {
            // `limit.capacity`
            self.uses(Some(phase), head.span);
            self.series(series::SEARCH.iter(), rest, |_| Of::Search);
        } else {
            self.uses(self.finder.constant(&self.scope, &head.text), head.span);
        }
    }

    fn declared(&mut self, path: &[&'a Ident], way: Way<'_, 'a>) {
        let kind = way.decl.and_then(|decl| self.cx().kind_of(decl));
        let own = way.import.is_none();
        // A constant called `latency` takes nothing away from the metric `latency.p99`.
        if own && matches!(kind, Some(DeclKind::Let | DeclKind::Param)) && !way.rest.is_empty() && series::is_test_metric(&way.name.text) {
            self.of_test(path);
            return;
        }
        if let (Some(import), Some(head)) = (way.import, path.first()) {
            self.uses(self.finder.item(import), head.span);
        }
        let (Some(decl), Some(kind)) = (way.decl, kind) else { return };
        self.uses(self.finder.item(decl), way.name.span);
        match kind {
            DeclKind::Target => self.series(series::LOAD.iter().chain(series::AUDIT), way.rest, |_| Of::Target),
            DeclKind::Pipeline => self.series(series::PIPELINE.iter().map(|(series, _)| series), way.rest, |_| Of::Pipeline),
            DeclKind::Source => self.of_source(decl, way.rest),
            DeclKind::Metric => {
                if let [word] = way.rest
                    && self.is_per_instance(decl)
                {
                    self.across(word);
                }
            }
            DeclKind::Cluster => {
                if let [word] = way.rest
                    && let Some(member) = CLUSTER_MEMBERS.iter().find(|m| m.name == word.text)
                {
                    self.word(Word::ClusterMember(member), word.span);
                }
            }
            DeclKind::Event => {
                if let ([word, ..], Some(ItemKind::Event(event))) = (way.rest, self.cx().item(decl).map(|item| &item.kind)) {
                    self.uses(field(decl, event, &word.text), word.span);
                }
            }
            DeclKind::Import | DeclKind::Let | DeclKind::Param | DeclKind::Mix => {}
        }
    }

    fn of_test(&mut self, path: &[&'a Ident]) {
        let within = |table: &[Series], series: &Series| table.iter().any(|s| s.name == series.name);
        self.series(series::test_metrics(), path, |found| match found {
            found if within(series::ALERTS, found) => Of::Alerts,
            found if within(series::COST, found) => Of::Cost,
            _ => Of::Test,
        });
    }

    fn of_source(&mut self, source: Decl, rest: &[&'a Ident]) {
        let (Some(kind), Some(word)) = (self.cx().source_kind(source), rest.first()) else { return };
        match kind.method.filter(|method| method.name == word.text) {
            Some(signature) => self.word(Word::Query { kind: kind.name, signature }, word.span),
            None => self.series(series::source_metrics(kind.name), rest, |_| Of::Source(kind.name)),
        }
    }

    /// The longest name of the table that stands here, and what picks a number of it.
    fn series(&mut self, table: impl Iterator<Item = &'static Series>, path: &[&'a Ident], of: impl Fn(&Series) -> Of) {
        let Some((series, picks)) = series::longest(table, path) else { return };
        let used = path.get(..path.len() - picks.len()).unwrap_or_default();
        if let (Some(first), Some(last)) = (used.first(), used.last()) {
            self.word(Word::Metric { of: of(series), series }, first.span.to(last.span));
        }
        if let [word] = picks {
            if series.nature == Nature::Distribution {
                if let Some(pick) = STATISTICS.iter().find(|s| s.name == word.text) {
                    self.word(Word::Statistic(pick), word.span);
                }
            } else if series.per_instance {
                self.across(word);
            }
        }
    }

    fn across(&mut self, word: &Ident) {
        if let Some(pick) = ACROSS.iter().find(|a| a.name == word.text) {
            self.word(Word::Across(pick), word.span);
        }
    }

    /// Whether a declared metric is one series for each instance.
    fn is_per_instance(&self, metric: Decl) -> bool {
        let Some((span, ItemKind::Metric(item))) = self.cx().item(metric).map(|item| (item.span, &item.kind)) else { return false };
        // Of one that is being written the `by` may be what cannot be read.
        if self.cx().is_garbled(span) {
            return true;
        }
        let mut path = Vec::new();
        let mut own = || {
            let kind = self.cx().source_kind(self.cx().source_of_metric(metric)?)?;
            if !words_of(&item.value, &mut path) {
                return None;
            }
            let rest = self.cx().leads(&path)?.rest;
            series::longest(series::source_metrics(kind.name), rest).map(|(series, _)| series)
        };
        item.by.is_some() || own().is_some_and(|series| series.per_instance)
    }
}
