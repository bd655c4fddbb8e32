//! The metrics that need no declaration: what they measure, and of what nature they are.

use crate::plan::{Across, Nature, Statistic};
use crate::syntax::ast::Ident;
use crate::units::Dimension;

/// One metric of a table.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    pub name: &'static str,
    pub dim: Dimension,
    pub nature: Nature,
    /// One series per instance.
    pub per_instance: bool,
    /// A share of a whole: never above 100 %. (All of these are never below 0.)
    pub share: bool,
    /// One line, for hover.
    pub doc: &'static str,
}

const fn plain(name: &'static str, dim: Dimension, doc: &'static str) -> Series {
    Series { name, dim, nature: Nature::Plain, per_instance: false, share: false, doc }
}
const fn counter(name: &'static str, doc: &'static str) -> Series {
    Series { name, dim: Dimension::COUNT, nature: Nature::Counter, per_instance: false, share: false, doc }
}
const fn distribution(name: &'static str, doc: &'static str) -> Series {
    Series { name, dim: Dimension::TIME, nature: Nature::Distribution, per_instance: false, share: false, doc }
}
const fn at_the_end(name: &'static str, doc: &'static str) -> Series {
    Series { name, dim: Dimension::COUNT, nature: Nature::Final, per_instance: false, share: false, doc }
}
const fn each(name: &'static str, dim: Dimension, doc: &'static str) -> Series {
    Series { name, dim, nature: Nature::Plain, per_instance: true, share: false, doc }
}

const fn share(series: Series) -> Series {
    Series { share: true, ..series }
}

/// How often scalec samples what it measures itself, and by default what it asks of others, in seconds.
pub const OWN: i128 = 1;
pub const ASKED: i128 = 5;

const RATE: Dimension = Dimension::RATE;
const COUNT: Dimension = Dimension::COUNT;
const RATIO: Dimension = Dimension::RATIO;
const TIME: Dimension = Dimension::TIME;
const DATA: Dimension = Dimension::DATA;

/// Of every test, and of each target.
pub const LOAD: &[Series] = &[
    plain("offered_rate", RATE, "Records a second that the schedule offers."),
    plain("sent_rate", RATE, "Records a second that were sent."),
    plain("acked_rate", RATE, "Records a second that the target acknowledged."),
    plain("bytes_rate", Dimension::DATA_RATE, "Bytes a second that were sent."),
    counter("planned", "Records due so far."),
    counter("sent", "Records sent so far."),
    counter("not_sent", "Records that a full buffer kept back for too long."),
    counter("acked", "Records acknowledged so far."),
    counter("failed", "Records that the target refused."),
    share(plain("errors.ratio", RATIO, "Failed of all that was answered.")),
    distribution("latency", "From the intended time to the acknowledgement."),
    distribution("service_time", "From the actual send to the acknowledgement."),
    distribution("lateness", "From the intended time to the actual send."),
];

/// Read back: of a target, of what a pipeline writes, and of the test as the sum over targets.
pub const AUDIT: &[Series] = &[
    at_the_end("delivered", "Distinct records read back."),
    at_the_end("lost", "Acknowledged, and not there."),
    at_the_end("duplicated", "Read more than once, beyond what was intended."),
    at_the_end("reordered", "Out of order within a key."),
    at_the_end("corrupted", "Not what was sent."),
];

/// Of a test only: its alerts.
pub const ALERTS: &[Series] = &[counter("alerts.critical", "Critical alerts raised so far."), counter("alerts.warning", "Warnings raised so far.")];

/// Of a test only: what its clusters cost.
pub const COST: &[Series] = &[
    Series { name: "cost", dim: Dimension::MONEY, nature: Nature::Counter, per_instance: false, share: false, doc: "Dollars so far." },
    plain("cost_per_million", Dimension::MONEY_PER_COUNT, "Dollars per million acknowledged so far."),
];

/// Of a phase that is a `search`.
pub const SEARCH: &[Series] = &[
    Series { dim: RATE, ..at_the_end("capacity", "The highest rate at which every `sustain` held.") },
    Series { dim: RATE, ..at_the_end("capacity.high", "The lowest rate at which one did not.") },
];

/// Of a pipeline; `needs` names the settings one of which provides it.
pub const PIPELINE: &[(Series, &[&str])] = &[
    (plain("lag", COUNT, "Records behind."), &["group", "progress", "capacity"]),
    (plain("lag_time", TIME, "How long the records behind have been waiting."), &["group", "progress", "capacity"]),
    (plain("processing_rate", RATE, "Records a second that it takes."), &["group", "progress", "capacity"]),
    (plain("members", COUNT, "Members of its group."), &["group"]),
    (counter("rebalances", "Rebalances of its group so far."), &["group"]),
    (Series { name: "tables", dim: COUNT, nature: Nature::Declared, per_instance: false, share: false, doc: "As declared." }, &["tables"]),
    (Series { name: "members_declared", dim: COUNT, nature: Nature::Declared, per_instance: false, share: false, doc: "`members` as declared." }, &["members"]),
    (Series { name: "capacity", dim: RATE, nature: Nature::Declared, per_instance: false, share: false, doc: "As declared." }, &["capacity"]),
    (at_the_end("delivered", "Distinct records read back from what it writes."), &["writes"]),
    (at_the_end("lost", "Records that did not come out."), &["writes"]),
    (at_the_end("duplicated", "Records that came out more than once."), &["writes"]),
    (at_the_end("reordered", "Records out of order within a key."), &["writes"]),
    (at_the_end("corrupted", "Records that are not what was sent."), &["writes"]),
    (distribution("end_to_end", "From the intended time to the record in what it writes."), &["writes"]),
];

const SPARK: &[Series] = &[
    plain("input_rate", RATE, "Records a second that came in."),
    plain("processing_rate", RATE, "Records a second that were processed."),
    plain("batch_duration", TIME, "How long a micro-batch took."),
    plain("trigger_interval", TIME, "How often a micro-batch starts."),
    plain("backlog", COUNT, "Records behind."),
    plain("state_rows", COUNT, "Rows of state."),
    plain("state_memory", DATA, "Memory of state."),
    share(plain("gc_ratio", RATIO, "Share of the time spent on garbage collection.")),
    share(each("executor.cpu", RATIO, "Of each executor.")),
    share(each("executor.memory", RATIO, "Of each executor.")),
    share(plain("driver.cpu", RATIO, "Of the driver.")),
    share(plain("driver.memory", RATIO, "Of the driver.")),
    plain("executors", COUNT, "Executors alive."),
    counter("failed_tasks", "Tasks that failed so far."),
];

const PROCESS: &[Series] = &[
    plain("cpu", RATIO, "Of one core: two that are busy are 200%."),
    plain("memory", DATA, "Resident memory."),
    plain("threads", COUNT, "Threads."),
    plain("open_files", COUNT, "Open files."),
];

const DATABRICKS: &[Series] = &[
    plain("backlog", COUNT, "Records behind."),
    plain("backlog_bytes", DATA, "Bytes behind."),
    plain("processing_rate", RATE, "Records a second that were processed."),
    plain("batch_duration", TIME, "How long an update took."),
];

const SOURCES: &[(&str, &[Series])] = &[("spark", SPARK), ("process", PROCESS), ("databricks", DATABRICKS)];

/// What a kind of source offers without a query.
pub fn source_metrics(kind: &str) -> impl Iterator<Item = &'static Series> {
    SOURCES.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, table)| table).iter()
}

pub fn source_metric(kind: &str, name: &str) -> Option<&'static Series> {
    source_metrics(kind).find(|s| s.name == name)
}

/// The kinds of source that offer metrics without a query.
pub fn offering_sources() -> impl Iterator<Item = (&'static str, &'static [Series])> {
    SOURCES.iter().copied()
}

/// What `as` may say of a raw number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawUnit {
    pub name: &'static str,
    pub dim: Dimension,
    pub doc: &'static str,
}

const fn raw(name: &'static str, dim: Dimension, doc: &'static str) -> RawUnit {
    RawUnit { name, dim, doc }
}

pub const UNITS: &[RawUnit] = &[
    raw("number", RATIO, "A plain number, as it comes."),
    raw("count", COUNT, "So many of something."),
    raw("ratio", RATIO, "1 is 100%."),
    raw("percent", RATIO, "100 is 100%."),
    raw("seconds", TIME, "A time in seconds."),
    raw("milliseconds", TIME, "A time in milliseconds."),
    raw("bytes", DATA, "A size in bytes."),
    raw("mebibytes", DATA, "A size in MiB."),
    raw("per_second", RATE, "So many of something a second."),
    raw("bytes_per_second", Dimension::DATA_RATE, "Bytes a second."),
    raw("dollars", Dimension::MONEY, "An amount of money in dollars."),
];

/// A number of a distribution: `latency.p99`.
#[derive(Clone, Copy, Debug)]
pub struct Pick<T> {
    pub name: &'static str,
    pub meaning: T,
    pub doc: &'static str,
}

const fn pick<T>(name: &'static str, meaning: T, doc: &'static str) -> Pick<T> {
    Pick { name, meaning, doc }
}

pub const STATISTICS: &[Pick<Statistic>] = &[
    pick("p50", Statistic::P50, "The median: half of the values are at most this."),
    pick("p90", Statistic::P90, "90 of 100 values are at most this."),
    pick("p95", Statistic::P95, "95 of 100 values are at most this."),
    pick("p99", Statistic::P99, "99 of 100 values are at most this."),
    pick("p999", Statistic::P999, "999 of 1_000 values are at most this."),
    pick("mean", Statistic::Mean, "The mean of all values."),
    pick("max", Statistic::Max, "The largest value."),
    pick("count", Statistic::Count, "How many values there are."),
];

/// Across the instances of a series at a moment: `cpu.max`.
pub const ACROSS: &[Pick<Across>] = &[
    pick("min", Across::Min, "Of the instance with the lowest value."),
    pick("max", Across::Max, "Of the instance with the highest value."),
    pick("avg", Across::Avg, "The mean of the instances."),
    pick("spread", Across::Spread, "How far the highest and the lowest are apart."),
    pick("count", Across::Count, "How many instances there are; one that is silent for two intervals has left."),
];

/// The unit of a source's own metric, in base units.
pub fn unit_of(dim: Dimension) -> &'static str {
    UNITS.iter().find(|u| u.dim == dim && !matches!(u.name, "percent" | "milliseconds" | "mebibytes" | "ratio")).map_or("number", |u| u.name)
}

/// The first word of a metric of every test: `latency`, `errors`, `alerts`.
pub fn is_test_metric(word: &str) -> bool {
    test_metrics().any(|s| s.name.split('.').next() == Some(word))
}

/// Every metric of a test without a declaration.
pub fn test_metrics() -> impl Iterator<Item = &'static Series> {
    LOAD.iter().chain(AUDIT).chain(ALERTS).chain(COST)
}

/// The longest name of the table that the path begins with, and the words behind it.
pub fn longest<'p, 'a>(table: impl Iterator<Item = &'static Series>, path: &'p [&'a Ident]) -> Option<(&'static Series, &'p [&'a Ident])> {
    table
        .filter_map(|s| {
            let mut words = path.iter();
            let begins = s.name.split('.').all(|part| words.next().is_some_and(|word| word.text == part));
            begins.then_some((path.len() - words.len(), s))
        })
        .max_by_key(|(n, _)| *n)
        .map(|(n, s)| (s, path.get(n..).unwrap_or(&[])))
}
