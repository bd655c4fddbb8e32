//! Mixes: weights over events and other mixes, flattened.

use super::{Context, Decl, DeclKind, EventRef};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind, ItemKind, Weight};
use crate::units::Exact;
use num_traits::{CheckedAdd, CheckedMul};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Events by their probabilities, which sum to 1, in the order of declaration.
pub(super) type Flat = Rc<Vec<(EventRef, Exact)>>;

/// So many shares of events the mixes of one test may come to, those within others counted again.
const MOST_BLENDED: usize = 1_000_000;
/// So many mixes lie within one another: as many as generators do.
const MOST_WITHIN: usize = 256;

impl<'a> Context<'a> {
    /// An event or a mix, flattened: probabilities that sum to 1, in the order of declaration.
    pub fn traffic(&self, e: &'a Expr) -> Option<Vec<(Exact, EventRef)>> {
        Some(self.flat(e)?.iter().map(|(event, p)| (*p, *event)).collect())
    }

    fn flat(&self, e: &'a Expr) -> Option<Flat> {
        // `table_change[17]`: one member of a family.
        if let ExprKind::Index(of, index) = &e.unwrapped().kind {
            let decl = self.thing(of, &[DeclKind::Event], "an event")?;
            let members = self.members(decl)?;
            let index = self.whole(index, 0, "the number of an event in its family, from 0")?;
            let Some(member) = members.get(index as usize).filter(|m| m.member.is_some()) else {
                self.report(
                    Diagnostic::new(codes::E0212, e.span, format!("{} has {} events, numbered from 0", self.quoted(of.span), members.len())).here("not among them").label(self.name_span(decl), "declared here"),
                );
                return None;
            };
            return Some(Rc::new(vec![(*member, Exact::from_integer(1))]));
        }
        let decl = self.thing(e, &[DeclKind::Event, DeclKind::Mix], "an event or a mix")?;
        if self.kind_of(decl) == Some(DeclKind::Event) {
            // A family shares its weight equally.
            let members = self.members(decl)?;
            let each = Exact::new(1, members.len().max(1) as i128);
            return Some(Rc::new(members.into_iter().map(|member| (member, each)).collect()));
        }
        // What was said of it while nobody listened is to be said again.
        let heard = (decl, !self.is_quiet());
        if let Some(known) = self.flattened.borrow().get(&heard) {
            return known.clone();
        }
        if self.mixes.borrow().len() >= MOST_WITHIN && !self.mixes.borrow().contains(&decl) {
            self.report(
                Diagnostic::new(codes::E0307, e.span, format!("more than {MOST_WITHIN} mixes lie within one another")).here("one more within them").help("name events in the mixes, or fewer mixes within mixes"),
            );
            return None;
        }
        if !self.mixes.borrow_mut().insert(decl) {
            // One ring, one message, wherever it is entered.
            if self.rings.borrow().contains(&decl) {
                return None;
            }
            self.rings.borrow_mut().extend(self.mixes.borrow().iter().copied());
            self.report(
                Diagnostic::new(codes::E0406, e.span, format!("the mix `{}` contains itself", self.plain_name(decl)))
                    .here("leads back to the mix")
                    .label(self.name_span(decl), "this mix")
                    .help("name an event, or another mix, in its place"),
            );
            return None;
        }
        let flat = self.mix_body(decl).and_then(|body| self.mix_entries(body)).and_then(|entries| self.blend(entries));
        self.mixes.borrow_mut().remove(&decl);
        self.flattened.borrow_mut().insert(heard, flat.clone());
        flat
    }

    /// Everything that the entries come to, each by its share.
    fn blend(&self, entries: Vec<(Exact, &'a Expr)>) -> Option<Flat> {
        let flats: Vec<Option<(Exact, &Expr, Flat)>> = entries.into_iter().map(|(share, thing)| Some((share, thing, self.flat(thing)?))).collect();
        let mut sum: BTreeMap<EventRef, Exact> = BTreeMap::new();
        for (share, thing, flat) in flats.into_iter().collect::<Option<Vec<_>>>()? {
            self.blended.set(self.blended.get() + flat.len());
            if self.blended.get() > MOST_BLENDED {
                self.report(
                    Diagnostic::new(codes::E0307, thing.span, format!("the mixes that a test sends come to more than 1_000_000 shares of events, which is more than scalec plans"))
                        .here("too many from here on")
                        .help("fewer mixes within mixes, or smaller families of events"),
                );
                return None;
            }
            for (event, p) in flat.iter() {
                let so_far = sum.entry(*event).or_default();
                let Some(total) = share.checked_mul(p).and_then(|more| so_far.checked_add(&more)) else {
                    self.report(
                        Diagnostic::new(codes::E0307, thing.span, format!("the share of {} is too fine a fraction to be told exactly", self.quoted(thing.span)))
                            .here("mixes within mixes multiply their weights")
                            .help("fewer mixes within mixes, or weights that are rounder"),
                    );
                    return None;
                };
                *so_far = total;
            }
        }
        Some(Rc::new(sum.into_iter().collect()))
    }

    fn mix_body(&self, decl: Decl) -> Option<&'a Body> {
        match &self.item(decl)?.kind {
            ItemKind::Mix(mix) => Some(&mix.body),
            _ => None,
        }
    }

    fn mix_entries(&self, body: &'a Body) -> Option<Vec<(Exact, &'a Expr)>> {
        let (mut weights, mut things): (Vec<(Option<&Weight>, Span)>, Vec<&Expr>) = (Vec::new(), Vec::new());
        let mut whole = true;
        for entry in &body.entries {
            match &entry.kind {
                EntryKind::Weighted { weight, value } => {
                    weights.push((Some(weight), entry.span));
                    things.push(value);
                }
                EntryKind::Bare { value } => {
                    weights.push((None, entry.span));
                    things.push(value);
                }
                EntryKind::Setting { .. } | EntryKind::Field { .. } => {
                    self.report(Diagnostic::new(codes::E0101, entry.span, format!("expected a weight and an event in a mix, and found {}", self.quoted(entry.span))).help("write `60% page_viewed`"));
                    whole = false;
                }
            }
        }
        if !whole || weights.is_empty() {
            return None;
        }
        let shares = self.weights(&weights, codes::E0401)?;
        Some(shares.into_iter().zip(things).collect())
    }

    /// Everything that is wrong with a mix by itself: weights, names, W0410, W0412.
    pub(super) fn check_mix(&self, decl: Decl) {
        let Some(body) = self.mix_body(decl) else { return };
        if body.entries.is_empty() && !body.span.is_empty() {
            self.report(Diagnostic::new(codes::E0401, self.name_span(decl), format!("the mix `{}` is empty: there is nothing to send", self.plain_name(decl))).help("write `100% page_viewed`"));
            return;
        }
        self.mix_entries(body);
        let mut seen: HashMap<Decl, Span> = HashMap::new();
        let mut weights = Vec::new();
        self.mixes.borrow_mut().insert(decl);
        for entry in &body.entries {
            let (weight, value) = match &entry.kind {
                EntryKind::Weighted { weight, value } => (Some(weight), value),
                EntryKind::Bare { value } => (None, value),
                _ => continue,
            };
            weights.push((weight, value.span));
            self.flat(value);
            if let super::names::Found::Decl(thing) = self.find(value)
                && let Some(first) = seen.insert(thing, value.span)
            {
                self.report(
                    Diagnostic::new(codes::W0412, value.span, format!("{} stands twice in `{}`", self.quoted(value.span), self.plain_name(decl)))
                        .here("again")
                        .label(first, "first here")
                        .help("add the weights up in one entry"),
                );
            }
        }
        self.mixes.borrow_mut().remove(&decl);
        self.zero_weights(&weights);
    }
}
