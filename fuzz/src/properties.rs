//! What holds of every text whatever. `cargo test --test fuzz_regressions` asks it of what fuzzing once found, and of the whole corpus.

use scalec::analysis::{Analysis, Options, analyze};
use scalec::diagnostics::{Diagnostic, Edit, Fix, mend, render};
use scalec::plan;
use scalec::resolve::workspace::Workspace;
use scalec::source::{FileId, Span};
use scalec::syntax::tree::Kind;
use scalec::syntax::{self, Parsed};

/// Longer texts only make the search slow; the limits have tests of their own.
pub const MOST: usize = 16 * 1024;

const ID: FileId = FileId(0);

fn read(text: &str) -> Parsed {
    syntax::parse(ID, text)
}

/// Every text has a tree that prints back to the same bytes, and its mistakes lie in it.
pub fn parse(text: &str) {
    let parsed = read(text);
    assert!(parsed.tree.to_text() == text, "the tree does not print back");
    let root = parsed.tree.root();
    assert!(root.start() == 0 && root.end() == text.len(), "the tree does not span the text");
    for node in parsed.tree.nodes() {
        let inner: Vec<Span> = node.all_children().map(|child| child.span()).collect();
        let inside = |span: &Span| node.start() <= span.start as usize && span.end as usize <= node.end();
        assert!(inner.iter().all(inside), "a part reaches out of its whole: {node:?}");
        assert!(inner.windows(2).all(|pair| pair[0].end <= pair[1].start), "parts overlap: {node:?}");
    }
    parsed.diagnostics.iter().for_each(|d| in_text(d, |_| Some(text)));
    assert!(parsed.diagnostics.is_sorted_by_key(|d| d.primary.span.start), "mistakes are not in the order of the text");
    // What is wrong in the tree is told, and the other way round.
    if parsed.diagnostics.is_empty() {
        let wrong: Vec<_> = parsed.tree.nodes().filter(|n| n.kind().is_error()).collect();
        assert!(wrong.is_empty(), "nothing is said of {wrong:?}");
    }
}

/// What is laid out stays as it is when laid out again; it means the same, and every comment is there.
pub fn format(text: &str) {
    let parsed = read(text);
    let Some(once) = scalec::format::format(&parsed) else { return };
    let again = read(&once);
    assert!(!again.diagnostics.iter().any(Diagnostic::is_error), "the layout has mistakes: {:?}\n{once}", again.diagnostics);
    let twice = scalec::format::layout(&again.tree);
    assert!(once == twice, "not idempotent\n── once\n{once}\n── twice\n{twice}");
    assert!(words(&parsed) == words(&again), "the tree changed\n{once}\n{:#?}\n{:#?}", words(&parsed), words(&again));
    assert!(comments(&parsed) == comments(&again), "comments changed\n{once}");
    assert!(meaning(&parsed) == meaning(&again), "the meaning changed\n{once}");
}

/// Everything but blanks, line breaks and comments. Commas between entries are a matter of layout where a line break does as well.
fn words(parsed: &Parsed) -> Vec<(Kind, &str)> {
    // An empty text is an empty leaf.
    let leaves = parsed.tree.leaves().filter(|n| !n.is_trivia() && !matches!(n.kind(), Kind::Comma | Kind::File));
    leaves.map(|n| (n.kind(), n.text())).collect()
}

fn comments(parsed: &Parsed) -> Vec<&str> {
    parsed.tree.leaves().filter(|n| n.kind() == Kind::Comment).map(|n| n.text()).collect()
}

/// The values without their places, which are all that a layout may change.
fn meaning(parsed: &Parsed) -> String {
    let shown = format!("{:?}", parsed.ast);
    let mut kept = String::with_capacity(shown.len());
    for (number, part) in shown.split("Span {").enumerate() {
        let part = if number == 0 { part } else { part.split_once('}').map_or("", |(_, rest)| rest) };
        kept.push_str(part);
    }
    kept.split("target_line: ").map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit())).collect()
}

/// A project around the text: what texts of the corpus import, replay and name as schemas.
fn workspace(text: &str) -> Workspace {
    const AROUND: &[(&str, &str)] = &[
        ("shared/shop.scale", include_str!("../../tests/corpus/broken/shared/shop.scale")),
        ("shared/library.scale", include_str!("../../tests/corpus/ok/shared/library.scale")),
        ("schemas/order.avsc", include_str!("../../tests/corpus/ok/schemas/order.avsc")),
        ("schemas/order.proto", include_str!("../../tests/corpus/ok/schemas/order.proto")),
        ("day.csv", "seconds,rate\n0,100\n3600,4000\n86400,100\n"),
    ];
    let files: Vec<(&str, &str)> = std::iter::once(("main.scale", text)).chain(AROUND.iter().copied()).collect();
    Workspace::from_texts(&files)
}

fn analysed(text: &str) -> Analysis {
    analyze(workspace(text), &Options::default())
}

/// Nothing that is said points out of the text, everything can be shown, and what has no error can be planned.
pub fn check(text: &str) {
    let analysis = analysed(text);
    let map = &analysis.workspace.map;
    let found = &analysis.diagnostics;
    for d in found {
        in_text(d, |id| map.files().get(id.0 as usize).map(|file| &*file.text));
        assert!(!d.message.is_empty(), "nothing is said: {d:?}");
    }
    let json = render::json(map, found, 1);
    assert!(json.starts_with('{') && json.ends_with("}\n"));
    for said in [render::human(map, found, render::Look::PLAIN), render::short(map, found), render::sarif(map, found), render::github(map, found)] {
        assert!(found.is_empty() || !said.is_empty());
    }
    render::gitlab(map, found);
    assert!(analysis.plan().is_none() == analysis.has_errors(), "a plan and errors, or neither: {found:?}");
    if let Some(planned) = analysis.plan() {
        assert!(plan::json::json(planned).starts_with('{'));
        assert!(!plan::show::human(planned, render::Look::PLAIN, false).is_empty());
    }
}

/// Each fix, and all of them, leave a text that reads as well as before, and that can be laid out if it could be before. Mending a mistake of
/// syntax may show others in what could not be read until then; no other fix may.
pub fn fixes(text: &str) {
    let analysis = analysed(text);
    let before = mistakes(text);
    // Each of the first few by itself; the rest is in the rounds below.
    for (d, fix) in analysis.diagnostics.iter().flat_map(|d| d.fixes.iter().map(move |fix| (d, fix))).take(24) {
        let Some(mended) = applied(text, fix) else { continue };
        let after = mistakes(&mended);
        let of_syntax = d.code.as_str().starts_with("E01");
        assert!(of_syntax || after.len() <= before.len(), "{}: `{}` breaks the syntax: {after:?}\n{mended}", d.code, fix.title);
    }
    for unsafe_too in [false, true] {
        let (mut now, mut health) = (text.to_string(), mistakes(text).len());
        for _ in 0..10 {
            let analysis = analysed(&now);
            let (files, count) = mend::mend(&analysis.workspace.map, &[ID], &analysis.diagnostics, unsafe_too);
            let Some(file) = files.into_iter().next() else { break };
            assert!(count > 0, "a text changed by no fix");
            let after = mistakes(&file.text);
            assert!(health > 0 || after.is_empty(), "all fixes (unsafe: {unsafe_too}) break the syntax: {after:?}\n{now}\n── mended\n{}", file.text);
            (now, health) = (file.text, after.len());
        }
    }
}

/// What the syntax stage says of a text that parses and lays out as every text must.
fn mistakes(text: &str) -> Vec<String> {
    parse(text);
    format(text);
    read(text).diagnostics.iter().filter(|d| d.is_error()).map(|d| format!("{} {}", d.code, d.message)).collect()
}

/// The text after one fix; `None` where it also edits another file.
fn applied(text: &str, fix: &Fix) -> Option<String> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|e| std::cmp::Reverse(e.span.start));
    assert!(edits.windows(2).all(|pair| pair[1].span.end <= pair[0].span.start), "edits overlap: {fix:?}");
    let mut out = text.to_string();
    for edit in edits {
        if edit.span.file != ID {
            return None;
        }
        out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    Some(out)
}

/// Every place of a diagnostic lies in its file, between characters.
fn in_text<'t>(d: &Diagnostic, text_of: impl Fn(FileId) -> Option<&'t str>) {
    let edits = d.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    for span in std::iter::once(d.primary.span).chain(d.labels.iter().map(|l| l.span)).chain(edits) {
        let text = text_of(span.file).unwrap_or_else(|| panic!("no such file: {d:?}"));
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is no place in the text: {d:?}");
    }
}
