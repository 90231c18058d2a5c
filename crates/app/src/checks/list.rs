//! The list: the org's checks and the drafts, each with what the linter says.

use super::draft::Body;
use crate::{failure, org::Org, snapshot};
use contract::{
    Failure,
    check_changes::CheckUse,
    checks::{CheckKey, CheckRow, Checks},
};
use domain::{CheckContent, CheckKind, Expectation, Severity, SnapshotId};
use posture::{Catalogue, engine::Limits};
use std::collections::HashMap;

/// Every check and every draft, by name.
pub(super) fn list(org: &Org, as_of: Option<SnapshotId>) -> Result<Checks, Failure> {
    let snapshot = snapshot::chosen(org, as_of)?;
    let used = org.check_usage(snapshot)?;
    let mut drafts = HashMap::new();
    let mut own = Vec::new();
    for draft in org.cache.check_drafts().map_err(failure::cache)? {
        let Some(body) = Body::read(&draft.body) else { continue };
        match draft.okta {
            Some(id) => drafts.insert(id, body).map_or((), drop),
            None => own.push((CheckKey::Draft(draft.id), body)),
        }
    }
    let (mut rows, mut unread) = (Vec::new(), Vec::new());
    for kept in super::of_org(org, as_of, snapshot)? {
        let check = match kept.check {
            Ok(check) => check,
            Err(why) => {
                unread.push((kept.object.name.into(), why.to_string()));
                continue;
            }
        };
        let draft = drafts.remove(check.id.as_str());
        let content = check.content;
        let written = draft.as_ref().and_then(|draft| draft.content.as_ref());
        let differs = written.is_some_and(|written| !written.is_same_check(&content));
        let kept = draft.as_ref().map(|d| (d.expectations.as_slice(), d.passes.as_deref()));
        let mut row = row(CheckKey::Org(check.id), &content, kept.unwrap_or_default());
        row.policies = policies(&used.of(&content.variable_name));
        row.builtin = check.kind == CheckKind::Builtin;
        row.draft = differs;
        row.last_updated = check.last_updated;
        rows.push(row);
    }
    // Those of checks that the org no longer has, too: nobody else would tell of them.
    if as_of.is_none() {
        own.extend(drafts.into_iter().map(|(id, body)| (CheckKey::Org(id.as_str().into()), body)));
    }
    for (key, body) in own {
        let Some(content) = &body.content else { continue };
        let mut row = row(key, content, (&body.expectations, body.passes.as_deref()));
        row.draft = true;
        // A draft is used by nothing: a policy that names its variable names another check.
        row.policies = Some(0);
        rows.push(row);
    }
    rows.sort_by_cached_key(|row| row.name.to_lowercase());
    Ok(Checks { snapshot, now: org.now(), rows, unread })
}

/// What is expected of a check, and the text that passes, where its answer is one.
type Kept<'a> = (&'a [Expectation], Option<&'a str>);

fn row(key: CheckKey, content: &CheckContent, kept: Kept<'_>) -> CheckRow {
    let report = posture::lint::lint(Catalogue::shipped(), content.platform, content.mapping, &content.query);
    let findings = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (severity, u32::try_from(report.count(severity)).unwrap_or(u32::MAX)))
        .filter(|(_, count)| *count > 0);
    CheckRow {
        key,
        name: content.name.clone(),
        variable_name: content.variable_name.clone(),
        platform: Ok(content.platform),
        builtin: false,
        valid: report.valid,
        findings: findings.collect(),
        policies: None,
        draft: false,
        expectations: met(content, kept),
        last_updated: None,
    }
}

/// How many of a check's expectations are met; `None` without any.
pub(super) fn met(content: &CheckContent, (expectations, passes): Kept<'_>) -> Option<(u32, u32)> {
    if expectations.is_empty() {
        return None;
    }
    let expect = crate::lab::expect(content.mapping, passes);
    let tried = posture::engine::check_expectations(
        &content.query,
        &expect,
        expectations,
        &Limits::of(content.platform),
    );
    let met = tried.iter().filter(|(_, met)| *met).count();
    Some((u32::try_from(met).unwrap_or(u32::MAX), u32::try_from(tried.len()).unwrap_or(u32::MAX)))
}

/// How many policies include a check; `None` where the snapshot can't tell.
fn policies(used: &CheckUse) -> Option<u32> {
    let count = u32::try_from(used.policies.len()).unwrap_or(u32::MAX);
    // Policies that are known are some; that none are is only known where all were read.
    (count > 0 || used.unread.is_empty()).then_some(count)
}
