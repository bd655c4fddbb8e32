//! What is sent against what its target takes: E0701 (one record) and E0702 (the rate of a phase).

use super::target::Limits;
use super::{Context, Decl, EventRef};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use crate::syntax::ast::{EntryKind, ItemKind, Phase, Send, Shape, Statement, StatementKind, Test, Weight};
use crate::units::{self, Dimension, Exact};
use num_traits::{FromPrimitive, ToPrimitive, Zero};
use std::collections::{BTreeMap, HashMap};

/// Looks at the tests of one file.
pub(super) fn check_file(cx: &Context, file: FileId) {
    let Some(ast) = cx.file(file) else { return };
    for item in &ast.items {
        let ItemKind::Test(test) = &item.kind else { continue };
        let Some(each) = &test.for_each else {
            Loads::new(cx).test(test);
            continue;
        };
        let Some(name) = &each.name else { continue };
        let values = cx.quietly(|| cx.for_values(each)).unwrap_or_default();
        for (value, _) in values {
            cx.with_local(&name.text, Some(value), || Loads::new(cx).test(test));
        }
    }
}

struct Loads<'c, 'a> {
    cx: &'c Context<'a>,
    limits: HashMap<Decl, Option<Limits>>,
    /// Mean and most bytes of a record.
    sizes: HashMap<EventRef, Option<(f64, Option<u64>)>>,
}

/// A `send` line as far as it is known.
struct Line {
    /// Share of the phase's rate, or a rate of its own.
    share: Share,
    targets: Vec<Decl>,
    traffic: Option<Vec<(Exact, EventRef)>>,
}

enum Share {
    Of(Exact),
    Rate(Exact),
}

impl<'c, 'a> Loads<'c, 'a> {
    fn new(cx: &'c Context<'a>) -> Self {
        Loads { cx, limits: HashMap::new(), sizes: HashMap::new() }
    }

    fn test(&mut self, test: &'a Test) {
        let own: Vec<&Send> = test
            .statements
            .iter()
            .filter_map(|s| match &s.kind {
                StatementKind::Send(send) => Some(send),
                _ => None,
            })
            .collect();
        self.records(&own);
        self.statements(&test.statements, &own);
    }

    fn statements(&mut self, statements: &'a [Statement], own: &[&'a Send]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Phase(phase) => {
                    let sends: Vec<&Send> = phase.sends.iter().collect();
                    self.records(&sends);
                    self.phase(statement, phase, if sends.is_empty() { own } else { &sends });
                }
                StatementKind::Repeat { statements, .. } => self.statements(statements, own),
                _ => {}
            }
        }
    }

    fn limits(&mut self, target: Decl) -> Option<Limits> {
        let cx = self.cx;
        self.limits.entry(target).or_insert_with(|| cx.limits(target)).clone()
    }

    fn size(&mut self, event: EventRef) -> Option<(f64, Option<u64>)> {
        let cx = self.cx;
        *self.sizes.entry(event).or_insert_with(|| cx.quietly(|| cx.strictly(|| cx.lower_event(event, String::new()))).map(|e| (e.mean_bytes, e.max_bytes)))
    }

    /// E0701
    fn records(&mut self, sends: &[&'a Send]) {
        for send in sends {
            let Some(traffic) = self.cx.quietly(|| self.cx.traffic(&send.what)) else { continue };
            for target in &send.to {
                let Some(target) = self.cx.quietly(|| self.cx.target(target)) else { continue };
                let Some((limit, whose)) = self.limits(target).and_then(|l| l.record) else { continue };
                for (_, event) in &traffic {
                    if let Some((_, Some(most))) = self.size(*event)
                        && most > limit
                    {
                        self.too_large(*event, target, most, limit, &whose, send.span);
                    }
                }
            }
        }
    }

    fn too_large(&self, event: EventRef, target: Decl, most: u64, limit: u64, whose: &str, send: Span) {
        let cx = self.cx;
        let show = |bytes: u64| units::show(Exact::from_integer(i128::from(bytes)), Dimension::DATA);
        let size = cx.event_item(event.decl).and_then(|e| {
            e.body.entries.iter().find_map(|entry| match &entry.kind {
                EntryKind::Setting { key, value, .. } if key.text == "size" => Some(value.span),
                _ => None,
            })
        });
        let name = cx.plain_name(event.decl);
        let said = cx.name_of(target, send.file);
        let place = size.unwrap_or_else(|| cx.name_span(event.decl));
        let d = Diagnostic::new(codes::E0701, place, format!("a record of `{name}` can take {}, and `{said}` takes {}", show(most), show(limit)))
            .here(format!("up to {}", show(most)))
            .label(cx.name_span(target), whose)
            .label(send, "sent here");
        cx.report(match self.max_record(target) {
            true => d.help(format!("make the record {} or smaller, or raise `max_record` where the service allows it", show(limit))),
            false => d.help(format!("make the record {} or smaller", show(limit))),
        });
    }

    fn max_record(&self, target: Decl) -> bool {
        self.cx.target_kind(target).is_some_and(|k| crate::targets::find(k.settings, "max_record").is_some())
    }

    /// The sends of a phase with their shares; `None` where they are broken.
    fn lines(&self, sends: &[&'a Send]) -> Option<Vec<Line>> {
        let cx = self.cx;
        let fixed = |send: &Send| match &send.weight {
            Some(Weight::Quantity(token)) if !token.bad => units::parse(&token.text).ok().filter(|q| q.dim == Dimension::RATE).map(|q| q.value),
            _ => None,
        };
        let shared: Vec<(Option<&Weight>, Span)> = sends.iter().filter(|s| fixed(s).is_none()).map(|s| (s.weight.as_ref(), s.span)).collect();
        let mut shares = cx.quietly(|| cx.weights(&shared, codes::E0503)).unwrap_or_default().into_iter();
        let mut lines = Vec::new();
        for send in sends {
            let share = match fixed(send) {
                Some(rate) => Share::Rate(rate),
                None => Share::Of(shares.next()?),
            };
            let targets: Vec<Option<Decl>> = send.to.iter().map(|e| cx.quietly(|| cx.target(e))).collect();
            lines.push(Line { share, targets: targets.into_iter().collect::<Option<_>>()?, traffic: cx.quietly(|| cx.traffic(&send.what)) });
        }
        Some(lines)
    }

    /// E0702
    fn phase(&mut self, statement: &Statement, phase: &'a Phase, sends: &[&'a Send]) {
        let Some(peak) = self.cx.quietly(|| self.peak(&phase.shape)) else { return };
        let Some(lines) = self.lines(sends) else { return };
        let mut records: BTreeMap<Decl, Exact> = BTreeMap::new();
        // `None`: the size of something sent to it is not known.
        let mut bytes: BTreeMap<Decl, Option<f64>> = BTreeMap::new();
        for line in &lines {
            let rate = match line.share {
                Share::Of(share) => peak * share,
                Share::Rate(rate) => rate,
            };
            let mean = line.traffic.as_ref().and_then(|all| all.iter().map(|(p, event)| Some(p.to_f64()? * self.size(*event)?.0)).sum::<Option<f64>>());
            for target in &line.targets {
                *records.entry(*target).or_insert_with(Exact::zero) += rate;
                let more = mean.zip(rate.to_f64()).map(|(mean, rate)| mean * rate);
                let sum = bytes.entry(*target).or_insert(Some(0.0));
                *sum = sum.zip(more).map(|(a, b)| a + b);
            }
        }
        let place = Span { end: phase.shape_span.end.max(statement.span.start), ..statement.span };
        let mut said = false;
        for (target, rate) in records {
            let Some(limits) = self.limits(target) else { continue };
            let Some((parts, word, parts_place)) = limits.parts else { continue };
            let whole = Exact::from_integer(i128::from(parts));
            let load = bytes.get(&target).copied().flatten();
            if said {
                continue;
            }
            if let Some(each) = limits.part_rate
                && rate > each * whole
            {
                self.too_fast(place, target, &limits, (parts, word, parts_place), rate, each, Dimension::RATE, phase);
                said = true;
            } else if let (Some(each), Some(load)) = (limits.part_bytes, load.and_then(Exact::from_f64_rounded))
                // The mean of what is drawn is known to a few per cent.
                && load > each * whole * Exact::new(105, 100)
            {
                self.too_fast(place, target, &limits, (parts, word, parts_place), load, each, Dimension::DATA_RATE, phase);
                said = true;
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn too_fast(&self, place: Span, target: Decl, limits: &Limits, parts: (u64, &'static str, Span), rate: Exact, each: Exact, dim: Dimension, phase: &Phase) {
        let cx = self.cx;
        let (count, word, parts_place) = parts;
        let whole = Exact::from_integer(i128::from(count));
        let needed = (rate / each).ceil();
        let many = |n: Exact| format!("{} {word}{}", units::decimal(n, 0), if n == Exact::from_integer(1) { "" } else { "s" });
        let name = cx.name_of(target, place.file);
        let what = match limits.kind {
            "kinesis" => "stream",
            "eventhubs" => "hub",
            _ => "topic",
        };
        let accept = if count == 1 { "accepts" } else { "accept" };
        let (shown, takes) = (units::show(rate, dim), units::show(each * whole, dim));
        let phase_name = phase.name.as_ref().map_or("this phase", |n| n.text.as_str());
        let mut d = Diagnostic::new(codes::E0702, place, format!("{what} `{name}` cannot take {shown}: its {} {accept} {takes}", many(whole)))
            .here(format!("`{phase_name}` sends it up to {shown}"))
            .label(parts_place, format!("{} {accept} {takes}", many(whole)))
            .note(format!("{} × {} = {takes}, and {shown} is more; {} are needed", many(whole), units::show(each, dim), many(needed)))
            .help(format!("declare {}, or send it {takes} or less", many(needed)));
        let settings = cx.text_at(parts_place);
        if let Some(at) = settings.rfind(|c: char| !c.is_ascii_digit() && c != '_')
            && let Some(digits) = settings.get(at + 1..).filter(|d| !d.is_empty())
        {
            let span = Span { start: parts_place.end - digits.len() as u32, ..parts_place };
            let text = units::decimal(needed, 0);
            d = d.fix(format!("change `{digits}` to `{text}`"), false, span, text);
        }
        cx.report(d);
    }

    /// The highest rate that a phase offers; `None` where it is broken, or finds its own rate.
    fn peak(&self, shape: &'a Shape) -> Option<Exact> {
        let rate = |e| self.cx.rate(e, "");
        match shape {
            Shape::Hold { rate: r, length } => self.cx.duration(length, "").and(rate(r)),
            Shape::Ramp { from, to, length } | Shape::Spike { from, to, length } => {
                self.cx.duration(length, "")?;
                Some(rate(from)?.max(rate(to)?))
            }
            Shape::Step { from, to, by, every } => {
                self.cx.duration(every, "")?;
                self.cx.either(by, &[Dimension::RATE, Dimension::RATIO], "")?;
                Some(rate(from)?.max(rate(to)?))
            }
            Shape::Sine { from, to, period, length } => {
                self.cx.duration(period, "").and(self.cx.duration(length, ""))?;
                Some(rate(from)?.max(rate(to)?))
            }
            // Nothing but what has a rate of its own.
            Shape::Pause { .. } => Some(Exact::zero()),
            Shape::Flood { .. } | Shape::Replay { .. } | Shape::Search { .. } | Shape::Missing => None,
        }
    }
}

/// From a measured or expected number, to the nearest whole one.
trait Rounded: Sized {
    fn from_f64_rounded(value: f64) -> Option<Self>;
}

impl Rounded for Exact {
    fn from_f64_rounded(value: f64) -> Option<Exact> {
        i128::from_f64(value.round()).filter(|v| v.unsigned_abs() < 1 << 80).map(Exact::from_integer)
    }
}
