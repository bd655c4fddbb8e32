//! What the server can, one file a feature: its requests said in the words of `ide` and of the checker. `dispatch` tells how to add one.

mod actions;
mod completion;
mod definition;
mod diagnostics;
mod folding;
mod formatting;
mod hints;
mod hover;
mod lenses;
mod links;
mod outline;
mod references;
mod rename;
mod rewrites;
mod selection;
mod signature;
mod text;
mod tokens;

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
    Feature { offer: completion::offer, answer: completion::answer },
    Feature { offer: diagnostics::offer, answer: diagnostics::answer },
    Feature { offer: formatting::offer, answer: formatting::answer },
    Feature { offer: hints::offer, answer: hints::answer },
    Feature { offer: hover::offer, answer: hover::answer },
    Feature { offer: lenses::offer, answer: lenses::answer },
    Feature { offer: signature::offer, answer: signature::answer },
    Feature { offer: text::offer, answer: text::answer },
    Feature { offer: definition::offer, answer: definition::answer },
    Feature { offer: references::offer, answer: references::answer },
    Feature { offer: rename::offer, answer: rename::answer },
    Feature { offer: outline::offer, answer: outline::answer },
    Feature { offer: folding::offer, answer: folding::answer },
    Feature { offer: selection::offer, answer: selection::answer },
    Feature { offer: links::offer, answer: links::answer },
    Feature { offer: tokens::offer, answer: tokens::answer },
];
