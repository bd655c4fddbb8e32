//! Words of the grammar: what begins with them, and what it is for.

use super::{fenced, paragraphs};
use crate::catalog::{self, Form, Role};
use crate::syntax::tree::{Kind, Node};

/// The word as the leaf at the end of these nodes.
pub fn keyword(word: &str, path: &[Node<'_>]) -> Option<String> {
    let keyword = catalog::keyword(word)?;
    if let Some(form) = in_statement(word, path) {
        return Some(of_form(form));
    }
    let role = role(path);
    let fits = |(r, _): &&(Role, &'static Form)| role.is_none_or(|role| *r == role);
    let uses: Vec<&'static Form> = keyword.uses.iter().filter(fits).map(|(_, form)| *form).collect();
    let uses = if uses.is_empty() { keyword.uses.iter().map(|(_, form)| *form).collect() } else { uses };
    // `scale out`, where both words stand there.
    let all: Vec<&Form> = match uses.iter().find(|form| form.word.contains(' ') && stands(form.word, path)) {
        Some(form) => vec![form],
        None if uses.iter().any(|form| form.word == word) => uses.iter().filter(|form| form.word == word).take(2).copied().collect(),
        // Half of a statement: the ways in which it can go on.
        None => uses.iter().take(3).copied().collect(),
    };
    Some(paragraphs(all.into_iter().map(of_form)))
}

/// What it does in the statement (or the part of one) that it goes on with.
fn in_statement(word: &str, path: &[Node<'_>]) -> Option<&'static Form> {
    let (leaf, around) = path.split_last()?;
    if leaf.kind() == Kind::Operator {
        return None;
    }
    let begins = |node: &Node<'_>| node.children().next().is_some_and(|c| c.index() == leaf.index());
    // What a statement begins with is no clause of it, but it may be one of what is around.
    let parts = around.iter().rev().filter(|node| !begins(node) || matches!(node.kind(), Kind::ForEach | Kind::FieldName));
    // The phases of a rule are no windows.
    let parts = parts.filter(|node| node.kind() != Kind::During || !around.iter().any(|n| n.kind() == Kind::Rule));
    parts.filter_map(|node| statement(*node)).find_map(|of| catalog::clause_of(of, word))
}

/// The word by which a statement, or a part of one, is known.
fn statement(node: Node<'_>) -> Option<&'static str> {
    use Kind::*;
    Some(match node.kind() {
        Param => "param",
        Metric => "metric",
        Alert => "alert",
        ForEach => "test",
        Send => "send",
        Hold => "hold",
        Ramp => "ramp",
        Step => "step",
        Sine => "sine",
        Spike => "spike",
        Pause => "pause",
        Flood => "flood",
        Replay => "replay",
        Search => "search",
        Fault => "fault",
        FaultAction => "scale",
        Undo => "undo",
        Abort => "abort",
        During | Eventually if node.child(Phases).is_some_and(|phases| phases.has_keyword("all")) => "during all",
        During => "during",
        Eventually => "eventually during",
        Within => "within",
        SizeBy => "size",
        Rule => "rule",
        ScaleOut => "scale out",
        ScaleIn => "scale in",
        ScaleUp => "scale up",
        Split => "split",
        Throttle => "throttle",
        FieldName => "event",
        _ => return None,
    })
}

/// A form with what it is for.
pub fn of_form(form: &Form) -> String {
    paragraphs([fenced(form.form), form.doc.to_owned()].into_iter().filter(|p| p != "```scale\n\n```"))
}

/// Whether the words of a form stand one after the other in the statement.
fn stands(words: &str, path: &[Node<'_>]) -> bool {
    let Some(node) = path.iter().rev().nth(1) else { return false };
    let own: Vec<&str> = node.children().map(Node::text).collect();
    let wanted: Vec<&str> = words.split(' ').collect();
    own.windows(wanted.len()).any(|w| w == wanted) || own.first().zip(wanted.first()).is_some_and(|(a, b)| a == b && words == "during all" && node.descendants().any(|d| d.text() == "all"))
}

/// What the word does by its place.
fn role(path: &[Node<'_>]) -> Option<Role> {
    let leaf = path.last()?;
    let parent = path.iter().rev().nth(1)?;
    if leaf.kind() == Kind::Operator {
        return Some(Role::Operator);
    }
    let first = parent.children().next().is_some_and(|c| c.index() == leaf.index());
    if !first {
        return Some(match parent.kind() {
            Kind::ScaleOut | Kind::ScaleIn | Kind::ScaleUp | Kind::ScaleWhat => Role::Advice,
            Kind::AtEnd => Role::Window,
            Kind::Alert => return None,
            _ => Role::Clause,
        });
    }
    use Kind::*;
    Some(match parent.kind() {
        Hold | Ramp | Step | Sine | Spike | Pause | Flood | Replay | Search => Role::Shape,
        Always | During | Eventually | Within | AtEnd | Per => Role::Window,
        Keep | ScaleOut | ScaleIn | ScaleUp | ScaleWhat | Split | Throttle | Investigate => Role::Advice,
        Kind::FaultAction => Role::FaultAction,
        FieldEntry | FieldName => Role::Entry,
        Send | Phase | Repeat | Fault | Undo | Expect | Sustain | Abort => Role::Statement,
        SizeBy | Rule | Otherwise => Role::Sizing,
        Import | Let | Param | Target | Source | Event | Mix | Metric | Pipeline | Cluster | Kind::Node | Sizing | Alert | Test => Role::Declaration,
        _ => Role::Clause,
    })
}
