//! Pipelines, sources and declared metrics: settings, and their form in a plan.

use super::settings::Settings;
use super::{Context, Decl, DeclKind, series};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::{self, TextValue};
use crate::source::Span;
use crate::syntax::ast::{Block, Expr, ExprKind, ItemKind, Metric};
use crate::targets::{self, SourceKind};
use crate::units::{Dimension, Exact};
use std::rc::Rc;

/// Pipelines.
impl<'a> Context<'a> {
    fn pipeline_block(&self, decl: Decl) -> Option<&'a Block> {
        match &self.item(decl)?.kind {
            ItemKind::Pipeline(block) => Some(block),
            _ => None,
        }
    }

    pub(super) fn pipeline_settings(&self, decl: Decl) -> Option<Settings<'a>> {
        let block = self.pipeline_block(decl)?;
        Some(self.settings(&block.body, &[targets::PIPELINE], "a pipeline", self.name_span(decl)))
    }

    /// What `reads` names, in order.
    pub(super) fn reads(&self, settings: &Settings<'a>) -> Option<Vec<Decl>> {
        let e = settings.get("reads")?;
        let one = |e: &'a Expr| self.thing(e, &[DeclKind::Target, DeclKind::Pipeline], "a target or a pipeline");
        match &e.unwrapped().kind {
            ExprKind::List(items) => {
                let all: Vec<_> = items.iter().map(one).collect();
                all.into_iter().collect()
            }
            _ => one(e).map(|d| vec![d]),
        }
    }

    pub(super) fn check_pipeline(&self, decl: Decl) {
        let Some(settings) = self.pipeline_settings(decl) else { return };
        self.check_settings(&settings);
        self.reads(&settings);
        self.members_above_partitions(decl);
        if let Some(e) = settings.get("progress") {
            self.source(e);
        }
        if let Some(e) = settings.get("writes") {
            self.target(e);
        }
        if let Some(e) = settings.get("cluster") {
            self.cluster(e);
        }
        if let Some(e) = settings.get("reads")
            && self.leads_to_a_ring(decl)
            && self.reads_itself(decl)
        {
            self.report(
                Diagnostic::new(codes::E0203, e.span, format!("`{}` reads what it writes itself: it has no input of its own", self.plain_name(decl)))
                    .here("leads back to itself")
                    .help("name the target that the records come from"),
            );
        }
    }

    /// What a pipeline reads, as far as it is known; kept, for long chains of pipelines are walked again and again.
    fn inputs(&self, pipeline: Decl) -> Rc<Vec<Decl>> {
        if let Some(known) = self.inputs.borrow().get(&pipeline) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.quietly(|| self.pipeline_settings(pipeline).and_then(|s| self.reads(&s))).unwrap_or_default());
        self.inputs.borrow_mut().insert(pipeline, Rc::clone(&found));
        found
    }

    /// Whether a pipeline reads, through however many others, from a ring of them. Asked of each of a long chain, each is looked at once.
    fn leads_to_a_ring(&self, decl: Decl) -> bool {
        let mut ringless = self.ringless.borrow_mut();
        // The way so far, with how many inputs of each have been followed.
        let (mut way, mut on_it) = (vec![(decl, 0)], std::collections::HashSet::from([decl]));
        while let Some((at, followed)) = way.last_mut() {
            let at = *at;
            match self.inputs(at).get(*followed).copied() {
                Some(input) => {
                    *followed += 1;
                    if self.kind_of(input) == Some(DeclKind::Pipeline) && !ringless.contains(&input) {
                        if !on_it.insert(input) {
                            return true;
                        }
                        way.push((input, 0));
                    }
                }
                None => {
                    ringless.insert(at);
                    on_it.remove(&at);
                    way.pop();
                }
            }
        }
        false
    }

    fn reads_itself(&self, decl: Decl) -> bool {
        let (mut open, mut seen) = (vec![decl], std::collections::HashSet::new());
        while let Some(next) = open.pop() {
            let inputs = self.inputs(next);
            // Rings of thousands of pipelines are not told of every one.
            if !self.patience.take(20 * (1 + inputs.len())) {
                return false;
            }
            for input in inputs.iter().copied().filter(|d| self.kind_of(*d) == Some(DeclKind::Pipeline)) {
                if input == decl {
                    return true;
                }
                if seen.insert(input) {
                    open.push(input);
                }
            }
        }
        false
    }

    /// The targets that a pipeline reads (through other pipelines too).
    pub fn read_targets(&self, pipeline: Decl) -> Rc<Vec<Decl>> {
        if self.leads_to_a_ring(pipeline) {
            return Rc::new(self.targets_around(pipeline));
        }
        let mut known = self.targets_read.borrow_mut();
        // Those first that others read from: in a long chain each is looked at once.
        let mut open = vec![(pipeline, false)];
        while let Some((next, ready)) = open.pop() {
            if known.contains_key(&next) {
                continue;
            }
            let inputs = self.inputs(next);
            if !ready {
                open.push((next, true));
                open.extend(inputs.iter().filter(|input| self.kind_of(**input) == Some(DeclKind::Pipeline)).map(|input| (*input, false)));
                continue;
            }
            let (mut targets, mut seen) = (Vec::new(), std::collections::HashSet::new());
            for input in inputs.iter() {
                match known.get(input) {
                    // Where thousands read from thousands, the first of them will do.
                    Some(through) if self.patience.take(20 * through.len()) => targets.extend(through.iter().filter(|t| seen.insert(**t))),
                    Some(_) => {}
                    None => targets.extend(seen.insert(*input).then_some(*input)),
                }
            }
            known.insert(next, Rc::new(targets));
        }
        known.get(&pipeline).map(Rc::clone).unwrap_or_default()
    }

    fn targets_around(&self, pipeline: Decl) -> Vec<Decl> {
        let (mut open, mut seen, mut targets) = (vec![pipeline], std::collections::HashSet::from([pipeline]), Vec::new());
        while let Some(next) = open.pop() {
            let inputs = self.inputs(next);
            if !self.patience.take(20 * (1 + inputs.len())) {
                break;
            }
            for input in inputs.iter().copied() {
                if seen.insert(input) {
                    if self.kind_of(input) == Some(DeclKind::Pipeline) { open.push(input) } else { targets.push(input) }
                }
            }
        }
        targets
    }

    /// The target that a pipeline writes.
    pub fn written_target(&self, pipeline: Decl) -> Option<Decl> {
        self.quietly(|| self.pipeline_settings(pipeline).and_then(|s| s.get("writes").and_then(|e| self.target(e))))
    }

    /// The declared output tables of a pipeline, and where they stand.
    pub(super) fn tables_of(&self, pipeline: Decl) -> Option<(u64, Span)> {
        let settings = self.quietly(|| self.pipeline_settings(pipeline))?;
        Some((self.quietly(|| self.whole_setting(&settings, "tables"))?, settings.place("tables")?))
    }

    /// The declared members of a pipeline's group.
    pub(super) fn members_of(&self, pipeline: Decl) -> Option<u64> {
        let settings = self.quietly(|| self.pipeline_settings(pipeline))?;
        self.quietly(|| self.whole_setting(&settings, "members"))
    }

    /// The parts that a pipeline reads, of each of its inputs: how many, what they are called, and where that stands. `None` where one of the
    /// inputs is not read in parts, or is another pipeline that does not say what it writes.
    pub(super) fn input_partitions(&self, pipeline: Decl) -> Option<Vec<(u64, &'static str, Span)>> {
        let inputs = self.quietly(|| self.pipeline_settings(pipeline).and_then(|s| self.reads(&s)))?;
        let of = |input: Decl| {
            let target = if self.kind_of(input) == Some(DeclKind::Pipeline) { self.written_target(input)? } else { input };
            self.partitions_of(target)
        };
        inputs.into_iter().map(of).collect()
    }

    /// The cluster that a pipeline runs on.
    pub fn cluster_of(&self, pipeline: Decl) -> Option<Decl> {
        self.quietly(|| self.pipeline_settings(pipeline).and_then(|s| s.get("cluster").and_then(|e| self.cluster(e))))
    }

    /// Without `reads`, `writes`, which need ids.
    pub(super) fn lower_pipeline(&self, decl: Decl, name: String) -> Option<plan::Pipeline> {
        let settings = self.pipeline_settings(decl)?;
        let number = |name: &str| self.number_setting(&settings, name);
        let named = |name: &str| settings.get(name);
        let text = |name: &str| self.texts_setting(&settings, name);
        Some(plan::Pipeline {
            name,
            span: self.name_span(decl),
            reads: Vec::new(),
            group: self.text_setting(&settings, "group"),
            progress: match named("progress") {
                Some(e) => self.source(e).map(|d| self.name_of(d, decl.file)),
                None => None,
            },
            writes: None,
            yields: number("yield").unwrap_or(Exact::from_integer(1)),
            trigger: number("trigger"),
            members: self.whole_setting(&settings, "members").and_then(|n| u32::try_from(n).ok()),
            tables: self.whole_setting(&settings, "tables"),
            capacity: number("capacity"),
            capacity_span: settings.place("capacity"),
            cluster: None,
            stop: text("stop"),
            start: text("start"),
            scale: text("scale"),
        })
    }
}

/// Sources and metrics.
impl<'a> Context<'a> {
    pub fn source_kind(&self, decl: Decl) -> Option<&'static SourceKind> {
        targets::source_kind(&self.construct(decl)?.kind.as_ref()?.text)
    }

    fn source_settings(&self, decl: Decl) -> Option<(&'static SourceKind, Settings<'a>)> {
        let kind = self.source_kind(decl)?;
        let construct = self.construct(decl)?;
        let tables = source_tables(kind);
        Some((kind, self.settings(&construct.body, tables, &source_of(kind), self.name_span(decl))))
    }

    pub(super) fn check_source(&self, decl: Decl) {
        let Some(word) = self.construct(decl).and_then(|c| c.kind.as_ref()) else { return };
        if targets::source_kind(&word.text).is_none() {
            let names: Vec<&str> = targets::SOURCES.iter().map(|k| k.name).collect();
            let d = Diagnostic::new(codes::E0201, word.span, format!("there is no kind of source called `{}`", word.text));
            self.report(match suggest::nearest(&word.text, names.iter().copied()) {
                Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, word.span, near),
                None => d.here("no such kind").help(format!("sources are {}", suggest::listed(&names).replace(" or ", " and "))),
            });
            return;
        }
        let Some((kind, settings)) = self.source_settings(decl) else { return };
        self.check_settings(&settings);
        if let Some(url) = settings.get("url") {
            self.in_plain_text(url, "what is measured");
        }
        let near_miss = self.construct(decl).is_some_and(|c| {
            c.body.entries.iter().any(|e| matches!(&e.kind, crate::syntax::ast::EntryKind::Setting { key, .. } if suggest::nearest(&key.text, kind.one_of.iter().copied()).is_some()))
        });
        if !kind.one_of.is_empty() && !kind.one_of.iter().any(|name| settings.get(name).is_some()) && !near_miss {
            let names = suggest::listed(kind.one_of);
            self.report(
                Diagnostic::new(codes::E0208, self.name_span(decl), format!("{} needs {names}, and `{}` has none", source_of(kind), self.plain_name(decl)))
                    .here(format!("{names} missing"))
                    .help(format!("add `{} = \"…\"`", kind.one_of.first().copied().unwrap_or_default())),
            );
        }
    }

    pub(super) fn lower_source(&self, decl: Decl, name: String) -> Option<plan::Source> {
        let (kind, settings) = self.source_settings(decl)?;
        let mut values = Vec::new();
        for setting in kind.settings {
            if settings.get(setting.name).is_none() {
                continue;
            }
            match self.setting(&settings, setting.name)? {
                super::settings::SettingValue::Text(text) => values.push((setting.name.to_owned(), text)),
                // A command: one entry for each argument.
                super::settings::SettingValue::Texts(texts) => values.extend(texts.into_iter().map(|t| (setting.name.to_owned(), TextValue::Literal(t)))),
                _ => {}
            }
        }
        Some(plan::Source { name, span: self.name_span(decl), kind: kind.name.to_owned(), settings: values })
    }

    pub(super) fn metric_item(&self, decl: Decl) -> Option<&'a Metric> {
        match &self.item(decl)?.kind {
            ItemKind::Metric(metric) => Some(metric),
            _ => None,
        }
    }

    pub(super) fn check_metric(&self, decl: Decl) {
        self.lower_metric(decl, String::new());
    }

    /// The source that a metric is asked of.
    pub fn source_of_metric(&self, decl: Decl) -> Option<Decl> {
        let mut e = self.metric_item(decl)?.value.unwrapped();
        loop {
            if let Found::Decl(d) = self.find(e) {
                return (self.kind_of(d) == Some(DeclKind::Source)).then_some(d);
            }
            e = match &e.kind {
                ExprKind::Call { callee, .. } => callee,
                ExprKind::Member(of, _) => of,
                _ => return None,
            };
        }
    }

    /// `prom.query("…") as percent by executor every 15s`; its source by name. E0210 where the source does not offer it.
    pub fn lower_metric(&self, decl: Decl, name: String) -> Option<plan::DeclaredMetric> {
        let metric = self.metric_item(decl)?;
        let every = match &metric.every {
            Some(e) => self.duration(e, "how often a metric is sampled"),
            None => Some(Exact::from_integer(series::ASKED)),
        };
        let unit = match &metric.unit {
            Some(word) => self.metric_unit(word).map(Some),
            None => Some(None),
        };
        let offered = self.metric_value(metric);
        let (every, unit, (source, query, own)) = (every?, unit?, offered?);
        let (unit, dim) = match (unit, own) {
            (Some(unit), _) => unit,
            (None, Some(dim)) => (series::unit_of(dim), dim),
            (None, None) => ("number", Dimension::RATIO),
        };
        Some(plan::DeclaredMetric {
            name,
            source: self.name_of(source, decl.file),
            query,
            unit: unit.to_owned(),
            by: metric.by.as_ref().map(|b| b.text.clone()),
            every,
            dim,
        })
    }

    fn metric_unit(&self, word: &crate::syntax::ast::Ident) -> Option<(&'static str, Dimension)> {
        let found = series::UNITS.iter().find(|u| u.name == word.text).map(|u| (u.name, u.dim));
        if found.is_none() {
            let names: Vec<&str> = series::UNITS.iter().map(|u| u.name).collect();
            let d = Diagnostic::new(codes::E0302, word.span, format!("`{}` is no unit of a metric", word.text));
            self.report(match suggest::nearest(&word.text, names.iter().copied()) {
                Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `as {near}`")).fix(format!("replace by `{near}`"), false, word.span, near),
                None => d.here("no such unit").help(format!("units are {}", suggest::listed(&names).replace(" or ", " and "))),
            });
        }
        found
    }

    /// The source, what it is asked, and the dimension where the source says it itself.
    fn metric_value(&self, metric: &'a Metric) -> Option<(Decl, Vec<String>, Option<Dimension>)> {
        let e = metric.value.unwrapped();
        match &e.kind {
            ExprKind::Missing => None,
            ExprKind::Call { callee, args } => {
                let ExprKind::Member(of, method) = &callee.kind else {
                    self.report(not_from_a_source(e, self));
                    return None;
                };
                let source = self.source(of)?;
                let kind = self.source_kind(source)?;
                let Some(signature) = kind.method.filter(|m| m.name == method.text) else {
                    self.report(self.not_offered(source, kind, method));
                    return None;
                };
                self.called(method, args, signature)?;
                let mut query = Vec::new();
                for arg in args {
                    match &arg.unwrapped().kind {
                        ExprKind::Record(body) => {
                            for entry in &body.entries {
                                if let crate::syntax::ast::EntryKind::Setting { key, value, .. } = &entry.kind {
                                    query.push(format!("{}={}", key.text, self.literal_text(value, "the value of a dimension")?));
                                }
                            }
                        }
                        _ => query.push(self.literal_text(arg, &format!("the argument of `{}`", method.text))?),
                    }
                }
                Some((source, query, None))
            }
            ExprKind::Member(..) => {
                let (source, member) = self.source_member(e)?;
                let kind = self.source_kind(source)?;
                match series::source_metric(kind.name, &member) {
                    Some(found) => Some((source, vec![member], Some(found.dim))),
                    None => {
                        let word = match &e.kind {
                            ExprKind::Member(_, word) => word,
                            _ => return None,
                        };
                        self.report(self.not_offered(source, kind, word));
                        None
                    }
                }
            }
            _ => {
                if let Found::Decl(decl) = self.find(e)
                    && self.kind_of(decl) == Some(DeclKind::Source)
                {
                    self.report(Diagnostic::new(codes::E0210, e.span, format!("`{}` is a whole source; say which of its metrics", self.plain_name(decl))).here("a source").help(match self.source_kind(decl).and_then(|k| k.method).map(|m| m.name) {
                        Some(method) => format!("write `{}.{method}(…)`", self.plain_name(decl)),
                        None => format!("name one of its metrics, `{}.…`", self.plain_name(decl)),
                    }));
                } else if !matches!(self.find(e), Found::Quiet) {
                    self.report(not_from_a_source(e, self));
                }
                None
            }
        }
    }

    /// `spark.executor.cpu` → the source and `executor.cpu`.
    pub(super) fn source_member(&self, e: &'a Expr) -> Option<(Decl, String)> {
        let ExprKind::Member(of, word) = &e.kind else { return None };
        match self.find(of) {
            Found::Decl(decl) if self.kind_of(decl) == Some(DeclKind::Source) => Some((decl, word.text.clone())),
            Found::NotAName => self.source_member(of).map(|(decl, head)| (decl, format!("{head}.{}", word.text))),
            Found::Quiet => None,
            _ => {
                self.source(of);
                None
            }
        }
    }

    /// E0210: a source of another kind would offer it.
    pub(super) fn not_offered(&self, source: Decl, kind: &SourceKind, word: &crate::syntax::ast::Ident) -> Diagnostic {
        let name = self.name_of(source, word.span.file);
        let offered: Vec<String> = match kind.method.map(|m| m.name) {
            Some(method) => vec![format!("{method}(…)")],
            None => series::source_metrics(kind.name).map(|m| m.name.to_owned()).collect(),
        };
        let d = Diagnostic::new(codes::E0210, word.span, format!("`{name}` offers no `{}`: it is {}", word.text, source_of(kind))).label(self.name_span(source), format!("{} source", kind.name));
        match suggest::nearest(&word.text, offered.iter().map(String::as_str)) {
            Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{name}.{near}`")).fix(format!("write `{name}.{near}`"), false, word.span, near.trim_end_matches("(…)")),
            None => d.here("not offered").help(format!("it offers {}", suggest::listed(&offered).replace(" or ", " and "))),
        }
    }
}

fn not_from_a_source(e: &Expr, cx: &Context) -> Diagnostic {
    Diagnostic::new(codes::E0304, e.span, format!("a metric must be asked of a source, and {} is not", cx.quoted(e.span))).help("write `source.query(\"…\")`, or `source.member`")
}

pub(super) fn source_of(kind: &SourceKind) -> String {
    match kind.name {
        "exec" | "http" => format!("an {} source", kind.name),
        name => format!("a {name} source"),
    }
}

/// The table of a kind, in a table of tables.
fn source_tables(kind: &'static SourceKind) -> &'static [&'static [targets::Setting]] {
    std::slice::from_ref(&kind.settings)
}

use super::names::Found;
