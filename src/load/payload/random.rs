//! The random stream of one record: SplitMix64 (Steele, Lea, Flood 2014). Its state is one word, so that every record can have a stream of its own,
//! and it is defined here, not by a library's version, because seeds in version control must give the same bytes for years.

/// A stream of 64-bit words.
#[derive(Clone, Debug)]
pub struct Random(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    /// The stream of record `k`.
    #[inline]
    pub fn of_record(seed: u64, k: u64) -> Random {
        Random(mix(mix(seed.wrapping_add(GOLDEN)) ^ k.wrapping_mul(0xD6E8_FEB8_6659_FD93)))
    }
    /// A stream for something else than a record's content (`lane` keeps them apart).
    #[inline]
    pub fn of_lane(seed: u64, lane: u64, k: u64) -> Random {
        Random::of_record(mix(seed ^ lane.wrapping_mul(0xA076_1D64_78BD_642F)), k)
    }
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }
    /// In [0, 1).
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
    /// Below `n` (0 where `n` is 0), by multiplication; the bias is below n ÷ 2⁶⁴.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        ((self.next() as u128 * n as u128) >> 64) as u64
    }
    /// Both ends included.
    #[inline]
    pub fn between_u64(&mut self, low: u64, high: u64) -> u64 {
        match high.wrapping_sub(low).checked_add(1) {
            Some(width) if high >= low => low + self.below(width),
            None => self.next(),
            _ => low,
        }
    }
    /// Both ends included.
    #[inline]
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            return low;
        }
        let width = high.wrapping_sub(low) as u64;
        match width.checked_add(1) {
            Some(n) => low.wrapping_add(self.below(n) as i64),
            None => self.next() as i64,
        }
    }
    /// Appends `n` letters and spaces, twelve to a word (five bits each).
    pub fn letters(&mut self, n: usize, out: &mut Vec<u8>) {
        const ALPHABET: &[u8] = crate::plan::vocabulary::LETTERS.as_bytes();
        let mut left = n;
        while left > 0 {
            let mut word = self.next();
            let take = left.min(12);
            let mut chunk = [0u8; 12];
            for slot in &mut chunk {
                *slot = ALPHABET[(word & 31) as usize];
                word >>= 5;
            }
            out.extend_from_slice(&chunk[..take]);
            left -= take;
        }
    }
}

/// For the distributions of `rand_distr`.
impl rand::TryRng for Random {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.next() >> 32) as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.next())
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            let n = chunk.len();
            chunk.copy_from_slice(&word[..n]);
        }
        Ok(())
    }
}

/// A share as a chance in 2⁶⁴ths: `random.next() < chance(share)`.
pub fn chance(share: f64) -> u64 {
    if share >= 1.0 {
        u64::MAX
    } else {
        (share.max(0.0) * 18_446_744_073_709_551_616.0) as u64
    }
}
