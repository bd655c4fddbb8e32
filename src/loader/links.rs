//! The paths that a file names, and arithmetic on them.

use crate::syntax::ast;
use std::path::{Component, Path, PathBuf};

#[derive(Default)]
pub struct Links {
    pub imports: Vec<String>,
    /// `replay "path"`
    pub tables: Vec<String>,
    /// `format = avro { schema = "path" }`
    pub schemas: Vec<String>,
}

pub fn of(file: &ast::File) -> Links {
    let mut links = Links::default();
    for item in &file.items {
        match &item.kind {
            ast::ItemKind::Import(import) => links.imports.extend(import.path.as_ref().map(|p| p.value.clone())),
            ast::ItemKind::Test(test) => tables(&test.statements, &mut links),
            ast::ItemKind::Target(target) => links.schemas.extend(schema(&target.body)),
            _ => {}
        }
    }
    links
}

/// The path in `format = avro { schema = "path" }`, where it is a literal.
fn schema(target: &ast::Body) -> Option<String> {
    let setting = |body: &'_ ast::Body, name: &str| {
        body.entries.iter().find_map(|entry| match &entry.kind {
            ast::EntryKind::Setting { key, value, .. } if key.text == name => Some(value.unwrapped().kind.clone()),
            _ => None,
        })
    };
    match setting(target, "format")? {
        ast::ExprKind::Construct { body, .. } => match setting(&body, "schema")? {
            ast::ExprKind::Text(path) => Some(path.value),
            _ => None,
        },
        _ => None,
    }
}

fn tables(statements: &[ast::Statement], links: &mut Links) {
    for statement in statements {
        match &statement.kind {
            ast::StatementKind::Phase(phase) => {
                if let ast::Shape::Replay { path: Some(path), .. } = &phase.shape {
                    links.tables.push(path.value.clone());
                }
            }
            // Nesting is bounded by the syntax stage (128).
            ast::StatementKind::Repeat { statements, .. } => tables(statements, links),
            _ => {}
        }
    }
}

/// Absolute on any system: `/x`, `\x`, `C:\x`, `~/x`.
pub fn is_absolute(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    Path::new(path).is_absolute() || path.starts_with(['/', '\\']) || path.starts_with("~/") || drive || path.contains("://")
}

/// `folder` and `path` without `.` and `..`; `folder` is a real path, so `..` means what it says.
pub fn normal(folder: &Path, path: &str) -> PathBuf {
    let mut out = folder.to_path_buf();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::Normal(name) => out.push(name),
            _ => {}
        }
    }
    out
}

/// A path as shown to people: as it was given, `/`-separated, without a leading `./`; empty for the current folder.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if std::path::MAIN_SEPARATOR == '\\' { text.replace('\\', "/") } else { text.into_owned() };
    let mut rest = text.as_str();
    while let Some(after) = rest.strip_prefix("./") {
        rest = after.trim_start_matches('/');
    }
    let rest = if rest == "." { "" } else { rest };
    if rest.len() > 1 { rest.trim_end_matches('/').to_string() } else { rest.to_string() }
}

/// `path` below `folder`, both as shown, `..` taken away where it can be.
pub fn join(folder: &str, path: &Path) -> String {
    let path = shown(path);
    if folder.is_empty() {
        return path;
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|p| *p != ".." && !p.is_empty()) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The folder of a file, as shown.
pub fn folder_of(shown: &str) -> String {
    match shown.rsplit_once('/') {
        Some(("", _)) => "/".to_string(),
        Some((folder, _)) => folder.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_given() {
        assert_eq!(shown(Path::new("./a/b.scale")), "a/b.scale");
        assert_eq!(shown(Path::new("../a/")), "../a");
        assert_eq!(shown(Path::new(".")), "");
        assert_eq!(join("a/b", Path::new("../c.scale")), "a/c.scale");
        assert_eq!(join("", Path::new("../c.scale")), "../c.scale");
        assert_eq!(join("..", Path::new("../c.scale")), "../../c.scale");
        assert_eq!(join("/a", Path::new("b.scale")), "/a/b.scale");
        assert_eq!(folder_of("a/b.scale"), "a");
        assert_eq!(folder_of("b.scale"), "");
    }

    #[test]
    fn absolute_is_absolute_everywhere() {
        for path in ["/etc/x", "C:\\x", "\\\\host\\x", "~/x", "file:///x"] {
            assert!(is_absolute(path), "{path}");
        }
        assert!(!is_absolute("shared/shop.scale"));
    }
}
