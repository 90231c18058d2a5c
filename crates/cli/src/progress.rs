//! What a person, or a log file, sees on stderr while a sync runs: one line that moves on a terminal, one line per
//! collection elsewhere.

use contract::sync::{SyncPhase, SyncState};
use std::io::{IsTerminal, Write, stderr};

/// One line on stderr. Nobody can be told that stderr is gone, so that is no error.
pub fn say(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}

/// The progress of one sync.
pub struct Progress {
    moving: bool,
    shown: Option<String>,
}

impl Progress {
    /// Moves on a terminal, and is plain elsewhere.
    pub fn new() -> Self {
        Self { moving: stderr().is_terminal(), shown: None }
    }

    /// Shows where the sync stands.
    pub fn show(&mut self, state: &SyncState) {
        if state.phase == SyncPhase::Idle {
            return;
        }
        if self.moving {
            let _ = write!(stderr(), "\r\x1b[K{}", line(state));
            self.shown = state.collection.clone();
        } else if state.collection != self.shown || state.waiting.is_some() {
            say(&line(state));
            self.shown = state.collection.clone();
        }
    }

    /// Leaves the moving line.
    pub fn end(&mut self) {
        if self.moving && self.shown.is_some() {
            say("");
        }
    }
}

fn line(state: &SyncState) -> String {
    let mut line = format!("[{}/{}]", state.step, state.steps);
    match (&state.collection, state.phase) {
        (_, SyncPhase::Finishing) => line.push_str(" completing the snapshot"),
        (Some(collection), _) => line.push_str(&format!(" {collection}")),
        (None, _) => line.push_str(" starting"),
    }
    if state.items > 0 {
        line.push_str(&match state.expected {
            Some(expected) => format!(" {} of about {expected}", state.items),
            None => format!(" {}", state.items),
        });
    }
    if state.rate > 0 {
        line.push_str(&format!(", {}/s", state.rate));
    }
    if let Some(wait) = &state.waiting {
        line.push_str(&format!(", waiting for the rate limit of {} until {}", wait.bucket, wait.until));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_what_is_known() {
        let idle = SyncState::idle();
        let state = SyncState {
            step: 3,
            steps: 14,
            collection: Some("Devices".into()),
            items: 400,
            rate: 90,
            ..idle
        };
        assert_eq!(line(&state), "[3/14] Devices 400, 90/s");
        let state = SyncState { expected: Some(1000), rate: 0, ..state };
        assert_eq!(line(&state), "[3/14] Devices 400 of about 1000");
    }
}
