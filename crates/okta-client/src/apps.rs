//! Apps. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/>.
//!
//! What an app says about Universal Logout and which policy it uses (`_links.accessPolicy`) stays in the raw JSON.

use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{ObjectKind, OrgObject, Timestamp};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.apps.read";

impl Client {
    /// Apps, 200 a page. An app's `variety` is its `signOnMode`, which Okta's own apps may lack.
    pub fn apps(&self) -> Listing<OrgObject> {
        let mut url = self.inner.org.at("/api/v1/apps");
        url.set_query(Some("limit=200"));
        listing_of!(WireApp, self, url, SCOPE)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireApp {
    id: Box<str>,
    #[serde(default)]
    label: Soft<Box<str>>,
    #[serde(default)]
    name: Soft<Box<str>>,
    #[serde(default)]
    sign_on_mode: Soft<Box<str>>,
    #[serde(default)]
    status: Soft<Box<str>>,
    #[serde(default)]
    last_updated: Soft<Timestamp>,
}

impl Wire<'_> for WireApp {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::App,
            // The label is what people call it; `name` is the catalogue's key.
            name: self.label.0.or(self.name.0).unwrap_or_else(|| self.id.clone()),
            id: domain::ObjectId(self.id),
            parent: None,
            variety: self.sign_on_mode.0,
            status: self.status.0,
            last_updated: self.last_updated.0,
        })
    }
}
