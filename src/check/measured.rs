//! Numbers over time: expressions that may name metrics.

use super::dimensions::Need;
use super::names::{Found, Way, words};
use super::{Const, Context, Decl, DeclKind, MetricScope, functions};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::{Arithmetic, MathFunction, Nature, PhaseId, Value, ValueKind, WindowFunction};
use crate::source::FileId;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Ident, ItemKind, StatementKind};
use crate::units::{self, Dimension, Quantity};

/// A value with what its dimension leaves open (see [`Quantity::slack`]).
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub value: Value,
    pub slack: (i8, i8),
}

impl Typed {
    pub fn constant(q: Quantity) -> Typed {
        Typed { value: Value { kind: ValueKind::Constant(q.value), dim: q.dim }, slack: q.slack }
    }
    pub fn new(kind: ValueKind, dim: Dimension, slack: (i8, i8)) -> Typed {
        Typed { value: Value { kind, dim }, slack }
    }
    fn quantity(&self) -> Option<Quantity> {
        match &self.value.kind {
            ValueKind::Constant(value) => Some(Quantity { value: *value, dim: self.value.dim, slack: self.slack }),
            _ => None,
        }
    }
    pub fn is_constant(&self) -> bool {
        matches!(self.value.kind, ValueKind::Constant(_))
    }
    /// Read as this dimension.
    pub fn read_as(mut self, dim: Dimension) -> Value {
        self.value.dim = dim;
        self.value
    }
}

/// Reads the expressions of one statement.
pub(super) struct Measure<'c, 'a> {
    pub cx: &'c Context<'a>,
    pub scope: &'c MetricScope,
    /// The file that names are said in.
    pub from: FileId,
    /// The dimension of the other side, to rank what may have been meant.
    pub wanted: Option<Dimension>,
}

impl<'a> Measure<'_, 'a> {
    pub fn number(&self, e: &'a Expr) -> Option<Typed> {
        match &e.kind {
            ExprKind::Missing => None,
            ExprKind::Paren(inner) => self.number(inner),
            ExprKind::Quantity(token) => self.cx.token(token).map(Typed::constant),
            ExprKind::Name(name) if self.cx.local(&name.text).is_some() => self.constant(e),
            ExprKind::Name(_) | ExprKind::Member(..) => self.named(e),
            ExprKind::Negate(inner) => {
                let inner = self.plain(inner)?;
                Some(match inner.quantity() {
                    Some(q) => Typed::constant(units::negate(q)),
                    None => Typed { slack: inner.slack, value: Value { dim: inner.value.dim, kind: ValueKind::Negate(Box::new(inner.value)) } },
                })
            }
            ExprKind::Binary { op, left, right, .. } => self.binary(e, *op, left, right),
            ExprKind::Call { callee, args } => self.call(e, callee, args),
            ExprKind::Not(_) => {
                self.cx.report(Diagnostic::new(codes::E0304, e.span, format!("a number is needed here, and {} is a condition", self.cx.quoted(e.span))).help("compare the number with another"));
                None
            }
            ExprKind::Text(_) | ExprKind::Bool(_) | ExprKind::Range { .. } | ExprKind::List(_) | ExprKind::Record(_) | ExprKind::Construct { .. } => {
                let found = self.cx.evaluate(e, &Need::any("this"))?;
                self.cx.report(self.cx.not_a("a number or a metric", e, &found, "what is compared"));
                None
            }
            ExprKind::Index(..) => {
                self.cx.report(
                    Diagnostic::new(codes::E0304, e.span, format!("a number or a metric is needed here, and {} picks an instance of a phase", self.cx.quoted(e.span)))
                        .help("name the phase in the window of the expectation, or as the second argument of `avg` and its like"),
                );
                None
            }
        }
    }

    /// A number, and no distribution as a whole (E0605).
    pub fn plain(&self, e: &'a Expr) -> Option<Typed> {
        let typed = self.number(e)?;
        if let ValueKind::Metric(metric) = &typed.value.kind
            && metric.nature == Nature::Distribution
            && metric.statistic.is_none()
        {
            let text = self.cx.text_at(e.span);
            self.cx.report(
                Diagnostic::new(codes::E0605, e.span, format!("`{text}` is a distribution: say which of its numbers"))
                    .here("a distribution")
                    .help(format!("write `{text}.p99`; there are `.p50 .p90 .p95 .p99 .p999 .mean .max .count`")),
            );
            return None;
        }
        Some(typed)
    }

    fn constant(&self, e: &'a Expr) -> Option<Typed> {
        match self.cx.evaluate(e, &Need { deferred: true, ..Need::any("what is compared") })? {
            Const::Number(q) => Some(Typed::constant(q)),
            Const::Expression(inner) if inner.span != e.span => self.number(inner),
            other => {
                self.cx.report(self.cx.not_a("a number or a metric", e, &other, "what is compared"));
                None
            }
        }
    }

    fn named(&self, e: &'a Expr) -> Option<Typed> {
        let mut path = Vec::new();
        if !words(e, &mut path) {
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("there is no metric {}", self.cx.quoted(e.span)))
                    .here("asked of a source inside a condition")
                    .help("declare it, with its unit: `metric name = source.query(\"…\") as count`, and name it here"),
            );
            return None;
        }
        let (head, rest) = path.split_first()?;
        let Some(way) = self.cx.leads(&path) else { return self.undeclared(e, head, rest) };
        match way {
            Way { decl: Some(decl), name, rest, .. } => self.declared(e, decl, name, rest),
            Way { import: Some(import), name, .. } => {
                self.cx.module(import)?;
                match rest.is_empty() {
                    true => self.cx.thing(e, &[DeclKind::Metric], "a metric").and(None),
                    false => {
                        self.cx.report(self.no_member(import, name));
                        None
                    }
                }
            }
            Way { decl: None, import: None, .. } => None,
        }
    }

    fn no_member(&self, import: Decl, member: &Ident) -> Diagnostic {
        let name = self.cx.plain_name(import);
        let prefix = format!("{name}.");
        let kinds = [DeclKind::Metric, DeclKind::Target, DeclKind::Pipeline, DeclKind::Source, DeclKind::Let, DeclKind::Param];
        let all = self.cx.candidates(member.span.file, &kinds);
        let all: Vec<&str> = if self.cx.patience.take(all.len()) { all.iter().filter_map(|c| c.strip_prefix(&prefix)).collect() } else { Vec::new() };
        let d = Diagnostic::new(codes::E0210, member.span, format!("`{name}` declares no metric, and nothing that has metrics, called `{}`", member.text));
        match self.cx.patience.nearest(&member.text, &all) {
            Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, member.span, near),
            None => d.here("not declared"),
        }
    }

    fn declared(&self, e: &'a Expr, decl: Decl, name: &'a Ident, rest: &[&'a Ident]) -> Option<Typed> {
        match self.cx.kind_of(decl)? {
            DeclKind::Let | DeclKind::Param => {
                if rest.is_empty() {
                    return self.constant(e);
                }
                // A constant called `latency` takes nothing away from the metric `latency.p99`.
                if super::series::is_test_metric(&name.text) && name.span.file == decl.file {
                    return self.test_series(e, name, rest);
                }
                // A constant over metrics: `let wait = clicks.latency`, `wait.p99`.
                self.cx.report(
                    Diagnostic::new(codes::E0210, e.span, format!("`{}` is a constant and has no `{}`", name.text, rest.first().map_or("", |r| r.text.as_str())))
                        .here("not a metric")
                        .label(self.cx.name_span(decl), "declared here"),
                );
                None
            }
            DeclKind::Target => self.target_series(e, decl, name, rest),
            DeclKind::Pipeline => self.pipeline_series(e, decl, name, rest),
            DeclKind::Source => self.source_series(e, decl, name, rest),
            DeclKind::Metric => self.metric_series(e, decl, rest),
            DeclKind::Cluster => match rest {
                [member] => self.cx.cluster_member(decl, member).map(Typed::constant),
                _ => {
                    self.cx.report(
                        Diagnostic::new(codes::E0203, e.span, format!("{} is a cluster, and a metric is needed here", self.cx.quoted(e.span))).here("a cluster").help(format!("write `{}.price`, `.vcpu`, `.memory` or `.nodes`", name.text)),
                    );
                    None
                }
            },
            kind @ (DeclKind::Event | DeclKind::Mix | DeclKind::Import) => {
                self.cx.report(
                    Diagnostic::new(codes::E0203, e.span, format!("{} is {}, and a metric is needed here", self.cx.quoted(e.span), kind.with_article()))
                        .here(kind.with_article())
                        .label(self.cx.name_span(decl), "declared here")
                        .help("targets, pipelines, sources and the test itself have metrics; what is sent has none"),
                );
                None
            }
        }
    }

    fn undeclared(&self, e: &'a Expr, head: &'a Ident, rest: &[&'a Ident]) -> Option<Typed> {
        if super::series::is_test_metric(&head.text) {
            return self.test_series(e, head, rest);
        }
        if let Some(phase) = self.scope.phase(&head.text) {
            return self.phase_series(e, phase.search, head, rest);
        }
        if !self.cx.strict.get() && matches!(self.cx.find(e), Found::Quiet) {
            return None;
        }
        self.cx.report(self.no_such_metric(head, rest));
        None
    }

    fn binary(&self, e: &'a Expr, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Option<Typed> {
        if self.cx.apart(e, op, left, right) {
            return None;
        }
        let arithmetic = match op {
            BinaryOp::Add => Arithmetic::Add,
            BinaryOp::Subtract => Arithmetic::Subtract,
            BinaryOp::Multiply => Arithmetic::Multiply,
            BinaryOp::Divide => Arithmetic::Divide,
            _ => {
                self.cx.report(Diagnostic::new(codes::E0304, e.span, format!("a number is needed here, and {} is a condition", self.cx.quoted(e.span))).here("a condition").help("compare numbers, and join comparisons with `and`, `or`"));
                return None;
            }
        };
        let (a, b) = (self.plain(left), self.plain(right));
        let (a, b) = (a?, b?);
        let parts = ((left, a.value.dim, a.slack), (right, b.value.dim, b.slack));
        if let (Some(x), Some(y)) = (a.quantity(), b.quantity()) {
            let result = match arithmetic {
                Arithmetic::Add => units::add(x, y),
                Arithmetic::Subtract => units::subtract(x, y),
                Arithmetic::Multiply => units::multiply(x, y),
                Arithmetic::Divide => units::divide(x, y),
            };
            return match result {
                Ok(q) => Some(Typed::constant(q)),
                Err(error) => {
                    self.cx.report(self.cx.arithmetic_problem(error, e, op, parts.0, parts.1));
                    None
                }
            };
        }
        // Only the dimensions can be told: any value but zero stands for what is measured.
        let one = crate::units::Exact::from_integer(1);
        let stand_in = |t: &Typed| t.quantity().unwrap_or(Quantity { value: one, dim: t.value.dim, slack: t.slack });
        let (x, y) = (stand_in(&a), stand_in(&b));
        let result = match arithmetic {
            Arithmetic::Add => units::add(Quantity { value: one, ..x }, Quantity { value: one, ..y }),
            Arithmetic::Subtract => units::subtract(Quantity { value: one, ..x }, Quantity { value: one, ..y }),
            Arithmetic::Multiply => units::multiply(Quantity { value: one, ..x }, Quantity { value: one, ..y }),
            Arithmetic::Divide => units::divide(Quantity { value: one, ..x }, y),
        };
        match result {
            Ok(q) => {
                let (mut a, mut b) = (a.value, b.value);
                if matches!(arithmetic, Arithmetic::Add | Arithmetic::Subtract) {
                    (a.dim, b.dim) = (q.dim, q.dim);
                }
                Some(Typed::new(ValueKind::Arithmetic { op: arithmetic, left: Box::new(a), right: Box::new(b) }, q.dim, q.slack))
            }
            Err(error) => {
                self.cx.report(self.cx.arithmetic_problem(error, e, op, parts.0, parts.1));
                None
            }
        }
    }

    fn call(&self, e: &'a Expr, callee: &'a Expr, args: &'a [Expr]) -> Option<Typed> {
        let ExprKind::Name(name) = &callee.kind else {
            // `prom.query("…")` in a condition has no unit.
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("{} has no unit here", self.cx.quoted(e.span)))
                    .here("asked of a source inside a condition")
                    .help("declare it: `metric name = source.query(\"…\") as count every 15s`, and name it here"),
            );
            return None;
        };
        let window = functions::over_time(&name.text);
        let math = functions::on_numbers(&name.text);
        match (name.text.as_str(), window, math) {
            ("rate", ..) => self.rate(e, name, args),
            (_, Some((signature, window)), None) => {
                self.cx.called(name, args, signature)?;
                self.window(e, name, window, args)
            }
            // `min` and `max`: over time of one metric, or of several numbers.
            (_, Some((_, window)), Some((_, math))) => {
                self.cx.arguments(name, args, 1..=usize::MAX, &format!("{}(metric), {}(metric, phase) or {}(a, b)", name.text, name.text, name.text))?;
                if self.over_time(args) { self.window(e, name, window, args) } else { self.math(e, math, args) }
            }
            (_, None, Some((signature, math))) => {
                self.cx.called(name, args, signature)?;
                self.math(e, math, args)
            }
            ("env" | "secret", ..) => {
                let found = self.cx.evaluate(e, &Need::any("what is compared"))?;
                self.cx.report(self.cx.not_a("a number or a metric", e, &found, "what is compared"));
                None
            }
            _ => {
                self.cx.report(functions::no_such_function(name, &functions::measured_names()));
                None
            }
        }
    }

    /// `max(lag)` and `max(lag, burst)`, not `max(lag, 5)`.
    fn over_time(&self, args: &'a [Expr]) -> bool {
        match args {
            [one] => self.cx.quietly(|| self.number(one)).is_none_or(|t| !t.is_constant()),
            [_, second] => match &second.unwrapped().kind {
                ExprKind::Index(..) => true,
                ExprKind::Name(name) => {
                    self.scope.phase(&name.text).is_some()
                        || (self.cx.local(&name.text).is_none()
                            && self.cx.names.get(name.span.file, &name.text).is_none()
                            && !super::series::is_test_metric(&name.text)
                            && self.phase_elsewhere(&name.text).is_some())
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn window(&self, e: &'a Expr, name: &'a Ident, function: WindowFunction, args: &'a [Expr]) -> Option<Typed> {
        let of = args.first()?;
        let inner = self.plain(of);
        let phases = match args.get(1) {
            None => None,
            Some(phase) => Some(self.phases(phase)?),
        };
        let inner = inner?;
        if inner.is_constant() {
            self.cx.report(
                Diagnostic::new(codes::E0308, of.span, format!("`{}` looks at a metric over time, and {} never changes", name.text, self.cx.quoted(of.span))).here("a constant").help("name a metric"),
            );
            return None;
        }
        if has_window(&inner.value) {
            self.cx.report(
                Diagnostic::new(codes::E0308, of.span, format!("`{}` looks at a metric over time, and {} is one number already", name.text, self.cx.quoted(of.span))).here("looked at over time already").help("use one of the two"),
            );
            return None;
        }
        if phases.is_none() && !self.scope.window {
            self.cx.report(
                Diagnostic::new(codes::E0606, e.span, format!("{} looks at a stretch of time, and there is none here", self.cx.quoted(e.span)))
                    .here("over which time?")
                    .help(format!("name a phase, `{}({}, phase)`, or compare the metric itself", name.text, self.cx.text_at(of.span))),
            );
            return None;
        }
        let (dim, slack) = match function {
            WindowFunction::Trend => (Dimension { time: inner.value.dim.time.saturating_sub(1), ..inner.value.dim }, inner.slack),
            WindowFunction::Stability => (Dimension::RATIO, (0, 0)),
            _ => (inner.value.dim, inner.slack),
        };
        Some(Typed::new(ValueKind::Window { function, of: Box::new(inner.value), phases }, dim, slack))
    }

    /// The instances of the phase that a window function looks at.
    fn phases(&self, e: &'a Expr) -> Option<Vec<PhaseId>> {
        let (name, index) = match &e.unwrapped().kind {
            ExprKind::Missing => return None,
            ExprKind::Name(name) => (name, None),
            ExprKind::Index(of, index) => match &of.kind {
                ExprKind::Name(name) => (name, Some(index)),
                _ => {
                    self.cx.report(not_a_phase(self.cx, e));
                    return None;
                }
            },
            _ => {
                self.cx.report(not_a_phase(self.cx, e));
                return None;
            }
        };
        let Some(phase) = self.scope.phase(&name.text) else {
            self.cx.report(self.no_such_phase(name));
            return None;
        };
        let Some(index) = index else { return Some(phase.instances.clone()) };
        let index_value = self.cx.whole(index, 0, "the number of an instance")?;
        match usize::try_from(index_value).ok().and_then(|i| phase.instances.get(i.checked_sub(1)?)) {
            Some(instance) => Some(vec![*instance]),
            None => {
                let n = phase.instances.len();
                let times = if n == 1 { "once".to_owned() } else { format!("{n} times") };
                self.cx.report(
                    Diagnostic::new(codes::E0212, e.span, format!("there is no {}: `{}` runs {times}", self.cx.quoted(e.span), name.text))
                        .here(format!("instances are 1 to {n}"))
                        .help(format!("write `{}[{n}]`, or `{}` for all of them", name.text, name.text)),
                );
                None
            }
        }
    }

    /// The place of a phase of this name in another test.
    fn phase_elsewhere(&self, name: &str) -> Option<crate::source::Span> {
        fn find(statements: &[crate::syntax::ast::Statement], name: &str) -> Option<crate::source::Span> {
            statements.iter().find_map(|s| match &s.kind {
                StatementKind::Phase(p) => p.name.as_ref().filter(|n| n.text == name).map(|n| n.span),
                StatementKind::Repeat { statements, .. } => find(statements, name),
                _ => None,
            })
        }
        let file = self.cx.file(self.from)?;
        // Every test is looked through; where thousands of names lead nowhere, somewhere it is enough.
        if !self.cx.patience.take(self.cx.ws.map.file(self.from).text.len() / 16) {
            return None;
        }
        file.items.iter().enumerate().filter(|(index, _)| Some(*index) != self.scope.test).find_map(|(_, item)| match &item.kind {
            ItemKind::Test(test) => find(&test.statements, name),
            _ => None,
        })
    }

    fn no_such_phase(&self, name: &Ident) -> Diagnostic {
        let names: Vec<&str> = self.scope.phases.iter().map(|p| p.name.as_str()).collect();
        if self.scope.test.is_none() || names.is_empty() {
            return Diagnostic::new(codes::E0606, name.span, format!("`{}` is a phase of a test, and this is outside of every test", name.text)).here("no phase here").help("leave it out");
        }
        if let Some(place) = self.phase_elsewhere(&name.text) {
            return Diagnostic::new(codes::E0606, name.span, format!("the phase `{}` belongs to another test", name.text)).here("not in this test").label(place, "declared in another test").help("name a phase of this test");
        }
        let d = Diagnostic::new(codes::E0211, name.span, format!("this test has no phase `{}`", name.text));
        match self.cx.patience.nearest(&name.text, &names) {
            Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, name.span, near),
            None => d.here("no such phase").help(format!("its phases are {}", suggest::listed(&names).replace(" or ", " and "))),
        }
    }

    fn rate(&self, _e: &'a Expr, name: &'a Ident, args: &'a [Expr]) -> Option<Typed> {
        self.cx.called(name, args, functions::signature(functions::Meaning::Rate))?;
        let of = args.first()?;
        let inner = self.plain(of)?;
        let counts = match &inner.value.kind {
            ValueKind::Metric(m) => m.nature == Nature::Counter || m.statistic == Some(crate::plan::Statistic::Count) || (m.nature == Nature::Plain && self.declared_count(of)),
            _ => false,
        };
        if !counts {
            self.cx.report(
                Diagnostic::new(codes::E0308, of.span, format!("`rate` needs a metric that counts, and {} does not", self.cx.quoted(of.span)))
                    .here(units::dimension_name(inner.value.dim))
                    .help(format!("`trend({})` is how fast something rises or falls", self.cx.text_at(of.span))),
            );
            return None;
        }
        let dim = Dimension { time: inner.value.dim.time.saturating_sub(1), ..inner.value.dim };
        Some(Typed::new(ValueKind::Rate(Box::new(inner.value)), dim, inner.slack))
    }

    /// A declared metric may count, whatever its unit: nothing says that it does not.
    fn declared_count(&self, e: &'a Expr) -> bool {
        let mut path = Vec::new();
        words(e, &mut path);
        path.first().and_then(|head| self.cx.names.get(head.span.file, &head.text)).is_some_and(|d| matches!(self.cx.kind_of(d), Some(DeclKind::Metric | DeclKind::Import)))
    }

    fn math(&self, e: &'a Expr, function: MathFunction, args: &'a [Expr]) -> Option<Typed> {
        let values: Vec<Option<Typed>> = args.iter().map(|a| self.plain(a)).collect();
        let values: Vec<Typed> = values.into_iter().collect::<Option<_>>()?;
        if values.iter().all(Typed::is_constant) {
            return match self.cx.evaluate(e, &Need::any("what is compared"))? {
                Const::Number(q) => Some(Typed::constant(q)),
                _ => None,
            };
        }
        let first = values.first()?;
        let (mut dim, mut slack) = (first.value.dim, first.slack);
        for (value, place) in values.iter().zip(args).skip(1) {
            match units::common(dim, slack, value.value.dim, value.slack) {
                Some(both) => {
                    if both != dim || value.slack == (0, 0) {
                        slack = (0, 0);
                    }
                    dim = both;
                }
                None => {
                    self.cx.report(self.cx.dimensions_differ("arguments of one call", (args.first()?, dim, slack), (place, value.value.dim, value.slack)));
                    return None;
                }
            }
        }
        let arguments = values.into_iter().map(|v| v.read_as(dim)).collect();
        Some(Typed::new(ValueKind::Call { function, arguments }, dim, slack))
    }
}

fn not_a_phase(cx: &Context, e: &Expr) -> Diagnostic {
    Diagnostic::new(codes::E0308, e.span, format!("a phase is needed here, and {} is not one", cx.quoted(e.span))).here("which phase?").help("name a phase of this test, such as `baseline`")
}

fn has_window(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Window { .. } => true,
        ValueKind::Constant(_) | ValueKind::Metric(_) => false,
        ValueKind::Rate(inner) | ValueKind::Negate(inner) => has_window(inner),
        ValueKind::Arithmetic { left, right, .. } => has_window(left) || has_window(right),
        ValueKind::Call { arguments, .. } => arguments.iter().any(has_window),
    }
}
