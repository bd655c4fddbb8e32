//! From checked declarations to a [`Plan`], and what can be told from a plan without running it.

pub mod arrivals;
pub mod calendar;
pub mod contradict;
pub mod cost;
pub mod counts;
pub mod curve;
pub mod deal;
pub mod json;
pub mod keys;
pub mod predict;
pub mod rates;
pub mod retention;
pub mod shape;
pub mod show;
pub mod types;
pub mod vocabulary;
mod walk;
pub mod windows;
pub mod words;

pub use types::*;
