//! W0815: prices that are old beside others of the same catalogue, so that costs are compared that were never asked for together.

use super::Context;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use crate::syntax::ast::{EntryKind, Expr, Node};

/// When a price was looked up: `2026-11`, or a day of it, `2026-11-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Month {
    months: u32,
    /// 0 where none is given.
    day: u32,
}

impl Month {
    pub fn parse(text: &str) -> Option<Month> {
        let number = |text: &str, digits: usize| (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u32>().ok())?;
        let mut parts = text.split('-');
        let (year, month) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?);
        let day = match parts.next() {
            Some(day) => number(day, 2).filter(|day| (1..=31).contains(day))?,
            None => 0,
        };
        ((1..=12).contains(&month) && parts.next().is_none()).then_some(Month { months: year * 12 + month - 1, day })
    }
    /// Whole months from an earlier one; days count where both give them.
    fn since(self, earlier: Month) -> u32 {
        let months = self.months.saturating_sub(earlier.months);
        if self.day > 0 && earlier.day > self.day { months.saturating_sub(1) } else { months }
    }
    /// More than a year after an earlier one.
    fn is_a_year_after(self, earlier: Month) -> bool {
        let months = self.months.saturating_sub(earlier.months);
        months > 12 || months == 12 && earlier.day > 0 && self.day > earlier.day
    }
    fn is_later_than(self, other: Month) -> bool {
        (self.months, self.day) > (other.months, other.day)
    }
}

/// A node whose price has a date.
struct Dated<'a> {
    name: &'a str,
    /// As written.
    text: String,
    date: Month,
    place: Span,
}

impl<'a> Context<'a> {
    pub(super) fn check_prices(&self, file: FileId) {
        let dated: Vec<Dated<'a>> = self.catalogue(file).into_iter().filter_map(|(node, _)| self.dated(node)).collect();
        let Some(newest) = dated.iter().reduce(|best, next| if next.date.is_later_than(best.date) { next } else { best }) else { return };
        for old in dated.iter().filter(|d| d.place.file == file && newest.date.is_a_year_after(d.date)) {
            self.report(stale(old, newest));
        }
    }

    fn dated(&self, node: &'a Node) -> Option<Dated<'a>> {
        let name = node.name.as_ref()?;
        let value: &'a Expr = node.body.entries.iter().find_map(|entry| match &entry.kind {
            EntryKind::Setting { key, value, .. } if key.text == "as_of" => Some(value),
            _ => None,
        })?;
        let text = self.quietly(|| self.literal_text(value, "`as_of`"))?;
        Some(Dated { name: &name.value, date: Month::parse(&text)?, text, place: value.span })
    }
}

fn stale(old: &Dated<'_>, newest: &Dated<'_>) -> Diagnostic {
    let months = newest.date.since(old.date);
    let d = Diagnostic::new(codes::W0815, old.place, format!("the price of \"{}\" dates from {}, {months} months before the newest, from {}", old.name, old.text, newest.text))
        .here("more than a year older");
    let d = if newest.place.file == old.place.file { d.label(newest.place, format!("the newest: \"{}\"", newest.name)) } else { d.note(format!("the newest is that of \"{}\"", newest.name)) };
    d.help("look the price up again, and date it")
}

#[cfg(test)]
mod tests {
    use super::Month;

    #[test]
    fn a_year_is_twelve_months_and_a_day() {
        let month = |text| Month::parse(text).unwrap();
        for (earlier, later, is) in [
            ("2025-11", "2026-11", false),
            ("2025-10", "2026-11", true),
            ("2025-11-20", "2026-11-20", false),
            ("2025-11-19", "2026-11-20", true),
            ("2025-11-19", "2026-11", false),
            ("2025-10-31", "2026-11-01", true),
            ("2026-11", "2020-01", false),
        ] {
            assert_eq!(month(later).is_a_year_after(month(earlier)), is, "{earlier} {later}");
        }
        assert_eq!(month("2026-11").since(month("2024-01")), 34);
        for bad in ["2026", "2026-13", "2026-1", "26-11", "2026-11-32", "2026-11-05-01", "november", "", "2026-00"] {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
    }
}
