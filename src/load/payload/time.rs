//! Instants as text: `2026-11-21T02:03:04.567891Z`.

pub use crate::plan::calendar::{date_text, second_text};

/// Keeps the text of the last second, since neighbours mostly share it.
#[derive(Debug, Default)]
pub struct Clock {
    second: Option<i64>,
    text: [u8; 19],
}

impl Clock {
    /// RFC 3339 with microseconds, UTC, of nanoseconds since 1970.
    #[inline]
    pub fn write_micros(&mut self, unix_ns: i128, out: &mut Vec<u8>) {
        let second = unix_ns.div_euclid(1_000_000_000) as i64;
        let mut micros = (unix_ns.rem_euclid(1_000_000_000) / 1_000) as u32;
        if self.second != Some(second) {
            self.text = second_text(second);
            self.second = Some(second);
        }
        out.extend_from_slice(&self.text);
        let mut tail = *b".000000Z";
        for slot in tail[1..7].iter_mut().rev() {
            *slot = b'0' + (micros % 10) as u8;
            micros /= 10;
        }
        out.extend_from_slice(&tail);
    }
}
