//! `scalec plan` for people: a chart of the load, the timeline as a table, the predicted backlog, the cost, and where each expectation looks.

use super::cost::{Cost, cost, per_hour, per_million};
use super::counts::total;
use super::curve::Curve;
use super::predict::{Forecast, Grounds, grounds, predict};
use super::retention::outgrown;
use super::shape::number;
use super::windows::{Look as WindowLook, Mode, Timeline, looks};
use super::{Arrivals, Expectation, Per, Phase, Plan, Shape, Share, Test, words};
use crate::diagnostics::render::Look;
use unicode_width::UnicodeWidthStr;

mod chart;
mod table;

use table::{Align, Table};

/// The whole plan; tests apart by a blank line. `local`: as `run --local` would execute it.
pub fn human(plan: &Plan, look: Look, local: bool) -> String {
    let look = Look { width: look.width.clamp(72, 110), ..look };
    let mut out = String::new();
    if plan.tests.is_empty() {
        out.push_str(&format!("{} declares no test, so there is nothing to plan.\n", plan.file));
    }
    for (i, test) in plan.tests.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        out.push_str(&one(test, look, local));
    }
    out
}

fn one(test: &Test, look: Look, local: bool) -> String {
    let ink = Ink(look);
    let forecasts = predict(test);
    let cost = cost(test);
    let mut blocks = vec![head(test, ink), chart::chart(test, &forecasts, ink), timeline(test, ink)];
    blocks.extend(by_target(test, ink));
    blocks.extend(backlog(test, &forecasts, ink));
    blocks.extend(price(test, cost, ink));
    blocks.extend(expectations(test, ink));
    let lost: Vec<String> = outgrown(test, &forecasts, local).iter().map(|o| wrap(&format!("{} {o}", ink.warn("warning:")), "  ", "    ", look.width)).collect();
    if !lost.is_empty() {
        blocks.push(lost.concat());
    }
    blocks.join("\n")
}

/// What can be drawn and coloured here.
#[derive(Clone, Copy)]
struct Ink(Look);

impl Ink {
    fn paint(self, code: &str, text: &str) -> String {
        if self.0.color && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
    fn title(self, text: &str) -> String {
        self.paint("1", text)
    }
    fn quiet(self, text: &str) -> String {
        self.paint("2", text)
    }
    fn warn(self, text: &str) -> String {
        self.paint("33", text)
    }
    /// One or the other, as the terminal can show it.
    fn pick<'t>(self, unicode: &'t str, plain: &'t str) -> &'t str {
        if self.0.unicode { unicode } else { plain }
    }
    fn dot(self) -> &'static str {
        self.pick(" · ", ", ")
    }
}

fn head(test: &Test, ink: Ink) -> String {
    let all = total(test);
    let mut facts = vec![words::moment(number(test.duration()))];
    match all.planned {
        Some(planned) => facts.extend([format!("{} records", grouped(planned)), format!("{} expected", words::bytes(all.bytes))]),
        None => facts.push("as many records as the search needs".to_owned()),
    }
    facts.push(if test.seed_given { format!("seed {}", test.seed) } else { format!("seed {} (none is given)", test.seed) });
    if test.arrivals == Arrivals::Poisson {
        facts.push("Poisson arrivals".to_owned());
    }
    format!("{}\n{}\n", ink.title(&test.name), ink.quiet(&facts.join(ink.dot())))
}

fn timeline(test: &Test, ink: Ink) -> String {
    let money = per_hour(test);
    let mut heads = vec![("phase", Align::Left), ("start", Align::Right), ("end", Align::Right), ("rate", Align::Left), ("records", Align::Right), ("bytes", Align::Right)];
    if money.is_some() {
        heads.push(("$/M", Align::Right));
    }
    let mut table = Table::new(&heads);
    for phase in &test.phases {
        let counted = phase.counts.planned;
        let mut row = vec![
            name(phase),
            words::moment(number(phase.start)),
            words::moment(number(phase.start + phase.duration)),
            rate(test, phase, ink),
            counted.map_or("?".to_owned(), grouped),
            counted.map_or("?".to_owned(), |_| words::bytes(phase.counts.bytes)),
        ];
        if let Some((low, high)) = money {
            let seconds = number(phase.duration);
            let of = |dollars: f64| counted.and_then(|n| per_million(dollars, n as f64 / seconds)).map(words::dollars);
            row.push(match (of(low), of(high)) {
                (Some(low), Some(high)) if low != high => format!("{low}-{}", high.trim_start_matches('$')),
                (_, Some(one)) => one,
                _ => String::new(),
            });
        }
        table.row(row);
    }
    let all = total(test);
    let mut sum = vec![
        "total".to_owned(),
        String::new(),
        words::moment(number(test.duration())),
        String::new(),
        all.planned.map_or("?".to_owned(), grouped),
        all.planned.map_or("?".to_owned(), |_| words::bytes(all.bytes)),
    ];
    if money.is_some() {
        sum.push(cost(test).and_then(|c| c.high.per_million).map(words::dollars).unwrap_or_default());
    }
    table.total(sum);
    table.print(ink)
}

/// Only where there is a choice.
fn by_target(test: &Test, ink: Ink) -> Option<String> {
    if test.targets.len() < 2 {
        return None;
    }
    let heads: Vec<(&str, Align)> =
        std::iter::once(("by target", Align::Left)).chain(test.targets.iter().map(|t| (t.name.as_str(), Align::Right))).collect();
    let mut table = Table::new(&heads);
    for phase in test.phases.iter().filter(|p| p.counts.planned.is_none_or(|n| n > 0)) {
        let cell = |n: &u64| if phase.counts.planned.is_none() { "?".to_owned() } else { grouped(*n) };
        table.row(std::iter::once(name(phase)).chain(phase.counts.per_target.iter().map(cell)).collect());
    }
    let all = total(test);
    let sum = |n: &u64| if all.planned.is_none() { "?".to_owned() } else { grouped(*n) };
    table.total(std::iter::once("total".to_owned()).chain(all.per_target.iter().map(sum)).collect());
    Some(table.print(ink))
}

fn backlog(test: &Test, forecasts: &[Forecast], ink: Ink) -> Option<String> {
    let mut lines = Vec::new();
    match grounds(test) {
        Grounds::Search if test.pipelines.iter().any(|p| p.capacity.is_some()) => {
            lines.push("not predicted: what a search offers depends on what it finds".to_owned());
        }
        Grounds::Flood if !forecasts.is_empty() => lines.push("as if a flood without a rate came at once".to_owned()),
        _ => {}
    }
    for forecast in forecasts {
        let Some(pipeline) = test.pipelines.get(forecast.pipeline) else { continue };
        lines.push(format!("{} takes {}", pipeline.name, words::rate(forecast.capacity)));
        lines.extend(course(forecast).into_iter().map(|line| format!("  {line}")));
    }
    if lines.is_empty() {
        return None;
    }
    let body: Vec<String> = lines.iter().map(|line| format!("  {line}\n")).collect();
    Some(format!("{}\n{}", ink.title("predicted backlog"), body.concat()))
}

/// What the backlog of a pipeline does, in a line or two.
pub fn course(f: &Forecast) -> Vec<String> {
    let Some(peak_at) = f.peak_at else { return vec!["keeps up, no backlog".to_owned()] };
    let peak = format!("{} records at {}", words::count(f.peak_backlog), words::time(peak_at));
    match (f.cleared_at, f.surplus) {
        (Some(cleared), Some(surplus)) => vec![
            format!("highest with {peak}"),
            format!("cleared at {}, {} later ({} to spare)", words::time(cleared), words::time(cleared - peak_at), words::rate(surplus)),
        ],
        _ if f.keeps_up => vec![format!("keeps up; no more than {peak} wait for the next batch")],
        _ => vec![
            format!("highest with {peak}"),
            format!("not cleared: {} are left at the end, {} of work", words::count(f.left), words::time(f.left / f.capacity)),
        ],
    }
}

fn price(test: &Test, cost: Option<Cost>, ink: Ink) -> Option<String> {
    let cost = cost?;
    let between = |pick: fn(&super::cost::Price) -> Option<f64>| {
        let (low, high) = (pick(&cost.low).map(words::dollars), pick(&cost.high).map(words::dollars));
        match (low, high) {
            (Some(low), Some(high)) if low != high => Some(format!("{low} to {high}")),
            (_, high) => high,
        }
    };
    let names: Vec<&str> = test.clusters.iter().map(|c| c.name.as_str()).collect();
    let mut facts = Vec::new();
    facts.extend(between(|p| Some(p.per_hour)).map(|v| format!("{v} an hour")));
    facts.extend(between(|p| Some(p.total)).map(|v| format!("{v} for the test")));
    facts.extend(between(|p| p.per_million).map(|v| format!("{v} a million records")));
    let line = wrap(&format!("{}: {}", names.join(", "), facts.join(ink.dot())), "  ", "    ", ink.0.width);
    Some(format!("{}\n{line}", ink.title("cost")))
}

fn expectations(test: &Test, ink: Ink) -> Option<String> {
    if test.expectations.is_empty() {
        return None;
    }
    let (curve, timeline) = (Curve::of(test), Timeline::planned(test));
    let mut out = format!("{}\n", ink.title("what each expectation looks at"));
    // One long line must not push the windows of all others to the right.
    let widest = test.expectations.iter().map(|e| e.text.width()).filter(|w| w * 5 <= ink.0.width * 3).max().unwrap_or(0);
    for expectation in &test.expectations {
        let whole = Expectation { per: None, ..expectation.clone() };
        let seen = windows(&looks(test, &curve, &whole, &timeline), expectation, ink);
        let gap = widest.saturating_sub(expectation.text.width());
        if expectation.text.width() > widest || 2 + widest + 2 + seen.width() > ink.0.width {
            out.push_str(&format!("  {}\n{}", expectation.text, wrap(&seen, "      ", "      ", ink.0.width)));
        } else {
            out.push_str(&format!("  {}{}  {}\n", expectation.text, " ".repeat(gap), ink.quiet(&seen)));
        }
    }
    Some(out)
}

fn windows(looks: &[WindowLook], expectation: &Expectation, ink: Ink) -> String {
    const SHOWN: usize = 6;
    let span = |from: f64, to: f64| format!("{} {} {}", words::moment(from), ink.pick("–", "-"), words::moment(to));
    let one = |look: &WindowLook| match (look.mode, look.stretches.first()) {
        (_, None) => String::new(),
        (Mode::AtEnd, Some(s)) => words::moment(s.from),
        (Mode::Within { hold, .. }, Some(s)) if hold > 0.0 => format!("{}, then {}", span(s.from, s.to), words::moment(hold)),
        _ => look.stretches.iter().map(|s| span(s.from, s.to)).collect::<Vec<_>>().join(" + "),
    };
    let mut all: Vec<String> = looks.iter().take(SHOWN).map(one).collect();
    if looks.len() > SHOWN {
        all.push(format!("and {} more", looks.len() - SHOWN));
    }
    let per = match &expectation.per {
        Some(Per::Time(length)) => format!(", every {} apart", words::moment(number(*length))),
        Some(Per::Records(n)) => format!(", every {} records apart", grouped(*n)),
        None => String::new(),
    };
    all.join(ink.pick(" · ", "; ")) + &per
}

fn name(phase: &Phase) -> String {
    if phase.of > 1 { format!("{}[{}]", phase.name, phase.instance) } else { phase.name.clone() }
}

/// The shape in the fewest words.
fn rate(test: &Test, phase: &Phase, ink: Ink) -> String {
    let r = |rate| words::rate(number(rate));
    let arrow = ink.pick("→", "->");
    let shape = match &phase.shape {
        Shape::Hold { rate } => r(*rate),
        Shape::Ramp { from, to } => format!("{} {arrow} {}", r(*from), r(*to)),
        Shape::Step { levels, .. } => match (levels.first(), levels.last()) {
            (Some(first), Some(last)) => format!("{} {arrow} {} {}{}", r(*first), r(*last), ink.pick("×", "x"), levels.len()),
            _ => "no step".to_owned(),
        },
        Shape::Sine { low, high, .. } => format!("{} {} {}", r(*low), ink.pick("∿", "~"), r(*high)),
        Shape::Spike { from, to } => format!("{} {} {}", r(*from), ink.pick("∧", "^"), r(*to)),
        Shape::Pause => "pause".to_owned(),
        Shape::Flood { at: Some(at), .. } => format!("flood to {}", r(*at)),
        Shape::Flood { at: None, .. } => "flood".to_owned(),
        Shape::Replay { .. } => format!("replay to {}", words::rate(super::shape::peak_rate(phase).unwrap_or(0.0))),
        Shape::Search { from, to, .. } => format!("search {} {} {}", r(*from), ink.pick("…", ".."), r(*to)),
    };
    let rests = matches!(phase.shape, Shape::Pause | Shape::Flood { .. } | Shape::Search { .. });
    let fixed = phase.sends.iter().filter_map(|&id| test.sends.get(id)).filter(|_| !rests).filter_map(|s| if let Share::Rate(rate) = s.share { Some(number(rate)) } else { None });
    let fixed: f64 = fixed.sum();
    if fixed > 0.0 { format!("{shape} +{}", words::rate(fixed)) } else { shape }
}

fn grouped(n: u64) -> String {
    crate::units::decimal(crate::units::Exact::from_integer(i128::from(n)), 0)
}

/// Words folded into lines of at most `width` columns, each with its line end. Escape sequences take no room.
fn wrap(text: &str, first: &str, rest: &str, width: usize) -> String {
    let mut out = String::from(first);
    let mut column = first.width();
    let mut fresh = true;
    for word in text.split(' ') {
        let wide = seen(word);
        if !fresh && column + 1 + wide > width {
            out.push('\n');
            out.push_str(rest);
            column = rest.width();
            fresh = true;
        }
        if !fresh {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += wide;
        fresh = false;
    }
    out.push('\n');
    out
}

fn seen(text: &str) -> usize {
    let mut plain = String::new();
    let mut escape = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            c if !escape => plain.push(c),
            _ => {}
        }
    }
    plain.width()
}
