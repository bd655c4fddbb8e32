//! W0220 and W0411: what a file with tests declares and never names. Told from the names in the text, not from what was evaluated,
//! so that a broken statement still uses what it names.

use super::names::Found;
use super::{Context, Decl, DeclKind, visit};
use crate::diagnostics::suggest::Words;
use crate::diagnostics::{Diagnostic, Edit, Fix, codes};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Expr, ExprKind, ItemKind};
use std::collections::{HashMap, HashSet};

impl<'a> Context<'a> {
    pub(super) fn check_unused(&self, file: FileId) {
        let Some(ast) = self.file(file) else { return };
        if !ast.items.iter().any(|i| matches!(i.kind, ItemKind::Test(_))) {
            return;
        }
        let mut used = Used::default();
        // What each declaration names, of those that may turn out to be unused; and what all others name.
        let mut names: HashMap<Decl, HashSet<Decl>> = HashMap::new();
        let mut alive: HashSet<Decl> = HashSet::new();
        for (index, item) in ast.items.iter().enumerate() {
            let mut own = Used::default();
            visit::expressions(item, &mut |e| self.use_of(e, &mut own));
            if let Some(name) = visit::sizing_name(item)
                && let Some(decl) = self.names.get(file, &name.text)
            {
                own.decls.insert(decl);
            }
            used.decls.extend(&own.decls);
            used.unknown.extend(own.unknown);
            if super::names::declared(&item.kind).is_some_and(|(kind, _)| KINDS.contains(&kind)) {
                names.insert(Decl { file, item: index as u32 }, own.decls);
            } else {
                alive.extend(own.decls);
            }
        }
        // Where the syntax is broken, a word anywhere may be a use.
        let broken = self.ws.units.get(file.0 as usize).is_some_and(|u| u.diagnostics.iter().any(Diagnostic::is_error));
        // A test that sends nothing is told so: what it should have sent, and where to, is no second mistake.
        let silent = self.has_told(file, codes::E0502);
        let all: Vec<(DeclKind, Decl)> = KINDS.iter().flat_map(|kind| self.declared(file, *kind).into_iter().map(|decl| (*kind, decl))).collect();
        let unknown = Words::new(used.unknown.iter().map(|word| (*word).to_owned()));
        let elsewhere = broken.then(|| self.words_of(file));
        let doubtful = Doubtful { unknown: &unknown, elsewhere: elsewhere.as_ref(), silent };
        let unnamed: Vec<(DeclKind, Decl)> = all.iter().filter(|(_, decl)| !alive.contains(decl)).copied().collect();
        alive.extend(unnamed.into_iter().filter(|(kind, decl)| self.may_be_used(file, *kind, *decl, &doubtful)).map(|(_, decl)| decl));
        // What is used names what is used.
        let mut open: Vec<Decl> = alive.iter().copied().collect();
        while let Some(decl) = open.pop() {
            open.extend(names.get(&decl).into_iter().flatten().filter(|named| alive.insert(**named)));
        }
        let mut users: HashMap<Decl, Vec<Decl>> = HashMap::new();
        for (user, named) in &names {
            named.iter().for_each(|needed| users.entry(*needed).or_default().push(*user));
        }
        users.values_mut().for_each(|users| users.sort());
        for (kind, decl) in all.into_iter().filter(|(_, decl)| !alive.contains(decl)) {
            // With those that name it, which are never used either: without it they would be broken.
            let (mut with, mut seen) = (vec![decl], HashSet::from([decl]));
            let mut next = 0;
            while let Some(needed) = with.get(next).copied() {
                with.extend(users.get(&needed).into_iter().flatten().filter(|user| seen.insert(**user)));
                next += 1;
                // A long chain of constants that nobody needs is cut off link by link.
                if with.len() > MOST_TOGETHER {
                    break;
                }
            }
            self.report(self.unused(kind, decl, &with));
        }
        if !silent {
            self.check_unsent(file, &used, &doubtful);
        }
    }

    /// Whether nothing can be said of a declaration that nothing seems to use.
    fn may_be_used(&self, file: FileId, kind: DeclKind, decl: Decl, doubtful: &Doubtful<'_>) -> bool {
        if self.was_not_found(file, kind) || (doubtful.silent && matches!(kind, DeclKind::Mix | DeclKind::Target)) {
            return true;
        }
        let name = self.plain_name(decl);
        // Declared twice: one message is enough.
        if self.names.get(file, name) != Some(decl) || doubtful.stands_elsewhere(name) || doubtful.unknown.could_mean(name, &self.patience) {
            return true;
        }
        if kind == DeclKind::Import && self.module(decl).is_none_or(|module| self.declares_nodes(module)) {
            return true;
        }
        // One statement, one message.
        matches!(kind, DeclKind::Let | DeclKind::Param | DeclKind::Import | DeclKind::Metric | DeclKind::Mix) && self.item(decl).is_none_or(|item| self.has_errors_at(item.span))
    }

    /// W0220; `with`: it and what needs it, never used either.
    fn unused(&self, kind: DeclKind, decl: Decl, with: &[Decl]) -> Diagnostic {
        let (name, word) = (self.plain_name(decl), kind.word());
        let d = Diagnostic::new(codes::W0220, self.name_span(decl), format!("the {word} `{name}` is never used"));
        let mut title = format!("remove the {word} `{name}`");
        let d = match with.get(1) {
            Some(user) => {
                title += if with.len() == 2 { " and what needs it" } else { " and all that needs it" };
                d.here(format!("only `{}` names it", self.plain_name(*user))).label(self.name_span(*user), "never used either")
            }
            None => d.here("never named"),
        };
        let edits = with.iter().filter_map(|decl| self.item(*decl)).map(|item| Edit { span: self.removal(item.span), text: String::new() }).collect();
        let mut d = d.help("remove it");
        d.fixes.push(Fix { title, safe: true, edits });
        d
    }

    /// W0411
    fn check_unsent(&self, file: FileId, used: &Used<'a>, doubtful: &Doubtful<'_>) {
        if self.was_not_found(file, DeclKind::Event) {
            return;
        }
        for decl in self.declared(file, DeclKind::Event) {
            let name = self.plain_name(decl);
            if used.decls.contains(&decl) || self.names.get(file, name) != Some(decl) || doubtful.stands_elsewhere(name) || doubtful.unknown.could_mean(name, &self.patience) {
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

    /// How often each word stands in a file.
    fn words_of(&self, file: FileId) -> HashMap<&'a str, usize> {
        let mut words = HashMap::new();
        for word in self.ws.map.file(file).text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
            *words.entry(word).or_default() += 1;
        }
        words
    }

    /// With the lines above that document it or silence what is said of it.
    pub(super) fn with_lines(&self, span: Span) -> Span {
        let text = &self.ws.map.file(span.file).text;
        let mut start = span.start;
        while let Some(before) = text.get(..start as usize).and_then(|t| t.strip_suffix('\n')) {
            let line = before.rfind('\n').map_or(0, |at| at + 1);
            let above = before.get(line..).unwrap_or("");
            let allows = above.trim_start_matches('#').trim_start().strip_prefix("scalec:").is_some_and(|rest| rest.trim_start().starts_with("allow"));
            if !(above.starts_with("##") || above.starts_with('#') && allows) {
                break;
            }
            start = line as u32;
        }
        Span { start, ..span }
    }

    /// All that goes with a declaration: what documents it, what stands behind it on its last line, and one of two blank lines around it.
    fn removal(&self, span: Span) -> Span {
        let span = self.with_lines(span);
        let text = &self.ws.map.file(span.file).text;
        let line = |from: usize| {
            let rest = text.get(from..).unwrap_or("");
            rest.find('\n').map_or(rest, |at| rest.get(..=at).unwrap_or(rest))
        };
        let behind = line(span.end as usize);
        let own = behind.trim().is_empty() || behind.trim_start().starts_with('#');
        let mut end = span.end as usize + if own { behind.len() } else { 0 };
        let before = text.get(..span.start as usize).unwrap_or("").trim_start_matches('\u{feff}');
        let blank_before = before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n");
        let next = line(end);
        if own && blank_before && next.trim().is_empty() {
            end += next.len();
        }
        Span { end: end as u32, ..span }
    }
}

/// What must be used, in a file with tests.
const KINDS: &[DeclKind] = &[DeclKind::Let, DeclKind::Param, DeclKind::Mix, DeclKind::Target, DeclKind::Source, DeclKind::Metric, DeclKind::Cluster, DeclKind::Import];

/// What makes it doubtful that something is never used.
struct Doubtful<'u> {
    /// Words that name nothing: what they were meant for is used.
    unknown: &'u Words,
    /// How often each word stands in a file that could not be read in full.
    elsewhere: Option<&'u HashMap<&'u str, usize>>,
    /// A test sends nothing.
    silent: bool,
}

impl Doubtful<'_> {
    /// The name as a word somewhere else in its file.
    fn stands_elsewhere(&self, name: &str) -> bool {
        self.elsewhere.is_some_and(|words| words.get(name).is_some_and(|times| *times > 1))
    }
}

/// So many declarations are removed by one fix.
const MOST_TOGETHER: usize = 1_000;

#[derive(Default)]
struct Used<'a> {
    decls: HashSet<Decl>,
    /// Words that name nothing: what they were meant for is used.
    unknown: HashSet<&'a str>,
}
