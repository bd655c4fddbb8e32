//! A record against what its target takes: its size (E0701), its format (E0407).

use super::schema::Encoding;
use super::{Context, Decl, EventRef, encoding};
use crate::diagnostics::{Diagnostic, codes};
use crate::plan::{self, Generator};
use crate::source::{FileId, Span};
use crate::syntax::ast::{EntryKind, ItemKind, Send, Statement, StatementKind, Test};
use crate::targets::{self, What, limits};
use crate::units::{self, Dimension, Exact};
use std::collections::HashMap;
use std::rc::Rc;

/// Looks at the tests of one file.
pub(super) fn check_file(cx: &Context, file: FileId) {
    let Some(ast) = cx.file(file) else { return };
    for item in &ast.items {
        let ItemKind::Test(test) = &item.kind else { continue };
        let Some(each) = &test.for_each else {
            Records::new(cx).test(test);
            continue;
        };
        let Some(name) = &each.name else { continue };
        let values = cx.quietly(|| cx.for_values(each, 0)).unwrap_or_default();
        for (value, _) in values {
            cx.with_local(&name.text, Some(value), || Records::new(cx).test(test));
        }
    }
}

struct Records<'c, 'a> {
    cx: &'c Context<'a>,
    limits: HashMap<Decl, Option<(u64, String)>>,
    encodings: HashMap<Decl, Option<Rc<Encoding>>>,
    /// What is sent, where the most that a record takes is known.
    events: HashMap<EventRef, Option<Rc<plan::Event>>>,
}

impl<'c, 'a> Records<'c, 'a> {
    fn new(cx: &'c Context<'a>) -> Self {
        Records { cx, limits: HashMap::new(), encodings: HashMap::new(), events: HashMap::new() }
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
        self.statements(&test.statements);
    }

    fn statements(&mut self, statements: &'a [Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Phase(phase) => {
                    let sends: Vec<&Send> = phase.sends.iter().collect();
                    self.records(&sends);
                }
                StatementKind::Repeat { statements, .. } => self.statements(statements),
                _ => {}
            }
        }
    }

    fn limit(&mut self, target: Decl) -> Option<(u64, String)> {
        let cx = self.cx;
        self.limits.entry(target).or_insert_with(|| cx.record_limit(target)).clone()
    }

    fn event(&mut self, event: EventRef) -> Option<Rc<plan::Event>> {
        let cx = self.cx;
        self.events.entry(event).or_insert_with(|| cx.quietly(|| cx.strictly(|| cx.lower_event(event, String::new()))).map(Rc::new)).clone()
    }

    fn encoding(&mut self, target: Decl) -> Option<Rc<Encoding>> {
        let cx = self.cx;
        self.encodings.entry(target).or_insert_with(|| cx.quietly(|| cx.encoding(target))).clone()
    }

    fn records(&mut self, sends: &[&'a Send]) {
        for send in sends {
            let Some(traffic) = self.cx.quietly(|| self.cx.traffic(&send.what)) else { continue };
            for target in &send.to {
                let Some(target) = self.cx.quietly(|| self.cx.target(target)) else { continue };
                let (limit, encoding) = (self.limit(target), self.encoding(target));
                if limit.is_none() && encoding.is_none() {
                    continue;
                }
                for (_, event) in &traffic {
                    let Some(lowered) = self.event(*event) else { continue };
                    // Fields are counted as JSON; in another format it is `size` alone that tells.
                    let most = if encoding.is_none() { lowered.max_bytes } else { lowered.size.map(|(_, high)| high) };
                    if let (Some(most), Some((limit, whose))) = (most, &limit)
                        && most > *limit
                    {
                        self.too_large(*event, &lowered, target, (most, *limit, whose), send.span);
                    }
                    if let Some(encoding) = &encoding {
                        self.cx.encodes(encoding, *event, &lowered, target, send);
                    }
                }
            }
        }
    }

    /// E0701
    fn too_large(&self, event: EventRef, lowered: &plan::Event, target: Decl, (most, limit, whose): (u64, u64, &str), send: Span) {
        let cx = self.cx;
        let size = cx.event_item(event.decl).and_then(|e| {
            e.body.entries.iter().find_map(|entry| match &entry.kind {
                EntryKind::Setting { key, value, .. } if key.text == "size" => Some(value.span),
                _ => None,
            })
        });
        let name = cx.plain_name(event.decl);
        let said = cx.name_of(target, send.file);
        let place = size.unwrap_or_else(|| cx.name_span(event.decl));
        let (takes, taken) = apart(most, limit);
        let d = Diagnostic::new(codes::E0701, place, format!("a record of `{name}` can take {takes}, and `{said}` takes {taken}"))
            .here(format!("up to {takes}"))
            .label(cx.name_span(target), whose)
            .label(send, "sent here");
        // Where the fields outgrow the limit, they are what is to be shortened.
        let by_fields = size.is_none() || lowered.size.is_none_or(|(_, high)| high <= limit);
        let d = match longest(&lowered.fields).filter(|_| by_fields) {
            Some(note) => d.note(note),
            None => d,
        };
        let smaller = match that_fit(&lowered.fields, most, limit).filter(|_| by_fields) {
            Some((field, fit)) => format!("let `{field}` have at most {}", if fit == 1 { "1 element".to_owned() } else { format!("{fit} elements") }),
            None => format!("make the record {} or smaller", show(limit)),
        };
        cx.report(match self.can_be_raised(target, limit) {
            true => d.help(format!("{smaller}, or raise `max_record` where the service allows it")),
            false => d.help(smaller),
        });
    }

    /// Whether `max_record` could say more.
    fn can_be_raised(&self, target: Decl, limit: u64) -> bool {
        let Some(kind) = self.cx.target_kind(target) else { return false };
        let most = limits::of(kind.name, What::LargestRecord).map(|most| most.value);
        targets::find(kind.settings, "max_record").is_some() && most.is_none_or(|most| limit < most)
    }
}

fn show(bytes: u64) -> String {
    units::show(Exact::from_integer(i128::from(bytes)), Dimension::DATA)
}

/// Two sizes so that a reader sees which is more: in bytes where rounding hides it, or close ones where one counts by 1000 and the other by 1024.
pub(super) fn apart(most: u64, limit: u64) -> (String, String) {
    let (shown, binary) = ((show(most), show(limit)), |text: &str| text.ends_with("iB"));
    let clear = binary(&shown.0) == binary(&shown.1) || most.saturating_sub(limit) > limit / 10;
    if clear && shown.0 != shown.1 {
        return shown;
    }
    let bytes = |n: u64| format!("{}B", units::show(Exact::from_integer(i128::from(n)), Dimension::COUNT));
    (bytes(most), bytes(limit))
}

/// The fields that take most, lists as so many times their element.
fn longest(fields: &[plan::Field]) -> Option<String> {
    let mut parts: Vec<(u64, String)> = fields
        .iter()
        .filter_map(|field| {
            let most = encoding::of_field(field).most?;
            Some((most, match &field.generator {
                Generator::List { high, element, .. } => format!("`{}` {} × {} = {}", field.name, high, show(encoding::of(element).most?), show(most)),
                Generator::Bytes { high, .. } => format!("`{}` {} in base64 = {}", field.name, show(*high), show(most)),
                _ => format!("`{}` {}", field.name, show(most)),
            }))
        })
        .collect();
    parts.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    let shown: Vec<&str> = parts.iter().take(3).map(|(_, text)| text.as_str()).collect();
    (!shown.is_empty()).then(|| format!("at most: {}", shown.join(", ")))
}

/// The one list that makes the record too large, and how many of its elements fit.
fn that_fit(fields: &[plan::Field], most: u64, limit: u64) -> Option<(String, u64)> {
    fields.iter().find_map(|field| {
        let Generator::List { low, high, element } = &field.generator else { return None };
        let each = encoding::of(element).most?.checked_add(1)?;
        let whole = encoding::of_field(field).most?;
        // The name and the brackets stay, and so does what stands beside the list.
        let bare = (most - whole).checked_add(whole.checked_sub(each.checked_mul(*high)?)?)?;
        let fit = limit.checked_sub(bare)? / each;
        (fit >= 1 && fit >= *low.min(&1) && fit < *high).then(|| (field.name.clone(), fit))
    })
}
