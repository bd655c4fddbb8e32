//! `scalec completions`

use super::{Cli, CompletionsArgs, Exit, Screen};
use clap::CommandFactory;

pub fn completions(args: &CompletionsArgs, screen: &mut Screen) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "scalec", &mut script);
    screen.out(&String::from_utf8_lossy(&script));
    Exit::Pass
}
