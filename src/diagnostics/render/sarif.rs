//! SARIF 2.1.0, as GitHub's code scanning and the viewers of editors read it.
//!
//! What allow comments or settings silence is left out: code scanning shows suppressed results as if they were not.
//! Source text is left out as well; it may hold a literal that should have been a secret.

use super::fingerprint::Fingerprints;
use super::rules;
use crate::diagnostics::{Diagnostic, Fix, Label};
use crate::source::{FileId, SourceMap, Span, uri};
use serde_json::{Value, json};

const BASE: &str = "%SRCROOT%";

/// Ends with a newline.
pub fn sarif(map: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    log(map, diagnostics, option_env!("CARGO_PKG_REPOSITORY").filter(|url| !url.is_empty()))
}

fn log(map: &SourceMap, diagnostics: &[Diagnostic], repository: Option<&str>) -> String {
    let codes = rules::found(diagnostics);
    let mut names = Fingerprints::new(map);
    let mut driver = json!({
        "name": "scalec",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": codes.iter().map(|code| rules::rule(*code, repository)).collect::<Vec<_>>(),
    });
    if let (Some(url), Some(driver)) = (repository, driver.as_object_mut()) {
        driver.insert("informationUri".to_string(), json!(url));
    }
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|d| result(map, d, codes.binary_search(&d.code).unwrap_or_default(), &mut names))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "invocations": [{"executionSuccessful": true}],
            "originalUriBaseIds": {BASE: {"description": {"text": "The folder that scalec was called in."}}},
            "columnKind": "unicodeCodePoints",
            "defaultEncoding": "UTF-8",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn result(map: &SourceMap, d: &Diagnostic, rule: usize, names: &mut Fingerprints) -> Value {
    let mut result = json!({
        "ruleId": d.code.as_str(),
        "ruleIndex": rule,
        "level": rules::level(d.severity()),
        "message": {"text": message(d)},
        "locations": [location(map, &d.primary)],
        "partialFingerprints": {"scalec/v1": names.of(d)},
    });
    if let Some(hash) = names.line_hash(d) {
        result["partialFingerprints"]["primaryLocationLineHash"] = json!(hash);
    }
    let Some(object) = result.as_object_mut() else { return result };
    if !d.labels.is_empty() {
        let related = d.labels.iter().enumerate().map(|(id, label)| with(location(map, label), "id", json!(id + 1)));
        object.insert("relatedLocations".to_string(), related.collect());
    }
    if !d.fixes.is_empty() {
        object.insert("fixes".to_string(), d.fixes.iter().map(|f| fix(map, f)).collect());
    }
    result
}

/// The headline stands alone in its first line.
fn message(d: &Diagnostic) -> String {
    let notes = d.notes.iter().cloned();
    let help = d.help.iter().map(|help| format!("Help: {help}"));
    std::iter::once(d.message.clone()).chain(notes).chain(help).collect::<Vec<_>>().join("\n\n")
}

fn location(map: &SourceMap, label: &Label) -> Value {
    let span = label.span;
    let place = json!({"physicalLocation": {"artifactLocation": artifact(map, span.file), "region": region(map, span)}});
    if label.message.is_empty() { place } else { with(place, "message", json!({"text": label.message})) }
}

/// The end is the first character behind it.
fn region(map: &SourceMap, span: Span) -> Value {
    let file = map.file(span.file);
    let (from, to) = (file.line_column(span.start as usize), file.line_column(span.end as usize));
    json!({"startLine": from.line, "startColumn": from.column, "endLine": to.line, "endColumn": to.column})
}

fn fix(map: &SourceMap, fix: &Fix) -> Value {
    let mut files: Vec<FileId> = fix.edits.iter().map(|e| e.span.file).collect();
    files.sort();
    files.dedup();
    let changes = files.into_iter().map(|file| {
        let edits = fix.edits.iter().filter(|e| e.span.file == file);
        let replacements: Vec<Value> =
            edits.map(|e| json!({"deletedRegion": region(map, e.span), "insertedContent": {"text": e.text}})).collect();
        json!({"artifactLocation": artifact(map, file), "replacements": replacements})
    });
    json!({"description": {"text": fix.title}, "artifactChanges": changes.collect::<Vec<_>>()})
}

/// Paths are relative to where scalec was called, unless they were given in full or lead upward.
fn artifact(map: &SourceMap, file: FileId) -> Value {
    let path = &map.file(file).path;
    let uri = uri::encoded(path);
    let drive = cfg!(windows) && path.as_bytes().get(1) == Some(&b':');
    match () {
        () if drive => json!({"uri": format!("file:///{}", uri.replacen("%3A", ":", 1))}),
        () if path.starts_with('/') => json!({"uri": format!("file://{uri}")}),
        // A base and `..` do not go together: links may stand between.
        () if path.split('/').any(|part| part == "..") => json!({"uri": uri}),
        () => json!({"uri": uri, "uriBaseId": BASE}),
    }
}

fn with(value: Value, key: &str, more: Value) -> Value {
    let Value::Object(mut object) = value else { return value };
    object.insert(key.to_string(), more);
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;

    fn parsed(path: &str, text: &str, at: (usize, usize), repository: Option<&str>) -> Value {
        let mut map = SourceMap::default();
        let id = map.add(path, text);
        let span = Span::new(id, at.0, at.1);
        let d = Diagnostic::new(codes::E0302, span, "there is no unit `mins`").fix("write `30m`", true, span, "30m");
        serde_json::from_str(&log(&map, &[d], repository)).unwrap()
    }

    #[test]
    fn paths_are_uris() {
        let uri = |path: &str| {
            let log = parsed(path, "", (0, 0), None);
            let artifact = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
            (artifact["uri"].as_str().unwrap().to_string(), artifact["uriBaseId"].as_str().map(str::to_string))
        };
        let base = Some(BASE.to_string());
        assert_eq!(uri("a/b.scale"), ("a/b.scale".to_string(), base.clone()));
        assert_eq!(uri("c:d e/#%ü?.scale"), ("c%3Ad%20e/%23%25%C3%BC%3F.scale".to_string(), base));
        assert_eq!(uri("../b.scale"), ("../b.scale".to_string(), None));
        assert_eq!(uri("/tmp/b c.scale"), ("file:///tmp/b%20c.scale".to_string(), None));
    }

    #[test]
    fn columns_are_characters_and_the_byte_order_mark_is_none() {
        let log = parsed("a.scale", "\u{feff}\"äö🦀\" 30mins\n", (3 + 10 + 1, 3 + 10 + 1 + 6), None);
        let result = &log["runs"][0]["results"][0];
        let region = json!({"startLine": 1, "startColumn": 7, "endLine": 1, "endColumn": 13});
        assert_eq!(result["locations"][0]["physicalLocation"]["region"], region);
        assert_eq!(result["fixes"][0]["artifactChanges"][0]["replacements"][0], json!({"deletedRegion": region, "insertedContent": {"text": "30m"}}));
    }

    #[test]
    fn rules_lead_to_their_pages_where_the_sources_are_published() {
        let driver = |repository| parsed("a.scale", "", (0, 0), repository)["runs"][0]["tool"]["driver"].clone();
        let published = driver(Some("https://example.com/x/scalec/"));
        assert_eq!(published["rules"][0]["helpUri"], "https://example.com/x/scalec/blob/main/docs/errors/E0302.md");
        assert_eq!(published["informationUri"], "https://example.com/x/scalec/");
        assert!(driver(None)["rules"][0].get("helpUri").is_none() && driver(None).get("informationUri").is_none());
    }
}
