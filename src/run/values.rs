//! Texts from the environment and secrets, resolved once, before anything starts.

use crate::plan::{Format, TargetKind, Test, TextValue};
use std::fmt;

/// A text that never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Resolved {
    text: String,
    secret: bool,
}

impl Resolved {
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.secret { "(secret)" } else { &self.text })
    }
}

/// The environment, or a test's.
pub trait Environment {
    fn variable(&self, name: &str) -> Option<String>;
    fn file(&self, path: &str) -> std::io::Result<String>;
}

pub struct Process;

impl Environment for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
    fn file(&self, path: &str) -> std::io::Result<String> {
        std::fs::read_to_string(path)
    }
}

/// The error says which variable is missing, without a word of any value.
pub fn resolve(value: &TextValue, environment: &dyn Environment) -> Result<Resolved, String> {
    match value {
        TextValue::Literal(text) => Ok(Resolved { text: text.clone(), secret: false }),
        TextValue::Env { name, default } => match environment.variable(name).or_else(|| default.clone()) {
            Some(text) => Ok(Resolved { text, secret: false }),
            None => Err(format!("the environment variable {name} is not set, and `env(\"{name}\")` has no default")),
        },
        TextValue::Secret { name } => {
            if let Some(text) = environment.variable(name) {
                return Ok(Resolved { text, secret: true });
            }
            let Some(path) = environment.variable(&format!("{name}_FILE")) else {
                return Err(format!(
                    "the secret {name} is missing: set the environment variable {name}, or {name}_FILE to a file that holds it"
                ));
            };
            match environment.file(&path) {
                Ok(text) => Ok(Resolved { text: text.trim_end_matches(['\n', '\r']).to_string(), secret: true }),
                Err(error) => Err(format!("the secret {name} cannot be read from the file that {name}_FILE names ({path}): {error}")),
            }
        }
    }
}

/// Everything that is missing for these tests, each once, in order.
pub fn missing(tests: &[&Test], environment: &dyn Environment) -> Vec<String> {
    let mut all = Vec::new();
    for value in tests.iter().flat_map(|t| needed(t)) {
        if let Err(why) = resolve(value, environment)
            && !all.contains(&why)
        {
            all.push(why);
        }
    }
    all
}

fn needed(test: &Test) -> Vec<&TextValue> {
    let mut all = Vec::new();
    for target in &test.targets {
        match &target.kind {
            TargetKind::Kafka(kafka) => {
                all.extend([&kafka.brokers, &kafka.topic]);
                all.extend(kafka.client.iter().map(|(_, value)| value));
                let s = &kafka.security;
                all.extend([&s.username, &s.password, &s.ca, &s.certificate, &s.key].into_iter().flatten());
                debug_assert!(matches!(kafka.format, Format::Json | Format::Other(_)));
            }
            TargetKind::File { path, .. } => all.push(path),
            TargetKind::Null | TargetKind::Other { .. } => {}
        }
    }
    all.extend(test.pipelines.iter().filter_map(|p| p.group.as_ref()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake;
    impl Environment for Fake {
        fn variable(&self, name: &str) -> Option<String> {
            match name {
                "SET" => Some("value".into()),
                "HIDDEN" => Some("s3cret".into()),
                "STORED_FILE" => Some("/there".into()),
                "LOST_FILE" => Some("/not/there".into()),
                _ => None,
            }
        }
        fn file(&self, path: &str) -> std::io::Result<String> {
            if path == "/there" { Ok("from a file\n".into()) } else { Err(std::io::ErrorKind::NotFound.into()) }
        }
    }

    fn secret(name: &str) -> Result<Resolved, String> {
        resolve(&TextValue::Secret { name: name.into() }, &Fake)
    }

    #[test]
    fn variables_defaults_and_files_are_found() {
        let env = |name: &str, default: Option<&str>| resolve(&TextValue::Env { name: name.into(), default: default.map(Into::into) }, &Fake);
        assert_eq!(env("SET", Some("x")).map(|r| r.text), Ok("value".into()));
        assert_eq!(env("UNSET", Some("x")).map(|r| r.text), Ok("x".into()));
        assert!(env("UNSET", None).is_err_and(|why| why.contains("UNSET is not set")));
        assert_eq!(secret("STORED").map(|r| r.text), Ok("from a file".into()));
        assert!(secret("LOST").is_err_and(|why| why.contains("/not/there")));
        assert!(secret("UNSET").is_err_and(|why| why.contains("UNSET_FILE")));
    }

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", secret("HIDDEN")), "Ok((secret))");
    }
}
