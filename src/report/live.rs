//! What is shown while a run is under way: one calm line a second, or a progress display on a terminal. On standard error.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unicode_width::UnicodeWidthStr;

use crate::plan::Test;
use crate::verdict::words;

/// A moment of a run. Times in seconds, rates in records a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    /// Since the start of the test.
    pub at: f64,
    /// `burst[2]`; empty in the final flush.
    pub phase: String,
    /// Of the phase; `None` where it is not known (a `flood`).
    pub phase_left: Option<f64>,
    /// `None` where there is none (a `flood`).
    pub target_rate: Option<f64>,
    /// What was sent in the last second.
    pub achieved_rate: f64,
    /// Of what was answered in the last second; `None` where nothing was.
    pub latency_p50: Option<f64>,
    pub latency_p99: Option<f64>,
    /// (pipeline, records behind)
    pub lags: Vec<(String, f64)>,
    /// So far.
    pub failed: u64,
    pub not_sent: u64,
    /// Raised now.
    pub critical: usize,
    pub warning: usize,
    /// scalec itself could not keep up in the last second.
    pub behind: bool,
}

pub enum Display {
    Quiet,
    Lines { longest_phase: usize },
    Bar { bar: ProgressBar, longest_phase: usize },
}

impl Display {
    /// `quiet` shows nothing, `terminal` tells whether standard error is one, `color` whether it may be coloured.
    pub fn new(test: &Test, quiet: bool, terminal: bool, color: bool) -> Display {
        let longest_phase = test.phases.iter().map(|p| p.name.width() + if p.of > 1 { 3 } else { 0 }).max().unwrap_or(0);
        if quiet {
            return Display::Quiet;
        }
        if !terminal {
            return Display::Lines { longest_phase };
        }
        let total = (crate::verdict::number(&test.duration()) * 1000.0) as u64;
        let bar = ProgressBar::with_draw_target(Some(total.max(1)), ProgressDrawTarget::stderr());
        let template = if color { "{bar:10.cyan/dim} {wide_msg}" } else { "{bar:10} {wide_msg}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━─"));
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Display::Bar { bar, longest_phase }
    }

    /// Once a second.
    pub fn show(&mut self, live: &Live) {
        match self {
            Display::Quiet => {}
            Display::Lines { longest_phase } => {
                // Whoever reads this may be gone; the run goes on.
                let _ = writeln!(io::stderr(), "{}", line(live, *longest_phase));
            }
            Display::Bar { bar, longest_phase } => {
                bar.set_position((live.at.max(0.0) * 1000.0) as u64);
                bar.set_message(brief(live, *longest_phase));
            }
        }
    }

    /// Something worth a line of its own: an alert, a broker that went away. Shown on top of the progress.
    pub fn note(&mut self, text: &str) {
        match self {
            Display::Quiet => {}
            Display::Lines { .. } => {
                let _ = writeln!(io::stderr(), "{text}");
            }
            Display::Bar { bar, .. } => bar.println(text),
        }
    }

    /// Leaves nothing of the progress behind.
    pub fn finish(self) {
        if let Display::Bar { bar, .. } = self {
            bar.finish_and_clear();
        }
    }
}

/// `  12 s  burst     8 s left   3_000/s of 3_000/s   p50 1.2 ms  p99 4.1 ms   clickstream 1_600 behind`
pub fn line(live: &Live, longest_phase: usize) -> String {
    let phase = if live.phase.is_empty() { "flush" } else { &live.phase };
    let mut parts = vec![format!("{:>7}", moment(live.at)), padded(phase, longest_phase)];
    parts.push(match live.phase_left {
        Some(left) => format!("{:>12}", format!("{} left", moment(left.max(0.0)))),
        None => " ".repeat(12),
    });
    parts.push(match live.target_rate {
        Some(target) => format!("{:>9} of {:<9}", rate(live.achieved_rate), rate(target)),
        None => format!("{:>9}{:13}", rate(live.achieved_rate), ""),
    });
    parts.push(format!("p50 {:<7} p99 {:<7}", time(live.latency_p50), time(live.latency_p99)));
    for (pipeline, lag) in &live.lags {
        parts.push(format!("{pipeline} {} behind", words::number(lag.round())));
    }
    parts.extend(trouble(live));
    parts.join("  ").trim_end().to_string()
}

/// The same beside a bar, where 80 columns must do; what matters most comes first.
fn brief(live: &Live, longest_phase: usize) -> String {
    let phase = if live.phase.is_empty() { "flush" } else { &live.phase };
    let left = live.phase_left.map_or_else(String::new, |left| format!(" {} left", moment(left.max(0.0))));
    let mut parts = vec![format!("{} {}{left:<10}", moment(live.at), padded(phase, longest_phase))];
    parts.push(match live.target_rate {
        Some(target) => format!("{} of {}", rate(live.achieved_rate), rate(target)),
        None => rate(live.achieved_rate),
    });
    parts.push(format!("p99 {}", time(live.latency_p99)));
    match live.lags.as_slice() {
        [] => {}
        [(_, lag)] => parts.push(format!("lag {}", words::number(lag.round()))),
        several => parts.extend(several.iter().map(|(pipeline, lag)| format!("{pipeline} {}", words::number(lag.round())))),
    }
    parts.extend(trouble(live));
    parts.join("  ")
}

fn trouble(live: &Live) -> Vec<String> {
    let mut parts = Vec::new();
    for (count, what) in [(live.failed, "failed"), (live.not_sent, "not sent")] {
        if count > 0 {
            parts.push(format!("{} {what}", words::number(count as f64)));
        }
    }
    for (count, what) in [(live.critical, "critical alert"), (live.warning, "warning")] {
        if count > 0 {
            parts.push(format!("{count} {what}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if live.behind {
        parts.push("scalec is behind".into());
    }
    parts
}

/// With a decimal only where it tells something.
fn rate(per_second: f64) -> String {
    format!("{}/s", words::number(if per_second < 10.0 { (per_second * 10.0).round() / 10.0 } else { per_second.round() }))
}

fn time(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "-".to_string(), words::span)
}

/// In whole seconds, so that the line stays calm.
fn moment(seconds: f64) -> String {
    words::span(seconds.round())
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_where_the_run_is() {
        let live = Live {
            at: 12.02,
            phase: "burst".into(),
            phase_left: Some(7.98),
            target_rate: Some(3_000.0),
            achieved_rate: 2_999.6,
            latency_p50: Some(0.00123),
            latency_p99: Some(0.0041),
            lags: vec![("clickstream".into(), 1_600.4)],
            ..Live::default()
        };
        insta::assert_snapshot!(line(&live, 7), @"   12 s  burst        8 s left    3_000/s of 3_000/s    p50 1.23 ms p99 4.1 ms   clickstream 1_600 behind");
        insta::assert_snapshot!(brief(&live, 7), @"12 s burst   8 s left   3_000/s of 3_000/s  p99 4.1 ms  lag 1_600");
        assert!(brief(&live, 7).len() + 11 <= 80);
        let trouble = Live { failed: 3, critical: 1, warning: 2, behind: true, latency_p50: None, latency_p99: None, ..live };
        insta::assert_snapshot!(line(&trouble, 7), @"   12 s  burst        8 s left    3_000/s of 3_000/s    p50 -       p99 -        clickstream 1_600 behind  3 failed  1 critical alert  2 warnings  scalec is behind");
    }
}
