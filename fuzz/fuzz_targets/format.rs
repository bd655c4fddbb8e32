#![no_main]
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use scalec_fuzz::{mutate, properties};

fuzz_target!(|text: &str| {
    if text.len() <= properties::MOST {
        properties::format(text);
    }
});
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| { mutate::mutate(data, size, max_size, seed) });
