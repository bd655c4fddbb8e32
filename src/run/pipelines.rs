//! The pipelines of a test: stand-ins where the broker is inside, and a look at their lag once a second.

use super::local::is_stood_in;
use super::values::{self, Environment};
use crate::drivers::kafka::ClientConfig;
use crate::drivers::kafka::lag::{Lag, Look};
use crate::drivers::kafka::standin::{Progress, Settings, StandIn};
use crate::drivers::kafka::watermarks::Topic;
use crate::metrics::SeriesKey;
use crate::plan::{Pipeline, PipelineId, PipelineInput, TargetId, Test};
use num_traits::ToPrimitive;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Where a Kafka target really is.
#[derive(Clone)]
pub struct Endpoint {
    pub config: ClientConfig,
    pub topic: Topic,
}

/// Stand-ins and watchers at work.
pub struct Pipelines {
    stand_ins: Vec<(PipelineId, StandIn)>,
    watched: Vec<(String, Lag)>,
}

/// Starts the stand-ins of every pipeline that needs one, and looks at all the others' groups.
pub fn start(test: &Test, endpoints: &[Option<Endpoint>], environment: &dyn Environment) -> Result<Pipelines, String> {
    let mut all = Pipelines { stand_ins: Vec::new(), watched: Vec::new() };
    // A pipeline may read one that is declared after it: upstream first.
    for id in upstream_first(test) {
        let Some(pipeline) = test.pipelines.get(id) else { continue };
        if is_stood_in(test, id) {
            all.stand_in(id, pipeline, endpoints, test)?;
        } else if let Some(group) = &pipeline.group {
            let group = values::resolve(group, environment)?;
            let read = inputs(test, pipeline, endpoints);
            let Some(config) = read.first().map(|e| e.config.clone()) else { continue };
            let topics = read.iter().map(|e| e.topic.clone()).collect();
            all.watched.push((pipeline.name.clone(), Lag::of_group(&config, group.reveal(), topics)?));
        }
    }
    Ok(all)
}

impl Pipelines {
    fn stand_in(&mut self, id: PipelineId, pipeline: &Pipeline, endpoints: &[Option<Endpoint>], test: &Test) -> Result<(), String> {
        let read: Vec<&Endpoint> = targets(pipeline).filter_map(|t| endpoints.get(t).and_then(Option::as_ref)).collect();
        let settings = Settings {
            pipeline: pipeline.name.clone(),
            topics: read.iter().map(|e| e.topic.clone()).collect(),
            capacity: pipeline.capacity.and_then(|c| c.to_f64()),
            trigger: pipeline.trigger.and_then(|t| t.to_f64()).map(Duration::from_secs_f64),
        };
        let upstream = self.upstream_of(pipeline, test);
        let (stand_in, lag) = match read.first() {
            Some(endpoint) if upstream.is_empty() => {
                let topics = settings.topics.clone();
                let stand_in = StandIn::start(&endpoint.config, settings)?;
                let lag = Lag::of_stand_in(&endpoint.config, stand_in.progress(), topics)?;
                (stand_in, lag)
            }
            Some(_) => {
                return Err(format!(
                    "pipeline `{}` reads a target and another pipeline; a stand-in can take only one of both\n  help: split it into two pipelines",
                    pipeline.name
                ));
            }
            None => {
                let stand_in = StandIn::start_behind(upstream.clone(), settings)?;
                let progress = stand_in.progress();
                (stand_in, Lag::Behind { upstream, progress })
            }
        };
        self.watched.push((pipeline.name.clone(), lag));
        self.stand_ins.push((id, stand_in));
        Ok(())
    }

    fn upstream_of(&self, pipeline: &Pipeline, test: &Test) -> Vec<(Arc<Progress>, f64)> {
        let read = pipeline.reads.iter().filter_map(|input| match input {
            PipelineInput::Pipeline(id) => Some(*id),
            PipelineInput::Target(_) => None,
        });
        read.filter_map(|id| {
            let (_, stand_in) = self.stand_ins.iter().find(|(other, _)| *other == id)?;
            let yields = test.pipelines.get(id).and_then(|p| p.yields.to_f64()).unwrap_or(1.0);
            Some((stand_in.progress(), yields))
        })
        .collect()
    }

    /// Records that the broker inside dropped before a stand-in could take them.
    pub fn dropped(&self) -> u64 {
        self.stand_ins.iter().map(|(_, s)| s.progress().dropped.load(Ordering::Relaxed)).sum()
    }
}

fn targets(pipeline: &Pipeline) -> impl Iterator<Item = TargetId> + '_ {
    pipeline.reads.iter().filter_map(|input| match input {
        PipelineInput::Target(id) => Some(*id),
        PipelineInput::Pipeline(_) => None,
    })
}

/// The topics that a real pipeline reads: targets, and what the pipelines it reads write.
fn inputs<'a>(test: &Test, pipeline: &Pipeline, endpoints: &'a [Option<Endpoint>]) -> Vec<&'a Endpoint> {
    let read = pipeline.reads.iter().filter_map(|input| match input {
        PipelineInput::Target(id) => Some(*id),
        PipelineInput::Pipeline(id) => test.pipelines.get(*id).and_then(|p| p.writes),
    });
    read.filter_map(|t| endpoints.get(t).and_then(Option::as_ref)).collect()
}

fn upstream_first(test: &Test) -> Vec<PipelineId> {
    let mut order: Vec<PipelineId> = Vec::new();
    // Each round takes those whose upstream is there; a cycle (which the checker refuses) would leave the rest out.
    for _ in 0..test.pipelines.len() {
        for (id, pipeline) in test.pipelines.iter().enumerate() {
            let ready = pipeline.reads.iter().all(|input| match input {
                PipelineInput::Pipeline(other) => order.contains(other),
                PipelineInput::Target(_) => true,
            });
            if ready && !order.contains(&id) {
                order.push(id);
            }
        }
    }
    order
}

/// Samples by series, filled by a thread of its own.
pub type Shared = Arc<Mutex<BTreeMap<SeriesKey, Vec<(f64, f64)>>>>;

/// Looks once a second until dropped.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Pipelines>>,
    pub series: Shared,
}

/// How often, in seconds, and how long before the whole second.
const EVERY: f64 = 1.0;
const AHEAD: f64 = 0.1;

impl Watch {
    /// `origin`: the start of the test. `borders`: where phases are to end, seconds after it: what a phase left behind is measured there.
    pub fn start(pipelines: Pipelines, origin: Instant, borders: Vec<f64>) -> Result<Watch, String> {
        let (stop, series) = (Arc::new(AtomicBool::new(false)), Shared::default());
        let (s, into) = (stop.clone(), series.clone());
        let thread = std::thread::Builder::new()
            .name("watch".into())
            .spawn(move || watch(pipelines, origin, &borders, &s, &into))
            .map_err(|e| format!("cannot start a thread: {e}"))?;
        Ok(Watch { stop, thread: Some(thread), series })
    }

    /// A last look, and the samples.
    pub fn finish(mut self) -> (BTreeMap<SeriesKey, Vec<(f64, f64)>>, u64) {
        self.stop.store(true, Ordering::Relaxed);
        let dropped = self.thread.take().and_then(|t| t.join().ok()).map_or(0, |pipelines| pipelines.dropped());
        let series = self.series.lock().map(|mut s| std::mem::take(&mut *s)).unwrap_or_default();
        (series, dropped)
    }

    /// The last sample of a series.
    pub fn last(&self, name: &str) -> Option<f64> {
        let series = self.series.lock().ok()?;
        series.get(&SeriesKey::plain(name)).and_then(|s| s.last()).map(|(_, v)| *v)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A look begun this soon after its time, in seconds, counts as taken at that time: the phase that ends there is judged by it.
const ON_TIME: f64 = 0.05;

fn watch(pipelines: Pipelines, origin: Instant, borders: &[f64], stop: &AtomicBool, into: &Shared) -> Pipelines {
    let mut before: Vec<Option<(f64, f64)>> = vec![None; pipelines.watched.len()];
    let mut due = 0.0;
    loop {
        // A sample just before each whole second, so that whoever looks at the second has it, one where a phase ends, and one at the very end.
        while !stop.load(Ordering::Relaxed) && origin.elapsed().as_secs_f64() < due {
            std::thread::sleep(Duration::from_millis(10));
        }
        let last = stop.load(Ordering::Relaxed);
        for ((name, lag), before) in pipelines.watched.iter().zip(&mut before) {
            let at = origin.elapsed().as_secs_f64();
            let stamp = if borders.contains(&due) && (0.0..ON_TIME).contains(&(at - due)) { due } else { at };
            note(into, name, (at, stamp), lag.look(), before);
        }
        if last {
            return pipelines;
        }
        due = next_look(origin.elapsed().as_secs_f64(), borders);
    }
}

/// Just before the next whole second or at the next border, whichever comes first.
fn next_look(now: f64, borders: &[f64]) -> f64 {
    let second = ((now + AHEAD) / EVERY).floor() * EVERY + EVERY - AHEAD;
    borders.iter().copied().filter(|b| *b > now).fold(second, f64::min)
}

/// `at`: when the look really was, for rates; `stamp`: the moment that it stands for.
fn note(into: &Shared, pipeline: &str, (at, stamp): (f64, f64), look: Look, before: &mut Option<(f64, f64)>) {
    let Ok(mut series) = into.lock() else { return };
    if let Some(lag) = look.lag {
        series.entry(SeriesKey::plain(format!("{pipeline}.lag"))).or_default().push((stamp, lag));
    }
    let Some(processed) = look.processed else {
        *before = None;
        return;
    };
    match *before {
        // Two looks that follow each other too closely say nothing of a rate.
        Some((t, _)) if at - t < EVERY * 0.75 => {}
        Some((t, p)) => {
            series.entry(SeriesKey::plain(format!("{pipeline}.processing_rate"))).or_default().push((stamp, (processed - p).max(0.0) / (at - t)));
            *before = Some((at, processed));
        }
        None => *before = Some((at, processed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_due_before_whole_seconds_and_where_phases_end() {
        let borders = [2.5, 4.0];
        let due = |now: f64| (next_look(now, &borders) * 1e6).round() / 1e6;
        assert_eq!([0.0, 0.91, 1.95, 2.501, 3.91, 4.001].map(due), [0.9, 1.9, 2.5, 2.9, 4.0, 4.9]);
    }

    #[test]
    fn a_look_stands_for_its_moment_and_rates_for_the_time_between() {
        let (into, mut before) = (Shared::default(), None);
        for (at, stamp, processed) in [(0.01, 0.0, 0.0), (1.03, 1.0, 102.0)] {
            note(&into, "p", (at, stamp), Look { lag: Some(5.0), processed: Some(processed) }, &mut before);
        }
        let series = into.lock().unwrap();
        assert_eq!(series[&SeriesKey::plain("p.lag")], [(0.0, 5.0), (1.0, 5.0)]);
        let [(stamp, rate)] = series[&SeriesKey::plain("p.processing_rate")][..] else { panic!("one rate") };
        assert_eq!(stamp, 1.0);
        assert!((rate - 100.0).abs() < 1e-9);
    }
}
