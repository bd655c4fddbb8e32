use crate::build::*;
use num_rational::Ratio;
use scalec::plan::curve::Curve;
use scalec::plan::*;
use scalec::units::Exact;

fn due(test: &Test) -> Vec<u64> {
    Curve::of(test).iter().collect()
}

fn counts(test: &Test) -> Vec<u64> {
    Curve::of(test).phases().iter().map(|p| p.count).collect()
}

#[test]
fn a_constant_rate_is_due_evenly() {
    assert_eq!(due(&test().hold("p", 4, 1)), [0, 250_000_000, 500_000_000, 750_000_000]);
    assert_eq!(due(&test().hold("p", 3, 1)), [0, 333_333_334, 666_666_667]);
}

#[test]
fn fractions_carry_over_between_phases() {
    // 0.7 records each: I is 0.7, 1.4, 2.1, 2.8 at the ends.
    let t = (0..4).fold(test(), |t, _| t.phase("p", x(1), Shape::Hold { rate: r(7, 10) }));
    assert_eq!(counts(&t), [1, 1, 1, 0]);
    assert_eq!(due(&t), [0, 1_428_571_429, 2_857_142_858]);
}

#[test]
fn a_record_on_the_border_goes_with_the_later_phase() {
    let t = test().hold("a", 10, 1).phase("rest", x(5), Shape::Pause).hold("b", 10, 1);
    assert_eq!(counts(&t), [10, 0, 10]);
    assert_eq!(due(&t)[9..11], [900_000_000, 6_000_000_000]);
}

#[test]
fn a_stretch_without_load_inside_a_phase_holds_the_next_record_at_its_beginning() {
    let t = test().phase("p", x(3), Shape::Step { levels: vec![x(2), x(0), x(2)], every: x(1) });
    assert_eq!(due(&t), [0, 500_000_000, 1_000_000_000, 2_500_000_000]);
}

#[test]
fn a_ramp_follows_the_square_root() {
    let t = test().phase("up", x(10), Shape::Ramp { from: x(0), to: x(2) });
    // I = t² ÷ 10.
    assert_eq!(due(&t)[..4], [0, 3_162_277_661, 4_472_135_955, 5_477_225_576]);
    assert_eq!(counts(&t), [10]);
}

#[test]
fn counts_of_the_published_plan() {
    let t = test()
        .phase("warm_up", x(300), Shape::Ramp { from: x(0), to: x(2000) })
        .hold("baseline", 2000, 1800)
        .hold("burst", 10_000, 300)
        .hold("recover", 2000, 1200)
        .phase("drain", x(180), Shape::Pause);
    assert_eq!(counts(&t), [300_000, 3_600_000, 3_000_000, 2_400_000, 0]);
}

#[test]
fn whole_and_half_waves_are_exact() {
    let wave = Shape::Sine { low: x(1000), high: x(5000), period: x(600) };
    assert_eq!(counts(&test().phase("p", x(600), wave.clone())), [1_800_000]);
    assert_eq!(counts(&test().phase("p", x(900), wave.clone())), [2_700_000]);
    // A quarter: 3000·150 − 2000·600 ÷ 2π = 259 014.0686
    assert_eq!(counts(&test().phase("p", x(150), wave.clone())), [259_015]);
    let due = due(&test().phase("p", x(600), wave));
    assert_eq!(due[900_000], 300_000_000_000);
}

#[test]
fn the_integral_reaches_k_when_record_k_is_due_on_a_wave() {
    let (low, high, period) = (0.0, 50.0, 60.0);
    let t = test().phase("p", x(150), Shape::Sine { low: x(0), high: x(50), period: x(60) });
    let (middle, swing) = ((low + high) / 2.0, (high - low) / 2.0);
    for (k, ns) in due(&t).into_iter().enumerate() {
        let s = ns as f64 / 1e9;
        let integral = middle * s - swing * period / std::f64::consts::TAU * (std::f64::consts::TAU * s / period).sin();
        assert!((integral - k as f64).abs() < 1e-6, "{k}: {integral} at {s}");
    }
}

/// I at a whole nanosecond, exactly, by the definition.
fn integral(test: &Test, ns: u64) -> Exact {
    let t = Ratio::new(i128::from(ns), 1_000_000_000);
    test.phases.iter().fold(x(0), |sum, p| {
        let local = (t - p.start).max(x(0)).min(p.duration);
        let area = |from: Exact, to: Exact, length: Exact, y: Exact| from * y + (to - from) / length * y * y / x(2);
        sum + match &p.shape {
            Shape::Hold { rate } => *rate * local,
            Shape::Ramp { from, to } => area(*from, *to, p.duration, local),
            Shape::Spike { from, to } => {
                let half = p.duration / x(2);
                area(*from, *to, half, local.min(half)) + area(*to, *from, half, (local - half).max(x(0)))
            }
            Shape::Step { levels, every } => levels.iter().enumerate().fold(x(0), |s, (i, level)| s + *level * (local - *every * x(i as i128)).max(x(0)).min(*every)),
            _ => x(0),
        }
    })
}

fn random(dice: &mut Dice) -> Test {
    let phases = 1 + dice.roll(4);
    (0..phases).fold(test(), |t, _| {
        let seconds = r(1 + dice.roll(4000) as i128, 1 + dice.roll(60) as i128).min(x(40));
        let mut rate = || r(dice.roll(2000) as i128, 1 + dice.roll(30) as i128);
        let (a, b, c) = (rate(), rate(), rate());
        let shape = match dice.roll(6) {
            0 | 1 => Shape::Hold { rate: a },
            2 => Shape::Ramp { from: a, to: if a == b { a + x(1) } else { b } },
            3 => Shape::Spike { from: a, to: if a == b { a + x(1) } else { b } },
            4 => Shape::Step { levels: vec![a, b, c], every: seconds / x(3) },
            _ => Shape::Pause,
        };
        t.phase("p", seconds, shape)
    })
}

#[test]
fn every_record_is_due_in_the_first_nanosecond_at_which_the_integral_reaches_it() {
    let mut dice = Dice(7);
    for round in 0..60 {
        let t = random(&mut dice);
        let curve = Curve::of(&t);
        let all: Vec<u64> = curve.iter().collect();
        assert_eq!(all.len() as u64, curve.count());
        for (i, p) in curve.phases().iter().enumerate() {
            let phase = &t.phases[i];
            let end = phase.start + phase.duration;
            let before = |s: Exact| if s == t.duration() { t.duration() } else { s };
            let planned = sum_to(&t, before(end)).ceil() - sum_to(&t, phase.start).ceil();
            assert_eq!(Exact::from_integer(p.count.into()), planned, "round {round}");
        }
        let step = (all.len() / 400).max(1);
        for k in (0..all.len()).step_by(step) {
            let ns = all[k];
            assert_eq!(curve.due_ns(k as u64), Some(ns), "round {round}: cursor and random access differ at {k}");
            assert!(integral(&t, ns) >= x(k as i128) || at_an_end(&t, ns), "round {round}: record {k} is early");
            let phase = curve.phases().iter().find(|p| p.first + p.count > k as u64).expect("its phase");
            if ns > phase.start_ns {
                assert!(integral(&t, ns - 1) < x(k as i128), "round {round}: record {k} is late");
            }
        }
    }
}

fn sum_to(t: &Test, seconds: Exact) -> Exact {
    let mut cut = t.clone();
    cut.phases.retain(|p| p.start < seconds);
    integral(&cut, u64::MAX / 4)
}

/// The first whole nanosecond after a phase's end lies beyond it: there I may stand still just below.
fn at_an_end(t: &Test, ns: u64) -> bool {
    t.phases.iter().any(|p| ((p.start + p.duration) * x(1_000_000_000)).ceil() == x(ns.into()))
}

#[test]
fn cursors_may_begin_anywhere() {
    let mut dice = Dice(11);
    for _ in 0..60 {
        let t = random(&mut dice);
        for phase in Curve::of(&t).phases() {
            for _ in 0..5 {
                let j = dice.roll(phase.count + 1);
                let ahead: Vec<u64> = phase.cursor(j).take(50).collect();
                let answers: Vec<u64> = (j..phase.count).take(50).map(|j| phase.due_ns(j)).collect();
                assert_eq!(ahead, answers);
                if let Some(&ns) = ahead.first() {
                    assert!(phase.due_by(ns) > j);
                    assert!(ns == 0 || phase.due_by(ns - 1) <= j);
                }
            }
        }
    }
}

#[test]
fn numbers_too_wide_for_a_machine_word_are_still_exact() {
    // Denominators of 12 and 13 digits: nothing fits 128 bits.
    let odd = r(1_000_000_000_000_001, 999_999_999_989);
    let t = test().phase("a", r(10_000_000_000_007, 1_000_000_000_039), Shape::Hold { rate: odd }).phase("b", x(10), Shape::Ramp { from: odd, to: x(2000) });
    let curve = Curve::of(&t);
    let all: Vec<u64> = curve.iter().collect();
    assert!(all.windows(2).all(|w| w[0] < w[1]));
    assert_eq!(all.len() as u64, curve.count());
    assert!((0..all.len()).step_by(97).all(|k| curve.due_ns(k as u64) == Some(all[k])));
}

#[test]
fn long_and_fast_tests_do_not_drift() {
    let t = test().hold("p", 1_200_000, 72 * 3600).phase("q", x(3600), Shape::Ramp { from: x(1_200_000), to: x(0) });
    let curve = Curve::of(&t);
    assert_eq!(curve.count(), 1_200_000 * 72 * 3600 + 600_000 * 3600);
    assert_eq!(curve.due_ns(1_200_000 * 72 * 3600), Some(72 * 3600 * 1_000_000_000));
    let last = curve.phase(1).expect("q");
    let tail: Vec<u64> = last.cursor(last.count - 3).collect();
    assert_eq!(tail, (last.count - 3..last.count).map(|j| last.due_ns(j)).collect::<Vec<_>>());
    // One record before the end of a ramp to nothing: √(2 ÷ slope) seconds.
    let left = (2.0f64 / (1_200_000.0 / 3600.0)).sqrt() * 1e9;
    assert!(((73 * 3600 * 1_000_000_000 - tail[2]) as f64 - left).abs() < 2.0);
}

#[test]
fn a_replay_is_linear_between_points() {
    let points = vec![(x(0), x(0)), (x(10), x(100)), (x(10), x(50)), (x(20), x(50))];
    let t = test().phase("p", x(20), Shape::Replay { points });
    assert_eq!(counts(&t), [1000]);
    assert_eq!(Curve::of(&t).due_ns(501), Some(10_020_000_000));
}

#[test]
fn flood_and_search_are_no_part_of_the_curve() {
    let t = test().hold("a", 10, 1).phase("f", x(600), Shape::Flood { count: 500, at: None }).hold("b", 10, 1);
    assert_eq!(counts(&t), [10, 0, 10]);
}

#[test]
fn a_fixed_rate_send_has_a_curve_of_its_own_and_rests_in_a_pause() {
    let mut t = test();
    t.sends.push(send(Share::Rate(r(5, 2)), &[(x(1), 0)], &[0]));
    let t = t.hold("a", 100, 3).phase("rest", x(10), Shape::Pause).hold("b", 100, 3);
    let curve = Curve::of_send(&t, 1);
    assert_eq!(curve.phases().iter().map(|p| p.count).collect::<Vec<_>>(), [8, 0, 7]);
    assert_eq!(curve.due_ns(8), Some(13_200_000_000));
    assert_eq!(Curve::of_send(&t, 0).count(), 0);
}

#[test]
fn shares_of_the_load_map_to_times() {
    let t = test().phase("p", x(10), Shape::Spike { from: x(0), to: x(100) });
    let phase = Curve::of(&t);
    let phase = phase.phase(0).expect("p");
    assert_eq!(phase.share_ns(0.0), 0);
    assert_eq!(phase.share_ns(0.5), 5_000_000_000);
    assert_eq!(phase.share_ns(1.0), 10_000_000_000);
    assert_eq!(phase.share_ns(0.125), 2_500_000_000);
}
