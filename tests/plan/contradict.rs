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
    assert_eq!(d.notes[2], "all 720_000 in 5m would take a surplus of 2_400/s; here it is 1_200/s");
    assert_eq!(d.notes[3], "a backlog of 1_000 after 5m would need a capacity of 2_500/s");
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
        (WindowFunction::Trend, 1, true),
        (WindowFunction::Trend, 810, false),
        (WindowFunction::Delta, 1, true),
        (WindowFunction::Delta, 730_000, false),
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
    // A flood takes as long as it takes: what comes before it and after it stands on its own.
    let flooded = || test().hold("before", 1000, 60).phase("f", x(600), Shape::Flood { count: 1_000_000, at: None }).hold("after", 1000, 60).pipeline("p", Some(2200));
    for name in ["before", "f", "after"] {
        let t = flooded();
        let w = during(&t, name);
        assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 1), w)), [], "{name}");
    }
    let t = flooded();
    assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 1), Window::AtEnd)), []);
    let t = burst(5000, 900).phase("f", x(600), Shape::Flood { count: 10, at: None }).hold("again", 5000, 60);
    for name in ["burst", "again"] {
        let w = during(&t, name);
        only(&t.clone().expect("e", lag_below("p", 1000), w));
    }
    // More members may take whatever comes.
    let scaled = |members: u32, declared| {
        let mut t = burst(5000, 900);
        t.pipelines[0].members = declared;
        let (action, offset) = (FaultAction::Scale(0, members), FaultOffset::Share(x(0)));
        t.faults.push(Fault { name: "f".into(), span: at(0), action, phases: vec![0], offset, undo: None });
        let w = during(&t, "burst");
        contradictions_of(&t.expect("e", lag_below("p", 1000), w)).len()
    };
    assert_eq!((scaled(9, None), scaled(9, Some(3)), scaled(3, Some(3)), scaled(1, Some(3))), (0, 0, 1, 1));
}

fn stopped(undo: Option<i128>) -> Test {
    let mut t = test().hold("steady", 1000, 600).hold("calm", 1000, 600).pipeline("p", Some(2000));
    let undo = undo.map(|after| (None, x(after)));
    t.faults.push(Fault { name: "crash".into(), span: at(70), action: FaultAction::Stop(0), phases: vec![0], offset: FaultOffset::Time(x(60)), undo });
    t
}

#[test]
fn a_pipeline_that_is_stopped_takes_nothing() {
    let within = |t: &Test, seconds| Window::Within { length: x(seconds), after: Anchor::Fault(0), hold: t.faults[0].undo.as_ref().map(|_| x(10)) };
    // 120 s of nothing taken are 120 000, which drain in as long again.
    let t = stopped(Some(120));
    let w = within(&t, 200);
    let d = only(&t.clone().expect("p.lag < 1_000 within 200s after crash for 10s", lag_below("p", 1000), w));
    assert_eq!(d.notes[0], "from 1m to 3m 120_000 are offered and 0 taken, which leaves 120_000");
    assert_eq!(d.notes[1], "at 1_000/s offered they drain in 2m");
    assert_eq!(d.notes[2], "a backlog of 1_000 after 3m 20s would need a capacity of 2_488/s", "(1000·200 − 1000) ÷ 80");
    assert!(d.labels.iter().any(|l| l.message == "and takes nothing meanwhile" && l.span == at(70)));
    let w = within(&t, 240);
    assert_eq!(contradictions_of(&t.expect("e", lag_below("p", 1000), w)), []);
    let t = stopped(None);
    let d = only(&t.expect("p.lag < 1_000 at end", lag_below("p", 1000), Window::AtEnd));
    assert!(d.message.ends_with("1.14M are left when the test ends") && d.notes.last().unwrap() == "no capacity helps", "{d:?}");
}

#[test]
fn how_long_records_wait_follows_from_how_many_came() {
    let lag_time = |limit| compare(metric("p.lag_time"), Compare::Less, constant(limit));
    // 2700 s · 1000/s came, 2200/s taken: the last of a burst of 15 m waits 720 000 ÷ 2200 = 327 s.
    let t = burst(3000, 900);
    let w = during(&t, "after");
    let d = only(&t.expect("p.lag_time < 4m during after", lag_time(240), w));
    assert!(d.message.ends_with("records wait for up to 5m 27s"), "{}", d.message);
    let t = burst(3000, 900);
    let w = during(&t, "after");
    assert_eq!(contradictions_of(&t.expect("e", lag_time(330), w)), []);
    let w = within(&burst(3000, 900), 240, None);
    assert!(only(&burst(3000, 900).expect("p.lag_time < 1m within 4m after burst", lag_time(60), w)).message.contains("never wait for less than"));
}

#[test]
fn a_second_stage_gets_what_the_first_takes() {
    let mut t = test().hold("burst", 3000, 600).hold("after", 0, 600).pipeline("first", Some(2000)).pipeline("second", Some(900));
    t.pipelines[0].yields = r(1, 2);
    t.pipelines[1].reads = vec![PipelineInput::Pipeline(0)];
    // 1000/s for 15 m (the first is done after 1 800 000 ÷ 2000 s): 100/s too many.
    let d = only(&t.clone().expect("second.lag < 50_000 at end", lag_below("second", 50_000), Window::Always));
    assert!(d.message.ends_with("the backlog reaches 90_000"), "{}", d.message);
    // What the first leaves over nobody knows once it has lost a member.
    t.pipelines[0].members = Some(3);
    t.faults.push(Fault { name: "f".into(), span: at(0), action: FaultAction::Kill(0), phases: vec![0], offset: FaultOffset::Share(x(0)), undo: None });
    assert_eq!(contradictions_of(&t.expect("e", lag_below("second", 50_000), Window::Always)), []);
}

#[test]
fn what_is_planned_bounds_what_can_be_acknowledged() {
    let counted = |t: Test| {
        let mut t = t;
        scalec::plan::counts::fill(&mut t);
        t
    };
    let more = |series, limit| compare(metric(series), Compare::GreaterEqual, constant(limit));
    let t = counted(test().hold("peak", 2000, 60));
    let d = only(&t.clone().expect("acked >= 150_000 at end", more("acked", 150_000), Window::AtEnd));
    assert_eq!(d.message, "the load as planned cannot meet `acked >= 150_000 at end`: 120_000 records are planned in all");
    assert_eq!(d.notes, ["2_000/s for 1m is 120_000"]);
    assert_eq!(contradictions_of(&t.clone().expect("e", more("acked", 120_000), Window::AtEnd)), []);
    only(&t.clone().expect("clicks.sent > 120_001 at end", compare(metric("clicks.sent"), Compare::Greater, constant(120_001)), Window::AtEnd));
    only(&t.clone().expect("planned == 100_000 at end", compare(metric("planned"), Compare::Equal, constant(100_000)), Window::AtEnd));
    let w = during(&t, "peak");
    let d = only(&t.clone().expect("offered_rate >= 5_000/s during peak", more("offered_rate", 5000), w.clone()));
    assert!(d.message.ends_with("2_000/s is offered"), "{}", d.message);
    assert_eq!(contradictions_of(&t.clone().expect("e", more("offered_rate", 2000), w)), []);
    // What a pipeline writes is read back too.
    let mut t = counted(test().hold("peak", 2000, 60).pipeline("p", None));
    t.targets.push(target("enriched", "embedded", 4));
    t.pipelines[0].writes = Some(1);
    for series in ["delivered", "enriched.delivered"] {
        assert_eq!(contradictions_of(&t.clone().expect("e", more(series, 1_000_000), Window::AtEnd)), [], "{series}");
    }
}

#[test]
fn an_abort_that_the_numbers_meet() {
    let abort = |limit| Abort {
        text: format!("p.lag > {limit} for 2m"),
        line: 9,
        span: at(800),
        condition: compare(metric("p.lag"), Compare::Greater, constant(limit)),
        hold: x(120),
    };
    let mut t = burst(3000, 900);
    t.aborts.push(abort(240_000));
    let d = only(&t);
    assert_eq!(d.message, "a capacity of 2_200/s lets `abort when p.lag > 240000 for 2m` end the run after 7m");
    assert_eq!(d.primary.span, at(800));
    // Where an expectation says it already, the abort needs no words of its own.
    let w = during(&t, "burst");
    assert_eq!(only(&t.clone().expect("e", lag_below("p", 1000), w)).primary.span, at(5000));
    t.aborts[0] = abort(720_000);
    assert_eq!(contradictions_of(&t), []);
}

#[test]
fn drawn_times_need_some_room() {
    let mut t = burst(3000, 900);
    let w = during(&t, "burst");
    // 720 000 are predicted; with drawn times some thousands more or less may be behind at a moment.
    t.arrivals = Arrivals::Poisson;
    scalec::plan::counts::fill(&mut t);
    assert_eq!(contradictions_of(&t.clone().expect("e", lag_below("p", 715_000), w.clone())), []);
    only(&t.expect("e", lag_below("p", 700_000), w));
}

/// Whatever is said to be impossible does not happen in a run that is as predicted.
#[test]
fn no_run_that_is_as_predicted_passes_what_is_contradicted() {
    let mut dice = Dice(7);
    let (mut said, mut silent) = (0, 0);
    for round in 0..300 {
        let (t, _) = crate::predict::random(&mut dice);
        let Some(forecast) = scalec::plan::predict::predict(&t).into_iter().next() else { continue };
        let name = t.phases[dice.roll(t.phases.len() as u64) as usize].name.clone();
        let limit = 1 + dice.roll(1 + (forecast.peak_backlog * 1.3) as u64) as i128;
        let (w, mode) = match dice.roll(3) {
            0 => (during(&t, &name), 0),
            1 => (Window::Eventually { phases: t.named(&name) }, 1),
            _ => (Window::Always, 0),
        };
        let t = t.clone().expect("e", lag_below(&t.pipelines[forecast.pipeline].name, limit), w.clone());
        let stretches: Vec<(f64, f64)> = match &w {
            Window::Always => vec![(0.0, scalec::plan::shape::number(t.duration()))],
            _ => t.named(&name).iter().map(|&id| (scalec::plan::shape::number(t.phases[id].start), scalec::plan::shape::number(t.phases[id].start + t.phases[id].duration))).collect(),
        };
        // A sample a second.
        let below = |t: f64| forecast.backlog.fluid(t) < limit as f64;
        let passes = stretches.iter().all(|&(from, to)| {
            let mut samples = (0..=(to - from).floor() as u32).map(|i| from + f64::from(i));
            if mode == 0 { samples.all(below) } else { samples.any(below) }
        });
        let contradicted = !contradictions_of(&t).is_empty();
        assert!(!(passes && contradicted), "round {round}: {:?} {limit} {w:?}", t.phases.iter().map(|p| (&p.shape, p.duration)).collect::<Vec<_>>());
        if !passes {
            if contradicted { said += 1 } else { silent += 1 }
        }
    }
    // What fails by a hair, and what a flood decides, is left to the run.
    assert!(said > 60 && silent < said, "{said} said, {silent} not");
}
