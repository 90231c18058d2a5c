//! The crate as its users see it.

mod engine_attack;
mod engine_functions;
mod engine_hostile;
mod engine_shapes;
mod engine_states;
mod engine_traps;
mod files;
mod fuzzed;
mod library;
