//! The dry run of a change of a check: what would become of it, whom it may affect, and why it can't be started. Reads the
//! cache alone; the org is asked again right before the request.

use super::kept::{KeptCheck, find};
use crate::{failure, intents::may_write, org::Org, snapshot};
use contract::{
    Failure, FailureKind,
    check_changes::{CheckAsk, CheckPlan, CheckPlanId, CheckReach, CheckUse},
};
use domain::{
    CheckChangeId, CheckContent, CheckKind, CheckWish, Confirmation, DeviceQuery, Facet, FacetFilter,
    OrgCheck, SnapshotId, StepState,
};
use std::{
    collections::{HashSet, VecDeque},
    ops::ControlFlow,
};

/// So many plans are kept for their confirmation.
const KEPT: usize = 16;
/// People are counted on at most so many devices.
const COUNTED: u64 = 50_000;

/// The latest plans.
#[derive(Default)]
pub(super) struct Plans {
    next: u64,
    kept: VecDeque<(CheckPlanId, Made)>,
}

/// A plan as it will be carried out.
pub(super) struct Made {
    pub wish: CheckWish,
    pub snapshot: SnapshotId,
    pub confirm: Confirmation,
    /// What confirming it would not change.
    pub blocked: Option<Failure>,
    pub undo_of: Option<CheckChangeId>,
}

impl Plans {
    fn keep(&mut self, made: Made) -> CheckPlanId {
        self.next += 1;
        let id = CheckPlanId(self.next);
        self.kept.push_back((id, made));
        while self.kept.len() > KEPT {
            self.kept.pop_front();
        }
        id
    }

    /// Takes a plan out: it is confirmed once.
    pub fn take(&mut self, id: CheckPlanId) -> Option<Made> {
        let at = self.kept.iter().position(|(known, _)| *known == id)?;
        self.kept.remove(at).map(|(_, made)| made)
    }

    pub fn get(&self, id: CheckPlanId) -> Option<&Made> {
        self.kept.iter().find(|(known, _)| *known == id).map(|(_, made)| made)
    }
}

/// Plans a change.
pub(super) fn plan(org: &Org, ask: CheckAsk) -> Result<CheckPlan, Failure> {
    let snapshot = snapshot::chosen(org, None)?;
    let checks = org.checks_now(snapshot)?;
    let undo_of = match ask {
        CheckAsk::Undo { change } => Some(change),
        _ => None,
    };
    let Wanted { wish, before, stale } = wanted(org, ask, &checks)?;
    let used_name = before.as_ref().map_or(wish.variable_name(), |content| &content.variable_name);
    let used_by = org.check_usage(snapshot)?.of(used_name);
    let blocked = match stale {
        Some(failure) => Some(failure),
        None => obstacle(&wish, &checks, &used_by).or(under_way(org, &wish)?),
    };
    let confirm = confirmation(&wish, &used_by);
    let made =
        Made { wish: wish.clone(), snapshot, confirm: confirm.clone(), blocked: blocked.clone(), undo_of };
    Ok(CheckPlan {
        reach: reach(org, snapshot, &wish, &used_by)?,
        warnings: warnings(&wish, &used_by),
        before,
        after: wish.after().cloned(),
        wish,
        snapshot,
        now: org.now(),
        used_by,
        confirm,
        // What no unlocking would change comes first.
        blocked: blocked.or_else(|| may_write(org).err()).or_else(|| offline(org)),
        undo_of,
        id: org.checks.plans().keep(made),
    })
}

/// Why nothing is started while the org can't be reached. Devices' changes are queued; a check is read, judged and changed
/// by one person at one time.
pub(super) fn offline(org: &Org) -> Option<Failure> {
    org.is_offline().then(|| {
        Failure::new(FailureKind::Unreachable, "The org can’t be reached now.")
            .hint("A change of a check is not queued: start it once the org answers again.")
    })
}

/// A wish made of what was asked.
struct Wanted {
    wish: CheckWish,
    /// What the check is now, as far as is known here.
    before: Option<CheckContent>,
    /// The wish was made from something else.
    stale: Option<Failure>,
}

fn wanted(org: &Org, ask: CheckAsk, checks: &[KeptCheck]) -> Result<Wanted, Failure> {
    match ask {
        CheckAsk::Create { content } => {
            Ok(Wanted { wish: CheckWish::Create { content }, before: None, stale: None })
        }
        CheckAsk::Replace { id, content, base } => {
            let now = custom(find(checks, &id)?)?;
            let expected = base.map_or_else(|| now.clone(), |base| *base);
            Ok(from(CheckWish::Replace { id, content, expected }, Some(now)))
        }
        CheckAsk::Delete { id } => {
            let now = custom(find(checks, &id)?)?;
            Ok(from(CheckWish::Delete { id, expected: now.clone() }, Some(now)))
        }
        CheckAsk::Undo { change } => {
            let change = org.check_change(change)?;
            let nothing = |why: &str| Err(Failure::new(FailureKind::BadInput, why));
            if change.step != StepState::Verified {
                return nothing("There is nothing to take back: this change was not made.");
            }
            if change.undone_by.is_some() {
                return nothing("This change is taken back already, or about to be.");
            }
            let Some(id) = &change.object else { return nothing("It is not known which check this was.") };
            let wish = change.wish.undo(id);
            match wish {
                CheckWish::Create { .. } => Ok(Wanted { wish, before: None, stale: None }),
                wish => Ok(from(wish, Some(custom(find(checks, id)?)?))),
            }
        }
    }
}

fn from(wish: CheckWish, now: Option<CheckContent>) -> Wanted {
    let same = match (wish.before(), &now) {
        (Some(expected), Some(now)) => now.is_same_check(expected),
        _ => true,
    };
    let stale = (!same).then(|| {
        Failure::new(FailureKind::Conflict, "Somebody changed this check in the org meanwhile.")
            .hint("Look at what it is now, and decide again.")
    });
    Wanted { wish, before: now, stale }
}

/// The content of a check that callers may change.
fn custom(check: &OrgCheck) -> Result<CheckContent, Failure> {
    if check.kind == CheckKind::Builtin {
        return Err(Failure::new(
            FailureKind::BadInput,
            "Built-in checks belong to Okta and can’t be changed.",
        )
        .hint("Make a copy of it."));
    }
    Ok(check.content.clone())
}

/// What the org would refuse, or what would break something, as far as is known here.
fn obstacle(wish: &CheckWish, checks: &[KeptCheck], used_by: &CheckUse) -> Option<Failure> {
    let says = |kind, text: String| Some(Failure::new(kind, text));
    if let Some(after) = wish.after() {
        if after.platform.okta().is_none() {
            let what =
                format!("Okta takes checks for macOS and Windows, not for {}.", after.platform.label());
            return says(FailureKind::BadInput, what);
        }
        let parts =
            [("a name", &after.name), ("a variable name", &after.variable_name), ("a query", &after.query)];
        if let Some((what, _)) = parts.into_iter().find(|(_, text)| text.trim().is_empty()) {
            return says(FailureKind::BadInput, format!("The check needs {what}."));
        }
        let taken = checks.iter().filter(|kept| Some(&kept.object.id) != wish.id()).find(|kept| {
            kept.check.as_ref().is_ok_and(|c| c.content.variable_name.trim() == after.variable_name.trim())
        });
        if let Some(kept) = taken {
            let what = format!(
                "The check “{}” has the variable name {} already.",
                kept.object.name, after.variable_name
            );
            return says(FailureKind::Conflict, what);
        }
    }
    match wish {
        CheckWish::Replace { content, expected, .. } => {
            if content.is_same_check(expected) {
                return says(FailureKind::BadInput, "Nothing would change.".to_owned());
            }
            let named_otherwise = content.variable_name.trim() != expected.variable_name.trim();
            if used_by.is_used() && (named_otherwise || content.platform != expected.platform) {
                let what = format!(
                    "{} by its variable name and platform: neither can change while they do.",
                    policies(used_by, "knows it", "know it")
                );
                return says(FailureKind::Conflict, what);
            }
        }
        CheckWish::Delete { .. } if used_by.is_used() => {
            let what =
                format!("{}: the org deletes no check in use.", policies(used_by, "uses it", "use it"));
            return Some(
                Failure::new(FailureKind::Conflict, what).hint("Take it out of them first, then sync."),
            );
        }
        CheckWish::Create { .. } | CheckWish::Delete { .. } => {}
    }
    None
}

/// The policies in words: one by its name, several by their count.
fn policies(used_by: &CheckUse, one: &str, many: &str) -> String {
    match &used_by.policies[..] {
        [policy] => format!("The policy “{}” {one}", policy.name),
        several => format!("{} policies {many}", several.len()),
    }
}

/// Another change that may still meet the same check.
fn under_way(org: &Org, wish: &CheckWish) -> Result<Option<Failure>, Failure> {
    let open = org.cache.open_check_changes().map_err(failure::cache)?;
    let lost = org.cache.lost_check_changes().map_err(failure::cache)?;
    let meets = open.iter().chain(&lost).any(|change| change.wish.meets(wish));
    Ok(meets.then(|| {
        Failure::new(FailureKind::Conflict, "Another change of this check is not over yet.")
            .hint("See it in the activity: resume it, or cancel it.")
    }))
}

fn confirmation(wish: &CheckWish, used_by: &CheckUse) -> Confirmation {
    let name = wish.before().map_or("", |content| content.variable_name.trim());
    let typable = !name.is_empty() && name.len() <= 60 && name.chars().all(|c| c.is_ascii_graphic());
    match wish {
        CheckWish::Create { .. } => Confirmation::Press,
        CheckWish::Replace { .. } if !used_by.is_used() => Confirmation::Press,
        CheckWish::Replace { .. } | CheckWish::Delete { .. } if typable => {
            Confirmation::Type(name.to_owned())
        }
        CheckWish::Replace { .. } | CheckWish::Delete { .. } => Confirmation::Type(wish.key().to_owned()),
    }
}

fn warnings(wish: &CheckWish, used_by: &CheckUse) -> Vec<String> {
    let mut warnings = Vec::new();
    if !used_by.unread.is_empty() {
        let what = used_by.unread.join(", ");
        warnings.push(format!("It may be used where this snapshot could not look: {what}."));
    }
    match wish {
        CheckWish::Replace { .. } if used_by.is_in_force() => {
            warnings.push("From the next sign-in on, devices are judged by the new content.".to_owned());
        }
        CheckWish::Create { .. } if used_by.is_used() => warnings.push(format!(
            "{} by this variable name: the check counts there at once.",
            policies(used_by, "asks for a check", "ask for a check")
        )),
        CheckWish::Delete { .. } => {
            warnings.push("It can be made again, then with another id.".to_owned());
        }
        CheckWish::Create { .. } | CheckWish::Replace { .. } => {}
    }
    warnings
}

/// Whom it may affect: active devices of the platform, and who uses them.
fn reach(
    org: &Org,
    snapshot: SnapshotId,
    wish: &CheckWish,
    used_by: &CheckUse,
) -> Result<CheckReach, Failure> {
    if !used_by.is_in_force() {
        let none = used_by.unread.is_empty().then_some(0);
        return Ok(CheckReach { devices: none, people: none });
    }
    let Some(platform) = wish.before().or(wish.after()).and_then(|content| content.platform.okta()) else {
        return Ok(CheckReach::default());
    };
    let filters = vec![
        FacetFilter::include(Facet::Platform, [platform]),
        FacetFilter::include(Facet::Lifecycle, ["ACTIVE"]),
    ];
    let query = DeviceQuery { filters, ..DeviceQuery::default() };
    let listing = org.cache.devices(snapshot, &query).map_err(failure::cache)?;
    let devices = listing.total();
    if devices > COUNTED {
        return Ok(CheckReach { devices: Some(devices), people: None });
    }
    let mut people = HashSet::new();
    org.cache
        .each_link(&listing, |link| {
            people.insert(link.link.user);
            ControlFlow::Continue(())
        })
        .map_err(failure::cache)?;
    Ok(CheckReach { devices: Some(devices), people: Some(people.len() as u64) })
}
