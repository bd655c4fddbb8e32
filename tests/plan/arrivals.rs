use crate::build::*;
use scalec::plan::arrivals::poisson;
use scalec::plan::curve::Curve;
use scalec::plan::*;

#[test]
fn the_count_is_kept_the_order_ascends_and_the_phase_is_not_left() {
    let t = test().hold("a", 1000, 10).phase("b", x(20), Shape::Ramp { from: x(0), to: x(1000) });
    let curve = Curve::of(&t);
    for (id, phase) in curve.phases().iter().enumerate() {
        let times: Vec<u64> = poisson(phase, id, 42).collect();
        assert_eq!(times.len() as u64, phase.count);
        assert!(times.windows(2).all(|w| w[0] <= w[1]));
        assert!(times.iter().all(|&t| t >= phase.start_ns && t <= phase.end_ns));
        assert_eq!(times, poisson(phase, id, 42).collect::<Vec<_>>());
        assert_ne!(times, poisson(phase, id, 43).collect::<Vec<_>>());
    }
}

#[test]
fn gaps_are_exponential_and_the_rate_curve_is_followed() {
    let t = test().hold("a", 1000, 100).phase("b", x(100), Shape::Ramp { from: x(0), to: x(2000) });
    let curve = Curve::of(&t);
    let times: Vec<f64> = poisson(&curve.phases()[0], 0, 5).map(|t| t as f64 / 1e9).collect();
    let gaps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let deviation = (gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
    assert!((mean - 1e-3).abs() < 2e-5, "{mean}");
    assert!((deviation / mean - 1.0).abs() < 0.02, "exponential gaps deviate as much as they last: {deviation}");
    // Of a ramp from nothing a quarter lies in the first half.
    let early = poisson(&curve.phases()[1], 1, 5).filter(|&t| t < 150_000_000_000).count();
    assert!((early as f64 / 25_000.0 - 1.0).abs() < 0.03, "{early}");
}
