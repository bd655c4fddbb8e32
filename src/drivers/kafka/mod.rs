//! Kafka, by librdkafka.

pub mod admin;
pub mod audit;
pub mod config;
pub mod lag;
pub mod producer;
pub mod standin;
pub mod watermarks;
