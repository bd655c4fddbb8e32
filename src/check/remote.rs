//! W0910 and W0913: targets on other machines that a file is nailed to, and that it would speak to in plain text.

use super::names::Found;
use super::settings::Settings;
use super::{Context, Decl, DeclKind};
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
        match (kind.name, self.setting_named(kind).and_then(|name| settings.get(name))) {
            ("kafka", Some(brokers)) => self.kafka_in_plain_text(settings, name, brokers, &place),
            (_, Some(address)) => self.in_plain_text(address, "what is sent"),
            _ => {}
        }
    }

    /// W0913 of an address: `http://` to another machine, or a database that is asked not to encrypt.
    pub(super) fn in_plain_text(&self, e: &'a Expr, what: &str) {
        let Some((address, at)) = self.address(e) else { return };
        let Some(host) = hosts::elsewhere(&address).next() else { return };
        let d = Diagnostic::new(codes::W0913, e.span, format!("{what} travels to `{host}` in plain text")).here("readable and changeable on the way");
        let (weak, safe) = match address.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase()).as_deref() {
            Some("http") => ("http://", "https://"),
            Some("postgres" | "postgresql") if address.contains("sslmode=disable") => ("sslmode=disable", "sslmode=require"),
            _ => return,
        };
        let d = d.help(format!("use `{safe}`"));
        // Nothing is escaped in it, so that it stands in the file as it reads.
        let written = self.text_at(at);
        self.report(match written.find(weak) {
            Some(from) => {
                let start = at.start + from as u32;
                d.fix(format!("use `{safe}`"), false, Span { start, end: start + weak.len() as u32, ..at }, safe)
            }
            None => d,
        });
    }

    /// W0913 of a Kafka target whose brokers are on another machine.
    fn kafka_in_plain_text(&self, settings: &Settings<'a>, name: Span, brokers: &'a Expr, place: &Place) {
        let secure = |address: &str| address.trim().split_once("://").is_some_and(|(scheme, _)| scheme.to_ascii_lowercase().ends_with("ssl"));
        if self.address(brokers).is_some_and(|(address, _)| address.split(',').all(secure)) {
            return;
        }
        // What is set for the client by hand decides.
        let (at, fix) = match (self.protocol_of_client(settings), settings.get("security").map(Expr::unwrapped)) {
            (Some(value), _) => match self.address(value) {
                Some((protocol, _)) if protocol.to_ascii_lowercase().ends_with("plaintext") => (value.span, None),
                _ => return,
            },
            (None, None) => (name, None),
            (None, Some(security)) => {
                let (word, better) = match &security.kind {
                    ExprKind::Construct { kind, .. } => (kind, "sasl_ssl"),
                    ExprKind::Name(word) => (word, "ssl {}"),
                    _ => return,
                };
                match word.text.as_str() {
                    "plaintext" | "sasl_plaintext" if word.span == security.span => (security.span, Some((word.span, "ssl {}"))),
                    "plaintext" => (security.span, Some((word.span, "ssl"))),
                    "sasl_plaintext" => (security.span, Some((word.span, better))),
                    _ => return,
                }
            }
        };
        let too = matches!(&fix, Some((_, "sasl_ssl"))).then_some(", the password too,").unwrap_or_default();
        let d = Diagnostic::new(codes::W0913, at, format!("what is sent{too} travels to {} in plain text", place.host)).here("readable and changeable on the way");
        let d = match place.said_at {
            Some(said) if said != at => d.label(said, "another machine"),
            _ => d,
        };
        self.report(match fix {
            Some((word, better)) => d.help(format!("write `{better}`")).fix(format!("write `{better}`"), false, word, better),
            None if at == name => self.beside(d.help("add `security = ssl {}` or `security = sasl_ssl { … }`"), settings, "brokers", "security = ssl {}"),
            None => d.help("set it to \"ssl\" or \"sasl_ssl\""),
        });
    }

    /// `client = { "security.protocol" = … }`
    fn protocol_of_client(&self, settings: &Settings<'a>) -> Option<&'a Expr> {
        let ExprKind::Record(body) = &settings.get("client")?.unwrapped().kind else { return None };
        body.entries.iter().find_map(|entry| match &entry.kind {
            EntryKind::Setting { key, value, .. } if key.text == "security.protocol" => Some(value),
            _ => None,
        })
    }

    /// The text of an address where it is known, perhaps as a default; and where it stands.
    fn address(&self, e: &'a Expr) -> Option<(String, Span)> {
        let text = match self.quietly(|| self.text_or_secret(e, "an address"))? {
            TextValue::Literal(text) | TextValue::Env { default: Some(text), .. } => text,
            TextValue::Env { default: None, .. } | TextValue::Secret { .. } => return None,
        };
        Some((text, e.span))
    }

    /// The fix that adds a setting behind another one: on a line of its own, where that has one.
    fn beside(&self, d: Diagnostic, settings: &Settings<'a>, after: &str, text: &str) -> Diagnostic {
        let Some(place) = settings.place(after) else { return d };
        let source = &self.ws.map.file(place.file).text;
        let rest = source.get(place.end as usize..).unwrap_or("");
        let behind = rest.trim_start_matches([' ', '\t', '\r']);
        // What cannot be read would stand behind the new setting, and mean something else there.
        if !behind.is_empty() && !behind.starts_with(['\n', '#', ',', '}']) {
            return d;
        }
        let last_on_its_line = behind.starts_with(['\n', '#']);
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
                let (address, _) = self.address(e)?;
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

    /// Whether a setting asks the environment or the command line, itself or through a constant.
    fn has_env(&self, entry: &'a EntryKind) -> bool {
        let EntryKind::Setting { value, .. } = entry else { return false };
        let mut found = false;
        super::visit::expression(value, &mut |e| found |= self.is_env(e));
        found
    }

    fn is_env(&self, e: &'a Expr) -> bool {
        match &e.kind {
            ExprKind::Call { callee, .. } => matches!(&callee.kind, ExprKind::Name(name) if name.text == "env"),
            ExprKind::Name(_) | ExprKind::Member(..) => {
                let param = matches!(self.find(e), Found::Decl(decl) if self.kind_of(decl) == Some(DeclKind::Param));
                param || matches!(self.quietly(|| self.text_or_secret(e, "a text")), Some(TextValue::Env { .. }))
            }
            _ => false,
        }
    }
}

fn variable(target: &str, setting: &str) -> String {
    format!("{target}_{}", setting.to_uppercase())
}
