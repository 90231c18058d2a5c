//! Self-service features: names are for people, not stable keys. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Feature/>.

use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{ObjectKind, OrgObject};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.features.read";

impl Client {
    /// All features, in one page. The `variety` is the stage: `EA` or `BETA`.
    pub fn features(&self) -> Listing<OrgObject> {
        listing_of!(WireFeature, self, self.inner.org.at("/api/v1/features"), SCOPE)
    }
}

#[derive(Deserialize)]
struct WireFeature {
    id: Box<str>,
    #[serde(default)]
    name: Soft<Box<str>>,
    #[serde(default)]
    status: Soft<Box<str>>,
    stage: Option<WireStage>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireStage {
    value: Soft<Box<str>>,
}

impl Wire<'_> for WireFeature {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::Feature,
            name: self.name.0.unwrap_or_else(|| self.id.clone()),
            id: domain::ObjectId(self.id),
            parent: None,
            variety: self.stage.and_then(|stage| stage.value.0),
            status: self.status.0,
            last_updated: None,
        })
    }
}
