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
        let words = words.to_string().replace(['\n', '\r'], " ");
        let _ = file.write_all(format!("{hour:02}:{minute:02}:{second:02}.{millis:03} {words}\n").as_bytes());
    }
}
