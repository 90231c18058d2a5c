//! Where the running sync stands, for commands that ask and for pages that are told. Pushes are held to about five a
//! second: a page can't show more, and at thousands of items a second each push would cost more than the item.

use crate::events::Events;
use contract::{
    Event, Failure,
    sync::{RateLimit, RateWait, SyncPhase, SyncState},
};
use std::{
    collections::VecDeque,
    sync::Mutex,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// Time between two pushes of mere counting.
const PUSH_EVERY: Duration = Duration::from_millis(200);
/// The rate is told over this time.
const RATE_OVER: Duration = Duration::from_secs(4);

/// The state of one org's sync.
#[derive(Debug)]
pub struct Progress {
    state: watch::Sender<SyncState>,
    events: Events,
    pace: Mutex<Pace>,
}

/// What the rate is told from, and when the last push went out.
#[derive(Debug, Default)]
struct Pace {
    pushed: Option<Instant>,
    seen: VecDeque<(Instant, u64)>,
    total: u64,
}

impl Progress {
    /// Nothing runs yet.
    pub(crate) fn new(events: Events) -> Self {
        Self { state: watch::Sender::new(SyncState::idle()), events, pace: Mutex::default() }
    }

    /// The state now.
    pub fn state(&self) -> SyncState {
        self.state.borrow().clone()
    }

    /// Waits until nothing runs.
    pub async fn idle(&self) -> SyncState {
        let mut state = self.state.subscribe();
        match state.wait_for(|state| state.phase == SyncPhase::Idle).await {
            Ok(state) => state.clone(),
            Err(_) => SyncState::idle(),
        }
    }

    /// Claims the sync for one run; false when one is already under way. `claimed` runs while nobody else can claim or
    /// cancel.
    pub fn begin(&self, steps: u32, claimed: impl FnOnce()) -> bool {
        let begun = self.state.send_if_modified(|state| {
            let idle = state.phase == SyncPhase::Idle;
            if idle {
                claimed();
                *state = SyncState { phase: SyncPhase::Running, steps, ..SyncState::idle() };
            }
            idle
        });
        if begun {
            *self.pace() = Pace::default();
            self.push();
        }
        begun
    }

    /// A new collection is under way.
    pub fn collection(&self, step: u32, name: &str, expected: Option<u64>) {
        self.pace().seen.clear();
        self.change(|state| {
            state.rate = 0;
            state.step = step;
            state.collection = Some(name.to_owned());
            state.items = 0;
            state.expected = expected;
            state.waiting = None;
        });
    }

    /// So many items of the collection are safe in the cache; a resumed collection starts with those of before.
    pub fn items(&self, items: u64, new: u64) {
        let rate = self.pace().rate(new);
        self.state.send_modify(|state| {
            state.items = items;
            state.rate = rate;
        });
        let due = self.pace().pushed.is_none_or(|at| at.elapsed() >= PUSH_EVERY);
        if due {
            self.push();
        }
    }

    /// The org asks to wait, or the wait is over.
    pub fn waiting(&self, wait: Option<RateWait>) {
        if self.state.borrow().waiting != wait {
            self.change(|state| state.waiting = wait);
        }
    }

    /// What the org's headers tell; pushed along with the next count.
    pub fn limit(&self, limit: Option<RateLimit>) {
        self.state.send_modify(|state| state.limit = limit);
    }

    /// Moves to `to` if the phase is `from` now.
    pub fn phase(&self, from: SyncPhase, to: SyncPhase) {
        let moved = self.state.send_if_modified(|state| {
            let moves = state.phase == from;
            if moves {
                state.phase = to;
            }
            moves
        });
        if moved {
            self.push();
        }
    }

    /// The run is over.
    pub fn end(&self, failure: Option<Failure>) {
        self.change(|state| {
            let limit = state.limit.take();
            *state = SyncState { failure, limit, ..SyncState::idle() };
        });
    }

    fn change(&self, change: impl FnOnce(&mut SyncState)) {
        self.state.send_modify(change);
        self.push();
    }

    fn push(&self) {
        self.pace().pushed = Some(Instant::now());
        self.events.send(Event::Sync(self.state()));
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        // Nothing can panic while the lock is held; a poisoned pace would still be a usable one.
        self.pace.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Pace {
    fn rate(&mut self, new: u64) -> u32 {
        let now = Instant::now();
        self.total += new;
        self.seen.push_back((now, self.total));
        while self.seen.len() > 2 && now - self.seen[0].0 > RATE_OVER {
            self.seen.pop_front();
        }
        let (since, before) = self.seen[0];
        let seconds = (now - since).as_secs_f64();
        if seconds < 0.1 { 0 } else { ((self.total - before) as f64 / seconds).round() as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_is_pushed_a_few_times_a_second_and_phases_at_once() {
        let events = Events::default();
        let mut heard = events.listen();
        let progress = Progress::new(events);
        assert!(progress.begin(3, || {}));
        assert!(!progress.begin(3, || panic!("one run at a time")));
        progress.collection(1, "Devices", Some(1000));
        for items in 0..1000 {
            progress.items(items, 1);
        }
        progress.end(None);
        let mut pushes = 0;
        while heard.try_recv().is_ok() {
            pushes += 1;
        }
        assert!((3..10).contains(&pushes), "{pushes} pushes");
        assert_eq!(progress.state().phase, SyncPhase::Idle);
    }
}
