//! The names in `{ … }`: settings against the tables of their block, the fields of records, and entries of all other sorts.

use super::{Kind, Walk, Word};
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind};
use crate::targets::{self, Setting, SettingKind};

impl<'a> Walk<'_, 'a> {
    /// Settings. `of` and `kind` say whose, as [`Word::Setting`] has it.
    pub(super) fn settings(&mut self, body: &'a Body, tables: &[&'static [Setting]], of: &'static str, kind: &'static str) {
        for entry in &body.entries {
            match &entry.kind {
                EntryKind::Setting { key, value, null } => {
                    match targets::find(tables, &key.text) {
                        Some(setting) => {
                            self.word(Word::Setting { of, kind, setting }, key.span);
                            self.setting_value(setting, value);
                        }
                        None => self.value(value),
                    }
                    null.iter().for_each(|null| self.value(null));
                }
                _ => self.entry(&entry.kind),
            }
        }
    }

    /// Setting words win over names.
    pub(super) fn setting_value(&mut self, setting: &'static Setting, value: &'a Expr) {
        let inner = value.unwrapped();
        match (setting.kind, &inner.kind) {
            (SettingKind::Words(_) | SettingKind::Variant(_), ExprKind::Name(name)) => {
                if let Some(word) = setting.kind.words().into_iter().find(|word| *word == name.text) {
                    self.word(Word::SettingWord { setting, word }, name.span);
                }
            }
            (SettingKind::Variant(variants), ExprKind::Construct { kind, body }) => match variants.iter().find(|v| v.name == kind.text) {
                Some(variant) => {
                    self.word(Word::SettingWord { setting, word: variant.name }, kind.span);
                    self.settings(body, variant.settings, setting.name, variant.name);
                }
                None => self.entries(body),
            },
            (SettingKind::Block(settings), ExprKind::Record(body)) => self.settings(body, &[settings], setting.name, ""),
            // Names that the service gives a meaning: `client`, `headers`.
            (SettingKind::Special(_), ExprKind::Record(body)) => self.entries(body),
            // `method = POST`
            (SettingKind::Special(_), ExprKind::Name(_)) if setting.name == "method" => {}
            _ => self.value(value),
        }
    }

    /// The fields of a record: names and generators.
    pub(super) fn record(&mut self, body: &'a Body) {
        for entry in &body.entries {
            if let EntryKind::Setting { key: name, .. } | EntryKind::Field { name: Some(name), .. } = &entry.kind {
                self.declares(Kind::Field, name.span);
            }
            self.entry(&entry.kind);
        }
    }

    /// Weighted things, and values behind keys that are no names of the language.
    pub(super) fn entries(&mut self, body: &'a Body) {
        for entry in &body.entries {
            self.entry(&entry.kind);
        }
    }

    fn entry(&mut self, entry: &'a EntryKind) {
        match entry {
            EntryKind::Setting { value, null, .. } | EntryKind::Field { value, null, .. } => {
                self.value(value);
                null.iter().for_each(|null| self.value(null));
            }
            EntryKind::Weighted { value, .. } | EntryKind::Bare { value } => self.value(value),
        }
    }
}
