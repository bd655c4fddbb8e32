use super::*;
use crate::plan::Field;
use crate::units::Exact;

fn of(generator: &Generator) -> Distribution {
    of_generator(generator, MOST, &|_, _| None)
}

fn text(text: &str) -> Generator {
    Generator::LiteralText(text.into())
}

fn choice(entries: &[(i128, Generator)]) -> Generator {
    Generator::Choice(entries.iter().map(|(w, g)| (Exact::from_integer(*w), g.clone())).collect())
}

fn told(generator: &Generator) -> Vec<(String, f64)> {
    let of = of(generator);
    assert!(of.rest == 0.0 && of.unknown == 0.0, "{of:?}");
    assert!((of.told.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-9, "{of:?}");
    of.told
}

fn texts(generator: &Generator) -> Vec<String> {
    let mut all: Vec<String> = told(generator).into_iter().map(|(t, _)| t).collect();
    all.sort();
    all
}

#[test]
fn few_values_are_told_with_their_shares() {
    assert_eq!(told(&choice(&[(3, text("a")), (1, text("b"))])), [("a".to_string(), 0.75), ("b".to_string(), 0.25)]);
    // The same text twice is one key.
    assert_eq!(told(&choice(&[(1, text("a")), (2, Generator::OneOf(vec![text("a"), text("b")]))])).len(), 2);
    assert_eq!(told(&Generator::Bool(Exact::new(1, 4))), [("false".to_string(), 0.75), ("true".to_string(), 0.25)]);
    assert_eq!(texts(&Generator::Decimal { low: -5, high: -3 }), ["-0.03", "-0.04", "-0.05"]);
    assert_eq!(texts(&Generator::Date { low: 0, high: 2 }), ["1970-01-01", "1970-01-02", "1970-01-03"]);
    assert_eq!(texts(&Generator::Timestamp { low: 59, high: 60 }), ["1970-01-01T00:00:59Z", "1970-01-01T00:01:00Z"]);
}

#[test]
fn patterns_are_walked_as_they_are_drawn() {
    let pattern = |regex: &str| Generator::Pattern(regex.into());
    assert_eq!(texts(&pattern("(eu|us)-[1-3]")).len(), 6);
    assert_eq!(texts(&pattern("x[ab]?")), ["x", "xa", "xb"]);
    assert_eq!(told(&pattern("x[ab]?")).first(), Some(&("x".to_string(), 0.5)));
    assert_eq!(texts(&pattern("sensor")), ["sensor"]);
    // What people type, where the class has any of it: as many as `load::payload` draws.
    assert_eq!(texts(&pattern("\\d")).len(), 10);
    let many = of(&pattern("[a-z]{12}"));
    assert_eq!((many.told.len(), many.rest), (0, 1.0));
    let long = of(&pattern("a{1000000}"));
    assert_eq!(long.unknown, 1.0);
}

#[test]
fn a_record_is_a_document() {
    let field = |name: &str, generator: Generator, null: Exact| Field { name: name.into(), generator, null };
    let half = Exact::new(1, 2);
    let record = Generator::Record(vec![field("os", choice(&[(1, text("a\"")), (1, text("b"))]), Exact::from_integer(0)), field("v", text("1"), half)]);
    assert_eq!(texts(&record), ["{\"os\":\"a\\\"\",\"v\":\"1\"}", "{\"os\":\"a\\\"\",\"v\":null}", "{\"os\":\"b\",\"v\":\"1\"}", "{\"os\":\"b\",\"v\":null}"]);
    let list = Generator::List { low: 0, high: 2, element: Box::new(choice(&[(1, Generator::LiteralNumber("1".into())), (1, Generator::LiteralNumber("2".into()))])) };
    assert_eq!(texts(&list), ["[1,1]", "[1,2]", "[1]", "[2,1]", "[2,2]", "[2]", "[]"]);
}

#[test]
fn zipf_leans_on_the_first() {
    let zipf = |high: i64, exponent: f64| of(&Generator::Zipf { low: 1, high, exponent });
    let small = zipf(4, 1.0);
    // 1 : 1/2 : 1/3 : 1/4
    assert_eq!(small.told.len(), 4);
    assert!((small.told[0].1 - 12.0 / 25.0).abs() < 1e-12, "{small:?}");
    for exponent in [0.5, 1.0, 1.1, 2.0] {
        let large = zipf(1_000_000, exponent);
        let exact: f64 = (1..=1_000_000u32).map(|r| f64::from(r).powf(-exponent)).sum();
        assert!((large.told[0].1 * exact - 1.0).abs() < 1e-6, "{exponent}");
        assert!((large.told.iter().map(|(_, p)| p).sum::<f64>() + large.rest - 1.0).abs() < 1e-9);
    }
    let busiest = 1.0 - zipf(1_000_000, 1.1).rest;
    assert!((0.83..0.85).contains(&busiest), "{busiest}");
}

#[test]
fn what_is_many_and_what_is_unknown() {
    for generator in [Generator::Uuid, Generator::Seq, Generator::Now, Generator::Int { low: 0, high: i64::MAX }, Generator::Text { low: 8, high: 20 }] {
        let of = of(&generator);
        assert!(of.told.is_empty() && of.unknown == 0.0 && (of.rest - 1.0).abs() < 1e-12, "{generator:?}: {of:?}");
    }
    let file = Generator::FromFile { path: "a".into(), column: "b".into() };
    assert_eq!(of(&file), Distribution::unknown());
    let mixed = of(&choice(&[(1, text("hot")), (3, Generator::Uuid)]));
    assert_eq!((mixed.told.len(), mixed.rest), (1, 0.75));
    // A reference is as frequent as what it refers to; one that leads nowhere is unknown.
    let recent = Generator::Recent { event: "order".into(), field: "shop".into(), last: 100 };
    let shops = choice(&[(1, text("a")), (1, text("b"))]);
    assert_eq!(of_generator(&recent, MOST, &|event, field| ((event, field) == ("order", "shop")).then_some(&shops)).told.len(), 2);
    assert_eq!(of_generator(&recent, MOST, &|_, _| Some(&recent)), Distribution::unknown());
}

#[test]
fn shares_sum_to_what_is_known() {
    let keys = Keys { of: of(&choice(&[(9, text("a")), (1, Generator::Uuid)])).scaled(0.8), none: 0.2 };
    for partitioner in [Partitioner::Murmur2, Partitioner::Crc32 { spread_empty: true }, Partitioner::Fnv1a, Partitioner::Md5Ranges, Partitioner::Random] {
        let shares = keys.shares(partitioner, 7);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let most = shares.iter().fold(0.0f64, |a, b| a.max(*b));
        let expected = if partitioner == Partitioner::Random { 1.0 / 7.0 } else { 0.72 + 0.28 / 7.0 };
        assert!((most - expected).abs() < 1e-12, "{partitioner:?}: {most}");
    }
}

#[test]
fn few_means_all_are_told() {
    let keys = |key: Generator| Keys { of: of_generator(&key, 12, &|_, _| None), none: 0.0 };
    assert_eq!(keys(Generator::Int { low: 1, high: 12 }).few(), Some(12));
    assert_eq!(keys(Generator::Int { low: 1, high: 13 }).few(), None);
    assert_eq!(keys(Generator::Zipf { low: 1, high: 13, exponent: 1.1 }).few(), None);
    assert_eq!(Keys { none: 0.1, ..keys(text("a")) }.few(), None);
}
