//! Kafka, by librdkafka.

pub mod admin;
pub mod audit;
pub mod config;
pub mod lag;
pub mod producer;
pub mod standin;
pub mod watermarks;

/// How to reach a cluster, for those who ask drivers for things.
pub use rdkafka::ClientConfig;
