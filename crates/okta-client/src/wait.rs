//! What a caller is told while a call stands still, so that a screen can show a countdown instead of nothing.

use domain::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// Why a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The rate limit's window is used up.
    RateLimit,
    /// Little of the window is left: calls are spread over the rest of it.
    Spread,
    /// Too many requests at once; fewer will run side by side from now on.
    Concurrency,
    /// The call failed and is tried again.
    Retry,
}

/// One wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The path pattern whose limit it is: `/api/v1/devices`, `/api/v1/users/*/risk`.
    pub bucket: Box<str>,
    pub why: Why,
    pub lasts: Duration,
    /// When it ends, by this machine's clock.
    pub until: Timestamp,
    /// Calls per window and how many of them are left, where the org has told.
    pub limit: Option<u32>,
    pub remaining: Option<u32>,
}

/// What a watcher hears. Every `Waiting` is followed by one `Resumed` of the same bucket, also when the call is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Waiting(Wait),
    Resumed { bucket: Box<str> },
}

/// Called from within the waiting call: it must return at once.
pub(crate) type Watcher = Arc<dyn Fn(Notice) + Send + Sync>;

/// Sleeps and tells the watcher so. Says `Resumed` from a guard, since a dropped future runs no further line.
pub(crate) async fn wait(watcher: Option<&Watcher>, notice: Wait) {
    struct Guard<'a>(Option<&'a Watcher>, Box<str>);
    impl Drop for Guard<'_> {
        fn drop(&mut self) {
            if let Some(watcher) = self.0 {
                watcher(Notice::Resumed { bucket: self.1.clone() });
            }
        }
    }
    tracing::debug!(bucket = %notice.bucket, why = ?notice.why, seconds = notice.lasts.as_secs_f32(), "waiting");
    let guard = Guard(watcher, notice.bucket.clone());
    let lasts = notice.lasts;
    if let Some(watcher) = watcher {
        watcher(Notice::Waiting(notice));
    }
    tokio::time::sleep(lasts).await;
    drop(guard);
}
