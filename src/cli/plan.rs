//! `scalec plan`

use super::{Exit, PlanArgs, Screen, analyzed};

pub fn plan(args: &PlanArgs, screen: &mut Screen) -> Exit {
    // HOOK plan: the plan's author fills this in: `analysis.plan`, then human or json to `screen.out`.
    match analyzed(&args.file, &args.sets, screen) {
        Ok(_) => Exit::CouldNot,
        Err(exit) => exit,
    }
}
