//! A real Apache Kafka for a test, and readers that are not ours: Kafka's own tools and kcat.
//!
//! ```ignore
//! let Some(kafka) = Kafka::start() else { return }; // None only where SCALEC_SKIP_KAFKA=1
//! let topic = kafka.fresh_topic("orders", 3);
//! ```
//!
//! Brokers end with the test process, however that ends (`tests/services/kafka/watch`). Every method panics with the
//! command and its output when something goes wrong.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A broker, or a cluster, on loopback.
pub struct Kafka {
    data: PathBuf,
    /// What `start` printed: the bootstrap address, then `name value…` lines.
    access: String,
    /// Dropped with the value; a shared one lives as long as the process.
    owned: bool,
}

/// One record as kcat read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub partition: i64,
    pub offset: i64,
    /// Milliseconds since 1970.
    pub timestamp: i64,
    pub key: Option<String>,
    pub headers: Vec<(String, String)>,
    pub payload: Option<String>,
}

/// A limit for each command, in seconds, so that a test that waits for ever fails instead.
const LIMIT: &str = "90";

static SHARED: OnceLock<Kafka> = OnceLock::new();
static SHARED_SASL: OnceLock<Kafka> = OnceLock::new();

impl Kafka {
    /// One node, shared by all tests of this binary: use topics and groups of your own, and never stop it.
    pub fn start() -> Option<&'static Kafka> {
        (!skipped()).then(|| SHARED.get_or_init(|| Kafka::launch(&[], false)))
    }

    /// One node with TLS and SASL listeners, shared likewise; see [`Kafka::listener`], [`Kafka::ca`], [`Kafka::user`].
    pub fn start_sasl() -> Option<&'static Kafka> {
        (!skipped()).then(|| SHARED_SASL.get_or_init(|| Kafka::launch(&["--sasl"], false)))
    }

    /// One node for this test alone, which may stop or kill it; gone when dropped.
    pub fn start_own() -> Option<Kafka> {
        (!skipped()).then(|| Kafka::launch(&[], true))
    }

    /// A cluster of `nodes`, for this test alone; gone when dropped. Topics have `min(nodes, 3)` replicas.
    pub fn start_cluster(nodes: u32) -> Option<Kafka> {
        (!skipped()).then(|| Kafka::launch(&["--nodes", &nodes.to_string()], true))
    }

    fn launch(args: &[&str], owned: bool) -> Kafka {
        let data = tempfile::Builder::new()
            .prefix("scalec-kafka-")
            .tempdir()
            .expect("a temporary folder")
            .keep();
        let mut kafka = Kafka {
            data,
            access: String::new(),
            owned,
        };
        kafka.access = kafka.start_script(args);
        kafka
    }

    fn start_script(&self, args: &[&str]) -> String {
        let mut command = Command::new(script("start"));
        command
            .arg(&self.data)
            .args(args)
            .args(["--while", &std::process::id().to_string()]);
        let out = command
            .output()
            .unwrap_or_else(|e| panic!("{command:?}: {e}"));
        if !out.status.success() {
            panic!(
                "no Apache Kafka for this test:\n{}\nRun tests/all once, which installs and fetches what is missing, \
                 or set SCALEC_SKIP_KAFKA=1 to skip the tests that need a real broker.",
                String::from_utf8_lossy(&out.stderr).trim_end()
            );
        }
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    /// `host:port` of the plain listener, for a cluster several with commas.
    pub fn bootstrap(&self) -> &str {
        self.access.lines().next().unwrap_or_default()
    }

    /// `host:port` of the listener `ssl`, `sasl_ssl` or `sasl_plaintext` of [`Kafka::start_sasl`].
    pub fn listener(&self, name: &str) -> &str {
        self.access_value(name)
    }

    /// The file with the certificate authority of [`Kafka::start_sasl`], PEM.
    pub fn ca(&self) -> &Path {
        Path::new(self.access_value("ca"))
    }

    /// User and password for `SCRAM-SHA-512`, `SCRAM-SHA-256` or `PLAIN`.
    pub fn user(&self, mechanism: &str) -> (&str, &str) {
        self.access_value(&format!("user {mechanism}"))
            .split_once(' ')
            .expect("user and password")
    }

    fn access_value(&self, name: &str) -> &str {
        let found = self
            .access
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        found.unwrap_or_else(|| panic!("this Kafka has no `{name}`; it printed:\n{}", self.access))
    }

    /// Runs one of Kafka's own tools (`topics`, `groups`, `offsets`, `console-consumer`, …, or a class) on this cluster and
    /// gives its standard output. About a second.
    pub fn tool(&self, class: &str, args: &[&str]) -> String {
        let mut command = limited(&script("tool"));
        command
            .arg(class)
            .args(["--bootstrap-server", self.bootstrap()])
            .args(args);
        run(command, "")
    }

    /// Runs one of Kafka's own tools over TLS, logged in by `mechanism` (see [`Kafka::start_sasl`]).
    pub fn tool_as(&self, mechanism: &str, class: &str, args: &[&str]) -> String {
        let mut command = limited(&script("tool"));
        command.arg(class).args([
            "--bootstrap-server",
            self.listener("sasl_ssl"),
            "--command-config",
        ]);
        command
            .arg(
                self.data
                    .join(format!("{}.properties", self.user(mechanism).0)),
            )
            .args(args);
        run(command, "")
    }

    /// Runs kcat on this cluster (`-b` is given) and gives its standard output.
    pub fn kcat(&self, args: &[&str]) -> String {
        self.kcat_with_input(args, "")
    }

    /// Runs kcat with `input` at its standard input.
    pub fn kcat_with_input(&self, args: &[&str], input: &str) -> String {
        let mut command = limited(Path::new("kcat"));
        command.args(["-b", self.bootstrap()]).args(args);
        run(command, input)
    }

    /// Creates a topic.
    pub fn create_topic(&self, name: &str, partitions: u32) {
        self.tool(
            "topics",
            &[
                "--create",
                "--topic",
                name,
                "--partitions",
                &partitions.to_string(),
            ],
        );
    }

    /// Creates a topic with a name of its own that starts with `prefix`.
    pub fn fresh_topic(&self, prefix: &str, partitions: u32) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!(
            "{prefix}-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        self.create_topic(&name, partitions);
        name
    }

    /// Produces records (key, payload) with kcat; neither may hold a tab or a line end.
    pub fn produce(&self, topic: &str, records: &[(&str, &str)]) {
        let mut input = String::new();
        for (key, payload) in records {
            let _ = writeln!(input, "{key}\t{payload}");
        }
        self.kcat_with_input(&["-P", "-t", topic, "-K", "\t", "-X", "acks=all"], &input);
    }

    /// All records of a topic, as kcat reads them; in order within a partition.
    pub fn read(&self, topic: &str) -> Vec<Record> {
        let out = self.kcat(&["-C", "-t", topic, "-o", "beginning", "-e", "-q", "-J"]);
        out.lines().map(Record::from_kcat).collect()
    }

    /// The end offset of each partition: what was ever written to it.
    pub fn end_offsets(&self, topic: &str) -> Vec<u64> {
        let out = self.tool("offsets", &["--topic", topic]);
        let offset = |line: &str| line.rsplit(':').next().and_then(|n| n.trim().parse().ok());
        out.lines()
            .map(|line| offset(line).unwrap_or_else(|| panic!("no offset in {line:?}")))
            .collect()
    }

    /// Sets a group's committed offset, as a second process would that consumes; the group must have no members.
    pub fn set_group_offset(&self, group: &str, topic: &str, partition: u32, offset: u64) {
        let (at, to) = (format!("{topic}:{partition}"), offset.to_string());
        self.tool(
            "groups",
            &[
                "--group",
                group,
                "--topic",
                &at,
                "--reset-offsets",
                "--to-offset",
                &to,
                "--execute",
            ],
        );
    }

    /// Consumes `count` records as a member of `group` with Kafka's own console consumer, and commits.
    pub fn consume_as_group(&self, group: &str, topic: &str, count: u64) -> String {
        let count = count.to_string();
        self.tool(
            "console-consumer",
            &[
                "--group",
                group,
                "--topic",
                topic,
                "--from-beginning",
                "--max-messages",
                &count,
            ],
        )
    }

    /// The group's lag on a topic in records, over all partitions it has committed, as Kafka's own tool tells it.
    pub fn group_lag(&self, group: &str, topic: &str) -> u64 {
        let out = self.tool("groups", &["--group", group, "--describe", "--offsets"]);
        let mut rows = out
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>());
        let head = rows
            .find(|row| row.contains(&"LAG"))
            .unwrap_or_else(|| panic!("no LAG column in:\n{out}"));
        let at = |name: &str| {
            head.iter()
                .position(|&c| c == name)
                .unwrap_or_else(|| panic!("no {name} column in:\n{out}"))
        };
        let (topics, lags) = (at("TOPIC"), at("LAG"));
        let of_topic = rows.filter(|row| row.get(topics) == Some(&topic));
        of_topic
            .filter_map(|row| row.get(lags)?.parse::<u64>().ok())
            .sum()
    }

    /// Kills node `n` (from 1) at once, as a power cut would. Not on a shared broker.
    pub fn kill_broker(&self, n: u32) {
        self.stop_script(&["KILL", "--node", &n.to_string()]);
    }

    /// Stops all nodes in an orderly way; the data stays for [`Kafka::restart`]. Not on a shared broker.
    pub fn stop(&self) {
        self.stop_script(&[]);
    }

    /// Starts the nodes that do not run, with their data and on their ports, and waits till they answer.
    pub fn restart(&self) {
        self.start_script(&[]);
    }

    fn stop_script(&self, args: &[&str]) {
        assert!(
            self.owned,
            "this broker is shared by all tests of the binary; take Kafka::start_own() or start_cluster()"
        );
        let mut command = limited(&script("stop"));
        command.arg(&self.data).args(args);
        run(command, "");
    }

    /// The folder with the data and the logs (`node1/kafka.log`).
    pub fn data(&self) -> &Path {
        &self.data
    }
}

impl Drop for Kafka {
    fn drop(&mut self) {
        let _ = Command::new(script("stop"))
            .arg(&self.data)
            .arg("KILL")
            .status();
        let _ = fs::remove_dir_all(&self.data);
    }
}

impl Record {
    fn from_kcat(line: &str) -> Record {
        let json: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("kcat printed {line:?}: {e}"));
        let number = |name: &str| {
            json[name]
                .as_i64()
                .unwrap_or_else(|| panic!("no number `{name}` in {line}"))
        };
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let headers = json["headers"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let pair = |pair: &[serde_json::Value]| {
            (
                text(&pair[0]).unwrap_or_default(),
                text(&pair[1]).unwrap_or_default(),
            )
        };
        Record {
            partition: number("partition"),
            offset: number("offset"),
            timestamp: number("ts"),
            key: text(&json["key"]),
            headers: headers.chunks_exact(2).map(pair).collect(),
            payload: text(&json["payload"]),
        }
    }
}

fn skipped() -> bool {
    let skip = std::env::var("SCALEC_SKIP_KAFKA").is_ok_and(|v| v == "1");
    if skip {
        let thread = std::thread::current();
        eprintln!(
            "skipped, SCALEC_SKIP_KAFKA=1: {} needs a real broker",
            thread.name().unwrap_or("this test")
        );
    }
    skip
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/services/kafka")
        .join(name)
}

fn limited(program: &Path) -> Command {
    let mut command = Command::new("timeout");
    command.arg(LIMIT).arg(program);
    command
}

fn run(mut command: Command, input: &str) -> String {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let mut stdin = child.stdin.take().expect("piped");
    let out = std::thread::scope(|scope| {
        // A tool that ends early leaves the rest unread; its status tells.
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        child
            .wait_with_output()
            .expect("the output of a command that was started")
    });
    let (stdout, stderr) = (
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr),
    );
    match out.status.code() {
        Some(0) => stdout.into_owned(),
        Some(124) => panic!("{command:?} was not done in {LIMIT} s:\n{stdout}{stderr}"),
        Some(127) => panic!(
            "{command:?}: not found. Run tests/all once, which installs what is missing.\n{stderr}"
        ),
        _ => panic!("{command:?}: {}\n{stdout}{stderr}", out.status),
    }
}
