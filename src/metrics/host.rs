//! What this process and its host do meanwhile: processor time, memory, and the host's own hiccups.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Resources;

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
    static CORES: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
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

/// What this process used of its host, and the peaks.
#[derive(Default)]
pub struct Usage {
    pub resources: Resources,
    last: Option<(Instant, Duration)>,
}

impl Usage {
    pub fn start() -> Usage {
        Usage { resources: Resources { peak_memory_bytes: resident_bytes(), ..Resources::default() }, last: Some((Instant::now(), processor_time())) }
    }

    /// Processor time since the last look, as a ratio of all cores. `spun`: what pacers have spun away so far, on cores that nobody wanted;
    /// it is waiting, not work, and says nothing about headroom.
    pub fn look(&mut self, spun: Duration) -> f64 {
        let (now, used) = (Instant::now(), processor_time().saturating_sub(spun));
        let last = self.last.replace((now, used));
        let memory = resident_bytes();
        self.resources.peak_memory_bytes = self.resources.peak_memory_bytes.max(memory);
        let Some((then, before)) = last else { return 0.0 };
        let elapsed = (now - then).as_secs_f64();
        let ratio = used.saturating_sub(before).as_secs_f64() / elapsed.max(1e-9) / cores() as f64;
        // Processor time is booked in ticks: a short stretch says nothing.
        if elapsed >= 0.1 {
            self.resources.peak_cpu_ratio = self.resources.peak_cpu_ratio.max(ratio.min(1.0));
        }
        ratio
    }
}

/// The host's processors, all processes together.
pub struct Processors {
    last: Option<(Instant, f64)>,
}

impl Processors {
    pub fn start() -> Processors {
        Processors { last: idle_seconds().map(|idle| (Instant::now(), idle)) }
    }

    /// Cores that idled since the last look, and the seconds it covers; `None` where the system does not tell.
    pub fn idle(&mut self) -> Option<(f64, f64)> {
        let (now, idle) = (Instant::now(), idle_seconds()?);
        let (then, before) = self.last.replace((now, idle))?;
        let elapsed = (now - then).as_secs_f64();
        (elapsed > 0.01).then(|| ((idle - before) / elapsed, elapsed))
    }
}

/// Seconds that cores have idled since boot, summed up.
fn idle_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    // cpu user nice system idle iowait …, in ticks.
    let mut words = text.lines().next()?.split_whitespace().skip(4);
    let ticks: f64 = words.next()?.parse::<f64>().ok()? + words.next()?.parse::<f64>().ok()?;
    // SAFETY: sysconf has no preconditions.
    let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1) as f64;
    Some(ticks / per_second)
}
