//! What `judge` says of recordings made by hand.
#![cfg(feature = "engine")]
#![allow(clippy::unwrap_used)]

#[path = "verdict/support.rs"]
mod support;

use scalec::metrics::recording::*;
use scalec::plan::*;
use scalec::units::Dimension;
use scalec::verdict::{Judgement, Outcome, judge};
use support::*;

const THREE: &[(&str, u32, u32, f64)] = &[("steady", 1, 1, 10.0), ("burst", 1, 1, 10.0), ("recover", 1, 1, 20.0)];
const REPEATED: &[(&str, u32, u32, f64)] =
    &[("baseline", 1, 1, 10.0), ("burst", 1, 2, 10.0), ("recover", 1, 2, 10.0), ("burst", 2, 2, 10.0), ("recover", 2, 2, 10.0)];

fn one(test: &mut Test, recording: &Recording, condition: Condition, window: Window) -> Judgement {
    test.expectations.clear();
    expect(test, condition, window);
    judge(test, recording).expectations.remove(0)
}

/// The backlog of the quick start: 2_200/s taken, 3_000/s come from 10 s to 20 s.
fn backlog(t: f64) -> f64 {
    match t {
        t if t <= 10.0 => 0.0,
        t if t <= 20.0 => 800.0 * (t - 10.0),
        t => (8_000.0 - 1_200.0 * (t - 20.0)).max(0.0),
    }
}

fn burst() -> (Test, Recording) {
    let test = test(THREE);
    let mut recording = recording(&test);
    sample(&mut recording, "clickstream.lag", each_second(40, backlog));
    distribution(&mut recording, "latency", 0..40, |s| if (10..20).contains(&s) { vec![300; 10] } else { vec![5; 10] });
    (test, recording)
}

#[test]
fn a_series_under_its_limit_at_every_sample_passes_with_the_margin_of_the_worst() {
    let (mut test, recording) = burst();
    let judged = one(&mut test, &recording, less(lag(), 10_000.0), Window::Always);
    assert_eq!(judged.outcome, Outcome::Pass, "{}", judged.reason);
    assert_eq!((judged.observed, judged.limit, judged.margin), (Some(8_000.0), Some(10_000.0), Some(2_000.0)));
    assert_eq!(judged.unit, "count");
    assert_eq!(judged.failing, None);
    assert_eq!(judged.windows, [(0.0, 40.0)]);
    insta::assert_snapshot!(judged.reason, @"clickstream.lag was at most 8_000, 2_000 under the limit of 10_000");
}

#[test]
fn a_window_shorter_than_what_is_recorded_says_so() {
    let (mut test, recording) = burst();
    test.expectations.clear();
    expect(&mut test, less(p99(), 0.25), during(&[0]));
    test.expectations[0].per = Some(Per::Time(exact(0.25)));
    let judged = judge(&test, &recording).expectations.remove(0);
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    assert!(judged.reason.contains("too coarse for a window this short"), "{}", judged.reason);
}

#[test]
fn the_failing_stretch_is_exact() {
    let (mut test, recording) = burst();
    let judged = one(&mut test, &recording, less(lag(), 4_000.0), Window::Always);
    assert_eq!(judged.outcome, Outcome::Fail);
    // 4_000 is reached at 15 s; at 24 s there are 3_200.
    assert_eq!(judged.failing, Some((15.0, 24.0)));
    assert_eq!(judged.margin, Some(-4_000.0));
    insta::assert_snapshot!(judged.reason, @"clickstream.lag was 8_000, 4_000 over the limit of 4_000, from 15.0 s to 24.0 s");
}

#[test]
fn a_phase_is_judged_by_its_own_samples() {
    let (mut test, recording) = burst();
    assert_eq!(one(&mut test, &recording, less(lag(), 1.0), during(&[0])).outcome, Outcome::Pass);
    assert_eq!(one(&mut test, &recording, less(lag(), 1.0), during(&[1])).outcome, Outcome::Fail);
}

#[test]
fn a_percentile_is_over_all_records_of_the_window() {
    let (mut test, recording) = burst();
    let judged = one(&mut test, &recording, less(p99(), 0.25), during(&[0]));
    assert_eq!((judged.outcome, judged.observed), (Outcome::Pass, Some(0.005)));
    let judged = one(&mut test, &recording, less(p99(), 0.25), during(&[1]));
    assert_eq!((judged.outcome, judged.observed), (Outcome::Fail, Some(0.3)));
    assert_eq!(judged.failing, Some((10.0, 20.0)));
    insta::assert_snapshot!(judged.reason, @"latency.p99 was 300 ms, 50 ms over the limit of 250 ms, from 10.0 s to 20.0 s");
    // A quarter of all records was slow: the median is not, the 99th percentile is.
    assert_eq!(one(&mut test, &recording, less(statistic("latency", Statistic::P50), 0.25), Window::Always).outcome, Outcome::Pass);
    assert_eq!(one(&mut test, &recording, less(p99(), 0.25), Window::Always).outcome, Outcome::Fail);
}

#[test]
fn a_window_without_a_record_is_inconclusive() {
    let (mut test, mut recording) = burst();
    recording.distributions.get_mut("latency").unwrap().retain(|s| s.from >= 10.0);
    let judged = one(&mut test, &recording, less(p99(), 0.25), during(&[0]));
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    insta::assert_snapshot!(judged.reason, @"`latency` holds no record in the window");
}

#[test]
fn skip_first_is_left_out_of_during() {
    let (mut test, mut recording) = burst();
    sample(&mut recording, "clickstream.lag", each_second(40, |t| if t < 3.0 { 9_000.0 } else { 0.0 }));
    assert_eq!(one(&mut test, &recording, less(lag(), 1_000.0), during(&[0])).outcome, Outcome::Fail);
    test.skip_first = exact(3.0);
    let judged = one(&mut test, &recording, less(lag(), 1_000.0), during(&[0]));
    assert_eq!(judged.outcome, Outcome::Pass);
    assert_eq!(judged.windows, [(3.0, 10.0)]);
}

#[test]
fn every_instance_of_a_repeated_phase_must_pass() {
    let mut test = test(REPEATED);
    let mut recording = recording(&test);
    sample(&mut recording, "clickstream.lag", each_second(50, |t| if (35.0..37.0).contains(&t) { 500.0 } else { 10.0 }));
    let judged = one(&mut test, &recording, less(lag(), 100.0), during(&[1, 3]));
    assert_eq!(judged.outcome, Outcome::Fail);
    assert_eq!(judged.windows, [(10.0, 20.0), (30.0, 40.0)]);
    assert_eq!(judged.failing, Some((35.0, 37.0)));
    insta::assert_snapshot!(judged.reason, @"burst[2]: clickstream.lag was 500, 400 over the limit of 100, from 35.0 s to 37.0 s");
}

#[test]
fn pooled_instances_are_one_distribution() {
    let mut test = test(REPEATED);
    let mut recording = recording(&test);
    distribution(&mut recording, "latency", 0..50, |s| if s == 35 { vec![900; 5] } else { vec![5; 50] });
    // 5 of 455 of the second instance, 1.1 %; of both together 0.5 %.
    assert_eq!(one(&mut test, &recording, less(p99(), 0.25), during(&[1, 3])).outcome, Outcome::Fail);
    let pooled = Window::During { phases: vec![1, 3], pooled: true };
    assert_eq!(one(&mut test, &recording, less(p99(), 0.25), pooled).outcome, Outcome::Pass);
}

#[test]
fn eventually_needs_one_moment() {
    let (mut test, recording) = burst();
    let low = |limit| less(lag(), limit);
    assert_eq!(one(&mut test, &recording, low(1_000.0), Window::Eventually { phases: vec![2] }).outcome, Outcome::Pass);
    let judged = one(&mut test, &recording, low(500.0), Window::Eventually { phases: vec![1] });
    assert_eq!((judged.outcome, judged.observed, judged.margin), (Outcome::Fail, Some(800.0), Some(-300.0)));
}

#[test]
fn recovery_is_the_first_moment_after_the_phase_and_then_it_holds() {
    let (mut test, recording) = burst();
    // 8_000 − 1_200 × 6 = 800
    let judged = one(&mut test, &recording, less(lag(), 1_000.0), within(15.0, 1, Some(2.0)));
    assert_eq!(judged.outcome, Outcome::Pass);
    assert_eq!(judged.windows, [(20.0, 35.0)]);
    insta::assert_snapshot!(judged.reason, @"held first 6 s after burst, 9 s before its time was up, and then for 2 s; clickstream.lag was at most 800, 200 under the limit of 1_000");
    let judged = one(&mut test, &recording, less(lag(), 1_000.0), within(5.0, 1, None));
    assert_eq!((judged.outcome, judged.failing, judged.observed), (Outcome::Fail, Some((20.0, 25.0)), Some(2_000.0)));
    insta::assert_snapshot!(judged.reason, @"it did not hold at any moment in the 5 s after burst; clickstream.lag was 2_000, 1_000 over the limit of 1_000, from 20.0 s to 25.0 s");
}

#[test]
fn a_recovery_that_does_not_last_fails() {
    let (mut test, mut recording) = burst();
    sample(&mut recording, "clickstream.lag", each_second(40, |t| if (24.0..26.0).contains(&t) { 0.0 } else { 5_000.0 }));
    let judged = one(&mut test, &recording, less(lag(), 1_000.0), within(10.0, 1, Some(5.0)));
    assert_eq!((judged.outcome, judged.failing), (Outcome::Fail, Some((26.0, 29.0))));
    insta::assert_snapshot!(judged.reason, @"held first 4 s after burst, but not for 5 s: 2 s later it no longer did; clickstream.lag was 5_000, 4_000 over the limit of 1_000, from 26.0 s to 29.0 s");
}

#[test]
fn recovery_stops_at_the_next_instance() {
    let mut test = test(REPEATED);
    let mut recording = recording(&test);
    sample(&mut recording, "clickstream.lag", each_second(50, |t| if (10.0..35.0).contains(&t) { 500.0 } else { 10.0 }));
    let window = Window::Within { length: exact(20.0), after: Anchor::End(vec![1, 3]), hold: None };
    let judged = one(&mut test, &recording, less(lag(), 100.0), window);
    assert_eq!((judged.outcome, judged.failing), (Outcome::Fail, Some((20.0, 30.0))));
}

#[test]
fn at_end_takes_what_is_known_at_the_end() {
    let (mut test, mut recording) = burst();
    recording.accounting = Accounting { planned: 100, sent: 100, acked: 98, ..Accounting::default() };
    recording.finals.insert("delivered".into(), 97.0);
    let condition = || {
        compare(
            metric("delivered", Nature::Final, Dimension::COUNT),
            Compare::Equal,
            metric("acked", Nature::Counter, Dimension::COUNT),
        )
    };
    let judged = one(&mut test, &recording, condition(), Window::AtEnd);
    assert_eq!((judged.outcome, judged.observed, judged.limit, judged.margin), (Outcome::Fail, Some(97.0), Some(98.0), Some(-1.0)));
    insta::assert_snapshot!(judged.reason, @"delivered was 97, 1 off acked of 98");
    recording.finals.insert("delivered".into(), 98.0);
    assert_eq!(one(&mut test, &recording, condition(), Window::AtEnd).outcome, Outcome::Pass);
    recording.finals.clear();
    recording.audit_problem = Some("the topic could not be read".into());
    let judged = one(&mut test, &recording, condition(), Window::AtEnd);
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    insta::assert_snapshot!(judged.reason, @"the read-back did not finish: the topic could not be read");
}

#[test]
fn alerts_raised_so_far_are_a_metric() {
    let (mut test, mut recording) = burst();
    test.alerts.push(Alert {
        name: "backlog".into(),
        level: AlertLevel::Critical,
        condition: less(lag(), 1.0),
        hold: exact(0.0),
        span: Default::default(),
    });
    let none = || {
        let alerts = metric("alerts.critical", Nature::Counter, Dimension::COUNT);
        compare(alerts, Compare::Equal, constant(0.0, Dimension::COUNT))
    };
    assert_eq!(one(&mut test, &recording, none(), Window::AtEnd).outcome, Outcome::Pass);
    recording.alerts.push(RaisedAlert { alert: 0, from: 14.0, to: Some(22.0) });
    assert_eq!(one(&mut test, &recording, none(), Window::AtEnd).outcome, Outcome::Fail);
    assert_eq!(one(&mut test, &recording, none(), during(&[0])).outcome, Outcome::Pass);
    assert_eq!(one(&mut test, &recording, none(), Window::Always).failing, Some((14.0, 40.0)));
}

#[test]
fn a_sample_holds_for_twice_its_interval_and_no_longer() {
    let (mut test, mut recording) = burst();
    sample(&mut recording, "clickstream.lag", each_second(40, backlog).into_iter().filter(|s| s.0 != 5.0));
    assert_eq!(one(&mut test, &recording, less(lag(), 1_000.0), during(&[0])).outcome, Outcome::Pass);
    sample(&mut recording, "clickstream.lag", each_second(40, backlog).into_iter().filter(|s| !(4.0..7.0).contains(&s.0)));
    let judged = one(&mut test, &recording, less(lag(), 1_000.0), during(&[0]));
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    insta::assert_snapshot!(judged.reason, @"`clickstream.lag` had no sample for more than twice its interval of 1 s at 5.1 s");
    // A failure elsewhere in the window is a failure.
    assert_eq!(one(&mut test, &recording, less(lag(), 1_000.0), Window::Always).outcome, Outcome::Fail);
}

#[test]
fn a_series_that_stops_or_never_was_is_inconclusive() {
    let (mut test, mut recording) = burst();
    sample(&mut recording, "clickstream.lag", each_second(30, |_| 0.0));
    assert_eq!(one(&mut test, &recording, less(lag(), 1.0), during(&[2])).outcome, Outcome::Inconclusive);
    assert_eq!(one(&mut test, &recording, less(lag(), 1.0), Window::AtEnd).outcome, Outcome::Inconclusive);
    recording.series.clear();
    let judged = one(&mut test, &recording, less(lag(), 1.0), Window::Always);
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    insta::assert_snapshot!(judged.reason, @"`clickstream.lag` was not measured in this run");
}

#[test]
fn a_rate_belongs_to_the_window_its_second_lies_in() {
    let (mut test, mut recording) = burst();
    // The recorder puts a rate where its second begins.
    let rates = |scale: f64| (0..40).map(f64::from).map(move |t| (t, if (10.0..20.0).contains(&t) { 3.0 * scale } else { scale }));
    sample(&mut recording, "sent_rate", rates(1_000.0));
    let sent = || metric("sent_rate", Nature::Plain, Dimension::RATE);
    let at_least = |value, limit| compare(value, Compare::GreaterEqual, constant(limit, Dimension::RATE));
    assert_eq!(one(&mut test, &recording, at_least(sent(), 3_000.0), during(&[1])).outcome, Outcome::Pass);
    assert_eq!(one(&mut test, &recording, less(sent(), 2_000.0), during(&[0])).outcome, Outcome::Pass);
    assert_eq!(one(&mut test, &recording, less(sent(), 2_000.0), during(&[2])).outcome, Outcome::Pass);
    assert_eq!(one(&mut test, &recording, less(sent(), 2_000.0), Window::Always).failing, Some((10.0, 20.0)));
    // A pipeline's is known where its second ends.
    sample(&mut recording, "clickstream.processing_rate", rates(700.0).map(|(t, v)| (t + 1.02, v)));
    let taken = || metric("clickstream.processing_rate", Nature::Plain, Dimension::RATE);
    assert_eq!(one(&mut test, &recording, at_least(taken(), 2_000.0), during(&[1])).outcome, Outcome::Pass);
    assert_eq!(one(&mut test, &recording, less(taken(), 2_000.0), during(&[2])).outcome, Outcome::Pass);
    let judged = one(&mut test, &recording, less(taken(), 2_000.0), Window::Always);
    assert_eq!(judged.failing, Some((10.02, 20.02)));
}

#[test]
fn a_second_that_two_phases_share_belongs_to_neither() {
    let mut test = test(&[("steady", 1, 1, 10.5), ("burst", 1, 1, 10.0)]);
    let mut recording = recording(&test);
    sample(&mut recording, "sent_rate", (0..21).map(f64::from).map(|t| (t, match t {
        t if t < 10.0 => 1_000.0,
        10.0 => 2_000.0,
        _ => 3_000.0,
    })));
    let sent = || metric("sent_rate", Nature::Plain, Dimension::RATE);
    assert_eq!(one(&mut test, &recording, less(sent(), 1_001.0), during(&[0])).outcome, Outcome::Pass);
    let least = compare(sent(), Compare::GreaterEqual, constant(3_000.0, Dimension::RATE));
    assert_eq!(one(&mut test, &recording, least, during(&[1])).outcome, Outcome::Pass);
}

#[test]
fn what_was_cut_off_is_inconclusive_unless_it_has_failed() {
    let (mut test, mut recording) = burst();
    recording.interrupted = Some(17.0);
    recording.load_end = 17.0;
    recording.duration = 17.5;
    recording.phases[1] = PhaseRecord { span: Some((10.0, 17.0)), complete: false, ..PhaseRecord::default() };
    recording.phases[2] = PhaseRecord::default();
    sample(&mut recording, "clickstream.lag", each_second(17, backlog));
    recording.distributions.get_mut("latency").unwrap().retain(|s| s.to <= 17.0);
    let mut of = |condition, window| one(&mut test, &recording, condition, window);
    assert_eq!(of(less(lag(), 1_000.0), during(&[0])).outcome, Outcome::Pass, "it had ended");
    let judged = of(less(lag(), 50_000.0), during(&[1]));
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    insta::assert_snapshot!(judged.reason, @"the run was interrupted at 17.0 s (what was seen: clickstream.lag was at most 5_600, 44_400 under the limit of 50_000)");
    assert_eq!(of(less(lag(), 1_000.0), during(&[1])).outcome, Outcome::Fail, "it has failed already");
    assert_eq!(of(less(p99(), 0.25), during(&[1])).outcome, Outcome::Inconclusive, "the rest may bring it down");
    assert_eq!(of(less(lag(), 1_000.0), Window::AtEnd).outcome, Outcome::Inconclusive);
    let judged = of(less(lag(), 1_000.0), within(15.0, 1, None));
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    insta::assert_snapshot!(judged.reason, @"burst never came to its end");
    insta::assert_snapshot!(of(less(lag(), 1_000.0), during(&[2])).reason, @"recover was not reached");

    test.expectations.clear();
    expect(&mut test, less(lag(), 1_000.0), during(&[0]));
    let verdict = judge(&test, &recording);
    assert_eq!((verdict.outcome, verdict.exit_code()), (Outcome::Inconclusive, 4));
    insta::assert_snapshot!(verdict.reason, @"interrupted at 17.0 s");
}

#[test]
fn a_generator_that_fell_behind_decides_nothing() {
    let (mut test, mut recording) = burst();
    recording.generator_limited = vec![(12.0, 14.0)];
    let judged = one(&mut test, &recording, less(p99(), 0.25), during(&[1]));
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    insta::assert_snapshot!(judged.reason, @"scalec itself fell behind from 12.0 s to 14.0 s, so what was measured says nothing of the target (what was seen: latency.p99 was 300 ms, 50 ms over the limit of 250 ms)");
    assert_eq!(one(&mut test, &recording, less(p99(), 0.25), during(&[0])).outcome, Outcome::Pass, "another window");
    recording.accounting.acked = 5;
    let acked = metric("acked", Nature::Counter, Dimension::COUNT);
    let judged = one(&mut test, &recording, compare(acked, Compare::Equal, constant(5.0, Dimension::COUNT)), Window::AtEnd);
    assert_eq!(judged.outcome, Outcome::Pass, "a count at the end looks at no stretch of time");
}

#[test]
fn a_scaled_run_does_not_pass_a_constant_lag_cheaply() {
    let (mut test, mut recording) = burst();
    recording.time_scale = 60.0;
    let mut of = |condition| one(&mut test, &recording, condition, Window::Always).outcome;
    assert_eq!(of(less(lag(), 1e6)), Outcome::Inconclusive);
    assert_eq!(of(less(lag(), 10.0)), Outcome::Fail);
    assert_eq!(of(less(window(WindowFunction::Max, lag(), None), 1e6)), Outcome::Inconclusive);
    assert_eq!(of(less(p99(), 1.0)), Outcome::Pass);
    let trend = window(WindowFunction::Trend, lag(), None);
    assert_eq!(of(less(trend, 10_000.0)), Outcome::Pass);
}

#[test]
fn window_functions() {
    let (mut test, recording) = burst();
    let mut observed = |value: Value, phases: Window| one(&mut test, &recording, less(value, 1e9), phases).observed.unwrap();
    let of = |function| window(function, lag(), None);
    assert_eq!(observed(of(WindowFunction::Max), Window::Always), 8_000.0);
    assert_eq!(observed(of(WindowFunction::Min), during(&[1])), 800.0);
    assert_eq!(observed(of(WindowFunction::Last), during(&[1])), 8_000.0);
    assert_eq!(observed(of(WindowFunction::Delta), during(&[1])), 8_000.0);
    assert!((observed(of(WindowFunction::Trend), during(&[1])) - 800.0).abs() < 1e-6);
    assert_eq!(observed(window(WindowFunction::Max, lag(), Some(vec![0])), during(&[1])), 0.0);
    assert_eq!(observed(window(WindowFunction::Max, p99(), None), Window::Always), 0.3, "the worst second");
}

#[test]
fn an_average_is_weighted_by_time() {
    let (mut test, mut recording) = burst();
    // Two samples in the last second of the phase count for that second only.
    let samples = (0..10).map(|t| (f64::from(t), 100.0)).chain([(9.5, 0.0)]);
    sample(&mut recording, "clickstream.lag", samples);
    let judged = one(&mut test, &recording, less(window(WindowFunction::Avg, lag(), None), 1e9), during(&[0]));
    assert!((judged.observed.unwrap() - 95.0).abs() < 1e-9, "{judged:?}");
}

#[test]
fn a_trend_whose_interval_spans_the_limit_is_inconclusive() {
    let (mut test, mut recording) = burst();
    sample(&mut recording, "clickstream.lag", each_second(40, |t| 1_000.0 + 300.0 * (t * 2.3).sin()));
    let trend = || window(WindowFunction::Trend, lag(), None);
    let mut of = |limit| one(&mut test, &recording, less(trend(), limit), Window::Always).outcome;
    assert_eq!(of(100.0), Outcome::Pass);
    assert_eq!(of(0.0), Outcome::Inconclusive);
    assert_eq!(of(-100.0), Outcome::Fail);
}

#[test]
fn instances_are_paired_where_both_are_repeated_equally_often() {
    let mut test = test(REPEATED);
    let mut recording = recording(&test);
    // The second round is ten times the first in both phases.
    sample(&mut recording, "clickstream.lag", each_second(50, |t| if t <= 30.0 { 100.0 } else { 1_000.0 }));
    let average = |phases| window(WindowFunction::Avg, lag(), phases);
    let condition = compare(
        average(None),
        Compare::Less,
        arithmetic(Arithmetic::Multiply, constant(1.1, Dimension::RATIO), average(Some(vec![1, 3])), Dimension::COUNT),
    );
    assert_eq!(one(&mut test, &recording, condition.clone(), during(&[2, 4])).outcome, Outcome::Pass);
    let unpaired = compare(average(None), Compare::LessEqual, average(Some(vec![0])));
    assert_eq!(one(&mut test, &recording, unpaired, during(&[2, 4])).outcome, Outcome::Fail);
}

#[test]
fn across_instances_those_silent_for_two_intervals_have_left() {
    let (mut test, mut recording) = burst();
    sample_instance(&mut recording, "cpu", "a", each_second(40, |_| 0.5));
    sample_instance(&mut recording, "cpu", "b", each_second(12, |_| 0.9));
    let cpu = |which| across("cpu", which, 1.0);
    let mut of = |which, phases: &[usize]| {
        let judged = one(&mut test, &recording, less(cpu(which), 1e3), during(phases));
        judged.observed.unwrap()
    };
    assert_eq!(of(Across::Max, &[0]), 0.9);
    assert_eq!(of(Across::Max, &[2]), 0.5);
    assert_eq!(of(Across::Count, &[0]), 2.0);
    assert_eq!(of(Across::Count, &[2]), 1.0);
    assert!((of(Across::Spread, &[0]) - 0.4).abs() < 1e-9);
    assert!((of(Across::Avg, &[0]) - 0.7).abs() < 1e-9);
}

#[test]
fn a_range_has_the_margin_to_its_nearer_end() {
    let (mut test, mut recording) = burst();
    sample(&mut recording, "cpu", each_second(40, |t| if t == 25.0 { 0.85 } else { 0.5 }));
    let inside = || Condition::In {
        value: metric("cpu", Nature::Plain, Dimension::RATIO),
        low: Some(constant(0.4, Dimension::RATIO)),
        high: Some(constant(0.8, Dimension::RATIO)),
        inclusive: false,
    };
    let judged = one(&mut test, &recording, inside(), during(&[0]));
    assert_eq!((judged.outcome, judged.limit), (Outcome::Pass, Some(0.4)));
    let judged = one(&mut test, &recording, inside(), Window::Always);
    assert_eq!((judged.outcome, judged.limit, judged.failing), (Outcome::Fail, Some(0.8), Some((25.0, 26.0))));
    insta::assert_snapshot!(judged.reason, @"cpu was 85%, 5% outside its range at 80%, from 25.0 s to 26.0 s");
}

#[test]
fn the_rate_of_a_counter_survives_a_reset() {
    let (mut test, mut recording) = burst();
    sample(&mut recording, "jobs", each_second(40, |t| if t < 20.0 { 10.0 * t } else { 10.0 * (t - 19.0) }));
    let jobs = metric("jobs", Nature::Counter, Dimension::COUNT);
    let rate = Value { kind: ValueKind::Rate(Box::new(jobs)), dim: Dimension::RATE };
    let judged = one(&mut test, &recording, compare(rate, Compare::Equal, constant(10.0, Dimension::RATE)), Window::Always);
    assert_eq!(judged.outcome, Outcome::Pass, "{}", judged.reason);
}

#[test]
fn stretches_of_a_window_are_judged_each() {
    let (mut test, recording) = burst();
    expect(&mut test, less(p99(), 0.25), Window::Always);
    test.expectations[0].per = Some(Per::Time(exact(5.0)));
    let judged = judge(&test, &recording).expectations.remove(0);
    assert_eq!(judged.windows.len(), 8);
    assert_eq!((judged.outcome, judged.failing), (Outcome::Fail, Some((10.0, 15.0))));

    // Every phase plans 1_000 a second.
    test.expectations[0].per = Some(Per::Records(16_000));
    let judged = judge(&test, &recording).expectations.remove(0);
    let windows: Vec<(f64, f64)> = judged.windows.iter().map(|w| ((w.0 * 1e6).round() / 1e6, (w.1 * 1e6).round() / 1e6)).collect();
    assert_eq!(windows, [(0.0, 16.0), (16.0, 32.0), (32.0, 40.0)]);

    // In an `eventually` each stretch is a candidate.
    test.expectations[0].window = Window::Eventually { phases: vec![1, 2] };
    test.expectations[0].per = Some(Per::Time(exact(5.0)));
    assert_eq!(judge(&test, &recording).expectations.remove(0).outcome, Outcome::Fail, "no five seconds of the burst were fast");
    test.expectations[0].window = Window::Eventually { phases: vec![2] };
    assert_eq!(judge(&test, &recording).expectations.remove(0).outcome, Outcome::Pass);
}

#[test]
fn the_verdict_of_a_test() {
    let (mut test, mut recording) = burst();
    let verdict = judge(&test, &recording);
    assert_eq!((verdict.outcome, verdict.exit_code()), (Outcome::Pass, 0));
    insta::assert_snapshot!(verdict.reason, @"nothing was expected: the test has no `expect` line, and the run came to its end");

    expect(&mut test, less(lag(), 10_000.0), Window::Always);
    insta::assert_snapshot!(judge(&test, &recording).reason, @"the expectation held");
    expect(&mut test, less(metric("cpu", Nature::Plain, Dimension::RATIO), 0.8), Window::Always);
    let verdict = judge(&test, &recording);
    assert_eq!((verdict.outcome, verdict.exit_code()), (Outcome::Inconclusive, 4));
    insta::assert_snapshot!(verdict.reason, @"1 of 2 expectations could not be decided: `expectation 2`: `cpu` was not measured in this run");
    expect(&mut test, less(lag(), 100.0), Window::Always);
    let verdict = judge(&test, &recording);
    assert_eq!((verdict.outcome, verdict.exit_code()), (Outcome::Fail, 1));
    insta::assert_snapshot!(verdict.reason, @"1 of 3 expectations failed: `expectation 3`: clickstream.lag was 8_000, 7_900 over the limit of 100, from 11.0 s to 27.0 s");

    recording.broken = Some("broker localhost:9092 is gone".into());
    assert_eq!(judge(&test, &recording).exit_code(), 3);
}

#[test]
fn cost_grows_with_time() {
    let (mut test, mut recording) = burst();
    let cost = || metric("cost", Nature::Counter, Dimension::MONEY);
    let per_million = || metric("cost_per_million", Nature::Plain, Dimension::MONEY_PER_COUNT);
    assert_eq!(one(&mut test, &recording, less(cost(), 1.0), Window::AtEnd).outcome, Outcome::Inconclusive, "no cluster");
    let node = NodeKind { name: "n".into(), vcpu: exact(4.0), memory: exact(1.0), price: exact(0.01), as_of: None };
    test.clusters.push(Cluster {
        name: "current".into(),
        span: test.span,
        driver: None,
        workers: Some(((10, 10), node)),
        spot: exact(0.0),
        spot_price: exact(0.0),
        platform_fee: exact(0.0),
    });
    recording.accounting.acked = 2_000_000;
    sample(&mut recording, "acked", each_second(40, |t| 50_000.0 * t));
    // A dime a second for 40 s.
    let judged = one(&mut test, &recording, less(cost(), 5.0), Window::AtEnd);
    assert_eq!(judged.outcome, Outcome::Pass);
    assert!((judged.observed.unwrap() - 4.0).abs() < 1e-9);
    assert_eq!(one(&mut test, &recording, less(cost(), 2.05), Window::Always).failing, Some((21.0, 40.0)));
    let judged = one(&mut test, &recording, less(per_million(), 3e-6), Window::AtEnd);
    insta::assert_snapshot!(judged.reason, @"cost_per_million was $2/M, $1/M under the limit of $3/M");
}

#[test]
fn an_abort_that_was_met_is_a_failure() {
    let (mut test, mut recording) = burst();
    test.aborts.push(Abort {
        text: "abort when clickstream.lag > 7k for 2s".into(),
        line: 50,
        span: Default::default(),
        condition: not(less(lag(), 7_000.0)),
        hold: exact(2.0),
    });
    recording.aborted = Some((0, 21.0));
    let verdict = judge(&test, &recording);
    assert_eq!((verdict.outcome, verdict.exit_code()), (Outcome::Fail, 1));
    insta::assert_snapshot!(verdict.reason, @"aborted at 21.0 s, for `abort when clickstream.lag > 7k for 2s` was met");
}

#[test]
fn alerts_are_raised_after_their_time_and_cleared() {
    use scalec::verdict::alerts::Alerts;
    let mut test = test(THREE);
    let high = |limit: f64| compare(lag(), Compare::Greater, constant(limit, Dimension::COUNT));
    test.alerts.push(Alert { name: "backlog".into(), level: AlertLevel::Critical, condition: high(4_000.0), hold: exact(2.0), span: Default::default() });
    test.aborts.push(Abort { text: String::new(), line: 0, span: Default::default(), condition: high(7_000.0), hold: exact(1.0) });
    let mut alerts = Alerts::new(&test);
    let mut aborted = None;
    for t in 1..=40 {
        let now = f64::from(t);
        alerts.sample(&SeriesKey::plain("clickstream.lag"), now, backlog(now));
        let changes = alerts.tick(&test, now);
        if changes.abort.is_some() && aborted.is_none() {
            aborted = Some(now);
        }
    }
    // Above 4_000 from 16 s, so for 2 s at 18 s; 3_200 at 24 s.
    assert_eq!(alerts.raised(), [RaisedAlert { alert: 0, from: 18.0, to: Some(24.0) }]);
    // Above 7_000 from 19 s.
    assert_eq!(aborted, Some(20.0));
    assert_eq!(alerts.standing(&test), (0, 0));
}

#[test]
fn alerts_see_rates_latencies_and_other_alerts() {
    use scalec::verdict::alerts::Alerts;
    let mut test = test(THREE);
    let mut alert = |name: &str, level, condition, hold| {
        test.alerts.push(Alert { name: name.into(), level, condition, hold: exact(hold), span: Default::default() });
    };
    let slow = compare(p99(), Compare::Greater, constant(0.2, Dimension::TIME));
    alert("slow", AlertLevel::Warning, slow, 3.0);
    let trend = window(WindowFunction::Trend, metric("sent_rate", Nature::Plain, Dimension::RATE), None);
    alert("falling", AlertLevel::Critical, compare(trend, Compare::Less, constant(-10.0, Dimension::RATE)), 0.0);
    let warned = metric("alerts.warning", Nature::Counter, Dimension::COUNT);
    let condition = compare(warned, Compare::GreaterEqual, constant(1.0, Dimension::COUNT));
    test.aborts.push(Abort { text: String::new(), line: 0, span: Default::default(), condition, hold: exact(2.0) });
    let mut alerts = Alerts::new(&test);
    let mut aborted = None;
    for second in 0..30u32 {
        let (from, to) = (f64::from(second), f64::from(second + 1));
        let ms = if second < 10 { 50_000_000 } else { 400_000_000 };
        let slice = DistributionSlice { from, to, buckets: vec![(ms, 100)], sum: ms as f64 * 100.0, max: ms };
        let rate = if second < 15 { 1_000.0 } else { 1_000.0 - 100.0 * f64::from(second - 14) };
        alerts.interval(from, to, &[("sent_rate".into(), rate)], &[("latency".into(), slice)]);
        if alerts.tick(&test, to).abort.is_some() && aborted.is_none() {
            aborted = Some(to);
        }
    }
    let raised: Vec<(usize, f64)> = alerts.raised().iter().map(|r| (r.alert, r.from)).collect();
    assert_eq!(raised.iter().find(|r| r.0 == 0), Some(&(0, 14.0)));
    assert!(raised.iter().any(|r| r.0 == 1 && r.1 > 15.0), "{raised:?}");
    assert_eq!(aborted, Some(16.0), "raised at 14 s, for two seconds");
    assert_eq!(alerts.standing(&test), (1, 1));
}

// ---- laws

/// Numbers that look random and are the same every time.
fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 10_000) as f64
    }
}

fn random_recording(test: &Test, seed: u64) -> Recording {
    let mut recording = recording(test);
    let mut next = numbers(seed);
    let samples: Vec<(f64, f64)> = (1..=40).map(|t| (f64::from(t), next())).filter(|_| true).collect();
    // Some recordings have a hole.
    let hole = if seed.is_multiple_of(3) { next() / 10_000.0 * 40.0 } else { 1e9 };
    sample(&mut recording, "clickstream.lag", samples.into_iter().filter(|s| !(hole..hole + 4.0).contains(&s.0)));
    recording
}

fn windows() -> Vec<Window> {
    vec![Window::Always, during(&[1]), Window::Eventually { phases: vec![2] }, within(8.0, 1, Some(3.0)), within(8.0, 0, None), Window::AtEnd]
}

#[test]
fn a_looser_limit_never_judges_worse() {
    let mut test = test(THREE);
    for seed in 1..=40 {
        let recording = random_recording(&test, seed);
        // A recovery that must last is not monotone: a looser limit may be met earlier and then broken.
        for window in windows().into_iter().filter(|w| !matches!(w, Window::Within { hold: Some(_), .. })) {
            let mut before = Outcome::Fail;
            for limit in (0..=11).map(|l| f64::from(l) * 1_000.0) {
                let now = one(&mut test, &recording, less(lag(), limit), window.clone()).outcome;
                assert!(now >= before, "seed {seed}, {window:?}, limit {limit}: {now:?} after {before:?}");
                before = now;
            }
        }
    }
}

#[test]
fn three_valued_laws() {
    let mut test = test(THREE);
    for seed in 1..=40 {
        let recording = random_recording(&test, seed);
        for window in windows() {
            let mut of = |condition: Condition| one(&mut test, &recording, condition, window.clone()).outcome;
            let (a, b) = (|| less(lag(), 6_000.0), || less(lag(), 9_000.0));
            assert_eq!(of(not(not(a()))), of(a()));
            assert_eq!(of(not(and(a(), b()))), of(or(not(a()), not(b()))), "De Morgan, seed {seed}, {window:?}");
            assert_eq!(of(and(a(), b())), of(a()), "a implies b, seed {seed}, {window:?}");
            assert_eq!(of(or(a(), b())), of(b()));
            assert_eq!(of(and(a(), a())), of(a()));
        }
    }
}

#[test]
fn always_and_eventually_are_duals() {
    let mut test = test(THREE);
    for seed in 1..=40 {
        let recording = random_recording(&test, seed);
        for limit in [500.0, 5_000.0, 9_500.0] {
            let always = one(&mut test, &recording, less(lag(), limit), during(&[2])).outcome;
            let eventually = one(&mut test, &recording, not(less(lag(), limit)), Window::Eventually { phases: vec![2] }).outcome;
            let opposite = match eventually {
                Outcome::Fail => Outcome::Pass,
                Outcome::Inconclusive => Outcome::Inconclusive,
                Outcome::Pass => Outcome::Fail,
            };
            assert_eq!(always, opposite, "seed {seed}, limit {limit}");
        }
    }
}

#[test]
fn a_failure_has_a_stretch_and_a_margin_that_is_not_good() {
    let mut test = test(THREE);
    for seed in 1..=40 {
        let recording = random_recording(&test, seed);
        for window in windows() {
            let judged = one(&mut test, &recording, less(lag(), 5_000.0), window);
            match judged.outcome {
                Outcome::Fail => assert!(judged.failing.is_some() && judged.margin.unwrap() <= 0.0, "{judged:?}"),
                Outcome::Pass => assert!(judged.failing.is_none() && judged.margin.unwrap() > 0.0, "{judged:?}"),
                Outcome::Inconclusive => assert!(judged.failing.is_none(), "{judged:?}"),
            }
        }
    }
}
