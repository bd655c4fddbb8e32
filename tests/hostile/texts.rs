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
        case("many instances and expectations", "", test(&format!("repeat 2_000 {{\n{STEADY}\n}}\n{}", lines(800, |i| format!("  expect latency.p99 < {}ms during p\n", i + 100))))),
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

const OPEN: &[(&str, &str)] =
    &[("(", ")"), ("[", "]"), ("f(", ")"), ("a[", "]"), ("{ x = ", " }"), ("choice { 1 ", " }"), ("list(1..=2, ", ")"), ("- ", ""), ("not ", ""), ("1 + ", ""), ("1..", "")];

pub fn nesting() -> Vec<Case> {
    let mut cases = Vec::new();
    for (open, close) in OPEN {
        for depth in [120, 5_000, 300_000] {
            let code = if depth > 1_000 && *open != "1.." { "E0106" } else { "" };
            cases.push(case(format!("{open} × {depth}"), code, format!("let a = {}1{}\n", open.repeat(depth), close.repeat(depth))));
            cases.push(case(format!("{open} × {depth}, unclosed"), code, with(&format!("event n {{\n  field a = {}1\n}}\n", open.repeat(depth)), "n", STEADY)));
        }
    }
    cases.push(case("blocks", "E0106", test(&format!("{}{STEADY}\n{}", "repeat 1 {\n".repeat(100_000), "}\n".repeat(100_000)))));
    // Each would be tried again for everything around it.
    for (name, unit) in [("calls with braces", "a({ "), ("texts in braces", "{ \""), ("fields in fields", "field a = { "), ("tests in tests", "test \"t\" {\n"), ("arms", "size by x {\n1 => "), ("weights", "1 { ")] {
        for times in [40, 200, 20_000] {
            cases.push(case(format!("{name} × {times}"), "E010", format!("let a = {}\n", unit.repeat(times))));
            cases.push(case(format!("{name} × {times} in a test"), "E010", format!("test \"t\" {{\n{}", unit.repeat(times))));
        }
    }
    cases
}

pub fn numbers() -> Vec<Case> {
    let nines = |n| "9".repeat(n);
    let mut cases = Vec::new();
    for (name, number) in [("400 digits", nines(400)), ("a million digits", nines(1_000_000)), ("next to nothing", format!("0.{}1", "0".repeat(100_000))), ("grouped", format!("1{}", "_".repeat(1_000_000)))] {
        for sum in ["N", "N * N * N / N", "N + N - N", "N % N", "N s"] {
            cases.push(case(format!("{name}: {sum}"), "", format!("let a = {}\n", sum.replace('N', &number))));
        }
        cases.push(case(format!("phases: {name}"), "", test(&format!("  phase p = hold {number}/s for {number}s\n  phase q = step 1/s to {number}/s by {number}/s every {number}s\n  phase r = sine 0/s to {number}/s period {number}d for {number}d"))));
        cases.push(case(
            format!("an event: {name}"),
            "",
            with(&format!("event n {{\n  size = {number}B..={number}TiB\n  field a = int({number}..={number})\n  field b = zipf(1..={number}, {number})\n  field c = text(1B..={number}B)\n  field d = list(1..={number}, 1)\n  field f = normal({number}, {number})\n}}\n"), "n", STEADY),
        ));
    }
    cases.push(case("a power", "", "let a = 1e999999999\n"));
    cases.push(case("many points", "", format!("let a = 1{}\n", ".1".repeat(1_000_000))));
    cases.push(case("a unit of a mebibyte", "", format!("let a = 1{}/{}\n", "k".repeat(MIB), "s".repeat(MIB))));
    cases.push(case("ever larger", "E0307", format!("let a0 = 1.0000001\n{}", lines(200, |i| format!("let a{} = a{i} * a{i}\n", i + 1)))));
    cases.push(case("dates", "", with(&format!("event n {{\n  field a = date(\"-999999999-01-01\"..=\"999999999-12-31\")\n  field b = timestamp(\"2026-01-01T00:00:00.{}Z\"..\"9999-12-31T23:59:59Z\")\n}}\n", "1".repeat(100_000)), "n", STEADY)));
    let lists = "  field a = list(1..=9_999_999_999, list(1..=9_999_999_999, list(1..=9_999_999_999, text(1B..=99TB))))\n";
    cases.push(case("lists of lists of long texts", "", with(&format!("event n {{\n{lists}  field b = map(1..=9_999_999_999, int(1..=9_999_999_999), bytes(1B..=99TB))\n}}\n"), "n", STEADY)));
    let broker = "target k = kafka { brokers = \"embedded\", topic = \"t\", partitions = 2_000_000_000, partition_rate = 1/s }\n";
    cases.push(case("keys for many partitions", "", with(&format!("{broker}event n {{\n  key = k\n  field k = zipf(1..=1_000_000_000_000, 1.00001)\n}}\n"), "n", STEADY).replace("to clicks", "to k")));
    cases
}

pub fn doubling() -> Vec<Case> {
    let twice = |value: &str| lines(60, |i| format!("let a{} = {}\n", i + 1, value.replace('A', &format!("a{i}"))));
    vec![
        case("sums", "", format!("let a0 = 1\n{}", twice("A + A"))),
        case("lists", "E0307", format!("let a0 = [1]\n{}", twice("[A, A]"))),
        case("records", "E0404", with(&format!("let a0 = int(1..=9)\n{}event n {{ field x = a60 }}\n", twice("{ a = A, b = A }")), "n", STEADY)),
        case("choices", "E0404", with(&format!("let a0 = int(1..=9)\n{}event n {{ field x = a60 }}\n", twice("choice { 1 A, 1 A }")), "n", STEADY)),
        case("lists of lists of random length", "", with(&format!("let a0 = int(1..=9)\n{}event n {{ field x = a60 }}\n", twice("list(1..=9, A)")), "n", STEADY)),
        case("constants over metrics", "E0307", with(&format!("let a0 = latency.p99\n{}", twice("latency.p99 + A + A")), "e", &format!("{STEADY}\n  expect a60 < 1s always"))),
        case("conditions", "E0307", with(&format!("let a0 = latency.p99 < 1s\n{}", twice("(latency.p99 < 1s) or A or A")), "e", &format!("{STEADY}\n  expect a60 always"))),
        case("clusters", "", format!("node \"n\" {{ vcpu = 1, memory = 1GiB, price = $1/h }}\n{}cluster c60 {{ workers = 1 of \"n\" }}\n", lines(60, |i| format!("cluster c{i} {{ workers = 1 of \"n\", platform_fee = (c{0}.price + c{0}.price) / 4 }}\n", i + 1)))),
        case("mixes", "", with(&format!("{}mix m60 {{ 1 e }}\n", lines(60, |i| format!("mix m{i} {{\n  1 m{0}\n  1 m{0}\n}}\n", i + 1))), "m0", STEADY)),
        case("mixes of a family", "", with(&format!("event n[9_000] {{ field a = 1 }}\n{}mix m60 {{ 1 e }}\n", lines(60, |i| format!("mix m{i} {{\n  1 m{}\n  1 n\n}}\n", i + 1))), "m0", STEADY)),
        case("a long list used often", "", format!("let a = [{}]\n{}", lines(90_000, |i| format!("{}, ", i % 9)), lines(10_000, |i| format!("let b{i} = a\n")))),
        case("a large choice used often", "", with(&format!("let a = choice {{\n{}}}\nevent n {{\n{}}}\n", lines(20_000, |i| format!("  1 \"{i}\"\n")), lines(2_000, |i| format!("  field f{i} = a\n"))), "n", STEADY)),
    ]
}

pub fn chains() -> Vec<Case> {
    let pipeline = |i: usize, reads: String| format!("pipeline q{i} {{\n  reads = {reads}\n  capacity = {}/s\n}}\n", i % 7 + 3);
    vec![
        case("constants", "", format!("{}let a10000 = 1\n", lines(10_000, |i| format!("let a{i} = a{} + 1\n", i + 1)))),
        case("constants over metrics", "E0307", with(&format!("{}let a5000 = latency.p99\n", lines(5_000, |i| format!("let a{i} = latency.p99 + a{}\n", i + 1))), "e", &format!("{STEADY}\n  expect a0 < 1s always"))),
        case("clusters", "", format!("node \"n\" {{ vcpu = 1, memory = 1GiB, price = $1/h }}\n{}cluster c5000 {{ workers = 1 of \"n\" }}\n", lines(5_000, |i| format!("cluster c{i} {{ workers = 1 of \"n\", platform_fee = c{}.price / 4 }}\n", i + 1)))),
        case("a ring of clusters", "E0201", format!("node \"n\" {{ vcpu = 1, memory = 1GiB, price = $1/h }}\n{}", lines(10_000, |i| format!("cluster c{i} {{ workers = 1 of \"n\", platform_fee = c{}.price }}\n", (i + 1) % 10_000)))),
        case("a ring of constants", "E0", lines(10_000, |i| format!("let a{i} = a{} + 1\n", (i + 1) % 10_000))),
        case("mixes", "E0307", with(&format!("{}mix m10000 {{ 1 e }}\n", lines(10_000, |i| format!("mix m{i} {{ 1 m{} }}\n", i + 1))), "m0", STEADY)),
        case("a ring of mixes", "E0406", with(&lines(200, |i| format!("mix m{i} {{ 1 m{} }}\n", (i + 1) % 200)), "m0", STEADY)),
        case("a long ring of mixes", "E0307", with(&lines(20_000, |i| format!("mix m{i} {{ 1 m{} }}\n", (i + 1) % 20_000)), "m0", STEADY)),
        case("pipelines", "E0307", with(&lines(3_000, |i| pipeline(i, if i == 0 { "clicks".into() } else { format!("q{}", i - 1) })), "e", STEADY)),
        case("as many pipelines as allowed", "", with(&lines(900, |i| pipeline(i, if i == 0 { "clicks".into() } else { format!("q{}", i - 1) })), "e", STEADY)),
        case("a ring of pipelines", "E0", with(&lines(3_000, |i| pipeline(i, format!("q{}", (i + 1) % 3_000))), "e", STEADY)),
        case("pipelines that read all before them", "", with(&lines(200, |i| pipeline(i, format!("[clicks{}]", lines(i, |j| format!(", q{j}"))))), "e", STEADY)),
    ]
}

pub fn one_character() -> Vec<Case> {
    let mut cases = Vec::new();
    for unit in [
        "\"", "'", "}", "{", "(", "[", ")", "#", "/", "a", "1", "-", "\n", "\0", "\u{e9}", "\u{1f600}", "{ \"", "x = ", "event e {", "*", "}\n", "\"\"\"", "\\\"", "1 ", "a,", "a.", "f(", "let a = ", "test \"t\" {\n",
    ] {
        let text = unit.repeat((4 * MIB - 100) / unit.len());
        cases.push(case(format!("{unit:?} alone"), "", text.as_str()));
        let less = unit.repeat(MIB / 4 / unit.len());
        cases.push(case(format!("{unit:?} as a value"), "", format!("let a = {less}")).only_checked());
        cases.push(case(format!("{unit:?} in a test"), "", format!("test \"t\" {{\n{less}")).only_checked());
    }
    cases
}

/// Each of them is a mistake on its own.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("a name that is not there", "E0201", "let a# = b#\n"),
    ("declared twice", "E0202", "let a = 1\n"),
    ("no statement", "E0103", "foo bar #\n"),
    ("an unclosed text", "E0104", "let a# = \"abc\n"),
    ("an unclosed bracket", "E010", "let a# = (1\n"),
    ("no unit", "E0", "let a# = 1 + 1s\n"),
    ("no value", "E0101", "let a# =\n"),
    ("no name", "E010", "let = #\n"),
    ("no kind of target", "E0", "target t# = kafak {}\n"),
    ("no field", "E0", "event e# { fild a = 1 }\n"),
    ("no file", "E0204", "import a# from \"x#\"\n"),
    ("a word of the language", "E0", "sizing for { otherwise keep }\n"),
    ("a closing bracket", "E0103", ") }\n"),
    ("a test of nothing", "E0", "test \"t#\" { x = 1 }\n"),
];

fn again(unit: &str, times: usize) -> String {
    lines(times, |i| unit.replace('#', &i.to_string()))
}

pub fn mistakes() -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, (name, code, unit)) in MISTAKES.iter().enumerate() {
        // Each import is a file that is looked for.
        let times = if *code == "E0204" { 2_000 } else { 15_000 };
        cases.push(case(*name, code, again(unit, times)).only_checked());
        if number % 3 == 0 {
            cases.push(case(format!("{name}, on one line"), "E0", format!("let a = [{}]\n", again(unit, times).replace("let ", "").replace('\n', ", "))).only_checked());
            cases.push(case(format!("{name}, in a test"), "E0", format!("test \"t\" {{\n{}", again(unit, times))).only_checked());
        }
    }
    for (name, unit) in [("expectations", "  expect latency.p99 < #ms during q#\n"), ("sends", "  send 0.001% e to clicks\n"), ("phases", "  phase p = hold 1/s for 1s\n"), ("faults", "  fault f# = stop x at 1s into p\n"), ("settings", "  seed = #\n")] {
        cases.push(case(name, "E0", test(&format!("{STEADY}\n{}", again(unit, 10_000)))).only_checked());
    }
    cases
}

/// Put together here, so that no scanner takes this file for a leak.
fn key(i: usize) -> String {
    format!("{}{}{i:06}", "AKIA", "QYLPMN5HFI")
}

pub fn credentials() -> Vec<Case> {
    let kafka = |i: usize, password: &str| format!("target t{i} = kafka {{ brokers = \"localhost\", topic = \"t\", partitions = 1, security = sasl_ssl {{ mechanism = plain, username = \"u\", password = {password} }} }}\n");
    let address = |i: usize| format!("postgres://a:{}{i}@db/x", "s3cr3t");
    vec![
        case("keys", "E0901", lines(60_000, |i| format!("let a{i} = \"{}\"\n", key(i)))),
        case("addresses", "E0901", lines(30_000, |i| format!("let a{i} = \"{}\"\n", address(i)))),
        case("on one line", "E0901", format!("let a = [{}]\n", lines(60_000, |i| format!("\"{}\", ", address(i))))),
        case("quoted by other messages", "E0", lines(30_000, |i| format!("let a{i} = 1s + \"{}{}\"\n", address(i), "y".repeat(60)))),
        case("within one another", "E0", format!("{}{}", lines(1_500, |i| format!("let password{i} = \"{}A\"\n", "B".repeat(i + 1))), lines(1_000, |i| format!("let c{i} = 1s + \"{}\"\n", "B".repeat(i + 1))))),
        case("behind apostrophes", "E0", format!("it's {}", lines(100_000, |i| format!("\\'{}", key(i))))),
        case("nothing but apostrophes", "E01", format!("let a = 'x {}", "\\'".repeat(2_000_000))),
        case("what begins again and again", "", format!("let a = \"{}\"\nlet b = \"{}>\"\n", "AKIA-".repeat(300_000), "pwd=<".repeat(300_000))),
        case("names and users again and again", "", format!("let a = \"{}\"\nlet b = \"{}>\"\nlet c = \"{}\"\nlet d = \"{}\"\n", "token= ".repeat(100_000), "token=<".repeat(100_000), "@".repeat(500_000), ":@".repeat(300_000))),
        case("in lists", "E0901", lines(10_000, |i| kafka(i, &format!("[\"hunter2PW{i}\"]")))),
        case("in one list", "E0901", kafka(1, &format!("[{}]", lines(50_000, |i| format!("\"hunter{i}\", "))))),
        case("without quotes", "E0201", lines(10_000, |i| kafka(i, &format!("hunter2PW{i}")))),
        case("as numbers", "E0302", lines(10_000, |i| kafka(i, &format!("12hunter2PW{i}")))),
        case("that cannot be read", "E01", lines(10_000, |i| kafka(i, &format!("hunter2PW{i}/x! !")))),
        case("on one line that cannot be read", "E01", format!("target t = kafka {{ {}}}\n", "password = x! ".repeat(100_000))),
        case("on one line of names", "E01", format!("target t = kafka {{ ! {}}}\n", "password = t, ! ".repeat(100_000))),
        case("of options", "E0901", format!("pipeline p {{ reads = c, stop = [{}] }}\n", lines(30_000, |i| format!("\"--token=hunter2PW{i}\", ")))),
    ]
}

pub fn families() -> Vec<Case> {
    let family = |members: usize, fields: usize, value: &str| with(&format!("event n[{members}] {{\n{}}}\n", lines(fields, |i| format!("  field f{i} = {value}\n"))), "n", STEADY);
    vec![
        case("large", "", family(10_000, 3, "int(1..=9)")),
        case("too large", "E0307", family(10_000, 3_000, "int(1..=9)")),
        case("of records", "E0307", family(10_000, 30, "{ a = index(), b = { c = 1, d = 2, e = 3 } }")),
        case("of one great choice", "E0307", family(10_000, 30, "c").replacen("event n", &format!("let c = choice {{\n{}}}\nevent n", lines(5_000, |i| format!("  1 \"a{i}\"\n"))), 1)),
        case("many", "E0307", with(&format!("{}mix m {{\n{}}}\n", lines(50, |i| format!("event n{i}[10_000] {{\n{}}}\n", lines(50, |j| format!("  field f{j} = index()\n")))), lines(50, |i| format!("  1 n{i}\n"))), "m", STEADY)),
        case("in many tests", "E0307", format!("target clicks = null {{}}\nevent n[10_000] {{ field a = index() }}\ntest \"t\" for s in [{}] {{\n  seed = 1\n  send n to clicks\n{STEADY}\n}}\n", lines(5_000, |i| format!("{i}, ")))),
        case("an event of many fields", "", with(&format!("event n {{\n{}}}\n", lines(50_000, |i| format!("  field f{i} = uuid()\n"))), "n", STEADY)),
        case("a field again and again", "E0", with(&format!("event n {{\n{}}}\n", lines(50_000, |_| "  field f = uuid()\n".into())), "n", STEADY)),
    ]
}

pub fn tables() -> Vec<Case> {
    let rows = |n: usize, row: fn(usize) -> String| format!("seconds,rate\n{}", lines(n, row));
    let replay = |name: &str, code: &'static str, table: Vec<u8>| case(name, code, test("  phase p = replay \"t.csv\"")).beside("t.csv", table);
    vec![
        replay("many rows", "", rows(200_000, |i| format!("{i},{}\n", i % 10)).into()),
        replay("all at once", "", rows(200_000, |_| "0,1\n".into()).into()),
        replay("backwards", "E0", rows(200_000, |i| format!("-{i},-{i}\n")).into()),
        replay("no numbers", "E0", rows(500_000, |_| "x,y\n".into()).into()),
        replay("long numbers", "", rows(5_000, |i| format!("{i}.{i:0200},{}.{i:0200}\n", "9".repeat(25))).into()),
        replay("one long number", "E0", format!("seconds,rate\n0,{}", "9".repeat(15 * MIB)).into()),
        replay("many columns", "E0", format!("{}\n1,2\n", lines(1_000_000, |i| format!("c{i},"))).into()),
        replay("too large", "E0107", vec![b'1'; 17 * MIB]),
        replay("empty lines", "E0", vec![b'\n'; 16 * MIB]),
        replay("commas", "E0", vec![b','; 16 * MIB]),
        replay("quotes", "E0", vec![b'"'; 16 * MIB]),
        replay("nothing", "E0", vec![0; 16 * MIB]),
        replay("no text", "E0", vec![0xff; 16 * MIB]),
        case("a table again and again", "", test(&lines(500, |i| format!("  phase p{i} = replay \"t.csv\" scale {i}x\n")))).beside("t.csv", rows(5_000, |i| format!("{i},{}\n", i % 10))),
        case("a table in a repeat", "E0307", test("repeat 10_000 {\n  phase p = replay \"t.csv\"\n}")).beside("t.csv", rows(5_000, |i| format!("{i},{}\n", i % 10))),
    ]
}

pub fn schemas() -> Vec<Case> {
    let asked = |format: &str, file: &str| test(STEADY).replace("null {}", &format!("kafka {{ brokers = \"embedded\", topic = \"t\", partitions = 1, format = {format} {{ schema = \"{file}\" }} }}"));
    let avro = |name: &str, schema: String| case(format!("avro: {name}"), "E0", asked("avro", "s.avsc")).beside("s.avsc", schema);
    let proto = |name: &str, schema: String| case(format!("protobuf: {name}"), "", asked("protobuf", "s.proto").replace("s.proto\"", "s.proto\", message = \"e\"")).beside("s.proto", format!("syntax = \"proto3\";\n{schema}"));
    let record = |fields: String| format!("{{\"type\":\"record\",\"name\":\"e\",\"fields\":[{}]}}", fields.trim_end_matches(','));
    let field = |name: String, is: String| format!("{{\"name\":\"{name}\",\"type\":{is}}},");
    let list = |depth: usize| format!("{}\"int\"{}", "{\"type\":\"array\",\"items\":".repeat(depth), "}".repeat(depth));
    let doubling = |n: usize| {
        let inner = lines(n, |i| field(format!("f{i}"), format!("{{\"type\":\"record\",\"name\":\"r{}\",\"fields\":[{}]}}", i + 1, format!("{}{}", field("a".into(), format!("\"r{i}\"")), field("b".into(), format!("\"r{i}\""))).trim_end_matches(','))));
        record(format!("{}{inner}", field("z".into(), "{\"type\":\"record\",\"name\":\"r0\",\"fields\":[]}".into())))
    };
    vec![
        avro("brackets", "[".repeat(MIB - 9)),
        avro("lists in lists", record(field("id".into(), list(100)))),
        avro("lists in lists, deeper", record(field("id".into(), list(30_000)))),
        avro("wide", record(lines(20_000, |i| field(format!("f{i}"), "\"int\"".into())))),
        avro("a wide union", record(field("id".into(), format!("[{}\"null\"]", lines(15_000, |i| format!("{{\"type\":\"enum\",\"name\":\"e{i}\",\"symbols\":[\"A\"]}},")))))),
        avro("an enum of many words", record(field("id".into(), format!("{{\"type\":\"enum\",\"name\":\"x\",\"symbols\":[{}\"A\"]}}", lines(80_000, |i| format!("\"A{i}\","))))) ),
        avro("within itself", record(format!("{}{}", field("id".into(), "\"e\"".into()), field("b".into(), "[\"null\",\"e\"]".into())))),
        avro("doubling", doubling(60)),
        proto("brackets", "{".repeat(MIB - 99)),
        proto("messages in messages", format!("{}{}", "message a {".repeat(30_000), "}".repeat(30_000))),
        proto("wide", format!("message e {{{}}}", lines(20_000, |i| format!("int32 f{i} = {};\n", i + 1)))),
        proto("within itself", "message e { e id = 1; repeated e b = 2; map<string, e> c = 3; }".into()),
        proto("doubling", format!("{}message m60 {{}}\nmessage e {{ m0 id = 1; }}", lines(60, |i| format!("message m{i} {{ m{0} a = 1; m{0} b = 2; }}\n", i + 1)))),
        proto("options in options", format!("option a = {}", "{a:".repeat(100_000))),
        proto("an endless comment", "/*".repeat(400_000)),
    ]
}

pub fn patterns() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, pattern) in [
        ("counts in counts", "((a{1000}){1000}){1000}".to_string()),
        ("more counts in counts", format!("{}a{}", "(".repeat(20), "{9999})".repeat(20))),
        ("a large count", "(a|b){0,4294967295}".to_string()),
        ("alternatives", lines(100_000, |i| format!("a{i}|"))),
        ("a class of many ranges", format!("[{}]", "a-z".repeat(300_000))),
        ("classes of all letters", "\\\\p{L}".repeat(20_000)),
        ("folded classes of all letters", format!("(?i){}", "\\\\p{L}".repeat(500))),
        ("brackets", format!("{}{}", "(".repeat(100_000), ")".repeat(100_000))),
        ("stars of stars", format!("{}a{}", "(".repeat(100), "*)".repeat(100))),
        ("classes in classes", format!("{}a{}", "[".repeat(10_000), "]".repeat(10_000))),
        ("nothing, often", "(){1000000}".to_string()),
        ("any letter", ".".repeat(500_000)),
    ] {
        let event = |fields: String| with(&format!("event n {{\n  key = f0\n{fields}}}\n"), "n", STEADY);
        let times = (MIB / (pattern.len() + 30)).clamp(1, 5_000);
        cases.push(case(name, "", event(lines(times, |i| format!("  field f{i} = pattern(\"{pattern}\")\n")))));
    }
    cases
}

/// Tens of thousands of things to tell, on many lines and on one.
pub fn much_to_tell() -> Vec<Case> {
    vec![
        case("names", "E0201", again("let a# = b#\n", 10_000)),
        case("names on one line", "E0201", format!("let a = [{}]\n", again("b#, ", 10_000))),
        case("commas", "E0103", format!("event n {{\n{}}}\n", again("  field f# = 1,,\n", 10_000))),
        case("credentials", "E0901", lines(10_000, |i| format!("let a{i} = \"{}\"\n", key(i)))),
    ]
}
