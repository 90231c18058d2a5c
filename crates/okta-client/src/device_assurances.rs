//! Device assurance policies. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DeviceAssurance/>.

use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{ObjectKind, OrgObject, Timestamp};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.deviceAssurance.read";

impl Client {
    /// All device assurance policies, in one page. The `variety` is the platform.
    pub fn device_assurances(&self) -> Listing<OrgObject> {
        listing_of!(WireAssurance, self, self.inner.org.at("/api/v1/device-assurances"), SCOPE)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAssurance {
    id: Box<str>,
    #[serde(default)]
    name: Soft<Box<str>>,
    #[serde(default)]
    platform: Soft<Box<str>>,
    /// Named unlike everywhere else.
    #[serde(default)]
    last_update: Soft<Timestamp>,
}

impl Wire<'_> for WireAssurance {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::AssurancePolicy,
            name: self.name.0.unwrap_or_else(|| self.id.clone()),
            id: domain::ObjectId(self.id),
            parent: None,
            variety: self.platform.0,
            status: None,
            last_updated: self.last_update.0,
        })
    }
}
