//! The settings of a test.

use super::timeline_rules::Limits;
use crate::check::{Context, Decl};
use crate::plan::Arrivals;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, Ident, StatementKind};
use crate::targets;
use crate::units::{Dimension, Exact};

#[derive(Clone, Debug)]
pub struct Settings {
    pub seed: Option<u64>,
    /// Timeout, `skip_first`, `expected` and tags, as rules over the timeline want them.
    pub limits: Limits,
    pub arrivals: Arrivals,
    pub cluster: Option<Decl>,
    /// Names a cluster, be it a broken one.
    pub names_cluster: bool,
}

pub fn evaluate<'a>(cx: &Context<'a>, test: &'a ast::Test) -> Settings {
    let mut keys: Vec<&'a Ident> = Vec::new();
    let mut values: Vec<(&'a Ident, &'a Expr, Span)> = Vec::new();
    for statement in &test.statements {
        if let StatementKind::Setting { key, value } = &statement.kind {
            keys.push(key);
            values.push((key, value, statement.span));
        }
    }
    cx.setting_keys(&keys, targets::TEST, "a test");
    let value_of = |name: &str| values.iter().find(|(key, ..)| key.text == name).map(|(_, value, _)| *value);
    // Messages point at the whole setting: its name is what a reader looks for.
    let with_place = |name: &str, read: &dyn Fn(&'a Expr) -> Option<Exact>| {
        let (_, e, place) = values.iter().find(|(key, ..)| key.text == name)?;
        read(e).map(|value| (value, *place))
    };
    let arrivals = match value_of("arrivals").and_then(|e| cx.word(e, &["uniform", "poisson"], "how records arrive")) {
        Some("poisson") => Arrivals::Poisson,
        _ => Arrivals::Uniform,
    };
    Settings {
        seed: value_of("seed").and_then(|e| cx.whole(e, 0, "a seed")),
        limits: Limits {
            timeout: with_place("timeout", &|e| cx.duration(e, "a timeout")),
            skip_first: with_place("skip_first", &|e| cx.not_negative(e, Dimension::TIME, "what is skipped of each phase")),
            expected: with_place("expected", &|e| cx.positive(e, Dimension::RATE, "the peak that production expects")),
            tags: value_of("tags").and_then(|e| cx.text_list(e, "the tags of a test")).unwrap_or_default(),
        },
        arrivals,
        cluster: value_of("cluster").and_then(|e| cx.cluster(e)),
        names_cluster: value_of("cluster").is_some(),
    }
}
