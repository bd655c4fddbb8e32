//! A metric of a recording: its value at a moment, and the moments at which it has to be looked at.

use std::borrow::Cow;

use super::statistics::Merged;
use crate::metrics::recording::{DistributionSlice, Recording, SeriesKey};
use crate::plan::{Across, AlertLevel, MetricRef, Nature, Test};

/// A sample is held for twice its interval, and this share of an interval more, for the jitter of whoever takes the samples.
const JITTER: f64 = 0.1;
/// Nothing inside scalec is sampled more often than once a second, whatever `--time-scale` made of the declared interval.
const SHORTEST_INTERVAL: f64 = 1.0;
/// Just past the moment until which a sample holds, seconds.
const JUST_AFTER: f64 = 1e-6;

/// Why a number is not known, in words that go after "…: ".
#[derive(Clone, Debug, PartialEq)]
pub struct Missing(pub String);

/// What time the value of a sample tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Moment,
    /// From the sample before until this one.
    Before,
    /// From this sample until the next: the recorder puts a rate where its second begins.
    After,
}

pub fn tells_of(series: &str) -> Span {
    let name = series.rsplit_once('.').map_or(series, |(_, name)| name);
    match name {
        "offered_rate" | "sent_rate" | "acked_rate" | "bytes_rate" => Span::After,
        "ratio" if series == "errors.ratio" || series.ends_with(".errors.ratio") => Span::After,
        "processing_rate" => Span::Before,
        _ => Span::Moment,
    }
}

pub struct Signal<'a> {
    name: &'a str,
    across: Option<Across>,
    instances: Vec<Cow<'a, [(f64, f64)]>>,
    interval: f64,
    tells_of: Span,
    /// Never grows stale: known at every moment.
    steady: bool,
}

/// Seconds between samples.
pub fn interval(metric: &MetricRef) -> f64 {
    super::number(&metric.interval).max(SHORTEST_INTERVAL)
}

impl<'a> Signal<'a> {
    pub fn of(metric: &'a MetricRef, test: &Test, recording: &'a Recording) -> Signal<'a> {
        let name = metric.series.as_str();
        let mut signal = Signal {
            name,
            across: metric.across,
            instances: Vec::new(),
            interval: interval(metric),
            tells_of: tells_of(name),
            steady: false,
        };
        let level = match name {
            "alerts.critical" => Some(AlertLevel::Critical),
            "alerts.warning" => Some(AlertLevel::Warning),
            _ => None,
        };
        if let Some(level) = level {
            signal.steady = true;
            signal.instances = vec![Cow::Owned(raised_so_far(level, test, recording))];
            return signal;
        }
        if let "cost" | "cost_per_million" = name {
            signal.steady = true;
            signal.instances = vec![Cow::Owned(cost(name, test, recording))];
            return signal;
        }
        let first = SeriesKey::plain(name);
        signal.instances = recording
            .series
            .range(first..)
            .take_while(|(key, _)| key.name == name)
            .map(|(_, samples)| Cow::Borrowed(samples.as_slice()))
            .collect();
        signal
    }

    /// How long a sample counts, seconds.
    fn held(&self) -> f64 {
        if self.steady { f64::INFINITY } else { (2.0 + JITTER) * self.interval }
    }

    pub fn at(&self, t: f64) -> Result<f64, Missing> {
        if self.instances.iter().all(|s| s.is_empty()) {
            return Err(self.unmeasured());
        }
        let values: Vec<f64> = self.instances.iter().filter_map(|s| self.instance_at(s, t)).collect();
        let Some(&first) = values.first() else {
            return Err(Missing(format!(
                "`{}` had no sample for more than twice its interval of {} at {}",
                self.name,
                super::words::span(self.interval),
                super::words::clock(t)
            )));
        };
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        match self.across {
            Some(Across::Min) => Ok(low),
            Some(Across::Max) => Ok(high),
            Some(Across::Avg) => Ok(values.iter().sum::<f64>() / values.len() as f64),
            Some(Across::Spread) => Ok(high - low),
            Some(Across::Count) => Ok(values.len() as f64),
            None if self.instances.len() == 1 => Ok(first),
            None => Err(Missing(format!("`{}` has several instances; say which with .min, .max, .avg or .spread", self.name))),
        }
    }

    /// An instance's value; `None` where it has been silent for two intervals.
    fn instance_at(&self, samples: &[(f64, f64)], t: f64) -> Option<f64> {
        let next = samples.partition_point(|s| s.0 <= t);
        match next.checked_sub(1).and_then(|i| samples.get(i)) {
            Some(&(at, value)) => (t - at <= self.held()).then_some(value),
            // The first sample of a run comes an interval after its start.
            None => samples.first().filter(|s| s.0 <= self.held()).map(|s| s.1),
        }
    }

    /// The times at which anything was sampled, ascending, in `from..=to`.
    fn sampled(&self, from: f64, to: f64) -> Vec<f64> {
        let mut times = Vec::new();
        for samples in &self.instances {
            let start = samples.partition_point(|s| s.0 < from);
            times.extend(samples.iter().skip(start).map(|s| s.0).take_while(|&t| t <= to));
        }
        if self.instances.len() > 1 {
            times.sort_unstable_by(f64::total_cmp);
            times.dedup();
        }
        times
    }

    /// The last two times of a sample up to `t`, for increases.
    pub fn last_two(&self, t: f64) -> Option<(f64, f64)> {
        let times = self.sampled(t - 2.0 * self.held(), t);
        let last = times.len().checked_sub(1)?;
        let before = last.checked_sub(1)?;
        Some((*times.get(before)?, *times.get(last)?))
    }

    /// The moments at which the signal is to be looked at in a window: every sample, and where one has been missing for too long, that place.
    /// What was measured exactly at the start of a window belongs to what was before it; a sample that tells of a stretch of time belongs to the
    /// window in which that stretch lies (a tenth of it may lie outside).
    pub fn moments(&self, from: f64, to: f64, increases: bool) -> Vec<f64> {
        let held = self.held();
        let tells_of = if increases { Span::Before } else { self.tells_of };
        let before = self
            .instances
            .iter()
            .filter_map(|s| s.partition_point(|s| s.0 < from).checked_sub(1).and_then(|i| s.get(i)).map(|s| s.0))
            .fold(f64::NEG_INFINITY, f64::max);
        let slack = self.interval * JITTER;
        let times = self.sampled(from, to + self.interval);
        let mut last = if before == f64::NEG_INFINITY { from } else { before };
        let mut moments = Vec::new();
        for (i, &t) in times.iter().enumerate() {
            if t > to {
                break;
            }
            if t - last > held {
                moments.push((last + held).max(from) + JUST_AFTER);
            }
            let inside = match tells_of {
                Span::Moment => t > from || from == 0.0,
                Span::Before => t > from && last.max(t - self.interval) >= from - slack,
                Span::After => times.get(i + 1).map_or(t + self.interval, |next| next.min(t + self.interval)) <= to + slack,
            };
            if inside {
                moments.push(t);
            }
            last = t;
        }
        if to - last > held {
            moments.push((last + held).max(from) + JUST_AFTER);
        }
        if moments.is_empty() {
            moments.push(if tells_of == Span::After { f64::midpoint(from, to) } else { to });
        }
        moments
    }

    /// Before its second sample a counter shows no increase.
    pub fn shows_increase_from(&self) -> f64 {
        self.instances.iter().filter_map(|s| s.get(1)).map(|s| s.0).fold(f64::INFINITY, f64::min)
    }

    /// The last sample of all, where it was still fresh when the load ended.
    pub fn at_end(&self, load_end: f64) -> Result<f64, Missing> {
        let last = self.instances.iter().filter_map(|s| s.last()).map(|s| s.0).fold(f64::NEG_INFINITY, f64::max);
        if last == f64::NEG_INFINITY {
            return Err(self.unmeasured());
        }
        self.at(last.max(load_end))
    }

    fn unmeasured(&self) -> Missing {
        if self.name.starts_with("cost") {
            return Missing(format!("`{}` is not known: no cluster is counted, or nothing has been acknowledged", self.name));
        }
        Missing(format!("`{}` was not measured in this run", self.name))
    }
}

fn raised_so_far(level: AlertLevel, test: &Test, recording: &Recording) -> Vec<(f64, f64)> {
    let mut times: Vec<f64> = recording
        .alerts
        .iter()
        .filter(|raised| test.alerts.get(raised.alert).is_some_and(|alert| alert.level == level))
        .map(|raised| raised.from)
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    std::iter::once((0.0, 0.0)).chain(times.into_iter().zip(1..).map(|(t, n)| (t, f64::from(n)))).collect()
}

/// Dollars so far, a sample a second; or per record acknowledged so far, a sample at each of `acked`.
fn cost(name: &str, test: &Test, recording: &Recording) -> Vec<(f64, f64)> {
    let Some((per_hour, _)) = crate::plan::cost::per_hour(test) else { return Vec::new() };
    let at = |t: f64| per_hour * t / 3600.0;
    if name == "cost" {
        let seconds = recording.duration.clamp(0.0, 1e8) as u32;
        return (0..=seconds).map(f64::from).chain([recording.duration]).map(|t| (t, at(t))).collect();
    }
    let acked = recording.series.get(&SeriesKey::plain("acked")).map(Vec::as_slice).unwrap_or_default();
    acked.iter().filter(|s| s.1 > 0.0).map(|&(t, acked)| (t, at(t) / acked)).collect()
}

/// The slices of a distribution whose records were intended in one of the pieces.
/// Slices end at the boundaries of phases; where a window begins inside one (an odd `skip_first`), it takes those that lie in it by half or more.
pub fn distribution(metric: &MetricRef, recording: &Recording, pieces: &[(f64, f64)]) -> Result<Merged, Missing> {
    let slices = slices(metric, recording)?;
    Ok(Merged::of(slices.iter().filter(|slice| {
        let middle = f64::midpoint(slice.from, slice.to);
        pieces.iter().any(|(from, to)| *from <= middle && middle <= *to)
    })))
}

/// Whether there were records in the pieces, but in slices that lie mostly outside.
pub fn slips_between_slices(metric: &MetricRef, recording: &Recording, pieces: &[(f64, f64)]) -> bool {
    slices(metric, recording)
        .is_ok_and(|slices| slices.iter().any(|s| !s.buckets.is_empty() && pieces.iter().any(|(from, to)| *from < s.to && s.from < *to)))
}

pub fn slices<'a>(metric: &MetricRef, recording: &'a Recording) -> Result<&'a [DistributionSlice], Missing> {
    recording
        .distributions
        .get(&metric.series)
        .map(Vec::as_slice)
        .ok_or_else(|| Missing(format!("`{}` was not measured in this run", metric.series)))
}

/// What is known once the run is over, or stands in the plan. `None` where neither says.
pub fn final_value(metric: &MetricRef, test: &Test, recording: &Recording) -> Option<f64> {
    if let Some(value) = recording.finals.get(&metric.series) {
        return Some(*value);
    }
    let name = metric.series.as_str();
    match metric.nature {
        Nature::Declared => {
            let (pipeline, field) = name.rsplit_once('.')?;
            let pipeline = test.pipelines.iter().find(|p| p.name == pipeline)?;
            match field {
                "capacity" => pipeline.capacity.as_ref().map(super::number),
                "tables" => pipeline.tables.map(|n| n as f64),
                "members_declared" => pipeline.members.map(f64::from),
                _ => None,
            }
        }
        Nature::Counter | Nature::Plain if name == "cost" || name == "cost_per_million" => {
            let total = crate::plan::cost::per_hour(test)?.0 * recording.duration / 3600.0;
            let acked = recording.accounting.acked as f64;
            if name == "cost" { Some(total) } else { (acked > 0.0).then(|| total / acked) }
        }
        Nature::Counter | Nature::Plain => {
            let (target, field) = name.rsplit_once('.').map_or((None, name), |(target, field)| (Some(target), field));
            let accounting = match target {
                None => &recording.accounting,
                Some(target) => recording.target_accounting.get(test.target(target)?)?,
            };
            let count = match field {
                "planned" => accounting.planned,
                "sent" => accounting.sent,
                "not_sent" => accounting.not_sent,
                "acked" => accounting.acked,
                "failed" => accounting.failed,
                _ => return None,
            };
            Some(count as f64)
        }
        Nature::Final => {
            let audit = recording.audit?;
            let count = match name {
                "delivered" => audit.delivered,
                "lost" => audit.lost,
                "duplicated" => audit.duplicated,
                "reordered" => audit.reordered,
                "corrupted" => audit.corrupted,
                _ => return None,
            };
            Some(count as f64)
        }
        Nature::Distribution => None,
    }
}
