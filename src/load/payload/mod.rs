//! Payload generators, compiled once from [`plan::Event`]s, writing compact JSON into reused buffers.
//!
//! Record *k* is a function of the seed and *k* alone: every record draws from a random stream of its own, so threads and workers never matter.

mod compile;
mod draw;
mod emit;
mod pattern;
mod random;
mod time;
mod zipf;

pub use draw::Draw;
pub use random::Random;

use crate::plan::{Event, EventId};
use compile::Op;

/// All events of a test, ready to write records. Shared by threads; each keeps a [`Scratch`] of its own.
#[derive(Debug)]
pub struct Encoder {
    events: Vec<Compiled>,
    seed: u64,
}

/// One event as a list of steps.
#[derive(Debug)]
struct Compiled {
    ops: Vec<Op>,
    key: KeySource,
    /// Bytes, inclusive.
    size: Option<(u64, u64)>,
    /// Chance in 2⁶⁴ths, and seconds back in time.
    late: Option<(u64, f64, f64)>,
    /// Chance in 2⁶⁴ths.
    malformed: u64,
}

#[derive(Debug)]
enum KeySource {
    None,
    /// Marked by `Op::KeyStart` and `Op::KeyEnd` in the payload.
    Field,
    Own(Vec<Op>),
}

/// Buffers of one thread; their contents are valid until the next `encode`.
#[derive(Debug, Default)]
pub struct Scratch {
    pub key: Vec<u8>,
    pub payload: Vec<u8>,
    pub has_key: bool,
    clock: time::Clock,
    key_range: (usize, usize),
    work: Vec<u8>,
}

impl Encoder {
    /// Compiles the events; the error names the event and the field that this engine cannot generate.
    pub fn compile(events: &[Event], seed: u64) -> Result<Encoder, String> {
        let mut tables = zipf::Tables::default();
        let events = events
            .iter()
            .map(|event| compile::event(event, &mut tables).map_err(|why| format!("event `{}`: {why}", event.name)))
            .collect::<Result<_, _>>()?;
        Ok(Encoder { events, seed })
    }

    /// Writes record `k`, intended at `intended_unix_ns` (nanoseconds since 1970), into the scratch.
    pub fn encode(&self, event: EventId, k: u64, intended_unix_ns: i128, scratch: &mut Scratch) {
        scratch.payload.clear();
        scratch.key.clear();
        scratch.has_key = false;
        let Some(compiled) = self.events.get(event) else { return };
        let mut random = Random::of_record(self.seed, k);
        let mut at = intended_unix_ns;
        if let Some((chance, low, high)) = compiled.late
            && random.next() < chance
        {
            at -= ((low + (high - low) * random.unit()) * 1e9) as i128;
        }
        let mut emit = emit::Emit { random, k, at, clock: &mut scratch.clock, key_range: (0, 0), work: &mut scratch.work };
        emit.run(&compiled.ops, &mut scratch.payload);
        scratch.key_range = emit.key_range;
        match &compiled.key {
            KeySource::None => {}
            KeySource::Field => {
                let (start, end) = scratch.key_range;
                let written = scratch.payload.get(start..end).unwrap_or(b"");
                scratch.has_key = plain_key(written, &mut scratch.key);
            }
            KeySource::Own(ops) => {
                let mut written = Vec::new();
                emit.run(ops, &mut written);
                scratch.has_key = plain_key(&written, &mut scratch.key);
            }
        }
        if let Some((low, high)) = compiled.size {
            let size = emit.random.between_u64(low, high) as usize;
            pad(&mut scratch.payload, size, &mut emit.random);
        }
        if compiled.malformed > 0 && emit.random.next() < compiled.malformed {
            // Cut in the middle: no reader can take it for a whole document.
            let half = scratch.payload.len() / 2;
            scratch.payload.truncate(half.max(1));
        }
    }
}

/// A key is plain text (`17`, not `"17"`); a null is no key.
fn plain_key(written: &[u8], key: &mut Vec<u8>) -> bool {
    match written {
        b"" | b"null" => return false,
        [b'"', inner @ .., b'"'] => {
            if inner.contains(&b'\\') {
                match serde_json::from_slice::<String>(written) {
                    Ok(text) => key.extend_from_slice(text.as_bytes()),
                    Err(_) => key.extend_from_slice(inner),
                }
            } else {
                key.extend_from_slice(inner);
            }
        }
        other => key.extend_from_slice(other),
    }
    true
}

/// Grows a JSON object to `size` bytes by a last member `padding` of random letters (so that compression is no easier than on the rest);
/// where less is missing than that member takes, by spaces.
fn pad(payload: &mut Vec<u8>, size: usize, random: &mut Random) {
    const HEAD: &[u8] = b",\"padding\":\"";
    if payload.len() >= size || payload.last() != Some(&b'}') {
        return;
    }
    let missing = size - payload.len();
    payload.pop();
    if missing > HEAD.len() && payload.len() > 1 {
        payload.extend_from_slice(HEAD);
        random.letters(missing - HEAD.len() - 1, payload);
        payload.extend_from_slice(b"\"}");
    } else {
        payload.resize(payload.len() + missing, b' ');
        payload.push(b'}');
    }
}

#[cfg(test)]
mod tests;
