//! Changes, as data: a source with `«…»` around what is selected (or `|` where the cursor is), and what it becomes.

use super::*;
use crate::resolve::workspace::Workspace;

/// Other files of the project, by path and text.
struct Others {
    own: String,
    files: Vec<(&'static str, &'static str)>,
}

impl Elsewhere for Others {
    fn naming(&mut self, _: &str) -> Result<Vec<(Arc<Analysis>, FileId)>, String> {
        let mut all = vec![("a.scale", self.own.as_str())];
        all.extend(&self.files);
        let whole = Workspace::from_texts_with_roots(&all, all.len());
        let alone = |file: FileId| Analysis { workspace: Workspace { roots: vec![file], ..whole.clone() }, diagnostics: Vec::new(), plans: Vec::new(), drafts: Vec::new(), sketches: Vec::new() };
        Ok(whole.roots.iter().skip(1).map(|file| (Arc::new(alone(*file)), *file)).collect())
    }
}

fn asked_among(text: &str, files: &[(&'static str, &'static str)]) -> Vec<Action> {
    let (start, end) = match (text.find('«'), text.find('»'), text.find('|')) {
        (Some(a), Some(b), _) => (a, b - '«'.len_utf8()),
        (_, _, Some(at)) => (at, at),
        _ => panic!("nothing is selected in {text}"),
    };
    let plain = text.replace(['«', '»', '|'], "");
    let mut all = vec![("a.scale", plain.as_str())];
    all.extend(files);
    let whole = Workspace::from_texts_with_roots(&all, all.len());
    let file = whole.roots[0];
    let analysis = analyze(Workspace { roots: vec![file], ..whole }, &Options::default());
    actions(&View::new(&analysis, file), start..end, &mut Others { own: plain, files: files.to_vec() })
}

fn asked(text: &str) -> Vec<Action> {
    asked_among(text, &[])
}

fn becomes(text: &str, kind: Kind) -> String {
    match asked(text).into_iter().find(|a| a.kind == kind).map(|a| a.text) {
        Some(Ok(text)) => text,
        Some(Err(why)) => format!("refused: {why}"),
        None => "nothing".to_owned(),
    }
}

const TEST: &str = "target clicks = null {}\n\nevent viewed { field id = uuid() }\n\n";

#[test]
fn an_expression_becomes_a_constant() {
    let text = format!("{TEST}## Much.\ntest \"a\" {{\n  seed = 1\n\n  send viewed to clicks\n\n  phase burst = hold «5 * 1_000/s» for 10m\n\n  expect errors.ratio < 1% always\n}}\n");
    let new = becomes(&text, Kind::Extract);
    assert!(new.contains("let burst_rate = 5 * 1_000/s\n\n## Much.\ntest"), "{new}");
    assert!(new.contains("phase burst = hold burst_rate for 10m"), "{new}");
    let text = text.replace("«5 * 1_000/s» for 10m", "5_000/s for «10m»");
    assert!(becomes(&text, Kind::Extract).contains("let burst_length = 10m"), "{}", becomes(&text, Kind::Extract));
    let text = text.replace("«10m»", "10m").replace("< 1%", "< «1%»");
    assert!(becomes(&text, Kind::Extract).contains("let errors_limit = 1%"), "{}", becomes(&text, Kind::Extract));
    // What is a name already, or a part of something, or no value.
    for selected in ["send «viewed» to", "«send viewed» to", "phase «burst»"] {
        let text = text.replace('«', "").replace('»', "").replace(&selected.replace(['«', '»'], ""), selected);
        assert_eq!(becomes(&text, Kind::Extract), "nothing", "{selected}");
    }
    assert!(becomes("let a = 2 * («3 + 4»)\nlet b = a\n", Kind::Extract).starts_with("let a_count = 3 + 4\nlet a       = 2 * (a_count)\n"), "{}", becomes("let a = 2 * («3 + 4»)\nlet b = a\n", Kind::Extract));
}

/// The name that the constant gets.
fn extracted(text: &str) -> String {
    let title = asked(text).into_iter().find(|a| a.kind == Kind::Extract).map(|a| a.title).unwrap_or_default();
    title.trim_start_matches("extract to `let ").trim_end_matches('`').to_owned()
}

#[test]
fn a_constant_is_called_after_its_setting() {
    let kafka = "target clicks = kafka {\n  brokers    = \"localhost:9092\"\n  topic      = \"clicks\"\n  partitions = 2 * 6\n  linger     = 5ms\n  client     = { \"queue.size\" = \"12\" }\n}\n";
    let of = |value: &str| extracted(&kafka.replacen(value, &format!("«{value}»"), 1));
    assert_eq!(of("\"localhost:9092\""), "clicks_brokers");
    assert_eq!(of("\"clicks\""), "clicks_topic");
    assert_eq!(of("5ms"), "clicks_linger");
    assert_eq!(of("2 * 6"), "clicks_partitions");
    assert_eq!(of("\"12\""), "clicks_queue_size");
    assert_eq!(extracted("event e {\n  field page = choice { 60% «\"home\"», 40% \"cart\" }\n}\n"), "e_page");
    assert_eq!(extracted("event e {\n  field page = one_of([\"home\", «\"cart\"»])\n}\n"), "e_page");
    assert_eq!(extracted("source s = exec { command = [«\"./a.sh\"»] }\nmetric m = s.value()\n"), "s_command");
    // Unique in the file.
    assert_eq!(extracted("let out_path = 1\ntarget out = file { path = «\"a\"» }\n"), "out_path_2");
}

#[test]
fn a_constant_goes_back_to_where_it_is_used() {
    let text = "# kept\nlet few = 1 + 2\n\n## Gone.\nlet ma|ny = few + 3\n\nlet all = 2 * many\nlet more = many\n";
    assert_eq!(becomes(text, Kind::Inline), "# kept\nlet few = 1 + 2\n\nlet all = 2 * (few + 3)\nlet more = few + 3\n");
    assert_eq!(becomes("let a = 5\nlet b = 2 * |a\n", Kind::Inline), "let b = 2 * 5\n");
    assert_eq!(becomes("let |a = 5\n", Kind::Inline), "refused: `a` is used nowhere");
    // Where the name of its value is taken, it would be another thing.
    let taken = "target out = null {}\nevent e { field id = uuid() }\nlet few = 5/s\nlet ma|ny = few + 1/s\ntest \"t\" for few in [1/s, 2/s] {\n  seed = 1\n  send e to out\n  phase p = hold many for 1s\n  phase q = hold few for 1s\n}\n";
    assert_eq!(becomes(taken, Kind::Inline), "refused: a name in its value would stand for something else where the name stands");
}

/// The new texts, one after the other; or why there is none.
fn inlined(text: &str, files: &[(&'static str, &'static str)]) -> Vec<String> {
    let action = asked_among(text, files).into_iter().find(|a| a.kind == Kind::Inline).expect("an action");
    match action.text {
        Ok(own) => [action.title, own].into_iter().chain(action.others.into_iter().map(|(_, text)| text)).collect(),
        Err(why) => vec![why],
    }
}

#[test]
fn a_constant_goes_back_in_all_files() {
    let home = "import deep from \"deep.scale\"\n\nlet few  = 1 + 2\nlet |many = few + 3\nlet far  = deep.base * 2\n";
    let deep = ("deep.scale", "let base = 5\n");
    let user = ("b.scale", "import lib from \"a.scale\"\n\nlet all  = 2 * lib.many\nlet more = lib.many\n");
    let other = ("c.scale", "import lib from \"a.scale\"\n\nlet none = lib.few\n");
    let after = "import deep from \"deep.scale\"\n\nlet few  = 1 + 2\nlet far  = deep.base * 2\n".replace("few  =", "few =").replace("far  =", "far =");
    let expected = ["inline `many` in 2 files and remove it", &after, "import lib from \"a.scale\"\n\nlet all  = 2 * (lib.few + 3)\nlet more = lib.few + 3\n"];
    assert_eq!(inlined(home, &[deep, user, other]), expected);
    // What its value takes from a third file is called there as it is called there.
    let home = home.replace('|', "").replace("let far", "let f|ar");
    let user = ("b.scale", "import lib from \"a.scale\"\nimport below from \"deep.scale\"\n\nlet all = lib.far + 1\n");
    let texts = inlined(&home, &[deep, user]);
    assert_eq!(texts[2], "import lib from \"a.scale\"\nimport below from \"deep.scale\"\n\nlet all = (below.base * 2) + 1\n");
    let without = ("b.scale", "import lib from \"a.scale\"\n\nlet all = lib.far + 1\n");
    assert_eq!(inlined(&home, &[deep, without]), ["its value names `deep`, which b.scale does not import"]);
    // What cannot be read may name it.
    let broken = ("b.scale", "import lib from \"a.scale\"\n\nlet all = = lib.far +\n");
    assert_eq!(inlined(&home, &[deep, broken]), ["b.scale:3 cannot be read, and may name `far`: mend it first"]);
    // Files that import each other.
    let home = "import b from \"b.scale\"\n\nlet |a = 5\n\nlet c = b.d\n";
    let user = ("b.scale", "import a from \"a.scale\"\n\nlet d = 7\n\nlet e = a.a\n");
    let after = ["inline `a` in 2 files and remove it", "import b from \"b.scale\"\n\nlet c = b.d\n", "import a from \"a.scale\"\n\nlet d = 7\n\nlet e = 5\n"];
    assert_eq!(inlined(home, &[user]), after);
    // Used nowhere else than there.
    assert_eq!(inlined("let |a = 5\n", &[("b.scale", "import lib from \"a.scale\"\n\nlet b = lib.a\n")])[2], "import lib from \"a.scale\"\n\nlet b = 5\n");
}

#[test]
fn a_constant_of_another_file_is_put_where_it_is_used() {
    let lib = ("lib.scale", "import deep from \"deep.scale\"\n\nlet few  = 3\nlet many = few + 2\nlet far  = deep.base * 2\nparam set = 5\n");
    let deep = ("deep.scale", "let base = 5\n");
    let text = "import lib from \"lib.scale\"\n\nlet a = 2 * lib.ma|ny\nlet b = lib.many\nlet c = lib.few\n";
    let after = "import lib from \"lib.scale\"\n\nlet a = 2 * (lib.few + 2)\nlet b = lib.many\nlet c = lib.few\n";
    assert_eq!(inlined(text, &[lib, deep]), ["inline `lib.many` here", after]);
    let plain = text.replace('|', "").replace("lib.few", "lib.|few");
    assert_eq!(inlined(&plain, &[lib, deep])[1], text.replace('|', "").replace("lib.few", "3"));
    let far = text.replace('|', "").replace("lib.few", "lib.far|");
    assert_eq!(inlined(&far, &[lib, deep]), ["its value names `deep`, which a.scale does not import"]);
    // What `--set` changes is no constant to put anywhere.
    let set = text.replace('|', "").replace("lib.few", "lib.|set");
    assert!(asked_among(&set, &[lib, deep]).iter().all(|a| a.kind != Kind::Inline));
}

#[test]
fn missing_settings_are_added() {
    let text = "target cl|icks = kafka {\n  topic = \"clicks\"\n}\n";
    assert_eq!(becomes(text, Kind::Add), "target clicks = kafka {\n  topic      = \"clicks\"\n  brokers    = \"localhost:9092\"\n  partitions = 12\n}\n");
    assert_eq!(becomes("node \"|m\" { vcpu = 2 }\n", Kind::Add), "node \"m\" { vcpu = 2, memory = 16GiB, price = $0.192/h }\n");
    assert!(becomes("target t = null {}\npipeline |p { group = \"g\" }\n", Kind::Add).contains("reads = t"));
    assert_eq!(becomes("pipeline |p { group = \"g\" }\n", Kind::Add), "nothing");
    assert_eq!(becomes("target cl|icks = null {}\n", Kind::Add), "nothing");
}

#[test]
fn missing_settings_of_settings_are_added() {
    let kafka = |more: &str| format!("target clicks = kafka {{\n  brokers    = \"localhost:9092\"\n  topic      = \"clicks\"\n  partitions = 12\n  {more}\n}}\n");
    let with = |more: &str| becomes(&kafka(more), Kind::Add);
    let plain = |more: &str| kafka(more).replace('|', "");
    assert_eq!(with("retry      = { | }"), plain("retry      = { from = 100ms, to = 60s }"));
    assert_eq!(with("retry      = { from = 1s| }"), plain("retry      = { from = 1s, to = 60s }"));
    assert_eq!(with("retry      = { from = 5m| }"), plain("retry      = { from = 5m, to = 50m }"));
    assert_eq!(with("retry      = {\n    to = 5s|\n  }"), plain("retry      = {\n    to   = 5s\n    from = 500ms\n  }"));
    assert_eq!(with("retry      = { from = 1s, to = 2s| }"), "nothing");
    assert_eq!(with("security   = sasl_ssl|"), plain("security   = sasl_ssl { mechanism = plain, username = secret(\"USERNAME\"), password = secret(\"PASSWORD\") }"));
    assert_eq!(with("security   = sasl_ssl { mechanism = gs|sapi }"), "nothing");
    let from_the_name = kafka("security   = sasl_ssl { mechanism = plain, username = \"svc\" }").replace("target cl", "target cl|");
    assert_eq!(becomes(&from_the_name, Kind::Add), plain("security   = sasl_ssl { mechanism = plain, username = \"svc\", password = secret(\"PASSWORD\") }"));
    // Each block gets its own.
    let both = "target clicks = kafka {\n  topic = \"clicks\"\n  retry = { from = 1s| }\n}\n";
    assert_eq!(becomes(both, Kind::Add), "target clicks = kafka {\n  topic = \"clicks\"\n  retry = { from = 1s, to = 60s }\n}\n");
    assert!(becomes(&both.replace("1s|", "1s").replace("cl", "cl|"), Kind::Add).contains("partitions = 12"));
    assert_eq!(asked(both)[0].title, "add the missing setting `to` of `retry`");
}

#[test]
fn a_phase_of_which_nothing_is_expected_gets_expectations() {
    let text = "target clicks = kafka { brokers = \"localhost:9092\", topic = \"c\", partitions = 12 }\n\nevent viewed {\n  key = id\n\n  field id = uuid()\n}\n\npipeline stream { reads = clicks, group = \"g\", capacity = 3_000/s }\n\ntest \"a\" {\n  seed = 1\n\n  send viewed to clicks\n\n  phase base  = hold 1_000/s for 10m\n  phase bu|rst = hold 5_000/s for 10m\n  phase calm  = hold 1_000/s for 30m\n\n  expect latency.p99 < 100ms during base\n}\n";
    let new = becomes(text, Kind::Add);
    for line in [
        "expect latency.p99 < 100ms during burst",
        "expect errors.ratio < 0.1% during burst",
        "expect stream.lag < 3M during burst",
        "expect stream.lag < 50_000 within 15m after burst",
    ] {
        assert!(new.lines().any(|l| l.split_whitespace().collect::<Vec<_>>().join(" ") == line), "`{line}` is not in\n{new}");
    }
    let analysis = analyze(Workspace::from_texts(&[("a.scale", new.as_str())]), &Options::default());
    assert!(analysis.diagnostics.is_empty(), "{:?}", analysis.diagnostics);
    // Once is enough.
    let again = new.replace("phase burst", "phase bu|rst");
    assert_eq!(becomes(&again, Kind::Add), "nothing");
}
