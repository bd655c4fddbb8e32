//! Facts about what a file can declare: the settings of each kind, with their types, defaults and words. No I/O; the editor reads the same tables.

pub mod hosts;
mod kinds;
pub mod limits;
mod settings;
mod signature;

pub use kinds::{FORMATS, KINDS, Kind, RETRY, SECURITY, kind};
pub use limits::What;
pub use settings::*;
pub use signature::{Parameter, Signature};

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
    /// A declared thing of one of these kinds, by the words that declare them; where the second part is true, or a list of them.
    Thing(&'static [&'static str], bool),
    /// One of these, with settings of its own: `avro { registry = "…" }`.
    Variant(&'static [Variant]),
    /// A block of these settings.
    Block(&'static [Setting]),
    /// Read by the code of its subject; in words.
    Special(&'static str),
}

impl SettingKind {
    /// In words.
    pub fn takes(self) -> String {
        let plain = match self {
            SettingKind::Text => "a text",
            SettingKind::Secret => "a text, or `secret(…)`",
            SettingKind::Bool => "`true` or `false`",
            SettingKind::Whole(0) => "a whole number",
            SettingKind::Whole(least) => return format!("a whole number of at least {least}"),
            SettingKind::Rate => "a rate",
            SettingKind::DataRate => "a data rate",
            SettingKind::Time => "a time",
            SettingKind::Size => "a size",
            SettingKind::Share => "0% to 100%",
            SettingKind::Ratio => "a ratio",
            SettingKind::MoneyPerTime => "money per time",
            SettingKind::Words(words) => return either(words.iter().map(|w| format!("`{w}`"))),
            SettingKind::Texts => "a list of texts",
            SettingKind::Thing(kinds, list) => {
                let one = either(kinds.iter().map(|k| format!("a {k}")));
                return if list { format!("{one}, or a list of them") } else { one };
            }
            SettingKind::Variant(variants) => {
                return either(variants.iter().map(|v| if v.settings.is_empty() { format!("`{}`", v.name) } else { format!("`{} {{ … }}`", v.name) }));
            }
            SettingKind::Block(settings) => {
                let names: Vec<String> = settings.iter().map(|s| format!("{} = …", s.name)).collect();
                return format!("`{{ {} }}`", names.join(", "));
            }
            SettingKind::Special(words) => words,
        };
        plain.to_owned()
    }
    /// The words that it can be set to.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            SettingKind::Bool => vec!["true", "false"],
            SettingKind::Words(words) => words.to_vec(),
            SettingKind::Variant(variants) => variants.iter().map(|v| v.name).collect(),
            _ => Vec::new(),
        }
    }
}

/// "a", "a or b", "a, b or c"
fn either(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} or {last}", words.join(", ")),
        None => String::new(),
    }
}

/// One of the things that a setting can be, with settings of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    pub name: &'static str,
    pub settings: &'static [&'static [Setting]],
    pub doc: &'static str,
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
