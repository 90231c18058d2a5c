//! The one place in this crate that reads the wall clock. Everything that can is measured from the server's `Date` or by
//! a monotonic clock instead: a laptop's own clock may be wrong.

use domain::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "the one reading; see the header")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
