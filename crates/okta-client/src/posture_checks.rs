//! Custom and built-in device posture checks. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DevicePostureCheck/>.

use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{ObjectKind, OrgObject, Timestamp};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.devicePostureChecks.read";

impl Client {
    /// All custom checks, in one page. Built-in ones may be among them: merge by id. The `variety` is the platform.
    pub fn posture_checks(&self) -> Listing<OrgObject> {
        listing_of!(WireCheck, self, self.inner.org.at("/api/v1/device-posture-checks"), SCOPE)
    }

    /// All built-in checks, in one page.
    pub fn default_posture_checks(&self) -> Listing<OrgObject> {
        listing_of!(WireCheck, self, self.inner.org.at("/api/v1/device-posture-checks/default"), SCOPE)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCheck {
    id: Box<str>,
    #[serde(default)]
    name: Soft<Box<str>>,
    #[serde(default)]
    platform: Soft<Box<str>>,
    /// `BUILTIN` or `CUSTOM`: a check has no status, and this is what sets two lists of them apart.
    #[serde(default, rename = "type")]
    kind: Soft<Box<str>>,
    #[serde(default)]
    last_update: Soft<Timestamp>,
}

impl Wire<'_> for WireCheck {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::PostureCheck,
            name: self.name.0.unwrap_or_else(|| self.id.clone()),
            id: domain::ObjectId(self.id),
            parent: None,
            variety: self.platform.0,
            status: self.kind.0,
            last_updated: self.last_update.0,
        })
    }
}
