//! The life of a device: a read by id that tells which moves are allowed now, and the moves. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Device/>.

use crate::devices::{SCOPE, WireDevice, below};
use crate::page::{Wire, parse_one};
use crate::send::Call;
use crate::write::{Receipt, WriteError};
use crate::{Client, Error, Single};
use domain::{Device, DeviceId, LifecycleMove};
use reqwest::Method;
use serde::Deserialize;
use std::time::Duration;
use url::Url;

const MANAGE: &str = "okta.devices.manage";

/// A device as it is now, with what may be done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceNow {
    pub device: Device,
    /// The moves that its links allow; `None` where the reply has no link of the kind.
    pub moves: Option<Vec<LifecycleMove>>,
}

impl Client {
    /// One device by id, as it is now, with the moves that are allowed. The search behind the lists lags behind; this does
    /// not.
    pub async fn device_now(&self, id: &DeviceId) -> Result<Single<DeviceNow>, Error> {
        self.single(self.device_url(id, &[]), SCOPE, |body| parse_one::<WireNow<'_>>(body)).await
    }

    /// Waits until the rate limit has room for a move, and counts it; answers how long that took.
    pub async fn admit_move(&self, id: &DeviceId, wish: LifecycleMove) -> Result<Duration, Error> {
        self.admit(&self.a_move(id, wish).1).await
    }

    /// Makes one move that was admitted, once. Nothing is tried again.
    pub async fn move_device(&self, id: &DeviceId, wish: LifecycleMove) -> Result<Receipt, WriteError> {
        let (method, call) = self.a_move(id, wish);
        self.change(method, &call).await
    }

    fn a_move(&self, id: &DeviceId, wish: LifecycleMove) -> (Method, Call) {
        let (method, url) = match wish {
            LifecycleMove::Delete => (Method::DELETE, self.device_url(id, &[])),
            wish => (Method::POST, self.device_url(id, &["lifecycle", wish.key()])),
        };
        (method, Call { url, scope: Some(MANAGE), signed: true, body: None })
    }

    fn device_url(&self, id: &DeviceId, rest: &[&str]) -> Url {
        let segments = [&["api", "v1", "devices", id.as_str()], rest].concat();
        below(self.inner.org.at("/"), &segments)
    }
}

/// The device and its links, each read from the same text.
struct WireNow<'a> {
    device: WireDevice<'a>,
    links: Links,
}

#[derive(Default, Deserialize)]
struct Links {
    #[serde(rename = "_links")]
    links: Option<Moves>,
}

/// Only whether a link is there counts; where it leads is known.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Moves {
    suspend: Option<serde::de::IgnoredAny>,
    unsuspend: Option<serde::de::IgnoredAny>,
    activate: Option<serde::de::IgnoredAny>,
    deactivate: Option<serde::de::IgnoredAny>,
}

impl<'de: 'a, 'a> Deserialize<'de> for WireNow<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&serde_json::value::RawValue>::deserialize(deserializer)?;
        let device = serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?;
        // Links that make no sense are as good as none; the device counts all the same.
        let links = serde_json::from_str(raw.get()).unwrap_or_default();
        Ok(Self { device, links })
    }
}

impl<'de: 'a, 'a> Wire<'de> for WireNow<'a> {
    type Noun = DeviceNow;
    fn noun(self) -> Result<DeviceNow, &'static str> {
        let links = self.links.links.unwrap_or_default();
        let there = [
            (LifecycleMove::Suspend, links.suspend.is_some()),
            (LifecycleMove::Unsuspend, links.unsuspend.is_some()),
            (LifecycleMove::Activate, links.activate.is_some()),
            (LifecycleMove::Deactivate, links.deactivate.is_some()),
        ];
        let moves: Vec<_> = there.into_iter().filter(|(_, there)| *there).map(|(wish, _)| wish).collect();
        Ok(DeviceNow { device: self.device.noun()?, moves: (!moves.is_empty()).then_some(moves) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves(links: &str) -> Option<Vec<LifecycleMove>> {
        let body = format!(r#"{{"id":"guo1","status":"ACTIVE","profile":{{"displayName":"x"}}{links}}}"#);
        let now = parse_one::<WireNow<'_>>(&body).expect("a device");
        assert_eq!(now.device.id.as_str(), "guo1");
        now.moves
    }

    #[test]
    fn the_links_tell_what_may_be_done() {
        use LifecycleMove::{Deactivate, Suspend};
        let both = r#","_links":{"suspend":{"href":"x"},"deactivate":{},"self":{},"users":[]}"#;
        assert_eq!(moves(both), Some(vec![Suspend, Deactivate]));
        assert_eq!(moves(r#","_links":{"self":{}}"#), None);
        assert_eq!(moves(r#","_links":"garbled""#), None);
        assert_eq!(moves(""), None);
    }
}
