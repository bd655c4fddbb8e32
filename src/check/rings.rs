//! Rings of definitions: constants, clusters and nodes that must be known to find themselves. They are found from the text alone,
//! before anything is evaluated, so that a ring is the same wherever one starts, and nothing goes round in it.

use super::{Context, Decl, DeclKind, functions};
use super::names::Found;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Body, EntryKind, Expr, ExprKind, ItemKind};
use crate::targets;
use std::collections::{HashMap, HashSet, VecDeque};

/// A definition that another needs, and where that one names it.
pub(super) type Need = (Decl, Span);

/// So many names of a ring are told.
const MOST_NAMED: usize = 8;

/// One definition on the way through those it needs.
struct Step {
    decl: Decl,
    needs: Vec<Need>,
    next: usize,
}

impl<'a> Context<'a> {
    /// Whether a constant, cluster or node needs itself: then it has no value. The ring is reported (E0201) when it is found.
    pub(super) fn needs_itself(&self, decl: Decl) -> bool {
        if !self.ringed.borrow().contains_key(&decl) {
            self.find_rings(decl);
        }
        self.ringed.borrow().get(&decl).copied().unwrap_or(false)
    }

    /// Everything that a definition leads to is looked at once, in as many steps as there are names: after Tarjan, without recursion.
    fn find_rings(&self, start: Decl) {
        let mut numbers: HashMap<Decl, usize> = HashMap::from([(start, 0)]);
        let mut lowest: HashMap<Decl, usize> = HashMap::from([(start, 0)]);
        let mut known: HashMap<Decl, Vec<Need>> = HashMap::new();
        let (mut open, mut waiting) = (HashSet::from([start]), vec![start]);
        let mut way = vec![Step { decl: start, needs: self.needs(start), next: 0 }];
        while let Some(step) = way.last_mut() {
            let decl = step.decl;
            if let Some((needed, _)) = step.needs.get(step.next).copied() {
                step.next += 1;
                if self.ringed.borrow().contains_key(&needed) {
                    continue;
                }
                if let Some(number) = numbers.get(&needed) {
                    if open.contains(&needed) {
                        lower(&mut lowest, decl, *number);
                    }
                    continue;
                }
                let number = numbers.len();
                numbers.insert(needed, number);
                lowest.insert(needed, number);
                open.insert(needed);
                waiting.push(needed);
                way.push(Step { decl: needed, needs: self.needs(needed), next: 0 });
                continue;
            }
            let Some(step) = way.pop() else { break };
            let own = lowest.get(&decl).copied().unwrap_or_default();
            let alone = !step.needs.iter().any(|(needed, _)| *needed == decl);
            known.insert(decl, step.needs);
            if let Some(before) = way.last() {
                lower(&mut lowest, before.decl, own);
            }
            if numbers.get(&decl) != Some(&own) {
                continue;
            }
            // All that lead to one another stand at the end.
            let from = waiting.iter().rposition(|d| *d == decl).unwrap_or_default();
            let members: HashSet<Decl> = waiting.drain(from..).collect();
            let ring = members.len() > 1 || !alone;
            for member in &members {
                open.remove(member);
                self.ringed.borrow_mut().insert(*member, ring);
            }
            if ring {
                self.aloud(|| self.report_ring(&members, &known));
            }
        }
    }

    /// The shortest way round, from the first declaration that is part of it.
    fn report_ring(&self, members: &HashSet<Decl>, known: &HashMap<Decl, Vec<Need>>) {
        let Some(first) = members.iter().min().copied() else { return };
        let mut from: HashMap<Decl, Need> = HashMap::new();
        let mut open = VecDeque::from([first]);
        while let Some(decl) = open.pop_front() {
            for (needed, place) in known.get(&decl).into_iter().flatten().filter(|(needed, _)| members.contains(needed)) {
                if !from.contains_key(needed) {
                    from.insert(*needed, (decl, *place));
                    open.push_back(*needed);
                }
            }
            if from.contains_key(&first) {
                break;
            }
        }
        let (mut names, mut at, mut closes) = (vec![self.called_in_ring(first)], first, None);
        while let Some((before, place)) = from.get(&at).copied() {
            closes = closes.or(Some(place));
            names.push(self.called_in_ring(before));
            at = before;
            if at == first {
                break;
            }
        }
        let Some(place) = closes else { return };
        names.reverse();
        let (name, several) = (self.called_in_ring(first), names.len() > 2);
        let ring = match names.len() > MOST_NAMED {
            true => [&names[..MOST_NAMED / 2], &["…".to_owned()], &names[names.len() - MOST_NAMED / 2..]].concat(),
            false => names,
        };
        let d = Diagnostic::new(codes::E0201, place, format!("`{name}` is needed to find the value of `{name}`")).here("leads back to itself").label(self.ring_place(first), "declared here");
        let d = if several { d.note(format!("the way round is {}", ring.join(" → "))) } else { d };
        self.report(d.help(if several { "give one of them a value of its own" } else { "give it a value of its own" }));
    }

    fn called_in_ring(&self, decl: Decl) -> String {
        match self.item(decl).map(|item| &item.kind) {
            Some(ItemKind::Node(node)) => format!("\"{}\"", node.name.as_ref().map_or("", |name| name.value.as_str())),
            _ => self.plain_name(decl).to_owned(),
        }
    }

    fn ring_place(&self, decl: Decl) -> Span {
        match self.item(decl).map(|item| &item.kind) {
            Some(ItemKind::Node(node)) => node.name.as_ref().map_or(node.body.span, |name| name.span),
            _ => self.name_span(decl),
        }
    }

    /// The constants, clusters and nodes that one of them names: they must be known before it.
    pub(super) fn needs(&self, decl: Decl) -> Vec<Need> {
        let mut found = Vec::new();
        match self.item(decl).map(|item| &item.kind) {
            Some(ItemKind::Let(declared)) => {
                self.named_in(&declared.value, &mut found);
                if let Some(range) = &declared.range {
                    self.named_in(range, &mut found);
                }
            }
            Some(ItemKind::Cluster(block)) => self.named_in_settings(&block.body, &mut found),
            Some(ItemKind::Node(node)) => self.named_in_settings(&node.body, &mut found),
            _ => {}
        }
        found
    }

    fn named_in_settings(&self, body: &'a Body, found: &mut Vec<Need>) {
        for entry in &body.entries {
            if let EntryKind::Setting { value, .. } = &entry.kind {
                self.named_in(value, found);
            }
        }
    }

    fn named_in(&self, e: &'a Expr, found: &mut Vec<Need>) {
        // The first words of a member are no names of their own: `latency` in `latency.p99`.
        let mut parts: HashSet<*const Expr> = HashSet::new();
        super::visit::expression(e, &mut |e| {
            if let ExprKind::Member(of, _) = &e.kind {
                parts.insert(&raw const **of);
            }
            if let ExprKind::Paren(inner) = &e.kind
                && parts.contains(&(&raw const *e))
            {
                parts.insert(&raw const **inner);
            }
            match &e.kind {
                ExprKind::Name(_) | ExprKind::Member(..) if !parts.contains(&(&raw const *e)) => found.extend(self.definition(e).map(|decl| (decl, e.span))),
                ExprKind::Binary { op: BinaryOp::Of, right, .. } => found.extend(self.node_written(right).map(|decl| (decl, right.span))),
                // `avg(lag, burst)`: the second is a phase.
                ExprKind::Call { callee, args } => {
                    if let (ExprKind::Name(name), [_, phase]) = (&callee.kind, &args[..])
                        && functions::is_window(&name.text)
                        && functions::on_numbers(&name.text).is_none()
                    {
                        parts.insert(&raw const *phase);
                    }
                }
                _ => {}
            }
        });
    }

    /// The constant, or the cluster in `current.price`, that a name means.
    fn definition(&self, e: &'a Expr) -> Option<Decl> {
        match (self.find(e), &e.kind) {
            (Found::Decl(decl), _) => matches!(self.kind_of(decl), Some(DeclKind::Let | DeclKind::Param)).then_some(decl),
            (Found::NotAName, ExprKind::Member(of, member)) => match self.find(of) {
                Found::Decl(decl) => (self.kind_of(decl) == Some(DeclKind::Cluster) && targets::CLUSTER_MEMBERS.iter().any(|m| m.name == member.text)).then_some(decl),
                _ => None,
            },
            _ => None,
        }
    }

    /// The node behind `of`: its text, or a constant that is written as one.
    fn node_written(&self, e: &'a Expr) -> Option<Decl> {
        let (mut at, mut seen) = (e.unwrapped(), HashSet::new());
        loop {
            match &at.kind {
                ExprKind::Text(text) => return self.node_called(e.span.file, &text.value),
                ExprKind::Name(_) | ExprKind::Member(..) => {
                    let Found::Decl(decl) = self.find(at) else { return None };
                    let Some(ItemKind::Let(declared)) = self.item(decl).map(|item| &item.kind) else { return None };
                    if !seen.insert(decl) {
                        return None;
                    }
                    at = declared.value.unwrapped();
                    if let Some(set) = self.set_of(decl) {
                        return self.node_called(e.span.file, set.text.trim_matches('"'));
                    }
                }
                _ => return None,
            }
        }
    }
}

fn lower(lowest: &mut HashMap<Decl, usize>, decl: Decl, number: usize) {
    lowest.entry(decl).and_modify(|low| *low = number.min(*low)).or_insert(number);
}
