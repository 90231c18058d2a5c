//! One person's entity risk, read and set. Needs Identity Threat Protection; there is no list of users by risk. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserRisk/>.

use crate::devices::below;
use crate::page::parse_plain;
use crate::send::Call;
use crate::wire::Soft;
use crate::write::{Receipt, WriteError};
use crate::{Client, Error, Single};
use domain::{RiskLevel, RiskSource, UserId, UserRisk};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use url::Url;

const SCOPE: &str = "okta.userRisk.read";
const MANAGE: &str = "okta.userRisk.manage";

/// A level that the org took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRisk {
    pub receipt: Receipt,
    /// The level as the answer repeats it; `None` where the answer can't be read.
    pub level: Option<RiskLevel>,
}

impl Client {
    /// The level as it is now, observed at the server's time.
    pub async fn user_risk(&self, user: &UserId) -> Result<Single<UserRisk>, Error> {
        let url = self.risk_url(user);
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

    /// Waits until the rate limit has room for setting a level, and counts it; answers how long that took.
    pub async fn admit_set_risk(&self, user: &UserId) -> Result<Duration, Error> {
        self.admit(&self.a_level(user, &RiskLevel::Low, "")).await
    }

    /// Sets a person's level, once. It raises a detection, so the entity risk policy may act on it before this returns. Without
    /// a reason Okta writes its own.
    pub async fn set_user_risk(
        &self,
        user: &UserId,
        level: &RiskLevel,
        reason: &str,
    ) -> Result<SetRisk, WriteError> {
        let (receipt, body) = self.change_and_hear(Method::PUT, &self.a_level(user, level, reason)).await?;
        let level = serde_json::from_str::<WireRisk>(&body).ok().map(|wire| wire.risk_level);
        Ok(SetRisk { receipt, level })
    }

    fn a_level(&self, user: &UserId, level: &RiskLevel, reason: &str) -> Call {
        Call {
            url: self.risk_url(user),
            scope: Some(MANAGE),
            signed: true,
            body: Some(level_body(level, reason)),
        }
    }

    fn risk_url(&self, user: &UserId) -> Url {
        below(self.inner.org.at("/"), &["api", "v1", "users", user.as_str(), "risk"])
    }
}

fn level_body(level: &RiskLevel, reason: &str) -> Box<str> {
    let mut body = json!({ "riskLevel": level.as_str() });
    if !reason.trim().is_empty() {
        body["riskReason"] = reason.trim().into();
    }
    body.to_string().into()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRisk {
    risk_level: RiskLevel,
    /// Left out with level `NONE`.
    #[serde(default)]
    reason: Soft<Box<str>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_reason_is_left_out() {
        assert_eq!(&*level_body(&RiskLevel::High, " "), r#"{"riskLevel":"HIGH"}"#);
        let told = level_body(&RiskLevel::Low, " Cleared by phone. ");
        assert_eq!(&*told, r#"{"riskLevel":"LOW","riskReason":"Cleared by phone."}"#);
    }
}
