//! The syntax stage: every text yields a tree that prints back, one mistake is one message, and nothing is slow or deep.

#[path = "syntax/corpus.rs"]
mod corpus;

mod totality {
    use crate::corpus;
    use scalec::source::FileId;
    use scalec::syntax::parse;
    use std::sync::Mutex;

    /// How many texts were tried, and those that cost more than one message.
    #[derive(Default)]
    struct Heard {
        texts: usize,
        more: Vec<String>,
    }

    impl Heard {
        fn hear(heard: &Mutex<Heard>, name: impl Fn() -> String, text: &str) {
            let parsed = parse(FileId(0), text);
            assert!(parsed.tree.to_text() == text, "{}: the tree does not print back\n{text}", name());
            let mut heard = heard.lock().unwrap();
            heard.texts += 1;
            if parsed.diagnostics.len() > 1 && !name().contains("corpus/broken") {
                let said: Vec<_> =
                    parsed.diagnostics.iter().map(|d| format!("{} {} {}", d.code, corpus::place(text, d.primary.span), d.message)).collect();
                heard.more.push(format!("{}: {said:#?}", name()));
            }
        }
    }

    /// One damage of so many is looked at in the whole file, the others among the declarations around it: farther away it is read no differently,
    /// most often.
    const WHOLE: usize = 7;

    /// The declaration of a place, with one before it and two behind it.
    fn around(text: &str, at: usize) -> std::ops::Range<usize> {
        let starts = |line: &str| line.starts_with(|c: char| c.is_ascii_alphabetic());
        let (before, behind) = text.split_at(at);
        let start = before.split_inclusive('\n').rev().scan(at, |end, line| {
            *end -= line.len();
            Some((*end, line))
        });
        let start = start.filter(|(_, line)| starts(line)).nth(1).map_or(0, |(start, _)| start);
        let end = behind.split_inclusive('\n').scan(at, |end, line| Some((std::mem::replace(end, *end + line.len()), line)));
        start..end.skip(1).filter(|(_, line)| starts(line)).nth(2).map_or(text.len(), |(end, _)| end)
    }

    #[test]
    fn every_prefix_prints_back() {
        let heard = Mutex::default();
        corpus::in_parallel(|name, text, step| {
            for (count, end) in (0..text.len()).step_by(step).filter(|&i| text.is_char_boundary(i)).enumerate() {
                let start = if count % WHOLE == 0 { 0 } else { around(text, end).start };
                Heard::hear(&heard, || name.to_string(), &text[start..end]);
            }
        });
    }

    /// One removed byte is one mistake. What lies in a text whose quote is lost can look like more, which is rare.
    #[test]
    fn every_removed_byte_prints_back_and_costs_one_message() {
        let heard = Mutex::default();
        corpus::in_parallel(|name, text, step| {
            for (count, (at, c)) in text.char_indices().step_by(step).enumerate() {
                let part = if count % WHOLE == 0 { 0..text.len() } else { around(text, at) };
                let damaged = format!("{}{}", &text[part.start..at], &text[at + c.len_utf8()..part.end.max(at + c.len_utf8())]);
                Heard::hear(&heard, || format!("{name} without `{c}` at {}", corpus::place(text, scalec::source::Span::new(FileId(0), at, at))), &damaged);
            }
        });
        let heard = heard.into_inner().unwrap();
        assert!(heard.more.len() * 200 <= heard.texts, "{} of {}: {}", heard.more.len(), heard.texts, heard.more.join("\n"));
    }

    /// One removed line is one mistake. Values that spread over several lines in brackets are not read twice to find out.
    #[test]
    fn every_removed_line_prints_back_and_costs_one_message() {
        let heard = Mutex::default();
        corpus::in_parallel(|name, text, _| {
            let lines: Vec<_> = text.split_inclusive('\n').collect();
            for without in 0..lines.len() {
                let damaged: String = lines.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, l)| *l).collect();
                Heard::hear(&heard, || format!("{name} without line {}", without + 1), &damaged);
            }
        });
        let mut heard = heard.into_inner().unwrap();
        heard.more.retain(|m| !m.contains("brackets_over_lines"));
        assert!(heard.more.is_empty(), "{}", heard.more.join("\n"));
    }
}

mod depth {
    use scalec::diagnostics::codes;
    use scalec::source::FileId;
    use scalec::syntax::{MAX_NESTING, Parsed, parse};

    /// What opens, what closes, and a value in between.
    const BRACKETS: &[(&str, &str)] =
        &[("(", ")"), ("[", "]"), ("f(", ")"), ("a[", "]"), ("{ x = ", " }"), ("kind { x = ", " }"), ("{ 1 ", " }"), ("-(", ")"), ("not (", ")")];

    fn nested(depth: usize, open: &str, close: &str) -> String {
        format!("let a = {}1{}\nlet b = 2\n", open.repeat(depth), close.repeat(depth))
    }

    fn read(text: &str) -> Parsed {
        let parsed = parse(FileId(0), text);
        assert!(parsed.tree.to_text() == text);
        parsed
    }

    #[test]
    fn as_deep_as_allowed_is_fine() {
        for (open, close) in BRACKETS {
            let parsed = read(&nested(MAX_NESTING, open, close));
            assert!(parsed.diagnostics.is_empty(), "{open}: {:?}", parsed.diagnostics);
            assert_eq!(parsed.ast.items.len(), 2);
        }
    }

    #[test]
    fn deeper_is_one_message_and_leaves_the_rest_alone() {
        for depth in [MAX_NESTING + 1, 5_000] {
            for (open, close) in BRACKETS {
                for close in [*close, ""] {
                    let parsed = read(&nested(depth, open, close));
                    assert!(parsed.diagnostics.iter().any(|d| d.code == codes::E0106), "{open} × {depth}: {:?}", parsed.diagnostics);
                    assert!(parsed.diagnostics.len() <= 2, "{open} × {depth} `{close}`: {:?}", parsed.diagnostics);
                    assert_eq!(parsed.ast.items.len(), 2, "{open} × {depth} `{close}`");
                }
            }
        }
    }

    #[test]
    fn deep_blocks() {
        for depth in [MAX_NESTING - 1, 5_000] {
            let text = format!("test \"t\" {{\n{}phase p = pause for 1m\n{}}}\nlet b = 2\n", "repeat 2 {\n".repeat(depth), "}\n".repeat(depth));
            let parsed = read(&text);
            assert_eq!(parsed.diagnostics.iter().any(|d| d.code == codes::E0106), depth >= MAX_NESTING, "{depth}");
            assert!(parsed.diagnostics.len() <= 1, "{:?}", parsed.diagnostics);
            assert_eq!(parsed.ast.items.len(), 2);
        }
    }

    /// Operators nest values too, without a bracket.
    #[test]
    fn long_chains_of_operators() {
        for (text, fine) in [
            (format!("let a = {}1\n", "- ".repeat(100)), true),
            (format!("let a = {}true\n", "not ".repeat(100)), true),
            (format!("let a = 1{}\n", " + 1".repeat(400)), true),
            (format!("let a = {}1\n", "- ".repeat(5_000)), false),
            (format!("let a = {}true\n", "not ".repeat(5_000)), false),
            (format!("let a = 1{}\n", " + 1".repeat(5_000)), false),
            (format!("let a = b{}\n", ".b".repeat(5_000)), false),
            (format!("let a = b{}\n", "(1)".repeat(5_000)), false),
            (format!("let a = {}1{}\n", "(1 + ".repeat(120), " - 1)".repeat(120)), true),
            (format!("let a = {}1{}\n", "(1 + 2 + 3 + ".repeat(120), " - 1 - 2 - 3)".repeat(120)), false),
        ] {
            let parsed = read(&text);
            let codes: Vec<_> = parsed.diagnostics.iter().map(|d| d.code).collect();
            assert_eq!(codes, if fine { vec![] } else { vec![codes::E0106] }, "{:.60}", text);
        }
    }

    #[test]
    fn files_beyond_the_limit_are_not_read() {
        let text = format!("# {}\n", "x".repeat(scalec::syntax::MAX_BYTES));
        let parsed = read(&text);
        assert_eq!(parsed.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), [codes::E0106]);
    }

    /// Nothing backtracks: ten thousand mistakes in a row are read like anything else.
    #[test]
    fn long_runs_of_mistakes() {
        for unit in ["let a = f(1, [2\n", "target t = kafka {\n  a = (\n", "let a = \"abc\n", "foo bar\n", "}\n", ")", "\"", "{", "a b ", "1..", "=", ",", "#", "60% ", "test \"t\" {\n"] {
            read(&unit.repeat(10_000));
            read(&format!("test \"t\" {{\n{}", unit.repeat(10_000)));
            read(&format!("let a = [{}]", unit.repeat(10_000)));
        }
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
