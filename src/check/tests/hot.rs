//! W0710: a hot key, by which one shard or partition gets more than it takes.

use super::capacity;
use super::idle::shortened;
use super::say;
use super::sends::Traffic;
use super::shapes;
use super::skew::{self, Book, Ground};
use super::takes::Takes;
use super::timeline::Timed;
use crate::check::{Decl, EventRef, Parts};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::keys::{self, Hash, Keys, Partitioner};
use crate::plan::{EventId, Shape, words};
use crate::targets::limits::Limit;
use crate::units::Exact;
use num_traits::ToPrimitive;
use std::collections::HashMap;
use std::rc::Rc;

/// What one event sends to the target in a phase, at its highest.
struct Flow {
    event: EventRef,
    id: EventId,
    keys: Rc<Keys>,
    /// Records and bytes a second; bytes are `None` where they are not known.
    records: f64,
    bytes: Option<f64>,
}

/// One bound: by records or by bytes.
#[derive(Clone, Copy)]
struct Bound {
    by_bytes: bool,
    each: f64,
}

impl Bound {
    fn of(self, flow: &Flow) -> f64 {
        if self.by_bytes { flow.bytes.unwrap_or(0.0) } else { flow.records }
    }
    fn show(self, value: f64) -> String {
        if !self.by_bytes {
            return words::rate(value);
        }
        // Three digits, as a reader needs them.
        let step = 10f64.powf((value.max(1.0).log10().floor() - 2.0).max(0.0));
        say::data_rate(Exact::from_integer(((value / step).round() * step) as i128))
    }
}

/// The busiest partition of the worst phase.
struct Hot<'t, 'a> {
    phase: &'t Timed<'a>,
    flows: Vec<Flow>,
    bound: Bound,
    slot: u32,
    load: f64,
}

pub fn check(ground: &Ground<'_, '_>, book: &mut Book, parts: &mut Parts) {
    let takes = &ground.partitioned.takes;
    let bounds: Vec<Bound> = [(false, takes.records), (true, takes.bytes)]
        .into_iter()
        .filter_map(|(by_bytes, each)| Some(Bound { by_bytes, each: each?.to_f64()? }))
        .collect();
    let Ok(units) = u32::try_from(takes.units) else { return };
    if bounds.is_empty() {
        return;
    }
    let mut worst: Option<Hot<'_, '_>> = None;
    for phase in busiest(ground.traffic, ground.target) {
        let Some(flows) = flows(ground.traffic, phase, ground.target, book, parts) else { continue };
        for &bound in &bounds {
            let total: f64 = flows.iter().map(|flow| bound.of(flow)).sum();
            // Spread evenly it would be too much as well: that is no matter of keys.
            if total / f64::from(units) > bound.each {
                continue;
            }
            let Some((slot, load)) = most(&loads(&flows, bound, ground.partitioned.partitioner, units, book)).filter(|(_, load)| *load > bound.each * (1.0 + 1e-9)) else { continue };
            if worst.as_ref().is_none_or(|w| load / bound.each > w.load / w.bound.each) {
                let flows = flows.iter().map(|f| Flow { keys: f.keys.clone(), ..*f }).collect();
                worst = Some(Hot { phase, flows, bound, slot, load });
            }
        }
    }
    if let Some(message) = worst.and_then(|hot| explain(ground, &hot, units, book, parts)) {
        ground.traffic.cx.report(message);
    }
}

/// Of the phases with the same sends the one with the highest rate: the others send less of the same.
fn busiest<'t, 'a>(traffic: &Traffic<'t, 'a>, target: Decl) -> Vec<&'t Timed<'a>> {
    let mut groups: Vec<(Vec<usize>, Exact, &'t Timed<'a>)> = Vec::new();
    let steady = |phase: &Timed<'_>| matches!(phase.shape, Some(Shape::Hold { .. }));
    for phase in traffic.timeline.phases.iter().filter(|p| p.instance == 1) {
        let Some(peak) = phase.shape.as_ref().filter(|s| shapes::has_load(s)).and_then(shapes::peak) else { continue };
        let mut lines = traffic.sends.of(phase.ast);
        lines.retain(|line| traffic.sends.lines.get(*line).and_then(|l| l.targets.as_ref()).is_some_and(|t| t.contains(&target)));
        match groups.iter_mut().find(|(known, ..)| *known == lines) {
            Some((_, highest, place)) => {
                if peak > *highest || peak == *highest && steady(phase) && !steady(place) {
                    (*highest, *place) = (peak, phase);
                }
            }
            None => groups.push((lines, peak, phase)),
        }
    }
    groups.into_iter().map(|(.., phase)| phase).collect()
}

fn flows(traffic: &Traffic<'_, '_>, phase: &Timed<'_>, target: Decl, book: &mut Book, parts: &mut Parts) -> Option<Vec<Flow>> {
    let mut flows: Vec<Flow> = Vec::new();
    let mut places: HashMap<EventId, usize> = HashMap::new();
    for (rate, events) in capacity::offered(phase, target, traffic.sends)? {
        // What is not known adds to no partition: the answer is then too low, never too high.
        for (share, event) in events.unwrap_or_default() {
            let rate = (rate * *share).to_f64()?;
            let Some(id) = parts.event(traffic.cx, *event).filter(|_| rate > 0.0) else { continue };
            let lowered = parts.events.get(id)?;
            let bytes = capacity::mean_bytes(traffic.cx, target, lowered).map(|each| each * rate);
            match places.get(&id).and_then(|at| flows.get_mut(*at)) {
                Some(flow) => {
                    flow.records += rate;
                    flow.bytes = flow.bytes.zip(bytes).map(|(a, b)| a + b);
                }
                None => {
                    places.insert(id, flows.len());
                    flows.push(Flow { event: *event, id, keys: book.keys(lowered, keys::MOST, &parts.events), records: rate, bytes });
                }
            }
        }
    }
    Some(flows)
}

/// Flows that share their keys are one: `(keys, rate)`.
fn joined(flows: &[Flow], bound: Bound) -> Vec<(&Rc<Keys>, f64)> {
    let mut all: Vec<(&Rc<Keys>, f64)> = Vec::new();
    let mut places: HashMap<*const Keys, usize> = HashMap::new();
    for flow in flows {
        let at = *places.entry(Rc::as_ptr(&flow.keys)).or_insert(all.len());
        match all.get_mut(at) {
            Some((_, rate)) => *rate += bound.of(flow),
            None => all.push((&flow.keys, bound.of(flow))),
        }
    }
    all
}

/// What each partition gets.
fn loads(flows: &[Flow], bound: Bound, partitioner: Partitioner, units: u32, book: &mut Book) -> Vec<f64> {
    let mut loads = vec![0.0; units as usize];
    for (keys, rate) in joined(flows, bound) {
        for (load, share) in loads.iter_mut().zip(book.shares(keys, partitioner, units).iter()) {
            *load += rate * share;
        }
    }
    loads
}

/// The busiest partition and what it gets.
fn most(loads: &[f64]) -> Option<(u32, f64)> {
    let (slot, load) = loads.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?;
    Some((u32::try_from(slot).ok()?, *load))
}

/// The one key that gets the most.
fn hottest(flows: &[Flow], bound: Bound) -> Option<(String, f64)> {
    let joined = joined(flows, bound);
    let mut best: Option<(&str, f64)> = None;
    for (keys, _) in &joined {
        let Some((key, _)) = keys.of.told.first() else { continue };
        let sum = joined.iter().map(|(keys, rate)| rate * keys.of.told.iter().find(|(k, _)| k == key).map_or(0.0, |(_, share)| *share)).sum();
        if best.is_none_or(|(_, known)| sum > known) {
            best = Some((key, sum));
        }
    }
    best.map(|(key, rate)| (key.to_owned(), rate))
}

/// The next number of partitions at which no one gets too much, and what the busiest then gets; found by trying, within bounds.
fn fitting(flows: &[Flow], bounds: &[Bound], partitioner: Partitioner, units: u32) -> Option<u32> {
    /// So many keys are placed in all.
    const PLACED: usize = 2_000_000;
    struct Load {
        bound: Bound,
        told: Vec<(Hash, f64)>,
        even: f64,
    }
    let loads: Vec<Load> = bounds
        .iter()
        .map(|&bound| {
            let mut load = Load { bound, told: Vec::new(), even: 0.0 };
            for (keys, rate) in joined(flows, bound) {
                load.even += rate * (keys.none + keys.of.rest);
                for (key, share) in &keys.of.told {
                    match partitioner.hash(key.as_bytes()) {
                        Some(hash) => load.told.push((hash, rate * share)),
                        None => load.even += rate * share,
                    }
                }
            }
            load.told.sort_by(|a, b| b.1.total_cmp(&a.1));
            load
        })
        .collect();
    let mut placed = 0;
    let mut sums: Vec<f64> = Vec::new();
    for n in units + 1..=units.saturating_mul(64) {
        let fits = loads.iter().all(|load| {
            sums.clear();
            sums.resize(n as usize, load.even / f64::from(n));
            load.told.iter().all(|(hash, rate)| {
                placed += 1;
                sums.get_mut(hash.slot(n) as usize).is_some_and(|sum| {
                    *sum += rate;
                    *sum <= load.bound.each
                })
            })
        });
        if fits {
            return Some(n);
        }
        placed += n as usize;
        if placed > PLACED {
            return None;
        }
    }
    None
}

fn explain(ground: &Ground<'_, '_>, hot: &Hot<'_, '_>, units: u32, book: &mut Book, parts: &Parts) -> Option<Diagnostic> {
    let (cx, bound, partitioned) = (ground.traffic.cx, hot.bound, ground.partitioned);
    let Takes { unit, setting, value, .. } = partitioned.takes;
    let mut at = |flow: &Flow| book.shares(&flow.keys, partitioned.partitioner, units).get(hot.slot as usize).map_or(0.0, |share| share * bound.of(flow));
    let mut by_event: Vec<(&Flow, f64)> = hot.flows.iter().map(|flow| (flow, at(flow))).filter(|(_, load)| *load > 0.0).collect();
    by_event.sort_by(|a, b| b.1.total_cmp(&a.1));
    // Of those with a key the one that brings most: what it brings above its even part is the skew.
    let (first, _) = *by_event.iter().find(|(flow, _)| skew::key_of(cx, flow.event).is_some())?;
    let key = skew::key_of(cx, first.event)?;
    let total: f64 = hot.flows.iter().map(|flow| bound.of(flow)).sum();
    let share = |part: f64| percent(part / total);
    let name = ground.traffic.name(ground.target);
    let (hottest, alone) = hottest(&hot.flows, bound)?;
    let hopeless = alone > bound.each;
    let title = match partitioned.takes.recommended {
        None => format!("one {unit} of `{name}` gets {} of the load: {}, more than the {} it takes", share(hot.load), bound.show(hot.load), bound.show(bound.each)),
        Some(_) => format!("one {unit} of `{name}` gets {} of the load: {}, more than the recommended {}", share(hot.load), bound.show(hot.load), bound.show(bound.each)),
    };
    let mut d = Diagnostic::new(codes::W0710, key.span, title).here(if alone * 3.0 >= hot.load { format!("hot key: `{}` alone is {}", shortened(&hottest), share(alone)) } else { "its values do not spread evenly".to_owned() });
    let mut places = vec![key.span];
    for (flow, load) in by_event.iter().filter(|(flow, _)| !std::ptr::eq(*flow, first)) {
        if let Some(place) = skew::key_of(cx, flow.event).map(|e| e.span).filter(|place| !places.contains(place) && places.len() < 4) {
            places.push(place);
            d = d.label(place, format!("adds {} there", bound.show(*load)));
        }
    }
    d = d.label(setting, format!("{}, {} each if spread evenly", say::many(partitioned.takes.units, unit), bound.show(total / f64::from(units))));
    for declared in &partitioned.takes.declared {
        d = d.label(*declared, format!("what one {unit} takes"));
    }
    d = d.label(hot.phase.span, format!("sends {}", bound.show(total)));
    d = d.note(format!("{unit} {} of {units}, counted from 0: {} = {} of {}", hot.slot, arithmetic(hot, partitioned.partitioner, units, total), share(hot.load), bound.show(total)));
    if let Some(words) = partitioned.takes.recommended {
        d = d.note(words);
    }
    let bearable = bound.show((total * bound.each / hot.load).floor());
    let lowered = parts.events.get(first.id)?;
    // Another key helps where no partition gets too much any more, what the other events bring included.
    let rate = bound.of(first);
    let own = book.shares(&first.keys, partitioned.partitioner, units);
    let others: Vec<f64> = loads(&hot.flows, bound, partitioned.partitioner, units, book).iter().zip(own.iter()).map(|(all, own)| all - rate * own).collect();
    let better = skew::better(lowered, |keys| keys.shares(partitioned.partitioner, units).iter().zip(&others).all(|(share, others)| others + rate * share <= bound.each));
    let instead = match better {
        Some(field) => format!("key by a field that spreads better, such as `{field}`"),
        None => "key by a field whose values are more even".to_owned(),
    };
    if hopeless {
        d = d.note(format!("`{}` alone is {} of {} = {}: no number of {unit}s is enough", shortened(&hottest), share(alone), bound.show(total), bound.show(alone)));
        d = d.help(format!("{instead}, or send at most {bearable}"));
    } else {
        let bounds = [(false, partitioned.takes.records), (true, partitioned.takes.bytes)];
        let bounds: Vec<Bound> = bounds.into_iter().filter_map(|(by_bytes, each)| Some(Bound { by_bytes, each: each?.to_f64()? })).collect();
        d = match fitting(&hot.flows, &bounds, partitioned.partitioner, units) {
            Some(n) => {
                let then = most(&loads(&hot.flows, bound, partitioned.partitioner, n, book)).map_or(0.0, |(_, load)| load);
                let number = say::many(u64::from(n), unit);
                // Many times as many cure the symptom alone.
                let help = if n / 2 <= units { format!("give it {number}, {instead}, or send at most {bearable}") } else { format!("{instead}, give it {number}, or send at most {bearable}") };
                let d = d.note(format!("with {number} the busiest gets {}", bound.show(then))).help(help);
                // What stands behind a name is used elsewhere too.
                if cx.text_at(value).starts_with(|c: char| c.is_ascii_digit()) { d.fix(format!("declare {number}"), false, value, n.to_string()) } else { d }
            }
            None => d.help(format!("{instead}, or send at most {bearable}")),
        };
    }
    Some(match better {
        Some(field) => d.fix(format!("key by `{field}`"), false, key.span, field),
        None => d,
    })
}

/// What comes together on the busiest partition: its most frequent keys, and all the others.
fn arithmetic(hot: &Hot<'_, '_>, partitioner: Partitioner, units: u32, total: f64) -> String {
    let mut there: HashMap<&str, f64> = HashMap::new();
    for (keys, rate) in joined(&hot.flows, hot.bound) {
        for (key, share) in &keys.of.told {
            if partitioner.hash(key.as_bytes()).is_some_and(|hash| hash.slot(units) == hot.slot) {
                *there.entry(key.as_str()).or_default() += rate * share;
            }
        }
    }
    let mut there: Vec<(&str, f64)> = there.into_iter().collect();
    there.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    there.truncate(3);
    there.retain(|(_, rate)| rate / total >= 0.0005);
    let told: f64 = there.iter().map(|(_, rate)| rate).sum();
    let mut parts: Vec<String> = there.iter().map(|(key, rate)| format!("`{}` {}", shortened(key), percent(rate / total))).collect();
    let rest = hot.load - told;
    if rest / total >= 0.0005 {
        parts.push(format!("{} {}", percent(rest / total), if parts.is_empty() { "of all" } else { "of others" }));
    }
    parts.join(" + ")
}

/// Pub/Sub orders the records of a key, and takes so much of each.
pub fn ordering(traffic: &Traffic<'_, '_>, target: Decl, limit: &Limit, book: &mut Book, parts: &mut Parts) {
    let (cx, bound) = (traffic.cx, Bound { by_bytes: true, each: limit.value as f64 });
    for phase in busiest(traffic, target) {
        let Some(flows) = flows(traffic, phase, target, book, parts) else { continue };
        let Some((key, rate)) = hottest(&flows, bound).filter(|(_, rate)| *rate > bound.each) else { continue };
        let brings = |flow: &&Flow| flow.keys.of.told.iter().any(|(k, _)| *k == key);
        let Some(flow) = flows.iter().filter(brings).max_by(|a, b| bound.of(a).total_cmp(&bound.of(b))) else { continue };
        let (Some(place), Some(lowered)) = (skew::key_of(cx, flow.event), parts.events.get(flow.id)) else { continue };
        let instead = match skew::better(lowered, |keys| keys.of.told.first().is_none_or(|(_, share)| share * bound.of(flow) <= bound.each)) {
            Some(field) => format!("key by a field that spreads better, such as `{field}`"),
            None => "key by a field whose values are more even".to_owned(),
        };
        let total: f64 = flows.iter().map(|flow| bound.of(flow)).sum();
        cx.report(
            Diagnostic::new(codes::W0710, place.span, format!("the ordering key `{}` of `{}` gets {}, more than the {} that Pub/Sub takes of one", shortened(&key), traffic.name(target), bound.show(rate), bound.show(bound.each)))
                .here(format!("hot key: `{}` alone is {}", shortened(&key), percent(rate / total)))
                .label(cx.name_span(target), "orders the records of each key")
                .label(phase.span, format!("sends {}", bound.show(total)))
                .note(format!("{} of {} = {}", percent(rate / total), bound.show(total), bound.show(rate)))
                .help(format!("{instead}, or send at most {}", bound.show((total * bound.each / rate).floor()))),
        );
        return;
    }
}

/// To a tenth of a percent.
fn percent(share: f64) -> String {
    format!("{}%", (share * 1_000.0).round() / 10.0)
}
