//! Events: settings, fields, key; and their form in a plan.

use super::functions::LATE;
use super::settings::Settings;
use super::{Context, Decl, EventRef, encoding};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::{self, Field, Generator, Key};
use crate::source::Span;
use crate::syntax::ast::{Body, EntryKind, Event, Expr, ExprKind, Ident, ItemKind};
use crate::targets;
use crate::units::{self, Dimension, Exact};
use num_traits::ToPrimitive;
use std::collections::HashMap;

/// The most members of a family: each is lowered on its own.
const LARGEST_FAMILY: u64 = 10_000;
/// The most values that the events of all tests of a file come to, those of each member of a family and those within others counted. A test holds its own.
const MOST_SENT: usize = 1_000_000;
/// What an event takes besides its fields, in values.
const EVENT: usize = 3;

impl<'a> Context<'a> {
    pub(super) fn event_item(&self, decl: Decl) -> Option<&'a Event> {
        match &self.item(decl)?.kind {
            ItemKind::Event(event) => Some(event),
            _ => None,
        }
    }

    /// The members of a family, or the event itself.
    pub(super) fn members(&self, decl: Decl) -> Option<Vec<EventRef>> {
        let event = self.event_item(decl)?;
        match &event.family {
            None => Some(vec![EventRef { decl, member: None }]),
            Some(e) => {
                let count = self.family_size(e)?;
                Some((0..count as u32).map(|n| EventRef { decl, member: Some(n) }).collect())
            }
        }
    }

    fn family_size(&self, e: &'a Expr) -> Option<u64> {
        let count = self.whole(e, 1, "the number of events in a family")?;
        if count > LARGEST_FAMILY {
            self.report(
                Diagnostic::new(codes::E0305, e.span, format!("a family has at most {LARGEST_FAMILY} events, and {} is more", self.quoted(e.span))).here("too many").help("declare fewer"),
            );
            return None;
        }
        Some(count)
    }

    pub(super) fn check_event(&self, decl: Decl) {
        let Some(event) = self.event_item(decl) else { return };
        let member = match &event.family {
            Some(e) => self.family_size(e).map(|_| 0),
            None => None,
        };
        self.read_event(decl, member);
    }

    /// A member's name is `table_change[17]`.
    pub(super) fn lower_event(&self, event: EventRef, name: String) -> Option<plan::Event> {
        if self.have_sent_too_much() {
            self.report(self.too_much_sent(event.decl));
            return None;
        }
        let before = self.all_generators.get();
        let read = self.read_event(event.decl, event.member);
        // A test is looked at more than once, but once only for others to hear.
        let made = if self.is_quiet() { &self.sent_quietly } else { &self.sent };
        made.set(made.get() + EVENT + self.all_generators.get() - before);
        let mut lowered = read?;
        lowered.name = match event.member {
            Some(n) => format!("{name}[{n}]"),
            None => name,
        };
        Some(lowered)
    }

    /// Whether the events of the tests so far are all that a file may send.
    pub(super) fn have_sent_too_much(&self) -> bool {
        self.sent.get().max(self.sent_quietly.get()) >= MOST_SENT
    }

    /// E0307
    fn too_much_sent(&self, decl: Decl) -> Diagnostic {
        let place = self.event_item(decl).and_then(|event| event.family.as_ref()).map_or(self.name_span(decl), |e| e.span);
        Diagnostic::new(codes::E0307, place, "the events that the tests of this file send come to more than 1_000_000 values of fields, which is more than scalec plans")
            .here("too many from here on")
            .note("each event of a family has all of the fields, and each test its own events")
            .help("smaller families, fewer fields, or some of the tests in a file of their own")
    }

    /// Its declaration, each test that sends it, and a look at its size ask for it. What was read without a message, and without a name that
    /// only some `for` knows (such a one counts as wanted), is kept, as long as no `for` gives names another meaning; members of a family are too many to be kept.
    fn read_event(&self, decl: Decl, member: Option<u32>) -> Option<plan::Event> {
        let event = self.event_item(decl)?;
        let constant = event.family.is_none() && !self.has_locals();
        let made = self.all_generators.get();
        if constant && let Some((known, of)) = self.events_read.borrow().get(&decl) {
            self.all_generators.set(made + of);
            return Some(known.clone());
        }
        let before = self.messages();
        let read = self.read_event_anew(decl, member);
        if let Some(read) = read.as_ref().filter(|_| constant && before.is_some() && before == self.messages()) {
            self.events_read.borrow_mut().insert(decl, (read.clone(), self.all_generators.get() - made));
        }
        read
    }

    fn read_event_anew(&self, decl: Decl, member: Option<u32>) -> Option<plan::Event> {
        let event = self.event_item(decl)?;
        let index = member.or(event.family.as_ref().map(|_| 0));
        let (fields, keys, whole) = self.entries(&event.body, index);
        let settings = self.event_settings(&event.body, decl, &keys);
        let key = settings.get("key").map(|e| self.key(e, &event.body, &keys, decl, index));
        let size = settings.get("size").map(|e| self.sizes(e, "`size`"));
        let late = settings.get("late").map(|e| self.late(e));
        let op = settings.get("op").map(|e| self.op(e));
        let identity = settings.get("identity").map(|e| self.identity(e, &keys, decl));
        let share = |name: &str| settings.get(name).map(|e| self.share(e, &format!("`{name}`")));
        let (duplicate, malformed) = (share("duplicate"), share("malformed"));
        let envelope = settings.get("envelope").map(|_| self.word_setting(&settings, "envelope"));
        if !whole {
            return None;
        }
        let whole_fields: Vec<Field> = fields.into_iter().collect::<Option<_>>()?;
        let size = transpose(size)?;
        let bounds = encoding::of_fields(&whole_fields);
        if let (Some((low, _)), Some(place)) = (size, settings.get("size")) {
            self.size_fits(event, place, low, &whole_fields, &bounds);
        }
        let mean = bounds.mean.max(size.map_or(0.0, |(low, high)| (low as f64 + high as f64) / 2.0));
        let most = match (bounds.most, size) {
            (Some(most), Some((_, high))) => Some(most.max(high)),
            (most, None) => most,
            (None, Some(_)) => None,
        };
        Some(plan::Event {
            name: String::new(),
            span: self.name_span(decl),
            key: transpose(key)?,
            size,
            fields: whole_fields,
            late: transpose(late)?,
            duplicate: transpose(duplicate)?,
            malformed: transpose(malformed)?,
            op: transpose(op)?,
            envelope: transpose(envelope)?.map(str::to_owned),
            identity: transpose(identity)?,
            mean_bytes: mean,
            max_bytes: most,
        })
    }

    /// The fields of a body with their names; false where one of them has none.
    fn entries(&self, body: &'a Body, index: Option<u32>) -> (Vec<Option<Field>>, Vec<&'a Ident>, bool) {
        let (mut fields, mut names, mut whole) = (Vec::new(), Vec::<&Ident>::new(), true);
        let mut known: HashMap<&str, Span> = HashMap::new();
        for entry in &body.entries {
            let EntryKind::Field { name, value, null } = &entry.kind else { continue };
            let Some(name) = name else {
                whole = false;
                continue;
            };
            if let Some(first) = known.insert(&name.text, name.span) {
                known.insert(&name.text, first);
                self.report(field_twice(name, first));
                whole = false;
                continue;
            }
            names.push(name);
            fields.push(self.field(name, value, null.as_ref(), index));
        }
        (fields, names, whole)
    }

    /// One field with its share of nulls.
    pub(super) fn field(&self, name: &Ident, value: &'a Expr, null: Option<&'a Expr>, index: Option<u32>) -> Option<Field> {
        let generator = self.generator(value, index);
        let null = match null {
            Some(e) => self.share(e, "the share of nulls"),
            None => Some(Exact::from_integer(0)),
        };
        Some(Field { name: name.text.clone(), generator: generator?, null: null? })
    }

    /// Settings of an event stand among its fields.
    fn event_settings(&self, body: &'a Body, decl: Decl, fields: &[&'a Ident]) -> Settings<'a> {
        // A key that is no setting may be a field without its word.
        for entry in &body.entries {
            if let EntryKind::Setting { key, value, .. } = &entry.kind
                && targets::find(&[targets::EVENT], &key.text).is_none()
                && is_generator_like(value)
                && !misspells_a_setting(&key.text)
                && !fields.iter().any(|f| f.text == key.text)
            {
                self.report(
                    Diagnostic::new(codes::E0207, key.span, format!("an event has no setting `{}`", key.text))
                        .here("a field?")
                        .help(format!("write `field {} = …`", key.text))
                        .fix("make it a field", false, key.span, format!("field {}", key.text)),
                );
            }
        }
        let settings = body.entries.iter().filter(|e| !matches!(e.kind, EntryKind::Field { .. }));
        self.settings_of(settings, &[targets::EVENT], "an event", self.name_span(decl))
    }

    /// E0402: the key is a field's name, or a generator.
    fn key(&self, e: &'a Expr, body: &'a Body, fields: &[&'a Ident], decl: Decl, index: Option<u32>) -> Option<Key> {
        if let ExprKind::Name(name) = &e.unwrapped().kind {
            if let Some(at) = fields.iter().position(|f| f.text == name.text) {
                return Some(Key::Field(at));
            }
            self.report(self.no_field(codes::E0402, name, body, fields, decl, "key"));
            return None;
        }
        match self.member_path(e) {
            // `device.os`: a field inside a field.
            Some(path) => self.nested_key(e, &path, body, fields, decl, index),
            None => self.generator(e, index).map(Key::Generator),
        }
    }

    fn member_path(&self, e: &'a Expr) -> Option<Vec<&'a Ident>> {
        match &e.unwrapped().kind {
            ExprKind::Name(name) => Some(vec![name]),
            ExprKind::Member(of, word) => {
                let mut path = self.member_path(of)?;
                path.push(word);
                Some(path)
            }
            _ => None,
        }
    }

    /// The generator of a field inside a record cannot be shared with the key: say so.
    fn nested_key(&self, e: &Expr, path: &[&'a Ident], body: &'a Body, fields: &[&'a Ident], decl: Decl, _index: Option<u32>) -> Option<Key> {
        let first = path.first()?;
        if fields.iter().any(|f| f.text == first.text) {
            self.report(
                Diagnostic::new(codes::E0402, e.span, format!("the key of `{}` must be a field of its own, and {} lies inside one", self.plain_name(decl), self.quoted(e.span)))
                    .here("inside a field")
                    .help(format!("make it a field of the event, or key by `{}`", first.text)),
            );
        } else {
            self.report(self.no_field(codes::E0402, first, body, fields, decl, "key"));
        }
        None
    }

    fn no_field(&self, code: crate::diagnostics::Code, name: &Ident, _body: &Body, fields: &[&Ident], decl: Decl, what: &str) -> Diagnostic {
        let names: Vec<&str> = fields.iter().map(|f| f.text.as_str()).collect();
        let event = self.plain_name(decl);
        let d = Diagnostic::new(code, name.span, format!("the {what} of `{event}` is `{}`, and it has no such field", name.text)).label(self.name_span(decl), "this event");
        match self.patience.nearest(&name.text, &names) {
            Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, name.span, near),
            None if names.is_empty() => d.here("no such field").help(format!("declare it: `field {} = uuid()`", name.text)),
            None if names.len() <= 8 => d.here("no such field").help(format!("its fields are {}", suggest::listed(&names).replace(" or ", " and "))),
            None => d.here("no such field").help(format!("declare it: `field {} = uuid()`", name.text)),
        }
    }

    fn identity(&self, e: &'a Expr, fields: &[&'a Ident], decl: Decl) -> Option<usize> {
        match &e.unwrapped().kind {
            ExprKind::Missing => None,
            ExprKind::Name(name) => match fields.iter().position(|f| f.text == name.text) {
                Some(at) => Some(at),
                None => {
                    self.report(self.no_field(codes::E0402, name, &Body::default(), fields, decl, "identity"));
                    None
                }
            },
            _ => {
                self.report(Diagnostic::new(codes::E0304, e.span, format!("`identity` must name a field, and {} does not", self.quoted(e.span))).help("write `identity = field event_id`"));
                None
            }
        }
    }

    /// Whole bytes between both, inclusive.
    pub(super) fn sizes(&self, e: &'a Expr, what: &str) -> Option<(u64, u64)> {
        let bounds = self.range(e, Dimension::DATA, what)?;
        let (low, high) = self.ends(e, &bounds, what)?;
        if low < 0 || high <= 0 {
            self.report(Diagnostic::new(codes::E0306, e.span, format!("{what} must be more than no bytes, and {} is not", self.quoted(e.span))).help("write a size such as `1KiB`"));
            return None;
        }
        Some((low as u64, high as u64))
    }

    /// `late(2%, 30s..=5m)`
    fn late(&self, e: &'a Expr) -> Option<(Exact, (Exact, Exact))> {
        let (callee, args) = match &e.unwrapped().kind {
            ExprKind::Missing => return None,
            ExprKind::Call { callee, args } => (callee, args),
            _ => {
                self.report(Diagnostic::new(codes::E0304, e.span, format!("`late` must say how many are late and by how much, and {} does not", self.quoted(e.span))).help("write `late(2%, 30s..=5m)`"));
                return None;
            }
        };
        let ExprKind::Name(name) = &callee.kind else { return None };
        if name.text != LATE.name {
            self.report(super::functions::no_such_function(name, &[LATE.name]));
            return None;
        }
        self.called(name, args, &LATE)?;
        let (share, range) = (args.first()?, args.get(1)?);
        let share = self.share(share, "the share of late records");
        let bounds = self.range(range, Dimension::TIME, "how late they are");
        let (share, bounds) = (share?, bounds?);
        let end = |q: Option<units::Quantity>| q.map(|q| q.value);
        match (end(bounds.low), end(bounds.high)) {
            (low, Some(high)) => Some((share, (low.unwrap_or(Exact::from_integer(0)), high))),
            (_, None) => {
                self.report(Diagnostic::new(codes::E0308, range.span, format!("{} has no upper end", self.quoted(range.span))).help("write a range with both ends, such as `30s..=5m`"));
                None
            }
        }
    }

    /// `choice { 60% "insert", … }`
    fn op(&self, e: &'a Expr) -> Option<Vec<(Exact, Generator)>> {
        self.operations(e);
        match self.generator(e, None)? {
            Generator::Choice(entries) => Some(entries),
            text @ Generator::LiteralText(_) => Some(vec![(Exact::from_integer(1), text)]),
            _ => {
                self.report(
                    Diagnostic::new(codes::E0304, e.span, format!("`op` must be a choice of operations, and {} is not one", self.quoted(e.span)))
                        .help("write `choice { 60% \"insert\", 25% \"update\", 15% \"delete\" }`"),
                );
                None
            }
        }
    }

    /// E0201: of the operations there are three.
    fn operations(&self, e: &'a Expr) {
        let words = ["insert", "update", "delete"];
        match &e.unwrapped().kind {
            ExprKind::Construct { body, .. } => body.entries.iter().for_each(|entry| {
                if let EntryKind::Weighted { value, .. } | EntryKind::Bare { value } = &entry.kind {
                    self.operations(value);
                }
            }),
            ExprKind::Text(text) if !words.contains(&text.value.as_str()) => {
                let d = Diagnostic::new(codes::E0201, text.span, format!("`op` cannot be \"{}\"", text.value)).help(format!("write {}", suggest::listed(&words.map(|w| format!("\"{w}\"")))));
                self.report(match suggest::nearest(&text.value, words) {
                    Some(near) => d.here(format!("did you mean \"{near}\"?")).fix(format!("replace by \"{near}\""), false, text.span, format!("\"{near}\"")),
                    None => d.here("no such operation"),
                });
            }
            _ => {}
        }
    }

    /// E0403, W0413: what the fields can take beside `size`.
    fn size_fits(&self, event: &Event, place: &Expr, size: u64, fields: &[Field], bounds: &encoding::Bounds) {
        let show = |bytes: u64| units::show(Exact::from_integer(i128::from(bytes)), Dimension::DATA);
        let per_field = |of: fn(&encoding::Bounds) -> Option<u64>| {
            let mut parts: Vec<(u64, String)> = fields.iter().filter_map(|f| Some((of(&encoding::of_field(f))?, f.name.clone()))).collect();
            parts.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
            let shown: Vec<String> = parts.iter().take(6).map(|(bytes, name)| format!("`{name}` {}", show(*bytes))).collect();
            let more = parts.len().saturating_sub(6);
            if more > 0 { format!("{}, and {more} more", shown.join(", ")) } else { shown.join(", ") }
        };
        let name = event.name.as_ref().map_or("this event", |n| n.text.as_str());
        if bounds.least > size {
            let (least, given) = super::records::apart(bounds.least, size);
            self.report(
                Diagnostic::new(codes::E0403, place.span, format!("`{name}` takes at least {least}, more than its `size` of {given}"))
                    .here("too small")
                    .note(format!("names included: {}", per_field(|b| Some(b.least))))
                    .help(format!("write `{0}` or more, or shorten the fields", show(round_up(bounds.least))))
                    .fix("make it large enough", false, place.span, show(round_up(bounds.least))),
            );
        } else if let Some(most) = bounds.most.filter(|most| *most > size) {
            let (largest, given) = super::records::apart(most, size);
            self.report(
                Diagnostic::new(codes::W0413, place.span, format!("`{name}` can take up to {largest}, more than its `size` of {given}"))
                    .here("some records will be larger")
                    .note(format!("at most: {}", per_field(|b| b.most)))
                    .help(format!("write `{0}` or more, or shorten the fields", show(round_up(most))))
                    .fix("make it large enough", false, place.span, show(round_up(most))),
            );
        }
    }
}

pub(super) fn field_twice(name: &Ident, first: Span) -> Diagnostic {
    Diagnostic::new(codes::E0202, name.span, format!("the field `{}` is declared twice", name.text)).here("declared again").label(first, "first declared here").help("rename or remove one of them")
}

/// Absent is fine, wrong is not.
fn transpose<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

/// `kye = zipf(…)`, but not `at = now()` or `ip = ip()`: a field's name is a word of its own, so a slip of one letter at most.
fn misspells_a_setting(key: &str) -> bool {
    key.len() > 2 && suggest::nearest(key, targets::EVENT.iter().map(|s| s.name)).is_some_and(|near| suggest::is_one_slip(key, near))
}

fn is_generator_like(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Call { callee, .. } => matches!(&callee.kind, ExprKind::Name(n) if super::functions::is_generator(&n.text)),
        ExprKind::Construct { kind, .. } => kind.text == super::functions::CHOICE.name,
        ExprKind::Record(_) => true,
        _ => false,
    }
}

/// To a size that reads well.
fn round_up(bytes: u64) -> u64 {
    let step = match bytes {
        0..=999 => 10,
        1_000..=99_999 => 100,
        // To three digits: what is written must read as what is meant.
        n => 10u64.pow(n.ilog10() - 2),
    };
    bytes.div_ceil(step).saturating_mul(step)
}

/// Whole numbers of a range, inclusive; used by sizes and generators.
impl<'a> Context<'a> {
    pub(super) fn ends(&self, e: &Expr, bounds: &super::Bounds, what: &str) -> Option<(i64, i64)> {
        let (Some(low), Some(high)) = (bounds.low, bounds.high) else {
            self.report(Diagnostic::new(codes::E0308, e.span, format!("{what} needs both ends, and {} is open", self.quoted(e.span))).here("open at one end").help("write both ends, such as `1..=100`"));
            return None;
        };
        let whole = |v: Exact| v.to_integer().to_i64();
        let low_whole = whole(low.value.ceil());
        let high_whole = whole(if bounds.inclusive { high.value.floor() } else { high.value.ceil() - Exact::from_integer(1) });
        match (low_whole, high_whole) {
            (Some(low), Some(high)) if low <= high => Some((low, high)),
            (Some(_), Some(_)) => {
                self.report(Diagnostic::new(codes::E0311, e.span, format!("no whole number lies in {}", self.quoted(e.span))).here("empty").help("widen the range"));
                None
            }
            _ => {
                self.report(Diagnostic::new(codes::E0307, e.span, format!("{} is beyond what a 64-bit number can hold", self.quoted(e.span))).help("use smaller numbers"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written as a size must hold what needs it.
    #[test]
    fn a_size_that_is_proposed_reads_as_it_is_meant() {
        for bytes in [1, 999, 1_001, 65_537, 99_999, 123_456, 999_999, 1_048_577, 10_000_100, 1_234_567_891, u64::MAX / 2] {
            let shown = units::show(Exact::from_integer(i128::from(round_up(bytes))), Dimension::DATA);
            let read = units::parse(&shown).unwrap().value;
            assert!(read >= Exact::from_integer(i128::from(bytes)), "{shown} for {bytes}");
        }
    }
}
