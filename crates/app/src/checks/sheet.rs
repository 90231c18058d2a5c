//! One check in full, for the lab.

use super::draft::{self, Body};
use crate::{org::Org, snapshot};
use contract::{
    Failure, FailureKind,
    checks::{CheckKey, CheckSheet, Published},
};
use domain::{CheckKind, SnapshotId};

/// The sheet.
pub(super) fn sheet(org: &Org, as_of: Option<SnapshotId>, key: CheckKey) -> Result<CheckSheet, Failure> {
    let snapshot = snapshot::chosen(org, as_of)?;
    let published = match &key {
        CheckKey::Org(id) => super::one_of_org(org, as_of, snapshot, id)?,
        CheckKey::Draft(_) => None,
    };
    // What is being written is not of the past.
    let kept = if as_of.is_some() && published.is_some() { None } else { draft::find(org, &key)? };
    let drafted = kept.as_ref().map(|draft| draft.changed);
    let body = kept.and_then(|draft| Body::read(&draft.body));
    if published.is_none() && as_of.is_some() && matches!(key, CheckKey::Org(_)) {
        // What is being written now says nothing of then.
        let message = "The org had no such check in this snapshot, or it was not read.";
        return Err(Failure::new(FailureKind::NotFound, message).hint("Go back to now to see it."));
    }
    if published.is_none() && body.is_none() {
        let message = "There is no such check: it was deleted in the org, or its draft was discarded.";
        return Err(Failure::new(FailureKind::NotFound, message));
    }
    let base = body.as_ref().and_then(|body| body.base);
    let now_at = published.as_ref().and_then(|check| check.last_updated);
    let (content, expectations, passes) = match body {
        Some(body) => (body.content, body.expectations, body.passes),
        None => (None, Vec::new(), None),
    };
    let differs = match (&content, &published) {
        (Some(content), Some(check)) => !content.is_same_check(&check.content),
        _ => false,
    };
    let used_by = match &published {
        Some(check) => Some(org.check_usage(snapshot)?.of(&check.content.variable_name)),
        None => None,
    };
    Ok(CheckSheet {
        key,
        snapshot,
        now: org.now(),
        // What differs in nothing that counts is no draft any more.
        draft: content.filter(|_| differs || published.is_none()),
        drafted,
        expectations,
        passes,
        used_by,
        drifted: differs && base.is_some() && now_at.is_some() && base != now_at,
        published: published.map(|check| Published {
            id: check.id,
            builtin: check.kind == CheckKind::Builtin,
            content: check.content,
            created: check.created,
            last_updated: check.last_updated,
        }),
    })
}
