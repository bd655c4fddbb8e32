use crate::build::*;
use scalec::plan::*;
use scalec::plan::counts::{fill, total};

#[test]
fn targets_get_their_shares() {
    let mut t = test();
    t.targets.push(target("orders", "embedded", 2));
    t.sends = vec![send(Share::Of(r(4, 5)), &[(x(1), 0)], &[0]), send(Share::Of(r(1, 5)), &[(x(1), 0)], &[1])];
    let mut t = t.hold("burst", 10_000, 300);
    fill(&mut t);
    assert_eq!(t.phases[0].counts, Counts { curve: 3_000_000, planned: Some(3_000_000), per_target: vec![2_400_000, 600_000], bytes: 1.2e9 });
}

#[test]
fn fan_out_fixed_rates_and_duplicates_count() {
    let mut t = test();
    t.targets.push(target("log", "embedded", 1));
    t.events[0].duplicate = Some(r(1, 1000));
    t.events.push(event("audit", 50.0));
    t.sends[0].targets = vec![0, 1];
    t.sends.push(send(Share::Rate(x(50)), &[(x(1), 1)], &[1]));
    let mut t = t.hold("p", 1000, 10).phase("rest", x(10), Shape::Pause);
    fill(&mut t);
    let counts = &t.phases[0].counts;
    assert_eq!(counts.per_target, [10_010, 10_510]);
    assert_eq!((counts.curve, counts.planned), (10_000, Some(20_520)));
    assert_eq!(counts.bytes, 20_020.0 * 400.0 + 500.0 * 50.0);
    assert_eq!(t.phases[1].counts, Counts { curve: 0, planned: Some(0), per_target: vec![0, 0], bytes: 0.0 });
    assert_eq!(total(&t).planned, Some(20_520));
}

#[test]
fn a_flood_has_its_count_and_a_search_none() {
    let search = Shape::Search { from: x(100), to: x(1000), ratio: r(1, 4), hold: x(10), settle: x(3), within: r(1, 20) };
    let mut t = test().phase("flood", x(600), Shape::Flood { count: 777, at: None }).phase("limit", x(100), search);
    fill(&mut t);
    assert_eq!(t.phases[0].counts.planned, Some(777));
    assert_eq!(t.phases[1].counts, Counts { curve: 0, planned: None, per_target: vec![0], bytes: 0.0 });
    assert_eq!(total(&t).planned, None);
}

#[test]
fn worked_figures() {
    let planned = |rate, seconds| {
        let mut t = test().hold("p", rate, seconds);
        fill(&mut t);
        t.phases[0].counts.planned
    };
    assert_eq!(planned(3000, 900), Some(2_700_000));
    assert_eq!(planned(2000, 60), Some(120_000));
    assert_eq!(planned(1000, 3600), Some(3_600_000));
    let mut t = test().phase("hour", x(3600), Shape::Hold { rate: r(1_200_000_000, 3600) });
    fill(&mut t);
    assert_eq!(t.phases[0].counts.planned, Some(1_200_000_000));
}

#[test]
fn absurd_plans_saturate() {
    let mut t = test();
    t.sends[0].targets = vec![0, 0];
    let mut t = t.hold("a", 1_000_000_000_000_000_000_000, 86_400_000).hold("b", 1_000_000_000_000_000_000_000, 86_400_000).pipeline("p", Some(1));
    fill(&mut t);
    assert_eq!(total(&t).planned, Some(u64::MAX));
    let curve = scalec::plan::curve::Curve::of(&t);
    assert_eq!(curve.iter().take(3).count(), 3);
    assert!(curve.due_ns(u64::MAX - 5).is_some());
    assert!(!scalec::plan::json::json(&Plan { file: String::new(), params: Vec::new(), tests: vec![t.clone()] }).is_empty());
    let look = scalec::diagnostics::render::Look::PLAIN;
    assert!(!scalec::plan::show::human(&Plan { file: String::new(), params: Vec::new(), tests: vec![t] }, look, false).is_empty());
    let odd = test().phase("p", x(0), Shape::Ramp { from: x(1), to: x(5) }).phase("q", x(10), Shape::Hold { rate: x(-5) });
    let wave = odd.phase("r", x(10), Shape::Sine { low: x(0), high: x(5), period: x(0) });
    assert_eq!(scalec::plan::curve::Curve::of(&wave).count(), 0);
}
