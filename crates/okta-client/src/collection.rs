//! The org's collections by name: what a sync goes through, and what a screen says when one of them is refused.

use crate::{Client, Listing, PolicyType};
use domain::{ObjectId, OrgObject};

/// One collection of the org.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Collection {
    Devices,
    Users,
    Log,
    /// A list of objects that are all read into one shape.
    Objects(ObjectList),
}

/// A list of objects other than devices, users and events.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ObjectList {
    Groups,
    Apps,
    DeviceAssurances,
    /// Whether it holds the built-in ones too is not documented: merge with `DefaultPostureChecks` by id.
    PostureChecks,
    DefaultPostureChecks,
    DeviceIntegrations,
    Policies(PolicyType),
    /// The rules of one policy.
    PolicyRules(ObjectId),
    Zones,
    Features,
}

impl Collection {
    /// The scope that reading it needs.
    pub fn scope(&self) -> &'static str {
        match self {
            Self::Devices => crate::devices::SCOPE,
            Self::Users => crate::users::SCOPE,
            Self::Log => crate::logs::SCOPE,
            Self::Objects(list) => list.scope(),
        }
    }
}

impl ObjectList {
    /// The scope that reading it needs.
    pub fn scope(&self) -> &'static str {
        match self {
            Self::Groups => crate::groups::SCOPE,
            Self::Apps => crate::apps::SCOPE,
            Self::DeviceAssurances => crate::device_assurances::SCOPE,
            Self::PostureChecks | Self::DefaultPostureChecks => crate::posture_checks::SCOPE,
            Self::DeviceIntegrations => crate::device_integrations::SCOPE,
            Self::Policies(_) | Self::PolicyRules(_) => crate::policies::SCOPE,
            Self::Zones => crate::zones::SCOPE,
            Self::Features => crate::features::SCOPE,
        }
    }
}

impl Client {
    /// The listing of `list`.
    pub fn objects(&self, list: &ObjectList) -> Listing<OrgObject> {
        match list {
            ObjectList::Groups => self.groups(),
            ObjectList::Apps => self.apps(),
            ObjectList::DeviceAssurances => self.device_assurances(),
            ObjectList::PostureChecks => self.posture_checks(),
            ObjectList::DefaultPostureChecks => self.default_posture_checks(),
            ObjectList::DeviceIntegrations => self.device_integrations(),
            ObjectList::Policies(kind) => self.policies(kind),
            ObjectList::PolicyRules(policy) => self.policy_rules(policy),
            ObjectList::Zones => self.zones(),
            ObjectList::Features => self.features(),
        }
    }
}
