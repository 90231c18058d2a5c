//! Policies of every type, and their rules. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/>.

use crate::devices::below;
use crate::listing::listing_of;
use crate::page::{Wire, parse_list};
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{ObjectId, ObjectKind, OrgObject, Timestamp};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.policies.read";

domain::open_enum! {
    /// A type of policy. An org that lacks the feature refuses the type with [`crate::Error::NotAvailable`].
    PolicyType {
        /// Sign-in to apps.
        Access = "ACCESS_POLICY", "App sign-in";
        GlobalSession = "OKTA_SIGN_ON", "Global session";
        EntityRisk = "ENTITY_RISK", "Entity risk";
        /// Session protection.
        PostAuthSession = "POST_AUTH_SESSION", "Session protection";
        SessionViolation = "SESSION_VIOLATION_DETECTION", "Session violation detection";
        DeviceSignals = "DEVICE_SIGNAL_COLLECTION", "Device signal collection";
        MfaEnroll = "MFA_ENROLL", "Authenticator enrollment";
        IdpDiscovery = "IDP_DISCOVERY", "Identity provider routing";
        Password = "PASSWORD", "Password";
        ProfileEnrollment = "PROFILE_ENROLLMENT", "User profile";
        ClientUpdate = "CLIENT_UPDATE", "Client update";
        IdentityClaims = "IDENTITY_CLAIM_SOURCING", "Identity claim sourcing";
    }
}

impl Client {
    /// Policies of one type. The `variety` is the type.
    pub fn policies(&self, kind: &PolicyType) -> Listing<OrgObject> {
        let mut url = self.inner.org.at("/api/v1/policies");
        url.query_pairs_mut().append_pair("type", kind.as_str());
        listing_of!(WirePolicy, self, url, SCOPE)
    }

    /// The rules of one policy; `parent` is the policy, `variety` the rule's type.
    pub fn policy_rules(&self, policy: &ObjectId) -> Listing<OrgObject> {
        let url = below(self.inner.org.at("/"), &["api", "v1", "policies", policy.as_str(), "rules"]);
        let policy = policy.clone();
        Listing::new(self, url, SCOPE, move |body| {
            let mut rules = parse_list::<WirePolicy>(body)?;
            for rule in &mut rules.items {
                rule.value.kind = ObjectKind::PolicyRule;
                rule.value.parent = Some(policy.clone());
            }
            Ok(rules)
        })
    }
}

/// A policy or a rule: what is read of them is the same.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePolicy {
    id: Box<str>,
    #[serde(default)]
    name: Soft<Box<str>>,
    #[serde(default, rename = "type")]
    kind: Soft<Box<str>>,
    #[serde(default)]
    status: Soft<Box<str>>,
    #[serde(default)]
    last_updated: Soft<Timestamp>,
}

impl Wire<'_> for WirePolicy {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::Policy,
            name: self.name.0.unwrap_or_else(|| self.id.clone()),
            id: ObjectId(self.id),
            parent: None,
            variety: self.kind.0,
            status: self.status.0,
            last_updated: self.last_updated.0,
        })
    }
}
