//! Targets: their settings, what excludes what, and their form in a plan.

use super::settings::Settings;
use super::{Context, Decl};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::{self, Acks, Format, Security, TextValue};
use crate::source::Span;
use crate::syntax::ast::{Construct, EntryKind, Expr, ExprKind, ItemKind};
use crate::targets::{self, Kind, Variant, What, limits};
use crate::units::{self, Dimension, Exact};

impl<'a> Context<'a> {
    pub(super) fn construct(&self, decl: Decl) -> Option<&'a Construct> {
        match &self.item(decl)?.kind {
            ItemKind::Target(c) | ItemKind::Source(c) => Some(c),
            _ => None,
        }
    }

    /// The kind of a target; `None` where there is none of that name.
    pub fn target_kind(&self, decl: Decl) -> Option<&'static Kind> {
        targets::kind(&self.construct(decl)?.kind.as_ref()?.text)
    }

    fn target_settings(&self, decl: Decl) -> Option<(&'static Kind, Settings<'a>)> {
        let construct = self.construct(decl)?;
        let kind = self.target_kind(decl)?;
        Some((kind, self.settings(&construct.body, kind.settings, &of(kind), self.name_span(decl))))
    }

    /// Into how many parts a target is read, what it calls them, and where that stands; `None` where it is not read in parts, or that is not known.
    pub(super) fn partitions_of(&self, decl: Decl) -> Option<(u64, &'static str, Span)> {
        let (_, settings) = self.quietly(|| self.target_settings(decl))?;
        let (name, word) = [("partitions", "partition"), ("shards", "shard")].into_iter().find(|(name, _)| settings.get(name).is_some())?;
        Some((self.quietly(|| self.whole_setting(&settings, name))?, word, settings.place(name)?))
    }

    /// Everything that is wrong with a target by itself.
    pub(super) fn check_target(&self, decl: Decl) {
        let Some(construct) = self.construct(decl) else { return };
        let Some(word) = &construct.kind else { return };
        if targets::kind(&word.text).is_none() {
            let names: Vec<&str> = targets::KINDS.iter().map(|k| k.name).collect();
            let d = Diagnostic::new(codes::E0201, word.span, format!("there is no kind of target called `{}`", word.text));
            self.report(match suggest::nearest(&word.text, names.iter().copied()) {
                Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, word.span, near),
                None => d.here("no such kind").help(format!("targets are {}", suggest::listed(&names).replace(" or ", " and "))),
            });
            return;
        }
        let Some((kind, settings)) = self.target_settings(decl) else { return };
        self.check_settings(&settings);
        if let Some(format) = settings.get("format") {
            self.format(format);
            self.encoding(decl);
        }
        if let Some(security) = settings.get("security") {
            self.security(security);
        }
        if let Some(retry) = settings.get("retry") {
            self.retry(retry);
        }
        for name in ["client", "headers"] {
            if let Some(e) = settings.get(name) {
                self.texts_by_name(e, &format!("`{name}`"));
            }
        }
        if let Some(method) = settings.get("method")
            && !matches!(method.unwrapped().kind, ExprKind::Name(_))
        {
            self.text(method, "`method`");
        }
        self.largest_record(kind, &settings);
        if kind.name == "kafka" {
            self.credentials_given(decl, &settings);
        }
        if kind.name == "kafka" || kind.name == "eventhubs" {
            self.exclusive(kind, &settings);
        }
        self.check_remote(decl, kind, &settings);
    }

    /// `json`, `avro { … }`, `protobuf { … }`
    fn format(&self, e: &'a Expr) -> Option<Format> {
        let (format, settings) = self.variant(e, targets::FORMATS, "format", "format")?;
        if let Some(registry) = settings.as_ref().and_then(|s| s.get("registry")) {
            self.in_plain_text(registry, "what the registry is told and asked");
        }
        Some(if format.name == "json" { Format::Json } else { Format::Other(format.name.to_owned()) })
    }

    /// Whether records are encoded as JSON there: what their sizes are counted in.
    pub(super) fn writes_json(&self, decl: Decl) -> bool {
        let Some((_, settings)) = self.quietly(|| self.target_settings(decl)) else { return true };
        match settings.get("format").map(|e| &e.unwrapped().kind) {
            None => true,
            Some(ExprKind::Construct { kind: word, .. } | ExprKind::Name(word)) => word.text == "json",
            Some(_) => false,
        }
    }

    fn security(&self, e: &'a Expr) -> Option<Security> {
        let (protocol, settings) = self.variant(e, targets::SECURITY, "security", "kind of security")?;
        let text = |name: &str| settings.as_ref().and_then(|s| self.text_setting(s, name));
        Some(Security {
            protocol: protocol.name.to_owned(),
            mechanism: settings.as_ref().and_then(|s| self.word_setting(s, "mechanism")).map(str::to_owned),
            username: text("username"),
            password: text("password"),
            ca: text("ca"),
            certificate: text("certificate"),
            key: text("key"),
        })
    }

    /// `avro`, `avro { … }`: one of a table, and its settings where it has a block. `called`: "format", for messages.
    fn variant(&self, e: &'a Expr, table: &'static [Variant], setting: &str, called: &str) -> Option<(&'static Variant, Option<Settings<'a>>)> {
        let words: Vec<&'static str> = table.iter().map(|v| v.name).collect();
        let find = |word: &str| table.iter().find(|v| v.name == word);
        let ExprKind::Construct { kind, body } = &e.unwrapped().kind else {
            return find(self.word(e, &words, &format!("`{setting}`"))?).map(|v| (v, None));
        };
        let Some(variant) = find(&kind.text) else {
            let d = Diagnostic::new(codes::E0201, kind.span, format!("there is no {called} called `{}`", kind.text));
            self.report(match suggest::nearest(&kind.text, words.iter().copied()) {
                Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, kind.span, near),
                None => d.help(format!("`{setting}` is {}", suggest::listed(&words))),
            });
            return None;
        };
        let settings = self.settings(body, variant.settings, &format!("the {called} `{}`", kind.text), kind.span);
        self.check_settings(&settings);
        Some((variant, Some(settings)))
    }

    /// `{ from = 100ms, to = 60s }` in seconds.
    fn retry(&self, e: &'a Expr) -> Option<(Exact, Exact)> {
        let ExprKind::Record(body) = &e.unwrapped().kind else {
            if !e.is_missing() {
                self.report(
                    Diagnostic::new(codes::E0304, e.span, format!("`retry` must be a backoff, and {} is not one", self.quoted(e.span))).help("write `{ from = 100ms, to = 60s }`"),
                );
            }
            return None;
        };
        let settings = self.settings(body, &[targets::RETRY], "`retry`", e.span);
        let time = |name: &str| settings.get(name).and_then(|e| self.duration(e, &format!("`{name}`")));
        let (from, to) = (time("from"), time("to"));
        let (from, to) = (from?, to?);
        if from > to
            && let (Some(a), Some(b)) = (settings.get("from"), settings.get("to"))
        {
            self.report(
                Diagnostic::new(codes::E0311, b.span, format!("a backoff cannot shrink from {} to {}", units::honest(from, Dimension::TIME), units::honest(to, Dimension::TIME)))
                    .here("the longest wait")
                    .label(a.span, "the first wait")
                    .help("let `to` be the longer one"),
            );
            return None;
        }
        Some((from, to))
    }

    /// `{ "a" = "b", c = 5 }`: texts, numbers and truth values as texts.
    pub(super) fn texts_by_name(&self, e: &'a Expr, what: &str) -> Option<Vec<(String, TextValue)>> {
        let ExprKind::Record(body) = &e.unwrapped().kind else {
            if !e.is_missing() {
                self.report(Diagnostic::new(codes::E0304, e.span, format!("{what} must be a block of names and texts, and {} is not one", self.quoted(e.span))).help("write `{ \"name\" = \"value\" }`"));
            }
            return None;
        };
        let mut out = Vec::new();
        let mut keys = Vec::new();
        let mut whole = true;
        for entry in &body.entries {
            let EntryKind::Setting { key, value, .. } = &entry.kind else {
                self.report(Diagnostic::new(codes::E0101, entry.span, format!("expected `name = value` in {what}, and found {}", self.quoted(entry.span))).help("write `\"name\" = \"value\"`"));
                whole = false;
                continue;
            };
            if keys.contains(&&key.text) {
                self.report(Diagnostic::new(codes::E0209, key.span, format!("`{}` is given twice", key.text)).here("given again").help("remove one of them"));
                continue;
            }
            keys.push(&key.text);
            let text = match self.evaluate(value, &super::dimensions::Need { dims: &[], kind: "a text", what, deferred: false }) {
                Some(super::Const::Text(text)) => Some(text),
                Some(super::Const::Number(_) | super::Const::Bool(_)) => Some(TextValue::Literal(self.text_at(value.span).replace('_', ""))),
                Some(other) => {
                    self.report(self.not_a("a text", value, &other, &format!("`{}`", key.text)));
                    None
                }
                None => None,
            };
            match text {
                Some(text) => out.push((key.text.clone(), text)),
                None => whole = false,
            }
        }
        whole.then_some(out)
    }

    /// In base units, for a plan. `None` where something in it is wrong (reported when it was checked).
    pub(super) fn lower_target(&self, decl: Decl, name: String) -> Option<plan::Target> {
        let (kind, settings) = self.target_settings(decl)?;
        let format = match settings.get("format") {
            Some(e) => self.format(e)?,
            None => Format::Json,
        };
        let kind = match kind.name {
            "kafka" => plan::TargetKind::Kafka(self.lower_kafka(&settings, format)?),
            "file" => plan::TargetKind::File { path: self.text_setting(&settings, "path")?, format, rotate: self.whole_setting(&settings, "rotate") },
            "null" => plan::TargetKind::Null,
            other => plan::TargetKind::Other { kind: other.to_owned() },
        };
        Some(plan::Target { name, span: self.name_span(decl), kind })
    }

    fn lower_kafka(&self, settings: &Settings<'a>, format: Format) -> Option<plan::Kafka> {
        let retry = match settings.get("retry") {
            Some(e) => Some(self.retry(e)?),
            None => None,
        };
        let security = match settings.get("security") {
            Some(e) => self.security(e)?,
            None => Security { protocol: "plaintext".to_owned(), mechanism: None, username: None, password: None, ca: None, certificate: None, key: None },
        };
        let client = match settings.get("client") {
            Some(e) => self.texts_by_name(e, "`client`")?,
            None => Vec::new(),
        };
        Some(plan::Kafka {
            brokers: self.text_setting(settings, "brokers")?,
            topic: self.text_setting(settings, "topic")?,
            partitions: u32::try_from(self.whole_setting(settings, "partitions")?).ok()?,
            create: self.bool_setting(settings, "create").unwrap_or(false),
            acks: match self.word_setting(settings, "acks") {
                Some("none") => Acks::None,
                Some("leader") => Acks::Leader,
                _ => Acks::All,
            },
            compression: self.word_setting(settings, "compression").map(str::to_owned),
            linger: self.number_setting(settings, "linger"),
            batch: self.whole_setting(settings, "batch"),
            idempotent: self.bool_setting(settings, "idempotent").unwrap_or(false),
            security,
            format,
            client,
            max_record: self.whole_setting(settings, "max_record").unwrap_or(1_000_000),
            retry,
        })
    }

    /// The largest record in bytes that a target takes, as far as it is known, and whose limit that is.
    pub(super) fn record_limit(&self, decl: Decl) -> Option<(u64, String)> {
        let (kind, settings) = self.quietly(|| self.target_settings(decl))?;
        // What is said to the client itself has the last word.
        if let Some(bytes) = self.client_setting(&settings, "message.max.bytes") {
            return Some((bytes.parse().ok()?, format!("`message.max.bytes` is {bytes}")));
        }
        match settings.get("max_record") {
            Some(_) => {
                let bytes = self.quietly(|| self.whole_setting(&settings, "max_record"))?;
                Some(match limits::of(kind.name, What::LargestRecord) {
                    Some(most) if bytes > most.value => (most.value, most.says.to_owned()),
                    _ => (bytes, format!("`max_record` is {}", show_size(bytes))),
                })
            }
            None => limits::of(kind.name, What::Record).map(|limit| (limit.value, limit.says.to_owned())),
        }
    }

    /// What `client = { … }` says of one of librdkafka's properties, where that is a literal.
    pub(super) fn client_setting(&self, settings: &Settings<'a>, name: &str) -> Option<String> {
        let all = self.quietly(|| self.texts_by_name(settings.get("client")?, "`client`"))?;
        all.into_iter().rev().find_map(|(key, value)| match value {
            TextValue::Literal(text) if key == name => Some(text),
            _ => None,
        })
    }

    /// E0701: `max_record` beyond what the service can be set to.
    fn largest_record(&self, kind: &Kind, settings: &Settings<'a>) {
        let (Some(most), Some(value)) = (limits::of(kind.name, What::LargestRecord), settings.get("max_record")) else { return };
        let Some(bytes) = self.quietly(|| self.whole_setting(settings, "max_record")).filter(|bytes| *bytes > most.value) else { return };
        let text = show_size(most.value);
        self.report(
            Diagnostic::new(codes::E0701, value.span, format!("`max_record` cannot be {}: {}", show_size(bytes), most.says))
                .here(format!("more than {text}"))
                .help(format!("write `{text}` or less"))
                .fix(format!("change `max_record` to {text}"), false, value.span, text),
        );
    }
}

fn show_size(bytes: u64) -> String {
    units::honest(Exact::from_integer(i128::from(bytes)), Dimension::DATA)
}

fn of(kind: &Kind) -> String {
    match kind.name {
        "eventhubs" => "an eventhubs target".to_owned(),
        name => format!("a {name} target"),
    }
}
