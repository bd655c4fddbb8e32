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

mod recovery {
    use crate::corpus;
    use scalec::source::FileId;
    use scalec::syntax::parse;

    fn said(text: &str) -> Vec<String> {
        parse(FileId(0), text)
            .diagnostics
            .iter()
            .map(|d| format!("{} {}: {}", d.code, corpus::place(text, d.primary.span), d.message))
            .collect()
    }

    #[test]
    fn show_lines() {
        let mut worst = Vec::new();
        for (name, text) in corpus::correct() {
            let lines: Vec<_> = text.split_inclusive('\n').collect();
            for without in 0..lines.len() {
                let damaged: String = lines.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, l)| *l).collect();
                let said = said(&damaged);
                if said.len() > 1 {
                    worst.push(format!("{name} without `{}`: {said:#?}", lines[without].trim()));
                }
            }
        }
        println!("{} {}", worst.len(), worst.join("\n"));
    }

    #[test]
    fn show_bytes() {
        let mut worst = std::collections::BTreeMap::<usize, Vec<String>>::new();
        for (name, text) in corpus::files("scenarios") {
            for (at, c) in text.char_indices() {
                let damaged = format!("{}{}", &text[..at], &text[at + c.len_utf8()..]);
                let said = said(&damaged);
                let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
                let line_text = text[line..].lines().next().unwrap_or("");
                worst.entry(said.len()).or_default().push(format!("{name} without `{c}` of column {} in `{line_text}`: {said:#?}", at - line + 1));
            }
        }
        for (n, v) in &worst {
            println!("#{n}: {}", v.len());
        }
        for (n, v) in worst.iter().filter(|(n, _)| **n > 1) {
            for w in v.iter().take(30) {
                println!("{n} {w}");
            }
        }
    }
}
