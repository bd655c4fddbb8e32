//! Work shared by the processors. What comes out is in the order of what went in, whatever their number.

use std::sync::atomic::{AtomicUsize, Ordering};

/// As the main thread has on most systems: a nested file must mean the same wherever it is looked at.
const STACK: usize = 8 * 1024 * 1024;

/// Does the work for each item, on at most `threads` threads and on no more than there are processors.
pub fn map<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads.min(items.len());
    // Asking for the number of processors reads files; one thread needs no answer.
    let threads = if threads < 2 { 1 } else { std::thread::available_parallelism().map_or(1, |n| n.get()).min(threads) };
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    // Whoever is done takes the next: items may be of very different size.
    let take = || {
        let index = next.fetch_add(1, Ordering::Relaxed);
        items.get(index).map(|item| (index, work(item)))
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let start = || std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || std::iter::from_fn(take).collect::<Vec<_>>());
        // A thread that cannot be had leaves more to the others.
        let others: Vec<_> = (1..threads).filter_map(|_| start().ok()).collect();
        let mut done: Vec<(usize, R)> = std::iter::from_fn(take).collect();
        for thread in others {
            match thread.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_stays() {
        let items: Vec<u64> = (0..1_000).collect();
        let slow_first = |n: &u64| (0..(1_000 - n) * 20).fold(*n, |a: u64, b: u64| a ^ b) ^ (0..(1_000 - n) * 20).fold(0u64, |a: u64, b: u64| a ^ b);
        for threads in [0, 1, 2, 7, 2_000] {
            assert_eq!(map(&items, threads, slow_first), items, "{threads}");
        }
        assert!(map(&[], 4, slow_first).is_empty());
    }
}
