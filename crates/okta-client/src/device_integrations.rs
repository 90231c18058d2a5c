//! Device integrations: where third-party signals come from. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DeviceIntegrations/>.

use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{ObjectKind, OrgObject};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.deviceIntegrations.read";

impl Client {
    /// All device integrations, in one page. The `variety` is the platform.
    pub fn device_integrations(&self) -> Listing<OrgObject> {
        listing_of!(WireIntegration, self, self.inner.org.at("/api/v1/device-integrations"), SCOPE)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireIntegration {
    id: Box<str>,
    #[serde(default)]
    name: Soft<Box<str>>,
    #[serde(default)]
    display_name: Soft<Box<str>>,
    #[serde(default)]
    platform: Soft<Box<str>>,
    #[serde(default)]
    status: Soft<Box<str>>,
}

impl Wire<'_> for WireIntegration {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::DeviceIntegration,
            name: self.display_name.0.or(self.name.0).unwrap_or_else(|| self.id.clone()),
            id: domain::ObjectId(self.id),
            parent: None,
            variety: self.platform.0,
            status: self.status.0,
            last_updated: None,
        })
    }
}

/// The name by which Okta knows an integration (`com.okta.device.osquery`), read from its JSON; what a person calls it is another
/// field.
pub fn read_integration_key(raw: &str) -> Option<Box<str>> {
    serde_json::from_str::<WireIntegration>(raw).ok()?.name.0
}
