//! The end of a run for a person: the verdict at a glance, then the details.

use std::path::Path;

use unicode_width::UnicodeWidthStr;

use super::Report;
use super::folder::Problem;
use super::summary::{self, Times};
use crate::diagnostics::render::Look;
use crate::metrics::recording::GeneratorVerdict;
use crate::plan::{AlertLevel, Shape};
use crate::verdict::{Judgement, Outcome, words};

/// Columns that a line may take, whatever the terminal has: longer ones are hard to read.
const WIDEST: usize = 100;
const NARROWEST: usize = 60;
/// More phases than this are left to `run.json`.
const MOST_PHASES: usize = 24;
const MOST_ERRORS: usize = 5;

/// `record` is where the record lies, `None` where none could be kept; `problems` are what could not be written.
pub fn text(report: &Report, look: &Look, record: Option<&Path>, problems: &[Problem]) -> String {
    let mut page = Page { text: String::new(), paint: Paint { on: look.color }, unicode: look.unicode, width: look.width.clamp(NARROWEST, WIDEST) };
    page.headline(report);
    page.expectations(report);
    page.phases(report);
    page.facts(report, record);
    for problem in problems {
        page.text.push_str(&page.paint.red("not kept: "));
        page.text.push_str(&problem.message);
        page.text.push('\n');
    }
    page.text
}

/// The verdict alone: a line, and why where it is no pass.
pub fn brief(report: &Report, look: &Look) -> String {
    let mut page = Page { text: String::new(), paint: Paint { on: look.color }, unicode: look.unicode, width: look.width.clamp(NARROWEST, WIDEST) };
    let outcome = report.verdict.outcome;
    let word = page.paint.outcome(outcome, &outcome.as_str().to_uppercase());
    let name = page.paint.bold(&report.test.name);
    page.line(&format!("{word}  {name}"));
    if outcome != Outcome::Pass {
        page.paragraph(2, &report.verdict.reason, |_, text| text.to_string());
    }
    page.text
}

#[derive(Clone, Copy)]
struct Paint {
    on: bool,
}

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.on && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }
    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
    fn red(self, text: &str) -> String {
        self.with("31", text)
    }
    fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }
    fn outcome(self, outcome: Outcome, text: &str) -> String {
        self.with(
            match outcome {
                Outcome::Pass => "32",
                Outcome::Fail => "31",
                Outcome::Inconclusive => "33",
            },
            text,
        )
    }
}

struct Page {
    text: String,
    paint: Paint,
    unicode: bool,
    width: usize,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Wrapped, every line indented and painted.
    fn paragraph(&mut self, indent: usize, text: &str, paint: impl Fn(Paint, &str) -> String) {
        for line in wrapped(text, self.width.saturating_sub(indent)) {
            let painted = paint(self.paint, &line);
            self.line(&format!("{}{painted}", " ".repeat(indent)));
        }
    }

    fn headline(&mut self, report: &Report) {
        let verdict = report.verdict;
        let (word, code) = match verdict.outcome {
            Outcome::Pass => ("PASS", "1;30;42"),
            Outcome::Fail => ("FAIL", "1;97;41"),
            Outcome::Inconclusive => ("INCONCLUSIVE", "1;30;43"),
        };
        let badge = if self.paint.on { self.paint.with(code, &format!(" {word} ")) } else { word.to_string() };
        let name = self.paint.bold(&report.test.name);
        self.line("");
        self.line(&format!("{badge}  {name}"));
        let short = self.short(report);
        self.paragraph(2, &short, |_, text| text.to_string());
        for caveat in caveats(report) {
            self.paragraph(2, &caveat, Paint::yellow);
        }
        self.line("");
    }

    /// Where the expectations below tell the rest, counts are enough.
    fn short(&self, report: &Report) -> String {
        let recording = report.recording;
        let judged = &report.verdict.expectations;
        if recording.aborted.is_some() || recording.interrupted.is_some() || recording.broken.is_some() {
            return report.verdict.reason.clone();
        }
        let of = |outcome: Outcome| judged.iter().filter(|j| j.outcome == outcome).count();
        let (failed, open) = (of(Outcome::Fail), of(Outcome::Inconclusive));
        let all = judged.len();
        let expectations = if all == 1 { "expectation" } else { "expectations" };
        match (failed, open) {
            (0, 0) => report.verdict.reason.clone(),
            (0, open) => format!("{open} of {all} {expectations} could not be decided"),
            (failed, 0) => format!("{failed} of {all} {expectations} failed"),
            (failed, open) => format!("{failed} of {all} {expectations} failed, {open} could not be decided"),
        }
    }

    fn expectations(&mut self, report: &Report) {
        let judged = &report.verdict.expectations;
        if judged.is_empty() {
            return;
        }
        let (figures, longest_figures): (Vec<String>, usize) = {
            let figures: Vec<String> = judged.iter().map(figures).collect();
            let longest = figures.iter().map(|f| f.width()).max().unwrap_or(0);
            (figures, longest)
        };
        let mark_width = if self.unicode { 1 } else { 4 };
        let room = self.width.saturating_sub(2 + mark_width + 1 + 3 + longest_figures);
        let longest_text = judged.iter().map(|j| j.text.width()).filter(|w| *w <= room).max().unwrap_or(0);
        for (judgement, figures) in judged.iter().zip(&figures) {
            let mark = match (judgement.outcome, self.unicode) {
                (Outcome::Pass, true) => "✔",
                (Outcome::Fail, true) => "✘",
                (Outcome::Inconclusive, true) => "?",
                (Outcome::Pass, false) => "pass",
                (Outcome::Fail, false) => "FAIL",
                (Outcome::Inconclusive, false) => "open",
            };
            let mark = self.paint.outcome(judgement.outcome, mark);
            let figures = match judgement.outcome {
                Outcome::Pass => self.paint.dim(figures),
                outcome => self.paint.outcome(outcome, figures),
            };
            if judgement.text.width() <= longest_text {
                let gap = " ".repeat(longest_text - judgement.text.width() + 3);
                self.line(&format!("  {mark} {}{gap}{figures}", judgement.text));
            } else {
                self.line(&format!("  {mark} {}", judgement.text));
                self.line(&format!("{}{figures}", " ".repeat(2 + mark_width + 1 + longest_text + 3)));
            }
            if judgement.outcome != Outcome::Pass {
                let file = if judgement.file == report.facts.file { String::new() } else { format!("{}, ", judgement.file) };
                let place = format!("{file}line {}: ", judgement.line);
                self.paragraph(3 + mark_width + 2, &format!("{place}{}", judgement.reason), |_, text| text.to_string());
            }
        }
        self.line("");
    }

    fn phases(&mut self, report: &Report) {
        let figures = summary::phases(report.test, report.recording);
        if figures.is_empty() {
            return;
        }
        let mut rows = vec![["phase", "from", "for", "planned", "sent", "acked", "sent/s", "p50", "p99", "max"].map(str::to_string).to_vec()];
        let mut notes = vec![String::new()];
        let left = figures.len().saturating_sub(MOST_PHASES);
        for f in figures.iter().take(MOST_PHASES) {
            let name = if f.phase.of > 1 { format!("{}[{}]", f.phase.name, f.phase.instance) } else { f.phase.name.clone() };
            let count = |n: u64| words::number(n as f64);
            let time = |t: Option<f64>| t.map_or_else(|| "-".to_string(), words::span);
            rows.push(vec![
                name,
                words::span(round(f.span.0)),
                words::span(round(f.span.1 - f.span.0)),
                count(f.record.planned),
                count(f.record.sent),
                count(f.record.acked),
                words::number(round(f.achieved_rate)),
                time(f.latency.map(|t| t.p50)),
                time(f.latency.map(|t| t.p99)),
                time(f.latency.map(|t| t.max)),
            ]);
            let mut note = Vec::new();
            if !f.record.complete {
                note.push("cut off");
            }
            if matches!(f.phase.shape, Shape::Flood { .. }) {
                note.push("closed loop");
            }
            match f.record.generator {
                GeneratorVerdict::Ok => {}
                GeneratorVerdict::GeneratorLimited => note.push("scalec fell behind"),
                GeneratorVerdict::TargetLimited => note.push("the target held it back"),
            }
            notes.push(note.join(", "));
        }
        for (i, (row, note)) in aligned(&rows).into_iter().zip(notes).enumerate() {
            let fits = 2 + row.width() + 2 + note.width() <= self.width;
            let row = if i == 0 { self.paint.dim(&row) } else { row };
            let painted = self.paint.yellow(&note);
            if fits {
                self.line(&format!("  {row}  {painted}"));
            } else {
                self.line(&format!("  {row}"));
                self.line(&format!("    {painted}"));
            }
        }
        if left > 0 {
            self.line(&format!("  and {left} more, in run.json"));
        }
        self.line("");
    }

    fn facts(&mut self, report: &Report, record: Option<&Path>) {
        let (test, recording) = (report.test, report.recording);
        let a = recording.accounting;
        let count = |n: u64| words::number(n as f64);
        let mut facts: Vec<(&str, String)> = Vec::new();
        let mut records = format!("{} planned, {} sent, {} acknowledged", count(a.planned), count(a.sent), count(a.acked));
        for (n, what) in [(a.failed, "failed"), (a.not_sent, "not sent"), (a.unknown, "without an answer")] {
            if n > 0 {
                records.push_str(&format!(", {} {what}", count(n)));
            }
        }
        facts.push(("records", records));
        if a.acked > 0 {
            let rate = summary::per_second(recording, a.acked as f64);
            let bytes = summary::bytes(recording) as f64;
            facts.push((
                "throughput",
                format!(
                    "{}/s, {}/s over {}",
                    words::number(round(rate)),
                    words::quantity(summary::per_second(recording, bytes), crate::units::Dimension::DATA),
                    words::span(round(recording.duration))
                ),
            ));
        }
        if !recording.errors.is_empty() {
            let mut kinds: Vec<(&String, &u64)> = recording.errors.iter().collect();
            kinds.sort_by(|a, b| b.1.cmp(a.1));
            let mut shown: Vec<String> = kinds.iter().take(MOST_ERRORS).map(|(kind, n)| format!("{} {kind}", count(**n))).collect();
            if kinds.len() > MOST_ERRORS {
                shown.push(format!("and {} more kinds", kinds.len() - MOST_ERRORS));
            }
            facts.push(("errors", shown.join(", ")));
        }
        let latency = Times::named(recording, "latency");
        if let Some(times) = &latency {
            facts.push(("latency", format!("{}  (from intended)", self::times(times))));
        }
        if let Some(times) = Times::named(recording, "service_time") {
            facts.push(("service time", format!("{}  (from sent)", self::times(&times))));
        }
        if let Some(late) = Times::named(recording, "lateness") {
            let pacing = recording.pacing;
            facts.push((
                "pacing",
                format!(
                    "rate off by {}, in the worst second by {}; late p50 {}, p99 {}, p99.9 {}, max {}",
                    percent(pacing.rate_error_ratio),
                    percent(pacing.worst_second_error_ratio),
                    words::span(late.p50),
                    words::span(late.p99),
                    words::span(late.p999),
                    words::span(late.max)
                ),
            ));
        }
        facts.push(("generator", generator(report)));
        if let Some(audit) = recording.audit {
            facts.push((
                "read back",
                format!(
                    "{} delivered, {} lost, {} duplicated, {} reordered, {} corrupted",
                    count(audit.delivered),
                    count(audit.lost),
                    count(audit.duplicated),
                    count(audit.reordered),
                    count(audit.corrupted)
                ),
            ));
        }
        if let Some(problem) = &recording.audit_problem {
            facts.push(("read back", format!("not finished: {problem}")));
        }
        for raised in &recording.alerts {
            let Some(alert) = test.alerts.get(raised.alert) else { continue };
            let level = match alert.level {
                AlertLevel::Critical => "critical",
                AlertLevel::Warning => "warning",
            };
            let until = raised.to.map_or_else(|| "to the end".to_string(), |to| format!("to {}", words::clock(to)));
            facts.push(("alert", format!("{level} {} from {} {until}", alert.name, words::clock(raised.from))));
        }
        if let Some(cost) = summary::cost(test, recording) {
            let million = cost.per_million.map(|m| format!(", {} per million acknowledged", dollars(m))).unwrap_or_default();
            facts.push(("cost", format!("{} an hour, {} in all{million}", dollars(cost.per_hour), dollars(cost.total))));
        }
        facts.push(match record {
            Some(path) => ("record", path.display().to_string()),
            None => ("record", "none was kept".into()),
        });
        let widest = facts.iter().map(|f| f.0.width()).max().unwrap_or(0);
        let mut before = "";
        for (name, fact) in facts {
            let shown = if name == before { "" } else { name };
            before = name;
            let indent = 2 + widest + 2;
            // A path is to be copied: never broken.
            let lines = if name == "record" { vec![fact] } else { wrapped(&fact, self.width.saturating_sub(indent)) };
            for (i, line) in lines.iter().enumerate() {
                let label = if i == 0 { shown } else { "" };
                let label = self.paint.dim(&format!("{label}{}", " ".repeat(widest - label.width())));
                self.line(&format!("  {label}  {line}"));
            }
        }
    }
}

/// What a reader must know before the figures.
fn caveats(report: &Report) -> Vec<String> {
    let recording = report.recording;
    let mut caveats = Vec::new();
    if recording.time_scale > 0.0 && recording.time_scale != 1.0 {
        caveats.push(format!(
            "run with --time-scale {}: phases and windows were shorter, rates were not; backlogs had less time to grow than in earnest",
            words::number(recording.time_scale)
        ));
    }
    match recording.generator {
        GeneratorVerdict::Ok => {}
        GeneratorVerdict::GeneratorLimited => {
            let stretches: Vec<String> = recording.generator_limited.iter().take(3).map(|s| words::stretch(*s)).collect();
            let more = if recording.generator_limited.len() > 3 { " and later" } else { "" };
            let place = if stretches.is_empty() { String::new() } else { format!(" {}{more}", stretches.join(", ")) };
            caveats.push(format!(
                "the generator was at fault{place}: scalec could not keep up with its own schedule, so windows there are inconclusive; \
                 run it on a machine with more or idler processors, or at a lower rate"
            ));
        }
        GeneratorVerdict::TargetLimited => {
            caveats.push("the target held the load back: its client's buffer was full, and records left later than intended".into());
        }
    }
    caveats
}

fn generator(report: &Report) -> String {
    let recording = report.recording;
    let used = recording.resources;
    let verdict = match recording.generator {
        GeneratorVerdict::Ok => "kept up",
        GeneratorVerdict::GeneratorLimited => "fell behind",
        GeneratorVerdict::TargetLimited => "kept up, held back by the target",
    };
    let mut text = format!(
        "{verdict}; at most {}% of the processors and {}",
        words::number(round(used.peak_cpu_ratio * 100.0)),
        words::quantity(used.peak_memory_bytes as f64, crate::units::Dimension::DATA)
    );
    // Below this nobody would look for the cause in the host.
    if used.host_hiccup_max > 0.005 {
        text.push_str(&format!("; the host itself stalled for up to {}", words::span(used.host_hiccup_max)));
    }
    text
}

/// `1.9 ms   248 ms to spare`
fn figures(judged: &Judgement) -> String {
    let shown = |v: f64| words::quantity(v, judged.dim);
    match (judged.outcome, judged.observed, judged.margin) {
        (Outcome::Pass, Some(observed), Some(margin)) if margin > 0.0 => format!("{}, {} to spare", shown(observed), shown(margin)),
        (Outcome::Pass, Some(observed), _) => shown(observed),
        (Outcome::Fail, Some(observed), Some(margin)) if margin < 0.0 => format!("{}, {} off", shown(observed), shown(-margin)),
        (Outcome::Fail, Some(observed), _) => shown(observed),
        _ => "not decided".to_string(),
    }
}

fn times(t: &Times) -> String {
    format!(
        "p50 {}  p95 {}  p99 {}  p99.9 {}  max {}",
        words::span(t.p50),
        words::span(t.p95),
        words::span(t.p99),
        words::span(t.p999),
        words::span(t.max)
    )
}

fn percent(share: f64) -> String {
    format!("{}%", words::number((share * 100.0 * 1e4).round() / 1e4))
}

fn dollars(amount: f64) -> String {
    if amount != 0.0 && amount.abs() < 0.1 { format!("${amount:.4}") } else { format!("${amount:.2}") }
}

/// To a tenth.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The first column to the left, the others to the right.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..columns).map(|c| rows.iter().filter_map(|r| r.get(c)).map(|cell| cell.width()).max().unwrap_or(0)).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).enumerate().map(|(c, (cell, width))| {
                let gap = " ".repeat(width - cell.width());
                if c == 0 { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
            });
            cells.collect::<Vec<_>>().join("  ")
        })
        .collect()
}

/// Never parted from their number.
const UNITS: [&str; 10] = ["ns", "us", "ms", "s", "B", "KB", "MB", "GB", "TB", "KB/s"];

/// At blanks; a word that is longer than a line stands alone.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        // Runs of blanks separate figures and are kept where no line ends.
        for word in paragraph.split_inclusive(' ') {
            if !line.is_empty() && line.width() + word.trim_end().width() > width {
                let is_unit = UNITS.contains(&word.trim_end().trim_end_matches([',', ';', ':', '.', ')']));
                let number = line.trim_end().rfind(' ').filter(|_| is_unit).map(|at| line.split_off(at + 1)).unwrap_or_default();
                lines.push(line.trim_end().to_string());
                line = number;
            }
            line.push_str(word);
        }
        lines.push(line.trim_end().to_string());
    }
    lines
}
