//! What `scalec check` prints for other programs: every broken file of the corpus in every format, held against the formats' own rules.

use serde_json::Value;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn check(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scalec"));
    let out = command.current_dir(folder).arg("check").args(args).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

fn json(folder: &Path, format: &str, args: &[&str]) -> Value {
    let (_, out, err) = check(folder, &[&["--format", format], args].concat());
    assert_eq!(err, "", "{format} is one document, and nothing goes with it");
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}\n{out}"))
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

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/broken")
}

fn names() -> Vec<String> {
    let entries = std::fs::read_dir(corpus()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.filter(|n| n.ends_with(".scale")).collect();
    names.sort();
    names
}

/// What is wrong with a SARIF log by the standard's schema.
fn invalid(log: &Value) -> Vec<String> {
    static SCHEMA: std::sync::LazyLock<jsonschema::Validator> = std::sync::LazyLock::new(|| {
        let schema: Value = serde_json::from_str(include_str!("schemas/sarif-2.1.0.json")).unwrap();
        jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
    });
    SCHEMA.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[test]
fn the_validator_finds_what_is_wrong() {
    let folder = project(&[("a.scale", "let warm_up = 30mins\n")]);
    let log = json(folder.path(), "sarif", &[]);
    assert_eq!(invalid(&log), Vec::<String>::new());
    let region = "/runs/0/results/0/locations/0/physicalLocation/region";
    for (pointer, wrong) in [("/runs/0/results/0/level", Value::from("fatal")), ("/version", Value::from("2.2.0")), (region, serde_json::json!({"startLine": 0}))] {
        let mut log = log.clone();
        *log.pointer_mut(pointer).unwrap() = wrong.clone();
        assert!(!invalid(&log).is_empty(), "{pointer} = {wrong}");
    }
}

#[test]
fn sarif_of_every_broken_file_is_valid_and_says_what_json_says() {
    for name in names() {
        let (log, found) = (json(&corpus(), "sarif", &[&name]), json(&corpus(), "json", &[&name]));
        assert_eq!(invalid(&log), Vec::<String>::new(), "{name}");
        let (results, found) = (list(&log, "/runs/0/results"), list(&found, "/diagnostics"));
        assert!(results.len() == found.len() && !found.is_empty(), "{name}");
        let rules = list(&log, "/runs/0/tool/driver/rules");
        for (result, d) in results.iter().zip(found) {
            let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!((&result["ruleId"], &rule["id"], &result["level"]), (&d["code"], &d["code"], &d["severity"]), "{name}");
            assert!(rule["help"]["markdown"].as_str().unwrap().contains("```scale\n"), "{name}: {rule}");
            assert_eq!(result["message"]["text"].as_str().unwrap().lines().next(), d["message"].as_str().unwrap().lines().next(), "{name}");
            let place = |location: &Value| {
                let region = &location["physicalLocation"]["region"];
                (location["physicalLocation"]["artifactLocation"]["uri"].clone(), ["startLine", "startColumn", "endLine", "endColumn"].map(|k| region[k].clone()))
            };
            let told = |d: &Value| (d["file"].clone(), ["line", "column", "end_line", "end_column"].map(|k| d[k].clone()));
            assert_eq!(place(&result["locations"][0]), told(d), "{name}");
            let related: Vec<_> = list(result, "/relatedLocations").iter().map(place).collect();
            assert_eq!(related, list(d, "/labels").iter().map(told).collect::<Vec<_>>(), "{name}");
            assert_eq!(list(result, "/fixes").len(), list(d, "/fixes").len(), "{name}");
        }
    }
}

#[test]
fn all_broken_files_together_have_fingerprints_of_their_own() {
    let (log, issues) = (json(&corpus(), "sarif", &["."]), json(&corpus(), "gitlab", &["."]));
    assert_eq!(invalid(&log), Vec::<String>::new());
    let (results, issues) = (list(&log, "/runs/0/results"), issues.as_array().unwrap());
    assert_eq!(results.len(), issues.len());
    let mut seen = HashSet::new();
    for (result, issue) in results.iter().zip(issues) {
        let fingerprint = issue["fingerprint"].as_str().unwrap();
        assert!(seen.insert(fingerprint.to_string()), "twice: {issue:#}");
        assert_eq!(result["partialFingerprints"]["scalec/v1"], fingerprint);
        // Files in which a credential was found have none.
        if let Some(line_hash) = result["partialFingerprints"]["primaryLocationLineHash"].as_str() {
            let (hash, times) = line_hash.split_once(':').unwrap();
            assert!(u64::from_str_radix(hash, 16).is_ok() && times.parse::<u32>().is_ok(), "{line_hash}");
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[test]
fn gitlab_gets_what_its_report_must_have() {
    for name in names() {
        let (issues, found) = (json(&corpus(), "gitlab", &[&name]), json(&corpus(), "json", &[&name]));
        let (issues, found) = (issues.as_array().unwrap(), list(&found, "/diagnostics"));
        assert_eq!(issues.len(), found.len(), "{name}");
        for (issue, d) in issues.iter().zip(found) {
            assert_eq!(issue["check_name"], d["code"], "{name}");
            assert!(issue["description"].as_str().unwrap().contains(d["message"].as_str().unwrap()), "{name}");
            assert!(["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap()), "{name}");
            assert_eq!((&issue["location"]["path"], &issue["location"]["lines"]["begin"]), (&d["file"], &d["line"]), "{name}");
        }
    }
}

#[test]
fn github_gets_a_line_for_each_finding() {
    for name in names() {
        let (_, out, _) = check(&corpus(), &["--format", "github", &name]);
        let found = json(&corpus(), "json", &[&name]);
        let found = list(&found, "/diagnostics");
        assert_eq!(out.lines().count(), found.len(), "{name}");
        for (line, d) in out.lines().zip(found) {
            let command = match d["severity"].as_str() {
                Some("error") => "error",
                Some("warning") => "warning",
                _ => "notice",
            };
            let head = format!("::{command} file={},line={},", d["file"].as_str().unwrap(), d["line"]);
            let title = format!(",title={}::", d["code"].as_str().unwrap());
            assert!(line.starts_with(&head) && line.contains(&title), "{name}: {line}");
            let message = line.split_once(&title).unwrap().1;
            let plain = message.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
            assert!(plain.starts_with(d["message"].as_str().unwrap()), "{name}: {plain}");
            for note in list(d, "/notes") {
                assert!(plain.contains(note.as_str().unwrap()), "{name}: {plain}");
            }
            assert!(plain.contains(d["help"].as_str().unwrap_or_default()), "{name}: {plain}");
        }
    }
}

#[test]
fn fixes_as_sarif_tells_them_mend_the_file() {
    let text = "# é\nlet warm_up = 30mins\nlet calm = 10secs\n";
    let folder = project(&[("a.scale", text)]);
    let log = json(folder.path(), "sarif", &[]);
    let mut lines: Vec<Vec<char>> = text.lines().map(|l| l.chars().collect()).collect();
    for result in list(&log, "/runs/0/results") {
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], "a.scale");
        for edit in list(change, "/replacements") {
            let at = |key: &str| edit["deletedRegion"][key].as_u64().unwrap() as usize - 1;
            assert_eq!(at("startLine"), at("endLine"));
            let new = edit["insertedContent"]["text"].as_str().unwrap().chars();
            lines[at("startLine")].splice(at("startColumn")..at("endColumn"), new);
        }
    }
    let mended: String = lines.into_iter().map(|l| l.into_iter().collect::<String>() + "\n").collect();
    assert_eq!(mended, "# é\nlet warm_up = 30m\nlet calm = 10s\n");
}

#[test]
fn what_cannot_be_read_comes_out_in_every_format() {
    let folder = project(&[("empty/readme.txt", ""), ("a.scale", "let a = 1\n")]);
    let args = ["nope, or 100%.scale", "empty", "a.scale"];
    let (exit, out, _) = check(folder.path(), &[&["--format", "github"][..], &args].concat());
    assert_eq!((exit, out.lines().count()), (2, 2), "{out}");
    assert!(out.starts_with("::error file=nope%2C or 100%25.scale,line=1,col=1,endLine=1,endColumn=1,title=E0107::cannot read `nope, or 100%25.scale`: "), "{out}");
    let log = json(folder.path(), "sarif", &args);
    assert_eq!(invalid(&log), Vec::<String>::new());
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!((place["artifactLocation"]["uri"].as_str(), place["region"]["startLine"].as_u64()), (Some("nope%2C%20or%20100%25.scale"), Some(1)));
    let issues = json(folder.path(), "gitlab", &args);
    assert_eq!((issues[0]["location"]["path"].as_str(), issues[1]["location"]["path"].as_str()), (Some("nope, or 100%.scale"), Some("empty")));
    for format in ["human", "short", "json", "sarif", "github", "gitlab"] {
        let (exit, out, _) = check(folder.path(), &[&["--format", format][..], &args].concat());
        assert!(exit == 2 && out.matches("E0107").count() >= 2, "{format}: {out}");
        let (exit, out, _) = check(folder.path(), &["--format", format, "a.scale"]);
        assert!(exit == 0 && !out.contains("E0"), "{format}: {out}");
    }
}

#[test]
fn nothing_found_is_an_empty_report() {
    let folder = project(&[("a.scale", "let a = 1\n")]);
    let log = json(folder.path(), "sarif", &[]);
    assert_eq!(invalid(&log), Vec::<String>::new());
    assert!(log["runs"][0]["results"].as_array().is_some_and(Vec::is_empty) && log["runs"][0]["tool"]["driver"]["rules"].as_array().is_some_and(Vec::is_empty));
    assert_eq!(json(folder.path(), "gitlab", &[]), Value::Array(Vec::new()));
    assert_eq!(check(folder.path(), &["--format", "github"]).1, "");
}

#[test]
fn every_format_reads_as_it_did() {
    let shop = "target orders = kinesis {\n  stream   = \"orders\"\n  region   = \"eu-west-1\"\n  shards   = 3\n  endpoint = \"http://localhost:4567\"\n}\n";
    let main = "import shop from \"shared/shop.scale\"\n\nlet warm_up = 30mins\n\nevent click {\n  field at = now()\n}\n\ntest \"sale\" {\n  seed = 1\n\n  \
                send click to shop.orders\n\n  phase sale = hold 4_000/s for warm_up\n  phase burst = hold 4_000/s for 10m\n  phase calm = ramp 1_000/s to 1_000/s over 10m\n\n  \
                expect errors.ratio < 1% always\n}\n";
    let folder = project(&[("main.scale", main), ("shared/shop.scale", shop)]);
    for format in ["sarif", "github", "gitlab", "short"] {
        let (_, out, _) = check(folder.path(), &["--format", format, "main.scale"]);
        let out = if format == "sarif" { short_sarif(&out) } else { out };
        insta::with_settings!({ snapshot_path => "formats", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format, out);
        });
    }
}

/// Without what changes with each version and with each word in the pages of the codes.
fn short_sarif(out: &str) -> String {
    let mut log: Value = serde_json::from_str(out).unwrap();
    let driver = log.pointer_mut("/runs/0/tool/driver").unwrap();
    (driver["version"], driver["semanticVersion"]) = ("…".into(), "…".into());
    for rule in driver["rules"].as_array_mut().unwrap() {
        (rule["fullDescription"], rule["help"]) = ("…".into(), "…".into());
    }
    serde_json::to_string_pretty(&log).unwrap()
}

/// Every broken file of the corpus, and the sound ones, as often as it takes to be worth several threads.
fn crowd() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for from in ["tests/corpus/broken", "tests/corpus/ok", "scenarios"] {
        let to = folder.path().join(from);
        assert!(Command::new("mkdir").arg("-p").arg(to.parent().unwrap()).status().unwrap().success());
        assert!(Command::new("cp").arg("-R").arg(root.join(from)).arg(to).status().unwrap().success());
    }
    folder
}

#[cfg(target_os = "linux")]
#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = crowd();
    let on = |processors: &[&str], format: &str| {
        let mut words = processors.iter().copied().chain([env!("CARGO_BIN_EXE_scalec"), "check", "--format", format]);
        let out = Command::new(words.next().unwrap()).args(words).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    for format in ["json", "human", "sarif"] {
        let many = on(&[], format);
        assert!(many.0 == Some(2) && many.1.len() > 100_000, "{}", many.2);
        for _ in 0..3 {
            assert!(on(&[], format) == many, "{format}: twice is not the same");
        }
        assert!(on(&["taskset", "-c", "0"], format) == many, "{format}: one processor says something else");
    }
}

#[test]
fn a_file_is_told_the_same_alone_and_in_company() {
    let folder = crowd();
    let all = json(folder.path(), "json", &[]);
    for name in names() {
        let path = format!("tests/corpus/broken/{name}");
        let of = |found: &Value| list(found, "/diagnostics").iter().filter(|d| d["file"] == path.as_str()).cloned().collect::<Vec<_>>();
        assert_eq!(of(&all), of(&json(folder.path(), "json", &[&path])), "{name}");
    }
}
