//! Text → lossless tree → [`ast`]. Total: every text yields a tree, and the tree prints back to the same bytes.
//!
//! `brackets` blanks newlines inside `( )` and `[ ]` and bounds the nesting, `grammar` runs `grammar/scale.pest`, whose tokens become the [`Tree`];
//! `lower` reads statements off the tree, `problems` reads the mistakes off it. One mistake is one message, and one statement has one at most.

pub mod ast;
mod brackets;
mod grammar;
mod literal;
mod lower;
mod problems;
mod quantity;
pub mod tree;
pub mod words;

use crate::diagnostics::Diagnostic;
use crate::source::FileId;
pub use brackets::MAX_NESTING;
pub use problems::MAX_BYTES;
pub use tree::Tree;

/// What one text says.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// Every byte of the text.
    pub tree: Tree,
    pub ast: ast::File,
    /// E0101–E0106, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text. Never fails; linear in the length of the text.
pub fn parse(id: FileId, text: &str) -> Parsed {
    parse_again(id, text, None)
}

/// Reads a text of which an earlier version has been read: the same as [`parse`], sooner.
pub fn parse_again(id: FileId, text: &str, before: Option<&Tree>) -> Parsed {
    if text.len() > MAX_BYTES {
        let tree = Tree::unread(id, text);
        let (ast, _) = lower::file(&tree);
        return Parsed { tree, ast, diagnostics: vec![problems::too_large(id, text.len())] };
    }
    let brackets = brackets::scan(text);
    let (tree, complete) = grammar::parse(id, text, &brackets, before);
    let (mut ast, troubles) = lower::file(&tree);
    if !complete {
        return Parsed { tree, ast, diagnostics: vec![problems::too_little_stack(id)] };
    }
    let (diagnostics, broken) = problems::collect(&tree, &troubles, &brackets);
    ast.broken = broken;
    Parsed { tree, ast, diagnostics }
}
