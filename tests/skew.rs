//! What the checker predicts of keys and partitions is what the engine sends and what librdkafka does with it.
#![cfg(feature = "engine")]

use rdkafka_sys::bindings as ffi;
use scalec::analysis::{Options, analyze};
use scalec::load::payload::{Encoder, Scratch};
use scalec::plan::keys::{Keys, MOST, Partitioner};
use scalec::plan::{Event, Test};
use scalec::resolve::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// The test of a scenario that sends one event with this key.
fn test_of(key: &str) -> Test {
    let text = format!(
        "event e {{\n  key = {key}\n\n  field user = zipf(1..=1_000_000, 1.1)\n  field shop = choice {{ 30% \"berlin\", 70% int(1..=400) }} null 10%\n  field at = now()\n}}\n\ntarget out = null {{}}\n\ntest \"t\" {{\n  seed = 7\n\n  send e to out\n\n  phase p = hold 100/s for 10s\n\n  expect errors.ratio < 1% always\n}}\n"
    );
    let analysis = analyze(Workspace::from_texts(&[("main.scale", &text)]), &Options::default());
    assert!(!analysis.has_errors(), "{key}: {:?}", analysis.diagnostics);
    analysis.plan().expect("a plan").tests[0].clone()
}

fn keys(event: &Event, most: usize) -> Keys {
    Keys::of(event, most, &|_, _| None)
}

/// Keys as the engine writes them, `None` for a record without one.
fn drawn(test: &Test, records: u64) -> BTreeMap<Option<Vec<u8>>, u64> {
    let encoder = Encoder::compile(&test.events, test.seed).expect("compiles");
    let mut scratch = Scratch::default();
    let mut counts = BTreeMap::new();
    for k in 0..records {
        encoder.encode(0, k, 1_764_000_000_123_456_789, &mut scratch);
        *counts.entry(scratch.has_key.then(|| scratch.key.clone())).or_insert(0) += 1;
    }
    counts
}

#[test]
fn predicted_shares_are_those_of_real_draws() {
    const RECORDS: u64 = 60_000;
    let generators = [
        "user",
        "shop",
        "\"all\"",
        "bool(20%)",
        "int(1..=40)",
        "int(1..=9_000)",
        "int(1..=1_000_000_000)",
        "zipf(5..=5_000, 0.7)",
        "choice { 61% \"US\", 24% \"DE\", 15% word() }",
        "one_of([\"a\", 17, true, \"a b\\\"c\"])",
        "pattern(\"(eu|us)-[1-3][ab]?\")",
        "pattern(\"[a-c]{1,3}\")",
        "word()",
        "name()",
        "date(\"2026-01-01\"..=\"2026-01-20\")",
        "timestamp(\"2026-01-01T00:00:00Z\"..=\"2026-01-01T00:00:09Z\")",
        "decimal(-0.05..=0.05)",
        "text(0B..=2B)",
        "{ os = choice { 70% \"android\", 30% \"ios\" }, v = int(1..=3) null 20% }",
        "list(0..=2, int(1..=3))",
        "uuid()",
    ];
    for key in generators {
        let test = test_of(key);
        let predicted = keys(&test.events[0], MOST);
        assert_eq!(predicted.of.unknown, 0.0, "{key}");
        let real = drawn(&test, RECORDS);
        // Every key that was told exists as it was told.
        if predicted.few().is_some() {
            let told: BTreeSet<&[u8]> = predicted.of.told.iter().map(|(text, _)| text.as_bytes()).collect();
            for written in real.keys().flatten() {
                assert!(told.contains(written.as_slice()), "{key}: {:?} was not predicted", String::from_utf8_lossy(written));
            }
        }
        for (partitioner, n) in [(Partitioner::Murmur2, 12), (Partitioner::Crc32 { spread_empty: true }, 7), (Partitioner::Fnv1a, 5), (Partitioner::Md5Ranges, 6)] {
            let mut counts = vec![0.0; n as usize];
            for (written, times) in &real {
                match written.as_ref().and_then(|k| partitioner.hash(k)) {
                    Some(hash) => counts[hash.slot(n) as usize] += *times as f64,
                    None => counts.iter_mut().for_each(|c| *c += *times as f64 / f64::from(n)),
                }
            }
            for (slot, (count, share)) in counts.iter().zip(predicted.shares(partitioner, n)).enumerate() {
                let real = count / RECORDS as f64;
                // Six standard deviations of so many draws, and what the even part may be off.
                let slack = 6.0 * (share * (1.0 - share) / RECORDS as f64).sqrt() + 0.001;
                assert!((real - share).abs() < slack, "{key}: {partitioner:?} {slot} of {n}: predicted {share}, was {real}");
            }
        }
    }
}

#[test]
fn partitions_are_those_of_librdkafka() {
    type Choose = unsafe extern "C" fn(*const ffi::rd_kafka_topic_t, *const std::ffi::c_void, usize, i32, *mut std::ffi::c_void, *mut std::ffi::c_void) -> i32;
    let pairs: [(&str, Choose); 3] = [
        ("murmur2_random", ffi::rd_kafka_msg_partitioner_murmur2_random),
        ("consistent", ffi::rd_kafka_msg_partitioner_consistent),
        ("fnv1a", ffi::rd_kafka_msg_partitioner_fnv1a),
    ];
    for (name, choose) in pairs {
        let ours = Partitioner::named(name).expect("known");
        for k in 0..20_000u64 {
            let key = format!("{}{}", "é".repeat((k % 5) as usize), k.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (k % 60));
            for n in [1, 2, 7, 12, 1_000] {
                // SAFETY: these functions read the key alone.
                let theirs = unsafe { choose(std::ptr::null(), key.as_ptr().cast(), key.len(), n, std::ptr::null_mut(), std::ptr::null_mut()) };
                assert_eq!(ours.hash(key.as_bytes()).expect("a partition").slot(n as u32), theirs as u32, "{name}: `{key}` of {n}");
            }
        }
    }
}
