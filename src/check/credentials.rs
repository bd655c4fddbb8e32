//! E0901: texts that look like credentials. By their form (keys of the large services, tokens, addresses with a password in them), or by
//! the name they are given (`password = "…"`). What is found is never shown: messages name what it is, and [`conceal()`] hides the text itself.

mod conceal;
mod looks;

use super::names::Found;
use super::{Context, Decl, DeclKind, names, visit};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use crate::syntax::ast::{BinaryOp, Body, EntryKind, Expr, ExprKind, File, Item, ItemKind, Text};
use crate::targets::{self, SettingKind};
pub use conceal::{conceal, hidden};
use looks::{holds_one, is_placeholder};
pub(super) use looks::{looks_like, names_one};
use std::collections::{HashMap, HashSet};

/// What stands under a text, as far as its place tells.
struct Role {
    /// `password`, `sasl.password`, the name of a `let`.
    key: String,
    /// What its variable would be called.
    variable: String,
    takes: Takes,
    /// What would be replaced: the text, or the `env(…)` whose default it is.
    whole: Span,
}

/// What may stand in the place of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// `secret("…")`
    Secret,
    /// `env("…")`
    Env,
    Neither,
    /// It is a word of a command.
    Command,
}

impl<'a> Context<'a> {
    pub(super) fn check_credentials(&self, file: FileId) {
        let Some(ast) = self.file(file) else { return };
        let mut data = None;
        for item in &ast.items {
            let mut roles: Option<HashMap<Span, Role>> = None;
            visit::expressions(item, &mut |e| {
                let ExprKind::Text(text) = &e.kind else { return };
                let value = text.value.as_str();
                if value.is_empty() {
                    return;
                }
                // Found by its form anywhere, by its name only where a setting or a constant gives it one; parts of it where it is no data.
                let data = data.get_or_insert_with(|| names_of_data(ast));
                let role = roles.get_or_insert_with(|| roles_of(item, data)).get(&e.span);
                let is = looks_like(value)
                    .or_else(|| role.filter(|r| names_one(&r.key) && !is_placeholder(value)).map(|_| "a credential"))
                    .or_else(|| if is_data(item, data) { None } else { holds_one(value, role.map(|r| r.key.as_str())) });
                if let Some(is) = is {
                    let payload = matches!(item.kind, ItemKind::Event(_));
                    self.report(credential(e.span, is, role, payload));
                }
            });
            if let ItemKind::Target(c) | ItemKind::Source(c) = &item.kind {
                self.named_elsewhere(&c.body);
            }
        }
    }

    /// Settings that hold a credential, and get it from a constant.
    fn named_elsewhere(&self, body: &'a Body) {
        for entry in &body.entries {
            let EntryKind::Setting { key, value, .. } = &entry.kind else { continue };
            let value = value.unwrapped();
            match &value.kind {
                ExprKind::Record(inner) | ExprKind::Construct { body: inner, .. } => self.named_elsewhere(inner),
                ExprKind::Name(_) | ExprKind::Member(..) => {
                    let Found::Decl(decl) = self.find(value) else { continue };
                    if let Some(set) = self.set_value(decl)
                        && (looks_like(&set.text).is_some() || (names_one(&key.text) && is_given_as_text(set)))
                    {
                        self.report(seen_on_the_command_line(value, &set.name, &key.text));
                    } else if names_one(&key.text)
                        && let Some((text, constant)) = self.literal_behind(decl)
                        && !is_placeholder(&text.value)
                    {
                        let name = self.plain_name(constant);
                        let role = Role { key: key.text.clone(), variable: variable("", name), takes: Takes::Secret, whole: text.span };
                        self.report(credential(text.span, "a credential", Some(&role), false).label(value.span, format!("`{}` is given it here", key.text)));
                    }
                }
                _ => {}
            }
        }
    }

    /// The text that a constant is, through others, and the one that it stands in.
    fn literal_behind(&self, decl: Decl) -> Option<(&'a Text, Decl)> {
        let mut decl = decl;
        // A ring of constants is told elsewhere.
        for _ in 0..16 {
            let ItemKind::Let(l) = &self.item(decl)?.kind else { return None };
            let value = l.value.unwrapped();
            match &value.kind {
                ExprKind::Text(text) if !text.value.is_empty() => return Some((text, decl)),
                ExprKind::Name(_) | ExprKind::Member(..) => match self.find(value) {
                    Found::Decl(next) => decl = next,
                    _ => return None,
                },
                _ => return None,
            }
        }
        None
    }

    /// Whether a declaration is a param, and what a command line sets it to.
    fn set_value(&self, decl: Decl) -> Option<&'a super::SetValue> {
        if self.kind_of(decl) == Some(DeclKind::Param) { self.set_of(decl) } else { None }
    }
}

/// The texts of an item that have a name: constants, settings, also inside of blocks. What an event holds is data.
fn roles_of(item: &Item, data: &HashSet<&str>) -> HashMap<Span, Role> {
    let mut roles = HashMap::new();
    let owner = names::declared(&item.kind).map(|(_, name)| name.text.clone()).unwrap_or_default();
    match &item.kind {
        ItemKind::Let(l) if !l.name.as_ref().is_some_and(|name| data.contains(name.text.as_str())) => {
            // A list may be one of what a test looks for.
            if !matches!(l.value.unwrapped().kind, ExprKind::List(_)) {
                named(&l.value, &owner, variable("", &owner), Takes::Secret, &mut roles);
            }
        }
        ItemKind::Target(c) => {
            let tables = c.kind.as_ref().and_then(|kind| targets::kind(&kind.text)).map_or(&[] as &[_], |kind| kind.settings);
            settings(&c.body, tables, &owner, &mut roles);
        }
        ItemKind::Source(c) => {
            let table = c.kind.as_ref().and_then(|kind| targets::source_kind(&kind.text)).map_or(&[] as &[_], |kind| kind.settings);
            settings(&c.body, &[table], &owner, &mut roles);
        }
        _ => {}
    }
    // `exec("psql", "--password", "…")`, `stop = ["…"]`
    visit::expressions(item, &mut |e| {
        let (ExprKind::List(words) | ExprKind::Call { args: words, .. }) = &e.kind else { return };
        for word in words {
            if let ExprKind::Text(text) = &word.kind
                && text.value.starts_with("--")
                && text.value.contains('=')
            {
                roles.entry(word.span).or_insert(Role { key: String::new(), variable: String::new(), takes: Takes::Command, whole: word.span });
            }
        }
        for pair in words.windows(2) {
            if let [Expr { kind: ExprKind::Text(option), .. }, Expr { kind: ExprKind::Text(value), .. }] = pair
                && option.value.starts_with('-')
                && !option.value.contains('=')
                && !value.value.starts_with('-')
            {
                let key = option.value.trim_start_matches('-').to_owned();
                roles.entry(value.span).or_insert(Role { variable: variable("", &key), key, takes: Takes::Command, whole: value.span });
            }
        }
    });
    roles
}

/// Whether what stands in an item becomes part of records.
fn is_data(item: &Item, data: &HashSet<&str>) -> bool {
    match &item.kind {
        ItemKind::Event(_) | ItemKind::Mix(_) => true,
        ItemKind::Let(l) => l.name.as_ref().is_some_and(|name| data.contains(name.text.as_str())),
        _ => false,
    }
}

/// The names that only the events of a file use: what a constant of such a name is, is part of records.
fn names_of_data(ast: &File) -> HashSet<&str> {
    let (mut events, mut others) = (HashSet::new(), HashSet::new());
    for item in &ast.items {
        let uses = if matches!(item.kind, ItemKind::Event(_)) { &mut events } else { &mut others };
        visit::expressions(item, &mut |e| {
            if let ExprKind::Name(name) = &e.kind {
                uses.insert(name.text.as_str());
            }
        });
    }
    events.retain(|name| !others.contains(name));
    events
}

/// At most so many bytes of a text.
fn start_of(text: &str, most: usize) -> &str {
    (0..=most.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or("")
}

/// Not `secret(…)` or `env(…)`.
fn is_given_as_text(set: &super::SetValue) -> bool {
    set.value.as_ref().is_none_or(|e| !matches!(e.unwrapped().kind, ExprKind::Call { .. }))
}

fn credential(span: Span, is: &str, role: Option<&Role>, payload: bool) -> Diagnostic {
    let message = match role {
        Some(role) if names_one(&role.key) => format!("`{}` is {is} written into the file", role.key),
        _ => format!("this text looks like {is}"),
    };
    let d = Diagnostic::new(codes::E0901, span, message)
        .here("everyone who reads the file can use it")
        .note("what has been committed once stays in the history: have it replaced by its issuer");
    match role.map(|role| (role, role.takes)) {
        Some((role, Takes::Secret)) => {
            let text = format!("secret(\"{}\")", role.variable);
            d.help(format!("write `{text}`: it is read from that variable, or from the file that `{}_FILE` names, when the test runs", role.variable))
                .fix(format!("write `{text}`"), false, role.whole, text)
        }
        Some((role, Takes::Env)) => {
            let text = format!("env(\"{}\")", role.variable);
            d.help(format!("write `{text}`: no secret fits here, and the variable is read when the test runs")).fix(format!("write `{text}`"), false, role.whole, text)
        }
        _ if payload => d.help("generate one of the same form, such as `pattern(\"[A-Z0-9]{20}\")`"),
        Some((_, Takes::Command)) => d.help("let the program read it from its environment: what stands in a command is seen by everyone on the machine"),
        Some((_, Takes::Neither)) | None => d.help("take it out of this text: settings such as `password` and `token` take `secret(\"NAME\")`"),
    }
}

/// That a list or a sum is no text matters no more where a credential in it has been told: what is to be written instead is the same.
pub(super) fn tell_once(found: &mut Vec<Diagnostic>) {
    let replaced = found.iter().filter(|d| d.code == codes::E0901).filter_map(|d| d.fixes.first()?.edits.first().map(|edit| edit.span).filter(|whole| *whole != d.primary.span));
    let mut replaced: Vec<Span> = replaced.collect();
    replaced.sort_unstable();
    found.retain(|d| {
        let place = d.primary.span;
        let around = replaced.get(..replaced.partition_point(|whole| (whole.file, whole.start) <= (place.file, place.start))).and_then(<[Span]>::last);
        !(matches!(d.code, codes::E0304 | codes::E0308) && around.is_some_and(|whole| whole.file == place.file && place.end <= whole.end))
    });
}

/// E0310
fn seen_on_the_command_line(value: &Expr, param: &str, key: &str) -> Diagnostic {
    Diagnostic::new(codes::E0310, value.span, format!("`--set {param}=…` gives `{key}` a credential that could be seen: params are shown in plans and reports"))
        .here("set from outside")
        .help(format!("give it by the environment: write `{key} = secret(\"{}\")`", variable("", param)))
}

/// A text with its name, also as the default of an `env(…)` or the second argument of a `secret(…)`; of a list or a sum one text, for it is one mistake.
fn named(value: &Expr, key: &str, name: String, takes: Takes, roles: &mut HashMap<Span, Role>) {
    let whole = value.unwrapped();
    let mut add = |span: Span, variable: String| {
        roles.insert(span, Role { key: key.to_owned(), variable, takes, whole: whole.span });
    };
    match &whole.kind {
        ExprKind::Text(_) => add(whole.span, name),
        ExprKind::Call { callee, args } if matches!(&callee.kind, ExprKind::Name(n) if matches!(n.text.as_str(), "env" | "secret")) => {
            if let [Expr { kind: ExprKind::Text(variable), .. }, default] = args.as_slice() {
                add(default.unwrapped().span, variable.value.clone());
            }
        }
        ExprKind::List(_) | ExprKind::Binary { .. } => {
            // The longest of them: `"a" + "…"`.
            let mut longest: Option<&Expr> = None;
            texts(whole, &mut |text, len| {
                if longest.is_none_or(|other| len > text_of(other).len()) {
                    longest = Some(text);
                }
            });
            if let Some(text) = longest.filter(|_| names_one(key)) {
                add(text.span, name);
            }
        }
        _ => {}
    }
}

/// The texts that a list or a sum is made of.
fn texts<'a>(e: &'a Expr, see: &mut impl FnMut(&'a Expr, usize)) {
    let e = e.unwrapped();
    match &e.kind {
        ExprKind::Text(text) => see(e, text.value.len()),
        ExprKind::List(items) => items.iter().for_each(|item| texts(item, see)),
        ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
            texts(left, see);
            texts(right, see);
        }
        _ => {}
    }
}

fn text_of(e: &Expr) -> &str {
    match &e.kind {
        ExprKind::Text(text) => &text.value,
        _ => "",
    }
}

fn settings(body: &Body, tables: &[&'static [targets::Setting]], owner: &str, roles: &mut HashMap<Span, Role>) {
    for entry in &body.entries {
        let EntryKind::Setting { key, value, .. } = &entry.kind else { continue };
        match &value.unwrapped().kind {
            ExprKind::Record(inner) => settings(inner, &[], owner, roles),
            ExprKind::Construct { kind, body: inner } => {
                let variant = targets::SECURITY.iter().chain(targets::FORMATS).find(|v| v.name == kind.text);
                settings(inner, variant.map_or(&[] as &[_], |v| v.settings), owner, roles);
            }
            _ => {
                let takes = match targets::find(tables, &key.text).map(|s| s.kind) {
                    Some(SettingKind::Secret) => Takes::Secret,
                    Some(SettingKind::Text) => Takes::Env,
                    // The entries of `client` and `headers` are in no table, and take secrets.
                    None if tables.is_empty() => Takes::Secret,
                    _ => Takes::Neither,
                };
                named(value, &key.text, variable(owner, &key.text), takes, roles);
            }
        }
    }
}

/// `clicks`, `sasl.password` → `CLICKS_SASL_PASSWORD`
fn variable(owner: &str, key: &str) -> String {
    let words = format!("{owner} {key}");
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("_").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_named_after_the_setting() {
        assert_eq!(variable("clicks", "sasl.password"), "CLICKS_SASL_PASSWORD");
        assert_eq!(variable("", "db_password"), "DB_PASSWORD");
    }
}
