//! How much memory SQLite holds in this process, so that a query that builds ever more can be stopped.

use rusqlite::ffi;

/// Bytes that a run may add.
const MOST: i64 = 256 << 20;

/// What SQLite held when a run began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held(i64);

impl Held {
    pub(crate) fn now() -> Self {
        // SAFETY: reads a counter that SQLite keeps under its own lock; it takes nothing and asks for nothing.
        #[expect(unsafe_code, reason = "rusqlite has no call for it")]
        let bytes = unsafe { ffi::sqlite3_memory_used() };
        Self(bytes)
    }

    /// Whether it has become too much since.
    pub(crate) fn is_over(self) -> bool {
        Self::now().0 - self.0 > MOST
    }
}
