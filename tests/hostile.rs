//! Files made to hurt: `check`, `plan` and `fmt` end on every one of them with a message instead of a crash, within a bounded time and memory.
//! The bounds are limits of the operating system that kill: seconds of processor time and bytes of address space (`ulimit -t`, `ulimit -v`).

#![cfg(unix)]

#[path = "hostile/texts.rs"]
mod texts;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Seconds of processor time for one run. An optimised build needs at most a few of them; that of the tests is many times slower.
const SECONDS: u32 = 45;
/// Kibibytes of address space for one run: the stacks of threads are part of it.
const KIBIBYTES: u32 = 3_000_000;

/// A text, and a code that must be among what is told of it; empty where it may be fine.
struct Case {
    name: String,
    text: Vec<u8>,
    code: &'static str,
    /// What it names: a table, a schema.
    beside: Option<(&'static str, Vec<u8>)>,
    /// It is not laid out and planned.
    only_checked: bool,
}

fn case(name: impl Into<String>, code: &'static str, text: impl Into<Vec<u8>>) -> Case {
    Case { name: name.into(), text: text.into(), code, beside: None, only_checked: false }
}

impl Case {
    fn beside(self, name: &'static str, text: impl Into<Vec<u8>>) -> Case {
        Case { beside: Some((name, text.into())), ..self }
    }

    fn only_checked(self) -> Case {
        Case { only_checked: true, ..self }
    }
}

/// The program under limits; standard input is empty.
fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -t {SECONDS} && ulimit -v {KIBIBYTES} && exec \"$@\""), "sh", env!("CARGO_BIN_EXE_scalec")]);
    command.args(args).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// What is wrong with how a run ended.
fn verdict(what: &str, output: &Output, code: &str) -> Option<String> {
    let said = String::from_utf8_lossy(&output.stdout);
    let more = String::from_utf8_lossy(&output.stderr);
    let start = |text: &str| text.chars().take(400).collect::<String>();
    // 0 is fine, 1 would be laid out otherwise, 2 has errors. Nothing else: no signal, no panic.
    if !matches!(output.status.code(), Some(0..=2)) {
        return Some(format!("{what}: ended with {}: {} {}", output.status, start(&said), start(&more)));
    }
    if !code.is_empty() && !said.contains(code) && !more.contains(code) {
        return Some(format!("{what}: does not say {code}: {} {}", start(&said), start(&more)));
    }
    (said.len() + more.len() > 256 << 20).then(|| format!("{what}: says {} bytes", said.len() + more.len()))
}

fn ask(cases: Vec<Case>) {
    let ask_one = |case: &Case| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scale.toml"), "").unwrap();
        std::fs::write(folder.path().join("main.scale"), &case.text).unwrap();
        if let Some((name, text)) = &case.beside {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mut wrong = Vec::new();
        wrong.extend(verdict(&format!("check {}", case.name), &run(folder.path(), &["check", "--format", "short", "main.scale"]), case.code));
        // The largest take long enough once.
        if case.text.len() < 1 << 20 && !case.only_checked {
            wrong.extend(verdict(&format!("fmt {}", case.name), &run(folder.path(), &["fmt", "--check", "main.scale"]), ""));
            wrong.extend(verdict(&format!("plan {}", case.name), &run(folder.path(), &["plan", "main.scale"]), ""));
        }
        wrong
    };
    let wrong = scalec::parallel::map(&cases, 4, ask_one).concat();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn endless_timelines() {
    ask(texts::timelines());
}

#[test]
fn nesting() {
    ask(texts::nesting());
}

#[test]
fn numbers() {
    ask(texts::numbers());
}

/// What names itself twice, again and again.
#[test]
fn doubling() {
    ask(texts::doubling());
}

#[test]
fn chains_and_rings() {
    ask(texts::chains());
}

#[test]
fn a_file_of_one_character() {
    ask(texts::one_character());
}

#[test]
fn one_mistake_again_and_again() {
    ask(texts::mistakes());
}

#[test]
fn credentials_by_the_thousand() {
    ask(texts::credentials());
}

#[test]
fn families_of_events() {
    ask(texts::families());
}

#[test]
fn replay_tables() {
    ask(texts::tables());
}

#[test]
fn schemas() {
    ask(texts::schemas());
}

#[test]
fn patterns() {
    ask(texts::patterns());
}

#[test]
fn what_is_no_text() {
    ask(texts::no_texts());
}

#[test]
fn what_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("folder.scale")).unwrap();
    std::fs::write(folder.path().join("folder.scale/inner.scale"), "let a = 1\n").unwrap();
    // A folder may be called as it likes: what is in it is checked.
    let output = run(folder.path(), &["check", "--format", "short", "folder.scale"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe.scale")).status().unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.scale")).unwrap();
    std::os::unix::fs::symlink("loop.scale", folder.path().join("loop.scale")).unwrap();
    for name in ["pipe.scale", "zero.scale", "loop.scale", "/dev/zero", "/dev/null"] {
        for command in ["check", "plan", "fmt"] {
            let output = run(folder.path(), &[command, name]);
            let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(2)) && said.contains("E0107"), "{command} {name}: {} {said}", output.status);
        }
    }
    // The same by the way of an import, a table and a schema.
    let text = "import a from \"pipe.scale\"\nimport z from \"zero.scale\"\nimport l from \"loop.scale\"\n\ntarget t = kafka { brokers = \"embedded\", topic = \"t\", partitions = 1, format = avro { schema = \"pipe.scale\" } }\n\ntest \"t\" {\n  phase p = replay \"pipe.scale\"\n}\n";
    std::fs::write(folder.path().join("main.scale"), text).unwrap();
    let output = run(folder.path(), &["check", "--format", "short", "main.scale"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

/// Ten thousands of messages in every form, and mended.
#[test]
fn every_way_to_show_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scale.toml"), "").unwrap();
    let mut wrong = Vec::new();
    for case in texts::much_to_tell() {
        for form in ["human", "json", "sarif", "github", "gitlab"] {
            std::fs::write(folder.path().join("main.scale"), &case.text).unwrap();
            wrong.extend(verdict(&format!("{form} {}", case.name), &run(folder.path(), &["check", "--format", form, "main.scale"]), case.code));
        }
        wrong.extend(verdict(&format!("fix {}", case.name), &run(folder.path(), &["check", "--fix", "--unsafe", "--format", "short", "main.scale"]), ""));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files that import each other in every way there is.
#[test]
fn import_bombs() {
    let twice = |name: &str, next: &str| format!("import {name}_a from \"{next}.scale\"\nimport {name}_b from \"{next}.scale\"\n");
    let doubling = (0..60).map(|i| (format!("f{i}.scale"), twice("x", &format!("f{}", i + 1)))).chain([("f60.scale".to_string(), "let a = 1\n".to_string())]).collect();
    let chain = (0..300).map(|i| (format!("f{i}.scale"), format!("import next from \"f{}.scale\"\n", i + 1))).chain([("f300.scale".to_string(), "let a = 1\n".to_string())]).collect();
    let ring = (0..300).map(|i| (format!("f{i}.scale"), format!("import next from \"f{}.scale\"\n", (i + 1) % 300))).collect();
    let all: String = (1..1_000).map(|i| format!("import n{i} from \"f{i}.scale\"\n")).collect();
    let wide = (1..1_000).map(|i| (format!("f{i}.scale"), "let a = 1\n".to_string())).chain([("f0.scale".to_string(), all)]).collect();
    let web = (0..30).map(|i| (format!("f{i}.scale"), (0..30).map(|j| format!("import n{j} from \"f{j}.scale\"\n")).collect())).collect();
    let missing = vec![("f0.scale".to_string(), (0..300).map(|i| format!("import n{i} from \"nowhere{i}.scale\"\n")).collect())];
    let cases: Vec<(&str, Vec<(String, String)>, &str)> =
        vec![("doubling", doubling, ""), ("chain", chain, ""), ("ring", ring, "E0206"), ("wide", wide, ""), ("web", web, "E0206"), ("missing", missing, "E0204")];
    let mut wrong = Vec::new();
    for (name, files, code) in cases {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scale.toml"), "").unwrap();
        for (path, text) in &files {
            std::fs::write(folder.path().join(path), text).unwrap();
        }
        wrong.extend(verdict(&format!("check {name}"), &run(folder.path(), &["check", "--format", "short", "f0.scale"]), code));
        wrong.extend(verdict(&format!("plan {name}"), &run(folder.path(), &["plan", "f0.scale"]), ""));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
