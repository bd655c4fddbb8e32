//! The texts themselves, by what they try to exhaust.

use super::{Case, case};

const MIB: usize = 1024 * 1024;
const STEADY: &str = "  phase p = hold 1/s for 1m";

/// A file with one test; `more` stands before it.
fn with(more: &str, send: &str, statements: &str) -> String {
    format!(
        "target clicks = null {{}}\n\nevent e {{\n  field id = uuid()\n}}\n\n{more}\ntest \"t\" {{\n  seed = 1\n  send {send} to clicks\n{statements}\n  expect latency.p99 < 1s always\n}}\n"
    )
}

fn test(statements: &str) -> String {
    with("", "e", statements)
}

/// `each(i)` for every number below `n`.
fn lines(n: usize, each: impl Fn(usize) -> String) -> String {
    (0..n).map(each).collect()
}

pub fn timelines() -> Vec<Case> {
    let forever = "1_000_000_000d";
    vec![
        case("repeat", "E0307", test(&format!("repeat 1_000_000_000 {{\n{STEADY}\n}}"))),
        case("as often as allowed", "", test(&format!("repeat 10_000 {{\n{STEADY}\n}}"))),
        case("repeats in repeats", "E0307", test(&format!("{}{STEADY}\n{}", "repeat 1_000 {\n".repeat(100), "}\n".repeat(100)))),
        case("repeats of nothing", "", test(&format!("{STEADY}\n{}{}", "repeat 1_000_000_000 {\n".repeat(100), "}\n".repeat(100)))),
        case("repeated staircases", "E0307", test("repeat 1_000 {\n  phase p = step 1/s to 9_999/s by 1/s every 1s\n}")),
        case("stairs", "E0306", test("  phase p = step 1/s to 1_000_000_000/s by 1/s every 1s")),
        case("low stairs", "E0306", test("  phase p = step 1/s to 1_000_000_000/s by 0.0000001% every 1s")),
        case("stairs down", "E0306", test("  phase p = step 1_000_000_000/s to 1/s by 0.0000001% every 1s")),
        case("a slow climb", "E0506", test("  sustain acked_rate > 1/s\n  phase p = search 1/s..=1_000_000_000/s by 0.000000001% hold 1s to within 0.0000000001%")),
        case("precision", "", test("  sustain acked_rate > 1/s\n  phase p = search 1/s..=1_000_000_000/s by 25% hold 1s to within 0.0000000000000000000001%")),
        case("a wave", "", test("  phase p = sine 0/s to 1_000_000/s period 1ns for 1_000_000d")),
        case("endless", "", test(&format!("  phase p = hold 1_000_000_000_000_000/s for {forever}"))),
        case("a ramp", "", test(&format!("  phase p = ramp 0/s to 1_000_000_000_000_000/s over {forever}"))),
        case("next to nothing", "", test("  phase p = hold 0.000000000000000000001/s for 1ns")),
        case("a flood", "", test("  phase p = flood 1_000_000_000_000_000_000")),
        case("stretches of time", "", test("  phase p = hold 1_000/s for 1_000d\n  expect errors.ratio < 1% during p per 1ns")),
        case("stretches of records", "", test("  phase p = hold 1_000_000/s for 1_000d\n  expect errors.ratio < 1% during p per 1")),
        case("many instances and expectations", "", test(&format!("repeat 5_000 {{\n{STEADY}\n}}\n{}", lines(2_000, |i| format!("  expect latency.p99 < {}ms during p\n", i + 100))))),
        // A stage behind a stage.
        case("many phases and pipelines", "", with(&lines(30, |i| format!("pipeline q{i} {{\n  reads = {}\n  capacity = {}/s\n}}\n", if i == 0 { "clicks".to_string() } else { format!("q{}", i - 1) }, 1_000 - i)), "e", &format!("repeat 1_000 {{\n  phase a = hold 999/s for 1m\n  phase b = hold 1/s for 1m\n}}\n  expect q29.lag < 1 within 1m after a"))),
        case("a test for each of many", "E0307", format!("target clicks = null {{}}\nevent e {{ field id = uuid() }}\ntest \"t\" for s in [{}] {{\n  seed = 1\n  send e to clicks\n{STEADY}\n  expect latency.p99 < 1s always\n}}\n", lines(100_000, |i| format!("{i}, ")))),
        case("many phases in many tests", "E0307", format!("target clicks = null {{}}\nevent e {{ field id = uuid() }}\ntest \"t\" for s in [{}] {{\n  seed = 1\n  send e to clicks\nrepeat 5_000 {{\n{STEADY}\n}}\n  expect latency.p99 < 1s always\n}}\n", lines(5_000, |i| format!("{i}, ")))),
    ]
}

pub fn no_texts() -> Vec<Case> {
    vec![
        case("a byte that begins nothing", "E0106", b"let a = 1\n\xff\xfe\n".to_vec()),
        case("four mebibytes of such", "E0106", vec![0x80u8; 4 * MIB]),
        case("half a letter at the end", "E0106", b"let a = \"\xc3".to_vec()),
        case("UTF-16", "E0106", "let a = 1\n".encode_utf16().flat_map(u16::to_le_bytes).chain([0xff, 0xfe]).collect::<Vec<u8>>()),
        case("nothing", "", ""),
        case("a mark alone", "", "\u{feff}"),
        case("a mark, nothing, and a line", "", "\u{feff}\0\n"),
    ]
}
