//! W0910 and W0913: targets on other machines that a file is nailed to, and that it would speak to in plain text.

use super::settings::Settings;
use super::{Context, Decl};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::TextValue;
use crate::source::Span;
use crate::syntax::ast::{EntryKind, Expr, ExprKind};
use crate::targets::{Kind, hosts};

/// Where a target is, as far as the file tells.
struct Place {
    /// As it is to be shown: `kafka.internal`, "Amazon Kinesis".
    host: String,
    /// The text that says so; `None` where the kind itself does.
    said_at: Option<Span>,
}

impl<'a> Context<'a> {
    pub(super) fn check_remote(&self, decl: Decl, kind: &'static Kind, settings: &Settings<'a>) {
        let Some(place) = self.elsewhere(kind, settings) else { return };
        let name = self.name_span(decl);
        if !self.construct(decl).is_some_and(|c| c.body.entries.iter().any(|entry| self.has_env(&entry.kind))) {
            let d = Diagnostic::new(codes::W0910, name, format!("target `{}` is always at {}, whoever runs the file", self.plain_name(decl), place.host));
            let d = d.here("not on this machine, and no `env` to say otherwise");
            self.report(match (place.said_at, self.setting_named(kind)) {
                (Some(at), Some(setting)) => {
                    let text = format!("env(\"{}\", {})", variable(&self.plain_name(decl).to_uppercase(), setting), self.text_at(at));
                    d.label(at, "the address is written here").help(format!("write `{text}`: the same, until somebody says otherwise")).fix(format!("read `{setting}` from the environment"), false, at, text)
                }
                _ => {
                    let (required, text) = match kind.name {
                        "kinesis" => ("region", "endpoint = env(\"KINESIS_ENDPOINT\", \"\")"),
                        _ => ("project", "endpoint = env(\"PUBSUB_ENDPOINT\", \"\")"),
                    };
                    let d = d.help(format!("add `{text}`: where the variable is empty it is the service's own"));
                    self.beside(d, settings, required, text)
                }
            });
        }
        if let Some((at, what)) = self.in_plain_text(kind, settings, name) {
            let d = Diagnostic::new(codes::W0913, at, format!("{what} travels to {} in plain text", place.host)).here("readable and changeable on the way");
            let d = match place.said_at {
                Some(said) if said != at => d.label(said, "another machine"),
                _ => d,
            };
            self.report(match (kind.name, settings.get("security").map(Expr::unwrapped)) {
                ("webhook", _) => {
                    let written = self.text_at(at).replacen("http://", "https://", 1);
                    d.help("use `https://`").fix("use `https://`", false, at, written)
                }
                (_, None) => self.beside(d.help("add `security = ssl { }` or `security = sasl_ssl { … }`"), settings, "brokers", "security = ssl { }"),
                (_, Some(Expr { kind: ExprKind::Construct { kind: word, .. }, .. })) => d.help("write `sasl_ssl`").fix("write `sasl_ssl`", false, word.span, "sasl_ssl"),
                (_, Some(_)) => d.help("write `ssl { }` or `sasl_ssl { … }`").fix("write `ssl { }`", false, at, "ssl { }"),
            });
        }
    }

    /// The fix that adds a setting behind another one: on a line of its own, where that has one.
    fn beside(&self, d: Diagnostic, settings: &Settings<'a>, after: &str, text: &str) -> Diagnostic {
        let Some(place) = settings.place(after) else { return d };
        let source = &self.ws.map.file(place.file).text;
        let rest = source.get(place.end as usize..).unwrap_or("");
        let last_on_its_line = rest.trim_start_matches([' ', '\t', '\r']).starts_with(['\n', '#']);
        let line = source.get(..place.start as usize).unwrap_or("").rsplit('\n').next().unwrap_or("");
        let joined = if last_on_its_line && line.trim().is_empty() { format!("\n{line}{text}") } else { format!(", {text}") };
        d.fix(format!("add `{text}`"), false, place.after(), joined)
    }

    /// The address that is known to be another machine's. What comes from a secret (as the connection of an event hub does), or from a variable
    /// without default, could be any.
    fn elsewhere(&self, kind: &Kind, settings: &Settings<'a>) -> Option<Place> {
        let setting = self.setting_named(kind);
        let given = setting.and_then(|name| settings.get(name));
        match (kind.name, given) {
            ("kinesis", None) => Some(Place { host: "Amazon Kinesis".to_owned(), said_at: None }),
            ("pubsub", None) => Some(Place { host: "Google Pub/Sub".to_owned(), said_at: None }),
            (_, Some(e)) => {
                let address = match self.quietly(|| self.text_or_secret(e, "an address"))? {
                    TextValue::Literal(text) | TextValue::Env { default: Some(text), .. } => text,
                    TextValue::Env { default: None, .. } | TextValue::Secret { .. } => return None,
                };
                let host = if address == "embedded" { None } else { hosts::elsewhere(&address).next() };
                host.map(|host| Place { host: format!("`{host}`"), said_at: Some(e.span) })
            }
            _ => None,
        }
    }

    /// The setting that says where a target of this kind is.
    fn setting_named(&self, kind: &Kind) -> Option<&'static str> {
        match kind.name {
            "kafka" => Some("brokers"),
            "kinesis" | "pubsub" => Some("endpoint"),
            "postgres" | "webhook" => Some("url"),
            _ => None,
        }
    }

    /// What would be sent in plain text, and where that is decided.
    fn in_plain_text(&self, kind: &Kind, settings: &Settings<'a>, name: Span) -> Option<(Span, &'static str)> {
        match kind.name {
            "kafka" => {
                // What is set for the client by hand decides.
                if settings.get("client").is_some_and(|e| self.text_at(e.span).contains("security.protocol")) {
                    return None;
                }
                let Some(security) = settings.get("security") else { return Some((name, "what is sent")) };
                let word = match &security.unwrapped().kind {
                    ExprKind::Construct { kind, .. } => kind,
                    ExprKind::Name(word) => word,
                    _ => return None,
                };
                match word.text.as_str() {
                    "plaintext" => Some((security.span, "what is sent")),
                    "sasl_plaintext" => Some((security.span, "what is sent, the password too,")),
                    _ => None,
                }
            }
            "webhook" => {
                let url = settings.get("url")?;
                let address = match self.quietly(|| self.text_or_secret(url, "an address"))? {
                    TextValue::Literal(text) | TextValue::Env { default: Some(text), .. } => text,
                    _ => return None,
                };
                address.to_ascii_lowercase().starts_with("http://").then_some((url.span, "what is sent"))
            }
            _ => None,
        }
    }

    /// Whether a setting asks the environment, itself or through a constant.
    fn has_env(&self, entry: &'a EntryKind) -> bool {
        let EntryKind::Setting { value, .. } = entry else { return false };
        let mut found = false;
        super::visit::expression(value, &mut |e| found |= self.is_env(e));
        found
    }

    fn is_env(&self, e: &'a Expr) -> bool {
        match &e.kind {
            ExprKind::Call { callee, .. } => matches!(&callee.kind, ExprKind::Name(name) if name.text == "env"),
            ExprKind::Name(_) | ExprKind::Member(..) => matches!(self.quietly(|| self.text_or_secret(e, "a text")), Some(TextValue::Env { .. })),
            _ => false,
        }
    }
}

fn variable(target: &str, setting: &str) -> String {
    format!("{target}_{}", setting.to_uppercase())
}
