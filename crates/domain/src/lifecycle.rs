//! The moves of a device's life: which are legal, what each stops and what keeps working, how dangerous it is and how it is
//! taken back. Source: <https://help.okta.com/oie/en-us/content/topics/devices/device-lifecycle.htm>. Pure; sends nothing.

use crate::Lifecycle;
use serde::{Deserialize, Serialize};

/// One move of a device's life, by the names of the Devices API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifecycleMove {
    Suspend,
    Unsuspend,
    Activate,
    Deactivate,
    Delete,
}

/// How dangerous a change is, and so what has to be typed before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    /// Can be taken back whole: confirmed with a count, undo offered.
    Reversible,
    /// Loses something for good: the name is typed (in bulk the count), and it waits a moment before it is sent.
    Destructive,
}

/// One thing that a move stops, or that goes on in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequence {
    pub stops: bool,
    pub text: &'static str,
}

const fn stops(text: &'static str) -> Consequence {
    Consequence { stops: true, text }
}

const fn goes_on(text: &'static str) -> Consequence {
    Consequence { stops: false, text }
}

impl LifecycleMove {
    /// Every move, in the order to offer them.
    pub const ALL: [Self; 5] =
        [Self::Suspend, Self::Unsuspend, Self::Activate, Self::Deactivate, Self::Delete];

    /// The name in paths, files and the journal; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Unsuspend => "unsuspend",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Delete => "delete",
        }
    }

    /// The move of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.key() == key)
    }

    /// The verb on a button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Suspend => "Suspend",
            Self::Unsuspend => "Unsuspend",
            Self::Activate => "Activate",
            Self::Deactivate => "Deactivate",
            Self::Delete => "Delete",
        }
    }

    /// What a device is after it: "3 devices suspended".
    pub fn done(self) -> &'static str {
        match self {
            Self::Suspend => "suspended",
            Self::Unsuspend => "unsuspended",
            Self::Activate => "activated",
            Self::Deactivate => "deactivated",
            Self::Delete => "deleted",
        }
    }

    /// The state it leads to; a deleted device has none.
    pub fn target(self) -> Option<Lifecycle> {
        match self {
            Self::Suspend => Some(Lifecycle::Suspended),
            Self::Unsuspend | Self::Activate => Some(Lifecycle::Active),
            Self::Deactivate => Some(Lifecycle::Deactivated),
            Self::Delete => None,
        }
    }

    /// Whether the documented table allows it from a state; `None` for a state that the table does not know.
    pub fn allowed_from(self, status: &Lifecycle) -> Option<bool> {
        let from: &[Lifecycle] = match self {
            Self::Suspend => &[Lifecycle::Active],
            Self::Unsuspend => &[Lifecycle::Suspended],
            Self::Activate => &[Lifecycle::Created, Lifecycle::Deactivated],
            Self::Deactivate => &[Lifecycle::Active, Lifecycle::Suspended],
            Self::Delete => &[Lifecycle::Deactivated],
        };
        match status {
            Lifecycle::Other(_) => None,
            known => Some(from.contains(known)),
        }
    }

    /// How dangerous it is. Deactivating loses every enrolment on the device, which activating does not bring back.
    pub fn tier(self) -> Tier {
        match self {
            Self::Suspend | Self::Unsuspend | Self::Activate => Tier::Reversible,
            Self::Deactivate | Self::Delete => Tier::Destructive,
        }
    }

    /// The move that takes it back, as far as anything does.
    pub fn undo(self) -> Option<Self> {
        match self {
            Self::Suspend => Some(Self::Unsuspend),
            Self::Unsuspend => Some(Self::Suspend),
            Self::Activate => Some(Self::Deactivate),
            Self::Deactivate => Some(Self::Activate),
            Self::Delete => None,
        }
    }

    /// What the move that takes it back does not bring back.
    pub fn undo_lacks(self) -> Option<&'static str> {
        match self {
            Self::Suspend | Self::Unsuspend => None,
            Self::Activate => Some("Whoever enrolled meanwhile has to enrol again."),
            Self::Deactivate => {
                Some("Activating makes the record usable again; everyone has to enrol on the device again.")
            }
            Self::Delete => Some("A deleted device does not come back: a new enrolment makes a new record."),
        }
    }

    /// What stops and what keeps working, for the card that is read before confirming.
    pub fn consequences(self) -> &'static [Consequence] {
        const SUSPEND: &[Consequence] = &[
            stops("Okta Verify on this device no longer signs anyone in."),
            stops("Sessions opened with Okta Verify on it end."),
            stops("Accounts in Okta Verify there can’t be added or removed."),
            goes_on("Sessions opened without Okta Verify go on, and so do app sessions."),
            goes_on(
                "Suspending is not blocking: a password and other factors still work from it where a rule allows them.",
            ),
            goes_on("Certificates stay as they are. Unsuspending needs nothing from the user."),
        ];
        const UNSUSPEND: &[Consequence] = &[
            goes_on("Okta Verify on this device signs people in again; nobody has to enrol again."),
            goes_on("Sessions that ended stay ended: people sign in anew."),
        ];
        const ACTIVATE: &[Consequence] = &[
            goes_on("The record can be used again."),
            stops("Enrolments that were lost do not come back: every user of the device enrols again."),
        ];
        const DEACTIVATE: &[Consequence] = &[
            stops("Every user link, enrolment and certificate of this device is lost for good."),
            stops("Sessions opened with Okta Verify on it end."),
            stops("Getting back needs activating, and enrolling again by every user."),
            goes_on(
                "Whether sessions opened without Okta Verify end is told differently in Okta’s own pages: don’t count on it.",
            ),
            goes_on("A password and other factors still work from it where a rule allows them."),
        ];
        const DELETE: &[Consequence] = &[
            stops("The record is gone from the org for good. There is no way back."),
            stops(
                "A new enrolment makes a new device with a new id; this one’s history stays only here and in the log.",
            ),
            goes_on("App sessions are not touched."),
        ];
        match self {
            Self::Suspend => SUSPEND,
            Self::Unsuspend => UNSUSPEND,
            Self::Activate => ACTIVATE,
            Self::Deactivate => DEACTIVATE,
            Self::Delete => DELETE,
        }
    }

    /// The moves to offer for a device in this state. For a state nobody knows, all of them: the org decides.
    pub fn offered(status: &Lifecycle) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |m| m.allowed_from(status) != Some(false))
    }
}

/// In bulk, more destructive changes than this are confirmed by typing their number.
pub const TYPED_COUNT_OVER: u64 = 25;

/// What has to be typed before a change is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// A press on the button, which names the count.
    Press,
    /// This text: the device's name, the word for the move, or the count.
    Type(String),
}

impl Confirmation {
    /// What `count` changes ask for. `only` is the name of the device if there is one alone.
    pub fn of(wish: LifecycleMove, count: u64, only: Option<&str>) -> Self {
        match (wish.tier(), only) {
            (Tier::Reversible, _) => Self::Press,
            (Tier::Destructive, Some(name)) if count == 1 && is_typable(name) => Self::Type(name.to_owned()),
            (Tier::Destructive, _) if count > TYPED_COUNT_OVER => Self::Type(count.to_string()),
            (Tier::Destructive, _) => Self::Type(wish.key().to_owned()),
        }
    }

    /// Whether what was typed is what was asked for. Blanks around it and the slant of an apostrophe don't count.
    pub fn is_met(&self, typed: Option<&str>) -> bool {
        match self {
            Self::Press => true,
            Self::Type(wanted) => typed.is_some_and(|typed| plain(typed) == plain(wanted)),
        }
    }
}

/// A text as a keyboard gives it.
fn plain(text: &str) -> String {
    text.trim().replace(['\u{2019}', '\u{2018}'], "'")
}

/// A name that a person can be asked to type. One that is blank, endless or in letters that their keyboard may lack is not.
pub(crate) fn is_typable(name: &str) -> bool {
    let name = plain(name);
    !name.is_empty() && name.len() <= 60 && name.chars().all(|c| c == ' ' || c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_legal_moves_are_offered() {
        let check = |status: &str, want: &[LifecycleMove]| {
            let offered: Vec<_> = LifecycleMove::offered(&Lifecycle::from(status)).collect();
            assert_eq!(offered, want, "{status}");
        };
        use LifecycleMove::{Activate, Deactivate, Delete, Suspend, Unsuspend};
        check("CREATED", &[Activate]);
        check("ACTIVE", &[Suspend, Deactivate]);
        check("SUSPENDED", &[Unsuspend, Deactivate]);
        check("DEACTIVATED", &[Activate, Delete]);
        check("HIBERNATING", &LifecycleMove::ALL);
    }

    #[test]
    fn a_name_is_one_name_everywhere() {
        for wish in LifecycleMove::ALL {
            assert_eq!(LifecycleMove::from_key(wish.key()), Some(wish));
            assert_eq!(serde_json::to_string(&wish).expect("writes"), format!("\"{}\"", wish.key()));
            assert!(!wish.consequences().is_empty());
        }
    }

    #[test]
    fn what_is_lost_for_good_is_typed() {
        let check = |wish, count, only: Option<&str>, want: Confirmation| {
            assert_eq!(Confirmation::of(wish, count, only), want, "{wish:?} {count}");
        };
        let typed = |text: &str| Confirmation::Type(text.to_owned());
        check(LifecycleMove::Suspend, 500, None, Confirmation::Press);
        check(LifecycleMove::Delete, 1, Some("NW-MBP-0412"), typed("NW-MBP-0412"));
        check(LifecycleMove::Delete, 1, Some("Ada’s Mac"), typed("Ada’s Mac"));
        check(LifecycleMove::Delete, 1, Some("서연의 Mac"), typed("delete"));
        assert!(typed("Ada’s Mac").is_met(Some("Ada's Mac")));
        check(LifecycleMove::Delete, 1, Some("  "), typed("delete"));
        check(LifecycleMove::Delete, 1, Some(&"x".repeat(10_000)), typed("delete"));
        check(LifecycleMove::Deactivate, 25, None, typed("deactivate"));
        check(LifecycleMove::Deactivate, 26, None, typed("26"));
        assert!(typed("26").is_met(Some(" 26 ")));
        assert!(!typed("26").is_met(Some("25")) && !typed("26").is_met(None));
    }
}
