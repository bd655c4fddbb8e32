//! Functions, generators and the queries of sources, with their arguments as places to fill in.

use super::Asked;
use super::item::{Item, Rank, Sort, escaped, slot};
use crate::catalog::{self, Meaning, Signature};

impl Asked<'_, '_> {
    /// A call with its arguments as the catalogue writes them.
    pub fn call(&self, signature: &Signature, rank: Rank) -> Item {
        let item = self.item(signature.name, sort(signature), rank).detail(signature.shape()).doc(signature.doc);
        if self.followed_by('(') || self.followed_by('{') {
            return item;
        }
        let snippet = snippet(signature);
        let item = item.snippet(snippet);
        if signature.parameters.iter().any(|p| p.takes.starts_with("a metric") || p.name == "event.field") { item.again() } else { item }
    }

    /// What a field can hold.
    pub fn generators(&self, out: &mut Vec<Item>) {
        let in_family = super::around::head(self.text, &self.place).contains('[');
        // `index()` is the number of an event in its family.
        out.extend(catalog::GENERATORS.iter().filter(|g| g.name != "index" || in_family).map(|g| self.call(g, Rank::Best)));
        out.push(self.call(&catalog::CHOICE, Rank::Best));
        out.extend(catalog::CONSTANTS.iter().map(|c| self.item(c.word, Sort::Word, Rank::Part).doc(c.doc)));
    }

    pub fn functions(&self, fits: impl Fn(Meaning) -> bool, rank: Rank, out: &mut Vec<Item>) {
        let mut seen: Vec<&str> = Vec::new();
        for function in catalog::FUNCTIONS.iter().filter(|f| fits(f.meaning)) {
            if !seen.contains(&function.signature.name) {
                seen.push(function.signature.name);
                out.push(self.call(&function.signature, rank));
            }
        }
    }
}

fn sort(signature: &Signature) -> Sort {
    if catalog::FUNCTIONS.iter().any(|f| f.signature.name == signature.name) { Sort::Function } else { Sort::Generator }
}

/// `zipf(${1:1..=1_000}, ${2:1.1})`, from the way the catalogue writes the call.
pub fn snippet(signature: &Signature) -> String {
    let usage = signature.usage.split(" or ").next().unwrap_or(signature.usage);
    let Some((name, arguments)) = usage.split_once('(').and_then(|(name, rest)| rest.strip_suffix(')').map(|a| (name, a))) else {
        return escaped(usage);
    };
    if signature.parameters.first().is_some_and(|p| p.takes == "a metric") {
        // Which one is chosen at once.
        return format!("{}($0)", escaped(name));
    }
    let parts = arguments_of(arguments);
    let slots: Vec<String> = parts.iter().filter(|p| **p != "…").enumerate().map(|(index, part)| argument(index + 1, part)).collect();
    format!("{}({})", escaped(name), slots.join(", "))
}

/// A text keeps its quotes outside of the place.
fn argument(number: usize, text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).filter(|t| !t.contains('"'));
    match inner {
        Some(inner) => format!("\"{}\"", slot(number, inner)),
        None => slot(number, text),
    }
}

/// The arguments of a call, apart at commas outside of brackets and texts.
fn arguments_of(text: &str) -> Vec<&str> {
    let (mut depth, mut in_text, mut from) = (0usize, false, 0);
    let mut parts = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => in_text = !in_text,
            b'(' | b'[' | b'{' if !in_text => depth += 1,
            b')' | b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            b',' if !in_text && depth == 0 => {
                parts.push(text.get(from..at).unwrap_or("").trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    let last = text.get(from..).unwrap_or("").trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::item::plain;
    use super::*;

    #[test]
    fn every_call_can_be_filled_in() {
        for signature in catalog::GENERATORS.iter().chain([&catalog::CHOICE, &catalog::LATE]) {
            assert_eq!(plain(&snippet(signature)), signature.usage, "{}", signature.name);
        }
        let zipf = catalog::GENERATORS.iter().find(|g| g.name == "zipf").map(snippet);
        assert_eq!(zipf.as_deref(), Some("zipf(${1:1..=1_000}, ${2:1.1})"));
    }
}
