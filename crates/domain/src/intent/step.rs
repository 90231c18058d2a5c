//! One step of an intent: one move of one device. The machine that decides, from what is in the journal and what was heard,
//! what is done next. It is explored exhaustively below, crashes and other admins included, since its promise is that the
//! org and the journal agree in the end and that nothing is sent twice.

use crate::{Lifecycle, LifecycleMove};
use serde::{Deserialize, Serialize};

/// What the journal holds of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Nothing was sent.
    Waiting,
    /// Written before the request goes out: from here on it may have been sent.
    Sending,
    /// It may have been sent, and nobody heard what came of it. Settled by reading, never by sending again.
    Unknown,
    /// Sent, and a later read shows the state asked for.
    Verified,
    /// Not sent: the device was not in the state that the plan was made for.
    Refused,
    /// Sent, and the org said no: nothing changed.
    Rejected,
    /// Reading showed that the request changed nothing, or that somebody changed it back.
    NotApplied,
    /// A person ended the intent before it was sent.
    Cancelled,
}

impl StepState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Sending,
        Self::Unknown,
        Self::Verified,
        Self::Refused,
        Self::Rejected,
        Self::NotApplied,
        Self::Cancelled,
    ];

    /// The name in the journal; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Verified => "verified",
            Self::Refused => "refused",
            Self::Rejected => "rejected",
            Self::NotApplied => "not_applied",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Sending => "Being sent",
            Self::Unknown => "Outcome unknown",
            Self::Verified => "Verified",
            Self::Refused => "Refused",
            Self::Rejected => "Rejected by the org",
            Self::NotApplied => "Not applied",
            Self::Cancelled => "Cancelled",
        }
    }

    /// Whether nothing more will become of it.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Sending | Self::Unknown)
    }
}

/// What a read by id showed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Seen {
    /// The org does not know the device (any more).
    Gone,
    /// It is in this state. `moves` are those that its links allow; `None` where the reply had no such links at all.
    There { status: Lifecycle, moves: Option<Vec<LifecycleMove>> },
}

impl Seen {
    /// Whether this is what the move was for.
    pub fn is_target_of(&self, wish: LifecycleMove) -> bool {
        match (self, wish.target()) {
            (Self::Gone, None) => true,
            (Self::There { status, .. }, Some(target)) => *status == target,
            _ => false,
        }
    }

    /// Whether the move may be made now. The links have the word; suspended devices can be deactivated by the
    /// documentation although their links do not always say so.
    fn allows(&self, wish: LifecycleMove) -> bool {
        let Self::There { status, moves } = self else { return false };
        let by_table = wish.allowed_from(status);
        let by_text = wish == LifecycleMove::Deactivate && *status == Lifecycle::Suspended;
        match moves {
            // Deleting has no link of its own.
            Some(moves) if wish != LifecycleMove::Delete => moves.contains(&wish) || by_text,
            _ => by_table == Some(true),
        }
    }

    /// Whether the move may be made now, and this is what it was planned for.
    pub(super) fn is_ready_for(&self, wish: LifecycleMove, planned: &Lifecycle) -> bool {
        matches!(self, Self::There { status, .. } if status == planned) && self.allows(wish)
    }

    /// The state as text, for the journal.
    pub fn text(&self) -> &str {
        match self {
            Self::Gone => "GONE",
            Self::There { status, .. } => status.as_str(),
        }
    }
}

/// What was heard since the last act.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Heard<S = Seen> {
    /// Nothing yet: the step is taken up, at first or after a restart.
    Nothing,
    /// A read by id.
    Read(S),
    /// The org took the request.
    Accepted,
    /// The org said no to this change: nothing changed.
    Rejected,
    /// The request never left, or was turned away at the door before the org looked at it: nothing changed, and the same
    /// would happen to every other one now.
    TurnedAway,
    /// It may have been sent.
    Lost,
    /// The org's state was read again and again for long enough, and stays as it is.
    StillRead(S),
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Read the object by itself.
    Read,
    /// Write `Sending` into the journal; once it is on the disk, send, once.
    Send,
    /// Write this state into the journal, and read on.
    RecordAndRead(StepState),
    /// Write `Waiting` into the journal again, and hold the intent.
    PutBack,
    /// Read until the answer holds still, for a request may still be under way.
    ReadUntilStill,
    /// Write this state into the journal. The step is over.
    End(StepState),
    /// Nothing: the step is over already.
    Over,
}

impl StepState {
    /// The next act for a step in this journaled state. `expected` is the state that the plan was made for.
    pub fn next(self, wish: LifecycleMove, expected: &Lifecycle, heard: &Heard) -> Act {
        self.decide(heard, |seen| seen.is_ready_for(wish, expected), |seen| seen.is_target_of(wish))
    }

    /// The next act, for whatever is read: `may_send` tells whether what was seen is what the plan was made for, `is_target`
    /// whether it is what was asked for.
    pub(super) fn decide<S>(
        self,
        heard: &Heard<S>,
        may_send: impl Fn(&S) -> bool,
        is_target: impl Fn(&S) -> bool,
    ) -> Act {
        match (self, heard) {
            (state, _) if state.is_over() => Act::Over,
            (Self::Waiting, Heard::Read(seen)) if may_send(seen) => Act::Send,
            (Self::Waiting, Heard::Read(_)) => Act::End(Self::Refused),
            (Self::Waiting, _) => Act::Read,
            (Self::Sending, Heard::Accepted) => Act::Read,
            (Self::Sending, Heard::Rejected) => Act::End(Self::Rejected),
            (Self::Sending, Heard::TurnedAway) => Act::PutBack,
            // Found so in the journal, or the answer was lost: it may have been sent.
            (Self::Sending, Heard::Nothing | Heard::Lost) => Act::RecordAndRead(Self::Unknown),
            (Self::Sending | Self::Unknown, Heard::Read(seen) | Heard::StillRead(seen))
                if is_target(seen) =>
            {
                Act::End(Self::Verified)
            }
            (Self::Sending | Self::Unknown, Heard::StillRead(_)) => Act::End(Self::NotApplied),
            (Self::Sending | Self::Unknown, _) => Act::ReadUntilStill,
            (state, _) => Act::End(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Everything that there is: the org, the wire, the journal on the disk, and the program's memory.
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    struct World {
        status: Option<Lifecycle>,
        /// Requests of ours that the org carried out.
        applied: u8,
        /// Requests that left.
        sent: u8,
        /// One that is still under way.
        on_the_wire: bool,
        journal: StepState,
        /// What the running program has heard; `None` while it is dead.
        program: Option<Heard>,
        /// What may still go wrong.
        crashes: u8,
        meddling: u8,
        doors: u8,
    }

    const WISH: LifecycleMove = LifecycleMove::Suspend;

    impl World {
        fn start() -> Self {
            Self {
                status: Some(Lifecycle::Active),
                applied: 0,
                sent: 0,
                on_the_wire: false,
                journal: StepState::Waiting,
                program: Some(Heard::Nothing),
                crashes: 2,
                meddling: 1,
                doors: 1,
            }
        }

        fn seen(&self) -> Seen {
            match &self.status {
                None => Seen::Gone,
                Some(status) => {
                    let moves =
                        LifecycleMove::ALL.into_iter().filter(|m| m.allowed_from(status) == Some(true));
                    Seen::There { status: status.clone(), moves: Some(moves.collect()) }
                }
            }
        }

        /// The request arrives: carried out where it is legal.
        fn arrive(&self) -> (Self, bool) {
            let legal = self.status.as_ref().is_some_and(|s| WISH.allowed_from(s) == Some(true));
            let mut next = Self { on_the_wire: false, ..self.clone() };
            if legal {
                next.status = WISH.target();
                next.applied += 1;
            }
            (next, legal)
        }

        fn hears(self, heard: Heard) -> Self {
            Self { program: Some(heard), ..self }
        }

        /// Every world that may come next.
        fn next(&self) -> Vec<Self> {
            let mut worlds = Vec::new();
            if self.on_the_wire {
                worlds.push(self.arrive().0);
                worlds.push(Self { on_the_wire: false, ..self.clone() });
            }
            if self.meddling > 0 {
                for status in
                    [Some(Lifecycle::Suspended), Some(Lifecycle::Deactivated), Some(Lifecycle::Active), None]
                {
                    if status != self.status && self.status.is_some() {
                        worlds.push(Self { status, meddling: self.meddling - 1, ..self.clone() });
                    }
                }
            }
            match &self.program {
                None => worlds.push(Self { program: Some(Heard::Nothing), ..self.clone() }),
                Some(heard) => {
                    if self.crashes > 0 {
                        worlds.push(Self { program: None, crashes: self.crashes - 1, ..self.clone() });
                    }
                    self.act(self.journal.next(WISH, &Lifecycle::Active, heard), &mut worlds);
                }
            }
            worlds
        }

        fn act(&self, act: Act, worlds: &mut Vec<Self>) {
            let died = |world: Self| Self { program: None, crashes: world.crashes - 1, ..world };
            match act {
                Act::Over => {}
                Act::Read => worlds.push(self.clone().hears(Heard::Read(self.seen()))),
                // A request of ours that is still on its way by then does not exist: waiting is for that.
                Act::ReadUntilStill => {
                    if !self.on_the_wire {
                        worlds.push(self.clone().hears(Heard::StillRead(self.seen())));
                    }
                }
                Act::PutBack => {
                    let back = Self { journal: StepState::Waiting, ..self.clone() };
                    worlds.push(back.hears(Heard::Nothing));
                }
                Act::RecordAndRead(state) => {
                    let recorded = Self { journal: state, ..self.clone() };
                    worlds.push(recorded.clone().hears(Heard::Read(recorded.seen())));
                }
                Act::End(state) => worlds.push(Self { journal: state, ..self.clone() }.hears(Heard::Nothing)),
                Act::Send => {
                    let recorded = Self { journal: StepState::Sending, ..self.clone() };
                    if self.crashes > 0 {
                        worlds.push(died(recorded.clone()));
                    }
                    if self.doors > 0 {
                        let turned_away = Self { doors: self.doors - 1, ..recorded.clone() };
                        worlds.push(turned_away.hears(Heard::TurnedAway));
                    }
                    let sent = Self { sent: self.sent + 1, on_the_wire: true, ..recorded };
                    let (arrived, legal) = sent.arrive();
                    // Answered; answered and killed before it was written down; lost on the way there or back.
                    worlds.push(arrived.clone().hears(if legal { Heard::Accepted } else { Heard::Rejected }));
                    if self.crashes > 0 {
                        worlds.push(died(arrived.clone()));
                        worlds.push(died(sent.clone()));
                    }
                    worlds.push(arrived.hears(Heard::Lost));
                    worlds.push(sent.hears(Heard::Lost));
                }
            }
        }
    }

    /// Every interleaving of two crashes, one meddling admin, and every way to lose a request or its answer.
    #[test]
    fn whatever_happens_nothing_is_sent_twice_and_the_journal_tells_the_truth() {
        let mut known = HashSet::from([World::start()]);
        let mut open = vec![World::start()];
        let (mut ends, mut kinds) = (0, HashSet::new());
        while let Some(world) = open.pop() {
            assert!(world.sent <= 1, "sent twice: {world:?}");
            assert!(world.applied <= 1, "carried out twice: {world:?}");
            match world.journal {
                StepState::Refused | StepState::Waiting => {
                    assert_eq!(world.sent, 0, "told as not sent: {world:?}");
                }
                StepState::Rejected => assert_eq!(world.applied, 0, "told as rejected: {world:?}"),
                // Verified or not, an untouched org is as the journal says.
                StepState::Verified if world.meddling == 1 => {
                    assert_eq!(world.status, WISH.target(), "{world:?}");
                }
                StepState::NotApplied if world.meddling == 1 => {
                    assert_eq!(world.applied, 0, "told as not applied: {world:?}");
                }
                _ => {}
            }
            let next = world.next();
            if world.journal.is_over() {
                ends += 1;
                kinds.insert(world.journal);
            } else {
                assert!(!next.is_empty(), "stuck: {world:?}");
            }
            open.extend(next.into_iter().filter(|next| known.insert(next.clone())));
        }
        assert!(known.len() > 200 && ends > 20, "{} worlds, {ends} ends", known.len());
        let reached = [StepState::Verified, StepState::Refused, StepState::Rejected, StepState::NotApplied];
        assert!(reached.iter().all(|state| kinds.contains(state)), "{kinds:?}");
    }

    #[test]
    fn links_have_the_word_where_there_are_any() {
        let there = |status: &str, moves: Option<&[LifecycleMove]>| {
            Heard::Read(Seen::There { status: status.into(), moves: moves.map(<[_]>::to_vec) })
        };
        let check = |wish, status: &str, moves, want| {
            let act = StepState::Waiting.next(wish, &Lifecycle::from(status), &there(status, moves));
            assert_eq!(act, want, "{wish:?} {status}");
        };
        use LifecycleMove::{Activate, Deactivate, Delete, Suspend, Unsuspend};
        let refused = Act::End(StepState::Refused);
        check(Suspend, "ACTIVE", Some(&[Suspend, Deactivate][..]), Act::Send);
        check(Suspend, "ACTIVE", Some(&[Deactivate][..]), refused);
        check(Suspend, "ACTIVE", None, Act::Send);
        check(Deactivate, "SUSPENDED", Some(&[Unsuspend][..]), Act::Send);
        check(Delete, "DEACTIVATED", Some(&[Activate][..]), Act::Send);
        check(Delete, "ACTIVE", Some(&[Suspend][..]), refused);
        check(Suspend, "HIBERNATING", None, refused);
        check(Suspend, "HIBERNATING", Some(&[Suspend][..]), Act::Send);
    }

    #[test]
    fn another_admins_change_is_not_run_over() {
        let suspended = Heard::Read(Seen::There { status: Lifecycle::Suspended, moves: None });
        let act = StepState::Waiting.next(LifecycleMove::Deactivate, &Lifecycle::Active, &suspended);
        assert_eq!(act, Act::End(StepState::Refused), "legal, but not what was planned for");
    }

    #[test]
    fn a_name_is_one_name_everywhere() {
        for state in StepState::ALL {
            assert_eq!(StepState::from_key(state.key()), Some(state));
            assert_eq!(serde_json::to_string(&state).expect("writes"), format!("\"{}\"", state.key()));
        }
    }
}
