//! From a key to its partition, as the clients do it.

use md5::{Digest, Md5};

/// How records with a key find their partition or shard. Records without one are spread evenly by all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Partitioner {
    /// Kafka's Java clients, and scalec.
    Murmur2,
    /// librdkafka's `consistent`, and `consistent_random`, which spreads empty keys.
    Crc32 { spread_empty: bool },
    /// Sarama.
    Fnv1a,
    /// Kinesis: shards own equal ranges of the MD5 of the key.
    Md5Ranges,
    /// Keys do not matter.
    Random,
}

/// The hash of one key: from it follows its partition for any number of partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    Modulo(u32),
    Range(u128),
}

impl Partitioner {
    /// A value of librdkafka's `partitioner`.
    pub fn named(name: &str) -> Option<Partitioner> {
        Some(match name {
            "murmur2" | "murmur2_random" => Partitioner::Murmur2,
            "consistent" => Partitioner::Crc32 { spread_empty: false },
            "consistent_random" => Partitioner::Crc32 { spread_empty: true },
            "fnv1a" | "fnv1a_random" => Partitioner::Fnv1a,
            "random" => Partitioner::Random,
            _ => return None,
        })
    }

    /// As it is called in messages: "murmur2 of the key".
    pub fn words(self) -> &'static str {
        match self {
            Partitioner::Murmur2 => "murmur2 of the key",
            Partitioner::Crc32 { .. } => "CRC-32 of the key",
            Partitioner::Fnv1a => "FNV-1a of the key",
            Partitioner::Md5Ranges => "MD5 of the key",
            Partitioner::Random => "random",
        }
    }

    /// `None` where the record goes anywhere.
    pub fn hash(self, key: &[u8]) -> Option<Hash> {
        Some(match self {
            // Java clears the sign bit.
            Partitioner::Murmur2 => Hash::Modulo(murmur2(key) & 0x7FFF_FFFF),
            Partitioner::Crc32 { spread_empty: true } if key.is_empty() => return None,
            Partitioner::Crc32 { .. } => Hash::Modulo(crc32fast::hash(key)),
            Partitioner::Fnv1a => Hash::Modulo(fnv1a(key)),
            Partitioner::Md5Ranges => Hash::Range(u128::from_be_bytes(Md5::digest(key).into())),
            Partitioner::Random => return None,
        })
    }
}

impl Hash {
    /// The partition among `n`, from 0.
    pub fn slot(self, n: u32) -> u32 {
        let n = n.max(1);
        match self {
            Hash::Modulo(hash) => hash % n,
            // Ranges of ⌊2¹²⁸ ÷ n⌋, the last one with what is left, as streams are made.
            Hash::Range(hash) if n > 1 => {
                let width = (u128::MAX - u128::from(n - 1)) / u128::from(n) + 1;
                u32::try_from(hash / width).map_or(n - 1, |slot| slot.min(n - 1))
            }
            Hash::Range(_) => 0,
        }
    }
}

/// MurmurHash2 with Kafka's seed (`org.apache.kafka.common.utils.Utils.murmur2`).
fn murmur2(key: &[u8]) -> u32 {
    const M: u32 = 0x5BD1_E995;
    let mut h = 0x9747_B28C ^ key.len() as u32;
    let mut words = key.chunks_exact(4);
    for word in words.by_ref() {
        let mut k = word.iter().rev().fold(0u32, |k, byte| k << 8 | u32::from(*byte)).wrapping_mul(M);
        k ^= k >> 24;
        h = h.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        h = (h ^ rest.iter().rev().fold(0u32, |k, byte| k << 8 | u32::from(*byte))).wrapping_mul(M);
    }
    h = (h ^ h >> 13).wrapping_mul(M);
    h ^ h >> 15
}

/// FNV-1a as Sarama uses it: a negative hash loses its sign.
fn fnv1a(key: &[u8]) -> u32 {
    let hash = key.iter().fold(0x811C_9DC5u32, |h, byte| (h ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    (hash as i32).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From Kafka's own `UtilsTest.testMurmur2` and librdkafka's `unittest_murmur2`.
    #[test]
    fn murmur2_is_that_of_kafka() {
        let vectors: [(&str, i32); 9] = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
            ("kafka", 0xd067_cf64_u32 as i32),
            ("giberish123456789", 0x8f55_2b0c_u32 as i32),
            ("", 0x106e_08d9),
        ];
        for (key, hash) in vectors {
            assert_eq!(murmur2(key.as_bytes()) as i32, hash, "{key}");
        }
    }

    /// From librdkafka's `unittest_fnv1a`, got from Go's.
    #[test]
    fn fnv1a_is_that_of_sarama() {
        for (key, hash) in [("kafka", 0xd33_c4e1), ("giberish123456789", 0x77a5_8295), ("1234", 0x23b_dd03), ("234", 0x2dea_3cd2), ("", 0x7ee3_623b)] {
            assert_eq!(fnv1a(key.as_bytes()), hash, "{key}");
        }
    }

    #[test]
    fn crc32_is_the_common_one() {
        assert_eq!(Partitioner::Crc32 { spread_empty: true }.hash(b"123456789"), Some(Hash::Modulo(0xCBF4_3926)));
        assert_eq!(Partitioner::Crc32 { spread_empty: true }.hash(b""), None);
        assert_eq!(Partitioner::Crc32 { spread_empty: false }.hash(b""), Some(Hash::Modulo(0)));
    }

    /// What Kinesis answers for streams of two, three and four shards: the first hash key of each shard.
    #[test]
    fn shards_own_equal_ranges_of_md5() {
        let starts = |n: u32, slot: u32, start: u128| {
            assert_eq!(Hash::Range(start).slot(n), slot, "{start}");
            assert_eq!(Hash::Range(start - 1).slot(n), slot - 1, "{start}");
        };
        starts(2, 1, 170_141_183_460_469_231_731_687_303_715_884_105_728);
        starts(3, 1, 113_427_455_640_312_821_154_458_202_477_256_070_485);
        starts(3, 2, 226_854_911_280_625_642_308_916_404_954_512_140_970);
        starts(4, 3, 255_211_775_190_703_847_597_530_955_573_826_158_592);
        assert_eq!(Hash::Range(u128::MAX).slot(3), 2);
        assert_eq!(Hash::Range(u128::MAX).slot(1), 0);
        // md5("a") = 0cc1…, md5("b") = 92eb…
        assert_eq!(Partitioner::Md5Ranges.hash(b"a").map(|h| h.slot(2)), Some(0));
        assert_eq!(Partitioner::Md5Ranges.hash(b"b").map(|h| h.slot(2)), Some(1));
    }
}
