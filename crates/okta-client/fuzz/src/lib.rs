//! What a fuzzer may throw anything at. The ordinary tests include the same file.

pub mod targets;
