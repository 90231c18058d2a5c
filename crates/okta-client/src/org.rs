//! What kind of org this is. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/>.

use crate::page::{Wire, parse_one, parse_plain};
use crate::send::{Call, Reply};
use crate::wire::Soft;
use crate::{Client, Error, OrgUrl, Single};
use domain::{ObjectId, ObjectKind, OrgObject, Timestamp};
use serde::Deserialize;

const SCOPE: &str = "okta.orgs.read";

domain::open_enum! {
    /// Which engine the org runs on. Devices, assurance and risk need Identity Engine.
    Pipeline {
        IdentityEngine = "idx", "Identity Engine";
        Classic = "v1", "Classic Engine";
    }
}

/// What an org tells anyone who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub id: Option<Box<str>>,
    pub pipeline: Option<Pipeline>,
    /// Whether Identity Threat Protection is on. Real orgs say so, the documentation does not mention it.
    pub threat_protection: Option<bool>,
    /// The address under which Okta itself knows the org; where that is not the one asked, the latter is a domain of the
    /// org's own.
    pub home: Option<OrgUrl>,
}

impl Client {
    /// What the org tells without credentials: whether there is one at all, and of which kind.
    pub async fn organization(&self) -> Result<Single<Organization>, Error> {
        let url = self.inner.org.at("/.well-known/okta-organization");
        let call = Call { url, scope: None, signed: false, body: None };
        let (wire, reply) = self.get(&call, parse_plain::<WireOrganization>).await?;
        let Reply { body, server_time, request_id, .. } = reply;
        let value = Organization {
            id: wire.id.0,
            pipeline: wire.pipeline.0,
            threat_protection: wire.settings.and_then(|settings| settings.itp_enabled.0),
            home: wire.links.and_then(|links| OrgUrl::parse(&links.organization?.href.0?).ok()),
        };
        Ok(Single { value, raw: body.into(), server_time, request_id })
    }

    /// The org's own record; also the cheapest way to find out whether the credentials work.
    pub async fn org(&self) -> Result<Single<OrgObject>, Error> {
        self.single(self.inner.org.at("/api/v1/org"), SCOPE, |body| parse_one::<WireOrg>(body)).await
    }
}

#[derive(Deserialize)]
struct WireOrganization {
    #[serde(default)]
    id: Soft<Box<str>>,
    #[serde(default)]
    pipeline: Soft<Pipeline>,
    settings: Option<WireSettings>,
    #[serde(rename = "_links")]
    links: Option<WireLinks>,
}

#[derive(Deserialize)]
struct WireLinks {
    organization: Option<WireLink>,
}

#[derive(Deserialize)]
struct WireLink {
    #[serde(default)]
    href: Soft<Box<str>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireSettings {
    itp_enabled: Soft<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireOrg {
    id: Box<str>,
    #[serde(default)]
    company_name: Soft<Box<str>>,
    #[serde(default)]
    subdomain: Soft<Box<str>>,
    #[serde(default)]
    status: Soft<Box<str>>,
    #[serde(default)]
    last_updated: Soft<Timestamp>,
}

impl Wire<'_> for WireOrg {
    type Noun = OrgObject;
    fn noun(self) -> Result<OrgObject, &'static str> {
        Ok(OrgObject {
            kind: ObjectKind::Org,
            name: self.company_name.0.or(self.subdomain.0.clone()).unwrap_or_else(|| self.id.clone()),
            id: ObjectId(self.id),
            parent: None,
            variety: self.subdomain.0,
            status: self.status.0,
            last_updated: self.last_updated.0,
        })
    }
}
