//! What keys do to the shards and partitions of a target: E0703, some stay idle; W0710, one gets more than it takes.

use super::sends::Traffic;
use super::takes::{self, Partitioned};
use super::{hot, idle};
use crate::check::{Context, Decl, EventRef, Parts};
use crate::plan::keys::{self, Keys, Partitioner};
use crate::plan::{Event, Generator, Key};
use crate::source::Span;
use crate::syntax::ast::{EntryKind, Expr};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// What both rules look at: one target of one test.
pub struct Ground<'g, 'a> {
    pub traffic: &'g Traffic<'g, 'a>,
    pub target: Decl,
    pub partitioned: &'g Partitioned,
}

/// `too_small`: targets of which it has been said that they cannot take the load as a whole.
pub fn check(traffic: &Traffic<'_, '_>, parts: &mut Parts, too_small: &BTreeSet<Decl>) {
    let mut book = Book::default();
    for target in traffic.targets() {
        if let Some(partitioned) = takes::partitions(traffic.cx, target).filter(|p| p.takes.units > 1 && p.takes.units <= u64::from(MOST_UNITS)) {
            let ground = Ground { traffic, target, partitioned: &partitioned };
            let told = idle::check(&ground, &mut book, parts);
            if !told && !too_small.contains(&target) {
                hot::check(&ground, &mut book, parts);
            }
        } else if let Some(limit) = takes::ordering_key(traffic.cx, target) {
            hot::ordering(traffic, target, limit, &mut book, parts);
        }
    }
}

/// Of targets with more shards or partitions than that nothing is said: each of them is counted for each key.
pub const MOST_UNITS: u32 = 20_000;
/// So many keys are told one by one for one test; of those of more events nothing is known.
const MOST_TOLD: usize = 2_000_000;
/// So many shares of partitions are kept for the next question.
const MOST_KEPT: usize = 4_000_000;

/// Keys that have been looked at: many events of one test share a generator.
#[derive(Default)]
pub struct Book {
    known: HashMap<(String, usize), Rc<Keys>>,
    told: usize,
    shares: HashMap<(*const Keys, Partitioner, u32), Rc<Vec<f64>>>,
}

impl Book {
    pub fn keys(&mut self, event: &Event, most: usize, all: &[Event]) -> Rc<Keys> {
        let name = match &event.key {
            None => String::new(),
            Some(Key::Generator(own)) => format!("{own:?}"),
            Some(Key::Field(index)) => event.fields.get(*index).map_or(String::new(), |field| format!("{:?} {}", field.generator, field.null)),
        };
        let told = &mut self.told;
        let keys = self.known.entry((name, most)).or_insert_with(|| {
            if *told >= MOST_TOLD {
                return Rc::new(Keys::unknown());
            }
            let keys = Keys::of(event, most, &|event, field| field_of(all, event, field));
            *told += keys.of.told.len();
            Rc::new(keys)
        });
        keys.clone()
    }

    /// The share of each partition. The keys must be of this book, which keeps them: their address tells them apart.
    pub fn shares(&mut self, keys: &Rc<Keys>, partitioner: Partitioner, units: u32) -> Rc<Vec<f64>> {
        let asked = (Rc::as_ptr(keys), partitioner, units);
        if let Some(known) = self.shares.get(&asked) {
            return known.clone();
        }
        let shares = Rc::new(keys.shares(partitioner, units));
        if self.shares.len().saturating_mul(units as usize) < MOST_KEPT {
            self.shares.insert(asked, shares.clone());
        }
        shares
    }
}

/// The generator that `recent(event.field, n)` refers to. The event may be named as its own file or as the test's file names it.
fn field_of<'e>(all: &'e [Event], event: &str, field: &str) -> Option<&'e Generator> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let mut named = all.iter().filter(|e| last(&e.name) == last(event));
    let found = named.next().filter(|_| named.next().is_none())?;
    found.fields.iter().find(|f| f.name == field).map(|f| &f.generator)
}

/// The value of an event's `key = …`.
pub fn key_of<'a>(cx: &Context<'a>, event: EventRef) -> Option<&'a Expr> {
    cx.event_item(event.decl)?.body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Setting { key, value, .. } if key.text == "key" => Some(value),
        _ => None,
    })
}

/// The generator of the field that is the key.
pub fn field_span(cx: &Context<'_>, event: EventRef, lowered: &Event) -> Option<Span> {
    let Some(Key::Field(index)) = &lowered.key else { return None };
    let name = &lowered.fields.get(*index)?.name;
    cx.event_item(event.decl)?.body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Field { name: Some(found), value, .. } if found.text == *name => Some(value.span),
        _ => None,
    })
}

/// A field that would make a better key: something that a record is about, else what tells it from others; `good` says whether it is better.
pub fn better<'e>(event: &'e Event, good: impl Fn(&Keys) -> bool) -> Option<&'e str> {
    let about = |g: &Generator| matches!(g, Generator::Int { .. } | Generator::Zipf { .. } | Generator::Pattern(_) | Generator::Email | Generator::Name);
    let tells = |g: &Generator| matches!(g, Generator::Uuid | Generator::Seq);
    let fits = |index: usize| {
        let mut other = event.clone();
        other.key = Some(Key::Field(index));
        let keys = Keys::of(&other, keys::MOST, &|_, _| None);
        keys.none <= 0.0 && keys.of.unknown <= 0.0 && good(&keys)
    };
    let of = |kind: &dyn Fn(&Generator) -> bool| {
        event.fields.iter().enumerate().filter(|(_, field)| kind(&field.generator)).find(|(index, _)| fits(*index)).map(|(_, field)| field.name.as_str())
    };
    of(&about).or_else(|| of(&tells))
}
