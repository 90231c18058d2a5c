//! Which events tell of risk, and what is kept of each. Their JSON is read after the sync that brought them, once.

use crate::{failure, org::Org};
use cache::RiskEvent;
use contract::{
    Failure,
    log::{RiskScope, RiskTold},
};
use domain::{LogEvent, RiskLevel, RiskReading};

/// What tells a person's level.
pub(crate) const DETECTIONS: &[&str] = &["user.risk.detect", "user.risk.change"];
/// What was decided in the Admin Console.
pub(crate) const FEEDBACK: &[&str] = &["analytics.feedback.provide"];
/// A logout everywhere. The second name stands on help pages alone.
pub(crate) const LOGOUTS: &[&str] =
    &["user.authentication.universal_logout", "user.session.universal_logout"];
/// Session protection: what failed, and what was done about it.
pub(crate) const VIOLATION: &str = "policy.auth_reevaluate.fail";
pub(crate) const VIOLATION_ACTION: &str = "policy.auth_reevaluate.action";
/// Between monitoring and enforcing.
pub(crate) const MODE: &str = "security.session_protection.status.update";

const ALL: &[&str] = &[
    "user.risk.detect",
    "user.risk.change",
    "analytics.feedback.provide",
    "user.authentication.universal_logout",
    "user.session.universal_logout",
    VIOLATION,
    VIOLATION_ACTION,
    MODE,
];

/// Takes in what syncs brought since the last time. Cheap where they brought nothing.
pub(crate) fn take_in(org: &Org) -> Result<(), Failure> {
    let _one_at_a_time = org.triage.taking_in();
    let taken = org.cache.take_in_risk_events(ALL, read).map_err(failure::cache)?;
    if taken > 0 {
        tracing::debug!(taken, "events that tell of risk were read");
    }
    Ok(())
}

fn read(event: LogEvent, raw: &str) -> RiskEvent {
    let says = okta_client::read_event(raw);
    let found = says.risks.into_iter().find(|found| found.scope == RiskScope::Entity);
    let (reading, said) = found.map_or_else(Default::default, |found| (found.reading, found.raw));
    let RiskReading { level, previous, detection, reasons, issuer } = reading;
    let is_feedback = FEEDBACK.contains(&&*event.event_type);
    let value = |name: &str| okta_client::debug_value(raw, name).map(String::into_boxed_str);
    let reasons = match (is_feedback, value("reason")) {
        (true, reason) => reason.into_iter().collect(),
        (false, _) => reasons,
    };
    RiskEvent {
        about: is_feedback.then(|| value("event_uuid")).flatten(),
        label: is_feedback.then(|| value("label")).flatten(),
        rule: None,
        uuid: event.uuid,
        published: event.published,
        event_type: event.event_type,
        user: event.user,
        device: event.device,
        session: event.session,
        ip: event.ip,
        actor: event.actor_name,
        outcome: event.outcome,
        level: level.or(event.risk_level),
        previous,
        detection,
        reasons,
        issuer,
        said: said.into(),
    }
}

/// Whether somebody has to judge it: a level that fell, or that says that nothing is known, is none.
pub(crate) fn is_detection(event: &RiskEvent) -> bool {
    if event.user.is_none() || !DETECTIONS.contains(&&*event.event_type) {
        return false;
    }
    match (&event.level, &event.previous) {
        (Some(RiskLevel::None), _) => false,
        // Levels are declared from the highest down; one that nobody knows is compared with nothing.
        (Some(now), Some(before)) if is_known(now) && is_known(before) && now > before => false,
        // The older form tells every change; down to low, without a word of why, nothing was detected.
        (Some(RiskLevel::Low), None) => &*event.event_type == "user.risk.detect" || event.detection.is_some(),
        _ => true,
    }
}

fn is_known(level: &RiskLevel) -> bool {
    !matches!(level, RiskLevel::Other(_))
}

/// What an event tells of a person's level, as pages know it.
pub(crate) fn told(event: &RiskEvent) -> RiskTold {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    RiskTold {
        scope: RiskScope::Entity,
        level: event.level.clone(),
        previous: event.previous.clone(),
        detection: text(&event.detection),
        reasons: event.reasons.iter().map(|reason| reason.to_string()).collect(),
        issuer: text(&event.issuer),
        raw: event.said.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn event(
        event_type: &str,
        level: Option<&str>,
        previous: Option<&str>,
        detection: Option<&str>,
    ) -> RiskEvent {
        RiskEvent {
            uuid: "e".into(),
            published: Timestamp(0),
            event_type: event_type.into(),
            user: Some("00u1".into()),
            device: None,
            session: None,
            ip: None,
            actor: None,
            outcome: None,
            level: level.map(RiskLevel::from),
            previous: previous.map(RiskLevel::from),
            detection: detection.map(Into::into),
            reasons: Vec::new(),
            issuer: None,
            said: "".into(),
            rule: None,
            about: None,
            label: None,
        }
    }

    #[test]
    fn what_fell_is_no_detection() {
        let is = |kind: &str, level, previous, name| is_detection(&event(kind, level, previous, name));
        assert!(is("user.risk.detect", Some("HIGH"), Some("LOW"), None));
        assert!(is("user.risk.detect", Some("HIGH"), Some("HIGH"), None), "another one at the same level");
        assert!(!is("user.risk.change", Some("LOW"), Some("HIGH"), Some("Okta Threat Intelligence")));
        assert!(!is("user.risk.detect", Some("MEDIUM"), Some("HIGH"), None));
        assert!(is("user.risk.detect", None, None, None), "a shape that nobody can read may be one");
        assert!(is("user.risk.detect", Some("SEVERE"), Some("HIGH"), None));
        assert!(is("user.risk.detect", Some("LOW"), None, None));
        assert!(!is("user.risk.change", Some("LOW"), None, None));
        assert!(!is("user.risk.detect", Some("NONE"), None, None));
        assert!(!is("user.authentication.universal_logout", Some("HIGH"), None, None));
        assert!(!is_detection(&RiskEvent {
            user: None,
            ..event("user.risk.detect", Some("HIGH"), None, None)
        }));
    }
}
