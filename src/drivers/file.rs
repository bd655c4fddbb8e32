//! A file of JSON lines. A record counts as acknowledged when the operating system has taken its line.

use std::fs::{File as Handle, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Completions, Driver, Health, Record, Submit, Token};

#[derive(Clone, Debug)]
pub struct Settings {
    /// Is made anew; folders on the way to it are made where they are missing.
    pub path: PathBuf,
    /// Bytes after which `events.jsonl` becomes `events.jsonl.1`, `.2` ….
    pub rotate: Option<u64>,
    /// Each line is `{"scalec":"<identity>","key":"…","value":…}`; without it the payload alone, and no identity.
    pub envelope: bool,
}

pub struct File {
    settings: Settings,
    shared: Arc<Shared>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// Bytes that may wait for the disk.
const MOST_WAITING: usize = 8 * 1024 * 1024;

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Lines,
    /// Records that the writer has in hand.
    in_hand: u64,
    writer_sleeps: bool,
    stop: bool,
    broken: Option<(String, String)>,
}

/// Whole lines, and where each ends.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    records: Vec<(usize, Token)>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl File {
    pub fn new(settings: Settings) -> File {
        File { settings, shared: Arc::default(), writer: Mutex::new(None) }
    }
}

impl Driver for File {
    fn kind(&self) -> &'static str {
        "file"
    }

    fn start(&mut self, completions: Arc<dyn Completions>) -> Result<(), String> {
        let path = &self.settings.path;
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| format!("cannot make the folder {}: {}", folder.display(), words(&e)))?;
        }
        let file = open(path).map_err(|e| format!("cannot write {}: {}", path.display(), words(&e)))?;
        let out = Output { file, path: path.clone(), rotate: self.settings.rotate.filter(|r| *r > 0), size: 0, parts: 0 };
        let shared = Arc::clone(&self.shared);
        let writer = std::thread::Builder::new()
            .name("file writer".into())
            .spawn(move || write(&shared, out, &*completions))
            .map_err(|e| format!("cannot start a thread: {e}"))?;
        *self.writer.lock().unwrap_or_else(PoisonError::into_inner) = Some(writer);
        Ok(())
    }

    fn submit(&self, record: &Record) -> Submit {
        let mut state = self.shared.state();
        if let Some((kind, _)) = &state.broken {
            return Submit::Failed(kind.clone());
        }
        if state.waiting.bytes.len() >= MOST_WAITING {
            return Submit::Full;
        }
        let lines = &mut state.waiting;
        if self.settings.envelope {
            lines.bytes.extend_from_slice(b"{\"scalec\":\"");
            lines.bytes.extend_from_slice(record.identity);
            lines.bytes.push(b'"');
            if let Some(key) = record.key {
                lines.bytes.extend_from_slice(b",\"key\":\"");
                escape(key, &mut lines.bytes);
                lines.bytes.push(b'"');
            }
            lines.bytes.extend_from_slice(b",\"value\":");
            lines.bytes.extend_from_slice(record.payload);
            lines.bytes.extend_from_slice(b"}\n");
        } else {
            lines.bytes.extend_from_slice(record.payload);
            lines.bytes.push(b'\n');
        }
        lines.records.push((lines.bytes.len(), record.token));
        if state.writer_sleeps {
            state.writer_sleeps = false;
            self.shared.work.notify_one();
        }
        Submit::Queued
    }

    fn unanswered(&self) -> u64 {
        let state = self.shared.state();
        state.waiting.records.len() as u64 + state.in_hand
    }

    fn health(&self) -> Health {
        self.shared.state().broken.as_ref().map_or(Health::Ok, |(_, why)| Health::Broken(why.clone()))
    }

    fn finish(&self, limit: Duration) {
        self.shared.state().stop = true;
        self.shared.work.notify_one();
        let deadline = Instant::now() + limit;
        let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        while !writer.is_finished() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        if writer.is_finished() {
            let _ = writer.join();
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.shared.state().stop = true;
        self.shared.work.notify_one();
    }
}

/// A key is plain text; in a JSON string quotes, backslashes and control characters are escaped.
fn escape(key: &[u8], out: &mut Vec<u8>) {
    for &byte in key {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..0x20 => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
            _ => out.push(byte),
        }
    }
}

fn open(path: &Path) -> io::Result<Handle> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

/// The writer's loop. Writes whatever has come while it wrote: batches grow with the load by themselves.
fn write(shared: &Shared, mut out: Output, completions: &dyn Completions) {
    let mut lines = Lines::default();
    let mut tokens = Vec::new();
    loop {
        {
            let mut state = shared.state();
            while state.waiting.records.is_empty() && !state.stop {
                state.writer_sleeps = true;
                state = shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.writer_sleeps = false;
            if state.waiting.records.is_empty() {
                return;
            }
            std::mem::swap(&mut lines, &mut state.waiting);
            state.in_hand = lines.records.len() as u64;
        }
        let (written, problem) = out.write(&lines);
        tokens.clear();
        tokens.extend(lines.records.iter().map(|r| r.1));
        let (done, lost) = tokens.split_at(written);
        if !done.is_empty() {
            completions.acked(done);
        }
        let mut state = shared.state();
        if let Some(error) = problem {
            let kind = words(&error);
            let hint = if error.kind() == io::ErrorKind::StorageFull { "free some space, or give the target another `path`" } else { "check the path and its permissions" };
            state.broken = Some((kind.clone(), format!("cannot write {}: {kind}; {hint}", out.path.display())));
            let late: Vec<Token> = lost.iter().copied().chain(state.waiting.records.drain(..).map(|r| r.1)).collect();
            state.waiting.bytes.clear();
            completions.failed(&kind, &late);
        }
        state.in_hand = 0;
        drop(state);
        lines.bytes.clear();
        lines.records.clear();
    }
}

struct Output {
    file: Handle,
    path: PathBuf,
    rotate: Option<u64>,
    size: u64,
    parts: u32,
}

impl Output {
    /// How many records were written whole, and what went wrong behind them.
    fn write(&mut self, lines: &Lines) -> (usize, Option<io::Error>) {
        let mut from = 0;
        let mut start = 0;
        while from < lines.records.len() {
            // As many as fit into this part, at least one.
            let fits = self.rotate.map_or(lines.records.len(), |most| {
                let room = most.saturating_sub(self.size) as usize;
                from + lines.records[from..].partition_point(|(end, _)| end - start <= room)
            });
            if fits == from && self.size > 0 {
                if let Err(error) = self.next_part() {
                    return (from, Some(error));
                }
                continue;
            }
            let to = fits.max(from + 1);
            let end = lines.records[to - 1].0;
            if let Err((bytes, error)) = write_some(&mut self.file, &lines.bytes[start..end]) {
                let whole = lines.records.partition_point(|(e, _)| *e <= start + bytes);
                return (whole, Some(error));
            }
            self.size += (end - start) as u64;
            (from, start) = (to, end);
        }
        (from, None)
    }

    fn next_part(&mut self) -> io::Result<()> {
        self.parts += 1;
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{}", self.parts));
        std::fs::rename(&self.path, PathBuf::from(name))?;
        self.file = open(&self.path)?;
        self.size = 0;
        Ok(())
    }
}

/// `write_all` that tells how far it came.
fn write_some(file: &mut Handle, mut bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let all = bytes.len();
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err((all - bytes.len(), io::ErrorKind::WriteZero.into())),
            Ok(n) => bytes = &bytes[n..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((all - bytes.len(), error)),
        }
    }
    Ok(())
}

/// Without the number that the operating system adds.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Count {
        acked: Mutex<Vec<u64>>,
        failed: Mutex<Vec<(String, u64)>>,
    }
    impl Completions for Count {
        fn acked(&self, tokens: &[Token]) {
            self.acked.lock().unwrap().extend(tokens.iter().map(|t| t.0));
        }
        fn failed(&self, kind: &str, tokens: &[Token]) {
            self.failed.lock().unwrap().extend(tokens.iter().map(|t| (kind.to_string(), t.0)));
        }
    }

    fn record<'a>(payload: &'a [u8], identity: &'a [u8], token: u64) -> Record<'a> {
        Record { key: Some(b"a\"b"), payload, identity, timestamp: 0, token: Token(token) }
    }

    #[test]
    fn lines_in_an_envelope_and_every_record_answered_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/events.jsonl");
        let count = Arc::new(Count::default());
        let mut file = File::new(Settings { path: path.clone(), rotate: None, envelope: true });
        file.start(count.clone()).unwrap();
        for k in 0..1_000u64 {
            assert_eq!(file.submit(&record(b"{\"n\":1}", format!("r:{k}:5").as_bytes(), k)), Submit::Queued);
        }
        file.finish(Duration::from_secs(10));
        assert_eq!(*count.acked.lock().unwrap(), (0..1_000).collect::<Vec<_>>());
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 1_000);
        let line: serde_json::Value = serde_json::from_str(text.lines().nth(7).unwrap()).unwrap();
        assert_eq!(line, serde_json::json!({"scalec": "r:7:5", "key": "a\"b", "value": {"n": 1}}));
        assert_eq!(file.unanswered(), 0);
    }

    #[test]
    fn parts_hold_whole_lines_and_no_more_bytes_than_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let count = Arc::new(Count::default());
        let mut file = File::new(Settings { path: path.clone(), rotate: Some(100), envelope: false });
        file.start(count.clone()).unwrap();
        for k in 0..25u64 {
            file.submit(&record(b"{\"n\":123456789012345}", b"", k)); // 21 bytes and the newline
        }
        file.finish(Duration::from_secs(10));
        let mut lines = 0;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(text.len() <= 100 && text.ends_with('\n'));
            lines += text.lines().count();
        }
        assert_eq!((lines, count.acked.lock().unwrap().len()), (25, 25));
        assert!(folder.path().join("events.jsonl.6").exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_fails_records_and_says_what_to_do() {
        let count = Arc::new(Count::default());
        let mut file = File::new(Settings { path: "/dev/full".into(), rotate: None, envelope: true });
        file.start(count.clone()).unwrap();
        let mut answered_at_once = 0;
        for k in 0..100u64 {
            match file.submit(&record(b"{}", b"i", k)) {
                Submit::Failed(kind) => {
                    assert_eq!(kind, "no space left on device");
                    answered_at_once += 1;
                }
                other => assert_eq!(other, Submit::Queued),
            }
        }
        file.finish(Duration::from_secs(10));
        assert_eq!(count.failed.lock().unwrap().len() + answered_at_once, 100);
        assert!(count.acked.lock().unwrap().is_empty());
        let Health::Broken(why) = file.health() else { panic!("broken") };
        assert!(why.contains("/dev/full") && why.contains("free some space"), "{why}");
    }

    #[test]
    fn a_path_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = File::new(Settings { path: folder.path().into(), rotate: None, envelope: true });
        let why = file.start(Arc::new(Count::default())).unwrap_err();
        assert!(why.contains(&folder.path().display().to_string()), "{why}");
    }
}
