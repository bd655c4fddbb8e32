//! `run.json`. A section that does not apply is absent.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::Report;
use super::summary::{self, PhaseFigures, Times};
use crate::metrics::recording::{Accounting, Recording};
use crate::plan::AlertLevel;
use crate::verdict::Judgement;

/// The record, in the order of the specification.
pub fn document(report: &Report) -> Value {
    let Report { test, recording, verdict, facts } = *report;
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        all.insert(name.to_string(), value);
    };
    put("schema", json!("scalec.run/1"));
    put("run_id", json!(facts.run_id));
    put("scalec_version", json!(facts.version));
    let params: Map<String, Value> = facts.params.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    put("scenario", json!({"file": facts.file, "test": test.name, "sha256": facts.sha256, "params": params}));
    put("started_at", json!(timestamp(recording.started_at_ns)));
    put("ended_at", json!(timestamp(facts.ended_at_ns)));
    put("duration_seconds", number(recording.duration));
    put("time_scale", scale(recording.time_scale));
    put("verdict", json!(verdict.outcome.as_str()));
    put("verdict_reason", json!(verdict.reason));
    put("accounting", accounting(&recording.accounting));
    let acked = recording.accounting.acked;
    put(
        "throughput",
        json!({
            "messages_processed": acked,
            "messages_per_second": number(summary::per_second(recording, acked as f64)),
            "bytes_per_second": number(summary::per_second(recording, summary::bytes(recording) as f64)),
        }),
    );
    for name in ["latency", "service_time"] {
        if let Some(figures) = Times::named(recording, name) {
            put(name, times(&figures));
        }
    }
    if let Some(lateness) = Times::named(recording, "lateness") {
        put("pacing", pacing(recording, &lateness));
    }
    put(
        "generator",
        json!({
            "verdict": summary::generator(recording.generator),
            "peak_cpu_ratio": number(recording.resources.peak_cpu_ratio),
            "peak_memory_bytes": recording.resources.peak_memory_bytes,
            "headroom_ratio": number(1.0 - recording.resources.peak_cpu_ratio),
        }),
    );
    put(
        "errors",
        json!({
            "error_count": recording.accounting.failed,
            "error_rate": number(summary::error_rate(recording)),
            "by_kind": recording.errors,
        }),
    );
    put("targets", targets(report));
    put("phases", summary::phases(test, recording).iter().map(phase).collect());
    if !verdict.expectations.is_empty() {
        put("expectations", verdict.expectations.iter().map(expectation).collect());
    }
    if !test.alerts.is_empty() {
        put("alerts", alerts(report));
    }
    if !test.faults.is_empty() {
        put("faults", faults(report));
    }
    if let Some(audit) = recording.audit {
        put(
            "audit",
            json!({
                "delivered": audit.delivered,
                "lost": audit.lost,
                "duplicated": audit.duplicated,
                "reordered": audit.reordered,
                "corrupted": audit.corrupted,
            }),
        );
    }
    if let Some(cost) = summary::cost(test, recording) {
        let mut value = json!({"per_hour": number(cost.per_hour), "total": number(cost.total)});
        if let (Some(per_million), Some(object)) = (cost.per_million, value.as_object_mut()) {
            object.insert("per_million".into(), number(per_million));
        }
        put("cost", value);
    }
    Value::Object(all)
}

/// As it is written to the file.
pub fn text(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(&document(report)).unwrap_or_default();
    text.push('\n');
    text
}

/// Whole and fractional seconds since 1970 as `2026-11-21T02:05:34.123Z`.
pub fn timestamp(ns: i128) -> String {
    let (seconds, rest) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000));
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, u32::try_from(rest).unwrap_or_default()))
        .map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true))
        .unwrap_or_default()
}

/// A float stays a float (`5.0`); what JSON cannot hold is null.
fn number(value: f64) -> Value {
    // Nanoseconds and the twelfth digit are all that was measured; the rest is rounding.
    // Adding nothing takes the sign off a zero.
    let value = value + 0.0;
    let rounded = (value * 1e12).round() / 1e12 + 0.0;
    json!(if rounded.is_finite() && value.abs() < 1e3 { rounded } else { value })
}

fn scale(scale: f64) -> Value {
    let scale = if scale > 0.0 { scale } else { 1.0 };
    if scale == scale.trunc() && scale < 1e15 { json!(scale as u64) } else { json!(scale) }
}

fn accounting(a: &Accounting) -> Value {
    json!({"planned": a.planned, "sent": a.sent, "not_sent": a.not_sent, "acked": a.acked, "failed": a.failed, "unknown": a.unknown})
}

fn times(t: &Times) -> Value {
    json!({
        "p50_seconds": number(t.p50),
        "p95_seconds": number(t.p95),
        "p99_seconds": number(t.p99),
        "p999_seconds": number(t.p999),
        "mean_seconds": number(t.mean),
        "max_seconds": number(t.max),
        "count": t.count,
    })
}

fn pacing(recording: &Recording, lateness: &Times) -> Value {
    json!({
        "rate_error_ratio": number(recording.pacing.rate_error_ratio),
        "worst_second_error_ratio": number(recording.pacing.worst_second_error_ratio),
        "lateness_p50_seconds": number(lateness.p50),
        "lateness_p99_seconds": number(lateness.p99),
        "lateness_p999_seconds": number(lateness.p999),
        "lateness_max_seconds": number(lateness.max),
    })
}

fn targets(report: &Report) -> Value {
    let recording = report.recording;
    let mut all = Map::new();
    for (id, (target, counts)) in report.test.targets.iter().zip(&recording.target_accounting).enumerate() {
        // What only a pipeline writes to has nothing to account for.
        let mut sends = report.test.phases.iter().flat_map(|p| &p.sends).filter_map(|s| report.test.sends.get(*s));
        if counts.planned == 0 && !sends.any(|s| s.targets.contains(&id)) {
            continue;
        }
        let mut value = json!({"kind": summary::kind(&target.kind), "accounting": accounting(counts)});
        if let (Some(latency), Some(object)) =
            (Times::named(recording, &format!("{}.latency", target.name)), value.as_object_mut())
        {
            object.insert("latency".into(), times(&latency));
        }
        all.insert(target.name.clone(), value);
    }
    Value::Object(all)
}

fn phase(figures: &PhaseFigures) -> Value {
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        all.insert(name.to_string(), value);
    };
    put("name", json!(figures.phase.name));
    put("instance", json!(figures.phase.instance));
    put("start_seconds", number(figures.span.0));
    put("end_seconds", number(figures.span.1));
    put("planned", json!(figures.record.planned));
    put("sent", json!(figures.record.sent));
    put("acked", json!(figures.record.acked));
    if let Some(rate) = figures.target_rate {
        put("target_rate", number(rate));
    }
    put("achieved_rate", number(figures.achieved_rate));
    if let Some(latency) = &figures.latency {
        put("latency", times(latency));
    }
    put("generator", json!(summary::generator(figures.record.generator)));
    Value::Object(all)
}

fn stretch((from, to): (f64, f64)) -> Value {
    json!({"from_seconds": number(from), "to_seconds": number(to)})
}

fn expectation(judged: &Judgement) -> Value {
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        all.insert(name.to_string(), value);
    };
    put("text", json!(judged.text));
    put("file", json!(judged.file));
    put("line", json!(judged.line));
    put("verdict", json!(judged.outcome.as_str()));
    for (name, value) in [("observed", judged.observed), ("limit", judged.limit), ("margin", judged.margin)] {
        if let Some(value) = value {
            put(name, number(value));
        }
    }
    put("unit", json!(judged.unit));
    put("windows", judged.windows.iter().map(|w| stretch(*w)).collect());
    if let Some(failing) = judged.failing {
        put("failing", stretch(failing));
    }
    put("reason", json!(judged.reason));
    Value::Object(all)
}

fn alerts(report: &Report) -> Value {
    report
        .recording
        .alerts
        .iter()
        .filter_map(|raised| {
            let alert = report.test.alerts.get(raised.alert)?;
            let level = match alert.level {
                AlertLevel::Critical => "critical",
                AlertLevel::Warning => "warning",
            };
            // One that never cleared stood until the end.
            let to = raised.to.unwrap_or(report.recording.duration);
            Some(json!({"name": alert.name, "level": level, "from_seconds": number(raised.from), "to_seconds": number(to)}))
        })
        .collect()
}

fn faults(report: &Report) -> Value {
    report
        .test
        .faults
        .iter()
        .zip(&report.recording.faults)
        .flat_map(|(fault, struck)| struck.iter().map(|at| json!({"name": fault.name, "at_seconds": number(*at)})))
        .collect()
}
