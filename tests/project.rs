//! `scale.toml`: what it changes, where a mistake in it is told, and what it cannot do.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

fn scalec(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_scalec")).current_dir(folder).args(args).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err, code) = (text(out.stdout), text(out.stderr), out.status.code().unwrap());
    assert!(!err.contains("panicked"), "{err}");
    (code, out, err)
}

fn short(folder: &Path, args: &[&str]) -> (i32, String) {
    let (exit, out, _) = scalec(folder, &[&["check", "--format", "short"], args].concat());
    (exit, out)
}

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// W0511 in line 10.
const RAMP: &str = "event click {\n  field at = now()\n}\n\ntarget out = null {}\n\ntest \"flat\" {\n  seed = 1\n  send click to out\n  phase flat = ramp 1_000/s to 1_000/s over 1m\n  expect errors.ratio < 1% always\n}\n";
/// One warning, W0110.
const WARNS: &str = "# scalec: allow W0510 — nothing to silence here\nlet usual = 2_000/s\n";

#[test]
fn a_project_says_how_seriously_warnings_are_taken() {
    let look = |severity: &str, args: &[&str]| {
        let folder = project(&[("scale.toml", &format!("[severity]\nW0511 = \"{severity}\"\n")), ("a.scale", RAMP)]);
        let (exit, out) = short(folder.path(), args);
        (exit, out.lines().next().unwrap_or_default().chars().take_while(|c| *c != ']').collect::<String>())
    };
    assert_eq!(look("error", &[]), (2, "a.scale:10:3: error[W0511".to_string()));
    assert_eq!(look("warning", &[]), (0, "a.scale:10:3: warning[W0511".to_string()));
    assert_eq!(look("hint", &["--deny", "warnings"]), (0, "a.scale:10:3: hint[W0511".to_string()));
    assert_eq!(look("allow", &["--deny", "warnings"]), (0, String::new()));
    // What is asked for here and now wins.
    assert_eq!(look("error", &["--allow", "W0511"]), (0, String::new()));
}

#[test]
fn what_is_an_error_in_the_project_is_one_everywhere() {
    let folder = project(&[("scale.toml", "[severity]\nW0511 = \"error\"\n"), ("a.scale", RAMP)]);
    let (exit, out, err) = scalec(folder.path(), &["plan", "a.scale"]);
    assert!(exit == 2 && out.is_empty() && err.contains("error[W0511]"), "{out}{err}");
    let (_, out, _) = scalec(folder.path(), &["check", "--format", "json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((json["errors"].as_u64(), json["warnings"].as_u64(), json["diagnostics"][0]["severity"].as_str()), (Some(1), Some(0), Some("error")));
    let (_, out, _) = scalec(folder.path(), &["check", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(sarif.pointer("/runs/0/results/0/level").unwrap(), "error");
    assert_eq!(sarif.pointer("/runs/0/tool/driver/rules/0/defaultConfiguration/level").unwrap(), "warning");
    assert!(scalec(folder.path(), &["check", "--format", "github"]).1.starts_with("::error file=a.scale,line=10,"));
}

#[test]
fn a_comment_with_a_reason_silences_what_the_project_takes_for_an_error() {
    let meant = RAMP.replace("  phase", "  # scalec: allow W0511 — the shape is the point\n  phase");
    let folder = project(&[("scale.toml", "[severity]\nW0511 = \"error\"\n"), ("a.scale", &meant)]);
    assert_eq!(short(folder.path(), &[]), (0, String::new()));
    // Nor does what the project allows make the comment useless.
    std::fs::write(folder.path().join("scale.toml"), "[severity]\nW0511 = \"allow\"\n").unwrap();
    assert_eq!(short(folder.path(), &[]), (0, String::new()));
}

#[test]
fn a_project_can_deny_its_warnings_and_no_others() {
    let folder = project(&[("strict/scale.toml", "deny = \"warnings\"\n"), ("strict/a.scale", WARNS), ("lax/scale.toml", ""), ("lax/a.scale", WARNS)]);
    let (exit, out, err) = scalec(folder.path(), &["check", "strict", "--format", "short"]);
    assert_eq!((exit, err.as_str()), (2, "1 warning in 1 file (scale.toml denies warnings)\n"));
    assert!(out.contains("warning[W0110]"), "{out}");
    assert_eq!(short(folder.path(), &["lax"]).0, 0);
    assert_eq!(short(folder.path(), &["lax", "strict"]).0, 2);
    // It says how a check ends, not what can be planned.
    std::fs::write(folder.path().join("strict/a.scale"), RAMP).unwrap();
    assert_eq!(scalec(folder.path(), &["plan", "strict/a.scale"]).0, 0);
}

#[test]
fn imports_come_from_the_folders_that_the_project_names() {
    let uses = "import shop from \"shop.scale\"\n\nlet peak = 2x * shop.usual\n";
    let folder = project(&[
        ("scale.toml", "imports = [\"shared\", \"vendor/load\"]\n"),
        ("tests/deep/main.scale", uses),
        ("vendor/load/shop.scale", "import base from \"base.scale\"\n\nlet usual = base.usual\n"),
        ("shared/base.scale", "let usual = 2_000/s\n"),
    ]);
    assert_eq!(short(folder.path(), &["tests"]), (0, String::new()));
    assert_eq!(scalec(&folder.path().join("tests/deep"), &["check", "main.scale"]).0, 0);
    // In their order; what lies beside the file comes first.
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("shared/shop.scale", "let usual = 2_000/sec\n");
    assert!(short(folder.path(), &["tests"]).1.starts_with("shared/shop.scale:1:13: error[E0302]"));
    put("tests/deep/shop.scale", "let usual = 2_000/s\n");
    assert_eq!(short(folder.path(), &["tests/deep/main.scale"]), (0, String::new()));
    // `./` means beside the file, and a replay table lies beside it.
    put("tests/deep/main.scale", "import base from \"./base.scale\"\n\nlet a = base.usual\n");
    assert!(short(folder.path(), &["tests/deep/main.scale"]).1.contains("error[E0204]"));
    // A slip of the hand.
    put("tests/deep/main.scale", "import base from \"bsae.scale\"\n\nlet a = base.usual\n");
    let (_, out, _) = scalec(folder.path(), &["check", "tests/deep/main.scale"]);
    assert!(out.contains("did you mean \"base.scale\"?"), "{out}");
}

#[test]
fn plan_finds_imports_as_check_does() {
    let main = RAMP.replace("event click", "import shop from \"shop.scale\"\n\nevent click").replace("1_000/s to 1_000/s", "1_000/s to shop.usual");
    let folder = project(&[("scale.toml", "imports = [\"shared\"]\n"), ("tests/main.scale", &main), ("shared/shop.scale", "let usual = 2_000/s\n")]);
    let (exit, out, err) = scalec(folder.path(), &["plan", "tests/main.scale"]);
    assert!(exit == 0 && out.contains("2_000/s"), "{out}{err}");
}

#[test]
fn folders_outside_of_the_project_and_hosts_are_refused() {
    let outside = project(&[("shop.scale", "let usual = 2_000/s\n")]);
    let said = |entry: &str| {
        let folder = project(&[("p/scale.toml", &format!("# ours\nimports = [\"{entry}\"]\n")), ("p/a.scale", "let a = 1\n"), ("p/shared/b.scale", ""), ("other/c.scale", "")]);
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path(), folder.path().join("p/linked")).unwrap();
        short(folder.path(), &["p"])
    };
    assert_eq!(said("shared").0, 0);
    for (entry, code) in [("../other", "E0205"), ("shared/../../other", "E0205"), ("/etc", "E0205"), ("~/load", "E0205"), ("https://example.com/load", "E0205"), ("sahred", "E0204"), ("a.scale", "E0204")] {
        let (exit, out) = said(entry);
        assert!(exit == 2 && out.starts_with(&format!("p/scale.toml:2:12: error[{code}]: ")) && out.lines().count() == 1, "{entry}: {out}");
    }
    #[cfg(unix)]
    assert!(said("linked").1.contains("error[E0205]"));
}

#[test]
fn a_mistake_is_shown_in_the_lines_of_the_file() {
    let folder = project(&[("scale.toml", "denny = \"warnings\"\n\nallow_hosts = [\"kafka.prod\"]\n\n[severity]\nW0501 = \"error\"\nE0302 = \"hint\"\n"), ("s/a.scale", "let a = 30mins\n")]);
    let (exit, out, _) = scalec(&folder.path().join("s"), &["check"]);
    assert_eq!(exit, 2);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("project_mistakes", out);
    });
    // Nothing is planned by a project that cannot be understood.
    std::fs::write(folder.path().join("s/a.scale"), RAMP).unwrap();
    let (exit, _, err) = scalec(folder.path(), &["plan", "s/a.scale"]);
    assert!(exit == 2 && err.contains("error[E0207]") && err.contains("scale.toml:1:1"), "{err}");
}

#[test]
fn a_name_that_is_nearly_right_is_mended_where_unsafe_fixes_are_wanted() {
    let folder = project(&[("scale.toml", "denny = \"warnings\"\n[severity]\nW0501 = \"error\"\n"), ("a.scale", "let a = 1\n")]);
    assert_eq!(scalec(folder.path(), &["check", "--fix"]).0, 2);
    assert_eq!(scalec(folder.path(), &["check", "--fix", "--unsafe"]).0, 0);
    assert_eq!(std::fs::read_to_string(folder.path().join("scale.toml")).unwrap(), "deny = \"warnings\"\n[severity]\nW0510 = \"error\"\n");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = project(&[("a.scale", "let a = 1\n")]);
    let said = || short(folder.path(), &[]).1;
    std::fs::write(folder.path().join("scale.toml"), b"# \xfcber\n").unwrap();
    assert!(said().starts_with("scale.toml:1:3: error[E0106]: cannot read `scale.toml`: it is not UTF-8 text"), "{}", said());
    std::fs::remove_file(folder.path().join("scale.toml")).unwrap();
    std::fs::create_dir(folder.path().join("scale.toml")).unwrap();
    assert!(said().starts_with("scale.toml:1:1: error[E0107]: cannot read `scale.toml`: it is a folder"), "{}", said());
}

#[cfg(unix)]
#[test]
fn the_file_is_named_as_it_can_be_opened() {
    let folder = project(&[("p/scale.toml", "denny = 1\n"), ("p/s/a.scale", "let a = 1\n")]);
    let root = folder.path().canonicalize().unwrap();
    std::os::unix::fs::symlink(root.join("p/s"), root.join("linked")).unwrap();
    for (cwd, path) in [(".", "p"), ("p", "s/a.scale"), ("p/s", "."), (".", "linked/a.scale"), ("p/s", "../../p")] {
        let (_, out) = short(&root.join(cwd), &[path]);
        let named = out.split(":1:1:").next().unwrap();
        assert_eq!(root.join(cwd).join(named).canonicalize().unwrap(), root.join("p/scale.toml"), "{cwd} {path}: {out}");
    }
    assert_eq!(short(&root.join("p/s"), &["."]).1.split(':').next(), Some("../scale.toml"));
}
