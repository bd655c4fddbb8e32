//! The program from outside: exit codes, what goes where, and that nothing panics.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn scalec(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scalec"));
    command.current_dir(folder).args(args).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = scalec(folder, args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(stdout), text(stderr));
    assert!(!err.contains("panicked"), "{err}");
    (status.code().unwrap(), out, err)
}

/// A project of these files.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/broken")
}

const GOOD: &str = "let usual = 2_000/s\n";
const BAD: &str = "let warm_up = 30mins\n";
const WARNS: &str = "# scalec: allow W0510 — nothing to silence here\nlet usual = 2_000/s\n";

#[test]
fn everything_wrong_in_one_file_is_reported_in_one_run_once_each() {
    let (exit, out, _) = run(&corpus(), &["check", "broken.scale", "--format", "json"]);
    assert_eq!(exit, 2);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    let mut found: Vec<(String, u64)> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["code"].as_str().unwrap().to_string(), d["line"].as_u64().unwrap()))
        .collect();
    let line = |text: &str| {
        let source = include_str!("corpus/broken/broken.scale");
        source.lines().position(|l| l.contains(text)).map_or(0, |l| l as u64 + 1)
    };
    let mut expected: Vec<(String, u64)> = [
        ("E0207", line("shard_cont")),
        ("E0401", line("20% shop")),
        ("E0302", line("30mins")),
        ("E0702", line("phase steady")),
        ("E0303", line("hold 5M")),
        ("E0301", line("< 250 during")),
        ("E0301", line("usual < spare")),
        ("E0210", line("latncy")),
        ("E0211", line("stedy")),
        ("E0601", line("within 20m")),
        ("W0611", line("<= 100%")),
    ]
    .map(|(code, line)| (code.to_string(), line))
    .to_vec();
    assert!(found.is_sorted_by_key(|(_, line)| *line), "source order: {found:?}");
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn json_is_the_promised_shape() {
    let folder = project(&[("a.scale", BAD), ("b.scale", GOOD)]);
    let (exit, out, err) = run(folder.path(), &["check", "--format", "json"]);
    assert_eq!((exit, err.as_str()), (2, ""));
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((json["schema"].as_str(), json["files"].as_u64()), (Some("scalec.check/1"), Some(2)));
    assert_eq!((json["errors"].as_u64(), json["warnings"].as_u64()), (Some(1), Some(0)));
    let d = &json["diagnostics"][0];
    assert_eq!((d["code"].as_str(), d["severity"].as_str(), d["file"].as_str()), (Some("E0302"), Some("error"), Some("a.scale")));
    let place: Vec<_> = ["line", "column", "end_line", "end_column"].iter().map(|k| d[*k].as_u64().unwrap()).collect();
    assert_eq!(place, [1, 15, 1, 21]);
    let keys: Vec<_> = d.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "severity", "message", "file", "line", "column", "end_line", "end_column", "labels", "notes", "help", "fixes"]);
    let edit = &d["fixes"][0]["edits"][0];
    assert_eq!((edit["start"].as_u64(), edit["end"].as_u64(), edit["text"].as_str()), (Some(14), Some(20), Some("30m")));
}

#[test]
fn check_ends_as_the_contract_says() {
    let folder = project(&[("good.scale", GOOD), ("bad.scale", BAD), ("warns.scale", WARNS)]);
    let exit = |args: &[&str]| run(folder.path(), args).0;
    assert_eq!(exit(&["check", "good.scale"]), 0);
    assert_eq!(exit(&["check", "bad.scale"]), 2);
    assert_eq!(exit(&["check", "warns.scale"]), 0);
    assert_eq!(exit(&["check", "warns.scale", "--deny", "warnings"]), 2);
    assert_eq!(exit(&["check", "warns.scale", "--deny", "warnings", "--allow", "W0110"]), 0);
    assert_eq!(exit(&["check", "bad.scale", "--allow", "E0302"]), 2);
    assert_eq!(exit(&["check", "good.scale", "--allow", "W9999"]), 2);
    assert_eq!(exit(&["check", "good.scale", "--format", "xml"]), 2);
    assert_eq!(exit(&["check", "good.scale", "--nonsense"]), 2);
    assert_eq!(exit(&["nonsense"]), 2);
}

#[test]
fn fix_mends_what_is_safe_to_mend() {
    let folder = project(&[("bad.scale", BAD), ("warns.scale", WARNS), ("lost.scale", "let a = b\n")]);
    let (exit, _, err) = run(folder.path(), &["check", "--fix"]);
    assert_eq!((exit, err.as_str()), (2, "2 mistakes mended\n1 error in 3 files\n"));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("bad.scale"), "let warm_up = 30m\n");
    assert_eq!(read("warns.scale"), "let usual = 2_000/s\n");
    assert_eq!(read("lost.scale"), "let a = b\n");
    assert_eq!(run(folder.path(), &["check", "--unsafe"]).0, 2);
}

#[test]
fn the_last_line_says_how_much_there_is() {
    let folder = project(&[("good.scale", GOOD), ("bad.scale", BAD), ("warns.scale", WARNS)]);
    assert_eq!(run(folder.path(), &["check"]).2, "1 error, 1 warning in 3 files\n");
    assert_eq!(run(folder.path(), &["check", "good.scale"]).2, "1 file, nothing to complain about\n");
    assert!(run(folder.path(), &["check", "warns.scale", "--deny", "warnings"]).2.contains("warnings are denied"));
}

#[test]
fn short_is_a_line_each() {
    let folder = project(&[("bad.scale", BAD)]);
    let (_, out, _) = run(folder.path(), &["check", "--format", "short"]);
    assert!(out.starts_with("bad.scale:1:15: error[E0302]: "), "{out}");
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn a_folder_means_all_its_scenarios_sorted_and_nothing_else() {
    let folder = project(&[
        ("s/b.scale", BAD),
        ("s/a/z.scale", BAD),
        ("s/.hidden/x.scale", BAD),
        ("s/target/x.scale", BAD),
        ("s/node_modules/x.scale", BAD),
        ("s/notes.txt", BAD),
        ("c.scale", BAD),
    ]);
    let files = |args: &[&str]| -> Vec<String> {
        let (_, out, _) = run(folder.path(), args);
        out.lines().filter_map(|l| l.split(':').next()).map(str::to_string).collect()
    };
    assert_eq!(files(&["check", "--format", "short", "s"]), ["s/a/z.scale", "s/b.scale"]);
    assert_eq!(files(&["check", "--format", "short", "./s/"]), ["s/a/z.scale", "s/b.scale"]);
    // The order of the command line, each file once.
    assert_eq!(files(&["check", "--format", "short", "s/b.scale", "s", "c.scale"]), ["s/b.scale", "s/a/z.scale", "c.scale"]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = project(&[("empty/readme.txt", "")]);
    std::fs::write(folder.path().join("latin.scale"), b"# ok\nlet a = 1 # \xfcber\n").unwrap();
    std::fs::write(folder.path().join("huge.scale"), vec![b'#'; 5 * 1024 * 1024]).unwrap();
    let (exit, out, _) = run(folder.path(), &["check", "--format", "short", "nope.scale", "empty", "latin.scale", "huge.scale"]);
    assert_eq!(exit, 2);
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("nope.scale:1:1: error[E0107]: cannot read `nope.scale`: there is no such file"), "{out}");
    assert!(lines[1].starts_with("empty:1:1: error[E0107]: ") && lines[1].contains("no .scale file"), "{out}");
    assert!(lines[2].starts_with("latin.scale:2:13: error[E0106]: "), "{out}");
    assert!(lines[3].starts_with("huge.scale:1:1: error[E0106]: ") && lines[3].contains("5.0 MiB"), "{out}");
    assert_eq!(lines.len(), 4);
}

#[test]
fn an_import_with_a_mistake_fails_the_file_that_needs_it() {
    let folder = project(&[("main.scale", "import shop from \"lib/shop.scale\"\n\nlet peak = 2x * shop.usual\n"), ("lib/shop.scale", "let usual = 2_000/sec\n")]);
    let (exit, out, _) = run(folder.path(), &["check", "--format", "short", "main.scale"]);
    assert_eq!(exit, 2);
    assert!(out.starts_with("lib/shop.scale:1:13: error[E0302]: ") && out.lines().count() == 1, "{out}");
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_project() {
    let outside = project(&[("shop.scale", GOOD)]);
    let folder = project(&[("p/scale.toml", ""), ("p/main.scale", "import shop from \"shop.scale\"\n")]);
    std::os::unix::fs::symlink(outside.path().join("shop.scale"), folder.path().join("p/shop.scale")).unwrap();
    let (exit, out, _) = run(folder.path(), &["check", "--format", "short", "p/main.scale"]);
    assert_eq!(exit, 2);
    assert!(out.contains("error[E0205]"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_that_leads_nowhere_is_told() {
    let folder = project(&[("good.scale", GOOD)]);
    std::os::unix::fs::symlink("gone.scale", folder.path().join("shop.scale")).unwrap();
    let (exit, out, _) = run(folder.path(), &["check", "--format", "short"]);
    assert_eq!(exit, 2);
    assert!(out.starts_with("shop.scale:1:1: error[E0107]"), "{out}");
}

#[test]
fn plain_text_where_there_is_no_terminal_and_with_no_color() {
    let folder = project(&[("bad.scale", BAD)]);
    let (_, out, err) = run(folder.path(), &["check"]);
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}') && out.contains("error[E0302]"), "{out}{err}");
    let with = scalec(folder.path(), &["check"]).env("NO_COLOR", "1").output().unwrap();
    assert_eq!(String::from_utf8(with.stdout).unwrap(), out);
    assert!(!run(folder.path(), &["explain", "E0301"]).1.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_error_of_ours() {
    let many: String = (0..20_000).map(|i| format!("let a{i} = 30mins\n")).collect();
    let folder = project(&[("many.scale", &many)]);
    let mut child = scalec(folder.path(), &["check"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut some = [0u8; 100];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert_eq!(err, "20000 errors in 1 file\n");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_is_lost_is_said() {
    let folder = project(&[("warns.scale", WARNS)]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let out = scalec(folder.path(), &["check"]).stdout(full).output().unwrap();
    let err = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.code() == Some(3) && err.matches("could not be written").count() == 1, "{err}");
}

#[test]
fn explain_prints_the_page() {
    let here = Path::new(".");
    let (exit, out, _) = run(here, &["explain", "e0301"]);
    assert_eq!(exit, 0);
    assert!(out.starts_with("E0301: ") && !out.contains("```") && out.contains("This fails:") && out.contains("This is right:"), "{out}");
    let (exit, _, err) = run(here, &["explain", "E0399"]);
    assert_eq!(exit, 2);
    assert!(err.contains("no code `E0399`") && err.contains("did you mean"), "{err}");
    // Of those that no version reports yet.
    for code in scalec::diagnostics::codes::ALL.iter().filter(|code| scalec::diagnostics::pages::page(**code).is_none()) {
        let (exit, _, err) = run(here, &["explain", code.as_str()]);
        assert_eq!(exit, 2);
        assert!(err.contains("later version"), "{err}");
    }
}

#[test]
fn help_and_completions_name_what_there_is() {
    let here = Path::new(".");
    let (exit, out, _) = run(here, &["--help"]);
    assert_eq!(exit, 0);
    for word in ["check", "fmt", "plan", "run", "explain", "catalog", "lsp", "completions", "Examples:", "Exit codes:"] {
        assert!(out.contains(word), "{word}\n{out}");
    }
    for word in ["advise", "import"] {
        assert!(!out.contains(word), "{word} is offered\n{out}");
    }
    for command in ["check", "fmt", "plan", "run", "explain", "catalog", "lsp", "completions"] {
        let (exit, out, _) = run(here, &[command, "--help"]);
        assert!(exit == 0 && out.contains("Examples:"), "{command}\n{out}");
    }
    assert_eq!(run(here, &["--version"]), (0, format!("scalec {}\n", env!("CARGO_PKG_VERSION")), String::new()));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (exit, out, _) = run(here, &["completions", shell]);
        assert!(exit == 0 && out.contains("completions"), "{shell}");
    }
    assert_eq!(run(here, &["completions", "cmd"]).0, 2);
}

#[test]
fn fmt_changes_only_what_is_not_in_its_layout() {
    let folder = project(&[("a.scale", "let   a = 1\nlet long_name = 2\n"), ("b.scale", "let a = 1\n")]);
    let (exit, out, _) = run(folder.path(), &["fmt", "--check"]);
    assert_eq!((exit, out.as_str()), (1, "a.scale\n"));
    assert_eq!(run(folder.path(), &["fmt"]).0, 0);
    assert_eq!(std::fs::read_to_string(folder.path().join("a.scale")).unwrap(), "let a         = 1\nlet long_name = 2\n");
    assert_eq!(run(folder.path(), &["fmt", "--check"]), (0, String::new(), "2 files are in the canonical layout\n".to_string()));
    let mut child = scalec(folder.path(), &["fmt", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"let   a=1\n").unwrap();
    assert_eq!(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap(), "let a = 1\n");
}

#[cfg(not(feature = "engine"))]
#[test]
fn the_light_build_says_that_it_cannot_run() {
    let folder = project(&[("a.scale", GOOD)]);
    let (exit, _, err) = run(folder.path(), &["run", "a.scale"]);
    assert_eq!(exit, 2);
    assert!(err.contains("no engine") && err.contains("cargo install"), "{err}");
}

#[test]
fn a_credential_is_shown_in_no_format() {
    let secrets = ["tr0ub4dor", "c0rrect-horse", "battery-st4ple", "s3same"];
    let files = ["password_behind_a_constant.scale", "password_in_a_line_that_cannot_be_read.scale", "password_of_a_command.scale"];
    for format in ["human", "short", "json", "sarif", "github", "gitlab"] {
        let mut args = vec!["check", "--format", format];
        args.extend(files);
        let (exit, out, err) = run(&corpus(), &args);
        assert_eq!(exit, 2);
        assert!(out.contains("E0901"), "{format}: {out}");
        assert!(secrets.iter().all(|secret| !out.contains(secret) && !err.contains(secret)), "{format}: {out}{err}");
    }
    let (exit, out, err) = run(&corpus(), &["fmt", "--check", files[1]]);
    assert_eq!(exit, 2);
    assert!(err.contains("E0101") && secrets.iter().all(|secret| !out.contains(secret) && !err.contains(secret)), "{err}");
}

/// Of each place in the table a file; one with a word that nothing but its quotes tells from others, and one that looks like what issuers make.
#[test]
fn a_credential_is_repeated_in_no_format_wherever_it_stands() {
    let table = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/credentials.txt")).unwrap();
    let places: Vec<String> = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.replace('⏎', "\n")).collect();
    assert!(places.len() > 60);
    for marker in ["hunter2SECRETpw", "correcthorse"] {
        let folder = project(&[]);
        for (i, place) in places.iter().enumerate() {
            let text = format!("event v {{ field id = uuid() }}\n{place}\n").replace("MARKER", marker);
            std::fs::write(folder.path().join(format!("{i}.scale")), text).unwrap();
        }
        let shown = |what: &str, out: &str| {
            let lines: Vec<&str> = out.lines().filter(|line| line.contains(marker)).collect();
            assert!(lines.is_empty(), "{what}: {lines:#?}");
        };
        for format in ["human", "short", "json", "sarif", "github", "gitlab"] {
            let (exit, out, err) = run(folder.path(), &["check", "--format", format, "."]);
            assert_eq!(exit, 2);
            shown(format, &(out + &err));
        }
        let (_, out, err) = run(folder.path(), &["fmt", "--check", "."]);
        shown("fmt", &(out + &err));
        let (_, out, err) = run(folder.path(), &["check", "--fix", "--unsafe", "."]);
        shown("--fix", &(out + &err));
    }
}

#[test]
fn a_credential_given_from_outside_is_not_repeated() {
    let text = "param word = \"none\"\n\ntarget clicks = kafka {\n  brokers = \"localhost\"\n  topic = \"t\"\n  partitions = 1\n  security = sasl_ssl { mechanism = plain, username = \"u\", password = word }\n}\n";
    let folder = project(&[("a.scale", text)]);
    let (exit, out, err) = run(folder.path(), &["check", "a.scale", "--format", "short", "--set", "word=hunter2", "--set", "password=hunter2"]);
    assert_eq!(exit, 2);
    assert!(out.contains("E0310") && out.contains("E0201"), "{out}");
    assert!(!out.contains("hunter2") && !err.contains("hunter2"), "{out}{err}");
}

#[test]
fn a_chain_of_constants_may_be_as_long_as_a_file() {
    let down: String = (0..40_000).map(|i| format!("let a{i} = a{} + 1\n", i + 1)).collect();
    let both: String = (0..5_000).map(|i| format!("let a{i} = a{} + a{}\n", i + 1, (i + 2).min(5_000))).collect();
    let folder = project(&[
        ("down.scale", &(down + "let a40000 = 1\n")),
        ("round.scale", &((0..5_000).map(|i| format!("let a{i} = a{}\n", (i + 1) % 5_000)).collect::<String>())),
        ("both.scale", &format!("{}let a5000 = 0\n", both)),
    ]);
    assert_eq!(run(folder.path(), &["check", "down.scale"]), (0, String::new(), "1 file, nothing to complain about\n".to_string()));
    assert_eq!(run(folder.path(), &["check", "both.scale"]).0, 0);
    // A ring is told once, wherever it is entered.
    let (exit, out, _) = run(folder.path(), &["check", "round.scale", "--format", "short"]);
    assert!(exit == 2 && out.lines().count() == 1 && out.contains("is needed to find the value of"), "{out}");
}
