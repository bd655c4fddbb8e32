//! From the phases as written to a timeline: every rate and length evaluated, `repeat` unrolled.

use super::shapes::{self, Rise, TableError};
use super::timeline::{MOST_PIECES, Step, Timed, Timeline, TooMany, unroll};
use super::{say, timeline_rules};
use crate::check::Context;
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::Shape;
use crate::resolve::workspace::LinkError;
use crate::source::Span;
use crate::syntax::ast::{self, Statement, StatementKind};
use crate::units::{Dimension, Exact};
use num_traits::{CheckedAdd, CheckedMul, One, Signed, Zero};
use std::collections::HashMap;

/// The timeline of a test. `None` where `repeat` makes more phases than anyone could run.
pub fn timeline<'a>(cx: &Context<'a>, test: &'a ast::Test) -> Option<Timeline<'a>> {
    let has_sustain = any(&test.statements, &|kind| matches!(kind, StatementKind::Sustain { .. }));
    let steps = steps(cx, &test.statements, has_sustain);
    twice(cx, test);
    match unroll(&steps) {
        Ok(timeline) => Some(timeline),
        Err(too_many) => {
            let span = repeats(&test.statements).next().unwrap_or(test.head);
            let count = |n: usize| say::count(Exact::from_integer(n as i128));
            let what = match too_many {
                TooMany::Phases => format!("{} phases", count(shapes::MOST_STEPS)),
                TooMany::Pieces => format!("{} steps of staircases and lines of tables", count(MOST_PIECES)),
            };
            cx.report(
                Diagnostic::new(codes::E0307, span, format!("`repeat` makes more than {what}"))
                    .here("unrolled, this is more than a timeline may hold")
                    .help("repeat less often, or describe the load with one longer phase (`sine`, `replay`)"),
            );
            None
        }
    }
}

/// Whether a statement of this kind stands in a test, inside `repeat` too.
pub fn any(statements: &[Statement], wanted: &dyn Fn(&StatementKind) -> bool) -> bool {
    statements.iter().any(|s| match &s.kind {
        StatementKind::Repeat { statements, .. } => any(statements, wanted),
        kind => wanted(kind),
    })
}

fn repeats(statements: &[Statement]) -> impl Iterator<Item = Span> {
    statements.iter().filter_map(|s| match &s.kind {
        StatementKind::Repeat { count, .. } => Some(count.span),
        _ => None,
    })
}

fn steps<'a>(cx: &Context<'a>, statements: &'a [Statement], has_sustain: bool) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for statement in statements {
        match &statement.kind {
            StatementKind::Phase(phase) => steps.push(Step::Phase(timed(cx, statement, phase, has_sustain))),
            StatementKind::Repeat { count, statements } => {
                let count = cx.whole(count, 1, "how often to repeat");
                steps.push(Step::Repeat(count, self::steps(cx, statements, has_sustain)));
            }
            _ => {}
        }
    }
    steps
}

/// E0202: two phases of one name (a name inside `repeat` is one phase with several instances).
fn twice(cx: &Context<'_>, test: &ast::Test) {
    fn names<'t>(statements: &'t [Statement], out: &mut Vec<&'t ast::Ident>) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Phase(phase) => out.extend(phase.name.as_ref()),
                StatementKind::Repeat { statements, .. } => names(statements, out),
                _ => {}
            }
        }
    }
    let mut all = Vec::new();
    names(&test.statements, &mut all);
    let mut known: HashMap<&str, &ast::Ident> = HashMap::new();
    for name in all {
        let first = *known.entry(&name.text).or_insert(name);
        if first.span != name.span {
            cx.report(
                Diagnostic::new(codes::E0202, name.span, format!("phase `{}` is declared twice", name.text))
                    .here("again here")
                    .label(first.span, "first here")
                    .help("give it another name, or put it into a `repeat`"),
            );
        }
    }
}

fn timed<'a>(cx: &Context<'a>, statement: &Statement, phase: &'a ast::Phase, has_sustain: bool) -> Timed<'a> {
    let start = Span { end: statement.span.start, ..statement.span };
    let mut span = start.to(phase.name.as_ref().map_or(start, |name| name.span)).to(phase.shape_span);
    if span.is_empty() {
        span = statement.span;
    }
    let name = phase.name.as_ref().map_or("this phase", |name| name.text.as_str());
    let (shape, duration) = evaluate(cx, name, span, phase, has_sustain);
    Timed { ast: phase, span, instance: 1, of: 1, shape, duration }
}

/// The shape, and the length even where the shape is not known.
fn evaluate<'a>(cx: &Context<'a>, name: &str, span: Span, phase: &'a ast::Phase, has_sustain: bool) -> (Option<Shape>, Option<Exact>) {
    const RATE: &str = "the rate of a phase";
    const LENGTH: &str = "the length of a phase";
    match &phase.shape {
        ast::Shape::Hold { rate, length } => (cx.rate(rate, RATE).map(|rate| Shape::Hold { rate }), cx.duration(length, LENGTH)),
        ast::Shape::Ramp { from, to, length } => {
            (cx.rate(from, RATE).zip(cx.rate(to, RATE)).map(|(from, to)| Shape::Ramp { from, to }), cx.duration(length, LENGTH))
        }
        ast::Shape::Spike { from, to, length } => {
            (cx.rate(from, RATE).zip(cx.rate(to, RATE)).map(|(from, to)| Shape::Spike { from, to }), cx.duration(length, LENGTH))
        }
        ast::Shape::Sine { from, to, period, length } => {
            let rates = cx.rate(from, RATE).zip(cx.rate(to, RATE));
            let period = cx.duration(period, "the period of a sine");
            let shape = rates.zip(period).map(|((low, high), period)| Shape::Sine { low, high, period });
            (shape, cx.duration(length, LENGTH))
        }
        ast::Shape::Pause { length } => (Some(Shape::Pause), cx.duration(length, LENGTH)),
        ast::Shape::Step { from, to, by, every } => stairs(cx, name, span, (from, to, by, every)),
        ast::Shape::Flood { count, at } => {
            let count = cx.whole(count, 1, "how many records to flood with");
            let at = match at {
                Some(at) => cx.positive(at, Dimension::RATE, "the limit of a flood").map(Some),
                None => Some(None),
            };
            match count.zip(at) {
                Some((count, at)) => (Some(Shape::Flood { count, at }), shapes::flood_length(count, at)),
                None => (None, None),
            }
        }
        ast::Shape::Replay { path, scale } => replay(cx, path.as_ref(), scale.as_ref()),
        ast::Shape::Search { range, by, hold, settle, within } => search(cx, span, (range, by, hold, settle.as_ref(), within.as_ref()), has_sustain),
        ast::Shape::Missing => (None, None),
    }
}

fn stairs<'a>(
    cx: &Context<'a>,
    name: &str,
    span: Span,
    (from, to, by, every): (&'a ast::Expr, &'a ast::Expr, &'a ast::Expr, &'a ast::Expr),
) -> (Option<Shape>, Option<Exact>) {
    let rates = cx.rate(from, "the first step").zip(cx.rate(to, "the last step"));
    let rise = cx.either(by, &[Dimension::RATE, Dimension::RATIO], "the height of a step");
    let every = cx.duration(every, "the length of a step");
    let Some((((first, last), (height, dim)), every)) = rates.zip(rise).zip(every) else { return (None, None) };
    if !height.is_positive() {
        cx.report(
            Diagnostic::new(codes::E0306, by.span, "a step must be higher than zero")
                .here(if first > last { "a staircase goes down by itself where it ends lower than it begins" } else { "with this it never arrives" })
                .help("write a positive rate (`by 500/s`) or a share of the step before (`by 25%`)"),
        );
        return (None, None);
    }
    // `by 25%` is a quarter more, `by 2x` is twice as much: nobody who writes a ratio above 1 means to add it.
    let rise = match dim {
        Dimension::RATIO if height > Exact::one() => Rise::Factor(height),
        Dimension::RATIO => Rise::Ratio(height),
        _ => Rise::By(height),
    };
    let Some(stairs) = shapes::staircase(first, last, rise) else {
        let most = say::count(Exact::from_integer(shapes::MOST_STEPS as i128));
        cx.report(if first.is_zero() {
            Diagnostic::new(codes::E0306, by.span, format!("the staircase never leaves {}: each step is a share of the one before", say::rate(first)))
                .here("a share of zero is zero")
                .help("begin at a rate above zero, or write the step as a rate (`by 500/s`)")
        } else {
            Diagnostic::new(codes::E0306, by.span, format!("the staircase from {} to {} takes more than {most} steps", say::rate(first), say::rate(last)))
                .here("too small a step")
                .help("take higher steps, or a `ramp`")
        });
        return (None, None);
    };
    if let Some(uncut) = stairs.cut {
        cx.report(timeline_rules::cut_staircase(name, span, &stairs.levels, uncut));
    }
    let steps = Exact::from_integer(stairs.levels.len() as i128);
    (Some(Shape::Step { levels: stairs.levels, every }), every.checked_mul(&steps))
}

fn replay<'a>(cx: &Context<'a>, path: Option<&'a ast::Text>, scale: Option<&'a ast::Expr>) -> (Option<Shape>, Option<Exact>) {
    let scale = match scale {
        Some(scale) => cx.positive(scale, Dimension::RATIO, "the scale of a replay"),
        None => Some(Exact::one()),
    };
    let Some(path) = path else { return (None, None) };
    let table = match cx.ws.tables.get(&(path.span.file, path.value.clone())) {
        Some(Ok(table)) => table,
        Some(Err(error)) => {
            cx.report(unreadable(path, error));
            return (None, None);
        }
        // Nobody has looked: an editor's buffer, a test without files.
        None => return (None, None),
    };
    let points = match shapes::replay_points(table, scale.unwrap_or_else(Exact::one)) {
        Ok(points) => points,
        Err(error) => {
            cx.report(bad_table(path, &error));
            return (None, None);
        }
    };
    let length = points.last().map(|(at, _)| *at);
    (scale.map(|_| Shape::Replay { points }), length)
}

fn unreadable(path: &ast::Text, error: &LinkError) -> Diagnostic {
    match error {
        LinkError::NotFound { candidates } => {
            let message = Diagnostic::new(codes::E0204, path.span, format!("table `{}` cannot be found", path.value)).here("no such file, seen from this file's folder");
            match candidates.first() {
                Some(near) => message.help(format!("did you mean `{near}`?")).fix(format!("replay `{near}`"), false, path.span, format!("\"{near}\"")),
                None => message.help("paths are relative to the file that names them"),
            }
        }
        LinkError::Absolute => Diagnostic::new(codes::E0205, path.span, format!("table `{}` is named by an absolute path", path.value))
            .help("name it relative to this file, so that the scenario works on every machine"),
        LinkError::OutsideRoot { root } => Diagnostic::new(codes::E0205, path.span, format!("table `{}` lies outside the project `{root}`", path.value))
            .help("copy it into the project"),
        LinkError::Unreadable(why) => Diagnostic::new(codes::E0107, path.span, format!("table `{}` cannot be read: {why}", path.value)),
    }
}

fn bad_table(path: &ast::Text, error: &TableError) -> Diagnostic {
    let help = "a table has a first line `seconds,rate`, then one point a line, in the order of time";
    let why = match error {
        TableError::NoColumns => "has no columns `seconds` and `rate`".to_string(),
        TableError::TooFewRows => "needs at least two points, and a last one after second 0".to_string(),
        TableError::NotANumber { line, text } => format!("has `{text}` where a number belongs, in line {line}"),
        TableError::Negative { line } => format!("has a negative number in line {line}"),
        TableError::Backwards { line } => format!("goes back in time in line {line}"),
    };
    Diagnostic::new(codes::E0304, path.span, format!("table `{}` {why}", path.value)).help(help)
}

type SearchParts<'a> = (&'a ast::Expr, &'a ast::Expr, &'a ast::Expr, Option<&'a ast::Expr>, Option<&'a ast::Expr>);

fn search<'a>(cx: &Context<'a>, span: Span, (range, by, hold, settle, within): SearchParts<'a>, has_sustain: bool) -> (Option<Shape>, Option<Exact>) {
    if !has_sustain {
        cx.report(
            Diagnostic::new(codes::E0506, span, "this search has nothing to go by: the test has no `sustain` line")
                .here("looks for the highest rate at which every `sustain` holds")
                .help("add what must hold at a good rate, such as `sustain acked_rate >= 99% * offered_rate`"),
        );
    }
    // Its ends are looked at one by one, so that a range the wrong way round is a search that cannot be (E0506), not just an empty range.
    let ends = match &range.unwrapped().kind {
        ast::ExprKind::Range { low: Some(low), high: Some(high), .. } => {
            cx.rate(low, "the lowest rate to search").zip(cx.rate(high, "the highest rate to search")).map(|(low, high)| (Some(low), Some(high)))
        }
        _ => cx.range(range, Dimension::RATE, "the rates to search").map(|b| (b.low.map(|q| q.value), b.high.map(|q| q.value))),
    };
    let ratio = cx.quantity(by, Dimension::RATIO, "the step of a search, a share of the rate before");
    let hold = cx.duration(hold, "how long a search holds each rate");
    let settle = match settle {
        Some(settle) => cx.not_negative(settle, Dimension::TIME, "how long a search lets each rate settle"),
        None => Some(Exact::zero()),
    };
    let precision = match within {
        Some(within) => cx.quantity(within, Dimension::RATIO, "the precision of a search"),
        None => Some(Exact::new(1, 20)),
    };
    let impossible = |place: Span, message: String, help: &str| {
        cx.report(Diagnostic::new(codes::E0506, place, message).help(help));
    };
    let mut sound = true;
    match ends {
        Some((Some(low), Some(high))) if low.is_positive() && low < high => {}
        Some((Some(low), Some(_))) if !low.is_positive() => {
            sound = false;
            impossible(range.span, format!("a search cannot climb from {}", say::rate(low)), "each step is a share of the one before: begin above zero");
        }
        Some((Some(low), Some(high))) => {
            sound = false;
            let why = if low == high { format!("the range holds {} only", say::rate(low)) } else { format!("{} is above {}", say::rate(low), say::rate(high)) };
            impossible(range.span, format!("there is nothing to search: {why}"), "write the lowest and the highest rate, such as `1_000/s..=20_000/s`");
        }
        Some(_) => {
            sound = false;
            impossible(range.span, "a search needs a lowest and a highest rate".into(), "write both, such as `1_000/s..=20_000/s`");
        }
        None => {}
    }
    if let Some(ratio) = ratio.filter(|r| !r.is_positive()) {
        sound = false;
        impossible(by.span, format!("a search cannot climb by {}", say::percent(ratio)), "each step must be higher than the one before, such as `by 25%`");
    }
    if let (Some(precision), Some(within)) = (precision, within)
        && (!precision.is_positive() || precision >= Exact::one())
    {
        sound = false;
        impossible(within.span, format!("a search cannot be precise to within {}", say::percent(precision)), "a precision lies between 0% and 100%, such as `to within 5%`");
    }
    let (Some((Some(from), Some(to))), Some(ratio), Some(hold), Some(settle), Some(within_share), true) = (ends, ratio, hold, settle, precision, sound) else {
        return (None, None);
    };
    let Some(length) = shapes::search_length(from, to, ratio, within_share) else {
        impossible(by.span, format!("the climb from {} to {} takes more than {} steps", say::rate(from), say::rate(to), shapes::MOST_STEPS), "climb by a larger share");
        return (None, None);
    };
    let steps = Exact::from_integer(length.steps as i128);
    let duration = hold.checked_add(&settle).and_then(|step| step.checked_mul(&steps));
    (Some(Shape::Search { from, to, ratio, hold, settle, within: within_share }), duration)
}

/// `a`, `b` or `c`, and the nearest to a slip: for a phase or fault that is not there.
pub fn no_such(word: &str, candidates: &[&str]) -> (Option<String>, Option<String>) {
    let near = suggest::nearest(word, candidates.iter().copied()).map(str::to_string);
    let listed = (!candidates.is_empty()).then(|| suggest::listed(candidates));
    (near, listed)
}
