//! The people of the queue with everything that their place depends on. What a snapshot tells of them is gathered once and
//! kept; what was decided is read again when somebody decided something; what time tells (age, an end of a snooze) is worked
//! out at every answer.

use super::{WEIGHTS, events};
use crate::{failure, org::Org};
use cache::{RiskEvent, TriageAccount, TriagePerson, Verdicts};
use contract::{Failure, triage::QueueState};
use domain::{
    AdminRole, PeakRisk, RiskLevel, Score, ScoreFacts, SnapshotId, Timestamp, TriageWeights, UserId, score,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// What is held of an open org.
#[derive(Default)]
pub(crate) struct TriageKept {
    taking_in: Mutex<()>,
    told: Mutex<Option<Arc<Told>>>,
    asked: Mutex<Option<((i64, i64), Arc<Asked>)>>,
    decided: Mutex<Option<(u64, Arc<Decided>)>>,
    /// Counts what was decided.
    decisions: AtomicU64,
}

impl TriageKept {
    pub fn taking_in(&self) -> MutexGuard<'_, ()> {
        lock(&self.taking_in)
    }

    /// Something was decided: what is held of it is old.
    pub fn decided(&self) {
        self.decisions.fetch_add(1, Ordering::AcqRel);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a snapshot tells of everybody of the queue.
pub(super) struct Told {
    pub snapshot: SnapshotId,
    /// By id, so that people of one score stay in one order.
    pub people: BTreeMap<UserId, Person>,
    /// By the event that was judged, the last word on it.
    pub feedback: HashMap<Box<str>, RiskEvent>,
}

/// One person as a snapshot tells of them.
#[derive(Default)]
pub(super) struct Person {
    pub account: Option<TriageAccount>,
    /// The level that holds in the snapshot.
    pub level: Option<RiskLevel>,
    /// Every level that was ever told.
    pub levels: Vec<(Timestamp, RiskLevel)>,
    /// Newest first.
    pub detections: Vec<RiskEvent>,
    pub logged_out: Option<Timestamp>,
    /// What a search looks through, in lower case.
    words: String,
}

/// What somebody asked the org about people.
#[derive(Default)]
pub(super) struct Asked {
    /// Kinds of admin roles.
    roles: HashMap<UserId, Vec<Box<str>>>,
    apps: HashMap<UserId, u32>,
}

/// What analysts decided.
#[derive(Default)]
pub(super) struct Decided {
    pub verdicts: HashMap<UserId, Verdicts>,
    pub people: HashMap<UserId, TriagePerson>,
    pub weights: TriageWeights,
}

/// The queue as of one snapshot and one moment.
pub(super) struct Queue {
    pub told: Arc<Told>,
    pub decided: Arc<Decided>,
    asked: Arc<Asked>,
    pub now: Timestamp,
}

/// A person's place.
pub(super) struct Standing {
    pub score: Score,
    pub state: QueueState,
    pub open: u32,
    pub since: Option<Timestamp>,
    pub snoozed_until: Option<Timestamp>,
}

impl Queue {
    pub fn of(org: &Org, snapshot: SnapshotId) -> Result<Self, Failure> {
        events::take_in(org)?;
        let (told, asked, decided) = (told(org, snapshot)?, asked(org)?, decided(org)?);
        Ok(Self { told, decided, asked, now: org.now() })
    }

    /// The verdict on one of a person's detections.
    pub fn verdict(&self, user: &UserId, detection: &str) -> Option<&cache::Verdict> {
        self.decided.verdicts.get(user)?.get(detection)
    }

    /// Where a person stands now.
    pub fn standing(&self, user: &UserId, person: &Person) -> Standing {
        let verdicts = self.decided.verdicts.get(user);
        let is_open = |event: &&RiskEvent| verdicts.is_none_or(|given| !given.contains_key(&event.uuid));
        let open: Vec<&RiskEvent> = person.detections.iter().filter(is_open).collect();
        // Without a detection there is still the org's word, which wants an answer as long as it says so.
        let level_waits = person.detections.is_empty()
            && is_grave(person.level.as_ref())
            && verdicts.is_none_or(|given| !given.contains_key(&*level_name(person.level.as_ref())));
        let said = person.levels.iter().map(|(at, _)| *at).max();
        let oldest = open.last().map(|event| event.published).or(said.filter(|_| level_waits));
        let newest = open.first().map(|event| event.published).or(said.filter(|_| level_waits));
        let snoozed = self.decided.people.get(user).and_then(|of| of.snoozed);
        // What came after it was put off was not known then, and wakes it.
        let snoozed_until = snoozed
            .filter(|(until, at)| *until > self.now && newest.is_none_or(|newest| newest <= *at))
            .map(|(until, _)| until);
        let waits = !open.is_empty() || level_waits;
        let state = match (waits, snoozed_until) {
            (false, _) => QueueState::Judged,
            (true, Some(_)) => QueueState::Snoozed,
            (true, None) => QueueState::Open,
        };
        let facts = ScoreFacts {
            level: self.level_since_verdict(person, &open, verdicts),
            waiting: oldest.map(|oldest| self.now.since(oldest)),
            roles: self.asked.roles.get(user).cloned(),
            devices: person.account.as_ref().and_then(|account| account.devices),
            apps: self.asked.apps.get(user).copied(),
        };
        Standing {
            score: score(self.decided.weights, &facts),
            state,
            open: u32::try_from(open.len()).unwrap_or(u32::MAX),
            since: oldest.or(person.detections.first().map(|event| event.published)),
            snoozed_until,
        }
    }

    /// The highest level of what waits, of what was told since the last verdict, and of now.
    fn level_since_verdict(
        &self,
        person: &Person,
        open: &[&RiskEvent],
        verdicts: Option<&Verdicts>,
    ) -> Option<RiskLevel> {
        let last = verdicts.and_then(|given| given.values().map(|verdict| verdict.at).max());
        let since = person.levels.iter().filter(|(at, _)| last.is_none_or(|last| *at > last));
        let levels =
            since.map(|(_, level)| level).chain(open.iter().filter_map(|event| event.level.as_ref()));
        // Levels are declared from the highest down, one that nobody knows last.
        levels.chain(&person.level).min().cloned()
    }
}

/// What a verdict on a level without a detection is kept under: another level is another matter.
pub(super) fn level_name(level: Option<&RiskLevel>) -> String {
    format!("level:{}", level.map_or("", RiskLevel::as_str))
}

pub(super) fn is_grave(level: Option<&RiskLevel>) -> bool {
    level.is_some_and(|level| !matches!(level, RiskLevel::Low | RiskLevel::None))
}

impl Person {
    /// Somebody of whom neither log nor org tells any risk.
    pub fn without_risk(account: Option<TriageAccount>) -> Self {
        Self { account, ..Self::default() }
    }

    /// The highest level that was ever told, and when it was last.
    pub fn peak(&self) -> Option<PeakRisk> {
        let level = self.levels.iter().map(|(_, level)| level).chain(&self.level).min()?.clone();
        let at = self.levels.iter().filter(|(_, told)| *told == level).map(|(at, _)| *at).max();
        Some(PeakRisk { level, at })
    }

    /// Whether every word is somewhere in what is known of the person.
    pub fn has_words(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.words.contains(word))
    }

    fn finish(&mut self, user: &UserId) {
        self.detections.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.uuid.cmp(&b.uuid)));
        let account = self.account.as_ref().map(|account| &account.user);
        let mut parts: Vec<&str> = vec![user.as_str()];
        let name = account.map(domain::User::name);
        parts.extend(name.as_deref());
        parts.extend(account.and_then(|user| user.login.as_deref()));
        for event in &self.detections {
            parts.extend(event.detection.as_deref().into_iter().chain(event.reasons.iter().map(|r| &**r)));
        }
        parts.sort_unstable();
        parts.dedup();
        self.words = parts.join("\n").to_lowercase();
    }
}

fn told(org: &Org, snapshot: SnapshotId) -> Result<Arc<Told>, Failure> {
    // Held while it is gathered: who asks for the same meanwhile would only gather it twice.
    let mut kept = lock(&org.triage.told);
    if let Some(told) = kept.as_ref().filter(|told| told.snapshot == snapshot) {
        return Ok(told.clone());
    }
    let told = Arc::new(gather(org, snapshot)?);
    *kept = Some(told.clone());
    Ok(told)
}

const EVER: Timestamp = Timestamp(i64::MIN);

fn gather(org: &Org, snapshot: SnapshotId) -> Result<Told, Failure> {
    let mut people: BTreeMap<UserId, Person> = BTreeMap::new();
    for event in org.cache.risk_events(snapshot, events::DETECTIONS, EVER).map_err(failure::cache)? {
        let Some(user) = event.user.clone() else { continue };
        let person = people.entry(user).or_default();
        person.levels.extend(event.level.clone().map(|level| (event.published, level)));
        if events::is_detection(&event) {
            person.detections.push(event);
        }
    }
    for (risk, holds) in org.cache.told_risks(snapshot).map_err(failure::cache)? {
        // That nothing speaks against a person puts nobody into the queue.
        if risk.level == RiskLevel::None && !people.contains_key(&risk.user) {
            continue;
        }
        let person = people.entry(risk.user).or_default();
        person.levels.push((risk.observed, risk.level.clone()));
        if holds {
            person.level = Some(risk.level);
        }
    }
    for event in org.cache.risk_events(snapshot, events::LOGOUTS, EVER).map_err(failure::cache)? {
        if let Some(person) = event.user.as_ref().and_then(|user| people.get_mut(user)) {
            person.logged_out = person.logged_out.max(Some(event.published));
        }
    }
    // Oldest first: the last word wins.
    let feedback = org.cache.risk_events(snapshot, events::FEEDBACK, EVER).map_err(failure::cache)?;
    let feedback = feedback.into_iter().filter_map(|event| Some((event.about.clone()?, event))).collect();
    let mut accounts = org.cache.triage_accounts(snapshot, people.keys()).map_err(failure::cache)?;
    for (user, person) in &mut people {
        person.account = accounts.remove(user);
        person.finish(user);
    }
    Ok(Told { snapshot, people, feedback })
}

fn asked(org: &Org) -> Result<Arc<Asked>, Failure> {
    let mark = org.cache.kept_answers_mark().map_err(failure::cache)?;
    let mut kept = lock(&org.triage.asked);
    if let Some((known, asked)) = kept.as_ref()
        && *known == mark
    {
        return Ok(asked.clone());
    }
    let answers = |what: &str| org.cache.kept_answers(what).map_err(failure::cache);
    let roles = answers("roles")?.into_iter().filter_map(|(user, answer)| {
        let roles: Vec<AdminRole> = serde_json::from_str(&answer).ok()?;
        Some((user, roles.into_iter().map(|role| role.kind.unwrap_or(role.label)).collect()))
    });
    let roles = roles.collect();
    let apps = answers("apps")?.into_iter().filter_map(|(user, answer)| {
        let apps: Vec<serde_json::Value> = serde_json::from_str(&answer).ok()?;
        Some((user, u32::try_from(apps.len()).unwrap_or(u32::MAX)))
    });
    let asked = Arc::new(Asked { roles, apps: apps.collect() });
    *kept = Some((mark, asked.clone()));
    Ok(asked)
}

fn decided(org: &Org) -> Result<Arc<Decided>, Failure> {
    let mut kept = lock(&org.triage.decided);
    let now = org.triage.decisions.load(Ordering::Acquire);
    if let Some((known, decided)) = kept.as_ref()
        && *known == now
    {
        return Ok(decided.clone());
    }
    let weights = org.cache.triage_setting(WEIGHTS).map_err(failure::cache)?;
    let decided = Arc::new(Decided {
        verdicts: org.cache.verdicts().map_err(failure::cache)?,
        people: org.cache.triage_people().map_err(failure::cache)?,
        // What an older version kept in another shape is as good as nothing.
        weights: weights.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
    });
    *kept = Some((now, decided.clone()));
    Ok(decided)
}

#[cfg(test)]
mod tests;
