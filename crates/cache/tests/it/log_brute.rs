//! The log's filters against the plainest reading of them: every event is looked at, one condition after the other.

use domain::{LogCondition, LogEvent, LogField, LogFilter, RiskLevel, Timestamp, UserId};
use fastrand::Rng;
use std::collections::BTreeMap;

const TYPES: [&str; 8] = [
    "user.session.start",
    "user.session.end",
    "user.risk.detect",
    "policy.evaluate_sign_on",
    "policy.auth_reevaluate.fail",
    "policy.auth_reevaluate.enforce",
    "device.signals.status.timeout",
    "a.type.nobody.knows",
];

/// Events of a few days with few different values, so that filters find some and leave some.
pub fn events(rng: &mut Rng, count: usize, from: i64, days: i64) -> Vec<LogEvent> {
    let some = |rng: &mut Rng, all: &[&str]| -> Option<Box<str>> {
        (rng.u8(..4) > 0).then(|| all[rng.usize(..all.len())].into())
    };
    let event = |_| {
        let kind = TYPES[rng.usize(..TYPES.len())];
        let user = some(rng, &["00uA", "00ua", "00uB"]);
        let session = some(rng, &["s1", "s2", "S1"]);
        let mut ms = from + rng.i64(0..days * Timestamp::DAY);
        if rng.bool() {
            // Many share a moment, and some stand at midnight.
            ms -= ms % (Timestamp::DAY / 2);
        }
        let uuid = rng.u128(..);
        LogEvent {
            uuid: if rng.u8(..5) == 0 { format!("own {uuid}") } else { hyphens(uuid) }.into(),
            published: Timestamp(ms),
            event_type: kind.into(),
            severity: some(rng, &["INFO", "WARN", "ERROR"]),
            message: some(
                rng,
                &["User login to Okta", "Evaluation of sign-on policy", "Ünïcode Straße 机器", ""],
            ),
            outcome: some(rng, &["SUCCESS", "FAILURE", "ALLOW", "CHALLENGE"]),
            reason: some(rng, &["INVALID_CREDENTIALS", "New ASN, New City", "'; DROP TABLE log_event; --"])
                .or_else(|| (rng.u8(..9) == 0).then(|| "long ".repeat(60).into())),
            actor_id: if rng.bool() { user.clone() } else { some(rng, &["00uB", "system"]) },
            actor_name: some(rng, &["Ada Lovelace", "Zoë O'Neill", "admin"]),
            user: user.map(UserId),
            device: some(rng, &["guo1", "guo2"]).map(domain::DeviceId),
            root_session: if rng.bool() { session.clone() } else { some(rng, &["r1", "s1"]) },
            session,
            transaction: some(rng, &["t1", "t2", "t3"]),
            trace: some(
                rng,
                &["0b57fb29-38dc-11f1-9c2f-0242ac120002", "0B57FB29-38DC-11F1-9C2F-0242AC120002", "x"],
            ),
            ip: some(rng, &["192.0.2.1", "192.0.2.10", "2001:db8::1"]),
            app: some(rng, &["0oa1", "0oa2"]),
            risk_level: (kind == "user.risk.detect")
                .then(|| RiskLevel::from(["HIGH", "LOW", "PURPLE"][rng.usize(..3)])),
            told_risk: None,
            readings: Vec::new(),
        }
    };
    (0..count).map(event).collect()
}

fn hyphens(n: u128) -> String {
    let digits = format!("{n:032x}");
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

/// Filters of every kind, all of which leave something out.
pub fn filters(from: i64) -> Vec<LogFilter> {
    let one = |field, values: &[&str], exclude| LogCondition {
        field,
        values: values.iter().map(|v| (*v).to_owned()).collect(),
        exclude,
        on: true,
    };
    let all = |conditions: Vec<LogCondition>| LogFilter { conditions, ..LogFilter::default() };
    let text = |text: &str| LogFilter { text: text.to_owned(), ..LogFilter::default() };
    let between = |since: Option<i64>, until: Option<i64>, filter: LogFilter| LogFilter {
        since: since.map(|at| Timestamp(from + at)),
        until: until.map(|at| Timestamp(from + at)),
        ..filter
    };
    let mut filters = vec![LogFilter::default()];
    for (field, values) in [
        (LogField::EventType, vec!["user.session.start", "policy.auth_reevaluate.*"]),
        (LogField::EventType, vec!["policy.auth_reeval*"]),
        (LogField::EventType, vec!["*"]),
        (LogField::EventType, vec!["User*", "nobody.has.this"]),
        (LogField::EventType, vec!["user.session.*t"]),
        (LogField::Outcome, vec!["FAILURE", "no such outcome"]),
        (LogField::Severity, vec!["WARN"]),
        (LogField::Actor, vec!["00uA"]),
        (LogField::User, vec!["00ua", "00uB"]),
        (LogField::Device, vec!["guo1"]),
        (LogField::App, vec!["0oa2"]),
        (LogField::Ip, vec!["192.0.2.1"]),
        (LogField::Session, vec!["s1"]),
        (LogField::RootSession, vec!["s1"]),
        (LogField::Transaction, vec!["t1"]),
        (LogField::Trace, vec!["0b57fb29-38dc-11f1-9c2f-0242ac120002"]),
        (LogField::Trace, vec!["0B57FB29-38DC-11F1-9C2F-0242AC120002", "x"]),
        (LogField::Risk, vec!["PURPLE"]),
        (LogField::Device, vec!["' OR 1 --", "\" OR \"\u{0}"]),
    ] {
        filters.push(all(vec![one(field, &values, false)]));
        filters.push(all(vec![one(field, &values, true)]));
    }
    let failed = || one(LogField::Outcome, &["FAILURE"], false);
    let policies = || one(LogField::EventType, &["policy.*"], false);
    filters.extend([
        all(vec![failed(), policies(), one(LogField::User, &["00uA"], true)]),
        all(vec![policies(), one(LogField::EventType, &["policy.evaluate_sign_on"], true)]),
        all(vec![failed(), LogCondition { on: false, ..policies() }, one(LogField::Ip, &[], false)]),
        all(vec![one(LogField::User, &["00uA"], false), one(LogField::User, &["00uB"], false)]),
        text("  "),
        text("lov ada"),
        text("zoe"),
        text("STRASSE"),
        text("straße 机器"),
        text("192.0.2.1"),
        text("auth_reevaluate"),
        text("invalid cred"),
        text("nothinglikeit"),
        text("☂ --"),
        text("\"ada\" OR *"),
        text("ada NEAR(x) terms:user ^a - + {b}"),
        text("a"),
        LogFilter { text: "user".into(), ..all(vec![failed(), one(LogField::Risk, &["HIGH", "LOW"], true)]) },
    ]);
    let day = Timestamp::DAY;
    for (since, until) in [
        (Some(day), None),
        (None, Some(2 * day)),
        (Some(day / 2), Some(2 * day + 7)),
        (Some(day + 5), Some(day + 9_000_000)),
        (Some(day), Some(2 * day)),
        (Some(2 * day), Some(day)),
        (Some(100 * day), None),
    ] {
        for filter in [LogFilter::default(), all(vec![failed()]), all(vec![policies()]), text("okta")] {
            filters.push(between(since, until, filter));
        }
    }
    filters
}

/// Every field's value, spelt out once more.
pub fn value(event: &LogEvent, field: LogField) -> Option<&str> {
    match field {
        LogField::EventType => Some(&event.event_type),
        LogField::Outcome => event.outcome.as_deref(),
        LogField::Severity => event.severity.as_deref(),
        LogField::Actor => event.actor_id.as_deref(),
        LogField::User => event.user.as_ref().map(|id| id.as_str()),
        LogField::Device => event.device.as_ref().map(|id| id.as_str()),
        LogField::App => event.app.as_deref(),
        LogField::Ip => event.ip.as_deref(),
        LogField::Session => event.session.as_deref(),
        LogField::RootSession => event.root_session.as_deref(),
        LogField::Transaction => event.transaction.as_deref(),
        LogField::Trace => event.trace.as_deref(),
        LogField::Risk => event.risk_level.as_ref().map(RiskLevel::as_str),
    }
}

fn holds(condition: &LogCondition, event: &LogEvent) -> bool {
    if !condition.on || condition.values.is_empty() {
        return true;
    }
    let is = |asked: &String, value: &str| match asked.strip_suffix('*') {
        Some(start) if condition.field == LogField::EventType => value.starts_with(start),
        _ => asked == value,
    };
    let has =
        value(event, condition.field).is_some_and(|v| condition.values.iter().any(|asked| is(asked, v)));
    has != condition.exclude
}

/// Letters without case and accents, as far as the made-up events have any.
fn folded(text: &str) -> String {
    let plain = |c: char| match c {
        'ü' => 'u',
        'ï' => 'i',
        'ë' => 'e',
        c => c,
    };
    text.to_lowercase().chars().map(plain).collect()
}

fn words(text: &str) -> Vec<String> {
    let folded = folded(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn says(event: &LogEvent, typed: &str) -> bool {
    if typed.trim().is_empty() {
        return true;
    }
    let texts = [
        Some(&*event.event_type),
        event.message.as_deref(),
        event.reason.as_deref(),
        event.actor_name.as_deref(),
        event.ip.as_deref(),
    ];
    let there: Vec<String> = texts.into_iter().flatten().flat_map(words).collect();
    let asked = words(typed);
    !asked.is_empty() && asked.iter().all(|word| there.iter().any(|w| w.starts_with(word.as_str())))
}

pub fn fits(event: &LogEvent, filter: &LogFilter) -> bool {
    filter.since.is_none_or(|since| event.published >= since)
        && filter.until.is_none_or(|until| event.published < until)
        && filter.conditions.iter().all(|condition| holds(condition, event))
        && says(event, &filter.text)
}

/// The values of a field among those that fit all conditions but the field's own.
pub fn counts(events: &[LogEvent], filter: &LogFilter, field: LogField) -> BTreeMap<String, u64> {
    let mut others = filter.clone();
    others.conditions.retain(|condition| condition.field != field);
    let mut counts = BTreeMap::new();
    for event in events.iter().filter(|event| fits(event, &others)) {
        if let Some(value) = value(event, field) {
            *counts.entry(value.to_owned()).or_default() += 1;
        }
    }
    counts
}
