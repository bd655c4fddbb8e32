//! What a run may not do without its user's consent: send to another machine, send faster or cost more than the user's own file allows.
//! A scenario can never allow it.

use crate::targets::hosts;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// `~/.config/scalec/config.toml`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Consent {
    /// Hosts, Kafka cluster ids, stream ARNs.
    pub allow: BTreeSet<String>,
    /// Records a second.
    pub max_rate: Option<f64>,
    /// Dollars.
    pub max_cost: Option<f64>,
}

impl Consent {
    /// Whether a cluster is allowed by its id: 22 letters of base 64 (Apache Kafka), or `lkc-…` (Confluent Cloud).
    pub fn names_clusters(&self) -> bool {
        let base64 = |id: &str| id.len() == 22 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        self.allow.iter().any(|entry| base64(entry) || entry.starts_with("lkc-"))
    }
}

/// Where the user's file lies: `$XDG_CONFIG_HOME/scalec/config.toml`, else below `~/.config`.
pub fn config_path() -> Option<PathBuf> {
    let base = match std::env::var_os("XDG_CONFIG_HOME").filter(|v| !v.is_empty()) {
        Some(base) => PathBuf::from(base),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".config"),
    };
    Some(base.join("scalec").join("config.toml"))
}

/// Reads the user's file; none is an empty consent.
pub fn consent(path: Option<&Path>, confirmed: &[String]) -> Result<Consent, String> {
    let mut consent = match path {
        Some(path) => match std::fs::read_to_string(path) {
            Ok(text) => parse(&text).map_err(|why| format!("{}: {why}", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Consent::default(),
            Err(error) => return Err(format!("{} cannot be read: {error}", path.display())),
        },
        None => Consent::default(),
    };
    consent.allow.extend(confirmed.iter().map(|h| hosts::host_of(h).to_string()));
    consent.allow.extend(confirmed.iter().cloned());
    Ok(consent)
}

fn parse(text: &str) -> Result<Consent, String> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| e.message().to_string())?;
    let mut consent = Consent::default();
    for (key, value) in &table {
        match key.as_str() {
            "allow" => {
                let list = value.as_array().ok_or("`allow` is a list of hosts, such as [\"kafka.staging\"]")?;
                for entry in list {
                    let text = entry.as_str().ok_or("`allow` is a list of texts")?;
                    consent.allow.insert(text.to_string());
                    consent.allow.insert(hosts::host_of(text).to_string());
                }
            }
            "max_rate" => consent.max_rate = Some(amount(value, "/s", "max_rate = \"50_000/s\"")?),
            "max_cost" => consent.max_cost = Some(amount(value, "", "max_cost = \"$20\"")?),
            other => return Err(format!("unknown setting `{other}`; there are allow, max_rate and max_cost")),
        }
    }
    Ok(consent)
}

/// A number, or a text as scenarios have it: `50_000/s`, `100k/s`, `$20`.
fn amount(value: &toml::Value, unit: &str, example: &str) -> Result<f64, String> {
    let wrong = || format!("write it as {example}");
    let number = match value {
        toml::Value::Integer(i) => *i as f64,
        toml::Value::Float(f) => *f,
        toml::Value::String(text) => {
            let text = text.trim().replace('_', "");
            let text = text.strip_prefix('$').unwrap_or(&text);
            let text = text.strip_suffix(unit).unwrap_or(text);
            let (digits, factor) = match text.chars().last() {
                Some('k') => (text.trim_end_matches('k'), 1e3),
                Some('M') => (text.trim_end_matches('M'), 1e6),
                Some('G') => (text.trim_end_matches('G'), 1e9),
                _ => (text, 1.0),
            };
            digits.parse::<f64>().map_err(|_| wrong())? * factor
        }
        _ => return Err(wrong()),
    };
    if number.is_finite() && number > 0.0 { Ok(number) } else { Err(wrong()) }
}

/// The hosts of `a:9092,b:9092` that are neither on this machine nor allowed.
pub fn strangers(brokers: &str, consent: &Consent) -> Vec<String> {
    hosts::elsewhere(brokers).map(str::to_string).filter(|host| !consent.allow.contains(host)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_free_to_be_sent_to() {
        assert_eq!(strangers("localhost:1,kafka:9092", &Consent::default()), ["kafka"]);
    }

    #[test]
    fn the_users_file_allows_and_caps() {
        let consent = parse("allow = [\"kafka.staging:9092\"]\nmax_rate = \"50_000/s\"\nmax_cost = \"$20\"").expect("valid");
        assert!(strangers("kafka.staging:9093", &consent).is_empty());
        assert_eq!((consent.max_rate, consent.max_cost), (Some(50_000.0), Some(20.0)));
        assert_eq!(parse("max_rate = \"100k/s\"").map(|c| c.max_rate), Ok(Some(100_000.0)));
        assert!(parse("max_rate = \"fast\"").is_err_and(|why| why.contains("50_000/s")));
        assert!(parse("alow = []").is_err_and(|why| why.contains("alow")));
    }
}
