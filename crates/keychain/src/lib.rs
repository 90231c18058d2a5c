//! Where keys and credentials are kept: the operating system's keychain, or what stands in for it honestly: a key derived
//! from a passphrase or a token, or one that lives in memory and dies with the program. The only place that touches the
//! keychain. Knows nothing of orgs beyond their names, nor of what the keys open.
//!
//! No key is ever written into a file. What stands beside a cache is a salt, which is no secret, and under a passphrase the
//! credential, sealed with what only the passphrase gives.
//!
//! Everything here may block (a person may be asked for a password, a key derivation takes its time): call it from a
//! thread that may wait.

mod cost;
mod derived;
mod error;
mod keeper;
mod memory;
mod os;
mod sealed;
mod secret;

pub use cost::Cost;
pub use derived::Derived;
pub use error::Error;
pub use keeper::{Forgotten, Keeper, choose};
pub use memory::Memory;
pub use os::Os;
pub use secret::{CacheKey, Secret};
