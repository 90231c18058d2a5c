//! Groups. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/>.

use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{ObjectKind, OrgObject, Timestamp};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.groups.read";

impl Client {
    /// Groups, 200 a page, as Okta advises. A group's `variety` is its type: `OKTA_GROUP`, `APP_GROUP`, `BUILT_IN`.
    pub fn groups(&self) -> Listing<OrgObject> {
        let mut url = self.inner.org.at("/api/v1/groups");
        url.set_query(Some("limit=200"));
        listing_of!(WireGroup, self, url, SCOPE)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGroup {
    id: Box<str>,
    #[serde(default, rename = "type")]
    kind: Soft<Box<str>>,
    profile: Option<WireProfile>,
    #[serde(default)]
    last_updated: Soft<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireProfile {
    name: Soft<Box<str>>,
}

impl Wire<'_> for WireGroup {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::Group,
            name: self.profile.and_then(|profile| profile.name.0).unwrap_or_else(|| self.id.clone()),
            id: domain::ObjectId(self.id),
            parent: None,
            variety: self.kind.0,
            status: None,
            last_updated: self.last_updated.0,
        })
    }
}
