//! Changes that keep a text looking like a scenario: lines and tokens are taken away, doubled, swapped, and taken from other texts. Half of the
//! time libFuzzer changes bytes as it likes.

use std::sync::OnceLock;

/// Lines and tokens of the texts that fuzzing starts from.
struct Donors {
    lines: Vec<String>,
    tokens: Vec<String>,
}

fn donors() -> &'static Donors {
    static DONORS: OnceLock<Donors> = OnceLock::new();
    DONORS.get_or_init(|| {
        let texts = crate::seeds::texts(&crate::root());
        let mut lines: Vec<String> = texts.iter().flat_map(|text| text.lines()).map(str::to_string).collect();
        let mut tokens: Vec<String> = lines.iter().flat_map(|line| split(line)).filter(|t| !t.trim().is_empty()).map(str::to_string).collect();
        // What is written in the corpus a thousand times is not to be drawn a thousand times.
        for all in [&mut lines, &mut tokens] {
            all.sort();
            all.dedup();
        }
        // What no honest file holds.
        let odd = ["\u{feff}", "\u{202e}", "\0", "é", "\r\n", "\"\"\"", "99999999999999999999", "1e9", "0", "-1", "1_000_000_000_000/s", "1ns", "100_000d", "$", "..", "..=", "{", "}", "(", ")", "[", "]"];
        tokens.extend(odd.map(str::to_string));
        Donors { lines, tokens }
    })
}

/// SplitMix64: libFuzzer hands over a seed, and the same seed must give the same change.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// Below `n`; 0 where there is nothing to choose from.
    fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }
}

/// Changes the first `size` bytes of `data` in place; returns how many bytes there are now.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut chance = Chance(u64::from(seed));
    let text = match std::str::from_utf8(&data[..size]) {
        Ok(text) if chance.below(2) == 0 => text.to_string(),
        _ => return libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    };
    let mut text = text;
    for _ in 0..=chance.below(3) {
        text = if chance.below(3) == 0 { lines(&text, &mut chance) } else { tokens(&text, &mut chance) };
    }
    let most = max_size.min(data.len());
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    data[..end].copy_from_slice(&text.as_bytes()[..end]);
    end
}

fn lines(text: &str, chance: &mut Chance) -> String {
    let pieces: Vec<&str> = text.split_inclusive('\n').collect();
    let donor = &donors().lines;
    let with_end = format!("{}\n", donor[chance.below(donor.len())]);
    changed(pieces, &with_end, chance).concat()
}

fn tokens(text: &str, chance: &mut Chance) -> String {
    let pieces = split(text);
    let donor = &donors().tokens;
    changed(pieces, &donor[chance.below(donor.len())], chance).concat()
}

/// One change: at a random place, or between two.
fn changed<'t>(mut pieces: Vec<&'t str>, donor: &'t str, chance: &mut Chance) -> Vec<&'t str> {
    let (at, other) = (chance.below(pieces.len()), chance.below(pieces.len()));
    if pieces.is_empty() {
        return vec![donor];
    }
    match chance.below(7) {
        0 => {
            pieces.remove(at);
        }
        1 => pieces.insert(at, pieces[other]),
        2 => pieces.swap(at, other),
        3 => pieces.insert(at, donor),
        4 | 5 => pieces[at] = donor,
        _ => {
            // A stretch again, or away.
            let end = (at + 1 + chance.below(12)).min(pieces.len());
            if chance.below(2) == 0 {
                pieces.drain(at..end);
            } else {
                let stretch = pieces[at..end].to_vec();
                let to = chance.below(pieces.len());
                pieces.splice(to..to, stretch);
            }
        }
    }
    pieces
}

/// Words, numbers, blanks, and single other characters; together they are the text.
fn split(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 1,
        ' ' | '\t' => 2,
        _ => 0,
    };
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind = class(first);
        let end = if kind == 0 { first.len_utf8() } else { rest.find(|c| class(c) != kind).unwrap_or(rest.len()) };
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}
