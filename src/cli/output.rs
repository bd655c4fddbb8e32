//! Where text goes, and what can be shown there.

use crate::diagnostics::render::Look;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Standard output and standard error. A reader that goes away early (`| head`) ends the output, not the program.
pub struct Screen {
    out: io::BufWriter<io::Stdout>,
    failed: Option<io::Error>,
    closed: bool,
}

impl Screen {
    pub(super) fn new() -> Screen {
        Screen { out: io::BufWriter::new(io::stdout()), failed: None, closed: false }
    }

    /// To standard output, as it stands.
    pub fn out(&mut self, text: &str) {
        if !self.closed && self.failed.is_none() {
            let written = self.out.write_all(text.as_bytes());
            self.note(written);
        }
    }

    /// To standard error, behind what has gone to standard output.
    pub fn err(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let _ = self.flush();
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// `error: …` to standard error.
    pub fn error(&mut self, message: &str) {
        let head = if self.look_err().color { "\u{1b}[31merror:\u{1b}[0m" } else { "error:" };
        self.err(&format!("{head} {message}\n"));
    }

    /// Writes out what is buffered; an error says that output was lost (a full disk, not a closed pipe).
    pub fn flush(&mut self) -> io::Result<()> {
        if !self.closed && self.failed.is_none() {
            let flushed = self.out.flush();
            self.note(flushed);
        }
        match &self.failed {
            Some(error) => {
                if !self.closed {
                    let _ = writeln!(io::stderr(), "error: the output could not be written: {error}");
                }
                self.closed = true;
                Err(error.kind().into())
            }
            None => Ok(()),
        }
    }

    pub fn look_out(&self) -> Look {
        look(io::stdout().is_terminal(), terminal_size::terminal_size_of(io::stdout()))
    }

    pub fn look_err(&self) -> Look {
        look(io::stderr().is_terminal(), terminal_size::terminal_size_of(io::stderr()))
    }

    fn note(&mut self, result: io::Result<()>) {
        match result {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.closed = true,
            Err(error) => self.failed = Some(error),
        }
    }
}

fn look(terminal: bool, size: Option<(terminal_size::Width, terminal_size::Height)>) -> Look {
    if !terminal {
        return Look::PLAIN;
    }
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    // https://no-color.org: any value but the empty one.
    let color = set("NO_COLOR").is_none() && set("TERM").is_none_or(|t| t != "dumb");
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default().to_lowercase();
    let unicode = cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8");
    Look { color, unicode, width: size.map_or(100, |(width, _)| width.0 as usize) }
}
