//! A record against what its target takes (E0701).

use super::{Context, Decl, EventRef};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use crate::syntax::ast::{EntryKind, ItemKind, Send, Statement, StatementKind, Test};
use crate::units::{self, Dimension, Exact};
use std::collections::HashMap;

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
        let values = cx.quietly(|| cx.for_values(each)).unwrap_or_default();
        for (value, _) in values {
            cx.with_local(&name.text, Some(value), || Records::new(cx).test(test));
        }
    }
}

struct Records<'c, 'a> {
    cx: &'c Context<'a>,
    limits: HashMap<Decl, Option<(u64, String)>>,
    /// The most bytes of a record, where they are bounded.
    sizes: HashMap<EventRef, Option<u64>>,
}

impl<'c, 'a> Records<'c, 'a> {
    fn new(cx: &'c Context<'a>) -> Self {
        Records { cx, limits: HashMap::new(), sizes: HashMap::new() }
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

    fn most(&mut self, event: EventRef) -> Option<u64> {
        let cx = self.cx;
        *self.sizes.entry(event).or_insert_with(|| cx.quietly(|| cx.strictly(|| cx.lower_event(event, String::new()))).and_then(|e| e.max_bytes))
    }

    /// E0701
    fn records(&mut self, sends: &[&'a Send]) {
        for send in sends {
            let Some(traffic) = self.cx.quietly(|| self.cx.traffic(&send.what)) else { continue };
            for target in &send.to {
                let Some(target) = self.cx.quietly(|| self.cx.target(target)) else { continue };
                let Some((limit, whose)) = self.limit(target) else { continue };
                for (_, event) in &traffic {
                    if let Some(most) = self.most(*event)
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
}
