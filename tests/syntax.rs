//! The syntax stage: every text yields a tree that prints back, one mistake is one message, and nothing is slow or deep.

#[path = "syntax/corpus.rs"]
mod corpus;

mod totality {
    use crate::corpus;
    use scalec::source::FileId;
    use scalec::syntax::parse;

    fn print_back(name: &str, text: &str) {
        let parsed = parse(FileId(0), text);
        assert!(parsed.tree.to_text() == text, "{name}: the tree does not print back\n{text}");
    }

    #[test]
    fn every_prefix() {
        corpus::in_parallel(|name, text, step| {
            for end in (0..text.len()).step_by(step).filter(|&i| text.is_char_boundary(i)) {
                print_back(name, &text[..end]);
            }
        });
    }

    #[test]
    fn every_removed_byte() {
        corpus::in_parallel(|name, text, step| {
            for (at, c) in text.char_indices().step_by(step) {
                print_back(name, &format!("{}{}", &text[..at], &text[at + c.len_utf8()..]));
            }
        });
    }

    #[test]
    fn every_removed_line() {
        corpus::in_parallel(|name, text, _| {
            let lines: Vec<_> = text.split_inclusive('\n').collect();
            for without in 0..lines.len() {
                let damaged: String = lines.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, l)| *l).collect();
                print_back(name, &damaged);
            }
        });
    }
}

#[test]
fn correct_files_have_no_mistakes() {
    for (name, text) in corpus::correct() {
        let parsed = scalec::syntax::parse(scalec::source::FileId(0), &text);
        let said: Vec<_> = parsed.diagnostics.iter().map(|d| format!("{} {}: {}", d.code, corpus::place(&text, d.primary.span), d.message)).collect();
        assert!(said.is_empty(), "{name}: {said:#?}");
        let errors: Vec<_> = parsed.tree.nodes().filter(|n| n.kind().is_error()).map(|n| format!("{n:?}")).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}
