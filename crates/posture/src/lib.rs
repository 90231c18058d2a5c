//! The posture lab's core: osquery's catalogue, the linter, the engine that runs a check against states of a device, and the
//! runner of a real osquery on this machine. Knows neither Okta's API nor the cache nor the pages.

mod attack;
pub mod capture;
pub mod catalogue;
mod collation;
pub mod engine;
pub mod files;
mod functions;
mod judge;
pub mod library;
pub mod lint;
pub mod local;
pub mod terminal;

pub use attack::attack;
pub use catalogue::Catalogue;
pub use engine::{CompileError, Compiled, Engine, Limits, check_expectations, compile, run};
