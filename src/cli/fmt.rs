//! `scalec fmt`

use super::check::counted;
use super::rewrite::rewrite;
use super::{Exit, FmtArgs, Screen, current_folder};
use crate::check::credentials::{conceal, hidden};
use crate::diagnostics::{Diagnostic, render};
use crate::format;
use crate::loader;
use crate::resolve::workspace::Workspace;
use crate::source::FileId;
use std::io::Read;
use std::path::Path;

pub fn fmt(args: &FmtArgs, screen: &mut Screen) -> Exit {
    if args.paths.iter().any(|p| p == Path::new("-")) {
        if args.paths.len() > 1 {
            screen.error("`-` stands for standard input, and cannot be mixed with files");
            return Exit::Wrong;
        }
        return standard_input(args, screen);
    }
    let cwd = match current_folder(screen) {
        Ok(cwd) => cwd,
        Err(exit) => return exit,
    };
    let workspace = loader::load(&args.paths, &cwd);
    let (mut changed, mut failed) = (0, 0);
    for id in &workspace.roots {
        let file = workspace.map.file(*id);
        match laid_out(&workspace, *id) {
            Err(diagnostics) => {
                failed += 1;
                complain(&workspace, diagnostics, screen);
            }
            Ok(text) if *text == *file.text => {}
            Ok(text) => {
                changed += 1;
                screen.out(&format!("{}\n", file.path));
                if !args.check && let Err(message) = rewrite(&cwd.join(&file.path), &file.path, &file.text, &text) {
                    failed += 1;
                    screen.error(&message);
                }
            }
        }
    }
    let files = counted(workspace.roots.len(), "file");
    let summary = match (changed, args.check) {
        (0, _) if failed > 0 => format!("{} of {files} could not be laid out", failed),
        (0, _) if workspace.roots.len() == 1 => "1 file is in the canonical layout".to_string(),
        (0, _) => format!("{files} are in the canonical layout"),
        (n, true) => format!("{n} of {files} would change"),
        (n, false) => format!("{n} of {files} changed"),
    };
    screen.err(&format!("{summary}\n"));
    match (failed, changed, args.check) {
        (1.., _, _) => Exit::Wrong,
        (_, 1.., true) => Exit::Failed,
        _ => Exit::Pass,
    }
}

/// A filter for editors: the text goes through unchanged where it cannot be laid out.
fn standard_input(args: &FmtArgs, screen: &mut Screen) -> Exit {
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().lock().take(loader::MAX_FILE + 1).read_to_end(&mut bytes) {
        screen.error(&format!("standard input cannot be read: {error}"));
        return Exit::Wrong;
    }
    let workspace = loader::from_bytes("<stdin>", bytes);
    let id = workspace.roots.first().copied().unwrap_or_default();
    match laid_out(&workspace, id) {
        Ok(text) if args.check => {
            let same = *text == *workspace.map.file(id).text;
            screen.err(if same { "standard input is in the canonical layout\n" } else { "standard input would change\n" });
            if same { Exit::Pass } else { Exit::Failed }
        }
        Ok(text) => {
            screen.out(&text);
            Exit::Pass
        }
        Err(diagnostics) => {
            complain(&workspace, diagnostics, screen);
            Exit::Wrong
        }
    }
}

fn complain(workspace: &Workspace, mut diagnostics: Vec<Diagnostic>, screen: &mut Screen) {
    let mut map = workspace.map.clone();
    conceal(&mut map, &mut diagnostics, hidden(workspace), &[]);
    let text = render::human(&map, &diagnostics, screen.look_err());
    screen.err(&text);
}

/// The file in the canonical layout. One with mistakes of syntax is left alone: what its author meant is not known.
fn laid_out(workspace: &Workspace, id: FileId) -> Result<String, Vec<Diagnostic>> {
    let Some(unit) = workspace.units.get(id.0 as usize) else { return Ok(String::new()) };
    let errors: Vec<Diagnostic> = unit.diagnostics.iter().filter(|d| d.is_error()).cloned().collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(format::layout(&unit.tree))
}
