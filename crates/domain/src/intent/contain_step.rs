//! One step of a containment: one act for one person, or one device of theirs. Decided by the same machine as a device's step;
//! what is read is another. A logout leaves no state behind: it is settled by the System Log, within a time, and never sent
//! again. A risk level may fall back at once because a policy acted on it: the org's answer, or its log, is the proof then.

use super::{Act, Heard, Seen, StepState};
use crate::{ContainAct, Lifecycle, LifecycleMove, RiskLevel, UserStatus};
use serde::{Deserialize, Serialize};

/// What the plan saw.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainExpected {
    Account(UserStatus),
    Device(Lifecycle),
}

/// What a read showed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ContainSeen {
    /// The org does not know the person (any more).
    Gone,
    /// The account is in this state.
    Account(UserStatus),
    /// The device is.
    Device(Seen),
    /// The person's level now and before the request, and whether the org's answer or its log tells that ours was carried out.
    Risk { level: Option<RiskLevel>, before: Option<RiskLevel>, proven: bool },
    /// Whether the log tells that a request without a state of its own was carried out.
    Told(bool),
}

impl ContainAct {
    /// The next act for a step in this journaled state. `expected` is what the plan was made for.
    pub fn next(&self, state: StepState, expected: &ContainExpected, heard: &Heard<ContainSeen>) -> Act {
        state.decide(heard, |seen| self.may_be_sent(expected, seen), |seen| self.is_met_by(seen))
    }

    /// Whether this may be done to an account in this state.
    pub fn applies_to(&self, status: &UserStatus) -> bool {
        match self {
            Self::SuspendUser => *status == UserStatus::Active,
            Self::UnsuspendUser => *status == UserStatus::Suspended,
            // A suspended account may have sessions left in apps; one that never was in use, or is deactivated, has none.
            Self::UniversalLogout | Self::RevokeSessions { .. } | Self::SetRisk { .. } => {
                !matches!(status, UserStatus::Deprovisioned | UserStatus::Staged | UserStatus::Provisioned)
            }
            Self::SuspendDevices => true,
        }
    }

    fn may_be_sent(&self, expected: &ContainExpected, seen: &ContainSeen) -> bool {
        match (self, expected, seen) {
            (Self::SuspendDevices, ContainExpected::Device(planned), ContainSeen::Device(seen)) => {
                seen.is_ready_for(LifecycleMove::Suspend, planned)
            }
            (Self::SuspendDevices, ..) => false,
            (act, _, ContainSeen::Account(status)) => act.applies_to(status),
            _ => false,
        }
    }

    /// Whether the org is as it was asked for, or is known to have done what was asked for.
    pub fn is_met_by(&self, seen: &ContainSeen) -> bool {
        match (self, seen) {
            (Self::SuspendUser, ContainSeen::Account(status)) => *status == UserStatus::Suspended,
            (Self::UnsuspendUser, ContainSeen::Account(status)) => *status == UserStatus::Active,
            (Self::SuspendDevices, ContainSeen::Device(seen)) => seen.is_target_of(LifecycleMove::Suspend),
            (Self::UniversalLogout | Self::RevokeSessions { .. }, ContainSeen::Told(told)) => *told,
            (Self::SetRisk { level: wanted, .. }, ContainSeen::Risk { level, before, proven }) => {
                // A level that was there before proves nothing by being there still.
                *proven || (level.as_ref() == Some(wanted) && before.as_ref() != Some(wanted))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Everything that there is: the org with its log, the wire, the journal on the disk, the case, and the program's memory.
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    struct World {
        act: u8,
        /// The org carries requests out; one that does not answers all the same, and logs nothing.
        works: bool,
        account: Option<UserStatus>,
        level: RiskLevel,
        /// Requests of ours that the org carried out, and those that its log tells of by now.
        done: u8,
        logged: u8,
        sent: u8,
        on_the_wire: bool,
        frozen: bool,
        /// What the journal holds; `None` before it was begun.
        journal: Option<StepState>,
        /// The org took it; only the running program remembers.
        accepted: bool,
        /// After a restart, until a person says so.
        held: bool,
        program: Option<Heard<ContainSeen>>,
        crashes: u8,
        meddling: u8,
        doors: u8,
    }

    fn acts() -> [ContainAct; 4] {
        [
            ContainAct::UniversalLogout,
            ContainAct::RevokeSessions { oauth_tokens: true, forget_devices: false },
            ContainAct::SuspendUser,
            ContainAct::SetRisk { level: RiskLevel::High, reason: String::new() },
        ]
    }

    const EXPECTED: ContainExpected = ContainExpected::Account(UserStatus::Active);

    impl World {
        fn start(act: u8, works: bool) -> Self {
            Self {
                act,
                works,
                account: Some(UserStatus::Active),
                level: RiskLevel::Low,
                done: 0,
                logged: 0,
                sent: 0,
                on_the_wire: false,
                frozen: false,
                journal: None,
                accepted: false,
                held: false,
                program: Some(Heard::Nothing),
                crashes: 2,
                meddling: 1,
                doors: 1,
            }
        }

        fn act(&self) -> ContainAct {
            acts()[usize::from(self.act)].clone()
        }

        fn is_state(&self) -> bool {
            matches!(self.act(), ContainAct::SuspendUser)
        }

        /// Before the request the account is read; afterwards what the request was for.
        fn seen(&self) -> ContainSeen {
            let sent = !matches!(self.journal, None | Some(StepState::Waiting));
            match self.act() {
                ContainAct::UniversalLogout | ContainAct::RevokeSessions { .. } if sent => {
                    ContainSeen::Told(self.logged > 0)
                }
                ContainAct::SetRisk { .. } if sent => ContainSeen::Risk {
                    level: Some(self.level.clone()),
                    before: Some(RiskLevel::Low),
                    proven: self.accepted || self.logged > 0,
                },
                _ => self.account.clone().map_or(ContainSeen::Gone, ContainSeen::Account),
            }
        }

        fn legal(&self) -> bool {
            self.account.as_ref().is_some_and(|status| self.act().applies_to(status))
        }

        fn arrive(&self) -> (Self, bool) {
            let mut next = Self { on_the_wire: false, ..self.clone() };
            let legal = self.legal();
            if legal && self.works {
                next.done += 1;
                match self.act() {
                    ContainAct::SuspendUser => next.account = Some(UserStatus::Suspended),
                    ContainAct::SetRisk { level, .. } => next.level = level,
                    _ => {}
                }
            }
            (next, legal)
        }

        fn hears(self, heard: Heard<ContainSeen>) -> Self {
            Self { program: Some(heard), ..self }
        }

        fn next(&self) -> Vec<Self> {
            let mut worlds = Vec::new();
            if self.on_the_wire {
                worlds.push(self.arrive().0);
                worlds.push(Self { on_the_wire: false, ..self.clone() });
            }
            // Events come late.
            if self.logged < self.done {
                worlds.push(Self { logged: self.logged + 1, ..self.clone() });
            }
            // The entity risk policy logs the person out, and the level falls.
            if self.level == RiskLevel::High {
                worlds.push(Self { level: RiskLevel::Low, ..self.clone() });
            }
            if self.meddling > 0 {
                for account in [Some(UserStatus::Suspended), Some(UserStatus::Deprovisioned), None] {
                    if account != self.account && self.account.is_some() {
                        worlds.push(Self { account, meddling: self.meddling - 1, ..self.clone() });
                    }
                }
            }
            if self.held {
                worlds.push(Self { held: false, ..self.clone() });
            }
            match &self.program {
                // What was interrupted is held before anything else is done.
                None => {
                    worlds.push(Self { held: self.journal.is_some(), ..self.clone().hears(Heard::Nothing) })
                }
                Some(heard) => {
                    if self.crashes > 0 {
                        worlds.push(Self {
                            program: None,
                            accepted: false,
                            crashes: self.crashes - 1,
                            ..self.clone()
                        });
                    }
                    match self.journal {
                        // Only while the page that asked is there; after a crash nobody asks again.
                        None if self.crashes == 2 && !self.frozen => {
                            worlds.push(Self { frozen: true, ..self.clone() });
                        }
                        None if self.crashes == 2 => {
                            worlds.push(Self { journal: Some(StepState::Waiting), ..self.clone() });
                        }
                        None => {}
                        Some(StepState::Waiting) if self.held => {}
                        Some(state) => self.carry_on(self.act().next(state, &EXPECTED, heard), &mut worlds),
                    }
                }
            }
            worlds
        }

        fn carry_on(&self, act: Act, worlds: &mut Vec<Self>) {
            let died =
                |world: Self| Self { program: None, accepted: false, crashes: world.crashes - 1, ..world };
            match act {
                Act::Over => {}
                Act::Read => worlds.push(self.clone().hears(Heard::Read(self.seen()))),
                Act::ReadUntilStill => {
                    // Waiting is for what is on its way, and for what the log has yet to tell.
                    let still = !self.on_the_wire && (self.is_state() || self.logged == self.done);
                    let seen = self.seen();
                    if still || self.act().is_met_by(&seen) {
                        worlds.push(self.clone().hears(Heard::StillRead(seen)));
                    }
                }
                Act::PutBack => {
                    let back = Self { journal: Some(StepState::Waiting), ..self.clone() };
                    worlds.push(back.hears(Heard::Nothing));
                }
                Act::RecordAndRead(state) => {
                    let recorded = Self { journal: Some(state), ..self.clone() };
                    worlds.push(recorded.clone().hears(Heard::Read(recorded.seen())));
                }
                Act::End(state) => {
                    worlds.push(Self { journal: Some(state), ..self.clone() }.hears(Heard::Nothing));
                }
                Act::Send => {
                    let recorded = Self { journal: Some(StepState::Sending), ..self.clone() };
                    if self.crashes > 0 {
                        worlds.push(died(recorded.clone()));
                    }
                    if self.doors > 0 {
                        let turned_away = Self { doors: self.doors - 1, ..recorded.clone() };
                        worlds.push(turned_away.hears(Heard::TurnedAway));
                    }
                    let sent = Self { sent: self.sent + 1, on_the_wire: true, ..recorded };
                    let (arrived, legal) = sent.arrive();
                    // A level that the answer repeats is proof; what a broken org says is none.
                    let said = Self { accepted: legal && self.works, ..arrived.clone() };
                    worlds.push(said.hears(if legal { Heard::Accepted } else { Heard::Rejected }));
                    if self.crashes > 0 {
                        worlds.push(died(arrived.clone()));
                        worlds.push(died(sent.clone()));
                    }
                    worlds.push(arrived.hears(Heard::Lost));
                    worlds.push(sent.hears(Heard::Lost));
                }
            }
        }

        fn check(&self) {
            assert!(self.sent <= 1, "sent twice: {self:?}");
            assert!(self.done <= 1, "carried out twice: {self:?}");
            assert!(self.sent == 0 || self.frozen, "sent before the evidence was frozen: {self:?}");
            assert!(self.journal.is_none() || self.frozen, "begun before the evidence was frozen: {self:?}");
            match self.journal {
                None | Some(StepState::Refused | StepState::Waiting) => {
                    assert_eq!(self.sent, 0, "told as not sent: {self:?}");
                }
                Some(StepState::Rejected) => assert_eq!(self.done, 0, "told as rejected: {self:?}"),
                // Somebody else may suspend the account, too.
                Some(StepState::Verified) if self.meddling == 1 || !self.is_state() => {
                    assert_eq!(self.done, 1, "told as done: {self:?}");
                }
                Some(StepState::NotApplied) if self.meddling == 1 || !self.is_state() => {
                    assert_eq!(self.done, 0, "told as not applied: {self:?}");
                }
                _ => {}
            }
        }
    }

    /// Every interleaving of two crashes, late events, a policy that acts, a meddling admin, and every way to lose a request or
    /// its answer, from freezing the evidence on.
    #[test]
    fn whatever_happens_nothing_is_sent_twice_and_the_journal_tells_the_truth() {
        for (act, works) in (0..4).flat_map(|act| [(act, true), (act, false)]) {
            let mut known = HashSet::from([World::start(act, works)]);
            let mut open = vec![World::start(act, works)];
            let (mut ends, mut kinds) = (0, HashSet::new());
            while let Some(world) = open.pop() {
                world.check();
                let next = world.next();
                match world.journal {
                    Some(state) if state.is_over() => {
                        ends += 1;
                        kinds.insert(state);
                    }
                    Some(_) => assert!(!next.is_empty(), "stuck: {world:?}"),
                    None => {}
                }
                open.extend(next.into_iter().filter(|next| known.insert(next.clone())));
            }
            assert!(known.len() > 200 && ends > 20, "{} worlds, {ends} ends", known.len());
            let mut wanted = vec![StepState::Refused, StepState::Rejected, StepState::NotApplied];
            if works {
                wanted.push(StepState::Verified);
            }
            assert!(
                wanted.iter().all(|state| kinds.contains(state)),
                "{:?} {works}: {kinds:?}",
                acts()[act as usize]
            );
        }
    }

    #[test]
    fn a_level_that_was_there_before_proves_nothing() {
        let act = ContainAct::SetRisk { level: RiskLevel::High, reason: String::new() };
        let seen = |level, before, proven| ContainSeen::Risk { level: Some(level), before, proven };
        assert!(act.is_met_by(&seen(RiskLevel::High, Some(RiskLevel::Low), false)));
        assert!(act.is_met_by(&seen(RiskLevel::High, None, false)));
        assert!(!act.is_met_by(&seen(RiskLevel::High, Some(RiskLevel::High), false)));
        assert!(act.is_met_by(&seen(RiskLevel::Low, Some(RiskLevel::Low), true)), "the policy acted at once");
    }

    #[test]
    fn an_account_that_is_suspended_already_is_not_suspended_again() {
        let read = |status| Heard::Read(ContainSeen::Account(status));
        let next = |act: &ContainAct, status| act.next(StepState::Waiting, &EXPECTED, &read(status));
        assert_eq!(next(&ContainAct::SuspendUser, UserStatus::Suspended), Act::End(StepState::Refused));
        assert_eq!(next(&ContainAct::UnsuspendUser, UserStatus::Suspended), Act::Send);
        assert_eq!(
            next(&ContainAct::UniversalLogout, UserStatus::Suspended),
            Act::Send,
            "apps may be open still"
        );
        assert_eq!(
            next(&ContainAct::UniversalLogout, UserStatus::Deprovisioned),
            Act::End(StepState::Refused)
        );
        let gone =
            ContainAct::UniversalLogout.next(StepState::Waiting, &EXPECTED, &Heard::Read(ContainSeen::Gone));
        assert_eq!(gone, Act::End(StepState::Refused));
    }
}
