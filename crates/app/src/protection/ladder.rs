//! One policy, rule by rule, with what the log says that each rule did.

use super::{KINDS, names::Names, words};
use crate::{failure, org::Org};
use contract::{
    Failure,
    protection::{Ladder, Rung},
};
use domain::{LogCondition, LogField, LogFilter, ObjectId, ObjectKind, OrgObject, SnapshotId, Timestamp};
use okta_client::{ProtectionRule, RuleAction, read_protection_rule};

/// The events that say which rule of a type of policy matched. The last of session protection is what it was called before.
fn evaluations(kind: &str) -> &'static [&'static str] {
    match kind {
        "ENTITY_RISK" => &["policy.entity_risk.evaluate"],
        "SESSION_VIOLATION_DETECTION" => &["policy.auth_reevaluate.fail"],
        _ => &["policy.auth_reevaluate.enforce", "policy.continuous_access.evaluate"],
    }
}

pub(super) fn ladders(org: &Org, at: SnapshotId, since: Timestamp) -> Result<Vec<Ladder>, Failure> {
    let (mut policies, mut rules) = (Vec::new(), Vec::new());
    let wanted = |object: &OrgObject| object.variety.as_deref().is_some_and(|kind| KINDS.contains(&kind));
    org.cache
        .each_object(at, &[ObjectKind::Policy, ObjectKind::PolicyRule], |object, raw| {
            if wanted(&object) {
                let list = if object.kind == ObjectKind::Policy { &mut policies } else { &mut rules };
                list.push((object, raw.to_owned()));
            }
        })
        .map_err(failure::cache)?;
    let place = |policy: &OrgObject| KINDS.iter().position(|kind| policy.variety.as_deref() == Some(kind));
    policies.sort_by(|(a, _), (b, _)| (place(a), &a.name).cmp(&(place(b), &b.name)));
    let names = Names::of(org, at, rules.iter().map(|(_, raw)| raw.as_str()))?;
    policies.into_iter().map(|(policy, _)| ladder(org, at, since, policy, &rules, &names)).collect()
}

fn ladder(
    org: &Org,
    at: SnapshotId,
    since: Timestamp,
    policy: OrgObject,
    rules: &[(OrgObject, String)],
    names: &Names,
) -> Result<Ladder, Failure> {
    let kind = policy.variety.as_deref().unwrap_or_default().to_owned();
    let events = filter(&kind, None, since);
    let own = rules.iter().filter(|(rule, _)| rule.parent.as_ref() == Some(&policy.id));
    let mut own: Vec<(&OrgObject, &str, ProtectionRule)> =
        own.map(|(rule, raw)| (rule, raw.as_str(), read_protection_rule(raw).unwrap_or_default())).collect();
    own.sort_by_key(|(rule, _, read)| (read.priority.unwrap_or(i64::MAX), rule.name.clone()));
    let evaluated = org.cache.count_log_quietly(at, &events).map_err(failure::cache)?;
    let everyone = names.everyone();
    let mut rungs = Vec::with_capacity(own.len());
    for (place, (rule, raw, read)) in own.iter().enumerate() {
        let above = own[..place].iter().find(|(rule, _, above)| is_on(rule) && above.covers(read, &everyone));
        let above = above.map(|(rule, ..)| &*rule.name);
        rungs.push(rung(org, at, filter(&kind, Some(&rule.id), since), (rule, raw, read), above, names)?);
    }
    Ok(Ladder {
        policy: policy.id,
        kind,
        name: policy.name.into(),
        status: policy.status.map(String::from),
        rules: rungs,
        evaluated,
        events,
    })
}

fn is_on(rule: &OrgObject) -> bool {
    rule.status.as_deref() != Some("INACTIVE")
}

fn rung(
    org: &Org,
    at: SnapshotId,
    events: LogFilter,
    (rule, raw, read): (&OrgObject, &str, &ProtectionRule),
    above: Option<&str>,
    names: &Names,
) -> Result<Rung, Failure> {
    let matched = org.cache.count_log_quietly(at, &events).map_err(failure::cache)?;
    let newest = org.cache.log(at, &events, None, 1).map_err(failure::cache)?;
    Ok(Rung {
        rule: rule.id.clone(),
        priority: read.priority,
        name: rule.name.to_string(),
        status: rule.status.as_deref().map(str::to_owned),
        system: read.system,
        when: words::when(&read.conditions, names),
        then: words::then(&read.actions),
        matched,
        last: newest.first().map(|(place, _)| place.published),
        events,
        remarks: remarks(rule, read, matched, above),
        raw: set_out(raw),
    })
}

/// The evaluations of a policy, or those in which one rule matched: the row of such an event names it.
fn filter(kind: &str, rule: Option<&ObjectId>, since: Timestamp) -> LogFilter {
    let values = evaluations(kind).iter().map(|kind| (*kind).to_owned()).collect();
    LogFilter {
        text: rule.map(|id| id.as_str().to_owned()).unwrap_or_default(),
        conditions: vec![LogCondition { field: LogField::EventType, values, exclude: false, on: true }],
        since: Some(since),
        until: None,
    }
}

fn remarks(rule: &OrgObject, read: &ProtectionRule, matched: u64, above: Option<&str>) -> Vec<String> {
    let mut remarks = Vec::new();
    if !is_on(rule) {
        remarks.push("It is switched off.".to_owned());
    }
    if let Some(above) = above {
        remarks.push(format!(
            "“{above}” stands above it and takes everything that this rule would: it is never reached."
        ));
    }
    if matched == 0 && is_on(rule) && above.is_none() {
        remarks.push("It matched nothing in this time, as far as the log is kept here.".to_owned());
    }
    match &read.actions[..] {
        [] => remarks.push("It only logs.".to_owned()),
        [RuleAction::Evaluate(false)] => {
            remarks.push("It looks at no change of a session at all.".to_owned())
        }
        _ => {}
    }
    remarks
}

/// Over lines, for reading. What is not JSON stays as it is.
fn set_out(raw: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(raw).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| raw.to_owned())
}
