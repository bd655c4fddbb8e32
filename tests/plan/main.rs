//! What can be told from a plan without running it, on plans made by hand.

mod build;
mod curve;
