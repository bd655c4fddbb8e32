//! Blocks of settings against the tables of `targets`: unknown, missing and doubled keys, and values by the type of their setting.

use super::Context;
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::TextValue;
use crate::source::Span;
use crate::syntax::ast::{Body, Entry, EntryKind, Expr, Ident};
use crate::targets::{self, Setting, SettingKind};
use crate::units::{Dimension, Exact};
use num_traits::ToPrimitive;
use std::collections::{HashMap, HashSet};

/// The settings of one block, by name.
#[derive(Clone, Debug)]
pub(super) struct Settings<'a> {
    found: Vec<(&'static Setting, &'a Ident, &'a Expr)>,
}

/// The value of a setting, in base units.
#[derive(Clone, Debug)]
pub(super) enum SettingValue {
    Text(TextValue),
    Bool(bool),
    Whole(u64),
    Number(Exact),
    Word(&'static str),
    Texts(Vec<String>),
}

impl<'a> Settings<'a> {
    pub fn get(&self, name: &str) -> Option<&'a Expr> {
        self.found.iter().find(|(s, ..)| s.name == name).map(|(.., value)| *value)
    }
    /// Where a setting stands, its key included.
    pub fn place(&self, name: &str) -> Option<Span> {
        self.found.iter().find(|(s, ..)| s.name == name).map(|(_, key, value)| key.span.to(value.span))
    }
}

impl<'a> Context<'a> {
    /// Reads a block: E0207, E0208 (at `name`), E0209. `of`: "a kafka target".
    pub(super) fn settings(&self, body: &'a Body, tables: &[&'static [Setting]], of: &str, name: Span) -> Settings<'a> {
        self.settings_of(body.entries.iter(), tables, of, name)
    }

    pub(super) fn settings_of(&self, entries: impl Iterator<Item = &'a Entry>, tables: &[&'static [Setting]], of: &str, name: Span) -> Settings<'a> {
        let mut found = Vec::new();
        let mut keys = Vec::new();
        for entry in entries {
            match &entry.kind {
                EntryKind::Setting { key, value, .. } => {
                    keys.push(key);
                    if let Some(setting) = targets::find(tables, &key.text)
                        && !found.iter().any(|(s, ..): &(&Setting, _, _)| s.name == setting.name)
                    {
                        found.push((setting, key, value));
                    }
                }
                EntryKind::Field { .. } | EntryKind::Weighted { .. } | EntryKind::Bare { .. } => self.not_a_setting(entry.span, of),
            }
        }
        let settings = Settings { found };
        let missing: Vec<&Setting> = tables.iter().flat_map(|t| t.iter()).filter(|s| s.required && !keys.iter().any(|k| k.text == s.name)).collect();
        // A key that is nearly the missing one is one mistake, not two.
        let unknown = self.keys(&keys, tables, of, &missing);
        let missing: Vec<&Setting> = missing.into_iter().filter(|s| !unknown.contains(&s.name)).collect();
        if !missing.is_empty() {
            self.report(missing_settings(&missing, of, name, self.text_at(name)));
        }
        settings
    }

    /// Keys that `table` does not know (E0207, did you mean) or that stand twice (E0209). `of`: "a test".
    pub fn setting_keys(&self, keys: &[&'a Ident], table: &'static [Setting], of: &str) {
        self.keys(keys, &[table], of, &[]);
    }

    /// Answers the names that unknown keys were probably meant for.
    pub(super) fn keys(&self, keys: &[&'a Ident], tables: &[&'static [Setting]], of: &str, missing: &[&Setting]) -> Vec<&'static str> {
        let mut meant = Vec::new();
        let names: HashSet<&str> = keys.iter().map(|k| k.text.as_str()).collect();
        let all: Vec<&'static Setting> = tables.iter().flat_map(|t| t.iter()).collect();
        let mut known: HashMap<&str, &Ident> = HashMap::new();
        for key in keys {
            let first = *known.entry(&key.text).or_insert(key);
            if first.span != key.span {
                self.report(
                    Diagnostic::new(codes::E0209, key.span, format!("`{}` is given twice", key.text)).here("given again").label(first.span, "first given here").help("remove one of them"),
                );
                continue;
            }
            if all.iter().any(|s| s.name == key.text) {
                continue;
            }
            // What is missing was probably meant; what stands already was not.
            let absent = |name: &&str| !names.contains(*name);
            let near = suggest::nearest(&key.text, missing.iter().map(|s| s.name))
                .or_else(|| suggest::nearest(&key.text, all.iter().map(|s| s.name).filter(absent)))
                .or_else(|| suggest::nearest(&key.text, all.iter().map(|s| s.name)));
            let d = Diagnostic::new(codes::E0207, key.span, format!("{of} has no setting `{}`", key.text));
            let near = near.and_then(|near| all.iter().find(|s| s.name == near));
            self.report(match near {
                Some(near) => {
                    meant.push(near.name);
                    let given = keys.iter().find(|k| k.text == near.name);
                    let d = d.here(format!("did you mean `{}`?", near.name));
                    match given {
                        Some(given) => d.label(given.span, format!("`{}` is given here", near.name)).help("remove it"),
                        None => d.help(format!("write `{}`", near.name)).fix(format!("replace by `{}`", near.name), false, key.span, near.name),
                    }
                }
                None if all.is_empty() => d.here("takes no settings").help("remove it"),
                None => {
                    let names: Vec<&str> = all.iter().map(|s| s.name).collect();
                    d.here("no such setting").help(format!("{of} takes {}", suggest::listed(&names).replace(" or ", " and ")))
                }
            });
        }
        meant
    }

    fn not_a_setting(&self, span: Span, of: &str) {
        self.report(Diagnostic::new(codes::E0101, span, format!("expected a setting of {of}, `name = value`, and found {}", self.quoted(span))).help("write `name = value`"));
    }

    /// The value of a setting by the type in its table; `None` where it is absent or wrong.
    pub(super) fn setting(&self, settings: &Settings<'a>, name: &str) -> Option<SettingValue> {
        let (setting, _, value) = settings.found.iter().find(|(s, ..)| s.name == name)?;
        self.value_of_setting(setting, value)
    }

    pub(super) fn value_of_setting(&self, setting: &Setting, e: &'a Expr) -> Option<SettingValue> {
        let what = format!("`{}`", setting.name);
        let what = what.as_str();
        Some(match setting.kind {
            SettingKind::Text => SettingValue::Text(self.text(e, what)?),
            SettingKind::Secret => SettingValue::Text(self.text_or_secret(e, what)?),
            SettingKind::Bool => SettingValue::Bool(self.boolean(e, what)?),
            SettingKind::Whole(least) => SettingValue::Whole(self.whole(e, least, what)?),
            SettingKind::Rate => SettingValue::Number(self.positive(e, Dimension::RATE, what)?),
            SettingKind::DataRate => SettingValue::Number(self.positive(e, Dimension::DATA_RATE, what)?),
            SettingKind::Time => SettingValue::Number(self.not_negative(e, Dimension::TIME, what)?),
            SettingKind::Size => SettingValue::Whole(self.bytes(e, what)?),
            SettingKind::Share => SettingValue::Number(self.share(e, what)?),
            SettingKind::Ratio => SettingValue::Number(self.not_negative(e, Dimension::RATIO, what)?),
            SettingKind::MoneyPerTime => SettingValue::Number(self.not_negative(e, Dimension::MONEY_PER_TIME, what)?),
            SettingKind::Words(words) => SettingValue::Word(self.word(e, words, what)?),
            SettingKind::Texts => SettingValue::Texts(self.text_list(e, what)?),
            // Read by the code of their subjects.
            SettingKind::Thing(..) | SettingKind::Variant(_) | SettingKind::Block(_) | SettingKind::Special(_) => return None,
        })
    }

    /// Whole bytes, more than none.
    pub(super) fn bytes(&self, e: &'a Expr, what: &str) -> Option<u64> {
        self.positive(e, Dimension::DATA, what)?.ceil().to_integer().to_u64()
    }

    /// Looks at every setting of a block whose type stands in its table.
    pub(super) fn check_settings(&self, settings: &Settings<'a>) {
        for (setting, _, value) in &settings.found {
            let _ = self.value_of_setting(setting, value);
        }
    }
}

/// Typed access, for lowering.
impl<'a> Context<'a> {
    pub(super) fn text_setting(&self, settings: &Settings<'a>, name: &str) -> Option<TextValue> {
        match self.setting(settings, name)? {
            SettingValue::Text(text) => Some(text),
            _ => None,
        }
    }
    pub(super) fn whole_setting(&self, settings: &Settings<'a>, name: &str) -> Option<u64> {
        match self.setting(settings, name)? {
            SettingValue::Whole(n) => Some(n),
            _ => None,
        }
    }
    pub(super) fn number_setting(&self, settings: &Settings<'a>, name: &str) -> Option<Exact> {
        match self.setting(settings, name)? {
            SettingValue::Number(n) => Some(n),
            _ => None,
        }
    }
    pub(super) fn bool_setting(&self, settings: &Settings<'a>, name: &str) -> Option<bool> {
        match self.setting(settings, name)? {
            SettingValue::Bool(b) => Some(b),
            _ => None,
        }
    }
    pub(super) fn word_setting(&self, settings: &Settings<'a>, name: &str) -> Option<&'static str> {
        match self.setting(settings, name)? {
            SettingValue::Word(w) => Some(w),
            _ => None,
        }
    }
    pub(super) fn texts_setting(&self, settings: &Settings<'a>, name: &str) -> Option<Vec<String>> {
        match self.setting(settings, name)? {
            SettingValue::Texts(t) => Some(t),
            _ => None,
        }
    }
}

/// E0208, all that is missing in one message.
fn missing_settings(missing: &[&Setting], of: &str, name: Span, shown: &str) -> Diagnostic {
    let names: Vec<&str> = missing.iter().map(|s| s.name).collect();
    let listed = suggest::listed(&names).replace(" or ", " and ");
    let edits: Vec<String> = missing.iter().map(|s| format!("`{} = {}`", s.name, sample(s.kind))).collect();
    let called = if shown.is_empty() { String::new() } else { format!(" `{}`", shown.trim_matches('"')) };
    Diagnostic::new(codes::E0208, name, format!("{of} needs {listed}, and{called} has none"))
        .here(format!("{listed} missing"))
        .help(format!("add {}", edits.join(", ")))
}

fn sample(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Text => "\"…\"",
        SettingKind::Secret => "secret(\"NAME\")",
        SettingKind::Bool => "true",
        SettingKind::Whole(_) => "12",
        SettingKind::Rate => "1_000/s",
        SettingKind::DataRate => "1MB/s",
        SettingKind::Time => "1s",
        SettingKind::Size => "16GiB",
        SettingKind::Share | SettingKind::Ratio => "50%",
        SettingKind::MoneyPerTime => "$0.192/h",
        SettingKind::Words(words) => match words.first() {
            Some(word) => word,
            None => "…",
        },
        SettingKind::Texts => "[\"…\"]",
        SettingKind::Thing(..) | SettingKind::Variant(_) | SettingKind::Block(_) | SettingKind::Special(_) => "…",
    }
}
