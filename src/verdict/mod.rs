//! What a run says of what was expected. [`judge`] is pure: it reads the plan and the recording, so an old recording can be judged again.
//!
//! Expectations are bounded signal temporal logic with three values and a signed margin. [`truth`] has the values, [`signal`] a metric's
//! samples, [`evaluate`] expressions and conditions at a moment, [`windows`] where an expectation looks, [`judge`] joins the moments, and
//! [`alerts`] does the same while a run is under way.

pub mod alerts;
pub mod evaluate;
mod judge;
pub mod signal;
pub mod statistics;
pub mod truth;
pub mod windows;
pub mod words;

pub use judge::judge;

/// `fail` before `inconclusive` before `pass`: the least of several is that of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Fail,
    Inconclusive,
    Pass,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Fail => "fail",
            Outcome::Inconclusive => "inconclusive",
            Outcome::Pass => "pass",
        }
    }
}

impl From<truth::Truth> for Outcome {
    fn from(truth: truth::Truth) -> Outcome {
        match truth {
            truth::Truth::False => Outcome::Fail,
            truth::Truth::Unknown => Outcome::Inconclusive,
            truth::Truth::True => Outcome::Pass,
        }
    }
}

/// Of one test.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub outcome: Outcome,
    /// One sentence or two, in plain words.
    pub reason: String,
    /// As the plan lists them.
    pub expectations: Vec<Judgement>,
    /// The run could not finish; its exit code says so whatever was judged.
    pub broken: bool,
}

impl Verdict {
    /// 0 pass · 1 fail · 3 could not finish · 4 inconclusive.
    pub fn exit_code(&self) -> i32 {
        match self.outcome {
            _ if self.broken => 3,
            Outcome::Pass => 0,
            Outcome::Fail => 1,
            Outcome::Inconclusive => 4,
        }
    }
}

/// Of one expectation. Values in base units (seconds, bytes, records, dollars, shares).
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    pub text: String,
    pub file: String,
    pub line: usize,
    pub outcome: Outcome,
    /// Where the margin was least. `None` where nothing was measured.
    pub observed: Option<f64>,
    pub limit: Option<f64>,
    /// Positive on the good side.
    pub margin: Option<f64>,
    pub unit: String,
    pub dim: crate::units::Dimension,
    /// Seconds, every stretch that was looked at.
    pub windows: Vec<(f64, f64)>,
    /// Seconds, the longest stretch that failed.
    pub failing: Option<(f64, f64)>,
    pub reason: String,
}

/// The nearest float.
pub(crate) fn number(exact: &crate::units::Exact) -> f64 {
    *exact.numer() as f64 / *exact.denom() as f64
}
