//! What has been declared: the file's own, members of what it imports, and things of other modules of the project, which bring their import along.

use super::item::{Item, Rank, Sort};
use super::{Asked, around};
use crate::check::names::declared;
use crate::check::{Const, Decl, DeclKind};
use crate::resolve::workspace::Unit;
use crate::source::FileId;
use crate::syntax::ast::{self, ItemKind};
use crate::units::{self, Dimension};

/// What a declaration can stand for at a place.
#[derive(Clone, Copy, PartialEq)]
pub enum Takes<'w> {
    Kinds(&'w [DeclKind]),
    /// Constants that hold a number; those of these dimensions first.
    Numbers(&'w [Dimension]),
    Texts,
    /// Every constant.
    Constants,
    /// Constants that a field can hold.
    Values,
}

const CONSTANTS: &[DeclKind] = &[DeclKind::Let, DeclKind::Param];

/// The kinds by the words that declare them.
pub fn kinds(words: &[&str]) -> Vec<DeclKind> {
    const ALL: &[DeclKind] = &[
        DeclKind::Import, DeclKind::Let, DeclKind::Param, DeclKind::Target, DeclKind::Source, DeclKind::Event, DeclKind::Mix, DeclKind::Metric, DeclKind::Pipeline,
        DeclKind::Cluster,
    ];
    ALL.iter().copied().filter(|kind| words.contains(&kind.word())).collect()
}

pub fn sort(kind: DeclKind) -> Sort {
    match kind {
        DeclKind::Import => Sort::Module,
        DeclKind::Let | DeclKind::Param => Sort::Constant,
        DeclKind::Target => Sort::Target,
        DeclKind::Source => Sort::Source,
        DeclKind::Event => Sort::Event,
        DeclKind::Mix => Sort::Mix,
        DeclKind::Metric => Sort::Metric,
        DeclKind::Pipeline => Sort::Pipeline,
        DeclKind::Cluster => Sort::Cluster,
    }
}

impl<'a> Asked<'_, 'a> {
    /// Everything of a sort that can be named here: own, imported, and of modules that are not imported yet.
    pub fn things(&self, takes: Takes<'_>, out: &mut Vec<Item>) {
        self.own(takes, out);
        self.imported(takes, out);
        self.elsewhere(takes, out);
    }

    fn own(&self, takes: Takes<'_>, out: &mut Vec<Item>) {
        let own = around::own_name(self.text, &self.place);
        for decl in self.decls_in(self.view.file) {
            let name = self.cx.plain_name(decl);
            // An event may look back at itself.
            let again = takes == Takes::Kinds(&[DeclKind::Event]);
            if (again || Some(name) != own) && !self.leads_to(decl, own) {
                out.extend(self.named(decl, name, takes));
            }
        }
        // The values of a `for` are no part of themselves.
        let in_head = self.place.open.is_empty() || self.place.block().is_none();
        if matches!(takes, Takes::Numbers(_) | Takes::Values) && !(in_head && around::head(self.text, &self.place).starts_with("test")) {
            let each = self.each();
            out.extend(each.into_iter().map(|each| self.item(each, Sort::Constant, Rank::Best).detail("constant of a test").doc("One test for each of its values.")));
        }
    }

    /// The constant that `for` brings: of the test around; elsewhere of every test, for what tests use is read with their constants.
    fn each(&self) -> Vec<&'a str> {
        if around::head(self.text, &self.place).starts_with("test") {
            return around::each(self.text, &self.place).into_iter().collect();
        }
        let items = self.cx.file(self.view.file).map_or(&[][..], |f| &f.items);
        let of_test = items.iter().filter_map(|item| match &item.kind {
            ItemKind::Test(test) => test.for_each.as_ref()?.name.as_ref().map(|n| n.text.as_str()),
            _ => None,
        });
        let own = around::head(self.text, &self.place);
        if own.starts_with("event") || own.starts_with("mix") || own.starts_with("pipeline") { of_test.collect() } else { Vec::new() }
    }

    /// The members of an import, as they follow its name and a dot.
    pub fn members(&self, import: Decl, takes: Takes<'_>, out: &mut Vec<Item>) {
        let Some(module) = self.cx.module(import) else { return };
        for decl in self.decls_in(module) {
            out.extend(self.named(decl, self.cx.plain_name(decl), takes));
        }
    }

    fn imported(&self, takes: Takes<'_>, out: &mut Vec<Item>) {
        for import in self.cx.declared(self.view.file, DeclKind::Import) {
            let Some(module) = self.cx.module(import) else { continue };
            let name = self.cx.plain_name(import);
            let members: Vec<Item> = self.decls_in(module).into_iter().filter_map(|decl| self.named(decl, &format!("{name}.{}", self.cx.plain_name(decl)), takes)).collect();
            if !members.is_empty() {
                out.push(self.item(name, Sort::Module, Rank::Part).detail(format!("module \"{}\"", self.path_of(import))).again());
            }
            out.extend(members);
        }
    }

    fn path_of(&self, import: Decl) -> &'a str {
        match self.cx.item(import).map(|item| &item.kind) {
            Some(ItemKind::Import(ast::Import { path: Some(path), .. })) => &path.value,
            _ => "",
        }
    }

    /// Of modules that the project has, and this file does not import.
    fn elsewhere(&self, takes: Takes<'_>, out: &mut Vec<Item>) {
        for module in self.not_imported() {
            let name = self.free_name(&module.path);
            for item in &module.unit.ast.items {
                let Some((kind, declared)) = declared(&item.kind) else { continue };
                if !fits_unseen(kind, item, takes) {
                    continue;
                }
                let label = format!("{name}.{}", declared.text);
                let (at, import) = self.new_import(&name, &module.path);
                let item = self.item(label, sort(kind), Rank::Elsewhere).detail(format!("{} · imports \"{}\"", said(kind), module.path)).doc(item.doc.clone().unwrap_or_default());
                out.push(Item { also: vec![(at, import)], ..item });
            }
        }
    }

    fn not_imported(&self) -> impl Iterator<Item = &Module> {
        let imported: Vec<&str> = self.cx.declared(self.view.file, DeclKind::Import).into_iter().map(|import| self.path_of(import)).collect();
        self.nearby.modules.iter().filter(move |m| !imported.contains(&m.path.as_str()))
    }

    /// Nodes of modules that are not imported, as far as no node of their name is known: (the node, its comment, the module's path, its import).
    pub fn nodes_elsewhere(&self) -> Vec<(&ast::Node, &str, &str, (usize, String))> {
        let known = self.cx.catalogue(self.view.file);
        let is_known = |name: &str| known.iter().any(|(node, _)| node.name.as_ref().is_some_and(|n| n.value == name));
        let mut found = Vec::new();
        for module in self.not_imported() {
            let import = self.new_import(&self.free_name(&module.path), &module.path);
            for item in &module.unit.ast.items {
                if let ItemKind::Node(node) = &item.kind
                    && node.name.as_ref().is_some_and(|name| !is_known(&name.value))
                {
                    found.push((node, item.doc.as_deref().unwrap_or_default(), module.path.as_str(), import.clone()));
                }
            }
        }
        found
    }

    /// What an import of this path would be called: as its file, or with a number behind it where that is taken.
    fn free_name(&self, path: &str) -> String {
        let file = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".scale");
        let mut base: String = file.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
        if base.starts_with(|c: char| c.is_ascii_digit()) || base.is_empty() || crate::catalog::is_never_a_value(&base) {
            base.insert(0, '_');
        }
        let taken = |name: &str| self.decls_in(self.view.file).into_iter().any(|decl| self.cx.plain_name(decl) == name);
        let numbered = (2..).map(|n| format!("{base}{n}"));
        std::iter::once(base.clone()).chain(numbered.take(99)).find(|name| !taken(name)).unwrap_or(base)
    }

    /// Behind the last import, or above the first declaration.
    fn new_import(&self, name: &str, path: &str) -> (usize, String) {
        let line = format!("import {name} from \"{path}\"");
        let items = self.cx.file(self.view.file).map_or(&[][..], |file| &file.items);
        let imports = items.iter().take_while(|item| matches!(item.kind, ItemKind::Import(_))).last();
        let end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        match (imports, items.first()) {
            (Some(last), _) => (last.span.end as usize, format!("{end}{line}")),
            (None, Some(first)) => {
                let mut start = self.view.source().line_start(self.view.source().line_index(first.span.start as usize));
                // Its own comments stay with it.
                while start > 0 {
                    let above = self.view.source().line_start(self.view.source().line_index(start - 1));
                    if !self.text.get(above..start).is_some_and(|line| line.trim_start().starts_with('#')) {
                        break;
                    }
                    start = above;
                }
                (start, format!("{line}{end}{end}"))
            }
            (None, None) => (0, format!("{line}{end}{end}")),
        }
    }

    pub fn decls_in(&self, file: FileId) -> Vec<Decl> {
        let items = self.cx.file(file).map_or(&[][..], |f| &f.items);
        let named = items.iter().enumerate().filter(|(_, item)| declared(&item.kind).is_some());
        let mut found: Vec<Decl> = named.map(|(index, _)| Decl { file, item: index as u32 }).collect();
        // Of two with one name the first is meant.
        let mut seen = std::collections::HashSet::new();
        found.retain(|decl| seen.insert(self.cx.plain_name(*decl)));
        found
    }

    /// Whether the value of a constant, or what a mix holds, leads to the declaration that is being written.
    fn leads_to(&self, decl: Decl, own: Option<&str>) -> bool {
        let Some(own) = own else { return false };
        let (mut open, mut seen) = (vec![decl], vec![decl]);
        while let Some(decl) = open.pop() {
            let Some(item) = self.cx.item(decl) else { continue };
            if !matches!(item.kind, ItemKind::Let(_) | ItemKind::Mix(_)) {
                continue;
            }
            let mut found = Vec::new();
            crate::check::visit::expressions(item, &mut |e| {
                if let crate::check::names::Found::Decl(inner) = self.cx.find(e) {
                    found.push(inner);
                }
            });
            for inner in found {
                if inner.file == self.view.file && self.cx.plain_name(inner) == own {
                    return true;
                }
                if !seen.contains(&inner) {
                    seen.push(inner);
                    open.push(inner);
                }
            }
        }
        false
    }

    fn named(&self, decl: Decl, label: &str, takes: Takes<'_>) -> Option<Item> {
        let kind = self.cx.kind_of(decl)?;
        let doc = self.cx.item(decl).and_then(|item| item.doc.clone()).unwrap_or_default();
        let item = |rank: Rank, detail: String| Some(self.item(label, sort(kind), rank).detail(detail).doc(doc.clone()));
        match takes {
            Takes::Kinds(kinds) => if kinds.contains(&kind) { item(Rank::Best, self.described(decl, kind)) } else { None },
            Takes::Numbers(dims) if CONSTANTS.contains(&kind) => match self.value(decl)? {
                Const::Number(q) => {
                    let rank = if dims.is_empty() || dims.iter().any(|dim| q.fits(*dim)) { Rank::Best } else { Rank::Part };
                    item(rank, units::honest_quantity(&q)).map(|item| item.of(q.dim))
                }
                _ => None,
            },
            Takes::Texts if CONSTANTS.contains(&kind) => matches!(self.value(decl)?, Const::Text(_)).then(|| item(Rank::Best, "a text".to_owned())).flatten(),
            Takes::Constants if CONSTANTS.contains(&kind) => item(Rank::Good, "constant".to_owned()),
            Takes::Values if CONSTANTS.contains(&kind) => match self.value(decl)? {
                Const::Number(q) => item(Rank::Good, units::honest_quantity(&q)),
                Const::Text(_) | Const::Bool(_) => item(Rank::Good, "constant".to_owned()),
                Const::Expression(e) if is_generator(e) => item(Rank::Best, "generator".to_owned()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value of a constant; `None` where it has none, or is a metric.
    pub fn value(&self, decl: Decl) -> Option<Const<'a>> {
        let ItemKind::Let(declared) = &self.cx.item(decl)?.kind else { return None };
        self.cx.quietly(|| self.cx.let_value(decl, &declared.value))
    }

    /// "target · kafka"
    fn described(&self, decl: Decl, kind: DeclKind) -> String {
        let word = match self.cx.item(decl).map(|item| &item.kind) {
            Some(ItemKind::Target(c) | ItemKind::Source(c)) => c.kind.as_ref().map(|k| k.text.as_str()),
            _ => None,
        };
        match word {
            Some(word) => format!("{} · {word}", said(kind)),
            None => said(kind).to_owned(),
        }
    }
}

/// What is known of a declaration in a file that is not part of the analysis.
fn fits_unseen(kind: DeclKind, item: &ast::Item, takes: Takes<'_>) -> bool {
    match takes {
        Takes::Kinds(kinds) => kinds.contains(&kind) && kind != DeclKind::Import,
        Takes::Numbers(dims) => match &item.kind {
            ItemKind::Let(l) => match &l.value.kind {
                ast::ExprKind::Quantity(token) => units::parse(&token.text).is_ok_and(|q| dims.is_empty() || dims.iter().any(|dim| q.fits(*dim))),
                _ => false,
            },
            _ => false,
        },
        Takes::Texts | Takes::Values | Takes::Constants => false,
    }
}

fn is_generator(e: &ast::Expr) -> bool {
    match &e.unwrapped().kind {
        ast::ExprKind::Construct { .. } | ast::ExprKind::Record(_) => true,
        ast::ExprKind::Call { callee, .. } => matches!(&callee.kind, ast::ExprKind::Name(name) if crate::check::functions::is_generator(&name.text)),
        _ => false,
    }
}

fn said(kind: DeclKind) -> &'static str {
    if kind == DeclKind::Let { "constant" } else { kind.word() }
}

/// A module of the project, as this file would import it.
#[derive(Clone, Debug)]
pub struct Module {
    /// As it stands behind `from`.
    pub path: String,
    pub unit: std::sync::Arc<Unit>,
}
