//! The invariants of `docs/architecture.md` that can be read off the source text: who may know whom, and what the pure rooms do without.
//! Only product code is read: comments, texts and `#[cfg(test)]` parts are taken out first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every room and the rooms it may use. An arrow that is missing here is a decision: change the table together with `docs/architecture.md`.
const ALLOWED: &[(&str, &[&str])] = &[
    // From text to plan: pure.
    ("parallel", &[]),
    ("source", &[]),
    ("units", &[]),
    ("diagnostics", &["source"]),
    ("syntax", &["source", "diagnostics", "parallel"]),
    ("format", &["source", "syntax"]),
    ("targets", &["units"]),
    ("project", &["source", "diagnostics"]),
    ("resolve", &["source", "diagnostics", "syntax", "project"]),
    ("plan", &["source", "diagnostics", "units"]),
    ("check", &["source", "diagnostics", "units", "syntax", "targets", "resolve", "plan", "parallel"]),
    ("analysis", &["source", "diagnostics", "units", "syntax", "targets", "resolve", "plan", "check"]),
    ("catalog", &["diagnostics", "units", "syntax", "targets", "plan", "check"]),
    // What an editor asks, without a word of its protocol.
    ("ide", &["analysis", "catalog", "check", "diagnostics", "format", "plan", "resolve", "source", "syntax", "targets", "units"]),
    // Files.
    ("loader", &["source", "diagnostics", "syntax", "project", "resolve", "parallel"]),
    // The engine. Drivers know no plan; `metrics::recording` is what the verdict reads.
    ("drivers", &[]),
    ("metrics", &["source", "units", "plan"]),
    ("load", &["source", "units", "plan", "drivers", "metrics"]),
    ("verdict", &["source", "units", "plan", "metrics"]),
    ("sizing", &["source", "units", "plan", "metrics"]),
    ("report", &["source", "diagnostics", "units", "plan", "metrics", "verdict", "sizing"]),
    ("run", &["source", "diagnostics", "units", "targets", "plan", "drivers", "metrics", "load", "verdict", "sizing", "report"]),
    // What people touch.
    (
        "cli",
        &[
            "analysis",
            "catalog",
            "check",
            "diagnostics",
            "format",
            "loader",
            "lsp",
            "metrics",
            "plan",
            "report",
            "resolve",
            "run",
            "sizing",
            "source",
            "syntax",
            "targets",
            "units",
            "verdict",
        ],
    ),
    ("lsp", &["analysis", "catalog", "diagnostics", "format", "ide", "loader", "resolve", "source"]),
];

/// No clock, no files, no environment, no network, no other process, no output, no chance.
const PURE: &[&str] =
    &["parallel", "source", "syntax", "format", "diagnostics", "units", "targets", "project", "resolve", "check", "plan", "verdict", "sizing", "analysis", "catalog", "ide"];

const IMPURE_PATHS: &[&str] = &[
    "std::env",
    "std::fs",
    // An address is a value; talking to one is not.
    "std::net::Tcp",
    "std::net::Udp",
    "std::net::ToSocketAddrs",
    "std::os",
    "std::process",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "tokio",
    "chrono",
    "libc",
    "rand::rng",
    "rand::random",
    "rdkafka",
    "rdkafka_sys",
];

const IMPURE_CALLS: &[&str] = &["Instant::now", "SystemTime::now", "println!", "print!", "eprintln!", "eprint!", "dbg!"];

/// Crates that one file, or one room, knows.
const KNOWN_BY_ONE: &[(&str, &str)] = &[
    ("pest", "src/syntax/grammar.rs"),
    ("pest_derive", "src/syntax/grammar.rs"),
    ("miette", "src/diagnostics/render/human.rs"),
    ("clap", "src/cli/"),
    ("clap_complete", "src/cli/"),
    ("rdkafka", "src/drivers/"),
    ("rdkafka_sys", "src/drivers/"),
    ("parquet", "src/report/"),
    ("indicatif", "src/report/"),
    ("lsp_server", "src/lsp/"),
    ("lsp_types", "src/lsp/"),
];

const CAN_PANIC: &[&str] = &[".unwrap()", ".expect(\"", ".unwrap_err()", "panic!", "unreachable!", "todo!", "unimplemented!"];

#[test]
fn arrows_between_rooms_are_in_the_table() {
    let table: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in product() {
        let Some(allowed) = table.get(file.room.as_str()) else {
            wrong.push(format!("{}: the room `{}` is not in the table", file.path, file.room));
            continue;
        };
        for path in file.paths() {
            let Some(target) = path.strip_prefix("crate::").and_then(|p| p.split("::").next()) else { continue };
            if target != file.room && table.contains_key(target) && !allowed.contains(&target) {
                wrong.push(format!("{}: `{}` may not use `{target}` ({path})", file.path, file.room));
            }
        }
        if file.climbs_out() {
            wrong.push(format!("{}: `super::` leads out of the room; write `crate::…`", file.path));
        }
    }
    assert_none(wrong);
}

#[test]
fn the_table_has_no_circle() {
    let table: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut open: BTreeSet<&str> = table.keys().copied().collect();
    loop {
        let free: Vec<&str> = open.iter().copied().filter(|room| table[room].iter().all(|used| !open.contains(used))).collect();
        if free.is_empty() {
            break;
        }
        open.retain(|room| !free.contains(room));
    }
    assert!(open.is_empty(), "these rooms use each other in a circle: {open:?}");
}

#[test]
fn pure_rooms_touch_nothing_outside() {
    let mut wrong = Vec::new();
    for file in product().iter().filter(|f| PURE.contains(&f.room.as_str())) {
        for path in file.paths() {
            if IMPURE_PATHS.iter().any(|bad| path == *bad || path.starts_with(&format!("{bad}::"))) {
                wrong.push(format!("{}: `{path}`", file.path));
            }
        }
        for call in IMPURE_CALLS.iter().filter(|call| has_word(&file.code, call)) {
            wrong.push(format!("{}: `{call}`", file.path));
        }
    }
    assert_none(wrong);
}

#[test]
fn one_file_knows_each_foreign_parser_and_renderer() {
    let mut wrong = Vec::new();
    for file in product() {
        for path in file.paths() {
            let first = path.split("::").next().unwrap_or_default();
            for (_, home) in KNOWN_BY_ONE.iter().filter(|(name, home)| *name == first && !file.path.starts_with(home)) {
                wrong.push(format!("{}: only {home} knows `{first}` ({path})", file.path));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn pure_rooms_never_panic_on_purpose() {
    let mut wrong = Vec::new();
    for file in product().iter().filter(|f| PURE.contains(&f.room.as_str())) {
        for (index, line) in file.code.lines().enumerate() {
            for call in CAN_PANIC.iter().filter(|call| has_word(line, call)) {
                wrong.push(format!("{}:{}: `{call}`", file.path, index + 1));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn light_rooms_stand_without_the_engine() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let mut gated = false;
    for line in lib.lines() {
        if line.trim() == "#[cfg(feature = \"engine\")]" {
            gated = true;
            continue;
        }
        if let Some(room) = line.trim().strip_prefix("pub mod ").and_then(|l| l.strip_suffix(';')) {
            let engine = ["drivers", "load", "metrics", "report", "run", "sizing", "verdict"].contains(&room);
            assert_eq!(gated, engine, "`{room}`: `engine` brings load, drivers, metrics, verdict, sizing, report and run, and nothing else");
        }
        gated = false;
    }
}

#[test]
fn the_reader_of_source_text_is_not_fooled() {
    let text = r####"
        use crate::{check::{self, Plan}, plan::*};
        // crate::run::a
        /* crate::run::b /* nested */ crate::run::c */
        const A: &str = "crate::run::d \" still";
        const B: &str = r#"crate::run::e " "#;
        const C: char = '"';
        fn f<'a>(x: &'a str) -> crate::source::Span { x.unwrap() }
        #[cfg(test)]
        mod tests { use crate::run::f; fn g() { { } } }
        #[cfg(test)]
        use crate::run::g;
        fn h() { std::fs::read(crate::units::parse) }
    "####;
    let code = strip(text);
    let found = paths(&code);
    for path in ["crate::check::self", "crate::check::Plan", "crate::plan", "crate::source::Span", "std::fs::read", "crate::units::parse"] {
        assert!(found.contains(path), "{path} is not in {found:?}");
    }
    assert!(!found.iter().any(|p| p.starts_with("crate::run")), "{found:?}");
    assert!(code.contains(".unwrap()"), "{code}");
    assert_eq!(text.lines().count(), code.lines().count(), "lines keep their numbers");
}

// ---- reading

struct SourceFile {
    /// From the crate's root, with `/`.
    path: String,
    /// `check` for `src/check/names.rs`, `analysis` for `src/analysis.rs`.
    room: String,
    /// Without comments, texts and tests.
    code: String,
}

impl SourceFile {
    fn paths(&self) -> BTreeSet<String> {
        paths(&self.code)
    }
    /// A chain of `super::` that ends at the crate's root.
    fn climbs_out(&self) -> bool {
        let parts = self.path.trim_end_matches(".rs").split('/').skip(1).filter(|part| *part != "mod").count();
        self.code.contains(&"super::".repeat(parts))
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of `src/` but the two roots and files that are tests.
fn product() -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(&root().join("src"), "src", &mut files);
    assert!(files.len() > 20, "src/ was not found");
    files
}

fn collect(folder: &Path, shown: &str, out: &mut Vec<SourceFile>) {
    let mut names: Vec<_> = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    // `tests` may be tests, or a subject: what checks the tests of a scenario.
    let parent = std::fs::read_to_string(folder.join("mod.rs")).unwrap_or_default();
    let is_test = |name: &str| parent.contains(&format!("#[cfg(test)]\nmod {};", name.trim_end_matches(".rs")));
    for name in names.into_iter().filter(|name| !is_test(name)) {
        let (full, path) = (folder.join(&name), format!("{shown}/{name}"));
        if full.is_dir() {
            collect(&full, &path, out);
        } else if name.ends_with(".rs") && !["lib.rs", "main.rs"].contains(&name.as_str()) {
            let room = path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs").to_string();
            let code = strip(&std::fs::read_to_string(&full).expect("UTF-8"));
            out.push(SourceFile { path, room, code });
        }
    }
}

/// The text with comments and what stands in quotes blanked (line breaks kept), then without what `#[cfg(test)]` stands before.
fn strip(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let blank = |from: usize, to: usize, out: &mut String| out.extend(chars[from..to].iter().filter(|c| **c == '\n'));
    let starts = |at: usize, word: &str| word.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    while at < chars.len() {
        let from = at;
        let after_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
        if starts(at, "//") {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if starts(at, "/*") {
            let mut depth = 0;
            while at < chars.len() {
                if starts(at, "/*") {
                    (depth, at) = (depth + 1, at + 2);
                } else if starts(at, "*/") {
                    (depth, at) = (depth - 1, at + 2);
                } else {
                    at += 1;
                }
                if depth == 0 {
                    break;
                }
            }
            blank(from, at.min(chars.len()), &mut out);
        } else if let Some(hashes) = raw_text(&chars, at).filter(|_| !after_word) {
            at += hashes.0;
            let end: String = format!("\"{}", "#".repeat(hashes.1));
            while at < chars.len() && !starts(at, &end) {
                at += 1;
            }
            at = (at + end.len()).min(chars.len());
            out.push_str("\"\"");
            blank(from, at, &mut out);
        } else if chars[at] == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at = (at + 1).min(chars.len());
            out.push_str("\"\"");
            blank(from, at, &mut out);
        } else if chars[at] == '\'' && (starts(at + 1, "\\") || chars.get(at + 2) == Some(&'\'')) {
            // A character, not a lifetime.
            at += if chars[at + 1] == '\\' { 3 } else { 2 };
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at += 1;
            out.push_str("' '");
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    without_tests(&out)
}

/// `r"`, `br##"` …: how long the opening is, and its number of hashes.
fn raw_text(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let mut i = at;
    if chars.get(i) == Some(&'b') {
        i += 1;
    }
    if chars.get(i) != Some(&'r') {
        return None;
    }
    i += 1;
    let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
    (chars.get(i + hashes) == Some(&'"')).then_some((i + hashes + 1 - at, hashes))
}

fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        out.push_str(&rest[..at]);
        let after = &rest[at + MARK.len()..];
        // Up to a `;` outside braces or the closing brace of the first block.
        let mut depth = 0usize;
        let mut end = after.len();
        for (i, c) in after.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && (c == ';' || c == '}') {
                end = i + 1;
                break;
            }
        }
        out.extend(after[..end].chars().filter(|c| *c == '\n'));
        rest = &after[end..];
    }
    out + rest
}

/// Every path with two segments or more, groups spelled out: `a::{b, c::d}` is `a::b` and `a::c::d`; `a::*` is `a`.
fn paths(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let bytes = code.as_bytes();
    let word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    let mut at = 0;
    while at < bytes.len() {
        if word(bytes[at]) {
            let end = one_path(code, at, "", &mut found);
            at = end.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one path that begins at `at`, after `prefix`; gives where it ends.
fn one_path(code: &str, mut at: usize, prefix: &str, found: &mut BTreeSet<String>) -> usize {
    let bytes = code.as_bytes();
    let word = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_';
    let mut path = prefix.to_string();
    loop {
        let from = at;
        while bytes.get(at).is_some_and(word) {
            at += 1;
        }
        if at > from {
            if !path.is_empty() {
                path.push_str("::");
            }
            path.push_str(&code[from..at]);
        }
        if !code[at..].starts_with("::") {
            break;
        }
        at += 2;
        if bytes.get(at) == Some(&b'{') {
            at += 1;
            while at < bytes.len() && bytes[at] != b'}' {
                if word(&bytes[at]) {
                    at = one_path(code, at, &path, found);
                    // `self as name`: the new name is no path.
                    if let Some(renamed) = code[at..].strip_prefix(" as ") {
                        at += 4 + renamed.bytes().take_while(word).count();
                    }
                } else {
                    at += 1;
                }
            }
            return at + 1;
        }
        if !bytes.get(at).is_some_and(word) {
            break;
        }
    }
    // A `use tokio;` or a macro's bare name is one word: only longer ones say who is known.
    if path.contains("::") {
        found.insert(path);
    }
    at
}

/// `needle` where no longer word ends in it: `print!` is not in `eprint!`.
fn has_word(text: &str, needle: &str) -> bool {
    text.match_indices(needle).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !needle.starts_with(char::is_alphanumeric) || !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} found:\n{}", wrong.len(), wrong.join("\n"));
}
