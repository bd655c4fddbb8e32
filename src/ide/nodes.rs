//! Nodes and clusters in a line: what they have, and what they cost.

use crate::check::Context;
use crate::plan::{Cluster, NodeKind, cost, words};
use crate::source::{FileId, Span};
use crate::syntax::ast::{EntryKind, ExprKind, Node};
use crate::units::{self, Dimension, Exact, decimal, honest};
use num_traits::ToPrimitive;

/// "4 vCPU · 16GiB · $0.192/h"; empty where the node is broken.
pub fn facts<'a>(cx: &Context<'a>, node: &'a Node) -> String {
    cx.lower_node(node).map(|kind| of_kind(&kind)).unwrap_or_default()
}

/// The same of a node in a file that is not part of the analysis: by its settings as they are written; empty where they are reckoned.
pub fn written(node: &Node) -> String {
    let number = |name: &str, dim: Dimension| {
        let value = node.body.entries.iter().find_map(|entry| match &entry.kind {
            EntryKind::Setting { key, value, .. } if key.text == name => Some(value.unwrapped()),
            _ => None,
        })?;
        match &value.kind {
            ExprKind::Quantity(token) => units::parse(&token.text).ok().filter(|q| q.fits(dim)).map(|q| q.value),
            _ => None,
        }
    };
    let kind = || {
        let (vcpu, memory, price) = (number("vcpu", Dimension::COUNT)?, number("memory", Dimension::DATA)?, number("price", Dimension::MONEY_PER_TIME)?);
        Some(NodeKind { name: String::new(), vcpu, memory, price, as_of: None })
    };
    kind().map(|kind| of_kind(&kind)).unwrap_or_default()
}

pub fn of_kind(kind: &NodeKind) -> String {
    format!("{} vCPU · {} · {}", honest(kind.vcpu, Dimension::COUNT), honest(kind.memory, Dimension::DATA), honest(kind.price, Dimension::MONEY_PER_TIME))
}

/// "$0.192/h", "$1.52/h to $3.04/h" where a group autoscales.
pub fn price(cluster: &Cluster) -> String {
    let (low, high) = cost::cluster_per_hour(cluster);
    if (low - high).abs() < 1e-9 { per_hour(high) } else { format!("{} to {}", per_hour(low), per_hour(high)) }
}

/// Exact where four decimals do, else to the cent.
fn per_hour(dollars: f64) -> String {
    let shifted = dollars * 1e4;
    // Sums of prices are not exact: less than a millionth of that is rounding.
    if (shifted - shifted.round()).abs() < 1e-6 * shifted.abs().max(1.0) && shifted.abs() < 1e30 {
        return format!("${}/h", decimal(Exact::new(shifted.round() as i128, 10_000), 4));
    }
    format!("≈{}/h", words::dollars(dollars))
}

/// "4 to 8 nodes · $0.384/h to $0.768/h on demand · 8 to 16 vCPU · 32GiB to 64GiB": a number of nodes by itself, whatever fees and shares their cluster has.
pub fn several(low: u64, high: u64, node: NodeKind) -> String {
    let none = Exact::from_integer(0);
    let span = Span::new(FileId(u32::MAX), 0, 0);
    let them = Cluster { name: String::new(), span, driver: None, workers: Some(((low, high), node)), spot: none, spot_price: none, platform_fee: none };
    format!("{} · {} on demand · {}", count(low, high), price(&them), capacity(&them))
}

/// "1 node", "4 to 8 nodes"
pub fn count(low: u64, high: u64) -> String {
    match (low, high) {
        (1, 1) => "1 node".to_owned(),
        _ if low == high => format!("{high} nodes"),
        _ => format!("{low} to {high} nodes"),
    }
}

/// vCPU and memory of a whole cluster, at both ends.
pub fn capacity(cluster: &Cluster) -> String {
    let driver = cluster.driver.as_ref().map(|(n, node)| (*n as f64, node));
    let sum = |workers: u64, of: fn(&NodeKind) -> f64| {
        driver.map_or(0.0, |(n, node)| n * of(node)) + cluster.workers.as_ref().map_or(0.0, |(_, node)| workers as f64 * of(node))
    };
    let (low, high) = cluster.workers.as_ref().map_or((0, 0), |((low, high), _)| (*low, *high));
    let vcpu = |node: &NodeKind| node.vcpu.to_f64().unwrap_or(0.0);
    let memory = |node: &NodeKind| node.memory.to_f64().unwrap_or(0.0);
    let shown = |n: f64, dim: Dimension| honest(Exact::from_integer(n as i128), dim);
    let both = |of: fn(&NodeKind) -> f64, dim: Dimension| {
        let (a, b) = (shown(sum(low, of), dim), shown(sum(high, of), dim));
        if a == b { a } else { format!("{a} to {b}") }
    };
    format!("{} vCPU · {}", both(vcpu, Dimension::COUNT), both(memory, Dimension::DATA))
}

#[cfg(test)]
mod tests {
    use super::per_hour;

    #[test]
    fn a_price_is_exact_to_four_decimals() {
        let said = [(0.192, "$0.192/h"), (5.0 * 0.192, "$0.96/h"), (12.5, "$12.5/h"), (2.0, "$2/h"), (0.1234, "$0.1234/h"), (0.1 + 0.2, "$0.3/h"), (0.0, "$0/h"), (1_234.5, "$1_234.5/h")];
        for (dollars, text) in said {
            assert_eq!(per_hour(dollars), text);
        }
        assert_eq!([per_hour(1.0 / 3.0), per_hour(0.12345), per_hour(12.34567)], ["≈$0.33/h", "≈$0.12/h", "≈$12.35/h"]);
        assert_eq!(per_hour(0.000_012), "≈$0.000012/h");
    }
}
