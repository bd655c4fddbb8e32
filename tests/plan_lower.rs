//! From text to plan: phases, instances, sends, windows and what else a test needs, to the last number.

use scalec::analysis::{Analysis, Options, analyze};
use scalec::diagnostics::render;
use scalec::loader;
use scalec::plan::*;
use scalec::resolve::workspace::Workspace;
use scalec::units::Exact;
use std::path::{Path, PathBuf};

fn clean(analysis: Analysis) -> Plan {
    assert!(analysis.diagnostics.is_empty(), "{}", render::human(&analysis.workspace.map, &analysis.diagnostics, render::Look::PLAIN));
    analysis.plan().cloned().expect("a plan")
}

/// The plan of a file of the project, which must be clean.
fn planned(path: &str) -> Plan {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    clean(analyze(loader::load(&[PathBuf::from(path)], root), &Options::default()))
}

/// The only test of a text, which must be clean.
fn test_of(text: &str) -> Test {
    let mut plan = clean(analyze(Workspace::from_texts(&[("main.scale", text)]), &Options::default()));
    assert_eq!(plan.tests.len(), 1);
    plan.tests.remove(0)
}

fn n(value: i128) -> Exact {
    Exact::from_integer(value)
}

fn r(over: i128, under: i128) -> Exact {
    Exact::new(over, under)
}

/// `name[instance/of] start +duration`
fn timeline(test: &Test) -> Vec<String> {
    test.phases.iter().map(|p| format!("{}[{}/{}] {} +{}", p.name, p.instance, p.of, p.start, p.duration)).collect()
}

/// What each phase sends, as `share target` or `rate/s target`.
fn shares(test: &Test, phase: PhaseId) -> Vec<String> {
    let of = |id: &SendId| {
        let send = &test.sends[*id];
        let to: Vec<&str> = send.targets.iter().map(|t| test.targets[*t].name.as_str()).collect();
        match &send.share {
            Share::Of(share) => format!("{share} {}", to.join("+")),
            Share::Rate(rate) => format!("{rate}/s {}", to.join("+")),
        }
    };
    test.phases[phase].sends.iter().map(of).collect()
}

fn names<'t, T>(things: &'t [T], name: impl Fn(&'t T) -> &'t str) -> Vec<&'t str> {
    things.iter().map(name).collect()
}

#[test]
fn doors_open() {
    let plan = planned("scenarios/doors_open.scale");
    let [test] = plan.tests.as_slice() else { panic!("one test") };
    assert_eq!((test.name.as_str(), test.line, test.seed, test.seed_given), ("doors open", 48, 20251128, true));
    assert_eq!(test.timeout, n(3 * 3600));
    assert_eq!(test.tags, ["burst"]);
    assert_eq!(
        timeline(test),
        [
            "warm_up[1/1] 0 +300",
            "baseline[1/1] 300 +1800",
            "burst[1/2] 2100 +300",
            "recover[1/2] 2400 +1200",
            "burst[2/2] 3600 +300",
            "recover[2/2] 3900 +1200",
            "drain[1/1] 5100 +180",
        ]
    );
    assert_eq!(test.phases[0].shape, Shape::Ramp { from: n(0), to: n(2_000) });
    assert_eq!(test.phases[2].shape, Shape::Hold { rate: n(10_000) });
    assert_eq!(test.phases[6].shape, Shape::Pause);
    assert_eq!(shares(test, 1), ["19/20 clicks", "1/20 orders"]);
    assert_eq!(shares(test, 4), ["4/5 clicks", "1/5 orders"]);
    assert_eq!(test.phases[2].sends, test.phases[4].sends, "instances share their lines");
    assert_eq!(test.sends.len(), 4);
    assert_eq!(test.sends[0].text, "95% shop.browsing to clicks");
    let mixed: Vec<(Exact, &str)> = test.sends[0].events.iter().map(|(share, id)| (*share, test.events[*id].name.as_str())).collect();
    assert_eq!(mixed, [(r(3, 5), "shop.page_viewed"), (r(3, 10), "shop.added_to_cart"), (r(1, 10), "shop.order_placed")]);
    assert_eq!(names(&test.targets, |t| &t.name), ["clicks", "orders"]);
    assert_eq!(names(&test.pipelines, |p| &p.name), ["clickstream"]);
    assert_eq!(names(&test.metrics, |m| &m.name), ["cpu", "memory"]);
    assert_eq!(names(&test.sources, |s| &s.name), ["spark", "prom"]);
    assert_eq!(names(&test.alerts, |a| &a.name), ["backlog", "hot"]);
    assert_eq!(names(&test.clusters, |c| &c.name), ["current"]);
    assert_eq!(test.sizings.len(), 1);
    assert_eq!(names(&test.sizings[0].rules, |r| &r.name), ["cpu_bound", "memory_bound", "fan_out", "skewed"]);
    assert!(test.audit);
    // What the example in the specification of `plan --format json` shows.
    assert_eq!(test.phases.iter().map(|p| p.counts.planned.unwrap()).sum::<u64>(), 14_700_000);
    assert_eq!(test.phases[2].counts.per_target, [2_400_000, 600_000]);
    let windows: Vec<(&str, &Window)> = test.expectations.iter().map(|e| (e.text.as_str(), &e.window)).collect();
    assert_eq!(windows[0], ("latency.p99 < 250ms during baseline", &Window::During { phases: vec![1], pooled: false }));
    assert_eq!(windows[1].1, &Window::During { phases: vec![2, 4], pooled: false });
    assert_eq!(windows[2].1, &Window::Always);
    assert_eq!(windows[3], ("delivered == acked at end", &Window::AtEnd));
    assert_eq!(windows[4].1, &Window::Within { length: n(600), after: Anchor::End(vec![2, 4]), hold: Some(n(60)) });
    assert_eq!(test.aborts[0].text, "clickstream.lag > 5M for 2m");
    assert_eq!(test.aborts[0].hold, n(120));
}

#[test]
fn a_param_set_from_outside_changes_the_plan() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let options = Options { sets: vec![("peak".into(), "6_000/s".into())], ..Options::default() };
    let plan = clean(analyze(loader::load(&[PathBuf::from("scenarios/doors_open.scale")], root), &options));
    assert_eq!(plan.tests[0].phases[2].shape, Shape::Hold { rate: n(6_000) });
}

#[test]
fn quickstart() {
    let plan = planned("scenarios/quickstart.scale");
    let test = &plan.tests[0];
    assert_eq!(timeline(test), ["steady[1/1] 0 +10", "burst[1/1] 10 +10", "recover[1/1] 20 +20"]);
    assert_eq!(shares(test, 0), ["1 clicks"]);
    assert_eq!(test.timeout, n(40 + 600), "the timeline and ten minutes");
    assert_eq!(test.pipelines[0].capacity, Some(n(2_200)));
    assert_eq!(test.phases.iter().map(|p| p.counts.planned.unwrap()).collect::<Vec<_>>(), [10_000, 30_000, 20_000]);
}

#[test]
fn breaking_point_is_planned_at_its_longest() {
    let plan = planned("scenarios/breaking_point.scale");
    let test = &plan.tests[0];
    // 9 rates to climb, one for the backlog to clear, 4 to bisect, one to confirm; 13 s each.
    assert_eq!(timeline(test), ["baseline[1/1] 0 +10", "limit[1/1] 10 +195"]);
    let search = Shape::Search { from: n(1_000), to: n(20_000), ratio: r(1, 2), hold: n(10), settle: n(3), within: r(1, 20) };
    assert_eq!(test.phases[1].shape, search);
    assert_eq!(test.phases[1].counts.planned, None);
    assert_eq!(names(&test.sustains, |s| &s.text), ["trend(clickstream.lag) <= 1% * offered_rate", "acked_rate >= 99% * offered_rate"]);
}

const HEAD: &str = "event click {\n  field at = now()\n}\n\ntarget a = null {}\n\n";

#[test]
fn sends_by_weight_rest_and_rate() {
    let test = test_of(&format!(
        "{HEAD}target b = null {{}}

test \"t\" {{
  seed = 1

  send  60% click to a
  send rest click to b and a
  send 50/s click to b

  phase one = hold 100/s for 10s
  phase two = hold 100/s for 10s {{
    send 3 click to a
    send 1 click to b
  }}

  expect errors.ratio < 1% always
}}
"
    ));
    assert_eq!(names(&test.targets, |t| &t.name), ["a", "b"]);
    assert_eq!(shares(&test, 0), ["3/5 a", "2/5 b+a", "50/s b"]);
    assert_eq!(shares(&test, 1), ["3/4 a", "1/4 b"]);
    assert_eq!(test.phases[0].counts.per_target, [1_000, 400 + 500]);
    assert_eq!(test.phases[0].counts.planned, Some(1_900));
    assert_eq!(test.phases[1].counts.per_target, [750, 250]);
}

#[test]
fn shapes_and_their_lengths() {
    let test = test_of(&format!(
        "{HEAD}test \"t\" {{
  seed = 1

  send click to a

  phase stairs   = step 100/s to 300/s by 100/s every 10s
  phase doubling = step 100/s to 800/s by 2x every 10s
  phase growing  = step 100/s to 400/s by 100% every 10s
  phase down     = step 400/s to 100/s by 50% every 10s
  phase capped   = flood 10k at 500/s
  phase all_in   = flood 10k
  phase wave     = sine 100/s to 300/s period 1m for 90s
  phase peak     = spike 100/s to 900/s over 10s

  expect errors.ratio < 1% always
}}
"
    ));
    let lengths: Vec<Exact> = test.phases.iter().map(|p| p.duration).collect();
    assert_eq!(lengths, [n(30), n(40), n(30), n(30), n(20), n(600), n(90), n(10)]);
    assert_eq!(test.phases[1].shape, Shape::Step { levels: vec![n(100), n(200), n(400), n(800)], every: n(10) });
    assert_eq!(test.phases[2].shape, Shape::Step { levels: vec![n(100), n(200), n(400)], every: n(10) });
    assert_eq!(test.phases[3].shape, Shape::Step { levels: vec![n(400), n(200), n(100)], every: n(10) });
    assert_eq!(test.phases[4].counts.planned, Some(10_000));
}

#[test]
fn a_table_is_replayed_from_its_start() {
    let text = format!("{HEAD}test \"t\" {{\n  seed = 1\n\n  send click to a\n\n  phase y = replay \"y.csv\" scale 2x\n\n  expect errors.ratio < 1% always\n}}\n");
    let workspace = Workspace::from_texts(&[("main.scale", text.as_str()), ("y.csv", "seconds,rate\n0,100\n60,200.5\n")]);
    let plan = clean(analyze(workspace, &Options::default()));
    assert_eq!(plan.tests[0].phases[0].shape, Shape::Replay { points: vec![(n(0), n(200)), (n(60), n(401))] });
    assert_eq!(plan.tests[0].phases[0].duration, n(60));
}

#[test]
fn one_test_for_each_size() {
    let text = "event payload {
  size = size

  field id = uuid()
}

target out = null {}

test \"payloads\" for size in [100B, 1KB] {
  seed = 1

  send payload to out

  phase steady = hold 10/s for 10s

  expect errors.ratio < 1% always
}
";
    let plan = clean(analyze(Workspace::from_texts(&[("main.scale", text)]), &Options::default()));
    assert_eq!(names(&plan.tests, |t| &t.name), ["payloads (size = 100B)", "payloads (size = 1KB)"]);
    let sizes: Vec<_> = plan.tests.iter().map(|t| t.events[0].size).collect();
    assert_eq!(sizes, [Some((100, 100)), Some((1_000, 1_000))]);
    assert_eq!(plan.tests[1].phases[0].counts.bytes, 100_000.0);
}

#[test]
fn faults_strike_in_every_instance_unless_one_is_named() {
    let test = test_of(
        "event click {
  field at = now()
}

target clicks = kafka {
  brokers    = \"embedded\"
  topic      = \"clicks\"
  partitions = 4
}

target other = kafka {
  brokers    = \"embedded\"
  topic      = \"other\"
  partitions = 4
}

pipeline stream {
  reads    = clicks
  group    = \"stream\"
  capacity = 4_000/s
}

pipeline elsewhere {
  reads    = other
  group    = \"elsewhere\"
  capacity = 4_000/s
}

test \"t\" {
  seed       = 1
  skip_first = 5s

  send click to clicks

  repeat 2 {
    phase burst   = hold 100/s for 1m
    phase recover = hold 50/s for 1m
  }

  fault outage = stop stream at 50% into burst
  undo  outage after 10s
  fault shrink = scale stream to 1 at 10s into recover[2]
  undo  shrink = scale stream to 3 after 10s

  expect stream.lag < 10_000    during all burst
  expect stream.lag < 9_000     within 20s after outage
  expect stream.lag < 8_000     within 20s after start of burst[2]
  expect stream.lag < 10_000    eventually during recover
  expect latency.p99 < 1s       during burst per 10s
  expect latency.p99 < 1s       during recover per 1_000
}
",
    );
    assert_eq!(names(&test.pipelines, |p| &p.name), ["stream"], "what reads nothing of it is not needed");
    assert_eq!(names(&test.targets, |t| &t.name), ["clicks"]);
    assert_eq!(test.faults[0].phases, [0, 2]);
    assert_eq!(test.faults[0].offset, FaultOffset::Share(r(1, 2)));
    assert_eq!(test.faults[0].action, FaultAction::Stop(0));
    assert_eq!(test.faults[0].undo, Some((None, n(10))));
    assert_eq!(test.faults[1].phases, [3]);
    assert_eq!(test.faults[1].undo, Some((Some(FaultAction::Scale(0, 3)), n(10))));
    let windows: Vec<&Window> = test.expectations.iter().map(|e| &e.window).collect();
    assert_eq!(windows[0], &Window::During { phases: vec![0, 2], pooled: true });
    assert_eq!(windows[1], &Window::Within { length: n(20), after: Anchor::Fault(0), hold: None });
    assert_eq!(windows[2], &Window::Within { length: n(20), after: Anchor::Start(vec![2]), hold: None });
    assert_eq!(windows[3], &Window::Eventually { phases: vec![1, 3] });
    assert_eq!(test.expectations[4].per, Some(Per::Time(n(10))));
    assert_eq!(test.expectations[5].per, Some(Per::Records(1_000)));
    assert_eq!(test.skip_first, n(5));
    assert!(!test.audit);
}
