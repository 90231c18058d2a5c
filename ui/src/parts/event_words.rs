//! What System Log event types are called. One that nobody knows here is shown whole, with the org's own words.

/// The words for an event: ours for a type that is known, else the org's message, else the type itself.
pub fn event_words(event_type: &str, message: Option<&str>) -> String {
    let known = KNOWN.iter().find(|(known, _)| *known == event_type).map(|(_, words)| *words);
    known.or(message.filter(|message| !message.trim().is_empty())).unwrap_or(event_type).to_owned()
}

/// Whether the type has words of ours.
pub fn is_known(event_type: &str) -> bool {
    KNOWN.iter().any(|(known, _)| *known == event_type)
}

const KNOWN: &[(&str, &str)] = &[
    ("device.enrollment.create", "Enrolled with Okta Verify"),
    ("device.user.add", "Account added to the device"),
    ("device.user.remove", "Account removed from the device"),
    ("device.lifecycle.activate", "Activated"),
    ("device.lifecycle.deactivate", "Deactivated"),
    ("device.lifecycle.suspend", "Suspended"),
    ("device.lifecycle.unsuspend", "Unsuspended"),
    ("device.lifecycle.delete", "Deleted"),
    ("device.signals.status.timeout", "Went silent during a session"),
    ("device.platform.add", "Management of the platform set up"),
    ("device.platform.update", "Management of the platform changed"),
    ("device.platform.delete", "Management of the platform removed"),
    ("device.platform.renew", "Certificate authority renewed"),
    ("device.platform.secret_key.reset", "Secret key of the management hint reset"),
    ("policy.evaluate_sign_on", "Sign-in decided by policy"),
    ("user.session.start", "Signed in to Okta"),
    ("user.session.end", "Signed out of Okta"),
    ("user.session.clear", "Sessions cleared"),
    ("user.session.context.change", "Session’s device or network changed"),
    ("user.authentication.sso", "Opened an app"),
    ("user.authentication.auth_via_mfa", "Proved a factor"),
    ("user.authentication.universal_logout", "Universal Logout triggered"),
    ("user.risk.detect", "Risk detected"),
    ("user.risk.change", "Risk level changed"),
    ("policy.entity_risk.evaluate", "Entity risk policy evaluated"),
    ("policy.entity_risk.action", "Entity risk policy acted"),
    ("user.lifecycle.suspend", "Account suspended"),
    ("user.lifecycle.unsuspend", "Account unsuspended"),
    ("user.lifecycle.deactivate", "Account deactivated"),
    ("user.account.update_profile", "Account’s profile changed"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_type_is_shown_whole() {
        assert_eq!(event_words("device.lifecycle.suspend", Some("Suspend device")), "Suspended");
        assert_eq!(event_words("device.new.thing", Some("A new thing")), "A new thing");
        assert_eq!(event_words("device.new.thing", Some(" ")), "device.new.thing");
        assert_eq!(event_words("device.new.thing", None), "device.new.thing");
    }
}
