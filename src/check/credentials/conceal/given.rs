//! What a file gives where a credential belongs, in whatever shape: a list, a sum, a word without quotes. The syntax tells the place, and what is there is hidden
//! whether or not it is a mistake; names of the file stay.

use super::super::looks::{is_placeholder, names_one, nearly_names_one};
use super::super::names_of_data;
use super::within_quotes;
use crate::check::functions::{FUNCTIONS, is_generator};
use crate::check::{names, visit};
use crate::diagnostics::suggest;
use crate::resolve::workspace::Unit;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind, Ident, Item, ItemKind};
use crate::targets;
use crate::units;
use std::collections::HashSet;

pub struct Given<'a> {
    map: &'a SourceMap,
    unit: &'a Unit,
    /// The names that the file declares, once somebody asks.
    names: Option<HashSet<&'a str>>,
    /// Texts, and what else has a form of its own.
    pub texts: Vec<Span>,
    /// Words that are no name of the file: a text whose quotes were forgotten.
    pub words: Vec<Span>,
    /// What is no unit, as messages say it.
    pub units: Vec<String>,
}

impl<'a> Given<'a> {
    pub fn of(map: &'a SourceMap, unit: &'a Unit) -> Given<'a> {
        let mut given = Given { map, unit, names: None, texts: Vec::new(), words: Vec::new(), units: Vec::new() };
        let mut data = None;
        for item in &unit.ast.items {
            given.item(item, &mut data);
        }
        given
    }

    fn item(&mut self, item: &'a Item, data: &mut Option<HashSet<&'a str>>) {
        match &item.kind {
            ItemKind::Let(l) => {
                let is_one = l.name.as_ref().filter(|name| names_one(&name.text) || nearly_names_one(&name.text));
                let ast = &self.unit.ast;
                if let Some(name) = is_one
                    && !data.get_or_insert_with(|| names_of_data(ast)).contains(name.text.as_str())
                {
                    self.constant(&l.value);
                }
            }
            ItemKind::Target(c) => {
                let tables = c.kind.as_ref().and_then(|kind| targets::kind(&kind.text)).map_or(&[] as &[_], |kind| kind.settings);
                self.settings(&c.body, tables);
            }
            ItemKind::Source(c) => {
                let table = c.kind.as_ref().and_then(|kind| targets::source_kind(&kind.text)).map_or(&[] as &[_], |kind| kind.settings);
                self.settings(&c.body, &[table]);
            }
            // What an event holds is data.
            ItemKind::Event(_) => return,
            _ => {}
        }
        visit::expressions(item, &mut |e| match &e.kind {
            // `secret(hunter2)`, `secret("NAME", "hunter2")`
            ExprKind::Call { args, .. } if called(e) == Some("secret") => self.call(args),
            ExprKind::Call { args: words, .. } | ExprKind::List(words) => self.command(words),
            _ => {}
        });
    }

    /// The texts that a constant is made of; what a generator is made of is data.
    fn constant(&mut self, e: &'a Expr) {
        match &e.unwrapped().kind {
            ExprKind::Text(_) => self.text(e.unwrapped()),
            ExprKind::List(items) => items.iter().for_each(|item| self.constant(item)),
            ExprKind::Binary { left, right, .. } => {
                self.constant(left);
                self.constant(right);
            }
            ExprKind::Call { args, .. } if matches!(called(e.unwrapped()), Some("env" | "secret")) => self.call(args),
            // `let password = hunter2`
            ExprKind::Name(name) => self.word(e.span, name),
            _ => {}
        }
    }

    fn settings(&mut self, body: &'a Body, tables: &[&'static [targets::Setting]]) {
        for entry in &body.entries {
            let EntryKind::Setting { key, value, .. } = &entry.kind else { continue };
            let known = targets::find(tables, &key.text).is_some();
            if names_one(&key.text) || (!known && (nearly_names_one(&key.text) || is_nearly_a_setting(&key.text))) {
                self.value(value);
                continue;
            }
            match &value.unwrapped().kind {
                ExprKind::Record(inner) => self.settings(inner, &[]),
                ExprKind::Construct { kind, body: inner } => {
                    let variant = targets::SECURITY.iter().chain(targets::FORMATS).find(|v| v.name == kind.text);
                    self.settings(inner, variant.map_or(&[] as &[_], |v| v.settings));
                }
                _ => {}
            }
        }
    }

    /// All that stands in the place of a credential.
    fn value(&mut self, e: &'a Expr) {
        match &e.kind {
            ExprKind::Text(_) => self.text(e),
            ExprKind::Quantity(token) => {
                self.texts.push(e.span);
                // `12345hunter2` is told as an unknown unit.
                if units::parse(&token.text).is_err() {
                    let unit = token.text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'));
                    self.units.extend([format!("`{unit}`"), unit.to_owned()]);
                }
            }
            ExprKind::Name(name) => self.word(e.span, name),
            ExprKind::Member(of, name) => match &of.kind {
                ExprKind::Name(first) if self.is_known(&first.text) => {}
                _ => {
                    self.value(of);
                    self.words.extend([e.span, name.span]);
                }
            },
            // `secrt("NAME")` too.
            ExprKind::Call { args, .. } if called(e).is_some_and(|name| matches!(name, "env" | "secret") || suggest::nearest(name, ["env", "secret"]).is_some()) => self.call(args),
            ExprKind::Call { callee, args } => {
                if !called(e).is_some_and(|name| FUNCTIONS.iter().any(|f| f.signature.name == name) || is_generator(name)) {
                    self.value(callee);
                }
                args.iter().for_each(|arg| self.value(arg));
            }
            ExprKind::List(all) => all.iter().for_each(|one| self.value(one)),
            ExprKind::Binary { left, right, .. } | ExprKind::Index(left, right) => {
                self.value(left);
                self.value(right);
            }
            ExprKind::Range { low, high, .. } => low.iter().chain(high).for_each(|end| self.value(end)),
            ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Paren(inner) => self.value(inner),
            ExprKind::Record(body) | ExprKind::Construct { body, .. } => {
                for entry in &body.entries {
                    match &entry.kind {
                        EntryKind::Setting { value, .. } | EntryKind::Field { value, .. } | EntryKind::Weighted { value, .. } | EntryKind::Bare { value } => self.value(value),
                    }
                }
            }
            ExprKind::Bool(_) | ExprKind::Missing => {}
        }
    }

    /// Of `env` and `secret` the first argument is the name of a variable, unless it cannot be one.
    fn call(&mut self, args: &'a [Expr]) {
        let Some((first, others)) = args.split_first() else { return };
        match &first.unwrapped().kind {
            ExprKind::Text(text) if !text.value.is_empty() && text.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {}
            _ => self.value(first),
        }
        others.iter().for_each(|other| self.value(other));
    }

    /// `"--user", "name:password"`, `"mysql", "-ppassword"`
    fn command(&mut self, words: &'a [Expr]) {
        if let [Expr { kind: ExprKind::Text(program), .. }, options @ ..] = words
            && program.value.rsplit('/').next().is_some_and(|program| program.starts_with("mysql") || program.starts_with("mariadb"))
        {
            for option in options {
                let inner = within_quotes(self.map.slice(option.span), option.span);
                if self.map.slice(inner).strip_prefix("-p").is_some_and(|password| !password.is_empty()) {
                    self.texts.push(Span { start: inner.start + 2, ..inner });
                }
            }
        }
        for pair in words.windows(2) {
            if let [Expr { kind: ExprKind::Text(option), .. }, Expr { kind: ExprKind::Text(value), span, .. }] = pair
                && matches!(option.value.as_str(), "-u" | "--user" | "--proxy-user")
                && value.value.split_once(':').is_some_and(|(_, password)| !password.bytes().all(|b| b.is_ascii_digit()) && !is_placeholder(password))
            {
                self.texts.push(within_quotes(self.map.slice(*span), *span));
            }
        }
    }

    fn text(&mut self, e: &Expr) {
        if let ExprKind::Text(text) = &e.kind
            && !is_placeholder(&text.value)
        {
            self.texts.push(within_quotes(self.map.slice(e.span), e.span));
        }
    }

    fn word(&mut self, span: Span, name: &Ident) {
        if !self.is_known(&name.text) {
            self.words.push(span);
        }
    }

    pub fn is_known(&mut self, name: &str) -> bool {
        // What was begun as a call.
        if matches!(name, "secret" | "env") {
            return true;
        }
        let ast = &self.unit.ast;
        let names = self.names.get_or_insert_with(|| {
            let declared = ast.items.iter().filter_map(|item| names::declared(&item.kind)).map(|(_, name)| name.text.as_str());
            declared.chain(ast.broken_names.iter().map(|name| name.text.as_str())).collect()
        });
        names.contains(name)
    }
}

/// What is called.
fn called(e: &Expr) -> Option<&str> {
    match &e.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Name(name) => Some(&name.text),
            _ => None,
        },
        _ => None,
    }
}

/// Names that say so only as those of a setting.
fn is_nearly_a_setting(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let last = key.rsplit(['.', '_', '-']).next().unwrap_or("");
    matches!(last, "auth" | "bearer") || suggest::nearest(last, ["token", "secret"]).is_some()
}
