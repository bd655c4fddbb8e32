//! Tests and recordings made by hand, a line each.
#![allow(dead_code)]

use scalec::metrics::recording::*;
use scalec::plan::*;
use scalec::source::Span;
use scalec::units::{Dimension, Exact};

pub fn exact(value: f64) -> Exact {
    Exact::new((value * 1e6).round() as i128, 1_000_000)
}

/// Phases one after another: (name, instance, of, seconds).
pub fn test(phases: &[(&str, u32, u32, f64)]) -> Test {
    let mut start = 0.0;
    let phases = phases
        .iter()
        .map(|&(name, instance, of, duration)| {
            let phase = Phase {
                name: name.into(),
                instance,
                of,
                span: Span::default(),
                start: exact(start),
                duration: exact(duration),
                shape: Shape::Hold { rate: exact(1000.0) },
                sends: vec![],
                counts: Counts::default(),
            };
            start += duration;
            phase
        })
        .collect();
    Test {
        name: "ride out a burst".into(),
        span: Span::default(),
        line: 1,
        seed: 1,
        seed_given: true,
        timeout: exact(3600.0),
        tags: vec![],
        arrivals: Arrivals::Uniform,
        skip_first: exact(0.0),
        expected: None,
        targets: vec![],
        events: vec![],
        sends: vec![],
        phases,
        pipelines: vec![],
        sources: vec![],
        metrics: vec![],
        alerts: vec![],
        faults: vec![],
        expectations: vec![],
        aborts: vec![],
        sustains: vec![],
        sizings: vec![],
        clusters: vec![],
        audit: false,
    }
}

/// A recording in which every phase ran as planned.
pub fn recording(test: &Test) -> Recording {
    let number = |e: &Exact| *e.numer() as f64 / *e.denom() as f64;
    let end = number(&test.duration());
    Recording {
        duration: end,
        load_end: end,
        time_scale: 1.0,
        phases: test
            .phases
            .iter()
            .map(|p| {
                let start = number(&p.start);
                PhaseRecord { span: Some((start, start + number(&p.duration))), complete: true, ..PhaseRecord::default() }
            })
            .collect(),
        ..Recording::default()
    }
}

pub fn sample(recording: &mut Recording, name: &str, samples: impl IntoIterator<Item = (f64, f64)>) {
    recording.series.insert(SeriesKey::plain(name), samples.into_iter().collect());
}

pub fn sample_instance(recording: &mut Recording, name: &str, instance: &str, samples: impl IntoIterator<Item = (f64, f64)>) {
    let key = SeriesKey { name: name.into(), instance: Some(instance.into()) };
    recording.series.insert(key, samples.into_iter().collect());
}

/// One sample a second from 1 to `end`.
pub fn each_second(end: u32, value: impl Fn(f64) -> f64) -> Samples {
    (1..=end).map(f64::from).map(|t| (t, value(t))).collect()
}

/// A slice a second; `values` in milliseconds.
pub fn distribution(recording: &mut Recording, name: &str, seconds: std::ops::Range<u32>, values: impl Fn(u32) -> Vec<u64>) {
    let slices = seconds.map(|s| {
        let mut buckets: Vec<(u64, u64)> = values(s).into_iter().map(|ms| (ms * 1_000_000, 1)).collect();
        buckets.sort_unstable();
        DistributionSlice {
            from: f64::from(s),
            to: f64::from(s + 1),
            sum: buckets.iter().map(|b| (b.0 * b.1) as f64).sum(),
            max: buckets.last().map_or(0, |b| b.0),
            buckets,
        }
    });
    recording.distributions.entry(name.into()).or_default().extend(slices);
}

// ---- conditions

pub fn constant(value: f64, dim: Dimension) -> Value {
    Value { kind: ValueKind::Constant(exact(value)), dim }
}

pub fn metric(name: &str, nature: Nature, dim: Dimension) -> Value {
    Value {
        kind: ValueKind::Metric(MetricRef { series: name.into(), statistic: None, across: None, interval: exact(1.0), nature }),
        dim,
    }
}

pub fn lag() -> Value {
    metric("clickstream.lag", Nature::Plain, Dimension::COUNT)
}

pub fn p99() -> Value {
    statistic("latency", Statistic::P99)
}

pub fn statistic(name: &str, statistic: Statistic) -> Value {
    let metric = MetricRef {
        series: name.into(),
        statistic: Some(statistic),
        across: None,
        interval: exact(1.0),
        nature: Nature::Distribution,
    };
    Value { kind: ValueKind::Metric(metric), dim: if statistic == Statistic::Count { Dimension::COUNT } else { Dimension::TIME } }
}

pub fn across(name: &str, across: Across, interval: f64) -> Value {
    let metric =
        MetricRef { series: name.into(), statistic: None, across: Some(across), interval: exact(interval), nature: Nature::Plain };
    Value { kind: ValueKind::Metric(metric), dim: Dimension::RATIO }
}

pub fn window(function: WindowFunction, of: Value, phases: Option<Vec<PhaseId>>) -> Value {
    let mut dim = of.dim;
    if function == WindowFunction::Trend {
        dim.time -= 1;
    }
    Value { kind: ValueKind::Window { function, of: Box::new(of), phases }, dim }
}

pub fn arithmetic(op: Arithmetic, left: Value, right: Value, dim: Dimension) -> Value {
    Value { kind: ValueKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, dim }
}

pub fn compare(left: Value, op: Compare, right: Value) -> Condition {
    Condition::Compare { op, left, right }
}

pub fn less(left: Value, limit: f64) -> Condition {
    let dim = left.dim;
    compare(left, Compare::Less, constant(limit, dim))
}

pub fn and(left: Condition, right: Condition) -> Condition {
    Condition::And(Box::new(left), Box::new(right))
}

pub fn or(left: Condition, right: Condition) -> Condition {
    Condition::Or(Box::new(left), Box::new(right))
}

pub fn not(inner: Condition) -> Condition {
    Condition::Not(Box::new(inner))
}

pub fn during(phases: &[PhaseId]) -> Window {
    Window::During { phases: phases.to_vec(), pooled: false }
}

pub fn within(length: f64, phase: PhaseId, hold: Option<f64>) -> Window {
    Window::Within { length: exact(length), after: Anchor::End(vec![phase]), hold: hold.map(exact) }
}

pub fn expect(test: &mut Test, condition: Condition, window: Window) {
    test.expectations.push(Expectation {
        text: format!("expectation {}", test.expectations.len() + 1),
        file: "scenarios/quickstart.scale".into(),
        line: 40 + test.expectations.len(),
        span: Span::default(),
        condition,
        window,
        per: None,
    });
}
