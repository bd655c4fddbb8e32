//! The rules of a SARIF log: what stands in the pages of the codes that were found.

use crate::diagnostics::{Code, Diagnostic, Severity, pages};
use serde_json::{Value, json};

/// The codes of these findings, in order, once each: a result names its rule by its place here.
pub fn found(diagnostics: &[Diagnostic]) -> Vec<Code> {
    let mut codes: Vec<Code> = diagnostics.iter().map(|d| d.code).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// `repository` is where the project's sources can be read, if anywhere.
pub fn rule(code: Code, repository: Option<&str>) -> Value {
    let page = pages::page(code).unwrap_or_default();
    let (title, summary) = (capital(pages::title(page)), pages::summary(page));
    let mut rule = json!({
        "id": code.as_str(),
        "name": name(&title),
        "shortDescription": {"text": title},
        "fullDescription": {"text": plain(&summary)},
        "help": {"text": pages::as_text(page, false, 100), "markdown": pages::as_markdown(page)},
        "defaultConfiguration": {"level": level(code.severity())},
        "properties": properties(code),
    });
    if let (Some(repository), Some(rule)) = (repository, rule.as_object_mut()) {
        rule.insert("helpUri".to_string(), json!(format!("{}/blob/main/docs/errors/{code}.md", repository.trim_end_matches('/'))));
    }
    rule
}

pub fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    }
}

/// What GitHub sorts and filters by.
fn properties(code: Code) -> Value {
    let (precision, problem) = match code.severity() {
        Severity::Error => ("very-high", "error"),
        Severity::Warning => ("high", "warning"),
        Severity::Hint => ("high", "recommendation"),
    };
    match weakness(code) {
        Some((cwe, severity)) => json!({
            "tags": [code.group(), "security", format!("external/cwe/cwe-{cwe}")],
            "precision": precision, "problem.severity": problem, "security-severity": severity,
        }),
        None => json!({"tags": [code.group()], "precision": precision, "problem.severity": problem}),
    }
}

/// The number of the weakness in MITRE's list (cwe.mitre.org), and how bad it is from 0 to 10.
fn weakness(code: Code) -> Option<(u32, &'static str)> {
    match code.as_str() {
        // Use of hard-coded credentials.
        "E0901" => Some((798, "8.0")),
        // Cleartext transmission of sensitive information.
        "W0913" => Some((319, "5.0")),
        _ => None,
    }
}

/// "ARateAboveWhatTheTargetTakes"
fn name(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn plain(markdown: &str) -> String {
    markdown.replace("**", "").replace('`', "")
}
