//! Settings that are not given yet, and what they can be set to.

use super::item::{Item, Rank, Sort, choice, escaped, slot};
use super::names::{self, Takes};
use super::{Asked, around};
use crate::catalog::{self, Setting, SettingKind};
use crate::check::sasl;
use crate::ide::samples::sample;

impl Asked<'_, '_> {
    /// Of a declaration; `kind` is empty where it has none.
    pub fn keys(&self, of: &str, kind: &str, out: &mut Vec<Item>) {
        let Some(block) = catalog::block(of, kind) else { return };
        let given = around::keys(self.text, &self.place);
        let missing = !block.one_of.is_empty() && !block.one_of.iter().any(|one| given.contains(one));
        for setting in &block.settings {
            let needed = setting.required || (missing && block.one_of.contains(&setting.name));
            if !given.contains(&setting.name) {
                out.push(self.key(setting, needed));
            }
        }
    }

    pub fn nested_keys(&self, settings: &[&'static Setting], out: &mut Vec<Item>) {
        let given = around::keys(self.text, &self.place);
        let needed = self.needed(settings, around::body(self.text, &self.place));
        out.extend(settings.iter().filter(|s| !given.contains(&s.name)).map(|s| self.key(s, needed.contains(&s.name))));
    }

    /// The settings that a block cannot do without, by what is written in it.
    fn needed(&self, settings: &[&'static Setting], body: &str) -> Vec<&'static str> {
        let shows_itself = settings.iter().any(|s| s.name == "mechanism");
        let by_password = shows_itself && !sasl::BY_OTHERS.iter().any(|other| body.contains(other));
        let needs = |s: &&&'static Setting| s.required || (shows_itself && s.name == "mechanism") || (by_password && sasl::BY_PASSWORD.contains(&s.name));
        settings.iter().filter(needs).map(|s| s.name).collect()
    }

    fn key(&self, setting: &'static Setting, needed: bool) -> Item {
        let rank = if needed { Rank::Required } else { Rank::Good };
        let detail = match (needed, setting.default) {
            (true, _) => "setting · required".to_owned(),
            (false, "") => "setting".to_owned(),
            (false, default) => format!("setting · {default}"),
        };
        let takes = setting.kind.takes();
        let default = if setting.default.is_empty() { String::new() } else { format!("\n\nDefault: `{}`", setting.default) };
        let item = self.item(setting.name, Sort::Setting, rank).detail(detail).doc(format!("{}\n\nTakes {takes}.{default}", setting.doc));
        if self.followed_by('=') {
            return item;
        }
        match self.value_snippet(setting) {
            Some(value) => item.snippet(format!("{} = {value}", escaped(setting.name))),
            None => item.snippet(format!("{} = {}", escaped(setting.name), self.first_thing(setting).map_or("$0".to_owned(), |name| slot(1, &name)))).again(),
        }
    }

    /// What stands behind the `=` at first; `None` where it names something declared.
    pub fn value_snippet(&self, setting: &'static Setting) -> Option<String> {
        let default_first = |words: Vec<&'static str>| {
            let mut words = words;
            if let Some(at) = words.iter().position(|w| *w == setting.default) {
                let word = words.remove(at);
                words.insert(0, word);
            }
            Some(choice(1, &words))
        };
        match setting.kind {
            SettingKind::Words(words) => default_first(words.to_vec()),
            SettingKind::Variant(variants) => default_first(variants.iter().map(|v| v.name).collect()),
            SettingKind::Bool => default_first(vec!["true", "false"]),
            SettingKind::Thing(..) => None,
            // The fields of this event are better than any generator.
            SettingKind::Special(_) if setting.name == "key" => Some(self.fields().first().map_or_else(|| slot(1, &sample(setting)), |field| slot(1, field))),
            SettingKind::Special(_) if setting.name == "identity" => Some(format!("field {}", self.fields().first().map_or_else(|| "${1:id}".to_owned(), |field| slot(1, field)))),
            _ => Some(slot(1, &sample(setting))),
        }
    }

    /// Something declared that a setting can name.
    pub fn first_thing(&self, setting: &'static Setting) -> Option<String> {
        let SettingKind::Thing(words, _) = setting.kind else { return None };
        let mut found = Vec::new();
        self.things(Takes::Kinds(&names::kinds(words)), &mut found);
        found.into_iter().find(|item| item.rank == Rank::Best).map(|item| item.label)
    }

    pub fn fields(&self) -> Vec<&str> {
        around::named(self.text, &self.place, "field")
    }

    /// What a setting can be set to that has words of its own.
    pub fn setting_values(&self, setting: &'static Setting, out: &mut Vec<Item>) {
        let word = |word: &'static str, doc: &str| {
            let best = word == setting.default;
            let detail = if best { "default" } else { "" };
            self.item(word, Sort::Word, if best { Rank::Required } else { Rank::Best }).detail(detail).doc(doc)
        };
        match setting.kind {
            SettingKind::Words(words) => out.extend(words.iter().map(|w| word(w, setting.doc))),
            SettingKind::Bool => out.extend(["true", "false"].map(|w| word(w, setting.doc))),
            SettingKind::Variant(variants) => {
                for variant in variants {
                    out.push(word(variant.name, variant.doc));
                    if !variant.settings.is_empty() && !self.followed_by('{') {
                        let settings: Vec<&'static Setting> = variant.settings.iter().flat_map(|table| table.iter()).collect();
                        let needed = self.needed(&settings, "");
                        let mut number = 0;
                        let mut given: Vec<String> = Vec::new();
                        for setting in settings.iter().filter(|s| needed.contains(&s.name)) {
                            number += 1;
                            let value = match setting.kind {
                                SettingKind::Words(words) => choice(number, words),
                                _ => slot(number, &sample(setting)),
                            };
                            given.push(format!("{} = {value}", setting.name));
                        }
                        let inner = if given.is_empty() { "$0".to_owned() } else { format!("{}$0", given.join(", ")) };
                        out.push(word(variant.name, variant.doc).snippet(format!("{} {{ {inner} \\}}", variant.name)).again().labelled(format!("{} {{ … }}", variant.name)));
                    }
                }
            }
            SettingKind::Text | SettingKind::Secret => self.texts(setting.kind == SettingKind::Secret, out),
            SettingKind::Block(_) | SettingKind::Texts => {
                let value = sample(setting);
                out.push(self.item(&value, Sort::Form, Rank::Best).doc(setting.doc).snippet(escaped(&value)));
            }
            SettingKind::Special(_) => {
                let value = sample(setting);
                let label = match setting.name {
                    "late" => catalog::LATE.name,
                    "op" => catalog::CHOICE.name,
                    "identity" => "field",
                    _ => &value,
                };
                let insert = if self.followed_by('(') || self.followed_by('{') || setting.name == "identity" { escaped(label) } else { escaped(&value) };
                out.push(self.item(label, Sort::Form, Rank::Best).detail(setting.kind.takes()).doc(setting.doc).snippet(insert));
                if setting.name == "method" {
                    self.texts(false, out);
                }
            }
            _ => {}
        }
    }

    /// What a text can come from.
    pub fn texts(&self, secret: bool, out: &mut Vec<Item>) {
        for function in catalog::FUNCTIONS.iter().filter(|f| f.meaning == catalog::Meaning::Env || (secret && f.meaning == catalog::Meaning::Secret)) {
            out.push(self.call(&function.signature, Rank::Best));
        }
        self.things(Takes::Texts, out);
    }
}
