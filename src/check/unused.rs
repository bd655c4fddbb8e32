//! W0220 and W0411: what a file with tests declares and never names. Told from the names in the text, not from what was evaluated,
//! so that a broken statement still uses what it names.

use super::names::Found;
use super::{Context, Decl, DeclKind, visit};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Expr, ExprKind, ItemKind};
use std::collections::HashSet;

impl<'a> Context<'a> {
    pub(super) fn check_unused(&self, file: FileId) {
        let Some(ast) = self.file(file) else { return };
        if !ast.items.iter().any(|i| matches!(i.kind, ItemKind::Test(_))) {
            return;
        }
        let mut used = Used::default();
        for item in &ast.items {
            visit::expressions(item, &mut |e| self.use_of(e, &mut used));
            if let Some(name) = visit::sizing_name(item)
                && let Some(decl) = self.names.get(file, &name.text)
            {
                used.decls.insert(decl);
            }
        }
        // Where the syntax is broken, a word anywhere may be a use.
        let broken = self.ws.units.get(file.0 as usize).is_some_and(|u| u.diagnostics.iter().any(Diagnostic::is_error));
        // A test that sends nothing is told so: what it should have sent, and where to, is no second mistake.
        let silent = self.has_told(file, codes::E0502);
        let kinds = [DeclKind::Let, DeclKind::Param, DeclKind::Mix, DeclKind::Target, DeclKind::Source, DeclKind::Metric, DeclKind::Cluster, DeclKind::Import];
        for kind in kinds {
            if self.was_not_found(file, kind) || (silent && matches!(kind, DeclKind::Mix | DeclKind::Target)) {
                continue;
            }
            for decl in self.declared(file, kind) {
                let name = self.plain_name(decl);
                let meant = used.unknown.iter().any(|word| *word == name || suggest::nearest(word, [name]).is_some());
                if used.decls.contains(&decl) || meant || (broken && self.stands_elsewhere(decl)) {
                    continue;
                }
                // Declared twice: one message is enough.
                if self.names.get(file, name) != Some(decl) {
                    continue;
                }
                if kind == DeclKind::Import {
                    match self.module(decl) {
                        None => continue,
                        Some(module) if self.declares_nodes(module) => continue,
                        Some(_) => {}
                    }
                }
                let Some(item) = self.item(decl) else { continue };
                // One statement, one message.
                if matches!(kind, DeclKind::Let | DeclKind::Param | DeclKind::Import | DeclKind::Metric) && self.has_errors_at(item.span) {
                    continue;
                }
                self.report(
                    Diagnostic::new(codes::W0220, self.name_span(decl), format!("the {} `{name}` is never used", kind.word()))
                        .here("never named")
                        .help("remove it")
                        .fix(format!("remove the {} `{name}`", kind.word()), true, self.with_lines(item.span), ""),
                );
            }
        }
        if !silent {
            self.check_unsent(file, &used, broken);
        }
    }

    /// W0411
    fn check_unsent(&self, file: FileId, used: &Used<'a>, broken: bool) {
        if self.was_not_found(file, DeclKind::Event) {
            return;
        }
        for decl in self.declared(file, DeclKind::Event) {
            let name = self.plain_name(decl);
            let meant = used.unknown.iter().any(|word| *word == name || suggest::nearest(word, [name]).is_some());
            if used.decls.contains(&decl) || meant || self.names.get(file, name) != Some(decl) || (broken && self.stands_elsewhere(decl)) {
                continue;
            }
            self.report(Diagnostic::new(codes::W0411, self.name_span(decl), format!("the event `{name}` is never sent")).here("in no `send` and in no mix").help(format!("send it, `send {name} to …`, or remove it")));
        }
    }

    fn use_of(&self, e: &'a Expr, used: &mut Used<'a>) {
        match &e.kind {
            ExprKind::Name(name) => match self.names.get(name.span.file, &name.text) {
                Some(decl) => {
                    used.decls.insert(decl);
                }
                None => {
                    used.unknown.insert(&name.text);
                }
            },
            ExprKind::Member(of, member) => {
                if let Found::Missing(..) = self.find(e) {
                    used.unknown.insert(&member.text);
                }
                let _ = of;
            }
            _ => {}
        }
    }

    /// The name as a word somewhere else in its file.
    fn stands_elsewhere(&self, decl: Decl) -> bool {
        let (name, own) = (self.plain_name(decl), self.name_span(decl));
        let text = &self.ws.map.file(decl.file).text;
        let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        text.match_indices(name).any(|(at, _)| {
            at != own.start as usize && !part(text.get(..at).and_then(|t| t.chars().next_back())) && !part(text.get(at + name.len()..).and_then(|t| t.chars().next()))
        })
    }

    /// With what documents it and the end of its line.
    pub(super) fn with_lines(&self, span: Span) -> Span {
        let text = &self.ws.map.file(span.file).text;
        let rest = text.get(span.end as usize..).unwrap_or("");
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        let end = if rest.get(blank..).is_some_and(|r| r.starts_with('\n')) { span.end + blank as u32 + 1 } else { span.end };
        let mut start = span.start;
        while let Some(before) = text.get(..start as usize).and_then(|t| t.strip_suffix('\n')) {
            let line = before.rfind('\n').map_or(0, |at| at + 1);
            if !before.get(line..).is_some_and(|l| l.starts_with("##")) {
                break;
            }
            start = line as u32;
        }
        Span { start, end, ..span }
    }
}

#[derive(Default)]
struct Used<'a> {
    decls: HashSet<Decl>,
    /// Words that name nothing: what they were meant for is used.
    unknown: HashSet<&'a str>,
}
