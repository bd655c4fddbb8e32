//! Words of the grammar: what begins with them, and what it is for.

use super::{fenced, paragraphs};
use crate::catalog::{self, Form, Role};
use crate::syntax::tree::{Kind, Node};

/// The word as the leaf at the end of these nodes.
pub fn keyword(word: &str, path: &[Node<'_>]) -> Option<String> {
    let keyword = catalog::keyword(word)?;
    let role = role(path);
    let fits = |(r, _): &&(Role, &'static Form)| role.is_none_or(|role| *r == role);
    let uses: Vec<&'static Form> = keyword.uses.iter().filter(fits).map(|(_, form)| *form).collect();
    let uses = if uses.is_empty() { keyword.uses.iter().map(|(_, form)| *form).collect() } else { uses };
    // `scale out`, where both words stand there.
    let all: Vec<&Form> = match uses.iter().find(|form| form.word.contains(' ') && stands(form.word, path)) {
        Some(form) => vec![form],
        None => uses.iter().filter(|form| form.word == word).chain(uses.iter().filter(|form| form.word != word)).take(2).copied().collect(),
    };
    Some(paragraphs(all.into_iter().map(of_form)))
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
            Kind::ScaleOut | Kind::ScaleIn | Kind::ScaleUp => Role::Advice,
            Kind::AtEnd => Role::Window,
            Kind::Alert => return None,
            _ => Role::Clause,
        });
    }
    use Kind::*;
    Some(match parent.kind() {
        Hold | Ramp | Step | Sine | Spike | Pause | Flood | Replay | Search => Role::Shape,
        Always | During | Eventually | Within | AtEnd | Per => Role::Window,
        Keep | ScaleOut | ScaleIn | ScaleUp | Split | Throttle | Investigate => Role::Advice,
        Kind::FaultAction => Role::FaultAction,
        FieldEntry | FieldName => Role::Entry,
        Send | Phase | Repeat | Fault | Undo | Expect | Sustain | Abort => Role::Statement,
        SizeBy | Rule | Otherwise => Role::Sizing,
        Import | Let | Param | Target | Source | Event | Mix | Metric | Pipeline | Cluster | Kind::Node | Sizing | Alert | Test => Role::Declaration,
        _ => Role::Clause,
    })
}
