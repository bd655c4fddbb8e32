use crate::build::*;
use scalec::plan::curve::Curve;
use scalec::plan::windows::*;
use scalec::plan::*;

fn bursts() -> Test {
    test().hold("steady", 100, 10).hold("burst", 300, 10).hold("recover", 100, 40).hold("burst", 300, 10).hold("recover", 100, 30)
}

fn condition() -> Condition {
    lag_below("p", 10)
}

fn planned(t: &Test, window: Window, per: Option<Per>) -> Vec<Look> {
    seen(t, window, per, &Timeline::planned(t))
}

fn seen(t: &Test, window: Window, per: Option<Per>, timeline: &Timeline) -> Vec<Look> {
    let t = t.clone().expect("x", condition(), window);
    let mut e = t.expectations[0].clone();
    e.per = per;
    looks(&t, &Curve::of(&t), &e, timeline)
}

fn stretches(looks: &[Look]) -> Vec<(f64, f64)> {
    looks.iter().flat_map(|l| &l.stretches).map(|s| (s.from, s.to)).collect()
}

#[test]
fn each_instance_is_a_window_less_what_is_skipped() {
    let mut t = bursts();
    t.skip_first = x(2);
    let phases = t.named("burst");
    let each = planned(&t, Window::During { phases: phases.clone(), pooled: false }, None);
    assert_eq!(stretches(&each), [(12.0, 20.0), (62.0, 70.0)]);
    assert_eq!(each.len(), 2);
    let pooled = planned(&t, Window::During { phases: phases.clone(), pooled: true }, None);
    assert_eq!(stretches(&pooled), [(12.0, 20.0), (62.0, 70.0)]);
    assert_eq!(pooled.len(), 1);
    let sometime = planned(&t, Window::Eventually { phases }, None);
    assert_eq!(sometime[0].mode, Mode::Sometime);
    assert_eq!(stretches(&sometime), [(10.0, 20.0), (60.0, 70.0)]);
}

#[test]
fn within_stops_at_the_next_instance() {
    let t = bursts();
    let after = Anchor::End(t.named("burst"));
    let looks = planned(&t, Window::Within { length: x(30), after: after.clone(), hold: Some(x(5)) }, None);
    assert_eq!(stretches(&looks), [(20.0, 50.0), (70.0, 100.0)]);
    assert_eq!(looks[0].mode, Mode::Within { hold: 5.0, until: 55.0 });
    // The second burst begins at 60 s; the test ends at 100 s, which E0601 says.
    let long = planned(&t, Window::Within { length: x(39), after, hold: Some(x(5)) }, None);
    assert_eq!(stretches(&long), [(20.0, 59.0), (70.0, 100.0)]);
    assert_eq!(long[0].mode, Mode::Within { hold: 5.0, until: 60.0 });
    let start = planned(&t, Window::Within { length: x(60), after: Anchor::Start(t.named("burst")), hold: None }, None);
    assert_eq!(stretches(&start)[0], (10.0, 60.0));
}

#[test]
fn faults_are_moments_of_their_own() {
    let mut t = bursts();
    let phases = t.named("burst");
    t.faults.push(Fault { name: "f".into(), span: at(0), action: FaultAction::Kill(0), phases, offset: FaultOffset::Share(r(1, 2)), undo: None });
    let looks = planned(&t, Window::Within { length: x(20), after: Anchor::Fault(0), hold: None }, None);
    assert_eq!(stretches(&looks), [(15.0, 35.0), (65.0, 85.0)]);
    let mut timeline = Timeline::planned(&t);
    timeline.faults = vec![vec![15.2]];
    let looks = seen(&t, Window::Within { length: x(20), after: Anchor::Fault(0), hold: None }, None, &timeline);
    assert_eq!(stretches(&looks), [(15.2, 35.2)]);
    assert!(looks[1].cut && looks[1].stretches.is_empty());
}

#[test]
fn the_whole_test_and_its_end() {
    let t = bursts();
    assert_eq!(stretches(&planned(&t, Window::Always, None)), [(0.0, 100.0)]);
    let end = planned(&t, Window::AtEnd, None);
    assert_eq!((end[0].mode, stretches(&end)), (Mode::AtEnd, vec![(100.0, 100.0)]));
}

#[test]
fn per_cuts_a_window_into_stretches() {
    let t = bursts();
    let recover = || Window::During { phases: t.named("recover"), pooled: false };
    let looks = planned(&t, recover(), Some(Per::Time(x(15))));
    assert_eq!(stretches(&looks), [(20.0, 35.0), (35.0, 50.0), (50.0, 60.0), (70.0, 85.0), (85.0, 100.0)]);
    assert_eq!(looks.len(), 5);
    let records = planned(&t, recover(), Some(Per::Records(2000)));
    assert_eq!(stretches(&records), [(20.0, 40.0), (40.0, 60.0), (70.0, 90.0), (90.0, 100.0)]);
    // Across phases: 1000 in 10 s, then 3000 in 10 s.
    let always = planned(&t, Window::Always, Some(Per::Records(2500)));
    assert_eq!(stretches(&always)[..2], [(0.0, 15.0), (15.0, 30.0)]);
    let sometime = planned(&t, Window::Eventually { phases: vec![0] }, Some(Per::Time(x(5))));
    assert_eq!((sometime.len(), stretches(&sometime)), (1, vec![(0.0, 5.0), (5.0, 10.0)]));
}

#[test]
fn a_run_that_ends_early_cuts_windows() {
    let t = bursts();
    let mut timeline = Timeline::planned(&t);
    timeline.phases[2] = Some(PhaseSpan { from: 20.0, to: 30.0, complete: false });
    timeline.phases[3] = None;
    timeline.phases[4] = None;
    timeline.end = 30.0;
    let during = seen(&t, Window::During { phases: t.named("burst"), pooled: false }, None, &timeline);
    assert_eq!((during[0].cut, during[1].cut), (false, true));
    assert!(during[1].stretches.is_empty());
    let within = seen(&t, Window::Within { length: x(15), after: Anchor::End(vec![1]), hold: None }, None, &timeline);
    assert!(within[0].cut);
    assert_eq!(stretches(&within), [(20.0, 30.0)]);
    let short = seen(&t, Window::Within { length: x(8), after: Anchor::End(vec![1]), hold: None }, None, &timeline);
    assert!(!short[0].cut);
    assert!(seen(&t, Window::AtEnd, None, &timeline)[0].cut);
    let per = seen(&t, Window::Always, Some(Per::Time(x(20))), &timeline);
    assert_eq!(per.iter().map(|l| l.cut).collect::<Vec<_>>(), [false, true]);
}
