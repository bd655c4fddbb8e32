//! Which declaration a name means: the file's own, an import's member; and what to say where it means none.

use super::{Context, Decl, DeclKind};
use crate::diagnostics::suggest::Words;
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Expr, ExprKind, Ident, ItemKind};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The declarations of every file by name.
pub struct Names<'a> {
    files: Vec<HashMap<&'a str, Decl>>,
    /// Names of `for` constants anywhere.
    for_names: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    pub fn of(ws: &'a Workspace) -> Names<'a> {
        let mut for_names = HashSet::new();
        let mut files = Vec::with_capacity(ws.units.len());
        for unit in &ws.units {
            let mut names = HashMap::new();
            for (index, item) in unit.ast.items.iter().enumerate() {
                if let Some((kind, name)) = declared(&item.kind) {
                    let decl = Decl { file: unit.id, item: index as u32 };
                    // The first one is meant; the second is E0202. What shares its name with an import hides it (W0221).
                    match names.entry(name.text.as_str()) {
                        Entry::Vacant(free) => {
                            free.insert(decl);
                        }
                        Entry::Occupied(mut taken) => {
                            let import = |d: &Decl| matches!(unit.ast.items.get(d.item as usize).map(|i| &i.kind), Some(ItemKind::Import(_)));
                            if kind != DeclKind::Import && import(taken.get()) {
                                taken.insert(decl);
                            }
                        }
                    }
                }
                if let ItemKind::Test(test) = &item.kind
                    && let Some(name) = test.for_each.as_ref().and_then(|f| f.name.as_ref())
                {
                    for_names.insert(name.text.as_str());
                }
            }
            files.push(names);
        }
        Names { files, for_names }
    }
    pub fn get(&self, file: FileId, name: &str) -> Option<Decl> {
        self.files.get(file.0 as usize)?.get(name).copied()
    }
    /// Whether some test anywhere is repeated for this.
    pub(super) fn is_for_name(&self, name: &str) -> bool {
        self.for_names.contains(name)
    }
    fn in_file(&self, file: FileId) -> impl Iterator<Item = (&'a str, Decl)> + '_ {
        self.files.get(file.0 as usize).into_iter().flatten().map(|(name, decl)| (*name, *decl))
    }
}

/// The kind and name of what an item declares for others to use.
pub fn declared(kind: &ItemKind) -> Option<(DeclKind, &Ident)> {
    let (kind, name) = match kind {
        ItemKind::Import(import) => (DeclKind::Import, &import.name),
        ItemKind::Let(l) => (if l.param { DeclKind::Param } else { DeclKind::Let }, &l.name),
        ItemKind::Target(t) => (DeclKind::Target, &t.name),
        ItemKind::Source(s) => (DeclKind::Source, &s.name),
        ItemKind::Event(e) => (DeclKind::Event, &e.name),
        ItemKind::Mix(m) => (DeclKind::Mix, &m.name),
        ItemKind::Metric(m) => (DeclKind::Metric, &m.name),
        ItemKind::Pipeline(p) => (DeclKind::Pipeline, &p.name),
        ItemKind::Cluster(c) => (DeclKind::Cluster, &c.name),
        ItemKind::Node(_) | ItemKind::Sizing(_) | ItemKind::Alert(_) | ItemKind::Test(_) => return None,
    };
    name.as_ref().map(|name| (kind, name))
}

impl DeclKind {
    /// "a target", "an import"
    pub fn with_article(self) -> &'static str {
        match self {
            DeclKind::Import => "an import",
            DeclKind::Let => "a constant",
            DeclKind::Param => "a param",
            DeclKind::Target => "a target",
            DeclKind::Source => "a source",
            DeclKind::Event => "an event",
            DeclKind::Mix => "a mix",
            DeclKind::Metric => "a metric",
            DeclKind::Pipeline => "a pipeline",
            DeclKind::Cluster => "a cluster",
        }
    }
    pub fn word(self) -> &'static str {
        match self {
            DeclKind::Import => "import",
            DeclKind::Let => "let",
            DeclKind::Param => "param",
            DeclKind::Target => "target",
            DeclKind::Source => "source",
            DeclKind::Event => "event",
            DeclKind::Mix => "mix",
            DeclKind::Metric => "metric",
            DeclKind::Pipeline => "pipeline",
            DeclKind::Cluster => "cluster",
        }
    }
}

/// What a name or `import.name` leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    Decl(Decl),
    /// An import alone.
    Import(Decl),
    /// The name is known to be broken elsewhere (an import that leads nowhere, a missing name): say nothing.
    Quiet,
    /// No such name; the identifier at fault, and the module it was looked up in (`None`: the file itself).
    Missing(&'a Ident, Option<Decl>),
    /// Not a name at all.
    NotAName,
}

/// Where a chain of words leads: to a declaration, through an import or not.
#[derive(Clone, Copy, Debug)]
pub struct Way<'p, 'a> {
    pub import: Option<Decl>,
    /// `None` where the chain ends with the import, or the module has no such member.
    pub decl: Option<Decl>,
    /// The word that was looked up last.
    pub name: &'a Ident,
    /// The words behind it.
    pub rest: &'p [&'a Ident],
}

/// The words of a chain of members; false where something else stands in it.
pub fn words<'a>(e: &'a Expr, out: &mut Vec<&'a Ident>) -> bool {
    match &e.kind {
        ExprKind::Name(name) => {
            out.push(name);
            true
        }
        ExprKind::Member(of, name) => {
            let whole = words(of, out);
            out.push(name);
            whole
        }
        ExprKind::Paren(inner) => words(inner, out),
        _ => false,
    }
}

impl<'a> Context<'a> {
    pub fn kind_of(&self, decl: Decl) -> Option<DeclKind> {
        self.item(decl).and_then(|item| declared(&item.kind)).map(|(kind, _)| kind)
    }
    /// Where its name stands.
    pub fn name_span(&self, decl: Decl) -> Span {
        self.item(decl).map_or(Span::default(), |item| declared(&item.kind).map_or(item.span, |(_, name)| name.span))
    }
    pub fn plain_name(&self, decl: Decl) -> &'a str {
        self.item(decl).and_then(|item| declared(&item.kind)).map_or("", |(_, name)| name.text.as_str())
    }
    /// The file that an import leads to; `None` where it is broken.
    pub fn module(&self, import: Decl) -> Option<FileId> {
        let ItemKind::Import(i) = &self.item(import)?.kind else { return None };
        let path = i.path.as_ref()?;
        self.ws.imports.get(&(import.file, path.value.clone()))?.as_ref().ok().copied()
    }
    /// What a file calls it: `clicks`, `infra.clicks`.
    pub fn name_of(&self, decl: Decl, from: FileId) -> String {
        let name = self.plain_name(decl);
        if decl.file == from {
            return name.to_owned();
        }
        let via = self.declared(from, DeclKind::Import).into_iter().find(|import| self.module(*import) == Some(decl.file));
        match via {
            Some(import) => format!("{}.{name}", self.plain_name(import)),
            None => name.to_owned(),
        }
    }
    /// Every declaration of a kind in a file, broken ones included, in order.
    pub fn declared(&self, file: FileId, kind: DeclKind) -> Vec<Decl> {
        let items = self.file(file).map_or(&[][..], |f| &f.items);
        let of_kind = items.iter().enumerate().filter(|(_, item)| declared(&item.kind).is_some_and(|(k, _)| k == kind));
        of_kind.map(|(index, _)| Decl { file, item: index as u32 }).collect()
    }

    /// Where the words of a chain lead; `None` where the file declares nothing of the first name.
    pub fn leads<'p>(&self, path: &'p [&'a Ident]) -> Option<Way<'p, 'a>> {
        let (head, rest) = path.split_first()?;
        let decl = self.names.get(head.span.file, &head.text)?;
        if self.kind_of(decl)? != DeclKind::Import {
            return Some(Way { import: None, decl: Some(decl), name: head, rest });
        }
        let Some((member, behind)) = rest.split_first() else { return Some(Way { import: Some(decl), decl: None, name: head, rest }) };
        let found = self.module(decl).and_then(|module| self.names.get(module, &member.text));
        Some(Way { import: Some(decl), decl: found.filter(|d| self.kind_of(*d) != Some(DeclKind::Import)), name: member, rest: behind })
    }

    /// Looks a name or a member of an import up, without a message.
    pub fn find(&self, e: &'a Expr) -> Found<'a> {
        match &e.kind {
            ExprKind::Missing => Found::Quiet,
            ExprKind::Paren(inner) => self.find(inner),
            ExprKind::Name(name) => match self.names.get(name.span.file, &name.text) {
                Some(decl) if self.kind_of(decl) == Some(DeclKind::Import) => Found::Import(decl),
                Some(decl) => Found::Decl(decl),
                None if self.only_for_names(&name.text) => Found::Quiet,
                None => Found::Missing(name, None),
            },
            ExprKind::Member(of, name) => match self.find(of) {
                Found::Import(import) => match self.module(import) {
                    None => Found::Quiet,
                    Some(module) => match self.names.get(module, &name.text) {
                        Some(decl) if self.kind_of(decl) != Some(DeclKind::Import) => Found::Decl(decl),
                        _ => Found::Missing(name, Some(import)),
                    },
                },
                Found::Missing(name, module) => Found::Missing(name, module),
                Found::Quiet => Found::Quiet,
                Found::Decl(_) | Found::NotAName => Found::NotAName,
            },
            _ => Found::NotAName,
        }
    }

    /// A `for` constant of some test, seen from outside of every test: its value is not known here.
    fn only_for_names(&self, name: &str) -> bool {
        !self.strict.get() && self.names.for_names.contains(name)
    }

    /// A declaration of one of these kinds. E0201 (did you mean, among these kinds), E0203.
    pub(super) fn thing(&self, e: &'a Expr, kinds: &[DeclKind], what: &str) -> Option<Decl> {
        let found = self.find(e);
        if !matches!(found, Found::Decl(decl) if self.kind_of(decl).is_some_and(|k| kinds.contains(&k))) {
            self.not_found(e.span.file, kinds);
        }
        match found {
            Found::Decl(decl) => {
                let kind = self.kind_of(decl)?;
                if kinds.contains(&kind) {
                    return Some(decl);
                }
                self.report(self.wrong_kind(e, decl, kinds, what));
            }
            Found::Import(import) => self.report(self.import_alone(e.span, import, kinds, what)),
            Found::Missing(name, module) => self.report(self.no_such_name(name, module, kinds, what)),
            Found::Quiet => {}
            Found::NotAName => self.report(
                Diagnostic::new(codes::E0203, e.span, format!("{what} is needed here, and {} is not one", self.quoted(e.span))).help(format!(
                    "name {}",
                    self.some_named(e.span.file, kinds).unwrap_or_else(|| "one".to_owned())
                )),
            ),
        }
        None
    }

    /// The names of these kinds that can be used in a file, as they are written there, in the order of letters.
    pub(super) fn candidates(&self, file: FileId, kinds: &[DeclKind]) -> Rc<Words> {
        let key = (file, kinds.to_vec());
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        let known = Rc::new(Words::new(self.named(file, kinds)));
        self.known.borrow_mut().insert(key, Rc::clone(&known));
        known
    }

    fn named(&self, file: FileId, kinds: &[DeclKind]) -> Vec<String> {
        let mut names = Vec::new();
        for (name, decl) in self.names.in_file(file) {
            match self.kind_of(decl) {
                Some(DeclKind::Import) => {
                    let Some(module) = self.module(decl) else { continue };
                    let members = self.names.in_file(module).filter(|(_, d)| self.kind_of(*d).is_some_and(|k| kinds.contains(&k)));
                    names.extend(members.map(|(member, _)| format!("{name}.{member}")));
                }
                Some(kind) if kinds.contains(&kind) => names.push(name.to_owned()),
                _ => {}
            }
        }
        names.sort();
        names
    }

    /// "`a`, `b` or `c`", where there are few.
    fn some_named(&self, file: FileId, kinds: &[DeclKind]) -> Option<String> {
        let names = self.candidates(file, kinds);
        (!names.is_empty() && names.len() <= 6).then(|| suggest::listed(&names.iter().collect::<Vec<_>>()))
    }

    fn no_such_name(&self, name: &'a Ident, module: Option<Decl>, kinds: &[DeclKind], what: &str) -> Diagnostic {
        let file = name.span.file;
        let all = self.candidates(file, kinds);
        match module {
            None => {
                // `browsing` may be meant as `shop.browsing`.
                // What is being declared is no part of itself, but for events, which may look back.
                let own = self.declared_around(name.span).filter(|_| !kinds.contains(&DeclKind::Event) || kinds.contains(&DeclKind::Mix));
                let near = all.member(&name.text).or_else(|| all.near(&name.text, &self.patience).into_iter().find(|near| Some(*near) != own));
                let message = format!("there is no {} called `{}`", kind_words(kinds), name.text);
                let few: Vec<&str> = all.few(7).into_iter().filter(|few| Some(*few) != own).collect();
                self.did_you_mean(Diagnostic::new(codes::E0201, name.span, message), near, name.span, if few.len() > 6 { &[] } else { &few }, what)
            }
            Some(import) => {
                let prefix = format!("{}.", self.plain_name(import));
                let members: Vec<&str> = if self.patience.take(all.len()) { all.iter().filter_map(|c| c.strip_prefix(&prefix)).collect() } else { Vec::new() };
                let near = self.patience.nearest(&name.text, &members);
                let path = match self.item(import).map(|i| &i.kind) {
                    Some(ItemKind::Import(i)) => i.path.as_ref().map_or("", |p| p.value.as_str()),
                    _ => "",
                };
                let message = format!("\"{path}\" declares no {} called `{}`", kind_words(kinds), name.text);
                let few = if members.len() <= 6 { &members[..] } else { &[] };
                self.did_you_mean(Diagnostic::new(codes::E0201, name.span, message), near, name.span, few, what)
            }
        }
    }

    /// The name that the declaration around a place gives.
    pub(super) fn declared_around(&self, place: Span) -> Option<&'a str> {
        let items = &self.file(place.file)?.items;
        let item = items.get(items.partition_point(|item| item.span.end < place.end))?;
        declared(&item.kind).filter(|_| item.span.start <= place.start).map(|(_, name)| name.text.as_str())
    }

    /// `few`: all that there are, where they are few.
    fn did_you_mean(&self, d: Diagnostic, near: Option<&str>, span: Span, few: &[&str], what: &str) -> Diagnostic {
        match near {
            Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, span, near),
            None if !few.is_empty() => d.here("not declared").help(format!("{what} is needed here: {}", suggest::listed(few))),
            None => d.here("not declared").help(format!("declare it, or name {what} that exists")),
        }
    }

    fn wrong_kind(&self, e: &Expr, decl: Decl, kinds: &[DeclKind], what: &str) -> Diagnostic {
        let kind = self.kind_of(decl).map_or("something else", DeclKind::with_article);
        let d = Diagnostic::new(codes::E0203, e.span, format!("{} is {kind}, and {what} is needed here", self.quoted(e.span)))
            .here(kind)
            .label(self.name_span(decl), "declared here");
        match self.some_named(e.span.file, kinds) {
            Some(names) => d.help(format!("name {names}")),
            None => d.help(format!("declare {} and name it here", needed(kinds))),
        }
    }

    fn import_alone(&self, span: Span, import: Decl, kinds: &[DeclKind], what: &str) -> Diagnostic {
        let name = self.plain_name(import);
        let d = Diagnostic::new(codes::E0203, span, format!("`{name}` is a whole module, and {what} is needed here")).here("an import");
        let prefix = format!("{name}.");
        let all = self.candidates(span.file, kinds);
        let members: Vec<&str> = if self.patience.take(all.len()) { all.iter().filter(|c| c.starts_with(&prefix)).collect() } else { Vec::new() };
        if members.is_empty() || members.len() > 6 { d.help(format!("name one of its members, `{name}.…`")) } else { d.help(format!("name {}", suggest::listed(&members))) }
    }
}

/// "target", "event or mix", "constant"
fn kind_words(kinds: &[DeclKind]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for kind in kinds {
        let word = if matches!(kind, DeclKind::Let | DeclKind::Param) { "constant" } else { kind.word() };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(" or ")
}

fn needed(kinds: &[DeclKind]) -> &'static str {
    kinds.first().map_or("one", |k| k.with_article())
}

/// Things by name, for other rooms. Each reports E0201 or E0203.
impl<'a> Context<'a> {
    pub fn target(&self, e: &'a Expr) -> Option<Decl> {
        self.thing(e, &[DeclKind::Target], "a target")
    }
    pub fn pipeline(&self, e: &'a Expr) -> Option<Decl> {
        self.thing(e, &[DeclKind::Pipeline], "a pipeline")
    }
    pub fn cluster(&self, e: &'a Expr) -> Option<Decl> {
        self.thing(e, &[DeclKind::Cluster], "a cluster")
    }
    pub fn source(&self, e: &'a Expr) -> Option<Decl> {
        self.thing(e, &[DeclKind::Source], "a source")
    }
    /// The pipeline of `sizing name`.
    pub fn pipeline_named(&self, name: &'a Ident) -> Option<Decl> {
        let kinds = [DeclKind::Pipeline];
        match self.names.get(name.span.file, &name.text) {
            Some(decl) if self.kind_of(decl) == Some(DeclKind::Pipeline) => Some(decl),
            Some(decl) => {
                let kind = self.kind_of(decl).map_or("something else", DeclKind::with_article);
                self.report(
                    Diagnostic::new(codes::E0203, name.span, format!("`{}` is {kind}, and a pipeline is needed here", name.text))
                        .here(kind)
                        .label(self.name_span(decl), "declared here"),
                );
                None
            }
            None => {
                self.report(self.no_such_name(name, None, &kinds, "a pipeline"));
                None
            }
        }
    }
}
