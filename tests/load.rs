//! The engine from a plan's test to a recording, into targets that are real.
#![cfg(feature = "engine")]

mod load_support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use load_support::{event, exact, hold, send, target, test};
use scalec::drivers::{Completions, Driver, Health, Record, Submit, Token, file, null::Null};
use scalec::load::payload::Encoder;
use scalec::load::{Handle, Options, run};
use scalec::metrics::{GeneratorVerdict, Recording, SeriesKey};
use scalec::plan::{Shape, Share, Test, counts};

fn start(test: &Test, drivers: Vec<Box<dyn Driver>>, options: Options) -> Handle {
    let encoder = Encoder::compile(&test.events, test.seed).unwrap();
    run(test, drivers, encoder, options).unwrap()
}

fn identities(recording: &Recording) {
    for a in recording.target_accounting.iter().chain([&recording.accounting]) {
        assert_eq!(a.planned, a.sent + a.not_sent);
        assert_eq!(a.sent, a.acked + a.failed + a.unknown);
    }
    for phase in &recording.phases {
        assert!(phase.planned >= phase.sent && phase.sent >= phase.acked);
    }
}

/// Keeps what it was given.
#[derive(Clone, Default)]
struct Keep(Arc<Mutex<Vec<Kept>>>);

/// Identity, key, payload.
type Kept = (Vec<u8>, Vec<u8>, Vec<u8>);

impl Driver for Keep {
    fn kind(&self) -> &'static str {
        "keep"
    }
    fn start(&mut self, _: Arc<dyn Completions>) -> Result<(), String> {
        Ok(())
    }
    fn submit(&self, r: &Record) -> Submit {
        self.0.lock().unwrap().push((r.identity.to_vec(), r.key.unwrap_or_default().to_vec(), r.payload.to_vec()));
        Submit::Acked
    }
    fn unanswered(&self) -> u64 {
        0
    }
    fn finish(&self, _: Duration) {}
}

impl Keep {
    /// By number: sequence number → key, payload, times sent.
    fn by_number(&self) -> BTreeMap<u64, (Vec<u8>, Vec<u8>, usize)> {
        let mut out = BTreeMap::new();
        for (identity, key, payload) in self.0.lock().unwrap().iter() {
            let text = String::from_utf8(identity.clone()).unwrap();
            let number = text.split(':').nth(1).unwrap().parse().unwrap();
            out.entry(number).or_insert_with(|| (key.clone(), payload.clone(), 0)).2 += 1;
        }
        out
    }
}

#[test]
fn every_shape_sends_what_was_planned() {
    let shapes = [
        hold(1_000, 300),
        (Shape::Ramp { from: exact(0), to: exact(3_000) }, 300),
        (Shape::Pause, 50),
        (Shape::Step { levels: vec![exact(500), exact(1_000), exact(1_500)], every: scalec::units::Exact::new(1, 10) }, 300),
        (Shape::Sine { low: exact(100), high: exact(2_000), period: scalec::units::Exact::new(1, 5) }, 300),
        (Shape::Spike { from: exact(100), to: exact(5_000) }, 200),
    ];
    let test = test(&shapes);
    let recording = start(&test, vec![Box::new(Null)], Options::new("r")).finish();
    identities(&recording);
    let planned = counts::total(&test).planned.unwrap();
    assert_eq!((recording.accounting.planned, recording.accounting.acked), (planned, planned));
    for (phase, plan) in recording.phases.iter().zip(&test.phases) {
        assert_eq!(phase.sent, plan.counts.planned.unwrap(), "{:?}", plan.shape);
        assert!(phase.complete);
    }
    let duration: f64 = 1.45;
    assert!((recording.load_end - duration).abs() < 1e-6);
    let of = |name: &str| recording.distributions[name].iter().flat_map(|s| &s.buckets).map(|b| b.1).sum::<u64>();
    assert_eq!((of("latency"), of("clicks.service_time"), of("lateness")), (planned, planned, planned));
    // Every stretch of every phase has its offered rate, and they add up to the plan.
    let offered: f64 = recording.series[&SeriesKey::plain("offered_rate")].windows(2).map(|w| w[0].1 * (w[1].0 - w[0].0)).sum();
    let last = recording.series[&SeriesKey::plain("offered_rate")].last().unwrap();
    assert!((offered + last.1 * (duration - last.0) - planned as f64).abs() < 0.01);
}

#[test]
fn poisson_arrivals_keep_the_count() {
    let mut test = test(&[hold(2_000, 400), hold(500, 200)]);
    test.arrivals = scalec::plan::Arrivals::Poisson;
    let recording = start(&test, vec![Box::new(Null)], Options::new("r")).finish();
    identities(&recording);
    assert_eq!(recording.phases.iter().map(|p| p.sent).collect::<Vec<_>>(), [800, 100]);
}

#[test]
fn a_record_is_the_same_whoever_sends_it() {
    // One target takes all; then two share the same records between them: other threads, other timing, the same bytes.
    let both = |targets: &[usize], generators: usize| {
        let mut test = test(&[hold(2_000, 200), (Shape::Flood { count: 300, at: None }, 100), hold(1_000, 100)]);
        test.targets = (0..targets.len()).map(|i| target(&format!("t{i}"))).collect();
        test.events.push(event("other"));
        test.events[1].duplicate = Some(scalec::units::Exact::new(1, 10));
        let half = |e: usize, t: usize| send(Share::Of(scalec::units::Exact::new(1, 2)), e, &[t]);
        test.sends = vec![half(0, targets[0]), half(1, targets[targets.len() - 1]), send(Share::Rate(exact(50)), 0, &[targets[0]])];
        for phase in &mut test.phases {
            phase.sends = vec![0, 1, 2];
        }
        counts::fill(&mut test);
        let keeps: Vec<Keep> = targets.iter().map(|_| Keep::default()).collect();
        let recording = start(&test, keeps.iter().map(|k| Box::new(k.clone()) as Box<dyn Driver>).collect(), Options { generators: Some(generators), ..Options::new("r") }).finish();
        identities(&recording);
        assert_eq!(recording.accounting.planned, counts::total(&test).planned.unwrap());
        let mut all = BTreeMap::new();
        for keep in keeps {
            all.extend(keep.by_number());
        }
        all
    };
    // `now()` differs between runs; blank it.
    let blank = |all: BTreeMap<u64, (Vec<u8>, Vec<u8>, usize)>| -> Vec<(u64, Vec<u8>, serde_json::Value, usize)> {
        all.into_iter()
            .map(|(n, (key, payload, times))| {
                let mut value: serde_json::Value = serde_json::from_slice(&payload).unwrap();
                value["at"] = "".into();
                (n, key, value, times)
            })
            .collect()
    };
    let (one, two, helped) = (blank(both(&[0], 0)), blank(both(&[0, 1], 0)), blank(both(&[0], 3)));
    assert_eq!(one.len(), 400 + 10 + 300 + 100 + 5);
    assert!(one.iter().enumerate().all(|(i, r)| r.0 == i as u64), "numbers run without a gap");
    assert!(one.iter().all(|r| r.2["n"] == r.0));
    assert_eq!(one.iter().filter(|r| r.3 == 2).count(), 20 + 15 + 5, "a tenth of each phase's half is sent twice");
    assert_eq!(one, two);
    assert_eq!(one, helped);
}

#[test]
fn helpers_keep_the_order_and_stop_with_the_run() {
    let keep = Keep::default();
    let options = || Options { generators: Some(2), ..Options::new("r") };
    let recording = start(&test(&[hold(20_000, 300), (Shape::Pause, 50), hold(5_000, 101)]), vec![Box::new(keep.clone())], options()).finish();
    identities(&recording);
    let kept = keep.0.lock().unwrap();
    assert_eq!(kept.len(), 6_505);
    for (k, (identity, ..)) in kept.iter().enumerate() {
        assert!(String::from_utf8_lossy(identity).starts_with(&format!("r:{k}:")));
    }
    let handle = start(&test(&[hold(20_000, 60_000)]), vec![Box::new(Null)], options());
    while handle.now() < 0.1 {
        std::thread::sleep(Duration::from_millis(5));
    }
    handle.request_stop();
    let recording = handle.finish();
    identities(&recording);
    assert!(recording.accounting.sent > 0 && recording.accounting.planned < 1_000_000);
}

#[test]
fn fan_out_sends_one_record_to_all_and_plans_it_for_each() {
    let mut test = test(&[hold(1_000, 200)]);
    test.targets = vec![target("a"), target("b")];
    test.sends = vec![send(Share::Of(exact(1)), 0, &[0, 1])];
    counts::fill(&mut test);
    let keeps = [Keep::default(), Keep::default()];
    let recording = start(&test, vec![Box::new(keeps[0].clone()), Box::new(keeps[1].clone())], Options::new("r")).finish();
    identities(&recording);
    assert_eq!((recording.accounting.planned, recording.target_accounting[1].sent), (400, 200));
    assert_eq!(keeps[0].0.lock().unwrap().iter().collect::<Vec<_>>(), keeps[1].0.lock().unwrap().iter().collect::<Vec<_>>());
}

#[test]
fn identities_name_the_run_the_number_and_the_intended_time() {
    let keep = Keep::default();
    let handle = start(&test(&[hold(100, 100)]), vec![Box::new(keep.clone())], Options::new("run-1"));
    let origin = handle.started_at_ns();
    handle.finish();
    let kept = keep.0.lock().unwrap();
    for (k, (identity, key, payload)) in kept.iter().enumerate() {
        assert_eq!(String::from_utf8_lossy(identity), format!("run-1:{k}:{}", origin + k as i128 * 10_000_000));
        let value: serde_json::Value = serde_json::from_slice(payload).unwrap();
        assert_eq!(String::from_utf8_lossy(key), value["user"].to_string());
    }
}

/// Takes nothing for a while, then everything.
struct Stalls {
    from: u64,
    to: u64,
    seen: Mutex<u64>,
}

impl Driver for Stalls {
    fn kind(&self) -> &'static str {
        "stalls"
    }
    fn start(&mut self, _: Arc<dyn Completions>) -> Result<(), String> {
        Ok(())
    }
    fn submit(&self, _: &Record) -> Submit {
        let mut seen = self.seen.lock().unwrap();
        *seen += 1;
        if (self.from..self.to).contains(&*seen) { Submit::Full } else { Submit::Acked }
    }
    fn make_room(&self) {
        std::thread::sleep(Duration::from_micros(100));
    }
    fn unanswered(&self) -> u64 {
        0
    }
    fn finish(&self, _: Duration) {}
}

#[test]
fn a_stall_of_the_target_shows_in_the_latencies_and_is_its_own_limit() {
    let stalls = Stalls { from: 100, to: 3_000, seen: Mutex::new(0) };
    let recording = start(&test(&[hold(1_000, 1_000)]), vec![Box::new(stalls)], Options::new("r")).finish();
    identities(&recording);
    assert_eq!((recording.accounting.sent, recording.accounting.not_sent), (1_000, 0));
    let slices = &recording.distributions["latency"];
    assert!(slices.iter().map(|s| s.max).max().unwrap() > 200_000_000, "counted from the intended time");
    assert!(recording.generator != GeneratorVerdict::Ok);
}

#[test]
fn what_a_full_buffer_keeps_back_for_too_long_is_counted_as_not_sent() {
    let never = Stalls { from: 50, to: u64::MAX, seen: Mutex::new(0) };
    let options = Options { hold_back: Duration::from_millis(30), ..Options::new("r") };
    let recording = start(&test(&[hold(1_000, 300)]), vec![Box::new(never)], options).finish();
    identities(&recording);
    let a = recording.accounting;
    assert_eq!((a.planned, a.sent, a.not_sent), (300, 49, 251));
    assert!((recording.pacing.rate_error_ratio + 251.0 / 300.0).abs() < 1e-9);
}

/// Refuses every tenth, answers the others later, and never some.
struct Answers {
    completions: Option<Arc<dyn Completions>>,
    taken: Mutex<Vec<Token>>,
    count: Mutex<u64>,
}

impl Driver for Answers {
    fn kind(&self) -> &'static str {
        "answers"
    }
    fn start(&mut self, completions: Arc<dyn Completions>) -> Result<(), String> {
        self.completions = Some(completions);
        Ok(())
    }
    fn submit(&self, r: &Record) -> Submit {
        let mut count = self.count.lock().unwrap();
        *count += 1;
        if count.is_multiple_of(10) {
            return Submit::Failed("refused".into());
        }
        self.taken.lock().unwrap().push(r.token);
        Submit::Queued
    }
    fn unanswered(&self) -> u64 {
        self.taken.lock().unwrap().len() as u64
    }
    fn finish(&self, _: Duration) {
        let taken = self.taken.lock().unwrap();
        let completions = self.completions.as_ref().unwrap();
        completions.acked(&taken[..50]);
        completions.failed("message timed out", &taken[50..70]);
    }
}

#[test]
fn refused_failed_and_unanswered_are_told_apart() {
    let answers = Answers { completions: None, taken: Mutex::default(), count: Mutex::default() };
    let recording = start(&test(&[hold(1_000, 100)]), vec![Box::new(answers)], Options::new("r")).finish();
    identities(&recording);
    let a = recording.accounting;
    assert_eq!((a.sent, a.acked, a.failed, a.unknown), (100, 50, 30, 20));
    assert_eq!(recording.errors, BTreeMap::from([("message timed out".into(), 20), ("refused".into(), 10)]));
    assert_eq!(recording.finals["clicks.failed"], 30.0);
}

#[test]
fn a_stop_ends_the_load_and_keeps_what_was_measured() {
    let test = test(&[hold(1_000, 200), hold(1_000, 60_000), (Shape::Pause, 1_000)]);
    let handle = start(&test, vec![Box::new(Null)], Options::new("r"));
    while handle.now() < 0.3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(handle.live().phase, 1);
    handle.request_stop();
    let recording = handle.finish();
    identities(&recording);
    assert_eq!(recording.interrupted, Some(recording.load_end));
    assert!(recording.accounting.planned >= 300 && recording.accounting.planned < 10_000);
    let spans: Vec<_> = recording.phases.iter().map(|p| (p.span.is_some(), p.complete)).collect();
    assert_eq!(spans, [(true, true), (true, false), (false, false)]);
}

#[test]
fn a_flood_sends_its_records_and_moves_what_follows() {
    let test = test(&[hold(1_000, 100), (Shape::Flood { count: 5_000, at: None }, 600_000), hold(1_000, 100)]);
    let recording = start(&test, vec![Box::new(Null)], Options::new("r")).finish();
    identities(&recording);
    assert_eq!(recording.phases.iter().map(|p| p.sent).collect::<Vec<_>>(), [100, 5_000, 100]);
    let span = |i: usize| recording.phases[i].span.unwrap();
    assert!(span(1).0 >= span(0).1 && span(2).0 >= span(1).1 && recording.load_end < 600.0);
    assert!((span(2).1 - span(2).0 - 0.1).abs() < 1e-6);
    assert_eq!(recording.load_end, span(2).1);
}

#[test]
fn a_limited_flood_keeps_its_limit() {
    let test = test(&[(Shape::Flood { count: 500, at: Some(exact(2_000)) }, 250)]);
    let recording = start(&test, vec![Box::new(Null)], Options::new("r")).finish();
    let (from, to) = recording.phases[0].span.unwrap();
    assert_eq!(recording.phases[0].sent, 500);
    assert!(to - from >= 499.0 / 2_000.0);
}

#[test]
fn a_file_gets_every_record_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    let driver = file::File::new(file::Settings { path: path.clone(), rotate: None, envelope: true });
    let recording = start(&test(&[hold(2_000, 250)]), vec![Box::new(driver)], Options::new("r")).finish();
    identities(&recording);
    assert_eq!(recording.accounting.acked, 500);
    let text = std::fs::read_to_string(path).unwrap();
    for (k, line) in text.lines().enumerate() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["scalec"].as_str().unwrap().starts_with(&format!("r:{k}:")));
        assert_eq!(value["value"]["n"], k);
    }
    assert_eq!(text.lines().count(), 500);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run_and_says_so() {
    let driver = file::File::new(file::Settings { path: "/dev/full".into(), rotate: None, envelope: true });
    let handle = start(&test(&[hold(1_000, 60_000)]), vec![Box::new(driver)], Options::new("r"));
    let recording = handle.finish();
    identities(&recording);
    assert!(recording.broken.as_deref().is_some_and(|why| why.contains("no space left")), "{:?}", recording.broken);
    assert!(recording.accounting.failed > 0 && recording.accounting.acked == 0);
}

/// Is gone from the start.
struct Gone;

impl Driver for Gone {
    fn kind(&self) -> &'static str {
        "gone"
    }
    fn start(&mut self, _: Arc<dyn Completions>) -> Result<(), String> {
        Ok(())
    }
    fn submit(&self, _: &Record) -> Submit {
        Submit::Full
    }
    fn unanswered(&self) -> u64 {
        1
    }
    fn health(&self) -> Health {
        Health::Broken("gone".into())
    }
    fn finish(&self, _: Duration) {}
}

#[test]
fn a_target_that_breaks_ends_the_run_also_in_a_flood() {
    for shape in [hold(1_000, 60_000), (Shape::Flood { count: 1_000, at: None }, 60_000)] {
        let recording = start(&test(&[shape]), vec![Box::new(Gone)], Options::new("r")).finish();
        identities(&recording);
        assert_eq!(recording.broken.as_deref(), Some("gone"));
        assert_eq!(recording.accounting.sent, 0);
    }
}

#[test]
fn live_views_and_stretches_tell_how_it_goes() {
    let handle = start(&test(&[hold(500, 1_200), hold(1_000, 300)]), vec![Box::new(Null)], Options::new("r"));
    while handle.intervals(0).len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let live = handle.live();
    assert_eq!(live.phase_name, "load[2]");
    // What was due in the last closed stretch, still of the first phase; a sampler that is late counts a longer one.
    assert!((400.0..=600.0).contains(&live.target_rate), "{}", live.target_rate);
    let stretches = handle.intervals(0);
    assert_eq!((stretches[0].1.from, stretches[0].1.to, stretches[1].1.to), (0.0, 1.0, 1.2));
    let value = |name: &str| stretches[1].1.values.iter().find(|v| v.0 == name).unwrap().1;
    assert!(value("clicks.sent") > 0.0);
    assert!(handle.intervals(2).iter().all(|(n, _)| *n >= 2));
    identities(&handle.finish());
}

mod embedded {
    use super::*;
    use rdkafka::consumer::{BaseConsumer, Consumer};
    use rdkafka::message::{Headers, Message};
    use scalec::drivers::embedded::Embedded;
    use scalec::drivers::kafka::config::Settings;
    use scalec::drivers::kafka::producer::Kafka;

    fn settings(broker: &Embedded) -> Settings {
        Settings { brokers: broker.bootstrap().into(), topic: "clicks".into(), ..Settings::default() }
    }

    #[test]
    fn records_arrive_with_key_header_and_payload() {
        let broker = Embedded::start(1).unwrap();
        broker.create_topic("clicks", 4).unwrap();
        let test = test(&[hold(2_000, 500)]);
        let recording = start(&test, vec![Box::new(Kafka::new(settings(&broker)))], Options::new("run-1")).finish();
        identities(&recording);
        assert_eq!((recording.accounting.acked, recording.broken.clone()), (1_000, None));
        let consumer: BaseConsumer =
            settings(&broker).connection().set("group.id", "g").set("auto.offset.reset", "earliest").set("fetch.wait.max.ms", "10").create().unwrap();
        let mut partitions = rdkafka::TopicPartitionList::new();
        for p in 0..4 {
            partitions.add_partition_offset("clicks", p, rdkafka::Offset::Beginning).unwrap();
        }
        consumer.assign(&partitions).unwrap();
        let mut numbers = BTreeMap::new();
        let mut homes: BTreeMap<Vec<u8>, i32> = BTreeMap::new();
        while numbers.len() < 1_000 {
            let message = consumer.poll(Duration::from_secs(20)).expect("all records arrive").unwrap();
            let header = message.headers().unwrap().get(0);
            assert_eq!(header.key, "scalec");
            let identity = String::from_utf8(header.value.unwrap().to_vec()).unwrap();
            let parts: Vec<&str> = identity.split(':').collect();
            assert_eq!(parts[0], "run-1");
            let number: u64 = parts[1].parse().unwrap();
            assert_eq!(parts[2].parse::<i128>().unwrap(), recording.started_at_ns + i128::from(number) * 500_000);
            let value: serde_json::Value = serde_json::from_slice(message.payload().unwrap()).unwrap();
            assert_eq!(value["n"], number);
            let key = message.key().unwrap().to_vec();
            assert_eq!(String::from_utf8_lossy(&key), value["user"].to_string());
            assert_eq!(*homes.entry(key).or_insert(message.partition()), message.partition(), "a key stays in its partition");
            assert!(numbers.insert(number, ()).is_none());
        }
    }

    #[test]
    fn keys_go_where_the_java_client_sends_them() {
        // Partitions of Kafka's DefaultPartitioner (murmur2) for these keys over 12 partitions, from its definition.
        fn murmur2(data: &[u8]) -> u32 {
            let (m, mut h) = (0x5bd1e995u32, 0x9747b28cu32 ^ data.len() as u32);
            let mut chunks = data.chunks_exact(4);
            for c in &mut chunks {
                let mut k = u32::from_le_bytes([c[0], c[1], c[2], c[3]]).wrapping_mul(m);
                k = (k ^ (k >> 24)).wrapping_mul(m);
                h = h.wrapping_mul(m) ^ k;
            }
            let rest = chunks.remainder();
            if !rest.is_empty() {
                for (i, b) in rest.iter().enumerate() {
                    h ^= u32::from(*b) << (8 * i);
                }
                h = h.wrapping_mul(m);
            }
            h = (h ^ (h >> 13)).wrapping_mul(m);
            h ^ (h >> 15)
        }
        assert_eq!(murmur2(b"21"), (-973932308i32) as u32, "Kafka's own test vector");
        let broker = Embedded::start(1).unwrap();
        broker.create_topic("clicks", 12).unwrap();
        let recording = start(&test(&[hold(1_000, 300)]), vec![Box::new(Kafka::new(settings(&broker)))], Options::new("r")).finish();
        assert_eq!(recording.accounting.acked, 300);
        let consumer: BaseConsumer =
            settings(&broker).connection().set("group.id", "g").set("auto.offset.reset", "earliest").set("fetch.wait.max.ms", "10").create().unwrap();
        let mut partitions = rdkafka::TopicPartitionList::new();
        for p in 0..12 {
            partitions.add_partition_offset("clicks", p, rdkafka::Offset::Beginning).unwrap();
        }
        consumer.assign(&partitions).unwrap();
        for _ in 0..300 {
            let message = consumer.poll(Duration::from_secs(20)).expect("all records arrive").unwrap();
            let expected = (murmur2(message.key().unwrap()) & 0x7fff_ffff) % 12;
            assert_eq!(message.partition() as u32, expected);
        }
    }

    #[test]
    fn a_flood_is_acknowledged_to_the_last_record() {
        let broker = Embedded::start(1).unwrap();
        broker.create_topic("clicks", 4).unwrap();
        let recording =
            start(&test(&[(Shape::Flood { count: 50_000, at: None }, 60_000)]), vec![Box::new(Kafka::new(settings(&broker)))], Options::new("r")).finish();
        identities(&recording);
        assert_eq!((recording.accounting.planned, recording.accounting.acked), (50_000, 50_000));
    }

    #[test]
    fn a_broker_that_dies_leaves_errors_by_kind_and_exact_accounts() {
        let broker = Embedded::start(1).unwrap();
        broker.create_topic("clicks", 2).unwrap();
        let mut settings = settings(&broker);
        settings.client = vec![("message.timeout.ms".into(), scalec::drivers::kafka::config::Secret("1000".into()))];
        let handle = start(&test(&[hold(500, 1_500)]), vec![Box::new(Kafka::new(settings))], Options::new("r"));
        while handle.now() < 0.5 {
            std::thread::sleep(Duration::from_millis(5));
        }
        broker.set_up(1, false);
        let recording = handle.finish();
        identities(&recording);
        let a = recording.accounting;
        assert!(a.acked > 0 && a.failed > 0, "{a:?}");
        assert_eq!(recording.errors.get("message timed out"), Some(&a.failed));
    }

    #[test]
    fn settings_that_librdkafka_refuses_are_named() {
        let broker = Embedded::start(1).unwrap();
        let mut settings = settings(&broker);
        settings.client = vec![("no.such.setting".into(), scalec::drivers::kafka::config::Secret("1".into()))];
        let test = test(&[hold(1, 100)]);
        let encoder = Encoder::compile(&test.events, test.seed).unwrap();
        let Err(why) = run(&test, vec![Box::new(Kafka::new(settings))], encoder, Options::new("r")) else { panic!("refused") };
        assert!(why.contains("target `clicks`") && why.contains("no.such.setting"), "{why}");
    }

    #[test]
    fn two_targets_cannot_want_different_partitions_of_one_topic() {
        let broker = Embedded::start(1).unwrap();
        broker.create_topic("clicks", 2).unwrap();
        broker.create_topic("clicks", 2).unwrap();
        assert!(broker.create_topic("clicks", 3).unwrap_err().contains("3 partitions"));
    }
}
