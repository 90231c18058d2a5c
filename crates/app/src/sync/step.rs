//! What a sync goes through, in order. The org's own record comes first: it is the cheapest way to learn that the address
//! or the credential is wrong.

use cache::Collection;
use domain::ObjectKind;

/// One step of a sync: one collection of the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Org,
    Users,
    Devices,
    Log,
    Risks,
    Features,
    Groups,
    Apps,
    Assurances,
    PostureChecks,
    Integrations,
    Policies,
    PolicyRules,
    Zones,
}

impl Step {
    /// Every step, in order. Policies come before their rules, the log before the risks that it tells of.
    pub const ALL: [Self; 14] = [
        Self::Org,
        Self::Users,
        Self::Devices,
        Self::Log,
        Self::Risks,
        Self::Features,
        Self::Groups,
        Self::Apps,
        Self::Assurances,
        Self::PostureChecks,
        Self::Integrations,
        Self::Policies,
        Self::PolicyRules,
        Self::Zones,
    ];

    /// The collection that it fills.
    pub fn collection(self) -> Collection {
        let kind = match self {
            Self::Users => return Collection::Users,
            Self::Devices => return Collection::Devices,
            Self::Log => return Collection::Log,
            Self::Risks => return Collection::UserRisks,
            Self::Org => ObjectKind::Org,
            Self::Features => ObjectKind::Feature,
            Self::Groups => ObjectKind::Group,
            Self::Apps => ObjectKind::App,
            Self::Assurances => ObjectKind::AssurancePolicy,
            Self::PostureChecks => ObjectKind::PostureCheck,
            Self::Integrations => ObjectKind::DeviceIntegration,
            Self::Policies => ObjectKind::Policy,
            Self::PolicyRules => ObjectKind::PolicyRule,
            Self::Zones => ObjectKind::Zone,
        };
        Collection::Objects(kind)
    }

    /// Whether the very first sync reads it before its first snapshot: what the pages can't open without.
    pub fn is_first(self) -> bool {
        matches!(self, Self::Org | Self::Users | Self::Devices)
    }

    /// Whether an incremental sync reads it every time. The others have no way to ask for changes, change rarely, and cost
    /// dozens of calls of a small allowance.
    pub fn is_quick(self) -> bool {
        matches!(self, Self::Users | Self::Devices | Self::Log | Self::Risks)
    }
}

/// What a person calls a collection.
pub(crate) fn label(collection: &Collection) -> &str {
    match collection {
        Collection::Devices => "Devices",
        Collection::Users => "Users",
        Collection::Log => "System Log",
        Collection::UserRisks => "User risk",
        Collection::Objects(kind) => match kind {
            ObjectKind::Org => "Org",
            ObjectKind::Feature => "Features",
            ObjectKind::Group => "Groups",
            ObjectKind::App => "Apps",
            ObjectKind::AssurancePolicy => "Device assurance policies",
            ObjectKind::PostureCheck => "Posture checks",
            ObjectKind::DeviceIntegration => "Device integrations",
            ObjectKind::Policy => "Policies",
            ObjectKind::PolicyRule => "Policy rules",
            ObjectKind::Zone => "Network zones",
            ObjectKind::Other(name) => name,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_object_is_read_by_one_step() {
        for kind in ObjectKind::KNOWN {
            let steps =
                Step::ALL.iter().filter(|step| step.collection() == Collection::Objects(kind.clone()));
            assert_eq!(steps.count(), 1, "{kind:?}");
        }
    }
}
