//! Exit codes only; `cli` does the rest.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(scalec::cli::main(std::env::args_os()) as u8)
}
