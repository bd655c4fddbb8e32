//! How many records a test plans: per phase and per target, fan-out, fixed-rate sends and intended duplicates included.

use super::curve::Curve;
use super::deal::{Deal, Portion, duplicate_share};
use super::{Counts, PhaseId, Send, SendId, Shape, Share, Test};
use crate::plan::shape::number;

/// Fills `counts` of every phase.
pub fn fill(test: &mut Test) {
    let curve = Curve::of(test);
    let own: Vec<Option<Curve>> = (0..test.sends.len())
        .map(|id| matches!(test.sends[id].share, Share::Rate(_)).then(|| Curve::of_send(test, id)))
        .collect();
    let counts: Vec<Counts> = (0..test.phases.len()).map(|id| count(test, id, &curve, &own)).collect();
    for (phase, counts) in test.phases.iter_mut().zip(counts) {
        phase.counts = counts;
    }
}

/// The whole test's. `planned` is `None` where a phase has no count (`search`).
pub fn total(test: &Test) -> Counts {
    let mut sum = Counts { planned: Some(0), per_target: vec![0; test.targets.len()], ..Counts::default() };
    for phase in &test.phases {
        let c = &phase.counts;
        sum.curve = sum.curve.saturating_add(c.curve);
        sum.planned = sum.planned.zip(c.planned).map(|(a, b)| a.saturating_add(b));
        sum.bytes += c.bytes;
        for (all, n) in sum.per_target.iter_mut().zip(&c.per_target) {
            *all = all.saturating_add(*n);
        }
    }
    sum
}

/// Of each target: records that are sent again on purpose (`duplicate =`), in the whole test.
pub fn intended_duplicates(test: &Test) -> Vec<u64> {
    let mut without = test.clone();
    without.events.iter_mut().for_each(|e| e.duplicate = None);
    fill(&mut without);
    let (all, once) = (total(test).per_target, total(&without).per_target);
    all.iter().zip(&once).map(|(a, b)| a.saturating_sub(*b)).collect()
}

fn count(test: &Test, id: PhaseId, curve: &Curve, own: &[Option<Curve>]) -> Counts {
    let phase = &test.phases[id];
    let mut counts = Counts { per_target: vec![0; test.targets.len()], ..Counts::default() };
    if matches!(phase.shape, Shape::Search { .. }) {
        return counts;
    }
    counts.curve = match phase.shape {
        Shape::Flood { count, .. } => count,
        _ => curve.phase(id).map_or(0, |p| p.count),
    };
    let dealt = Deal::of(test, phase).map(|d| d.counts(counts.curve)).unwrap_or_default();
    let fixed = phase.sends.iter().filter_map(|&send| {
        let n = own.get(send)?.as_ref()?.phase(id)?.count;
        Some((send, n, Portion::new(duplicate_share(test, test.sends.get(send)?)).of(n)))
    });
    let mut planned = 0u64;
    for (send, records, twins) in dealt.into_iter().chain(fixed) {
        planned = planned.saturating_add(add(test, send, records.saturating_add(twins), &mut counts));
    }
    counts.planned = Some(planned);
    counts
}

/// Adds `records` of a send to each of its targets; answers how many that makes.
fn add(test: &Test, send: SendId, records: u64, counts: &mut Counts) -> u64 {
    let Some(send) = test.sends.get(send) else { return 0 };
    for &target in &send.targets {
        if let Some(n) = counts.per_target.get_mut(target) {
            *n = n.saturating_add(records);
        }
    }
    let copies = send.targets.len() as u64;
    let all = records.saturating_mul(copies);
    counts.bytes += all as f64 * mean_bytes(test, send);
    all
}

/// Expected bytes of a record of this send.
pub fn mean_bytes(test: &Test, send: &Send) -> f64 {
    let of = |id: usize| test.events.get(id).map_or(0.0, |e| e.mean_bytes);
    send.events.iter().map(|(weight, event)| number(*weight) * of(*event)).sum()
}
