//! Settings of a target that exclude each other (E0704).

use super::Context;
use super::settings::Settings;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{EntryKind, ExprKind};
use crate::targets::Kind;

impl<'a> Context<'a> {
    /// Of a target that speaks Kafka's protocol.
    pub(super) fn exclusive(&self, kind: &Kind, settings: &Settings<'a>) {
        self.compression_of_hubs(kind, settings);
        if self.quietly(|| self.bool_setting(settings, "idempotent")) != Some(true) {
            return;
        }
        let Some(idempotent) = settings.place("idempotent") else { return };
        if let Some(acks) = self.quietly(|| self.word_setting(settings, "acks")).filter(|acks| *acks != "all")
            && let (Some(place), Some(value)) = (settings.place("acks"), settings.get("acks"))
        {
            let message = format!("`idempotent = true` needs `acks = all`, and `acks` is `{acks}`");
            let waits = "waits for less";
            let needs = "needs every replica's word";
            let d = if idempotent.start > place.start {
                Diagnostic::new(codes::E0704, idempotent, message).here(needs).label(place, format!("`acks = {acks}` {waits}"))
            } else {
                Diagnostic::new(codes::E0704, place, message).here(waits).label(idempotent, format!("`idempotent` {needs}"))
            };
            self.report(d.help("write `acks = all`, or leave `idempotent` out").fix("change `acks` to `all`", false, value.span, "all"));
            return;
        }
        self.idempotent_client(settings, idempotent);
    }

    /// What librdkafka itself refuses beside `enable.idempotence` when it starts.
    fn idempotent_client(&self, settings: &Settings<'a>, idempotent: Span) {
        let number = |text: &str| text.parse::<i64>().ok();
        let rules: [(&[&str], &str, &dyn Fn(&str) -> bool); 4] = [
            (&["acks", "request.required.acks"], "`all`", &|text| matches!(text, "all" | "-1")),
            (&["max.in.flight", "max.in.flight.requests.per.connection"], "5 or less", &|text| number(text).is_none_or(|n| n <= 5)),
            (&["retries", "message.send.max.retries"], "1 or more", &|text| number(text).is_none_or(|n| n >= 1)),
            (&["queuing.strategy"], "`fifo`", &|text| text == "fifo"),
        ];
        for (names, wanted, fits) in rules {
            for name in names {
                let Some((place, text)) = self.client_setting(settings, name).and_then(|text| Some((self.client_entry(settings, name)?, text))) else { continue };
                if !fits(&text) {
                    self.report(
                        Diagnostic::new(codes::E0704, place, format!("`idempotent = true` needs `{name}` to be {wanted}, and it is {text}"))
                            .here("the client would not start")
                            .label(idempotent, "needs it")
                            .help(format!("leave `{name}` out, or `idempotent`")),
                    );
                }
            }
        }
    }

    fn client_entry(&self, settings: &Settings<'a>, name: &str) -> Option<Span> {
        let ExprKind::Record(body) = &settings.get("client")?.unwrapped().kind else { return None };
        body.entries.iter().find(|entry| matches!(&entry.kind, EntryKind::Setting { key, .. } if key.text == name)).map(|entry| entry.span)
    }

    /// Event Hubs takes gzip or nothing ("Apache Kafka client configurations for Azure Event Hubs", read 2026-11).
    fn compression_of_hubs(&self, kind: &Kind, settings: &Settings<'a>) {
        if kind.name != "eventhubs" {
            return;
        }
        let (Some(word), Some(place), Some(value)) = (self.quietly(|| self.word_setting(settings, "compression")), settings.place("compression"), settings.get("compression")) else { return };
        if !matches!(word, "none" | "gzip") {
            self.report(
                Diagnostic::new(codes::E0704, place, format!("Event Hubs refuses `compression = {word}`: it takes `gzip` or `none`"))
                    .here("not for Event Hubs")
                    .help("write `compression = gzip`")
                    .fix("change `compression` to `gzip`", false, value.span, "gzip"),
            );
        }
    }
}
