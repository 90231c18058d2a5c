//! One step of a containment carried out: what is read and sent for each act. Decides nothing itself but which failures say
//! something of this person and which of everything.

use super::evidence::LogSays;
use crate::{
    errand::{self, Came, Errand, Unread},
    failure,
    intents::{Halt, may_write, meets_all, write_failure},
    org::Org,
};
use cache::{ContainChange, ContainStep};
use contract::{Failure, FailureKind, session::Reach};
use domain::{
    Act, ContainAct, ContainSeen, EVIDENCE_WITHIN, Heard, LifecycleMove, RiskLevel, Seen, StepState,
    Timestamp, UserStatus,
};
use okta_client::{DeviceNow, Error, Receipt, Refusal, WriteError};
use std::{sync::Arc, time::Duration};

/// Reads while a request may still be under way.
const READS: u32 = 4;

/// One step under way.
pub(super) struct Walk<'o> {
    org: &'o Arc<Org>,
    step: ContainStep,
    /// How long a request that was lost is given to arrive.
    settle: Duration,
    /// What the log says of it, where it was asked.
    log: LogSays,
    seen: Option<ContainSeen>,
    /// What was read, in the org's words.
    words: Option<Box<str>>,
    /// The person's level before the request.
    level_before: Option<RiskLevel>,
    receipt: Option<Receipt>,
    accepted: Option<Timestamp>,
    /// The org's answer repeats the level that was asked for.
    repeated: bool,
    failure: Option<Failure>,
}

impl<'o> Walk<'o> {
    pub fn new(org: &'o Arc<Org>, step: ContainStep, settle: Duration, log: LogSays) -> Self {
        let level_before = step.before.as_deref().map(RiskLevel::from);
        let accepted = step.accepted;
        let (seen, words, receipt, failure) = (None, None, None, None);
        Self {
            org,
            step,
            settle,
            log,
            seen,
            words,
            level_before,
            receipt,
            accepted,
            repeated: false,
            failure,
        }
    }

    /// Walks the step as far as it goes; tells its state then.
    pub async fn finish(mut self) -> Result<(Came, StepState, Option<Failure>), Halt> {
        let came = errand::run(&mut self).await?;
        Ok((came, self.step.state, self.failure))
    }

    fn is_sent(&self) -> bool {
        self.step.state != StepState::Waiting
    }

    /// A call failed in a way that says nothing of this person.
    fn halt(&self, error: &Error) -> Halt {
        let failure = failure::org(error);
        if failure.kind == FailureKind::Unreachable {
            self.org.set_reach(Reach::Offline { why: failure.message.clone() });
        }
        Halt(failure)
    }

    fn unread(&self, error: &Error) -> Unread {
        match error {
            Error::Forbidden { .. }
            | Error::BadRequest(_)
            | Error::Malformed { .. }
            | Error::TooLarge { .. } => Unread::ThisOne(failure::org(error)),
            error => Unread::Any(self.halt(error)),
        }
    }

    async fn account(&mut self) -> Result<ContainSeen, Unread> {
        match self.org.client.user(&self.step.user).await {
            Ok(single) => {
                self.words = Some(single.value.status.as_str().into());
                Ok(ContainSeen::Account(single.value.status))
            }
            Err(Error::NotFound(_)) => Ok(self.gone()),
            Err(error) => Err(self.unread(&error)),
        }
    }

    fn gone(&mut self) -> ContainSeen {
        self.words = Some("GONE".into());
        ContainSeen::Gone
    }

    async fn device(&mut self) -> Result<ContainSeen, Unread> {
        let Some(device) = self.step.device.clone() else { return Ok(self.gone()) };
        let seen = match self.org.client.device_now(&device).await {
            Ok(single) => {
                let DeviceNow { device, moves } = single.value;
                Seen::There { status: device.status, moves }
            }
            Err(Error::NotFound(_)) => Seen::Gone,
            Err(error) => return Err(self.unread(&error)),
        };
        self.words = Some(seen.text().into());
        Ok(ContainSeen::Device(seen))
    }

    /// The level after the request. One that can't be read leaves what the answer or the log proves.
    async fn level(&mut self) -> Result<ContainSeen, Unread> {
        let level = match self.org.client.user_risk(&self.step.user).await {
            Ok(single) => Some(single.value.level),
            Err(error @ (Error::Unreachable { .. } | Error::Timeout { .. } | Error::Server(_))) => {
                return Err(self.unread(&error));
            }
            Err(_) => None,
        };
        self.words = level.as_ref().map(|level| level.as_str().into());
        let proven = self.repeated || matches!(self.log, LogSays::Shows { .. });
        Ok(ContainSeen::Risk { level, before: self.level_before.clone(), proven })
    }

    /// The account before the request, and for a level the level before: where that can't be read, it is not known.
    async fn before(&mut self) -> Result<ContainSeen, Unread> {
        let seen = self.account().await?;
        if matches!(self.step.act, ContainAct::SetRisk { .. }) && matches!(seen, ContainSeen::Account(_)) {
            let risk = self.org.client.user_risk(&self.step.user).await;
            self.level_before = risk.ok().map(|single| single.value.level);
            self.words = self.level_before.as_ref().map(|level| level.as_str().into());
        }
        Ok(seen)
    }

    /// Whether what is outstanding had its time.
    fn is_over_due(&self) -> bool {
        let since = self.step.sent.unwrap_or(self.step.changed);
        self.org.now().since(since) >= EVIDENCE_WITHIN
    }

    fn change(&self, state: StepState) -> ContainChange {
        let sent = self.is_sent() && state != StepState::Sending;
        ContainChange {
            state,
            before: self.words.clone().filter(|_| !sent),
            after: self.after(state).filter(|_| sent),
            request_id: self.receipt.as_ref().and_then(|receipt| receipt.request_id.clone()),
            failure: self.failure.as_ref().map(write_failure),
            accepted: self.accepted,
            evidence: match &self.log {
                LogSays::Shows { uuid, .. } if state == StepState::Verified => Some(uuid.clone()),
                _ => None,
            },
        }
    }

    /// What is known after the request, in words of the org's where there are any.
    fn after(&self, state: StepState) -> Option<Box<str>> {
        match (&self.step.act, &self.log, &self.seen) {
            (act, LogSays::Shows { kind, .. }, _) if act.is_told_by_log_alone() => {
                Some(format!("in the log: {kind}").into())
            }
            (act, ..) if act.is_told_by_log_alone() => {
                self.accepted.map(|_| "accepted (204), not in the log yet".into())
            }
            (
                ContainAct::SetRisk { level: wanted, .. },
                _,
                Some(ContainSeen::Risk { level: Some(now), .. }),
            ) if state == StepState::Verified && now != wanted => {
                let told = format!(
                    "{} taken, {} now: a policy or a logout set it back",
                    wanted.as_str(),
                    now.as_str()
                );
                Some(told.into())
            }
            _ => self.words.clone(),
        }
    }

    fn refusal_words(&self) -> String {
        match &self.seen {
            Some(ContainSeen::Gone) => "The org does not know this person any more.".to_owned(),
            Some(ContainSeen::Account(UserStatus::Suspended)) => {
                "The account is suspended already.".to_owned()
            }
            Some(ContainSeen::Account(status)) => {
                format!("The account is {} now; this is not done to it then.", status.label().to_lowercase())
            }
            Some(ContainSeen::Device(Seen::There { status, .. })) => {
                format!("The device is {} now.", status.label().to_lowercase())
            }
            Some(ContainSeen::Device(Seen::Gone)) => "The org does not know this device any more.".to_owned(),
            _ => "It changed since this was planned.".to_owned(),
        }
    }
}

impl Errand for Walk<'_> {
    type Seen = ContainSeen;

    fn state(&self) -> StepState {
        self.step.state
    }

    fn next(&self, heard: &Heard<ContainSeen>) -> Act {
        self.step.act.next(self.step.state, &self.step.expected, heard)
    }

    fn failure(&mut self) -> &mut Option<Failure> {
        &mut self.failure
    }

    async fn read(&mut self) -> Result<ContainSeen, Unread> {
        let seen = match &self.step.act {
            ContainAct::SuspendDevices => self.device().await?,
            _ if !self.is_sent() => self.before().await?,
            ContainAct::SuspendUser | ContainAct::UnsuspendUser => self.account().await?,
            ContainAct::SetRisk { .. } => self.level().await?,
            // Nothing to read: the log was asked for all of them together, or will be.
            ContainAct::UniversalLogout | ContainAct::RevokeSessions { .. } => {
                ContainSeen::Told(matches!(self.log, LogSays::Shows { .. }))
            }
        };
        self.seen = Some(seen.clone());
        Ok(seen)
    }

    async fn read_until_still(&mut self) -> Result<Option<ContainSeen>, Halt> {
        if self.step.act.is_told_by_log_alone() || matches!(self.step.act, ContainAct::SetRisk { .. }) {
            let seen = self.read().await?;
            // Silence is an answer only once the log was read and had its time.
            let silent = matches!(self.log, LogSays::Nothing) && self.is_over_due();
            return Ok((self.step.act.is_met_by(&seen) || silent).then_some(seen));
        }
        // One that was lost before a restart has had its time already.
        let since = u64::try_from(self.org.now().since(self.step.changed)).unwrap_or(0);
        let left = self.settle.saturating_sub(Duration::from_millis(since));
        for _ in 0..READS {
            let seen = self.read().await?;
            if self.step.act.is_met_by(&seen) || left.is_zero() {
                return Ok(Some(seen));
            }
            tokio::time::sleep(left / READS).await;
        }
        Ok(Some(self.read().await?))
    }

    async fn admit(&self) -> Result<Duration, Halt> {
        let (client, user) = (&self.org.client, &self.step.user);
        let admitted = match (&self.step.act, &self.step.device) {
            (ContainAct::UniversalLogout, _) => client.admit_logout(user).await,
            (ContainAct::RevokeSessions { .. }, _) => client.admit_clear_sessions(user).await,
            (ContainAct::SuspendUser, _) => client.admit_user_move(user, true).await,
            (ContainAct::UnsuspendUser, _) => client.admit_user_move(user, false).await,
            (ContainAct::SetRisk { .. }, _) => client.admit_set_risk(user).await,
            (ContainAct::SuspendDevices, Some(device)) => {
                client.admit_move(device, LifecycleMove::Suspend).await
            }
            (ContainAct::SuspendDevices, None) => Ok(Duration::ZERO),
        };
        admitted.map_err(|error| self.halt(&error))
    }

    async fn claim(&mut self) -> Result<bool, Halt> {
        // The wait for the rate limit may have been long: whoever locked the org meanwhile is obeyed.
        may_write(self.org).map_err(Halt)?;
        let (id, n, now, before) = (self.step.containment, self.step.n, self.org.now(), self.words.clone());
        let claimed = self
            .org
            .read(move |org| org.cache.claim_contain_step(id, n, before, now).map_err(failure::cache));
        let claimed = claimed.await.map_err(Halt)?;
        if claimed {
            (self.step.state, self.step.changed, self.step.sent) = (StepState::Sending, now, Some(now));
        }
        Ok(claimed)
    }

    async fn send(&mut self) -> Heard<ContainSeen> {
        let (client, user) = (&self.org.client, &self.step.user);
        let sent = match (&self.step.act, &self.step.device) {
            (ContainAct::UniversalLogout, _) => client.log_out(user).await,
            (ContainAct::RevokeSessions { oauth_tokens, forget_devices }, _) => {
                client.clear_sessions(user, *oauth_tokens, *forget_devices).await
            }
            (ContainAct::SuspendUser, _) => client.move_user(user, true).await,
            (ContainAct::UnsuspendUser, _) => client.move_user(user, false).await,
            (ContainAct::SetRisk { level, reason }, _) => {
                client.set_user_risk(user, level, reason).await.map(|set| {
                    self.repeated = set.level.as_ref() == Some(level);
                    set.receipt
                })
            }
            (ContainAct::SuspendDevices, Some(device)) => {
                client.move_device(device, LifecycleMove::Suspend).await
            }
            (ContainAct::SuspendDevices, None) => return Heard::Rejected,
        };
        match sent {
            Ok(receipt) => {
                (self.receipt, self.accepted) = (Some(receipt), Some(self.org.now()));
                self.failure = None;
                Heard::Accepted
            }
            Err(WriteError::Unknown(error)) => {
                self.failure = Some(failure::org(&error));
                Heard::Lost
            }
            // No failure is kept: it knocks again.
            Err(WriteError::TurnedAway(error)) => {
                tracing::debug!(%error, "a containment was turned away and knocks again");
                self.failure = None;
                Heard::TurnedAway
            }
            Err(WriteError::NotDone(error)) if meets_all(&error) && !may_be_of_this_one(&error) => {
                self.failure = Some(self.halt(&error).0);
                Heard::TurnedAway
            }
            Err(WriteError::NotDone(error)) => {
                self.failure = Some(rejection(&self.step.act, &error));
                Heard::Rejected
            }
        }
    }

    async fn record(&mut self, state: StepState) -> Result<(), Halt> {
        let (id, n, now, change) = (self.step.containment, self.step.n, self.org.now(), self.change(state));
        let written =
            self.org.read(move |org| org.cache.set_contain_step(id, n, &change, now).map_err(failure::cache));
        written.await.map_err(Halt)?;
        (self.step.state, self.step.changed) = (state, now);
        Ok(())
    }

    async fn put_back(&mut self) -> Result<(), Halt> {
        let (id, n, now) = (self.step.containment, self.step.n, self.org.now());
        let change = ContainChange::to(StepState::Waiting);
        let put = self
            .org
            .read(move |org| org.cache.put_contain_step_back(id, n, &change, now).map_err(failure::cache));
        self.step.state = put.await.map_err(Halt)?;
        (self.step.changed, self.step.sent) = (now, None);
        Ok(())
    }

    fn explain(&mut self, state: StepState) {
        let told = match state {
            // What was lost for a moment and is verified has nothing to complain of.
            StepState::Verified => {
                self.failure = None;
                return;
            }
            StepState::Refused => Failure::new(FailureKind::Conflict, self.refusal_words()),
            StepState::NotApplied if self.accepted.is_some() && self.step.act.is_told_by_log_alone() => {
                Failure::new(FailureKind::Conflict, "The org took the request, and its log shows nothing of it.")
                    .hint("By Okta’s own help that means it did not work: look at the person’s sessions, and contain again.")
            }
            StepState::NotApplied => Failure::new(FailureKind::Conflict, "The request shows no effect.")
                .hint("Nothing was changed, as far as the org tells: it can be asked for again."),
            _ => return,
        };
        self.failure = Some(told);
    }
}

/// A right may be missing for one person alone: admins of a group manage its members only. Whether everybody meets it shows by
/// how many do.
fn may_be_of_this_one(error: &Error) -> bool {
    matches!(error, Error::Forbidden { .. } | Error::NotAvailable(_))
}

/// The org said no to this step: in its own words.
fn rejection(act: &ContainAct, error: &Error) -> Failure {
    let words = |refusal: &Refusal| {
        let mut words: Vec<&str> =
            refusal.summary.iter().chain(&refusal.causes).map(|text| &**text).collect();
        words.dedup();
        if words.is_empty() { format!("HTTP {}", refusal.status) } else { words.join(" ") }
    };
    let failure = match error {
        Error::Forbidden { refusal, .. } => Failure::new(
            FailureKind::Forbidden,
            format!("The credential may not do this to this person: {}", words(refusal)),
        )
        .hint(format!("It takes the scope {} and an admin role that covers them.", act.scope())),
        Error::NotAvailable(refusal) => Failure::new(
            FailureKind::NotAvailable,
            format!("The org does not have this feature: {}", words(refusal)),
        ),
        Error::BadRequest(refusal) | Error::Conflict(refusal) => {
            Failure::new(FailureKind::Conflict, format!("The org refused it: {}", words(refusal)))
                .hint("Nothing was changed. Sync, and look at what the account is now.")
        }
        Error::NotFound(refusal) => {
            Failure::new(FailureKind::NotFound, format!("The org refused it: {}", words(refusal)))
        }
        other => return failure::org(other),
    };
    Failure { org_error_id: error.org_error_id().map(str::to_owned), ..failure }
}
