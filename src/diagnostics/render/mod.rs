//! Diagnostics as text: one file per format.

mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
mod rules;
pub mod sarif;
pub mod short;
mod snippet;

pub use github::github;
pub use gitlab::gitlab;
pub use human::{Look, human};
pub use json::json;
pub use sarif::sarif;
pub use short::short;

use super::Severity;

/// "error", "warning", "hint".
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    }
}

/// Source text must not be able to drive a terminal: control and direction-changing characters become question marks,
/// one per byte, so that offsets stay what they are. Tabs stay.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push_str("???"),
            '\u{feff}' => out.push(c),
            c if c.is_control() => (0..c.len_utf8()).for_each(|_| out.push('?')),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
