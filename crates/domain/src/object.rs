//! The org's other objects (groups, apps, policies, rules, zones, …), with what every one of them has. Their own shapes
//! live in the raw JSON beside them until a page needs more.

use crate::{ObjectId, Timestamp, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// What kind of object it is; the wire name is Postern's own.
    ObjectKind {
        Group = "group", "Group";
        App = "app", "App";
        AssurancePolicy = "assurance_policy", "Device assurance policy";
        PostureCheck = "posture_check", "Posture check";
        DeviceIntegration = "device_integration", "Device integration";
        Policy = "policy", "Policy";
        PolicyRule = "policy_rule", "Policy rule";
        Zone = "zone", "Network zone";
        Feature = "feature", "Feature";
        Org = "org", "Org";
    }
}

/// One object of the org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgObject {
    pub kind: ObjectKind,
    pub id: ObjectId,
    /// The object it belongs to: a rule's policy.
    pub parent: Option<ObjectId>,
    pub name: Box<str>,
    /// A type within the kind: a policy's or zone's `type`, an app's `signOnMode`, a check's platform.
    pub variety: Option<Box<str>>,
    pub status: Option<Box<str>>,
    pub last_updated: Option<Timestamp>,
}
