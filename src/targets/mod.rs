//! Facts about what a file can declare: the settings of each kind, with their types, defaults and words. No I/O; the editor reads the same tables.

pub mod hosts;
mod kinds;
mod settings;

pub use kinds::{AVRO, KINDS, Kind, RETRY, SASL, TLS, kind, record_limit};
pub use settings::*;

/// One setting of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub required: bool,
    /// One line, for hover and completion.
    pub doc: &'static str,
    /// As it would be written; empty where there is none.
    pub default: &'static str,
    pub kind: SettingKind,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    Text,
    /// A text, or `secret(…)`.
    Secret,
    Bool,
    /// A whole number of at least this.
    Whole(u64),
    /// Records a second, more than none.
    Rate,
    DataRate,
    /// Zero or more.
    Time,
    /// Whole bytes, more than none.
    Size,
    /// 0 % to 100 %.
    Share,
    /// Any ratio of at least 0.
    Ratio,
    MoneyPerTime,
    Words(&'static [&'static str]),
    Texts,
    /// Read by the code of its subject; in words.
    Special(&'static str),
}

const fn optional(name: &'static str, kind: SettingKind, default: &'static str, doc: &'static str) -> Setting {
    Setting { name, required: false, doc, default, kind }
}

const fn required(name: &'static str, kind: SettingKind, doc: &'static str) -> Setting {
    Setting { name, required: true, doc, default: "", kind }
}

/// A setting by its name.
pub fn find(tables: &[&'static [Setting]], name: &str) -> Option<&'static Setting> {
    tables.iter().flat_map(|t| t.iter()).find(|s| s.name == name)
}
