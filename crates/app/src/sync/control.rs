//! Pause, resume and cancel: what a person wishes of the running sync, and the points at which it obeys.

use tokio::sync::watch;

/// Somebody cancelled the sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Run,
    Pause,
    Cancel,
}

/// The wish for the running sync.
#[derive(Debug)]
pub struct Control {
    wish: watch::Sender<Wish>,
}

impl Default for Control {
    fn default() -> Self {
        Self { wish: watch::Sender::new(Wish::Run) }
    }
}

impl Control {
    /// Lets a sync run: at its start, or after a pause. A cancelled one stays cancelled until `clear`.
    pub fn resume(&self) {
        self.change(Wish::Run);
    }
    /// Holds the sync at its next checkpoint.
    pub fn pause(&self) {
        self.change(Wish::Pause);
    }
    /// Ends the sync, also in the middle of a wait.
    pub fn cancel(&self) {
        self.wish.send_replace(Wish::Cancel);
    }
    /// Forgets every earlier wish: a new run begins.
    pub fn clear(&self) {
        self.wish.send_replace(Wish::Run);
    }

    fn change(&self, to: Wish) {
        self.wish.send_if_modified(|wish| {
            let changes = *wish != to && *wish != Wish::Cancel;
            if changes {
                *wish = to;
            }
            changes
        });
    }

    /// Waits out a pause.
    pub async fn checkpoint(&self) -> Result<(), Cancelled> {
        let mut wish = self.wish.subscribe();
        // The sender lives in `self`, so waiting can't fail; if it could, running on would be right.
        let now = wish.wait_for(|wish| *wish != Wish::Pause).await.map_or(Wish::Run, |wish| *wish);
        if now == Wish::Cancel { Err(Cancelled) } else { Ok(()) }
    }

    /// Runs `work` to its end, unless somebody cancels first; then it is dropped where it stands.
    pub async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, Cancelled> {
        let mut wish = self.wish.subscribe();
        let cancelled = async {
            if wish.wait_for(|wish| *wish == Wish::Cancel).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = cancelled => Err(Cancelled),
            done = work => Ok(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_pause_holds_until_it_is_resumed() {
        let control = Control::default();
        control.pause();
        let held = tokio::time::timeout(Duration::from_millis(20), control.checkpoint()).await;
        assert!(held.is_err(), "a paused sync must not pass a checkpoint");
        control.resume();
        assert_eq!(control.checkpoint().await, Ok(()));
    }

    #[tokio::test]
    async fn cancelling_ends_a_wait_and_a_pause_and_cannot_be_resumed() {
        let control = Control::default();
        control.pause();
        control.cancel();
        control.resume();
        assert_eq!(control.checkpoint().await, Err(Cancelled));
        assert_eq!(control.unless_cancelled(std::future::pending::<()>()).await, Err(Cancelled));
        control.clear();
        assert_eq!(control.unless_cancelled(async { 7 }).await, Ok(7));
    }
}
