//! The record of a run made by hand, in every format.
#![cfg(feature = "engine")]
#![allow(clippy::unwrap_used)]

#[path = "verdict/support.rs"]
mod support;

use std::time::Duration;

use scalec::diagnostics::render::Look;
use scalec::metrics::recording::*;
use scalec::plan::*;
use scalec::report::folder::RunFolder;
use scalec::report::{Report, RunFacts, hlog, json, parquet, terminal};
use scalec::units::Dimension;
use scalec::verdict::judge;
use support::*;

fn facts() -> RunFacts {
    RunFacts {
        run_id: "7f3k2m".into(),
        version: "0.1.0".into(),
        file: "scenarios/quickstart.scale".into(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        params: vec![("peak".into(), "3_000/s".into())],
        ended_at_ns: 1_795_226_440_750_000_000,
    }
}

/// The quick start as it runs on a laptop.
fn quickstart() -> (Test, Recording) {
    let mut test = test(&[("steady", 1, 1, 10.0), ("burst", 1, 1, 10.0), ("recover", 1, 1, 20.0)]);
    for (phase, planned) in test.phases.iter_mut().zip([10_000, 30_000, 20_000]) {
        phase.counts.planned = Some(planned);
    }
    test.targets.push(Target { name: "clicks".into(), span: Default::default(), kind: TargetKind::Null });
    let mut recording = recording(&test);
    recording.started_at_ns = 1_795_226_400_250_000_000;
    recording.duration = 40.5;
    let backlog = |t: f64| match t {
        t if t <= 10.0 => 0.0,
        t if t <= 20.0 => 800.0 * (t - 10.0),
        t => (8_000.0 - 1_200.0 * (t - 20.0)).max(0.0),
    };
    sample(&mut recording, "clickstream.lag", each_second(40, backlog));
    for name in ["latency", "clicks.latency"] {
        distribution(&mut recording, name, 0..40, |s| if (10..20).contains(&s) { vec![2, 3, 4, 9] } else { vec![1, 1, 2, 3] });
    }
    distribution(&mut recording, "service_time", 0..40, |_| vec![1, 2]);
    distribution(&mut recording, "lateness", 0..40, |_| vec![0, 0, 0, 1]);
    let all = Accounting { planned: 60_000, sent: 60_000, not_sent: 0, acked: 60_000, failed: 0, unknown: 0 };
    recording.accounting = all;
    recording.target_accounting = vec![all];
    for (record, count) in recording.phases.iter_mut().zip([10_000, 30_000, 20_000]) {
        (record.planned, record.sent, record.acked, record.bytes) = (count, count, count, count * 120);
    }
    recording.audit = Some(Audit { delivered: 60_000, ..Audit::default() });
    recording.finals.insert("delivered".into(), 60_000.0);
    recording.pacing = Pacing { rate_error_ratio: 0.0, worst_second_error_ratio: 0.0003 };
    recording.resources = Resources { peak_cpu_ratio: 0.342, peak_memory_bytes: 58_400_000, host_hiccup_max: 0.0021 };
    let named = |test: &mut Test, text: &str, condition: Condition, window: Window| {
        expect(test, condition, window);
        test.expectations.last_mut().unwrap().text = text.into();
    };
    named(&mut test, "latency.p99 < 250ms during steady", less(p99(), 0.25), during(&[0]));
    named(&mut test, "clickstream.lag < 1_000 during steady", less(lag(), 1_000.0), during(&[0]));
    named(&mut test, "clickstream.lag < 1_000 within 15s after burst for 2s", less(lag(), 1_000.0), within(15.0, 1, Some(2.0)));
    let delivered = metric("delivered", Nature::Final, Dimension::COUNT);
    let acked = metric("acked", Nature::Counter, Dimension::COUNT);
    named(&mut test, "delivered == acked at end", compare(delivered, Compare::Equal, acked), Window::AtEnd);
    (test, recording)
}

/// The same, with everything that can go wrong in it.
fn troubled() -> (Test, Recording) {
    let (mut test, mut recording) = quickstart();
    test.expectations[2].condition = less(lag(), 500.0);
    test.expectations[2].window = within(5.0, 1, Some(2.0));
    test.expectations[2].text = "clickstream.lag < 500 within 5s after burst for 2s".into();
    expect(&mut test, less(metric("cpu", Nature::Plain, Dimension::RATIO), 0.8), during(&[2]));
    test.expectations[4].text = "cpu < 80% during recover".into();
    expect(&mut test, less(p99(), 0.005), during(&[1]));
    test.expectations[5].text = "latency.p99 < 5ms during burst".into();
    let node = NodeKind { name: "m5.xlarge".into(), vcpu: exact(4.0), memory: exact(1.0), price: exact(0.192) / exact(3600.0), as_of: None };
    test.clusters.push(Cluster {
        name: "current".into(),
        span: test.span,
        driver: Some((1, node.clone())),
        workers: Some(((4, 4), node)),
        spot: exact(0.0),
        spot_price: exact(0.0),
        platform_fee: exact(0.0),
    });
    test.alerts.push(Alert {
        name: "backlog".into(),
        level: AlertLevel::Critical,
        condition: less(lag(), 1.0),
        hold: exact(0.0),
        span: Default::default(),
    });
    recording.alerts = vec![RaisedAlert { alert: 0, from: 14.0, to: Some(22.0) }, RaisedAlert { alert: 0, from: 35.0, to: None }];
    recording.generator = GeneratorVerdict::GeneratorLimited;
    recording.generator_limited = vec![(3.0, 5.0)];
    recording.phases[0].generator = GeneratorVerdict::GeneratorLimited;
    recording.accounting =
        Accounting { planned: 60_000, sent: 59_990, not_sent: 10, acked: 59_900, failed: 80, unknown: 10 };
    recording.target_accounting = vec![recording.accounting];
    recording.errors.insert("message timed out".into(), 80);
    recording.audit = None;
    recording.finals.clear();
    recording.audit_problem = Some("the topic's first records were already deleted".into());
    recording.time_scale = 60.0;
    (test, recording)
}

fn with<T>((test, recording): &(Test, Recording), show: impl FnOnce(&Report) -> T) -> T {
    let verdict = judge(test, recording);
    show(&Report { test, recording, verdict: &verdict, facts: &facts() })
}

#[test]
fn run_json_of_a_pass() {
    insta::assert_snapshot!(with(&quickstart(), json::text));
}

#[test]
fn run_json_of_a_failure() {
    insta::assert_snapshot!(with(&troubled(), json::text));
}

#[test]
fn sections_that_do_not_apply_are_absent() {
    let test = test(&[("steady", 1, 1, 10.0)]);
    let recording = recording(&test);
    let document = with(&(test, recording), json::document);
    let absent = ["latency", "service_time", "pacing", "resources", "expectations", "alerts", "faults", "audit", "capacity", "sizing", "cost"];
    for name in absent {
        assert!(document.get(name).is_none(), "{name}");
    }
    assert_eq!(document["verdict"], "pass");
}

#[test]
fn a_phase_that_was_not_reached_is_absent() {
    let (test, mut recording) = quickstart();
    recording.interrupted = Some(17.0);
    recording.phases[1] = PhaseRecord { span: Some((10.0, 17.0)), ..recording.phases[1].clone() };
    recording.phases[2] = PhaseRecord::default();
    let document = with(&(test, recording), json::document);
    assert_eq!(document["phases"].as_array().unwrap().len(), 2);
}

fn page(run: &(Test, Recording), look: &Look) -> String {
    with(run, |report| terminal::text(report, look, Some("runs/2026-11-21-ride-out-a-burst-7f3k2m".as_ref()), &[]))
}

#[test]
fn the_end_of_a_run_for_a_person() {
    let unicode = Look { unicode: true, width: 100, ..Look::PLAIN };
    insta::assert_snapshot!("passed", page(&quickstart(), &unicode));
    insta::assert_snapshot!("failed", page(&troubled(), &unicode));
    let mut interrupted = quickstart();
    interrupted.1.interrupted = Some(17.0);
    (interrupted.1.load_end, interrupted.1.duration) = (17.0, 17.2);
    interrupted.1.phases[1] = PhaseRecord { span: Some((10.0, 17.0)), complete: false, ..interrupted.1.phases[1].clone() };
    interrupted.1.phases[2] = PhaseRecord::default();
    insta::assert_snapshot!("interrupted", page(&interrupted, &unicode));
    insta::assert_snapshot!("failed_plain_80", page(&troubled(), &Look { width: 80, ..Look::PLAIN }));
}

#[test]
fn colour_only_where_it_is_wanted_and_lines_fit() {
    let plain = page(&troubled(), &Look { width: 80, ..Look::PLAIN });
    assert!(!plain.contains('\u{1b}'));
    let record = plain.lines().filter(|l| !l.contains("runs/"));
    for line in record {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(page(&troubled(), &Look { color: true, unicode: true, width: 100 }).contains("\u{1b}[1;97;41m FAIL "));
}

#[test]
fn the_series_can_be_read_back() {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::record::RowAccessor;
    let (mut test, mut recording) = quickstart();
    test.metrics.push(DeclaredMetric {
        name: "cpu".into(),
        source: "prom".into(),
        query: vec![],
        unit: "ratio".into(),
        by: Some("executor".into()),
        every: exact(5.0),
        dim: Dimension::RATIO,
    });
    sample_instance(&mut recording, "cpu", "3", [(5.0, 0.5), (10.0, 0.75)]);
    let file = tempfile::NamedTempFile::new().unwrap();
    parquet::write(&test, &recording, file.reopen().unwrap()).unwrap();
    let reader = SerializedFileReader::new(file.reopen().unwrap()).unwrap();
    let names: Vec<String> = reader.metadata().file_metadata().schema_descr().columns().iter().map(|c| c.name().to_string()).collect();
    assert_eq!(names, ["t", "series", "labels", "value"]);
    let rows: Vec<(f64, String, String, f64)> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap())
        .map(|row| {
            let text = |i| row.get_string(i).unwrap().clone();
            (row.get_double(0).unwrap(), text(1), text(2), row.get_double(3).unwrap())
        })
        .collect();
    assert_eq!(rows.iter().filter(|r| r.1 == "clickstream.lag").count(), 40);
    assert!(rows.contains(&(20.0, "clickstream.lag".into(), String::new(), 8_000.0)));
    assert!(rows.contains(&(10.0, "cpu".into(), "executor=3".into(), 0.75)));
    assert!(rows.contains(&(12.0, "latency.p99".into(), String::new(), 0.009)));
    assert!(rows.contains(&(12.0, "latency.count".into(), String::new(), 4.0)));
}

#[test]
fn the_latency_log_can_be_read_back() {
    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
    let (_, mut recording) = quickstart();
    recording.distributions.get_mut("latency").unwrap()[3].buckets.clear();
    let mut log = Vec::new();
    hlog::write(&recording, "7f3k2m", &mut log).unwrap();
    let mut all = hdrhistogram::Histogram::<u64>::new(3).unwrap();
    let (mut intervals, mut started) = (Vec::new(), None);
    for entry in IntervalLogIterator::new(&log) {
        match entry.unwrap() {
            LogEntry::Interval(interval) => {
                use base64::Engine;
                let bytes = base64::engine::general_purpose::STANDARD.decode(interval.encoded_histogram()).unwrap();
                let one: hdrhistogram::Histogram<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).unwrap();
                all.add(&one).unwrap();
                intervals.push((interval.start_timestamp(), interval.duration()));
            }
            LogEntry::StartTime(at) => started = Some(at),
            LogEntry::BaseTime(_) => {}
        }
    }
    assert_eq!(started, Some(Duration::from_millis(1_795_226_400_250)));
    assert_eq!(intervals.len(), 39, "an interval without records is left out");
    assert_eq!(intervals[3], (Duration::from_secs(4), Duration::from_secs(1)));
    assert_eq!(all.len(), 39 * 4);
    assert_eq!(all.max() / 1_000_000, 9);
}

#[test]
fn a_run_has_a_folder_of_its_own() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("runs");
    let run = quickstart();
    let create = || RunFolder::create(&out, run.1.started_at_ns, &run.0.name, "7f3k2m").unwrap();
    let folder = create();
    assert_eq!(folder.path(), out.join("2026-11-21-ride-out-a-burst-7f3k2m"));
    assert_ne!(create().path(), folder.path(), "never into that of another run");
    let bytes: &[u8] = b"## \xef\xbb\xbf byte for byte\r\n";
    assert_eq!(folder.keep_scenario(&[("scenarios/quickstart.scale", bytes), ("../shared/shop.scale", b"")]), []);
    assert_eq!(with(&run, |report| folder.write(report)), []);
    assert_eq!(std::fs::read(folder.path().join("scenario/scenarios/quickstart.scale")).unwrap(), bytes);
    let mut names: Vec<String> =
        std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["latency.hlog", "run.json", "scenario", "series.parquet"]);
    let document: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("run.json")).unwrap()).unwrap();
    assert_eq!(document, with(&run, json::document));
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("runs");
    std::fs::write(&out, "a file").unwrap();
    let problem = RunFolder::create(&out, 0, "t", "id").unwrap_err();
    assert!(problem.message.contains(&out.display().to_string()) && problem.message.contains("--out"), "{problem}");
}

#[test]
fn what_can_be_kept_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let run = quickstart();
    let folder = RunFolder::create(place.path(), 0, "t", "id").unwrap();
    // A folder stands where the log is to go.
    std::fs::create_dir_all(folder.path().join("latency.hlog/x")).unwrap();
    let problems = with(&run, |report| folder.write(report));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].message.contains("latency.hlog"));
    assert!(folder.path().join("run.json").is_file() && folder.path().join("series.parquet").is_file());
    let page = with(&run, |report| terminal::text(report, &Look::PLAIN, Some(folder.path()), &problems));
    assert!(page.contains("not kept: cannot write latency.hlog"), "{page}");
}
