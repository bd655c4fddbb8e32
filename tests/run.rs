//! `scalec run` as a user meets it, without a server: the broker inside, files, nothing; exit codes, the record, interrupts, refusals.

mod support;

use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::Duration;
use support::lab::{Lab, assert_accounts, assert_exit, count, text};

const EVENT: &str = r#"
event visit {
  key = user

  field id   = uuid()
  field at   = now()
  field n    = seq()
  field user = int(1..=20)
}
"#;

const EMBEDDED: &str = r#"
target clicks = kafka {
  brokers    = "embedded"
  topic      = "clicks"
  partitions = 3
}
"#;

#[test]
fn a_burst_on_the_broker_inside_passes_and_its_record_adds_up() {
    let lab = Lab::new(&format!(
        r#"{EMBEDDED}{EVENT}
pipeline stream {{
  reads    = clicks
  group    = "stream"
  capacity = 700/s
}}

test "small burst" {{
  seed = 7

  send visit to clicks

  phase steady  = hold 400/s for 3s
  phase burst   = hold 1_200/s for 2s
  phase recover = ramp 400/s to 200/s over 5s

  expect latency.p99 < 2s         during steady
  expect stream.lag < 300         within 5s after burst
  expect max(stream.lag) > 300    during burst
  expect delivered == acked       at end
  expect duplicated == 0          at end
  expect acked_rate > 100/s       during steady
}}
"#
    ));
    let output = lab.run(&[]);
    assert_exit(&output, 0);
    let record = lab.record();
    assert_eq!(record["schema"], "scalec.run/1");
    assert_eq!(record["verdict"], "pass", "{record:#}");
    assert_eq!(record["scenario"]["test"], "small burst");
    assert_accounts(&record["accounting"]);
    // 3 × 400 + 2 × 1_200 + 5 × 300
    assert_eq!(count(&record, "/accounting/planned"), 5_100);
    assert_eq!(count(&record, "/accounting/acked"), 5_100);
    assert_eq!(count(&record, "/latency/count"), 5_100);
    assert_eq!(count(&record, "/audit/delivered"), 5_100);
    assert_eq!(count(&record, "/audit/lost"), 0);
    assert_eq!(count(&record, "/audit/reordered"), 0);
    assert_accounts(&record["targets"]["clicks"]["accounting"]);
    let phases = record["phases"].as_array().expect("phases");
    let planned: Vec<u64> = phases.iter().map(|p| p["planned"].as_u64().expect("planned")).collect();
    assert_eq!(planned, [1_200, 2_400, 1_500]);
    assert_eq!(record["expectations"].as_array().map(Vec::len), Some(6));
    assert_eq!(record["expectations"][0]["verdict"], "pass");
    for absent in ["faults", "capacity", "sizing", "cost", "resources"] {
        assert!(record.get(absent).is_none(), "`{absent}` does not apply and must be absent");
    }
    let folder = &lab.folders()[0];
    for file in ["series.parquet", "latency.hlog"] {
        assert!(std::fs::metadata(folder.join(file)).is_ok_and(|m| m.len() > 100), "{file}");
    }
    let copied: Vec<_> = std::fs::read_dir(folder.join("scenario")).expect("scenario/").collect();
    assert_eq!(copied.len(), 1);
}

#[test]
fn an_expectation_that_fails_says_when_and_exits_with_1() {
    let lab = Lab::new(&format!(
        "target out = null {{\n}}\n{EVENT}\ntest \"too slow\" {{\n  seed = 1\n\n  send visit to out\n\n  phase p = hold 100/s for 3s\n\n  expect sent_rate > 200/s during p\n  expect failed == 0 at end\n}}\n"
    ));
    let output = lab.run(&[]);
    assert_exit(&output, 1);
    let record = lab.record();
    assert_eq!(record["verdict"], "fail");
    assert_eq!(record["expectations"][0]["verdict"], "fail");
    assert!(record["expectations"][0]["margin"].as_f64().expect("a margin") < 0.0);
    assert!(record["expectations"][0]["failing"]["to_seconds"].is_number(), "{record:#}");
    assert_eq!(record["expectations"][1]["verdict"], "pass");
    assert!(text(&output).contains("sent_rate > 200/s"), "{}", text(&output));
}

#[test]
fn a_file_target_holds_every_record_with_its_identity() {
    let lab = Lab::new(&format!(
        "target out = file {{\n  path = \"out.jsonl\"\n}}\n{EVENT}\ntest \"to a file\" {{\n  seed = 3\n\n  send visit to out\n\n  phase p = hold 500/s for 2s\n\n  expect acked == 1_000 at end\n}}\n"
    ));
    assert_exit(&lab.run(&["--quiet"]), 0);
    let lines = std::fs::read_to_string(lab.path().join("out.jsonl")).expect("out.jsonl");
    assert_eq!(lines.lines().count(), 1_000);
    for line in lines.lines() {
        let value: Value = serde_json::from_str(line).expect("JSON");
        assert!(value.to_string().contains(":"), "{value}");
    }
    assert_eq!(count(&lab.record(), "/accounting/acked"), 1_000);
}

#[test]
fn the_same_seed_writes_the_same_bytes() {
    let scenario = format!(
        "target out = file {{\n  path = \"out.jsonl\"\n}}\n{}\ntest \"to a file\" {{\n  seed = 3\n\n  send visit to out\n\n  phase p = hold 500/s for 1s\n\n  expect acked == 500 at end\n}}\n",
        EVENT.replace("  field at   = now()\n", "")
    );
    let payloads = |lab: &Lab| -> Vec<String> {
        assert_exit(&lab.run(&["--quiet"]), 0);
        let lines = std::fs::read_to_string(lab.path().join("out.jsonl")).expect("out.jsonl");
        lines.lines().map(|l| ids(&serde_json::from_str(l).expect("JSON"))).collect()
    };
    assert_eq!(payloads(&Lab::new(&scenario)), payloads(&Lab::new(&scenario)));
}

/// The `id` fields, wherever the envelope has put them.
fn ids(value: &Value) -> String {
    match value {
        Value::Object(map) => map.iter().map(|(k, v)| if k == "id" { v.to_string() } else { ids(v) }).collect(),
        _ => String::new(),
    }
}

#[test]
fn several_tests_run_in_order_and_the_worst_decides() {
    let lab = Lab::new(&format!(
        r#"target out = null {{
}}
{EVENT}
test "good" {{
  seed = 1
  tags = ["quick"]

  send visit to out

  phase p = hold 100/s for 1s

  expect failed == 0 at end
}}

test "bad" {{
  seed = 1

  send visit to out

  phase p = hold 100/s for 1s

  expect acked > 1_000 at end
}}
"#
    ));
    assert_exit(&lab.run(&[]), 1);
    assert_eq!(lab.folders().len(), 2);
    assert_exit(&lab.run(&["--test", "good"]), 0);
    assert_exit(&lab.run(&["--tag", "quick"]), 0);
    assert_eq!(lab.folders().len(), 4);
    let output = lab.run(&["--test", "god"]);
    assert_exit(&output, 2);
    assert!(text(&output).contains("did you mean \"good\""), "{}", text(&output));
}

#[test]
fn what_is_not_executed_yet_is_refused_with_its_place_before_anything_starts() {
    let lab = Lab::new(&format!(
        r#"target orders = kinesis {{
  stream   = "orders"
  region   = "eu-west-1"
  shards   = 2
  endpoint = env("KINESIS_ENDPOINT", "")
}}
{EVENT}
test "to kinesis" {{
  seed = 1

  send visit to orders

  phase p = hold 100/s for 1s

  expect failed == 0 at end
}}
"#
    ));
    let output = lab.run(&[]);
    assert_exit(&output, 3);
    let said = text(&output);
    assert!(said.contains("it.scale:1:8") && said.contains("kinesis"), "{said}");
    assert!(lab.folders().is_empty());
}

#[test]
fn a_missing_secret_and_variable_are_named_before_anything_starts() {
    let lab = Lab::new(&format!(
        r#"target clicks = kafka {{
  brokers    = env("SCALEC_TEST_BROKERS")
  topic      = "clicks"
  partitions = 1
  security   = sasl_ssl {{ mechanism = plain, username = "svc", password = secret("SCALEC_TEST_PASSWORD") }}
}}
{EVENT}
test "secret" {{
  seed = 1

  send visit to clicks

  phase p = hold 100/s for 1s

  expect failed == 0 at end
}}
"#
    ));
    let output = lab.run(&[]);
    assert_exit(&output, 3);
    let said = text(&output);
    assert!(said.contains("SCALEC_TEST_BROKERS") && said.contains("SCALEC_TEST_PASSWORD_FILE"), "{said}");
    // Swapped for the broker inside, it needs neither.
    assert_exit(&lab.run(&["--local"]), 0);
}

#[test]
fn another_machine_is_never_sent_to_without_consent() {
    let lab = Lab::new(&format!(
        r#"target clicks = kafka {{
  brokers    = env("BROKERS", "kafka.example.com:9092")
  topic      = "clicks"
  partitions = 1
}}
{EVENT}
test "far" {{
  seed = 1

  send visit to clicks

  phase p = hold 100/s for 1s

  expect failed == 0 at end
}}
"#
    ));
    let output = lab.run(&[]);
    assert_exit(&output, 3);
    assert!(text(&output).contains("--confirm-target kafka.example.com"), "{}", text(&output));
    std::fs::create_dir_all(lab.path().join("config/scalec")).expect("a folder");
    let config = lab.path().join("config/scalec/config.toml");
    std::fs::write(&config, "allow = [\"kafka.example.com\"]\nmax_rate = \"50/s\"\n").expect("written");
    let output = lab.run(&[]);
    assert_exit(&output, 3);
    assert!(text(&output).contains("max_rate"), "{}", text(&output));
    // Allowed and slow enough: a dry run stops before the first connection.
    std::fs::write(&config, "allow = [\"kafka.example.com\"]\nmax_rate = \"500/s\"\n").expect("written");
    assert_exit(&lab.run(&["--dry-run"]), 0);
    assert_exit(&lab.run(&["--dry-run", "--confirm-target", "kafka.example.com"]), 0);
    assert!(lab.folders().is_empty());
}

#[test]
fn an_unreachable_broker_ends_the_run_with_3_and_says_what_to_do() {
    let lab = Lab::new(&format!(
        r#"target clicks = kafka {{
  brokers    = "127.0.0.1:1"
  topic      = "clicks"
  partitions = 1
}}
{EVENT}
test "nobody there" {{
  seed = 1

  send visit to clicks

  phase p = hold 100/s for 1s

  expect failed == 0 at end
}}
"#
    ));
    let output = lab.run(&[]);
    assert_exit(&output, 3);
    let said = text(&output);
    assert!(said.contains("127.0.0.1:1") && said.contains("--local"), "{said}");
}

#[test]
fn a_lag_against_a_constant_is_inconclusive_when_time_is_scaled() {
    let lab = Lab::new(&format!(
        r#"{EMBEDDED}{EVENT}
pipeline stream {{
  reads    = clicks
  group    = "stream"
  capacity = 700/s
}}

test "long" {{
  seed = 7

  send visit to clicks

  phase steady = hold 400/s for 2m

  expect stream.lag < 3_000 during steady
}}
"#
    ));
    let output = lab.run(&["--time-scale", "60"]);
    assert_exit(&output, 4);
    let record = lab.record();
    assert_eq!(record["time_scale"], 60);
    assert_eq!(count(&record, "/accounting/planned"), 800);
    assert_eq!(record["verdict"], "inconclusive");
}

#[test]
fn a_folder_that_cannot_be_written_is_named_before_the_load() {
    let lab = Lab::new(&format!(
        "target out = null {{\n}}\n{EVENT}\ntest \"t\" {{\n  seed = 1\n\n  send visit to out\n\n  phase p = hold 100/s for 1s\n\n  expect failed == 0 at end\n}}\n"
    ));
    std::fs::write(lab.path().join("taken"), "a file").expect("written");
    let output = lab.run(&["--out", "taken/runs"]);
    assert_exit(&output, 3);
    assert!(text(&output).contains("taken"), "{}", text(&output));
}

#[cfg(unix)]
#[test]
fn the_first_interrupt_ends_in_a_report_the_second_at_once() {
    let scenario = format!(
        "target out = null {{\n}}\n{EVENT}\ntest \"t\" {{\n  seed = 1\n\n  send visit to out\n\n  phase p = hold 100/s for 60s\n\n  expect failed == 0 always\n}}\n"
    );
    let lab = Lab::new(&scenario);
    let child = lab.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(3));
    interrupt(child.id());
    let output = child.wait_with_output().expect("it ends");
    assert_exit(&output, 4);
    let record = lab.record();
    assert_eq!(record["verdict"], "inconclusive");
    assert_accounts(&record["accounting"]);
    assert!(count(&record, "/accounting/sent") > 100 && count(&record, "/accounting/sent") < 1_000, "{record:#}");

    let lab = Lab::new(&scenario);
    let child = lab.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(2));
    interrupt(child.id());
    interrupt(child.id());
    let output = child.wait_with_output().expect("it ends");
    assert!(matches!(output.status.code(), Some(130 | 4)), "{}", text(&output));
}

#[cfg(unix)]
fn interrupt(pid: u32) {
    let status = Command::new("kill").args(["-INT", &pid.to_string()]).status().expect("kill runs");
    assert!(status.success());
}

#[test]
fn an_abort_ends_the_run_early_as_a_failure() {
    let lab = Lab::new(&format!(
        r#"target out = null {{
}}
{EVENT}
alert warning quick when sent_rate > 50/s for 1s

test "abort" {{
  seed = 1

  send visit to out

  phase p = hold 100/s for 60s

  expect failed == 0 at end
  abort when acked > 200
}}
"#
    ));
    let output = lab.run(&[]);
    assert_exit(&output, 1);
    let record = lab.record();
    assert!(record["duration_seconds"].as_f64().expect("seconds") < 30.0, "{record:#}");
    assert!(record["verdict_reason"].as_str().expect("a reason").contains("abort"), "{record:#}");
    assert_eq!(record["alerts"][0]["name"], "quick", "{record:#}");
}

#[test]
fn a_file_is_read_back_and_the_file_of_a_pipeline_is_left_alone() {
    let lab = Lab::new(&format!(
        r#"target one = file {{
  path   = "one.jsonl"
  rotate = 20KB
}}
target two = file {{
  path = "two.jsonl"
}}
target out = file {{
  path = "theirs.jsonl"
}}
{EMBEDDED}{EVENT}
pipeline stream {{
  reads    = clicks
  writes   = out
  capacity = 1_000/s
}}

test "files" {{
  seed = 5

  send 50% visit to one and two
  send 50% visit to clicks

  phase p = hold 400/s for 2s

  expect stream.lag < 400      at end
  expect delivered == 1_200    at end
  expect one.delivered == 400  at end
  expect lost == 0             at end
  expect two.duplicated == 0   at end
}}
"#
    ));
    std::fs::write(lab.path().join("theirs.jsonl"), "precious\n").expect("theirs.jsonl");
    let output = lab.run(&[]);
    assert_exit(&output, 0);
    assert_eq!(std::fs::read_to_string(lab.path().join("theirs.jsonl")).expect("theirs.jsonl"), "precious\n");
    let record = lab.record();
    assert_eq!(count(&record, "/audit/delivered"), 1_200);
    assert!(record["targets"].get("out").is_none(), "nothing is sent to it: {record:#}");
    for judged in record["expectations"].as_array().expect("expectations") {
        assert!(!judged["margin"].as_f64().is_some_and(|m| m == 0.0 && m.is_sign_negative()), "{judged:#}");
    }
}

#[cfg(unix)]
#[test]
fn two_interrupts_end_a_run_that_waits_for_a_broker() {
    // Takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("its address").port();
    let lab = Lab::new(&format!(
        "target far = kafka {{\n  brokers    = \"localhost:{port}\"\n  topic      = \"t\"\n  partitions = 1\n}}\n{EVENT}\ntest \"waits\" {{\n  seed = 1\n\n  send visit to far\n\n  phase p = hold 10/s for 1s\n\n  expect acked == 10 at end\n}}\n"
    ));
    let mut child = lab.command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    // It has asked its first question: signals are heeded since before.
    let _asking = silent.accept().expect("a connection");
    for _ in 0..2 {
        let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}
