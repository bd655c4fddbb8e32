//! The words of the language that stand for something: metrics, settings and what they can be set to, kinds, generators, functions, units.

use crate::catalog::{ClusterMember, Form, Of, Pick, RawUnit, Series, Setting, Signature};
use crate::plan::{Across, Statistic};
use crate::resolve::workspace::Workspace;
use crate::source::Span;
use crate::targets::{Kind, SourceKind};
use std::hash::{Hash, Hasher};

/// Two are the same where they are called the same and belong to the same.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// `latency`, `errors.ratio`, `.lag`, `.executor.cpu`
    Metric { of: Of, series: &'static Series },
    /// `.p99` of a distribution.
    Statistic(&'static Pick<Statistic>),
    /// `.max` across instances.
    Across(&'static Pick<Across>),
    /// `.price` of a cluster.
    ClusterMember(&'static ClusterMember),
    /// The key of a setting. `of`: the word that declares the block, or the setting around it; `kind`: `kafka`, `avro`, or empty.
    Setting { of: &'static str, kind: &'static str, setting: &'static Setting },
    /// What a setting is set to: `lz4`, `all`, `avro`.
    SettingWord { setting: &'static Setting, word: &'static str },
    TargetKind(&'static Kind),
    SourceKind(&'static SourceKind),
    /// `uuid()`, `choice { … }`, `late(…)`
    Generator(&'static Signature),
    /// Of two that are called alike (`min`, `max`) the one that is meant.
    Function(&'static crate::catalog::Function),
    /// `.query("…")` of a kind of source.
    Query { kind: &'static str, signature: &'static Signature },
    /// `as percent`
    Unit(&'static RawUnit),
    /// `critical`, `warning`
    Level(&'static Form),
    /// `stop`, `exec`
    FaultAction(&'static Form),
}

impl Word {
    pub fn name(self) -> &'static str {
        self.key().2
    }
    /// One line on what it is.
    pub fn doc(self) -> &'static str {
        match self {
            Word::Metric { series, .. } => series.doc,
            Word::Statistic(pick) => pick.doc,
            Word::Across(pick) => pick.doc,
            Word::ClusterMember(member) => member.doc,
            Word::Setting { setting, .. } | Word::SettingWord { setting, .. } => setting.doc,
            Word::TargetKind(kind) => kind.doc,
            Word::SourceKind(kind) => kind.doc,
            Word::Generator(signature) | Word::Query { signature, .. } => signature.doc,
            Word::Function(function) => function.signature.doc,
            Word::Unit(unit) => unit.doc,
            Word::Level(form) | Word::FaultAction(form) => form.doc,
        }
    }
    /// What tells it from every other: its sort, whom it belongs to, its name.
    fn key(self) -> (u8, &'static str, &'static str) {
        match self {
            Word::Metric { of: Of::Source(kind), series } => (0, kind, series.name),
            Word::Metric { of, series } => (1, of.name(), series.name),
            Word::Statistic(pick) => (2, "", pick.name),
            Word::Across(pick) => (3, "", pick.name),
            Word::ClusterMember(member) => (4, "", member.name),
            Word::Setting { of, kind, setting } => (5, if kind.is_empty() { of } else { kind }, setting.name),
            Word::SettingWord { setting, word } => (6, setting.name, word),
            Word::TargetKind(kind) => (7, "", kind.name),
            Word::SourceKind(kind) => (8, "", kind.name),
            Word::Generator(signature) => (9, "", signature.name),
            Word::Function(function) => (10, function.signature.usage, function.signature.name),
            Word::Query { kind, signature } => (11, kind, signature.name),
            Word::Unit(unit) => (12, "", unit.name),
            Word::Level(form) => (13, "", form.word),
            Word::FaultAction(form) => (14, "", form.word),
        }
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Word) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Word {}

impl Hash for Word {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// What stands within the quotes of a text.
pub fn inner(ws: &Workspace, text: Span) -> Span {
    let written = ws.map.slice(text);
    let quotes = if written.len() >= 6 && written.starts_with("\"\"\"") { 3 } else { 1 };
    let closed = written.len() as u32 >= 2 * quotes && written.ends_with('"');
    Span { start: (text.start + quotes).min(text.end), end: if closed { text.end - quotes } else { text.end }, ..text }
}
