//! One scenario, executed.

pub mod execute;
pub mod guard;
pub mod local;
pub mod pipelines;
pub mod prepare;
pub mod scale;
pub mod support;
pub mod targets;
pub mod values;
