//! What comes back with an answer, in 64 bits: when the record was meant to go, and how late it went.

use crate::drivers::Token;
use crate::metrics::timeline::UNIT;

/// 48 bits of 16 ns: 52 days.
const INTENDED_BITS: u32 = 48;
/// Lateness as 11 digits and 5 bits of exponent: off by a thousandth at most, up to 73 minutes.
const DIGITS: u32 = 11;
const MOST: u64 = ((1 << DIGITS) - 1) << 31;

#[inline]
pub fn pack(intended: u64, at: u64) -> Token {
    let lateness = at.saturating_sub(intended).min(MOST);
    let exponent = (64 - lateness.leading_zeros()).saturating_sub(DIGITS);
    let short = (u64::from(exponent) << DIGITS) | (lateness >> exponent);
    Token(((intended / UNIT) << (64 - INTENDED_BITS)) | short)
}

/// Intended time and time of sending.
#[inline]
pub fn unpack(token: Token) -> (u64, u64) {
    let intended = (token.0 >> (64 - INTENDED_BITS)) * UNIT;
    let short = token.0 & 0xFFFF;
    (intended, intended + ((short & ((1 << DIGITS) - 1)) << (short >> DIGITS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_to_what_a_histogram_can_tell() {
        for intended in [0u64, 16, 1_000_000_007, 86_400_000_000_000 * 30] {
            for late in [0u64, 1, 900, 2_047, 2_048, 2_049, 123_456, 5_000_000_000, 3_000_000_000_000] {
                let (i, s) = unpack(pack(intended, intended + late));
                assert!(intended - i < UNIT);
                let error = (s - i).abs_diff(late) as f64;
                assert!(error <= late as f64 / 1_000.0, "{late}: {}", s - i);
            }
        }
    }
}
