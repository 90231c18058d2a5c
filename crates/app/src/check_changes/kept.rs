//! The checks of a snapshot, read from the JSON that a sync kept. One that this version can't read stays in the list, with
//! the reason.

use crate::{failure, org::Org};
use contract::{Failure, FailureKind};
use domain::{ObjectId, ObjectKind, OrgCheck, OrgObject, SnapshotId};
use okta_client::{UnreadableCheck, read_posture_check};

/// One check of a snapshot.
#[derive(Debug, Clone)]
pub(crate) struct KeptCheck {
    pub object: OrgObject,
    /// Its content, or why it can't be read.
    pub check: Result<OrgCheck, UnreadableCheck>,
}

impl Org {
    /// Every check of a snapshot, by name.
    pub(crate) fn checks_of(&self, snapshot: SnapshotId) -> Result<Vec<KeptCheck>, Failure> {
        let mut checks = Vec::new();
        self.cache
            .each_object(snapshot, &[ObjectKind::PostureCheck], |object, raw| {
                checks.push(KeptCheck { object, check: read_posture_check(raw) });
            })
            .map_err(failure::cache)?;
        checks.sort_by(|a, b| (&a.object.name, &a.object.id.0).cmp(&(&b.object.name, &b.object.id.0)));
        Ok(checks)
    }

    /// The checks as they are known here now: those of a snapshot, with what was changed from here since.
    pub(crate) fn checks_now(&self, snapshot: SnapshotId) -> Result<Vec<KeptCheck>, Failure> {
        let mut checks = self.checks_of(snapshot)?;
        self.checks.echo.lay_over(&mut checks);
        Ok(checks)
    }
}

/// The check of this id among those.
pub(super) fn find<'c>(checks: &'c [KeptCheck], id: &ObjectId) -> Result<&'c OrgCheck, Failure> {
    let Some(kept) = checks.iter().find(|kept| kept.object.id == *id) else {
        return Err(failure::not_found("posture check", id.as_str()));
    };
    kept.check.as_ref().map_err(|why| {
        Failure::new(
            FailureKind::BadReply,
            format!("The check “{}” can't be changed from here: {why}.", kept.object.name),
        )
        .hint("What this version does not understand would be lost.")
    })
}

/// A check as the cache keeps objects.
pub(super) fn as_object(check: &OrgCheck) -> OrgObject {
    OrgObject {
        kind: ObjectKind::PostureCheck,
        id: check.id.clone(),
        parent: None,
        name: check.content.name.as_str().into(),
        variety: check.content.platform.okta().map(Into::into),
        status: Some(check.kind.as_str().into()),
        last_updated: check.last_updated,
    }
}
