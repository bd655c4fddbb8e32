//! What expectations say of each other and by themselves: E0604 where no values can satisfy them, W0610 where one says no more than another, W0611
//! where one cannot fail.
//!
//! Whether values exist is [`reason`]'s to tell; here is what two lines have in common to be reasoned about. Two that look at one window speak of the
//! same numbers. Of two whose windows overlap only the samples of the overlap are the same, not a percentile over either. What must hold at some moment
//! meets what must hold throughout. Where that is not certain, nothing is said.

use super::looks::Looks;
use crate::check::Context;
use crate::check::reason::{Conflict, Formula, Reach, Reading, Reason};
use crate::plan::{Condition, MetricRef, Nature, Value, ValueKind, WindowFunction};
use crate::source::{FileId, Span};
use crate::syntax::ast::Expr;
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedMul, Zero};
use std::collections::{BTreeSet, HashMap};

mod words;
pub use words::Watch;

/// A line that is judged: `expect` or `sustain`.
pub struct Line {
    pub statement: Span,
    /// Its condition as written.
    pub written: Span,
    pub condition: Condition,
    pub looks: Looks,
    /// A `param` or a `for` decides what it says: with another value it may say something else.
    pub varies: bool,
}

/// `abort when … for …`.
pub struct Stop {
    pub statement: Span,
    pub written: Span,
    pub condition: Condition,
    /// Seconds.
    pub hold: Exact,
}

/// How many questions about pairs one test may ask: what keeps checking bounded where hundreds of lines look at one metric in one window.
const QUESTIONS: usize = 20_000;

/// `lines` and `stops` in the order of the text.
pub fn check(cx: &Context<'_>, lines: &[Line], stops: &[Stop]) {
    let mut open: Vec<&Line> = Vec::new();
    // Which of them name a series.
    let mut about: HashMap<String, Vec<usize>> = HashMap::new();
    // Indices into `open` of those that have been called needless: they are no measure for others.
    let mut needless: BTreeSet<usize> = BTreeSet::new();
    let mut left = QUESTIONS;
    for line in lines {
        let alone = by_itself(cx, line);
        if let Some(Alone::Never(conflict)) = &alone {
            cx.report(words::impossible(cx, line, conflict));
        } else if let Some(Alone::Always(conflict)) = &alone {
            if !line.varies {
                cx.report(words::always(cx, line, conflict));
            }
        } else {
            let series = series_of(&line.condition);
            let mut found: Option<(usize, Found)> = None;
            for index in related(&about, &series, left) {
                let Some(earlier) = open.get(index) else { continue };
                left -= 1;
                match between(cx, earlier, line) {
                    Some(worst @ Found::Contradiction(_)) => {
                        found = Some((index, worst));
                        break;
                    }
                    Some(other) if !needless.contains(&index) && !earlier.varies && !line.varies && found.as_ref().is_none_or(|(_, best)| other.rank() < best.rank()) => found = Some((index, other)),
                    _ => {}
                }
            }
            if let Some((index, found)) = found {
                match found {
                    Found::EarlierImplied(_) => needless.insert(index),
                    Found::LaterImplied(_) | Found::Twice => needless.insert(open.len()),
                    Found::Contradiction(_) => false,
                };
                if let Some(earlier) = open.get(index) {
                    cx.report(words::pair(cx, earlier, line, &found));
                }
            }
            series.into_iter().for_each(|name| about.entry(name).or_default().push(open.len()));
            open.push(line);
        }
    }
    for stop in stops {
        for line in related(&about, &series_of(&stop.condition), left).into_iter().filter_map(|index| open.get(index)) {
            left -= 1;
            if let Some(conflict) = stopped(cx, line, stop) {
                cx.report(words::stopped(cx, line, stop, &conflict));
                break;
            }
        }
    }
}

/// Whether an alert's or an abort's condition can never be true, or never false: nothing in them is read over a window.
pub fn check_watch<'a>(cx: &Context<'a>, statement: Span, written: &'a Expr, condition: &Condition, what: &Watch<'_>) {
    if cx.varies(written) {
        return;
    }
    let answer = |wanted: bool| {
        let reach_of = reach_of(cx, statement.file);
        let mut reason = Reason::new(Reading::Moment, &reach_of);
        let formula = reason.read_over(condition, &|value| usize::from(is_aggregate(value)))?;
        let formula = if wanted { formula } else { formula.negated()? };
        reason.conflict(&[&formula])
    };
    if let Some(conflict) = answer(true) {
        cx.report(words::watches_nothing(cx, statement, written.span, what, &conflict));
    } else if let Some(conflict) = answer(false) {
        cx.report(words::watches_everything(cx, statement, written.span, what, &conflict));
    }
}

/// What two lines are to each other.
pub enum Found {
    /// Nothing satisfies both.
    Contradiction(Conflict),
    /// The earlier one implies the later one, the other way round, or both.
    LaterImplied(Vec<String>),
    EarlierImplied(Vec<String>),
    Twice,
}

impl Found {
    /// What is told first.
    fn rank(&self) -> u8 {
        match self {
            Found::Contradiction(_) => 0,
            Found::Twice => 1,
            Found::LaterImplied(_) => 2,
            Found::EarlierImplied(_) => 3,
        }
    }
}

/// Which numbers of two lines are the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Common {
    /// All: they look at one window.
    All,
    /// Those at the end, and those over the whole test.
    End,
    /// The samples at a moment.
    Moments,
    /// Those over the whole test, not the samples at a moment.
    Records,
}

fn between(cx: &Context<'_>, earlier: &Line, later: &Line) -> Option<Found> {
    let pair = Pair { cx, a: earlier, b: later };
    if let Some(conflict) = pair.contradiction() {
        return Some(Found::Contradiction(conflict));
    }
    let turned = Pair { cx, a: later, b: earlier };
    match (pair.implied(), turned.implied()) {
        (Some(_), Some(_)) => Some(Found::Twice),
        (Some(facts), None) => Some(Found::LaterImplied(facts)),
        (None, Some(facts)) => Some(Found::EarlierImplied(facts)),
        (None, None) => None,
    }
}

struct Pair<'p, 'a> {
    cx: &'p Context<'a>,
    a: &'p Line,
    b: &'p Line,
}

impl Pair<'_, '_> {
    fn contradiction(&self) -> Option<Conflict> {
        let (a, b) = (&self.a.looks, &self.b.looks);
        let least = self.interval();
        let throughout = |looks: &Looks| looks.is_throughout() || looks.is_at_end();
        let mut ways = Vec::new();
        if a.is_at_end() && b.is_at_end() {
            ways.push(Common::End);
        } else if throughout(a) && throughout(b) && a.share_a_window(b) {
            ways.push(Common::All);
        } else if a.share_the_records(b) {
            ways.push(Common::Records);
        } else if a.meets(b, least) || a.surrounds_one(b) || b.surrounds_one(a) {
            ways.push(Common::Moments);
        }
        ways.into_iter().find_map(|common| self.conflict(common, false))
    }

    /// Whether `b` says no more than `a`: the facts that this rests on.
    fn implied(&self) -> Option<Vec<String>> {
        let (a, b) = (&self.a.looks, &self.b.looks);
        let least = self.interval();
        let same_windows = a.has_all_windows_of(b);
        let common = match () {
            () if a.is_at_end() && b.is_at_end() => Common::End,
            () if a.is_throughout() && b.is_throughout() && same_windows => Common::All,
            () if a.holds_throughout(b) || a.provides(b, least) => Common::Moments,
            () if a.is_a_stricter_within(b) || same_windows && !a.must_stay() => Common::All,
            // The first moment that counts is the same only where both come to hold at the same one.
            () if a.is_a_longer_within(b) => return self.same_condition().then(Vec::new),
            () if a.share_the_records(b) => Common::Records,
            () => return None,
        };
        self.conflict(common, true).map(|conflict| conflict.facts)
    }

    /// Why both cannot be true, or, `negated`, why `b` cannot be false where `a` is true.
    fn conflict(&self, common: Common, negated: bool) -> Option<Conflict> {
        let reach_of = reach_of(self.cx, self.a.statement.file);
        let mut reason = Reason::new(Reading::Moment, &reach_of);
        let ids = |side: usize| move |value: &Value| window_of(value, common, side);
        let a = reason.read_over(&self.a.condition, &ids(0))?;
        let b = reason.read_over(&self.b.condition, &ids(1))?;
        let b = if negated { b.negated()? } else { b };
        let mut formulas = vec![a, b];
        formulas.extend(over_time(&mut reason, self.a, self.b, &ids(1)));
        formulas.extend(over_time(&mut reason, self.b, self.a, &ids(0)).into_iter().filter(|_| !negated));
        reason.conflict(&formulas.iter().collect::<Vec<_>>())
    }

    fn same_condition(&self) -> bool {
        let reach_of = reach_of(self.cx, self.a.statement.file);
        let mut reason = Reason::new(Reading::Moment, &reach_of);
        let read = |reason: &mut Reason<'_>, condition: &Condition| reason.read_over(condition, &|value| window_of(value, Common::All, 0));
        let (Some(a), Some(b)) = (read(&mut reason, &self.a.condition), read(&mut reason, &self.b.condition)) else { return false };
        reason.implies(&a, &b) == Some(true) && reason.implies(&b, &a) == Some(true)
    }

    /// Seconds in which every metric that is sampled is sampled once.
    fn interval(&self) -> Exact {
        interval(&self.a.condition).max(interval(&self.b.condition))
    }
}

/// Seconds between the samples of the metric that is sampled most rarely.
fn interval(condition: &Condition) -> Exact {
    condition.metrics().into_iter().map(|m| m.interval).max().unwrap_or_else(Exact::zero)
}

/// Over which window a number of one of two lines is read, as a number of its own: equal ones are the same number.
fn window_of(value: &Value, common: Common, side: usize) -> usize {
    const TOGETHER: usize = 0;
    const RECORDS: usize = 1;
    const PHASE: usize = 2;
    let apart = 10 + side;
    if is_of_one_phase(value) {
        return PHASE;
    }
    // What a window function makes of a distribution is over its samples, the distribution itself over all its records.
    let sampled = matches!(&value.kind, ValueKind::Window { of, .. } if of.metrics().iter().any(|m| m.nature == Nature::Distribution));
    match (common, is_aggregate(value)) {
        (Common::All, _) => if sampled { RECORDS } else { TOGETHER },
        (Common::End, aggregate) => if aggregate { RECORDS + usize::from(sampled) * 2 } else { TOGETHER },
        (Common::Moments, false) => TOGETHER,
        (Common::Records, true) => RECORDS + usize::from(sampled) * 2,
        (Common::Moments, true) | (Common::Records, false) => apart,
    }
}

/// A number over more than a moment.
fn is_aggregate(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Metric(metric) => metric.nature == Nature::Distribution,
        ValueKind::Window { .. } => true,
        _ => value.parts().into_iter().any(is_aggregate),
    }
}

/// `avg(m, baseline)` of a phase that runs once is one number, wherever it is named.
fn is_of_one_phase(value: &Value) -> bool {
    matches!(&value.kind, ValueKind::Window { phases: Some(phases), .. } if phases.len() == 1)
}

/// What holds at every moment of a stretch holds for the least, the greatest and the last value in it too, and for the average where what lies between
/// two values that are allowed is allowed. So `cpu.max > 90%` speaks of `avg(cpu.max)`: as formulas, for what `other` reads over time.
fn over_time(reason: &mut Reason<'_>, line: &Line, other: &Line, ids: &dyn Fn(&Value) -> usize) -> Vec<Formula> {
    let over = line.looks.is_throughout() && other.looks.is_throughout() && (line.looks.holds_throughout(&other.looks) || line.looks.has_all_windows_of(&other.looks))
        || line.looks.share_the_records(&other.looks) && line.looks.is_throughout();
    let mut sampled = BTreeSet::new();
    let mut only: Option<&Value> = None;
    for value in line.condition.sides() {
        if !single_samples(value, &mut sampled, &mut only) {
            return Vec::new();
        }
    }
    let Some(only) = only.filter(|_| over && sampled.len() == 1) else { return Vec::new() };
    let ValueKind::Metric(metric) = &only.kind else { return Vec::new() };
    let mut asked = Vec::new();
    other.condition.sides().into_iter().for_each(|side| functions_of(side, &metric.series, &mut asked));
    let mut found = Vec::new();
    for function in asked {
        let over_time = Value { kind: ValueKind::Window { function, of: Box::new(only.clone()), phases: None }, dim: only.dim };
        let Some(formula) = reason.read_over(&replaced(&line.condition, only, &over_time), ids) else { continue };
        if function != WindowFunction::Avg || is_convex(&formula) {
            found.push(formula);
        }
    }
    found
}

/// Whether a value has no numbers but samples of metrics; which ones, and one of them.
fn single_samples<'v>(value: &'v Value, names: &mut BTreeSet<String>, only: &mut Option<&'v Value>) -> bool {
    match &value.kind {
        ValueKind::Constant(_) => true,
        ValueKind::Metric(metric) if matches!(metric.nature, Nature::Plain | Nature::Counter) => {
            names.insert(format!("{}{:?}", metric.series, metric.across));
            *only = Some(value);
            true
        }
        ValueKind::Negate(_) | ValueKind::Arithmetic { .. } => value.parts().into_iter().all(|part| single_samples(part, names, only)),
        _ => false,
    }
}

/// The functions that read a series (or its instances) over the line's own window, and whose result is one of its values, or lies among them.
fn functions_of(value: &Value, series: &str, found: &mut Vec<WindowFunction>) {
    match &value.kind {
        ValueKind::Window { function: function @ (WindowFunction::Avg | WindowFunction::Min | WindowFunction::Max | WindowFunction::Last), of, phases: None } => {
            if !found.contains(function) && of.metrics().iter().any(|m| m.series == series) {
                found.push(*function);
            }
        }
        _ => value.parts().into_iter().for_each(|part| functions_of(part, series, found)),
    }
}

fn is_convex(formula: &Formula) -> bool {
    match formula {
        Formula::Is(_) => true,
        Formula::All(parts) => parts.iter().all(is_convex),
        Formula::Any(_) => false,
    }
}

/// The condition with one metric replaced.
fn replaced(condition: &Condition, metric: &Value, by: &Value) -> Condition {
    let value = |v: &Value| replaced_in(v, metric, by);
    match condition {
        Condition::And(a, b) => Condition::And(Box::new(replaced(a, metric, by)), Box::new(replaced(b, metric, by))),
        Condition::Or(a, b) => Condition::Or(Box::new(replaced(a, metric, by)), Box::new(replaced(b, metric, by))),
        Condition::Not(inner) => Condition::Not(Box::new(replaced(inner, metric, by))),
        Condition::Compare { op, left, right } => Condition::Compare { op: *op, left: value(left), right: value(right) },
        Condition::In { value: v, low, high, inclusive } => {
            Condition::In { value: value(v), low: low.as_ref().map(value), high: high.as_ref().map(value), inclusive: *inclusive }
        }
    }
}

fn replaced_in(value: &Value, metric: &Value, by: &Value) -> Value {
    if value.kind == metric.kind {
        return Value { kind: by.kind.clone(), dim: value.dim };
    }
    let within = |v: &Value| Box::new(replaced_in(v, metric, by));
    let kind = match &value.kind {
        ValueKind::Negate(inner) => ValueKind::Negate(within(inner)),
        ValueKind::Arithmetic { op, left, right } => ValueKind::Arithmetic { op: *op, left: within(left), right: within(right) },
        kind => kind.clone(),
    };
    Value { kind, dim: value.dim }
}

/// What is wrong with a line by itself.
enum Alone {
    /// It can never hold: why.
    Never(Conflict),
    /// It cannot fail: why.
    Always(Conflict),
}

fn by_itself(cx: &Context<'_>, line: &Line) -> Option<Alone> {
    let reach_of = reach_of(cx, line.statement.file);
    let mut reason = Reason::new(Reading::Moment, &reach_of);
    let common = if line.looks.is_at_end() { Common::End } else { Common::All };
    let formula = reason.read_over(&line.condition, &|value| window_of(value, common, 0))?;
    if let Some(conflict) = reason.conflict(&[&formula]) {
        return Some(Alone::Never(conflict));
    }
    reason.conflict(&[&formula.negated()?]).map(Alone::Always)
}

/// Why a run is aborted wherever an expectation holds for as long as it must.
fn stopped(cx: &Context<'_>, line: &Line, stop: &Stop) -> Option<Conflict> {
    if line.looks.is_at_end() || matches!(line.looks.sight, super::looks::Sight::Hold) {
        return None;
    }
    let held = line.looks.longest().unwrap_or_else(Exact::zero);
    // Two samples may lie outside of what is held.
    let needed = stop.hold.checked_add(&interval(&line.condition).max(interval(&stop.condition)).checked_mul(&Exact::from_integer(2))?)?;
    let looked_at = line.looks.longest().is_some() || !line.looks.may.is_empty();
    if !looked_at || !stop.hold.is_zero() && held < needed {
        return None;
    }
    let reach_of = reach_of(cx, line.statement.file);
    let mut reason = Reason::new(Reading::Moment, &reach_of);
    let expected = reason.read_over(&line.condition, &|value| window_of(value, Common::Moments, 0))?;
    let aborts = reason.read_over(&stop.condition, &|value| window_of(value, Common::Moments, 1))?;
    // An abort that strikes anyway has been told of.
    reason.conflict(&[&expected, &aborts.negated()?]).filter(|conflict| conflict.formulas.contains(&0))
}

fn series_of(condition: &Condition) -> BTreeSet<String> {
    condition.metrics().into_iter().map(|m| m.series.clone()).collect()
}

/// The first lines (at most so many) that name one of these series: two conditions without one in common have nothing to say of each other.
fn related(about: &HashMap<String, Vec<usize>>, series: &BTreeSet<String>, most: usize) -> Vec<usize> {
    let mut found: Vec<usize> = series.iter().filter_map(|name| about.get(name)).flat_map(|lines| lines.iter().take(most)).copied().collect();
    if series.len() > 1 {
        found.sort_unstable();
        found.dedup();
        found.truncate(most);
    }
    found
}

/// What a metric can be for certain.
fn reach_of<'c>(cx: &'c Context<'_>, file: FileId) -> impl Fn(&MetricRef) -> Reach + 'c {
    move |metric| cx.certain_reach_of(file, metric)
}
