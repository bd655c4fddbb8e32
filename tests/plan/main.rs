//! What can be told from a plan without running it, on plans made by hand.

mod arrivals;
mod build;
mod contradict;
mod cost;
mod counts;
mod curve;
mod deal;
mod predict;
mod scenarios;
mod show;
mod windows;
