//! Before anything is sent: can the cluster be reached, are the credentials good, is the topic there and as the scenario says.

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::metadata::Metadata;
use rdkafka::{ClientConfig, config::RDKafkaLogLevel};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What the scenario says of a topic.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The target's name.
    pub target: &'a str,
    /// As resolved; shown in messages.
    pub brokers: &'a str,
    pub topic: &'a str,
    pub partitions: i32,
    pub create: bool,
}

/// What the cluster says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub partitions: i32,
    pub created: bool,
    /// Where it differs from the scenario without making the run senseless.
    pub warning: Option<String>,
}

/// Whether a cluster may be used at all, and if not, why.
pub type Permission<'a> = &'a dyn Fn(&[String], Option<&str>) -> Result<(), String>;

/// Longer than this and the cluster counts as out of reach.
const REACH: Duration = Duration::from_secs(15);

/// So long may a topic that was just made take to be known everywhere.
const NEWS: Duration = Duration::from_secs(4);

/// Remembers what librdkafka said last: a metadata request that times out does not say why.
#[derive(Default)]
struct Ear {
    last: Mutex<Option<(RDKafkaErrorCode, String)>>,
}

impl ClientContext for Ear {
    fn log(&self, _: RDKafkaLogLevel, _: &str, _: &str) {}
    fn error(&self, error: KafkaError, reason: &str) {
        if let (Some(code), Ok(mut last)) = (error.rdkafka_error_code(), self.last.lock()) {
            // "all brokers down" follows every reason; keep the reason.
            if code != RDKafkaErrorCode::AllBrokersDown || last.is_none() {
                *last = Some((code, reason.to_string()));
            }
        }
    }
}
impl ConsumerContext for Ear {}

/// Looks at the cluster and the topic, and creates the topic where the scenario asks for it. The error is a whole message: what, and what to do.
///
/// `may` is asked before anything is created: with the hosts of all brokers, as the cluster itself names them, and the cluster's id where it offers one.
pub fn preflight(config: &ClientConfig, wanted: &Wanted, may: Permission) -> Result<Found, String> {
    let mut asking = config.clone();
    asking.set("group.id", "scalec-preflight").set("enable.auto.commit", "false");
    // Asking about a topic must never create it.
    asking.set("allow.auto.create.topics", "false");
    let client: BaseConsumer<Ear> =
        asking.create_with_context(Ear::default()).map_err(|e| settings_refused(wanted, &e.to_string()))?;
    let (began, deadline) = (Instant::now(), Instant::now() + REACH);
    let metadata = loop {
        match client.fetch_metadata(Some(wanted.topic), Duration::from_secs(3)) {
            // The brokers of a cluster learn of a new topic one after the other.
            Ok(metadata) if !wanted.create && is_missing(&metadata, wanted.topic) && began.elapsed() < NEWS => {
                std::thread::sleep(Duration::from_millis(200));
            }
            Ok(metadata) => break metadata,
            Err(error) => {
                // Serves the callbacks that carry the reason.
                let _ = client.poll(Duration::from_millis(1));
                let heard = client.context().last.lock().ok().and_then(|l| l.clone());
                let refused = heard.as_ref().is_some_and(|(code, _)| *code == RDKafkaErrorCode::Authentication || is_tls(*code));
                if refused || Instant::now() >= deadline {
                    return Err(unreachable(wanted, heard, &error.to_string()));
                }
            }
        }
    };
    let cluster_id = client.client().fetch_cluster_id(Duration::from_secs(2));
    let hosts: Vec<String> = metadata.brokers().iter().map(|b| b.host().to_string()).collect();
    may(&hosts, cluster_id.as_deref())?;
    let topic = metadata.topics().iter().find(|t| t.name() == wanted.topic);
    match topic {
        Some(topic) if topic.error().is_none() && !topic.partitions().is_empty() => {
            let partitions = topic.partitions().len() as i32;
            let warning = (partitions != wanted.partitions).then(|| {
                format!(
                    "topic `{}` has {partitions} partitions, target `{}` says {}; what `check` proved rests on the latter",
                    wanted.topic, wanted.target, wanted.partitions
                )
            });
            Ok(Found { partitions, created: false, warning })
        }
        Some(topic) if topic.error().is_some_and(|e| RDKafkaErrorCode::from(e) == RDKafkaErrorCode::TopicAuthorizationFailed) => Err(format!(
            "target `{}`: not allowed to use topic `{}` at {}\n  help: give this user the right to describe and write the topic",
            wanted.target, wanted.topic, wanted.brokers
        )),
        _ if wanted.create => create(config, wanted).map(|()| Found { partitions: wanted.partitions, created: true, warning: None }),
        _ => Err(format!(
            "target `{}`: there is no topic `{}` at {}\n  help: create it, or add `create = true` to the target",
            wanted.target, wanted.topic, wanted.brokers
        )),
    }
}

fn is_missing(metadata: &Metadata, topic: &str) -> bool {
    let there = metadata.topics().iter().find(|t| t.name() == topic);
    there.is_none_or(|t| t.error().is_some_and(|e| RDKafkaErrorCode::from(e) == RDKafkaErrorCode::UnknownTopicOrPartition))
}

fn create(config: &ClientConfig, wanted: &Wanted) -> Result<(), String> {
    let fail = |why: String| {
        format!("target `{}`: cannot create topic `{}` at {}: {why}\n  help: create it by hand, or ask for the right to", wanted.target, wanted.topic, wanted.brokers)
    };
    let admin: AdminClient<rdkafka::client::DefaultClientContext> = config.create().map_err(|e| fail(e.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(|e| fail(e.to_string()))?;
    // -1: the cluster's own default replication.
    let topic = NewTopic::new(wanted.topic, wanted.partitions, TopicReplication::Fixed(-1));
    let options = AdminOptions::new().operation_timeout(Some(REACH)).request_timeout(Some(REACH));
    let results = runtime.block_on(admin.create_topics([&topic], &options)).map_err(|e| fail(e.to_string()))?;
    for result in results {
        match result {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((_, code)) => return Err(fail(code.to_string())),
        }
    }
    // The leaders are elected a moment later; a producer that comes too early would see an unknown topic.
    let client: BaseConsumer = config.create().map_err(|e| fail(e.to_string()))?;
    let deadline = Instant::now() + REACH;
    while Instant::now() < deadline {
        let there = client.fetch_metadata(Some(wanted.topic), Duration::from_secs(3)).is_ok_and(|m| {
            m.topics().iter().any(|t| t.error().is_none() && t.partitions().len() as i32 == wanted.partitions && t.partitions().iter().all(|p| p.leader() >= 0))
        });
        if there {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(fail("its partitions have no leaders yet".into()))
}

fn is_tls(code: RDKafkaErrorCode) -> bool {
    code == RDKafkaErrorCode::SSL
}

fn settings_refused(wanted: &Wanted, why: &str) -> String {
    format!("target `{}`: librdkafka refuses its settings: {why}\n  help: look at `client` and `security` of the target", wanted.target)
}

fn unreachable(wanted: &Wanted, heard: Option<(RDKafkaErrorCode, String)>, error: &str) -> String {
    let Wanted { target, brokers, .. } = wanted;
    match heard {
        Some((RDKafkaErrorCode::Authentication, why)) => format!(
            "target `{target}`: {brokers} refuses the credentials: {}\n  help: look at `security`: mechanism, username and the secret it names",
            plain(&why)
        ),
        Some((code, why)) if is_tls(code) => format!(
            "target `{target}`: no TLS connection to {brokers}: {}\n  help: look at `security`: is the listener a TLS one, and is its authority the one in `ca`?",
            plain(&why)
        ),
        Some((_, why)) => format!(
            "target `{target}`: cannot reach a Kafka broker at {brokers}: {}\n  help: is it running, and is the address right? `scalec run --local` tries the scenario without one",
            plain(&why)
        ),
        None => format!(
            "target `{target}`: cannot reach a Kafka broker at {brokers}: {error}\n  help: is it running, and is the address right? `scalec run --local` tries the scenario without one"
        ),
    }
}

/// librdkafka's reason without its client and thread names: `127.0.0.1:1/bootstrap: Connect to … failed: Connection refused (after 0ms …)`.
fn plain(reason: &str) -> String {
    let reason = reason.rsplit_once("/bootstrap: ").map_or(reason, |(_, rest)| rest);
    reason.split(" (after ").next().unwrap_or(reason).trim().to_string()
}
