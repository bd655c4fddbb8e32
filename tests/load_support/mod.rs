//! Tests of one send and one phase, built by hand: what the engine does must not hang on what the language does.
#![allow(dead_code)]

use scalec::plan::{
    Arrivals, Event, Field, Generator, Key, Phase, Send, Shape, Share, Target, TargetKind, Test, counts,
};
use scalec::units::Exact;

pub fn exact(n: i128) -> Exact {
    Exact::from_integer(n)
}

pub fn target(name: &str) -> Target {
    Target { name: name.into(), span: Default::default(), kind: TargetKind::Null }
}

fn field(name: &str, generator: Generator) -> Field {
    Field { name: name.into(), generator, null: exact(0) }
}

/// About 400 bytes.
pub fn event(name: &str) -> Event {
    Event {
        name: name.into(),
        span: Default::default(),
        key: Some(Key::Field(3)),
        size: None,
        fields: vec![
            field("event_id", Generator::Uuid),
            field("at", Generator::Now),
            field("n", Generator::Seq),
            field("user", Generator::Zipf { low: 1, high: 100_000, exponent: 1.1 }),
            field("page", Generator::Choice(vec![
                (exact(6), Generator::LiteralText("/home".into())),
                (exact(3), Generator::LiteralText("/cart".into())),
                (exact(1), Generator::LiteralText("/checkout".into())),
            ])),
            field("total", Generator::Decimal { low: 100, high: 400_000 }),
            field("mobile", Generator::Bool(Exact::new(1, 3))),
            field("note", Generator::Text { low: 200, high: 200 }),
        ],
        late: None,
        duplicate: None,
        malformed: None,
        op: None,
        envelope: None,
        identity: None,
        mean_bytes: 400.0,
        max_bytes: Some(420),
    }
}

pub fn send(share: Share, event: usize, targets: &[usize]) -> Send {
    Send { text: "send".into(), span: Default::default(), share, events: vec![(exact(1), event)], targets: targets.to_vec() }
}

/// Lengths in milliseconds.
pub fn hold(rate: i128, milliseconds: i128) -> (Shape, i128) {
    (Shape::Hold { rate: exact(rate) }, milliseconds)
}

pub fn test(phases: &[(Shape, i128)]) -> Test {
    let mut start = exact(0);
    let count = phases.len() as u32;
    let phases = phases
        .iter()
        .enumerate()
        .map(|(i, (shape, milliseconds))| {
            let duration = Exact::new(*milliseconds, 1_000);
            let phase = Phase {
                name: "load".into(),
                instance: i as u32 + 1,
                of: count,
                span: Default::default(),
                start,
                duration,
                shape: shape.clone(),
                sends: vec![0],
                counts: Default::default(),
            };
            start += duration;
            phase
        })
        .collect();
    let mut test = Test {
        name: "t".into(),
        span: Default::default(),
        line: 1,
        seed: 7,
        seed_given: true,
        timeout: exact(600),
        tags: vec![],
        arrivals: Arrivals::Uniform,
        skip_first: exact(0),
        expected: None,
        targets: vec![target("clicks")],
        events: vec![event("page_viewed")],
        sends: vec![send(Share::Of(exact(1)), 0, &[0])],
        phases,
        pipelines: vec![],
        sources: vec![],
        metrics: vec![],
        alerts: vec![],
        faults: vec![],
        expectations: vec![],
        aborts: vec![],
        sustains: vec![],
        sizings: vec![],
        clusters: vec![],
        audit: false,
    };
    counts::fill(&mut test);
    test
}
