//! What can be measured: metrics of the test, of what is declared, and the numbers of each.

use super::Asked;
use super::item::{Item, Rank, Sort, escaped};
use super::names::Takes;
use super::want::Want;
use crate::catalog::{self, Meaning, Series};
use crate::check::{Const, Decl, DeclKind, series};
use crate::plan::Nature;
use crate::syntax::ast::{EntryKind, ItemKind};
use crate::units;

/// The things that have metrics.
const MEASURED: &[DeclKind] = &[DeclKind::Metric, DeclKind::Target, DeclKind::Pipeline, DeclKind::Source];

impl<'a> Asked<'_, 'a> {
    /// A number over time; `ranges`: what such a number can be in belongs here too.
    pub fn measured(&self, ranges: bool, out: &mut Vec<Item>) {
        let alerts = self.has(|kind| matches!(kind, ItemKind::Alert(_)));
        let file = self.view.file;
        let modules = self.cx.declared(file, DeclKind::Import).into_iter().filter_map(|import| self.cx.module(import));
        let clusters = std::iter::once(file).chain(modules).any(|file| !self.cx.declared(file, DeclKind::Cluster).is_empty());
        for series in series::test_metrics() {
            if (series.name.starts_with("alerts.") && !alerts) || (series.name.starts_with("cost") && !clusters) {
                continue;
            }
            if series.nature == Nature::Distribution {
                out.push(self.series(&format!("{}.p99", series.name), series, Rank::Best));
            }
            out.push(self.series(series.name, series, if series.nature == Nature::Distribution { Rank::Good } else { Rank::Best }));
        }
        for head in ["errors", "alerts"].into_iter().filter(|head| *head != "alerts" || alerts) {
            out.push(self.item(head, Sort::Metric, Rank::Part).detail("metrics of the test").again());
        }
        self.things(Takes::Kinds(MEASURED), out);
        let before = out.len();
        self.things(Takes::Kinds(&[DeclKind::Cluster]), out);
        // A cluster is no number by itself.
        out.iter_mut().skip(before).for_each(|item| (item.rank, item.again) = (Rank::Part, true));
        for phase in self.searches() {
            out.push(self.item(phase, Sort::Phase, Rank::Good).detail("search").again());
        }
        self.measured_constants(ranges, out);
        self.functions(|m| matches!(m, Meaning::Window(_) | Meaning::Rate), Rank::Good, out);
        self.functions(|m| matches!(m, Meaning::Math(_)), Rank::Fits, out);
    }

    /// Constants that hold a number, or something measured.
    fn measured_constants(&self, ranges: bool, out: &mut Vec<Item>) {
        let before = out.len();
        self.things(Takes::Numbers(&[]), out);
        out.iter_mut().skip(before).filter(|item| item.rank == Rank::Best).for_each(|item| item.rank = Rank::Fits);
        for decl in self.cx.declared(self.view.file, DeclKind::Let) {
            match self.value(decl) {
                Some(Const::Expression(e)) if !self.cx.mentions(e).is_empty() => out.push(self.item(self.cx.plain_name(decl), Sort::Constant, Rank::Good).detail("measured")),
                Some(Const::Range(_)) if ranges => out.push(self.item(self.cx.plain_name(decl), Sort::Constant, Rank::Part).detail("a range")),
                _ => {}
            }
        }
    }

    fn has(&self, is: impl Fn(&ItemKind) -> bool) -> bool {
        self.cx.file(self.view.file).is_some_and(|file| file.items.iter().any(|item| is(&item.kind)))
    }

    /// The search phases of the test around the cursor.
    fn searches(&self) -> Vec<&str> {
        let phases = super::around::named(self.text, &self.place, "phase");
        let searches = |name: &&str| {
            let after = self.text.split(&format!("phase {name}")).nth(1).unwrap_or("");
            after.trim_start().strip_prefix('=').is_some_and(|rest| rest.trim_start().starts_with("search "))
        };
        phases.into_iter().filter(searches).collect()
    }

    fn series(&self, label: &str, series: &Series, rank: Rank) -> Item {
        self.item(label, Sort::Metric, rank).detail(units::dimension_name(series.dim)).doc(series.doc).of(series.dim)
    }

    /// What the source of a metric is asked.
    pub fn queries(&self, out: &mut Vec<Item>) {
        for source in self.cx.declared(self.view.file, DeclKind::Source) {
            let name = self.cx.plain_name(source);
            let Some(method) = self.cx.source_kind(source).and_then(|kind| kind.method).filter(|_| !self.followed_by('.')) else { continue };
            out.push(self.item(format!("{name}.{}", method.name), Sort::Function, Rank::Required).detail(method.shape()).doc(method.doc).snippet(format!("{}.{}", escaped(name), super::calls::snippet(method))));
        }
        self.things(Takes::Kinds(&[DeclKind::Source]), out);
    }

    /// What follows the words of a path and a dot.
    pub fn after_dot(&self, path: &[String], want: &Want, out: &mut Vec<Item>) {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let Some((head, rest)) = words.split_first() else { return };
        let declared = self.decls_in(self.view.file).into_iter().find(|decl| self.cx.plain_name(*decl) == *head);
        match declared {
            None => self.of_the_test(&words, out),
            Some(decl) if self.cx.kind_of(decl) == Some(DeclKind::Import) => match rest.split_first() {
                None => self.of_module(decl, want, out),
                Some((member, rest)) => {
                    let inner = self.cx.module(decl).and_then(|m| self.decls_in(m).into_iter().find(|d| self.cx.plain_name(*d) == *member));
                    if let Some(inner) = inner {
                        self.of_thing(inner, rest, want, out);
                    }
                }
            },
            Some(decl) => {
                if matches!(self.cx.kind_of(decl), Some(DeclKind::Let | DeclKind::Param)) {
                    self.of_the_test(&words, out);
                } else {
                    self.of_thing(decl, rest, want, out);
                }
            }
        }
    }

    /// `latency.`, `errors.`, `limit.` of a search.
    fn of_the_test(&self, words: &[&str], out: &mut Vec<Item>) {
        if self.searches().first().is_some() && words.first().is_some_and(|head| self.searches().contains(head)) {
            return self.continued(series::SEARCH.iter(), words.get(1..).unwrap_or(&[]), out);
        }
        self.continued(series::test_metrics(), words, out);
    }

    fn of_module(&self, import: Decl, want: &Want, out: &mut Vec<Item>) {
        match want {
            Want::Thing(words, _) => self.members(import, Takes::Kinds(&super::names::kinds(words)), out),
            Want::Measured | Want::Term { .. } => {
                self.members(import, Takes::Kinds(MEASURED), out);
                self.members(import, Takes::Numbers(&[]), out);
            }
            Want::Query => self.members(import, Takes::Kinds(&[DeclKind::Source]), out),
            Want::EventField => self.members(import, Takes::Kinds(&[DeclKind::Event]), out),
            Want::Number(dims) | Want::Factor(dims) => self.members(import, Takes::Numbers(dims), out),
            Want::Generator | Want::Key => self.members(import, Takes::Values, out),
            Want::Setting(_) => self.members(import, Takes::Texts, out),
            Want::Anything => {
                self.members(import, Takes::Numbers(&[]), out);
                self.members(import, Takes::Kinds(MEASURED), out);
            }
            _ => {}
        }
    }

    fn of_thing(&self, decl: Decl, rest: &[&str], want: &Want, out: &mut Vec<Item>) {
        let Some(kind) = self.cx.kind_of(decl) else { return };
        match kind {
            DeclKind::Event if *want == Want::EventField && rest.is_empty() => self.event_fields(decl, out),
            DeclKind::Cluster if rest.is_empty() => {
                out.extend(catalog::CLUSTER_MEMBERS.iter().map(|m| self.item(m.name, Sort::Metric, Rank::Best).detail(units::dimension_name(m.dim)).doc(m.doc)));
            }
            _ if !matches!(want, Want::Measured | Want::Term { .. } | Want::Anything | Want::Query) => {}
            DeclKind::Target => {
                let read_back = self.cx.target_kind(decl).is_some_and(|k| k.read_back);
                let audit = if read_back { series::AUDIT } else { &[] };
                self.continued(series::LOAD.iter().chain(audit), rest, out);
            }
            DeclKind::Pipeline => {
                let given = self.given(decl);
                let provided = |needs: &[&str]| needs.iter().any(|need| given.contains(need));
                self.continued(series::PIPELINE.iter().filter(|(_, needs)| provided(needs)).map(|(series, _)| series), rest, out);
            }
            DeclKind::Source => {
                let Some(source) = self.cx.source_kind(decl) else { return };
                if let Some(method) = source.method.filter(|_| rest.is_empty() && !matches!(want, Want::Measured | Want::Term { measured: true })) {
                    out.push(self.call(method, Rank::Required));
                }
                self.continued(series::source_metrics(source.name), rest, out);
            }
            DeclKind::Metric if rest.is_empty() => {
                let Some(ItemKind::Metric(metric)) = self.cx.item(decl).map(|item| &item.kind) else { return };
                let source = self.cx.source_of_metric(decl).and_then(|source| self.cx.source_kind(source));
                let own = source.into_iter().flat_map(|kind| series::source_metrics(kind.name)).any(|s| s.per_instance && self.view.workspace().map.slice(metric.value.span).ends_with(s.name));
                if metric.by.is_some() || own {
                    self.picks(true, out);
                }
            }
            _ => {}
        }
    }

    fn event_fields(&self, decl: Decl, out: &mut Vec<Item>) {
        let Some(ItemKind::Event(event)) = self.cx.item(decl).map(|item| &item.kind) else { return };
        for entry in &event.body.entries {
            if let EntryKind::Field { name: Some(name), value, .. } = &entry.kind {
                let text = self.view.workspace().map.slice(value.span);
                out.push(self.item(&name.text, Sort::Field, Rank::Best).detail(super::short(text)).doc(entry.doc.clone().unwrap_or_default()));
            }
        }
    }

    /// The settings that a pipeline gives.
    fn given(&self, decl: Decl) -> Vec<&'a str> {
        let Some(ItemKind::Pipeline(block)) = self.cx.item(decl).map(|item| &item.kind) else { return Vec::new() };
        let key = |entry: &'a crate::syntax::ast::Entry| match &entry.kind {
            EntryKind::Setting { key, .. } => Some(key.text.as_str()),
            _ => None,
        };
        block.body.entries.iter().filter_map(key).collect()
    }

    /// The names of a table that begin with these words, without them; and what picks a number of the one that is complete.
    fn continued(&self, table: impl Iterator<Item = &'static Series>, words: &[&str], out: &mut Vec<Item>) {
        let mut heads: Vec<&str> = Vec::new();
        for series in table {
            let parts: Vec<&str> = series.name.split('.').collect();
            if !parts.iter().zip(words).all(|(part, word)| part == word) || words.len() > parts.len() {
                continue;
            }
            match parts.get(words.len()..) {
                Some([]) | None => {
                    if series.nature == Nature::Distribution || series.per_instance {
                        self.picks(series.per_instance, out);
                    }
                }
                Some(left) => {
                    out.push(self.series(&left.join("."), series, Rank::Best));
                    // `executor` of `executor.cpu`
                    if let [head, _, ..] = left
                        && !heads.contains(head)
                    {
                        heads.push(head);
                        out.push(self.item(*head, Sort::Metric, Rank::Part).again());
                    }
                }
            }
        }
    }

    fn picks(&self, instances: bool, out: &mut Vec<Item>) {
        let all: Vec<(&str, &str)> = match instances {
            true => catalog::ACROSS.iter().map(|p| (p.name, p.doc)).collect(),
            false => catalog::STATISTICS.iter().map(|p| (p.name, p.doc)).collect(),
        };
        out.extend(all.into_iter().map(|(name, doc)| self.item(name, Sort::Metric, Rank::Best).detail(if instances { "across instances" } else { "of the distribution" }).doc(doc)));
    }
}
