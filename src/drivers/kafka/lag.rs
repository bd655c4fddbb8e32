//! How far a pipeline is behind, in records, sampled once a second: of a consumer group by what it has committed, of a stand-in by what it has taken.

use super::standin::{Progress, put_out};
use super::watermarks::{Topic, Watermarks};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(5);

/// One look: `None` where it cannot be told (no commit yet, broker away), so that the series has a gap, not a zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    pub lag: Option<f64>,
    /// Records processed since some moment before the test.
    pub processed: Option<f64>,
}

pub enum Lag {
    Group { group: BaseConsumer, ends: Watermarks, topics: Vec<Topic> },
    StandIn { progress: Arc<Progress>, ends: Watermarks, begin: i64 },
    /// Behind other stand-ins: their progress and yield, and its own.
    Behind { upstream: Vec<(Arc<Progress>, f64)>, progress: Arc<Progress> },
}

impl Lag {
    /// Watches a consumer group of a real cluster without joining it.
    pub fn of_group(config: &ClientConfig, group: &str, topics: Vec<Topic>) -> Result<Lag, String> {
        let ends = Watermarks::new(config, topics.clone())?;
        let mut config = config.clone();
        config.set("group.id", group).set("enable.auto.commit", "false");
        let group = config.create::<BaseConsumer>().map_err(|e| format!("cannot watch the group `{group}`: {e}"))?;
        Ok(Lag::Group { group, ends, topics })
    }

    pub fn of_stand_in(config: &ClientConfig, progress: Arc<Progress>, topics: Vec<Topic>) -> Result<Lag, String> {
        let ends = Watermarks::new(config, topics)?;
        let begin = ends.read(PATIENCE)?.iter().map(|r| r.high).sum::<i64>();
        Ok(Lag::StandIn { progress, ends, begin })
    }

    pub fn look(&self) -> Look {
        match self {
            Lag::StandIn { progress, ends, begin } => {
                // Processed first: a record that arrives between both looks then counts as behind, never as negative lag.
                let processed = progress.processed.load(Ordering::Relaxed) as f64;
                let dropped = progress.dropped.load(Ordering::Relaxed) as f64;
                let lag = ends.read(PATIENCE).ok().map(|all| {
                    let produced = all.iter().map(|r| r.high).sum::<i64>() - begin;
                    (produced as f64 - processed - dropped).max(0.0)
                });
                Look { lag, processed: Some(processed) }
            }
            Lag::Behind { upstream, progress } => {
                let processed = progress.processed.load(Ordering::Relaxed);
                let lag = put_out(upstream).saturating_sub(processed) as f64;
                Look { lag: Some(lag), processed: Some(processed as f64) }
            }
            Lag::Group { group, ends, topics } => group_look(group, ends, topics).unwrap_or_default(),
        }
    }
}

fn group_look(group: &BaseConsumer, ends: &Watermarks, topics: &[Topic]) -> Option<Look> {
    let mut wanted = TopicPartitionList::new();
    for (topic, partitions) in topics {
        (0..*partitions).for_each(|p| {
            wanted.add_partition(topic, p);
        });
    }
    let committed = group.committed_offsets(wanted, PATIENCE).ok()?;
    let offsets: Vec<Option<i64>> = committed
        .elements()
        .iter()
        .map(|e| match e.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        })
        .collect();
    if offsets.iter().all(Option::is_none) {
        return None;
    }
    let elements = committed.elements();
    let (mut lag, mut processed) = (0, 0);
    for reach in ends.read(PATIENCE).ok()? {
        let at = elements.iter().position(|e| e.topic() == reach.topic && e.partition() == reach.partition);
        // A partition of which nothing is committed yet has all of its records to come.
        let offset = at.and_then(|i| offsets.get(i).copied().flatten()).unwrap_or(reach.low).max(reach.low);
        lag += (reach.high - offset).max(0);
        processed += offset;
    }
    Some(Look { lag: Some(lag as f64), processed: Some(processed as f64) })
}
