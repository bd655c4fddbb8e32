use crate::build::*;
use scalec::diagnostics::render::Look;
use scalec::plan::counts::fill;
use scalec::plan::json::json;
use scalec::plan::show::human;
use scalec::plan::*;

const WIDE: Look = Look { color: false, unicode: true, width: 80 };

fn plan(tests: Vec<Test>) -> Plan {
    let filled = tests.into_iter().map(|mut t| {
        fill(&mut t);
        t
    });
    Plan { file: "by_hand.scale".into(), params: Vec::new(), tests: filled.collect() }
}

pub fn quickstart() -> Test {
    let mut t = test().hold("steady", 1000, 10).hold("burst", 3000, 10).hold("recover", 1000, 20).pipeline("clickstream", Some(2200));
    t.name = "ride out a burst".into();
    let steady = Window::During { phases: vec![0], pooled: false };
    let recovery = Window::Within { length: x(15), after: Anchor::End(vec![1]), hold: Some(x(2)) };
    t.expect("latency.p99 < 250ms during steady", lag_below("x", 1), steady.clone())
        .expect("clickstream.lag < 1_000 during steady", lag_below("clickstream", 1000), steady)
        .expect("clickstream.lag < 1_000 within 15s after burst for 2s", lag_below("clickstream", 1000), recovery)
        .expect("delivered == acked at end", lag_below("x", 1), Window::AtEnd)
}

pub fn doors_open() -> Test {
    let mut t = test();
    t.name = "doors open".into();
    t.seed = 20251128;
    t.targets = vec![target("clicks", "localhost:9092", 48), target("orders", "localhost:9092", 24)];
    let to = |share, target| send(Share::Of(r(share, 100)), &[(x(1), 0)], &[target]);
    t.sends = vec![to(95, 0), to(5, 1), to(80, 0), to(20, 1)];
    let mut t = t.phase("warm_up", x(300), Shape::Ramp { from: x(0), to: x(2000) }).hold("baseline", 2000, 1800);
    for _ in 0..2 {
        t = t.hold("burst", 10_000, 300).hold("recover", 2000, 1200);
    }
    let mut t = t.phase("drain", x(180), Shape::Pause).pipeline("clickstream", Some(6000));
    for p in &mut t.phases {
        p.sends = if p.name == "burst" { vec![2, 3] } else { vec![0, 1] };
    }
    t.pipelines[0].trigger = Some(x(10));
    let node = NodeKind { name: "m5.xlarge".into(), vcpu: x(4), memory: x(16 << 30), price: r(192, 3_600_000), as_of: None };
    t.clusters = vec![Cluster { name: "current".into(), span: at(0), driver: Some((1, node.clone())), workers: Some(((4, 4), node)), spot: x(0), spot_price: x(1), platform_fee: x(0) }];
    let bursts = t.named("burst");
    let recovery = Window::Within { length: x(600), after: Anchor::End(bursts.clone()), hold: Some(x(60)) };
    t.expect("latency.p99 < 250ms during baseline", lag_below("x", 1), Window::During { phases: vec![1], pooled: false })
        .expect("latency.p99 < 2s during burst", lag_below("x", 1), Window::During { phases: bursts, pooled: false })
        .expect("errors.ratio < 0.1% always", lag_below("x", 1), Window::Always)
        .expect("clickstream.lag < 50_000 within 10m after burst for 1m", lag_below("clickstream", 50_000), recovery)
        .expect("alerts.critical == 0 at end", lag_below("x", 1), Window::AtEnd)
}

/// Every shape, a fixed rate, an autoscaled cluster, a backlog that is never cleared.
fn shapes() -> Test {
    let mut t = test();
    t.name = "shapes".into();
    t.seed_given = false;
    t.sends.push(send(Share::Rate(x(50)), &[(x(1), 0)], &[0]));
    let mut t = t
        .phase("waves", x(120), Shape::Sine { low: x(200), high: x(1800), period: x(40) })
        .phase("steps", x(60), Shape::Step { levels: (1..=6).map(|i| x(i * 400)).collect(), every: x(10) })
        .phase("spike", x(60), Shape::Spike { from: x(0), to: x(3000) })
        .phase("flood", x(30), Shape::Flood { count: 30_000, at: None })
        .phase("replay", x(60), Shape::Replay { points: vec![(x(0), x(100)), (x(20), x(1500)), (x(60), x(2800))] })
        .pipeline("p", Some(900));
    let node = NodeKind { name: "n".into(), vcpu: x(4), memory: x(1), price: r(1, 3600), as_of: None };
    t.clusters = vec![Cluster { name: "elastic".into(), span: at(0), driver: None, workers: Some(((4, 8), node)), spot: x(0), spot_price: x(1), platform_fee: x(0) }];
    t
}

fn search() -> Test {
    let mut t = test().hold("baseline", 1000, 10).phase(
        "limit",
        x(200),
        Shape::Search { from: x(1000), to: x(20_000), ratio: r(1, 2), hold: x(10), settle: x(3), within: r(1, 20) },
    );
    t.name = "breaking point".into();
    t.pipeline("clickstream", Some(7300)).expect("limit.capacity >= 3x * expected_peak at end", lag_below("x", 1), Window::AtEnd)
}

#[test]
fn people_see_the_quickstart() {
    insta::assert_snapshot!(human(&plan(vec![quickstart()]), WIDE, false));
}

#[test]
fn people_see_a_long_test_with_two_targets() {
    insta::assert_snapshot!(human(&plan(vec![doors_open()]), WIDE, false));
}

#[test]
fn people_see_every_shape_and_where_there_is_no_unicode() {
    insta::assert_snapshot!(human(&plan(vec![shapes()]), WIDE, false));
    insta::assert_snapshot!(human(&plan(vec![shapes(), search()]), Look::PLAIN, false));
}

#[test]
fn people_see_what_the_inner_broker_would_lose() {
    let text = human(&plan(vec![test().hold("burst", 3000, 900).pipeline("p", Some(2200))]), WIDE, false);
    assert!(text.contains("warning: the backlog of `p` is predicted to reach"), "{text}");
}

#[test]
fn no_line_is_wider_than_the_screen_and_colour_changes_no_word() {
    for width in [80, 110] {
        let look = Look { color: false, unicode: true, width };
        let text = human(&plan(vec![quickstart(), doors_open(), shapes(), search()]), look, false);
        for line in text.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
        }
    }
    let plain = human(&plan(vec![doors_open()]), WIDE, false);
    let coloured = human(&plan(vec![doors_open()]), Look { color: true, ..WIDE }, false);
    let mut bare = String::new();
    let mut escape = false;
    for c in coloured.chars() {
        match c {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            c if !escape => bare.push(c),
            _ => {}
        }
    }
    assert_eq!(bare, plain);
}

#[test]
fn scripts_read_the_published_plan() {
    insta::assert_snapshot!(json(&plan(vec![doors_open()])));
    let value: serde_json::Value = serde_json::from_str(&json(&plan(vec![doors_open()]))).expect("it is JSON");
    let test = &value["tests"][0];
    assert_eq!((test["planned"].as_u64(), test["duration_seconds"].as_f64()), (Some(14_700_000), Some(5280.0)));
    let burst = &test["phases"][2];
    assert_eq!((burst["name"].as_str(), burst["instance"].as_u64(), burst["planned"].as_u64()), (Some("burst"), Some(1), Some(3_000_000)));
    assert_eq!(burst["targets"]["clicks"].as_u64(), Some(2_400_000));
    let predicted = &test["predictions"][0];
    assert_eq!((predicted["peak_backlog"].as_u64(), predicted["peak_at_seconds"].as_f64()), (Some(600_000), Some(2400.0)));
    assert!((predicted["cleared_at_seconds"].as_f64().unwrap_or(0.0) - 2546.34).abs() < 0.005);
    assert!((test["cost"]["total"].as_f64().unwrap_or(0.0) - 1.408).abs() < 1e-9);
}

#[test]
fn what_does_not_apply_is_absent() {
    let value: serde_json::Value = serde_json::from_str(&json(&plan(vec![search()]))).expect("it is JSON");
    let test = value["tests"][0].as_object().expect("a test");
    assert!(["planned", "bytes", "predictions", "cost"].iter().all(|key| !test.contains_key(*key)), "{test:?}");
    let limit = value["tests"][0]["phases"][1].as_object().expect("a phase");
    assert!(["planned", "bytes", "targets"].iter().all(|key| !limit.contains_key(*key)), "{limit:?}");
    assert_eq!(value["tests"][0]["phases"][1]["start_rate"], 1000.0);
}
