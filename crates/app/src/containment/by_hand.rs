//! What remains to be done by hand: nothing in Okta's API does it. Apps are named by what the org says of them.

use crate::{logout, org::Org};
use contract::{Failure, containment::ByHand};
use domain::{AppLogout, LogoutReach, SnapshotId, UserId};
use std::collections::BTreeMap;

/// So many apps are named.
const NAMED: usize = 12;

/// The list for some people; apps by name as far as the org told which they have.
pub(super) fn list(org: &Org, snapshot: SnapshotId, users: &[UserId]) -> Result<Vec<ByHand>, Failure> {
    let mut apps: BTreeMap<Box<str>, AppLogout> = BTreeMap::new();
    let mut unknown = 0;
    for user in users {
        match logout::kept_apps(org, user)? {
            Some((known, _)) => {
                apps.extend(
                    known.into_iter().filter(AppLogout::is_active).map(|app| (app.id.0.clone(), app)),
                );
            }
            None => unknown += 1,
        }
    }
    // Where nobody's apps are known, the org's own are the best that can be said.
    if unknown == users.len() {
        let all = logout::apps_in(org, snapshot)?;
        apps.extend(all.into_iter().filter(AppLogout::is_active).map(|app| (app.id.0.clone(), app)));
    }
    let apps: Vec<AppLogout> = apps.into_values().collect();
    let whose = match unknown {
        0 => "they have",
        n if n == users.len() => "the org has (which of them they use was not told)",
        _ => "they have, as far as the org told",
    };
    let mut list = of_apps(&apps, whose);
    list.extend(always());
    Ok(list)
}

fn of_apps(apps: &[AppLogout], whose: &str) -> Vec<ByHand> {
    let by_reach = [
        (
            LogoutReach::Off,
            "Apps where Universal Logout is off",
            "It is switched on per app in the Admin Console alone. Until then, end their sessions in the apps themselves",
        ),
        (
            LogoutReach::Unsupported,
            "Apps that Universal Logout does not reach",
            "End their sessions in the apps themselves",
        ),
        (
            LogoutReach::Unknown,
            "Apps that say nothing of Universal Logout",
            "Look whether their sessions ended",
        ),
        (
            LogoutReach::Partial,
            "Apps that end only a part",
            "Work there goes on until access tokens expire. Revoke sessions in the apps, or block access until then",
        ),
    ];
    let entry = |(reach, title, text): (LogoutReach, &str, &str)| {
        let names = names(apps.iter().filter(|app| app.reach() == reach));
        (!names.is_empty()).then(|| ByHand {
            title: title.to_owned(),
            text: format!("{text}. Of those that {whose}: {names}."),
        })
    };
    by_reach.into_iter().filter_map(entry).collect()
}

fn names<'a>(apps: impl Iterator<Item = &'a AppLogout>) -> String {
    let mut labels: Vec<&str> = apps.map(|app| &*app.label).collect();
    labels.sort_unstable_by_key(|label| label.to_lowercase());
    let more = labels.len().saturating_sub(NAMED);
    labels.truncate(NAMED);
    match more {
        0 => labels.join(", "),
        more => format!("{} and {more} more", labels.join(", ")),
    }
}

fn always() -> Vec<ByHand> {
    let by_hand = |title: &str, text: &str| ByHand { title: title.to_owned(), text: text.to_owned() };
    vec![
        by_hand(
            "Entra ID and other identity providers",
            "Where people also sign in with another provider, it keeps its own sessions and refresh tokens: revoke them there.",
        ),
        by_hand(
            "Lock or wipe devices",
            "Okta neither locks nor wipes a device. Do that in the device management, and isolate it in the endpoint protection.",
        ),
        by_hand(
            "Password and factors",
            "Nothing here changes them. Reset the password, and remove factors that somebody else may have enrolled, before access is given back.",
        ),
        by_hand(
            "API tokens and admin roles",
            "Tokens that people made for themselves, in Okta or in apps, go on. Take admin roles away until the case is closed.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(label: &str, status: &str, support: &str) -> AppLogout {
        AppLogout {
            id: label.into(),
            label: label.into(),
            name: None,
            status: Some("ACTIVE".into()),
            sign_on_mode: None,
            logout_status: Some(status.into()),
            support: Some(support.into()),
            stack: None,
            protocol: None,
        }
    }

    #[test]
    fn apps_are_named_by_what_the_org_says_of_them() {
        let mut apps = vec![
            app("Mail", "ENABLED", "PARTIAL"),
            app("Wiki", "UNSUPPORTED", ""),
            app("Desk", "ENABLED", "FULL"),
        ];
        apps.extend((0..20).map(|n| app(&format!("App {n:02}"), "DISABLED", "FULL")));
        let list = of_apps(&apps, "they have");
        let titles: Vec<&str> = list.iter().map(|entry| &*entry.title).collect();
        assert_eq!(
            titles,
            [
                "Apps where Universal Logout is off",
                "Apps that Universal Logout does not reach",
                "Apps that end only a part"
            ]
        );
        assert!(list[0].text.ends_with("App 11 and 8 more."), "{}", list[0].text);
        assert!(list[1].text.contains("Wiki") && list[2].text.contains("Mail"));
    }
}
