//! A test of which something is broken, as far as it holds: for those who look on while it is written. Nothing is told, planned or run by it.
//!
//! Phases are laid out up to the first of unknown length, or to where a line may have been one. What a phase plans is said only where no reading of the
//! broken parts could make it another number, taking it that an unknown event is not sent twice on purpose.

use super::lower::{self, Evaluated};
use super::timeline::Timed;
use crate::check::{Context, Parts};
use crate::diagnostics::suggest;
use crate::plan::{self, Counts, Shape, Share, counts};
use crate::source::Span;
use crate::syntax::ast::{self, Statement, StatementKind, Weight};
use crate::syntax::words::{SHAPES, STATEMENTS, form_of};
use crate::targets;
use crate::units::{Dimension, Exact};
use num_traits::{CheckedAdd, One, Zero};
use std::collections::{HashMap, HashSet};

/// A test without what is broken in it.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// Of a phase without a count (and without a `search`) nobody knows how many records it plans; one of unknown shape is a `pause`. Nothing is expected.
    pub test: plan::Test,
    /// What is sent, what reads it and what strikes it is all there: what is predicted of it holds.
    pub sound: bool,
}

/// What a line that could not be read may have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Or a `repeat`.
    Phase,
    Send,
    /// Or an `undo`.
    Fault,
}

/// What cannot be told of a test, by where it stands. `unread`: where lines begin that could not be read, of the whole file, in order.
pub fn lost(cx: &Context<'_>, item: Span, test: &ast::Test, unread: &[u32]) -> Vec<(u32, Lost)> {
    let text = &cx.ws.map.file(item.file).text;
    let mut shapes = Vec::new();
    self::shapes(&test.statements, &mut shapes);
    let inside = unread.iter().skip(unread.partition_point(|at| *at < item.start)).take_while(|at| **at <= item.end);
    let mut found: Vec<(u32, Lost)> = inside
        .filter_map(|&at| {
            let before = text.get(..at as usize)?;
            let line = before.rfind(['\n', '{', '}']).map_or(0, |end| end + 1);
            let begins = line + text.get(line..)?.find(|c: char| !c.is_whitespace()).unwrap_or(0);
            let word = text.get(begins..)?.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
            // Behind the beginning of a phase that goes on over lines: its shape.
            let before = shapes.partition_point(|span| span.start <= at).checked_sub(1);
            let torn = before.and_then(|index| shapes.get(index)).filter(|span| at <= span.end).map(|span| (span.start, Lost::Phase));
            // `q = hold 3/s for 1m`: whatever it begins with.
            let rest = text.get(begins..)?.lines().next()?;
            let shaped = || rest.split_whitespace().any(|word| form_of(SHAPES, word).is_some()).then_some(Lost::Phase);
            torn.or_else(|| may_be(word).or_else(shaped).map(|lost| (begins as u32, lost)))
        })
        .collect();
    broken_statements(text, &test.statements, &mut found);
    found
}

/// The places of the phases, without their blocks, in order.
fn shapes(statements: &[Statement], out: &mut Vec<Span>) {
    for s in statements {
        match &s.kind {
            StatementKind::Phase(phase) => out.push(Span { end: phase.shape_span.end.max(s.span.start), ..s.span }),
            StatementKind::Repeat { statements, .. } => shapes(statements, out),
            _ => {}
        }
    }
}

/// What a line with this first word may become.
fn may_be(word: &str) -> Option<Lost> {
    let of = |word: &str| match word {
        "phase" | "repeat" => Some(Lost::Phase),
        "send" => Some(Lost::Send),
        "fault" | "undo" => Some(Lost::Fault),
        _ => None,
    };
    if word.is_empty() || form_of(STATEMENTS, word).is_some() {
        return of(word);
    }
    // A shape without its `phase`.
    if form_of(SHAPES, word).is_some() {
        return Some(Lost::Phase);
    }
    // While it is typed, what changes most comes first; and misspelt too.
    const CHANGING: [&str; 5] = ["phase", "repeat", "send", "fault", "undo"];
    let begun = CHANGING.into_iter().find(|whole| whole.starts_with(word));
    let words = STATEMENTS.iter().map(|form| form.word).chain(targets::TEST.iter().map(|setting| setting.name));
    begun.or_else(|| suggest::nearest(word, CHANGING)).or_else(|| suggest::nearest(word, words)).and_then(of)
}

/// Those that the grammar takes for a setting, and faults that have no name yet.
fn broken_statements(text: &str, statements: &[Statement], found: &mut Vec<(u32, Lost)>) {
    for s in statements {
        match &s.kind {
            StatementKind::Setting { key, .. } if targets::find(&[targets::TEST], &key.text).is_none() => {
                let written = text.get(s.span.start as usize..).and_then(|rest| rest.lines().next()).unwrap_or("");
                let shaped = || written.split_whitespace().any(|word| form_of(SHAPES, word).is_some()).then_some(Lost::Phase);
                found.extend(may_be(&key.text).or_else(shaped).map(|lost| (s.span.start, lost)));
            }
            StatementKind::Fault { name: None, .. } | StatementKind::Undo { name: None, .. } => found.push((s.span.start, Lost::Fault)),
            StatementKind::Repeat { statements, .. } => broken_statements(text, statements, found),
            _ => {}
        }
    }
}

/// What holds of a test that could not be lowered.
pub fn sketch(cx: &Context<'_>, test: &Evaluated<'_, '_>, mut parts: Parts, lost: &[(u32, Lost)]) -> Sketch {
    let all = &test.timeline.phases;
    let known = all.get(..known(test, lost)).unwrap_or_default();
    let mut sound = lost.is_empty() && known.len() == all.len() && !all.is_empty() && test.timeline.doubt.is_none() && known.iter().all(|p| p.shape.is_some());
    let mut lines: Vec<Line> = test.sends.lines.iter().map(|line| self::line(cx, line, &mut parts)).collect();
    // Of a line that goes on in a way that nobody understands, it may go to more targets.
    let torn: HashSet<u32> = lost.iter().filter(|(_, lost)| *lost == Lost::Send).map(|(at, _)| *at).collect();
    for (line, of) in lines.iter_mut().zip(&test.sends.lines) {
        line.unsteady |= torn.contains(&of.ast.span.start);
        line.whole &= !torn.contains(&of.ast.span.start);
    }
    sound &= lines.iter().all(|line| line.whole);
    for &pipeline in test.pipelines {
        sound &= parts.pipeline(cx, pipeline).is_some();
    }
    let mut faults = Vec::new();
    for fault in test.faults {
        let lowered = lower::lower_fault(cx, fault, &mut parts);
        sound &= lowered.is_some();
        faults.extend(lowered.filter(|fault| fault.phases.iter().all(|id| *id < known.len())));
    }
    let blocks = lost.iter().filter(|(_, lost)| *lost == Lost::Send).map(|(at, _)| block_around(&test.ast.statements, *at).map(std::ptr::from_ref)).collect();
    let traffic = Traffic { test, lines: &lines, parts: &parts, blocks };
    let mut start = Exact::zero();
    let mut phases = Vec::new();
    for timed in known {
        let Some(duration) = timed.duration else { break };
        phases.push(plan::Phase {
            name: timed.name().to_owned(),
            instance: timed.instance,
            of: timed.of,
            span: timed.span,
            start,
            duration,
            shape: timed.shape.clone().unwrap_or(Shape::Pause),
            sends: traffic.of(timed.ast).0,
            counts: Counts::default(),
        });
        let Some(next) = start.checked_add(&duration) else { break };
        start = next;
    }
    let limits = &test.settings.limits;
    let mut sketched = plan::Test {
        name: test.name.clone(),
        span: test.ast.name.as_ref().map_or(test.ast.head, |name| name.span),
        line: cx.ws.map.line_column(test.ast.head).line,
        seed: test.settings.seed.unwrap_or(1),
        seed_given: test.settings.seed.is_some(),
        timeout: limits.timeout.map_or(start, |(timeout, _)| timeout),
        tags: limits.tags.clone(),
        arrivals: test.settings.arrivals,
        skip_first: limits.skip_first.map_or_else(Exact::zero, |(skip, _)| skip),
        expected: limits.expected.map(|(rate, _)| rate),
        sends: lines.iter().map(|line| line.send.clone()).collect(),
        phases,
        faults,
        alerts: Vec::new(),
        expectations: Vec::new(),
        aborts: Vec::new(),
        sustains: Vec::new(),
        sizings: Vec::new(),
        clusters: Vec::new(),
        audit: false,
        targets: Vec::new(),
        events: parts.events.clone(),
        pipelines: Vec::new(),
        sources: Vec::new(),
        metrics: Vec::new(),
    };
    sketched.targets.clone_from(&parts.targets);
    count(&mut sketched, known, &traffic, all);
    sketched.pipelines = parts.pipelines;
    Sketch { test: sketched, sound }
}

/// How many of the first phases have a place in time.
fn known(test: &Evaluated<'_, '_>, lost: &[(u32, Lost)]) -> usize {
    let phases = &test.timeline.phases;
    let mut known = test.timeline.doubt.unwrap_or(phases.len());
    // What the first one leaves, later ones leave too.
    if let Some(at) = lost.iter().filter(|(_, lost)| *lost == Lost::Phase).map(|(at, _)| *at).min() {
        // Behind it, and in the next round of what is repeated around it.
        let around = repeats_around(&test.ast.statements, at);
        let moved = |p: &Timed<'_>| p.span.start >= at || p.instance > 1 && around.iter().any(|repeat| repeat.start <= p.span.start && p.span.end <= repeat.end);
        known = known.min(phases.iter().position(moved).unwrap_or(phases.len()));
    }
    known.min(phases.iter().position(|p| p.duration.is_none()).unwrap_or(phases.len()))
}

fn repeats_around(statements: &[Statement], at: u32) -> Vec<Span> {
    let around = statements.iter().filter(|s| s.span.start <= at && at <= s.span.end);
    around
        .flat_map(|s| match &s.kind {
            StatementKind::Repeat { statements, .. } => [vec![s.span], repeats_around(statements, at)].concat(),
            _ => Vec::new(),
        })
        .collect()
}

/// A `send` as far as it can be read.
struct Line {
    send: plan::Send,
    whole: bool,
    /// Its share or rate is known.
    weighed: bool,
    /// It has a steady rate, which is broken; or may send to more targets than is known.
    unsteady: bool,
}

fn line(cx: &Context<'_>, line: &super::sends::Line<'_>, parts: &mut Parts) -> Line {
    let events: Vec<_> = line.events.iter().flatten().map(|(share, event)| Some((*share, parts.event(cx, *event)?))).collect();
    let targets: Vec<_> = line.targets.iter().flatten().map(|target| parts.target(cx, *target)).collect();
    let whole = line.share.is_some() && line.events.is_some() && line.targets.is_some() && events.iter().all(Option::is_some) && targets.iter().all(Option::is_some);
    // A target that is not known takes its records all the same.
    const NOWHERE: plan::TargetId = plan::TargetId::MAX;
    let copies = line.ast.to.len().max(1);
    let targets = if targets.is_empty() { vec![NOWHERE; copies] } else { targets.into_iter().map(|id| id.unwrap_or(NOWHERE)).collect() };
    let weighed = line.share.is_some();
    let unsteady = match &line.ast.weight {
        Some(Weight::Quantity(token)) => !weighed && crate::units::parse(&token.text).map_or(token.text.contains('/'), |q| q.dim == Dimension::RATE),
        _ => false,
    };
    let send = plan::Send {
        text: lower::send_text(cx, line.ast),
        // Nothing is said where the share is not known.
        span: if weighed { line.ast.span } else { Span { end: line.ast.span.start, ..line.ast.span } },
        share: line.share.clone().unwrap_or(Share::Of(Exact::one())),
        events: events.into_iter().flatten().collect(),
        targets,
    };
    Line { send, whole, weighed, unsteady }
}

/// How the records of a phase are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counting {
    /// As its sends say, for each target too.
    Sends,
    /// As its sends say, whoever gets them.
    Sum,
    /// Those that its load offers: what sends them is broken.
    Load,
    Unknown,
}

struct Traffic<'e, 'a> {
    test: &'e Evaluated<'e, 'a>,
    lines: &'e [Line],
    parts: &'e Parts,
    /// The phases in whose blocks a `send` is lost; `None` for those of the test itself.
    blocks: HashSet<Option<*const ast::Phase>>,
}

impl Traffic<'_, '_> {
    /// The sends of a phase.
    fn of(&self, phase: &ast::Phase) -> (Vec<usize>, Counting) {
        if self.blocks.contains(&Some(std::ptr::from_ref(phase))) {
            // Its own lines take the place of the test's.
            if phase.sends.is_empty() {
                return (Vec::new(), Counting::Load);
            }
            let sends = self.test.sends.of(phase);
            return (sends.clone(), self.counting(&sends).max_doubt());
        }
        let sends = self.test.sends.of(phase);
        if phase.sends.is_empty() && self.blocks.contains(&None) {
            let counting = if sends.is_empty() { Counting::Load } else { self.counting(&sends).max_doubt() };
            return (sends, counting);
        }
        let counting = self.counting(&sends);
        (sends, counting)
    }

    fn counting(&self, sends: &[usize]) -> Counting {
        let lines = || sends.iter().filter_map(|&id| self.lines.get(id));
        if lines().all(|line| line.whole) {
            return Counting::Sends;
        }
        if lines().any(|line| line.unsteady) {
            return Counting::Unknown;
        }
        if lines().all(|line| line.weighed) {
            return Counting::Sum;
        }
        // Whatever the shares are, where each record goes to as many targets, once.
        let shared = || lines().filter(|line| matches!(line.send.share, Share::Of(_)));
        let copies = shared().map(|line| line.send.targets.len()).min() == shared().map(|line| line.send.targets.len()).max();
        let twice = shared().flat_map(|line| &line.send.events).any(|(_, event)| self.parts.events.get(*event).is_some_and(|e| e.duplicate.is_some()));
        if copies && !twice { Counting::Sum } else { Counting::Unknown }
    }
}

impl Counting {
    /// Where a line is missing, nobody knows what each target gets.
    fn max_doubt(self) -> Counting {
        if self == Counting::Sends { Counting::Sum } else { self }
    }
}

/// The phase in whose block a place lies.
fn block_around(statements: &[Statement], at: u32) -> Option<&ast::Phase> {
    let before = statements.partition_point(|s| s.span.start <= at).checked_sub(1)?;
    match statements.get(before).filter(|s| at <= s.span.end).map(|s| &s.kind)? {
        StatementKind::Phase(phase) => Some(phase),
        StatementKind::Repeat { statements, .. } => block_around(statements, at),
        _ => None,
    }
}

/// How many events of sends are gone through for the phases behind one of unknown rate.
const MOST_WORK: usize = 20_000;

/// Fills the counts of the phases, as far as they are known.
fn count(test: &mut plan::Test, known: &[Timed<'_>], traffic: &Traffic<'_, '_>, all: &[Timed<'_>]) {
    counts::fill(test);
    let unshaped = known.iter().position(|p| p.shape.is_none()).unwrap_or(known.len());
    let mut alone: HashMap<Span, Option<Counts>> = HashMap::new();
    let mut phases = std::mem::take(&mut test.phases);
    // While somebody types there is no time for what is only nice to know.
    let work = known.len().saturating_sub(unshaped) * test.sends.iter().map(|send| send.events.len() + 1).sum::<usize>();
    let affordable = work < MOST_WORK;
    for (id, timed) in known.iter().enumerate().skip(unshaped) {
        let Some(phase) = phases.get_mut(id) else { break };
        let counts = match timed.shape {
            None => None,
            Some(_) if !affordable => None,
            Some(_) => alone.entry(phase.span).or_insert_with(|| by_itself(test, phase)).clone(),
        };
        phase.counts = counts.unwrap_or_default();
    }
    let mut instances: HashMap<Span, usize> = HashMap::new();
    all.iter().for_each(|p| *instances.entry(p.span).or_default() += 1);
    phases.iter().for_each(|p| *instances.entry(p.span).or_default() -= 1);
    let mut countings: HashMap<Span, Counting> = HashMap::new();
    for (timed, phase) in known.iter().zip(&mut phases) {
        let counting = *countings.entry(phase.span).or_insert_with(|| traffic.of(timed.ast).1);
        let counts = &mut phase.counts;
        counts.planned = match counting {
            // Of a repeated one all instances or none: half of them say nothing of the whole.
            _ if instances.get(&phase.span).is_some_and(|missing| *missing > 0) => None,
            Counting::Sends | Counting::Sum => counts.planned,
            Counting::Load => counts.planned.map(|_| counts.curve),
            Counting::Unknown => None,
        };
        if counting != Counting::Sends {
            counts.per_target = Vec::new();
        }
    }
    test.phases = phases;
}

/// What a phase plans whatever fraction of a record the phases before it leave; `None` where that matters.
fn by_itself(test: &mut plan::Test, phase: &plan::Phase) -> Option<Counts> {
    // What other phases send costs time and counts for nothing.
    let own: Vec<plan::Send> = phase.sends.iter().filter_map(|id| test.sends.get(*id).cloned()).collect();
    let phase = plan::Phase { sends: (0..own.len()).collect(), ..phase.clone() };
    let all = std::mem::replace(&mut test.sends, own);
    let mut behind = |length: Exact| {
        let before = plan::Phase { start: Exact::zero(), duration: length, shape: Shape::Hold { rate: Exact::one() }, ..phase.clone() };
        test.phases = vec![before, plan::Phase { start: length, ..phase.clone() }];
        counts::fill(test);
        test.phases.pop().map(|p| p.counts)
    };
    // The least fraction: whatever the phase lacks of a whole number of records, it makes one less.
    let (whole, more) = (behind(Exact::zero()), behind(Exact::new(1, 1_000_000_000)));
    test.phases.clear();
    test.sends = all;
    let (whole, more) = (whole?, more?);
    (whole.planned == more.planned && whole.curve == more.curve).then_some(whole)
}
