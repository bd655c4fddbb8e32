//! Settings of tests, events, pipelines, sources, nodes and clusters.

use super::SettingKind::*;
use super::{Parameter, Setting, Signature, optional, required};
use crate::units::Dimension;

/// Settings of a `test`.
pub const TEST: &[Setting] = &[
    optional("seed", Whole(0), "", "The same seed sends the same bytes at the same times."),
    optional("timeout", Time, "the timeline plus 10m", "The run is ended, as inconclusive, when it takes longer."),
    optional("tags", Texts, "[]", "Words to choose tests by (`--tag`); `soak`, `burst` and `baseline` bring advice of their own."),
    optional("arrivals", Words(&["uniform", "poisson"]), "uniform", "Evenly spaced, or drawn as order statistics of the rate curve."),
    optional("skip_first", Time, "0s", "Left out at the start of each phase in `during` windows."),
    optional("expected", Rate, "", "The peak that production expects."),
    optional("cluster", Thing(&["cluster"], false), "", "What `cost` counts when no pipeline names one."),
];

/// Settings of an `event`, beside its fields.
pub const EVENT: &[Setting] = &[
    optional("key", Special("a field's name, or a generator"), "", "The partition key, written as plain text."),
    optional("size", Special("a size, or a range of sizes"), "", "The encoded record is padded to this; a range draws it."),
    optional("late", Special("late(share, range of times)"), "", "This share carries a time that is back by so much."),
    optional("duplicate", Share, "0%", "Sent again on purpose: dealt, so that their count is exact."),
    optional("malformed", Share, "0%", "Cut off in the middle, as broken producers do."),
    optional("op", Special("choice { … } of \"insert\", \"update\", \"delete\""), "", "What the record does to its row."),
    optional("identity", Special("field name"), "", "The audit reads the identity from this field where headers do not survive."),
    optional("envelope", Words(&["debezium"]), "", "What is wrapped around the record."),
];

/// Settings of a `pipeline`.
pub const PIPELINE: &[Setting] = &[
    required("reads", Thing(&["target", "pipeline"], true), "Where its input comes from."),
    optional("group", Text, "", "Its Kafka consumer group."),
    optional("progress", Thing(&["source"], false), "", "The source that tells how far it is, where it commits no offsets."),
    optional("writes", Thing(&["target"], false), "", "The target that is read back for end-to-end figures."),
    optional("yield", Ratio, "100%", "Records written per record read."),
    optional("trigger", Time, "", "Micro-batches: the backlog never falls below rate × trigger while load runs."),
    optional("members", Whole(1), "", "Members of its consumer group."),
    optional("tables", Whole(1), "", "Output tables (fan-out)."),
    optional("capacity", Rate, "", "Known or assumed; `plan` predicts with it, a stand-in takes exactly that."),
    optional("cluster", Thing(&["cluster"], false), "", "What it runs on, for cost and advice."),
    optional("stop", Texts, "", "The command that stops it, for faults."),
    optional("start", Texts, "", "The command that starts it."),
    optional("scale", Texts, "", "The command that scales it to `{n}` members."),
];

/// Settings of a `node`.
pub const NODE: &[Setting] = &[
    required("vcpu", Whole(1), "Virtual processors."),
    required("memory", Size, "Memory of one node."),
    required("price", MoneyPerTime, "On-demand price of one node."),
    optional("as_of", Text, "", "Year and month of the price, such as \"2026-11\"."),
];

/// Settings of a `cluster`.
pub const CLUSTER: &[Setting] = &[
    optional("driver", Special("1 of \"node\""), "", "The node that coordinates."),
    optional("workers", Special("4 of \"node\", or 4..=8 of \"node\""), "", "The nodes that work; a range is an autoscaled group."),
    optional("spot", Share, "0%", "Share of the workers that are spot instances."),
    optional("spot_price", Share, "100%", "Their price, as a share of the on-demand price."),
    optional("platform_fee", MoneyPerTime, "$0/h", "Per node, driver included."),
];

/// What follows from a cluster: `current.price`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterMember {
    pub name: &'static str,
    pub dim: Dimension,
    pub doc: &'static str,
}

/// An autoscaled group counts at its upper end.
pub const CLUSTER_MEMBERS: &[ClusterMember] = &[
    ClusterMember { name: "price", dim: Dimension::MONEY_PER_TIME, doc: "What all of its nodes cost, fees and spot prices included." },
    ClusterMember { name: "vcpu", dim: Dimension::COUNT, doc: "Virtual processors of all of its nodes." },
    ClusterMember { name: "memory", dim: Dimension::DATA, doc: "Memory of all of its nodes." },
    ClusterMember { name: "nodes", dim: Dimension::COUNT, doc: "Its nodes, driver included." },
];

/// A kind of source: its settings, and what it offers without a query.
#[derive(Clone, Copy, Debug)]
pub struct SourceKind {
    pub name: &'static str,
    pub settings: &'static [Setting],
    /// At least one of these is needed.
    pub one_of: &'static [&'static str],
    /// `.query("…")` and its like.
    pub method: Option<&'static Signature>,
    pub doc: &'static str,
}

pub const SOURCES: &[SourceKind] = &[
    SourceKind {
        name: "prometheus",
        settings: &[required("url", Text, "The server's address.")],
        one_of: &[],
        method: Some(&Signature::new("query", "query(\"promql\")", &[Parameter::new("promql", "a text")], "What a PromQL expression answers.")),
        doc: "A Prometheus server, asked by PromQL.",
    },
    SourceKind {
        name: "spark",
        settings: &[
            optional("url", Text, "", "The address of the application's user interface."),
            optional("query", Text, "", "The name of the streaming query."),
            optional("event_log", Text, "", "The folder of its event log."),
        ],
        one_of: &["url", "event_log"],
        method: None,
        doc: "A Spark application with a streaming query.",
    },
    SourceKind {
        name: "process",
        settings: &[optional("pid_file", Text, "", "The file that holds its process id."), optional("name", Text, "", "The name of the process.")],
        one_of: &["pid_file", "name"],
        method: None,
        doc: "A process on this machine.",
    },
    SourceKind {
        name: "http",
        settings: &[required("url", Text, "The address of a JSON document.")],
        one_of: &[],
        method: Some(&Signature::new("json", "json(\"/json/pointer\")", &[Parameter::new("pointer", "a text")], "The number at a JSON pointer of the document.")),
        doc: "A JSON document, read by pointers.",
    },
    SourceKind {
        name: "exec",
        settings: &[required("command", Texts, "A command that prints a number; needs --allow-exec.")],
        one_of: &[],
        method: Some(&Signature::new("value", "value()", &[], "The number that the command prints.")),
        doc: "A command that prints a number.",
    },
    SourceKind {
        name: "cloudwatch",
        settings: &[required("region", Text, "The region.")],
        one_of: &[],
        method: Some(&Signature::new(
            "metric",
            "metric(\"namespace\", \"name\", { dimension = \"value\" }, \"statistic\")",
            &[
                Parameter::new("namespace", "a text"),
                Parameter::new("name", "a text"),
                Parameter::new("dimensions", "a block of texts by name").optional(),
                Parameter::new("statistic", "a text").optional(),
            ],
            "A statistic of a metric in a namespace, narrowed by dimensions.",
        )),
        doc: "Amazon CloudWatch.",
    },
    SourceKind {
        name: "databricks",
        settings: &[required("host", Text, "The workspace."), required("token", Secret, "An access token."), required("pipeline", Text, "The id of the pipeline.")],
        one_of: &[],
        method: None,
        doc: "A Databricks pipeline.",
    },
];

pub fn source_kind(name: &str) -> Option<&'static SourceKind> {
    SOURCES.iter().find(|k| k.name == name)
}
