//! Text → lossless tree → [`ast`]. Total: every text yields a tree, and the tree prints back to the same bytes.

pub mod ast;
