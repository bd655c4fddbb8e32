//! A cluster's settings as librdkafka's properties: one mapping for producers, consumers and administration.

use std::fmt;
use std::time::Duration;

use rdkafka::ClientConfig;

/// A text that never shows in a message or a log.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acks {
    None,
    Leader,
    #[default]
    All,
}

/// How to get in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// `plaintext ssl sasl_plaintext sasl_ssl`; empty means `plaintext`.
    pub protocol: String,
    /// `plain scram_sha_256 scram_sha_512`
    pub mechanism: Option<String>,
    pub username: Option<String>,
    pub password: Option<Secret>,
    /// Files: authority, client certificate, client key.
    pub ca: Option<String>,
    pub certificate: Option<String>,
    pub key: Option<String>,
}

/// A topic of a cluster, everything resolved.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `host:port,host:port`
    pub brokers: String,
    pub topic: String,
    pub acks: Acks,
    /// `none gzip snappy lz4 zstd`; the client's default is none.
    pub compression: Option<String>,
    /// The client's default is 5 ms.
    pub linger: Option<Duration>,
    /// Bytes.
    pub batch: Option<u64>,
    pub idempotent: bool,
    pub security: Security,
    /// Anything else librdkafka takes; wins over what scalec sets, and may hold secrets.
    pub client: Vec<(String, Secret)>,
    /// Bytes; the client's default is 1_000_000.
    pub max_record: Option<u64>,
    /// Backoff from … to ….
    pub retry: Option<(Duration, Duration)>,
}

/// Properties that only a producer understands; a consumer would warn of each.
const OF_PRODUCERS: [&str; 26] = [
    "acks", "batch.num.messages", "batch.size", "compression.codec", "compression.level", "compression.type", "delivery.report.only.error",
    "delivery.timeout.ms", "enable.gapless.guarantee", "enable.idempotence", "linger.ms", "message.send.max.retries", "message.timeout.ms",
    "partitioner", "queue.buffering.backpressure.threshold", "queue.buffering.max.kbytes", "queue.buffering.max.messages",
    "queue.buffering.max.ms", "queuing.strategy", "request.required.acks", "request.timeout.ms", "retries", "sticky.partitioning.linger.ms",
    "transaction.timeout.ms", "transactional.id", "msg_order_cmp",
];

impl Settings {
    /// For consumers and administration: how to reach the cluster, nothing else.
    pub fn connection(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        for (key, value) in self.connection_properties() {
            config.set(key, value);
        }
        for (key, value) in &self.client {
            if !OF_PRODUCERS.contains(&key.as_str()) {
                config.set(key, &value.0);
            }
        }
        config
    }

    fn connection_properties(&self) -> Vec<(String, String)> {
        let mut out = vec![("bootstrap.servers".to_string(), self.brokers.clone()), ("client.id".into(), "scalec".into())];
        let mut set = |key: &str, value: &str| out.push((key.into(), value.into()));
        // A broker that comes back is found again within a second, not ten.
        set("reconnect.backoff.max.ms", "1000");
        let s = &self.security;
        if !s.protocol.is_empty() {
            set("security.protocol", &s.protocol);
        }
        if let Some(mechanism) = &s.mechanism {
            set("sasl.mechanism", &mechanism.to_uppercase().replace('_', "-"));
        }
        let texts = [
            ("sasl.username", &s.username),
            ("ssl.ca.location", &s.ca),
            ("ssl.certificate.location", &s.certificate),
            ("ssl.key.location", &s.key),
        ];
        for (key, value) in texts {
            if let Some(value) = value {
                set(key, value);
            }
        }
        if let Some(password) = &s.password {
            set("sasl.password", &password.0);
        }
        out
    }

    /// For the producer, in the order in which they are to be set.
    pub(super) fn producer_properties(&self) -> Vec<(String, String)> {
        let mut out = self.connection_properties();
        let mut set = |key: &str, value: String| out.push((key.into(), value));
        // Keys go to the partition that Kafka's Java clients choose.
        set("partitioner", "murmur2_random".into());
        set("acks", match self.acks { Acks::None => "0", Acks::Leader => "1", Acks::All => "all" }.into());
        // Half a second at the rates one core reaches; the bytes bound the memory where records are large.
        set("queue.buffering.max.messages", "500000".into());
        set("queue.buffering.max.kbytes", "262144".into());
        // An outage of the target shows as latency for a minute, then as errors.
        set("message.timeout.ms", "60000".into());
        set("statistics.interval.ms", "1000".into());
        // Connects to every broker at once, not when the first record is there.
        set("enable.sparse.connections", "false".into());
        if let Some(compression) = &self.compression {
            set("compression.codec", compression.clone());
        }
        if let Some(linger) = self.linger {
            set("linger.ms", format!("{}", linger.as_secs_f64() * 1e3));
        }
        if let Some(max_record) = self.max_record {
            set("message.max.bytes", max_record.to_string());
        }
        if let Some(batch) = self.batch {
            // The client refuses a batch beyond its largest request.
            let largest = self.max_record.unwrap_or(1_000_000);
            set("batch.size", batch.clamp(1, largest.max(1)).to_string());
        }
        if self.idempotent {
            set("enable.idempotence", "true".into());
        }
        if let Some((from, to)) = self.retry {
            let ms = |d: Duration| (d.as_millis() as u64).clamp(1, 300_000);
            set("retry.backoff.ms", ms(from).to_string());
            set("retry.backoff.max.ms", ms(to.max(from)).to_string());
        }
        out.extend(self.client.iter().map(|(k, v)| (k.clone(), v.0.clone())));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            brokers: "localhost:9092".into(),
            topic: "clicks".into(),
            acks: Acks::Leader,
            compression: Some("lz4".into()),
            linger: Some(Duration::from_micros(2_500)),
            batch: Some(65_536),
            idempotent: false,
            security: Security {
                protocol: "sasl_ssl".into(),
                mechanism: Some("scram_sha_512".into()),
                username: Some("svc".into()),
                password: Some(Secret("hunter2".into())),
                ca: Some("ca.pem".into()),
                ..Security::default()
            },
            client: vec![("linger.ms".into(), Secret("7".into())), ("socket.nagle.disable".into(), Secret("false".into()))],
            max_record: None,
            retry: Some((Duration::from_millis(100), Duration::from_secs(60))),
        }
    }

    #[test]
    fn producers_get_every_setting_and_the_scenario_has_the_last_word() {
        let properties = settings().producer_properties();
        let last = |key: &str| properties.iter().rev().find(|p| p.0 == key).map(|p| p.1.as_str());
        assert_eq!(last("acks"), Some("1"));
        assert_eq!(last("sasl.mechanism"), Some("SCRAM-SHA-512"));
        assert_eq!(last("sasl.password"), Some("hunter2"));
        assert_eq!(last("batch.size"), Some("65536"));
        assert_eq!(last("retry.backoff.max.ms"), Some("60000"));
        assert_eq!(last("linger.ms"), Some("7"));
        assert!(properties.contains(&("linger.ms".into(), "2.5".into())));
    }

    #[test]
    fn consumers_get_the_connection_alone() {
        let config = settings().connection();
        assert_eq!(config.get("ssl.ca.location"), Some("ca.pem"));
        assert_eq!(config.get("socket.nagle.disable"), Some("false"));
        assert_eq!((config.get("linger.ms"), config.get("acks")), (None, None));
    }

    #[test]
    fn secrets_do_not_show() {
        assert!(!format!("{:?}", settings()).contains("hunter2"));
    }
}
