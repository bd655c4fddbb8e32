//! What was measured, in base units. Times are seconds from the start of the test. `verdict::judge` reads nothing else beside the plan.

use std::collections::BTreeMap;

/// A series: its canonical name (`clickstream.lag`), and the value of its `by` label where it has instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey {
    pub name: String,
    pub instance: Option<String>,
}

impl SeriesKey {
    pub fn plain(name: impl Into<String>) -> SeriesKey {
        SeriesKey { name: name.into(), instance: None }
    }
}

/// Samples in order of time: (seconds, value).
pub type Samples = Vec<(f64, f64)>;

/// The values of a distribution whose intended time lies in `from..to`, as sparse HdrHistogram-like buckets in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DistributionSlice {
    pub from: f64,
    pub to: f64,
    /// (value in nanoseconds, count), ascending.
    pub buckets: Vec<(u64, u64)>,
    /// Exact sum and maximum in nanoseconds.
    pub sum: f64,
    pub max: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    pub planned: u64,
    pub sent: u64,
    pub not_sent: u64,
    pub acked: u64,
    pub failed: u64,
    pub unknown: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    pub delivered: u64,
    pub lost: u64,
    pub duplicated: u64,
    pub reordered: u64,
    pub corrupted: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhaseRecord {
    /// Really; seconds from the start of the test. `None` where it was not reached.
    pub span: Option<(f64, f64)>,
    /// False where it was cut off.
    pub complete: bool,
    pub planned: u64,
    pub sent: u64,
    pub acked: u64,
    /// Bytes of sent payloads.
    pub bytes: u64,
    pub generator: GeneratorVerdict,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GeneratorVerdict {
    #[default]
    Ok,
    GeneratorLimited,
    TargetLimited,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RaisedAlert {
    /// Index into `plan::Test::alerts`.
    pub alert: usize,
    pub from: f64,
    /// `None`: still raised at the end.
    pub to: Option<f64>,
}

/// Everything measured in one test.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Nanoseconds since 1970.
    pub started_at_ns: i128,
    /// Seconds, real, from the start to the end of the final flush.
    pub duration: f64,
    /// Seconds at which the last phase ended (before the flush).
    pub load_end: f64,
    /// By `PhaseId`.
    pub phases: Vec<PhaseRecord>,
    pub series: BTreeMap<SeriesKey, Samples>,
    /// `latency`, `clicks.latency`, `service_time`, `lateness` …: slices in order of time, none across a phase boundary.
    pub distributions: BTreeMap<String, Vec<DistributionSlice>>,
    /// Values known at the end: `delivered`, `clicks.lost`, `planned` … by canonical name. Absent: not measured.
    pub finals: BTreeMap<String, f64>,
    pub accounting: Accounting,
    /// By target.
    pub target_accounting: Vec<Accounting>,
    /// Stretches in which the generator itself fell behind.
    pub generator_limited: Vec<(f64, f64)>,
    pub generator: GeneratorVerdict,
    pub alerts: Vec<RaisedAlert>,
    /// Index into `plan::Test::aborts`, and when it was met.
    pub aborted: Option<(usize, f64)>,
    pub interrupted: Option<f64>,
    /// Why the run could not finish (a broker that is gone …).
    pub broken: Option<String>,
    /// Seconds from the start at which each fault struck, by fault, in order.
    pub faults: Vec<Vec<f64>>,
    pub time_scale: f64,
    pub audit: Option<Audit>,
    pub audit_problem: Option<String>,
    /// By kind: `message timed out` → count.
    pub errors: BTreeMap<String, u64>,
    pub pacing: Pacing,
    pub resources: Resources,
}

/// Ratios as fractions, lateness in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pacing {
    pub rate_error_ratio: f64,
    pub worst_second_error_ratio: f64,
}

/// Of scalec's own process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Resources {
    /// Of all the cores it may use.
    pub peak_cpu_ratio: f64,
    pub peak_memory_bytes: u64,
    /// Lateness of an idle thread in seconds: the host's own hiccups (worst).
    pub host_hiccup_max: f64,
}
