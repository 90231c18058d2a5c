//! The parts of an org that a credential may open or not, and the cheapest call that finds out. Knows nothing of what the
//! parts are good for.

use crate::devices::below;
use crate::page::parse_plain;
use crate::send::Call;
use crate::wire::Soft;
use crate::{Client, Error};
use domain::UserId;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// One part, read under one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Org,
    Devices,
    Users,
    Log,
    UserRisk,
    Groups,
    Apps,
    Policies,
    DeviceAssurance,
    PostureChecks,
    DeviceIntegrations,
    NetworkZones,
    Features,
}

impl Area {
    /// Every part; the org's own record first, as the cheapest way to learn that a credential is wrong altogether.
    pub const ALL: [Self; 13] = [
        Self::Org,
        Self::Devices,
        Self::Users,
        Self::Log,
        Self::UserRisk,
        Self::Groups,
        Self::Apps,
        Self::Policies,
        Self::DeviceAssurance,
        Self::PostureChecks,
        Self::DeviceIntegrations,
        Self::NetworkZones,
        Self::Features,
    ];

    /// The scope that reading it needs.
    pub fn scope(self) -> &'static str {
        match self {
            Self::Org => "okta.orgs.read",
            Self::Devices => crate::devices::SCOPE,
            Self::Users => crate::users::SCOPE,
            Self::Log => crate::logs::SCOPE,
            Self::UserRisk => "okta.userRisk.read",
            Self::Groups => crate::groups::SCOPE,
            Self::Apps => crate::apps::SCOPE,
            Self::Policies => crate::policies::SCOPE,
            Self::DeviceAssurance => crate::device_assurances::SCOPE,
            Self::PostureChecks => crate::posture_checks::SCOPE,
            Self::DeviceIntegrations => crate::device_integrations::SCOPE,
            Self::NetworkZones => crate::zones::SCOPE,
            Self::Features => crate::features::SCOPE,
        }
    }

    /// Path and query of a call that brings as little as the end point can.
    fn call(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Org => ("/api/v1/org", None),
            Self::Devices => ("/api/v1/devices", Some("limit=1")),
            Self::Users | Self::UserRisk => ("/api/v1/users", Some("limit=1")),
            Self::Log => ("/api/v1/logs", Some("limit=1")),
            Self::Groups => ("/api/v1/groups", Some("limit=1")),
            Self::Apps => ("/api/v1/apps", Some("limit=1")),
            Self::Policies => ("/api/v1/policies", Some("type=ACCESS_POLICY")),
            Self::DeviceAssurance => ("/api/v1/device-assurances", None),
            Self::PostureChecks => ("/api/v1/device-posture-checks", None),
            Self::DeviceIntegrations => ("/api/v1/device-integrations", None),
            Self::NetworkZones => ("/api/v1/zones", Some("limit=1")),
            Self::Features => ("/api/v1/features", None),
        }
    }
}

#[derive(Deserialize)]
struct WireUser {
    #[serde(default)]
    id: Soft<Box<str>>,
}

impl Client {
    /// Whether `area` can be read: `Ok(false)` where there is nothing in it to try with.
    pub async fn probe(&self, area: Area) -> Result<bool, Error> {
        if area == Area::UserRisk {
            return self.probe_risk().await;
        }
        self.get(&self.cheapest(area), parse_plain::<IgnoredAny>).await.map(|_| true)
    }

    /// There is no list of risks: that of the first person is asked for.
    async fn probe_risk(&self) -> Result<bool, Error> {
        let (users, _) = self.get(&self.cheapest(Area::Users), parse_plain::<Vec<WireUser>>).await?;
        let Some(id) = users.into_iter().find_map(|user| user.id.0) else { return Ok(false) };
        let id = UserId(id);
        let url = below(self.inner.org.at("/"), &["api", "v1", "users", id.as_str(), "risk"]);
        let call = Call { url, scope: Some(Area::UserRisk.scope()), signed: true, body: None };
        self.get(&call, parse_plain::<IgnoredAny>).await.map(|_| true)
    }

    fn cheapest(&self, area: Area) -> Call {
        let (path, query) = area.call();
        let mut url = self.inner.org.at(path);
        url.set_query(query);
        Call { url, scope: Some(area.scope()), signed: true, body: None }
    }
}
