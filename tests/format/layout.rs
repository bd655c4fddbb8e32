//! The rules of the layout, one by one.

use super::{format, laws};

fn becomes(before: &str, after: &str) {
    laws("inline", before);
    let got = format(before).unwrap();
    assert!(got == after, "── got\n{got}── expected\n{after}");
}

#[test]
fn blank_lines_are_single_and_never_at_the_edges_of_blocks() {
    becomes("\n\n\nlet a = 1\n\n\n\nlet b = 2\n\n\n", "let a = 1\n\nlet b = 2\n");
    becomes("mix m {\n\n\n  50% a\n\n\n  50% b\n\n}\n", "mix m {\n  50% a\n\n  50% b\n}\n");
}

#[test]
fn constants_are_one_kind() {
    becomes("let usual = 1\nparam p = 2 in 1..3\nlet  x=3\n", "let   usual = 1\nparam p     = 2 in 1..3\nlet   x     = 3\n");
}

#[test]
fn a_blank_line_a_comment_line_or_another_kind_ends_a_run() {
    becomes(
        "let a = 1\nlet bbb = 2\n\nlet cc = 3\n# comment\nlet dddd = 4\nmix m { 1 a }\nlet e = 5\n",
        "let a   = 1\nlet bbb = 2\n\nlet cc = 3\n# comment\nlet dddd = 4\nmix m { 1 a }\nlet e = 5\n",
    );
}

#[test]
fn an_item_of_several_lines_does_not_end_a_run() {
    becomes(
        "test \"t\" {\nphase a = hold 1/s for 1m {\nsend x to y\n}\nphase bcd = pause for 1m\n}\n",
        "test \"t\" {\n  phase a   = hold 1/s for 1m {\n    send x to y\n  }\n  phase bcd = pause for 1m\n}\n",
    );
}

#[test]
fn weights_align_right() {
    becomes("mix m {\n5% a\n60.5% b\nrest c\n}\n", "mix m {\n     5% a\n  60.5% b\n   rest c\n}\n");
    becomes(
        "test \"t\" {\nsend 95% shop.browsing to clicks\nsend 5% shop.order_placed to orders\n}\n",
        "test \"t\" {\n  send 95% shop.browsing     to clicks\n  send  5% shop.order_placed to orders\n}\n",
    );
}

#[test]
fn faults_and_undos_are_one_kind() {
    becomes(
        "test \"t\" {\nfault lose = exec(\"a\") at 5m into b\nundo lose = exec(\"c\") after 10m\n}\n",
        "test \"t\" {\n  fault lose = exec(\"a\") at 5m into b\n  undo  lose = exec(\"c\") after 10m\n}\n",
    );
}

#[test]
fn operators_have_blanks_and_ranges_and_signs_none() {
    becomes(
        "let a=1+2*3/4-  -5\nlet b=f( 1 , 2 )\nlet c = a . b [ 1 ]\nlet d = 1 .. = 2\n".replace(". =", ".=").as_str(),
        "let a = 1 + 2 * 3 / 4 - -5\nlet b = f(1, 2)\nlet c = a.b[1]\nlet d = 1..=2\n",
    );
    becomes("let a = x in .. 5\nlet b = x in 5 .. and not y\n", "let a = x in ..5\nlet b = x in 5.. and not y\n");
}

#[test]
fn blocks_on_one_line_stay_there_and_others_get_a_line_an_entry() {
    becomes("target t = null{}\n", "target t = null {}\n");
    becomes("target t = null {\n\n}\n", "target t = null {}\n");
    becomes("source s = spark {url=\"u\",query=\"q\",}\n", "source s = spark { url = \"u\", query = \"q\" }\n");
    becomes("source s = spark { url = \"u\",\nquery = \"q\" }\n", "source s = spark {\n  url   = \"u\"\n  query = \"q\"\n}\n");
    becomes("test \"t\" { seed = 1 }\n", "test \"t\" {\n  seed = 1\n}\n");
}

#[test]
fn comments_keep_their_places() {
    becomes(
        "target t = kafka { # the first\n\n   # above\n  topic = \"a\" # beside\n  # last\n}   # behind\n",
        "target t = kafka { # the first\n  # above\n  topic = \"a\" # beside\n  # last\n} # behind\n",
    );
    becomes("let a = [ # one\n1, # two\n# three\n2\n# four\n]\n", "let a = [ # one\n  1, # two\n  # three\n  2\n  # four\n]\n");
}

#[test]
fn lines_in_brackets_are_kept_and_indented() {
    becomes("let a = f(1,\n2,\n[\n3,\n4,\n])\n", "let a = f(1,\n  2,\n  [\n    3,\n    4,\n  ])\n");
    becomes("let a = [1, 2,]\n", "let a = [1, 2]\n");
}

#[test]
fn line_ends_and_byte_order_mark_stay() {
    becomes("\u{feff}let  a = 1\r\nlet bb = 2", "\u{feff}let a  = 1\r\nlet bb = 2\r\n");
    becomes("", "");
    becomes("  \n \n", "");
    becomes("# only", "# only\n");
}

#[test]
fn raw_texts_stay_as_they_are() {
    becomes("let  a = \"\"\"x\n    y  \n\"\"\"\n", "let a = \"\"\"x\n    y  \n\"\"\"\n");
}
