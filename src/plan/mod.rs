//! From checked declarations to a [`Plan`], and what can be told from a plan without running it.

pub mod curve;
pub mod shape;
pub mod types;

pub use types::*;
