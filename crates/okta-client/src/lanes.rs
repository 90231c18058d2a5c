//! How many requests run side by side. Okta answers 429 with a limit of 0 when there are too many at once; then half of
//! the lanes close, and open again one by one while calls succeed.

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Semaphore, SemaphorePermit};

#[derive(Debug)]
pub(crate) struct Lanes {
    semaphore: Semaphore,
    most: usize,
    /// Lanes open or in use.
    open: AtomicUsize,
    /// Lanes to close as soon as they are given back.
    surplus: AtomicUsize,
    /// Successes since the last change.
    fine: AtomicUsize,
}

/// So many successes open a lane again.
const REOPEN_AFTER: usize = 32;

/// One lane, in use until dropped.
pub(crate) struct Lane<'a> {
    lanes: &'a Lanes,
    permit: Option<SemaphorePermit<'a>>,
}

impl Lanes {
    pub fn new(most: usize) -> Self {
        let most = most.max(1);
        let zero = || AtomicUsize::new(0);
        Self {
            semaphore: Semaphore::new(most),
            most,
            open: AtomicUsize::new(most),
            surplus: zero(),
            fine: zero(),
        }
    }

    /// Waits for a free lane.
    pub async fn enter(&self) -> Lane<'_> {
        // The semaphore is never closed; without a permit the call would merely run unlimited.
        Lane { lanes: self, permit: self.semaphore.acquire().await.ok() }
    }

    /// Closes half of the lanes; the last one stays.
    pub fn narrow(&self) {
        let open = self.open.load(Ordering::Relaxed);
        let closing = open / 2;
        if closing == 0
            || self.open.compare_exchange(open, open - closing, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            return;
        }
        self.fine.store(0, Ordering::Relaxed);
        let closed = self.semaphore.forget_permits(closing);
        self.surplus.fetch_add(closing - closed, Ordering::Relaxed);
    }

    /// Takes note of a success.
    pub fn went_well(&self) {
        if self.open.load(Ordering::Relaxed) >= self.most {
            return;
        }
        if self.fine.fetch_add(1, Ordering::Relaxed) + 1 >= REOPEN_AFTER {
            self.fine.store(0, Ordering::Relaxed);
            self.open.fetch_add(1, Ordering::Relaxed);
            self.semaphore.add_permits(1);
        }
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        let down = |surplus: usize| surplus.checked_sub(1);
        if self.lanes.surplus.fetch_update(Ordering::Relaxed, Ordering::Relaxed, down).is_ok()
            && let Some(permit) = self.permit.take()
        {
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lanes_close_by_half_and_open_again() {
        let lanes = Lanes::new(4);
        let used = [lanes.enter().await, lanes.enter().await, lanes.enter().await];
        lanes.narrow();
        drop(used);
        assert_eq!(lanes.semaphore.available_permits(), 2, "one was free, one was closed when it came back");
        lanes.narrow();
        lanes.narrow();
        assert_eq!(lanes.semaphore.available_permits(), 1, "the last lane stays");
        for _ in 0..REOPEN_AFTER * 10 {
            lanes.went_well();
        }
        assert_eq!(lanes.semaphore.available_permits(), 4);
    }
}
