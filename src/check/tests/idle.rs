//! E0703: a key that is constant, or has fewer values than there are shards or partitions.

use super::say;
use super::shapes;
use super::skew::{self, Book, Ground};
use crate::check::{EventRef, Parts};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::source::Span;
use num_traits::Zero;
use std::collections::BTreeSet;

/// True where it was told.
pub fn check(ground: &Ground<'_, '_>, book: &mut Book, parts: &mut Parts) -> bool {
    match few(ground, book, parts) {
        Some(few) => explain(ground, &few, book, parts).map(|message| ground.traffic.cx.report(message)).is_some(),
        None => false,
    }
}

/// All keys that reach a target, where they are fewer than its partitions.
struct Few {
    events: Vec<EventRef>,
    keys: BTreeSet<String>,
    /// Partitions that get a record.
    busy: usize,
}

fn few(ground: &Ground<'_, '_>, book: &mut Book, parts: &mut Parts) -> Option<Few> {
    let units = u32::try_from(ground.partitioned.takes.units).ok()?;
    let mut few = Few { events: Vec::new(), keys: BTreeSet::new(), busy: 0 };
    let mut slots = BTreeSet::new();
    for event in events(ground)? {
        let id = parts.event(ground.traffic.cx, event)?;
        let keys = book.keys(parts.events.get(id)?, units as usize, &parts.events);
        keys.few()?;
        for (key, _) in &keys.of.told {
            slots.insert(ground.partitioned.partitioner.hash(key.as_bytes())?.slot(units));
            few.keys.insert(key.clone());
        }
        few.events.push(event);
        if few.keys.len() >= units as usize {
            return None;
        }
    }
    few.busy = slots.len();
    (!few.events.is_empty()).then_some(few)
}

/// What is sent to the target in any phase; `None` where not all of it is known.
fn events(ground: &Ground<'_, '_>) -> Option<Vec<EventRef>> {
    let mut events = Vec::new();
    let mut seen = BTreeSet::new();
    for phase in ground.traffic.timeline.phases.iter().filter(|p| p.instance == 1 && p.shape.as_ref().is_none_or(shapes::has_load)) {
        for line in ground.traffic.sends.of(phase.ast) {
            let line = ground.traffic.sends.lines.get(line)?;
            if !line.targets.as_ref()?.contains(&ground.target) {
                continue;
            }
            for (share, event) in line.events.as_ref()? {
                if !share.is_zero() && seen.insert(*event) {
                    events.push(*event);
                }
            }
        }
    }
    Some(events)
}

fn explain(ground: &Ground<'_, '_>, few: &Few, book: &mut Book, parts: &Parts) -> Option<Diagnostic> {
    let (cx, takes) = (ground.traffic.cx, &ground.partitioned.takes);
    let first = *few.events.first()?;
    let lowered = parts.known_event(first).and_then(|id| parts.events.get(id))?;
    let key = skew::key_of(cx, first)?;
    let idle = takes.units - few.busy as u64;
    let values = few.keys.len() as u64;
    let stay = format!("{idle} of {} of `{}` {}", say::many(takes.units, takes.unit), ground.traffic.name(ground.target), if idle == 1 { "stays idle" } else { "stay idle" });
    // Members of a family have one key between them.
    let mut others: Vec<(Span, EventRef)> = Vec::new();
    for event in few.events.iter().skip(1) {
        if let Some(place) = skew::key_of(cx, *event).map(|e| e.span).filter(|place| *place != key.span && others.iter().all(|(known, _)| known != place)) {
            others.push((place, *event));
        }
    }
    let name = ground.traffic.name(first.decl);
    let title = match (values, others.as_slice()) {
        (1, []) => format!("the key of `{name}` is constant: {stay}"),
        (1, _) => format!("every key is the same: {stay}"),
        (n, []) => format!("the key of `{name}` has {n} values: {stay}"),
        (n, [(_, other)]) => format!("the keys of `{name}` and `{}` have {n} values together: {stay}", ground.traffic.name(other.decl)),
        (n, others) => format!("the keys of `{name}` and {} other events have {n} values together: {stay}", others.len()),
    };
    let told: Vec<String> = few.keys.iter().take(4).map(|key| shortened(key)).collect();
    let here = match values {
        1 => format!("always `{}`", told.first().map_or("", String::as_str)),
        n if n <= 4 => suggest::listed(&told).replace(" or ", " and "),
        n => format!("{n} values"),
    };
    let mut d = Diagnostic::new(codes::E0703, key.span, title).here(here);
    let count = |event: &crate::plan::Event, book: &mut Book| book.keys(event, takes.units as usize, &parts.events).few().unwrap_or(0) as u64;
    if let Some(field) = skew::field_span(cx, first, lowered) {
        d = d.label(field, say::many(count(lowered, book), "value"));
    }
    for (place, event) in others {
        let lowered = parts.known_event(event).and_then(|id| parts.events.get(id))?;
        d = d.label(place, say::many(count(lowered, book), "value"));
    }
    d = d.label(takes.setting, format!("{}, each record goes to the one of its key", say::many(takes.units, takes.unit)));
    let least = takes.units - values;
    d = d.note(if idle > least {
        format!(
            "{} − {} leave {least} idle at the least; {} sends these to {}, so {idle} stay idle",
            say::many(takes.units, takes.unit),
            say::many(values, "key"),
            ground.partitioned.partitioner.words(),
            say::many(few.busy as u64, takes.unit)
        )
    } else {
        format!("{} − {} = {idle} idle", say::many(takes.units, takes.unit), say::many(values, "key"))
    });
    let better = skew::better(lowered, |keys| keys.few().is_none_or(|n| n as u64 >= takes.units));
    Some(match better {
        Some(field) => d
            .help(format!("key by a field with more values, such as `{field}`, or leave `key` out to spread the records evenly"))
            .fix(format!("key by `{field}`"), false, key.span, field),
        None => d.help("key by a field with more values, or leave `key` out to spread the records evenly"),
    })
}

/// A key as it fits into a sentence.
pub fn shortened(key: &str) -> String {
    if key.chars().count() <= 24 {
        return key.to_owned();
    }
    let head: String = key.chars().take(23).collect();
    format!("{head}…")
}
