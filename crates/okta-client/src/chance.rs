//! The one place in this crate that asks for randomness: ids used once, jitter, and
//! fresh keys.

use crate::KeyProblem;
use std::time::Duration;
use zeroize::Zeroizing;

/// Bytes for a key, from the operating system.
pub(crate) fn bytes() -> Result<Zeroizing<[u8; 32]>, KeyProblem> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|_| KeyProblem::NoRandomness)?;
    Ok(bytes)
}

/// An id that is used once, for a signed assertion.
pub(crate) fn unique() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Between half of `base` and the whole of it, so that clients that failed together do not return together.
pub(crate) fn jittered(base: Duration) -> Duration {
    let dice = (uuid::Uuid::new_v4().as_u128() & 0xffff) as u32;
    base / 2 + (base / 2).mul_f64(f64::from(dice) / 65_535.0)
}
