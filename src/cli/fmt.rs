//! `scalec fmt`

use super::{Exit, FmtArgs, Screen};

pub fn fmt(args: &FmtArgs, screen: &mut Screen) -> Exit {
    let _ = args;
    screen.error("not wired");
    Exit::CouldNot
}
