//! Checking a stranger's file is safe: no network, no other program, nothing of the environment in what is said.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const FORMATS: [&str; 6] = ["human", "short", "json", "sarif", "github", "gitlab"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where the files to be checked lie, with everything in them that could lead out: brokers from the environment, secrets, commands, tables, addresses.
struct Lab {
    folder: tempfile::TempDir,
}

const TEMPTING: &str = r#"
target clicks = kafka {
  brokers    = env("KAFKA_BROKERS", "localhost:9092")
  topic      = env("TOPIC")
  partitions = 4
  security   = sasl_ssl { mechanism = plain, username = env("USER"), password = secret("KAFKA_PASSWORD") }
}

source prom  = prometheus { url = env("PROM_URL", "http://localhost:9090") }
source shell = exec { command = ["kubectl", "get", "pods"] }

metric depth = shell.value() as count

pipeline clickstream {
  reads = clicks
  group = "clickstream"
  stop  = ["kubectl", "scale", "deploy/clickstream", "--replicas=0"]
}

event click {
  field at   = now()
  field page = from_file("pages.csv", "page")
}

test "tempting" {
  seed = 1
  send click to clicks
  phase day = replay "day.csv"
  fault gone = exec("kubectl", "delete", "pod", "worker-3") at 10s into day
  expect clickstream.lag < 1_000 during day
  expect depth < 10mins during day
}
"#;

impl Lab {
    fn new() -> Lab {
        let folder = tempfile::tempdir().unwrap();
        let lab = Lab { folder };
        let project = lab.project();
        std::fs::create_dir_all(project.join("shared")).unwrap();
        for from in ["tests/corpus/broken", "scenarios", "scenarios/shared"] {
            let to = if from.ends_with("shared") { project.join("shared") } else { project.clone() };
            for entry in std::fs::read_dir(root().join(from)).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
                }
            }
        }
        let write = |name: &str, text: &str| std::fs::write(project.join(name), text).unwrap();
        write("scale.toml", "imports = [\"shared\"]\n[severity]\nW0511 = \"hint\"\n");
        write("tempting.scale", TEMPTING);
        write("day.csv", "seconds,rate\n0,10\n60,20\n");
        // A home with settings that a run would heed, and programs that leave a mark.
        let home = lab.home();
        std::fs::create_dir_all(home.join(".config/scalec")).unwrap();
        std::fs::create_dir_all(home.join("bin")).unwrap();
        std::fs::write(home.join(".config/scalec/config.toml"), "allow = [").unwrap();
        for name in ["kubectl", "git", "sh", "bash", "curl", "cargo", "aws"] {
            let path = home.join("bin").join(name);
            std::fs::write(&path, format!("#!/bin/sh\n: > '{}'\n", lab.mark().display())).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        lab
    }
    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }
    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }
    fn mark(&self) -> PathBuf {
        self.folder.path().join("mark")
    }

    /// `before` and its arguments start the program, as `unshare -n` does.
    fn command(&self, before: &[&str], format: &str) -> Command {
        let binary = env!("CARGO_BIN_EXE_scalec");
        let mut words = before.iter().copied().chain([binary, "check", "--format", format]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).current_dir(self.project()).env_clear().stdin(Stdio::null());
        command
    }

    fn poisoned(&self, before: &[&str], format: &str) -> Command {
        let home = self.home();
        let mut command = self.command(before, format);
        command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join(".config")).env("PATH", home.join("bin")).env("PWD", "/nowhere");
        for proxy in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env(proxy, "http://127.0.0.1:1");
        }
        let others = [
            ("KAFKA_BROKERS", "evil.example:9092"),
            ("TOPIC", "stolen"),
            ("USER", "mallory"),
            ("KAFKA_PASSWORD", "hunter2hunter2"),
            ("KAFKA_PASSWORD_FILE", "/etc/passwd"),
            ("PROM_URL", "http://evil.example"),
            ("KINESIS_ENDPOINT", "http://evil.example"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("AWS_REGION", "xx-nowhere-1"),
            ("SCALEC_FORMAT", "json"),
            ("SCALEC_ALLOW", "W0510"),
            ("SCALEC_DENY", "warnings"),
            ("SCALEC_CONFIG", "/nowhere"),
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("TZ", "Pacific/Kiritimati"),
            ("COLUMNS", "20"),
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("CLICOLOR_FORCE", "1"),
            ("FORCE_COLOR", "3"),
            ("FORCE_HYPERLINK", "1"),
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("RUST_BACKTRACE", "full"),
            ("RUST_LOG", "trace"),
        ];
        command.envs(others);
        command
    }
}

/// The code, standard output, standard error.
fn said(mut command: Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

fn works(command: &[&str]) -> bool {
    let run = Command::new(command[0]).args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

#[test]
fn the_environment_changes_nothing_that_is_said() {
    let lab = Lab::new();
    for format in FORMATS {
        let clean = said(lab.command(&[], format));
        assert!(clean.0 == Some(2) && clean.1.contains("tempting.scale") && clean.1.len() > 10_000, "{format}: {}{}", clean.1, clean.2);
        let poisoned = said(lab.poisoned(&[], format));
        assert_eq!(poisoned, clean, "{format}");
        assert_eq!(said(lab.command(&[], format)), clean, "{format}: twice the same");
        for word in ["evil", "stolen", "mallory", "hunter2", "AKIAIOSFODNN7EXAMPLE"] {
            assert!(!clean.1.contains(word), "{format}: {word}");
        }
    }
    assert!(!lab.mark().exists(), "a program was run");
}

#[test]
fn no_network_is_needed() {
    // Whoever may not do so gets it together with a user namespace, where the system has them.
    let Some(alone) = [&["unshare", "-n"][..], &["unshare", "-r", "-n"]].into_iter().find(|alone| works(&[alone, &["true"][..]].concat())) else {
        eprintln!("NOT TESTED: `unshare -n` is not allowed here, so nothing can be checked without a network");
        return;
    };
    let lab = Lab::new();
    for format in FORMATS {
        assert_eq!(said(lab.poisoned(alone_path(alone).as_slice(), format)), said(lab.command(&[], format)), "{format}");
    }
    assert!(!lab.mark().exists(), "a program was run");
}

/// With the place of the program, which the poisoned `PATH` does not have.
fn alone_path(alone: &'static [&'static str]) -> Vec<&'static str> {
    let place = ["/usr/bin/unshare", "/bin/unshare"].into_iter().find(|place| Path::new(place).exists());
    place.into_iter().chain(alone[if place.is_some() { 1 } else { 0 }..].iter().copied()).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn no_socket_is_opened_and_no_program_started() {
    if !works(&["strace", "-f", "-e", "trace=execve", "-o", "/dev/null", "true"]) {
        eprintln!("NOT TESTED: there is no strace here, or it may not be used");
        return;
    }
    let lab = Lab::new();
    let log = lab.folder.path().join("calls");
    for format in FORMATS {
        let log_name = log.to_str().unwrap();
        let before = ["/usr/bin/strace", "-f", "-qq", "-e", "trace=%network,execve,execveat,openat,open", "-o", log_name];
        let (exit, out, err) = said(lab.poisoned(&before, format));
        assert!(exit == Some(2) && !out.is_empty(), "{out}{err}");
        let calls = std::fs::read_to_string(&log).unwrap();
        let (mut started, mut read) = (0, 0);
        for call in calls.lines().map(|line| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')) {
            let name = call.split('(').next().unwrap_or_default();
            match name {
                "execve" | "execveat" => started += 1,
                "open" | "openat" => {
                    read += usize::from(call.contains(".scale\""));
                    assert!(!call.contains("/home/.config") && !call.contains("/etc/passwd"), "{format}: {call}");
                }
                // What goes on in threads at once is told in two lines; signals and ends are no calls.
                _ if call.starts_with("<...") || call.starts_with("+++") || call.starts_with("---") => {}
                _ => panic!("{format}: {call}"),
            }
        }
        assert!(started == 1 && read > 50, "{format}: {started} programs started, {read} files read\n{calls}");
    }
}
