//! What the services and clients take, as their makers state it: each figure once, with the page that says so and when it was read.
//! `docs/targets.md` is held to this table by a test.

/// What a limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Bytes of a record, where the target says nothing itself.
    Record,
    /// The most that `max_record` can be raised to, bytes.
    LargestRecord,
    /// What the broker takes unless it is told otherwise, bytes.
    BrokerRecord,
    /// Records a second of a shard or a throughput unit.
    UnitRecords,
    /// Bytes a second of a shard or a throughput unit.
    UnitBytes,
    /// Bytes a second that one partition should get at most: a recommendation.
    PartitionBytes,
    /// Bytes a second of one ordering key.
    KeyBytes,
    /// Bytes of a request.
    Request,
    /// Records of a request.
    RequestRecords,
    /// Bytes of a batch where the target says nothing itself.
    Batch,
    /// Records of a batch.
    BatchRecords,
    Attributes,
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub kind: &'static str,
    pub what: What,
    pub value: u64,
    /// One sentence, for messages and for the page.
    pub says: &'static str,
    pub source: &'static str,
    /// The month in which the source was read.
    pub read: &'static str,
}

const KINESIS_QUOTAS: &str = "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html";
const KINESIS_LARGE: &str = "https://docs.aws.amazon.com/streams/latest/dev/large-records.html";
const KINESIS_PUT: &str = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html";
const LIBRDKAFKA: &str = "https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md";
const KAFKA_BROKER: &str = "https://kafka.apache.org/documentation/#brokerconfigs_message.max.bytes";
const HUBS_QUOTAS: &str = "https://learn.microsoft.com/en-us/azure/event-hubs/event-hubs-quotas";
const HUBS_SCALING: &str = "https://learn.microsoft.com/en-us/azure/event-hubs/event-hubs-scalability";
const HUBS_LARGE: &str = "https://learn.microsoft.com/en-us/azure/event-hubs/event-hubs-quickstart-stream-large-messages";
const PUBSUB_QUOTAS: &str = "https://cloud.google.com/pubsub/quotas";

const fn limit(kind: &'static str, what: What, value: u64, says: &'static str, source: &'static str) -> Limit {
    Limit { kind, what, value, says, source, read: "2026-11" }
}

pub const LIMITS: &[Limit] = &[
    limit("kafka", What::Record, 1_000_000, "Kafka's client takes 1MB unless `max_record` says more", LIBRDKAFKA),
    limit("kafka", What::BrokerRecord, 1_048_588, "the broker takes 1_048_588 B unless it is set up for more", KAFKA_BROKER),
    limit("kafka", What::Batch, 1_000_000, "a batch is full at 1MB unless `batch` says otherwise", LIBRDKAFKA),
    limit("kafka", What::BatchRecords, 10_000, "a batch is full at 10_000 records", LIBRDKAFKA),
    limit("eventhubs", What::Record, 1_000_000, "Event Hubs takes 1MB a record", HUBS_QUOTAS),
    limit("eventhubs", What::LargestRecord, 20_971_520, "dedicated clusters can be set to take up to 20MiB a record", HUBS_LARGE),
    limit("eventhubs", What::UnitRecords, 1_000, "a throughput unit takes 1_000/s", HUBS_SCALING),
    limit("eventhubs", What::UnitBytes, 1_000_000, "a throughput unit takes 1MB/s", HUBS_SCALING),
    limit("eventhubs", What::PartitionBytes, 1_000_000, "a partition should get at most 1MB/s, as Microsoft recommends", HUBS_SCALING),
    limit("eventhubs", What::Batch, 1_000_000, "a batch is full at 1MB unless `batch` says otherwise", LIBRDKAFKA),
    limit("eventhubs", What::BatchRecords, 10_000, "a batch is full at 10_000 records", LIBRDKAFKA),
    limit("kinesis", What::Record, 1 << 20, "Kinesis takes 1MiB a record unless `max_record` says more", KINESIS_QUOTAS),
    limit("kinesis", What::LargestRecord, 10 << 20, "a stream can be set to take up to 10MiB a record", KINESIS_LARGE),
    limit("kinesis", What::UnitRecords, 1_000, "a shard takes 1_000/s", KINESIS_QUOTAS),
    limit("kinesis", What::UnitBytes, 1_000_000, "a shard takes 1MB/s", KINESIS_QUOTAS),
    limit("kinesis", What::RequestRecords, 500, "a request takes 500 records", KINESIS_PUT),
    // 10 MiB since October 2025; endpoints that stand in for the service still refuse more than 5.
    limit("kinesis", What::Request, 5 << 20, "scalec sends at most 5MiB in a request (the service takes 10MiB)", KINESIS_PUT),
    limit("pubsub", What::Record, 10_000_000, "Pub/Sub takes 10MB a record", PUBSUB_QUOTAS),
    limit("pubsub", What::Request, 10_000_000, "a request takes 10MB", PUBSUB_QUOTAS),
    limit("pubsub", What::RequestRecords, 1_000, "a request takes 1_000 records", PUBSUB_QUOTAS),
    limit("pubsub", What::Attributes, 100, "a record takes 100 attributes", PUBSUB_QUOTAS),
    limit("pubsub", What::KeyBytes, 1_000_000, "an ordering key takes 1MB/s", PUBSUB_QUOTAS),
];

/// What a kind of target takes, where a figure is known.
pub fn of(kind: &str, what: What) -> Option<&'static Limit> {
    LIMITS.iter().find(|l| l.kind == kind && l.what == what)
}
