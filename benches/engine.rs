//! What the engine does on this machine, beside the goals. Prints a table; run it on an idle machine:
//!
//! `cargo bench --bench engine` (all), or with words: `payload null embedded pacing`, and a number of seconds a measurement takes (default 5).

#[path = "../tests/load_support/mod.rs"]
mod load_support;

use std::time::{Duration, Instant};

use load_support::{hold, test};
use scalec::drivers::embedded::Embedded;
use scalec::drivers::kafka::config::Settings;
use scalec::drivers::kafka::producer::Kafka;
use scalec::drivers::{Driver, null::Null};
use scalec::load::payload::{Encoder, Scratch};
use scalec::load::{Options, run};
use scalec::metrics::{DistributionSlice, Recording, host};
use scalec::plan::{Shape, Test};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let seconds: u64 = words.iter().find_map(|w| w.parse().ok()).unwrap_or(5);
    let names: Vec<&String> = words.iter().filter(|w| w.parse::<u64>().is_err()).collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| *n == name);
    println!("{} cores, load average {:.1} before", host::cores(), host::load_average().unwrap_or(f64::NAN));
    if wanted("payload") {
        payload();
    }
    if wanted("null") {
        null(seconds);
    }
    if wanted("embedded") {
        embedded(seconds);
    }
    if wanted("pacing") {
        pacing(seconds);
    }
}

fn measure(test: &Test, drivers: Vec<Box<dyn Driver>>) -> (Recording, f64) {
    let encoder = Encoder::compile(&test.events, test.seed).expect("the event compiles");
    let before = host::processor_time();
    let recording = run(test, drivers, encoder, Options::new("bench")).expect("it starts").finish();
    (recording, (host::processor_time() - before).as_secs_f64())
}

fn payload() {
    let test = test(&[hold(1, 1_000)]);
    let encoder = Encoder::compile(&test.events, test.seed).expect("the event compiles");
    let mut scratch = Scratch::default();
    let (from, before, mut bytes, count) = (Instant::now(), host::processor_time(), 0u64, 3_000_000u64);
    for k in 0..count {
        encoder.encode(0, k, 1_790_000_000_000_000_000 + i128::from(k) * 1_000, &mut scratch);
        bytes += scratch.payload.len() as u64;
    }
    let rate = count as f64 / from.elapsed().as_secs_f64();
    let cpu = (host::processor_time() - before).as_secs_f64();
    println!("payload   {:>10.2} M/s generated alone, {:.2} M per second of processor time, {} B each", rate / 1e6, count as f64 / cpu / 1e6, bytes / count);
}

/// A flood lasts about as long as asked for: the count follows from a first, short one.
fn flood(seconds: u64, first: u64, drivers: impl Fn() -> Vec<Box<dyn Driver>>) -> (Recording, f64, f64) {
    let of = |count: u64| test(&[(Shape::Flood { count, at: None }, 600_000)]);
    let length = |r: &Recording| r.phases[0].span.map_or(1.0, |(from, to)| to - from);
    let (warm, _) = measure(&of(first), drivers());
    let count = (first as f64 / length(&warm) * seconds as f64) as u64;
    let (recording, cpu) = measure(&of(count), drivers());
    let length = length(&recording);
    (recording, length, cpu)
}

fn null(seconds: u64) {
    let (recording, length, cpu) = flood(seconds, 500_000, || vec![Box::new(Null)]);
    let a = recording.accounting;
    println!(
        "null      {:>10.2} M/s generated, paced, booked, one core; {:.2} M per second of processor time, {:.0} B each   (goal ≥ 3)",
        a.acked as f64 / length / 1e6,
        a.acked as f64 / cpu / 1e6,
        recording.phases[0].bytes as f64 / a.sent as f64
    );
}

fn embedded(seconds: u64) {
    for (what, compression) in [("", None), (", lz4", Some("lz4"))] {
        let broker = Embedded::start(1).expect("it starts");
        broker.create_topic("clicks", 6).expect("it is created");
        let settings = Settings {
            brokers: broker.bootstrap().into(),
            topic: "clicks".into(),
            compression: compression.map(Into::into),
            linger: Some(Duration::from_millis(5)),
            ..Settings::default()
        };
        let (recording, length, cpu) = flood(seconds, 200_000, || vec![Box::new(Kafka::new(settings.clone()))]);
        let a = recording.accounting;
        println!(
            "embedded  {:>10.2} M/s generated, sent and acknowledged{what}; {:.2} µs of processor time each, broker included   (goal ≥ 1)   failed {}",
            a.acked as f64 / length / 1e6,
            cpu / a.acked as f64 * 1e6,
            a.failed + a.unknown
        );
    }
}

/// Value in microseconds below which a share `q` lies.
fn quantile(slices: &[DistributionSlice], q: f64) -> f64 {
    let mut all: Vec<(u64, u64)> = slices.iter().flat_map(|s| s.buckets.iter().copied()).collect();
    all.sort_unstable();
    let total: u64 = all.iter().map(|b| b.1).sum();
    let mut seen = 0;
    for (value, count) in &all {
        seen += count;
        if seen as f64 >= total as f64 * q {
            return *value as f64 / 1e3;
        }
    }
    f64::NAN
}

fn pacing(seconds: u64) {
    println!("pacing into null   (goals: error < 0.001 %, lateness p99 < 100 µs; lateness p50 / p99 / p99.9 / worst in µs)");
    for rate in [1_000, 50_000, 200_000] {
        let (recording, cpu) = measure(&test(&[hold(rate, seconds as i128 * 1_000)]), vec![Box::new(Null)]);
        line(rate, &recording, cpu / seconds as f64);
    }
    println!("pacing into the embedded broker");
    for rate in [1_000, 50_000, 200_000] {
        let broker = Embedded::start(1).expect("it starts");
        broker.create_topic("clicks", 6).expect("it is created");
        let settings = Settings { brokers: broker.bootstrap().into(), topic: "clicks".into(), ..Settings::default() };
        let (recording, cpu) = measure(&test(&[hold(rate, seconds as i128 * 1_000)]), vec![Box::new(Kafka::new(settings))]);
        line(rate, &recording, cpu / seconds as f64);
    }
}

fn line(rate: i128, recording: &Recording, cores: f64) {
    let lateness = &recording.distributions["lateness"];
    let worst = lateness.iter().map(|s| s.max).max().unwrap_or(0) as f64 / 1e3;
    println!(
        "  {rate:>7}/s  error {:+.5} %  worst second {:.4} %  lateness {:.1} / {:.1} / {:.1} / {:.0}  latency p99 {:.0} µs  host hiccup {:.1} ms  {cores:.2} cores",
        recording.pacing.rate_error_ratio * 100.0,
        recording.pacing.worst_second_error_ratio * 100.0,
        quantile(lateness, 0.5),
        quantile(lateness, 0.99),
        quantile(lateness, 0.999),
        worst,
        quantile(&recording.distributions["latency"], 0.99),
        recording.resources.host_hiccup_max * 1e3,
    );
}
