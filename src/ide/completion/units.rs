//! Units behind the digits that have been typed.

use super::Asked;
use super::item::{Item, Rank, Sort};
use super::site::Beside;
use super::want::{self, Want};
use crate::catalog::UNITS;
use crate::check::series;
use crate::units::{self, Dimension, Quantity};

/// What a quantity is counted per.
const PER: &[&str] = &["s", "m", "h", "d"];

impl Asked<'_, '_> {
    /// The number as far as it is typed, with each unit that it can have; where its dimension is known, with those of that dimension alone.
    pub fn units(&self, want: &Want, beside: &Beside, out: &mut Vec<Item>) {
        let typed = self.text.get(self.place.word.start..self.place.offset).unwrap_or("");
        let digits = typed.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'$' | b'_' | b'.')).count();
        let number = typed.get(..digits).unwrap_or("");
        if !number.ends_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        let wanted: Vec<Dimension> = match want.dims() {
            // What is multiplied may have any dimension.
            _ if self.followed_by('*') || self.followed_by('/') => Vec::new(),
            [] => self.dimension_of(beside).into_iter().collect(),
            dims => dims.to_vec(),
        };
        let rest = typed.get(digits..).unwrap_or("");
        let money = number.starts_with('$');
        let mut all: Vec<(String, &str)> = candidates(rest, money).into_iter().map(|(unit, doc)| (format!("{number}{unit}"), doc)).collect();
        // Where money is wanted its sign has often been left out.
        if !money && rest.is_empty() && !wanted.is_empty() {
            all.extend(candidates("", true).into_iter().map(|(unit, doc)| (format!("{}{number}{unit}", units::MONEY.name), doc)));
            all.push((format!("{}{number}", units::MONEY.name), units::MONEY.doc));
        }
        for (text, doc) in all {
            let Ok(quantity) = units::parse(&text) else { continue };
            let rank = match wanted.iter().position(|dim| fits(&quantity, *dim)) {
                Some(0) => Rank::Best,
                Some(_) => Rank::Good,
                None if wanted.is_empty() => Rank::Fits,
                None => continue,
            };
            out.push(self.item(text, Sort::Unit, rank).detail(units::dimension_name(quantity.dim)).doc(doc));
        }
    }

    /// Those of a share: of an event among others, or of a load.
    pub fn weights(&self, rate: bool, out: &mut Vec<Item>) {
        self.units(&Want::Number(if rate { want::SHARE_OR_RATE } else { want::SHARE }), &Beside::Unknown, out);
        // Shares are written in percent.
        out.retain(|item| !item.label.ends_with('x'));
    }

    pub fn dimension_of(&self, beside: &Beside) -> Option<Dimension> {
        match beside {
            Beside::Name(path) => self.dimension_of_name(path),
            Beside::PerSecond(path) => self.dimension_of_name(path).map(|dim| Dimension { time: dim.time - 1, ..dim }),
            Beside::Quantity(text) => units::parse(text).ok().filter(|q| !q.is_bare()).map(|q| q.dim),
            Beside::Unknown => None,
        }
    }

    /// Of a metric, or of a constant.
    fn dimension_of_name(&self, path: &[String]) -> Option<Dimension> {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let (head, rest) = words.split_first()?;
        // Of a distribution, and across instances.
        if rest.last() == Some(&"count") {
            return Some(Dimension::COUNT);
        }
        let Some(decl) = self.decls_in(self.view.file).into_iter().find(|d| self.cx.plain_name(*d) == *head) else {
            return named(&words, series::test_metrics());
        };
        use crate::check::{Const, DeclKind};
        match self.cx.kind_of(decl)? {
            DeclKind::Target => named(rest, series::LOAD.iter().chain(series::AUDIT)),
            DeclKind::Pipeline => named(rest, series::PIPELINE.iter().map(|(s, _)| s)),
            DeclKind::Source => named(rest, series::source_metrics(self.cx.source_kind(decl)?.name)),
            DeclKind::Metric => {
                let crate::syntax::ast::ItemKind::Metric(metric) = &self.cx.item(decl)?.kind else { return None };
                if let Some(unit) = &metric.unit {
                    return series::UNITS.iter().find(|u| u.name == unit.text).map(|u| u.dim);
                }
                // A source's own metric knows what it is.
                let text = self.view.workspace().map.slice(metric.value.span);
                let kind = self.cx.source_kind(self.cx.source_of_metric(decl)?)?;
                series::source_metrics(kind.name).filter(|s| text.strip_suffix(s.name).is_some_and(|head| head.ends_with('.'))).map(|s| s.dim).next()
            }
            DeclKind::Let | DeclKind::Param => match self.value(decl)? {
                Const::Number(q) => Some(q.dim),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The dimension of the metric that these words begin with.
fn named(words: &[&str], mut table: impl Iterator<Item = &'static series::Series>) -> Option<Dimension> {
    table.find(|s| s.name.split('.').zip(words).all(|(part, word)| part == *word) && words.len() >= s.name.split('.').count()).map(|s| s.dim)
}

/// A bare number stands for a count.
fn fits(quantity: &Quantity, dim: Dimension) -> bool {
    quantity.fits(dim) && !(quantity.is_bare() && dim == Dimension::RATIO)
}

/// Units with what there is to say of them. Behind a `/` only what can follow it.
fn candidates(typed: &str, money: bool) -> Vec<(String, &'static str)> {
    let per = |head: &str| PER.iter().filter_map(|p| UNITS.iter().find(|u| u.name == *p)).map(|u| (format!("{head}/{}", u.name), u.doc)).collect::<Vec<_>>();
    if let Some((head, _)) = typed.split_once('/') {
        let mut found = per(head);
        if money {
            found.extend(UNITS.iter().filter(|u| matches!(u.name, "M" | "MB" | "GB")).map(|u| (format!("{head}/{}", u.name), u.doc)));
        }
        return found;
    }
    if money {
        let mut found = per("");
        found.extend(["M", "GB"].iter().filter_map(|name| UNITS.iter().find(|u| u.name == *name)).map(|u| (format!("/{}", u.name), u.doc)));
        return found;
    }
    let mut found: Vec<(String, &str)> = UNITS.iter().map(|u| (u.name.to_owned(), u.doc)).collect();
    found.extend(per(""));
    // `5MB` goes on as `5MB/s`, `5k` as `5k/s`.
    let amounts = UNITS.iter().filter(|u| matches!(u.dim, Dimension::DATA | Dimension::COUNT) && !typed.is_empty() && u.name.starts_with(typed));
    found.extend(amounts.map(|u| (format!("{}/s", u.name), u.doc)));
    if typed.is_empty() {
        found.push(("MB/s".to_owned(), "Megabytes a second."));
        found.push(("KB/s".to_owned(), "Kilobytes a second."));
    }
    found.push(("%/h".to_owned(), "Percent an hour."));
    found
}
