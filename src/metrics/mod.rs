pub mod recording;
pub use recording::*;
