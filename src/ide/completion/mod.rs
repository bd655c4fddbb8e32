//! What can be written at a place: names by kind, settings, metrics, units, words that a statement goes on with. [`place`] tells where the cursor
//! stands, [`site`] what belongs there, the other files what there is of it; all words come from the catalogue.

mod around;
mod calls;
mod forms;
pub mod item;
mod metrics;
mod names;
pub(super) mod place;
mod settings;
pub(super) mod site;
#[cfg(test)]
mod tests;
mod units;
mod want;

pub use item::{Item, Rank, Sort};
pub use names::{Module, kinds as kinds_of};

use super::View;
use crate::catalog::{self, Meaning};
use crate::check::Context;
use crate::check::names::Names;
use crate::diagnostics::pages;
use item::escaped;
use names::Takes;
use place::{Inside, Place};
use site::{Block, Site};
use want::Want;

/// What lies around a file and is not part of its analysis.
#[derive(Clone, Debug, Default)]
pub struct Nearby {
    /// Modules that it could import.
    pub modules: Vec<Module>,
    /// Tables that it could replay, as it would name them.
    pub tables: Vec<String>,
}

/// Everything that can be written at an offset, the best first.
pub fn complete(view: &View<'_>, offset: usize, nearby: &Nearby) -> Vec<Item> {
    let text = view.text();
    let place = Place::of(text, offset);
    let site = site::site(text, &place);
    if site == Site::Nothing {
        return Vec::new();
    }
    let names = Names::of(view.workspace());
    let cx = Context::new(view.workspace(), &[], &names);
    let asked = Asked { view: *view, cx: &cx, text, place, nearby };
    let mut items = Vec::new();
    cx.quietly(|| asked.at(&site, &mut items));
    if asked.text.get(asked.place.word.end..).is_some_and(|rest| rest.starts_with('.') && !rest.starts_with("..")) {
        // A member follows already.
        items.retain(|item| !item.label.contains('.'));
    }
    let mut seen = std::collections::HashSet::new();
    items.retain(|item| seen.insert((item.label.clone(), item.insert.clone())));
    items.sort_by_key(|item| item.rank);
    items
}

/// A question at a place.
struct Asked<'c, 'a> {
    view: View<'a>,
    cx: &'c Context<'a>,
    text: &'a str,
    place: Place,
    nearby: &'c Nearby,
}

impl<'a> Asked<'_, 'a> {
    fn item(&self, label: impl Into<String>, sort: Sort, rank: Rank) -> Item {
        Item::new(label, sort, rank, self.place.word.clone())
    }

    /// The next character behind the word, blanks left out.
    fn followed_by(&self, mark: char) -> bool {
        let rest = self.text.get(self.place.word.end..).unwrap_or("").trim_start_matches([' ', '\t']);
        rest.starts_with(mark) && !(mark == '=' && rest.starts_with("=="))
    }

    fn at(&self, site: &Site, out: &mut Vec<Item>) {
        match site {
            Site::Top => self.declarations(out),
            Site::Statement { settings } => self.statements(*settings, out),
            Site::SizingStatement => self.forms(catalog::SIZING, Rank::Best, out),
            Site::PhaseBlock => {
                let mut forms = Vec::new();
                self.forms(catalog::STATEMENTS, Rank::Best, &mut forms);
                out.extend(forms.into_iter().filter(|f| f.label == "send"));
            }
            Site::Key(block) => self.entry(block, out),
            Site::Value(want) => self.value_for(want, out),
            Site::Member { path, want } => self.after_dot(path, want, out),
            Site::Compared { want, beside } => {
                let before = out.len();
                self.value_for(want, out);
                if let Some(dim) = self.dimension_of(beside) {
                    for item in out.iter_mut().skip(before) {
                        item.rank = match item.dim {
                            Some(of) if of == dim => Rank::Best.min(item.rank),
                            Some(_) => Rank::Part.max(item.rank),
                            None => item.rank,
                        };
                    }
                }
            }
            Site::Assigned(site) => {
                let before = out.len();
                self.at(site, out);
                out.iter_mut().skip(before).for_each(|item| item.insert.insert_str(0, "= "));
            }
            Site::Unit { want, beside } => self.units(want, beside, out),
            Site::Weight { rate } => self.weights(*rate, out),
            Site::Next(words, joins) => self.next(words, *joins, out),
            Site::Kind(of) => self.kinds(of, out),
            Site::Shape => self.forms(catalog::SHAPES, Rank::Best, out),
            Site::Advice { arm } => {
                let mut forms = Vec::new();
                self.forms(catalog::ADVICE, Rank::Best, &mut forms);
                out.extend(forms.into_iter().filter(|f| !*arm || matches!(f.label.as_str(), "split" | "keep")));
                if *arm {
                    out.push(self.item("4 of \"…\"", Sort::Form, Rank::Required).snippet("${1:4} of \"${2:m5.xlarge}\""));
                }
            }
            Site::RawUnit => self.raw_units(out),
            Site::Level => self.levels(out),
            Site::Phase { all, faults, start } => self.phases(*all, *faults, *start, out),
            Site::FaultName => self.fault_names(out),
            Site::PipelineName => self.pipeline_names(out),
            Site::FieldName => out.extend(self.fields().into_iter().map(|f| self.item(f, Sort::Field, Rank::Best).detail("field"))),
            Site::ImportPath => self.import_paths(out),
            Site::NodeName => self.nodes(out),
            Site::TablePath => out.extend(self.nearby.tables.iter().map(|t| self.closed(self.item(t, Sort::Path, Rank::Best)))),
            Site::AllowCode => self.codes(out),
            Site::Nothing => {}
        }
    }

    fn entry(&self, block: &Block, out: &mut Vec<Item>) {
        match block {
            Block::Declared { of, kind } => {
                if *of == "event" {
                    self.forms(catalog::ENTRIES, Rank::Best, out);
                }
                self.keys(of, kind, out);
            }
            Block::Nested(settings) => self.nested_keys(settings, out),
            Block::Weights(want) => {
                self.value_for(want, out);
                let rest = catalog::form_of(catalog::CLAUSES, "rest");
                out.push(self.item("rest", Sort::Keyword, Rank::Part).detail(rest.map_or("", |f| f.form)).doc(rest.map_or("", |f| f.doc)).again());
            }
            Block::Record | Block::Free => {}
        }
    }

    fn value_for(&self, want: &Want, out: &mut Vec<Item>) {
        match want {
            Want::Number(dims) | Want::Factor(dims) => {
                self.things(Takes::Numbers(dims), out);
                self.cluster_numbers(dims, out);
                self.functions(|m| matches!(m, Meaning::Math(_)), Rank::Fits, out);
            }
            Want::Measured => self.measured(true, out),
            Want::Term { measured: true } => self.measured(false, out),
            Want::Term { measured: false } => self.terms(out),
            Want::Anything if self.reckoned_on() => self.terms(out),
            Want::Anything => {
                self.things(Takes::Numbers(&[]), out);
                self.functions(|m| matches!(m, Meaning::Math(_) | Meaning::Env | Meaning::Secret), Rank::Good, out);
                out.extend(catalog::CONSTANTS.iter().map(|c| self.item(c.word, Sort::Word, Rank::Fits).doc(c.doc)));
                let before = out.len();
                self.things(Takes::Texts, out);
                self.things(Takes::Values, out);
                self.generators(out);
                self.measured(true, out);
                out.iter_mut().skip(before).for_each(|item| item.rank = Rank::Part.max(item.rank));
            }
            Want::Generator => {
                self.things(Takes::Values, out);
                self.generators(out);
            }
            Want::Key => {
                out.extend(self.fields().into_iter().map(|f| self.item(f, Sort::Field, Rank::Required).detail("field")));
                self.generators(out);
                out.retain(|item| item.sort != Sort::Word);
            }
            Want::Thing(words, _) => self.things(Takes::Kinds(&names::kinds(words)), out),
            Want::Query => self.queries(out),
            Want::Constant => self.things(Takes::Constants, out),
            Want::Free => self.texts(true, out),
            Want::Setting(setting) => self.setting_values(setting, out),
            Want::Nodes => {
                out.push(self.item("4 of \"…\"", Sort::Form, Rank::Required).snippet("${1:4} of \"${2:m5.xlarge}\""));
                self.value_for(&Want::Number(want::NODES), out);
            }
            Want::Phase => self.phases(false, false, false, out),
            Want::EventField => {
                let before = out.len();
                self.things(Takes::Kinds(&[crate::check::DeclKind::Event]), out);
                out.iter_mut().skip(before).for_each(|item| item.again = true);
            }
            Want::FaultAction => self.forms(catalog::FAULT_ACTIONS, Rank::Best, out),
            Want::Node => self.nodes(out),
            Want::Nothing => {}
        }
    }

    /// What can be added and multiplied where a constant stands, or a metric.
    fn terms(&self, out: &mut Vec<Item>) {
        self.things(Takes::Numbers(&[]), out);
        self.functions(|m| matches!(m, Meaning::Math(_)), Rank::Good, out);
        let before = out.len();
        self.measured(false, out);
        out.iter_mut().skip(before).for_each(|item| item.rank = Rank::Part.max(item.rank));
    }

    /// An operator of numbers follows the word: it is a part of a sum or a product, though nothing before it says so.
    fn reckoned_on(&self) -> bool {
        ['+', '-', '*', '/'].into_iter().any(|operator| self.followed_by(operator))
    }

    /// `current.price` and its like, where they fit.
    fn cluster_numbers(&self, dims: &[crate::units::Dimension], out: &mut Vec<Item>) {
        let own = around::own_name(self.text, &self.place);
        for cluster in self.cx.declared(self.view.file, crate::check::DeclKind::Cluster).into_iter().filter(|cluster| Some(self.cx.plain_name(*cluster)) != own) {
            for member in catalog::CLUSTER_MEMBERS.iter().filter(|m| dims.contains(&m.dim)) {
                out.push(self.item(format!("{}.{}", self.cx.plain_name(cluster), member.name), Sort::Metric, Rank::Fits).doc(member.doc).of(member.dim));
            }
        }
    }

    fn import_paths(&self, out: &mut Vec<Item>) {
        for module in &self.nearby.modules {
            let doc = module.unit.ast.doc.clone().unwrap_or_default();
            let rank = if module.unit.std { Rank::Good } else { Rank::Best };
            let item = self.item(&module.path, Sort::Path, rank).detail(if module.unit.std { "ships with scalec" } else { "module" }).doc(doc);
            out.push(self.closed(item));
        }
    }

    /// With the quotes that are not there yet.
    fn closed(&self, item: Item) -> Item {
        let insert = escaped(&item.insert);
        match self.place.inside {
            Inside::Text { closed: true } => item,
            Inside::Text { closed: false } => item.snippet(format!("{insert}\"")),
            _ => item.snippet(format!("\"{insert}\"")),
        }
    }

    fn nodes(&self, out: &mut Vec<Item>) {
        for (node, decl) in self.cx.catalogue(self.view.file) {
            let Some(name) = &node.name else { continue };
            let facts = super::nodes::facts(self.cx, node);
            let doc = self.cx.item(decl).and_then(|item| item.doc.clone()).unwrap_or_default();
            out.push(self.closed(self.item(&name.value, Sort::Node, Rank::Best).detail(facts).doc(doc)));
        }
        for (node, doc, path, import) in self.nodes_elsewhere() {
            let Some(name) = &node.name else { continue };
            let facts = [super::nodes::written(node), format!("imports \"{path}\"")].into_iter().filter(|f| !f.is_empty()).collect::<Vec<_>>().join(" · ");
            let item = self.closed(self.item(&name.value, Sort::Node, Rank::Elsewhere).detail(facts).doc(doc));
            out.push(Item { also: vec![import], ..item });
        }
    }

    /// What an allow comment can silence.
    fn codes(&self, out: &mut Vec<Item>) {
        for code in catalog::CODES.iter().filter(|c| c.severity() != crate::diagnostics::Severity::Error) {
            let title = pages::page(*code).map(pages::title).unwrap_or_default();
            let summary = pages::page(*code).map(pages::summary).unwrap_or_default();
            out.push(self.item(code.as_str(), Sort::Code, Rank::Best).detail(title).doc(summary));
        }
    }
}

/// A text on one line, cut where it is long.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 40 {
        return line;
    }
    let head: String = line.chars().take(39).collect();
    format!("{head}…")
}

impl Item {
    fn labelled(self, label: String) -> Item {
        Item { label, ..self }
    }
}
