//! Words of the language that stand for something: metrics, settings, calls.

use super::declared::{capital, limits_of, offers_of};
use super::{About, fenced, keywords, paragraphs};
use crate::catalog::{self, Metric, Of, Setting, SettingKind, Signature};
use crate::check::DeclKind;
use crate::check::names::Found;
use crate::ide::symbols::Word;
use crate::source::Span;
use crate::syntax::ast::{Ident, ExprKind};
use crate::units::{self, Dimension, Exact};

impl<'a> About<'_, 'a> {
    pub fn word(&self, word: Word, span: Span) -> Option<String> {
        Some(match word {
            Word::Metric { of, series } => metric(&catalog::metrics().into_iter().find(|m| m.of == of && m.series.name == series.name)?),
            Word::Statistic(pick) => paragraphs([format!("`.{}` of a distribution", pick.name), pick.doc.to_owned()]),
            Word::Across(pick) => paragraphs([format!("`.{}` across instances, at each moment", pick.name), pick.doc.to_owned()]),
            Word::ClusterMember(member) => paragraphs([format!("`.{}`: {}", member.name, units::dimension_name(member.dim)), member.doc.to_owned(), self.member_value(span)]),
            Word::Setting { setting, .. } => described(setting),
            Word::SettingWord { setting, word } => {
                let variant = match setting.kind {
                    SettingKind::Variant(variants) => variants.iter().find(|v| v.name == word),
                    _ => None,
                };
                match variant {
                    Some(variant) => paragraphs([format!("`{} = {word}`", setting.name), variant.doc.to_owned()]),
                    None => paragraphs([format!("`{} = {word}`", setting.name), described(setting)]),
                }
            }
            Word::TargetKind(kind) => paragraphs([kind.doc.to_owned(), limits_of(kind.name)]),
            Word::SourceKind(kind) => paragraphs([kind.doc.to_owned(), offers_of(kind.name)]),
            Word::Generator(signature) => called(signature),
            Word::Function(function) => called(&function.signature),
            Word::Query { signature, .. } => called(signature),
            Word::Unit(unit) => paragraphs([format!("`as {}`: {}", unit.name, units::dimension_name(unit.dim)), unit.doc.to_owned()]),
            Word::Level(form) | Word::FaultAction(form) => keywords::of_form(form),
        })
    }

    /// `current.price`, told at the member.
    fn member_value(&self, member: Span) -> String {
        let Some(item) = self.cx.file(member.file).and_then(|f| f.items.iter().find(|i| i.span.start <= member.start && member.end <= i.span.end)) else { return String::new() };
        let mut found = String::new();
        crate::check::visit::expressions(item, &mut |e| {
            if let ExprKind::Member(of, name) = &e.kind
                && name.span == member
                && let Found::Decl(decl) = self.cx.find(of)
                && self.cx.kind_of(decl) == Some(DeclKind::Cluster)
            {
                found = self.cluster_value(decl, name);
            }
        });
        found
    }

    fn cluster_value(&self, decl: crate::check::Decl, name: &Ident) -> String {
        self.cx.cluster_member(decl, name).map(|q| super::amounts::value(&q)).unwrap_or_default()
    }
}

fn metric(metric: &Metric) -> String {
    let dim = units::dimension_name(metric.series.dim);
    let nature = match metric.nature() {
        "distribution" => format!("a distribution of {}: read one of its numbers, such as `.p99`", dim.trim_start_matches("a ")),
        "counter" => format!("{dim} that only grows"),
        "final" => format!("{dim}, known once the run is over"),
        "declared" => format!("{dim}, as declared"),
        _ => dim,
    };
    let owner = match metric.of {
        Of::Test => "of the test",
        Of::Target => "of a target",
        Of::Pipeline => "of a pipeline",
        Of::Search => "of a search",
        Of::Alerts | Of::Cost => "of the test",
        Of::Source(_) => "of a source",
    };
    let every = metric.every().map(|s| format!(", every {}", units::show(Exact::from_integer(s), Dimension::TIME))).unwrap_or_default();
    let instances = if metric.series.per_instance { "One series per instance: `.min .max .avg .spread .count` read across them" } else { "" };
    let needs = if metric.needs.is_empty() { String::new() } else { format!("Needs {} of the pipeline", metric.needs.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(" or ")) };
    paragraphs([format!("`{}`: {nature}", metric.series.name), metric.series.doc.to_owned(), format!("Metric {owner}: {}{every}", metric.from), instances.to_owned(), needs])
}

fn described(setting: &Setting) -> String {
    let facts = match (setting.required, setting.default) {
        (true, _) => "Required".to_owned(),
        (false, "") => String::new(),
        (false, default) => format!("Default: `{default}`"),
    };
    paragraphs([format!("`{}`: {}", setting.name, setting.kind.takes()), setting.doc.to_owned(), facts])
}

fn called(signature: &Signature) -> String {
    let parameters: Vec<String> = signature.parameters.iter().map(|p| format!("- `{}`: {}{}", p.name, p.takes, if p.optional { ", optional" } else { "" })).collect();
    paragraphs([fenced(signature.usage), capital(signature.doc), parameters.join("\n")])
}
