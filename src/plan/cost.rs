//! What a test costs: price of the clusters per hour, and dollars per million records.

use super::shape::number;
use super::{Cluster, NodeKind, Test, counts};

/// Dollars. Where a group autoscales, at its lower and at its upper end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    pub low: Price,
    pub high: Price,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Dollars an hour.
    pub per_hour: f64,
    /// Of the whole test, pauses too.
    pub total: f64,
    /// Total ÷ millions of records planned; `None` without a count.
    pub per_million: Option<f64>,
}

/// Of the clusters that the test counts; `None` where it names none.
pub fn cost(test: &Test) -> Option<Cost> {
    let (low, high) = per_hour(test)?;
    let seconds = number(test.duration());
    let planned = counts::total(test).planned;
    let price = |per_hour: f64| {
        let total = per_hour * seconds / 3600.0;
        Price { per_hour, total, per_million: planned.filter(|&n| n > 0).map(|n| total / (n as f64 / 1e6)) }
    };
    Some(Cost { low: price(low), high: price(high) })
}

/// Dollars an hour of all clusters of the test, at both ends.
pub fn per_hour(test: &Test) -> Option<(f64, f64)> {
    if test.clusters.is_empty() {
        return None;
    }
    Some(test.clusters.iter().map(cluster_per_hour).fold((0.0, 0.0), |(a, b), (low, high)| (a + low, b + high)))
}

/// Dollars an hour of one cluster, at both ends of its workers.
pub fn cluster_per_hour(cluster: &Cluster) -> (f64, f64) {
    let fee = number(cluster.platform_fee) * 3600.0;
    let hourly = |node: &NodeKind| number(node.price) * 3600.0;
    let driver = cluster.driver.as_ref().map_or(0.0, |(n, node)| *n as f64 * (hourly(node) + fee));
    let Some(((low, high), node)) = &cluster.workers else { return (driver, driver) };
    let spot = number(cluster.spot);
    let worker = hourly(node) * (1.0 - spot + spot * number(cluster.spot_price)) + fee;
    (driver + *low as f64 * worker, driver + *high as f64 * worker)
}

/// Dollars per million records at a rate (records a second); `None` where nothing is sent.
pub fn per_million(per_hour: f64, rate: f64) -> Option<f64> {
    (rate > 0.0).then(|| per_hour / (rate * 3600.0 / 1e6))
}
