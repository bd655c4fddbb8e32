//! The load over time, and the predicted backlog beneath it on the same axis.

use super::{Ink, Test, words};
use crate::plan::Shape;
use crate::plan::predict::{Forecast, View};
use crate::plan::rates::{Rates, offered};
use crate::plan::shape::number;
use unicode_width::UnicodeWidthStr;

const LOAD_ROWS: usize = 6;
const BACKLOG_ROWS: usize = 3;
/// Columns left of the axis, the axis included.
const GUTTER: usize = 13;

/// One column of a chart. Known: what the plan says; else what a search or a flood might make of it.
#[derive(Clone, Copy)]
struct Bar {
    value: f64,
    known: bool,
}

pub(super) fn chart(test: &Test, forecasts: &[Forecast], ink: Ink) -> String {
    let end = number(test.duration());
    let columns = ink.0.width.saturating_sub(GUTTER + 2).min(96);
    if end <= 0.0 || columns == 0 {
        return String::new();
    }
    let rates = offered(test, View::Likely);
    let scale = known_peak(test, &rates);
    let step = end / columns as f64;
    let bars: Vec<Bar> = (0..columns).map(|i| load(test, &rates, scale, i as f64 * step, (i + 1) as f64 * step)).collect();
    let mut out = format!("{}{}\n", " ".repeat(GUTTER), ink.quiet("load"));
    out.push_str(&area(&bars, LOAD_ROWS, &words::rate(scale), "36", ink));
    out.push_str(&axis(test, columns, end, ink));
    for forecast in forecasts {
        if forecast.peak_backlog < 1.0 {
            continue;
        }
        let name = test.pipelines.get(forecast.pipeline).map_or("", |p| p.name.as_str());
        let level = |i: usize| {
            let (a, b) = (i as f64 * step, (i + 1) as f64 * step);
            let inside = forecast.backlog.borders().filter(|&t| t > a && t < b);
            Bar { value: inside.chain([a, (a + b) / 2.0]).map(|t| forecast.backlog.at(t)).fold(0.0, f64::max), known: true }
        };
        let bars: Vec<Bar> = (0..columns).map(level).collect();
        out.push_str(&format!("{}{}\n", " ".repeat(GUTTER), ink.quiet(&format!("backlog of {name}"))));
        out.push_str(&area(&bars, BACKLOG_ROWS, &words::count(forecast.peak_backlog), "33", ink));
        out.push_str(&format!("{} {}{}\n", ink.quiet(&format!("{:>1$}", "0", GUTTER - 2)), ink.quiet(ink.pick("└", "+")), ink.quiet(&ink.pick("─", "-").repeat(columns))));
    }
    out
}

/// The highest rate that is known beforehand.
fn known_peak(test: &Test, rates: &Rates) -> f64 {
    let phase = |t: f64| test.phases.iter().rev().find(|p| number(p.start) <= t);
    let known = rates.pieces.iter().filter(|p| phase((p.from + p.to) / 2.0).is_none_or(|p| !matches!(p.shape, Shape::Flood { at: None, .. })));
    let searched = test.phases.iter().filter_map(|p| if let Shape::Search { to, .. } = p.shape { Some(number(to)) } else { None });
    known.map(|p| p.start.max(p.end)).chain(searched).fold(0.0, f64::max)
}

/// The highest rate within a column.
fn load(test: &Test, rates: &Rates, scale: f64, from: f64, to: f64) -> Bar {
    let middle = (from + to) / 2.0;
    let phase = test.phases.iter().rev().find(|p| number(p.start) <= middle);
    match phase.map(|p| (&p.shape, number(p.start), number(p.duration))) {
        Some((Shape::Search { from: low, to: high, .. }, start, length)) => {
            Bar { value: number(*low) + (number(*high) - number(*low)) * (middle - start) / length, known: false }
        }
        Some((Shape::Flood { at: None, .. }, ..)) => Bar { value: scale.max(1.0), known: false },
        _ => {
            // Short peaks are seen; where a phase changes within the column, the one in its middle counts.
            let (a, b) = phase.map_or((from, to), |p| (from.max(number(p.start)), to.min(number(p.start + p.duration))));
            let inside = rates.pieces.iter().filter(|p| p.to > a && p.from < b);
            Bar { value: inside.map(|p| p.at(p.from.max(a)).max(p.at(p.to.min(b)))).fold(0.0, f64::max), known: true }
        }
    }
}

/// Bars as rows of text, the scale at the top left.
fn area(bars: &[Bar], rows: usize, label: &str, color: &str, ink: Ink) -> String {
    const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let top = bars.iter().map(|b| b.value).fold(0.0, f64::max);
    let mut out = String::new();
    for row in (0..rows).rev() {
        let cell = |bar: &Bar| {
            let filled = if top > 0.0 { bar.value / top * rows as f64 - row as f64 } else { 0.0 };
            let eighths = (filled * 8.0).round().clamp(0.0, 8.0) as usize;
            // Whatever is not nothing is seen.
            let eighths = if row == 0 && bar.value > 0.0 { eighths.max(1) } else { eighths };
            match (bar.known, ink.0.unicode) {
                (true, true) => EIGHTHS.get(eighths).copied().unwrap_or('█'),
                (false, true) => if eighths >= 4 { '░' } else { ' ' },
                (true, false) => match eighths {
                    0 => ' ',
                    1..=3 if row == 0 => '.',
                    1..=3 => ' ',
                    4..=6 => ':',
                    _ => '#',
                },
                (false, false) => if eighths >= 4 { '?' } else { ' ' },
            }
        };
        let drawn: String = bars.iter().map(cell).collect();
        let (name, tick) = if row + 1 == rows { (label, ink.pick("┤", "|")) } else { ("", ink.pick("│", "|")) };
        let drawn = drawn.trim_end();
        out.push_str(&format!("{}{}{}\n", ink.quiet(&format!("{name:>0$} ", GUTTER - 2)), ink.quiet(tick), ink.paint(color, drawn)));
    }
    out
}

/// A tick where each phase begins, its name and time beneath where there is room.
fn axis(test: &Test, columns: usize, end: f64, ink: Ink) -> String {
    let column = |t: f64| ((t / end * columns as f64).round() as usize).min(columns);
    let mut line: Vec<&str> = vec![ink.pick("─", "-"); columns];
    let mut names = String::new();
    let mut times = String::new();
    for phase in &test.phases {
        let (from, to) = (column(number(phase.start)), column(number(phase.start + phase.duration)));
        if from > 0 && let Some(tick) = line.get_mut(from) {
            *tick = ink.pick("┬", "+");
        }
        // A name may run a little into the next phase: that one's comes behind it.
        place(&mut names, &phase.name, from, (to + 3).min(columns));
        place(&mut times, &words::moment(number(phase.start)), from, columns);
    }
    let finish = words::moment(end);
    if times.width() + 2 + finish.width() <= columns {
        times.push_str(&" ".repeat(columns - times.width() - finish.width()));
        times.push_str(&finish);
    }
    let gutter = " ".repeat(GUTTER);
    let zero = format!("{:>1$}", "0", GUTTER - 2);
    let mut out = format!("{} {}{}\n", ink.quiet(&zero), ink.quiet(ink.pick("└", "+")), ink.quiet(&line.concat()));
    out.push_str(&format!("{gutter}{}\n{gutter}{}\n", names.trim_end(), ink.quiet(times.trim_end())));
    out
}

/// Writes `text` at column `from` or soon after, if it ends before `until` and what stands there leaves room.
fn place(line: &mut String, text: &str, from: usize, until: usize) {
    let taken = line.width();
    let at = if taken == 0 { from } else { from.max(taken + 1) };
    if at + text.width() <= until {
        line.push_str(&" ".repeat(at - taken));
        line.push_str(text);
    }
}
