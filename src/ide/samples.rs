//! What a setting could be set to, where nobody has said yet: for snippets, and for settings that are missing.

use crate::catalog::{Setting, SettingKind};

/// A value that reads well, fits the setting and leads nowhere but to this machine.
pub fn sample(setting: &Setting) -> String {
    if !setting.default.is_empty() && is_value(setting.default) {
        return setting.default.to_owned();
    }
    match setting.kind {
        SettingKind::Text => format!("\"{}\"", text(setting.name)),
        SettingKind::Secret => format!("secret(\"{}\")", setting.name.to_uppercase()),
        SettingKind::Bool => "true".to_owned(),
        SettingKind::Whole(_) if setting.name == "seed" => "1".to_owned(),
        SettingKind::Whole(_) if matches!(setting.name, "vcpu" | "members") => "4".to_owned(),
        SettingKind::Whole(_) => "12".to_owned(),
        SettingKind::Rate => "1_000/s".to_owned(),
        SettingKind::DataRate => "1MB/s".to_owned(),
        SettingKind::Time => match setting.name {
            "to" => "60s",
            // Of a retry, and of a whole test.
            "from" => "100ms",
            "timeout" => "2h",
            _ => "10s",
        }
        .to_owned(),
        SettingKind::Size => if setting.name == "memory" { "16GiB" } else { "1MiB" }.to_owned(),
        SettingKind::Share | SettingKind::Ratio => "50%".to_owned(),
        SettingKind::MoneyPerTime => "$0.192/h".to_owned(),
        SettingKind::Words(words) => words.first().copied().unwrap_or_default().to_owned(),
        SettingKind::Variant(variants) => variants.first().map_or("", |v| v.name).to_owned(),
        SettingKind::Texts => "[\"true\"]".to_owned(),
        SettingKind::Block(settings) => {
            let inner: Vec<String> = settings.iter().map(|s| format!("{} = {}", s.name, sample(s))).collect();
            format!("{{ {} }}", inner.join(", "))
        }
        SettingKind::Special(_) => special(setting.name).to_owned(),
        // Only who knows what is declared can name it.
        SettingKind::Thing(..) => String::new(),
    }
}

/// Whether the words of a default could stand in a file.
fn is_value(default: &str) -> bool {
    let parsed = crate::syntax::parse(crate::source::FileId(u32::MAX), &format!("let it = {default}\n"));
    parsed.diagnostics.is_empty()
}

fn text(name: &str) -> &str {
    match name {
        "brokers" => "localhost:9092",
        "url" | "endpoint" | "registry" => "http://localhost:8080",
        "host" => "http://localhost:8080",
        "region" => "eu-west-1",
        "as_of" => "2026-11",
        "path" => "records.jsonl",
        other => other,
    }
}

fn special(name: &str) -> &str {
    match name {
        "key" => "uuid()",
        "size" => "1KiB",
        "late" => "late(2%, 30s..=5m)",
        "op" => "choice { 60% \"insert\", 25% \"update\", 15% \"delete\" }",
        "driver" => "1 of \"m5.xlarge\"",
        "workers" => "4 of \"m5.xlarge\"",
        "method" => "\"POST\"",
        "client" => "{ \"queue.buffering.max.messages\" = \"1000000\" }",
        "headers" => "{ name = \"value\" }",
        "identity" => "field id",
        _ => "\"\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    /// Of every setting but those that name something declared.
    #[test]
    fn every_sample_parses() {
        let all = catalog::blocks().into_iter().flat_map(|b| b.settings).chain(catalog::nested_settings());
        for setting in all.filter(|s| !matches!(s.kind, SettingKind::Thing(..))) {
            assert!(is_value(&sample(setting)), "{} = {}", setting.name, sample(setting));
        }
    }
}
