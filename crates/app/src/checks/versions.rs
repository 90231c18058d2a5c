//! Versions of a check: those kept here, and those that syncs saw in the org, with what changed from one to the next.

use super::list::met;
use crate::{failure, org::Org};
use contract::{
    Failure,
    checks::{Change, CheckKey, Line, SaveVersion, Version, VersionFrom, Versions},
};
use domain::{CheckContent, ObjectKind, Timestamp};
use posture::files::{FieldDiff, LineChange, LineDiff, diff};
use serde::{Deserialize, Serialize};

/// What a kept version's text holds.
#[derive(Serialize, Deserialize)]
struct Body {
    content: CheckContent,
    #[serde(default)]
    note: String,
    /// How many expectations it met then, of how many.
    #[serde(default)]
    met: Option<(u32, u32)>,
}

/// Keeps a version with how it does on its expectations.
pub(super) fn save(org: &Org, command: &SaveVersion) -> Result<(), Failure> {
    let met = met(&command.content, (&command.expectations, command.passes.as_deref()));
    let body = Body { content: command.content.clone(), note: command.note.trim().to_owned(), met };
    let text = serde_json::to_string(&body).map_err(failure::bug)?;
    org.cache.add_check_version(&command.key.to_string(), &text, org.now()).map_err(failure::cache)
}

/// The versions, newest first.
pub(super) fn list(org: &Org, key: &CheckKey) -> Result<Versions, Failure> {
    let mut all = Vec::new();
    for kept in org.cache.check_versions(&key.to_string()).map_err(failure::cache)? {
        // What another version of the program wrote differently is passed over, not lost.
        if let Ok(body) = serde_json::from_str::<Body>(&kept.body) {
            all.push((kept.at, VersionFrom::Saved(body.note), body.content, body.met));
        }
    }
    if let CheckKey::Org(id) = key {
        let seen = org.cache.object_history(&ObjectKind::PostureCheck, id).map_err(failure::cache)?;
        for (snapshot, noticed, raw) in seen {
            if let Ok(check) = okta_client::read_posture_check(&raw) {
                let at = check.last_updated.unwrap_or(noticed);
                all.push((at, VersionFrom::Org(snapshot), check.content, None));
            }
        }
    }
    all.sort_by_key(|(at, ..)| *at);
    Ok(Versions { now: org.now(), versions: told(all) })
}

/// One version as it is gathered.
type Found = (Timestamp, VersionFrom, CheckContent, Option<(u32, u32)>);

/// Oldest first in, newest first out, each with what changed.
fn told(all: Vec<Found>) -> Vec<Version> {
    let mut before: Option<CheckContent> = None;
    let mut versions = Vec::with_capacity(all.len());
    for (at, from, content, met) in all {
        let changes = before.as_ref().map(|before| changes(before, &content)).unwrap_or_default();
        before = Some(content.clone());
        versions.push(Version { at, from, content, changes, met });
    }
    versions.reverse();
    versions
}

/// What differs between two contents.
fn changes(before: &CheckContent, after: &CheckContent) -> Vec<Change> {
    let line = |line: LineDiff| match line.change {
        LineChange::Same => Line::Same(line.text),
        LineChange::Removed => Line::Removed(line.text),
        LineChange::Added => Line::Added(line.text),
    };
    let change = |field: FieldDiff| Change {
        field: field.field.replace(['_', '.'], " "),
        lines: field.lines.into_iter().map(line).collect(),
    };
    diff(before, after).into_iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Mapping, OsqueryPlatform, Remediation, SnapshotId};

    #[test]
    fn each_version_says_what_changed_from_the_one_before() {
        let content = |query: &str| CheckContent {
            name: "Firewall".into(),
            description: String::new(),
            variable_name: "fw".into(),
            platform: OsqueryPlatform::Macos,
            mapping: Mapping::Checkbox,
            query: query.into(),
            remediation: Remediation::default(),
        };
        let found = vec![
            (Timestamp(1), VersionFrom::Org(SnapshotId(1)), content("SELECT 1\nFROM alf;"), None),
            (Timestamp(2), VersionFrom::Saved("why".into()), content("SELECT 0\nFROM alf;"), Some((1, 2))),
        ];
        let versions = told(found);
        assert_eq!(versions.iter().map(|v| v.at.0).collect::<Vec<_>>(), [2, 1], "newest first");
        assert!(versions[1].changes.is_empty(), "nothing came before the first");
        let [change] = versions[0].changes.as_slice() else {
            panic!("one change: {:?}", versions[0].changes)
        };
        assert_eq!(change.field, "query");
        let [Line::Removed(old), Line::Added(new), Line::Same(rest)] = change.lines.as_slice() else {
            panic!("{:?}", change.lines)
        };
        assert_eq!([old.as_str(), new, rest], ["SELECT 1", "SELECT 0", "FROM alf;"]);
    }
}
