//! The values of constant expressions: exact, folded at check time.

use super::context::LetState;
use super::dimensions::{self, Need};
use super::functions::{self, Meaning};
use super::names::Found;
use super::{Bounds, Const, Context, Decl, DeclKind};
use crate::diagnostics::{Code, Diagnostic, codes, suggest};
use crate::plan::TextValue;
use crate::syntax::ast::{self, BinaryOp, Expr, ExprKind, Ident, ItemKind, QuantityToken};
use crate::targets::Signature;
use crate::units::{self, ArithmeticError, Dimension, Exact, Quantity, QuantityError};
use num_traits::{Signed, ToPrimitive, Zero};
use std::collections::HashSet;
use std::rc::Rc;

/// The kinds that a constant can be named by.
const LETS: &[DeclKind] = &[DeclKind::Let, DeclKind::Param];

/// What `secret` takes, in messages.
const SECRET_NAME: &str = "the name of a secret";

/// So many constants in a row are found one within the other.
const DEEP: usize = 64;

/// A list that is made of lists doubles with each constant: so many values it may hold, those of the lists within it counted.
const MOST_VALUES: usize = 100_000;
const LISTS_WITHIN: usize = 16;

/// So many terms a constant over metrics comes to, those of the constants that it names counted, and so many of them lie within one another.
const MOST_TERMS: usize = 10_000;
const MOST_WITHIN: usize = 32;

/// So many tests one `for` makes; more than anybody reads the results of.
const MOST_TESTS: usize = 10_000;
/// Bytes that the names of the tests of one `for` may have together.
const MOST_NAMES: usize = 16 * 1024 * 1024;

/// The values of a list and of the lists within it; more than any list may hold where they lie too deep.
fn size_of(values: &[(Const<'_>, crate::source::Span)], deep: usize) -> usize {
    let Some(deep) = deep.checked_sub(1) else { return MOST_VALUES + 1 };
    let sizes = values.iter().map(|(value, _)| match value {
        Const::List(inner) => size_of(inner, deep),
        _ => 1,
    });
    sizes.fold(1, usize::saturating_add)
}

impl<'a> Context<'a> {
    /// Any constant. Each problem is reported once; `None` when the value is not known.
    pub fn constant(&self, e: &'a Expr) -> Option<Const<'a>> {
        self.evaluate(e, &Need::any("a constant"))
    }

    pub(super) fn evaluate(&self, e: &'a Expr, need: &Need) -> Option<Const<'a>> {
        match &e.kind {
            ExprKind::Missing => None,
            ExprKind::Quantity(token) => self.token(token).map(Const::Number),
            ExprKind::Text(text) => Some(Const::Text(TextValue::Literal(text.value.clone()))),
            ExprKind::Bool(value) => Some(Const::Bool(*value)),
            ExprKind::Paren(inner) => self.evaluate(inner, need),
            ExprKind::Name(name) => match self.local(&name.text) {
                Some(value) => value,
                None => self.named_constant(e, need),
            },
            ExprKind::Member(..) => self.named_constant(e, need),
            ExprKind::Negate(inner) => {
                let q = self.plain(inner, need)?;
                Some(Const::Number(units::negate(q)))
            }
            ExprKind::Not(inner) => match self.evaluate(inner, &Need::any(need.what))? {
                Const::Bool(value) => Some(Const::Bool(!value)),
                other => {
                    self.report(self.not_a("true or false", inner, &other, "what `not` turns around"));
                    None
                }
            },
            ExprKind::Binary { op, op_span: _, left, right } => self.binary(e, *op, left, right, need),
            ExprKind::Range { low, high, inclusive } => self.range_value(e, low.as_deref(), high.as_deref(), *inclusive, need).map(Const::Range),
            ExprKind::List(items) => {
                let values: Vec<_> = items.iter().map(|item| self.evaluate(item, need).map(|value| (value, item.span))).collect();
                let values = values.into_iter().collect::<Option<Vec<_>>>()?;
                if size_of(&values, LISTS_WITHIN) > MOST_VALUES {
                    self.report(
                        Diagnostic::new(codes::E0307, e.span, format!("this list holds too much: more than {MOST_VALUES} values, or lists more than {LISTS_WITHIN} deep"))
                            .here("with the lists within it")
                            .help("name the values that are needed"),
                    );
                    return None;
                }
                Some(Const::List(Rc::new(values)))
            }
            ExprKind::Call { callee, args } => self.call(e, callee, args, need),
            ExprKind::Record(_) | ExprKind::Construct { .. } => Some(Const::Expression(e)),
            ExprKind::Index(..) => {
                self.report(
                    Diagnostic::new(codes::E0304, e.span, format!("{} must be {}, and {} picks an instance", need.what, need.words(), self.quoted(e.span)))
                        .help("only phases have instances, in the window of an expectation"),
                );
                None
            }
        }
    }

    /// A quantity token: E0302, E0307, E0105 where the syntax stage did not see it.
    pub(super) fn token(&self, token: &QuantityToken) -> Option<Quantity> {
        if token.bad {
            return None;
        }
        match units::parse(&token.text) {
            Ok(q) => Some(q),
            Err(error) => {
                self.report(dimensions::bad_quantity(token, &error));
                debug_assert!(!matches!(error, QuantityError::Malformed) || !token.bad);
                None
            }
        }
    }

    fn named_constant(&self, e: &'a Expr, need: &Need) -> Option<Const<'a>> {
        match self.find(e) {
            Found::Decl(decl) => match self.kind_of(decl)? {
                DeclKind::Let | DeclKind::Param => self.let_value(decl, e),
                DeclKind::Metric | DeclKind::Target | DeclKind::Pipeline | DeclKind::Source if need.deferred => Some(Const::Expression(e)),
                _ => {
                    self.thing_needed(e, decl, need);
                    None
                }
            },
            Found::Quiet => None,
            Found::Missing(name, module) => {
                if module.is_none() && matches!(e.kind, ExprKind::Name(_)) {
                    self.report(self.unknown_constant(name, need));
                } else {
                    // `shop.nothing`, or a member of something unknown.
                    self.thing(e, LETS, need.what);
                }
                None
            }
            Found::NotAName => self.member_constant(e, need),
            Found::Import(_) => {
                self.thing(e, LETS, need.what);
                None
            }
        }
    }

    /// `current.price`: what follows from a cluster. Any other member is no constant.
    fn member_constant(&self, e: &'a Expr, need: &Need) -> Option<Const<'a>> {
        if let ExprKind::Member(of, member) = &e.kind
            && let Found::Decl(decl) = self.find(of)
        {
            if self.kind_of(decl) == Some(DeclKind::Cluster) {
                return self.cluster_member(decl, member).map(Const::Number);
            }
            if matches!(self.kind_of(decl), Some(DeclKind::Target | DeclKind::Pipeline | DeclKind::Source | DeclKind::Metric)) {
                self.report(
                    Diagnostic::new(codes::E0304, e.span, format!("{} must be known before the run, and {} is measured in it", need.what, self.quoted(e.span)))
                        .here("a metric")
                        .label(self.name_span(decl), "declared here")
                        .help(format!("give {}", need.example())),
                );
                return None;
            }
        }
        self.report(
            Diagnostic::new(codes::E0201, e.span, format!("there is no {}", self.quoted(e.span))).here("not declared").help(format!("{} must be {}", need.what, need.words())),
        );
        None
    }

    fn thing_needed(&self, e: &'a Expr, decl: Decl, need: &Need) {
        let kind = self.kind_of(decl).map_or("something else", DeclKind::with_article);
        self.not_found(e.span.file, LETS);
        self.report(
            Diagnostic::new(codes::E0203, e.span, format!("{} must be {}, and {} is {kind}", need.what, need.words(), self.quoted(e.span)))
                .here(kind)
                .label(self.name_span(decl), "declared here")
                .help(format!("give {}", need.example())),
        );
    }

    /// E0201 of a constant: near names of the dimension that is needed come first.
    fn unknown_constant(&self, name: &'a Ident, need: &Need) -> Diagnostic {
        self.not_found(name.span.file, LETS);
        let all = self.candidates(name.span.file, LETS);
        // No constant can be meant in its own value.
        let needs_this = |near: &str| self.names.get(name.span.file, near).is_some_and(|decl| matches!(self.lets.borrow().get(&decl), Some(LetState::Evaluating)));
        let near: Vec<&str> = all.near(&name.text, &self.patience).into_iter().filter(|near| !needs_this(near)).collect();
        let fitting = near.iter().find(|c| self.constant_fits(name, c, need));
        let near = fitting.or(near.first()).copied().or_else(|| all.member(&name.text));
        if near.is_none() && self.names.is_for_name(&name.text) {
            return Diagnostic::new(codes::E0201, name.span, format!("`{}` is not known here: it is what a test is repeated for", name.text))
                .here("known inside of that test alone")
                .help("write a value, or name a constant");
        }
        let d = Diagnostic::new(codes::E0201, name.span, format!("there is no constant called `{}`", name.text));
        match near {
            Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, name.span, near),
            None if need.what == SECRET_NAME => d.here("not declared").help("the name of a variable stands in quotes: `secret(\"NAME\")`"),
            // Quotes were forgotten; with them it would be a mistake too.
            None if super::credentials::names_one(need.what.trim_matches('`')) => {
                d.here("not declared").help("write `secret(\"NAME\")`: the credential is read from that variable, or from the file that `NAME_FILE` names, when the test runs")
            }
            None => d.here("not declared").help(format!("declare it: `let {} = {}`", name.text, need.sample())),
        }
    }

    fn constant_fits(&self, name: &Ident, candidate: &str, need: &Need) -> bool {
        if need.dims.is_empty() {
            return true;
        }
        let file = name.span.file;
        let decl = match candidate.split_once('.') {
            None => self.names.get(file, candidate),
            Some((import, member)) => self.names.get(file, import).and_then(|i| self.module(i)).and_then(|m| self.names.get(m, member)),
        };
        match decl.and_then(|d| self.quietly_let(d)) {
            Some(Const::Number(q)) => need.dims.iter().any(|dim| q.fits(*dim)),
            _ => false,
        }
    }

    fn quietly_let(&self, decl: Decl) -> Option<Const<'a>> {
        match self.lets.borrow().get(&decl) {
            Some(LetState::Done(value)) => value.clone(),
            // Not looked at yet: its own messages come when it is its turn.
            _ => None,
        }
    }

    /// The value of a `let` or `param`; `used` is the expression that names it.
    pub fn let_value(&self, decl: Decl, used: &Expr) -> Option<Const<'a>> {
        self.let_value_at(decl, used.span)
    }

    fn let_value_at(&self, decl: Decl, used: crate::source::Span) -> Option<Const<'a>> {
        let state = self.lets.borrow().get(&decl).cloned();
        match state {
            Some(LetState::Done(value)) => return value,
            // Rings are told beforehand; this one leads through what `--set` gives.
            Some(LetState::Evaluating) => {
                let name = self.plain_name(decl);
                self.report(
                    Diagnostic::new(codes::E0201, used, format!("`{name}` is needed to find the value of `{name}`"))
                        .here("leads back to itself")
                        .label(self.name_span(decl), "declared here")
                        .help("give one of them a value of its own"),
                );
                return None;
            }
            None => {}
        }
        let Some(ItemKind::Let(declared)) = self.item(decl).map(|i| &i.kind) else { return None };
        if self.needs_itself(decl) {
            self.lets.borrow_mut().insert(decl, LetState::Done(None));
            return None;
        }
        self.deeper(decl, 1, || {
            self.lets.borrow_mut().insert(decl, LetState::Evaluating);
            let value = self.aloud(|| self.without_locals(|| self.value_of_let(decl, declared)));
            self.lets.borrow_mut().insert(decl, LetState::Done(value.clone()));
            value
        })
    }

    /// Runs `work` so many levels deeper in definitions that need others.
    pub(super) fn deeper<T>(&self, decl: Decl, levels: usize, work: impl FnOnce() -> T) -> T {
        let before = self.let_depth.get();
        let depth = before + levels;
        if depth / DEEP != before / DEEP {
            self.needed_first(decl);
        }
        self.let_depth.set(depth);
        let result = work();
        self.let_depth.set(before);
        result
    }

    /// What a definition needs, those first that need no others: a chain of them may be longer than the stack is deep.
    fn needed_first(&self, decl: Decl) {
        let mut seen = HashSet::from([decl]);
        let mut open = vec![(None, self.needs(decl))];
        while let Some((own, rest)) = open.last_mut() {
            match (rest.pop(), *own) {
                (Some((needed, place)), _) => {
                    if !self.is_known(needed) && seen.insert(needed) {
                        open.push((Some((needed, place)), self.needs(needed)));
                    }
                }
                (None, own) => {
                    open.pop();
                    let Some((decl, place)) = own else { continue };
                    match self.kind_of(decl) {
                        Some(DeclKind::Let | DeclKind::Param) => drop(self.let_value_at(decl, place)),
                        Some(DeclKind::Cluster) => drop(self.cluster_known(decl)),
                        _ => {}
                    }
                }
            }
        }
    }

    fn is_known(&self, decl: Decl) -> bool {
        self.lets.borrow().contains_key(&decl) || self.clusters.borrow().contains_key(&(decl, self.has_locals()))
    }

    fn value_of_let(&self, decl: Decl, declared: &'a ast::Let) -> Option<Const<'a>> {
        let value = if self.is_deferred(&declared.value) {
            self.can_be_read(decl, &declared.value).then_some(Const::Expression(&declared.value))
        } else {
            let need = if declared.param { Need::any("the value of a param") } else { Need { deferred: true, ..Need::any("a constant") } };
            // A constant means the same everywhere: what some test's `for` names is no part of it.
            self.strictly(|| self.evaluate(&declared.value, &need))
        };
        if declared.param { self.param_value(decl, declared, value) } else { value }
    }

    /// Whether what is measured can be put together wherever it is named (E0307): it is as large as all constants that it is made of, and one
    /// that names another twice doubles it. Generators are counted where fields are made of them.
    fn can_be_read(&self, decl: Decl, value: &'a Expr) -> bool {
        let generator = match &value.unwrapped().kind {
            ExprKind::Record(_) | ExprKind::Construct { .. } => true,
            ExprKind::Call { callee, .. } => matches!(&callee.kind, ExprKind::Name(name) if functions::is_generator(&name.text)),
            _ => false,
        };
        if generator {
            return true;
        }
        let (mut terms, mut deep) = (0_usize, 0);
        super::visit::expression(value, &mut |_| terms += 1);
        for (needed, place) in self.needs(decl) {
            if matches!(self.kind_of(needed), Some(DeclKind::Let)) {
                self.let_value_at(needed, place);
                let (more, within) = self.sizes.borrow().get(&needed).copied().unwrap_or_default();
                (terms, deep) = (terms.saturating_add(more), deep.max(within + 1));
            }
        }
        if terms > MOST_TERMS || deep > MOST_WITHIN {
            self.report(
                Diagnostic::new(codes::E0307, value.span, format!("this constant is made of too much: more than {MOST_TERMS} terms, or more than {MOST_WITHIN} constants within one another"))
                    .here("through the constants that it names")
                    .help("name fewer of them"),
            );
            return false;
        }
        self.sizes.borrow_mut().insert(decl, (terms, deep));
        true
    }

    /// A generator, or something measured.
    pub(super) fn is_deferred(&self, e: &'a Expr) -> bool {
        match &e.kind {
            ExprKind::Construct { .. } | ExprKind::Record(_) => true,
            ExprKind::Paren(inner) | ExprKind::Negate(inner) | ExprKind::Not(inner) => self.is_deferred(inner),
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Name(name) if functions::on_numbers(&name.text).is_some() => args.iter().any(|a| self.is_deferred(a)),
                ExprKind::Name(name) => functions::is_generator(&name.text) || functions::is_window(&name.text) || name.text == "rate",
                _ => true,
            },
            ExprKind::Binary { left, right, .. } => self.is_deferred(left) || self.is_deferred(right),
            ExprKind::Name(name) => match self.find(e) {
                Found::Decl(decl) => self.kind_of(decl) == Some(DeclKind::Metric),
                Found::Missing(..) => super::series::is_test_metric(&name.text),
                _ => false,
            },
            ExprKind::Member(of, _) => match self.find(of) {
                Found::Decl(decl) => matches!(self.kind_of(decl), Some(DeclKind::Target | DeclKind::Pipeline | DeclKind::Source | DeclKind::Metric)),
                Found::Missing(name, None) => matches!(of.kind, ExprKind::Name(_)) && super::series::is_test_metric(&name.text),
                Found::NotAName => self.is_deferred(of),
                _ => false,
            },
            _ => false,
        }
    }

    /// A number, whatever its dimension.
    fn plain(&self, e: &'a Expr, need: &Need) -> Option<Quantity> {
        self.operand(e, need, "this side")
    }

    fn operand(&self, e: &'a Expr, need: &Need, what: &str) -> Option<Quantity> {
        // Operands of a product may be of any dimension: suggestions are not narrowed by what the whole must be.
        match self.evaluate(e, &Need { dims: &[], ..*need })? {
            Const::Number(q) => Some(q),
            other => {
                self.report(self.not_a("a number", e, &other, what));
                None
            }
        }
    }

    /// E0105: `5 /s`, where nothing is called `s`.
    pub(super) fn apart(&self, e: &'a Expr, op: BinaryOp, left: &Expr, right: &'a Expr) -> bool {
        let (BinaryOp::Divide, ExprKind::Quantity(number), ExprKind::Name(unit)) = (op, &left.kind, &right.kind) else { return false };
        let joined = format!("{}/{}", number.text, unit.text);
        if number.bad || units::parse(&joined).is_err() || !matches!(self.find(right), Found::Missing(..)) {
            return false;
        }
        self.report(
            Diagnostic::new(codes::E0105, e.span, format!("{} is not a quantity: there is a blank between number and unit", self.quoted(e.span)))
                .here("not a quantity")
                .help(format!("write `{joined}`"))
                .fix(format!("write `{joined}`"), true, e.span, joined),
        );
        true
    }

    fn binary(&self, e: &'a Expr, op: BinaryOp, left: &'a Expr, right: &'a Expr, need: &Need) -> Option<Const<'a>> {
        use BinaryOp::*;
        if self.apart(e, op, left, right) {
            return None;
        }
        match op {
            Add | Subtract | Multiply | Divide => {
                let what = match op {
                    Add => "what `+` adds",
                    Subtract => "what `-` subtracts",
                    Multiply => "what `*` multiplies",
                    _ => "what `/` divides",
                };
                let (a, b) = (self.operand(left, need, what), self.operand(right, need, what));
                let (a, b) = (a?, b?);
                let result = match op {
                    Add => units::add(a, b),
                    Subtract => units::subtract(a, b),
                    Multiply => units::multiply(a, b),
                    _ => units::divide(a, b),
                };
                match result {
                    Ok(q) => Some(Const::Number(q)),
                    Err(error) => {
                        self.report(self.arithmetic_problem(error, e, op, (left, a.dim, a.slack), (right, b.dim, b.slack)));
                        None
                    }
                }
            }
            Or | And => {
                let side = |e: &'a Expr| match self.evaluate(e, &Need::any(need.what))? {
                    Const::Bool(value) => Some(value),
                    other => {
                        self.report(self.not_a("true or false", e, &other, "this side"));
                        None
                    }
                };
                let (a, b) = (side(left), side(right));
                Some(Const::Bool(if op == Or { a? | b? } else { a? & b? }))
            }
            Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual => {
                let (a, b) = (self.plain(left, need), self.plain(right, need));
                let (a, b) = (a?, b?);
                if a.common(&b).is_none() {
                    self.report(self.dimensions_differ("compared", (left, a.dim, a.slack), (right, b.dim, b.slack)));
                    return None;
                }
                Some(Const::Bool(match op {
                    Less => a.value < b.value,
                    LessEqual => a.value <= b.value,
                    Greater => a.value > b.value,
                    GreaterEqual => a.value >= b.value,
                    Equal => a.value == b.value,
                    _ => a.value != b.value,
                }))
            }
            In | Of => {
                self.report(
                    Diagnostic::new(codes::E0304, e.span, format!("{} must be {}, and {} is not one", need.what, need.words(), self.quoted(e.span)))
                        .help(format!("give {}", need.example())),
                );
                None
            }
        }
    }

    /// Both ends of a range, of one dimension (E0301) and the right way round (E0311).
    pub(super) fn range_value(&self, e: &Expr, low: Option<&'a Expr>, high: Option<&'a Expr>, inclusive: bool, need: &Need) -> Option<Bounds> {
        let end = |e: Option<&'a Expr>| match e {
            None => Some(None),
            Some(e) => self.plain(e, need).map(Some),
        };
        let (a, b) = (end(low), end(high));
        let (a, b) = (a?, b?);
        if let (Some(x), Some(y), Some(low), Some(high)) = (a, b, low, high) {
            if x.common(&y).is_none() {
                self.report(self.dimensions_differ("the ends of one range", (low, x.dim, x.slack), (high, y.dim, y.slack)));
                return None;
            }
            if x.value > y.value || (x.value == y.value && !inclusive) {
                self.report(self.empty_range(e, low, high, x, y));
                return None;
            }
        }
        Some(Bounds { low: a, high: b, inclusive })
    }

    fn empty_range(&self, e: &Expr, low: &Expr, high: &Expr, x: Quantity, y: Quantity) -> Diagnostic {
        if x.value == y.value {
            let lone = self.text_at(low.span);
            return Diagnostic::new(codes::E0311, e.span, format!("{} holds nothing: `..` leaves its upper end out", self.quoted(e.span)))
                .help(format!("write `{lone}..={}`, or `{lone}` alone", self.text_at(high.span)))
                .fix("take the upper end in", false, e.span, format!("{lone}..={}", self.text_at(high.span)));
        }
        let turned = format!("{}..={}", self.text_at(high.span), self.text_at(low.span));
        Diagnostic::new(codes::E0311, e.span, format!("{} is the wrong way round: {} is more than {}", self.quoted(e.span), units::honest_quantity(&x), units::honest_quantity(&y)))
            .help(format!("write `{turned}`"))
            .fix("turn it round", false, e.span, turned)
    }

    fn call(&self, e: &'a Expr, callee: &'a Expr, args: &'a [Expr], need: &Need) -> Option<Const<'a>> {
        let ExprKind::Name(name) = &callee.kind else {
            self.report(
                Diagnostic::new(codes::E0304, e.span, format!("{} must be known before the run, and {} is measured in it", need.what, self.quoted(e.span)))
                    .help(format!("give {}", need.example())),
            );
            return None;
        };
        match name.text.as_str() {
            "env" => self.env(e, name, args).map(Const::Text),
            "secret" => {
                self.called(name, args, functions::signature(Meaning::Secret))?;
                let name = self.literal_text(args.first()?, SECRET_NAME)?;
                Some(Const::Text(TextValue::Secret { name }))
            }
            function if functions::on_numbers(function).is_some() => self.math(e, name, args, need).map(Const::Number),
            function if functions::is_generator(function) => Some(Const::Expression(e)),
            function if functions::is_window(function) || function == "rate" => {
                self.report(
                    Diagnostic::new(codes::E0304, e.span, format!("{} must be known before the run, and {} is measured in it", need.what, self.quoted(e.span)))
                        .here("a measured value")
                        .help(format!("give {}", need.example())),
                );
                None
            }
            _ => {
                self.report(functions::no_such_function(name, &functions::constant_names()));
                None
            }
        }
    }

    fn env(&self, _e: &Expr, callee: &Ident, args: &'a [Expr]) -> Option<TextValue> {
        self.called(callee, args, functions::signature(Meaning::Env))?;
        let name = self.literal_text(args.first()?, "the name of an environment variable");
        let default = match args.get(1) {
            None => Some(None),
            Some(e) => self.literal_text(e, "the default of an environment variable").map(Some),
        };
        Some(TextValue::Env { name: name?, default: default? })
    }

    /// The number of arguments by how it is called (E0308).
    pub(super) fn called(&self, callee: &Ident, args: &[Expr], signature: &Signature) -> Option<()> {
        self.arguments(callee, args, signature.count(), signature.usage)
    }

    /// The number of arguments (E0308).
    pub(super) fn arguments(&self, callee: &Ident, args: &[Expr], count: std::ops::RangeInclusive<usize>, usage: &str) -> Option<()> {
        if count.contains(&args.len()) {
            self.passed.borrow_mut().extend(args.iter().map(|a| a.span));
            return Some(());
        }
        // A hole has been reported by the syntax stage.
        if !args.iter().any(Expr::is_missing) {
            self.report(functions::wrong_count(callee, args, count, usage));
        }
        None
    }

    /// `min max` of several, `abs ceil floor round` of one.
    fn math(&self, e: &'a Expr, callee: &Ident, args: &'a [Expr], need: &Need) -> Option<Quantity> {
        let (signature, _) = functions::on_numbers(&callee.text)?;
        let several = signature.parameters.iter().any(|p| p.repeated);
        self.called(callee, args, signature)?;
        let values: Vec<Option<Quantity>> = args.iter().map(|a| self.operand(a, need, &format!("an argument of `{}`", callee.text))).collect();
        let values: Vec<Quantity> = values.into_iter().collect::<Option<_>>()?;
        let mut best = *values.first()?;
        if several {
            for (value, place) in values.iter().zip(args).skip(1) {
                let Some(dim) = best.common(value) else {
                    let first = args.first()?;
                    self.report(self.dimensions_differ("arguments of one call", (first, best.dim, best.slack), (place, value.dim, value.slack)));
                    return None;
                };
                let better = if callee.text == "min" { value.value < best.value } else { value.value > best.value };
                let value = if better { value.value } else { best.value };
                best = Quantity { value, dim, slack: if dim == best.dim { best.slack } else { (0, 0) } };
            }
            return Some(best);
        }
        if callee.text == "abs" {
            return Some(Quantity { value: best.value.abs(), ..best });
        }
        // A whole number of seconds or bytes would depend on the unit.
        if !best.fits(Dimension::COUNT) && !best.fits(Dimension::RATIO) && !best.fits(Dimension::RATE) && !best.fits(Dimension::MONEY) && !best.fits(Dimension::DATA) {
            self.report(
                Diagnostic::new(codes::E0303, e.span, format!("`{}` needs a count, and {} is {}", callee.text, self.quoted(args.first()?.span), units::dimension_name(best.dim)))
                    .help("divide it by what one of them takes"),
            );
            return None;
        }
        let value = match callee.text.as_str() {
            "ceil" => best.value.ceil(),
            "floor" => best.value.floor(),
            _ => best.value.round(),
        };
        Some(Quantity { value, ..best })
    }

    pub(super) fn arithmetic_problem(
        &self,
        error: ArithmeticError,
        e: &Expr,
        op: BinaryOp,
        left: (&'a Expr, Dimension, (i8, i8)),
        right: (&'a Expr, Dimension, (i8, i8)),
    ) -> Diagnostic {
        match error {
            ArithmeticError::Dimensions => self.dimensions_differ(if op == BinaryOp::Add { "added" } else { "subtracted" }, left, right),
            ArithmeticError::DivisionByZero => Diagnostic::new(codes::E0307, right.0.span, format!("{} divides by zero", self.quoted(e.span)))
                .here("this is 0")
                .help("divide by something that is not zero"),
            ArithmeticError::Overflow => Diagnostic::new(codes::E0307, e.span, format!("{} is beyond what scalec can calculate exactly", self.quoted(e.span)))
                .help("use smaller numbers: the largest are about 10³⁰"),
        }
    }
}

/// Constants of a type. All numbers in base units.
impl<'a> Context<'a> {
    /// A number of any dimension.
    pub fn number(&self, e: &'a Expr) -> Option<Quantity> {
        self.plain(e, &Need::any("this"))
    }
    /// A number of this dimension (E0303), with `what` it is for: "the length of a phase".
    pub fn quantity(&self, e: &'a Expr, dim: Dimension, what: &str) -> Option<Exact> {
        self.either(e, &[dim], what).map(|(value, _)| value)
    }
    /// As [`Context::quantity`], more than zero (E0306).
    pub fn positive(&self, e: &'a Expr, dim: Dimension, what: &str) -> Option<Exact> {
        let value = self.quantity(e, dim, what)?;
        if value.is_positive() {
            return Some(value);
        }
        self.report(self.not_positive(e, value, dim, what, "more than zero"));
        None
    }
    /// As [`Context::quantity`], zero or more (E0306).
    pub fn not_negative(&self, e: &'a Expr, dim: Dimension, what: &str) -> Option<Exact> {
        let value = self.quantity(e, dim, what)?;
        if !value.is_negative() {
            return Some(value);
        }
        self.report(self.not_positive(e, value, dim, what, "zero or more"));
        None
    }
    /// Records a second, zero or more.
    pub fn rate(&self, e: &'a Expr, what: &str) -> Option<Exact> {
        self.not_negative(e, Dimension::RATE, what)
    }
    /// Seconds, more than zero.
    pub fn duration(&self, e: &'a Expr, what: &str) -> Option<Exact> {
        self.positive(e, Dimension::TIME, what)
    }
    /// A whole number of at least `least` (E0306 where it is less, E0304 where it is not whole).
    pub fn whole(&self, e: &'a Expr, least: u64, what: &str) -> Option<u64> {
        let value = self.quantity(e, Dimension::COUNT, what)?;
        if !value.is_integer() {
            self.report(
                Diagnostic::new(codes::E0304, e.span, format!("{what} must be a whole number, {}", self.but_is(e, &units::decimal(value, 3))))
                    .help(format!("write `{}`", units::decimal(value.round(), 0))),
            );
            return None;
        }
        if value < Exact::from_integer(i128::from(least)) {
            self.report(
                Diagnostic::new(codes::E0306, e.span, format!("{what} must be at least {least}, {}", self.but_is(e, &units::decimal(value, 0))))
                    .help(format!("write `{least}` or more")),
            );
            return None;
        }
        let whole = value.to_integer().to_u64();
        if whole.is_none() {
            self.report(Diagnostic::new(codes::E0307, e.span, format!("{what} is beyond what scalec can count: {}", self.quoted(e.span))).help("use a smaller number"));
        }
        whole
    }
    /// A share between 0 and 1 (E0305).
    pub fn share(&self, e: &'a Expr, what: &str) -> Option<Exact> {
        let value = self.quantity(e, Dimension::RATIO, what)?;
        if value.is_negative() || value > Exact::from_integer(1) {
            let d = Diagnostic::new(codes::E0305, e.span, format!("{what} must lie between 0% and 100%, {}", self.but_is(e, &dimensions::percent(value))));
            let d = d.here(if value.is_negative() { "below 0%" } else { "above 100%" });
            // `5` was meant as `5%`.
            let text = self.text_at(e.span);
            self.report(match &e.unwrapped().kind {
                ExprKind::Quantity(token) if value <= Exact::from_integer(100) && units::parse(&token.text).is_ok_and(|q| q.is_bare()) => {
                    d.note(format!("`{text}` is {}", dimensions::percent(value))).help(format!("write `{text}%`")).fix(format!("replace by `{text}%`"), false, e.span, format!("{text}%"))
                }
                _ => d.help("write a share such as `20%`"),
            });
            return None;
        }
        Some(value)
    }
    /// A number that may be of either dimension; answers which (`step … by 500/s` or `by 25%`).
    pub fn either(&self, e: &'a Expr, dims: &[Dimension], what: &str) -> Option<(Exact, Dimension)> {
        let need = Need { dims, kind: "", what, deferred: false };
        match self.evaluate(e, &need)? {
            Const::Number(q) => match dims.iter().find(|dim| q.dim == **dim).or_else(|| dims.iter().find(|dim| q.fits(**dim))) {
                Some(dim) => Some((q.value, *dim)),
                None => {
                    self.report(self.wrong_dimension(e, q.dim, q.slack, &need));
                    None
                }
            },
            other => {
                self.report(self.not_a(&need.words(), e, &other, what));
                None
            }
        }
    }
    /// A text that is known now (no `env`, no `secret`).
    pub fn literal_text(&self, e: &'a Expr, what: &str) -> Option<String> {
        match self.text(e, what)? {
            TextValue::Literal(text) => Some(text),
            TextValue::Env { .. } | TextValue::Secret { .. } => {
                self.report(
                    Diagnostic::new(codes::E0304, e.span, format!("{what} must be known before the run, and {} is not", self.quoted(e.span))).help("write the text itself"),
                );
                None
            }
        }
    }
    /// A text, or `env(…)`; a `secret(…)` is E0310.
    pub fn text(&self, e: &'a Expr, what: &str) -> Option<TextValue> {
        match self.text_or_secret(e, what)? {
            TextValue::Secret { name } => {
                self.report(
                    Diagnostic::new(codes::E0310, e.span, format!("the secret `{name}` could be seen here: {what} is shown in plans and reports"))
                        .here("a secret")
                        .help("secrets belong in settings such as `password` and `token`; write `env(…)` for what is none"),
                );
                None
            }
            text => Some(text),
        }
    }
    /// A text, `env(…)` or `secret(…)`.
    pub(super) fn text_or_secret(&self, e: &'a Expr, what: &str) -> Option<TextValue> {
        match self.evaluate(e, &Need { dims: &[], kind: "a text", what, deferred: false })? {
            Const::Text(text) => Some(text),
            other => {
                self.report(self.not_a("a text", e, &other, what));
                None
            }
        }
    }
    /// A list of texts that are known now.
    pub fn text_list(&self, e: &'a Expr, what: &str) -> Option<Vec<String>> {
        let need = Need { dims: &[], kind: "a list of texts", what, deferred: false };
        match &e.unwrapped().kind {
            ExprKind::List(items) => {
                let texts: Vec<_> = items.iter().filter(|i| !i.is_missing()).map(|item| self.literal_text(item, "what stands in this list")).collect();
                texts.into_iter().collect()
            }
            _ => match self.evaluate(e, &need)? {
                Const::List(items) => items
                    .iter()
                    .map(|(item, _)| match item {
                        Const::Text(TextValue::Literal(text)) => Some(text.clone()),
                        other => {
                            self.report(self.not_a("a list of texts", e, other, what));
                            None
                        }
                    })
                    .collect(),
                other => {
                    let fix = matches!(other, Const::Text(_));
                    let mut d = self.not_a("a list of texts", e, &other, what);
                    if fix {
                        d = d.help(format!("write `[{}]`", self.text_at(e.span))).fix("put it into a list", false, e.span, format!("[{}]", self.text_at(e.span)));
                    }
                    self.report(d);
                    None
                }
            },
        }
    }
    pub fn boolean(&self, e: &'a Expr, what: &str) -> Option<bool> {
        match self.evaluate(e, &Need { dims: &[], kind: "true or false", what, deferred: false })? {
            Const::Bool(value) => Some(value),
            other => {
                self.report(self.not_a("`true` or `false`", e, &other, what));
                None
            }
        }
    }
    /// A range of this dimension (a lone value is exactly that value), not empty (E0311).
    pub fn range(&self, e: &'a Expr, dim: Dimension, what: &str) -> Option<Bounds> {
        self.range_either(e, &[dim], what).map(|(bounds, _)| bounds)
    }
    /// A range that a metric is held against: another dimension is E0301.
    pub(super) fn range_against(&self, e: &'a Expr, metric: &'a Expr, dim: Dimension, what: &str) -> Option<Bounds> {
        let bounds = match self.evaluate(e, &Need { dims: &[dim], kind: "", what, deferred: false })? {
            Const::Range(bounds) => bounds,
            Const::Number(q) => Bounds { low: Some(q), high: Some(q), inclusive: true },
            other => {
                self.report(self.not_a("a range", e, &other, what));
                return None;
            }
        };
        if [bounds.low, bounds.high].into_iter().flatten().all(|q| q.fits(dim)) {
            return Some(bounds);
        }
        let (place, q) = self.first_misfit(e, &bounds, &[dim])?;
        self.report(self.dimensions_differ("a range and what is compared with it", (metric, dim, (0, 0)), (place, q.dim, q.slack)));
        None
    }
    pub(super) fn range_either(&self, e: &'a Expr, dims: &[Dimension], what: &str) -> Option<(Bounds, Dimension)> {
        let need = Need { dims, kind: "", what, deferred: false };
        let bounds = match self.evaluate(e, &need)? {
            Const::Range(bounds) => bounds,
            Const::Number(q) => Bounds { low: Some(q), high: Some(q), inclusive: true },
            other => {
                self.report(self.not_a("a range", e, &other, what));
                return None;
            }
        };
        let fits = |dim: &&Dimension| [bounds.low, bounds.high].into_iter().flatten().all(|q| q.fits(**dim));
        let exactly = |dim: &&Dimension| [bounds.low, bounds.high].into_iter().flatten().any(|q| q.dim == **dim);
        if let Some(dim) = dims.iter().find(|d| fits(d) && exactly(d)).or_else(|| dims.iter().find(fits)) {
            return Some((bounds, *dim));
        }
        let (place, q) = self.first_misfit(e, &bounds, dims)?;
        self.report(self.wrong_dimension(place, q.dim, q.slack, &need));
        None
    }
    /// The end of a range that is of another dimension.
    fn first_misfit(&self, e: &'a Expr, bounds: &Bounds, dims: &[Dimension]) -> Option<(&'a Expr, Quantity)> {
        let misfit = |q: &Quantity| !dims.iter().any(|d| q.fits(*d));
        if let ExprKind::Range { low, high, .. } = &e.unwrapped().kind {
            let ends = [(low, bounds.low), (high, bounds.high)];
            let found = ends.into_iter().find_map(|(place, q)| Some((place.as_deref()?, q.filter(misfit)?)));
            if found.is_some() {
                return found;
            }
        }
        Some((e, bounds.low.filter(misfit).or(bounds.high)?))
    }
    /// The values of `for size in [100B, 1KB]`, each with its text as written.
    /// `base`: bytes of the test's own name.
    pub fn for_values(&self, each: &'a ast::ForEach, base: usize) -> Option<Vec<(Const<'a>, String)>> {
        let what = "what a test is repeated for";
        // What `for` names is not known in its own list.
        match self.strictly(|| self.evaluate(&each.list, &Need { dims: &[], kind: "a list", what, deferred: false }))? {
            Const::List(items) if items.len() > MOST_TESTS || base.saturating_mul(items.len()) > MOST_NAMES => {
                self.report(
                    Diagnostic::new(codes::E0307, each.list.span, format!("a test for each of {} values is more than anybody can run: there may be {MOST_TESTS}, with names that are not endless", items.len()))
                        .here("too many tests")
                        .help("name the values that matter"),
                );
                None
            }
            Const::List(items) if !items.is_empty() => Some(items.iter().map(|(value, span)| (value.clone(), self.text_at(*span).to_owned())).collect()),
            Const::List(_) => {
                self.report(Diagnostic::new(codes::E0311, each.list.span, "a test for each of no values never runs").here("an empty list").help("name at least one value, such as `[100B, 1KB]`"));
                None
            }
            other => {
                self.report(self.not_a("a list", &each.list, &other, what));
                None
            }
        }
    }
    /// One of some words, which win over names (E0201 with did-you-mean, E0304).
    pub fn word(&self, e: &'a Expr, words: &[&'static str], what: &str) -> Option<&'static str> {
        if e.is_missing() {
            return None;
        }
        let help = format!("write {}", suggest::listed(words));
        let ExprKind::Name(name) = &e.unwrapped().kind else {
            let mut d = Diagnostic::new(codes::E0304, e.span, format!("{what} must be {}, and {} is not one of them", suggest::listed(words), self.quoted(e.span))).help(help);
            if let ExprKind::Text(text) = &e.unwrapped().kind
                && let Some(word) = words.iter().find(|w| **w == text.value.to_lowercase())
            {
                d = d.here("a text, where a word is needed").help(format!("write `{word}` without quotes")).fix("remove the quotes", true, e.span, *word);
            }
            self.report(d);
            return None;
        };
        if let Some(word) = words.iter().find(|w| **w == name.text) {
            return Some(word);
        }
        let d = Diagnostic::new(codes::E0201, name.span, format!("{what} cannot be `{}`", name.text));
        self.report(match suggest::nearest(&name.text, words.iter().copied()) {
            Some(near) => d.here(format!("did you mean `{near}`?")).help(help).fix(format!("replace by `{near}`"), false, name.span, near),
            None => d.here("no such word here").help(help),
        });
        None
    }

    fn not_positive(&self, e: &Expr, value: Exact, dim: Dimension, what: &str, needed: &str) -> Diagnostic {
        let shown = units::honest(value, dim);
        let message = format!("{what} must be {needed}, {}", self.but_is(e, if value.is_zero() { "zero" } else { &shown }));
        Diagnostic::new(codes::E0306, e.span, message).here(if value.is_zero() { "zero" } else { "negative" }).help(format!("write {}", dimensions::example(dim)))
    }

    /// "not `0`" of a literal, "and `a - b` is 0" of what was calculated.
    pub(super) fn but_is(&self, e: &Expr, value: &str) -> String {
        let literal = match &e.unwrapped().kind {
            ExprKind::Negate(inner) => matches!(inner.kind, ExprKind::Quantity(_)),
            kind => matches!(kind, ExprKind::Quantity(_)),
        };
        if literal { format!("not {}", self.quoted(e.span)) } else { format!("and {} is {value}", self.quoted(e.span)) }
    }

    /// E0304
    pub(super) fn not_a(&self, wanted: &str, e: &Expr, found: &Const, what: &str) -> Diagnostic {
        let code: Code = match found {
            Const::Text(TextValue::Secret { .. }) => codes::E0310,
            // An argument of another kind is a mistake of its call.
            _ if self.passed.borrow().contains(&e.span) => codes::E0308,
            _ => codes::E0304,
        };
        let is = describe(found);
        let message = if code == codes::E0310 {
            format!("a secret could be seen here: {what} must be {wanted}")
        } else {
            format!("{what} must be {wanted}, and {} is {is}", self.quoted(e.span))
        };
        let d = Diagnostic::new(code, e.span, message).here(is.clone());
        match (found, wanted) {
            (Const::Text(TextValue::Literal(text)), _) if units::parse(text).is_ok() && wanted != "a text" => {
                d.help(format!("write `{text}` without quotes")).fix("remove the quotes", false, e.span, text.clone())
            }
            (Const::Number(_), "a text") => {
                let quoted = format!("\"{}\"", self.text_at(e.span));
                d.help(format!("write `{quoted}`")).fix("put it in quotes", false, e.span, quoted)
            }
            (Const::Text(TextValue::Env { .. }), _) => d.help("what comes from the environment is a text: use a `param`, which `--set` can change"),
            _ => d.help(format!("give {wanted} here")),
        }
    }
}

pub(super) fn describe(value: &Const) -> String {
    match value {
        Const::Number(q) if q.is_bare() => "a plain number".to_owned(),
        Const::Number(q) => units::dimension_name(q.dim),
        Const::Text(TextValue::Secret { .. }) => "a secret".to_owned(),
        Const::Text(_) => "a text".to_owned(),
        Const::Bool(_) => "a truth value".to_owned(),
        Const::Range(_) => "a range".to_owned(),
        Const::List(_) => "a list".to_owned(),
        Const::Expression(e) if matches!(e.kind, ExprKind::Record(_)) => "a record".to_owned(),
        Const::Expression(e) if matches!(&e.kind, ExprKind::Construct { .. }) => "a block".to_owned(),
        Const::Expression(e) if matches!(&e.kind, ExprKind::Call { callee, .. } if matches!(&callee.kind, ExprKind::Name(n) if functions::is_generator(&n.text))) => {
            "a generator".to_owned()
        }
        Const::Expression(_) => "a measured value".to_owned(),
    }
}
