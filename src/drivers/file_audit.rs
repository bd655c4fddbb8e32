//! Reads back the files that a run has written, and compares identities.

use super::ledger::{Findings, Ledger};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Everything that the run `run_id` has written to `path` and, where it is rotated, to the parts beside it, oldest first.
pub fn read_back(path: &Path, rotated: bool, run_id: &str) -> Findings {
    let mut ledger = Ledger::new(run_id);
    let mut parts = Vec::new();
    if rotated {
        let part = |n: u32| {
            let mut name = path.to_path_buf().into_os_string();
            name.push(format!(".{n}"));
            PathBuf::from(name)
        };
        // Parts that an earlier run left behind carry its identities, and do not count.
        parts.extend((1..).map(part).take_while(|p| p.exists()));
    }
    parts.push(path.to_path_buf());
    for part in parts {
        if let Err(error) = read(&part, &mut ledger) {
            ledger.findings.problem = Some(format!("cannot read {} back: {error}", part.display()));
            break;
        }
    }
    ledger.close()
}

fn read(path: &Path, ledger: &mut Ledger) -> io::Result<()> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    let mut file = BufReader::with_capacity(1 << 18, file);
    let mut line = Vec::new();
    while file.read_until(b'\n', &mut line)? > 0 {
        match parse(&line) {
            Some((identity, key, empty)) => ledger.enter(identity, key, empty),
            None => ledger.findings.corrupted += 1,
        }
        line.clear();
    }
    Ok(())
}

/// Identity, key, and whether there is no payload, of `{"scalec":"…","key":"…","value":…}`. The payload may be malformed on purpose, so the line is not read as JSON.
fn parse(line: &[u8]) -> Option<(&[u8], Option<&[u8]>, bool)> {
    let rest = line.strip_suffix(b"}\n")?.strip_prefix(b"{\"scalec\":\"")?;
    let end = rest.iter().position(|b| *b == b'"')?;
    let (identity, mut rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    let mut key = None;
    if let Some(quoted) = rest.strip_prefix(b",\"key\":\"") {
        let mut escaped = false;
        let end = quoted.iter().position(|b| {
            let ends = *b == b'"' && !escaped;
            escaped = *b == b'\\' && !escaped;
            ends
        })?;
        key = quoted.get(..end);
        rest = quoted.get(end + 1..)?;
    }
    Some((identity, key, rest.strip_prefix(b",\"value\":")?.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_and_keys_are_read_whatever_the_payload() {
        assert_eq!(parse(b"{\"scalec\":\"a:1:2\",\"key\":\"x\\\"y\\\\\",\"value\":{\"n\":}\n"), Some((&b"a:1:2"[..], Some(&b"x\\\"y\\\\"[..]), false)));
        assert_eq!(parse(b"{\"scalec\":\"a:1:2\",\"value\":}\n"), Some((&b"a:1:2"[..], None, true)));
        assert_eq!(parse(b"{\"scalec\":\"a:1:2\",\"value\":{\"n\":1}"), None);
    }

    #[test]
    fn parts_are_read_in_order_and_other_runs_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("e.jsonl");
        let line = |run: &str, n: u32, key: &str| format!("{{\"scalec\":\"{run}:{n}:1\",\"key\":\"{key}\",\"value\":{{}}}}\n");
        std::fs::write(folder.path().join("e.jsonl.1"), line("run", 0, "a") + &line("run", 2, "a")).unwrap();
        std::fs::write(folder.path().join("e.jsonl.2"), line("run", 1, "a") + &line("run", 2, "a") + "rubbish\n").unwrap();
        std::fs::write(folder.path().join("e.jsonl.3"), line("old", 9, "a")).unwrap();
        std::fs::write(&path, line("run", 3, "b")).unwrap();
        let found = read_back(&path, true, "run");
        assert_eq!((found.delivered, found.repeated, found.reordered, found.corrupted), (4, 1, 1, 1));
        assert_eq!(found.problem, None);
        let none = read_back(&folder.path().join("none"), false, "run");
        assert!(none.problem.is_some_and(|p| p.contains("none")));
    }
}
