//! The detections of entity risk that are known today: as Okta names them, what they mean in our words, and what Okta suggests.
//! The list is open: a name that is not in it is shown, searched and exported as any other.

/// A detection that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDetection {
    /// As console and log name it.
    pub name: &'static str,
    /// Other names that were seen for the same.
    pub also: &'static [&'static str],
    /// The value in a rule of the entity risk policy; `None` where the API has none yet.
    pub api: Option<&'static str>,
    /// The levels it comes with.
    pub levels: &'static str,
    /// What happened, in our words.
    pub meaning: &'static str,
    /// What Okta suggests to do about it.
    pub suggestion: Option<&'static str>,
}

const LOGOUT: Option<&str> = Some("Universal Logout");
const SOC: Option<&str> = Some("a workflow that tells the security team");
const LITTLE: Option<&str> = Some("a workflow, or nothing");

/// Every detection that is known today.
pub const KNOWN_DETECTIONS: &[KnownDetection] = &[
    KnownDetection {
        name: "User Reported Suspicious Activity",
        also: &["User reported suspicious activity", "This wasn't me"],
        api: Some("USER_REPORTED_SUSPICIOUS_ACTIVITY"),
        levels: "High",
        meaning: "The person pressed Report in a mail or on the dashboard: what happened was not theirs.",
        suggestion: LOGOUT,
    },
    KnownDetection {
        name: "Admin Reported User Risk",
        also: &[],
        api: Some("ADMIN_REPORTED_USER_RISK"),
        levels: "Low to High",
        meaning: "An admin, or a program through the API, set this person's level.",
        suggestion: LOGOUT,
    },
    KnownDetection {
        name: "Session Influenced User Risk",
        also: &["Suspected Session Hijacking"],
        api: Some("SESSION_INFLUENCED_USER_RISK"),
        levels: "Medium",
        meaning: "After a change of address or device, one session's own risk rose to high: it may be in other hands.",
        suggestion: LITTLE,
    },
    KnownDetection {
        name: "Suspected Brute Force",
        also: &["Suspected Brute Force Attack", "Brute Force Attack"],
        api: Some("BRUTE_FORCE_ATTACK"),
        levels: "Medium",
        meaning: "Passwords or MFA prompts were tried against this one person again and again.",
        suggestion: SOC,
    },
    KnownDetection {
        name: "Okta Threat Intelligence",
        also: &[],
        api: Some("OKTA_THREAT_INTELLIGENCE"),
        levels: "High",
        meaning: "Activity came from infrastructure that Okta ties to known attackers.",
        suggestion: LOGOUT,
    },
    KnownDetection {
        name: "Entity Critical Action From High Threat IP",
        also: &[],
        api: Some("ENTITY_CRITICAL_ACTION_FROM_HIGH_THREAT_IP"),
        levels: "High",
        meaning: "Something sensitive, such as a change of factors, was done from an address that ThreatInsight rates high.",
        suggestion: LOGOUT,
    },
    KnownDetection {
        name: "Suspicious App Access",
        also: &[],
        api: Some("SUSPICIOUS_APP_ACCESS"),
        levels: "Medium",
        meaning: "Apps were used in a way that is unusual for this person.",
        suggestion: SOC,
    },
    KnownDetection {
        name: "Security Events Provider Reported Risk",
        also: &["Partner Reported Risk"],
        api: Some("SECURITY_EVENTS_PROVIDER_REPORTED_RISK"),
        levels: "Low to High",
        meaning: "A security product of a partner reported risk about this person or their device.",
        suggestion: LITTLE,
    },
    KnownDetection {
        name: "Breached Credential Detected",
        also: &["Breached Credentials Detected"],
        api: None,
        levels: "High",
        meaning: "This person's name and password were found together in a public leak.",
        suggestion: LOGOUT,
    },
    KnownDetection {
        name: "Suspicious Login From an IP Flagged by FastPass",
        also: &[],
        api: None,
        levels: "High",
        meaning: "A sign-in came through from an address from which FastPass has seen phishing, at whatever company.",
        suggestion: LOGOUT,
    },
    KnownDetection {
        name: "Suspicious Login From an IP Flagged in a Credential Based Attack",
        also: &[],
        api: None,
        levels: "High",
        meaning: "A sign-in came through from an address that sprayed or stuffed passwords elsewhere.",
        suggestion: LOGOUT,
    },
];

/// The detection of this name, by whichever of its names, however it is written; `None` for one that this version does not know.
pub fn known_detection(name: &str) -> Option<&'static KnownDetection> {
    let wanted = letters(name);
    let is = |known: &str| letters(known) == wanted;
    KNOWN_DETECTIONS
        .iter()
        .find(|known| is(known.name) || known.also.iter().any(|name| is(name)) || known.api.is_some_and(is))
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detection_is_known_by_each_of_its_names() {
        let name = |text: &str| known_detection(text).map(|known| known.name);
        assert_eq!(name("Okta Threat Intelligence"), Some("Okta Threat Intelligence"));
        assert_eq!(name("OKTA_THREAT_INTELLIGENCE"), Some("Okta Threat Intelligence"));
        assert_eq!(name("suspected session hijacking"), Some("Session Influenced User Risk"));
        assert_eq!(name("Partner reported risk"), Some("Security Events Provider Reported Risk"));
        assert_eq!(name("BRUTE_FORCE_ATTACK"), Some("Suspected Brute Force"));
        assert_eq!(name("Moon phase"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn no_name_stands_for_two() {
        let names = KNOWN_DETECTIONS.iter().flat_map(|known| {
            let own: std::collections::BTreeSet<String> =
                [known.name].iter().chain(known.also).chain(&known.api).map(|name| letters(name)).collect();
            own
        });
        let all: Vec<String> = names.collect();
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
