//! What this process and its host do meanwhile: processor time, memory, and the host's own hiccups.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Processor time of this process so far.
pub fn processor_time() -> Duration {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: getrusage fills the struct it is given; zeroed is a valid rusage should it fail.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let of = |t: libc::timeval| Duration::new(t.tv_sec.max(0) as u64, (t.tv_usec.max(0) as u32).saturating_mul(1_000));
    of(usage.ru_utime) + of(usage.ru_stime)
}

/// Resident bytes now (`/proc/self/statm`), or the peak that getrusage knows where there is no /proc.
pub fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok().and_then(|s| s.split_whitespace().nth(1)?.parse::<u64>().ok());
    match pages {
        // SAFETY: sysconf has no preconditions.
        Some(pages) => pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) }.max(0) as u64,
        None => {
            let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
            // SAFETY: as above.
            let usage = unsafe {
                libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
                usage.assume_init()
            };
            // Kilobytes on Linux, bytes on macOS.
            (usage.ru_maxrss.max(0) as u64) * if cfg!(target_os = "macos") { 1 } else { 1_024 }
        }
    }
}

/// Cores that this process may use (affinity and cgroup quota heeded).
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Load average over the last minute, where the system tells.
pub fn load_average() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// A thread that only sleeps, and notes how late it wakes: what the host does to anybody.
pub struct Hiccups {
    worst: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Hiccups {
    pub fn watch() -> Hiccups {
        let (worst, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (w, s) = (Arc::clone(&worst), Arc::clone(&stop));
        let run = move || {
            const EVERY: Duration = Duration::from_millis(10);
            let mut due = Instant::now() + EVERY;
            while !s.load(Ordering::Relaxed) {
                let now = Instant::now();
                if now < due {
                    std::thread::sleep(due - now);
                }
                let late = due.elapsed();
                w.fetch_max(late.as_nanos() as u64, Ordering::Relaxed);
                due = (due + EVERY).max(Instant::now());
            }
        };
        // Without the thread there is merely nothing to tell.
        let _ = std::thread::Builder::new().name("hiccups".into()).spawn(run);
        Hiccups { worst, stop }
    }

    /// Seconds.
    pub fn worst(&self) -> f64 {
        self.worst.load(Ordering::Relaxed) as f64 / 1e9
    }
}

impl Drop for Hiccups {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
