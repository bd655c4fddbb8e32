use scalec::{source::FileId, syntax::parse};
fn main() {
    let text = std::fs::read_to_string("scenarios/doors_open.scale").unwrap();
    let mut big = String::new();
    while big.lines().count() < 10_000 { big.push_str(&text); big.push('\n'); }
    let shop = std::fs::read_to_string("scenarios/shared/shop.scale").unwrap();
    let mut big2 = String::new();
    while big2.lines().count() < 10_000 { big2.push_str(&shop); big2.push('\n'); }
    let broken: String = big.lines().enumerate().map(|(i, l)| if i % 10 == 3 { format!("{}\n", &l[..l.len()/2]) } else { format!("{l}\n") }).collect();
    let unclosed: String = (0..5000).map(|i| format!("target t{i} = kafka {{\n  a = f(1, [2\n")).collect();
    let quotes: String = (0..5000).map(|i| format!("let a{i} = \"abc\nlet b = \"\"\"\n")).collect();
    let braces: String = "{\n".repeat(100_000);
    let parens: String = format!("let a = {}", "(".repeat(500_000));
    let closers: String = format!("let a = \"{}x", ")".repeat(500_000));
    let strays: String = "foo bar { baz\n".repeat(20_000);
    let minus = format!("let a = {}1", "- ".repeat(500_000));
    let plus = format!("let a = 1{}", " + 1".repeat(500_000));
    let member = format!("let a = b{}", ".b".repeat(500_000));
    let commas = format!("let a = [{}]", ",".repeat(500_000));
    let tests: String = (0..5000).map(|i| format!("test \"t{i}\" {{\n  repeat 3 {{\n phase x = hold 5/s for 5m {{\n")).collect();
    let arms: String = format!("sizing x {{\n{}}}", "..1 => split\n".repeat(50_000));
    let words: String = "word ".repeat(500_000);
    let lines: String = "word\n".repeat(200_000);
    for (n, t) in [("doors", &big), ("shop", &big2), ("broken", &broken), ("unclosed", &unclosed), ("quotes", &quotes), ("braces", &braces), ("parens", &parens), ("closers", &closers), ("strays", &strays), ("minus", &minus), ("plus", &plus), ("member", &member), ("commas", &commas), ("tests", &tests), ("arms", &arms), ("words", &words), ("lines", &lines)] {
        let start = std::time::Instant::now();
        let p = parse(FileId(0), t);
        let e = start.elapsed();
        let start = std::time::Instant::now();
        assert!(p.tree.to_text() == *t);
        println!("{n}: {} lines {} bytes {e:?} print {:?} {} diagnostics", t.lines().count(), t.len(), start.elapsed(), p.diagnostics.len());
    }
}
