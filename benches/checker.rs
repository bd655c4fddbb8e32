//! How long checking takes on this machine, beside the goals. `cargo bench --bench checker`, best on an idle machine; medians and extremes of 25 runs.

mod support;

use scalec::analysis::{Options, analyze};
use scalec::resolve::workspace::Workspace;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::long_file;

const RUNS: usize = 25;

fn main() {
    let sound = long_file(10_000, false);
    let broken = long_file(10_000, true);
    println!("{:<46} {:>9} {:>9} {:>9}   goal", "", "least", "median", "most");
    in_process("10 000 lines, sound", &sound, 0, "50 ms");
    in_process("10 000 lines, 1 000 mistakes", &broken, 1_000, "100 ms");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let quickstart = include_str!("../scenarios/quickstart.scale");
    process("a typical file, with process start", &file("typical.scale", quickstart), "5 ms");
    process("10 000 lines, with process start", &file("long.scale", &sound), "50 ms");
    process("1 000 mistakes, with process start, as JSON", &file("broken.scale", &broken), "100 ms");
    let crowd = many_files(&folder.path().join("crowd"), 400);
    process("400 files of 60 lines with a shared one", &crowd, "");
    on_one_processor("the same on one processor", &crowd);
    let nothing = Command::new(env!("CARGO_BIN_EXE_scalec")).arg("--version").stdout(Stdio::null()).clone_times();
    row("(process start alone: scalec --version)", nothing, "");
}

trait Times {
    fn clone_times(&mut self) -> Vec<Duration>;
}

impl Times for Command {
    fn clone_times(&mut self) -> Vec<Duration> {
        let mut once = || {
            let from = Instant::now();
            let status = self.status().expect("it starts");
            let took = from.elapsed();
            assert!(matches!(status.code(), Some(0 | 2)), "{status}");
            took
        };
        once();
        (0..RUNS).map(|_| once()).collect()
    }
}

fn in_process(what: &str, text: &str, mistakes: usize, goal: &str) {
    let times = (0..RUNS)
        .map(|_| {
            let from = Instant::now();
            // From text to diagnostics and plan: parsing is part of it.
            let analysis = analyze(Workspace::from_texts(&[("long.scale", text)]), &Options::default());
            let took = from.elapsed();
            let errors = analysis.diagnostics.iter().filter(|d| d.is_error()).count();
            assert!(errors >= mistakes && (mistakes > 0 || errors == 0), "{errors} errors, first: {:?}", analysis.diagnostics.first());
            took
        })
        .collect();
    row(what, times, goal);
}

fn process(what: &str, path: &std::path::Path, goal: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scalec"));
    command.args(["check", "--format", "json"]).arg(path).stdout(Stdio::null()).stderr(Stdio::null());
    row(what, command.clone_times(), goal);
}

/// Linux only: `taskset` of util-linux.
fn on_one_processor(what: &str, path: &std::path::Path) {
    let mut command = Command::new("taskset");
    command.args(["-c", "0", env!("CARGO_BIN_EXE_scalec"), "check", "--format", "json"]).arg(path).stdout(Stdio::null()).stderr(Stdio::null());
    match Command::new("taskset").arg("--version").stdout(Stdio::null()).status() {
        Ok(_) => row(what, command.clone_times(), ""),
        Err(_) => println!("{what:<46} (needs taskset)"),
    }
}

/// A folder as a team would have it: scenarios that import what they share, all sound.
fn many_files(folder: &std::path::Path, files: usize) -> std::path::PathBuf {
    std::fs::create_dir_all(folder).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
    write("scale.toml", "");
    write("shared.scale", &long_file(40, false).replace("test \"number", "test \"shared"));
    for number in 0..files {
        let text = long_file(60, false);
        let text = text.replacen("target clicks", "import shared from \"shared.scale\"\nimport aws    from \"std/aws\"\n\ntarget clicks", 1);
        write(&format!("f{number:03}.scale"), &text.replacen("hold 500/s", "hold shared.usual_0", 1));
    }
    folder.to_path_buf()
}

fn row(what: &str, mut times: Vec<Duration>, goal: &str) {
    times.sort_unstable();
    let ms = |d: Duration| format!("{:.2} ms", d.as_secs_f64() * 1e3);
    println!("{what:<46} {:>9} {:>9} {:>9}   {goal}", ms(times[0]), ms(times[RUNS / 2]), ms(times[RUNS - 1]));
}
