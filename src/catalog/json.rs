//! The catalogue for machines: schema `scalec.catalog/1`.

use super::*;
use crate::check::series;
use crate::diagnostics::{pages, render::severity_word};
use crate::units::dimension_word;
use serde_json::{Value, json};

pub const SCHEMA: &str = "scalec.catalog/1";

/// All of it.
pub fn json() -> Value {
    let mut out = json!({
        "schema": SCHEMA,
        "scalec": env!("CARGO_PKG_VERSION"),
        "keywords": keywords().iter().map(keyword).collect::<Vec<_>>(),
        "never_values": NEVER_VALUES,
        "units": UNITS.iter().chain([&MONEY]).map(unit).collect::<Vec<_>>(),
        "settings": blocks().iter().map(block).collect::<Vec<_>>(),
        "generators": GENERATORS.iter().chain([&CHOICE, &LATE]).map(signature).collect::<Vec<_>>(),
        "functions": FUNCTIONS.iter().map(function).collect::<Vec<_>>(),
        "metrics": metrics().iter().map(metric).collect::<Vec<_>>(),
        "statistics": STATISTICS.iter().map(|s| json!({"name": s.name, "doc": s.doc})).collect::<Vec<_>>(),
        "across_instances": ACROSS.iter().map(|a| json!({"name": a.name, "doc": a.doc})).collect::<Vec<_>>(),
        "metric_units": series::UNITS.iter().map(|u| json!({"name": u.name, "dimension": dimension_word(u.dim), "doc": u.doc})).collect::<Vec<_>>(),
        "cluster_members": CLUSTER_MEMBERS.iter().map(|m| json!({"name": m.name, "dimension": dimension_word(m.dim), "doc": m.doc})).collect::<Vec<_>>(),
        "codes": codes(),
    });
    if let Some(out) = out.as_object_mut() {
        for (role, forms) in TABLES {
            out.insert(plural(*role).to_owned(), forms.iter().map(|f| json!({"word": f.word, "form": f.form, "doc": f.doc})).collect());
        }
    }
    out
}

fn plural(role: Role) -> &'static str {
    match role {
        Role::Declaration => "declarations",
        Role::Statement => "statements",
        Role::Sizing => "sizing_statements",
        Role::Entry => "entries",
        Role::Shape => "shapes",
        Role::Window => "windows",
        Role::Advice => "advice",
        Role::FaultAction => "fault_actions",
        Role::Level => "levels",
        Role::Clause => "clauses",
        Role::Operator => "operators",
        Role::Constant => "constants",
    }
}

fn keyword(keyword: &Keyword) -> Value {
    let mut roles: Vec<&str> = keyword.uses.iter().map(|(role, _)| role.name()).collect();
    roles.dedup();
    json!({"word": keyword.word, "roles": roles, "never_a_value": keyword.never_a_value()})
}

fn unit(unit: &Unit) -> Value {
    json!({
        "unit": unit.name,
        "dimension": dimension_word(unit.dim),
        "base": [unit.numerator.to_string(), unit.denominator.to_string()],
        "in_front": *unit == MONEY,
        "behind_slash": *unit != MONEY && unit.divides(),
        "doc": unit.doc,
    })
}

fn block(block: &Block) -> Value {
    let mut out = json!({"of": block.of, "kind": some(block.kind), "doc": block.doc, "settings": block.settings.iter().map(|s| setting(s)).collect::<Vec<_>>()});
    if let Some(out) = out.as_object_mut() {
        if !block.one_of.is_empty() {
            out.insert("one_of".to_owned(), json!(block.one_of));
        }
        if let Some(query) = block.query {
            out.insert("query".to_owned(), signature(query));
        }
    }
    out
}

fn setting(of: &Setting) -> Value {
    let mut out = json!({"name": of.name, "required": of.required, "default": some(of.default), "takes": of.kind.takes(), "doc": of.doc});
    if let Some(out) = out.as_object_mut() {
        match of.kind {
            SettingKind::Words(words) => {
                out.insert("words".to_owned(), json!(words));
            }
            SettingKind::Variant(variants) => {
                let variant = |v: &Variant| json!({"word": v.name, "doc": v.doc, "settings": v.settings.iter().flat_map(|t| t.iter()).map(setting).collect::<Vec<_>>()});
                out.insert("variants".to_owned(), variants.iter().map(variant).collect());
            }
            SettingKind::Block(settings) => {
                out.insert("settings".to_owned(), settings.iter().map(setting).collect());
            }
            SettingKind::Thing(kinds, list) => {
                out.insert("things".to_owned(), json!(kinds));
                out.insert("list".to_owned(), json!(list));
            }
            _ => {}
        }
    }
    out
}

fn signature(of: &Signature) -> Value {
    let argument = |p: &Parameter| json!({"name": p.name, "takes": p.takes, "optional": p.optional, "repeated": p.repeated});
    json!({"name": of.name, "usage": of.usage, "arguments": of.parameters.iter().map(argument).collect::<Vec<_>>(), "doc": of.doc})
}

fn function(function: &Function) -> Value {
    let on = match function.meaning {
        Meaning::Math(_) => "numbers",
        Meaning::Window(_) => "metrics over time",
        Meaning::Rate => "counting metrics",
        Meaning::Env | Meaning::Secret => "the environment",
    };
    let mut out = signature(&function.signature);
    if let Some(out) = out.as_object_mut() {
        out.insert("on".to_owned(), json!(on));
    }
    out
}

fn metric(metric: &Metric) -> Value {
    let kind = match metric.of {
        Of::Source(kind) => Some(kind),
        _ => None,
    };
    json!({
        "of": metric.of.name(),
        "kind": kind,
        "name": metric.series.name,
        "dimension": dimension_word(metric.series.dim),
        "nature": metric.nature(),
        "distribution": metric.is_distribution(),
        "per_instance": metric.series.per_instance,
        "needs": metric.needs,
        "from": metric.from,
        "every_seconds": metric.every().and_then(|s| u64::try_from(s).ok()),
        "doc": metric.series.doc,
    })
}

/// Those that this version reports.
fn codes() -> Vec<Value> {
    let code = |code: &crate::diagnostics::Code| {
        let page = pages::page(*code)?;
        Some(json!({"code": code.as_str(), "severity": severity_word(code.severity()), "group": code.group(), "title": pages::title(page)}))
    };
    CODES.iter().filter_map(code).collect()
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
