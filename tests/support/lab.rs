//! A folder with one scenario in it, and what `scalec run` makes of it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Lab {
    folder: tempfile::TempDir,
}

impl Lab {
    pub fn new(scenario: &str) -> Lab {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("it.scale"), scenario).expect("written");
        Lab { folder }
    }
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = super::scalec();
        command.current_dir(self.path()).env("XDG_CONFIG_HOME", self.path().join("config")).arg("run").arg("it.scale").args(args);
        command
    }
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("it starts")
    }
    /// The records written, in order of their folders' names.
    pub fn folders(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.path().join("runs")) else { return Vec::new() };
        let mut all: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).filter(|p| p.join("run.json").exists()).collect();
        all.sort();
        all
    }
    pub fn record(&self) -> Value {
        let folders = self.folders();
        assert_eq!(folders.len(), 1, "one record in {folders:?}");
        record(&folders[0])
    }
}

pub fn record(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("run.json")).expect("run.json");
    serde_json::from_str(&text).expect("JSON")
}

pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
pub fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", text(output));
}

pub fn count(record: &Value, pointer: &str) -> u64 {
    record.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {pointer} in {record:#}"))
}

/// planned = sent + not_sent; sent = acked + failed + unknown.
pub fn assert_accounts(accounting: &Value) {
    let n = |key: &str| accounting[key].as_u64().unwrap_or_else(|| panic!("no {key} in {accounting}"));
    assert_eq!(n("planned"), n("sent") + n("not_sent"), "{accounting}");
    assert_eq!(n("sent"), n("acked") + n("failed") + n("unknown"), "{accounting}");
}
