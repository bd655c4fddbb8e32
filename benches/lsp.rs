//! How fast the language server is, seen from an editor: over its pipes, beside the goals.
//! `cargo bench --no-default-features --bench lsp`, best on an idle machine; `SCALEC` names another built program to measure.

mod support;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use support::long_file;

const KEYSTROKES: usize = 1_000;
const STARTS: usize = 50;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = project(folder.path(), 1_000);
    let long = folder.path().join("long.scale");
    std::fs::write(&long, long_file(10_000, false)).expect("written");

    println!("{:<66} {:>9} {:>9} {:>9}   goal", "", "median", "p99", "most");
    let starts = (0..STARTS).map(|_| start_to_diagnostics(&path)).collect();
    row("start to the first diagnostics, 1 000 lines, three imports", starts, "50 ms");

    let mut editor = Editor::start(folder.path());
    editor.open(&path);
    let (mut told, mut used, mut hovers, mut completions, mut eager) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..KEYSTROKES {
        let before = editor.processor();
        told.push(editor.keystroke(&path, number));
        used.push(editor.processor() - before);
        hovers.extend(editor.ask(&path, "textDocument/hover"));
        completions.extend(editor.ask(&path, "textDocument/completion"));
    }
    for number in 0..KEYSTROKES / 4 {
        // As it happens while somebody types: asked before the keystroke has been looked at.
        eager.extend(editor.keystroke_and(&path, number, "textDocument/completion"));
    }
    row("keystroke to published diagnostics, 1 000 lines, three imports", told, "20 ms");
    row("  of it processor time of the server", used, "");
    row("hover", hovers, "5 ms");
    row("completion", completions, "5 ms");
    row("keystroke and completion at once", eager, "");
    let memory = editor.memory();
    editor.close(&path);
    editor.open(&long);
    let (mut told, mut used) = (Vec::new(), Vec::new());
    for number in 0..KEYSTROKES / 5 {
        let before = editor.processor();
        told.push(editor.keystroke(&long, number));
        used.push(editor.processor() - before);
    }
    row("keystroke to published diagnostics, 10 000 lines", told, "100 ms");
    row("  of it processor time of the server", used, "");
    println!("{:<66} {:>9} {:>9} {:>9}   60 MB", "most memory, 1 000 lines, three imports", memory, "", "");
    println!("{:<66} {:>9} {:>9} {:>9}", "most memory, 10 000 lines too", editor.memory(), "", "");
    editor.end();
}

/// A file of so many lines with three imports, in a project.
fn project(folder: &Path, lines: usize) -> PathBuf {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    write("scale.toml", "");
    for name in ["one", "two"] {
        write(&format!("{name}.scale"), &long_file(200, false));
    }
    let imports = "import one from \"one.scale\"\nimport two from \"two.scale\"\nimport aws from \"std/aws\"\n\nlet both = one.usual_0 + two.usual_0\n\n";
    write("main.scale", &format!("{imports}{}", long_file(lines - 6, false).replacen("hold usual_0", "hold both", 1)))
}

struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    number: u64,
    version: i64,
    texts: std::collections::HashMap<PathBuf, String>,
}

impl Editor {
    fn start(folder: &Path) -> Editor {
        let mut server = Command::new(std::env::var("SCALEC").unwrap_or(env!("CARGO_BIN_EXE_scalec").to_string())).arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let input = server.stdin.take().expect("a pipe");
        let output = BufReader::new(server.stdout.take().expect("a pipe"));
        let mut editor = Editor { server, input, output, number: 0, version: 0, texts: std::collections::HashMap::new() };
        let capabilities = json!({
            "textDocument": {
                "publishDiagnostics": {"relatedInformation": true},
                "hover": {"contentFormat": ["markdown"]},
                // As Visual Studio Code and Neovim take them.
                "completion": {
                    "completionItem": {
                        "snippetSupport": true,
                        "documentationFormat": ["markdown"],
                        "labelDetailsSupport": true,
                        "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                    },
                    "completionList": {"itemDefaults": ["commitCharacters", "editRange", "insertTextFormat", "insertTextMode", "data"]},
                },
            },
        });
        let params = json!({"processId": std::process::id(), "capabilities": capabilities, "workspaceFolders": [{"uri": uri(folder), "name": "work"}]});
        editor.request("initialize", params);
        editor.notify("initialized", json!({}));
        editor
    }

    fn send(&mut self, message: Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).and_then(|()| self.input.flush()).expect("it reads");
    }
    fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let id = self.number;
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.until(|message| message["id"] == id)
    }
    fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut size = 0;
            loop {
                let mut line = String::new();
                assert!(self.output.read_line(&mut line).expect("it writes") > 0, "the server has gone");
                match line.trim().split_once(": ") {
                    Some((_, value)) => size = value.parse().expect("a size"),
                    None => break,
                }
            }
            let mut body = vec![0; size];
            self.output.read_exact(&mut body).expect("it writes");
            let message: Value = serde_json::from_slice(&body).expect("JSON");
            if wanted(&message) {
                return message;
            }
        }
    }
    fn told(&mut self, path: &Path) {
        let (uri, version) = (uri(path), self.version);
        self.until(|message| message["params"]["uri"] == uri && message["params"]["version"] == version);
    }

    fn open(&mut self, path: &Path) {
        self.version += 1;
        let text = std::fs::read_to_string(path).expect("a file");
        self.notify("textDocument/didOpen", json!({"textDocument": {"uri": uri(path), "languageId": "scale", "version": self.version, "text": text}}));
        self.texts.insert(path.to_path_buf(), text);
        self.told(path);
    }
    fn close(&mut self, path: &Path) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(path)}}));
    }

    /// A digit more or less in the length of a phase, here and there in the file.
    fn change(&mut self, path: &Path, number: usize) {
        let text = &self.texts[path];
        let places: Vec<usize> = text.lines().enumerate().filter(|(_, line)| line.contains("for 10m")).map(|(index, _)| index).collect();
        let line = places[(number / 2 * 7) % places.len()];
        let at = text.lines().nth(line).and_then(|line| line.find("10m")).expect("a phase") + 2;
        let (end, new) = if number % 2 == 0 { (at, "1") } else { (at + 1, "") };
        self.version += 1;
        let range = json!({"start": {"line": line, "character": at}, "end": {"line": line, "character": end}});
        let change = json!({"textDocument": {"uri": uri(path), "version": self.version}, "contentChanges": [{"range": range, "text": new}]});
        self.notify("textDocument/didChange", change);
    }
    fn keystroke(&mut self, path: &Path, number: usize) -> Duration {
        let from = Instant::now();
        self.change(path, number);
        self.told(path);
        from.elapsed()
    }
    fn keystroke_and(&mut self, path: &Path, number: usize, method: &str) -> Option<Duration> {
        let from = Instant::now();
        self.change(path, number);
        self.ask(path, method)?;
        Some(from.elapsed())
    }
    /// About a name in the middle of the file; `None` where the server does not answer this.
    fn ask(&mut self, path: &Path, method: &str) -> Option<Duration> {
        let text = &self.texts[path];
        let (line, column) = text.lines().enumerate().filter_map(|(index, line)| Some((index, line.find("hold usual_")? + 7))).nth(15).expect("a phase");
        let params = json!({"textDocument": {"uri": uri(path)}, "position": {"line": line, "character": column}});
        let from = Instant::now();
        let answer = self.request(method, params);
        answer.get("result").map(|_| from.elapsed())
    }
    /// What the server has used so far, all threads together. Linux only; on a shared machine it tells more than the clock.
    fn processor(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.server.id())).into_iter().flatten().flatten();
        let nanoseconds = |text: String| text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0);
        Duration::from_nanos(tasks.map(|task| std::fs::read_to_string(task.path().join("schedstat")).map_or(0, nanoseconds)).sum())
    }
    /// Linux only.
    fn memory(&self) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).unwrap_or_default();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        most.map_or("unknown".to_string(), |kib| format!("{:.1} MB", kib as f64 * 1024.0 / 1e6))
    }
    fn end(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert!(self.server.wait().expect("it ends").success());
    }
}

fn start_to_diagnostics(path: &Path) -> Duration {
    let from = Instant::now();
    let mut editor = Editor::start(path.parent().expect("a folder"));
    editor.open(path);
    let took = from.elapsed();
    editor.end();
    took
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn row(what: &str, mut times: Vec<Duration>, goal: &str) {
    if times.is_empty() {
        println!("{what:<66} (not answered)");
        return;
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let ms = |d: Duration| format!("{:.2} ms", d.as_secs_f64() * 1e3);
    println!("{what:<66} {:>9} {:>9} {:>9}   {goal}", ms(at(0.5)), ms(at(0.99)), ms(at(1.0)));
}
