//! What each area of an org is good for in Postern, in words.

use okta_client::Area;

/// The area's name, and what reading it unlocks.
pub(super) fn words(area: Area) -> (&'static str, &'static str) {
    match area {
        Area::Org => ("Org", "The company’s name, and the quickest check that the credential works."),
        Area::Devices => {
            ("Devices", "The Devices page: every device with its users, managed status and signals.")
        }
        Area::Users => ("Users", "Who uses each device, with status and departments."),
        Area::Log => ("System Log", "Timelines, last evidence, sign-ins, and risk as it happened."),
        Area::UserRisk => ("User risk", "The risk level of each person. Needs Identity Threat Protection."),
        Area::Groups => ("Groups", "Which groups a policy or an app reaches."),
        Area::Apps => ("Apps", "Which apps a device opens, and which of them support Universal Logout."),
        Area::Policies => ("Policies", "Why a sign-in was allowed or denied, rule by rule."),
        Area::DeviceAssurance => ("Device assurance", "What each assurance policy asks of a device."),
        Area::PostureChecks => ("Posture checks", "The org’s own osquery checks."),
        Area::DeviceIntegrations => {
            ("Device integrations", "Where signals come from: endpoint security, Chrome, UEM.")
        }
        Area::NetworkZones => ("Network zones", "Conditions on networks in sign-in rules."),
        Area::Features => ("Features", "Which features the org has switched on, to tell “off” from “none”."),
    }
}

/// What a writing scope unlocks once the org is unlocked.
pub(super) fn writing(scope: &str) -> (&'static str, &'static str) {
    match scope {
        "okta.devices.manage" => {
            ("Change devices", "Suspend, unsuspend, activate, deactivate and delete devices.")
        }
        "okta.devicePostureChecks.manage" => {
            ("Change posture checks", "Publish, change and delete the org’s own osquery checks.")
        }
        "okta.users.manage" => {
            ("Contain people", "Suspend and unsuspend users, and end their Okta sessions.")
        }
        "okta.universalLogout.manage" => {
            ("Universal Logout", "Log a person out of Okta and of every app that supports it, at once.")
        }
        "okta.userRisk.manage" => {
            ("Set user risk", "Report a person’s risk level. Needs Identity Threat Protection.")
        }
        _ => ("Changes", "Changes under this scope."),
    }
}
