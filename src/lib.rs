//! scalec: the load a streaming pipeline must survive, what healthy means meanwhile, and how its cluster is to be sized, as a language.
//!
//! `docs/architecture.md` has the map of the modules.

// Nothing that a scenario, a broker or a disk does may panic. A test may.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo, clippy::unimplemented, clippy::unreachable)
)]

pub mod analysis;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod diagnostics;
#[cfg(feature = "engine")]
pub mod drivers;
pub mod format;
pub mod ide;
#[cfg(feature = "engine")]
pub mod load;
pub mod loader;
pub mod lsp;
#[cfg(feature = "engine")]
pub mod metrics;
pub mod parallel;
pub mod plan;
pub mod project;
#[cfg(feature = "engine")]
pub mod report;
pub mod resolve;
#[cfg(feature = "engine")]
pub mod run;
pub mod source;
pub mod syntax;
pub mod targets;
pub mod units;
#[cfg(feature = "engine")]
pub mod verdict;
