//! libFuzzer's way into the `rule` target. What is tried and what has to hold stands in `src/targets.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| okta_client_fuzz::targets::rule(data));
