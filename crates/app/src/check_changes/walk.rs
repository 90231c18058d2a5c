//! One change of one check carried out: reads, sends and writes the journal as the machine in `domain` says. Decides nothing
//! itself but which failures say something of the change and which of everything.

use super::{echo::Ended, shown::write_seen};
use crate::{
    errand::{self, Came, Errand, Unread},
    failure,
    intents::{Halt, may_write, meets_all, write_failure},
    org::Org,
};
use cache::{CheckChange, CheckStep};
use contract::{Failure, FailureKind, session::Reach};
use domain::{Act, CheckKind, CheckSeen, CheckWish, Heard, ObjectId, OrgCheck, StepState};
use okta_client::{CreatedCheck, Error, Receipt, Refusal, WriteError};
use std::{sync::Arc, time::Duration};

/// Reads while a request may still be under way.
const READS: u32 = 4;

/// One change under way.
pub(super) struct Walk<'o> {
    org: &'o Arc<Org>,
    change: CheckChange,
    /// How long a request that was lost is given to arrive.
    settle: Duration,
    check: Option<(OrgCheck, Box<str>)>,
    seen: Option<CheckSeen>,
    /// The check that the org says it made.
    made: Option<ObjectId>,
    receipt: Option<Receipt>,
    failure: Option<Failure>,
}

impl<'o> Walk<'o> {
    pub fn new(org: &'o Arc<Org>, change: CheckChange, settle: Duration) -> Self {
        let (check, seen, made, receipt, failure) = (None, None, None, None, None);
        Self { org, change, settle, check, seen, made, receipt, failure }
    }

    /// Walks the change to its end; `None` when it was held before it was sent, or nothing was read.
    pub async fn finish(mut self) -> Result<Option<Ended>, Halt> {
        match errand::run(&mut self).await? {
            Came::ToItsEnd => Ok(self.ended()),
            Came::Held | Came::Outstanding => Ok(None),
        }
    }

    /// What was read last, for the snapshots.
    fn ended(self) -> Option<Ended> {
        match (self.check, self.seen?) {
            (Some((check, raw)), CheckSeen::There { .. }) => Some(Ended::There(Box::new(check), raw)),
            _ => self.change.wish.id().cloned().or(self.made).map(Ended::Gone),
        }
    }

    /// A call failed in a way that says nothing of the change.
    fn halt(&self, error: &Error) -> Halt {
        let failure = failure::org(error);
        if failure.kind == FailureKind::Unreachable {
            self.org.set_reach(Reach::Offline { why: failure.message.clone() });
        }
        Halt(failure)
    }

    fn step(&self, step: StepState) -> CheckStep {
        // A check of that name that was found is the one that was to be made if it is what was asked for.
        let found = self.check.as_ref().map(|(check, _)| check.id.clone());
        CheckStep {
            step,
            object: self.made.clone().or(found.filter(|_| step == StepState::Verified)),
            found: self.seen.as_ref().map(write_seen),
            request_id: self.receipt.as_ref().and_then(|receipt| receipt.request_id.clone()),
            failure: self.failure.as_ref().map(write_failure),
        }
    }
}

impl Errand for Walk<'_> {
    type Seen = CheckSeen;

    fn state(&self) -> StepState {
        self.change.step
    }

    fn next(&self, heard: &Heard<CheckSeen>) -> Act {
        self.change.wish.next(self.change.step, heard)
    }

    fn failure(&mut self) -> &mut Option<Failure> {
        &mut self.failure
    }

    /// Waits for the rate limit; answers how long.
    async fn admit(&self) -> Result<Duration, Halt> {
        let admitted = self.org.client.admit_check_change(&self.change.wish).await;
        admitted.map_err(|error| self.halt(&error))
    }

    /// Reads the check by id; one that is to be made, by its variable name until the org told its id.
    async fn read(&mut self) -> Result<CheckSeen, Unread> {
        let client = &self.org.client;
        let found = match self.change.wish.id().or(self.made.as_ref()) {
            Some(id) => match client.posture_check_now(id).await {
                Ok(single) => Ok(Some(single)),
                // Without Okta's own code it is something before the org that does not know the path.
                Err(Error::NotFound(refusal)) if refusal.code.is_some() => Ok(None),
                Err(error) => Err(error),
            },
            None => client.posture_check_named(self.change.wish.variable_name()).await,
        };
        let found = found.map_err(|error| Unread::Any(self.halt(&error)))?;
        self.org.set_reach(Reach::Online);
        let seen = match found {
            Some(single) => {
                let builtin = single.value.kind == CheckKind::Builtin;
                let seen = CheckSeen::There { content: Box::new(single.value.content.clone()), builtin };
                self.check = Some((single.value, single.raw));
                seen
            }
            None => {
                self.check = None;
                CheckSeen::Gone
            }
        };
        self.seen = Some(seen.clone());
        Ok(seen)
    }

    /// Reads until the change shows, or long enough for a request that is still under way to arrive.
    async fn read_until_still(&mut self) -> Result<Option<CheckSeen>, Halt> {
        // One that was lost before a restart has had its time already.
        let since = u64::try_from(self.org.now().since(self.change.changed)).unwrap_or(0);
        let left = self.settle.saturating_sub(Duration::from_millis(since));
        for _ in 0..READS {
            let seen = self.read().await?;
            if self.change.wish.is_met_by(&seen) || left.is_zero() {
                return Ok(Some(seen));
            }
            tokio::time::sleep(left / READS).await;
        }
        Ok(Some(self.read().await?))
    }

    /// Writes down that it is going to be sent; when this returns `true`, that is on the disk.
    async fn claim(&mut self) -> Result<bool, Halt> {
        // The wait for the rate limit may have been long: whoever locked the org meanwhile is obeyed.
        may_write(self.org).map_err(Halt)?;
        let (id, now) = (self.change.id, self.org.now());
        let found = self.seen.as_ref().map(write_seen);
        let claimed =
            self.org.read(move |org| org.cache.claim_check_change(id, found, now).map_err(failure::cache));
        let claimed = claimed.await.map_err(Halt)?;
        if claimed {
            (self.change.step, self.change.changed) = (StepState::Sending, now);
        }
        Ok(claimed)
    }

    /// Sends it, once.
    async fn send(&mut self) -> Heard<CheckSeen> {
        let client = &self.org.client;
        let sent = match &self.change.wish {
            CheckWish::Create { content } => {
                client.create_posture_check(content).await.map(|CreatedCheck { receipt, id }| {
                    self.made = id;
                    receipt
                })
            }
            CheckWish::Replace { id, content, .. } => client.replace_posture_check(id, content).await,
            CheckWish::Delete { id, .. } => client.delete_posture_check(id).await,
        };
        match sent {
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
                tracing::debug!(%error, "a change of a check was turned away and knocks again");
                self.failure = None;
                Heard::TurnedAway
            }
            Err(WriteError::NotDone(error)) if meets_all(&error) => {
                self.failure = Some(self.halt(&error).0);
                Heard::TurnedAway
            }
            Err(WriteError::NotDone(error)) => {
                self.failure = Some(rejection(&error));
                Heard::Rejected
            }
        }
    }

    /// Why it ended as it did, where nothing failed.
    fn explain(&mut self, state: StepState) {
        let (kind, told, hint) = match (state, &self.change.wish, &self.seen) {
            // What was lost for a moment and is verified has nothing to complain of.
            (StepState::Verified, ..) => {
                self.failure = None;
                return;
            }
            (StepState::Refused, CheckWish::Create { content }, _) => {
                let told =
                    format!("The org has a check with the variable name {} by now.", content.variable_name);
                (FailureKind::Conflict, told, "Choose another variable name.")
            }
            (StepState::Refused, _, Some(CheckSeen::Gone)) => {
                let told = "The org does not know this check any more.".to_owned();
                (
                    FailureKind::NotFound,
                    told,
                    "Somebody deleted it meanwhile: make it again, if it is still wanted.",
                )
            }
            (StepState::Refused, _, Some(CheckSeen::There { builtin: true, .. })) => {
                let told = "It is a built-in check of Okta’s.".to_owned();
                (FailureKind::BadInput, told, "Make a copy of it.")
            }
            (StepState::Refused, ..) => {
                let told = "Somebody changed this check since this was planned.".to_owned();
                (FailureKind::Conflict, told, "Compare both contents, and decide again.")
            }
            (StepState::NotApplied, ..) if self.receipt.is_some() => {
                let told = "The org took the change, and shows something else now.".to_owned();
                (FailureKind::Conflict, told, "Somebody may have changed it at once: look at what it is now.")
            }
            (StepState::NotApplied, ..) => {
                let told = "The request shows no effect.".to_owned();
                (FailureKind::Conflict, told, "Nothing was changed: it can be asked for again.")
            }
            _ => return,
        };
        self.failure = Some(Failure::new(kind, told).hint(hint));
    }

    /// Writes down that the claimed change did nothing.
    async fn put_back(&mut self) -> Result<(), Halt> {
        let (id, step, now) = (self.change.id, self.step(StepState::Waiting), self.org.now());
        let put =
            self.org.read(move |org| org.cache.put_check_change_back(id, &step, now).map_err(failure::cache));
        self.change.step = put.await.map_err(Halt)?;
        self.change.changed = now;
        Ok(())
    }

    /// Writes a state into the journal; when this returns, it is on the disk.
    async fn record(&mut self, state: StepState) -> Result<(), Halt> {
        let (id, step, now) = (self.change.id, self.step(state), self.org.now());
        let written =
            self.org.read(move |org| org.cache.set_check_step(id, &step, now).map_err(failure::cache));
        written.await.map_err(Halt)?;
        (self.change.step, self.change.changed) = (state, now);
        Ok(())
    }
}

/// The org said no to this change: in its own words.
fn rejection(error: &Error) -> Failure {
    let told = |kind, refusal: &Refusal, hint: &str| {
        let mut words: Vec<&str> =
            refusal.summary.iter().chain(&refusal.causes).map(|text| &**text).collect();
        words.dedup();
        let words = words.join(" ");
        let words = if words.is_empty() { format!("HTTP {}", refusal.status) } else { words };
        let failure = Failure::new(kind, format!("The org refused it: {words}")).hint(hint);
        Failure { org_error_id: error.org_error_id().map(str::to_owned), ..failure }
    };
    match error {
        Error::Conflict(refusal) => told(
            FailureKind::Conflict,
            refusal,
            "Nothing was changed. Sync, and look where the check is used.",
        ),
        Error::BadRequest(refusal) => told(
            FailureKind::BadInput,
            refusal,
            "Nothing was changed. Change what the org names, and try again.",
        ),
        Error::NotFound(refusal) => {
            told(FailureKind::NotFound, refusal, "Somebody deleted the check meanwhile.")
        }
        other => failure::org(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_is_told_in_the_orgs_words() {
        let refusal = |status, summary: Option<&str>, causes: &[&str]| {
            Box::new(Refusal {
                status,
                path: "/x".into(),
                code: None,
                summary: summary.map(Into::into),
                causes: causes.iter().map(|cause| (*cause).into()).collect(),
                error_id: Some("oae1".into()),
                request_id: None,
            })
        };
        let check = |error: Error, kind: FailureKind, words: &str| {
            let failure = rejection(&error);
            assert_eq!((failure.kind, &*failure.message), (kind, words));
            assert_eq!(failure.org_error_id.as_deref(), Some("oae1"));
            assert!(failure.hint.is_some());
        };
        let in_use = refusal(409, Some("It is in use."), &["It is in use."]);
        check(Error::Conflict(in_use), FailureKind::Conflict, "The org refused it: It is in use.");
        let invalid = refusal(400, Some("Api validation failed: variableName"), &["variableName: taken"]);
        check(
            Error::BadRequest(invalid),
            FailureKind::BadInput,
            "The org refused it: Api validation failed: variableName variableName: taken",
        );
        check(
            Error::NotFound(refusal(404, None, &[])),
            FailureKind::NotFound,
            "The org refused it: HTTP 404",
        );
    }
}
