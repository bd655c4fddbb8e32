//! Runs the steps of an event: the hot loop, without allocation once its buffers have grown.

use super::compile::Op;
use super::random::Random;
use super::time::{self, Clock};
use crate::plan::vocabulary as words;
use base64::Engine;
use rand_distr::Distribution;

pub struct Emit<'a> {
    pub random: Random,
    pub k: u64,
    /// What `now()` prints, nanoseconds since 1970.
    pub at: i128,
    pub clock: &'a mut Clock,
    pub key_range: (usize, usize),
    pub work: &'a mut Vec<u8>,
}

impl Emit<'_> {
    pub fn run(&mut self, ops: &[Op], out: &mut Vec<u8>) {
        for op in ops {
            self.step(op, out);
        }
    }

    #[inline]
    fn step(&mut self, op: &Op, out: &mut Vec<u8>) {
        match op {
            Op::Bytes(bytes) => out.extend_from_slice(bytes),
            Op::KeyStart => self.key_range.0 = out.len(),
            Op::KeyEnd => self.key_range.1 = out.len(),
            Op::Nullable(chance, ops) => {
                if self.random.next() < *chance {
                    out.extend_from_slice(b"null");
                } else {
                    self.run(ops, out);
                }
            }
            Op::Uuid => uuid(self.random.next(), self.random.next(), out),
            Op::Now => {
                out.push(b'"');
                self.clock.write_micros(self.at, out);
                out.push(b'"');
            }
            Op::Seq => integer(self.k, out),
            Op::Int(low, high) => integer(self.random.between(*low, *high), out),
            Op::Float(low, high) => real(low + (high - low) * self.random.unit(), out),
            Op::Decimal(low, high) => hundredths(self.random.between(*low, *high), out),
            Op::Normal(distribution) => real(distribution.sample(&mut self.random), out),
            Op::Lognormal(distribution) => real(distribution.sample(&mut self.random), out),
            Op::Exponential(distribution) => real(distribution.sample(&mut self.random), out),
            Op::Zipf(zipf, low) => integer(low.wrapping_add(zipf.draw(&mut self.random) as i64), out),
            Op::Text(low, high) => {
                let n = self.random.between_u64(*low, *high) as usize;
                out.push(b'"');
                self.random.letters(n, out);
                out.push(b'"');
            }
            Op::Pattern(pattern) => {
                out.push(b'"');
                pattern.write(&mut self.random, out);
                out.push(b'"');
            }
            Op::Choice(entries) => {
                let word = self.random.next();
                let at = if entries.len() <= 8 {
                    entries.iter().position(|(upto, _)| word <= *upto)
                } else {
                    Some(entries.partition_point(|(upto, _)| *upto < word))
                };
                if let Some((_, ops)) = at.and_then(|i| entries.get(i)) {
                    self.run(ops, out);
                }
            }
            Op::Bool(chance) => out.extend_from_slice(if self.random.next() < *chance { b"true" } else { b"false" }),
            Op::Base64(low, high) => self.base64(*low, *high, out),
            Op::Ip => {
                let word = self.random.next();
                out.push(b'"');
                for i in 0..4 {
                    if i > 0 {
                        out.push(b'.');
                    }
                    // First and last octet from 1 to 223, so that addresses look like those of hosts.
                    let octet = (word >> (16 * i)) & 0xFFFF;
                    integer(if i == 0 || i == 3 { 1 + octet * 223 / 65_536 } else { octet & 255 }, out);
                }
                out.push(b'"');
            }
            Op::Email => {
                let (first, last, domain, n) =
                    (self.random.below(u64::MAX), self.random.next(), self.random.next(), self.random.below(1000));
                out.push(b'"');
                let start = out.len();
                out.extend_from_slice(words::pick(words::FIRST_NAMES, first).as_bytes());
                out.push(b'.');
                out.extend_from_slice(words::pick(words::LAST_NAMES, last).as_bytes());
                out[start..].make_ascii_lowercase();
                integer(n, out);
                out.push(b'@');
                out.extend_from_slice(words::pick(words::DOMAINS, domain).as_bytes());
                out.push(b'"');
            }
            Op::Name => {
                out.push(b'"');
                out.extend_from_slice(words::pick(words::FIRST_NAMES, self.random.next()).as_bytes());
                out.push(b' ');
                out.extend_from_slice(words::pick(words::LAST_NAMES, self.random.next()).as_bytes());
                out.push(b'"');
            }
            Op::Word => {
                out.push(b'"');
                out.extend_from_slice(words::pick(words::WORDS, self.random.next()).as_bytes());
                out.push(b'"');
            }
            Op::OneOf(values) => {
                if let Some(ops) = values.get(self.random.below(values.len() as u64) as usize) {
                    self.run(ops, out);
                }
            }
            Op::Timestamp(low, high) => {
                let text = time::second_text(self.random.between(*low, *high));
                out.push(b'"');
                out.extend_from_slice(&text);
                out.extend_from_slice(b"Z\"");
            }
            Op::Date(low, high) => {
                let text = time::date_text(self.random.between(*low, *high));
                out.push(b'"');
                out.extend_from_slice(&text);
                out.push(b'"');
            }
            Op::Map(low, high, keys, values) => self.map(*low, *high, keys, values, out),
            Op::List(low, high, element) => {
                let n = self.random.between_u64(*low, *high);
                out.push(b'[');
                for i in 0..n {
                    if i > 0 {
                        out.push(b',');
                    }
                    self.run(element, out);
                }
                out.push(b']');
            }
        }
    }

    fn base64(&mut self, low: u64, high: u64, out: &mut Vec<u8>) {
        let n = self.random.between_u64(low, high) as usize;
        self.work.clear();
        while self.work.len() < n {
            self.work.extend_from_slice(&self.random.next().to_le_bytes());
        }
        self.work.truncate(n);
        let engine = &base64::engine::general_purpose::STANDARD;
        out.push(b'"');
        let start = out.len();
        out.resize(start + n.div_ceil(3) * 4, 0);
        let written = engine.encode_slice(&self.work, &mut out[start..]).unwrap_or(0);
        out.truncate(start + written);
        out.push(b'"');
    }

    /// Keys are distinct: one that repeats is drawn again, and left out where the generator has too few values.
    fn map(&mut self, low: u64, high: u64, keys: &[Op], values: &[Op], out: &mut Vec<u8>) {
        let n = self.random.between_u64(low, high);
        let mut seen: Vec<(usize, usize)> = Vec::new();
        out.push(b'{');
        for _ in 0..n {
            let before = out.len();
            if !seen.is_empty() {
                out.push(b',');
            }
            let start = out.len();
            let fresh = (0..8).any(|_| {
                out.truncate(start);
                self.run(keys, out);
                if out.get(start) != Some(&b'"') {
                    let plain = out.split_off(start);
                    out.extend_from_slice(serde_json::Value::from(String::from_utf8_lossy(&plain)).to_string().as_bytes());
                }
                !seen.iter().any(|&(from, to)| out[from..to] == out[start..])
            });
            if !fresh {
                out.truncate(before);
                continue;
            }
            seen.push((start, out.len()));
            out.push(b':');
            self.run(values, out);
        }
        out.push(b'}');
    }
}

#[inline]
fn integer<I: itoa::Integer>(value: I, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

#[inline]
fn real(value: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(zmij::Buffer::new().format(value).as_bytes());
}

/// `1234.05`
fn hundredths(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    let size = value.unsigned_abs();
    integer(size / 100, out);
    let cents = (size % 100) as u8;
    out.extend_from_slice(&[b'.', b'0' + cents / 10, b'0' + cents % 10]);
}

/// Version 4 (RFC 9562), quoted.
fn uuid(high: u64, low: u64, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let high = (high & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
    let low = (low & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
    let mut text = *b"\"00000000-0000-0000-0000-000000000000\"";
    let mut at = 1;
    for byte in high.to_be_bytes().into_iter().chain(low.to_be_bytes()) {
        if text[at] == b'-' {
            at += 1;
        }
        text[at] = HEX[(byte >> 4) as usize];
        text[at + 1] = HEX[(byte & 15) as usize];
        at += 2;
    }
    out.extend_from_slice(&text);
}
