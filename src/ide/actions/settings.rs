//! The settings that a declaration needs and does not have, and those that a setting of it needs: `retry = { … }`.

use super::{Action, Edit, Kind, tried};
use crate::catalog::{self, Setting, SettingKind, Variant};
use crate::check::names::Names;
use crate::check::{Context, DeclKind};
use crate::diagnostics::codes;
use crate::ide::View;
use crate::ide::completion::kinds_of;
use crate::ide::samples::sample;
use crate::source::Span;
use crate::syntax::ast::{Body, EntryKind, Expr, ExprKind, Item, ItemKind};
use crate::units::{self, Dimension, Exact};
use num_traits::{CheckedDiv, CheckedMul};

/// A block that lacks settings.
struct Lacking<'a> {
    /// The setting that the block is the value of; `None` for the declaration as a whole.
    within: Option<&'a str>,
    /// The block; `None` where it is yet to be written.
    body: Option<&'a Body>,
    /// Where it ends.
    end: usize,
    needed: Vec<&'static Setting>,
}

/// Where the checker says that something is missing (E0208): what the block around the cursor lacks, else what the declaration does, else one of its settings.
pub fn missing(view: &View<'_>, offset: usize) -> Option<Action> {
    let names = Names::of(view.workspace());
    let cx = Context::new(view.workspace(), &[], &names);
    let touches = |span: Span| span.start as usize <= offset && offset <= span.end as usize;
    let item = cx.file(view.file)?.items.iter().find(|item| touches(item.span))?;
    let told = |d: &&crate::diagnostics::Diagnostic| d.code == codes::E0208 && d.primary.span.file == view.file && item.span.start <= d.primary.span.start && d.primary.span.end <= item.span.end;
    view.analysis.diagnostics.iter().find(told)?;
    let (of, kind, body) = match &item.kind {
        ItemKind::Target(c) => ("target", c.kind.as_ref()?.text.as_str(), &c.body),
        ItemKind::Source(c) => ("source", c.kind.as_ref()?.text.as_str(), &c.body),
        ItemKind::Pipeline(b) => ("pipeline", "", &b.body),
        ItemKind::Cluster(b) => ("cluster", "", &b.body),
        ItemKind::Node(n) => ("node", "", &n.body),
        _ => return None,
    };
    let block = catalog::block(of, kind)?;
    let inner = inside(&cx, &block, body);
    let around = |(span, _): &&(Span, Lacking<'_>)| touches(*span);
    let own = || whole(of, &block, item, body);
    match inner.iter().find(around) {
        Some((_, lacking)) => added(view, &cx, lacking),
        None => match own() {
            Some(lacking) => added(view, &cx, &lacking),
            None => inner.iter().find_map(|(_, lacking)| added(view, &cx, lacking)),
        },
    }
}

/// What the declaration itself lacks.
fn whole<'a>(of: &str, block: &catalog::Block, item: &Item, body: &'a Body) -> Option<Lacking<'a>> {
    let given = |name: &str| setting(body, name).is_some();
    let mut needed: Vec<&'static Setting> = block.settings.iter().filter(|s| s.required && !given(s.name)).copied().collect();
    if !block.one_of.iter().any(|one| given(one)) {
        needed.extend(block.one_of.first().and_then(|first| block.setting(first)));
    }
    if of == "cluster" && !given("workers") {
        needed.extend(block.setting("workers"));
    }
    let written = Some(body).filter(|body| !body.span.is_empty());
    (!needed.is_empty()).then_some(Lacking { within: None, body: written, end: item.span.end as usize, needed })
}

/// What the settings of a declaration lack that have settings of their own, each with its place.
fn inside<'a>(cx: &Context<'a>, block: &catalog::Block, body: &'a Body) -> Vec<(Span, Lacking<'a>)> {
    let mut found = Vec::new();
    for entry in &body.entries {
        let EntryKind::Setting { key, value, .. } = &entry.kind else { continue };
        let Some(setting) = block.setting(&key.text) else { continue };
        let value = value.unwrapped();
        let (written, needed): (Option<&Body>, Vec<&'static Setting>) = match (setting.kind, &value.kind) {
            (SettingKind::Block(settings), ExprKind::Record(inner)) => (Some(inner), settings.iter().filter(|s| s.required && self::setting(inner, s.name).is_none()).collect()),
            (SettingKind::Variant(variants), kind) => {
                let inner = match kind {
                    ExprKind::Construct { body, .. } => Some(body),
                    _ => None,
                };
                (inner, credentials(cx, block, variants, value, self::setting(body, "client")))
            }
            _ => continue,
        };
        if !needed.is_empty() {
            found.push((entry.span, Lacking { within: Some(&key.text), body: written, end: value.span.end as usize, needed }));
        }
    }
    found
}

/// What the security of a Kafka target lacks.
fn credentials<'a>(cx: &Context<'a>, block: &catalog::Block, variants: &'static [Variant], security: &'a Expr, client: Option<&'a Expr>) -> Vec<&'static Setting> {
    // Only of Kafka itself the checker demands it.
    let Some((word, missing)) = cx.credentials_missing(security, client).filter(|_| block.kind == "kafka") else { return Vec::new() };
    let variant = variants.iter().find(|v| v.name == word);
    let settings = variant.into_iter().flat_map(|v| v.settings.iter().flat_map(|t| t.iter()));
    settings.filter(|s| missing.contains(&s.name)).collect()
}

fn setting<'a>(body: &'a Body, name: &str) -> Option<&'a Expr> {
    body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Setting { key, value, .. } if key.text == name => Some(value),
        _ => None,
    })
}

fn added(view: &View<'_>, cx: &Context<'_>, lacking: &Lacking<'_>) -> Option<Action> {
    let lines: Vec<String> = lacking.needed.iter().map(|s| Some(format!("{} = {}", s.name, value(view, cx, lacking, s)?))).collect::<Option<_>>()?;
    let (text, _) = tried(view, &[entries(view, lacking, &lines)?])?;
    let names: Vec<String> = lacking.needed.iter().map(|s| format!("`{}`", s.name)).collect();
    let of = lacking.within.map(|key| format!(" of `{key}`")).unwrap_or_default();
    let title = format!("add the missing setting{} {}{of}", if names.len() == 1 { "" } else { "s" }, names.join(", "));
    Some(Action::new(title, Kind::Add, Ok(text)))
}

/// A value that fits; of what is declared the first. `None` where nothing of that kind is.
fn value(view: &View<'_>, cx: &Context<'_>, lacking: &Lacking<'_>, setting: &Setting) -> Option<String> {
    let time = |name: &str| match lacking.body.and_then(|body| self::setting(body, name)).map(|e| &e.unwrapped().kind) {
        Some(ExprKind::Quantity(token)) => units::parse(&token.text).ok().filter(|q| q.fits(Dimension::TIME)).map(|q| q.value),
        _ => None,
    };
    let ten = Exact::from_integer(10);
    match (setting.kind, setting.name) {
        // A wait may not shrink.
        (SettingKind::Time, "from") if lacking.within == Some("retry") => match time("to") {
            Some(to) => to.checked_div(&ten).and_then(|from| units::exact(from, Dimension::TIME)),
            None => Some("100ms".to_owned()),
        },
        (SettingKind::Time, "to") if lacking.within == Some("retry") => match time("from") {
            Some(from) if from > Exact::from_integer(60) => from.checked_mul(&ten).and_then(|to| units::exact(to, Dimension::TIME)),
            _ => Some(sample(setting)),
        },
        (SettingKind::Thing(words, _), _) => {
            let kinds: Vec<DeclKind> = kinds_of(words);
            kinds.into_iter().find_map(|kind| cx.declared(view.file, kind).first().map(|decl| cx.plain_name(*decl).to_owned()))
        }
        (SettingKind::Special(_), "workers") => {
            let known = cx.catalogue(view.file);
            let name = known.iter().find_map(|(node, _)| node.name.as_ref())?;
            Some(format!("4 of \"{}\"", name.value))
        }
        _ => Some(sample(setting)),
    }
}

/// Entries at the end of a block, as its others stand; a block where there is none.
fn entries(view: &View<'_>, lacking: &Lacking<'_>, lines: &[String]) -> Option<Edit> {
    let text = view.text();
    let Some(body) = lacking.body else {
        let new = if lacking.within.is_some() { format!(" {{ {} }}", lines.join(", ")) } else { format!(" {{\n  {}\n}}", lines.join("\n  ")) };
        return Some((lacking.end..lacking.end, new));
    };
    let span = body.span;
    let inside = text.get(span.start as usize + 1..span.end as usize)?.strip_suffix('}')?;
    let close = span.end as usize - 1;
    if inside.contains('\n') {
        // Behind the last entry, on lines of their own.
        let last = text.get(..close)?.trim_end().len();
        let source = view.source();
        let line = source.line_text(source.line_index(close));
        let indent = format!("{}  ", line.get(..line.len() - line.trim_start().len()).unwrap_or(""));
        return Some((last..last, lines.iter().map(|line| format!("\n{indent}{line}")).collect()));
    }
    let kept = inside.trim_end();
    let at = span.start as usize + 1 + kept.len();
    let comma = if kept.trim().is_empty() || kept.ends_with(',') { "" } else { "," };
    Some((at..close, format!("{comma} {} ", lines.join(", "))))
}
