use super::{Look, human, json, short};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, SourceMap, Span};

const MAIN: &str = "let usual = 4_000/s\n\ntest \"x\" {\n  phase burst = hold usual over 30mins {\n  }\n}\n";
const SHOP: &str = "# ä shop\ntarget orders = kinesis {\n  stream = \"orders\"\n  shards = 3\n}";

fn find(map: &SourceMap, file: u32, text: &str) -> Span {
    let at = map.file(FileId(file)).text.find(text).unwrap();
    Span::new(FileId(file), at, at + text.len())
}

fn example() -> (SourceMap, Vec<Diagnostic>) {
    let mut map = SourceMap::default();
    map.add("main.scale", MAIN);
    map.add("shared/shop.scale", SHOP);
    let unit = Diagnostic::new(codes::E0302, find(&map, 0, "30mins"), "there is no unit `mins`")
        .here("minutes are `m`")
        .fix("write `30m`", true, find(&map, 0, "30mins"), "30m");
    let rate = Diagnostic::new(codes::E0702, find(&map, 0, "burst"), "stream `orders` cannot take 4_000/s: its 3 shards accept 3_000/s")
        .here("offers 4_000/s to `orders`")
        .label(find(&map, 0, "4_000/s"), "the rate comes from here")
        .label(find(&map, 1, "3"), "3 shards accept 3_000/s")
        .note("3 shards × 1_000/s = 3_000/s, and 4_000/s − 3_000/s = 1_000/s are left over; a shard takes 1_000 records and 1 MB a second (AWS Kinesis quotas)")
        .help("set `shards = 4`");
    let end = Diagnostic::new(codes::E0101, Span::new(FileId(1), SHOP.len(), SHOP.len()), "expected a test here");
    let nothing = Diagnostic::new(codes::W0511, find(&map, 0, "usual over"), "ramp from 4_000/s to 4_000/s").label(find(&map, 0, "hold usual over 30mins"), "this phase");
    (map, vec![unit, rate, nothing, end])
}

#[test]
fn people_see_the_source_with_marks_beneath() {
    let (map, found) = example();
    insta::assert_snapshot!(human(&map, &found, Look { color: false, unicode: true, width: 90 }));
}

#[test]
fn without_a_terminal_it_is_plain() {
    let (map, found) = example();
    let text = human(&map, &found, Look::PLAIN);
    assert!(!text.contains('\u{1b}') && !text.contains('╭'), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn one_line_each() {
    let (map, found) = example();
    insta::assert_snapshot!(short(&map, &found));
}

#[test]
fn machines_get_places_from_one() {
    let (map, found) = example();
    insta::assert_snapshot!(json(&map, &found, 2));
}

#[test]
fn a_line_without_end_is_cropped_around_the_mark() {
    let mut map = SourceMap::default();
    let text = format!("{}bad\u{1b}[2J{}\n", "a, ".repeat(40_000), ", b".repeat(40_000));
    map.add("long.scale", text.as_str());
    let d = Diagnostic::new(codes::E0103, find(&map, 0, "bad"), "`bad` is no part of the language").here("this word");
    let text = human(&map, &[d], Look::PLAIN);
    assert!(text.lines().all(|l| l.chars().count() <= 100) && !text.contains('\u{1b}'), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn every_place_in_a_file_can_be_shown() {
    // Any span of any stage, empty and reversed ones included, must be drawn somehow.
    for text in ["", "\n", "a", "a\n\n\n", "\u{feff}ä\r\n\tö\r\n", "x\ry\n", "{\n\n\n\n\n\n\n\n\n\n}\n"] {
        let mut map = SourceMap::default();
        map.add("a.scale", text);
        for start in 0..=text.len() + 1 {
            for end in 0..=text.len() + 1 {
                let d = Diagnostic::new(codes::E0101, Span::new(FileId(0), start, end), "message").here("here").label(Span::new(FileId(0), 0, 1), "and here");
                let drawn = human(&map, &[d], Look::PLAIN);
                assert!(drawn.starts_with("error[E0101]: message") && !drawn.contains("Failed to read"), "{text:?} {start}..{end}\n{drawn}");
            }
        }
    }
}
