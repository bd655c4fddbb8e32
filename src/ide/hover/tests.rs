//! What is told, as data: a source with a `|` before the word, and what its hover must say.

use super::*;
use crate::analysis::{Options, analyze};
use crate::resolve::workspace::Workspace;

const WORLD: &str = r#"import shop from "shop.scale"

## What a usual day brings.
let usual = 2_000/s
let busy = 5x * usual
let word = secret("TOKEN")
let place = env("PLACE", "here")
param peak = 10_000/s in 1_000/s..=50_000/s

target clicks = kinesis { stream = "clicks", region = "eu-west-1", shards = 24 }
target out = file { path = "out.jsonl" }
source prom = prometheus { url = "http://localhost:9090" }
metric cpu = prom.query("x") as percent by executor
event viewed {
  key = user

  ## Who looked.
  field user = int(1..=500_000)
}
pipeline stream { reads = clicks, group = "g", capacity = 3_000/s, cluster = current }
node "m5.large" { vcpu = 2, memory = 8GiB, price = $0.096/h, as_of = "2026-11" }
cluster current { driver = 1 of "m5.large", workers = 4..=8 of "m5.large" }

test "day" {
  seed = 1
  send 75% viewed to clicks
  send rest viewed to out

  ## As always.
  phase base = hold usual for 5m
  repeat 2 {
    phase burst = hold busy for 1m
    phase calm = hold 1_000/s for 30m
  }
  fault gone = stop stream at 10s into burst
  undo gone after 5s
  expect latency.p99 < 250ms during base
  expect stream.lag < 1M within 20m after burst
"#;

fn told(line: &str) -> String {
    let text = if line.contains('\u{1}') { line.replace('\u{1}', "") } else { format!("{WORLD}{line}\n}}\n") };
    let offset = text.find('|').expect("a cursor");
    let text = text.replacen('|', "", 1);
    let workspace = Workspace::from_texts(&[("main.scale", text.as_str()), ("shop.scale", "## The shop.\n\nevent order { field id = uuid() }\n")]);
    let analysis = analyze(workspace, &Options::default());
    let file = analysis.workspace.roots[0];
    hover(&View::new(&analysis, file), offset).map_or("nothing".to_owned(), |h| format!("[{}] {}", analysis.workspace.map.slice(h.span), h.text))
}

/// The hover on the first place of the world that reads so; `|` where the cursor is.
fn on(mark: &str) -> String {
    let plain = mark.replace('|', "");
    let whole = format!("{WORLD}}}\n");
    assert!(whole.contains(&plain), "{plain}");
    told(&format!("\u{1}{}", whole.replacen(&plain, mark, 1)))
}

#[test]
fn everything_tells_what_it_is() {
    for (mark, wanted) in [
        ("let us|ual", &["[usual]", "What a usual day brings.", "`2_000/s`, a rate", "172.8M/d"][..]),
        ("let bu|sy", &["`10_000/s`, a rate"]),
        ("hold bu|sy for", &["[busy]", "`10_000/s`, a rate"]),
        ("let wo|rd", &["the secret `TOKEN`, read when a test runs"]),
        ("let pl|ace", &["a text from the environment variable `PLACE`"]),
        ("param pe|ak", &["`10_000/s`", "--set peak=…", "1_000/s..=50_000/s"]),
        ("target cli|cks", &["Amazon Kinesis", "24 shards take 24_000/s and 24MB/s", "A shard takes 1_000/s ([source](https://docs.aws"]),
        ("= kine|sis", &["A request takes 500 records"]),
        ("source pr|om", &["PromQL", "`.query(\"promql\")`"]),
        ("metric c|pu", &["A plain number from `prom`, every 5s, one series per `executor`"]),
        ("event vie|wed", &["1 field, "]),
        ("field us|er", &["Who looked.", "A field of the event `viewed`"]),
        ("pipeline str|eam", &["Predicted backlog", "In \"day\": highest with"]),
        ("node \"m5|.large\"", &["2 vCPU · 8GiB · $0.096/h"]),
        ("cluster cur|rent", &["$0.48/h to $0.864/h", "5 to 9 nodes", "10 to 18 vCPU · 40GiB to 72GiB"]),
        ("workers = |4..=8 of", &["[4..=8 of \"m5.large\"] 4 to 8 nodes · $0.384/h to $0.768/h on demand · 8 to 16 vCPU · 32GiB to 64GiB"]),
        ("workers = 4.|.=8 of", &["4 to 8 nodes · $0.384/h"]),
        ("workers = 4..=8| of", &["4 to 8 nodes · $0.384/h"]),
        ("workers = 4..=8 o|f", &["4 to 8 nodes · $0.384/h", "So many of something."]),
        ("workers = 4..=8 of \"m5|.large\"", &["2 vCPU · 8GiB"]),
        ("driver = |1 of", &["1 node · $0.096/h on demand · 2 vCPU · 8GiB"]),
        ("phase ba|se", &["As always.", "0s to 5m (5m) · 600_000 records: `clicks` 450_000, `out` 150_000"]),
        ("phase bur|st", &["burst[1]: 5m to 6m", "burst[2]: 36m to 37m"]),
        ("during ba|se", &["[base]", "600_000 records"]),
        ("fault go|ne", &["Strikes 5m 10s, 36m 10s after"]),
        ("test \"d|ay\"", &["1h 7m"]),
        ("import sh|op", &["The shop.", "event `order`"]),
        ("from \"sh|op", &["[\"shop.scale\"]", "event `order`"]),
        ("send 75|%", &["`75%`: a plain number"]),
        ("sha|rds =", &["a whole number of at least 1", "Required"]),
        ("ho|ld usual", &["hold 2_000/s for 10m", "A constant rate."]),
        ("usual f|or", &["How long"]),
        ("= st|op stream", &["Stops a pipeline."]),
        ("int|(1..=500_000)", &["int(1..=100)", "A whole number, each as likely."]),
        ("lat|ency.p99", &["[latency]", "a distribution of time", "measured while it sends, every 1s"]),
        ("latency.p|99", &["99 of 100 values"]),
        ("stream.la|g", &["Records behind.", "`group`"]),
        ("as per|cent", &["100 is 100%"]),
        ("< 250m|s", &["Milliseconds."]),
        ("rep|eat 2", &["The same phases again"]),
        ("par|am peak", &["`--set` can change"]),
        ("wi|thin 20m", &["So soon after the phase"]),
    ] {
        let told = on(mark);
        for words in wanted {
            assert!(told.contains(words), "{mark}: `{words}` is not in\n{told}");
        }
    }
}

#[test]
fn codes_and_members_tell_too() {
    assert!(told("  # scalec: allow W05|10 — wanted\n  phase x = hold 1/s for 1s").contains("**W0510**"));
    assert!(told("  expect cost < $5 at end\n  expect acked_rate > 1/s * current.ve|cpu always").contains("nothing"));
    assert!(told("  expect acked_rate > 1/s * current.vc|pu always").contains("Virtual processors"));
    assert!(told("  # nothing |here").contains("nothing"));
    // In a size of a sizing too; and of what is no number of nodes the number alone.
    let sized = "\u{1}node \"m\" { vcpu = 2, memory = 8GiB, price = $1/h }\ntarget t = null {}\npipeline p { reads = t }\nsizing p {\n  size by offered_rate {\n    ..1_000/s => 2.|.=4 of \"m\"\n    1_000/s.. => split\n  }\n}\n";
    assert!(told(sized).contains("2 to 4 nodes · $2/h to $4/h on demand · 4 to 8 vCPU · 16GiB to 32GiB"), "{}", told(sized));
    let unknown = sized.replace("2.|.=4 of \"m\"", "2|..=4 of \"n\"");
    assert!(!told(&unknown).contains("nodes"), "{}", told(&unknown));
}

/// A test with `for` is several: what is true of one of them is not told of all.
#[test]
fn each_value_of_a_for_is_told() {
    const MATRIX: &str = "target t = null {}\npipeline p { reads = t }\nevent e {\n  size = n * 1KB\n\n  field id = uuid()\n}\nevent other { field id = uuid() }\ntest \"t\" for n in [1, 2, 4] {\n  seed = 1\n  send 50% e to t\n  send 50% other to t\n  phase a = hold n * 100/s for 1m\n  phase b = hold 10/s for n * 1m\n  repeat 2 {\n    phase c = hold 1/s for 1m\n  }\n  fault early = stop p at 10s into a\n  fault late = stop p at 10s into c\n  undo early after 1s\n  undo late after 1s\n  expect latency.p99 < 1s during a\n}\n";
    let on = |mark: &str| told(&format!("\u{1}{}", MATRIX.replacen(&mark.replace('|', ""), mark, 1)));
    let a = "- `n = 1`: 0s to 1m (1m) · 6_000 records\n- `n = 2`: 0s to 1m (1m) · 12_000 records\n- `n = 4`: 0s to 1m (1m) · 24_000 records";
    for mark in ["phase |a", "during |a"] {
        assert!(on(mark).ends_with(a), "{}", on(mark));
    }
    assert!(on("phase |b").ends_with("- `n = 4`: 1m to 5m (4m) · 2_400 records"), "{}", on("phase |b"));
    assert!(on("phase |c").contains("- `n = 2`, c[1]: 3m to 4m (1m) · 60 records\n- `n = 2`, c[2]: 4m to 5m (1m) · 60 records"), "{}", on("phase |c"));
    assert!(on("fault |early").ends_with("```\n\nStrikes 10s after the start of the test"), "{}", on("fault |early"));
    assert!(on("fault |late").contains("- `n = 1`: Strikes 2m 10s, 3m 10s after the start of the test\n- `n = 2`: Strikes 3m 10s"), "{}", on("fault |late"));
    assert!(on("event |e").contains("- `n = 4`: 1 field, 4.00KB a record"), "{}", on("event |e"));
    assert!(!on("event |other").contains("n = "), "{}", on("event |other"));
    // All alike, and many of them.
    let same = MATRIX.replace("hold n * 100/s", "hold 100/s");
    assert!(told(&format!("\u{1}{}", same.replacen("phase a", "phase |a", 1))).ends_with("```\n\n0s to 1m (1m) · 6_000 records"));
    let many = MATRIX.replace("[1, 2, 4]", "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]");
    assert!(told(&format!("\u{1}{}", many.replacen("phase a", "phase |a", 1))).ends_with("- `n = 8`: 0s to 1m (1m) · 48_000 records\n- and 3 more"));
}

/// What the checker takes for a credential is not shown.
#[test]
fn credentials_are_not_shown() {
    let told = told("\u{1}let to|ken = \"AKIAIOSFODNN7EXAMPLE\"\nlet other = token\n");
    assert!(!told.contains("AKIAIOSFODNN7EXAMPLE"), "{told}");
}
