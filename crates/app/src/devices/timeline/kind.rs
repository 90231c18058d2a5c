//! Of which kind an event is for a device's timeline. By families of types: an event type that nobody knows yet falls into
//! its family, or is shown as another event.

use contract::timeline::TimelineKind as Kind;
use domain::LogEvent;

/// An event about the device.
pub(super) fn of_device_event(event: &LogEvent) -> Kind {
    let is = |family: &str| event.event_type.starts_with(family);
    match () {
        () if event.risk_level.is_some() || is("user.risk.") || is("policy.entity_risk.") => Kind::Risk,
        () if is("device.lifecycle.") || is("device.enrollment.") || is("device.user.") => Kind::Lifecycle,
        () if is("user.session.context.") || is("device.signals.") => Kind::Attribute,
        () if is_sign_in(event) => Kind::SignIn,
        () if by_somebody_else(event) => Kind::Admin,
        () => Kind::Other,
    }
}

/// An event about one of the device's users in which no device took part; `None` for what does not matter to the device:
/// what the user did elsewhere.
pub(super) fn of_user_event(event: &LogEvent) -> Option<Kind> {
    let is = |family: &str| event.event_type.starts_with(family);
    if event.risk_level.is_some() || is("user.risk.") || is("policy.entity_risk.") {
        return Some(Kind::Risk);
    }
    by_somebody_else(event).then_some(Kind::Admin)
}

/// A sign-in, or a part of one.
pub(crate) fn is_sign_in(event: &LogEvent) -> bool {
    let event_type = &*event.event_type;
    let logout = event_type.starts_with("user.authentication.universal_logout");
    matches!(event_type, "user.session.start" | "policy.evaluate_sign_on")
        || event_type.starts_with("user.authentication.") && !logout
}

fn by_somebody_else(event: &LogEvent) -> bool {
    match (&event.actor_id, &event.user) {
        (Some(actor), Some(user)) => **actor != *user.as_str(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{RiskLevel, Timestamp};

    fn event(event_type: &str, actor: Option<&str>) -> LogEvent {
        LogEvent {
            uuid: "e".into(),
            published: Timestamp(0),
            event_type: event_type.into(),
            severity: None,
            message: None,
            outcome: None,
            reason: None,
            actor_id: actor.map(Into::into),
            actor_name: None,
            user: Some("00u1".into()),
            device: None,
            session: None,
            root_session: None,
            transaction: None,
            trace: None,
            ip: None,
            app: None,
            risk_level: None,
            told_risk: None,
            readings: Vec::new(),
        }
    }

    #[test]
    fn an_event_falls_into_its_family() {
        let check = |event_type: &str, want| {
            assert_eq!(of_device_event(&event(event_type, Some("00u1"))), want, "{event_type}");
        };
        check("device.lifecycle.suspend", Kind::Lifecycle);
        check("device.user.frozen_by_a_later_release", Kind::Lifecycle);
        check("user.session.start", Kind::SignIn);
        check("user.authentication.auth_via_mfa", Kind::SignIn);
        check("user.authentication.universal_logout", Kind::Other);
        check("user.session.context.change", Kind::Attribute);
        check("device.signals.status.timeout", Kind::Attribute);
        check("policy.entity_risk.action", Kind::Risk);
        check("nobody.knows.this", Kind::Other);
        let risky = LogEvent { risk_level: Some(RiskLevel::High), ..event("nobody.knows.this", None) };
        assert_eq!(of_device_event(&risky), Kind::Risk);
    }

    #[test]
    fn what_users_do_elsewhere_is_left_out() {
        assert_eq!(of_user_event(&event("user.session.start", Some("00u1"))), None);
        assert_eq!(of_user_event(&event("user.session.clear", Some("00uAdmin"))), Some(Kind::Admin));
        assert_eq!(of_user_event(&event("user.session.clear", None)), None);
        assert_eq!(of_user_event(&event("user.risk.detect", None)), Some(Kind::Risk));
    }
}
