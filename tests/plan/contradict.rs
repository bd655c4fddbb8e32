use crate::build::*;
use scalec::diagnostics::{Diagnostic, codes};
use scalec::plan::contradict::contradictions_of;
use scalec::plan::*;

fn during(t: &Test, name: &str) -> Window {
    Window::During { phases: t.named(name), pooled: false }
}

fn within(t: &Test, seconds: i128, hold: Option<i128>) -> Window {
    Window::Within { length: x(seconds), after: Anchor::End(t.named("burst")), hold: hold.map(x) }
}

fn burst(rate: i128, seconds: i128) -> Test {
    test().hold("burst", rate, seconds).hold("after", 1000, 1800).pipeline("p", Some(2200))
}

fn only(t: &Test) -> Diagnostic {
    let mut all = contradictions_of(t);
    assert_eq!(all.len(), 1, "{all:?}");
    let d = all.remove(0);
    assert_eq!(d.code, codes::W0615);
    d
}

#[test]
fn the_arithmetic_of_the_field_guide() {
    let t = burst(5000, 900);
    let w = during(&t, "burst");
    let d = only(&t.expect("p.lag < 12_000 during burst", lag_below("p", 12_000), w));
    assert_eq!(d.message, "a capacity of 2_200/s cannot meet `p.lag < 12_000 during burst`: the backlog reaches 2.52M");
    assert_eq!(d.notes[0], "5_000/s for 15m against 2_200/s leaves 2.52M");
    assert_eq!(d.notes[2], "a backlog of 12_000 would need a capacity of 4_987/s");
    assert_eq!(d.labels.iter().map(|l| l.message.as_str()).collect::<Vec<_>>(), ["`p` takes 2_200/s", "5_000/s for 15m"]);
}

#[test]
fn a_recovery_that_takes_longer_than_allowed() {
    let t = burst(3000, 900);
    let w = within(&t, 300, Some(60));
    let d = only(&t.expect("p.lag < 1_000 within 5m after burst for 1m", lag_below("p", 1000), w));
    assert_eq!(d.notes[..2], ["3_000/s for 15m against 2_200/s leaves 720_000", "at 1_000/s offered they drain in 10m"]);
    assert!(d.message.ends_with("5m later it is still 360_000 behind"), "{}", d.message);
    // (3000·900 + 1000·300 − 1000) ÷ 1200 = 2499.2
    assert_eq!(d.notes[2], "a backlog of 1_000 after 5m would need a capacity of 2_500/s");
}

#[test]
fn what_the_numbers_allow_stays_silent() {
    for (seconds, hold) in [(600, None), (610, Some(60)), (1200, Some(300))] {
        let t = burst(3000, 900);
        let w = within(&t, seconds, hold);
        assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 1000), w)), []);
    }
    let t = burst(3000, 900);
    let w = during(&t, "burst");
    assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 720_000), w)), [], "reached at the last moment only");
    let t = burst(3000, 900);
    let w = during(&t, "after");
    assert_eq!(contradictions_of(&t.expect("e", compare(metric("p.lag"), Compare::Greater, constant(5)), w)), [], "more lag than predicted is possible");
    let t = burst(3000, 900);
    assert_eq!(contradictions_of(&t.expect("e", compare(metric("latency"), Compare::Less, constant(0)), Window::Always)), []);
}

#[test]
fn the_quickstart_is_silent() {
    let t = test().hold("steady", 1000, 10).hold("burst", 3000, 10).hold("recover", 1000, 20).pipeline("p", Some(2200));
    let (steady, recovery) = (during(&t, "steady"), within(&t, 15, Some(2)));
    let t = t.expect("a", lag_below("p", 1000), steady).expect("b", lag_below("p", 1000), recovery);
    assert_eq!(contradictions_of(&t), []);
}

#[test]
fn what_is_left_at_the_end() {
    let t = test().hold("burst", 3000, 900).pipeline("p", Some(2200));
    let d = only(&t.clone().expect("p.lag < 1_000 at end", lag_below("p", 1000), Window::AtEnd));
    assert!(d.message.ends_with("720_000 are left when the test ends"), "{}", d.message);
    // What the flush's few seconds may still drain is not held against it.
    let t = test().hold("burst", 3000, 10).pipeline("p", Some(2200));
    assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 1000), Window::AtEnd)), []);
}

#[test]
fn a_trigger_counts() {
    let mut t = test().hold("burst", 8000, 900).pipeline("p", Some(10_000));
    t.pipelines[0].trigger = Some(x(10));
    let w = during(&t, "burst");
    let d = only(&t.clone().expect("p.lag < 50_000 during burst", lag_below("p", 50_000), w.clone()));
    assert!(d.message.ends_with("the backlog reaches 80_000"), "{}", d.message);
    assert!(d.notes.iter().any(|n| n.starts_with("a trigger of 10s at 8_000/s alone means 80_000 records")), "{:?}", d.notes);
    t.pipelines[0].trigger = None;
    assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 50_000), w)), []);
}

#[test]
fn more_is_asked_to_be_processed_than_it_takes() {
    let t = burst(3000, 900);
    let w = during(&t, "burst");
    let d = only(&t.expect("p.processing_rate >= 3_000/s during burst", compare(metric("p.processing_rate"), Compare::GreaterEqual, constant(3000)), w));
    assert!(d.message.contains("`p` processes no more than that"));
    let t = burst(3000, 900);
    let w = during(&t, "burst");
    only(&t.expect("p.processing_rate >= offered_rate during burst", compare(metric("p.processing_rate"), Compare::GreaterEqual, metric("offered_rate")), w));
    let t = burst(3000, 900);
    let w = during(&t, "after");
    let same = compare(metric("p.processing_rate"), Compare::GreaterEqual, metric("offered_rate"));
    assert_eq!(contradictions_of(&t.expect("e", same, w)), []);
}

#[test]
fn an_alert_that_will_fire() {
    let mut t = burst(3000, 900);
    let above = compare(metric("p.lag"), Compare::Greater, constant(100_000));
    t.alerts.push(Alert { name: "backlog".into(), level: AlertLevel::Critical, condition: above, hold: x(60), span: at(400) });
    let none = || compare(metric("alerts.critical"), Compare::Equal, constant(0));
    let d = only(&t.clone().expect("alerts.critical == 0 at end", none(), Window::AtEnd));
    // Above 100 000 after 125 s, and for a minute then.
    assert!(d.message.ends_with("alert `backlog` fires after 3m 5s"), "{}", d.message);
    assert_eq!(d.notes[0], "3_000/s for 2m 5s against 2_200/s leaves 100_000");
    assert!(d.labels.iter().any(|l| l.message == "alert `backlog`"));
    let warning = compare(metric("alerts.warning"), Compare::Equal, constant(0));
    assert_eq!(contradictions_of(&t.clone().expect("e", warning, Window::AtEnd)), []);
    t.alerts[0].hold = x(1300);
    assert_eq!(contradictions_of(&t.expect("e", none(), Window::AtEnd)), []);
}

#[test]
fn window_functions_are_bounded_too() {
    let lag = |function| Value { kind: ValueKind::Window { function, of: Box::new(metric("p.lag")), phases: None }, dim: metric("x").dim };
    for (function, limit, contradicted) in [
        (WindowFunction::Max, 700_000, true),
        (WindowFunction::Max, 730_000, false),
        (WindowFunction::Avg, 350_000, true),
        (WindowFunction::Avg, 370_000, false),
        (WindowFunction::Min, 10_000, false),
        (WindowFunction::Trend, 1, false),
    ] {
        let t = burst(3000, 900);
        let w = during(&t, "burst");
        let t = t.expect("e", compare(lag(function), Compare::Less, constant(limit)), w);
        assert_eq!(!contradictions_of(&t).is_empty(), contradicted, "{function:?} {limit}");
    }
}

#[test]
fn each_instance_counts_and_one_is_enough() {
    let t = test().hold("burst", 2000, 60).hold("after", 1000, 60).hold("burst", 3000, 60).hold("after", 1000, 60).pipeline("p", Some(2200));
    let w = during(&t, "burst");
    let d = only(&t.expect("p.lag < 40_000 during burst", lag_below("p", 40_000), w));
    assert_eq!(d.notes[0], "3_000/s for 1m against 2_200/s leaves 48_000");
    assert_eq!(d.notes[1], "at 1_000/s offered they drain in 40s");
}

#[test]
fn changing_rates_are_summed_up() {
    let t = test().phase("up", x(100), Shape::Ramp { from: x(0), to: x(2000) }).hold("high", 2000, 100).pipeline("p", Some(1000));
    let w = during(&t, "high");
    let d = only(&t.expect("p.lag < 1_000 during high", lag_below("p", 1000), w));
    assert_eq!(d.notes[0], "from 50s to 3m 20s 275_000 are offered; against 1_000/s that leaves 125_000");
}

#[test]
fn what_is_not_known_beforehand_is_not_judged() {
    let t = burst(5000, 900).phase("f", x(600), Shape::Flood { count: 10, at: None });
    let w = during(&t, "burst");
    assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 1), w)), []);
    let mut t = burst(5000, 900);
    t.faults.push(Fault { name: "f".into(), span: at(0), action: FaultAction::Scale(0, 9), phases: vec![0], offset: FaultOffset::Share(x(0)), undo: None });
    let w = during(&t, "burst");
    assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 1), w)), []);
}
