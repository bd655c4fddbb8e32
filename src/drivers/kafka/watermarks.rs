//! How far the partitions of some topics reach.

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::time::Duration;

/// A topic and its number of partitions.
pub type Topic = (String, i32);

/// A client that only asks, and never reads.
pub struct Watermarks {
    consumer: BaseConsumer,
    topics: Vec<Topic>,
}

/// `low..high` of one partition; `high` is the offset of the next record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    pub topic: String,
    pub partition: i32,
    pub low: i64,
    pub high: i64,
}

impl Watermarks {
    pub fn new(config: &ClientConfig, topics: Vec<Topic>) -> Result<Watermarks, String> {
        let mut config = config.clone();
        config.set("group.id", "scalec-watermarks").set("enable.auto.commit", "false");
        let consumer = config.create::<BaseConsumer>().map_err(|e| format!("cannot set up a Kafka client: {e}"))?;
        Ok(Watermarks { consumer, topics })
    }

    /// One request a partition.
    pub fn read(&self, timeout: Duration) -> Result<Vec<Reach>, String> {
        let mut all = Vec::new();
        for (topic, partitions) in &self.topics {
            for partition in 0..*partitions {
                let ask = || self.consumer.fetch_watermarks(topic, partition, timeout);
                // The client keeps what it once learned of leaders, also of dead ones, until it is made to look again.
                let (low, high) = ask()
                    .or_else(|_| self.consumer.fetch_metadata(Some(topic), timeout).and_then(|_| ask()))
                    .map_err(|e| format!("cannot read the offsets of `{topic}` [{partition}]: {e}"))?;
                all.push(Reach { topic: topic.clone(), partition, low, high });
            }
        }
        Ok(all)
    }
}
