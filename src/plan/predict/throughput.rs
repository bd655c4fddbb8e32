//! What a pipeline takes over time: its capacity, and what faults make of it.

use crate::plan::shape::number;
use crate::plan::{FaultAction, FaultOffset, Phase, PipelineId, Shape, Test};

/// Records a second that a pipeline takes at most, as steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Throughput {
    /// From when on, in seconds, ascending, the first from 0. `None`: as much as comes.
    steps: Vec<(f64, Option<f64>)>,
}

/// How a capacity is read where the file does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// As it most likely is: each member takes an equal part, and a `flood` comes at once.
    Likely,
    /// As much as it can be at most, so that the backlog is at least what follows from it: a lost member may cost nothing, more members may take
    /// whatever comes, and during a `flood` or a `search`, of which nobody knows how long it takes, everything may be taken.
    Certain,
}

impl Throughput {
    pub fn of(test: &Test, pipeline: PipelineId, capacity: f64, view: View) -> Throughput {
        let declared = test.pipelines.get(pipeline).and_then(|p| p.members).map(f64::from);
        let mut state = State { running: true, members: declared, declared };
        let mut steps = vec![(0.0, Some(capacity))];
        for (at, change) in changes(test, pipeline, view) {
            state.apply(change);
            steps.push((at, state.takes(capacity, view)));
        }
        if view == View::Certain {
            for phase in test.phases.iter().filter(|p| is_elastic(p)) {
                let (from, to) = (number(phase.start), number(phase.start + phase.duration));
                let after = steps.iter().rev().find(|(at, _)| *at <= to).and_then(|(_, takes)| *takes);
                steps.retain(|(at, _)| *at < from || *at > to);
                steps.extend([(from, None), (to, after)]);
                steps.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
        }
        Throughput { steps }
    }

    /// Whether the declared numbers say all of it.
    pub fn is_certain(test: &Test, pipeline: PipelineId) -> bool {
        let inside = |id: &usize| test.phases.get(*id).is_some_and(is_elastic);
        let touches = |action: &FaultAction| pipeline_of(action) == Some(pipeline);
        !test.faults.iter().any(|f| (touches(&f.action) || f.undo.as_ref().is_some_and(|(undo, _)| undo.as_ref().is_some_and(touches))) && f.phases.iter().any(inside))
    }

    /// Whether a fault changes how many members take part, so that nobody knows what leaves the pipeline.
    pub fn is_disturbed(test: &Test, pipeline: PipelineId) -> bool {
        let disturbs = |action: &FaultAction| matches!(action, FaultAction::Scale(id, _) | FaultAction::Kill(id) if *id == pipeline);
        test.faults.iter().any(|f| disturbs(&f.action) || f.undo.as_ref().is_some_and(|(undo, _)| undo.as_ref().is_some_and(disturbs)))
    }

    /// Records a second at a moment.
    pub fn at(&self, t: f64) -> Option<f64> {
        let next = self.steps.partition_point(|(at, _)| *at <= t);
        self.steps.get(next.saturating_sub(1)).and_then(|(_, takes)| *takes)
    }

    /// Where it changes, in seconds, ascending.
    pub fn borders(&self) -> impl Iterator<Item = f64> + '_ {
        self.steps.iter().skip(1).map(|(at, _)| *at)
    }
}

/// A phase of which nobody knows beforehand how long it takes.
pub fn is_elastic(phase: &Phase) -> bool {
    matches!(phase.shape, Shape::Flood { .. } | Shape::Search { .. })
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Stop,
    Start,
    Members(Option<u32>),
    Lose,
}

struct State {
    running: bool,
    members: Option<f64>,
    declared: Option<f64>,
}

impl State {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Stop => self.running = false,
            Change::Start => self.running = true,
            Change::Members(Some(n)) => self.members = Some(f64::from(n)),
            Change::Members(None) => self.members = self.declared,
            Change::Lose => self.members = self.members.map(|n| (n - 1.0).max(0.0)),
        }
    }
    fn takes(&self, capacity: f64, view: View) -> Option<f64> {
        if !self.running {
            return Some(0.0);
        }
        match (view, self.members, self.declared) {
            (View::Likely, Some(now), Some(declared)) if declared > 0.0 => Some(capacity * now / declared),
            (View::Likely, ..) => Some(capacity),
            // Nobody is left who could take anything.
            (View::Certain, Some(0.0), _) => Some(0.0),
            (View::Certain, Some(now), Some(declared)) if now <= declared => Some(capacity),
            (View::Certain, None, _) => Some(capacity),
            (View::Certain, Some(_), _) => None,
        }
    }
}

fn pipeline_of(action: &FaultAction) -> Option<PipelineId> {
    match action {
        FaultAction::Stop(id) | FaultAction::Start(id) | FaultAction::Scale(id, _) | FaultAction::Kill(id) => Some(*id),
        FaultAction::Exec(_) => None,
    }
}

/// What faults do to a pipeline, and what takes it back, in order of time.
fn changes(test: &Test, pipeline: PipelineId, view: View) -> Vec<(f64, Change)> {
    let change = |action: &FaultAction| {
        let change = match action {
            FaultAction::Stop(_) => Change::Stop,
            FaultAction::Start(_) => Change::Start,
            FaultAction::Scale(_, members) => Change::Members(Some(*members)),
            FaultAction::Kill(_) => Change::Lose,
            FaultAction::Exec(_) => return None,
        };
        (pipeline_of(action) == Some(pipeline)).then_some(change)
    };
    let mut all = Vec::new();
    for fault in &test.faults {
        for phase in fault.phases.iter().filter_map(|&id| test.phases.get(id)) {
            let struck = number(phase.start + match &fault.offset {
                FaultOffset::Time(at) => *at,
                FaultOffset::Share(share) => phase.duration * *share,
            });
            all.extend(change(&fault.action).map(|c| (struck, c)));
            let Some((action, after)) = &fault.undo else { continue };
            let back = match (action, &fault.action) {
                (Some(action), _) => change(action),
                (None, FaultAction::Stop(id)) if *id == pipeline => Some(Change::Start),
                (None, FaultAction::Scale(id, _)) if *id == pipeline => Some(Change::Members(None)),
                (None, _) => None,
            };
            let undone = struck + number(*after);
            // When it is undone counts from the strike; a phase in between that ends sooner or later moves all that comes after it.
            let elastic = test.phases.iter().filter(|p| is_elastic(p)).map(|p| number(p.start)).find(|&start| start > struck && start < undone);
            let at = if view == View::Certain { elastic.unwrap_or(undone) } else { undone };
            all.extend(back.map(|c| (at, c)));
        }
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}
