//! Risk in an event, from every place where it was seen: the structured field, texts, JSON in texts, and the object that
//! tells a change. Whose risk it is, is told by the event and by the place.

use super::{Debug, RiskFound, member, object, partner};
use domain::{RiskLevel, RiskReading, RiskScope, read_risk_text, risk_level_of};
use serde_json::Value;

/// Every reading of an event. Places of one scope that do not contradict each other are one reading.
pub(super) fn risks(event: &Value, debug: &Debug<'_>) -> Vec<RiskFound> {
    let event_type = event["eventType"].as_str().unwrap_or_default();
    let own = scope_of(event_type);
    let logged = debug.object("logonlysecuritydata");
    let logged = logged.as_ref().and_then(|data| member(data, "risk"));
    let change = debug.object("riskchange").or_else(|| object(member(event, "riskchange")?));
    // A change of a level is the person's, unless the event is about a session.
    let changed = if own == RiskScope::Session { own } else { RiskScope::Entity };
    let places = [
        member(&event["securityContext"], "risk").map(|risk| (own, read(risk), raw(risk))),
        debug.get("risk").map(|risk| (own, read(risk), raw(risk))),
        change.as_ref().map(|change| (changed, change_reading(change), change.to_string())),
        logged.map(|risk| (own, read(risk), raw(risk))),
    ];
    let mut found: Vec<RiskFound> = Vec::new();
    for (scope, reading, raw) in places.into_iter().flatten().chain(partner::reported(debug)) {
        if reading.is_empty() {
            continue;
        }
        let same = found.iter_mut().find(|known| {
            known.scope == scope
                && (known.reading.level == reading.level
                    || known.reading.level.is_none()
                    || reading.level.is_none())
        });
        match same {
            Some(known) => known.reading = std::mem::take(&mut known.reading).or(reading),
            None => found.push(RiskFound { scope, reading, raw }),
        }
    }
    found
}

/// Whose risk an event of this type tells.
fn scope_of(event_type: &str) -> RiskScope {
    let is = |families: &[&str]| families.iter().any(|family| event_type.starts_with(family));
    if is(&[
        "user.risk.",
        "policy.entity_risk.",
        "security.events.provider.",
        "user.account.report_suspicious",
    ]) {
        RiskScope::Entity
    } else if is(&[
        "user.session.context.",
        "policy.auth_reevaluate.",
        "policy.continuous_access.",
        "user.session.end",
    ]) {
        RiskScope::Session
    } else {
        RiskScope::Login
    }
}

fn raw(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A text of any form, or an object.
fn read(value: &Value) -> RiskReading {
    match value {
        Value::String(text) => text_reading(text),
        Value::Object(_) => structured(value),
        _ => RiskReading::default(),
    }
}

/// A text: JSON where it is, or else one of the forms that are none.
pub(crate) fn text_reading(text: &str) -> RiskReading {
    // Most texts begin like JSON and are none: `{level=LOW}`.
    let json =
        text.trim_start().strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}']));
    match json.then(|| serde_json::from_str::<Value>(text)) {
        Some(Ok(value)) if value.is_object() => structured(&value),
        _ => read_risk_text(text),
    }
}

/// `{level, previousLevel, detectionName, reasons[], issuer}`, or the words of a change.
fn structured(value: &Value) -> RiskReading {
    // `{"risk": {…}}` around it says nothing more.
    let value = member(value, "risk").filter(|inner| inner.is_object()).unwrap_or(value);
    let text = |name: &str| {
        let text = member(value, name)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    };
    RiskReading {
        level: text("level").or_else(|| text("risklevel")).and_then(risk_level_of),
        previous: text("previouslevel").or_else(|| text("priorrisklevel")).and_then(risk_level_of),
        detection: text("detectionname").map(Into::into),
        reasons: member(value, "reasons")
            .or_else(|| member(value, "reason"))
            .map(reasons)
            .unwrap_or_default(),
        issuer: text("issuer").map(Into::into),
    }
}

/// `{riskLevel, priorRiskLevel, direction, reasonCode}`.
pub(crate) fn change_reading(value: &Value) -> RiskReading {
    let mut reading = structured(value);
    if reading.reasons.is_empty() {
        reading.reasons = member(value, "reasoncode").map(reasons).unwrap_or_default();
    }
    reading
}

/// The level that `logOnlySecurityData` tells, an object or a text that holds one.
pub(crate) fn logged_level(raw: &str) -> Option<RiskLevel> {
    let data = object(&serde_json::from_str(raw).ok()?)?;
    read(member(&data, "risk")?).level
}

/// A list of texts, one text, or an object of texts by language.
pub(super) fn reasons(value: &Value) -> Vec<Box<str>> {
    let said = |value: &Value| {
        let text = value.as_str()?.trim();
        (!text.is_empty()).then(|| text.into())
    };
    match value {
        Value::Array(list) => list.iter().filter_map(said).collect(),
        Value::Object(map) => map.values().filter_map(said).collect(),
        other => said(other).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_event;
    use super::*;

    fn check(event_type: &str, rest: &str, want: &[(RiskScope, &str, Option<&str>)]) {
        let event = format!(r#"{{"eventType":"{event_type}",{rest}}}"#);
        assert!(serde_json::from_str::<Value>(&event).is_ok(), "the test's own event is no JSON: {event}");
        let found = read_event(&event).risks;
        let level = |found: &RiskFound| found.reading.level.clone().unwrap_or(RiskLevel::Other("".into()));
        let told: Vec<(RiskScope, RiskLevel, Option<String>)> =
            found.iter().map(|found| (found.scope, level(found), found.reading.summary())).collect();
        let want: Vec<(RiskScope, RiskLevel, Option<String>)> = want
            .iter()
            .map(|(scope, level, summary)| (*scope, RiskLevel::from(*level), summary.map(str::to_owned)))
            .collect();
        assert_eq!(told, want, "{event}");
        assert_eq!(
            crate::logs::told_risk_of(&event),
            found.into_iter().filter_map(|found| found.reading.level).min(),
            "the sync reads another level: {event}"
        );
    }

    use RiskScope::{Entity, Login, Session};

    #[test]
    fn every_shape_that_was_seen() {
        let debug = |data: &str| format!(r#""debugContext":{{"debugData":{{{data}}}}}"#);
        check("user.session.start", &debug(r#""risk":"{level=HIGH}""#), &[(Login, "HIGH", None)]);
        check(
            "user.session.start",
            &debug(r#""Risk":"{reasons=New ASN, New City, level=MEDIUM}""#),
            &[(Login, "MEDIUM", Some("New ASN, New City"))],
        );
        check(
            "policy.evaluate_sign_on",
            &debug(r#""risk":"reasons=Anomalous Location, Anomalous Device, level=HIGH""#),
            &[(Login, "HIGH", Some("Anomalous Location, Anomalous Device"))],
        );
        check(
            "user.risk.detect",
            &debug(
                r#""risk":"{previousLevel=LOW, level=HIGH, detectionName=Okta Threat Intelligence, reasons=a, {b}, issuer=OKTA}""#,
            ),
            &[(Entity, "HIGH", Some("Okta Threat Intelligence: a, {b}"))],
        );
        for data in [
            r#""logOnlySecurityData":"{\"risk\":{\"level\":\"LOW\"},\"behaviors\":{\"New IP\":\"NEGATIVE\"}}""#,
            r#""log_only_security_data":{"risk":{"level":"LOW"},"behaviors":{"New IP":"NEGATIVE"}}"#,
        ] {
            check("user.session.start", &debug(data), &[(Login, "LOW", None)]);
        }
        check(
            "user.risk.change",
            r#""securityContext":{"risk":{"level":"medium","previousLevel":"LOW","detectionName":"Suspected Session Hijacking",
               "reasons":["x, y","z"],"issuer":"OKTA"}}"#,
            &[(Entity, "MEDIUM", Some("Suspected Session Hijacking: x, y, z"))],
        );
        for data in [
            r#""riskChange":{"riskLevel":"HIGH","priorRiskLevel":"LOW","direction":"UP","reasonCode":"R1"}"#,
            r#""risk_change":"{\"riskLevel\":\"HIGH\",\"priorRiskLevel\":\"LOW\",\"reasonCode\":\"R1\"}""#,
        ] {
            check("user.risk.detect", &debug(data), &[(Entity, "HIGH", Some("R1"))]);
            check("user.session.context.change", &debug(data), &[(Session, "HIGH", Some("R1"))]);
        }
        check(
            "user.session.context.change",
            &debug(r#""risk":{"level":"SEVERE"}"#),
            &[(Session, "SEVERE", None)],
        );
    }

    #[test]
    fn places_that_agree_are_one_and_those_that_do_not_are_two() {
        let agree = r#""securityContext":{"risk":{"level":"HIGH","reasons":["a"]}},
            "debugContext":{"debugData":{"risk":"{level=HIGH, detectionName=D, reasons=other}"}}"#;
        check("user.risk.detect", agree, &[(Entity, "HIGH", Some("D: a"))]);
        let differ = r#""securityContext":{"risk":{"level":"HIGH"}},
            "debugContext":{"debugData":{"risk":"{level=LOW}","logOnlySecurityData":"{\"risk\":{\"level\":\"LOW\"}}"}}"#;
        check("user.session.start", differ, &[(Login, "HIGH", None), (Login, "LOW", None)]);
    }

    #[test]
    fn a_partners_report_is_the_persons_risk() {
        let claims = r#"{\"issuer\":\"https://edr.example\",\"claims\":{\"https://schemas.okta.com/secevent/okta/event-type/user-risk-change\":
            {\"current_level\":\"high\",\"previous_level\":\"low\",\"reason_admin\":{\"en\":\"Malware, {bad}\"}}}}"#
            .replace('\n', " ");
        for name in [
            "securityEventsProviderReportedRisk",
            "security_events_provider_reported_risk",
            "partnerRiskReportData",
        ] {
            check(
                "security.events.provider.receive_event",
                &format!(r#""debugContext":{{"debugData":{{"{name}":"{claims}"}}}}"#),
                &[(Entity, "HIGH", Some("Malware, {bad}"))],
            );
        }
    }

    #[test]
    fn nothing_is_read_out_of_nonsense() {
        for rest in [
            r#""securityContext":{"risk":null},"debugContext":{"debugData":{"risk":null}}"#,
            r#""securityContext":{"risk":7},"debugContext":{"debugData":{"risk":[1],"riskChange":"no"}}"#,
            r#""securityContext":[],"debugContext":{"debugData":"{level=HIGH}"}"#,
            r#""debugContext":{"debugData":{"risk":"","logOnlySecurityData":"{\"risk\":","risk_change":"{}"}}"#,
        ] {
            check("user.risk.detect", rest, &[]);
        }
    }
}
