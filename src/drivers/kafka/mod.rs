//! Kafka, by librdkafka.

pub mod admin;
pub mod audit;
pub mod lag;
pub mod standin;
pub mod watermarks;
