//! Conditions: comparisons, ranges, `and or not`, with their types.

use super::dimensions::Need;
use super::measured::{Measure, Typed};
use super::names::words;
use super::{Const, Context, Decl, DeclKind, MetricScope};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{self, Compare, Condition, Value};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, ItemKind, QuantityToken};
use crate::units::Dimension;
use num_traits::Zero;

/// Values over time.
impl<'a> Context<'a> {
    /// A numeric expression that may name metrics, in base units.
    pub fn value(&self, e: &'a Expr, scope: &MetricScope) -> Option<Value> {
        let typed = self.measure(e, scope, None).plain(e)?;
        Some(typed.value)
    }
    /// A numeric expression of this dimension (E0303).
    pub fn value_of(&self, e: &'a Expr, dim: Dimension, scope: &MetricScope, what: &str) -> Option<Value> {
        let typed = self.measure(e, scope, Some(dim)).plain(e)?;
        if crate::units::fits(typed.value.dim, typed.slack, dim) {
            return Some(typed.read_as(dim));
        }
        self.report(self.wrong_dimension(e, typed.value.dim, typed.slack, &Need { deferred: true, ..Need::of(&[dim], what) }));
        None
    }
    /// A typed condition: comparisons, `in`, `and or not`.
    pub fn condition(&self, e: &'a Expr, scope: &MetricScope) -> Option<Condition> {
        self.measure(e, scope, None).condition(e)
    }
    fn measure<'c>(&'c self, e: &Expr, scope: &'c MetricScope, wanted: Option<Dimension>) -> Measure<'c, 'a> {
        Measure { cx: self, scope, from: e.span.file, wanted }
    }

    /// What a `let` says that an expression names.
    fn written(&self, e: &'a Expr) -> Option<&'a Expr> {
        let super::names::Found::Decl(decl) = self.find(e) else { return None };
        match &self.file(decl.file)?.items.get(decl.item as usize)?.kind {
            ItemKind::Let(constant) if !constant.param => Some(&constant.value),
            _ => None,
        }
    }

    /// The targets, pipelines, sources and metrics that a condition or value names (through constants too).
    pub fn mentions(&self, e: &'a Expr) -> Vec<Decl> {
        let mut found = Vec::new();
        self.add_mentions(e, &mut found, 0);
        found
    }

    fn add_mentions(&self, e: &'a Expr, found: &mut Vec<Decl>, depth: usize) {
        let mut path = Vec::new();
        if words(e, &mut path)
            && let Some(head) = path.first()
            && self.local(&head.text).is_none()
            && let Some(mut decl) = self.names.get(head.span.file, &head.text)
        {
            if self.kind_of(decl) == Some(DeclKind::Import)
                && let Some(inner) = self.module(decl).zip(path.get(1)).and_then(|(module, member)| self.names.get(module, &member.text))
            {
                decl = inner;
            }
            match self.kind_of(decl) {
                Some(DeclKind::Target | DeclKind::Pipeline | DeclKind::Source | DeclKind::Metric) if !found.contains(&decl) => found.push(decl),
                // Constants can name metrics; rings of them have been reported.
                Some(DeclKind::Let) if depth < 32 => {
                    if let Some(Const::Expression(inner)) = self.quietly(|| self.let_value(decl, e)) {
                        self.add_mentions(inner, found, depth + 1);
                    }
                }
                _ => {}
            }
            return;
        }
        match &e.kind {
            ExprKind::Paren(a) | ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::Member(a, _) => self.add_mentions(a, found, depth),
            ExprKind::Index(a, b) => {
                self.add_mentions(a, found, depth);
                self.add_mentions(b, found, depth);
            }
            ExprKind::Binary { left, right, .. } => {
                self.add_mentions(left, found, depth);
                self.add_mentions(right, found, depth);
            }
            ExprKind::Range { low, high, .. } => {
                for end in [low, high].into_iter().flatten() {
                    self.add_mentions(end, found, depth);
                }
            }
            ExprKind::Call { callee, args } => {
                if !matches!(callee.kind, ExprKind::Name(_)) {
                    self.add_mentions(callee, found, depth);
                }
                for arg in args {
                    self.add_mentions(arg, found, depth);
                }
            }
            ExprKind::List(items) => {
                for item in items {
                    self.add_mentions(item, found, depth);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Measure<'_, 'a> {
    fn condition(&self, e: &'a Expr) -> Option<Condition> {
        match &e.kind {
            ExprKind::Missing => None,
            ExprKind::Paren(inner) => self.condition(inner),
            ExprKind::Not(inner) => Some(Condition::Not(Box::new(self.condition(inner)?))),
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right, .. } => {
                let (a, b) = (self.condition(left), self.condition(right));
                let (a, b) = (Box::new(a?), Box::new(b?));
                Some(if *op == BinaryOp::And { Condition::And(a, b) } else { Condition::Or(a, b) })
            }
            ExprKind::Binary { op: BinaryOp::In, left, right, .. } => self.lies_in(e, left, right),
            ExprKind::Binary { op, left, right, .. } => match compare(*op) {
                Some(op) => self.comparison(e, op, left, right),
                None => self.no_condition(e),
            },
            ExprKind::Name(_) | ExprKind::Member(..) => {
                // A constant that holds a condition.
                if let super::names::Found::Decl(decl) = self.cx.find(e)
                    && matches!(self.cx.kind_of(decl), Some(DeclKind::Let | DeclKind::Param))
                {
                    return match self.cx.let_value(decl, e)? {
                        Const::Expression(inner) => self.condition(inner),
                        other => {
                            self.cx.report(self.cx.not_a("a comparison", e, &other, "a condition"));
                            None
                        }
                    };
                }
                self.no_condition(e)
            }
            _ => self.no_condition(e),
        }
    }

    fn no_condition(&self, e: &'a Expr) -> Option<Condition> {
        // What is wrong inside comes first.
        let typed = match &e.kind {
            ExprKind::Bool(_) | ExprKind::Text(_) | ExprKind::List(_) | ExprKind::Record(_) | ExprKind::Construct { .. } | ExprKind::Range { .. } => None,
            _ => Some(self.number(e)?),
        };
        let text = self.cx.quoted(e.span);
        let is = typed.map_or_else(|| "no comparison".to_owned(), |t| self.cx.inferred(t.value.dim, t.slack));
        self.cx.report(Diagnostic::new(codes::E0304, e.span, format!("a condition must compare something, and {text} is {is}")).here("compared with what?").help(format!("write a comparison, such as `{} < …`", text.trim_matches('`'))));
        None
    }

    fn comparison(&self, e: &'a Expr, op: Compare, left: &'a Expr, right: &'a Expr) -> Option<Condition> {
        self.mixed_units(e);
        let (a, b) = (self.side(left, right), self.side(right, left));
        let (a, b) = (a?, b?);
        match crate::units::common(a.value.dim, a.slack, b.value.dim, b.slack) {
            Some(dim) => Some(Condition::Compare { op, left: a.read_as(dim), right: b.read_as(dim) }),
            None => {
                self.cx.report(self.cx.dimensions_differ("compared", (left, a.value.dim, a.slack), (right, b.value.dim, b.slack)));
                None
            }
        }
    }

    /// One side of a comparison; the other one's dimension ranks what may have been meant.
    fn side(&self, e: &'a Expr, other: &'a Expr) -> Option<Typed> {
        let wanted = match &other.unwrapped().kind {
            ExprKind::Quantity(token) if !token.bad => crate::units::parse(&token.text).ok().filter(|q| !q.is_bare()).map(|q| q.dim),
            _ => None,
        };
        Measure { wanted: wanted.or(self.wanted), ..*self }.plain(e)
    }

    /// `cpu.max in 40%..80%`; a lone value is exactly that value.
    fn lies_in(&self, e: &'a Expr, left: &'a Expr, right: &'a Expr) -> Option<Condition> {
        self.mixed_units(e);
        let value = self.plain(left);
        let (low, high, inclusive) = match &right.unwrapped().kind {
            ExprKind::Missing => return None,
            ExprKind::Range { low, high, inclusive } => {
                let end = |e: &Option<Box<Expr>>, this: &Self, e2: Option<&'a Expr>| match (e, e2) {
                    (Some(_), Some(e)) => this.plain(e).map(Some),
                    _ => Some(None),
                };
                let (a, b) = (end(low, self, low.as_deref()), end(high, self, high.as_deref()));
                let (a, b) = (a?, b?);
                self.ordered(right, *inclusive)?;
                (a, b, *inclusive)
            }
            _ => match self.range_constant(right)? {
                Ok(bounds) => (bounds.low.map(Typed::constant), bounds.high.map(Typed::constant), bounds.inclusive),
                Err(lone) => (Some(lone.clone()), Some(lone), true),
            },
        };
        let value = value?;
        let (mut dim, slack) = (value.value.dim, value.slack);
        for end in [&low, &high].into_iter().flatten() {
            match crate::units::common(dim, slack, end.value.dim, end.slack) {
                Some(both) => dim = both,
                None => {
                    self.cx.report(self.cx.dimensions_differ("held against a range", (left, value.value.dim, value.slack), (right, end.value.dim, end.slack)));
                    return None;
                }
            }
        }
        Some(Condition::In { value: value.read_as(dim), low: low.map(|v| v.read_as(dim)), high: high.map(|v| v.read_as(dim)), inclusive })
    }

    /// E0311 and E0301 between the ends of a range of constants.
    fn ordered(&self, range: &'a Expr, inclusive: bool) -> Option<()> {
        let ExprKind::Range { low: Some(low), high: Some(high), .. } = &range.unwrapped().kind else { return Some(()) };
        let constant = |e: &'a Expr| self.cx.quietly(|| self.number(e)).is_some_and(|t| t.is_constant());
        if constant(low) && constant(high) {
            self.cx.range_value(range, Some(low), Some(high), inclusive, &Need::any("the range"))?;
        }
        Some(())
    }

    /// A named range, or a lone value.
    fn range_constant(&self, e: &'a Expr) -> Option<Result<super::Bounds, Typed>> {
        if let super::names::Found::Decl(decl) = self.cx.find(e)
            && matches!(self.cx.kind_of(decl), Some(DeclKind::Let | DeclKind::Param))
        {
            return match self.cx.let_value(decl, e)? {
                Const::Range(bounds) => Some(Ok(bounds)),
                Const::Number(q) => Some(Err(Typed::constant(q))),
                other => {
                    self.cx.report(self.cx.not_a("a range", e, &other, "what stands behind `in`"));
                    None
                }
            };
        }
        self.plain(e).map(Err)
    }

    /// W0320
    fn mixed_units(&self, e: &'a Expr) {
        type Seen<'a> = Option<(&'a QuantityToken, Span)>;
        let (mut decimal, mut binary): (Seen<'a>, Seen<'a>) = (None, None);
        self.tokens(e, None, &mut |token, place| {
            let unit = token.text.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
            let unit = unit.split('/').next().unwrap_or("");
            match unit {
                "KB" | "MB" | "GB" | "TB" => decimal = decimal.or(Some((token, place))),
                "KiB" | "MiB" | "GiB" | "TiB" => binary = binary.or(Some((token, place))),
                _ => {}
            }
        });
        let (Some(a), Some(b)) = (decimal, binary) else { return };
        let ((first, earlier), (second, later)) = if a.1.start < b.1.start { (a, b) } else { (b, a) };
        self.cx.report(
            Diagnostic::new(codes::W0320, later, format!("`{}` and `{}` are in one comparison: one counts by 1000, the other by 1024", first.text, second.text))
                .here("by another power")
                .label(earlier, "the other kind of unit")
                .note("1MB is 1_000_000 bytes, 1MiB is 1_048_576")
                .help("use one of the two"),
        );
    }

    /// The quantities in a condition, also those behind the names of constants, each with its place in the condition.
    fn tokens(&self, e: &'a Expr, place: Option<Span>, see: &mut impl FnMut(&'a QuantityToken, Span)) {
        match &e.kind {
            ExprKind::Quantity(token) => see(token, place.unwrap_or(token.span)),
            ExprKind::Paren(a) | ExprKind::Negate(a) | ExprKind::Not(a) => self.tokens(a, place, see),
            ExprKind::Binary { left, right, .. } => {
                self.tokens(left, place, see);
                self.tokens(right, place, see);
            }
            ExprKind::Range { low, high, .. } => [low, high].into_iter().flatten().for_each(|e| self.tokens(e, place, see)),
            ExprKind::Call { args, .. } => args.iter().for_each(|e| self.tokens(e, place, see)),
            // Constants do not refer back: of those of constants no more is looked at.
            ExprKind::Name(_) | ExprKind::Member(..) if place.is_none() => {
                if let Some(written) = self.cx.quietly(|| self.cx.written(e)) {
                    self.tokens(written, Some(e.span), see);
                }
            }
            _ => {}
        }
    }
}

fn compare(op: BinaryOp) -> Option<Compare> {
    Some(match op {
        BinaryOp::Less => Compare::Less,
        BinaryOp::LessEqual => Compare::LessEqual,
        BinaryOp::Greater => Compare::Greater,
        BinaryOp::GreaterEqual => Compare::GreaterEqual,
        BinaryOp::Equal => Compare::Equal,
        BinaryOp::NotEqual => Compare::NotEqual,
        _ => return None,
    })
}

/// Whether a value is the constant zero.
pub fn is_zero(value: &Value) -> bool {
    matches!(&value.kind, plan::ValueKind::Constant(v) if v.is_zero())
}
