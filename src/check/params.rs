//! `param name = value in range`, and what `--set` puts in its place.

use super::dimensions::{Need, percent};
use super::{Bounds, Const, Context, Decl, DeclKind};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::source::FileId;
use crate::syntax::ast;
use crate::units::{self, Dimension, Quantity};

impl<'a> Context<'a> {
    /// The value that counts: set from outside or written, inside the range.
    pub(super) fn param_value(&self, decl: Decl, declared: &'a ast::Let, written: Option<Const<'a>>) -> Option<Const<'a>> {
        let written = match written {
            Some(Const::Expression(_)) => {
                self.report(
                    Diagnostic::new(codes::E0304, declared.value.span, format!("a param must be a constant, and {} is not one", self.quoted(declared.value.span)))
                        .help("write a number, a text, or `true` or `false`"),
                );
                None
            }
            other => other,
        };
        let range = declared.range.as_ref().and_then(|e| self.param_range(e));
        let inside = match (&written, &range, &declared.range) {
            (Some(Const::Number(value)), Some(range), Some(place)) => self.inside(&declared.value, *value, range, place),
            (Some(value), Some(_), Some(place)) => {
                self.report(self.not_a("a number, to lie in a range", &declared.value, value, "the value of this param").label(place.span, "the range"));
                false
            }
            _ => true,
        };
        let set = self.set_of(decl);
        match set {
            None => written.filter(|_| inside),
            Some(set) => self.set_param(decl, set, written, range),
        }
    }

    fn param_range(&self, e: &'a ast::Expr) -> Option<Bounds> {
        match self.evaluate(e, &Need { kind: "a range", ..Need::any("what a param may be") })? {
            Const::Range(bounds) => Some(bounds),
            Const::Number(q) => Some(Bounds { low: Some(q), high: Some(q), inclusive: true }),
            other => {
                self.report(self.not_a("a range", e, &other, "what a param may be"));
                None
            }
        }
    }

    /// E0301, E0311
    fn inside(&self, e: &'a ast::Expr, value: Quantity, range: &Bounds, place: &'a ast::Expr) -> bool {
        let other = [range.low, range.high].into_iter().flatten().find(|end| end.common(&value).is_none());
        if let Some(end) = other {
            self.report(self.dimensions_differ("a value and its range", (e, value.dim, value.slack), (place, end.dim, end.slack)));
            return false;
        }
        if holds(range, &value) {
            return true;
        }
        self.report(
            Diagnostic::new(codes::E0312, e.span, format!("the value of this param lies outside its range, {}: {}", self.quoted(place.span), self.but_is(e, &shown(&value)).trim_start_matches("not ").trim_start_matches("and ")))
                .here("outside")
                .label(place.span, "the range")
                .help("change the value or the range"),
        );
        false
    }

    /// The `--set` for a param: the last one counts. A param of a file that the command was given, or of an import by its dotted name.
    pub(super) fn set_of(&self, decl: Decl) -> Option<&'a super::context::SetValue> {
        let named = |name: &str| {
            self.ws.roots.iter().any(|root| self.name_of(decl, *root) == name && (decl.file == *root || name.contains('.')))
        };
        self.sets.iter().rev().find(|set| named(&set.name))
    }

    fn set_param(&self, decl: Decl, set: &'a super::context::SetValue, written: Option<Const<'a>>, range: Option<Bounds>) -> Option<Const<'a>> {
        let name = &set.name;
        let place = self.name_span(decl);
        let problem = |message: String| Diagnostic::new(codes::E0312, place, message).here("set from outside");
        let value = match &set.value {
            Some(e) => self.quietly(|| self.evaluate(e, &Need::any("the value of a param"))),
            None => None,
        };
        // A text needs no quotes on a command line, where the shell takes them away.
        let value = match (value, &written) {
            (Some(Const::Text(text)), _) => Some(Const::Text(text)),
            (_, Some(Const::Text(_))) => Some(Const::Text(crate::plan::TextValue::Literal(set.text.clone()))),
            (value, _) => value,
        };
        let Some(value) = value else {
            self.report(problem(format!("--set {name}={}: this is no value", told(set))).help("write it as it would stand in the file, such as `--set peak=30_000/s`"));
            return None;
        };
        let Some(written) = written else { return Some(value) };
        match (&value, &written) {
            (Const::Number(given), Const::Number(own)) => {
                if given.common(own).is_none() {
                    let (is, was) = (self.inferred(given.dim, given.slack), self.inferred(own.dim, own.slack));
                    self.report(problem(format!("--set {name}={}: this is {is}, and `{name}` is {was}", told(set))).help(format!("set it to {}", super::dimensions::example(own.dim))));
                    return None;
                }
                if let Some(range) = range.filter(|range| !holds(range, given)) {
                    let ends = self.range_text(&range);
                    self.report(problem(format!("--set {name}={}: {} is outside {ends}", set.text, shown(given))).help(format!("set it to something in {ends}")));
                    return None;
                }
                // What a bare number stands for, the file says.
                if given.is_bare() && !own.is_bare() { Some(Const::Number(Quantity { dim: own.dim, slack: own.slack, ..*given })) } else { Some(value) }
            }
            (Const::Text(_), Const::Text(_)) | (Const::Bool(_), Const::Bool(_)) | (Const::List(_), Const::List(_)) | (Const::Range(_), Const::Range(_)) => Some(value),
            _ => {
                let is = super::constants::describe(&value);
                let was = super::constants::describe(&written);
                self.report(problem(format!("--set {name}={}: this is {is}, and `{name}` is {was}", told(set))).help(format!("set it to {was}")));
                None
            }
        }
    }

    fn range_text(&self, range: &Bounds) -> String {
        let end = |q: Option<Quantity>| q.map_or(String::new(), |q| shown(&q));
        format!("{}{}{}", end(range.low), if range.inclusive { "..=" } else { ".." }, end(range.high))
    }

    /// `--set` names that no param of the files given has (E0312 at the start of the first file, for a command line has no place).
    pub(super) fn unknown_sets(&self) {
        let params: Vec<String> = self.ws.roots.iter().flat_map(|root| self.candidates(*root, &[DeclKind::Param]).iter().map(str::to_owned).collect::<Vec<_>>()).collect();
        for set in self.sets {
            if params.contains(&set.name) {
                continue;
            }
            let file = self.ws.roots.first().copied().unwrap_or(FileId(0));
            let d = Diagnostic::new(codes::E0201, crate::source::Span::new(file, 0, 0), format!("--set {}={}: there is no param called `{}`", set.name, told(set), set.name));
            self.report(match suggest::nearest(&set.name, params.iter().map(String::as_str)) {
                Some(near) => d.help(format!("did you mean `--set {near}={}`?", told(set))),
                None if params.is_empty() => d.help("these files declare no `param`"),
                None => d.help(format!("there are {}", suggest::listed(&params))),
            });
        }
    }
}

/// What was given, unless it looks like a credential.
fn told(set: &super::SetValue) -> &str {
    if super::credentials::names_one(&set.name) || super::credentials::looks_like(&set.text).is_some() { "…" } else { &set.text }
}

fn shown(q: &Quantity) -> String {
    let shown = canonical(q);
    if units::parse(&shown).is_ok_and(|read| read.value == q.value) { shown } else { units::honest_quantity(q) }
}

/// As plans and records of runs name it.
fn canonical(q: &Quantity) -> String {
    if q.dim == Dimension::RATIO && !q.is_bare() { percent(q.value) } else { units::show_quantity(q) }
}

pub(super) fn holds(range: &Bounds, value: &Quantity) -> bool {
    range.low.is_none_or(|low| value.value >= low.value)
        && range.high.is_none_or(|high| if range.inclusive { value.value <= high.value } else { value.value < high.value })
}

impl<'a> Context<'a> {
    /// Whether an expression has another value with another `--set`, or for another value of the `for` around it.
    pub(super) fn varies(&self, e: &'a ast::Expr) -> bool {
        self.varies_within(e, 0)
    }

    fn varies_within(&self, e: &'a ast::Expr, depth: usize) -> bool {
        let mut found = false;
        super::visit::expression(e, &mut |e| {
            if found || !matches!(e.kind, ast::ExprKind::Name(_) | ast::ExprKind::Member(..)) {
                return;
            }
            if let ast::ExprKind::Name(name) = &e.kind
                && self.local(&name.text).is_some()
            {
                found = true;
                return;
            }
            let super::names::Found::Decl(decl) = self.find(e) else { return };
            found = match (self.kind_of(decl), self.item(decl).map(|item| &item.kind)) {
                (Some(DeclKind::Param), _) => true,
                // Rings have been reported.
                (Some(DeclKind::Let), Some(ast::ItemKind::Let(declared))) if depth < 32 => self.varies_within(&declared.value, depth + 1),
                _ => false,
            };
        });
        found
    }
}

/// For a plan.
impl<'a> Context<'a> {
    /// Every `param` of a file and of what it imports, with its value in canonical units.
    pub(super) fn param_values(&self, root: FileId) -> Vec<(String, String)> {
        let params = self.closure(root).into_iter().flat_map(|f| self.declared(f, DeclKind::Param));
        params
            .filter_map(|decl| {
                let ast::ItemKind::Let(declared) = &self.item(decl)?.kind else { return None };
                let shown = match self.quietly(|| self.let_value(decl, &declared.value))? {
                    Const::Number(q) => canonical(&q),
                    Const::Text(crate::plan::TextValue::Literal(text)) => text,
                    Const::Text(crate::plan::TextValue::Env { name, .. }) => format!("env(\"{name}\")"),
                    Const::Text(crate::plan::TextValue::Secret { name }) => format!("secret(\"{name}\")"),
                    Const::Bool(value) => value.to_string(),
                    Const::Range(_) | Const::List(_) | Const::Expression(_) => self.text_at(declared.value.span).to_owned(),
                };
                Some((self.name_of(decl, root), shown))
            })
            .collect()
    }
}
