//! What is offered, as data: a source with a `|` where the cursor stands, and words that must or must not be there.

use super::*;
use crate::analysis::{Options, analyze};
use crate::resolve::workspace::Workspace;

/// A file that declares one of everything, above the line under test.
const WORLD: &str = r#"import shop from "shop.scale"

let usual = 2_000/s
let pause = 5m
let small = 1KiB
param peak = 10_000/s in 1_000/s..=50_000/s

target clicks = kafka { brokers = "localhost:9092", topic = "clicks", partitions = 12 }
target out = file { path = "out.jsonl" }
source prom = prometheus { url = "http://localhost:9090" }
source spark = spark { url = "http://localhost:4040" }
metric cpu = prom.query("x") as percent by executor
metric heap = prom.query("y") as bytes
event viewed { key = user, field user = int(1..=5), field page = word() }
mix browsing { 60% viewed, 40% shop.order }
pipeline stream { reads = clicks, group = "g", capacity = 5_000/s, tables = 3 }
node "m5.large" { vcpu = 2, memory = 8GiB, price = $0.096/h }
cluster current { workers = 4 of "m5.large" }
"#;

const SHOP: &str = "event order { field id = uuid() }\nlet share = 50%\nlet rush = 9_000/s\ntarget orders = null {}\n";

pub(super) fn offered(line: &str) -> Vec<Item> {
    let text = format!("{WORLD}\n{line}");
    let offset = text.find('|').expect("a cursor");
    let text = text.replacen('|', "", 1);
    let workspace = Workspace::from_texts(&[("main.scale", text.as_str()), ("shop.scale", SHOP)]);
    let analysis = analyze(workspace, &Options::default());
    let file = analysis.workspace.roots[0];
    let other = crate::syntax::parse(crate::source::FileId(9), "let burst = 7_000/s\nevent refund { field id = uuid() }\nnode \"c9.big\" { vcpu = 9, memory = 18GiB, price = $1/h }\nnode \"m5.large\" { vcpu = 1, memory = 1GiB, price = $1/h }\n");
    let unit = crate::resolve::workspace::Unit { id: crate::source::FileId(9), tree: other.tree, ast: other.ast, diagnostics: Vec::new(), std: false };
    let nearby = Nearby { modules: vec![Module { path: "lib/refunds.scale".into(), unit: unit.into() }], tables: vec!["load.csv".into()] };
    complete(&View::new(&analysis, file), offset, &nearby)
}

#[test]
fn what_belongs_is_offered_and_nothing_else() {
    let cases = include_str!("cases.txt");
    let mut wrong = Vec::new();
    for case in cases.split("\n\n").map(str::trim).filter(|c| !c.is_empty()) {
        let (source, wants): (Vec<&str>, Vec<&str>) = case.lines().partition(|l| !l.starts_with("+ ") && !l.starts_with("- ") && !l.starts_with("first ") && *l != "nothing");
        let source = source.join("\n");
        let items = offered(&source);
        let labels: Vec<&str> = items.iter().map(|i| i.label.as_str()).collect();
        for want in wants {
            let (sign, words) = want.split_once(' ').unwrap_or((want, ""));
            let fine = match sign {
                "+" => words.split(" , ").all(|w| labels.contains(&w)),
                "-" => words.split(" , ").all(|w| !labels.contains(&w)),
                "first" => labels.first() == Some(&words),
                _ => labels.is_empty(),
            };
            if !fine {
                wrong.push(format!("{source}\n  {want}\n  offered: {labels:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn an_import_comes_along() {
    let items = offered("test \"a\" {\n  send |");
    let item = items.iter().find(|i| i.label == "refunds.refund").expect("of a module that is not imported");
    let (at, text) = item.also.first().expect("its import");
    assert_eq!(text, "\nimport refunds from \"lib/refunds.scale\"");
    assert_eq!(*at, WORLD.find('\n').expect("a line"), "behind the last import");
}

#[test]
fn nodes_bring_their_import_too() {
    for line in ["cluster c {\n  workers = 4 of \"c9.|", "cluster c {\n  workers = 4 of |", "sizing stream {\n  rule a when stream.lag > 5 => scale up to \"|\"\n}"] {
        let items = offered(line);
        let item = items.iter().find(|i| i.label == "c9.big").expect("of a module that is not imported");
        assert_eq!(item.also, vec![(WORLD.find('\n').expect("a line"), "\nimport refunds from \"lib/refunds.scale\"".to_owned())]);
        assert_eq!(item.detail, "9 vCPU · 18GiB · $1/h · imports \"lib/refunds.scale\"");
        // What is known already needs no import.
        let known: Vec<&Item> = items.iter().filter(|i| i.label == "m5.large").collect();
        assert!(known.len() == 1 && known[0].also.is_empty(), "{known:?}");
    }
}

#[test]
fn the_word_under_the_cursor_is_replaced() {
    let items = offered("test \"a\" {\n  send bro|wsing to clicks\n}");
    let item = items.iter().find(|i| i.label == "browsing").expect("the mix");
    let text = format!("{WORLD}\ntest \"a\" {{\n  send browsing to clicks\n}}");
    assert_eq!(&text[item.range.clone()], "browsing");
    assert_eq!(item.detail, "mix");
    let items = offered("let x = usu|");
    assert_eq!(items.iter().find(|i| i.label == "usual").map(|i| i.detail.as_str()), Some("2_000/s"));
}
