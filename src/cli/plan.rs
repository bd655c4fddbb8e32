//! `scalec plan`

use super::{Exit, PlanArgs, PlanFormat, Screen, analyzed};
use crate::plan::{Test, json, predict, retention, show};

pub fn plan(args: &PlanArgs, screen: &mut Screen) -> Exit {
    let analysis = match analyzed(&args.file, &args.sets, screen) {
        Ok(analysis) => analysis,
        Err(exit) => return exit,
    };
    let Some(plan) = analysis.plan() else {
        screen.error(&format!("`{}` could not be planned", args.file.display()));
        return Exit::Wrong;
    };
    match args.format {
        PlanFormat::Human => {
            let text = show::human(plan, screen.look_out(), false);
            screen.out(&text);
        }
        PlanFormat::Json => {
            screen.out(&json::json(plan));
            plan.tests.iter().flat_map(warnings).for_each(|warning| screen.err(&format!("warning: {warning}\n")));
        }
    }
    Exit::Pass
}

/// What stands in the text for people, and has no place in the JSON.
fn warnings(test: &Test) -> Vec<String> {
    retention::outgrown(test, &predict::predict(test), false).iter().map(ToString::to_string).collect()
}
