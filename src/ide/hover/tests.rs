//! What is told, as data: a source with a `|` before the word, and what its hover must say.

use super::*;
use crate::analysis::{Options, analyze};
use crate::resolve::workspace::Workspace;

const WORLD: &str = r#"import shop from "shop.scale"

## What a usual day brings.
let usual = 2_000/s
let busy = 5x * usual
let odd = $12 / 3_000/s
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
        ("let o|dd", &["```\n\n`0.004` $·s per record"]),
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

/// A word that joins parts of several statements is told by the one that it stands in.
#[test]
fn a_clause_is_told_by_its_statement() {
    const STATEMENTS: &str = r#"param usual = 10/s in 1/s..=50/s
source prom = prometheus { url = "http://localhost:9090" }
metric cpu = prom.query("x") as percent by executor every 15s
target t = null {}
target u = null {}
event e {
  key      = id
  identity = field id

  field id  = uuid()
  field few = int(1..=5) null 20%
}
pipeline p { reads = t, members = 3 }
alert critical behind when p.lag > 100 for 1m
node "m" { vcpu = 2, memory = 8GiB, price = $1/h, as_of = "2026-11" }
sizing p {
  size by offered_rate {
    ..1_000/s => 2..=4 of "m"
    1_000/s.. => split into 2
  }
  rule a when cpu.min > 80% during one and two => scale out by 2
  rule b when cpu.min > 70% => scale in by 3
  rule c when cpu.min > 60% and cpu.max in 1%..5% => scale up to "m"
  rule d when cpu.min > 50% => throttle to 5/s
  otherwise keep
}
test "t" for n in [1, 2] {
  seed = 1
  send e to t and u
  phase one = hold usual for 10m
  phase two = ramp 0/s to 20/s over 5m
  phase three = step 10/s to 50/s by 10/s every 2m
  phase four = sine 1/s to 3/s period 1h for 6h
  phase five = spike 1/s to 9/s over 2m
  phase six = pause for 7m
  phase seven = flood 1M at 50/s
  phase eight = replay "file.csv" scale 2x
  phase nine = search 1/s..=20/s by 25% hold 1m settle 10s to within 5%
  fault less = scale p to 2 at 5m into one
  undo less = scale p to 3 after 8m
  sustain acked_rate >= 99% * offered_rate
  expect p.lag < 5 and p.lag > 1 during all one and two
  expect p.lag < 5 eventually during one and two
  expect p.lag < 5 within 10m after start of one for 3m
  expect p.lag < 5 at end
  expect p.lag < 5 during b
  expect p.lag < 5 within 9m after less
  abort when p.lag > 20M for 4m
}
"#;
    for (mark, wanted) in [
        ("|in 1/s..=50/s", "The range that `--set` must keep to."),
        ("|by executor", "The label that keeps series apart"),
        ("|every 15s", "How often the source is asked."),
        ("|field id\n", "A field of the event, as the value of a setting."),
        ("|field id ", "A field of the record, and what it holds."),
        ("|null 20%", "The share of records in which a field is empty."),
        ("|when p.lag > 100 ", "The condition under which it is raised."),
        ("|for 1m", "How long the condition must hold before it is raised."),
        ("|by offered_rate", "The metric by which the size is chosen"),
        ("|of \"m\"\n", "So many of something."),
        ("|into 2", "Into how many pipelines."),
        ("|when cpu.min > 80%", "of averages over the last `hold` phase"),
        ("|during one and two =>", "in place of the last `hold`"),
        ("|and two =>", "the averages are taken over all of them"),
        ("scale out |by", "How many workers more."),
        ("scale |out", "So many workers more."),
        ("|scale out", "So many workers more."),
        ("scale in |by", "How many workers fewer."),
        ("scale |in", "So many workers fewer."),
        ("|and cpu.max", "Two conditions"),
        ("cpu.max |in", "Lies within a range"),
        ("|to \"m\"", "The kind of node that takes their place."),
        ("throttle |to", "The highest rate that is let in."),
        ("|for n in", "One test for each of these values"),
        ("n |in [", "The values, for each of which there is one test."),
        ("|to t and", "The target that it is sent to."),
        ("|and u", "each gets the same records"),
        ("|hold usual", "A constant rate."),
        ("|for 10m", "```scale\nhold 2_000/s for 10m\n```\n\nHow long."),
        ("|to 20/s", "The rate at its end."),
        ("|over 5m", "The time from the first rate to the last."),
        ("|to 50/s", "The rate of the last step."),
        ("|by 10/s", "The height of a step"),
        ("|every 2m", "How long each step lasts."),
        ("|to 3/s", "The upper rate of the wave."),
        ("|period 1h", "The length of one wave."),
        ("|for 6h", "How long, over all waves."),
        ("|to 9/s", "The rate at its tip."),
        ("|over 2m", "up and down"),
        ("|for 7m", "```scale\npause for 5m\n```\n\nHow long."),
        ("|at 50/s", "At most which rate."),
        ("|scale 2x", "What all rates of the curve are multiplied by."),
        ("|by 25%", "each rate of the climb"),
        ("|hold 1m", "How long each step is held and judged."),
        ("|settle 10s", "What is left out at the start of each step"),
        ("|to within", "How near to each other"),
        ("|within 5%", "How near to each other"),
        ("|to 2 at", "How many members the pipeline is given."),
        ("|at 5m into", "When in the phase it strikes"),
        ("|into one", "The phase that it strikes"),
        ("|to 3 after", "How many members the pipeline is given."),
        ("|after 8m", "How long after the fault has struck."),
        ("|during b", "each instance of a repeated one by itself"),
        ("|during all", "In all instances of the phases together."),
        ("during |all", "All instances of a phase together."),
        ("all one |and", "all of their instances together"),
        ("|eventually", "At some moment of each instance."),
        ("eventually during one |and", "each is a window of its own"),
        ("|within 10m", "So soon after the phase"),
        ("|after start", "What it counts from"),
        ("|start of", "From the start of a phase instead of its end."),
        ("start |of one", "The phase from whose start it counts."),
        ("|for 3m", "How long it must hold from then on."),
        ("|at end", "after the last phase"),
        ("at |end", "after the last phase"),
        ("abort |when", "The condition that ends the run."),
        ("|for 4m", "How long the condition must hold before the run ends."),
    ] {
        let plain = mark.replace('|', "");
        assert!(STATEMENTS.contains(&plain), "{plain}");
        let told = told(&format!("\u{1}{}", STATEMENTS.replacen(&plain, mark, 1)));
        assert!(told.contains(wanted) && told.matches("```scale").count() == 1, "{mark}: `{wanted}` alone is not in\n{told}");
    }
    // Half of a rule: each way in which it can go on.
    let half = told("\u{1}pipeline p { reads = t }\nsizing p {\n  rule a when p.lag > 5 => |scale\n  otherwise keep\n}\n");
    assert!(["scale out by 2", "scale in by 2", "scale up to"].iter().all(|form| half.contains(form)) && !half.contains("members"), "{half}");
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

/// `burst[2]`, in a window, a fault and a value.
#[test]
fn an_instance_tells_when_it_runs() {
    let second = "[burst[2]] `burst[2]`: instance 2 of 2, 36m to 37m (1m) · 600_000 records: `clicks` 450_000, `out` 150_000";
    for line in ["expect stream.lag < 5 during burst[|2]", "expect stream.lag < 5 during base and burst[2|]", "expect stream.lag < 5 within 1m after burst[ |2 ]", "expect avg(stream.lag, burst[|2]) < 5 always", "fault f = stop stream at 1s into burst[|2]"] {
        assert_eq!(told(&format!("  {line}")).replace("burst[ 2 ]", "burst[2]"), second, "{line}");
    }
    assert!(told("  expect stream.lag < 5 during burst[|3]").contains("a count or a plain number"));
    assert!(told("  expect stream.lag < 5 during burst[1 + |1]").contains("a count or a plain number"));
    assert!(told("  expect stream.lag < 5 during bur|st[2]").contains("burst[1]: 5m to 6m"));
    let matrix = "\u{1}target t = null {}\nevent e { field id = uuid() }\ntest \"t\" for n in [1, 3] {\n  seed = 1\n  send e to t\n  repeat n {\n    phase b = hold n * 1/s for 1m\n  }\n  expect latency.p99 < 1s during b[|1]\n}\n";
    assert!(told(matrix).ends_with("`b[1]`\n\n- `n = 1`: instance 1 of 1, 0s to 1m (1m) · 60 records\n- `n = 3`: instance 1 of 3, 0s to 1m (1m) · 180 records"), "{}", told(matrix));
}

/// What the checker takes for a credential is not shown.
#[test]
fn credentials_are_not_shown() {
    let told = told("\u{1}let to|ken = \"AKIAIOSFODNN7EXAMPLE\"\nlet other = token\n");
    assert!(!told.contains("AKIAIOSFODNN7EXAMPLE"), "{told}");
}
