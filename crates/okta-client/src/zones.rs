//! Network zones. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/NetworkZone/>.

use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{ObjectKind, OrgObject, Timestamp};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.networkZones.read";

impl Client {
    /// Network zones. Without a limit the org sends all of them. The `variety` is the type: `IP`, `DYNAMIC`, …
    pub fn zones(&self) -> Listing<OrgObject> {
        listing_of!(WireZone, self, self.inner.org.at("/api/v1/zones"), SCOPE)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireZone {
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

impl Wire<'_> for WireZone {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::Zone,
            name: self.name.0.unwrap_or_else(|| self.id.clone()),
            id: domain::ObjectId(self.id),
            parent: None,
            variety: self.kind.0,
            status: self.status.0,
            last_updated: self.last_updated.0,
        })
    }
}
