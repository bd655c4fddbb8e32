//! `scalec lsp`

use super::{Exit, LspArgs, Screen};
use crate::lsp;

pub fn lsp(args: &LspArgs, screen: &mut Screen) -> Exit {
    match lsp::serve(args.log.as_deref()) {
        Ok(true) => Exit::Pass,
        Ok(false) => Exit::Failed,
        Err(message) => {
            screen.error(&message);
            Exit::CouldNot
        }
    }
}
