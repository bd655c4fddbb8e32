//! Did you mean: the nearest of the words that are valid *here*. Callers pass only names of the right kind and dimension.

/// The nearest candidate, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    ranked(word, candidates).into_iter().next()
}

/// Every candidate that is near enough to be meant, best first; at most three.
pub fn ranked<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut near: Vec<(usize, &str)> =
        candidates.into_iter().filter(|c| *c != word).filter_map(|c| Some((distance(word, c)?, c))).collect();
    near.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.len().cmp(&b.1.len())).then(a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.into_iter().map(|(_, c)| c).take(3).collect()
}

/// Whether one letter too many, too few, another one or two exchanged ones make the difference.
pub fn is_one_slip(word: &str, other: &str) -> bool {
    strsim::damerau_levenshtein(word, other) <= 1
}

/// "`a`", "`a` or `b`", "`a`, `b` or `c`".
pub fn listed(words: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{}`", w.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

/// How far `word` is from `candidate`, in halves of an edit; `None` where it is too far to be a slip of the hand.
fn distance(word: &str, candidate: &str) -> Option<usize> {
    let (a, b) = (word.to_lowercase(), candidate.to_lowercase());
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if a == b {
        return Some(0);
    }
    let apart = letters_apart(&a, &b);
    let bare = |s: &str| s.chars().filter(|c| *c != '_' && *c != '-').collect::<String>();
    if apart <= 2 && bare(&a) == bare(&b) {
        return Some(1);
    }
    let (letters, others) = (a.chars().count(), b.chars().count());
    let longest = letters.max(others);
    // One slip in a short word, one in three characters of a long one: `lag` is not `log`'s neighbour's neighbour.
    let allowed = match longest {
        0..=2 => 1,
        3..=5 => 2,
        n => n / 3,
    };
    // Each letter more or less, and each that the other lacks, is an edit of its own, which spares counting the rest.
    if letters.abs_diff(others).max(apart) <= allowed {
        let edits = strsim::damerau_levenshtein(&a, &b);
        // Two letters with one changed share nothing that the eye could have meant.
        if edits <= allowed && edits < longest {
            return Some(2 * edits);
        }
    }
    // A word of a longer name (`latency_p99`, `shard_count`), a slip allowed; ranked behind slips of the whole.
    let (short, long) = if a.chars().count() <= b.chars().count() { (&a, &b) } else { (&b, &a) };
    let slip = |part: &str| letters_apart(part, short) <= 1 && part.len().abs_diff(short.len()) <= 4 && strsim::levenshtein(part, short) <= 1;
    let near = |part: &str| part.chars().count() >= 3 && (part == short || (part.chars().count() >= 5 && slip(part)));
    long.split(['_', '.', '/']).any(near).then_some(2 * longest)
}

/// A number that the edits between both cannot be below: of the one word's distinct letters, those that the other does not have.
fn letters_apart(a: &str, b: &str) -> usize {
    // Letters that share a bit make it smaller, never larger.
    let set = |s: &str| s.chars().fold(0u64, |set, c| set | 1 << (c as u32 & 63));
    let (a, b) = (set(a), set(b));
    (a & !b).count_ones().max((b & !a).count_ones()) as usize
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
