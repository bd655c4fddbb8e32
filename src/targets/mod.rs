//! Facts about what a file can declare: the settings of each kind, with their types, defaults and words. No I/O; the editor reads the same tables.

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
    Rate,
    Time,
    Size,
    Share,
    Money,
    MoneyPerTime,
    Words(&'static [&'static str]),
    Texts,
    /// Read by the code of its subject.
    Special(&'static str),
}

const fn setting(name: &'static str, kind: SettingKind, default: &'static str, doc: &'static str) -> Setting {
    Setting { name, required: false, doc, default, kind }
}

/// Settings of a `test`.
pub const TEST: &[Setting] = &[
    setting("seed", SettingKind::Whole(0), "", "The same seed sends the same bytes at the same times."),
    setting("timeout", SettingKind::Time, "the timeline plus 10m", "The run is ended, as inconclusive, when it takes longer."),
    setting("tags", SettingKind::Texts, "[]", "Words to choose tests by (`--tag`); `soak`, `burst` and `baseline` bring advice of their own."),
    setting("arrivals", SettingKind::Words(&["uniform", "poisson"]), "uniform", "Evenly spaced, or drawn as order statistics of the rate curve."),
    setting("skip_first", SettingKind::Time, "0s", "Left out at the start of each phase in `during` windows."),
    setting("expected", SettingKind::Rate, "", "The peak that production expects."),
    setting("cluster", SettingKind::Special("a cluster"), "", "What `cost` counts when no pipeline names one."),
];
