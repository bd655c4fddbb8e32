//! Which files are read, what imports and `replay` lines lead to, and what they may not lead to.

use scalec::loader::{Live, load};
use scalec::resolve::workspace::{LinkError, Workspace};
use scalec::source::FileId;
use std::path::{Path, PathBuf};

fn link(ws: &Workspace, path: &str) -> Result<String, LinkError> {
    let id = ws.roots[0];
    ws.imports[&(id, path.to_string())].clone().map(|id| ws.map.file(id).path.clone())
}

fn importing(path: &str, others: &[(&str, &str)]) -> Result<String, LinkError> {
    let main = format!("import x from \"{path}\"\n");
    let mut files = vec![("scenarios/main.scale", main.as_str())];
    files.extend(others);
    link(&Workspace::from_texts(&files), path)
}

fn names(ws: &Workspace) -> Vec<&str> {
    ws.map.files().iter().map(|f| f.path.as_str()).collect()
}

#[test]
fn imports_are_relative_to_their_file() {
    let shop = ("scenarios/shared/shop.scale", "import base from \"../../base.scale\"\n");
    let base = ("base.scale", "let a = 1\n");
    assert_eq!(importing("shared/shop.scale", &[shop, base]), Ok("scenarios/shared/shop.scale".to_string()));
    assert_eq!(importing("./shared/../shared/shop.scale", &[shop, base]), Ok("scenarios/shared/shop.scale".to_string()));
    let ws = Workspace::from_texts(&[("scenarios/main.scale", "import x from \"shared/shop.scale\"\n"), shop, base]);
    assert_eq!(names(&ws), ["scenarios/main.scale", "scenarios/shared/shop.scale", "base.scale"]);
    assert_eq!(ws.roots, [FileId(0)]);
    assert!(ws.units.iter().enumerate().all(|(i, u)| u.id.0 as usize == i));
}

#[test]
fn a_circle_of_imports_is_read_once() {
    let ws = Workspace::from_texts(&[("a.scale", "import b from \"b.scale\"\n"), ("b.scale", "import a from \"a.scale\"\n")]);
    assert_eq!(names(&ws), ["a.scale", "b.scale"]);
    assert_eq!(ws.imports[&(FileId(1), "a.scale".to_string())], Ok(FileId(0)));
}

#[test]
fn what_is_missing_comes_with_what_is_near() {
    let near = |path: &str, there: &str| match importing(path, &[(there, "let a = 1\n")]) {
        Err(LinkError::NotFound { candidates }) => candidates,
        other => panic!("{other:?}"),
    };
    assert_eq!(near("shared/shpo.scale", "scenarios/shared/shop.scale"), ["shared/shop.scale"]);
    assert_eq!(near("shard/shop.scale", "scenarios/shared/shop.scale"), ["shared/shop.scale"]);
    assert_eq!(near("shop.scale", "scenarios/shared/shop.scale"), ["shared/shop.scale"]);
    assert_eq!(near("shared/shop", "scenarios/shared/shop.scale"), ["shared/shop.scale"]);
    assert_eq!(near("xyz.scale", "scenarios/shared/shop.scale"), Vec::<String>::new());
}

#[test]
fn imports_stay_in_the_project() {
    assert_eq!(importing("/etc/passwd", &[]), Err(LinkError::Absolute));
    assert_eq!(importing("C:/x.scale", &[]), Err(LinkError::Absolute));
    assert_eq!(importing("~/x.scale", &[]), Err(LinkError::Absolute));
    assert!(matches!(importing("../../x.scale", &[]), Err(LinkError::OutsideRoot { .. })));
    assert!(matches!(importing("../../../../../../x.scale", &[]), Err(LinkError::OutsideRoot { .. })));
    assert_eq!(importing("../x.scale", &[("x.scale", "let a = 1\n")]), Ok("x.scale".to_string()));
}

#[test]
fn the_project_root_is_the_nearest_marked_folder_or_the_folder_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("p/s/main.scale", "import x from \"../x.scale\"\n");
    write("p/x.scale", "let a = 1\n");
    let look = |given: &str| link(&load(&[PathBuf::from(given)], folder.path()), "../x.scale");
    assert!(matches!(look("p/s/main.scale"), Err(LinkError::OutsideRoot { .. })));
    // A folder given holds its files together.
    let ws = load(&[PathBuf::from("p")], folder.path());
    assert_eq!(names(&ws), ["p/s/main.scale", "p/x.scale"]);
    assert_eq!(link(&ws, "../x.scale"), Ok("p/x.scale".to_string()));
    write("p/scale.toml", "");
    assert_eq!(look("p/s/main.scale"), Ok("p/x.scale".to_string()));
    // Shown as the user gave it.
    let absolute = folder.path().join("p/s/main.scale");
    assert_eq!(load(std::slice::from_ref(&absolute), Path::new("/")).map.files()[0].path, absolute.to_str().unwrap());
    assert_eq!(names(&load(&[PathBuf::from("./main.scale")], &folder.path().join("p/s"))), ["main.scale", "../scale.toml", "../x.scale"]);
}

#[test]
fn broken_files_are_named_where_they_are_imported() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.scale"), b"\xff\xfe").unwrap();
    std::fs::write(folder.path().join("main.scale"), "import a from \"bad.scale\"\nimport b from \"sub\"\n").unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    for given in [&["main.scale"][..], &["main.scale", "bad.scale"]] {
        let paths: Vec<PathBuf> = given.iter().map(PathBuf::from).collect();
        let ws = load(&paths, folder.path());
        assert_eq!(link(&ws, "bad.scale"), Err(LinkError::Unreadable("it is not UTF-8 text".to_string())), "{given:?}");
        assert_eq!(link(&ws, "sub"), Err(LinkError::Unreadable("it is a folder".to_string())), "{given:?}");
    }
}

#[test]
fn replay_tables_are_read_beside_their_file() {
    let main = "test \"t\" {\n  phase a = replay \"day.csv\"\n  repeat 2 {\n    phase b = replay \"dya.csv\" scale 2x\n  }\n}\n";
    let ws = Workspace::from_texts(&[("s/main.scale", main), ("s/day.csv", "seconds,rate\n0,1\n")]);
    assert_eq!(ws.tables[&(FileId(0), "day.csv".to_string())], Ok("seconds,rate\n0,1\n".to_string()));
    let missing = LinkError::NotFound { candidates: vec!["day.csv".to_string()] };
    assert_eq!(ws.tables[&(FileId(0), "dya.csv".to_string())], Err(missing));
}

#[test]
fn a_file_is_read_once_however_often_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.scale"), "import b from \"b.scale\"\n").unwrap();
    std::fs::write(folder.path().join("b.scale"), "let x = 1\n").unwrap();
    let paths = ["a.scale", "./a.scale", "b.scale", "."].map(PathBuf::from);
    let ws = load(&paths, folder.path());
    assert_eq!(names(&ws), ["a.scale", "b.scale"]);
    assert_eq!(ws.roots, [FileId(0), FileId(1)]);
}

#[test]
fn many_files_are_parsed_as_one_would_be() {
    let folder = tempfile::tempdir().unwrap();
    let text = "let a = 1\n".repeat(5_000);
    for i in 0..12 {
        std::fs::write(folder.path().join(format!("f{i:02}.scale")), &text).unwrap();
    }
    let ws = load(&[], folder.path());
    assert_eq!(ws.units.len(), 12);
    assert!(ws.units.iter().enumerate().all(|(i, u)| u.id.0 as usize == i && u.ast.id == u.id && u.ast.items.len() == 5_000));
}

#[test]
fn a_folder_that_is_open_in_an_editor_holds_its_files_together() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    std::fs::create_dir(root.join("s")).unwrap();
    std::fs::write(root.join("s/main.scale"), "import x from \"../x.scale\"\n").unwrap();
    std::fs::write(root.join("x.scale"), "let a = 1\n").unwrap();
    let mut live = Live::default();
    assert_eq!(link(&live.load(&root.join("s/main.scale"), Some(&root)), "../x.scale"), Ok("x.scale".to_string()));
    assert!(matches!(link(&live.load(&root.join("s/main.scale"), None), "../x.scale"), Err(LinkError::OutsideRoot { .. })));
}

#[test]
fn what_is_being_edited_stands_before_the_disk_and_nothing_is_parsed_twice() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let (main, shop) = (root.join("main.scale"), root.join("shop.scale"));
    std::fs::write(&main, "import shop from \"shop.scale\"\nlet a = 1\n").unwrap();
    std::fs::write(&shop, "let b = 1\n").unwrap();
    let mut live = Live::default();
    let first = live.load(&main, Some(&root));
    assert_eq!(names(&first), ["main.scale", "shop.scale"]);

    let known = live.edit(&main, "import shop from \"shop.scale\"\nimport aws from \"std/aws\"\nlet a = 2\n".into());
    let second = live.load(&main, Some(&root));
    assert_eq!(second.roots, first.roots);
    assert_eq!(second.units[0].ast.items.len(), 3);
    assert!(std::sync::Arc::ptr_eq(&first.units[1], &second.units[1]), "the import was parsed again");
    assert_eq!(live.path(FileId(1)), Some(shop.as_path()));
    assert_eq!(live.path(FileId(2)), Some(Path::new("std/aws")));

    // A file of its own: ids that it does without are empty.
    let other = live.load(&shop, Some(&root));
    assert_eq!((other.roots.as_slice(), other.units.len(), other.units[0].ast.items.len()), ([FileId(1)].as_slice(), 2, 0));

    // Deleted while it is being edited, and never saved: both are there.
    std::fs::remove_file(&main).unwrap();
    assert_eq!(live.load(&main, Some(&root)).units[0].ast.items.len(), 3);
    live.release(&known);
    assert!(live.load(&main, Some(&root)).units.last().unwrap().diagnostics[0].message.contains("no such file"));
    live.edit(&root.join("new.scale"), "let c = 1\n".into());
    assert_eq!(live.load(&root.join("new.scale"), None).units.last().unwrap().ast.items.len(), 1);

    std::fs::write(&shop, "let b = 1\nlet c = 2\n").unwrap();
    assert_eq!(live.load(&shop, Some(&root)).units[1].ast.items.len(), 2);
    assert_eq!(live.load_module("aws").map.file(FileId(2)).path, "std/aws.scale");
    assert_eq!(live.load_text("untitled:1", "let x = 1\n").roots.len(), 1);
}
