//! What the parts of a target take: its shards, partitions, throughput units.

use crate::check::{Context, Decl};
use crate::plan::keys::Partitioner;
use crate::source::Span;
use crate::syntax::ast::{Construct, EntryKind, Expr, ExprKind};
use crate::targets::{What, limits};
use crate::units::{Dimension, Exact};

/// What a target says it can take.
#[derive(Debug)]
pub struct Takes {
    /// "stream", "topic", "hub": what the service calls it.
    pub thing: &'static str,
    /// "shard", "partition", "throughput unit".
    pub unit: &'static str,
    pub units: u64,
    /// The value of `shards = 3`, and the whole setting.
    pub value: Span,
    pub setting: Span,
    /// Per unit; `None` where nothing is known.
    pub records: Option<Exact>,
    pub bytes: Option<Exact>,
    /// Where they are declared.
    pub declared: Vec<Span>,
    /// The figures are what the vendor recommends, in these words: more is possible for a while.
    pub recommended: Option<&'static str>,
}

/// A target that spreads its records by key.
#[derive(Debug)]
pub struct Partitioned {
    /// What one partition takes.
    pub takes: Takes,
    pub partitioner: Partitioner,
}

/// All that bounds the rate of a target as a whole.
pub fn all(cx: &Context<'_>, target: Decl) -> Vec<Takes> {
    let Some(construct) = cx.construct(target) else { return Vec::new() };
    let kind = construct.kind.as_ref().map_or("", |k| k.text.as_str());
    let whole = match kind {
        "eventhubs" => fixed(cx, construct, "throughput_units", "hub", "throughput unit"),
        _ => None,
    };
    // A recommendation is none of the bounds.
    let parts = partitions(cx, target).map(|p| p.takes).filter(|takes| takes.recommended.is_none());
    whole.into_iter().chain(parts).collect()
}

/// The shards or partitions among which keys choose.
pub fn partitions(cx: &Context<'_>, target: Decl) -> Option<Partitioned> {
    let construct = cx.construct(target)?;
    let kind = construct.kind.as_ref()?.text.as_str();
    match kind {
        "kinesis" => Some(Partitioned { takes: fixed(cx, construct, "shards", "stream", "shard")?, partitioner: Partitioner::Md5Ranges }),
        "kafka" | "eventhubs" => {
            let (value, whole) = setting(construct, "partitions")?;
            let units = cx.quietly(|| cx.whole(value, 1, "the number of partitions"))?;
            let mut takes = Takes {
                thing: if kind == "kafka" { "topic" } else { "hub" },
                unit: "partition",
                units,
                value: value.span,
                setting: whole,
                records: None,
                bytes: None,
                declared: Vec::new(),
                recommended: None,
            };
            takes.records = declared(cx, construct, "partition_rate", Dimension::RATE, &mut takes.declared);
            takes.bytes = declared(cx, construct, "partition_bytes", Dimension::DATA_RATE, &mut takes.declared);
            if takes.declared.is_empty()
                && let Some(limit) = limits::of(kind, What::PartitionBytes)
            {
                takes.bytes = Some(exact(limit.value));
                takes.recommended = Some(limit.says);
            }
            if compressed(construct) {
                // How many bytes are left of a record nobody knows.
                takes.bytes = None;
            }
            Some(Partitioned { takes, partitioner: partitioner(construct)? })
        }
        _ => None,
    }
}

/// What Pub/Sub takes of one ordering key, where keys are sent as such.
pub fn ordering_key(cx: &Context<'_>, target: Decl) -> Option<&'static limits::Limit> {
    let construct = cx.construct(target)?;
    let ordered = setting(construct, "ordering").is_some_and(|(e, _)| matches!(e.unwrapped().kind, ExprKind::Bool(true)));
    limits::of(&construct.kind.as_ref()?.text, What::KeyBytes).filter(|_| ordered)
}

/// A number of units, each of which takes what the service says.
fn fixed<'a>(cx: &Context<'a>, construct: &'a Construct, key: &str, thing: &'static str, unit: &'static str) -> Option<Takes> {
    let kind = construct.kind.as_ref()?.text.as_str();
    let (value, whole) = setting(construct, key)?;
    let figure = |what| limits::of(kind, what).map(|limit| exact(limit.value));
    // Several records packed into one are one for the service.
    let packed = setting(construct, "aggregate").is_some_and(|(e, _)| !matches!(e.unwrapped().kind, ExprKind::Bool(false)));
    Some(Takes {
        thing,
        unit,
        units: cx.quietly(|| cx.whole(value, 1, &format!("the number of {unit}s")))?,
        value: value.span,
        setting: whole,
        records: figure(What::UnitRecords).filter(|_| !packed),
        bytes: figure(What::UnitBytes).filter(|_| !compressed(construct)),
        declared: Vec::new(),
        recommended: None,
    })
}

fn declared<'a>(cx: &Context<'a>, construct: &'a Construct, key: &str, dim: Dimension, places: &mut Vec<Span>) -> Option<Exact> {
    let (e, whole) = setting(construct, key)?;
    places.push(whole);
    cx.quietly(|| cx.positive(e, dim, "what a partition takes"))
}

fn compressed(construct: &Construct) -> bool {
    setting(construct, "compression").is_some_and(|(e, _)| !matches!(&e.unwrapped().kind, ExprKind::Name(word) if word.text == "none"))
}

/// librdkafka's, as scalec sets it up or as `client` says; `None` for one that is not known.
fn partitioner(construct: &Construct) -> Option<Partitioner> {
    let Some((client, _)) = setting(construct, "client") else { return Some(Partitioner::Murmur2) };
    let ExprKind::Record(body) = &client.unwrapped().kind else { return None };
    for entry in &body.entries {
        if let EntryKind::Setting { key, value, .. } = &entry.kind
            && matches!(key.text.as_str(), "partitioner" | "sticky.partitioning.linger.ms")
        {
            return match &value.unwrapped().kind {
                ExprKind::Text(text) if key.text == "partitioner" => Partitioner::named(&text.value),
                _ => None,
            };
        }
    }
    Some(Partitioner::Murmur2)
}

pub fn setting<'c>(construct: &'c Construct, name: &str) -> Option<(&'c Expr, Span)> {
    construct.body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Setting { key, value, .. } if key.text == name && !value.is_missing() => Some((value, entry.span)),
        _ => None,
    })
}

fn exact(value: u64) -> Exact {
    Exact::from_integer(i128::from(value))
}
