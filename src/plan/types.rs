//! The plan: what a run does, in base units (seconds, bytes, records, dollars) and ids; nothing is left to look up.
//! A plan exists only where there are no errors.

use crate::source::Span;
use crate::units::{Dimension, Exact};

#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The scenario file as shown to people.
    pub file: String,
    /// Every `param` that the file uses, with its value as written or set, in canonical units.
    pub params: Vec<(String, String)>,
    pub tests: Vec<Test>,
}

pub type TargetId = usize;
pub type EventId = usize;
pub type SendId = usize;
pub type PhaseId = usize;
pub type PipelineId = usize;
/// Index into [`Test::faults`].
pub type FaultId = usize;

/// One test (a `for size in […]` test is one of these per value, named `payloads (size = 100B)`).
#[derive(Clone, Debug)]
pub struct Test {
    pub name: String,
    pub span: Span,
    pub line: usize,
    pub seed: u64,
    /// False where the file names none: then `seed` is a default that the run may report.
    pub seed_given: bool,
    /// Seconds; declared, or the timeline plus 10 m.
    pub timeout: Exact,
    pub tags: Vec<String>,
    pub arrivals: Arrivals,
    /// Seconds of each phase that `during` windows leave out.
    pub skip_first: Exact,
    /// Records a second.
    pub expected: Option<Exact>,
    /// Only what this test needs, in the order of declaration.
    pub targets: Vec<Target>,
    pub events: Vec<Event>,
    /// All distinct `send` lines: the test's own and those of phases.
    pub sends: Vec<Send>,
    /// Unrolled, in the order of the timeline.
    pub phases: Vec<Phase>,
    pub pipelines: Vec<Pipeline>,
    pub sources: Vec<Source>,
    pub metrics: Vec<DeclaredMetric>,
    pub alerts: Vec<Alert>,
    pub faults: Vec<Fault>,
    pub expectations: Vec<Expectation>,
    pub aborts: Vec<Abort>,
    pub sustains: Vec<Sustain>,
    pub sizings: Vec<Sizing>,
    /// The clusters that `cost` counts.
    pub clusters: Vec<Cluster>,
    /// Something names `delivered lost duplicated reordered corrupted` (of a target, a pipeline or the test): targets are to be read back.
    pub audit: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrivals {
    Uniform,
    Poisson,
}

/// A text that may come from the environment or be secret; resolved only by a run, and only where a chosen test needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextValue {
    Literal(String),
    Env { name: String, default: Option<String> },
    Secret { name: String },
}

#[derive(Clone, Debug)]
pub struct Target {
    pub name: String,
    pub span: Span,
    pub kind: TargetKind,
}

#[derive(Clone, Debug)]
// A handful of them in a file: a box would save nothing.
#[allow(clippy::large_enum_variant)]
pub enum TargetKind {
    Kafka(Kafka),
    File { path: TextValue, format: Format, rotate: Option<u64> },
    Null,
    /// Known to the language, not to this engine: `kinesis`, `pubsub`, `eventhubs`, `postgres`, `webhook`. A run refuses it before it starts.
    Other { kind: String },
}

#[derive(Clone, Debug)]
pub struct Kafka {
    /// `"embedded"` (as a literal) is the broker inside.
    pub brokers: TextValue,
    pub topic: TextValue,
    pub partitions: u32,
    pub create: bool,
    pub acks: Acks,
    pub compression: Option<String>,
    /// Seconds.
    pub linger: Option<Exact>,
    /// Bytes.
    pub batch: Option<u64>,
    pub idempotent: bool,
    pub security: Security,
    pub format: Format,
    /// Anything else librdkafka takes.
    pub client: Vec<(String, TextValue)>,
    /// Bytes; default 1_000_000.
    pub max_record: u64,
    /// Seconds, backoff from … to ….
    pub retry: Option<(Exact, Exact)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acks {
    None,
    Leader,
    All,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Security {
    /// `plaintext ssl sasl_plaintext sasl_ssl`
    pub protocol: String,
    /// `plain scram_sha_256 scram_sha_512 …`
    pub mechanism: Option<String>,
    pub username: Option<TextValue>,
    pub password: Option<TextValue>,
    /// Files: authority, client certificate, client key.
    pub ca: Option<TextValue>,
    pub certificate: Option<TextValue>,
    pub key: Option<TextValue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    /// Known, not executed yet.
    Other(String),
}

#[derive(Clone, Debug)]
pub struct Event {
    /// `page_viewed`, of a family `table_change[17]`.
    pub name: String,
    pub span: Span,
    pub key: Option<Key>,
    /// Bytes the encoded record is padded to, drawn between both (inclusive).
    pub size: Option<(u64, u64)>,
    pub fields: Vec<Field>,
    /// `late = late(share, from..=to)`: share and seconds.
    pub late: Option<(Exact, (Exact, Exact))>,
    /// Shares.
    pub duplicate: Option<Exact>,
    pub malformed: Option<Exact>,
    /// `op = choice { … }`, relative weights.
    pub op: Option<Vec<(Exact, Generator)>>,
    pub envelope: Option<String>,
    /// Index of the field that carries the identity.
    pub identity: Option<usize>,
    /// Expected bytes of the encoded record.
    pub mean_bytes: f64,
    /// Most bytes it can take.
    pub max_bytes: Option<u64>,
}

#[derive(Clone, Debug)]
pub enum Key {
    Field(usize),
    Generator(Generator),
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub generator: Generator,
    /// Share of nulls; 0 where none is declared.
    pub null: Exact,
}

/// Ranges are inclusive at both ends, as integers or floats.
#[derive(Clone, Debug)]
pub enum Generator {
    Uuid,
    /// The intended time, RFC 3339 with microseconds, UTC.
    Now,
    /// The record's number in its test, from 0.
    Seq,
    Int { low: i64, high: i64 },
    Float { low: f64, high: f64 },
    /// In hundredths; printed with two decimals.
    Decimal { low: i64, high: i64 },
    Normal { mean: f64, deviation: f64 },
    Lognormal { mean: f64, deviation: f64 },
    Exponential { mean: f64 },
    Zipf { low: i64, high: i64, exponent: f64 },
    /// Bytes.
    Text { low: u64, high: u64 },
    Pattern(String),
    /// Relative weights.
    Choice(Vec<(Exact, Generator)>),
    /// Share of `true`.
    Bool(Exact),
    /// Bytes, base64 in JSON.
    Bytes { low: u64, high: u64 },
    Ip,
    Email,
    /// A person's name.
    Name,
    Word,
    OneOf(Vec<Generator>),
    FromFile { path: String, column: String },
    /// Seconds since 1970.
    Timestamp { low: i64, high: i64 },
    /// Days since 1970.
    Date { low: i64, high: i64 },
    Map { low: u64, high: u64, key: Box<Generator>, value: Box<Generator> },
    List { low: u64, high: u64, element: Box<Generator> },
    Record(Vec<Field>),
    Recent { event: String, field: String, last: u64 },
    /// Literals. Numbers as they are to be printed in JSON.
    LiteralText(String),
    LiteralNumber(String),
    LiteralBool(bool),
    Null,
}

/// One `send` line.
#[derive(Clone, Debug)]
pub struct Send {
    pub text: String,
    pub span: Span,
    pub share: Share,
    /// Flattened mix: probabilities (summing to 1) of events.
    pub events: Vec<(Exact, EventId)>,
    /// `to a and b`: every one gets the same record.
    pub targets: Vec<TargetId>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Share {
    /// Of what the phase offers; the shares of a phase's sends sum to 1.
    Of(Exact),
    /// Records a second of its own, beside what the phase offers.
    Rate(Exact),
}

#[derive(Clone, Debug)]
pub struct Phase {
    /// The word after `phase`.
    pub name: String,
    /// From 1; `of` instances in all.
    pub instance: u32,
    pub of: u32,
    pub span: Span,
    /// Seconds from the start of the test, as planned (a `flood` or `search` before it can move it).
    pub start: Exact,
    /// Seconds, as planned.
    pub duration: Exact,
    pub shape: Shape,
    /// Sends that share this phase's rate (`Share::Of`), and fixed-rate ones (`Share::Rate`).
    pub sends: Vec<SendId>,
    /// What is to be sent in it; filled by `plan::counts`.
    pub counts: Counts,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Records of the phase's own curve (before fan-out to several targets).
    pub curve: u64,
    /// Sum over targets, fixed-rate sends and intended duplicates included; `None` for `search`.
    pub planned: Option<u64>,
    /// By [`TargetId`].
    pub per_target: Vec<u64>,
    /// Expected bytes.
    pub bytes: f64,
}

/// Rates in records a second, lengths in seconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Hold { rate: Exact },
    Ramp { from: Exact, to: Exact },
    /// The rate of each step (already unrolled) and its length; the last may be cut by nothing: duration = levels × every.
    Step { levels: Vec<Exact>, every: Exact },
    Sine { low: Exact, high: Exact, period: Exact },
    Spike { from: Exact, to: Exact },
    Pause,
    Flood { count: u64, at: Option<Exact> },
    /// (seconds, rate) points, already scaled.
    Replay { points: Vec<(Exact, Exact)> },
    /// `ratio` 0.25 for `by 25%`; `within` 0.05.
    Search { from: Exact, to: Exact, ratio: Exact, hold: Exact, settle: Exact, within: Exact },
}

#[derive(Clone, Debug)]
pub struct Pipeline {
    pub name: String,
    pub span: Span,
    pub reads: Vec<PipelineInput>,
    pub group: Option<TextValue>,
    /// Name of the source that reports progress.
    pub progress: Option<String>,
    pub writes: Option<TargetId>,
    /// Records written per record read.
    pub yields: Exact,
    /// Seconds.
    pub trigger: Option<Exact>,
    pub members: Option<u32>,
    pub tables: Option<u64>,
    /// Records a second.
    pub capacity: Option<Exact>,
    pub capacity_span: Option<Span>,
    pub cluster: Option<String>,
    pub stop: Option<Vec<String>>,
    pub start: Option<Vec<String>>,
    pub scale: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PipelineInput {
    Target(TargetId),
    Pipeline(PipelineId),
}

#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub span: Span,
    pub kind: String,
    pub settings: Vec<(String, TextValue)>,
}

/// `metric cpu = prom.query("…") as percent by executor every 15s`
#[derive(Clone, Debug)]
pub struct DeclaredMetric {
    pub name: String,
    pub source: String,
    pub query: Vec<String>,
    pub unit: String,
    pub by: Option<String>,
    /// Seconds.
    pub every: Exact,
    pub dim: Dimension,
}

#[derive(Clone, Debug)]
pub struct Alert {
    pub name: String,
    pub level: AlertLevel,
    pub condition: Condition,
    /// Seconds; 0 where no `for` stands.
    pub hold: Exact,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertLevel {
    Critical,
    Warning,
}

#[derive(Clone, Debug)]
pub struct Abort {
    pub text: String,
    pub line: usize,
    pub span: Span,
    pub condition: Condition,
    pub hold: Exact,
}

#[derive(Clone, Debug)]
pub struct Sustain {
    pub text: String,
    pub line: usize,
    pub condition: Condition,
}

#[derive(Clone, Debug)]
pub struct Fault {
    pub name: String,
    pub span: Span,
    pub action: FaultAction,
    /// The phase instances it strikes in.
    pub phases: Vec<PhaseId>,
    pub offset: FaultOffset,
    pub undo: Option<(Option<FaultAction>, Exact)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FaultOffset {
    /// Seconds into the phase.
    Time(Exact),
    /// Share of the phase.
    Share(Exact),
}

#[derive(Clone, Debug, PartialEq)]
pub enum FaultAction {
    Exec(Vec<String>),
    Stop(PipelineId),
    Start(PipelineId),
    Scale(PipelineId, u32),
    Kill(PipelineId),
}

#[derive(Clone, Debug)]
pub struct Expectation {
    /// As written, without `expect`, spaces folded: `latency.p99 < 250ms during baseline`.
    pub text: String,
    pub file: String,
    pub line: usize,
    pub span: Span,
    pub condition: Condition,
    pub window: Window,
    pub per: Option<Per>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    Always,
    /// Phase instances; `pooled` by `during all`.
    During { phases: Vec<PhaseId>, pooled: bool },
    Eventually { phases: Vec<PhaseId> },
    Within { length: Exact, after: Anchor, hold: Option<Exact> },
    AtEnd,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    End(Vec<PhaseId>),
    Start(Vec<PhaseId>),
    /// Index into `Test::faults`.
    Fault(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Per {
    /// Seconds.
    Time(Exact),
    /// Planned records.
    Records(u64),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare { op: Compare, left: Value, right: Value },
    /// `value in low..high`
    In { value: Value, low: Option<Value>, high: Option<Value>, inclusive: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

/// A number over time. All in base units.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub kind: ValueKind,
    pub dim: Dimension,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    Constant(Exact),
    Metric(MetricRef),
    /// `avg(m)`, `trend(m)` …; with phases, looked up there.
    Window { function: WindowFunction, of: Box<Value>, phases: Option<Vec<PhaseId>> },
    /// `rate(m)`: per-second increase.
    Rate(Box<Value>),
    Negate(Box<Value>),
    Arithmetic { op: Arithmetic, left: Box<Value>, right: Box<Value> },
    /// `min max` of several, `abs ceil floor round` of one.
    Call { function: MathFunction, arguments: Vec<Value> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowFunction {
    Avg,
    Min,
    Max,
    Last,
    Delta,
    Trend,
    Stability,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MathFunction {
    Min,
    Max,
    Abs,
    Ceil,
    Floor,
    Round,
}

/// A series of the recording.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricRef {
    /// Canonical: `latency`, `clicks.latency`, `clickstream.lag`, `errors.ratio`, `alerts.critical`, `cpu`, `spark.gc_ratio`, `limit.capacity`.
    pub series: String,
    /// For distributions.
    pub statistic: Option<Statistic>,
    /// For metrics with one series per instance.
    pub across: Option<Across>,
    /// Seconds between samples.
    pub interval: Exact,
    /// What kind of series it is.
    pub nature: Nature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A gauge or a rate.
    Plain,
    /// Only grows.
    Counter,
    Distribution,
    /// Known once the run is over (audit counts).
    Final,
    /// A declared constant (`tables`, `members_declared`, `capacity`); its value stands in the plan.
    Declared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    P50,
    P90,
    P95,
    P99,
    P999,
    Mean,
    Max,
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    Min,
    Max,
    Avg,
    Spread,
    Count,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NodeKind {
    pub name: String,
    pub vcpu: Exact,
    /// Bytes.
    pub memory: Exact,
    /// Dollars per second.
    pub price: Exact,
    pub as_of: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    pub name: String,
    pub span: Span,
    pub driver: Option<(u64, NodeKind)>,
    /// Between (equal where not autoscaled), kind.
    pub workers: Option<((u64, u64), NodeKind)>,
    /// Shares.
    pub spot: Exact,
    pub spot_price: Exact,
    /// Dollars per second and node.
    pub platform_fee: Exact,
}

#[derive(Clone, Debug)]
pub struct Sizing {
    pub pipeline: PipelineId,
    pub arms: Vec<SizeArm>,
    pub rules: Vec<Rule>,
    pub otherwise: Action,
}

#[derive(Clone, Debug)]
pub struct SizeArm {
    pub low: Option<Exact>,
    pub high: Option<Exact>,
    pub inclusive: bool,
    pub action: Action,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    pub text: String,
    pub condition: Condition,
    pub during: Option<Vec<PhaseId>>,
    pub action: Action,
}

#[derive(Clone, Debug)]
pub enum Action {
    Keep,
    ScaleOut(u64),
    ScaleIn(u64),
    ScaleUp(NodeKind),
    Split(Option<Value>),
    Throttle(Exact),
    Investigate(String),
    Size { low: u64, high: u64, node: NodeKind },
}

impl Test {
    pub fn target(&self, name: &str) -> Option<TargetId> {
        self.targets.iter().position(|t| t.name == name)
    }
    /// Seconds, all phases as planned.
    pub fn duration(&self) -> Exact {
        self.phases.last().map_or_else(|| Exact::from_integer(0), |p| p.start + p.duration)
    }
}
