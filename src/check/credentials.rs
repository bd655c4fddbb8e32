//! E0901: texts that look like credentials. By their form (keys of the large services, tokens, addresses with a password in them), or by
//! the name they are given (`password = "…"`). What is found is never shown: messages name what it is, and [`conceal`] hides the text itself.

use super::{Context, names, visit};
use crate::diagnostics::{Diagnostic, codes};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind, Item, ItemKind};
use crate::targets::{self, SettingKind};
use std::collections::HashMap;

/// A form that credentials of one origin have: what they begin with, and the least number of key characters behind it.
struct Form {
    prefix: &'static str,
    least: usize,
    is: &'static str,
}

/// Prefixes that the issuers document (so that scanners can find them); as of 2026-11.
const FORMS: &[Form] = &[
    Form { prefix: "AKIA", least: 16, is: "an AWS access key" },
    Form { prefix: "ASIA", least: 16, is: "an AWS access key" },
    Form { prefix: "AIza", least: 35, is: "a Google API key" },
    Form { prefix: "ya29.", least: 20, is: "a Google access token" },
    Form { prefix: "ghp_", least: 36, is: "a GitHub token" },
    Form { prefix: "gho_", least: 36, is: "a GitHub token" },
    Form { prefix: "ghs_", least: 36, is: "a GitHub token" },
    Form { prefix: "github_pat_", least: 30, is: "a GitHub token" },
    Form { prefix: "glpat-", least: 20, is: "a GitLab token" },
    Form { prefix: "xoxb-", least: 20, is: "a Slack token" },
    Form { prefix: "xoxp-", least: 20, is: "a Slack token" },
    Form { prefix: "sk_live_", least: 16, is: "a Stripe key" },
    Form { prefix: "rk_live_", least: 16, is: "a Stripe key" },
    Form { prefix: "npm_", least: 36, is: "an npm token" },
    Form { prefix: "dapi", least: 32, is: "a Databricks token" },
    Form { prefix: "SharedAccessKey=", least: 20, is: "an Azure access key" },
    Form { prefix: "AccountKey=", least: 20, is: "an Azure access key" },
    Form { prefix: "SharedAccessSignature=", least: 20, is: "an Azure access signature" },
    Form { prefix: "Bearer ", least: 16, is: "a bearer token" },
    Form { prefix: "Basic ", least: 12, is: "a user and a password" },
];

/// Names of settings that hold a credential, as the last word of a name such as `sasl.password`.
const NAMES: &[&str] = &["password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "api_key", "access_key", "secret_key", "private_key", "authorization"];

/// What stands under a text, as far as its place tells.
struct Role {
    /// `password`, `sasl.password`, the name of a `let`.
    key: String,
    /// What a secret would be called there.
    variable: String,
    /// Whether `secret(…)` may stand there.
    takes_secret: bool,
}

impl<'a> Context<'a> {
    pub(super) fn check_credentials(&self, file: FileId) {
        let Some(ast) = self.file(file) else { return };
        for item in &ast.items {
            let mut roles: Option<HashMap<Span, Role>> = None;
            visit::expressions(item, &mut |e| {
                let ExprKind::Text(text) = &e.kind else { return };
                // Found by its form anywhere, by its name only where a setting or a constant gives it one.
                let value = text.value.as_str();
                if value.is_empty() {
                    return;
                }
                let role = roles.get_or_insert_with(|| roles_of(item)).get(&e.span);
                let is = looks_like(value).or_else(|| role.filter(|r| names_one(&r.key) && !is_placeholder(value)).map(|_| "a credential"));
                if let Some(is) = is {
                    let payload = matches!(item.kind, ItemKind::Event(_));
                    self.report(credential(e.span, is, role, payload));
                }
            });
        }
    }
}

fn credential(span: Span, is: &str, role: Option<&Role>, payload: bool) -> Diagnostic {
    let message = match role {
        Some(role) if names_one(&role.key) => format!("`{}` is {is} written into the file", role.key),
        _ => format!("this text looks like {is}"),
    };
    let d = Diagnostic::new(codes::E0901, span, message)
        .here("everyone who reads the file can use it")
        .note("what has been committed once stays in the history: have it replaced by its issuer");
    match role {
        Some(role) if role.takes_secret => {
            let text = format!("secret(\"{}\")", role.variable);
            d.help(format!("write `{text}`: it is read from that variable, or from the file that `{}_FILE` names, when the test runs", role.variable))
                .fix(format!("write `{text}`"), false, span, text)
        }
        _ if payload => d.help("generate one of the same form, such as `pattern(\"[A-Z0-9]{20}\")`"),
        _ => d.help("take it out of this text: settings such as `password` and `token` take `secret(\"NAME\")`"),
    }
}

/// Hides what E0901 is about: in the texts that are shown, and in the words of every message (another one may quote it).
pub fn conceal(workspace: &mut Workspace, found: &mut [Diagnostic]) {
    let places: Vec<Span> = found.iter().filter(|d| d.code == codes::E0901).map(|d| d.primary.span).collect();
    if places.is_empty() {
        return;
    }
    let inner: Vec<String> = places.iter().map(|span| workspace.map.slice(*span).trim_matches('"').to_string()).filter(|text| text.len() >= 4).collect();
    for span in places {
        let quotes = workspace.map.slice(span).bytes().take_while(|b| *b == b'"').count() as u32;
        let closing = if span.len() as u32 >= 2 * quotes { quotes } else { 0 };
        workspace.map.conceal(Span { start: span.start + quotes, end: span.end - closing, ..span });
    }
    let says = |text: &str| inner.iter().any(|secret| text.contains(secret.as_str()));
    let hide = |text: &mut String| {
        for secret in &inner {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), "…");
            }
        }
    };
    for d in found {
        hide(&mut d.message);
        hide(&mut d.primary.message);
        d.labels.iter_mut().for_each(|l| hide(&mut l.message));
        d.notes.iter_mut().for_each(&hide);
        d.help.iter_mut().for_each(&hide);
        // An edit that would write it again cannot be shown, and so not be offered.
        d.fixes.retain(|fix| !says(&fix.title) && !fix.edits.iter().any(|e| says(&e.text)));
    }
}

/// What the form of a text gives away.
fn looks_like(text: &str) -> Option<&'static str> {
    if text.len() < 12 {
        return None;
    }
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    if is_web_token(text) {
        return Some("a signed token (JWT)");
    }
    let form = FORMS.iter().find(|form| {
        text.match_indices(form.prefix).any(|(at, _)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let behind: String = text.get(at + form.prefix.len()..).unwrap_or("").chars().take_while(|c| is_key_char(*c)).collect();
            let alone = before.is_none_or(|c| !c.is_ascii_alphanumeric());
            alone && behind.len() >= form.least && !is_placeholder(&behind) && varied(&behind)
        })
    });
    if let Some(form) = form {
        return Some(form.is);
    }
    if password_in_address(text) {
        return Some("an address with a password in it");
    }
    password_in_settings(text).then_some("a text with a password in it")
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/' | '=' | '.')
}

/// Words are not keys: some digit, or both cases.
fn varied(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) || (text.bytes().any(|b| b.is_ascii_uppercase()) && text.bytes().any(|b| b.is_ascii_lowercase()))
}

/// `header.payload.signature`, the first two of them JSON in base 64: `{"` is `eyJ`.
fn is_web_token(text: &str) -> bool {
    text.split(|c: char| !is_key_char(c)).any(|word| {
        let mut parts = word.split('.');
        let json = |part: Option<&str>| part.is_some_and(|p| p.starts_with("eyJ") && p.len() >= 10);
        json(parts.next()) && json(parts.next()) && parts.next().is_some_and(|p| p.len() >= 10)
    })
}

/// `scheme://user:password@host`
fn password_in_address(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = text.get(at + 3..).unwrap_or("");
        let authority = rest.split(['/', '?', '#', ' ', '"']).next().unwrap_or("");
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !is_placeholder(password))
    })
}

/// `password="…"` (JAAS), `Password=…;` (ODBC, JDBC), `?password=…`
fn password_in_settings(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["password=", "pwd=", "sslpassword="].iter().any(|key| {
        lower.match_indices(key).any(|(at, _)| {
            let behind = text.get(at + key.len()..).unwrap_or("").trim_start_matches(['"', '\'']);
            let value = behind.split(['"', '\'', ';', '&', ' ']).next().unwrap_or("");
            !is_placeholder(value)
        })
    })
}

/// What stands where a credential would: nothing, `…`, `xxx`, `***`, `<password>`, `${PASSWORD}`, `%s`.
fn is_placeholder(text: &str) -> bool {
    let bracketed = |open: &str, close: &str| text.starts_with(open) && text.ends_with(close);
    let examples = text.ends_with("EXAMPLE") || text.ends_with("EXAMPLEKEY");
    let masked = text.chars().all(|c| matches!(c, '*' | '.' | '…' | 'x' | 'X' | '-' | '_' | '?'));
    masked || examples || bracketed("<", ">") || bracketed("${", "}") || bracketed("{", "}") || bracketed("$(", ")") || text == "%s"
}

/// Whether a name says that what it names is a credential: its last word, as in `sasl.password`, `X-Api-Key`, `db_password`.
fn names_one(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace(['-', '.', ' '], "_");
    NAMES.iter().any(|name| key == *name || key.strip_suffix(name).is_some_and(|rest| rest.ends_with('_')))
}

/// The texts of an item that have a name: constants, settings, also inside of blocks. What an event holds is data.
fn roles_of(item: &Item) -> HashMap<Span, Role> {
    let mut roles = HashMap::new();
    let owner = names::declared(&item.kind).map(|(_, name)| name.text.clone()).unwrap_or_default();
    match &item.kind {
        ItemKind::Let(l) => {
            let value = l.value.unwrapped();
            roles.insert(value.span, Role { key: owner.clone(), variable: variable("", &owner), takes_secret: true });
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
    roles
}

fn settings(body: &Body, tables: &[&'static [targets::Setting]], owner: &str, roles: &mut HashMap<Span, Role>) {
    for entry in &body.entries {
        let EntryKind::Setting { key, value, .. } = &entry.kind else { continue };
        let value: &Expr = value.unwrapped();
        match &value.kind {
            ExprKind::Text(_) => {
                let kind = targets::find(tables, &key.text).map(|s| s.kind);
                // The entries of `client` and `headers` are in no table, and take secrets.
                let takes_secret = matches!(kind, Some(SettingKind::Secret)) || tables.is_empty();
                roles.insert(value.span, Role { key: key.text.clone(), variable: variable(owner, &key.text), takes_secret });
            }
            ExprKind::Record(inner) => settings(inner, &[], owner, roles),
            ExprKind::Construct { body: inner, .. } => settings(inner, &[targets::SASL, targets::TLS, targets::AVRO], owner, roles),
            _ => {}
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

    /// Put together here, so that no scanner takes this file for a leak.
    fn joined(parts: &[&str]) -> String {
        parts.concat()
    }

    #[test]
    fn credentials_are_known_by_their_form() {
        for text in [
            joined(&["AKIA", "QYLPMN5HFIQR7XYA"]),
            joined(&["ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"]),
            joined(&["Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Root;", "SharedAccessKey", "=mS9vZ2hlcmUxMjM0NTY3ODkwYWJjZGVm="]),
            joined(&["-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE"]),
            joined(&["eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0", ".dozjgNryP4J3jVmNHl0w5N"]),
            joined(&["postgres://app:", "s3cr3t", "@db:5432/shop"]),
            joined(&["org.apache.kafka.Plain required username=\"a\" ", "password", "=\"s3cr3t\";"]),
            joined(&["dapi", "0123456789abcdef0123456789abcdef"]),
        ] {
            assert!(looks_like(&text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_one_is_left_alone() {
        for text in [
            "localhost:9092",
            "postgres://app@db:5432/shop",
            "postgres://app:<password>@db/shop",
            "http://[::1]:9090/a@b",
            "https://example.com:8080/x",
            "Bearer of bad news",
            "Basic understanding",
            "AKIAIOSFODNN7EXAMPLE",
            "an ordinary sentence with words in it, quite long",
            "avg by (executor) (executor_cpu{job=\"spark\"})",
            "[A-Z0-9]{20}",
            "password=",
            "SharedAccessKeyName=RootManageSharedAccessKey",
        ] {
            assert_eq!(looks_like(text), None, "{text}");
        }
    }

    #[test]
    fn credentials_are_known_by_their_name() {
        for name in ["password", "sasl.password", "X-Api-Key", "db_password", "Authorization", "ssl.key.password", "client_secret"] {
            assert!(names_one(name), "{name}");
        }
        for name in ["passwords", "key", "tokens_per_second", "secretary", "brokers", "password_file"] {
            assert!(!names_one(name), "{name}");
        }
        assert_eq!(variable("clicks", "sasl.password"), "CLICKS_SASL_PASSWORD");
    }
}
