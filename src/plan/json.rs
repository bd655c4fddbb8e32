//! `scalec plan --format json`: what scripts read. Names and order are fixed (`scalec.plan/1`); what does not apply is absent.

use super::cost::{Price, cost};
use super::counts::total;
use super::curve::Curve;
use super::predict::{Forecast, predict};
use super::shape::{end_rates, number};
use super::windows::{Timeline, looks};
use super::{Expectation, Phase, Plan, Test};
use serde_json::{Map, Value, json};

/// The plan as JSON text, with a line end.
pub fn json(plan: &Plan) -> String {
    let tests: Vec<Value> = plan.tests.iter().map(test).collect();
    let document = json!({"schema": "scalec.plan/1", "tests": tests});
    // A tree of plain values always prints.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn test(test: &Test) -> Value {
    let mut out = Map::new();
    let all = total(test);
    out.insert("name".into(), json!(test.name));
    out.insert("seed".into(), json!(test.seed));
    out.insert("duration_seconds".into(), json!(number(test.duration())));
    if let Some(planned) = all.planned {
        out.insert("planned".into(), json!(planned));
        out.insert("bytes".into(), bytes(all.bytes));
    }
    out.insert("phases".into(), test.phases.iter().map(|p| phase(test, p)).collect());
    let predictions: Vec<Value> = predict(test).iter().map(|f| prediction(test, f)).collect();
    if !predictions.is_empty() {
        out.insert("predictions".into(), predictions.into());
    }
    if let Some(cost) = cost(test) {
        let mut upper = price(&cost.high);
        if cost.low != cost.high {
            upper.insert("at_least".into(), price(&cost.low).into());
        }
        out.insert("cost".into(), upper.into());
    }
    let curve = Curve::of(test);
    let timeline = Timeline::planned(test);
    out.insert("expectations".into(), test.expectations.iter().map(|e| expectation(test, &curve, &timeline, e)).collect());
    out.into()
}

fn phase(test: &Test, phase: &Phase) -> Value {
    let mut out = Map::new();
    out.insert("name".into(), json!(phase.name));
    out.insert("instance".into(), json!(phase.instance));
    out.insert("start_seconds".into(), json!(number(phase.start)));
    out.insert("duration_seconds".into(), json!(number(phase.duration)));
    if let Some((start, end)) = end_rates(phase) {
        out.insert("start_rate".into(), json!(start));
        out.insert("end_rate".into(), json!(end));
    }
    if let Some(planned) = phase.counts.planned {
        out.insert("planned".into(), json!(planned));
        out.insert("bytes".into(), bytes(phase.counts.bytes));
        let addressed = |id: &usize| phase.sends.iter().filter_map(|&s| test.sends.get(s)).any(|s| s.targets.contains(id));
        let targets: Map<String, Value> = (0..test.targets.len())
            .filter(addressed)
            .map(|id| (test.targets[id].name.clone(), json!(phase.counts.per_target.get(id).copied().unwrap_or(0))))
            .collect();
        out.insert("targets".into(), targets.into());
    }
    out.into()
}

/// The expected value, whole.
fn bytes(expected: f64) -> Value {
    json!(expected.round() as u64)
}

/// Without the last digits that doubles add.
fn tidy(value: f64) -> Value {
    json!((value * 1e9).round() / 1e9)
}

fn prediction(test: &Test, forecast: &Forecast) -> Value {
    let mut out = Map::new();
    out.insert("pipeline".into(), json!(test.pipelines.get(forecast.pipeline).map(|p| &p.name)));
    out.insert("peak_backlog".into(), json!(forecast.peak_backlog.round() as u64));
    if let Some(at) = forecast.peak_at {
        out.insert("peak_at_seconds".into(), tidy(at));
    }
    if let Some(at) = forecast.cleared_at {
        out.insert("cleared_at_seconds".into(), tidy(at));
    }
    out.insert("keeps_up".into(), json!(forecast.keeps_up));
    out.into()
}

fn price(price: &Price) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("per_hour".into(), tidy(price.per_hour));
    out.insert("total".into(), tidy(price.total));
    if let Some(per_million) = price.per_million {
        out.insert("per_million".into(), tidy(per_million));
    }
    out
}

/// The windows as a whole; `per` cuts them further.
fn expectation(test: &Test, curve: &Curve, timeline: &Timeline, expectation: &Expectation) -> Value {
    let whole = Expectation { per: None, ..expectation.clone() };
    let windows: Vec<Value> = looks(test, curve, &whole, timeline)
        .iter()
        .flat_map(|look| &look.stretches)
        .map(|s| json!({"from_seconds": tidy(s.from), "to_seconds": tidy(s.to)}))
        .collect();
    json!({"text": expectation.text, "line": expectation.line, "windows": windows})
}
