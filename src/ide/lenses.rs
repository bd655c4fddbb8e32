//! What can be done with a test, and what is predicted of a pipeline: lines above their declarations.

use super::{View, plans};
use crate::plan::predict::{Forecast, predict};
use crate::plan::{Test, words};
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind};

#[derive(Clone, Debug, PartialEq)]
pub struct Lens {
    /// The name that it stands above.
    pub span: Span,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Check,
    /// The test of this name; of a `for` test the first part of its names.
    Plan(String),
    Run(String),
    /// Something to read.
    Fact(String),
}

/// All of a file, in order. `runs`: this build can run tests.
pub fn lenses(view: &View<'_>, runs: bool) -> Vec<Lens> {
    let items = view.unit().map_or(&[][..], |unit| &unit.ast.items);
    let forecasts: Vec<(&Test, Vec<Forecast>)> = plans::predictable(view).map(|test| (test, predict(test))).collect();
    // Of a test that is broken nobody knows what it would do: then it is said which test is meant.
    let foreseen = |item: &Item| match &item.kind {
        ItemKind::Test(test) => forecasts.iter().any(|(known, _)| known.span == test.name.as_ref().map_or(test.head, |name| name.span)),
        _ => true,
    };
    let all = items.iter().all(foreseen);
    let mut out = Vec::new();
    for item in items {
        match &item.kind {
            ItemKind::Test(test) => {
                let Some(name) = &test.name else { continue };
                let lens = |what| Lens { span: name.span, what };
                out.push(lens(What::Check));
                out.push(lens(What::Plan(name.value.clone())));
                if runs {
                    out.push(lens(What::Run(name.value.clone())));
                }
            }
            ItemKind::Pipeline(block) => {
                let Some(name) = &block.name else { continue };
                out.extend(forecast(name.span, &forecasts, all).map(|text| Lens { span: name.span, what: What::Fact(text) }));
            }
            _ => {}
        }
    }
    out
}

/// The highest backlog of all tests, and when it is gone. `whole`: there are no others.
fn forecast(pipeline: Span, all: &[(&Test, Vec<Forecast>)], whole: bool) -> Option<String> {
    let own = |test: &Test, f: &&Forecast| test.pipelines.get(f.pipeline).is_some_and(|p| p.span == pipeline);
    let found: Vec<(&Test, &Forecast)> = all.iter().flat_map(|(test, forecasts)| forecasts.iter().filter(|f| own(test, f)).map(|f| (*test, f))).collect();
    let (test, worst) = found.iter().max_by(|a, b| a.1.peak_backlog.total_cmp(&b.1.peak_backlog))?;
    let within = if found.len() > 1 || !whole { format!(" in \"{}\"", test.name) } else { String::new() };
    let Some(peak_at) = worst.peak_at else {
        return match found.len() {
            _ if whole => Some("predicted: keeps up, no backlog".to_owned()),
            1 => Some(format!("predicted: keeps up, no backlog{within}")),
            _ => None,
        };
    };
    let peak = format!("predicted: up to {} behind at {}{within}", words::count(worst.peak_backlog), words::time(peak_at));
    Some(match worst.cleared_at {
        Some(cleared) => format!("{peak}, caught up {} later", words::time(cleared - peak_at)),
        None if worst.keeps_up => peak,
        None => format!("{peak}, {} left at the end", words::count(worst.left)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, analyze};
    use crate::resolve::workspace::Workspace;

    #[test]
    fn tests_can_be_run_and_pipelines_are_predicted() {
        let text = "target clicks = null {}\nevent viewed { field id = uuid() }\npipeline stream { reads = clicks, capacity = 1_000/s }\ntest \"day\" {\n  seed = 1\n  send viewed to clicks\n  phase burst = hold 2_000/s for 10m\n  phase calm = hold 500/s for 30m\n}\n";
        let analysis = analyze(Workspace::from_texts(&[("a.scale", text)]), &Options::default());
        let view = View::new(&analysis, analysis.workspace.roots[0]);
        let found: Vec<What> = lenses(&view, true).into_iter().map(|l| l.what).collect();
        let fact = "predicted: up to 600_000 behind at 10m, caught up 20m later".to_owned();
        assert_eq!(found, [What::Fact(fact), What::Check, What::Plan("day".into()), What::Run("day".into())]);
        assert_eq!(lenses(&view, false).len(), 3);
    }

    const DAY: &str = "target clicks = null {}\nevent viewed { field id = uuid() }\npipeline stream { reads = clicks, capacity = 1_000/s }\ntest \"day\" {\n  seed = 1\n  send viewed to clicks\n  phase burst = hold 2_000/s for 10m\n  %\n  phase calm = hold 500/s for 30m\n}\n";

    fn facts(text: &str) -> Vec<String> {
        let analysis = analyze(Workspace::from_texts(&[("a.scale", text)]), &Options::default());
        let found = lenses(&View::new(&analysis, analysis.workspace.roots[0]), false);
        found.into_iter().filter_map(|l| if let What::Fact(text) = l.what { Some(text) } else { None }).collect()
    }

    /// A prediction stays where nothing that it rests on is broken.
    #[test]
    fn what_a_prediction_rests_on_must_be_whole() {
        for line in ["exp", "zzz", "cluster = nope", "arrivals =", "expect latency.p99 <", "seed ="] {
            assert_eq!(facts(&DAY.replace('%', line)), ["predicted: up to 600_000 behind at 10m, caught up 20m later"], "{line}");
        }
        for line in ["phase q =", "pha", "repeat", "fault f =", "send", "fau", "send nope to clicks", "phase q = hold nope for 5m", "phase q = hold 5/s for 5m {\n    send\n  }", "repeat nope {\n  }"] {
            assert_eq!(facts(&DAY.replace('%', line)), [""; 0], "{line}");
        }
        // What is whole is predicted by name.
        let night = "test \"night\" {\n  seed = 1\n  send viewed to clicks\n  phase q =\n}\n";
        assert_eq!(facts(&format!("{}{night}", DAY.replace('%', ""))), ["predicted: up to 600_000 behind at 10m in \"day\", caught up 20m later"]);
        assert_eq!(facts(&format!("{}{night}", DAY.replace('%', "").replace("2_000/s", "200/s"))), ["predicted: keeps up, no backlog in \"day\""]);
    }
}
