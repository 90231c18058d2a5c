//! The pushes: one channel that the shell or the browser's bridge forwards to the pages.

use contract::{Event, Topic};
use tokio::sync::broadcast;

/// How many pushes a slow listener may lag behind. One that lags more is told so by the channel, and asks for everything
/// again.
const KEPT: usize = 64;

/// Where pushes are sent.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }
}

impl Events {
    /// Tells everybody; that nobody listens is no error.
    pub fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }
    /// Tells everybody that these went stale.
    pub fn stale(&self, topics: &[Topic]) {
        if !topics.is_empty() {
            self.send(Event::Stale(topics.to_vec()));
        }
    }
    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
