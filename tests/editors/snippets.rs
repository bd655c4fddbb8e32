//! Every snippet of the VS Code extension, with its places filled in and put where it is typed, is free of errors; and whatever can be declared or stated has one.

use crate::{read, root};
use scalec::analysis::{Options, analyze};
use scalec::catalog::{self, Role};
use scalec::resolve::workspace::Workspace;
use serde_json::Value;
use std::collections::BTreeSet;

struct Snippet {
    name: String,
    /// Each choice of words once.
    texts: Vec<String>,
}

fn snippets() -> Vec<Snippet> {
    let file: Value = serde_json::from_str(&read(&root().join("editors/vscode/snippets/scale.json"))).expect("JSON");
    let read = |(name, snippet): (&String, &Value)| {
        assert!(snippet["prefix"].is_string() || snippet["prefix"].is_array(), "`{name}` has no prefix");
        assert!(snippet["description"].is_string(), "`{name}` says not what it is");
        let body: Vec<&str> = snippet["body"].as_array().expect("lines").iter().filter_map(Value::as_str).collect();
        Snippet { name: name.clone(), texts: (0..8).map(|choice| filled(&body.join("\n"), choice)).collect::<BTreeSet<_>>().into_iter().collect() }
    };
    file.as_object().expect("an object").iter().map(read).collect()
}

/// `${1:text}` is its text, `${1|a,b|}` the choice with this number, or the last; `$0` is nothing.
fn filled(body: &str, choice: usize) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some(at) = rest.find(['$', '\\']) {
        out += &rest[..at];
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let length = escaped.chars().next().map_or(0, char::len_utf8);
            out += &escaped[..length];
            rest = &escaped[length..];
        } else if let Some(inside) = rest.strip_prefix("${") {
            let end = closing(inside);
            let place = inside[..end].trim_start_matches(|c: char| c.is_ascii_digit());
            out += &match (place.strip_prefix(':'), place.strip_prefix('|')) {
                (Some(text), _) => filled(text, choice),
                (_, Some(choices)) => {
                    let choices: Vec<&str> = choices.trim_end_matches('|').split(',').collect();
                    choices.get(choice).or(choices.last()).copied().unwrap_or_default().to_owned()
                }
                _ => panic!("`{place}` in `{body}`"),
            };
            rest = &inside[end + 1..];
        } else {
            rest = rest[1..].trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out + rest
}

/// Where the brace closes that is open already.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("no `}}` in `{text}`");
}

/// What snippets name and do not declare themselves: a name, and the declaration that it has in a scenario of a frame.
const AROUND: &[(&str, &str)] = &[
    ("m5.large", "node \"m5.large\" { vcpu = 2, memory = 8GiB, price = $0.096/h, as_of = \"2026-11\" }"),
    ("m5.xlarge", "node \"m5.xlarge\" { vcpu = 4, memory = 16GiB, price = $0.192/h, as_of = \"2026-11\" }"),
    ("r5.2xlarge", "node \"r5.2xlarge\" { vcpu = 8, memory = 64GiB, price = $0.504/h, as_of = \"2026-11\" }"),
    ("clicks", "target clicks = kafka { brokers = \"embedded\", topic = \"clicks\", partitions = 12 }"),
    ("prom", "source prom = prometheus { url = \"http://localhost:9090\" }"),
    ("cpu", "metric cpu = prom.query(\"avg by (executor) (executor_cpu)\") as ratio by executor every 15s"),
    ("clickstream", "pipeline clickstream { reads = clicks, group = \"clickstream\", capacity = 6_000/s }"),
    ("page_viewed", "event page_viewed { field id = uuid(), field user = int(1..=1_000) }"),
    ("order_placed", "event order_placed { field id = uuid() }"),
    ("browsing", "mix browsing { 60% page_viewed, rest order_placed }"),
    ("current", "cluster current {\n  driver  = 1 of \"m5.xlarge\"\n  workers = 4 of \"m5.xlarge\"\n}"),
];

/// The same of a test, in front of what a snippet states there.
const BEFORE: &[(&str, &str)] = &[
    ("cluster", "cluster = current"),
    ("send", "send page_viewed to clicks"),
    ("baseline", "phase baseline = hold 1_000/s for 20m"),
    ("burst", "phase burst = hold 5_000/s for 2m"),
    ("recover", "phase recover = hold 1_000/s for 20m"),
    ("outage", "fault outage = stop clickstream at 5m into baseline"),
];

/// Beside the scenario.
const FILES: &[(&str, &str)] = &[("shared/shop.scale", "let usual = 1_000/s\n"), ("rates.csv", "seconds,rate\n0,1000\n60,2000\n120,1000\n")];

/// Those of these that the text does not declare itself.
fn missing(of: &[(&str, &str)], text: &str) -> String {
    let words = |line: &str| -> Vec<String> { line.split([' ', '{']).map(|w| w.trim_matches('"').to_owned()).collect() };
    let declares = |words: Vec<String>| match words[0].as_str() {
        // These name what is declared elsewhere.
        "undo" | "sizing" => None,
        "send" => words.first().cloned(),
        _ => words.get(1).cloned(),
    };
    let declared: BTreeSet<String> = text.lines().filter_map(|line| declares(words(line.trim()))).collect();
    of.iter().filter(|(name, _)| !declared.contains(*name)).map(|(_, declaration)| format!("{declaration}\n")).collect()
}

/// A whole scenario with the snippet where it is typed, by its first word.
fn placed(text: &str) -> String {
    let first = text.lines().find(|l| !l.starts_with('#')).unwrap_or_default().split(' ').next().unwrap_or_default();
    let of = |role: Role| catalog::TABLES.iter().any(|(r, forms)| *r == role && forms.iter().any(|f| f.word == first));
    let around = missing(AROUND, text);
    match () {
        // What its author goes on with.
        () if first == "test" && !text.contains("phase") => format!("{}\n{}}}\n{around}", text.trim_end_matches('}'), missing(BEFORE, "")),
        () if of(Role::Declaration) || first.is_empty() => format!("{text}\n{around}"),
        () if of(Role::Statement) => {
            // Nothing is sustained but while something is searched for.
            let search = if first == "sustain" { "phase limit = search 1_000/s..=20_000/s by 25% hold 1m settle 10s to within 5%\n" } else { "" };
            format!("{around}test \"t\" {{\nseed = 1\n{}{search}{text}\n}}\n", missing(BEFORE, text))
        }
        () if of(Role::Sizing) => {
            // It has one table of sizes and ends with `otherwise`; what a snippet is not stands around it.
            let size = if first == "size" { "" } else { "size by offered_rate { 0/s.. => 2..=4 of \"m5.large\" }\n" };
            let end = if first == "otherwise" { "" } else { "otherwise keep\n" };
            format!("{around}sizing clickstream {{\n{size}{text}\n{end}}}\n")
        }
        () if of(Role::Entry) => format!("{}event e {{\n{text}\n}}\n", around),
        () => panic!("where does `{text}` belong?"),
    }
}

/// What the whole checker finds wrong with a scenario.
fn mistakes(file: &str) -> Vec<String> {
    let files: Vec<(&str, &str)> = std::iter::once(("main.scale", file)).chain(FILES.iter().copied()).collect();
    let analysis = analyze(Workspace::from_texts(&files), &Options::default());
    analysis.diagnostics.iter().filter(|d| d.is_error()).map(|d| format!("{}: {}", d.code, d.message)).collect()
}

#[test]
fn every_snippet_is_what_the_checker_takes() {
    let mut wrong = Vec::new();
    for snippet in snippets() {
        for text in &snippet.texts {
            let file = placed(text);
            let found = mistakes(&file);
            if !found.is_empty() {
                wrong.push(format!("`{}`:\n{file}{}", snippet.name, found.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_snippet_of_what_there_is_not_is_found() {
    let mut wrong = Vec::new();
    for (text, code) in [
        ("target c = kafka {\n  broker = \"embedded\"\n  topic = \"c\"\n  partitions = 1\n}", "E0207"),
        ("event e {\n  field id = uid()\n}", "E0309"),
        ("phase p = hold 5 for 1m", "E0303"),
        ("expect latency.p98 < 1s during baseline", "E0210"),
        ("rule r when cpu.min > 80% => scale up to \"nothing\"", "E0213"),
        ("field id = zipf(\"x\")", "E0308"),
        ("let a =", "E0101"),
    ] {
        let found = mistakes(&placed(text));
        if !found.iter().any(|found| found.starts_with(code)) {
            wrong.push(format!("{text}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn everything_that_begins_a_line_has_a_snippet() {
    let texts: Vec<String> = snippets().into_iter().flat_map(|s| s.texts).collect();
    let begins = |word: &str| texts.iter().any(|t| t.lines().any(|l| l.split(' ').next() == Some(word)));
    for (role, forms) in catalog::TABLES {
        for form in forms.iter() {
            match role {
                Role::Declaration | Role::Statement | Role::Sizing | Role::Entry => assert!(begins(form.word), "no snippet begins with `{}`", form.word),
                Role::Shape => assert!(texts.iter().any(|t| t.starts_with("phase ") && t.contains(&format!(" = {} ", form.word))), "no snippet has the shape `{}`", form.word),
                Role::Advice => assert!(texts.iter().any(|t| t.contains(&format!("=> {}", form.word))), "no snippet advises `{}`", form.word),
                _ => {}
            }
        }
    }
}

#[test]
fn places_are_filled() {
    assert_eq!(filled("a ${1:b${2:c}} $0${3|x,y|} \\$5", 1), "a bc y $5");
}
