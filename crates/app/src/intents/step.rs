//! One step carried out: reads, sends and writes the journal as the machine in `domain` says. Decides nothing itself but
//! which failures would meet every further step too.

use super::shown::write_failure;
use crate::{
    errand::{self, Came, Errand, Unread},
    failure,
    org::Org,
};
use cache::{Step, StepChange};
use contract::{Failure, FailureKind, session::Reach};
use domain::{Act, Device, DeviceId, Heard, LifecycleMove, Seen, StepState};
use okta_client::{DeviceNow, Error, Receipt, Single, WriteError};
use std::{sync::Arc, time::Duration};

/// How a step came to its end.
pub(super) struct Ended {
    pub id: DeviceId,
    /// The device as it was read last, with its JSON; `None` where it is gone or was never read.
    pub device: Option<(Device, Box<str>)>,
    /// The org does not know the device any more.
    pub gone: bool,
}

/// What would meet every further step: the intent is held.
#[derive(Debug)]
pub(crate) struct Halt(pub Failure);

/// Reads while a request may still be under way.
const READS: u32 = 4;

/// Whether a failed read says something of this device alone: it may not be read, or its record can't be.
fn is_of_this_one(error: &Error) -> bool {
    matches!(
        error,
        Error::Forbidden { .. } | Error::BadRequest(_) | Error::Malformed { .. } | Error::TooLarge { .. }
    )
}

/// Turned away too often in a row.
pub(crate) fn door_stays_shut() -> Failure {
    Failure::new(
        FailureKind::RateLimited,
        "The org turned the change away again and again: its rate limit, or the credential.",
    )
    .hint("Nothing was done. Resume it later.")
}

/// One step under way.
pub(super) struct Walk<'o> {
    pub org: &'o Arc<Org>,
    pub wish: LifecycleMove,
    pub step: Step,
    /// How long a request that was lost is given to arrive.
    pub settle: Duration,
    device: Option<(Device, Box<str>)>,
    seen: Option<Seen>,
    receipt: Option<Receipt>,
    failure: Option<Failure>,
}

impl<'o> Walk<'o> {
    pub fn new(org: &'o Arc<Org>, wish: LifecycleMove, step: Step, settle: Duration) -> Self {
        Self { org, wish, step, settle, device: None, seen: None, receipt: None, failure: None }
    }

    /// Walks the step to its end; `None` when its intent was held before it was sent.
    pub async fn finish(mut self) -> Result<Option<Ended>, Halt> {
        match errand::run(&mut self).await? {
            Came::Held | Came::Outstanding => Ok(None),
            Came::ToItsEnd => {
                let gone = self.seen == Some(Seen::Gone);
                Ok(Some(Ended { id: self.step.device, device: self.device, gone }))
            }
        }
    }

    /// A call failed in a way that says nothing of the device.
    fn halt(&self, error: &Error) -> Halt {
        let failure = failure::org(error);
        if failure.kind == FailureKind::Unreachable {
            self.org.set_reach(Reach::Offline { why: failure.message.clone() });
        }
        Halt(failure)
    }

    fn seen_as_planned(&self) -> bool {
        matches!(&self.seen, Some(Seen::There { status, .. }) if *status == self.step.expected)
    }

    fn change(&self, state: StepState) -> StepChange {
        StepChange {
            state,
            found: self.seen.as_ref().map(|seen| seen.text().into()),
            request_id: self.receipt.as_ref().and_then(|receipt| receipt.request_id.clone()),
            failure: self.failure.as_ref().map(write_failure),
        }
    }
}

impl Errand for Walk<'_> {
    type Seen = Seen;

    fn state(&self) -> StepState {
        self.step.state
    }

    fn next(&self, heard: &Heard) -> Act {
        self.step.state.next(self.wish, &self.step.expected, heard)
    }

    fn failure(&mut self) -> &mut Option<Failure> {
        &mut self.failure
    }

    /// Waits for the rate limit; answers how long.
    async fn admit(&self) -> Result<Duration, Halt> {
        let admitted = self.org.client.admit_move(&self.step.device, self.wish).await;
        admitted.map_err(|error| self.halt(&error))
    }

    async fn read(&mut self) -> Result<Seen, Unread> {
        let seen = match self.org.client.device_now(&self.step.device).await {
            Ok(Single { value: DeviceNow { device, moves }, raw, .. }) => {
                let status = device.status.clone();
                self.device = Some((device, raw));
                Seen::There { status, moves }
            }
            Err(Error::NotFound(_)) => {
                self.device = None;
                Seen::Gone
            }
            Err(error) if is_of_this_one(&error) => return Err(Unread::ThisOne(failure::org(&error))),
            Err(error) => return Err(Unread::Any(self.halt(&error))),
        };
        self.org.set_reach(Reach::Online);
        self.seen = Some(seen.clone());
        Ok(seen)
    }

    /// Reads until the change shows, or long enough for a request that is still under way to arrive.
    async fn read_until_still(&mut self) -> Result<Option<Seen>, Halt> {
        // One that was lost before a restart has had its time already.
        let since = u64::try_from(self.org.now().since(self.step.changed)).unwrap_or(0);
        let left = self.settle.saturating_sub(Duration::from_millis(since));
        for _ in 0..READS {
            let seen = self.read().await?;
            if seen.is_target_of(self.wish) || left.is_zero() {
                return Ok(Some(seen));
            }
            tokio::time::sleep(left / READS).await;
        }
        Ok(Some(self.read().await?))
    }

    /// Writes down that it is going to be sent; when this returns `true`, that is on the disk.
    async fn claim(&mut self) -> Result<bool, Halt> {
        let (id, n, now) = (self.step.intent, self.step.n, self.org.now());
        let found: Option<Box<str>> = self.seen.as_ref().map(|seen| seen.text().into());
        let claimed =
            self.org.read(move |org| org.cache.claim_step(id, n, found, now).map_err(failure::cache));
        let claimed = claimed.await.map_err(Halt)?;
        if claimed {
            (self.step.state, self.step.changed) = (StepState::Sending, now);
        }
        Ok(claimed)
    }

    /// Sends it, once.
    async fn send(&mut self) -> Heard {
        match self.org.client.move_device(&self.step.device, self.wish).await {
            Ok(receipt) => {
                self.receipt = Some(receipt);
                Heard::Accepted
            }
            Err(WriteError::Unknown(error)) => {
                self.failure = Some(failure::org(&error));
                Heard::Lost
            }
            // No failure is kept: it knocks again.
            Err(WriteError::TurnedAway(error)) => {
                tracing::debug!(%error, "a change was turned away and knocks again");
                self.failure = None;
                Heard::TurnedAway
            }
            Err(WriteError::NotDone(error)) => {
                let heard = if meets_all(&error) { Heard::TurnedAway } else { Heard::Rejected };
                if heard == Heard::TurnedAway {
                    self.failure = Some(self.halt(&error).0);
                } else {
                    self.failure = Some(failure::org(&error));
                }
                heard
            }
        }
    }

    /// Why it ended as it did, where nothing failed.
    fn explain(&mut self, state: StepState) {
        let now = match &self.seen {
            Some(Seen::Gone) => "the org does not know it any more".to_owned(),
            Some(Seen::There { status, .. }) => format!("it is {} now", status.label().to_lowercase()),
            None => "it was not read".to_owned(),
        };
        let planned = self.step.expected.label().to_lowercase();
        let told = match state {
            StepState::Refused if self.seen_as_planned() => {
                format!("The org does not allow it now, though the device is {planned}.")
            }
            StepState::Refused => {
                format!("It changed since: {now}, and was {planned} when this was planned.")
            }
            StepState::NotApplied => format!("The request shows no effect: {now}."),
            // A verified step that was lost for a moment has nothing to complain of.
            StepState::Verified => {
                self.failure = None;
                return;
            }
            _ => return,
        };
        self.failure = Some(Failure::new(FailureKind::Conflict, told));
    }

    /// Writes down that the claimed step did nothing.
    async fn put_back(&mut self) -> Result<(), Halt> {
        let (change, now) = (self.change(StepState::Waiting), self.org.now());
        let (id, n) = (self.step.intent, self.step.n);
        let put =
            self.org.read(move |org| org.cache.put_step_back(id, n, &change, now).map_err(failure::cache));
        self.step.state = put.await.map_err(Halt)?;
        self.step.changed = now;
        Ok(())
    }

    /// Writes a state into the journal; when this returns, it is on the disk.
    async fn record(&mut self, state: StepState) -> Result<(), Halt> {
        let change = self.change(state);
        let (id, n, now) = (self.step.intent, self.step.n, self.org.now());
        let written =
            self.org.read(move |org| org.cache.set_step(id, n, &change, now).map_err(failure::cache));
        written.await.map_err(Halt)?;
        (self.step.state, self.step.changed) = (state, now);
        Ok(())
    }
}

/// Whether every other step would meet the same: nobody there, no right, no patience left.
pub(crate) fn meets_all(error: &Error) -> bool {
    match error {
        Error::Conflict(_) | Error::NotFound(_) | Error::BadRequest(_) => false,
        Error::Unauthorized(_)
        | Error::TokenRefused { .. }
        | Error::DpopRequired
        | Error::Forbidden { .. }
        | Error::NotAvailable(_)
        | Error::RateLimited { .. }
        | Error::Unreachable { .. }
        | Error::Timeout { .. }
        | Error::Server(_)
        | Error::Malformed { .. }
        | Error::TooLarge { .. }
        | Error::ForeignLink { .. }
        | Error::InvalidOrg(_)
        | Error::Key(_)
        | Error::Setup(_)
        | Error::Cancelled => true,
    }
}
