//! Each fix that the checker offers does what it says: alone, and all of them together through the command. Told on every file of the broken
//! corpus and on every failing example of `docs/errors`.

use scalec::analysis::{Analysis, Options, analyze};
use scalec::diagnostics::{Diagnostic, Fix, pages};
use scalec::source::FileId;
use scalec::{format, loader, syntax};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A project in a folder of its own: the file that is checked, and those around it.
struct Case {
    name: String,
    folder: tempfile::TempDir,
}

impl Case {
    fn of_corpus(path: &Path) -> Case {
        let folder = tempfile::tempdir().unwrap();
        let around = path.parent().unwrap();
        copy(around, folder.path(), Some(path.file_name().unwrap().to_str().unwrap()));
        let text = std::fs::read(path).unwrap();
        std::fs::write(folder.path().join("main.scale"), text).unwrap();
        Case { name: path.file_name().unwrap().to_string_lossy().into_owned(), folder }
    }
    fn of_page(code: &str, page: &str) -> Option<Case> {
        let folder = tempfile::tempdir().unwrap();
        let mut block: Option<(Option<String>, String)> = None;
        for line in page.lines() {
            match (&mut block, line.strip_prefix("```")) {
                (None, Some(info)) => {
                    // What needs the command line or another encoding has no fix.
                    if info.contains("set=") || info.contains("encoding=") {
                        return None;
                    }
                    let name = info.split_whitespace().find_map(|w| w.strip_prefix("file=")).unwrap_or("main.scale").to_string();
                    block = Some(((!info.contains("mended")).then_some(name), String::new()));
                }
                (Some((name, text)), Some(_)) => {
                    if let Some(name) = name {
                        let path = folder.path().join(name);
                        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                        std::fs::write(path, text).unwrap();
                    }
                    block = None;
                }
                (Some((_, text)), None) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (None, None) => {}
            }
        }
        std::fs::write(folder.path().join("scale.toml"), "").unwrap();
        Some(Case { name: format!("{code}.md"), folder })
    }
    fn path(&self) -> PathBuf {
        self.folder.path().join("main.scale")
    }
    fn analysed(&self) -> Analysis {
        analyze(loader::load(&[PathBuf::from("main.scale")], self.folder.path()), &Options::default())
    }
}

/// The folder without the other cases beside the one that is wanted: libraries and tables only.
fn copy(from: &Path, to: &Path, leave_out: Option<&str>) {
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            std::fs::create_dir_all(to.join(&name)).unwrap();
            copy(&path, &to.join(&name), None);
        } else if leave_out.is_none() || path.extension().is_some_and(|e| e != "scale") {
            std::fs::copy(&path, to.join(&name)).unwrap();
        }
    }
    std::fs::write(to.join("scale.toml"), "").unwrap();
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/broken");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "scale")).collect();
    files.sort();
    files.iter().map(|path| Case::of_corpus(path)).chain(pages::PAGES.iter().filter_map(|(code, page)| Case::of_page(code, page))).collect()
}

fn syntax_errors(found: &[Diagnostic]) -> usize {
    found.iter().filter(|d| d.code.as_str().starts_with("E01")).count()
}

/// The text after one fix; `None` where it also edits another file.
fn applied(text: &str, fix: &Fix) -> Option<String> {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|e| std::cmp::Reverse(e.span.start));
    let mut out = text.to_string();
    for edit in edits {
        if edit.span.file != FileId(0) {
            return None;
        }
        out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    Some(out)
}

/// Where an offset of the old text stands in the new one.
fn moved(offset: u32, fix: &Fix) -> i64 {
    let shift: i64 = fix.edits.iter().filter(|e| e.span.end <= offset).map(|e| e.text.len() as i64 - e.span.len() as i64).sum();
    i64::from(offset) + shift
}

#[test]
fn each_fix_mends_what_it_is_offered_for() {
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases() {
        let Ok(text) = std::fs::read_to_string(case.path()) else { continue };
        let before = case.analysed();
        for d in &before.diagnostics {
            for fix in &d.fixes {
                *seen.entry(d.code.to_string()).or_default() += 1;
                let what = format!("{}: {} at {}: {}", case.name, d.code, before.workspace.map.line_column(d.primary.span).line, fix.title);
                let Some(mended) = applied(&text, fix) else { continue };
                if mended == text {
                    wrong.push(format!("{what}: changes nothing"));
                    continue;
                }
                std::fs::write(case.path(), &mended).unwrap();
                let after = case.analysed();
                std::fs::write(case.path(), &text).unwrap();
                // The same thing is not said again of the same place. A fix may leave a neighbour with the same mistake.
                let place = moved(d.primary.span.start, fix);
                let same = |other: &&Diagnostic| other.code == d.code && i64::from(other.primary.span.start) == place && other.message == d.message;
                if let Some(again) = after.diagnostics.iter().find(same) {
                    wrong.push(format!("{what}: is still there: {}\n{mended}", again.message));
                }
                if syntax_errors(&after.diagnostics) > syntax_errors(&before.diagnostics) {
                    wrong.push(format!("{what}: breaks the syntax\n{mended}"));
                }
                if fix.safe && after.diagnostics.len() > before.diagnostics.len() {
                    wrong.push(format!("{what}: is safe, and there are more messages after it\n{mended}"));
                }
                // It can still be laid out, and that is stable.
                let parsed = syntax::parse(FileId(0), &mended);
                if let Some(laid_out) = format::format(&parsed)
                    && format::format(&syntax::parse(FileId(0), &laid_out)).as_deref() != Some(laid_out.as_str())
                {
                    wrong.push(format!("{what}: the layout is not stable after it"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Codes of every group are among those that can be mended.
    assert!(seen.len() >= 25 && seen.values().sum::<usize>() >= 120, "{seen:?}");
}

/// With `--fix` what has a safe fix is gone, with `--unsafe` too what has any; no text is lost, and a second run changes nothing.
#[test]
fn the_command_mends_until_nothing_is_left_to_mend() {
    let mut wrong = Vec::new();
    for case in cases() {
        if std::fs::read_to_string(case.path()).is_err() {
            continue;
        }
        let original = std::fs::read(case.path()).unwrap();
        for unsafe_too in [false, true] {
            std::fs::write(case.path(), &original).unwrap();
            let run = || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_scalec"));
                command.args(["check", "--format", "short", "--fix"]).args(unsafe_too.then_some("--unsafe")).arg("main.scale");
                command.current_dir(case.folder.path()).output().unwrap()
            };
            let output = run();
            assert!(matches!(output.status.code(), Some(0 | 2)), "{}: {output:?}", case.name);
            let mended = std::fs::read(case.path()).unwrap();
            let left = case.analysed().diagnostics;
            // Of alternatives the first is taken; two that want the same place may both be left after the last round only if they undo each other.
            let mendable: Vec<String> = left.iter().filter(|d| d.fixes.iter().any(|f| f.safe || unsafe_too)).map(|d| format!("{}: {}", d.code, d.message)).collect();
            if !mendable.is_empty() {
                wrong.push(format!("{} (unsafe: {unsafe_too}): left to mend: {mendable:?}", case.name));
            }
            run();
            if std::fs::read(case.path()).unwrap() != mended {
                wrong.push(format!("{} (unsafe: {unsafe_too}): a second run changes it again", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file with a unit that has a safe fix; `text` may have a BOM and other line ends.
fn mended_file(text: &str, prepare: impl Fn(&Path)) -> (tempfile::TempDir, std::process::Output) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scale.toml"), "").unwrap();
    std::fs::write(folder.path().join("main.scale"), text).unwrap();
    prepare(folder.path());
    let output = Command::new(env!("CARGO_BIN_EXE_scalec")).args(["check", "--fix", "--unsafe", "main.scale"]).current_dir(folder.path()).output().unwrap();
    (folder, output)
}

#[test]
fn line_ends_and_marks_stay_as_they_are() {
    let (folder, output) = mended_file("\u{feff}let a = 30mins\r\n# kept\r\nlet b = a\r\n", |_| {});
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = std::fs::read_to_string(folder.path().join("main.scale")).unwrap();
    assert_eq!(text, "\u{feff}let a = 30m\r\n# kept\r\nlet b = a\r\n");
}

#[cfg(unix)]
#[test]
fn what_is_written_keeps_its_rights_and_what_may_not_be_written_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |folder: &Path, mode| std::fs::set_permissions(folder.join("main.scale"), std::fs::Permissions::from_mode(mode)).unwrap();
    let (folder, _) = mended_file("let a = 30mins\n", |folder| mode(folder, 0o640));
    let path = folder.path().join("main.scale");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "let a = 30m\n");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);

    let (folder, output) = mended_file("let a = 30mins\n", |folder| mode(folder, 0o440));
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("read-only"), "{output:?}");
    assert_eq!(std::fs::read_to_string(folder.path().join("main.scale")).unwrap(), "let a = 30mins\n");

    let (folder, _) = mended_file("let a = 30mins\n", |folder| {
        std::fs::rename(folder.join("main.scale"), folder.join("real.scale")).unwrap();
        std::os::unix::fs::symlink("real.scale", folder.join("main.scale")).unwrap();
    });
    assert!(std::fs::symlink_metadata(folder.path().join("main.scale")).unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(folder.path().join("real.scale")).unwrap(), "let a = 30m\n");
    // Nothing is left beside it.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
}
