//! What the language knows and this engine does not execute yet: refused before a run starts, with the place, never skipped, never faked.

use crate::plan::{Event, Field, Format, Generator, Key, Shape, TargetKind, Test};
use super::local::is_stood_in;
use crate::source::Span;

/// One thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub span: Span,
    pub what: String,
}

/// Everything in this test that cannot be executed, in the order of the file.
pub fn refusals(test: &Test) -> Vec<Refusal> {
    let mut all = Vec::new();
    let mut refuse = |span: Span, what: String| all.push(Refusal { span, what });
    for target in &test.targets {
        let format = match &target.kind {
            TargetKind::Kafka(kafka) => Some(&kafka.format),
            TargetKind::File { format, .. } => Some(format),
            TargetKind::Null => None,
            TargetKind::Other { kind } => {
                refuse(target.span, format!("target `{}` is of kind {kind}, which is not sent to yet", target.name));
                None
            }
        };
        if let Some(Format::Other(format)) = format {
            refuse(target.span, format!("target `{}` wants {format}, which is not written yet; json is", target.name));
        }
    }
    for event in &test.events {
        for what in of_event(event) {
            refuse(event.span, format!("event `{}` {what}", event.name));
        }
    }
    for phase in test.phases.iter().filter(|p| p.instance == 1) {
        if matches!(phase.shape, Shape::Search { .. }) {
            refuse(phase.span, format!("phase `{}` is a search, which is not executed yet", phase.name));
        }
    }
    for fault in &test.faults {
        refuse(fault.span, format!("fault `{}`: faults are not executed yet", fault.name));
    }
    let conditions = test
        .expectations
        .iter()
        .map(|e| (e.span, &e.condition))
        .chain(test.aborts.iter().map(|a| (a.span, &a.condition)))
        .chain(test.alerts.iter().map(|a| (a.span, &a.condition)));
    for (span, condition) in conditions {
        for metric in condition.metrics() {
            if let Some(why) = of_series(test, &metric.series) {
                refuse(span, why);
            }
        }
    }
    all.sort_by_key(|r| r.span);
    all.dedup();
    all
}

fn of_event(event: &Event) -> Vec<String> {
    let mut all = Vec::new();
    event.fields.iter().for_each(|f| of_field(f, &mut all));
    if let Some(Key::Generator(generator)) = &event.key {
        of_generator("its key", generator, &mut all);
    }
    if event.op.is_some() || event.envelope.is_some() {
        all.push("has `op` or `envelope`, which are not sent yet".into());
    }
    if event.identity.is_some() {
        all.push("has an `identity` of its own, which the audit does not read yet".into());
    }
    all
}

fn of_field(field: &Field, all: &mut Vec<String>) {
    of_generator(&format!("field `{}`", field.name), &field.generator, all);
}

fn of_generator(place: &str, generator: &Generator, all: &mut Vec<String>) {
    match generator {
        Generator::Recent { .. } => all.push(format!("({place}) uses `recent`, which is not generated yet")),
        Generator::FromFile { .. } => all.push(format!("({place}) uses `from_file`, which is not generated yet")),
        Generator::Choice(entries) => entries.iter().for_each(|(_, g)| of_generator(place, g, all)),
        Generator::OneOf(entries) => entries.iter().for_each(|g| of_generator(place, g, all)),
        Generator::List { element, .. } => of_generator(place, element, all),
        Generator::Map { key, value, .. } => {
            of_generator(place, key, all);
            of_generator(place, value, all);
        }
        Generator::Record(fields) => fields.iter().for_each(|f| of_field(f, all)),
        _ => {}
    }
}

/// The counts that need reading back.
pub const AUDITED: [&str; 5] = ["delivered", "lost", "duplicated", "reordered", "corrupted"];

/// Why this series cannot be measured yet.
fn of_series(test: &Test, series: &str) -> Option<String> {
    let (owner, metric) = match series.rsplit_once('.') {
        Some(("errors" | "alerts", _)) | None => (None, series),
        Some((owner, metric)) => (Some(owner), metric),
    };
    let Some(owner) = owner else {
        let declared = test.metrics.iter().find(|m| m.name == series)?;
        return Some(format!("metric `{}` comes from source `{}`; sources are not read yet", declared.name, declared.source));
    };
    if let Some(source) = test.sources.iter().find(|s| series.starts_with(&format!("{}.", s.name))) {
        return Some(format!("`{series}` comes from source `{}` ({}); sources are not read yet", source.name, source.kind));
    }
    if let Some(pipeline) = test.pipelines.iter().find(|p| p.name == owner) {
        let known = matches!(metric, "lag" | "processing_rate" | "tables" | "members_declared" | "capacity");
        if !known {
            return Some(format!("`{series}` is not measured yet; of a pipeline `lag` and `processing_rate` are"));
        }
        let id = test.pipelines.iter().position(|p| p.name == owner).unwrap_or_default();
        if matches!(metric, "lag" | "processing_rate") && !is_stood_in(test, id) && pipeline.group.is_none() {
            return Some(match &pipeline.progress {
                Some(source) => format!("`{series}` would come from source `{source}` (`progress = {source}`); sources are not read yet"),
                None => format!("`{series}` cannot be measured: pipeline `{owner}` names no consumer `group` to look at (under --local a stand-in is measured)"),
            });
        }
        return None;
    }
    if let Some(target) = test.targets.iter().find(|t| t.name == owner)
        && AUDITED.contains(&metric)
        && !matches!(target.kind, TargetKind::Kafka(_) | TargetKind::File { .. })
    {
        return Some(format!("`{series}`: only Kafka and file targets are read back so far"));
    }
    if series.ends_with(".capacity") || series.ends_with(".capacity.high") {
        return Some(format!("`{series}` is found by a search, which is not executed yet"));
    }
    None
}
