//! Exit codes only; `cli` does the rest.

use std::process::ExitCode;

/// A record's buffers are taken by one thread and given back by another, in librdkafka too: glibc's allocator spends half of a busy core on that
/// (measured: 3.5 µs of processor time a record against 2 µs).
#[cfg(feature = "engine")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(scalec::cli::main(std::env::args_os()) as u8)
}
