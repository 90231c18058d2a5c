//! One change of one posture check: made, replaced or deleted. Decided by the same machine as a device's step; what is read
//! and compared is another. Making a check is no request that could be sent again: a lost one is settled by looking for its
//! variable name, which is unique in the org.

use super::{Act, Heard, StepState};
use crate::{CheckContent, ObjectId};
use serde::{Deserialize, Serialize};

/// The number of a change of a check in its org's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CheckChangeId(pub i64);

/// What is to become of a check.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckWish {
    /// A new one. Only custom checks can be made.
    Create { content: CheckContent },
    /// Another content for one that is there. `expected` is what it was when this was planned.
    Replace { id: ObjectId, content: CheckContent, expected: CheckContent },
    /// None any more.
    Delete { id: ObjectId, expected: CheckContent },
}

impl CheckWish {
    /// The word for it, in the journal and for programs.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Replace { .. } => "replace",
            Self::Delete { .. } => "delete",
        }
    }

    /// The verb for a person, as on a button.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Create { .. } => "Create",
            Self::Replace { .. } => "Replace",
            Self::Delete { .. } => "Delete",
        }
    }

    /// The content before, as it was planned from.
    pub fn before(&self) -> Option<&CheckContent> {
        match self {
            Self::Create { .. } => None,
            Self::Replace { expected, .. } | Self::Delete { expected, .. } => Some(expected),
        }
    }

    /// The content that is asked for.
    pub fn after(&self) -> Option<&CheckContent> {
        match self {
            Self::Create { content } | Self::Replace { content, .. } => Some(content),
            Self::Delete { .. } => None,
        }
    }

    /// The check, where there is one before.
    pub fn id(&self) -> Option<&ObjectId> {
        match self {
            Self::Create { .. } => None,
            Self::Replace { id, .. } | Self::Delete { id, .. } => Some(id),
        }
    }

    /// What a person calls it: its name, the new one where it gets one.
    pub fn name(&self) -> &str {
        self.after().or(self.before()).map_or("", |content| &content.name)
    }

    /// The variable name that the check has, or is to have.
    pub fn variable_name(&self) -> &str {
        self.after().or(self.before()).map_or("", |content| &content.variable_name)
    }

    /// What takes it back once it was done. `id` is the check that it made or changed. A deleted check comes back as a new
    /// one, under another id; policies know it by its variable name.
    pub fn undo(&self, id: &ObjectId) -> Self {
        match self {
            Self::Create { content } => Self::Delete { id: id.clone(), expected: content.clone() },
            Self::Replace { content, expected, .. } => {
                Self::Replace { id: id.clone(), content: expected.clone(), expected: content.clone() }
            }
            Self::Delete { expected, .. } => Self::Create { content: expected.clone() },
        }
    }

    /// Whether a change may still meet the check or the name that another one is about.
    pub fn meets(&self, other: &Self) -> bool {
        let names = |wish: &Self| {
            [wish.before(), wish.after()].map(|content| content.map(|c| c.variable_name.trim().to_owned()))
        };
        self.id().is_some_and(|id| Some(id) == other.id())
            || names(self).iter().flatten().any(|name| names(other).iter().flatten().any(|n| n == name))
    }

    /// The next act for this change in its journaled state.
    pub fn next(&self, state: StepState, heard: &Heard<CheckSeen>) -> Act {
        state.decide(heard, |seen| self.may_be_sent_to(seen), |seen| self.is_met_by(seen))
    }

    /// Whether the org is as it was planned from.
    pub fn may_be_sent_to(&self, seen: &CheckSeen) -> bool {
        match (self, seen) {
            (Self::Create { .. }, CheckSeen::Gone) => true,
            (
                Self::Replace { expected, .. } | Self::Delete { expected, .. },
                CheckSeen::There { content, builtin },
            ) => !builtin && content.is_same_check(expected),
            _ => false,
        }
    }

    /// Whether the org is as it was asked for.
    pub fn is_met_by(&self, seen: &CheckSeen) -> bool {
        match (self, seen) {
            (Self::Delete { .. }, CheckSeen::Gone) => true,
            (
                Self::Create { content } | Self::Replace { content, .. },
                CheckSeen::There { content: seen, builtin },
            ) => !builtin && seen.is_same_check(content),
            _ => false,
        }
    }
}

/// What a read showed: by id, and for one that is to be made by its variable name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckSeen {
    /// The org has no such check.
    Gone,
    /// It has, and this is what is in it.
    There { content: Box<CheckContent>, builtin: bool },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mapping, OsqueryPlatform, Remediation};
    use std::collections::HashSet;

    fn content(query: &str) -> CheckContent {
        CheckContent {
            name: "Gatekeeper".into(),
            description: String::new(),
            variable_name: "nwGatekeeper".into(),
            platform: OsqueryPlatform::Macos,
            mapping: Mapping::Checkbox,
            query: query.into(),
            remediation: Remediation::default(),
        }
    }

    const OLD: &str = "SELECT 0;";
    const NEW: &str = "SELECT 1;";
    const OTHERS: &str = "SELECT 2;";

    fn wishes() -> [CheckWish; 3] {
        let id = || ObjectId("dch1".into());
        [
            CheckWish::Create { content: content(NEW) },
            CheckWish::Replace { id: id(), content: content(NEW), expected: content(OLD) },
            CheckWish::Delete { id: id(), expected: content(OLD) },
        ]
    }

    /// Everything that there is: the org's one check of this name by its query, the wire, the journal on the disk, and the
    /// program's memory.
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    struct World {
        wish: usize,
        query: Option<&'static str>,
        /// A policy uses it: the org lets nobody delete it.
        in_use: bool,
        /// Requests of ours that the org carried out.
        applied: u8,
        /// Requests that left.
        sent: u8,
        on_the_wire: bool,
        journal: StepState,
        /// What the running program has heard; `None` while it is dead.
        program: Option<Heard<CheckSeen>>,
        crashes: u8,
        meddling: u8,
        doors: u8,
    }

    impl World {
        fn start(wish: usize) -> Self {
            Self {
                wish,
                query: wishes()[wish].before().map(|_| OLD),
                in_use: false,
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

        fn seen(&self) -> CheckSeen {
            self.query.map_or(CheckSeen::Gone, |query| CheckSeen::There {
                content: Box::new(content(query)),
                builtin: false,
            })
        }

        /// The request arrives. The org does not look at what was there before.
        fn arrive(&self) -> (Self, bool) {
            let mut next = Self { on_the_wire: false, ..self.clone() };
            let (legal, after) = match &wishes()[self.wish] {
                // The name is taken, or free.
                CheckWish::Create { .. } => (self.query.is_none(), Some(NEW)),
                CheckWish::Replace { .. } => (self.query.is_some(), Some(NEW)),
                CheckWish::Delete { .. } => (self.query.is_some() && !self.in_use, None),
            };
            if legal {
                next.query = after;
                next.applied += 1;
            }
            (next, legal)
        }

        fn hears(self, heard: Heard<CheckSeen>) -> Self {
            Self { program: Some(heard), ..self }
        }

        fn next(&self) -> Vec<Self> {
            let mut worlds = Vec::new();
            if self.on_the_wire {
                worlds.push(self.arrive().0);
                worlds.push(Self { on_the_wire: false, ..self.clone() });
            }
            if self.meddling > 0 {
                let other = Self { meddling: 0, ..self.clone() };
                for query in [None, Some(OLD), Some(NEW), Some(OTHERS)] {
                    if query != self.query {
                        worlds.push(Self { query, ..other.clone() });
                    }
                }
                worlds.push(Self { in_use: true, ..other });
            }
            match &self.program {
                None => worlds.push(Self { program: Some(Heard::Nothing), ..self.clone() }),
                Some(heard) => {
                    if self.crashes > 0 {
                        worlds.push(Self { program: None, crashes: self.crashes - 1, ..self.clone() });
                    }
                    self.act(wishes()[self.wish].next(self.journal, heard), &mut worlds);
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
    fn whatever_happens_no_check_is_written_twice_and_the_journal_tells_the_truth() {
        for wish in 0..wishes().len() {
            let asked = [Some(NEW), Some(NEW), None][wish];
            let mut known = HashSet::from([World::start(wish)]);
            let mut open = vec![World::start(wish)];
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
                    StepState::Verified if world.meddling == 1 => assert_eq!(world.query, asked, "{world:?}"),
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
            assert!(known.len() > 150 && ends > 20, "{} worlds, {ends} ends", known.len());
            let reached =
                [StepState::Verified, StepState::Refused, StepState::Rejected, StepState::NotApplied];
            assert!(reached.iter().all(|state| kinds.contains(state)), "{wish}: {kinds:?}");
        }
    }

    #[test]
    fn only_what_was_planned_from_is_written_over() {
        let there = |query, builtin| CheckSeen::There { content: Box::new(content(query)), builtin };
        let [create, replace, delete] = wishes();
        let check = |wish: &CheckWish, seen: CheckSeen, want| {
            assert_eq!(wish.next(StepState::Waiting, &Heard::Read(seen.clone())), want, "{wish:?} {seen:?}");
        };
        let refused = Act::End(StepState::Refused);
        check(&create, CheckSeen::Gone, Act::Send);
        check(&create, there(NEW, false), refused);
        for wish in [&replace, &delete] {
            check(wish, there(OLD, false), Act::Send);
            check(wish, there(OLD, true), refused);
            check(wish, there(OTHERS, false), refused);
            check(wish, there(NEW, false), refused);
            check(wish, CheckSeen::Gone, refused);
        }
    }

    #[test]
    fn what_was_done_is_taken_back_by_its_opposite() {
        let id = ObjectId("dch1".into());
        for wish in wishes() {
            let undo = wish.undo(&id);
            assert_eq!((undo.before(), undo.after()), (wish.after(), wish.before()));
            assert_eq!(
                undo.id().is_none(),
                wish.after().is_none(),
                "a deleted check comes back as a new one"
            );
            assert_eq!(undo.undo(&id), wish);
        }
    }

    #[test]
    fn changes_of_one_check_or_one_name_meet() {
        let [create, replace, delete] = wishes();
        assert!(create.meets(&replace) && replace.meets(&delete) && delete.meets(&create));
        let mut other = content(NEW);
        other.variable_name = "nwSip".into();
        let elsewhere = CheckWish::Create { content: other.clone() };
        assert!(!elsewhere.meets(&replace) && !replace.meets(&elsewhere));
        // A check that gets another name meets whoever wants that name.
        let renamed =
            CheckWish::Replace { id: ObjectId("dch1".into()), content: other, expected: content(OLD) };
        assert!(renamed.meets(&elsewhere) && renamed.meets(&create));
    }
}
