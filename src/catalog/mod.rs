//! One truth: every word of the language with what there is to say of it. The tables live in the rooms that work with them (`syntax::words`, `units`,
//! `targets`, `check::functions`, `check::series`, `diagnostics::codes`); here they stand side by side, for completion and hover, for
//! `scalec catalog`, and for the test that holds the files of `editors/` to them.

mod human;
mod json;
mod metrics;

pub use crate::check::functions::{CHOICE, FUNCTIONS, Function, GENERATORS, LATE, Meaning};
pub use crate::check::series::{ACROSS, Pick, RawUnit, STATISTICS, Series, UNITS as METRIC_UNITS};
pub use crate::diagnostics::codes::ALL as CODES;
pub use crate::syntax::words::*;
pub use crate::targets::{CLUSTER_MEMBERS, ClusterMember, Parameter, Setting, SettingKind, Signature, Variant};
pub use crate::units::{MONEY, UNITS, Unit};
pub use human::human;
pub use json::json;
pub use metrics::{Metric, Of, metrics};

use crate::targets;

/// What can be set in one kind of block.
#[derive(Clone, Debug)]
pub struct Block {
    /// The word that declares it: `target`, `test`.
    pub of: &'static str,
    /// `kafka`, of a target or a source; empty elsewhere.
    pub kind: &'static str,
    pub doc: &'static str,
    /// Required ones first.
    pub settings: Vec<&'static Setting>,
    /// At least one of these is needed.
    pub one_of: &'static [&'static str],
    /// What can be asked of a source: `.query("…")`.
    pub query: Option<&'static Signature>,
}

impl Block {
    pub fn setting(&self, name: &str) -> Option<&'static Setting> {
        self.settings.iter().find(|s| s.name == name).copied()
    }
}

/// Every block that takes settings.
pub fn blocks() -> Vec<Block> {
    let block = |of: &'static str, kind: &'static str, doc: &'static str, tables: &[&'static [Setting]]| {
        let all = || tables.iter().flat_map(|t| t.iter());
        let settings = all().filter(|s| s.required).chain(all().filter(|s| !s.required)).collect();
        Block { of, kind, doc, settings, one_of: &[], query: None }
    };
    let plain = |of: &'static str, table: &'static [Setting]| block(of, "", form_of(DECLARATIONS, of).map_or("", |f| f.doc), &[table]);
    let targets_ = targets::KINDS.iter().map(|k| block("target", k.name, k.doc, k.settings));
    let sources = targets::SOURCES.iter().map(|k| Block { one_of: k.one_of, query: k.method, ..block("source", k.name, k.doc, &[k.settings]) });
    let others = [("event", targets::EVENT), ("pipeline", targets::PIPELINE), ("node", targets::NODE), ("cluster", targets::CLUSTER), ("test", targets::TEST)];
    targets_.chain(sources).chain(others.map(|(of, table)| plain(of, table))).collect()
}

/// The block of a declaration; `kind` is empty where the declaration has none.
pub fn block(of: &str, kind: &str) -> Option<Block> {
    blocks().into_iter().find(|b| b.of == of && b.kind == kind)
}

/// The kinds that a declaration has: those of targets, those of sources.
pub fn kinds(of: &str) -> Vec<(&'static str, &'static str)> {
    blocks().into_iter().filter(|b| b.of == of && !b.kind.is_empty()).map(|b| (b.kind, b.doc)).collect()
}

/// One word of the grammar.
pub fn keyword(word: &str) -> Option<Keyword> {
    keywords().into_iter().find(|k| k.word == word)
}

/// Every setting word: what settings can be set to, and the kinds that have blocks of their own (`avro { … }`).
pub fn setting_words() -> Vec<&'static str> {
    let mut words: Vec<&'static str> = blocks().iter().flat_map(|b| b.settings.clone()).chain(nested_settings()).flat_map(|s| s.kind.words()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Settings of what is a setting itself: of `security = sasl_ssl { … }`, `retry = { … }`.
pub fn nested_settings() -> Vec<&'static Setting> {
    let mut found: Vec<&'static Setting> = Vec::new();
    for setting in blocks().into_iter().flat_map(|b| b.settings) {
        let nested: Vec<&'static Setting> = match setting.kind {
            SettingKind::Variant(variants) => variants.iter().flat_map(|v| v.settings.iter().flat_map(|t| t.iter())).collect(),
            SettingKind::Block(settings) => settings.iter().collect(),
            _ => Vec::new(),
        };
        for setting in nested {
            if !found.contains(&setting) {
                found.push(setting);
            }
        }
    }
    found
}
