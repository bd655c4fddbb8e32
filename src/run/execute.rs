//! One test from its first connection to its recording.

use super::guard::Consent;
use super::pipelines::{self, Watch};
use super::support::AUDITED;
use super::targets::{self, is_sent_to};
use super::values::Environment;
use crate::drivers::file_audit;
use crate::drivers::kafka::audit::Auditor;
use crate::drivers::ledger::Findings;
use crate::load::payload::Encoder;
use crate::load::{self, Handle, Live};
use crate::metrics::{Audit, Recording, SeriesKey};
use crate::plan::{TargetId, Test, counts, shape::number};
use crate::verdict::alerts::Alerts;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What ends a run before its time.
pub trait Interrupts {
    /// How often the user has asked to stop.
    fn asked(&self) -> usize;
}

/// Who watches.
pub trait Audience {
    /// Before the load begins.
    fn warn(&mut self, message: &str);
    /// About once a second.
    fn look(&mut self, now: &Now);
    /// An alert was raised or is over, an abort was met.
    fn news(&mut self, message: &str);
}

/// A run at a moment.
#[derive(Clone, Debug, Default)]
pub struct Now {
    pub live: Live,
    /// (pipeline, records behind)
    pub lags: Vec<(String, f64)>,
    /// Critical alerts and warnings that are raised.
    pub standing: (usize, usize),
}

/// Why there is no recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A whole message.
    CouldNot(String),
    /// Interrupted twice.
    Killed,
}

/// Runs one test that has been prepared.
pub fn execute(
    test: &Test,
    run_id: &str,
    time_scale: f64,
    consent: &Consent,
    environment: &dyn Environment,
    interrupts: &dyn Interrupts,
    audience: &mut dyn Audience,
) -> Result<Recording, Failure> {
    let encoder = Encoder::compile(&test.events, test.seed).map_err(Failure::CouldNot)?;
    let opened = targets::open(test, consent, environment).map_err(Failure::CouldNot)?;
    opened.warnings.iter().for_each(|w| audience.warn(w));
    let readings = readings(test, &opened, run_id).map_err(Failure::CouldNot)?;
    let pipelines = pipelines::start(test, &opened.endpoints, environment).map_err(Failure::CouldNot)?;
    if interrupts.asked() > 0 {
        return Err(Failure::CouldNot("interrupted before the load began".into()));
    }
    let handle = load::run(test, opened.drivers, encoder, load::Options::new(run_id)).map_err(Failure::CouldNot)?;
    let origin = Instant::now() - Duration::from_secs_f64(handle.now().max(0.0)) + Duration::from_secs_f64((-handle.now()).max(0.0));
    let watch = Watch::start(pipelines, origin, test.phases.iter().map(|p| number(p.start + p.duration)).collect()).map_err(Failure::CouldNot)?;

    let mut session = Session { test, handle: &handle, watch: &watch, alerts: Alerts::new(test), seen: 0, watched: BTreeMap::new(), over: 0, shown: 0.0, aborted: None };
    let end = session.attend(interrupts, audience)?;
    let Session { alerts, aborted, .. } = session;

    let mut recording = finish(handle, interrupts, audience)?;
    let (series, dropped) = watch.finish();
    if dropped > 0 {
        audience.warn(&format!(
            "the broker inside scalec dropped {dropped} records before a stand-in could take them: it keeps about 4 MiB a partition; more partitions or a shorter burst would fit"
        ));
    }
    recording.series.extend(series);
    recording.alerts = alerts.raised().to_vec();
    recording.aborted = aborted;
    if recording.aborted.is_some() || end == End::TimedOut {
        recording.interrupted = None;
    }
    if end == End::TimedOut && recording.broken.is_none() {
        recording.broken = Some(format!("the test took longer than its timeout of {:.0} s", number(test.timeout)));
    }
    recording.faults = vec![Vec::new(); test.faults.len()];
    recording.time_scale = time_scale;
    audit(test, readings, run_id, &mut recording);
    drop(opened.embedded);
    Ok(recording)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Over,
    TimedOut,
}

/// A test under way.
struct Session<'a> {
    test: &'a Test,
    handle: &'a Handle,
    watch: &'a Watch,
    alerts: Alerts,
    /// Intervals that the alerts have seen.
    seen: usize,
    /// Samples of each watched series that they have seen.
    watched: BTreeMap<SeriesKey, usize>,
    /// Phases that they know to be over.
    over: usize,
    /// When the last second was shown.
    shown: f64,
    aborted: Option<(usize, f64)>,
}

impl Session<'_> {
    fn attend(&mut self, interrupts: &dyn Interrupts, audience: &mut dyn Audience) -> Result<End, Failure> {
        let timeout = number(self.test.timeout);
        let mut end = End::Over;
        let mut told = false;
        while !self.handle.is_over() {
            std::thread::sleep(Duration::from_millis(20));
            match interrupts.asked() {
                0 => {}
                1 if !told => {
                    audience.news("interrupted: sending stops, answers are awaited, then it is judged (again to end at once)");
                    self.handle.request_stop();
                    told = true;
                }
                1 => {}
                _ => return Err(Failure::Killed),
            }
            if self.handle.now() > timeout && end == End::Over {
                self.handle.request_stop();
                end = End::TimedOut;
            }
            self.take_in(audience);
        }
        self.take_in(audience);
        Ok(end)
    }

    /// Takes over the seconds that have been closed since the last call.
    fn take_in(&mut self, audience: &mut dyn Audience) {
        for (index, interval) in self.handle.intervals(self.seen) {
            self.seen = index + 1;
            self.alerts.interval(interval.from, interval.to, &interval.values, &interval.distributions);
            self.take_watched();
            self.judge(interval.to, audience);
            // Seconds are cut at the borders of phases: a part of one would be a line too many.
            if interval.to < self.shown + 0.9 && !self.handle.is_over() {
                continue;
            }
            self.shown = interval.to;
            let lags: Vec<(String, f64)> =
                self.test.pipelines.iter().filter_map(|p| Some((p.name.clone(), self.watch.last(&format!("{}.lag", p.name))?))).collect();
            audience.look(&Now { live: self.handle.live(), lags, standing: self.alerts.standing(self.test) });
        }
    }

    fn take_watched(&mut self) {
        let Ok(series) = self.watch.series.lock() else { return };
        for (key, samples) in series.iter() {
            let seen = self.watched.entry(key.clone()).or_default();
            for (at, value) in samples.iter().skip(*seen) {
                self.alerts.sample(key, *at, *value);
            }
            *seen = samples.len();
        }
    }

    fn judge(&mut self, now: f64, audience: &mut dyn Audience) {
        if self.test.alerts.is_empty() && self.test.aborts.is_empty() {
            return;
        }
        for (phase, span) in self.handle.phases().into_iter().enumerate().skip(self.over) {
            let (Some(from), Some(to)) = span else { break };
            if to > now {
                break;
            }
            self.alerts.phase_ended(phase, (from, to));
            self.over = phase + 1;
        }
        let changes = self.alerts.tick(self.test, now);
        let name = |index: &usize| self.test.alerts.get(*index).map_or("", |a| a.name.as_str());
        changes.raised.iter().for_each(|i| audience.news(&format!("alert `{}` is raised", name(i))));
        changes.cleared.iter().for_each(|i| audience.news(&format!("alert `{}` is over", name(i))));
        if let Some(index) = changes.abort
            && self.aborted.is_none()
        {
            self.aborted = Some((index, now));
            let text = self.test.aborts.get(index).map_or("", |a| a.text.as_str());
            audience.news(&format!("abort: {text}"));
            self.handle.request_stop();
        }
    }
}

/// Waits for the last answers, so that a second interrupt still ends it at once.
fn finish(handle: Handle, interrupts: &dyn Interrupts, audience: &mut dyn Audience) -> Result<Recording, Failure> {
    // A thread of its own, left behind by a second interrupt.
    let waiting = std::thread::spawn(move || handle.finish());
    let mut said = interrupts.asked() > 0;
    while !waiting.is_finished() {
        std::thread::sleep(Duration::from_millis(20));
        match interrupts.asked() {
            0 => {}
            1 if !said => {
                audience.news("interrupted while the last answers are awaited (again to end at once)");
                said = true;
            }
            1 => {}
            _ => return Err(Failure::Killed),
        }
    }
    waiting.join().map_err(|_| Failure::CouldNot("a thread of the engine failed; please report this as a bug".into()))
}

/// Reads one target back.
enum Reading {
    /// While the run goes on.
    Topic(Auditor),
    /// When it is over.
    File { path: PathBuf, rotated: bool },
}

fn readings(test: &Test, opened: &targets::Targets, run_id: &str) -> Result<Vec<(TargetId, Reading)>, String> {
    if !test.audit {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for (id, endpoint) in opened.endpoints.iter().enumerate() {
        if let Some(endpoint) = endpoint {
            all.push((id, Reading::Topic(Auditor::start(&endpoint.config, endpoint.topic.clone(), run_id)?)));
        }
    }
    all.extend(opened.files.iter().map(|(id, path, rotated)| (*id, Reading::File { path: path.clone(), rotated: *rotated })));
    Ok(all)
}

/// Reads to the end, and puts the counts where expectations look for them.
fn audit(test: &Test, readings: Vec<(TargetId, Reading)>, run_id: &str, recording: &mut Recording) {
    if readings.is_empty() {
        return;
    }
    let mut sum = Audit::default();
    for (id, reading) in readings {
        let findings = match reading {
            // What is not on its way yet will not come: a target that is gone is not waited for.
            Reading::Topic(auditor) if recording.broken.is_some() => auditor.give_up(),
            Reading::Topic(auditor) => auditor.finish(),
            Reading::File { path, rotated } => file_audit::read_back(&path, rotated, run_id),
        };
        let Some(target) = test.targets.get(id) else { continue };
        if let Some(problem) = problem(&findings) {
            recording.audit_problem.get_or_insert(format!("target `{}`: {problem}", target.name));
            continue;
        }
        let one = counted(test, id, &findings, recording);
        let values = [one.delivered, one.lost, one.duplicated, one.reordered, one.corrupted];
        // What only a pipeline writes to is no part of the sum, and nothing of it is known to be lost.
        let sent = is_sent_to(test, id);
        for (name, value) in AUDITED.iter().zip(values).filter(|(name, _)| sent || **name != "lost") {
            recording.finals.insert(format!("{}.{name}", target.name), value as f64);
        }
        if !sent {
            continue;
        }
        sum.delivered += one.delivered;
        sum.lost += one.lost;
        sum.duplicated += one.duplicated;
        sum.reordered += one.reordered;
        sum.corrupted += one.corrupted;
    }
    if recording.audit_problem.is_none() {
        for (name, value) in AUDITED.iter().zip([sum.delivered, sum.lost, sum.duplicated, sum.reordered, sum.corrupted]) {
            recording.finals.insert((*name).to_string(), value as f64);
        }
        recording.audit = Some(sum);
    }
}

fn problem(findings: &Findings) -> Option<String> {
    if findings.dropped > 0 {
        return Some(format!("its broker dropped {} records before they could be read back", findings.dropped));
    }
    findings.problem.clone()
}

/// Intended duplicates are neither delivered twice nor missing when they are.
fn counted(test: &Test, id: TargetId, findings: &Findings, recording: &Recording) -> Audit {
    let twins = counts::intended_duplicates(test).get(id).copied().unwrap_or(0);
    let acked = recording.target_accounting.get(id).map_or(0, |a| a.acked);
    Audit {
        delivered: findings.delivered,
        // Records that were not acknowledged may have arrived all the same: what is missing is at least this.
        lost: acked.saturating_sub(twins).saturating_sub(findings.delivered),
        duplicated: findings.repeated.saturating_sub(twins),
        reordered: findings.reordered,
        corrupted: findings.corrupted,
    }
}
