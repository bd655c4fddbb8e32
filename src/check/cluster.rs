//! Nodes and clusters: the catalogue of a file and its imports, and what follows from a cluster.

use super::prices::Month;
use super::{Context, Decl};
use crate::diagnostics::suggest::Words;
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::{self, NodeKind, TextValue};
use crate::source::{FileId, Span};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Ident, ItemKind, Node};
use crate::targets;
use crate::units::{Dimension, Exact, Quantity};
use num_traits::ToPrimitive;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The modules that ship with scalec and declare nodes, to name the one that is not imported.
const CATALOGUE: &[(&str, &str)] = &[("std/aws", include_str!("../../std/aws.scale"))];

/// A cluster takes as much of the stack as so many constants.
const LEVELS: usize = 4;

/// `workers = 4..=8 of "m5.xlarge"`
pub(super) struct Workers {
    pub low: u64,
    pub high: u64,
    pub node: NodeKind,
    /// All of the setting.
    pub place: Span,
    /// `4..=8`
    pub count: Span,
}

/// The nodes that a file knows.
pub struct Catalogue<'a> {
    /// With where they are declared.
    nodes: Vec<(&'a Node, Decl)>,
    /// Where among them each stands.
    by_name: HashMap<&'a str, usize>,
    names: Words,
}

impl<'a> Catalogue<'a> {
    fn get(&self, name: &str) -> Option<(&'a Node, Decl)> {
        self.nodes.get(*self.by_name.get(name)?).copied()
    }
}

impl<'a> Context<'a> {
    /// Every node that a file knows: its own and those of what it imports. Of two with one name the first is meant.
    pub fn catalogue(&self, file: FileId) -> Vec<(&'a Node, Decl)> {
        self.known_nodes(file).nodes.clone()
    }

    /// The same, to be asked by name.
    fn known_nodes(&self, file: FileId) -> Rc<Catalogue<'a>> {
        if let Some(known) = self.catalogues.borrow().get(&file) {
            return Rc::clone(known);
        }
        let nodes = self.nodes_known(file);
        let mut by_name: HashMap<&'a str, usize> = HashMap::new();
        for (index, (node, _)) in nodes.iter().enumerate() {
            if let Some(name) = &node.name {
                by_name.entry(name.value.as_str()).or_insert(index);
            }
        }
        let names = Words::new(nodes.iter().filter_map(|(n, _)| n.name.as_ref()).map(|t| t.value.clone()));
        let known = Rc::new(Catalogue { nodes, by_name, names });
        self.catalogues.borrow_mut().insert(file, Rc::clone(&known));
        known
    }

    fn nodes_known(&self, file: FileId) -> Vec<(&'a Node, Decl)> {
        let mut found = Vec::new();
        let (mut seen, mut open) = (HashSet::from([file]), vec![file]);
        while let Some(file) = open.pop() {
            for (index, item) in self.file(file).map_or(&[][..], |f| &f.items).iter().enumerate() {
                if let ItemKind::Node(node) = &item.kind {
                    found.push((node, Decl { file, item: index as u32 }));
                }
            }
            let imports = self.declared(file, super::DeclKind::Import);
            open.extend(imports.into_iter().filter_map(|i| self.module(i)).filter(|m| seen.insert(*m)));
        }
        found
    }

    /// Whether a module, or what it imports, declares nodes.
    pub(super) fn declares_nodes(&self, file: FileId) -> bool {
        !self.known_nodes(file).nodes.is_empty()
    }

    /// Where the node of this name is declared.
    pub(super) fn node_called(&self, file: FileId, name: &str) -> Option<Decl> {
        self.known_nodes(file).get(name).map(|(_, decl)| decl)
    }

    /// A node by its text (E0213).
    pub fn node(&self, e: &'a Expr) -> Option<NodeKind> {
        let name = self.literal_text(e, "the name of a node")?;
        let known = self.known_nodes(e.span.file);
        if let Some((node, _)) = known.get(&name) {
            return self.quietly(|| self.lower_node(node));
        }
        let names = &known.names;
        let d = Diagnostic::new(codes::E0213, e.span, format!("there is no node called \"{name}\""));
        let shipped = CATALOGUE.iter().find(|(_, text)| text.contains(&format!("node \"{name}\"")));
        self.report(match (names.near(&name, &self.patience).first().copied(), shipped) {
            (_, Some((module, _))) => {
                let import = format!("import {} from \"{module}\"", module.trim_start_matches("std/"));
                // Above the first declaration; imports stand together.
                let first = self.file(e.span.file).and_then(|file| file.items.first());
                let top = first.map_or(e.span, |item| self.with_lines(item.span));
                let top = Span { end: top.start, ..top };
                let gap = if first.is_some_and(|item| matches!(item.kind, ItemKind::Import(_))) { "\n" } else { "\n\n" };
                d.here("not imported").help(format!("add `{import}`, which declares it")).fix(format!("add `{import}`"), false, top, format!("{import}{gap}"))
            }
            (Some(near), None) => d.here(format!("did you mean \"{near}\"?")).help(format!("write \"{near}\"")).fix(format!("replace by \"{near}\""), false, e.span, format!("\"{near}\"")),
            (None, None) if names.is_empty() => d.here("no node is declared").help("add `import aws from \"std/aws\"` for the common ones, or declare it: `node \"…\" { vcpu = 4, memory = 16GiB, price = $0.192/h }`"),
            (None, None) => d.here("not declared").help(format!("declare it: `node \"{name}\" {{ vcpu = 4, memory = 16GiB, price = $0.192/h }}`")),
        });
        None
    }

    /// What a node has and costs; `None` where it is broken.
    pub fn lower_node(&self, node: &'a Node) -> Option<NodeKind> {
        let name = node.name.as_ref()?;
        let settings = self.settings(&node.body, &[targets::NODE], "a node", name.span);
        let whole = |n: u64| Exact::from_integer(i128::from(n));
        Some(NodeKind {
            name: name.value.clone(),
            vcpu: whole(self.whole_setting(&settings, "vcpu")?),
            memory: whole(self.whole_setting(&settings, "memory")?),
            price: self.number_setting(&settings, "price")?,
            as_of: match self.text_setting(&settings, "as_of") {
                Some(TextValue::Literal(text)) => Some(text),
                _ => None,
            },
        })
    }

    pub(super) fn check_node(&self, node: &'a Node) {
        let Some(name) = &node.name else { return };
        let settings = self.settings(&node.body, &[targets::NODE], "a node", name.span);
        self.check_settings(&settings);
        if let Some(e) = settings.get("as_of")
            && let Some(text) = self.quietly(|| self.literal_text(e, "`as_of`"))
            && Month::parse(&text).is_none()
        {
            self.report(Diagnostic::new(codes::E0304, e.span, format!("`as_of` must be a year and a month, and \"{text}\" is not one")).help("write it as \"2026-11\""));
        }
    }

    /// `4 of "m5.large"`, `4..=8 of "m5.large"`.
    pub fn nodes(&self, e: &'a Expr, what: &str) -> Option<((u64, u64), NodeKind)> {
        let (count, node) = match &e.unwrapped().kind {
            ExprKind::Missing => return None,
            ExprKind::Binary { op: BinaryOp::Of, left, right, .. } => (left, right),
            _ => {
                self.report(Diagnostic::new(codes::E0304, e.span, format!("{what} must be a number of nodes, and {} is not one", self.quoted(e.span))).help("write `4 of \"m5.xlarge\"`, or `4..=8 of \"m5.xlarge\"` for an autoscaled group"));
                return None;
            }
        };
        let range = self.range(count, Dimension::COUNT, "the number of nodes");
        let node = self.node(node);
        let range = range?;
        let end = |q: Option<Quantity>, up: bool| -> Option<u64> {
            let n = q?.value;
            let n = if up && !range.inclusive { n.ceil() - Exact::from_integer(1) } else { n };
            n.is_integer().then(|| n.to_integer().to_u64()).flatten()
        };
        let (Some(low), Some(high)) = (end(range.low, false), end(range.high, true)) else {
            self.report(
                Diagnostic::new(codes::E0304, count.span, format!("{what} must be a whole number of nodes, and {} is not one", self.quoted(count.span))).help("write `4`, or `4..=8` with both ends"),
            );
            return None;
        };
        if high == 0 {
            self.report(Diagnostic::new(codes::E0306, count.span, format!("{what} must be at least one node, and {} is zero", self.quoted(count.span))).help("write `1` or more"));
            return None;
        }
        Some(((low, high), node?))
    }

    fn cluster_block(&self, decl: Decl) -> Option<&'a crate::syntax::ast::Block> {
        match &self.item(decl)?.kind {
            ItemKind::Cluster(block) => Some(block),
            _ => None,
        }
    }

    pub(super) fn check_cluster(&self, decl: Decl) {
        let Some(block) = self.cluster_block(decl) else { return };
        let name = self.name_span(decl);
        self.needs_itself(decl);
        let settings = self.settings(&block.body, &[targets::CLUSTER], "a cluster", name);
        self.check_settings(&settings);
        for part in ["driver", "workers"] {
            if let Some(e) = settings.get(part) {
                self.nodes(e, &format!("`{part}`"));
            }
        }
        if settings.get("driver").is_none() && settings.get("workers").is_none() && self.unmistaken(block, &["driver", "workers"]) {
            self.report(
                Diagnostic::new(codes::E0208, name, format!("a cluster needs `workers`, and `{}` has none", self.plain_name(decl))).here("no nodes").help("add `workers = 4 of \"m5.xlarge\"`"),
            );
        }
    }

    /// No key in the block that was probably meant for one of these (that is said of the key).
    fn unmistaken(&self, block: &'a crate::syntax::ast::Block, names: &[&str]) -> bool {
        !block.body.entries.iter().any(|e| match &e.kind {
            crate::syntax::ast::EntryKind::Setting { key, .. } => suggest::nearest(&key.text, names.iter().copied()).is_some(),
            _ => false,
        })
    }

    /// The workers of a cluster; `None` where they are broken, or missing.
    pub(super) fn workers_of(&self, cluster: Decl) -> Option<Workers> {
        let block = self.cluster_block(cluster)?;
        let settings = self.quietly(|| self.settings(&block.body, &[targets::CLUSTER], "a cluster", self.name_span(cluster)));
        let e = settings.get("workers")?;
        let ((low, high), node) = self.quietly(|| self.nodes(e, "`workers`"))?;
        let ExprKind::Binary { left, .. } = &e.unwrapped().kind else { return None };
        Some(Workers { low, high, node, place: settings.place("workers")?, count: left.span })
    }

    /// What a cluster consists of; `None` where it is broken.
    pub fn lower_cluster(&self, decl: Decl, name: String) -> Option<plan::Cluster> {
        let block = self.cluster_block(decl)?;
        if self.needs_itself(decl) {
            return None;
        }
        let settings = self.settings(&block.body, &[targets::CLUSTER], "a cluster", self.name_span(decl));
        let nodes = |part: &str| match settings.get(part) {
            Some(e) => self.nodes(e, &format!("`{part}`")).map(Some),
            None => Some(None),
        };
        let driver = nodes("driver")?.map(|((_, n), node)| (n, node));
        let workers = nodes("workers")?;
        let number = |name: &str, default: i128| self.number_setting(&settings, name).unwrap_or(Exact::from_integer(default));
        Some(plan::Cluster {
            name,
            span: self.name_span(decl),
            driver,
            workers,
            spot: number("spot", 0),
            spot_price: number("spot_price", 1),
            platform_fee: number("platform_fee", 0),
        })
    }

    /// What a cluster consists of, without a message, kept: many may name what follows from it.
    pub(super) fn cluster_known(&self, decl: Decl) -> Option<Rc<plan::Cluster>> {
        let key = (decl, self.has_locals());
        if let Some(known) = self.clusters.borrow().get(&key) {
            return known.clone();
        }
        // What `--set` or a `for` puts in can lead back as well.
        self.clusters.borrow_mut().insert(key, None);
        let found = self.deeper(decl, LEVELS, || self.quietly(|| self.lower_cluster(decl, String::new()))).map(Rc::new);
        self.clusters.borrow_mut().insert(key, found.clone());
        found
    }

    /// `current.price` ($/h), `.vcpu`, `.memory`, `.nodes`; an autoscaled group counts at its upper end.
    pub fn cluster_member(&self, decl: Decl, member: &Ident) -> Option<Quantity> {
        let members: Vec<&str> = targets::CLUSTER_MEMBERS.iter().map(|m| m.name).collect();
        if !members.contains(&member.text.as_str()) {
            let d = Diagnostic::new(codes::E0201, member.span, format!("a cluster has no `{}`", member.text)).label(self.name_span(decl), "the cluster");
            self.report(match suggest::nearest(&member.text, members.iter().copied()) {
                Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, member.span, near),
                None => d.here("no such member").help(format!("there are {}", suggest::listed(&members).replace(" or ", " and "))),
            });
            return None;
        }
        let cluster = self.cluster_known(decl)?;
        let one = Exact::from_integer(1);
        let parts = cluster.driver.iter().map(|(n, node)| (*n, node, one)).chain(cluster.workers.iter().map(|((_, high), node)| {
            // Spot workers cost a share of the on-demand price.
            (*high, node, one - cluster.spot + cluster.spot * cluster.spot_price)
        }));
        let mut sum = Exact::from_integer(0);
        for (n, node, price_factor) in parts {
            let n = Exact::from_integer(i128::from(n));
            sum += match member.text.as_str() {
                "price" => n * (node.price * price_factor + cluster.platform_fee),
                "vcpu" => n * node.vcpu,
                "memory" => n * node.memory,
                _ => n,
            };
        }
        Some(match member.text.as_str() {
            "price" => Quantity::new(sum, Dimension::MONEY_PER_TIME),
            "memory" => Quantity::new(sum, Dimension::DATA),
            _ => Quantity::bare(sum),
        })
    }
}
