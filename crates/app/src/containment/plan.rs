//! The dry run: the people, what they have open, what each act would do to them, and what has to be typed. Reads the cache, and
//! asks the org for the apps of the first few; nothing is sent.

use super::{begin::once, by_hand, offer, person};
use crate::{App, failure, logout, org::Org, snapshot};
use contract::{
    Failure, FailureKind,
    containment::{ContainmentPlan, ContainmentPlanId, MOST_PEOPLE, PlanContainment, PlannedPerson},
};
use domain::{Confirmation, ContainAct, DeviceId, RiskLevel, SnapshotId, UserId, UserStatus};
use futures::{StreamExt, stream};
use std::{collections::VecDeque, sync::Arc};

/// So many plans are kept for their confirmation.
const KEPT: usize = 16;
/// The org is asked for the apps of so many people.
const ASKED: usize = 25;
/// Of so many at a time.
const ABREAST: usize = 4;

/// The latest plans.
#[derive(Default)]
pub(super) struct Plans {
    next: u64,
    kept: VecDeque<(ContainmentPlanId, Made)>,
}

/// A plan as it will be carried out.
pub(super) struct Made {
    pub snapshot: SnapshotId,
    pub people: Vec<Target>,
    /// Each act that was offered, and why it can't be chosen.
    pub offered: Vec<(ContainAct, Option<String>)>,
}

/// One person to be contained.
pub(super) struct Target {
    pub user: UserId,
    pub name: String,
    pub login: Option<String>,
    pub status: UserStatus,
    pub level: Option<RiskLevel>,
    /// Active ones.
    pub devices: Vec<(DeviceId, Option<Box<str>>)>,
}

impl Made {
    /// The name of the only person.
    pub fn only(&self) -> Option<String> {
        match &self.people[..] {
            [one] => Some(one.name.clone()),
            _ => None,
        }
    }

    /// What these acts ask for.
    pub fn confirmation(&self, acts: &[ContainAct]) -> Confirmation {
        let only = match &self.people[..] {
            [one] => Some((one.name.as_str(), one.login.as_deref())),
            _ => None,
        };
        Confirmation::of_containment(acts, self.people.len() as u64, only)
    }
}

impl Plans {
    fn keep(&mut self, made: Made) -> ContainmentPlanId {
        self.next += 1;
        let id = ContainmentPlanId(self.next);
        self.put_back(id, made);
        id
    }

    /// Keeps a plan that was taken out and not carried out after all.
    pub fn put_back(&mut self, id: ContainmentPlanId, made: Made) {
        self.kept.push_back((id, made));
        while self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// Takes a plan out: it is confirmed once.
    pub fn take(&mut self, id: ContainmentPlanId) -> Option<Made> {
        let at = self.kept.iter().position(|(known, _)| *known == id)?;
        self.kept.remove(at).map(|(_, made)| made)
    }

    pub fn get(&self, id: ContainmentPlanId) -> Option<&Made> {
        self.kept.iter().find(|(known, _)| *known == id).map(|(_, made)| made)
    }
}

/// Plans a containment.
pub(super) async fn plan(app: &App, command: PlanContainment) -> Result<ContainmentPlan, Failure> {
    let org = app.org()?;
    let users = once(&command.users);
    enough(users.len() as u64)?;
    if command.ask && !org.is_offline() {
        ask_for_apps(&org, &users).await;
    }
    let granted = match org.is_read_only() {
        // What a locked org's credential may write was not asked for.
        true => None,
        false => org.client.granted_scopes().await,
    };
    org.read(move |org| make(org, users, granted)).await
}

fn enough(count: u64) -> Result<(), Failure> {
    if count == 0 {
        return Err(Failure::new(FailureKind::BadInput, "Nobody is chosen."));
    }
    if count > MOST_PEOPLE {
        let message = format!("{count} people are too many for one containment; the most is {MOST_PEOPLE}.");
        return Err(Failure::new(FailureKind::BadInput, message).hint("Filter the list further."));
    }
    Ok(())
}

/// What the org does not say is told as not known; it holds nothing up.
async fn ask_for_apps(org: &Arc<Org>, users: &[UserId]) {
    let asked = users.iter().take(ASKED).cloned().map(|user| {
        let org = org.clone();
        async move { logout::apps_of(&org, &user, true).await }
    });
    let answers = stream::iter(asked).buffer_unordered(ABREAST).collect::<Vec<_>>().await;
    let failed = answers.iter().filter(|answer| answer.is_err()).count();
    tracing::debug!(people = answers.len(), failed, "asked for apps");
}

fn make(org: &Org, users: Vec<UserId>, granted: Option<Vec<Box<str>>>) -> Result<ContainmentPlan, Failure> {
    let newest = snapshot::chosen(org, None)?;
    let (mut people, mut targets, mut refused) = (Vec::<PlannedPerson>::new(), Vec::new(), Vec::new());
    for user in users {
        match org.cache.person(newest, &user, 0).map_err(failure::cache)? {
            None => refused.push((user, "The newest snapshot does not know this person.".to_owned())),
            Some(found) if found.row.user.status == UserStatus::Deprovisioned => {
                refused.push((user, "The account is deactivated: there is nothing left to end.".to_owned()));
            }
            Some(found) => {
                let target = person::target(&found);
                people.push(person::planned(org, newest, &target, &found)?);
                targets.push(target);
            }
        }
    }
    let acts = offer::acts(&targets, granted.as_deref());
    let made = Made {
        snapshot: newest,
        offered: acts.iter().map(|offered| (offered.act.clone(), offered.blocked.clone())).collect(),
        people: targets,
    };
    let chosen: Vec<ContainAct> = acts.iter().map(|offered| offered.act.clone()).collect();
    let asked: Vec<UserId> = made.people.iter().map(|target| target.user.clone()).collect();
    Ok(ContainmentPlan {
        snapshot: newest,
        now: org.now(),
        people,
        refused,
        confirm: made.confirmation(&chosen),
        acts,
        blocked: offer::blocked(org),
        by_hand: by_hand::list(org, newest, &asked)?,
        id: org.containments.plans().keep(made),
    })
}
