//! Totality, print-back and recovery of the syntax stage.

use scalec::source::FileId;
use scalec::syntax::{Parsed, parse};

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn parsed(text: &str) -> Parsed {
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.tree.to_text(), text);
    parsed
}

#[test]
fn scenarios_have_no_mistakes() {
    for path in ["scenarios/doors_open.scale", "scenarios/breaking_point.scale", "scenarios/quickstart.scale", "scenarios/shared/shop.scale", "tests/corpus/broken/broken.scale"] {
        let text = read(path);
        let p = parsed(&text);
        assert!(p.diagnostics.is_empty(), "{path}: {:#?}", p.diagnostics);
        assert!(!p.ast.items.is_empty());
    }
}
