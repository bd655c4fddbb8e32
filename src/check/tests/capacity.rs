//! E0702: a rate above what the declared shards, partitions or throughput units take, by records or by bytes.

use super::say;
use super::sends::{Sends, Traffic};
use super::shapes;
use super::takes::{self, Takes};
use super::timeline::Timed;
use crate::check::{Context, Decl, EventRef, Parts};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{Event, Share};
use crate::source::FileId;
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, FromPrimitive, ToPrimitive, Zero};
use std::collections::BTreeSet;

/// The load of one phase on one target.
struct Load<'t, 'a> {
    phase: &'t Timed<'a>,
    /// Records and bytes a second at the phase's highest rate.
    records: Exact,
    bytes: Option<Exact>,
    /// Units needed.
    needed: u64,
    by_bytes: bool,
}

/// Answers the targets that are sent too much.
pub fn check(traffic: &Traffic<'_, '_>, parts: &mut Parts) -> BTreeSet<Decl> {
    let cx = traffic.cx;
    let mut too_small = BTreeSet::new();
    for target in traffic.targets() {
        let largest = cx.record_limit(target).map(|(limit, _)| limit as f64);
        for takes in takes::all(cx, target).into_iter().filter(|takes| takes.records.is_some() || takes.bytes.is_some()) {
            let mut over: Vec<Load<'_, '_>> = Vec::new();
            for phase in traffic.timeline.phases.iter().filter(|p| p.instance == 1) {
                let Some((records, bytes)) = load(cx, phase, target, traffic.sends, parts, None) else { continue };
                if let Some((needed, by_bytes)) = needed(&takes, records, bytes).filter(|(needed, _)| *needed > takes.units) {
                    // A record that is too large has a message of its own (E0701): what would be well with the largest that is taken needs no second one.
                    let mut mended = || load(cx, phase, target, traffic.sends, parts, largest).and_then(|(records, bytes)| self::needed(&takes, records, bytes));
                    if by_bytes && mended().is_some_and(|(needed, _)| needed <= takes.units) {
                        continue;
                    }
                    over.push(Load { phase, records, bytes, needed, by_bytes });
                }
            }
            if let Some(message) = explain(cx, traffic.from, target, &takes, &over) {
                too_small.insert(target);
                cx.report(message);
            }
        }
    }
    too_small
}

/// Records and bytes a second that a phase sends to a target at its highest; `None` where that is not known, or the target sets the pace itself.
/// `largest`: no record is taken to have more bytes.
fn load(cx: &Context<'_>, phase: &Timed<'_>, target: Decl, sends: &Sends<'_>, parts: &mut Parts, largest: Option<f64>) -> Option<(Exact, Option<Exact>)> {
    let mut records = Exact::zero();
    let mut bytes = Some(Exact::zero());
    for (rate, events) in offered(phase, target, sends)? {
        records = records.checked_add(&rate)?;
        let each = events.and_then(|events| mean_of(cx, target, events, parts, largest));
        bytes = bytes.zip(each).and_then(|(sum, each)| sum.checked_add(&rate.checked_mul(&each)?));
    }
    Some((records, bytes))
}

/// The rates that a phase offers a target at its highest, each with its events, where those are known.
pub fn offered<'s>(phase: &Timed<'_>, target: Decl, sends: &'s Sends<'_>) -> Option<Vec<(Exact, Option<&'s [(Exact, EventRef)]>)>> {
    let shape = phase.shape.as_ref()?;
    let peak = shapes::peak(shape)?;
    if !shapes::has_load(shape) {
        return None;
    }
    let mut all = Vec::new();
    for line in sends.of(phase.ast).into_iter().filter_map(|i| sends.lines.get(i)) {
        let times = line.targets.as_ref()?.iter().filter(|t| **t == target).count();
        if times == 0 {
            continue;
        }
        let rate = match line.share.as_ref()? {
            Share::Of(share) => peak.checked_mul(share)?,
            Share::Rate(rate) => *rate,
        };
        all.push((rate.checked_mul(&Exact::from_integer(times as i128))?, line.events.as_deref()));
    }
    Some(all)
}

/// The expected size of a record of this mix, in whole bytes and 1/64ths.
fn mean_of(cx: &Context<'_>, target: Decl, events: &[(Exact, EventRef)], parts: &mut Parts, largest: Option<f64>) -> Option<Exact> {
    let mut mean = 0.0;
    for (share, event) in events {
        let id = parts.event(cx, *event)?;
        mean += share.to_f64()? * mean_bytes(cx, target, parts.events.get(id)?)?.min(largest.unwrap_or(f64::INFINITY));
    }
    Some(Exact::new(i128::from_f64((mean * 64.0).floor())?, 64))
}

/// The expected bytes of a record in the format of the target. Only JSON is counted field by field; in another format it is what `size` says.
pub fn mean_bytes(cx: &Context<'_>, target: Decl, event: &Event) -> Option<f64> {
    match event.size {
        _ if cx.writes_json(target) => Some(event.mean_bytes),
        Some((low, high)) => Some((low as f64 + high as f64) / 2.0),
        None => None,
    }
}

/// How many units it takes, and whether it is the bytes that need them.
fn needed(takes: &Takes, records: Exact, bytes: Option<Exact>) -> Option<(u64, bool)> {
    let units = |load: Option<Exact>, each: Option<Exact>| load?.checked_div(&each?).and_then(|n| u64::try_from(n.ceil().to_integer()).ok());
    let (by_records, by_bytes) = (units(Some(records), takes.records), units(bytes, takes.bytes));
    match (by_records, by_bytes) {
        (None, None) => None,
        (Some(r), None) => Some((r, false)),
        (None, Some(b)) => Some((b, true)),
        (Some(r), Some(b)) => Some(if b > r { (b, true) } else { (r, false) }),
    }
}

/// One message a target: at the phase that needs the most, the others beside it.
fn explain(cx: &Context<'_>, from: FileId, target: Decl, takes: &Takes, over: &[Load<'_, '_>]) -> Option<Diagnostic> {
    // Of equals a steady rate rather than the peak of a curve, and the first of them.
    let steady = |load: &Load<'_, '_>| matches!(load.phase.shape, Some(crate::plan::Shape::Hold { .. }));
    let worst = over.iter().enumerate().max_by_key(|(i, load)| (load.needed, steady(load), std::cmp::Reverse(*i))).map(|(_, load)| load)?;
    let name = cx.name_of(target, from);
    let units = Exact::from_integer(i128::from(takes.units));
    let (load, each, show): (Exact, Exact, fn(Exact) -> String) =
        if worst.by_bytes { (worst.bytes?, takes.bytes?, say::data_rate) } else { (worst.records, takes.records?, say::load) };
    let all = each.checked_mul(&units)?;
    let mut message = Diagnostic::new(codes::E0702, worst.phase.span, format!("{} `{name}` cannot take {}", takes.thing, show(load)))
        .here(format!("sends it {}", show(load)))
        .label(takes.setting, format!("{} accept{} {}", say::many(takes.units, takes.unit), if takes.units == 1 { "s" } else { "" }, show(all)));
    for other in over.iter().filter(|other| !std::ptr::eq(*other, worst)) {
        let sent = if other.by_bytes { other.bytes.map(say::data_rate) } else { Some(say::load(other.records)) };
        message = message.label(other.phase.span, format!("this is too much too: {}", sent.unwrap_or_default()));
    }
    for declared in &takes.declared {
        message = message.label(*declared, "what one partition takes");
    }
    if worst.by_bytes && worst.records > Exact::zero() {
        let size = load.checked_div(&worst.records)?;
        message = message.note(format!("{} × {} a record on average = {}", say::load(worst.records), say::size(size.round()), show(load)));
    }
    message = message.note(format!("{} ÷ {} a {} = {} needed", show(load), show(each), takes.unit, say::many(worst.needed, takes.unit)));
    Some(
        message
            .help(format!("give it {}, or send it at most {}", say::many(worst.needed, takes.unit), show(all)))
            .fix(format!("declare {}", say::many(worst.needed, takes.unit)), false, takes.value, worst.needed.to_string()),
    )
}
