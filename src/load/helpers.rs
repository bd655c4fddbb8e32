//! How many threads are to generate for a pacer: none where it can do so itself, which costs least.

use std::time::Instant;

use super::Shared;
use super::ahead::Prepared;
use super::schedule::Item;
use crate::metrics::host;
use crate::plan::shape::peak_rate;
use crate::plan::{Share, TargetId, Test};

/// A pacer that is busy generating for more than this share of a core has too little left for sending on time.
const ALONE: f64 = 0.4;

/// Records generated to see what one costs.
const TRIED: u64 = 1_000;

/// Measures for a millisecond or so, and only where the answer matters.
pub fn wanted(shared: &Shared, test: &Test, target: TargetId) -> usize {
    // The pacer, and the client's own thread.
    let spare = host::cores().saturating_sub(2);
    let peak = test.phases.iter().filter_map(|phase| peak_of(test, phase, target)).fold(0.0, f64::max);
    // 0.1 µs: no event is cheaper.
    if spare == 0 || peak * 1e-7 < ALONE {
        return 0;
    }
    let sends: Vec<usize> = (0..test.sends.len()).filter(|&s| test.sends[s].targets.contains(&target)).collect();
    let mut prepared = Prepared::default();
    let from = Instant::now();
    for k in 0..TRIED {
        let Some(&send) = sends.get(k as usize % sends.len().max(1)) else { return 0 };
        prepared.fill(shared, Item { number: k, due: 0, send, twin: false }, 0);
    }
    let cores = from.elapsed().as_secs_f64() / TRIED as f64 * peak;
    if cores < ALONE { 0 } else { (cores * 1.5).ceil().min(spare as f64) as usize }
}

/// Records a second at the highest, in one phase, for one target.
fn peak_of(test: &Test, phase: &crate::plan::Phase, target: TargetId) -> Option<f64> {
    let rate = peak_rate(phase)?;
    let number = crate::plan::shape::number;
    let sends = phase.sends.iter().filter_map(|&s| test.sends.get(s)).filter(|s| s.targets.contains(&target));
    Some(sends.map(|s| match s.share {
        Share::Of(share) => number(share) * rate,
        Share::Rate(own) => number(own),
    }).sum())
}
