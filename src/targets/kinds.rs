//! The kinds of target: settings and limits.

use super::SettingKind::{Block, Bool, DataRate, Rate, Secret, Size, Special, Text, Time, Variant as OneOf, Whole, Words};
use super::{Setting, Variant, optional, required};

/// A kind of target.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub name: &'static str,
    pub settings: &'static [&'static [Setting]],
    /// What was sent can be read back from it (`.delivered`, `.lost` …).
    pub read_back: bool,
    pub doc: &'static str,
}

const KAFKA_OPTIONS: &[Setting] = &[
    optional("create", Bool, "false", "Create the topic where it is missing."),
    optional("acks", Words(&["none", "leader", "all"]), "all", "Who must have a record before it counts as acknowledged."),
    optional("compression", Words(&["none", "gzip", "snappy", "lz4", "zstd"]), "none", "How batches are compressed."),
    optional("linger", Time, "5ms", "How long a batch waits for more records."),
    optional("batch", Size, "1MB", "The most bytes in one batch."),
    optional("idempotent", Bool, "false", "The broker drops what a retry sends twice; needs `acks = all`."),
    optional("security", OneOf(SECURITY), "plaintext", "Encryption and credentials."),
    optional("format", OneOf(FORMATS), "json", "How a record is encoded."),
    optional("client", Special("{ \"librdkafka.setting\" = \"value\" }"), "", "Anything else librdkafka takes."),
    optional("max_record", Size, "1MB", "The largest record that client and broker take."),
    optional("partition_rate", Rate, "", "What one partition takes, in records."),
    optional("partition_bytes", DataRate, "", "What one partition takes, in bytes."),
    optional("retry", Block(RETRY), "", "Exponential backoff for what the service throttles."),
];

const KAFKA: &[Setting] = &[
    required("brokers", Text, "Host and port, several with commas; \"embedded\" is a broker inside scalec."),
    required("topic", Text, "The topic."),
    required("partitions", Whole(1), "How many partitions the topic has."),
];

const EVENTHUBS: &[Setting] = &[
    required("namespace", Text, "The namespace."),
    required("hub", Text, "The event hub."),
    required("connection", Secret, "The connection string."),
    required("partitions", Whole(1), "How many partitions the hub has."),
    optional("throughput_units", Whole(1), "", "Each takes 1_000/s and 1 MB/s."),
];

const KINESIS: &[Setting] = &[
    required("stream", Text, "The stream."),
    required("region", Text, "The region."),
    required("shards", Whole(1), "Each takes 1_000/s and 1 MB/s."),
    optional("endpoint", Text, "", "Another address than the region's own."),
    optional("max_record", Size, "1MiB", "At most 10 MiB, where the stream allows it."),
    optional("format", OneOf(FORMATS), "json", "How a record is encoded."),
    optional("retry", Block(RETRY), "", "Exponential backoff for what the service throttles."),
    optional("aggregate", Bool, "false", "Pack several records into one."),
];

const PUBSUB: &[Setting] = &[
    required("project", Text, "The project."),
    required("topic", Text, "The topic."),
    optional("endpoint", Text, "", "Another address, such as an emulator's."),
    optional("ordering", Bool, "false", "Send the key as ordering key."),
    optional("format", OneOf(FORMATS), "json", "How a record is encoded."),
    optional("retry", Block(RETRY), "", "Exponential backoff for what the service throttles."),
];

const POSTGRES: &[Setting] = &[
    required("url", Secret, "The connection string."),
    required("table", Text, "The table."),
    optional("batch", Whole(1), "", "Rows in one statement."),
];

const WEBHOOK: &[Setting] = &[
    required("url", Secret, "The address that records are posted to."),
    optional("method", Special("a text such as \"POST\""), "\"POST\"", "The method of a request."),
    optional("headers", Special("{ name = \"value\" }"), "", "Headers of a request."),
    optional("timeout", Time, "10s", "How long an answer may take."),
    optional("concurrency", Whole(1), "", "Requests under way at once."),
];

const FILE: &[Setting] = &[
    required("path", Text, "The file."),
    optional("format", OneOf(FORMATS), "json", "How a record is encoded."),
    optional("rotate", Size, "", "A new file begins at this size."),
];

pub const KINDS: &[Kind] = &[
    Kind { name: "kafka", settings: &[KAFKA, KAFKA_OPTIONS], read_back: true, doc: "Apache Kafka and what speaks its protocol." },
    Kind { name: "eventhubs", settings: &[EVENTHUBS, KAFKA_OPTIONS], read_back: true, doc: "Azure Event Hubs, through Kafka's protocol." },
    Kind { name: "kinesis", settings: &[KINESIS], read_back: true, doc: "Amazon Kinesis Data Streams." },
    Kind { name: "pubsub", settings: &[PUBSUB], read_back: true, doc: "Google Pub/Sub." },
    Kind { name: "postgres", settings: &[POSTGRES], read_back: true, doc: "A PostgreSQL table." },
    Kind { name: "webhook", settings: &[WEBHOOK], read_back: false, doc: "An HTTP endpoint." },
    Kind { name: "file", settings: &[FILE], read_back: true, doc: "A file on this machine." },
    Kind { name: "null", settings: &[], read_back: false, doc: "Nowhere: to measure the generator itself." },
];

pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.name == name)
}

/// `security = ssl { … }`
const TLS: &[Setting] = &[
    optional("ca", Text, "", "The authority's certificate, a file."),
    optional("certificate", Text, "", "The client's certificate, a file."),
    optional("key", Text, "", "The client's key, a file."),
];

/// `security = sasl_ssl { … }`, beside [`TLS`].
const SASL: &[Setting] = &[
    optional("mechanism", Words(&["plain", "scram_sha_256", "scram_sha_512", "oauthbearer", "gssapi"]), "", "How credentials are shown."),
    optional("username", Secret, "", "The user."),
    optional("password", Secret, "", "The password: `secret(\"NAME\")`."),
];

const AVRO: &[Setting] = &[
    optional("registry", Text, "", "The schema registry's address."),
    optional("schema", Text, "", "A schema file."),
    optional("subject", Text, "", "The subject in the registry."),
    optional("message", Text, "", "The message in the schema file."),
    optional("username", Secret, "", "The registry's user."),
    optional("password", Secret, "", "The registry's password."),
];

/// What `security` can be.
pub const SECURITY: &[Variant] = &[
    Variant { name: "plaintext", settings: &[], doc: "Neither encrypted nor authenticated." },
    Variant { name: "ssl", settings: &[TLS], doc: "Encrypted; a certificate may show who the client is." },
    Variant { name: "sasl_plaintext", settings: &[SASL], doc: "Authenticated, not encrypted." },
    Variant { name: "sasl_ssl", settings: &[SASL, TLS], doc: "Authenticated and encrypted." },
];

/// What `format` can be.
pub const FORMATS: &[Variant] = &[
    Variant { name: "json", settings: &[], doc: "Compact JSON." },
    Variant { name: "avro", settings: &[AVRO], doc: "Avro's binary encoding." },
    Variant { name: "protobuf", settings: &[AVRO], doc: "Protocol Buffers." },
];

/// `retry = { from = 100ms, to = 60s }`
pub const RETRY: &[Setting] = &[required("from", Time, "The first wait."), required("to", Time, "The longest wait.")];
