//! `scalec run` against a real Apache Kafka, read back with clients that are not ours.

mod support;

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;
use support::kafka::Kafka;
use support::lab::{Lab, assert_accounts, assert_exit, count, text};

const EVENTS: &str = r#"
event visit {
  key = user

  field id   = uuid()
  field at   = now()
  field n    = seq()
  field user = int(1..=20)
}

event order {
  key  = order
  size = 600B

  field order = uuid()
  field total = decimal($1..=$4_000)
}
"#;

fn target(brokers: &str, topic: &str, more: &str) -> String {
    format!("target clicks = kafka {{\n  brokers    = \"{brokers}\"\n  topic      = \"{topic}\"\n  partitions = 3\n{more}}}\n")
}

#[test]
fn what_is_sent_arrives_whole_keyed_and_named() {
    let Some(kafka) = Kafka::start() else { return };
    let topic = kafka.fresh_topic("whole", 3);
    let lab = Lab::new(&format!(
        "{}{EVENTS}\nmix all {{\n  70% visit\n  30% order\n}}\n\ntest \"whole\" {{\n  seed = 11\n\n  send all to clicks\n\n  phase p = hold 1_000/s for 3s\n\n  expect delivered == acked at end\n  expect lost == 0 at end\n  expect failed == 0 always\n}}\n",
        target(kafka.bootstrap(), &topic, "  acks        = all\n  compression = lz4\n")
    ));
    let started_ns = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_nanos();
    assert_exit(&lab.run(&[]), 0);
    let record = lab.record();
    let run_id = record["run_id"].as_str().expect("a run id").to_string();
    assert_eq!(count(&record, "/accounting/acked"), 3_000);
    assert_eq!(count(&record, "/audit/delivered"), 3_000);

    let arrived = kafka.read(&topic);
    assert_eq!(arrived.len(), 3_000);
    let mut sequences = Vec::new();
    let mut visits = 0;
    for one in &arrived {
        let payload = one.payload.as_deref().expect("a payload");
        let value: Value = serde_json::from_str(payload).expect("JSON");
        let key = one.key.as_deref().expect("a key");
        let (_, identity) = one.headers.iter().find(|(name, _)| name == "scalec").expect("the header `scalec`");
        let parts: Vec<&str> = identity.split(':').collect();
        let [run, sequence, intended] = parts[..] else { panic!("an identity like run:sequence:time, not {identity}") };
        assert_eq!(run, run_id);
        sequences.push(sequence.parse::<u64>().expect("a number"));
        let intended: u128 = intended.parse().expect("a time");
        assert!(intended > started_ns && intended < started_ns + 60_000_000_000, "{identity}");
        if value.get("user").is_some() {
            visits += 1;
            assert_eq!(key, value["user"].to_string());
            assert_eq!(value["n"].as_u64(), sequence.parse().ok());
        } else {
            assert_eq!(payload.len(), 600);
            assert_eq!(key, value["order"].as_str().expect("a uuid"));
        }
    }
    sequences.sort_unstable();
    assert_eq!(sequences, (0..3_000).collect::<Vec<_>>());
    assert!((1_950..2_250).contains(&visits), "{visits} of 3 000 are visits");
    // One key, one partition, as Kafka's own clients would choose it.
    let of = |key: &str| arrived.iter().filter(|r| r.key.as_deref() == Some(key)).map(|r| r.partition).collect::<std::collections::BTreeSet<_>>();
    for user in 1..=20 {
        assert_eq!(of(&user.to_string()).len(), 1, "user {user}");
    }
}

#[test]
fn a_topic_is_created_only_where_the_scenario_says_so() {
    let Some(kafka) = Kafka::start() else { return };
    let scenario = |topic: &str, more: &str| {
        format!(
            "{}{EVENTS}\ntest \"t\" {{\n  seed = 1\n\n  send visit to clicks\n\n  phase p = hold 200/s for 1s\n\n  expect acked == 200 at end\n}}\n",
            target(kafka.bootstrap(), topic, more)
        )
    };
    let output = Lab::new(&scenario("not-there", "")).run(&[]);
    assert_exit(&output, 3);
    let said = text(&output);
    assert!(said.contains("not-there") && said.contains("create = true"), "{said}");
    assert_exit(&Lab::new(&scenario("made-by-us", "  create     = true\n")).run(&[]), 0);
    assert_eq!(kafka.end_offsets("made-by-us").len(), 3);
    assert_eq!(kafka.end_offsets("made-by-us").iter().sum::<u64>(), 200);
}

#[test]
fn the_lag_of_a_group_that_another_process_moves_is_seen() {
    let Some(kafka) = Kafka::start() else { return };
    let topic = kafka.fresh_topic("lag", 3);
    kafka.produce(&topic, &[("a", "{}"), ("b", "{}"), ("c", "{}")]);
    // The group exists from the start, and stands at the beginning of what the run sends.
    kafka.consume_as_group("moved", &topic, 3);
    let lab = Lab::new(&format!(
        "{}{EVENTS}\npipeline stream {{\n  reads = clicks\n  group = \"moved\"\n}}\n\ntest \"lag\" {{\n  seed = 1\n\n  send visit to clicks\n\n  phase load = hold 500/s for 4s\n  phase wait = pause for 20s\n\n  expect max(stream.lag) >= 2_000 during wait\n  expect last(stream.lag) == 0 during wait\n}}\n",
        target(kafka.bootstrap(), &topic, "")
    ));
    let mut child = lab.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // The other process moves the group only when all of the load has been seen as its lag: however slow the machine is.
    let mut said = BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
    let mut live: Vec<String> = said.by_ref().take_while(|line| !line.contains("stream 2_000 behind")).collect();
    kafka.consume_as_group("moved", &topic, 2_000);
    live.extend(said);
    let mut output = child.wait_with_output().expect("it ends");
    output.stderr = live.join("\n").into_bytes();
    assert_exit(&output, 0);
    assert_eq!(kafka.group_lag("moved", &topic), 0);
}

#[test]
fn encrypted_and_authenticated_connections_work_and_wrong_passwords_are_told() {
    let Some(kafka) = Kafka::start_sasl() else { return };
    let scenario = |listener: &str, security: &str| {
        format!(
            "{}{EVENTS}\ntest \"t\" {{\n  seed = 1\n\n  send visit to clicks\n\n  phase p = hold 200/s for 1s\n\n  expect acked == 200 at end\n}}\n",
            target(kafka.listener(listener), "secured", &format!("  create     = true\n  security   = {security}\n"))
        )
    };
    let ca = kafka.ca().display().to_string();
    for mechanism in ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] {
        let (user, password) = kafka.user(mechanism);
        let word = mechanism.to_lowercase().replace('-', "_");
        let security = format!("sasl_ssl {{ mechanism = {word}, username = \"{user}\", password = secret(\"KAFKA_PASSWORD\"), ca = \"{ca}\" }}");
        let lab = Lab::new(&scenario("sasl_ssl", &security));
        let output = lab.command(&[]).env("KAFKA_PASSWORD", password).output().expect("it starts");
        assert_exit(&output, 0);
        let record = std::fs::read_to_string(lab.folders()[0].join("run.json")).expect("run.json");
        assert!(!record.contains(password) && !text(&output).contains(password), "the password shows");

        let output = lab.command(&[]).env("KAFKA_PASSWORD", "a-wrong-one").output().expect("it starts");
        assert_exit(&output, 3);
        let said = text(&output);
        assert!(said.contains("credentials") && !said.contains("a-wrong-one"), "{mechanism}: {said}");
    }
    let plain = Lab::new(&scenario("ssl", &format!("ssl {{ ca = \"{ca}\" }}")));
    assert_exit(&plain.run(&[]), 0);
    // An authority that has not signed the broker's certificate.
    let output = Lab::new(&scenario("ssl", "ssl { }")).run(&[]);
    assert_exit(&output, 3);
    assert!(text(&output).contains("TLS"), "{}", text(&output));
}

#[test]
fn a_broker_that_dies_in_mid_run_ends_it_with_3_and_the_report_is_kept() {
    let Some(kafka) = Kafka::start_own() else { return };
    let topic = kafka.fresh_topic("dies", 3);
    let lab = Lab::new(&format!(
        "{}{EVENTS}\ntest \"dies\" {{\n  seed = 1\n\n  send visit to clicks\n\n  phase p = hold 500/s for 60s\n\n  expect failed == 0 always\n}}\n",
        target(kafka.bootstrap(), &topic, "")
    ));
    let child = lab.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(6));
    kafka.kill_broker(1);
    let output = child.wait_with_output().expect("it ends");
    assert_exit(&output, 3);
    let record = lab.record();
    assert_accounts(&record["accounting"]);
    assert!(count(&record, "/accounting/acked") > 500, "{record:#}");
    // It ended before the load of 60 s would have: what was due later was never sent.
    assert!(count(&record, "/accounting/sent") < 30_000, "{record:#}");
    assert_ne!(record["verdict"], "pass");
}

#[test]
fn one_broker_of_three_may_die_without_loss() {
    let Some(kafka) = Kafka::start_cluster(3) else { return };
    let topic = kafka.fresh_topic("three", 3);
    let lab = Lab::new(&format!(
        "{}{EVENTS}\ntest \"three\" {{\n  seed = 1\n\n  send visit to clicks\n\n  phase p = hold 500/s for 25s\n\n  expect lost == 0 at end\n  expect delivered == acked at end\n  expect duplicated == 0 at end\n}}\n",
        target(kafka.bootstrap(), &topic, "  acks       = all\n  idempotent = true\n")
    ));
    let child = lab.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(6));
    kafka.kill_broker(2);
    let output = child.wait_with_output().expect("it ends");
    assert_exit(&output, 0);
    assert_eq!(count(&lab.record(), "/audit/delivered"), 12_500);
}
