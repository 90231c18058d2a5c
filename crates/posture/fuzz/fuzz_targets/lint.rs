//! libFuzzer's way into the `lint` target. What is tried and what has to hold stands in `src/targets.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| posture_fuzz::targets::lint(data));
