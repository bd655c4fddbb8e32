//! What is said of sizings as a whole: ranges against trying every value, and which file a message stands in.

use scalec::analysis::{Options, analyze};
use scalec::loader;
use scalec::resolve::workspace::Workspace;
use std::path::{Path, PathBuf};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: i64) -> i64 {
        (self.next() % n as u64) as i64
    }
}

/// A metric: how it is written, its values (in halves) that can be, and how its numbers are written.
struct Metric {
    name: &'static str,
    /// Halves from and to; the grid ends a unit beyond the constants where it has no end of its own.
    from: i64,
    to: i64,
    whole: bool,
    unit: &'static str,
}

const METRICS: &[Metric] = &[
    Metric { name: "offered_rate", from: 0, to: 24, whole: false, unit: "/s" },
    Metric { name: "trend(stream.lag)", from: -8, to: 24, whole: false, unit: "/s" },
    Metric { name: "stream.tables", from: 2, to: 24, whole: true, unit: "" },
    Metric { name: "stream.lag", from: 0, to: 24, whole: true, unit: "" },
    // In tenths.
    Metric { name: "spark.gc_ratio", from: 0, to: 20, whole: false, unit: "0%" },
];

#[derive(Clone, Copy, Debug)]
struct Arm {
    low: Option<i64>,
    high: Option<i64>,
    inclusive: bool,
    lone: bool,
}

impl Arm {
    fn holds(self, half: i64) -> bool {
        if self.lone {
            return self.low == Some(half / 2) && half % 2 == 0;
        }
        self.low.is_none_or(|low| half >= 2 * low) && self.high.is_none_or(|high| if self.inclusive { half <= 2 * high } else { half < 2 * high })
    }
    fn written(self, unit: &str) -> String {
        let end = |v: Option<i64>| v.map_or(String::new(), |v| if v == 0 && unit == "0%" { "0%".into() } else { format!("{v}{unit}") });
        match self {
            Arm { lone: true, .. } => end(self.low),
            Arm { inclusive, high, .. } => format!("{}{}{}", end(self.low), if inclusive && high.is_some() { "..=" } else { ".." }, end(high)),
        }
    }
}

#[test]
fn ranges_overlap_and_leave_gaps_where_trying_every_value_says_so() {
    let mut random = Random(5);
    let mut seen = [0; 4];
    for set in 0..3_000 {
        let metric = &METRICS[random.below(METRICS.len() as i64) as usize];
        let arms: Vec<Arm> = if random.below(4) == 0 { tiles(&mut random, metric) } else { (0..1 + random.below(4)).map(|_| arm(&mut random, metric)).collect() };
        let lines: String = arms.iter().map(|arm| format!("    {} => split\n", arm.written(metric.unit))).collect();
        let text = format!(
            "target t = null {{}}\nsource spark = spark {{ url = \"http://localhost:4040\" }}\npipeline stream {{ reads = t, capacity = 5/s, tables = 5 }}\n\
             sizing stream {{\n  size by {} {{\n{lines}  }}\n  otherwise keep\n}}\n",
            metric.name
        );
        let analysis = analyze(Workspace::from_texts(&[("sizes.scale", text.as_str())]), &Options::default());
        let found: Vec<&str> = analysis.diagnostics.iter().map(|d| d.code.as_str()).collect();
        // Overlaps count also where the metric never is.
        let everywhere = (-20..=40).filter(|half| !metric.whole || half % 2 == 0);
        let overlap = everywhere.clone().any(|half| arms.iter().filter(|arm| arm.holds(half)).count() > 1);
        let gap = everywhere.filter(|half| (metric.from..=metric.to).contains(half)).any(|half| !arms.iter().any(|arm| arm.holds(half)));
        assert_eq!(found.contains(&"E0801"), overlap, "set {set}, overlap: {found:?}\n{text}");
        assert_eq!(found.contains(&"E0802"), gap, "set {set}, gap: {found:?}\n{text}");
        assert!(found.iter().all(|code| ["E0801", "E0802"].contains(code)), "set {set}: {found:?}\n{text}");
        seen[usize::from(overlap) + 2 * usize::from(gap)] += 1;
    }
    assert!(seen.iter().all(|n| *n > 50), "{seen:?}: too few cases to mean anything");
}

/// Ranges that meet, but for one end that may hold its value or not, in some order.
fn tiles(random: &mut Random, metric: &Metric) -> Vec<Arm> {
    let mut from = if metric.from < 0 { -2 } else { metric.from / 2 };
    let mut arms = vec![Arm { low: None, high: Some(from + 1), inclusive: random.below(8) == 0, lone: false }];
    for _ in 0..random.below(3) {
        from += 1;
        arms.push(Arm { low: Some(from), high: Some(from + 1), inclusive: random.below(8) == 0, lone: false });
    }
    arms.push(Arm { low: Some(from + 1), high: None, inclusive: false, lone: false });
    let turn = random.below(arms.len() as i64) as usize;
    arms.rotate_left(turn);
    arms
}

fn arm(random: &mut Random, metric: &Metric) -> Arm {
    let from = if metric.from < 0 { -2 } else { metric.from / 2 };
    let low = from + random.below(5);
    let high = low + 1 + random.below(4);
    let inclusive = random.below(3) == 0;
    match random.below(6) {
        0 => Arm { low: Some(low), high: Some(low), inclusive: true, lone: true },
        1 => Arm { low: None, high: Some(high), inclusive, lone: false },
        2..=3 => Arm { low: Some(low), high: None, inclusive: false, lone: false },
        _ => Arm { low: Some(low), high: Some(high), inclusive, lone: false },
    }
}

const LIBRARY: &str = "node \"small\" { vcpu = 2, memory = 8GiB, price = $0.10/h, as_of = \"2024-01\" }
node \"new\" { vcpu = 2, memory = 8GiB, price = $0.10/h, as_of = \"2026-11\" }
target clicks = kafka { brokers = \"embedded\", topic = \"clicks\", partitions = 4 }
event click { field at = now() }
cluster current { workers = 4..=8 of \"small\" }
pipeline stream { reads = clicks, group = \"g\", tables = 180, capacity = 5_000/s, cluster = current }
";

const SCENARIO: &str = "import lib from \"lib.scale\"
test \"steady\" {
  seed = 1
  send lib.click to lib.clicks
  phase steady = hold 1_000/s for 10m
  expect lib.stream.lag < 10_000 always
}
";

fn checked(files: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scale.toml"), "").unwrap();
    std::fs::write(folder.path().join("lib.scale"), LIBRARY).unwrap();
    std::fs::write(folder.path().join("main.scale"), SCENARIO).unwrap();
    let paths: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    let analysis = analyze(loader::load(&paths, folder.path()), &Options::default());
    let place = |d: &scalec::diagnostics::Diagnostic| {
        let path = &analysis.workspace.map.file(d.primary.span.file).path;
        format!("{}:{} {}", Path::new(path).file_name().unwrap().to_string_lossy(), analysis.workspace.map.line_column(d.primary.span).line, d.code)
    };
    analysis.diagnostics.iter().map(place).collect()
}

#[test]
fn what_is_said_of_a_cluster_stands_in_the_file_that_is_checked() {
    // The test measures on a cluster of another file: its reader can only choose another.
    assert_eq!(checked(&["main.scale"]), ["main.scale:2 W0813"]);
    assert_eq!(checked(&["lib.scale"]), ["lib.scale:1 W0815", "lib.scale:5 W0814", "lib.scale:6 W0812"]);
}
