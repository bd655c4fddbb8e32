//! `docs/targets.md` says what the tables of `src/targets` say. After a change there: `INSTA_UPDATE=always cargo test --no-default-features --test targets`.

use scalec::targets::limits::{LIMITS, Limit, What};
use scalec::targets::{KINDS, Kind, Setting};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "\
# Targets

Every kind of target, its settings, and what it takes. The tables are those that `scalec check` reads; a test holds this page to them.

A limit is a figure of the service or the client, not of scalec, and it can change: each names its source and the month in which it was read.
`check` uses them for [E0701](errors/E0701.md) (a record larger than the target takes), [E0702](errors/E0702.md) (a rate above what it takes), [W0710](errors/W0710.md)
(a hot key) and [W0711](errors/W0711.md) (a batch that is full before `linger` has passed). Where records are compressed or not JSON, no bytes are counted that nobody can know;
with `aggregate`, no records.

How keys find their partition: [The language](language.md#keys-and-partitions).
";

#[test]
fn the_page_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/targets.md");
    let page = page();
    if std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always") {
        std::fs::write(&path, &page).expect("written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = page.lines().zip(written.lines()).find(|(a, b)| a != b);
    assert!(page == written, "docs/targets.md differs from src/targets: {differs:?}");
}

#[test]
fn every_limit_is_sourced_dated_and_of_a_kind() {
    let mut seen = BTreeSet::new();
    for limit in LIMITS {
        assert!(KINDS.iter().any(|kind| kind.name == limit.kind), "{limit:?}");
        assert!(limit.source.starts_with("https://") && limit.value > 0 && !limit.says.is_empty(), "{limit:?}");
        let (year, month) = limit.read.split_once('-').expect("a month");
        assert!(year.parse::<u32>().is_ok_and(|y| y >= 2026) && month.parse::<u32>().is_ok_and(|m| (1..=12).contains(&m)), "{limit:?}");
        assert!(seen.insert((limit.kind, format!("{:?}", limit.what))), "twice: {limit:?}");
    }
}

/// "100 records of 100 KB in base64 are 13.65 MB: above a 10 MB request limit; a 5 MB request takes 36 of them."
#[test]
fn a_hundred_images_in_base64_are_above_a_request() {
    let each = (100u64 << 10).div_ceil(3) * 4;
    assert_eq!(each * 100 / 10_000, 1_365);
    let request = |kind: &str| LIMITS.iter().find(|l| l.kind == kind && l.what == What::Request).expect("a limit").value;
    assert!(each * 100 > request("pubsub"));
    assert_eq!(5_000_000 / each, 36);
}

fn page() -> String {
    let mut out = HEAD.to_string();
    for kind in KINDS {
        let _ = write!(out, "\n## `{}`\n\n{}{}\n", kind.name, kind.doc, if kind.read_back { " What was sent can be read back." } else { "" });
        settings(kind, &mut out);
        limits(kind, &mut out);
    }
    out
}

fn settings(kind: &Kind, out: &mut String) {
    let all: Vec<&Setting> = kind.settings.iter().flat_map(|table| table.iter()).collect();
    if all.is_empty() {
        out.push_str("\nIt has no settings.\n");
        return;
    }
    out.push_str("\n| setting | takes | default | says |\n| --- | --- | --- | --- |\n");
    for setting in all {
        let default = match (setting.required, setting.default) {
            (true, _) => "required".to_string(),
            (false, "") => "–".to_string(),
            (false, text) => format!("`{text}`"),
        };
        let _ = writeln!(out, "| `{}` | {} | {default} | {} |", setting.name, setting.kind.takes().replace('|', "\\|"), setting.doc);
    }
}

fn limits(kind: &Kind, out: &mut String) {
    let all: Vec<&Limit> = LIMITS.iter().filter(|limit| limit.kind == kind.name).collect();
    if all.is_empty() {
        return;
    }
    out.push_str("\n| limit | figure | what it says | source |\n| --- | --- | --- | --- |\n");
    for limit in all {
        let (what, figure) = figure(limit);
        let host = limit.source.split('/').nth(2).unwrap_or_default();
        let _ = writeln!(out, "| {what} | {figure} | {} | [{host}]({}), read {} |", limit.says, limit.source, limit.read);
    }
}

fn figure(limit: &Limit) -> (&'static str, String) {
    let bytes = || format!("{} B", grouped(limit.value));
    let records = || grouped(limit.value);
    match limit.what {
        What::Record => ("a record", bytes()),
        What::LargestRecord => ("`max_record`", bytes()),
        What::BrokerRecord => ("a record, at the broker", bytes()),
        What::UnitRecords => ("records of a unit", format!("{}/s", records())),
        What::UnitBytes => ("bytes of a unit", format!("{}/s", bytes())),
        What::PartitionBytes => ("bytes of a partition", format!("{}/s", bytes())),
        What::KeyBytes => ("bytes of an ordering key", format!("{}/s", bytes())),
        What::Request => ("a request", bytes()),
        What::RequestRecords => ("records of a request", records()),
        What::Batch => ("a batch", bytes()),
        What::BatchRecords => ("records of a batch", records()),
        What::Attributes => ("attributes", records()),
    }
}

fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let parts: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    parts.join(" ")
}
