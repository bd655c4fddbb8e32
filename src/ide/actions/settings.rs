//! The settings that a declaration needs and does not have.

use super::{Action, Edit, Kind, tried};
use crate::catalog::{self, Setting, SettingKind};
use crate::check::names::Names;
use crate::check::{Context, DeclKind};
use crate::diagnostics::codes;
use crate::ide::View;
use crate::ide::completion::kinds_of;
use crate::ide::samples::sample;
use crate::syntax::ast::{Body, EntryKind, Item, ItemKind};

/// Where the checker says that something is missing (E0208).
pub fn missing(view: &View<'_>, offset: usize) -> Option<Action> {
    let touched = |item: &&Item| item.span.start as usize <= offset && offset <= item.span.end as usize;
    let item = view.unit()?.ast.items.iter().find(touched)?;
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
    let given = |name: &str| body.entries.iter().any(|e| matches!(&e.kind, EntryKind::Setting { key, .. } if key.text == name));
    let mut needed: Vec<&'static Setting> = block.settings.iter().filter(|s| s.required && !given(s.name)).copied().collect();
    if !block.one_of.iter().any(|one| given(one)) {
        needed.extend(block.one_of.first().and_then(|first| block.setting(first)));
    }
    if of == "cluster" && !given("workers") {
        needed.extend(block.setting("workers"));
    }
    if needed.is_empty() {
        return None;
    }
    let lines: Vec<String> = needed.iter().map(|s| Some(format!("{} = {}", s.name, value(view, s)?))).collect::<Option<_>>()?;
    let edit = entries(view, item, body, &lines)?;
    let (text, _) = tried(view, &[edit])?;
    let names: Vec<String> = needed.iter().map(|s| format!("`{}`", s.name)).collect();
    let title = format!("add the missing setting{} {}", if names.len() == 1 { "" } else { "s" }, names.join(", "));
    Some(Action { title, kind: Kind::Add, text: Ok(text) })
}

/// A value that fits; of what is declared the first. `None` where nothing of that kind is.
fn value(view: &View<'_>, setting: &Setting) -> Option<String> {
    let names = Names::of(view.workspace());
    let cx = Context::new(view.workspace(), &[], &names);
    match (setting.kind, setting.name) {
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
fn entries(view: &View<'_>, item: &Item, body: &Body, lines: &[String]) -> Option<Edit> {
    let text = view.text();
    let span = body.span;
    if span.is_empty() {
        let end = item.span.end as usize;
        return Some((end..end, format!(" {{\n  {}\n}}", lines.join("\n  "))));
    }
    let inside = text.get(span.start as usize + 1..span.end as usize)?.strip_suffix('}')?;
    let close = span.end as usize - 1;
    if inside.contains('\n') {
        // Behind the last entry, on lines of their own.
        let last = text.get(..close)?.trim_end().len();
        return Some((last..last, format!("\n  {}", lines.join("\n  "))));
    }
    let kept = inside.trim_end();
    let at = span.start as usize + 1 + kept.len();
    let comma = if kept.trim().is_empty() || kept.ends_with(',') { "" } else { "," };
    Some((at..close, format!("{comma} {} ", lines.join(", "))))
}
