//! Declarations: how they begin, their doc comment, and what the checker knows of them.

use super::{About, amounts, fenced, paragraphs};
use crate::catalog;
use crate::check::names::declared;
use crate::check::{Const, Decl, series};
use crate::ide::symbols::Named;
use crate::ide::{nodes, plans};
use crate::plan::{self, TextValue, predict, words};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, EntryKind, ItemKind};
use crate::targets::limits::{LIMITS, What};
use crate::units;

impl<'a> About<'_, 'a> {
    pub fn named(&self, named: Named) -> Option<String> {
        let item = self.cx.item(named.item)?;
        if named.kind.is_part() {
            return self.part(named, item);
        }
        let doc = item.doc.clone().unwrap_or_default();
        let more = match &item.kind {
            ItemKind::Import(_) => return self.import(named.item, doc),
            ItemKind::Let(l) => self.constant(named.item, l),
            ItemKind::Target(c) => vec![kind_doc("target", c), limits(c)],
            ItemKind::Source(c) => vec![kind_doc("source", c), offers(c)],
            ItemKind::Event(_) => self.event(named.text(self.cx.ws)),
            ItemKind::Mix(_) => Vec::new(),
            ItemKind::Metric(_) => self.metric(named.item),
            ItemKind::Pipeline(_) => self.pipeline(named),
            ItemKind::Cluster(_) => self.cluster(named.item),
            ItemKind::Node(node) => vec![nodes::facts(self.cx, node)],
            ItemKind::Alert(_) => Vec::new(),
            ItemKind::Test(_) => self.test(named.name),
            ItemKind::Sizing(_) => return None,
        };
        Some(paragraphs([fenced(&self.head(item)), doc].into_iter().chain(more)))
    }

    /// The first line of a declaration, or all of a short one.
    fn head(&self, item: &ast::Item) -> String {
        let text = self.shown(item.span);
        let text = text.trim_end();
        if !text.contains('\n') && text.chars().count() <= 100 {
            return text.to_owned();
        }
        let first = text.lines().next().unwrap_or("");
        match first.trim_end().strip_suffix('{') {
            Some(head) => format!("{head}{{ … }}"),
            None => first.to_owned(),
        }
    }

    fn import(&self, decl: Decl, doc: String) -> Option<String> {
        let item = self.cx.item(decl)?;
        let module = self.cx.module(decl).map(|file| module(self.cx.ws, file)).unwrap_or_default();
        Some(paragraphs([fenced(&self.head(item)), doc, module]))
    }

    fn constant(&self, decl: Decl, l: &'a ast::Let) -> Vec<String> {
        let mut out = Vec::new();
        match self.cx.let_value(decl, &l.value) {
            Some(value) => out.push(self.value(&value)),
            None => out.push("Its value is not known.".to_owned()),
        }
        if l.param {
            let range = l.range.as_ref().map(|r| format!(" within `{}`", self.shown(r.span))).unwrap_or_default();
            out.push(format!("Can be set for a run: `--set {}=…`{range}", self.cx.plain_name(decl)));
        }
        out
    }

    /// A constant in words. Of the environment and of secrets never more than the name.
    pub fn value(&self, value: &Const<'a>) -> String {
        match value {
            Const::Number(q) => amounts::value(q),
            Const::Text(TextValue::Literal(_)) => "a text".to_owned(),
            Const::Text(TextValue::Env { name, default }) => {
                let otherwise = if default.is_some() { ", with a default" } else { "" };
                format!("a text from the environment variable `{name}`, read when a test runs{otherwise}")
            }
            Const::Text(TextValue::Secret { name }) => format!("the secret `{name}`, read when a test runs"),
            Const::Bool(b) => format!("`{b}`"),
            Const::Range(bounds) => {
                let end = |q: &Option<units::Quantity>| q.as_ref().map(units::honest_quantity).unwrap_or_default();
                format!("`{}{}{}`, a range", end(&bounds.low), if bounds.inclusive { "..=" } else { ".." }, end(&bounds.high))
            }
            Const::List(items) => format!("a list of {}", items.len()),
            Const::Expression(e) => match self.cx.mentions(e).is_empty() {
                true => "a generator".to_owned(),
                false => "measured while a test runs".to_owned(),
            },
        }
    }

    fn event(&self, name: &str) -> Vec<String> {
        let said = plans::sketched(&self.view).filter_map(|test| {
            let event = test.events.iter().find(|e| e.name == name || e.name.split('[').next() == Some(name))?;
            let size = match event.max_bytes {
                Some(most) if most as f64 > event.mean_bytes + 0.5 => format!("{} on average, at most {}", words::bytes(event.mean_bytes), words::bytes(most as f64)),
                _ => words::bytes(event.mean_bytes),
            };
            let fields = if event.fields.len() == 1 { "1 field".to_owned() } else { format!("{} fields", event.fields.len()) };
            Some((test, vec![(String::new(), format!("{fields}, {size} a record"))]))
        });
        vec![self.for_each_value(said.collect())]
    }

    fn metric(&self, decl: Decl) -> Vec<String> {
        let Some(metric) = self.cx.lower_metric(decl, String::new()) else { return Vec::new() };
        let by = metric.by.as_ref().map(|by| format!(", one series per `{by}`: `.min .max .avg .spread .count` read across them")).unwrap_or_default();
        let from = self.cx.source_of_metric(decl).map(|s| format!(" from `{}`", self.cx.plain_name(s))).unwrap_or_default();
        vec![format!("{}{from}, every {}{by}", capital(&amounts::named(metric.dim)), units::honest(metric.every, units::Dimension::TIME))]
    }

    fn pipeline(&self, named: Named) -> Vec<String> {
        let mut out = Vec::new();
        for test in plans::predictable(&self.view) {
            let of = |f: &predict::Forecast| test.pipelines.get(f.pipeline).is_some_and(|p| p.span == named.name);
            if let Some(forecast) = predict::predict(test).iter().find(|f| of(f)) {
                out.push(format!("In \"{}\": {}", test.name, plan::show::course(forecast).join("; ")));
            }
        }
        if !out.is_empty() {
            out.insert(0, "Predicted backlog, if it takes what it declares:".to_owned());
        }
        vec![out.join("\n- ")]
    }

    fn cluster(&self, decl: Decl) -> Vec<String> {
        let Some(cluster) = self.cx.lower_cluster(decl, String::new()) else { return Vec::new() };
        let driver = cluster.driver.as_ref().map_or(0, |(n, _)| *n);
        let (low, high) = cluster.workers.as_ref().map_or((0, 0), |((low, high), _)| (*low, *high));
        let all = nodes::count(driver + low, driver + high);
        vec![format!("{} · {all} · {}", nodes::price(&cluster), nodes::capacity(&cluster))]
    }

    fn test(&self, name: Span) -> Vec<String> {
        let tests: Vec<&plan::Test> = plans::predictable(&self.view).filter(|t| t.span.start <= name.start && name.end <= t.span.end && t.span.file == name.file).collect();
        let line = |test: &plan::Test| {
            let planned = plan::counts::total(test).planned;
            let records = planned.map_or_else(|| plans::UNCOUNTED.to_owned(), plans::records);
            let cost = plan::cost::cost(test).map(|c| format!(" · {}", words::dollars(c.high.total))).unwrap_or_default();
            format!("{} · {records}{cost}", words::moment(plans::seconds(test.duration())))
        };
        match tests.as_slice() {
            [one] => vec![line(one)],
            many => vec![many.iter().map(|t| format!("- {}: {}", t.name, line(t))).collect::<Vec<_>>().join("\n")],
        }
    }
}

/// A module: its doc comment, and what it declares.
pub fn module(ws: &Workspace, file: FileId) -> String {
    let Some(unit) = ws.units.get(file.0 as usize) else { return String::new() };
    let mut names: Vec<String> = unit.ast.items.iter().filter_map(|item| declared(&item.kind)).map(|(kind, name)| format!("{} `{}`", kind.word(), name.text)).collect();
    let node_count = unit.ast.items.iter().filter(|i| matches!(i.kind, ItemKind::Node(_))).count();
    if node_count > 0 {
        names.push(format!("{node_count} nodes"));
    }
    let more = names.len().saturating_sub(12);
    names.truncate(12);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let declares = if names.is_empty() { String::new() } else { format!("Declares {}{rest}", names.join(", ")) };
    paragraphs([unit.ast.doc.clone().unwrap_or_default(), declares])
}

fn kind_doc(of: &str, construct: &ast::Construct) -> String {
    construct.kind.as_ref().and_then(|kind| catalog::block(of, &kind.text)).map_or("", |b| b.doc).to_owned()
}

/// What the service takes, as its makers say.
fn limits(construct: &ast::Construct) -> String {
    let Some(kind) = &construct.kind else { return String::new() };
    let mut out = limits_of(&kind.text);
    // What the declared parts come to.
    let whole = |name: &str| {
        construct.body.entries.iter().find_map(|entry| match &entry.kind {
            EntryKind::Setting { key, value, .. } if key.text == name => match &value.unwrapped().kind {
                ast::ExprKind::Quantity(token) => units::parse(&token.text).ok().filter(|q| q.is_bare()).map(|q| q.value),
                _ => None,
            },
            _ => None,
        })
    };
    let parts = whole("shards").map(|n| (n, "shards")).or_else(|| whole("throughput_units").map(|n| (n, "throughput units")));
    if let Some((n, word)) = parts {
        let of = |what: What| LIMITS.iter().find(|l| l.kind == kind.text && l.what == what).map(|l| n * units::Exact::from_integer(i128::from(l.value)));
        let rate = of(What::UnitRecords).map(|v| units::honest(v, units::Dimension::RATE));
        let bytes = of(What::UnitBytes).map(|v| units::honest(v, units::Dimension::DATA_RATE));
        if let (Some(rate), Some(bytes)) = (rate, bytes) {
            out = format!("Its {} {word} take {rate} and {bytes}\n\n{out}", units::decimal(n, 0));
        }
    }
    out
}

/// The limits of a kind of target, each with its source.
pub fn limits_of(kind: &str) -> String {
    let lines: Vec<String> = LIMITS.iter().filter(|l| l.kind == kind).map(|l| format!("- {} ([source]({}), read {})", capital(l.says), l.source, l.read)).collect();
    lines.join("\n")
}

/// What a source offers without a query, or what it is asked.
fn offers(construct: &ast::Construct) -> String {
    construct.kind.as_ref().map(|kind| offers_of(&kind.text)).unwrap_or_default()
}

pub fn offers_of(kind: &str) -> String {
    let series: Vec<String> = series::source_metrics(kind).map(|s| format!("`.{}`", s.name)).collect();
    let query = catalog::block("source", kind).and_then(|b| b.query).map(|q| format!("`.{}`", q.usage));
    let all: Vec<String> = query.into_iter().chain(series).collect();
    if all.is_empty() { String::new() } else { format!("Offers {}", all.join(" ")) }
}

pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

