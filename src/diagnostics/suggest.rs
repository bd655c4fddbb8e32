//! Did you mean: the nearest of the words that are valid *here*. Callers pass only names of the right kind and dimension.

use std::cell::Cell;
use std::collections::HashMap;

/// Nobody reads longer lists.
const MOST_LISTED: usize = 40;

/// Longer words are nobody's slip of the hand, and would cost more than they are worth.
const LONGEST: usize = 100;

/// The nearest candidate, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    ranked(word, candidates).into_iter().next()
}

/// Every candidate that is near enough to be meant, best first; at most three.
pub fn ranked<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let ready = Ready::new(word);
    let near = candidates.into_iter().filter(|c| *c != word).filter_map(|c| Some((distance(&ready, &Ready::new(c))?, c)));
    let mut near = in_order(near.collect());
    near.truncate(3);
    near
}

/// Whether one letter too many, too few, another one or two exchanged ones make the difference.
pub fn is_one_slip(word: &str, other: &str) -> bool {
    word.len().abs_diff(other.len()) <= 4 && strsim::damerau_levenshtein(word, other) <= 1
}

fn in_order(mut near: Vec<(usize, &str)>) -> Vec<&str> {
    near.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.len().cmp(&b.1.len())).then(a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.into_iter().map(|(_, c)| c).collect()
}

/// How much looking for near words one file may cost: thousands of typos in a file of thousands of names are told without a guess from some
/// point on. Counted in steps of which a processor takes some hundred million a second.
#[derive(Debug)]
pub struct Patience(Cell<u64>);

impl Default for Patience {
    fn default() -> Patience {
        Patience(Cell::new(400_000_000))
    }
}

impl Patience {
    /// Whether so many steps are left; they are taken.
    pub fn take(&self, steps: usize) -> bool {
        let left = self.0.get().checked_sub(steps as u64);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
    /// [`nearest`], while there is some.
    pub fn nearest<'a>(&self, word: &str, candidates: &[&'a str]) -> Option<&'a str> {
        let steps: usize = candidates.iter().map(|c| 50 + c.len()).sum();
        self.take(steps).then(|| nearest(word, candidates.iter().copied())).flatten()
    }
}

/// Candidates made ready for being asked again and again.
#[derive(Debug, Default)]
pub struct Words {
    words: Vec<(String, Ready)>,
    /// By their last part, the first of each.
    ends: HashMap<String, usize>,
}

impl Words {
    pub fn new(words: impl IntoIterator<Item = String>) -> Words {
        let words: Vec<(String, Ready)> = words.into_iter().map(|word| (Ready::new(&word), word)).map(|(ready, word)| (word, ready)).collect();
        let mut ends = HashMap::new();
        for (index, (word, _)) in words.iter().enumerate() {
            ends.entry(word.rsplit('.').next().unwrap_or(word).to_owned()).or_insert(index);
        }
        Words { words, ends }
    }
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|(word, _)| word.as_str())
    }
    pub fn len(&self) -> usize {
        self.words.len()
    }
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
    /// All of them, where they are at most so many.
    pub fn few(&self, most: usize) -> Vec<&str> {
        if self.words.len() <= most { self.iter().collect() } else { Vec::new() }
    }
    /// The first one whose last part is this word: `shop.browsing` for `browsing`.
    pub fn member(&self, word: &str) -> Option<&str> {
        self.words.get(*self.ends.get(word)?).map(|(word, _)| word.as_str())
    }
    /// All that are near enough to be meant, best first.
    pub fn near(&self, word: &str, patience: &Patience) -> Vec<&str> {
        let ready = Ready::new(word);
        if !patience.take(self.words.len() * 10) {
            return Vec::new();
        }
        let near = self.words.iter().filter(|(c, _)| c != word).filter_map(|(c, other)| Some((patiently(&ready, other, patience)?, c.as_str())));
        in_order(near.collect())
    }
    /// Whether one of them could have been meant to be this word, or is it.
    pub fn could_mean(&self, name: &str, patience: &Patience) -> bool {
        let ready = Ready::new(name);
        patience.take(self.words.len() * 10) && self.words.iter().any(|(word, other)| word == name || patiently(other, &ready, patience).is_some())
    }
}

fn patiently(word: &Ready, candidate: &Ready, patience: &Patience) -> Option<usize> {
    // What is not ruled out at a glance costs the product of both lengths.
    let costly = !word.is_farther(candidate, 1 + word.letters.max(candidate.letters) / 3);
    (!costly || patience.take(word.letters.min(LONGEST) * candidate.letters.min(LONGEST))).then(|| distance(word, candidate)).flatten()
}

/// "`a`", "`a` or `b`", "`a`, `b` or `c`"; of very many the first.
pub fn listed(words: &[impl AsRef<str>]) -> String {
    if let Some(head) = words.get(..MOST_LISTED)
        && words.len() > MOST_LISTED
    {
        let head: Vec<String> = head.iter().map(|w| format!("`{}`", w.as_ref())).collect();
        return format!("{} or one of {} others", head.join(", "), words.len() - MOST_LISTED);
    }
    let quoted: Vec<String> = words.iter().map(|w| format!("`{}`", w.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

/// A word with what can be told of it at a glance.
#[derive(Debug)]
struct Ready {
    /// In small letters.
    lower: String,
    /// Without what joins words.
    joined: String,
    letters: usize,
    counts: Counts,
    /// The places of `counts` that are not 0.
    kinds: u64,
    /// The words of a longer name (`latency_p99`).
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    text: String,
    letters: usize,
    counts: Counts,
}

/// How often each letter stands in a word. Letters that share a place make words look nearer than they are, never farther.
type Counts = [u8; 40];

fn counts(s: &str) -> Counts {
    let mut counts: Counts = [0; 40];
    for c in s.chars() {
        let place = match c {
            'a'..='z' => c as usize - 'a' as usize,
            '0'..='9' => 26 + c as usize - '0' as usize,
            _ => 36 + (c as usize & 3),
        };
        if let Some(count) = counts.get_mut(place) {
            *count = count.saturating_add(1);
        }
    }
    counts
}

/// A number that the edits between both cannot be below: the letters of the one that the other does not have.
fn apart(a: &Counts, b: &Counts) -> usize {
    let (mut more, mut less) = (0u32, 0u32);
    for (a, b) in a.iter().zip(b) {
        more += u32::from(a.saturating_sub(*b));
        less += u32::from(b.saturating_sub(*a));
    }
    more.max(less) as usize
}

impl Ready {
    fn new(word: &str) -> Ready {
        let lower = word.to_lowercase();
        let letters = lower.chars().count();
        let mut parts = Vec::new();
        if letters <= LONGEST && lower.contains(SEPARATORS) {
            parts.extend(lower.split(SEPARATORS).map(|text| Part { text: text.to_owned(), letters: text.chars().count(), counts: counts(text) }));
        }
        let counts = counts(&lower);
        let kinds = counts.iter().enumerate().filter(|(_, count)| **count > 0).fold(0, |kinds, (place, _)| kinds | 1 << place);
        let joined = lower.replace(['_', '-'], "");
        Ready { letters, counts, kinds, parts, lower, joined }
    }
    /// Whether it takes more edits than so many for certain: each letter more or less, and each that the other lacks, is an edit of its own.
    fn is_farther(&self, other: &Ready, edits: usize) -> bool {
        let lacks = (self.kinds & !other.kinds).count_ones().max((other.kinds & !self.kinds).count_ones()) as usize;
        lacks.max(self.letters.abs_diff(other.letters)) > edits || apart(&self.counts, &other.counts) > edits
    }
}

const SEPARATORS: [char; 3] = ['_', '.', '/'];

/// How far `word` is from `candidate`, in halves of an edit; `None` where it is too far to be a slip of the hand.
fn distance(word: &Ready, candidate: &Ready) -> Option<usize> {
    let (a, b) = (&word.lower, &candidate.lower);
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let longest = word.letters.max(candidate.letters);
    if longest > LONGEST {
        return (a == b).then_some(0);
    }
    if a == b {
        return Some(0);
    }
    if word.joined == candidate.joined {
        return Some(1);
    }
    // One slip in a short word, one in three characters of a long one: `lag` is not `log`'s neighbour's neighbour.
    let allowed = match longest {
        0..=2 => 1,
        3..=5 => 2,
        n => n / 3,
    };
    if !word.is_farther(candidate, allowed) {
        let edits = strsim::damerau_levenshtein(a, b);
        // Two letters with one changed share nothing that the eye could have meant.
        if edits <= allowed && edits < longest {
            return Some(2 * edits);
        }
    }
    // A word of a longer name (`latency_p99`, `shard_count`), a slip allowed; ranked behind slips of the whole.
    let (short, long) = if word.letters <= candidate.letters { (word, candidate) } else { (candidate, word) };
    let slip = |part: &Part| part.letters.abs_diff(short.letters) <= 1 && apart(&part.counts, &short.counts) <= 1 && strsim::levenshtein(&part.text, &short.lower) <= 1;
    let near = |part: &Part| part.letters >= 3 && (part.text == short.lower || (part.letters >= 5 && slip(part)));
    long.parts.iter().any(near).then_some(2 * longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        assert_eq!(nearest("latncy", ["lateness", "latency", "lag"]), Some("latency"));
        assert_eq!(nearest("stedy", ["warm_up", "steady", "burst"]), Some("steady"));
        assert_eq!(nearest("shard_cont", ["shards", "stream", "region"]), Some("shards"));
        assert_eq!(nearest("Kafka", ["kafka", "kinesis"]), Some("kafka"));
        assert_eq!(nearest("loadgenerator", ["kafka", "kinesis"]), None);
        assert_eq!(nearest("zz", ["a", "bb"]), None);
    }

    #[test]
    fn the_nearest_comes_first() {
        assert_eq!(ranked("order", ["orders", "border", "ordered", "users"]), ["border", "orders", "ordered"]);
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
