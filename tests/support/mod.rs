//! What integration tests share: `mod support;` in a test file brings it in.
#![allow(dead_code)] // every test binary uses its own part

pub mod kafka;
pub mod lab;

use std::process::Command;

/// The program under test, without colours and with nothing of the caller's settings that would change its output.
pub fn scalec() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scalec"));
    command
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("FORCE_COLOR")
        .env("COLUMNS", "120");
    command
}
