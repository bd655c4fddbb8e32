//! What the server can, one file a feature: its requests said in the words of `ide` and of the checker. `dispatch` tells how to add one.

mod actions;
mod diagnostics;
mod formatting;
mod text;

use super::client::Client;
use super::dispatch::Table;
use lsp_types::ServerCapabilities;

pub struct Feature {
    /// Says to the client that it is there.
    pub offer: fn(&Client, &mut ServerCapabilities),
    /// Names the methods that it answers.
    pub answer: fn(&mut Table),
}

pub const ALL: &[Feature] = &[
    Feature { offer: actions::offer, answer: actions::answer },
    Feature { offer: diagnostics::offer, answer: diagnostics::answer },
    Feature { offer: formatting::offer, answer: formatting::answer },
    Feature { offer: text::offer, answer: text::answer },
];
