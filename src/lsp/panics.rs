//! Where the last panic was. There should be none; one that is costs its request alone.

use std::sync::Mutex;

static LAST: Mutex<String> = Mutex::new(String::new());

/// From now on a panic is remembered instead of printed. Its words are kept only where they are ours: those of the standard library may quote the text
/// that somebody was cutting.
pub fn remember() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        let words = panic.payload().downcast_ref::<&'static str>().map(|words| format!(": {words}")).unwrap_or_default();
        if let Ok(mut last) = LAST.lock() {
            *last = format!("{place}{words}");
        }
    }));
}

pub fn last() -> String {
    LAST.lock().map(|last| last.clone()).unwrap_or_default()
}
