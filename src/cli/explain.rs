//! `scalec explain`

use super::{ExplainArgs, Exit, Screen};
use crate::diagnostics::{Code, codes, pages, suggest};

pub fn explain(args: &ExplainArgs, screen: &mut Screen) -> Exit {
    let name = args.code.trim().to_uppercase();
    let Some(code) = Code::parse(&name) else {
        let near = suggest::ranked(&name, codes::ALL.iter().map(|c| c.as_str()));
        let help = if near.is_empty() { String::new() } else { format!("\n  help: did you mean {}?", suggest::listed(&near)) };
        screen.error(&format!("there is no code `{}`{help}", args.code));
        return Exit::Wrong;
    };
    let Some(page) = pages::page(code) else {
        screen.error(&format!("{code} is kept for a later version; this one never reports it"));
        return Exit::Wrong;
    };
    let look = screen.look_out();
    screen.out(&pages::as_text(page, look.color, look.width));
    Exit::Pass
}
