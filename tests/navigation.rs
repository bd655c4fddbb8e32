//! What an editor asks of names and places, on small sources; `‸` is the cursor, and what is found is shown as `line:column text`.

use scalec::ide::definition::{Goal, definition};
use scalec::ide::folding::{Sort, folds};
use scalec::ide::links;
use scalec::ide::outline::{Entry, outline, rank, search};
use scalec::ide::references::{highlights, references, sees};
use scalec::ide::rename::{prepare, rename};
use scalec::ide::selection::selections;
use scalec::ide::symbols::{self, Role, Symbol};
use scalec::ide::tokens::{DECLARATION, DEFAULT_LIBRARY, MODIFIERS, READONLY, SORTS, tokens, tokens_within};
use scalec::loader;
use scalec::resolve::workspace::Workspace;
use scalec::source::{FileId, Span};
use std::path::PathBuf;

/// A file with the words that most of these tests need.
const SCENE: &str = r#"import aws from "std/aws"

let usual = 2_000/s
param peak = 5x * usual in 1_000/s..=50_000/s

target clicks = kafka { brokers = "embedded", topic = "clicks", partitions = 12, acks = all, compression = lz4 }
target log    = file { path = "log.jsonl" }

source prom  = prometheus { url = "http://localhost:9090" }
source spark = spark { url = "http://localhost:4040" }
metric cpu   = prom.query("executor_cpu") as percent by executor every 15s

event visit {
  key      = user
  identity = field id
  field id     = uuid()
  field user   = zipf(1..=1_000, 1.1)
  field device = { os = choice { 70% "android", 30% "ios" } }
}
event order {
  field user = recent(visit.user, 100)
}
mix browsing { 60% visit, rest order }

pipeline stream {
  reads    = [clicks, log]
  progress = spark
  capacity = 6_000/s
  cluster  = current
}
cluster current { workers = 4 of "m5.xlarge" }

sizing stream {
  rule hot when cpu.max > 80% during burst => scale up to "m5.2xlarge"
  otherwise keep
}
alert critical behind when stream.lag > 100k for 1m

test "day" {
  seed    = 1
  cluster = current
  send browsing to clicks and log
  phase calm  = hold usual for 5m
  repeat 2 {
    phase burst = hold peak for 1m
  }
  phase drain = pause for 5m
  fault outage = stop stream at 10s into calm
  undo outage after 20s
  expect latency.p99 < 250ms during calm and burst[2]
  expect errors.ratio < 1% always
  expect stream.lag < 50_000 within 4m after outage
  expect avg(spark.executor.cpu.max) < 1.5x * avg(spark.executor.cpu.max, calm) during burst
  expect current.price < $5/h at end
}
"#;

fn parse(source: &str) -> (Workspace, FileId) {
    let ws = loader::from_bytes("it.scale", source.as_bytes().to_vec());
    let root = ws.roots[0];
    (ws, root)
}

/// The source without its cursor, and where that stands.
fn cursor(source: &str) -> (Workspace, FileId, usize) {
    let at = source.find('‸').expect("a cursor");
    let (ws, file) = parse(&source.replacen('‸', "", 1));
    (ws, file, at)
}

/// The scene with a cursor in `word`, at its `n`-th appearance (from 0).
fn on(word: &str, n: usize) -> (Workspace, FileId, usize) {
    let at = SCENE.match_indices(word).nth(n).unwrap_or_else(|| panic!("{word} {n}")).0;
    let (ws, file) = parse(SCENE);
    (ws, file, at + 1)
}

fn show(ws: &Workspace, span: Span) -> String {
    let place = ws.map.line_column(span);
    format!("{}:{} {}", place.line, place.column, ws.map.slice(span))
}

/// Word, its appearance, and the place that it leads to.
#[test]
fn names_lead_to_their_declarations() {
    for (word, n, leads_to) in [
        ("usual", 1, "3:5 usual"),
        ("usual", 2, "3:5 usual"),
        ("peak for", 0, "4:7 peak"),
        ("user\n", 0, "17:9 user"),
        ("id\n", 0, "16:9 id"),
        ("visit.user", 0, "13:7 visit"),
        ("user, 100", 0, "17:9 user"),
        ("visit, rest", 0, "13:7 visit"),
        ("order }", 0, "20:7 order"),
        ("clicks, log", 0, "6:8 clicks"),
        ("log]", 0, "7:8 log"),
        ("spark\n", 0, "10:8 spark"),
        ("current\n", 0, "31:9 current"),
        ("stream {\n  rule", 0, "25:10 stream"),
        ("cpu.max >", 0, "11:8 cpu"),
        ("burst =>", 0, "45:11 burst"),
        ("stream.lag > 100k", 0, "25:10 stream"),
        ("browsing to", 0, "23:5 browsing"),
        ("log\n  phase", 0, "7:8 log"),
        ("calm\n  undo", 0, "43:9 calm"),
        ("outage after", 0, "48:9 outage"),
        ("burst[2]", 0, "45:11 burst"),
        ("outage\n", 0, "48:9 outage"),
        ("calm) during", 0, "43:9 calm"),
        ("current.price", 0, "31:9 current"),
        ("prom.query", 0, "9:8 prom"),
    ] {
        let (ws, file, offset) = on(word, n);
        let found = definition(&ws, file, offset).unwrap_or_else(|| panic!("`{word}` leads nowhere"));
        let [Goal::Place { name, .. }] = found.goals.as_slice() else { panic!("{word}: {found:?}") };
        assert_eq!(show(&ws, *name), leads_to, "{word}");
    }
}

#[test]
fn imports_lead_into_the_modules_that_ship_with_scalec() {
    for cursor in ["std/aws", "aws from"] {
        let (ws, file, offset) = on(cursor, 0);
        let goals = definition(&ws, file, offset).expect("a module").goals;
        let [Goal::File(module)] = goals.as_slice() else { panic!("{goals:?}") };
        assert_eq!(ws.map.file(*module).path, "std/aws.scale");
    }
    let (ws, file, offset) = on("m5.2xlarge", 0);
    let goals = definition(&ws, file, offset).expect("a node").goals;
    let [Goal::Place { name, whole }] = goals.as_slice() else { panic!("{goals:?}") };
    assert_eq!(ws.map.file(name.file).path, "std/aws.scale");
    assert!(ws.map.slice(*whole).starts_with("node \"m5.2xlarge\""));
}

#[test]
fn words_of_the_language_are_told_apart() {
    for (word, n, name, lead) in [
        ("kafka", 0, "kafka", "TargetKind"),
        ("prometheus", 0, "prometheus", "SourceKind"),
        ("partitions", 0, "partitions", "Setting"),
        ("all, comp", 0, "all", "SettingWord"),
        ("lz4", 0, "lz4", "SettingWord"),
        ("uuid", 0, "uuid", "Generator"),
        ("choice", 0, "choice", "Generator"),
        ("recent", 0, "recent", "Generator"),
        ("query", 0, "query", "Query"),
        ("percent", 0, "percent", "Unit"),
        ("critical", 0, "critical", "Level"),
        ("stop", 0, "stop", "FaultAction"),
        ("latency", 0, "latency", "Metric"),
        ("p99", 0, "p99", "Statistic"),
        ("ratio", 0, "errors.ratio", "Metric"),
        ("lag > 100k", 0, "lag", "Metric"),
        ("executor.cpu", 0, "executor.cpu", "Metric"),
        ("max) <", 0, "max", "Across"),
        ("avg(spark.executor.cpu.max)", 0, "avg", "Function"),
        ("price", 0, "price", "ClusterMember"),
    ] {
        let (ws, file, offset) = on(word, n);
        let found = symbols::at(&ws, file, offset).unwrap_or_else(|| panic!("`{word}` is nothing"));
        let Symbol::Word(meant) = found.symbol else { panic!("{word}: {found:?}") };
        assert_eq!(meant.name(), name);
        assert!(format!("{meant:?}").starts_with(lead), "{word}: {meant:?}");
        assert!(!meant.doc().is_empty(), "{word}");
        assert!(definition(&ws, file, offset).is_none(), "{word} has no place");
    }
}

#[test]
fn the_same_word_is_not_the_same_thing() {
    // `min` over time, and of numbers; `size` of the test around, and none in a constant.
    let source = "let least = min(1, 2)\nalert warning low when min(acked_rate, acked_rate) < 5/s\ntest \"t\" for n in [1, 2] {\n  phase p = hold n * 1/s for 1m\n  expect min(acked_rate, p) > 0/s during p\n}\n";
    let (ws, file) = parse(source);
    let functions: Vec<&str> = symbols::occurrences(&ws, file)
        .iter()
        .filter_map(|o| match o.symbol {
            Symbol::Word(symbols::Word::Function(f)) => Some(f.signature.usage),
            _ => None,
        })
        .collect();
    assert_eq!(functions, ["min(a, b, …)", "min(a, b, …)", "min(metric) or min(metric, phase)"]);
    let (ws, file, offset) = cursor("let n = 5\ntest \"t\" for n in [1, 2] {\n  phase p = hold ‸n * 1/s for 1m\n}\n");
    assert_eq!(show(&ws, symbols::at(&ws, file, offset).unwrap().symbol.definition().unwrap()), "2:14 n");
    let (ws, file, offset) = cursor("let m = ‸n\nlet n = 5\ntest \"t\" for n in [1, 2] {\n}\n");
    assert_eq!(show(&ws, symbols::at(&ws, file, offset).unwrap().symbol.definition().unwrap()), "2:5 n");
    let (ws, file, offset) = cursor("event e { field a = text(‸n) }\ntest \"t\" for n in [1B, 2B] {\n}\n");
    assert_eq!(show(&ws, symbols::at(&ws, file, offset).unwrap().symbol.definition().unwrap()), "2:14 n");
}

#[test]
fn references_are_all_places_of_a_thing() {
    let (ws, file, offset) = on("burst =", 0);
    let symbol = symbols::at(&ws, file, offset).unwrap().symbol;
    let all: Vec<String> = references(&ws, file, symbol).iter().map(|o| format!("{} {:?}", show(&ws, o.span), o.role)).collect();
    assert_eq!(all, ["34:38 burst Use", "45:11 burst Declaration", "50:46 burst Use", "53:88 burst Use"]);
    let (ws, file, offset) = on("latency", 0);
    assert_eq!(highlights(&ws, file, offset), [(Span::new(file, offset - 1, offset + 6), Role::Use)]);
}

#[test]
fn damaged_files_keep_what_can_be_read() {
    for broken in ["let usual = 2_000/s\nevnt x { y }\ntest \"t\" {\n  phase a = hold usual for\n  phase b = ramp ‸usual to\n", "let usual = 5/s\ntest \"t\" {\n  exp latency\n  phase a = hold ‸usual for 1m\n  expect latency.p99 <\n"] {
        let (ws, file, offset) = cursor(broken);
        assert_eq!(show(&ws, symbols::at(&ws, file, offset).unwrap().symbol.definition().unwrap()), "1:5 usual", "{broken}");
    }
}

/// Cursor word, new name, and the reason or the number of places.
#[test]
fn renaming_says_why_not() {
    for (word, n, new, result) in [
        ("usual", 0, "normal", Ok(3)),
        ("burst =", 0, "storm", Ok(4)),
        ("user   =", 0, "account", Ok(3)),
        ("outage =", 0, "blackout", Ok(3)),
        ("day", 0, "a day at sea", Ok(1)),
        ("usual", 0, "usual", Ok(0)),
        ("usual", 0, "2fast", Err("is no name")),
        ("usual", 0, "within", Err("is a word of the language")),
        ("usual", 0, "true", Err("is a word of the language")),
        ("usual", 0, "peak", Err("it.scale:4 declares the param `peak`")),
        ("burst =", 0, "calm", Err("declares the phase `calm`")),
        ("burst =", 0, "outage", Err("declares the fault `outage`")),
        ("user   =", 0, "id", Err("declares the field `id`")),
        ("clicks =", 0, "latency", Err("a meaning of its own at it.scale:50")),
        ("browsing {", 0, "rest", Err("is a word of the language")),
        ("day", 0, "a \"day\"", Err("cannot hold quotes")),
    ] {
        let (ws, file, offset) = on(word, n);
        let (named, _) = prepare(&ws, file, offset).expect("it has a name");
        match (rename(&[(&ws, file)], named, new), result) {
            (Ok(changes), Ok(places)) => assert_eq!(changes.len(), places, "{word}: {changes:?}"),
            (Err(why), Err(part)) => assert!(why.contains(part), "{word}: {why}"),
            (found, _) => panic!("{word} to {new}: {found:?}"),
        }
    }
    for (word, part) in [("latency", "`latency` is a word of the language"), ("m5.xlarge", "ships with scalec"), ("250ms", "no name here")] {
        let (ws, file, offset) = on(word, 0);
        let why = prepare(&ws, file, offset).expect_err("refused");
        assert!(why.contains(part), "{why}");
    }
    let (ws, file, offset) = cursor("let ‸usual = 5/s\ntest \"t\" {\n  phase a = hold usual for 1m for usual\n}\n");
    let (named, _) = prepare(&ws, file, offset).expect("it has a name");
    let why = rename(&[(&ws, file)], named, "normal").expect_err("refused");
    assert!(why.contains("it.scale:3 cannot be read, and may name `usual`"), "{why}");
}

#[test]
fn names_are_followed_through_imports() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("scale.toml", "");
    write("infra.scale", "target orders = null { }\nlet latency = 5\n");
    write("a.scale", "import infra from \"infra.scale\"\ntarget sink = null { }\ntest \"a\" {\n  phase p = hold 1/s for 1m\n  expect infra.orders.latency.p99 < 1s during p\n}\n");
    write("b.scale", "import i from \"infra.scale\"\npipeline p { reads = i.orders }\n");
    write("c.scale", "target orders = null { }\n");
    let load = |name: &str| {
        let ws = loader::load(&[PathBuf::from(name)], folder.path());
        let root = ws.roots[0];
        (ws, root)
    };
    let (a, file) = load("a.scale");
    let offset = a.map.file(file).text.find("orders.lat").unwrap();
    let found = definition(&a, file, offset).unwrap();
    let [Goal::Place { name, .. }] = found.goals.as_slice() else { panic!("{found:?}") };
    assert_eq!((a.map.file(name.file).path.as_str(), show(&a, *name).as_str()), ("infra.scale", "1:8 orders"));
    assert!(sees(&a, file, name.file));
    // One loader for all, so that a file has one id.
    let mut live = loader::Live::default();
    let loaded: Vec<Workspace> = ["a.scale", "b.scale", "c.scale", "infra.scale"].iter().map(|n| live.load(&folder.path().join(n), Some(folder.path()))).collect();
    let files: Vec<(&Workspace, FileId)> = loaded.iter().map(|ws| (ws, ws.roots[0])).collect();
    let named = symbols::at(files[0].0, files[0].1, offset).unwrap().symbol.named().unwrap();
    let changes = rename(&files, named, "bought").unwrap();
    let mut places: Vec<String> = changes.iter().map(|c| format!("{} {}", live.path(c.span.file).unwrap().file_name().unwrap().to_string_lossy(), c.span.start)).collect();
    places.sort();
    assert_eq!(places, ["a.scale 109", "b.scale 51", "infra.scale 7"]);
    let why = rename(&files, named, "latency").expect_err("taken");
    assert!(why.contains("infra.scale:2 declares the let `latency`"), "{why}");
}

#[test]
fn the_outline_is_the_file_in_short() {
    fn lines(entries: &[Entry], depth: usize, out: &mut Vec<String>) {
        for entry in entries {
            out.push(format!("{}{} | {}", "  ".repeat(depth), entry.name, entry.detail));
            lines(&entry.children, depth + 1, out);
        }
    }
    let (ws, file) = parse(SCENE);
    let entries = outline(&ws, file);
    let mut out = Vec::new();
    lines(&entries, 0, &mut out);
    let shown = out.join("\n");
    for part in [
        "aws | std/aws\nusual | 2_000/s\npeak | 5x * usual\nclicks | kafka\n",
        "visit | \n  id | uuid()\n  user | zipf(1..=1_000, 1.1)\n  device | \n    os | choice { 70% \"android\", 30% \"ios\" }\norder | \n",
        "stream | sizing\n  hot | cpu.max > 80%\nbehind | stream.lag > 100k\nday | \n  calm | hold usual for 5m\n  repeat 2 | \n    burst | hold peak for 1m\n  drain | pause for 5m\n  outage | stop stream\n  expect latency.p99 < 250ms during calm and burst[2] | \n",
    ] {
        assert!(shown.contains(part), "{part}\nin\n{shown}");
    }
    fn nested(entries: &[Entry]) {
        for entry in entries {
            assert!(entry.whole.start <= entry.name_span.start && entry.name_span.end <= entry.whole.end, "{entry:?}");
            for child in &entry.children {
                assert!(entry.whole.start <= child.whole.start && child.whole.end <= entry.whole.end, "{child:?}");
            }
            nested(&entry.children);
        }
    }
    nested(&entries);
}

#[test]
fn a_search_finds_what_was_nearly_typed() {
    let (ws, file) = parse(SCENE);
    let names = |query: &str| search(&ws, file, query).into_iter().map(|f| f.name).collect::<Vec<_>>();
    assert_eq!(names("burst"), ["burst"]);
    assert_eq!(names("stream").first().map(String::as_str), Some("stream"));
    assert!(names("brwsng").contains(&"browsing".to_owned()));
    assert!(names("").len() > 15);
    assert_eq!(search(&ws, file, "burst")[0].container.as_deref(), Some("day"));
    assert!(names("xyzzy").is_empty());
    assert!(rank("page_viewed", "page_viewed") > rank("page_viewed", "page"));
    assert!(rank("page_viewed", "page") > rank("page_viewed", "viewed"));
    assert!(rank("page_viewed", "viewed") > rank("page_viewed", "pv"));
    assert_eq!(rank("page_viewed", "zz"), None);
}

#[test]
fn blocks_comments_and_imports_fold() {
    let source = "import a from \"a.scale\"\nimport b from \"b.scale\"\n\n# one\n# two\nlet x = [\n  1,\n  2]\nevent e {\n  field a = uuid()  # not alone\n}\nmix m { 1 e }\n";
    let (ws, file) = parse(source);
    let found: Vec<(Sort, usize, usize)> = folds(&ws.units[file.0 as usize].tree, ws.map.file(file)).iter().map(|f| (f.sort, f.first_line, f.last_line)).collect();
    assert_eq!(found, [(Sort::Imports, 0, 1), (Sort::Comments, 3, 4), (Sort::Block, 5, 7), (Sort::Block, 8, 9)]);
}

#[test]
fn selections_grow_to_the_file() {
    let (ws, file, offset) = cursor("event e {\n  field a = int(1..=‸9_0)\n}\n");
    let found: Vec<&str> = selections(&ws.units[file.0 as usize].tree, offset).iter().map(|span| ws.map.slice(*span)).collect();
    assert_eq!(found.first(), Some(&"9_0"));
    assert_eq!(found[1..], ["1..=9_0", "(1..=9_0)", "int(1..=9_0)", "field a = int(1..=9_0)", "{\n  field a = int(1..=9_0)\n}", "event e {\n  field a = int(1..=9_0)\n}", "event e {\n  field a = int(1..=9_0)\n}\n"]);
    let (ws, file, offset) = cursor("test \"a ‸b\" {\n}\n");
    let found: Vec<&str> = selections(&ws.units[file.0 as usize].tree, offset).iter().map(|span| ws.map.slice(*span)).collect();
    assert_eq!(found[..2], ["a b", "\"a b\""]);
    let (ws, file) = parse(SCENE);
    for offset in 0..SCENE.len() {
        let chain = selections(&ws.units[file.0 as usize].tree, offset);
        assert!(chain.windows(2).all(|w| w[1].start <= w[0].start && w[0].end <= w[1].end && w[0] != w[1]));
        assert_eq!(chain.last().map(|s| s.end as usize), Some(SCENE.len()));
    }
}

#[test]
fn paths_are_links() {
    let (ws, file) = parse("import aws from \"std/aws\"\nimport gone from \"gone.scale\"\ntest \"t\" {\n  phase p = replay \"day.csv\"\n}\n");
    let found: Vec<(String, String)> = links::of(&ws, file).into_iter().map(|l| (show(&ws, l.span), format!("{:?} {}", l.leads, l.tooltip))).collect();
    assert_eq!(found[0].0, "1:18 std/aws");
    assert!(found[0].1.contains("Module") && found[0].1.contains("ships with scalec"), "{found:?}");
    assert!(found[1].1.contains("Nowhere"), "{found:?}");
    assert_eq!(found[2].0, "4:21 day.csv");
}

#[test]
fn colours_know_what_names_mean() {
    let (ws, file) = parse(SCENE);
    let all = tokens(&ws, file);
    let shown = |n: usize, word: &str| {
        let at = SCENE.match_indices(word).nth(n).unwrap().0;
        let token = all.iter().find(|t| t.start == at).unwrap_or_else(|| panic!("no token at {word}"));
        let modifiers: Vec<&str> = MODIFIERS.iter().enumerate().filter(|(bit, _)| token.modifiers & (1 << bit) != 0).map(|(_, name)| *name).collect();
        format!("{} {} {}", &SCENE[token.start..token.end], SORTS[token.sort as usize], modifiers.join("+"))
    };
    for (n, word, expected) in [
        (0, "import", "import keyword "),
        (0, "aws", "aws namespace declaration"),
        (0, "\"std/aws\"", "\"std/aws\" string "),
        (0, "usual", "usual variable declaration+readonly"),
        (1, "usual", "usual variable readonly"),
        (0, "2_000", "2_000 number "),
        (0, "/s", "/s unit "),
        (0, "peak", "peak parameter declaration+readonly"),
        (0, "..=", "..= operator "),
        (0, "kafka", "kafka type defaultLibrary"),
        (0, "brokers", "brokers property defaultLibrary"),
        (0, "lz4", "lz4 enumMember defaultLibrary"),
        (0, "visit", "visit event declaration"),
        (0, "uuid", "uuid function defaultLibrary"),
        (0, "latency", "latency variable readonly+defaultLibrary"),
        (0, "p99", "p99 property readonly+defaultLibrary"),
        (0, "$5", "$ unit "),
        (0, "5/h", "5 number "),
        (0, "ratio", "ratio variable readonly+defaultLibrary"),
        (0, "during", "during keyword "),
        (0, "of \"m5", "of keyword "),
    ] {
        assert_eq!(shown(n, word), expected, "{word}");
    }
    assert!(all.windows(2).all(|w| w[0].end <= w[1].start));
    assert_eq!((DECLARATION, READONLY, DEFAULT_LIBRARY), (1, 2, 4));
    let (from, to) = (SCENE.find("event visit").unwrap(), SCENE.find("mix browsing").unwrap());
    let part: Vec<_> = all.iter().copied().filter(|t| t.start < to && from < t.end).collect();
    assert_eq!(tokens_within(&ws, file, from, to), part);
}

#[test]
fn whatever_is_left_of_a_file_can_be_asked_about() {
    // Cut off anywhere, and with any line missing.
    let lines: Vec<&str> = SCENE.split_inclusive('\n').collect();
    let cut = (0..SCENE.len()).step_by(13).filter(|at| SCENE.is_char_boundary(*at)).map(|at| SCENE[..at].to_owned());
    let without = (0..lines.len()).map(|gone| lines.iter().enumerate().filter(|(i, _)| *i != gone).map(|(_, l)| *l).collect());
    let turned = (0..lines.len()).map(|at| lines.iter().enumerate().map(|(i, l)| if i == at { l.replace(['{', '"', '='], "(") } else { l.to_string() }).collect());
    for text in cut.chain(without).chain(turned) {
        let (ws, file) = parse(&text);
        let (unit, source) = (&ws.units[file.0 as usize], ws.map.file(file));
        let found = tokens(&ws, file);
        assert!(found.windows(2).all(|w| w[0].end <= w[1].start) && found.iter().all(|t| t.start < t.end && t.end <= text.len()), "{text}");
        assert!(symbols::occurrences(&ws, file).windows(2).all(|w| w[0].span.end <= w[1].span.start), "{text}");
        assert!(folds(&unit.tree, source).iter().all(|f| f.first_line < f.last_line && f.span.start <= f.span.end && f.last_line < source.line_count()), "{text}");
        fn nested(entries: &[Entry], text: &str) {
            for entry in entries {
                assert!(entry.whole.start <= entry.name_span.start && entry.name_span.end <= entry.whole.end, "{entry:?}\n{text}");
                nested(&entry.children, text);
            }
        }
        nested(&outline(&ws, file), &text);
        for offset in (0..=text.len()).step_by(101) {
            assert!(!selections(&unit.tree, offset).is_empty());
            let _ = definition(&ws, file, offset);
            if let Ok((named, place)) = prepare(&ws, file, offset) {
                assert!(place.start as usize <= offset && offset <= place.end as usize);
                assert!(!named.text(&ws).is_empty());
            }
        }
    }
}
