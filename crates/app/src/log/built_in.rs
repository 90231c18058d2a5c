//! Detections that come along. Their types and words are Okta's; what they mean, and what helps, is ours.

use domain::{LogCondition, LogField, LogFilter};

/// One that comes along.
pub(super) struct BuiltIn {
    pub name: &'static str,
    pub note: &'static str,
    conditions: &'static [(LogField, &'static [&'static str])],
}

impl BuiltIn {
    pub fn filter(&self) -> LogFilter {
        let condition = |(field, values): &(LogField, &[&str])| LogCondition {
            field: *field,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            exclude: false,
            on: true,
        };
        LogFilter { conditions: self.conditions.iter().map(condition).collect(), ..LogFilter::default() }
    }
}

use LogField::{EventType, Outcome, Risk};

/// All of them, in the order to show them.
pub(super) const ALL: [BuiltIn; 14] = [
    BuiltIn {
        name: "Person at high risk",
        note: "A detection raised somebody's risk to high. The level falls back by itself after a logout, so judge it by \
               what happened, not by what it is now.",
        conditions: &[(EventType, &["user.risk.detect", "user.risk.change"]), (Risk, &["HIGH"])],
    },
    BuiltIn {
        name: "Session or entity policy acted",
        note: "A live session was judged again, or the entity risk policy ran. An evaluation without an action only recorded it.",
        conditions: &[(
            EventType,
            &["policy.auth_reevaluate.*", "policy.entity_risk.*", "policy.continuous_access.*"],
        )],
    },
    BuiltIn {
        name: "Re-evaluation failed",
        note: "A session no longer met its policies after its address or device changed. Whether anything followed depends on \
               the mode of session protection.",
        conditions: &[(EventType, &["policy.auth_reevaluate.fail"])],
    },
    BuiltIn {
        name: "Session context changed",
        note: "The address or the device of a live session changed. A switch between a telephone network and the VPN looks the \
               same; see which signals changed.",
        conditions: &[(EventType, &["user.session.context.change"])],
    },
    BuiltIn {
        name: "Universal Logout",
        note: "Apps were told to end somebody's sessions. The event lists the apps that were called, not how they answered.",
        conditions: &[(
            EventType,
            &["user.authentication.universal_logout*", "user.session.universal_logout"],
        )],
    },
    BuiltIn {
        name: "Failed multifactor",
        note: "Many for one person in a short time are a flood: the password is known to somebody else. See who, and from where.",
        conditions: &[
            (
                EventType,
                &[
                    "user.authentication.auth_via_mfa",
                    "user.mfa.okta_verify.deny_push",
                    "user.mfa.attempt_bypass",
                ],
            ),
            (Outcome, &["FAILURE", "DENY"]),
        ],
    },
    BuiltIn {
        name: "Push refused",
        note: "Somebody pressed “No, it's not me” in Okta Verify.",
        conditions: &[(EventType, &["user.mfa.okta_verify.deny_push"])],
    },
    BuiltIn {
        name: "Suspicious activity reported by a person",
        note: "“This wasn't me”: a person reported a sign-in or a change of their account.",
        conditions: &[(EventType, &["user.account.report_suspicious_activity_by_enduser"])],
    },
    BuiltIn {
        name: "Breached credential",
        note: "A name and password that are publicly known were used. Change the password and look at what was done since.",
        conditions: &[(EventType, &["security.breached_credential.detected"])],
    },
    BuiltIn {
        name: "Attack or threat address",
        note: "The org was attacked, or ThreatInsight knew the address. These events name no person: follow their transaction.",
        conditions: &[(EventType, &["security.threat.detected", "security.attack.*"])],
    },
    BuiltIn {
        name: "Partner reported risk",
        note: "A security vendor sent a signal about a person or a device.",
        conditions: &[(EventType, &["security.events.provider.receive_event"])],
    },
    BuiltIn {
        name: "Device fell silent",
        note: "A device with a live session sent no signals any more. Okta does not say after how long.",
        conditions: &[(EventType, &["device.signals.status.timeout"])],
    },
    BuiltIn {
        name: "Device life cycle",
        note: "Devices were activated, suspended, deactivated or deleted. A suspension is logged even when it failed.",
        conditions: &[(EventType, &["device.lifecycle.*"])],
    },
    BuiltIn {
        name: "Policy, zone or protection changed",
        note: "An admin changed what access depends on. Nothing is judged again because of it: live sessions keep what they have.",
        conditions: &[(
            EventType,
            &[
                "policy.lifecycle.*",
                "policy.rule.*",
                "zone.*",
                "security.session_protection.status.update",
                "device.assurance.policy.*",
                "device.posture.check.*",
                "device.platform.*",
                "device.integration.endpoint_security.*",
            ],
        )],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_every_one_narrows() {
        let mut names: Vec<_> = ALL.iter().map(|one| one.name.to_lowercase()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|one| !one.filter().is_empty() && !one.note.contains("  ")));
    }
}
