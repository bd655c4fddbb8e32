//! One clock for a run: nanoseconds from the start of the test, on the monotonic clock; and what that is since 1970.

/// Copied into every thread.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: u64,
    /// Nanoseconds since 1970 at the origin.
    pub unix_origin: i128,
}

fn read(clock: libc::clockid_t) -> u64 {
    let mut at = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: clock_gettime fills the struct it is given; both clocks exist wherever this compiles.
    unsafe { libc::clock_gettime(clock, &mut at) };
    at.tv_sec as u64 * 1_000_000_000 + at.tv_nsec as u64
}

impl Clock {
    /// A clock whose test starts this many nanoseconds from now.
    pub fn starting_in(lead: u64) -> Clock {
        let (mono, unix) = (read(libc::CLOCK_MONOTONIC), read(libc::CLOCK_REALTIME));
        Clock { origin: mono + lead, unix_origin: i128::from(unix) + i128::from(lead) }
    }

    /// 0 before the start.
    #[inline]
    pub fn now(&self) -> u64 {
        read(libc::CLOCK_MONOTONIC).saturating_sub(self.origin)
    }

    /// Below 0 before the start.
    pub fn signed(&self) -> i64 {
        read(libc::CLOCK_MONOTONIC) as i64 - self.origin as i64
    }

    /// True once the test has started.
    pub fn started(&self) -> bool {
        read(libc::CLOCK_MONOTONIC) >= self.origin
    }

    /// Sleeps until a moment of the test; may wake later by what the system adds.
    pub fn sleep_until(&self, at: u64) {
        let at = self.origin + at;
        let now = read(libc::CLOCK_MONOTONIC);
        if at > now {
            std::thread::sleep(std::time::Duration::from_nanos(at - now));
        }
    }
}
