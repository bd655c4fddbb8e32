//! W0711: a batch that is full long before `linger` has passed.

use super::capacity;
use super::say;
use super::sends::Traffic;
use super::skew::{self, Book};
use super::takes::{self, Partitioned};
use super::timeline::{Timed, Timeline};
use crate::check::{Context, Decl, EventRef, Parts, encoding};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::keys::MOST;
use crate::plan::{Event, Shape, words};
use crate::source::Span;
use crate::syntax::ast::{EntryKind, ExprKind};
use crate::targets::{What, limits};
use crate::units::{Dimension, Exact};
use num_traits::ToPrimitive;

/// How a target batches, as far as the file says.
struct Batching {
    /// Seconds, and the whole setting.
    linger: f64,
    linger_place: Span,
    /// Bytes, and the whole setting where it is declared.
    batch: f64,
    batch_place: Option<Span>,
    /// Records.
    records: f64,
}

pub fn check(traffic: &Traffic<'_, '_>, parts: &mut Parts) {
    let mut book = Book::default();
    for target in traffic.targets() {
        let Some(batching) = read(traffic.cx, target) else { continue };
        let message = full_by_one(traffic, target, &batching, parts).or_else(|| full_too_soon(traffic, target, &batching, &mut book, parts));
        message.into_iter().for_each(|message| traffic.cx.report(message));
    }
}

/// `None` where there is no `linger`, or the client is told something else.
fn read(cx: &Context<'_>, target: Decl) -> Option<Batching> {
    let construct = cx.construct(target)?;
    let kind = cx.target_kind(target)?.name;
    let (linger, linger_place) = takes::setting(construct, "linger")?;
    let linger = cx.quietly(|| cx.duration(linger, "`linger`"))?.to_f64().filter(|linger| *linger > 0.0)?;
    if let Some((client, _)) = takes::setting(construct, "client") {
        const OTHERS: [&str; 5] = ["linger.ms", "queue.buffering.max.ms", "batch.size", "batch.num.messages", "message.max.bytes"];
        let ExprKind::Record(body) = &client.unwrapped().kind else { return None };
        if body.entries.iter().any(|entry| matches!(&entry.kind, EntryKind::Setting { key, .. } if OTHERS.contains(&key.text.as_str()))) {
            return None;
        }
    }
    let bytes = |name: &str| match takes::setting(construct, name) {
        Some((e, place)) => cx.quietly(|| cx.bytes(e, "a size")).map(|bytes| Some((bytes as f64, place))),
        None => Some(None),
    };
    let (batch, largest) = (bytes("batch")?, bytes("max_record")?);
    let usual = limits::of(kind, What::Batch)?.value as f64;
    // A batch is never larger than the largest request.
    let most = largest.map_or(limits::of(kind, What::Record)?.value as f64, |(bytes, _)| bytes);
    Some(Batching {
        linger,
        linger_place,
        batch: batch.map_or(usual, |(bytes, _)| bytes).min(most),
        batch_place: batch.map(|(_, place)| place),
        records: limits::of(kind, What::BatchRecords)?.value as f64,
    })
}

/// Every record fills a batch by itself.
fn full_by_one(traffic: &Traffic<'_, '_>, target: Decl, batching: &Batching, parts: &mut Parts) -> Option<Diagnostic> {
    let cx = traffic.cx;
    let mut smallest: Option<(u64, EventRef)> = None;
    for line in traffic.sends.lines.iter().filter(|line| line.targets.as_ref().is_none_or(|t| t.contains(&target))) {
        for (_, event) in line.events.as_ref()? {
            let id = parts.event(cx, *event)?;
            let least = least(cx, target, parts.events.get(id)?)?;
            if smallest.is_none_or(|(known, _)| least < known) {
                smallest = Some((least, *event));
            }
        }
    }
    let (least, event) = smallest.filter(|(least, _)| *least as f64 >= batching.batch)?;
    let (record, batch) = (say::size(Exact::from_integer(i128::from(least))), bytes(batching.batch));
    let name = traffic.name(target);
    Some(
        placed(batching, Diagnostic::new(codes::W0711, batching.linger_place, format!("`linger` is never waited for: one record of `{name}` takes {record} and fills a batch of {batch}")))
            .label(size_of(cx, event), format!("at least {record}"))
            .note(format!("{record} a record ≥ {batch} a batch: each is sent by itself, at once"))
            .help(format!("let `batch` hold several records, such as `{}`, or leave `linger` out", bytes(least as f64 * 10.0))),
    )
}

/// At the rates that are planned batches are full in less than half the time, on every partition and in every steady phase.
fn full_too_soon(traffic: &Traffic<'_, '_>, target: Decl, batching: &Batching, book: &mut Book, parts: &mut Parts) -> Option<Diagnostic> {
    let partitioned = takes::partitions(traffic.cx, target)?;
    let mut slowest: Option<(Pace, &Timed<'_>)> = None;
    for (phase, part) in steady(traffic.timeline)? {
        let pace = pace(traffic, phase, part, (target, &partitioned), book, parts)?;
        if pace.records > 0.0 && slowest.as_ref().is_none_or(|(known, _)| batching.full(&pace) > batching.full(known)) {
            slowest = Some((pace, phase));
        }
    }
    let (pace, phase) = slowest?;
    let full = batching.full(&pace);
    if full * 2.0 > batching.linger {
        return None;
    }
    let (linger, full) = (time(batching.linger), time(full));
    let name = traffic.name(target);
    let by_count = batching.records / pace.records < batching.batch / pace.bytes;
    let arithmetic = if by_count {
        format!("{} records ÷ {} = {full}", words::count(batching.records), words::rate(pace.records))
    } else {
        format!("{} ÷ {}/s = {full}", bytes(batching.batch), bytes(pace.bytes))
    };
    let room = bytes((pace.bytes * batching.linger).max(batching.batch));
    let d = Diagnostic::new(codes::W0711, batching.linger_place, format!("`linger = {linger}` is never waited for: a batch of `{name}` is full after {full}"));
    Some(
        placed(batching, d)
            .label(phase.span, format!("brings each partition {} and more", words::rate(pace.records)))
            .note(format!("the quietest partition gets {} × {} a record = {}/s", words::rate(pace.records), bytes(pace.bytes / pace.records), bytes(pace.bytes)))
            .note(arithmetic)
            .help(if by_count {
                format!("lower `linger` to {full} or less")
            } else {
                format!("raise `batch` to {room}, which is what comes in {linger}, or lower `linger` to {full} or less")
            }),
    )
}

/// What one partition gets.
struct Pace {
    records: f64,
    bytes: f64,
}

impl Batching {
    /// Seconds until a batch is full.
    fn full(&self, pace: &Pace) -> f64 {
        (self.batch / pace.bytes).min(self.records / pace.records)
    }
}

/// The phases at whose rates a test stays, each with the part of its highest rate that it never falls below. Ramps and spikes pass through low rates
/// for a moment; they count where there is nothing else. `None` where a rate is not known before the run.
fn steady<'t, 'a>(timeline: &'t Timeline<'a>) -> Option<Vec<(&'t Timed<'a>, f64)>> {
    let (mut steady, mut passing) = (Vec::new(), Vec::new());
    for phase in timeline.phases.iter().filter(|p| p.instance == 1) {
        let part = |low: &Exact, high: &Exact| low.to_f64().zip(high.to_f64()).map_or(0.0, |(low, high)| if high > 0.0 { low / high } else { 1.0 });
        match phase.shape.as_ref()? {
            Shape::Pause | Shape::Flood { at: None, .. } => {}
            Shape::Hold { .. } => steady.push((phase, 1.0)),
            Shape::Step { levels, .. } => steady.push((phase, part(levels.iter().min()?, levels.iter().max()?))),
            Shape::Sine { low, high, .. } => steady.push((phase, part(low.min(high), low.max(high)))),
            Shape::Replay { points } => {
                let rates = || points.iter().map(|(_, rate)| rate);
                steady.push((phase, part(rates().min()?, rates().max()?)));
            }
            Shape::Ramp { from, to } | Shape::Spike { from, to } => passing.push((phase, part(from.min(to), from.max(to)))),
            Shape::Flood { .. } | Shape::Search { .. } => return None,
        }
    }
    let all = if steady.is_empty() { passing } else { steady };
    (!all.is_empty()).then_some(all)
}

/// What the quietest partition gets in a phase, at its lowest.
fn pace(traffic: &Traffic<'_, '_>, phase: &Timed<'_>, part: f64, (target, partitioned): (Decl, &Partitioned), book: &mut Book, parts: &mut Parts) -> Option<Pace> {
    let units = u32::try_from(partitioned.takes.units).ok().filter(|units| *units <= skew::MOST_UNITS)?;
    let (mut records, mut sizes) = (vec![0.0; units as usize], vec![0.0; units as usize]);
    for (rate, events) in capacity::offered(phase, target, traffic.sends)? {
        for (share, event) in events? {
            let id = parts.event(traffic.cx, *event)?;
            let lowered = parts.events.get(id)?;
            let keys = book.keys(lowered, MOST, &parts.events);
            let shares = book.shares(&keys, partitioned.partitioner, units);
            // Rates of their own are not lowered with the phase; taking the smaller one errs to the quiet side.
            let rate = (rate * *share).to_f64()? * part;
            let size = capacity::mean_bytes(traffic.cx, target, lowered)?;
            for ((records, sizes), share) in records.iter_mut().zip(sizes.iter_mut()).zip(shares.iter()) {
                *records += rate * share;
                *sizes += rate * share * size;
            }
        }
    }
    let (bytes, records) = sizes.into_iter().zip(records).min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Pace { records, bytes })
}

/// The least bytes of a record in the format of the target.
fn least(cx: &Context<'_>, target: Decl, event: &Event) -> Option<u64> {
    let padded = event.size.map(|(low, _)| low);
    if !cx.writes_json(target) {
        return padded;
    }
    Some(encoding::of_fields(&event.fields).least.max(padded.unwrap_or(0)))
}

/// The `size` of an event, or its name.
fn size_of(cx: &Context<'_>, event: EventRef) -> Span {
    cx.event_item(event.decl)
        .and_then(|e| {
            e.body.entries.iter().find_map(|entry| match &entry.kind {
                EntryKind::Setting { key, value, .. } if key.text == "size" => Some(value.span),
                _ => None,
            })
        })
        .unwrap_or_else(|| cx.name_span(event.decl))
}

fn placed(batching: &Batching, d: Diagnostic) -> Diagnostic {
    let d = d.here("the batch is full before");
    match batching.batch_place {
        Some(place) => d.label(place, format!("full at {}", bytes(batching.batch))),
        None => d.note(format!("without `batch` a batch is full at {}", bytes(batching.batch))),
    }
}

/// Three digits, in the unit of the language that the figure is a round number of, where it is one.
fn bytes(value: f64) -> String {
    let step = 10f64.powf((value.max(1.0).log10().floor() - 2.0).max(0.0));
    let whole = (value % 1_024.0 == 0.0 && value < 1_048_576.0) || value % 1_048_576.0 == 0.0;
    let rounded = if whole { value } else { (value / step).round() * step };
    crate::units::show(Exact::from_integer(rounded as i128), Dimension::DATA)
}

fn time(seconds: f64) -> String {
    let step = 10f64.powf(seconds.max(1e-9).log10().floor() - 1.0);
    let nanoseconds = (seconds / step).round() * step * 1e9;
    crate::units::show(Exact::new(nanoseconds.round() as i128, 1_000_000_000), Dimension::TIME)
}
