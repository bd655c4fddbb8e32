//! The end for sure: where the editor that started the server is gone, or nobody listens any more, no process is left behind.

use std::time::Duration;

/// How often the editor is looked for. Mostly the end of standard input says it at once; another process may hold the pipe open.
const LOOK: Duration = Duration::from_secs(2);

/// So long the answers to what has come may take, once nothing more comes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends this process soon, if it does not end by itself before: it may wait for a client that neither reads nor goes.
pub fn end_for_sure() {
    std::thread::sleep(PATIENCE);
    std::process::exit(1);
}

/// Ends this process soon after that one has ended.
pub fn watch(process: u32) {
    #[cfg(unix)]
    std::thread::spawn(move || {
        while alive(process) {
            std::thread::sleep(LOOK);
        }
        std::process::exit(1);
    });
    // Elsewhere the end of standard input is all there is.
    #[cfg(not(unix))]
    let _ = (process, LOOK);
}

#[cfg(unix)]
fn alive(process: u32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else { return true };
    // Somebody else's process is one all the same.
    !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}
