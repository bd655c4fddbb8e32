//! Zipf's law by alias tables (Walker 1977, Vose 1991): one draw is one look-up, ten times faster than rejection; ranges too wide for a table
//! are drawn by rejection-inversion from `rand_distr`.

use super::Random;
use rand_distr::Distribution;
use std::collections::HashMap;
use std::sync::Arc;

/// Widest range that gets a table: 8 bytes an entry, 32 MiB.
const WIDEST: u64 = 1 << 22;

#[derive(Debug, Clone)]
pub enum Zipf {
    Table(Arc<Vec<Slot>>),
    Rejection(rand_distr::Zipf<f64>),
}

/// Keep `own` with `threshold` ÷ 2³², else the alias.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    threshold: u32,
    alias: u32,
}

/// Tables by (width, exponent): fields that draw alike share one.
#[derive(Default)]
pub struct Tables(HashMap<(u64, u64), Arc<Vec<Slot>>>);

impl Zipf {
    /// Rank from 0 below the width.
    #[inline]
    pub fn draw(&self, random: &mut Random) -> u64 {
        match self {
            Zipf::Table(slots) => {
                let word = random.next();
                let i = (((word >> 32) * slots.len() as u64) >> 32) as usize;
                match slots.get(i) {
                    Some(slot) if (word as u32) > slot.threshold => slot.alias as u64,
                    _ => i as u64,
                }
            }
            Zipf::Rejection(distribution) => (distribution.sample(random) as u64).saturating_sub(1),
        }
    }
}

impl Tables {
    pub fn zipf(&mut self, width: u64, exponent: f64) -> Result<Zipf, String> {
        if width > WIDEST {
            return rand_distr::Zipf::new(width as f64, exponent).map(Zipf::Rejection).map_err(|e| format!("`zipf`: {e}"));
        }
        let table = self.0.entry((width, exponent.to_bits())).or_insert_with(|| Arc::new(build(width.max(1) as usize, exponent)));
        Ok(Zipf::Table(table.clone()))
    }
}

/// Vose's method.
fn build(n: usize, exponent: f64) -> Vec<Slot> {
    let mut weights: Vec<f64> = (1..=n).map(|rank| (rank as f64).powf(-exponent)).collect();
    let scale = n as f64 / weights.iter().sum::<f64>();
    weights.iter_mut().for_each(|w| *w *= scale);
    let mut slots: Vec<Slot> = (0..n).map(|i| Slot { threshold: u32::MAX, alias: i as u32 }).collect();
    let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..n).partition(|&i| weights[i] < 1.0);
    while let (Some(&less), Some(&more)) = (small.last(), large.last()) {
        small.pop();
        slots[less] = Slot { threshold: (weights[less] * u32::MAX as f64) as u32, alias: more as u32 };
        weights[more] -= 1.0 - weights[less];
        if weights[more] < 1.0 {
            large.pop();
            small.push(more);
        }
    }
    slots
}
