//! `--log FILE`: a line for each thing that happened, for bug reports. Never the text of a file, of a setting or of the environment.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Where lines go; nowhere without `--log`.
#[derive(Debug, Default)]
pub struct Log {
    file: Option<File>,
}

impl Log {
    /// Adds to the file.
    pub fn to(path: &Path) -> io::Result<Log> {
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Log { file: Some(file) })
    }
    /// A line with the time of day, UTC. A full disk stops nothing.
    pub fn line(&mut self, words: std::fmt::Arguments<'_>) {
        let Some(file) = &mut self.file else { return };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (seconds, millis) = (now.as_secs(), now.subsec_millis());
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        let words = short(&words.to_string(), LINE);
        let _ = file.write_all(format!("{hour:02}:{minute:02}:{second:02}.{millis:03} {words}\n").as_bytes());
    }
}

/// No line is longer, whatever a client calls itself.
const LINE: usize = 1_000;
/// What a client made up: a method that nobody knows, an id.
const MADE_UP: usize = 80;

/// What a client made up, as it is to be named here.
pub fn made_up(name: impl ToString) -> String {
    short(&name.to_string(), MADE_UP)
}

fn short(words: &str, most: usize) -> String {
    let mut chars = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_makes_up_stays_short_and_on_one_line() {
        assert_eq!(made_up("a/b\u{1b}[2J\r\nc"), "a/b [2J  c");
        assert_eq!(made_up("ä".repeat(81)), "ä".repeat(80) + "…");
    }
}
