use super::*;
use crate::plan::{Field, Generator, Key};
use crate::source::Span;
use crate::units::Exact;

fn field(name: &str, generator: Generator) -> Field {
    Field { name: name.into(), generator, null: Exact::from_integer(0) }
}

fn event(fields: Vec<Field>, key: Option<Key>, size: Option<(u64, u64)>) -> Event {
    Event {
        name: "e".into(),
        span: Span::default(),
        key,
        size,
        fields,
        late: None,
        duplicate: None,
        malformed: None,
        op: None,
        envelope: None,
        identity: None,
        mean_bytes: 0.0,
        max_bytes: None,
    }
}

fn share(percent: i128) -> Exact {
    Exact::new(percent, 100)
}

fn write(event: &Event, seed: u64, k: u64) -> (serde_json::Value, Vec<u8>, Option<String>) {
    let encoder = Encoder::compile(std::slice::from_ref(event), seed).expect("compiles");
    let mut scratch = Scratch::default();
    encoder.encode(0, k, 1_764_000_000_123_456_789, &mut scratch);
    let value = serde_json::from_slice(&scratch.payload)
        .unwrap_or_else(|e| panic!("not JSON: {e}: {}", String::from_utf8_lossy(&scratch.payload)));
    let key = scratch.has_key.then(|| String::from_utf8(scratch.key.clone()).expect("text"));
    (value, scratch.payload.clone(), key)
}

fn everything() -> Event {
    let number = || Generator::Int { low: -5, high: 5 };
    event(
        vec![
            field("id", Generator::Uuid),
            field("at", Generator::Now),
            field("n", Generator::Seq),
            field("user", Generator::Zipf { low: 10, high: 100_010, exponent: 1.1 }),
            field("int", number()),
            field("float", Generator::Float { low: 0.5, high: 0.75 }),
            field("total", Generator::Decimal { low: -150, high: 400_000 }),
            field("normal", Generator::Normal { mean: 10.0, deviation: 2.0 }),
            field("lognormal", Generator::Lognormal { mean: 100.0, deviation: 20.0 }),
            field("exponential", Generator::Exponential { mean: 3.0 }),
            field("text", Generator::Text { low: 0, high: 50 }),
            field("pattern", Generator::Pattern("[0-9]{2}\\.[a-c]+(x|\"y\")?".into())),
            field(
                "page",
                Generator::Choice(vec![
                    (share(60), Generator::LiteralText("/home \"quoted\"".into())),
                    (share(40), Generator::LiteralText("/cart".into())),
                ]),
            ),
            field("flag", Generator::Bool(share(30))),
            field("bytes", Generator::Bytes { low: 3, high: 9 }),
            field("ip", Generator::Ip),
            field("email", Generator::Email),
            field("name", Generator::Name),
            field("word", Generator::Word),
            field("one", Generator::OneOf(vec![Generator::LiteralNumber("1.5".into()), Generator::Null])),
            field("when", Generator::Timestamp { low: 0, high: 1_900_000_000 }),
            field("day", Generator::Date { low: 0, high: 20_000 }),
            field("map", Generator::Map { low: 2, high: 4, key: Box::new(number()), value: Box::new(Generator::Word) }),
            field("list", Generator::List { low: 0, high: 3, element: Box::new(Generator::Record(vec![field("sku", number())])) }),
            Field { name: "maybe".into(), generator: Generator::Word, null: share(50) },
        ],
        Some(Key::Field(3)),
        None,
    )
}

#[test]
fn every_generator_writes_json_within_its_bounds() {
    let event = everything();
    for k in 0..500 {
        let (value, _, key) = write(&event, 7, k);
        assert_eq!(value["n"], k);
        let user = value["user"].as_i64().expect("a number");
        assert!((10..=100_010).contains(&user));
        assert_eq!(key.as_deref(), Some(user.to_string().as_str()));
        assert!((-5..=5).contains(&value["int"].as_i64().expect("a number")));
        assert!((0.5..0.75).contains(&value["float"].as_f64().expect("a number")));
        assert!((-1.5..=4000.0).contains(&value["total"].as_f64().expect("a number")));
        assert_eq!(value["at"], "2025-11-24T16:00:00.123456Z");
        assert_eq!(value["id"].as_str().map(str::len), Some(36));
        assert_eq!(value["id"].as_str().and_then(|s| s.chars().nth(14)), Some('4'));
        assert!(value["text"].as_str().expect("a text").len() <= 50);
        assert!(value["map"].as_object().expect("a map").len() <= 4);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_whatever_came_before() {
    let event = everything();
    let encoder = Encoder::compile(&[everything()], 7).expect("compiles");
    let mut scratch = Scratch::default();
    for k in (0..200).rev() {
        encoder.encode(0, k, 1_764_000_000_123_456_789, &mut scratch);
        assert_eq!(scratch.payload, write(&event, 7, k).1);
    }
    assert_ne!(write(&event, 7, 1).1, write(&event, 8, 1).1);
}

#[test]
fn a_size_is_met_to_the_byte_and_the_record_stays_json() {
    for size in [40, 60, 61, 70, 1024] {
        let event = event(vec![field("id", Generator::Uuid)], None, Some((size, size)));
        let (value, bytes, key) = write(&event, 1, 3);
        assert_eq!(bytes.len() as u64, size.max(45));
        assert!(value["id"].is_string());
        assert_eq!(key, None);
    }
}

#[test]
fn keys_are_plain_text_and_a_null_is_none() {
    let text = event(vec![field("page", Generator::LiteralText("a \"b\"".into()))], Some(Key::Field(0)), None);
    assert_eq!(write(&text, 1, 0).2.as_deref(), Some("a \"b\""));
    let null = event(vec![field("page", Generator::Null)], Some(Key::Field(0)), None);
    assert_eq!(write(&null, 1, 0).2, None);
    let own = event(vec![], Some(Key::Generator(Generator::Int { low: 17, high: 17 })), None);
    assert_eq!(write(&own, 1, 0).2.as_deref(), Some("17"));
}

#[test]
fn zipf_follows_its_law() {
    let zipf = zipf::Tables::default().zipf(1000, 1.1).expect("a table");
    let mut random = Random::of_record(1, 1);
    let mut counts = vec![0u32; 1000];
    (0..1_000_000).for_each(|_| counts[zipf.draw(&mut random) as usize] += 1);
    let sum: f64 = (1..=1000).map(|r| (r as f64).powf(-1.1)).sum();
    for rank in [1usize, 2, 3, 10, 100] {
        let expected = 1_000_000.0 * (rank as f64).powf(-1.1) / sum;
        let seen = f64::from(counts[rank - 1]);
        assert!((seen - expected).abs() < 5.0 * expected.sqrt() + 5.0, "rank {rank}: {seen} instead of {expected}");
    }
}

#[test]
fn a_mix_is_drawn_by_its_shares() {
    let draw = Draw::new(&[(share(60), 4), (share(30), 2), (share(10), 9)], 1, 0);
    let mut counts = [0u32; 10];
    (0..100_000).for_each(|k| counts[draw.event(k)] += 1);
    assert!((59_000..61_000).contains(&counts[4]), "{counts:?}");
    assert!((29_000..31_000).contains(&counts[2]), "{counts:?}");
    assert!((9_300..10_700).contains(&counts[9]), "{counts:?}");
}

#[test]
fn malformed_records_are_no_json_and_late_ones_are_older() {
    let mut broken = event(vec![field("id", Generator::Uuid)], None, None);
    broken.malformed = Some(share(100));
    let encoder = Encoder::compile(&[broken], 1).expect("compiles");
    let mut scratch = Scratch::default();
    encoder.encode(0, 0, 0, &mut scratch);
    assert!(serde_json::from_slice::<serde_json::Value>(&scratch.payload).is_err());

    let mut late = event(vec![field("at", Generator::Now)], None, None);
    late.late = Some((share(100), (Exact::from_integer(60), Exact::from_integer(60))));
    assert_eq!(write(&late, 1, 0).0["at"], "2025-11-24T15:59:00.123456Z");
}

#[test]
fn what_cannot_be_sent_yet_is_refused_by_name() {
    let recent = event(vec![field("who", Generator::Recent { event: "x".into(), field: "y".into(), last: 3 })], None, None);
    let why = Encoder::compile(&[recent], 1).expect_err("refused");
    assert!(why.contains("event `e`: field `who`") && why.contains("recent"), "{why}");
}
