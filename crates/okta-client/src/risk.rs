//! One person's entity risk. Needs Identity Threat Protection; there is no list of users by risk. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserRisk/>.

use crate::devices::below;
use crate::page::parse_plain;
use crate::wire::Soft;
use crate::{Client, Error, Single};
use domain::{RiskLevel, RiskSource, UserId, UserRisk};
use serde::Deserialize;

const SCOPE: &str = "okta.userRisk.read";

impl Client {
    /// The level as it is now, observed at the server's time.
    pub async fn user_risk(&self, user: &UserId) -> Result<Single<UserRisk>, Error> {
        let url = below(self.inner.org.at("/"), &["api", "v1", "users", user.as_str(), "risk"]);
        let Single { value: wire, raw, server_time, request_id } =
            self.single(url, SCOPE, parse_plain::<WireRisk>).await?;
        let value = UserRisk {
            user: user.clone(),
            level: wire.risk_level,
            reason: wire.reason.0,
            source: RiskSource::Api,
            observed: server_time,
        };
        Ok(Single { value, raw, server_time, request_id })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRisk {
    risk_level: RiskLevel,
    /// Left out with level `NONE`.
    #[serde(default)]
    reason: Soft<Box<str>>,
}
