//! The reasoning about conditions against brute force: every random formula is tried at every point of a grid that is fine enough to tell.
//!
//! Constants are integers and each comparison is of a number with a constant, or of two numbers with an integer between them. Whether such
//! comparisons can be true together depends on the whole parts and the order of the fractions alone, so quarters are enough for three numbers that are
//! not whole, and the grid goes further than the constants at both ends.

use scalec::analysis::{Options, analyze};
use scalec::check::reason::{Answer, Formula, Reach, Reading, Reason};
use scalec::plan::{Across, Arithmetic, Compare, Condition, MathFunction, MetricRef, Nature, Statistic, Value, ValueKind, WindowFunction};
use scalec::resolve::workspace::Workspace;
use scalec::units::{Dimension, Exact};
use std::collections::HashMap;

/// A number of the grid is a quarter.
const QUARTERS: i64 = 4;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }
}

/// The numbers: what each can be (in whole units), and whether it is whole.
struct World {
    names: &'static [&'static str],
    ends: &'static [(Option<i64>, Option<i64>)],
    whole: &'static [bool],
    /// The grid, in whole units.
    from: i64,
    to: i64,
}

/// A share of sorts, a rate, a trend, and a declared count.
const WORLD: World = World {
    names: &["share", "rate", "trend", "tables"],
    ends: &[(Some(0), Some(3)), (Some(0), None), (None, None), (Some(1), None)],
    whole: &[false, false, false, true],
    from: -3,
    to: 7,
};

/// With differences numbers lie further apart.
const APART: World = World { names: &["a", "b", "c"], ends: &[(Some(0), None), (None, None), (None, Some(2))], whole: &[false, false, false], from: -9, to: 9 };

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Side {
    Constant(i64),
    /// A number and a whole offset.
    Number(usize, i64),
}

#[derive(Clone, Debug)]
enum Tree {
    Atom(u8, Side, Side),
    In(usize, Option<i64>, Option<i64>, bool),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Not(Box<Tree>),
}

const OPERATORS: [Compare; 6] = [Compare::Less, Compare::LessEqual, Compare::Greater, Compare::GreaterEqual, Compare::Equal, Compare::NotEqual];

fn compare(op: u8, a: i64, b: i64) -> bool {
    match OPERATORS[op as usize] {
        Compare::Less => a < b,
        Compare::LessEqual => a <= b,
        Compare::Greater => a > b,
        Compare::GreaterEqual => a >= b,
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
    }
}

/// Sets of points of the grid, as bits.
struct Grid<'w> {
    world: &'w World,
    /// By number, its value (in quarters) at each point.
    columns: Vec<Vec<i8>>,
    points: usize,
    known: HashMap<(u8, Side, Side), Vec<u64>>,
}

impl<'w> Grid<'w> {
    fn of(world: &'w World) -> Grid<'w> {
        let axes: Vec<Vec<i8>> = world
            .ends
            .iter()
            .zip(world.whole)
            .map(|((low, high), whole)| {
                let all = world.from * QUARTERS..=world.to * QUARTERS;
                let fits = |q: &i64| low.is_none_or(|l| *q >= l * QUARTERS) && high.is_none_or(|h| *q <= h * QUARTERS) && (!whole || q % QUARTERS == 0);
                all.filter(fits).map(|q| q as i8).collect()
            })
            .collect();
        let points = axes.iter().map(Vec::len).product();
        let mut columns = Vec::new();
        let mut repeat = 1;
        for axis in &axes {
            columns.push((0..points).map(|point| axis[point / repeat % axis.len()]).collect());
            repeat *= axis.len();
        }
        Grid { world, columns, points, known: HashMap::new() }
    }
    fn everywhere(&self) -> Vec<u64> {
        let mut bits = vec![u64::MAX; self.points.div_ceil(64)];
        if self.points % 64 != 0 {
            *bits.last_mut().unwrap() = (1 << (self.points % 64)) - 1;
        }
        bits
    }
    fn atom(&mut self, op: u8, a: Side, b: Side) -> Vec<u64> {
        if let Some(known) = self.known.get(&(op, a, b)) {
            return known.clone();
        }
        let value = |side: Side, point: usize| match side {
            Side::Constant(c) => c * QUARTERS,
            Side::Number(n, offset) => i64::from(self.columns[n][point]) + offset * QUARTERS,
        };
        let mut bits = vec![0u64; self.points.div_ceil(64)];
        for point in 0..self.points {
            if compare(op, value(a, point), value(b, point)) {
                bits[point / 64] |= 1 << (point % 64);
            }
        }
        self.known.insert((op, a, b), bits.clone());
        bits
    }
    /// Where a formula is true.
    fn bits(&mut self, tree: &Tree) -> Vec<u64> {
        let join = |a: Vec<u64>, b: Vec<u64>, f: fn(u64, u64) -> u64| a.into_iter().zip(b).map(|(a, b)| f(a, b)).collect::<Vec<u64>>();
        match tree {
            Tree::Atom(op, a, b) => self.atom(*op, *a, *b),
            Tree::In(n, low, high, inclusive) => {
                let mut all = self.everywhere();
                if let Some(low) = low {
                    all = join(all, self.atom(3, Side::Number(*n, 0), Side::Constant(*low)), |a, b| a & b);
                }
                if let Some(high) = high {
                    all = join(all, self.atom(u8::from(*inclusive), Side::Number(*n, 0), Side::Constant(*high)), |a, b| a & b);
                }
                all
            }
            Tree::And(a, b) => join(self.bits(a), self.bits(b), |a, b| a & b),
            Tree::Or(a, b) => join(self.bits(a), self.bits(b), |a, b| a | b),
            Tree::Not(a) => join(self.everywhere(), self.bits(a), |all, a| all & !a),
        }
    }
    fn reach(&self, metric: &MetricRef) -> Reach {
        let n = self.world.names.iter().position(|name| *name == metric.series).unwrap();
        let (low, high) = self.world.ends[n];
        Reach { low: low.map(|v| Exact::from_integer(v.into())), high: high.map(|v| Exact::from_integer(v.into())) }
    }
    fn tree(&self, random: &mut Random, depth: u32, offsets: i64) -> Tree {
        let numbers = self.world.names.len() as u64;
        match random.below(if depth == 0 { 4 } else { 9 }) {
            0..=1 => Tree::Atom(random.below(6) as u8, Side::Number(random.below(numbers) as usize, 0), Side::Constant(random.between(-1, 4))),
            2 => {
                let offset = random.between(-offsets, offsets);
                Tree::Atom(random.below(6) as u8, Side::Number(random.below(numbers) as usize, offset), Side::Number(random.below(numbers) as usize, 0))
            }
            3 => {
                let low = random.between(-1, 3);
                let high = random.between(low + 1, 4);
                let (low, high) = [(Some(low), Some(high)), (None, Some(high)), (Some(low), None)][random.below(3) as usize];
                Tree::In(random.below(numbers) as usize, low, high, random.below(2) == 0)
            }
            4..=5 => Tree::And(Box::new(self.tree(random, depth - 1, offsets)), Box::new(self.tree(random, depth - 1, offsets))),
            6..=7 => Tree::Or(Box::new(self.tree(random, depth - 1, offsets)), Box::new(self.tree(random, depth - 1, offsets))),
            _ => Tree::Not(Box::new(self.tree(random, depth - 1, offsets))),
        }
    }
    fn condition(&self, tree: &Tree) -> Condition {
        match tree {
            Tree::Atom(op, a, b) => Condition::Compare { op: OPERATORS[*op as usize], left: self.value(*a), right: self.value(*b) },
            Tree::In(n, low, high, inclusive) => Condition::In {
                value: self.value(Side::Number(*n, 0)),
                low: low.map(|v| self.value(Side::Constant(v))),
                high: high.map(|v| self.value(Side::Constant(v))),
                inclusive: *inclusive,
            },
            Tree::And(a, b) => Condition::And(Box::new(self.condition(a)), Box::new(self.condition(b))),
            Tree::Or(a, b) => Condition::Or(Box::new(self.condition(a)), Box::new(self.condition(b))),
            Tree::Not(a) => Condition::Not(Box::new(self.condition(a))),
        }
    }
    fn value(&self, side: Side) -> Value {
        match side {
            Side::Constant(c) => constant(c),
            Side::Number(n, 0) => self.metric(n),
            Side::Number(n, offset) => arithmetic(Arithmetic::Add, self.metric(n), constant(offset)),
        }
    }
    fn metric(&self, n: usize) -> Value {
        let nature = if self.world.whole[n] { Nature::Declared } else { Nature::Plain };
        metric(self.world.names[n], nature)
    }
}

fn metric(series: &str, nature: Nature) -> Value {
    let metric = MetricRef { series: series.to_owned(), statistic: None, across: None, interval: Exact::from_integer(1), nature };
    Value { kind: ValueKind::Metric(metric), dim: Dimension::COUNT }
}

fn constant(value: i64) -> Value {
    Value { kind: ValueKind::Constant(Exact::from_integer(value.into())), dim: Dimension::COUNT }
}

fn arithmetic(op: Arithmetic, left: Value, right: Value) -> Value {
    Value { kind: ValueKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, dim: Dimension::COUNT }
}

fn none(bits: &[u64]) -> bool {
    bits.iter().all(|word| *word == 0)
}

/// Rules from top to bottom: which can be true, which can be the first that is, and whether one always is.
fn agree(world: &World, seed: u64, sets: usize, offsets: i64) -> [usize; 3] {
    let mut grid = Grid::of(world);
    let mut random = Random(seed);
    let mut found = [0; 3];
    for set in 0..sets {
        let rules: Vec<Tree> = (0..1 + random.below(4)).map(|_| grid.tree(&mut random, 2, offsets)).collect();
        let bits: Vec<Vec<u64>> = rules.iter().map(|rule| grid.bits(rule)).collect();
        let reach = |metric: &MetricRef| grid.reach(metric);
        let mut reason = Reason::new(Reading::Average, &reach);
        let formulas: Vec<Formula> = rules.iter().map(|rule| reason.read(&grid.condition(rule), 0).unwrap()).collect();
        let negated: Vec<Formula> = formulas.iter().map(|f| f.negated().unwrap()).collect();
        let mut open = grid.everywhere();
        let told = |answer: Answer, never: bool, what: &str| match answer {
            Answer::Never => assert!(never, "set {set}: {what} is possible, and was said never to be: {rules:?}"),
            Answer::Possible(_) => assert!(!never, "set {set}: {what} is never so, and was said to be possible: {rules:?}"),
            Answer::Unknown => panic!("set {set}: {what} was given up: {rules:?}"),
        };
        for (index, bits) in bits.iter().enumerate() {
            let formula = &formulas[index];
            told(reason.possible(&[formula]), none(bits), &format!("rule {index}"));
            let reached: Vec<u64> = open.iter().zip(bits).map(|(open, rule)| open & rule).collect();
            let earlier = negated[..index].iter().chain([formula]).collect::<Vec<_>>();
            told(reason.possible(&earlier), none(&reached), &format!("reaching rule {index}"));
            found[0] += usize::from(none(bits));
            found[1] += usize::from(none(&reached));
            open.iter_mut().zip(bits).for_each(|(open, rule)| *open &= !rule);
        }
        told(reason.possible(&negated.iter().collect::<Vec<_>>()), none(&open), "a case that is open");
        found[2] += usize::from(none(&open));
        // A conflict is one, and each of its parts is needed.
        let all: Vec<&Formula> = formulas.iter().collect();
        let together = bits.iter().fold(grid.everywhere(), |all, rule| all.iter().zip(rule).map(|(a, b)| a & b).collect());
        match reason.conflict(&all) {
            None => assert!(!none(&together), "set {set}: no conflict in {rules:?}"),
            Some(conflict) => {
                assert!(none(&together), "set {set}: a conflict in {rules:?}");
                let of = |without: Option<usize>| -> Vec<&Formula> { conflict.formulas.iter().filter(|i| Some(**i) != without).map(|i| all[*i]).collect() };
                assert_eq!(reason.possible(&of(None)), Answer::Never);
                for index in &conflict.formulas {
                    assert!(matches!(reason.possible(&of(Some(*index))), Answer::Possible(_)), "set {set}: rule {index} is not needed in {rules:?}");
                }
            }
        }
    }
    found
}

#[test]
fn rules_are_judged_as_trying_every_case_would() {
    let [impossible, covered, exhaustive] = agree(&WORLD, 1, 4_000, 0);
    assert!(impossible > 100 && covered > 1_000 && exhaustive > 100, "{impossible} {covered} {exhaustive}: too few cases to mean anything");
}

#[test]
fn differences_are_judged_as_trying_every_case_would() {
    let [impossible, covered, exhaustive] = agree(&APART, 2, 1_500, 2);
    assert!(impossible > 50 && covered > 300 && exhaustive > 20, "{impossible} {covered} {exhaustive}: too few cases to mean anything");
}

/// Sums, factors and calls: what is said to be possible has been tried by the solver itself, so only `never` can be wrong.
#[test]
fn what_can_never_be_is_nowhere_on_the_grid() {
    let mut random = Random(3);
    let (mut never, mut possible) = (0, 0);
    let any = |_: &MetricRef| Reach::ANY;
    for _ in 0..3_000 {
        let mut reason = Reason::new(Reading::Moment, &any);
        let conditions: Vec<Condition> = (0..2 + random.below(3))
            .map(|_| Condition::Compare { op: OPERATORS[random.below(4) as usize], left: expression(&mut random, 2), right: expression(&mut random, 1) })
            .collect();
        let formulas: Vec<Formula> = conditions.iter().map(|c| reason.read(c, 0).unwrap()).collect();
        let answer = reason.possible(&formulas.iter().collect::<Vec<_>>());
        let half = |n: i64| Exact::new(n.into(), 2);
        let on_grid = (-6..=6).any(|a| (-6..=6).any(|b| conditions.iter().all(|c| holds(c, half(a), half(b)))));
        match answer {
            Answer::Never => {
                never += 1;
                assert!(!on_grid, "said never to be: {conditions:#?}");
            }
            Answer::Possible(_) => possible += 1,
            // What is rounded may leave no whole number where the rest leaves room.
            Answer::Unknown => assert!(conditions.iter().any(rounds), "given up: {conditions:#?}"),
        }
    }
    assert!(never > 300 && possible > 1_000, "{never} {possible}: too few cases to mean anything");
}

fn expression(random: &mut Random, depth: u32) -> Value {
    let name = ["a", "b"][random.below(2) as usize];
    match random.below(if depth == 0 { 3 } else { 8 }) {
        0..=1 => metric(name, Nature::Plain),
        2 => constant(random.between(-2, 2)),
        3 => arithmetic(Arithmetic::Add, expression(random, depth - 1), expression(random, depth - 1)),
        4 => arithmetic(Arithmetic::Subtract, expression(random, depth - 1), expression(random, depth - 1)),
        5 => arithmetic(Arithmetic::Multiply, constant(random.between(-2, 3)), expression(random, depth - 1)),
        6 => call([MathFunction::Min, MathFunction::Max][random.below(2) as usize], vec![expression(random, depth - 1), expression(random, depth - 1)]),
        _ => call([MathFunction::Abs, MathFunction::Ceil, MathFunction::Floor, MathFunction::Round][random.below(4) as usize], vec![expression(random, depth - 1)]),
    }
}

fn call(function: MathFunction, arguments: Vec<Value>) -> Value {
    Value { kind: ValueKind::Call { function, arguments }, dim: Dimension::COUNT }
}

fn rounds(condition: &Condition) -> bool {
    let text = format!("{condition:?}");
    ["Ceil", "Floor", "Round"].iter().any(|name| text.contains(name))
}

fn holds(condition: &Condition, a: Exact, b: Exact) -> bool {
    let Condition::Compare { op, left, right } = condition else { unreachable!() };
    let (x, y) = (evaluated(left, a, b), evaluated(right, a, b));
    match op {
        Compare::Less => x < y,
        Compare::LessEqual => x <= y,
        Compare::Greater => x > y,
        Compare::GreaterEqual => x >= y,
        Compare::Equal => x == y,
        Compare::NotEqual => x != y,
    }
}

fn evaluated(value: &Value, a: Exact, b: Exact) -> Exact {
    let of = |v: &Value| evaluated(v, a, b);
    match &value.kind {
        ValueKind::Constant(c) => *c,
        ValueKind::Metric(m) => if m.series == "a" { a } else { b },
        ValueKind::Arithmetic { op, left, right } => match op {
            Arithmetic::Add => of(left) + of(right),
            Arithmetic::Subtract => of(left) - of(right),
            Arithmetic::Multiply => of(left) * of(right),
            Arithmetic::Divide => of(left) / of(right),
        },
        ValueKind::Call { function, arguments } => {
            let all: Vec<Exact> = arguments.iter().map(of).collect();
            match function {
                MathFunction::Min => all.into_iter().min().unwrap(),
                MathFunction::Max => all.into_iter().max().unwrap(),
                MathFunction::Abs => if all[0] < Exact::from_integer(0) { -all[0] } else { all[0] },
                MathFunction::Ceil => all[0].ceil(),
                MathFunction::Floor => all[0].floor(),
                MathFunction::Round => all[0].round(),
            }
        }
        _ => unreachable!(),
    }
}

// ---- from the text to the codes

/// What is behind, what a query asks for, and a declared count.
const WRITTEN: World =
    World { names: &["stream.lag", "room", "stream.tables"], ends: &[(Some(0), None), (None, None), (Some(1), None)], whole: &[false, false, true], from: -3, to: 7 };

fn written(world: &World, tree: &Tree) -> String {
    const SIGNS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];
    let side = |side: &Side| match side {
        Side::Constant(c) => c.to_string(),
        Side::Number(n, _) => world.names[*n].to_owned(),
    };
    let end = |end: &Option<i64>| end.map_or(String::new(), |v| v.to_string());
    match tree {
        Tree::Atom(op, a, b) => format!("{} {} {}", side(a), SIGNS[*op as usize], side(b)),
        Tree::In(n, low, high, inclusive) => {
            let dots = if *inclusive && high.is_some() { "..=" } else { ".." };
            format!("{} in {}{dots}{}", world.names[*n], end(low), end(high))
        }
        Tree::And(a, b) => format!("({}) and ({})", written(world, a), written(world, b)),
        Tree::Or(a, b) => format!("({}) or ({})", written(world, a), written(world, b)),
        Tree::Not(a) => format!("not ({})", written(world, a)),
    }
}

#[test]
fn the_checker_says_of_each_rule_what_trying_every_case_would() {
    const HEAD: &str = "target clicks = kafka { brokers = \"embedded\", topic = \"t\", partitions = 4 }
pipeline stream { reads = clicks, capacity = 5/s, tables = 12 }
source prom = prometheus { url = \"http://localhost:9090\" }
metric room = prom.query(\"room\") as count
sizing stream {
";
    let mut grid = Grid::of(&WRITTEN);
    let mut random = Random(4);
    let (mut impossible, mut covered, mut open_cases) = (0, 0, 0);
    for set in 0..600 {
        let rules: Vec<Tree> = (0..1 + random.below(5)).map(|_| grid.tree(&mut random, 2, 0)).collect();
        let ends = random.below(2) == 0;
        let lines: String = rules.iter().enumerate().map(|(i, rule)| format!("  rule r{i} when {} => scale out by 1\n", written(&WRITTEN, rule))).collect();
        let text = format!("{HEAD}{lines}{}}}\n", if ends { "  otherwise keep\n" } else { "" });
        let analysis = analyze(Workspace::from_texts(&[("rules.scale", text.as_str())]), &Options::default());
        let mut expected = Vec::new();
        let mut open = grid.everywhere();
        for (index, rule) in rules.iter().enumerate() {
            let bits = grid.bits(rule);
            let line = HEAD.lines().count() + 1 + index;
            if none(&bits) {
                expected.push((line, "E0803"));
                impossible += 1;
            } else if open.iter().zip(&bits).all(|(open, rule)| open & rule == 0) {
                expected.push((line, "E0804"));
                covered += 1;
            }
            open.iter_mut().zip(&bits).for_each(|(open, rule)| *open &= !rule);
        }
        if !ends {
            expected.insert(0, (HEAD.lines().count(), "E0805"));
        }
        let found: Vec<(usize, &str)> = analysis.diagnostics.iter().map(|d| (analysis.workspace.map.line_column(d.primary.span).line, d.code.as_str())).collect();
        assert_eq!(found, expected, "set {set}:\n{text}");
        if let Some(d) = analysis.diagnostics.iter().find(|d| d.code.as_str() == "E0805") {
            // Where no rule can ever hold, every case is open, and none need be shown.
            let shown = !none(&open) && rules.iter().any(|rule| !none(&grid.bits(rule)));
            assert!(if shown { !d.notes.is_empty() } else { d.notes.is_empty() || !none(&open) }, "set {set}: {:?}\n{text}", d.notes);
            open_cases += d.notes.len();
        }
    }
    assert!(impossible > 50 && covered > 200 && open_cases > 50, "{impossible} {covered} {open_cases}: too few cases to mean anything");
}

// ---- what is known without measuring

fn share_of(metric: &MetricRef) -> Reach {
    if metric.series == "cpu" { Reach::share() } else { Reach::positive() }
}

fn across(across: Across) -> Value {
    let ValueKind::Metric(cpu) = metric("cpu", Nature::Plain).kind else { unreachable!() };
    Value { kind: ValueKind::Metric(MetricRef { across: Some(across), ..cpu }), dim: Dimension::RATIO }
}

fn latency(statistic: Statistic) -> Value {
    let ValueKind::Metric(latency) = metric("latency", Nature::Distribution).kind else { unreachable!() };
    Value { kind: ValueKind::Metric(MetricRef { statistic: Some(statistic), ..latency }), dim: Dimension::TIME }
}

fn over_time(function: WindowFunction, of: Value) -> Value {
    Value { dim: of.dim, kind: ValueKind::Window { function, of: Box::new(of), phases: None } }
}

fn percent(value: i64) -> Value {
    Value { kind: ValueKind::Constant(Exact::new(value.into(), 100)), dim: Dimension::RATIO }
}

fn is(left: Value, op: Compare, right: Value) -> Condition {
    Condition::Compare { op, left, right }
}

/// Why these cannot be true together, over windows of their own where `windows` says so.
fn conflict(reading: Reading, conditions: &[Condition], windows: bool) -> Option<Vec<String>> {
    let mut reason = Reason::new(reading, &share_of);
    let formulas: Vec<Formula> = conditions.iter().enumerate().map(|(i, c)| reason.read(c, if windows { i } else { 0 }).unwrap()).collect();
    reason.conflict(&formulas.iter().collect::<Vec<_>>()).map(|c| c.facts)
}

#[test]
fn what_is_known_of_metrics_is_taken_into_account() {
    use Compare::{Greater, Less};
    let never = |conditions: &[Condition]| conflict(Reading::Average, conditions, false);
    let facts = |facts: &[&str]| Some(facts.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>());

    // Across instances.
    let (low, high) = (is(across(Across::Min), Greater, percent(80)), is(across(Across::Max), Less, percent(70)));
    assert_eq!(never(&[low.clone(), high.clone()]), facts(&["`cpu.min` is never above `cpu.max`"]));
    assert_eq!(conflict(Reading::Average, &[low, high], true), None, "over two windows these are other numbers");
    assert_eq!(never(&[is(across(Across::Min), Greater, percent(70)), is(across(Across::Max), Less, percent(80))]), None);
    assert_eq!(
        never(&[is(across(Across::Min), Greater, percent(60)), is(across(Across::Spread), Greater, percent(50))]),
        facts(&["`cpu.spread` is `cpu.max` less `cpu.min`", "`cpu.max` is never above 100%"]),
    );
    assert_eq!(never(&[is(across(Across::Min), Greater, percent(40)), is(across(Across::Spread), Greater, percent(50))]), None);

    // The ends that a number cannot pass.
    assert_eq!(never(&[is(across(Across::Max), Greater, percent(100))]), facts(&["`cpu.max` is never above 100%"]));
    assert_eq!(never(&[is(metric("lag", Nature::Plain), Less, constant(0))]), facts(&["`lag` is never below 0"]));
    assert_eq!(never(&[is(over_time(WindowFunction::Trend, metric("lag", Nature::Plain)), Less, constant(0))]), None);

    // A distribution, and time.
    assert_eq!(never(&[is(latency(Statistic::P99), Less, latency(Statistic::P50))]), facts(&["`latency.p50` is never above `latency.p99`"]));
    assert_eq!(never(&[is(latency(Statistic::Mean), Less, latency(Statistic::P50))]), None);
    let lag = || metric("lag", Nature::Plain);
    assert_eq!(never(&[is(over_time(WindowFunction::Max, lag()), Less, lag())]), facts(&["`lag` is never above `max(lag)`"]));
    assert_eq!(never(&[is(over_time(WindowFunction::Avg, lag()), Compare::NotEqual, lag())]), facts(&[]), "a rule reads averages");
    assert_eq!(conflict(Reading::Moment, &[is(over_time(WindowFunction::Avg, lag()), Compare::NotEqual, lag())], false), None);
    assert_eq!(
        never(&[is(over_time(WindowFunction::Min, across(Across::Min)), Greater, over_time(WindowFunction::Last, across(Across::Max)))]),
        facts(&["`min(cpu.min)` is never above `last(cpu.max)`"]),
    );
}

#[test]
fn factors_and_chains_are_exact() {
    use Compare::{Greater, GreaterEqual, Less, LessEqual};
    let never = |conditions: &[Condition]| conflict(Reading::Average, conditions, false).is_some();
    let m = |name: &str| metric(name, Nature::Plain);
    let times = |tenths: i64, value: Value| arithmetic(Arithmetic::Multiply, Value { kind: ValueKind::Constant(Exact::new(tenths.into(), 10)), dim: Dimension::RATIO }, value);
    assert!(never(&[is(m("a"), Less, m("b")), is(m("b"), Less, m("c")), is(m("c"), Less, m("a"))]));
    assert!(!never(&[is(m("a"), LessEqual, m("b")), is(m("b"), LessEqual, m("c")), is(m("c"), LessEqual, m("a"))]));
    assert!(never(&[is(m("processed"), Less, times(9, m("offered"))), is(m("processed"), GreaterEqual, m("offered"))]), "rates are not negative");
    assert!(!never(&[is(m("processed"), Less, times(9, m("offered"))), is(m("processed"), Greater, times(8, m("offered")))]));
    let ratio = arithmetic(Arithmetic::Divide, m("processed"), m("offered"));
    assert!(never(&[is(ratio.clone(), Less, constant(1)), is(ratio.clone(), Greater, constant(1))]), "the same quotient is the same number");
    assert!(!never(&[is(ratio, Less, constant(1)), is(m("processed"), Greater, m("offered"))]), "of a quotient no more is known");
}
