//! The pump: what the core tells the pages, as one Tauri event. It looks into nothing that passes.

use contract::{Event, Topic};
use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// The name that `ui/src/host.rs` listens to.
const EVENT: &str = "postern://event";

/// Passes every event on, until the core is gone.
pub async fn run(mut events: Receiver<Event>, shell: AppHandle) {
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            // Nobody knows what was missed, so the pages ask for everything anew.
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "the pages could not keep up");
                Event::Stale(vec![Topic::Session, Topic::Snapshot])
            }
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = shell.emit(EVENT, &event) {
            tracing::warn!(%error, "an event did not reach the pages");
        }
    }
}
