//! The credentials of some files, found in the words of messages: tens of thousands of them in tens of thousands of messages.
//!
//! What it means is said by [`hide_in`], one after the other, the longest first. An index tells which of them have anything to do with a text, so that the
//! others need not be tried.

/// So much of a credential is enough to recognise it in a message that cuts it off.
const TELLING: usize = 6;

pub struct Secrets {
    /// The longest first: it may hold a shorter one.
    texts: Vec<String>,
    all: Index,
    /// Those that are hidden also outside of quotes.
    telling: Index,
    starts: Starts,
}

impl Secrets {
    pub fn new(mut texts: Vec<String>) -> Secrets {
        texts.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        texts.dedup();
        let all = Index::new(&texts, |_| true);
        let telling = Index::new(&texts, is_telling);
        let starts = Starts::of(texts.iter().filter(|text| is_telling(text)));
        Secrets { texts, all, telling, starts }
    }

    pub fn hide(&self, text: &mut String) {
        let mut from = 0;
        // What has been hidden changes the text, and so what else is in it.
        while let Some((rank, secret)) = self.next_in(text, from).and_then(|rank| self.texts.get(rank).map(|secret| (rank, secret))) {
            hide_in(text, secret);
            from = rank + 1;
        }
    }

    /// Whether a text says any of them.
    pub fn are_in(&self, text: &str) -> bool {
        if self.next_in(text, 0).is_none() {
            return false;
        }
        let mut shown = text.to_owned();
        self.hide(&mut shown);
        shown != text
    }

    /// The first of them from this one on that may be in a text. None that is in it is passed over.
    fn next_in(&self, text: &str, from: usize) -> Option<usize> {
        let cuts: Vec<usize> = text.match_indices('…').map(|(at, _)| at).collect();
        let mut first = None;
        for (at, quote) in text.match_indices(['"', '\'']) {
            let rest = text.get(at + 1..).unwrap_or("");
            let closed = |secret: &str| rest.get(secret.len()..).is_some_and(|behind| behind.starts_with(quote));
            least(&mut first, self.all.heading(&self.texts, rest, from, |secret| !is_telling(secret) && closed(secret)));
            if !cuts.is_empty() {
                let cut_here = |letters: &usize| rest.get(*letters..).is_some_and(|behind| behind.starts_with('…'));
                for head in rest.char_indices().map(|(letters, _)| letters).take(TELLING).skip(1).filter(cut_here).filter_map(|letters| rest.get(..letters)) {
                    least(&mut first, self.all.beginning_with(&self.texts, head, from));
                }
            }
        }
        for at in self.starts.within(text) {
            let Some(rest) = text.get(at..) else { continue };
            least(&mut first, self.telling.heading(&self.texts, rest, from, |_| true));
            let Some((least_cut, _)) = rest.char_indices().nth(TELLING) else { continue };
            for cut in cuts.iter().skip(cuts.partition_point(|cut| *cut < at + least_cut)) {
                let head = text.get(at..*cut).unwrap_or("");
                if self.telling.range(&self.texts, head).is_empty() {
                    break;
                }
                least(&mut first, self.telling.beginning_with(&self.texts, head, from));
            }
        }
        first
    }
}

fn least(first: &mut Option<usize>, other: Option<usize>) {
    *first = match (*first, other) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}

/// Some of the credentials by their letters; they are meant by their ranks, their places in the list.
struct Index {
    /// In the order of their letters. At `[k]` each 2ᵏ neighbours are in the order of their ranks instead.
    ranks: Vec<Vec<u32>>,
    /// The place of the longest other one that each begins with.
    within: Vec<Option<u32>>,
}

impl Index {
    fn new(texts: &[String], wanted: impl Fn(&str) -> bool) -> Index {
        let mut sorted: Vec<(&str, u32)> = texts.iter().enumerate().map(|(rank, text)| (text.as_str(), rank as u32)).filter(|(text, _)| wanted(text)).collect();
        sorted.sort_unstable();
        let mut within = Vec::with_capacity(sorted.len());
        let mut open: Vec<(&str, u32)> = Vec::new();
        for (place, (text, _)) in sorted.iter().enumerate() {
            while open.last().is_some_and(|(head, _)| !text.starts_with(head)) {
                open.pop();
            }
            within.push(open.last().map(|(_, place)| *place));
            open.push((text, place as u32));
        }
        let mut level: Vec<u32> = sorted.into_iter().map(|(_, rank)| rank).collect();
        let mut ranks = vec![level.clone()];
        let mut width = 2;
        while width <= level.len() {
            level.chunks_mut(width).for_each(|chunk| chunk.sort());
            ranks.push(level.clone());
            width *= 2;
        }
        Index { ranks, within }
    }

    fn rank(&self, place: usize) -> Option<usize> {
        self.ranks.first().and_then(|ranks| ranks.get(place)).map(|rank| *rank as usize)
    }

    fn places(&self, is_before: impl Fn(&str) -> bool, texts: &[String]) -> usize {
        self.ranks.first().map_or(0, |ranks| ranks.partition_point(|rank| texts.get(*rank as usize).is_some_and(|text| is_before(text))))
    }

    /// The longest one that a text begins with, of those that are `wanted` and not before `from`.
    fn heading(&self, texts: &[String], text: &str, from: usize, wanted: impl Fn(&str) -> bool) -> Option<usize> {
        // Whatever the text begins with, the last one before it begins with too.
        let mut place = self.places(|secret| secret <= text, texts).checked_sub(1)?;
        loop {
            let rank = self.rank(place)?;
            let secret = texts.get(rank)?;
            if rank >= from && text.starts_with(secret.as_str()) && wanted(secret) {
                return Some(rank);
            }
            place = self.within.get(place).copied().flatten()? as usize;
        }
    }

    /// The places of those that begin with a text.
    fn range(&self, texts: &[String], head: &str) -> std::ops::Range<usize> {
        self.places(|secret| secret < head, texts)..self.places(|secret| secret < head || secret.starts_with(head), texts)
    }

    /// The first from `from` on that begins with a text.
    fn beginning_with(&self, texts: &[String], head: &str, from: usize) -> Option<usize> {
        let range = self.range(texts, head);
        let (mut at, mut first) = (range.start, None);
        while at < range.end {
            // The widest neighbours that begin here and lie within.
            let widest = (range.end - at).ilog2().min(at.trailing_zeros()) as usize;
            let width = 1 << widest;
            let among = self.ranks.get(widest).and_then(|ranks| ranks.get(at..at + width)).unwrap_or(&[]);
            least(&mut first, among.get(among.partition_point(|rank| (*rank as usize) < from)).map(|rank| *rank as usize));
            at += width;
        }
        first
    }
}

/// The first four bytes of credentials, by a hash: most places of a text begin with none of them.
struct Starts {
    bits: Vec<u64>,
}

impl Starts {
    /// Few of many hashes for some tens of thousands, and no more memory than a file takes.
    const BITS: u32 = 20;

    fn of<'a>(texts: impl Iterator<Item = &'a String>) -> Starts {
        let mut bits = Vec::new();
        for start in texts.filter_map(|text| text.as_bytes().first_chunk()) {
            bits.resize(1 << (Starts::BITS - 6), 0);
            let (word, bit) = Starts::place(start);
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        Starts { bits }
    }

    fn place(start: &[u8; 4]) -> (usize, u64) {
        let hash = u32::from_le_bytes(*start).wrapping_mul(0x9e37_79b1) >> (32 - Starts::BITS);
        ((hash >> 6) as usize, 1 << (hash & 63))
    }

    /// The places where one may begin.
    fn within(&self, text: &str) -> impl Iterator<Item = usize> {
        let starts = if self.bits.is_empty() { "" } else { text }.as_bytes().windows(4).enumerate();
        starts.filter_map(|(at, start)| {
            let (word, bit) = Starts::place(start.first_chunk()?);
            (self.bits.get(word)? & bit != 0).then_some(at)
        })
    }
}

/// A word such as `kafka` may be somebody's password.
fn is_telling(secret: &str) -> bool {
    secret.chars().nth(TELLING - 1).is_some() && !secret.bytes().all(|b| b.is_ascii_lowercase())
}

/// Replaces a credential by `…`. One that is a word is left alone unless it stands in quotes.
fn hide_in(text: &mut String, secret: &str) {
    // Cut off behind its first letters.
    if text.contains('…') {
        for letters in 1..TELLING {
            let head: String = secret.chars().take(letters).collect();
            for quote in ['"', '\''] {
                *text = text.replace(&format!("{quote}{head}…"), &format!("{quote}…"));
            }
        }
    }
    if !is_telling(secret) {
        for quote in ['"', '\''] {
            let quoted = format!("{quote}{secret}{quote}");
            if text.contains(&quoted) {
                *text = text.replace(&quoted, &format!("{quote}…{quote}"));
            }
        }
        return;
    }
    let head: String = secret.chars().take(TELLING).collect();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(&head)).map(|at| from + at) {
        let same = text.get(at..).unwrap_or("").chars().zip(secret.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum::<usize>();
        let behind = text.get(at + same..).unwrap_or("");
        // All of it, or as much as stands before the message was cut.
        if same == secret.len() || behind.starts_with('…') {
            let end = at + same + if behind.starts_with('…') { '…'.len_utf8() } else { 0 };
            text.replace_range(at..end, "…");
        }
        from = at + '…'.len_utf8();
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_do_not_say_it_cut_off_or_whole() {
        for (text, secret, shown) in [
            ("`\"hunter2\"` is a text, and hunter2 too", "hunter2", "`\"…\"` is a text, and … too"),
            ("`\"Endpoint=sb://abc…` is long", "Endpoint=sb://abc/;SharedAccessKey=k", "`\"…` is long"),
            ("`password = 'hun…`", "hunter2", "`password = '…`"),
            ("Endpoint is a word", "Endpoint=sb://abc", "Endpoint is a word"),
            ("kafka: \"kafka\" is a text", "kafka", "kafka: \"…\" is a text"),
            ("ääääää ääääääb", "ääääääb", "ääääää …"),
        ] {
            let mut hidden = text.to_owned();
            Secrets::new(vec![secret.to_owned()]).hide(&mut hidden);
            assert_eq!(hidden, shown, "{text}");
        }
    }

    /// A stream of numbers that is the same every time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, n: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) as usize) % n
        }
        /// Few different letters, so that texts begin alike, lie within one another and overlap; quotes and `…` among them.
        fn text(&mut self, most: usize) -> String {
            let letters = [&["a", "b"] as &[&str], &["a", "B", "ä"], &["a", "b", "B", "\"", "…", "'"], &["a", "B", "…"]][self.below(4)];
            (0..1 + self.below(most)).map(|_| letters[self.below(letters.len())]).collect()
        }
    }

    /// What an index finds is what trying all of them finds: nothing shows that was hidden before there was one.
    #[test]
    fn the_index_hides_what_trying_each_of_them_hides() {
        let mut dice = Dice(1);
        let mut changed = 0;
        for round in 0..6_000 {
            let secrets: Vec<String> = (0..1 + dice.below(12)).map(|_| dice.text(12)).collect();
            let mut said = String::new();
            for _ in 0..1 + dice.below(6) {
                let secret = &secrets[dice.below(secrets.len())];
                let cut = (0..=secret.len()).rev().filter(|at| secret.is_char_boundary(*at)).nth(dice.below(secret.chars().count() + 1)).unwrap_or(0);
                match dice.below(6) {
                    0 => said += secret,
                    1 => said += &format!("\"{secret}\""),
                    2 => said += &format!("\"{}…", &secret[..cut]),
                    3 => said += &format!("'{}…'", &secret[..cut]),
                    4 => said += &format!("{}…", &secret[..cut]),
                    _ => said += &dice.text(8),
                }
            }
            let secrets = Secrets::new(secrets);
            let mut expected = said.clone();
            secrets.texts.iter().for_each(|secret| hide_in(&mut expected, secret));
            let mut hidden = said.clone();
            secrets.hide(&mut hidden);
            assert_eq!(hidden, expected, "{round}: {said} {:?}", secrets.texts);
            assert_eq!(secrets.are_in(&said), said != expected, "{round}: {said}");
            changed += usize::from(said != expected);
        }
        assert!(changed > 3_000, "{changed}");
    }
}
