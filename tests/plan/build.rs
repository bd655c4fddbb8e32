//! Plans made by hand.
#![allow(dead_code)]

use scalec::plan::*;
use scalec::source::{FileId, Span};
use scalec::units::{Dimension, Exact};

pub fn x(n: i128) -> Exact {
    Exact::from_integer(n)
}

pub fn r(n: i128, d: i128) -> Exact {
    Exact::new(n, d)
}

pub fn at(start: usize) -> Span {
    Span::new(FileId(0), start, start + 10)
}

/// A test with one target (`clicks`, embedded, 4 partitions), one event of 400 B and one send of all to it; no phases yet.
pub fn test() -> Test {
    Test {
        name: "by hand".into(),
        span: at(0),
        line: 1,
        seed: 1,
        seed_given: true,
        timeout: x(3600),
        tags: Vec::new(),
        arrivals: Arrivals::Uniform,
        skip_first: x(0),
        expected: None,
        targets: vec![target("clicks", "embedded", 4)],
        events: vec![event("page_viewed", 400.0)],
        sends: vec![send(Share::Of(x(1)), &[(x(1), 0)], &[0])],
        phases: Vec::new(),
        pipelines: Vec::new(),
        sources: Vec::new(),
        metrics: Vec::new(),
        alerts: Vec::new(),
        faults: Vec::new(),
        expectations: Vec::new(),
        aborts: Vec::new(),
        sustains: Vec::new(),
        sizings: Vec::new(),
        clusters: Vec::new(),
        audit: false,
    }
}

pub fn target(name: &str, brokers: &str, partitions: u32) -> Target {
    Target {
        name: name.into(),
        span: at(0),
        kind: TargetKind::Kafka(Kafka {
            brokers: TextValue::Literal(brokers.into()),
            topic: TextValue::Literal(name.into()),
            partitions,
            create: false,
            acks: Acks::Leader,
            compression: None,
            linger: None,
            batch: None,
            idempotent: false,
            security: Security { protocol: "plaintext".into(), mechanism: None, username: None, password: None, ca: None, certificate: None, key: None },
            format: Format::Json,
            client: Vec::new(),
            max_record: 1_000_000,
            retry: None,
        }),
    }
}

pub fn event(name: &str, bytes: f64) -> Event {
    Event {
        name: name.into(),
        span: at(0),
        key: None,
        size: None,
        fields: Vec::new(),
        late: None,
        duplicate: None,
        malformed: None,
        op: None,
        envelope: None,
        identity: None,
        mean_bytes: bytes,
        max_bytes: None,
    }
}

pub fn send(share: Share, events: &[(Exact, EventId)], targets: &[TargetId]) -> Send {
    Send { text: "send page_viewed to clicks".into(), span: at(0), share, events: events.to_vec(), targets: targets.to_vec() }
}

impl Chain for Test {
    fn phase(mut self, name: &str, seconds: Exact, shape: Shape) -> Test {
        let start = self.duration();
        let same = self.phases.iter().filter(|p| p.name == name).count() as u32;
        for p in self.phases.iter_mut().filter(|p| p.name == name) {
            p.of = same + 1;
        }
        let sends = (0..self.sends.len()).collect();
        let span = at(1000 + 100 * self.phases.len());
        self.phases.push(Phase { name: name.into(), instance: same + 1, of: same + 1, span, start, duration: seconds, shape, sends, counts: Counts::default() });
        self
    }
    fn hold(self, name: &str, rate: i128, seconds: i128) -> Test {
        self.phase(name, x(seconds), Shape::Hold { rate: x(rate) })
    }
    fn pipeline(mut self, name: &str, capacity: Option<i128>) -> Test {
        self.pipelines.push(pipeline(name, capacity));
        self
    }
    fn expect(mut self, text: &str, condition: Condition, window: Window) -> Test {
        let line = 50 + self.expectations.len();
        let span = at(5000 + 100 * self.expectations.len());
        self.expectations.push(Expectation { text: text.into(), file: "by_hand.scale".into(), line, span, condition, window, per: None });
        self
    }
    /// All instances of the phase with this name.
    fn named(&self, name: &str) -> Vec<PhaseId> {
        (0..self.phases.len()).filter(|&i| self.phases[i].name == name).collect()
    }
}

pub trait Chain {
    fn phase(self, name: &str, seconds: Exact, shape: Shape) -> Test;
    fn hold(self, name: &str, rate: i128, seconds: i128) -> Test;
    fn pipeline(self, name: &str, capacity: Option<i128>) -> Test;
    fn expect(self, text: &str, condition: Condition, window: Window) -> Test;
    fn named(&self, name: &str) -> Vec<PhaseId>;
}

/// Reads target 0.
pub fn pipeline(name: &str, capacity: Option<i128>) -> Pipeline {
    Pipeline {
        name: name.into(),
        span: at(200),
        reads: vec![PipelineInput::Target(0)],
        group: None,
        progress: None,
        writes: None,
        yields: x(1),
        trigger: None,
        members: None,
        tables: None,
        capacity: capacity.map(x),
        capacity_span: capacity.map(|_| at(300)),
        cluster: None,
        stop: None,
        start: None,
        scale: None,
    }
}

pub fn metric(series: &str) -> Value {
    let reference = MetricRef { series: series.into(), statistic: None, across: None, interval: x(1), nature: Nature::Plain };
    Value { kind: ValueKind::Metric(reference), dim: Dimension::COUNT }
}

pub fn constant(n: i128) -> Value {
    Value { kind: ValueKind::Constant(x(n)), dim: Dimension::COUNT }
}

pub fn compare(left: Value, op: Compare, right: Value) -> Condition {
    Condition::Compare { op, left, right }
}

pub fn lag_below(pipeline: &str, limit: i128) -> Condition {
    compare(metric(&format!("{pipeline}.lag")), Compare::Less, constant(limit))
}

/// Numbers for property tests.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}
