//! Which series a name in a condition means, and who provides it.

use super::measured::{Measure, Typed};
use super::pipeline::source_of;
use super::series::{self, ACROSS, ASKED, OWN, STATISTICS, Series, longest};
use super::{Decl, DeclKind};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::{Across, MetricRef, Nature, Statistic, ValueKind};
use crate::syntax::ast::{Expr, Ident, ItemKind};
use crate::targets;
use crate::units::{Dimension, Exact};

/// One series and what picks a number of it.
struct Named {
    /// Canonical.
    series: String,
    /// As it is written, for messages.
    shown: String,
    dim: Dimension,
    slack: (i8, i8),
    nature: Nature,
    per_instance: bool,
    interval: Exact,
    /// How instances could be had, where there are none.
    instances: Option<String>,
}

impl<'a> Measure<'_, 'a> {
    /// Of the test as a whole: `latency.p99`, `errors.ratio`, `alerts.critical`, `cost`.
    pub(super) fn test_series(&self, e: &'a Expr, head: &'a Ident, rest: &[&'a Ident]) -> Option<Typed> {
        let mut path = vec![head];
        path.extend(rest);
        let Some((series, picks)) = longest(series::test_metrics(), &path) else {
            // `errors`, `alerts`, `errors.rtio`.
            let members: Vec<String> = series::test_metrics().filter_map(|s| s.name.strip_prefix(&format!("{}.", head.text))).map(str::to_owned).collect();
            let word = rest.first().copied().unwrap_or(head);
            self.cx.report(unknown_member(e, &head.text, word, &members, rest.is_empty()));
            return None;
        };
        self.provided_by_test(e, series)?;
        self.pick(e, self.own(series.name.to_owned(), series), picks)
    }

    fn own(&self, name: String, series: &Series) -> Named {
        Named {
            shown: name.clone(),
            series: name,
            dim: series.dim,
            // A count of things may stand as a plain number, as `4` does.
            slack: if series.nature == Nature::Declared && series.dim == Dimension::COUNT { (-1, 0) } else { (0, 0) },
            nature: series.nature,
            per_instance: series.per_instance,
            interval: Exact::from_integer(OWN),
            instances: None,
        }
    }

    /// E0210: what would provide it.
    fn provided_by_test(&self, e: &Expr, series: &Series) -> Option<()> {
        let name = series.name;
        if name.starts_with("cost") && self.scope.cluster == Some(false) {
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("`{name}` is not known: no cluster is named"))
                    .here("not provided")
                    .help("name the cluster of the pipeline, `cluster = current`, or give the test a `cluster`"),
            );
            return None;
        }
        let audited = series::AUDIT.iter().any(|s| s.name == name);
        if audited
            && let Some(targets) = &self.scope.targets
            && !targets.is_empty()
            && targets.iter().all(|t| self.cx.target_kind(*t).is_some_and(|k| !k.read_back))
        {
            let kind = targets.iter().next().and_then(|t| self.cx.target_kind(*t)).map_or("", |k| k.name);
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("`{name}` is not known: what is sent to a {kind} target cannot be read back"))
                    .here("not provided")
                    .help("kafka, eventhubs, kinesis, pubsub, postgres and file targets can be read back"),
            );
            return None;
        }
        if let Some(level) = name.strip_prefix("alerts.")
            && !self.alerts()
        {
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("`{name}` is never raised: no alert is declared"))
                    .here("not provided")
                    .help(format!("declare one: `alert {level} name when … for 1m`")),
            );
            return None;
        }
        Some(())
    }

    /// Of any level: where there are some, none of the other level is a fact.
    fn alerts(&self) -> bool {
        let declares = |file| {
            self.cx.file(file).is_some_and(|f: &crate::syntax::ast::File| f.items.iter().any(|i| matches!(&i.kind, ItemKind::Alert(_))))
        };
        self.cx.closure(self.from).into_iter().any(declares)
    }

    pub(super) fn target_series(&self, e: &'a Expr, decl: Decl, name: &'a Ident, rest: &[&'a Ident]) -> Option<Typed> {
        // A target of a kind that is not known has been reported.
        let kind = self.cx.target_kind(decl)?;
        let said = self.cx.name_of(decl, self.from);
        let table = || series::LOAD.iter().chain(series::AUDIT);
        let Some((series, picks)) = longest(table(), rest) else {
            let all: Vec<String> = table().map(|s| s.name.to_owned()).collect();
            self.cx.report(unknown_member(e, &said, rest.first().copied().unwrap_or(name), &all, rest.is_empty()));
            return None;
        };
        let audited = series::AUDIT.iter().any(|s| s.name == series.name);
        if audited && !kind.read_back {
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("`{said}.{}` is not known: what is sent to a {} target cannot be read back", series.name, kind.name))
                    .here("not provided")
                    .label(self.cx.name_span(decl), format!("a {} target", kind.name))
                    .help("kafka, eventhubs, kinesis, pubsub, postgres and file targets can be read back"),
            );
            return None;
        }
        if let Some(sent) = &self.scope.targets
            && !sent.contains(&decl)
            && !self.written(decl)
        {
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("`{said}.{}` is not known: this test sends nothing to `{said}`", series.name))
                    .here("not provided")
                    .label(self.cx.name_span(decl), "this target")
                    .help(format!("send something `to {said}`, or name a target that this test sends to")),
            );
            return None;
        }
        self.pick(e, self.own(format!("{said}.{}", series.name), series), picks)
    }

    /// Some pipeline writes it.
    fn written(&self, target: Decl) -> bool {
        let files = self.cx.closure(self.from);
        files.into_iter().flat_map(|f| self.cx.declared(f, DeclKind::Pipeline)).any(|p| self.cx.written_target(p) == Some(target))
    }

    pub(super) fn pipeline_series(&self, e: &'a Expr, decl: Decl, name: &'a Ident, rest: &[&'a Ident]) -> Option<Typed> {
        let said = self.cx.name_of(decl, self.from);
        let Some((series, picks)) = longest(series::PIPELINE.iter().map(|(s, _)| s), rest) else {
            let all: Vec<String> = series::PIPELINE.iter().map(|(s, _)| s.name.to_owned()).collect();
            self.cx.report(unknown_member(e, &said, rest.first().copied().unwrap_or(name), &all, rest.is_empty()));
            return None;
        };
        let needs = series::PIPELINE.iter().find(|(s, _)| s.name == series.name).map_or(&[][..], |(_, needs)| needs);
        let settings = self.cx.quietly(|| self.cx.pipeline_settings(decl))?;
        if !needs.iter().any(|need| settings.get(need).is_some()) && !self.misspelt(decl, needs) {
            let listed = suggest::listed(needs);
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("`{said}.{}` is not known: the pipeline declares no {listed}", series.name))
                    .here("not provided")
                    .label(self.cx.name_span(decl), format!("no {listed}"))
                    .help(format!("add {listed} to the pipeline `{said}`")),
            );
            return None;
        }
        let mut named = self.own(format!("{said}.{}", series.name), series);
        if settings.get("progress").is_some() && settings.get("group").is_none() && series.nature == Nature::Plain {
            named.interval = Exact::from_integer(ASKED);
        }
        self.pick(e, named, picks)
    }

    /// A key of the block that was probably meant for one of these: that is the message.
    fn misspelt(&self, decl: Decl, needs: &[&str]) -> bool {
        let Some(ItemKind::Pipeline(block)) = self.cx.item(decl).map(|i| &i.kind) else { return false };
        block.body.entries.iter().any(|entry| match &entry.kind {
            crate::syntax::ast::EntryKind::Setting { key, .. } => targets::find(&[targets::PIPELINE], &key.text).is_none() && suggest::nearest(&key.text, needs.iter().copied()).is_some(),
            _ => false,
        })
    }

    pub(super) fn source_series(&self, e: &'a Expr, decl: Decl, name: &'a Ident, rest: &[&'a Ident]) -> Option<Typed> {
        let kind = self.cx.source_kind(decl)?;
        let said = self.cx.name_of(decl, self.from);
        let Some((series, picks)) = longest(series::source_metrics(kind.name), rest) else {
            match (rest.first(), kind.method.map(|m| m.name)) {
                (Some(word), Some(method)) => self.cx.report(
                    Diagnostic::new(codes::E0210, e.span, format!("`{said}` offers no `{}`: it is {}", word.text, source_of(kind)))
                        .here("not offered")
                        .label(self.cx.name_span(decl), format!("{} source", kind.name))
                        .help(format!("declare a metric, `metric name = {said}.{method}(…) as count`, and name it here")),
                ),
                _ => {
                    let all: Vec<String> = series::source_metrics(kind.name).map(|s| s.name.to_owned()).collect();
                    self.cx.report(unknown_member(e, &said, rest.first().copied().unwrap_or(name), &all, rest.is_empty()).label(self.cx.name_span(decl), format!("{} source", kind.name)));
                }
            }
            return None;
        };
        let mut named = self.own(format!("{said}.{}", series.name), series);
        named.interval = Exact::from_integer(ASKED);
        self.pick(e, named, picks)
    }

    pub(super) fn metric_series(&self, e: &'a Expr, decl: Decl, rest: &[&'a Ident]) -> Option<Typed> {
        let said = self.cx.name_of(decl, self.from);
        let lowered = self.cx.quietly(|| self.cx.lower_metric(decl, said.clone()))?;
        let per_source = self.cx.source_of_metric(decl).and_then(|s| self.cx.source_kind(s)).and_then(|k| lowered.query.first().and_then(|q| series::source_metric(k.name, q)));
        let named = Named {
            series: said.clone(),
            shown: said.clone(),
            dim: lowered.dim,
            // `as number` may be what a bare number is.
            slack: if lowered.unit == "number" { (0, 1) } else { (0, 0) },
            nature: per_source.map_or(Nature::Plain, |s| s.nature),
            per_instance: lowered.by.is_some() || per_source.is_some_and(|s| s.per_instance),
            interval: lowered.every,
            instances: Some(format!("declare `by label` on the metric `{said}` to keep one series per instance")),
        };
        self.pick(e, named, rest)
    }

    /// `limit.capacity`, `limit.capacity.high`
    pub(super) fn phase_series(&self, e: &'a Expr, search: bool, head: &'a Ident, rest: &[&'a Ident]) -> Option<Typed> {
        let words: Vec<&str> = rest.iter().map(|w| w.text.as_str()).collect();
        let Some(series) = series::SEARCH.iter().find(|s| s.name == words.join(".")) else {
            let all: Vec<String> = series::SEARCH.iter().map(|s| s.name.to_owned()).collect();
            self.cx.report(unknown_member(e, &head.text, rest.first().copied().unwrap_or(head), if search { &all } else { &[] }, rest.is_empty()));
            return None;
        };
        let name = format!("{}.{}", head.text, series.name);
        if !search {
            self.cx.report(Diagnostic::new(codes::E0210, e.span, format!("`{name}` is not known: `{}` is no `search`", head.text)).here("not provided").help("only a `search` phase finds a capacity"));
            return None;
        }
        let metric = MetricRef { series: name, statistic: None, across: None, interval: Exact::from_integer(OWN), nature: series.nature };
        Some(Typed::new(ValueKind::Metric(metric), series.dim, (0, 0)))
    }

    /// `.p99` of a distribution, `.max` across instances, or the series itself.
    fn pick(&self, e: &'a Expr, named: Named, picks: &[&'a Ident]) -> Option<Typed> {
        let metric = |statistic, across| MetricRef { series: named.series.clone(), statistic, across, interval: named.interval, nature: named.nature };
        let typed = |m, dim, slack| Some(Typed::new(ValueKind::Metric(m), dim, slack));
        let Some(word) = picks.first() else { return typed(metric(None, None), named.dim, named.slack) };
        let shown = &named.shown;
        let statistic = STATISTICS.iter().find(|s| s.name == word.text).map(|s| s.meaning);
        let across = ACROSS.iter().find(|a| a.name == word.text).map(|a| a.meaning);
        if picks.len() > 1 {
            self.cx.report(
                Diagnostic::new(codes::E0210, e.span, format!("there is no metric {}", self.cx.quoted(e.span))).here("too many members").help(format!("write `{shown}.{}`", word.text)),
            );
            return None;
        }
        if named.nature == Nature::Distribution {
            if let Some(statistic) = statistic {
                let dim = if statistic == Statistic::Count { Dimension::COUNT } else { named.dim };
                return typed(metric(Some(statistic), None), dim, (0, 0));
            }
            let all: Vec<&str> = STATISTICS.iter().map(|s| s.name).collect();
            self.cx.report(self.no_statistic(shown, word, &all));
            return None;
        }
        if named.per_instance {
            if let Some(across) = across {
                let dim = if across == Across::Count { Dimension::COUNT } else { named.dim };
                return typed(metric(None, Some(across)), dim, if across == Across::Count { (-1, 0) } else { named.slack });
            }
            if statistic.is_some() {
                self.cx.report(not_a_distribution(e, shown, word, "write `.min`, `.max`, `.avg`, `.spread` or `.count`, which read across its instances"));
                return None;
            }
            let all: Vec<&str> = ACROSS.iter().map(|a| a.name).collect();
            self.cx.report(self.no_statistic(shown, word, &all));
            return None;
        }
        if let (None, Some(_)) | (Some(Statistic::Max | Statistic::Count), Some(_)) = (statistic, across) {
            let over_time = match word.text.as_str() {
                "spread" | "count" => String::new(),
                word => format!("write `{word}({shown})` for it over time"),
            };
            let help = match (&named.instances, over_time.as_str()) {
                (Some(instances), "") => instances.clone(),
                (Some(instances), over) => format!("{over}, or {instances}"),
                (None, "") => format!("write `{shown}`"),
                (None, over) => over.to_owned(),
            };
            self.cx.report(Diagnostic::new(codes::E0210, e.span, format!("`{shown}` is one series: it has no instances to take the `{}` of", word.text)).here("not provided").help(help));
            return None;
        }
        if statistic.is_some() {
            let help = if word.text == "mean" { format!("write `avg({shown})` for it over time") } else { format!("compare `{shown}` itself: it must hold at every sample") };
            self.cx.report(not_a_distribution(e, shown, word, &help));
            return None;
        }
        self.cx.report(self.no_statistic(shown, word, &[]));
        None
    }

    fn no_statistic(&self, shown: &str, word: &Ident, all: &[&str]) -> Diagnostic {
        let d = Diagnostic::new(codes::E0210, word.span, format!("there is no metric `{shown}.{}`", word.text));
        match suggest::nearest(&word.text, all.iter().copied()) {
            Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{shown}.{near}`")).fix(format!("replace by `{near}`"), false, word.span, near),
            None if all.is_empty() => d.here("it has no members").help(format!("write `{shown}`")),
            None => d.here("not offered").help(format!("there are {}", all.iter().map(|a| format!("`.{a}`")).collect::<Vec<_>>().join(" "))),
        }
    }

    /// E0210 (E0201 where a constant was probably meant): an unknown first word.
    pub(super) fn no_such_metric(&self, head: &'a Ident, rest: &[&'a Ident]) -> Diagnostic {
        let file = head.span.file;
        self.cx.not_found(file, &[DeclKind::Metric]);
        let mut shown = head.text.clone();
        for word in rest {
            shown.push('.');
            shown.push_str(&word.text);
        }
        let heads = |s: &'static Series| s.name.split('.').next().unwrap_or(s.name);
        // What fits the other side comes first.
        let fitting: Vec<&str> = match self.wanted {
            Some(dim) => series::test_metrics().filter(|s| s.dim == dim || rest.last().is_some_and(|w| w.text == "count")).map(heads).collect(),
            None => Vec::new(),
        };
        let things = self.cx.candidates(file, &[DeclKind::Target, DeclKind::Pipeline, DeclKind::Source, DeclKind::Metric]);
        let phases: Vec<&str> = self.scope.phases.iter().filter(|p| p.search).map(|p| p.name.as_str()).collect();
        let constants = rest.is_empty().then(|| self.cx.candidates(file, &[DeclKind::Let, DeclKind::Param]));
        let patience = &self.cx.patience;
        let own = self.cx.declared_around(head.span);
        let near = suggest::nearest(&head.text, fitting.iter().copied()).or_else(|| {
            let others = phases.iter().copied().chain(series::test_metrics().map(heads));
            suggest::nearest(&head.text, things.near(&head.text, patience).first().copied().into_iter().chain(others))
        });
        let near_constant = constants.as_ref().and_then(|constants| constants.near(&head.text, patience).into_iter().find(|near| Some(*near) != own));
        match (near, near_constant) {
            (None, Some(near)) => Diagnostic::new(codes::E0201, head.span, format!("there is no constant called `{shown}`"))
                .here(format!("did you mean `{near}`?"))
                .help(format!("write `{near}`"))
                .fix(format!("replace by `{near}`"), false, head.span, near),
            (Some(near), _) => {
                let better = format!("{near}{}", &shown[head.text.len()..]);
                Diagnostic::new(codes::E0210, head.span, format!("there is no metric `{shown}`"))
                    .here(format!("did you mean `{near}`?"))
                    .help(format!("write `{better}`"))
                    .fix(format!("replace by `{near}`"), false, head.span, near)
            }
            (None, None) => {
                // `lag` of a pipeline, `gc_ratio` of a source: say where it is found.
                let owner = self.owner(head);
                let d = Diagnostic::new(codes::E0210, head.span, format!("there is no metric `{shown}`")).here("not declared, and not a metric of every test");
                match owner {
                    Some(owner) => d.help(owner),
                    None => d.help("a test has `latency`, `acked_rate`, `errors.ratio` and more; a pipeline `.lag`; declare others with `metric name = source.query(\"…\") as count`"),
                }
            }
        }
    }

    fn owner(&self, head: &Ident) -> Option<String> {
        let word = head.text.as_str();
        if series::PIPELINE.iter().any(|(s, _)| s.name == word) {
            let pipelines = self.cx.candidates(head.span.file, &[DeclKind::Pipeline]);
            return Some(match pipelines.iter().next() {
                Some(pipeline) => format!("a pipeline has it: write `{pipeline}.{word}`"),
                None => format!("a pipeline would provide it: `pipeline name {{ reads = target, group = \"…\" }}`, then `name.{word}`"),
            });
        }
        let kind = targets::SOURCES.iter().find(|k| series::source_metric(k.name, word).is_some())?;
        let sources = self.cx.candidates(head.span.file, &[DeclKind::Source]);
        Some(match sources.iter().next() {
            Some(source) => format!("a source has it: write `{source}.{word}`"),
            None => format!("{} would provide it: `source name = {} {{ … }}`, then `name.{word}`", source_of(kind), kind.name),
        })
    }
}

fn unknown_member(e: &Expr, of: &str, word: &Ident, members: &[String], nothing: bool) -> Diagnostic {
    if nothing {
        let d = Diagnostic::new(codes::E0210, e.span, format!("`{of}` is no metric by itself")).here("which of its metrics?");
        return match members {
            [] => d,
            [only] => d.help(format!("write `{of}.{only}`")),
            _ => d.help(format!("say which: {}", listed(of, members))),
        };
    }
    let d = Diagnostic::new(codes::E0210, word.span, format!("there is no metric `{of}.{}`", word.text));
    match suggest::nearest(&word.text, members.iter().map(String::as_str)) {
        Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{of}.{near}`")).fix(format!("replace by `{near}`"), false, word.span, near),
        None if members.is_empty() => d.here("it has no metrics"),
        None => d.here("no such metric").help(format!("there are {}", listed(of, members))),
    }
}

fn listed(_of: &str, members: &[String]) -> String {
    members.iter().map(|m| format!("`.{m}`")).collect::<Vec<_>>().join(" ")
}

/// E0605
fn not_a_distribution(e: &Expr, shown: &str, word: &Ident, help: &str) -> Diagnostic {
    let what = if word.text == "mean" { "mean" } else { "percentile" };
    Diagnostic::new(codes::E0605, e.span, format!("`{shown}` is not a distribution: it has no {what} `{}`", word.text)).here("one number at a time").help(help)
}
