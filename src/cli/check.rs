//! `scalec check`

use super::rewrite::rewrite;
use super::{CheckArgs, CheckFormat, Exit, Screen, current_folder};
use crate::analysis::{Analysis, Options, analyze};
use crate::diagnostics::{Code, Severity, codes, mend, render, suggest};
use crate::loader;
use crate::source::FileId;
use std::path::Path;

pub fn check(args: &CheckArgs, screen: &mut Screen) -> Exit {
    let allowed = match allowed(&args.allow) {
        Ok(allowed) => allowed,
        Err(message) => {
            screen.error(&message);
            return Exit::Wrong;
        }
    };
    let cwd = match current_folder(screen) {
        Ok(cwd) => cwd,
        Err(exit) => return exit,
    };
    let look = || {
        let mut analysis = analyze(loader::load(&args.paths, &cwd), &Options { sets: args.sets.clone(), batch: true });
        analysis.diagnostics.retain(|d| !allowed.contains(&d.code));
        analysis
    };
    let mut analysis = look();
    let mut mended = 0;
    // One fix may uncover another; a circle of fixes must end all the same.
    for _ in 0..ROUNDS {
        match if args.fix { mend(&analysis, args.unsafe_too, &cwd) } else { Ok(0) } {
            Ok(0) => break,
            Ok(count) => mended += count,
            Err(message) => {
                screen.error(&message);
                return Exit::CouldNot;
            }
        }
        analysis = look();
    }
    let (map, found) = (&analysis.workspace.map, &analysis.diagnostics);
    let text = match args.format {
        CheckFormat::Human => render::human(map, found, screen.look_out()),
        CheckFormat::Short => render::short(map, found),
        CheckFormat::Json => render::json(map, found, analysis.workspace.roots.len()),
        CheckFormat::Sarif => render::sarif(map, found),
        CheckFormat::Github => render::github(map, found),
        CheckFormat::Gitlab => render::gitlab(map, found),
    };
    screen.out(&text);
    let denied = args.deny.is_some() && found.iter().any(|d| d.severity() == Severity::Warning) || analysis.has_denied_warnings();
    if !args.format.is_document() {
        if args.fix {
            screen.err(&format!("{} mended\n", counted(mended, "mistake")));
        }
        let denied = match denied && !analysis.has_errors() {
            true if args.deny.is_none() => " (scale.toml denies warnings)",
            true => " (warnings are denied)",
            false => "",
        };
        screen.err(&format!("{}{denied}\n", summary(&analysis)));
    }
    let exit = if denied || analysis.has_errors() { Exit::Wrong } else { Exit::Pass };
    // The program ends here: taking trees and plans apart piece by piece would only cost time.
    std::mem::forget(analysis);
    exit
}

const ROUNDS: usize = 10;

/// Writes the files that fixes change; returns how many fixes were taken.
fn mend(analysis: &Analysis, unsafe_too: bool, cwd: &Path) -> Result<usize, String> {
    let workspace = &analysis.workspace;
    let given: Vec<FileId> = workspace.project_files.iter().chain(&workspace.roots).copied().collect();
    let (files, count) = mend::mend(&workspace.map, &given, &analysis.diagnostics, unsafe_too);
    for mended in files {
        let path = &workspace.map.file(mended.file).path;
        rewrite(&cwd.join(path), path, &workspace.map.file(mended.file).text, &mended.text)?;
    }
    Ok(count)
}

/// "3 errors, 1 warning in 2 files"; "2 files, nothing to complain about".
pub fn summary(analysis: &Analysis) -> String {
    let count = |s: Severity| analysis.diagnostics.iter().filter(|d| d.severity() == s).count();
    let files = counted(analysis.workspace.roots.len(), "file");
    let parts: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Hint, "hint")]
        .into_iter()
        .filter(|(severity, _)| count(*severity) > 0)
        .map(|(severity, word)| counted(count(severity), word))
        .collect();
    if parts.is_empty() { format!("{files}, nothing to complain about") } else { format!("{} in {files}", parts.join(", ")) }
}

pub fn counted(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

fn allowed(names: &[String]) -> Result<Vec<Code>, String> {
    names
        .iter()
        .map(|name| {
            let upper = name.trim().to_uppercase();
            match Code::parse(&upper) {
                Some(code) if code.severity() == Severity::Error => Err(format!("--allow {code}: errors cannot be allowed, only warnings")),
                Some(code) => Ok(code),
                None => {
                    let warnings = codes::ALL.iter().filter(|c| c.severity() != Severity::Error).map(|c| c.as_str());
                    let near = suggest::nearest(&upper, warnings).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
                    Err(format!("--allow {name}: there is no such code{near}"))
                }
            }
        })
        .collect()
}
