//! libFuzzer's way into the `dump` target. What is tried and what has to hold stands in `src/targets.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| posture_fuzz::targets::dump(data));
