//! Declarations that name one another at random, themselves too: whatever leads back to where it began, the checker and what an editor asks come to an
//! end, and a ring is told once, wherever one starts. The seed is fixed.

use scalec::analysis::{Analysis, Options, analyze};
use scalec::ide::completion::{Nearby, complete};
use scalec::ide::{View, hints, hover, lenses, outline, signature};
use scalec::resolve::workspace::Workspace;

/// Where random numbers come from: SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// What can be named: two of each kind, so that rings are short and many.
const NAMES: &[&str] = &["a", "b", "c", "d", "q", "r", "e", "f", "m", "k", "x", "y", "p", "w", "t", "u", "s", "v", "n", "lib.a", "lib.q"];
const MEMBERS: &[&str] = &["price", "nodes", "vcpu", "memory", "lag", "capacity", "tables", "max", "p99", "acked_rate", "size", "id"];

fn name(dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => format!("{}.{}", dice.one(NAMES), dice.one(MEMBERS)),
        1 => format!("{}.{}", dice.one(&["q", "r", "lib.q"]), dice.one(&["price", "nodes", "vcpu"])),
        _ => dice.one(NAMES).to_owned(),
    }
}

/// An expression of any kind.
fn any(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 {
        return name(dice);
    }
    let one = |dice: &mut Dice| any(dice, depth - 1);
    match dice.below(18) {
        0 => format!("({} + {})", one(dice), one(dice)),
        1 => format!("{} * 2", one(dice)),
        2 => format!("latency.p99 + {}", one(dice)),
        3 => format!("(latency.p99 < 5s) and {}", one(dice)),
        4 => format!("max({}, {})", one(dice), one(dice)),
        5 => format!("avg({})", one(dice)),
        6 => format!("[{}, {}]", one(dice), one(dice)),
        7 => format!("one_of([{}, 1])", one(dice)),
        8 => format!("{{ z = {} }}", one(dice)),
        9 => format!("choice {{ 50% {}, 50% 1 }}", one(dice)),
        10 => format!("{} of \"n1\"", one(dice)),
        11 => format!("{}..={}", one(dice), one(dice)),
        12 => dice.one(&["5", "1m", "1_000/s", "\"n1\"", "\"n2\"", "$1/h", "4 of \"n1\"", "true"]).to_owned(),
        13 => format!("not {}", one(dice)),
        14 => format!("list(1..=2, {})", one(dice)),
        _ => one(dice),
    }
}

fn number(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("{} * 1", name(dice)),
        1 => any(dice, 2),
        _ => name(dice),
    }
}

fn node(dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => "\"n1\"".to_owned(),
        1 => "\"n2\"".to_owned(),
        _ => dice.one(NAMES).to_owned(),
    }
}

/// A file of declarations in any order, half of them as they should be but for what they name.
fn file(dice: &mut Dice) -> String {
    let mut items = vec!["import lib from \"lib.scale\"".to_owned()];
    for it in ["a", "b", "c"] {
        items.push(format!("let {it} = {}", if dice.below(2) == 0 { name(dice) } else { any(dice, 3) }));
    }
    items.push(format!("param d = {} in {}..={}", number(dice), number(dice), number(dice)));
    for it in ["n1", "n2"] {
        items.push(format!("node \"{it}\" {{ vcpu = {}, memory = 1GiB, price = {} }}", dice.one(&["1", "q.nodes", "a"]), dice.one(&["$1/h", "q.price", "r.price", "a", "b"])));
    }
    for it in ["q", "r"] {
        items.push(format!("cluster {it} {{ workers = {} of {}, platform_fee = {}, spot = {} }}", dice.one(&["4", "q.nodes", "r.nodes", "a", "1..=b"]), node(dice), number(dice), dice.one(&["10%", "q.vcpu / 10", "c"])));
    }
    items.push(format!("event e[{}] {{\n  key = id\n  size = {}\n  field id = {}\n  field z = recent({}, 5)\n}}", number(dice), number(dice), any(dice, 2), name(dice)));
    items.push(format!("event f {{ field id = {} }}", any(dice, 3)));
    items.push(format!("mix m {{\n  {} {}\n  20% {}\n}}", dice.one(&["80%", "20%"]), dice.one(&["e", "f", "m", "k", "a"]), dice.one(&["e", "f", "m", "k"])));
    items.push(format!("mix k {{\n  {}\n}}", dice.one(&["e", "m", "k", "k.m"])));
    items.push(format!("target t = kafka {{ brokers = {}, topic = \"t\", partitions = {} }}", dice.one(&["\"embedded\"", "a", "t.brokers"]), number(dice)));
    items.push("target u = null {}".to_owned());
    items.push(format!("source s = prometheus {{ url = {} }}", dice.one(&["\"http://localhost\"", "a", "s"])));
    items.push(format!("metric x = {}.query(\"up\") as count every {}", dice.one(&["s", "x", "y", "a"]), number(dice)));
    items.push(format!("metric y = {}", name(dice)));
    for it in ["p", "w"] {
        items.push(format!("pipeline {it} {{\n  reads = {}\n  group = \"g\"\n  writes = {}\n  cluster = {}\n  capacity = {}\n  members = {}\n  tables = {}\n}}", dice.one(&["t", "p", "w", "[t, p, w]"]), dice.one(&["u", "t"]), dice.one(&["q", "r", "a"]), number(dice), number(dice), number(dice)));
    }
    items.push(format!("sizing p {{\n  size by {} {{\n    ..{} => {} of {}\n    10/s.. => 4..=8 of \"n1\"\n  }}\n  rule \"r\" when {} then scale out by {}\n  otherwise keep\n}}", name(dice), number(dice), name(dice), node(dice), any(dice, 2), number(dice)));
    items.push(format!("alert warning v when {} for {}", any(dice, 3), number(dice)));
    items.push(format!(
        "test \"one\" for n in {} {{\n  seed = 1\n  send {} to t\n  phase up = hold {} for {}\n  phase on = ramp 1/s to {} over 1m\n  expect {} < {} always\n  expect {} during up\n  abort when {} for {}\n}}",
        dice.one(&["[1, 2]", "n", "[n]", "a", "b", "[a, 1]"]),
        dice.one(&["e", "f", "m", "k"]),
        number(dice), number(dice), number(dice), name(dice), number(dice), any(dice, 3), any(dice, 2), number(dice)
    ));
    for at in (1..items.len()).rev() {
        items.swap(at, 1 + dice.below(at));
    }
    items.join("\n") + "\n"
}

fn analysed(text: &str, lib: &str) -> Analysis {
    analyze(Workspace::from_texts(&[("main.scale", text), ("lib.scale", lib)]), &Options::default())
}

/// Whatever an editor asks, at some places.
fn ask(analysis: &Analysis, dice: &mut Dice, places: usize) {
    let view = View::new(analysis, analysis.workspace.roots[0]);
    let text = view.text();
    hints::hints(&view, 0..text.len(), |_| true);
    lenses::lenses(&view, true);
    outline::outline(view.workspace(), view.file);
    for _ in 0..places {
        let at = dice.below(text.len());
        hover::hover(&view, at);
        signature::help(&view, at);
        complete(&view, at, &Nearby::default());
    }
}

#[test]
fn whatever_names_whatever_comes_to_an_end() {
    let mut dice = Dice(7);
    let mut ringed = 0;
    for number in 0..2_000 {
        let text = file(&mut dice);
        let lib = format!("import main from \"main.scale\"\nlet a = {}\nnode \"n1\" {{ vcpu = 1, memory = 1GiB, price = a }}\ncluster q {{ workers = 1 of \"n1\", platform_fee = {} }}\n", dice.one(&["$1/h", "q.price", "main.a", "main.q.price"]), dice.one(&["a", "main.b", "main.q.price", "$1/h"]));
        let analysis = analysed(&text, &lib);
        ringed += usize::from(analysis.diagnostics.iter().any(|d| d.message.contains("is needed to find the value of")));
        if number % 4 == 0 {
            ask(&analysis, &mut dice, 3);
        }
    }
    assert!(ringed > 500, "{ringed} files with rings");
}

/// Constants, clusters and nodes in one ring: their declarations in any order, and how many they are.
fn ring(dice: &mut Dice) -> (String, usize) {
    let mut kinds = Vec::new();
    for _ in 0..1 + dice.below(4) {
        match dice.below(3) {
            0 => kinds.push("let"),
            1 => kinds.push("cluster"),
            // Only a cluster names a node.
            _ => kinds.extend(["cluster", "node"]),
        }
    }
    let steps = kinds.len();
    let mut items = vec!["node \"plain\" { vcpu = 1, memory = 1GiB, price = $1/h }".to_owned()];
    for (i, kind) in kinds.iter().enumerate() {
        let next = (i + 1) % steps;
        let price = if kinds[next] == "cluster" { format!("g{next}.price") } else { format!("g{next}") };
        items.push(match *kind {
            "let" => format!("let g{i} = {price}"),
            "node" => format!("node \"g{i}\" {{ vcpu = 1, memory = 1GiB, price = {price} }}"),
            _ if kinds[next] == "node" => format!("cluster g{i} {{ workers = 4 of \"g{next}\" }}"),
            _ => format!("cluster g{i} {{ workers = 4 of \"plain\", platform_fee = {price} }}"),
        });
    }
    for at in (1..items.len()).rev() {
        items.swap(at, dice.below(at + 1));
    }
    (items.join("\n") + "\n", steps)
}

#[test]
fn a_ring_is_told_once_wherever_it_starts() {
    let mut dice = Dice(11);
    for _ in 0..1_000 {
        let (text, steps) = ring(&mut dice);
        let analysis = analysed(&text, "");
        let errors: Vec<_> = analysis.diagnostics.iter().filter(|d| d.is_error()).collect();
        assert!(errors.len() == 1 && errors[0].message.contains("is needed to find the value of"), "{text}{:?}", errors.iter().map(|d| &d.message).collect::<Vec<_>>());
        let told = errors[0].notes.iter().filter(|n| n.matches('→').count() == steps).count();
        assert_eq!(told, usize::from(steps > 1), "{text}{:?}", errors[0].notes);
    }
}
