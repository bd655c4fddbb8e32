//! `scalec run`

use super::{Exit, RunArgs, Screen};

/// This build was made without the engine.
#[cfg(not(feature = "engine"))]
pub fn run(_: &RunArgs, screen: &mut Screen) -> Exit {
    screen.error(
        "this build of scalec has no engine, so it can check, format and plan, but not run\n  \
         help: `cargo install scalec` (without --no-default-features) builds one that can; it needs a C compiler, make and perl",
    );
    Exit::Wrong
}

#[cfg(feature = "engine")]
pub fn run(args: &RunArgs, screen: &mut Screen) -> Exit {
    // HOOK run: the engine's author fills this in.
    match super::analyzed(&args.file, &args.sets, screen) {
        Ok(_) => Exit::CouldNot,
        Err(exit) => exit,
    }
}
