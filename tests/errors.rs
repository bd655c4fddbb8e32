//! Each page of `docs/errors` keeps its word: what it shows failing yields exactly its code, what it shows mended yields nothing.

use scalec::analysis::{Options, analyze};
use scalec::diagnostics::{Code, codes, pages, render};
use scalec::loader;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors")
}

/// One side of a page: files by name, and what the command line adds.
#[derive(Default, Clone)]
struct Example {
    files: BTreeMap<String, Vec<u8>>,
    sets: Vec<(String, String)>,
}

/// The failing and the mended example. ```` ```scale failing ```` is `main.scale`; `file=…` names another one, `set=k=v` is the
/// command line's `--set k=v`, `encoding=latin-1` saves the text that way; `scale with file=…` belongs to both sides.
fn examples(page: &str) -> (Example, Example) {
    let (mut failing, mut mended) = (Example::default(), Example::default());
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(info)) => block = Some((info.to_string(), String::new())),
            (Some((info, text)), Some("")) => {
                let mut words = info.split_whitespace();
                assert_eq!(words.next(), Some("scale"), "a block of another language: {info}");
                let side = words.next().unwrap_or("");
                let (mut name, mut bytes, mut sets) = ("main.scale".to_string(), text.clone().into_bytes(), Vec::new());
                for word in words {
                    match word.split_once('=') {
                        Some(("file", file)) => name = file.to_string(),
                        Some(("set", set)) => sets.extend(set.split_once('=').map(|(k, v)| (k.to_string(), v.to_string()))),
                        Some(("encoding", "latin-1")) => bytes = text.chars().map(|c| u8::try_from(c as u32).unwrap()).collect(),
                        _ => panic!("unknown word in the fence: {word}"),
                    }
                }
                let sides = match side {
                    "failing" => vec![&mut failing],
                    "mended" => vec![&mut mended],
                    "with" => vec![&mut failing, &mut mended],
                    _ => panic!("unknown fence: {info}"),
                };
                for side in sides {
                    side.files.insert(name.clone(), bytes.clone());
                    side.sets.extend(sets.clone());
                }
                block = None;
            }
            (Some((_, text)), _) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(block.is_none(), "a fence is not closed");
    (failing, mended)
}

/// The codes that checking the example's `main.scale` yields, and how it reads.
fn checked(example: &Example) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scale.toml"), "").unwrap();
    for (name, bytes) in &example.files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let workspace = loader::load(&[PathBuf::from("main.scale")], folder.path());
    let analysis = analyze(workspace, &Options { sets: example.sets.clone(), ..Options::default() });
    let codes = analysis.diagnostics.iter().map(|d| d.code.to_string()).collect();
    (codes, render::human(&analysis.workspace.map, &analysis.diagnostics, render::Look::PLAIN))
}

#[test]
fn every_failing_example_yields_its_code_and_every_mended_one_none() {
    let mut wrong = Vec::new();
    for (code, page) in pages::PAGES {
        let (failing, mended) = examples(page);
        assert!(failing.files.contains_key("main.scale") && mended.files.contains_key("main.scale"), "{code}: an example is missing");
        let (found, text) = checked(&failing);
        if found != [*code] {
            wrong.push(format!("{code}: the failing example yields {found:?}\n{text}"));
        }
        let (found, text) = checked(&mended);
        if !found.is_empty() {
            wrong.push(format!("{code}: the mended example yields {found:?}\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} examples are wrong\n\n{}", wrong.len(), 2 * pages::PAGES.len(), wrong.join("\n"));
}

#[test]
fn the_pages_are_those_of_the_codes_that_are_reported() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .map(|n| n.strip_suffix(".md").unwrap_or_else(|| panic!("{n} is no page")).to_string())
        .collect();
    files.sort();
    for code in codes::ALL {
        assert!(files.iter().any(|f| f == code.as_str()), "{code} has no page");
    }
    assert_eq!(files, pages::PAGES.iter().map(|(code, _)| *code).collect::<Vec<_>>(), "docs/errors against what is built in");
    for code in &files {
        assert!(Code::parse(code).is_some(), "{code} stands in docs/errors, but not in the catalogue");
    }
}

/// The codes that stand in the sources as `codes::E0101`.
fn emitted(folder: &Path, out: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            emitted(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") && path.file_name().is_some_and(|n| n != "tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            out.extend(text.split("codes::").skip(1).filter_map(|rest| rest.get(..5)).filter(|c| Code::parse(c).is_some()).map(str::to_string));
        }
    }
}

#[test]
fn what_is_reported_has_a_page_and_what_has_a_page_is_reported() {
    let mut found = BTreeSet::new();
    emitted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let pages: BTreeSet<String> = pages::PAGES.iter().map(|(code, _)| code.to_string()).collect();
    assert_eq!(found.difference(&pages).collect::<Vec<_>>(), Vec::<&String>::new(), "reported without a page");
    assert_eq!(pages.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new(), "explained, but never reported");
}

#[test]
fn every_page_begins_with_its_code_and_is_short() {
    for (code, page) in pages::PAGES {
        assert!(page.starts_with(&format!("# {code}: ")), "{code}: the title");
        let prose: usize = page.split("```").step_by(2).map(|text| text.split_whitespace().count()).sum();
        assert!(prose < 160, "{code}: {prose} words of prose");
    }
}

#[test]
fn mended_examples_are_in_the_canonical_layout() {
    for (code, page) in pages::PAGES {
        for (name, bytes) in examples(page).1.files {
            let text = String::from_utf8(bytes).unwrap();
            let parsed = scalec::syntax::parse(scalec::source::FileId(0), &text);
            assert_eq!(scalec::format::format(&parsed).as_deref(), Some(text.as_str()), "{code}: {name}");
        }
    }
}
