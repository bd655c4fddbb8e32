//! The GitHub action, the hooks of pre-commit and the recipes of docs/pull-requests.md, as far as they can be run without those services.
#![cfg(unix)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A repository that is being checked, and what GitHub's runner has around it.
struct Runner {
    folder: tempfile::TempDir,
}

struct Step {
    code: i32,
    log: String,
    summary: String,
    outputs: String,
}

impl Runner {
    fn new(files: &[(&str, &str)]) -> Runner {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join("repo").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Runner { folder }
    }
    fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }
    fn program(&self, name: &str, script: &str) {
        let path = self.folder.path().join("bin").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    fn path(&self) -> String {
        let scalec = Path::new(env!("CARGO_BIN_EXE_scalec")).parent().unwrap();
        format!("{}:{}:{}", self.folder.path().join("bin").display(), scalec.display(), std::env::var("PATH").unwrap())
    }
    fn check(&self, inputs: &[(&str, &str)]) -> Step {
        let (summary, outputs) = (self.folder.path().join("summary"), self.folder.path().join("outputs"));
        let mut command = Command::new(root().join("action/check"));
        command.current_dir(self.repo()).env("PATH", self.path()).env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_OUTPUT", &outputs).stdin(Stdio::null());
        for (name, value) in inputs {
            command.env(format!("INPUT_{name}"), value);
        }
        let out = command.output().unwrap();
        let take = |path: &Path| {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let _ = std::fs::remove_file(path);
            text
        };
        let log = String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap();
        Step { code: out.status.code().unwrap(), log, summary: take(&summary), outputs: take(&outputs) }
    }
}

/// The lines of a log that GitHub's runner takes for commands: blanks in front do not matter, and between `stop-commands` and its token nothing counts.
fn commands(log: &str) -> Vec<&str> {
    let mut stopped: Option<&str> = None;
    let mut found = Vec::new();
    for line in log.lines() {
        match stopped {
            Some(token) if line.trim() == format!("::{token}::") => stopped = None,
            Some(_) => {}
            None if line.starts_with("::stop-commands::") => stopped = line.strip_prefix("::stop-commands::"),
            None if line.trim_start().starts_with("::") || line.contains("##[") => found.push(line),
            None => {}
        }
    }
    assert_eq!(stopped, None, "commands stay off");
    found
}

const GOOD: &str = "let usual = 2_000/s\n";
const BAD: &str = "let warm_up = 30mins\n";
const WARNS: &str = "# scalec: allow W0510 — nothing to silence here\nlet usual = 2_000/s\n";

#[test]
fn a_clean_repository_passes() {
    let step = Runner::new(&[("a.scale", GOOD)]).check(&[("PATHS", ".")]);
    assert_eq!((step.code, step.outputs.as_str(), step.summary.as_str()), (0, "exit-code=0\n", "### scalec check: 1 file, nothing to complain about\n"));
    assert_eq!(commands(&step.log), Vec::<&str>::new());
}

#[test]
fn mistakes_fail_the_step_and_are_shown_at_their_places() {
    let runner = Runner::new(&[("a.scale", GOOD), ("my tests/b.scale", BAD)]);
    let step = runner.check(&[("PATHS", "a.scale\nmy tests\r\n\n"), ("SARIF", "out/scalec.sarif")]);
    assert_eq!((step.code, step.outputs.as_str()), (2, "exit-code=2\n"));
    let found = commands(&step.log);
    assert!(found.len() == 1 && found[0].starts_with("::error file=my tests/b.scale,line=1,col=15,"), "{}", step.log);
    assert!(step.log.contains("error[E0302]: unknown unit") && step.log.contains("1 error in 2 files"), "{}", step.log);
    assert!(step.summary.starts_with("### scalec check: 1 error in 2 files\n") && step.summary.contains("    error[E0302]"), "{}", step.summary);
    let sarif: Value = serde_json::from_str(&std::fs::read_to_string(runner.repo().join("out/scalec.sarif")).unwrap()).unwrap();
    assert_eq!(sarif.pointer("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri").unwrap(), "my%20tests/b.scale");
    let quiet = runner.check(&[("PATHS", "."), ("ANNOTATIONS", "false")]);
    assert!(quiet.code == 2 && commands(&quiet.log).is_empty(), "{}", quiet.log);
}

#[test]
fn inputs_become_options() {
    let runner = Runner::new(&[("a.scale", WARNS), ("b/b.scale", "param peak = 1_000/s in 1/s..=2_000/s\n")]);
    assert_eq!(runner.check(&[("PATHS", "a.scale")]).code, 0);
    assert_eq!(runner.check(&[("PATHS", "a.scale"), ("DENY_WARNINGS", "true")]).code, 2);
    assert_eq!(runner.check(&[("PATHS", "a.scale"), ("DENY_WARNINGS", "true"), ("ALLOW", "W0510, W0110")]).code, 0);
    assert_eq!(runner.check(&[("PATHS", "b"), ("SET", "peak=2_000/s")]).code, 0);
    assert_eq!(runner.check(&[("PATHS", "b"), ("SET", "peak=3_000/s")]).code, 2);
    // A wrong input is told, and leaves no file that could be taken for a result.
    let wrong = runner.check(&[("PATHS", "a.scale"), ("ALLOW", "W9999"), ("SARIF", "x.sarif")]);
    assert!(wrong.code == 2 && wrong.log.contains("no such code") && !runner.repo().join("x.sarif").exists(), "{}", wrong.log);
}

#[test]
fn nothing_in_a_file_or_a_name_is_taken_for_a_command() {
    let evil = "let a = \"\n::add-mask::x\n::error::forged\n##[error]forged\n  ::set-env name=PATH::/tmp\n\"\nlet b = 30mins # ::warning::forged ##[error]forged\n";
    let runner = Runner::new(&[("::error::forged.scale", BAD), ("a.scale", evil), ("-x.scale", BAD), ("$(touch mark).scale", BAD)]);
    let step = runner.check(&[("PATHS", ".\n-x.scale\n$(touch mark).scale")]);
    assert_eq!(step.code, 2);
    for command in commands(&step.log) {
        assert!(command.starts_with("::error file=") && command.contains(",title=E0"), "{command}");
    }
    assert!(!runner.repo().join("mark").exists() && step.log.contains("-x.scale:1:15"), "{}", step.log);
    assert_eq!(step.outputs, "exit-code=2\n");
}

#[test]
fn it_is_built_once_away_from_what_is_checked() {
    let runner = Runner::new(&[("a.scale", GOOD)]);
    // Stands for cargo: says how it was called, and where.
    let calls = runner.folder.path().join("calls");
    let fake = "#!/bin/sh\nprintf '%s|%s|%s\\n' \"$PWD\" \"$CARGO_TARGET_DIR\" \"$*\" >> 'CALLS'\nwhile [ $# -gt 0 ]; do [ \"$1\" = --root ] && root=$2; shift; done\nmkdir -p \"$root/bin\"\nprintf '#!/bin/sh\\necho \"built $*\"\\n' > \"$root/bin/scalec\"\nchmod +x \"$root/bin/scalec\"\n";
    runner.program("cargo", &fake.replace("CALLS", calls.to_str().unwrap()));
    let into = runner.folder.path().join("with blanks");
    for _ in 0..2 {
        let status = Command::new(root().join("action/build")).arg(&into).current_dir(runner.repo()).env("PATH", runner.path()).status().unwrap();
        assert!(status.success());
    }
    let calls = std::fs::read_to_string(calls).unwrap();
    let [folder, target, args] = calls.trim().split('|').collect::<Vec<_>>()[..] else { panic!("{calls}") };
    assert_eq!(Path::new(folder).canonicalize().unwrap(), root().canonicalize().unwrap());
    assert_eq!(target, into.join("build").to_str().unwrap());
    assert_eq!(args, format!("install --quiet --locked --no-default-features --path . --root {} --force", into.display()));
    assert!(into.join("bin/scalec").exists());
}

#[test]
fn the_key_follows_the_sources() {
    let copy = tempfile::tempdir().unwrap();
    let run = |folder: &Path| {
        let out = Command::new(folder.join("action/key")).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let here = run(root());
    assert!(here.trim().len() == 32 && here.trim().bytes().all(|b| b.is_ascii_hexdigit()), "{here}");
    let status = Command::new("cp").arg("-R").args(["Cargo.toml", "Cargo.lock", "src", "grammar", "std", "docs", "action"].map(|p| root().join(p))).arg(copy.path()).status().unwrap();
    assert!(status.success());
    assert_eq!(run(copy.path()), here);
    std::fs::write(copy.path().join("docs/benchmarks.md"), "other").unwrap();
    assert_eq!(run(copy.path()), here);
    std::fs::write(copy.path().join("std/aws.scale"), "let a = 1\n").unwrap();
    assert_ne!(run(copy.path()), here);
}

#[test]
fn the_action_and_the_hooks_name_what_is_there() {
    let (action, script) = (text("action.yml"), text("action/check"));
    let between = |text: &str, from: &str, to: &str| text.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap().to_string();
    let words = |text: &str, from: &str, end: fn(char) -> bool| -> BTreeSet<String> {
        text.split(from).skip(1).map(|rest| rest.split(end).next().unwrap().to_string()).filter(|word| !word.is_empty()).collect()
    };
    let inputs: BTreeSet<String> = between(&action, "inputs:\n", "\noutputs:")
        .lines()
        .filter_map(|line| line.strip_prefix("  ").filter(|l| !l.starts_with(' ')).and_then(|l| l.strip_suffix(':')))
        .map(str::to_string)
        .collect();
    assert!(inputs.contains("paths") && inputs.contains("upload"), "{inputs:?}");
    assert_eq!(words(&action, "inputs.", |c| !(c.is_ascii_alphanumeric() || c == '-')), inputs, "inputs that are used");
    let name = |c: char| !(c.is_ascii_uppercase() || c == '_');
    assert_eq!(words(&script, "INPUT_", name), words(&action, "INPUT_", name), "what the script reads, and what it is given");
    let documented = text("docs/pull-requests.md");
    for input in &inputs {
        assert!(documented.contains(&format!("| `{input}` |")), "`{input}` is not documented");
    }
    let end = |c: char| !c.is_ascii_lowercase();
    let called = [words(&action, "$GITHUB_ACTION_PATH/action/", end), words(&text(".pre-commit-hooks.yaml"), "entry: action/", end)].into_iter().flatten().collect::<BTreeSet<_>>();
    assert_eq!(called.len(), 4, "{called:?}");
    for called in called {
        let mode = std::fs::metadata(root().join("action").join(&called)).unwrap_or_else(|e| panic!("action/{called}: {e}")).permissions().mode();
        assert!(mode & 0o111 != 0, "action/{called} can be executed");
    }
}

#[test]
fn the_scripts_are_sound() {
    let scripts = ["action/build", "action/key", "action/check", "action/hook"];
    for script in scripts {
        assert!(Command::new("bash").arg("-n").arg(root().join(script)).status().unwrap().success(), "{script}");
    }
    match Command::new("shellcheck").args(scripts).current_dir(root()).output() {
        Ok(out) => assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout)),
        Err(_) => eprintln!("NOT TESTED: there is no shellcheck here"),
    }
}

#[test]
fn the_recipe_for_gitlab_makes_a_report() {
    let recipe = text("docs/pull-requests.md").split("# .gitlab-ci.yml\n").nth(1).unwrap().split("```").next().unwrap().to_string();
    let script: Vec<&str> = recipe.split("  script:\n").nth(1).unwrap().lines().map_while(|line| line.strip_prefix("    - ")).collect();
    // The first one builds, the second one says where.
    assert!(script.len() == 4 && script[0].contains("cargo install"), "{script:?}");
    for (file, code) in [(BAD, 2), (WARNS, 2), (GOOD, 0)] {
        let runner = Runner::new(&[("scenarios/a.scale", file)]);
        let status = Command::new("bash").args(["-e", "-c", &script[1..].join("\n")]).current_dir(runner.repo()).env("PATH", runner.path()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert_eq!(status.unwrap().code(), Some(code), "{file}");
        let report: Value = serde_json::from_str(&std::fs::read_to_string(runner.repo().join("gl-code-quality-report.json")).unwrap()).unwrap();
        assert_eq!(report.as_array().map(Vec::len), Some(usize::from(code == 2)), "{report}");
    }
}
