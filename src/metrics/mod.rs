pub mod histogram;
pub mod host;
pub mod recorder;
pub mod recording;
pub mod slices;
pub mod timeline;
pub use recording::*;
