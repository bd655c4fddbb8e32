//! E0702: a rate above what the declared shards, partitions or throughput units take, by records or by bytes.

use super::say;
use super::sends::Sends;
use super::shapes;
use super::timeline::{Timed, Timeline};
use crate::check::{Context, Decl, Parts};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::Share;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Construct, EntryKind, Expr, ItemKind};
use crate::units::{Dimension, Exact};
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, FromPrimitive, Zero};
use std::collections::BTreeSet;

/// Kinesis: a shard takes 1 000 records and 1 MB a second ("Quotas and limits", AWS). Event Hubs: a throughput unit takes 1 000 events and 1 MB a second
/// of ingress ("Scaling with Event Hubs", Azure).
const UNIT_RECORDS: i128 = 1_000;
const UNIT_BYTES: i128 = 1_000_000;

/// What a target says it can take.
struct Takes {
    /// "stream", "topic", "hub": what the service calls it.
    thing: &'static str,
    /// "shard", "partition", "throughput unit".
    unit: &'static str,
    units: u64,
    /// The value of `shards = 3`, and the whole setting.
    value: Span,
    setting: Span,
    /// Per unit; `None` where nothing is known.
    records: Option<Exact>,
    bytes: Option<Exact>,
    /// Where they are declared.
    declared: Vec<Span>,
}

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

pub fn check<'a>(cx: &Context<'a>, from: FileId, timeline: &Timeline<'a>, sends: &Sends<'a>, parts: &mut Parts) {
    let targets: BTreeSet<Decl> = sends.lines.iter().filter_map(|line| line.targets.as_ref()).flatten().copied().collect();
    for target in targets {
        let Some(takes) = takes(cx, target) else { continue };
        if takes.records.is_none() && takes.bytes.is_none() {
            continue;
        }
        let mut over: Vec<Load<'_, 'a>> = Vec::new();
        for phase in timeline.phases.iter().filter(|p| p.instance == 1) {
            let Some((records, bytes)) = load(cx, phase, target, sends, parts) else { continue };
            if let Some((needed, by_bytes)) = needed(&takes, records, bytes).filter(|(needed, _)| *needed > takes.units) {
                over.push(Load { phase, records, bytes, needed, by_bytes });
            }
        }
        if let Some(message) = explain(cx, from, target, &takes, &over) {
            cx.report(message);
        }
    }
}

fn takes<'a>(cx: &Context<'a>, target: Decl) -> Option<Takes> {
    let ItemKind::Target(construct) = &cx.file(target.file)?.items.get(target.item as usize)?.kind else { return None };
    let setting = |name: &str| setting(construct, name);
    let fixed = |key: &str, thing, unit| {
        let (value, whole) = setting(key)?;
        Some(Takes {
            thing,
            unit,
            units: cx.whole(value, 1, &format!("the number of {unit}s"))?,
            value: value.span,
            setting: whole,
            records: Some(Exact::from_integer(UNIT_RECORDS)),
            bytes: Some(Exact::from_integer(UNIT_BYTES)),
            declared: Vec::new(),
        })
    };
    match construct.kind.as_ref()?.text.as_str() {
        "kinesis" => fixed("shards", "stream", "shard"),
        "eventhubs" => fixed("throughput_units", "hub", "throughput unit"),
        "kafka" => {
            let (value, whole) = setting("partitions")?;
            let mut declared = Vec::new();
            let mut limit = |key: &str, dim: Dimension| {
                let (e, whole) = setting(key)?;
                declared.push(whole);
                cx.positive(e, dim, "what a partition takes")
            };
            let records = limit("partition_rate", Dimension::RATE);
            let bytes = limit("partition_bytes", Dimension::DATA_RATE);
            let units = cx.whole(value, 1, "the number of partitions")?;
            Some(Takes { thing: "topic", unit: "partition", units, value: value.span, setting: whole, records, bytes, declared })
        }
        _ => None,
    }
}

fn setting<'a>(construct: &'a Construct, name: &str) -> Option<(&'a Expr, Span)> {
    construct.body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Setting { key, value, .. } if key.text == name && !value.is_missing() => Some((value, entry.span)),
        _ => None,
    })
}

/// Records and bytes a second that a phase sends to a target at its highest; `None` where that is not known, or the target sets the pace itself.
fn load(cx: &Context<'_>, phase: &Timed<'_>, target: Decl, sends: &Sends<'_>, parts: &mut Parts) -> Option<(Exact, Option<Exact>)> {
    let peak = shapes::peak(phase.shape.as_ref()?)?;
    if !shapes::has_load(phase.shape.as_ref()?) {
        return None;
    }
    let mut records = Exact::zero();
    let mut bytes = Some(Exact::zero());
    for line in sends.of(phase.ast).into_iter().filter_map(|i| sends.lines.get(i)) {
        let times = line.targets.as_ref()?.iter().filter(|t| **t == target).count();
        if times == 0 {
            continue;
        }
        let rate = match line.share.as_ref()? {
            Share::Of(share) => peak.checked_mul(share)?,
            Share::Rate(rate) => *rate,
        };
        let rate = rate.checked_mul(&Exact::from_integer(times as i128))?;
        records = records.checked_add(&rate)?;
        let each = line.events.as_ref().and_then(|events| mean_bytes(cx, events, parts));
        bytes = bytes.zip(each).and_then(|(sum, each)| sum.checked_add(&rate.checked_mul(&each)?));
    }
    Some((records, bytes))
}

/// The expected size of a record of this mix, in whole bytes and 1/64ths.
fn mean_bytes(cx: &Context<'_>, events: &[(Exact, crate::check::EventRef)], parts: &mut Parts) -> Option<Exact> {
    let mut mean = 0.0;
    for (share, event) in events {
        let id = parts.event(cx, *event)?;
        mean += num_traits::ToPrimitive::to_f64(share)? * parts.events.get(id)?.mean_bytes;
    }
    Some(Exact::new(i128::from_f64((mean * 64.0).floor())?, 64))
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
        if worst.by_bytes { (worst.bytes?, takes.bytes?, say::data_rate) } else { (worst.records, takes.records?, say::rate) };
    let all = each.checked_mul(&units)?;
    let mut message = Diagnostic::new(codes::E0702, worst.phase.span, format!("{} `{name}` cannot take {}", takes.thing, show(load)))
        .here(format!("sends it {}", show(load)))
        .label(takes.setting, format!("{} accept{} {}", say::many(takes.units, takes.unit), if takes.units == 1 { "s" } else { "" }, show(all)));
    for other in over.iter().filter(|other| !std::ptr::eq(*other, worst)) {
        let sent = if other.by_bytes { other.bytes.map(say::data_rate) } else { Some(say::rate(other.records)) };
        message = message.label(other.phase.span, format!("this is too much too: {}", sent.unwrap_or_default()));
    }
    for declared in &takes.declared {
        message = message.label(*declared, "what one partition takes");
    }
    if worst.by_bytes && worst.records > Exact::zero() {
        let size = load.checked_div(&worst.records)?;
        message = message.note(format!("{} × {} a record on average = {}", say::rate(worst.records), say::size(size.round()), show(load)));
    }
    message = message.note(format!("{} ÷ {} a {} = {} needed", show(load), show(each), takes.unit, say::many(worst.needed, takes.unit)));
    Some(
        message
            .help(format!("give it {}, or send it at most {}", say::many(worst.needed, takes.unit), show(all)))
            .fix(format!("declare {}", say::many(worst.needed, takes.unit)), false, takes.value, worst.needed.to_string()),
    )
}
