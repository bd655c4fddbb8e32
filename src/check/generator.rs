//! Generators: what a field can hold, with typed arguments.

use super::dimensions::Need;
use super::names::Found;
use super::{Const, Context, DeclKind, functions};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Field, Generator, TextValue};
use crate::source::Span;
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind, Ident, Weight};
use crate::units::{self, Dimension, Exact, Quantity};
use num_traits::ToPrimitive;
use std::collections::HashMap;

/// Generators within one another, counted through constants: as many as brackets may nest.
const MOST_DEEP: usize = 256;
/// Generators of one field.
const MOST_MADE: usize = 100_000;
/// Generators of all fields, made for each test again.
const MOST_IN_ALL: usize = 10_000_000;
/// What [`folding`] the patterns of a file may come to: 2_000 classes of Unicode take some seconds.
const MOST_FOLDED: usize = 20_000;

impl<'a> Context<'a> {
    /// A generator in the place of a value; `index` is the member of a family that it belongs to.
    pub(super) fn generator(&self, e: &'a Expr, index: Option<u32>) -> Option<Generator> {
        let (deep, made) = self.generators.get();
        // Through constants one can be made of itself again and again, twice each time.
        if deep >= MOST_DEEP || made >= MOST_MADE {
            self.report(
                Diagnostic::new(codes::E0404, e.span, format!("this field is made of too much: more than {MOST_MADE} generators, or more than {MOST_DEEP} within one another"))
                    .here("through the constants that it names")
                    .help("name fewer of them"),
            );
            return None;
        }
        if self.all_generators.get() >= MOST_IN_ALL {
            self.report(
                Diagnostic::new(codes::E0404, e.span, format!("the fields of this file are made of too much: more than {MOST_IN_ALL} generators in all"))
                    .here("too many from here on")
                    .note("those of a constant count again for each field that names it, and those of an event for each test that sends it")
                    .help("name fewer of them"),
            );
            return None;
        }
        self.generators.set((deep + 1, made + 1));
        self.all_generators.set(self.all_generators.get() + 1);
        let found = self.one_generator(e, index);
        let made = self.generators.get().1;
        self.generators.set((deep, if deep == 0 { 0 } else { made }));
        found
    }

    fn one_generator(&self, e: &'a Expr, index: Option<u32>) -> Option<Generator> {
        match &e.kind {
            ExprKind::Missing => None,
            ExprKind::Paren(inner) => self.generator(inner, index),
            ExprKind::Record(body) => self.record(body, index).map(Generator::Record),
            ExprKind::Construct { kind, body } if kind.text == functions::CHOICE.name => self.choice(kind, body, index).map(Generator::Choice),
            ExprKind::Construct { kind, .. } => {
                self.report(functions::no_such_function(kind, &[functions::CHOICE.name]));
                None
            }
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Name(name) if functions::is_generator(&name.text) => self.generator_call(e, name, args, index),
                ExprKind::Name(name) if functions::constant_names().contains(&name.text.as_str()) => self.literal(e, index),
                ExprKind::Name(name) => {
                    self.report(functions::no_such_function(name, &functions::generator_names()));
                    None
                }
                _ => {
                    self.report(self.no_generator(e));
                    None
                }
            },
            _ => self.literal(e, index),
        }
    }

    fn no_generator(&self, e: &Expr) -> Diagnostic {
        Diagnostic::new(codes::E0304, e.span, format!("a field must be a generator or a literal, and {} is neither", self.quoted(e.span))).help("write a generator such as `uuid()`, `int(1..=100)`, `choice { … }`")
    }

    /// A literal, or a constant that holds one or a generator.
    fn literal(&self, e: &'a Expr, index: Option<u32>) -> Option<Generator> {
        if let ExprKind::List(items) = &e.kind {
            let _ = items;
            self.report(
                Diagnostic::new(codes::E0304, e.span, "a field cannot be a list of literals").here("a list").help(format!("write `one_of({})` to pick one, or `list(1..=5, …)` for a list", self.text_at(e.span))),
            );
            return None;
        }
        // `now` without its parentheses.
        if let ExprKind::Name(name) = &e.kind
            && self.local(&name.text).is_none()
            && matches!(self.find(e), Found::Missing(..))
            && let Some(generator) = functions::generator(&name.text)
        {
            let usage = generator.usage;
            self.report(
                Diagnostic::new(codes::E0201, name.span, format!("there is no constant called `{}`; the generator is called `{usage}`", name.text))
                    .here("a generator without its arguments")
                    .help(format!("write `{usage}`")),
            );
            return None;
        }
        match self.evaluate(e, &Need { deferred: true, ..Need::any("the value of a field") })? {
            Const::Number(q) => Some(Generator::LiteralNumber(json_number(&q))),
            Const::Text(TextValue::Literal(text)) => Some(Generator::LiteralText(text)),
            Const::Text(TextValue::Secret { name }) => {
                self.report(
                    Diagnostic::new(codes::E0310, e.span, format!("the secret `{name}` would be sent in a record")).here("a secret").help("generate a value, such as `uuid()` or `pattern(\"[a-z]{12}\")`"),
                );
                None
            }
            Const::Text(TextValue::Env { .. }) => {
                self.report(Diagnostic::new(codes::E0304, e.span, "what a record holds must be known before the run, and `env(…)` is not").here("from the environment").help("use a `param`, which `--set` can change"));
                None
            }
            Const::Bool(value) => Some(Generator::LiteralBool(value)),
            Const::Expression(inner) if inner.span == e.span => {
                self.report(self.no_generator(e));
                None
            }
            Const::Expression(inner) => match &inner.kind {
                ExprKind::Construct { .. } | ExprKind::Record(_) | ExprKind::Call { .. } => self.generator(inner, index),
                _ => {
                    self.report(self.no_generator(e));
                    None
                }
            },
            other @ (Const::Range(_) | Const::List(_)) => {
                self.report(self.not_a("a generator or a literal", e, &other, "the value of a field").help("write a generator such as `int(1..=100)`"));
                None
            }
        }
    }

    fn record(&self, body: &'a Body, index: Option<u32>) -> Option<Vec<Field>> {
        let (mut names, mut fields): (HashMap<&str, Span>, Vec<Option<Field>>) = (HashMap::new(), Vec::new());
        for entry in &body.entries {
            let (name, value, null) = match &entry.kind {
                EntryKind::Setting { key, value, null } => (key, value, null),
                EntryKind::Field { name: Some(name), value, null } => (name, value, null),
                EntryKind::Field { name: None, .. } => return None,
                EntryKind::Weighted { .. } | EntryKind::Bare { .. } => {
                    self.report(Diagnostic::new(codes::E0101, entry.span, format!("expected `name = generator` in a record, and found {}", self.quoted(entry.span))).help("write `name = generator`, or `choice { … }` for weights"));
                    fields.push(None);
                    continue;
                }
            };
            let first = *names.entry(&name.text).or_insert(name.span);
            if first != name.span {
                self.report(super::event::field_twice(name, first));
                fields.push(None);
                continue;
            }
            fields.push(self.field(name, value, null.as_ref(), index));
        }
        fields.into_iter().collect()
    }

    fn choice(&self, kind: &Ident, body: &'a Body, index: Option<u32>) -> Option<Vec<(Exact, Generator)>> {
        if body.entries.is_empty() {
            self.report(Diagnostic::new(codes::E0401, kind.span, "`choice` has nothing to choose from").help(format!("write `{}`", functions::CHOICE.usage)));
            return None;
        }
        let mut weights: Vec<(Option<&Weight>, Span)> = Vec::new();
        let mut values: Vec<Option<Generator>> = Vec::new();
        let mut whole = true;
        for entry in &body.entries {
            match &entry.kind {
                EntryKind::Weighted { weight, value } => {
                    weights.push((Some(weight), entry.span));
                    values.push(self.generator(value, index));
                }
                EntryKind::Bare { value } => {
                    weights.push((None, entry.span));
                    values.push(self.generator(value, index));
                }
                EntryKind::Setting { .. } | EntryKind::Field { .. } => {
                    self.report(Diagnostic::new(codes::E0101, entry.span, format!("expected a weight and a value in `choice`, and found {}", self.quoted(entry.span))).help("write `60% \"a\"`"));
                    whole = false;
                }
            }
        }
        // Without any weight they are alike.
        let shares = if weights.iter().all(|(w, _)| w.is_none()) && weights.len() > 1 {
            let each = Exact::new(1, weights.len() as i128);
            Some(vec![each; weights.len()])
        } else {
            self.weights(&weights, codes::E0401)
        };
        self.zero_weights(&weights);
        let (shares, values) = (shares?, values.into_iter().collect::<Option<Vec<_>>>()?);
        whole.then(|| shares.into_iter().zip(values).collect())
    }

    /// W0410
    pub(super) fn zero_weights(&self, weights: &[(Option<&'a Weight>, Span)]) {
        let shares = || weights.iter().filter_map(|(weight, _)| if let Some(Weight::Quantity(token)) = weight { units::parse(&token.text).ok() } else { None });
        if let Some((Some(Weight::Rest(rest)), span)) = weights.iter().find(|(weight, _)| matches!(weight, Some(Weight::Rest(_))))
            && shares().count() + 1 == weights.len()
            && shares().all(|q| !q.is_bare() && q.dim == units::Dimension::RATIO)
            && shares().fold(Exact::from_integer(0), |sum, q| sum + q.value) == Exact::from_integer(1)
        {
            self.report(
                Diagnostic::new(codes::W0410, *rest, format!("{} is never chosen: the others take 100%, and nothing is left", self.quoted(*span)))
                    .here("0% is left")
                    .help("lower one of the others, or remove it"),
            );
        }
        for (weight, span) in weights {
            if let Some(Weight::Quantity(token)) = weight
                && !token.bad
                && units::parse(&token.text).is_ok_and(|q| *q.value.numer() == 0)
            {
                self.report(Diagnostic::new(codes::W0410, token.span, format!("{} is never chosen: its weight is {}", self.quoted(*span), token.text)).here("weight 0").help("remove it, or give it a weight"));
            }
        }
    }

    fn generator_call(&self, e: &'a Expr, name: &Ident, args: &'a [Expr], index: Option<u32>) -> Option<Generator> {
        self.called(name, args, functions::generator(&name.text)?)?;
        let first = args.first();
        Some(match name.text.as_str() {
            "uuid" => Generator::Uuid,
            "now" => Generator::Now,
            "seq" => Generator::Seq,
            "ip" => Generator::Ip,
            "email" => Generator::Email,
            "name" => Generator::Name,
            "word" => Generator::Word,
            "index" => match index {
                Some(n) => Generator::LiteralNumber(n.to_string()),
                None => {
                    self.report(
                        Diagnostic::new(codes::E0308, e.span, "`index()` is the number of an event in its family, and this event is none")
                            .here("no family")
                            .help("declare a family, `event name[180] { … }`, or use `seq()`"),
                    );
                    return None;
                }
            },
            "int" => {
                let (low, high) = self.whole_range(first?, "the range of `int`")?;
                Generator::Int { low, high }
            }
            "float" => {
                let (low, high) = self.real_range(first?, "the range of `float`")?;
                Generator::Float { low, high }
            }
            "decimal" => self.decimal(first?)?,
            "normal" | "lognormal" => self.bell(name, first?, args.get(1)?)?,
            "exponential" => {
                let mean = self.real(first?, "the mean of `exponential`")?;
                if mean <= 0.0 {
                    self.report(impossible(first?, "the mean of `exponential` must be more than 0", "write a mean such as `100`"));
                    return None;
                }
                Generator::Exponential { mean }
            }
            "zipf" => {
                let range = self.whole_range(first?, "the range of `zipf`");
                let exponent = self.real(args.get(1)?, "the exponent of `zipf`");
                let ((low, high), exponent) = (range?, exponent?);
                if exponent <= 0.0 {
                    let place = args.get(1)?;
                    self.report(impossible(place, &format!("the exponent of `zipf` must be more than 0, and {} is not", self.quoted(place.span)), "write `1.1`; more is steeper"));
                    return None;
                }
                Generator::Zipf { low, high, exponent }
            }
            "text" => {
                let (low, high) = self.size_range(first?, "the length of `text`")?;
                Generator::Text { low, high }
            }
            "bytes" => {
                let (low, high) = self.size_range(first?, "the length of `bytes`")?;
                Generator::Bytes { low, high }
            }
            "pattern" => self.pattern(first?)?,
            "bool" => Generator::Bool(self.share(first?, "the share of `true`")?),
            "one_of" => self.one_of(first?, index)?,
            "from_file" => {
                let path = self.literal_text(first?, "the path of `from_file`");
                let column = self.literal_text(args.get(1)?, "the column of `from_file`");
                Generator::FromFile { path: path?, column: column? }
            }
            "timestamp" => {
                let (low, high) = self.dates(first?, "timestamp", 1)?;
                Generator::Timestamp { low, high }
            }
            "date" => {
                let (low, high) = self.dates(first?, "date", 86_400)?;
                Generator::Date { low, high }
            }
            "list" => {
                let range = self.length_range(first?, "the length of `list`");
                let element = self.generator(args.get(1)?, index);
                let ((low, high), element) = (range?, element?);
                Generator::List { low, high, element: Box::new(element) }
            }
            "map" => {
                let range = self.length_range(first?, "the number of entries of `map`");
                let (key, value) = (self.generator(args.get(1)?, index), self.generator(args.get(2)?, index));
                let ((low, high), key, value) = (range?, key?, value?);
                Generator::Map { low, high, key: Box::new(key), value: Box::new(value) }
            }
            "recent" => self.recent(first?, args.get(1)?)?,
            _ => return None,
        })
    }

    fn whole_range(&self, e: &'a Expr, what: &str) -> Option<(i64, i64)> {
        let bounds = self.range(e, Dimension::COUNT, what)?;
        self.ends(e, &bounds, what)
    }

    fn length_range(&self, e: &'a Expr, what: &str) -> Option<(u64, u64)> {
        let (low, high) = self.whole_range(e, what)?;
        if low < 0 {
            self.report(Diagnostic::new(codes::E0306, e.span, format!("{what} must be zero or more, and {} is not", self.quoted(e.span))).here("negative").help("write a range such as `1..=5`"));
            return None;
        }
        Some((low as u64, high as u64))
    }

    fn size_range(&self, e: &'a Expr, what: &str) -> Option<(u64, u64)> {
        let bounds = self.range(e, Dimension::DATA, what)?;
        let (low, high) = self.ends(e, &bounds, what)?;
        if low < 0 {
            self.report(Diagnostic::new(codes::E0306, e.span, format!("{what} must be zero or more, and {} is not", self.quoted(e.span))).here("negative").help("write a range such as `0B..=200B`"));
            return None;
        }
        Some((low as u64, high as u64))
    }

    /// A number of any dimension, as it is in base units.
    fn real(&self, e: &'a Expr, what: &str) -> Option<f64> {
        match self.evaluate(e, &Need::any(what))? {
            Const::Number(q) => q.value.to_f64(),
            other => {
                self.report(self.not_a("a number", e, &other, what));
                None
            }
        }
    }

    fn real_range(&self, e: &'a Expr, what: &str) -> Option<(f64, f64)> {
        let bounds = match self.evaluate(e, &Need::any(what))? {
            Const::Range(bounds) => bounds,
            Const::Number(q) => super::Bounds { low: Some(q), high: Some(q), inclusive: true },
            other => {
                self.report(self.not_a("a range", e, &other, what));
                return None;
            }
        };
        match (bounds.low, bounds.high) {
            (Some(low), Some(high)) => Some((low.value.to_f64()?, high.value.to_f64()?)),
            _ => {
                self.report(Diagnostic::new(codes::E0308, e.span, format!("{what} needs both ends, and {} is open", self.quoted(e.span))).here("open at one end").help("write both ends, such as `0..=1`"));
                None
            }
        }
    }

    /// In hundredths: money, or plain numbers.
    fn decimal(&self, e: &'a Expr) -> Option<Generator> {
        let (mut bounds, _) = self.range_either(e, &[Dimension::MONEY, Dimension::RATIO], "the range of `decimal`")?;
        let hundredths = |q: Quantity| Quantity { value: q.value * Exact::from_integer(100), ..q };
        (bounds.low, bounds.high) = (bounds.low.map(hundredths), bounds.high.map(hundredths));
        let (low, high) = self.ends(e, &bounds, "the range of `decimal`")?;
        Some(Generator::Decimal { low, high })
    }

    fn bell(&self, name: &Ident, mean: &'a Expr, deviation: &'a Expr) -> Option<Generator> {
        let m = self.real(mean, &format!("the mean of `{}`", name.text));
        let d = self.real(deviation, &format!("the standard deviation of `{}`", name.text));
        let (m, d) = (m?, d?);
        if d < 0.0 {
            self.report(impossible(deviation, &format!("the standard deviation of `{}` cannot be negative", name.text), "write 0 or more"));
            return None;
        }
        if name.text == "normal" {
            return Some(Generator::Normal { mean: m, deviation: d });
        }
        if m <= 0.0 {
            self.report(impossible(mean, "the mean of `lognormal` must be more than 0", "write a mean such as `100`"));
            return None;
        }
        Some(Generator::Lognormal { mean: m, deviation: d })
    }

    fn pattern(&self, e: &'a Expr) -> Option<Generator> {
        let regex = self.literal_text(e, "the regular expression of `pattern`")?;
        self.folded.set(self.folded.get().saturating_add(folding(&regex)));
        if self.folded.get() > MOST_FOLDED {
            self.report(
                Diagnostic::new(codes::E0404, e.span, "the patterns of this file fold the case of more classes than can be read in a reasonable time")
                    .here("too many from here on")
                    .note("those of an event count again for each value of a `for` that sends it")
                    .help("leave out `(?i)`, or name the letters that are meant: `[A-Za-z]`"),
            );
            return None;
        }
        match regex_syntax::parse(&regex) {
            Ok(_) => Some(Generator::Pattern(regex)),
            Err(error) => {
                let why = match &error {
                    regex_syntax::Error::Parse(e) => e.kind().to_string(),
                    regex_syntax::Error::Translate(e) => e.kind().to_string(),
                    _ => "it cannot be read".to_owned(),
                };
                self.report(Diagnostic::new(codes::E0404, e.span, format!("{} is not a regular expression: {why}", self.quoted(e.span))).here("cannot be read").help("write one such as \"[0-9]{2}\\\\.[0-9]\""));
                None
            }
        }
    }

    fn one_of(&self, e: &'a Expr, index: Option<u32>) -> Option<Generator> {
        let items: Vec<Option<Generator>> = match &e.unwrapped().kind {
            ExprKind::List(items) => items.iter().map(|item| self.generator(item, index)).collect(),
            _ => match self.evaluate(e, &Need { kind: "a list", ..Need::any("what `one_of` picks from") })? {
                Const::List(items) => {
                    self.all_generators.set(self.all_generators.get() + items.len());
                    let literal = |item: &Const<'a>| match item {
                        Const::Number(q) => Some(Generator::LiteralNumber(json_number(q))),
                        Const::Text(TextValue::Literal(text)) => Some(Generator::LiteralText(text.clone())),
                        Const::Bool(value) => Some(Generator::LiteralBool(*value)),
                        other => {
                            self.report(self.not_a("a list of literals", e, other, "what `one_of` picks from"));
                            None
                        }
                    };
                    items.iter().map(|(item, _)| literal(item)).collect()
                }
                other => {
                    self.report(self.not_a("a list", e, &other, "what `one_of` picks from").help("write `one_of([\"a\", \"b\"])`"));
                    return None;
                }
            },
        };
        if items.is_empty() {
            self.report(impossible(e, "`one_of` has nothing to pick from", "write `one_of([\"a\", \"b\"])`"));
            return None;
        }
        items.into_iter().collect::<Option<_>>().map(Generator::OneOf)
    }

    /// `recent(event.field, n)`
    fn recent(&self, e: &'a Expr, last: &'a Expr) -> Option<Generator> {
        let last = self.whole(last, 1, "how many `recent` looks back");
        let ExprKind::Member(of, field) = &e.unwrapped().kind else {
            self.report(Diagnostic::new(codes::E0308, e.span, format!("`recent` needs a field of an event, and {} is not one", self.quoted(e.span))).here("which field?").help("write `recent(order_placed.order, 10_000)`"));
            return None;
        };
        let decl = self.thing(of, &[DeclKind::Event], "an event")?;
        let event = self.event_item(decl)?;
        let fields: Vec<&str> = event
            .body
            .entries
            .iter()
            .filter_map(|entry| match &entry.kind {
                EntryKind::Field { name: Some(name), .. } => Some(name.text.as_str()),
                _ => None,
            })
            .collect();
        if !fields.contains(&field.text.as_str()) {
            let d = Diagnostic::new(codes::E0201, field.span, format!("`{}` has no field `{}`", self.plain_name(decl), field.text)).label(self.name_span(decl), "this event");
            self.report(match crate::diagnostics::suggest::nearest(&field.text, fields.iter().copied()) {
                Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, field.span, near),
                None => d.here("no such field"),
            });
            return None;
        }
        Some(Generator::Recent { event: self.name_of(decl, e.span.file), field: field.text.clone(), last: last? })
    }

    /// `"2026-01-01".."2026-02-01"` in units of `step` seconds since 1970, inclusive.
    fn dates(&self, e: &'a Expr, name: &str, step: i64) -> Option<(i64, i64)> {
        let (low, high, inclusive) = match &e.unwrapped().kind {
            ExprKind::Missing => return None,
            ExprKind::Range { low: Some(low), high: Some(high), inclusive } => (low.as_ref(), high.as_ref(), *inclusive),
            ExprKind::Text(_) => (e, e, true),
            _ => {
                self.report(
                    Diagnostic::new(codes::E0308, e.span, format!("`{name}` needs a range of dates, and {} is not one", self.quoted(e.span))).help(format!("write `{name}(\"2026-01-01\"..\"2026-02-01\")`")),
                );
                return None;
            }
        };
        let read = |e: &'a Expr| {
            let text = self.literal_text(e, &format!("an end of the range of `{name}`"))?;
            let seconds = seconds_since_1970(&text);
            if seconds.is_none() {
                self.report(Diagnostic::new(codes::E0304, e.span, format!("\"{text}\" is no date")).help("write it as \"2026-11-28\" or \"2026-11-28T09:00:00Z\""));
            }
            seconds
        };
        let (a, b) = (read(low), read(high));
        let (a, b) = (a?.div_euclid(step), b?.div_euclid(step));
        let b = if inclusive { b } else { b - 1 };
        if a > b {
            self.report(Diagnostic::new(codes::E0311, e.span, format!("{} is empty or the wrong way round", self.quoted(e.span))).help("let the earlier date come first"));
            return None;
        }
        Some((a, b))
    }
}

fn impossible(e: &Expr, message: &str, help: &str) -> Diagnostic {
    Diagnostic::new(codes::E0404, e.span, message).here("impossible").help(help)
}

/// As JSON prints it: exact where the decimal ends, else to 15 digits.
fn json_number(q: &Quantity) -> String {
    if q.value.is_integer() {
        return q.value.to_integer().to_string();
    }
    match q.value.to_f64() {
        Some(value) if value.is_finite() => value.to_string(),
        _ => "0".to_owned(),
    }
}

/// `2026-11-28`, `2026-11-28T09:30:00`, with `Z` or an offset such as `+01:00`.
fn seconds_since_1970(text: &str) -> Option<i64> {
    let number = |s: &str, digits: usize| (s.len() == digits && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<i64>().ok()).flatten();
    let (year, month, day) = (number(text.get(0..4)?, 4)?, number(text.get(5..7)?, 2)?, number(text.get(8..10)?, 2)?);
    if text.get(4..5)? != "-" || text.get(7..8)? != "-" || !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
        return None;
    }
    let mut seconds = days_since_1970(year, month, day) * 86_400;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(seconds);
    }
    if !rest.starts_with(['T', ' ']) {
        return None;
    }
    let (hour, minute) = (number(rest.get(1..3)?, 2)?, number(rest.get(4..6)?, 2)?);
    let (second, zone) = if rest.get(6..7) == Some(":") { (number(rest.get(7..9)?, 2)?, rest.get(9..)?) } else { (0, rest.get(6..)?) };
    if rest.get(3..4)? != ":" || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    seconds += hour * 3_600 + minute * 60 + second;
    match zone {
        "" | "Z" => Some(seconds),
        _ => {
            let sign = match zone.get(0..1)? {
                "+" => -1,
                "-" => 1,
                _ => return None,
            };
            let (h, m) = (number(zone.get(1..3)?, 2)?, number(zone.get(4..6)?, 2)?);
            (zone.len() == 6 && zone.get(3..4)? == ":").then_some(seconds + sign * (h * 3_600 + m * 60))
        }
    }
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Of the Gregorian calendar: years counted from March, so that the leap day comes last (Hinnant, "chrono-compatible low-level date algorithms").
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// How much there is to fold in a pattern that ignores case: a class of Unicode, or of letters beyond ASCII, counts as ten of plain ones.
fn folding(regex: &str) -> usize {
    let ignores_case = regex.split("(?").skip(1).any(|flags| flags.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '-').any(|c| c == 'i'));
    if !ignores_case {
        return 0;
    }
    let wide = regex.as_bytes().windows(2).filter(|pair| matches!(pair, [b'\\', b'p' | b'P' | b'w' | b'W' | b'x' | b'u' | b'U'])).count();
    let letters = regex.chars().filter(|c| !c.is_ascii()).count();
    10 * (wide + letters) + regex.bytes().filter(|b| *b == b'[').count()
}

#[cfg(test)]
mod tests {
    use super::seconds_since_1970;

    #[test]
    fn dates_are_read() {
        assert_eq!(seconds_since_1970("1970-01-01"), Some(0));
        assert_eq!(seconds_since_1970("2026-11-28"), Some(1_795_824_000));
        assert_eq!(seconds_since_1970("2000-02-29T12:30:15Z"), Some(951_827_415));
        assert_eq!(seconds_since_1970("2026-11-28T01:00:00+01:00"), Some(1_795_824_000));
        for bad in ["2026-13-01", "2026-02-29", "yesterday", "2026-1-1", "", "2026-11-28T25:00"] {
            assert_eq!(seconds_since_1970(bad), None, "{bad}");
        }
    }
}
