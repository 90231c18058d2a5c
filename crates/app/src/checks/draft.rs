//! Drafts: what is being written, kept in the org's file as JSON.

use crate::{failure, org::Org};
use contract::{
    Failure, FailureKind,
    checks::{CheckKey, NewDraft, SaveDraft},
};
use domain::{CheckContent, Expectation, ObjectId, OrgCheck, Timestamp};
use serde::{Deserialize, Serialize};

/// More text than this is no check.
const LONGEST: usize = 8 << 20;
/// More drafts than these are a slip of the hand or of a file.
pub(super) const MOST: usize = 1_000;

/// What a draft's text holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Body {
    /// What is being written; `None` where that is what the org has, and only expectations are kept.
    #[serde(default)]
    pub content: Option<CheckContent>,
    #[serde(default)]
    pub expectations: Vec<Expectation>,
    /// For a check whose answer is a text: the one that passes.
    #[serde(default)]
    pub passes: Option<String>,
    /// When the org's check was changed last, as far as whoever began the draft knew.
    #[serde(default)]
    pub base: Option<Timestamp>,
}

impl Body {
    /// The draft's text.
    pub fn write(&self) -> Result<String, Failure> {
        let text = serde_json::to_string(self).map_err(failure::bug)?;
        if text.len() > LONGEST {
            let message = "The draft and its expectations are larger than 8 MB.";
            return Err(Failure::new(FailureKind::BadInput, message)
                .hint("Forget some expectations: captured states are large."));
        }
        Ok(text)
    }

    /// Reads a draft's text; `None` where another version wrote it in a way that this one does not know.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// One draft, if there is one.
pub(super) fn find(org: &Org, key: &CheckKey) -> Result<Option<cache::CheckDraft>, Failure> {
    match key {
        CheckKey::Draft(id) => org.cache.check_draft(*id),
        CheckKey::Org(id) => org.cache.check_draft_of(id.as_str()),
    }
    .map_err(failure::cache)
}

/// The drafts of their own, that the org has no check for.
pub(super) fn own(org: &Org) -> Result<Vec<(CheckKey, Body)>, Failure> {
    let drafts = org.cache.check_drafts().map_err(failure::cache)?.into_iter().filter(|d| d.okta.is_none());
    Ok(drafts.filter_map(|d| Some((CheckKey::Draft(d.id), Body::read(&d.body)?))).collect())
}

/// Begins a draft of its own.
pub(super) fn begin(org: &Org, draft: &NewDraft) -> Result<CheckKey, Failure> {
    let kept = org.cache.check_drafts().map_err(failure::cache)?.len();
    if kept >= MOST {
        let message = format!("There are {kept} drafts already; no more than {MOST} are kept.");
        return Err(Failure::new(FailureKind::BadInput, message).hint("Discard some first."));
    }
    let NewDraft { content, expectations, passes } = draft.clone();
    let body = Body { content: Some(content), expectations, passes, base: None }.write()?;
    org.cache.new_check_draft(&body, org.now()).map(CheckKey::Draft).map_err(failure::cache)
}

/// Keeps what is being written.
pub(super) fn save(org: &Org, draft: &SaveDraft) -> Result<Timestamp, Failure> {
    let now = org.now();
    let SaveDraft { content, expectations, passes, .. } = draft.clone();
    let mut body = Body { content: Some(content), expectations, passes, base: None };
    match &draft.key {
        CheckKey::Draft(id) => {
            let kept = org.cache.save_check_draft(*id, &body.write()?, now).map_err(failure::cache)?;
            if !kept {
                let message = "This draft was discarded meanwhile.";
                return Err(
                    Failure::new(FailureKind::NotFound, message).hint("Copy what you need from here.")
                );
            }
        }
        CheckKey::Org(id) => {
            let published = published(org, id)?;
            let same =
                |check: &OrgCheck| body.content.as_ref().is_some_and(|c| c.is_same_check(&check.content));
            if published.as_ref().is_some_and(same) {
                // What the org has is no draft: it would stand in the way of the next change that somebody makes there.
                body.content = None;
            } else {
                let before = find(org, &draft.key)?.and_then(|draft| Body::read(&draft.body));
                let before = before.filter(|body| body.content.is_some()).and_then(|body| body.base);
                body.base = before.or(published.and_then(|check| check.last_updated));
            }
            org.cache.save_check_draft_of(id.as_str(), &body.write()?, now).map_err(failure::cache)?;
        }
    }
    Ok(now)
}

/// The org's check by the newest snapshot. One that can't be understood keeps nothing from being written down here.
fn published(org: &Org, id: &ObjectId) -> Result<Option<OrgCheck>, Failure> {
    let Some(snapshot) = org.cache.latest_id().map_err(failure::cache)? else { return Ok(None) };
    let kept = super::of_org(org, None, snapshot)?.into_iter().find(|kept| kept.object.id == *id);
    Ok(kept.and_then(|kept| kept.check.ok()))
}

/// Throws away what is being written; answers it. What is expected of one of the org's checks stays with that.
pub(super) fn discard(org: &Org, key: &CheckKey) -> Result<Option<NewDraft>, Failure> {
    let Some(draft) = find(org, key)? else { return Ok(None) };
    let body = Body::read(&draft.body);
    match (key, &body) {
        (CheckKey::Org(id), Some(body)) if !body.expectations.is_empty() => {
            let rest = Body { content: None, base: None, ..body.clone() };
            org.cache.save_check_draft_of(id.as_str(), &rest.write()?, org.now()).map_err(failure::cache)?;
        }
        _ => drop(org.cache.delete_check_draft(draft.id).map_err(failure::cache)?),
    }
    let gone = |body: Body| {
        Some(NewDraft { content: body.content?, expectations: body.expectations, passes: body.passes })
    };
    Ok(body.and_then(gone))
}

/// The org has what was asked for: a draft that is the same becomes that check's own, with its versions and expectations.
/// Nothing is lost when whoever published it looks away before the answer.
pub(crate) fn published_as(org: &Org, id: &ObjectId, content: &CheckContent) -> Result<(), Failure> {
    for (key, body) in own(org)? {
        if body.content.is_some_and(|written| written.is_same_check(content)) {
            return adopt(org, &key, id);
        }
    }
    Ok(())
}

/// What was a draft of its own belongs to the org's check from now on.
pub(super) fn adopt(org: &Org, key: &CheckKey, id: &ObjectId) -> Result<(), Failure> {
    let CheckKey::Draft(number) = key else { return Ok(()) };
    let to = CheckKey::Org(id.clone()).to_string();
    org.cache.adopt_check_draft(*number, id.as_str(), &key.to_string(), &to).map_err(failure::cache)?;
    Ok(())
}
