//! Arrivals at random: each phase keeps its planned count, and its times are order statistics of its rate curve.

use super::PhaseId;
use super::curve::PhaseCurve;

/// The due times of a phase's records, ascending, in nanoseconds from the start of the test as planned: as many as the phase plans, from the seed alone.
///
/// Uniform order statistics are drawn one after the other: with n still to come, the share that is left shrinks by V^(1/n), V uniform. So a phase of any
/// length takes no memory.
pub fn poisson(curve: &PhaseCurve, phase: PhaseId, seed: u64) -> Poisson<'_> {
    Poisson { curve, left: curve.count, log_rest: 0.0, dice: Dice(mix(seed ^ mix(phase as u64 ^ 0x0070_6f69_7373_6f6e))) }
}

#[derive(Clone, Debug)]
pub struct Poisson<'a> {
    curve: &'a PhaseCurve,
    left: u64,
    /// ln of the share of the load that still lies ahead.
    log_rest: f64,
    dice: Dice,
}

impl Iterator for Poisson<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.left == 0 {
            return None;
        }
        self.log_rest += self.dice.share().ln() / self.left as f64;
        self.left -= 1;
        Some(self.curve.share_ns(-self.log_rest.exp_m1()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

/// SplitMix64.
#[derive(Clone, Debug)]
struct Dice(u64);

impl Dice {
    /// In (0, 1].
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        ((mix(self.0) >> 11) + 1) as f64 / 9_007_199_254_740_992.0
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
