//! One System Log event, with the parts that lists and joins need. The whole event stays in the raw JSON beside it:
//! its debug data is not a stable interface, and unknown event types are shown, never refused.

use crate::{DeviceId, Reading, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// One event. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEvent {
    pub uuid: Box<str>,
    pub published: Timestamp,
    pub event_type: Box<str>,
    pub severity: Option<Box<str>>,
    pub message: Option<Box<str>>,
    /// `outcome.result` and `outcome.reason`.
    pub outcome: Option<Box<str>>,
    pub reason: Option<Box<str>>,
    pub actor_id: Option<Box<str>>,
    pub actor_name: Option<Box<str>>,
    /// The first user among actor and targets that the event is about (a target wins over the actor).
    pub user: Option<UserId>,
    /// The device the event is about: `device.id`, or a target of a device type.
    pub device: Option<DeviceId>,
    /// The Okta session it belongs to: the one that was ended, or `authenticationContext.externalSessionId`.
    pub session: Option<Box<str>>,
    /// `authenticationContext.rootSessionId`: sessions that belong together.
    pub root_session: Option<Box<str>>,
    /// `transaction.id`.
    pub transaction: Option<Box<str>>,
    /// `debugContext.debugData.traceId`: joins a detection to what policies and logouts made of it.
    pub trace: Option<Box<str>>,
    /// The address of the client.
    pub ip: Option<Box<str>>,
    /// The first app among the targets.
    pub app: Option<Box<str>>,
    /// For `user.risk.change` and `user.risk.detect`: the new level, as sent.
    pub risk_level: Option<crate::RiskLevel>,
    /// The gravest level that it tells of, whosesoever it is: the sign-in's, the session's or the person's. Not read back from the
    /// cache with the event.
    pub told_risk: Option<crate::RiskLevel>,
    /// What it says of the state of that device, source by source. Not read back from the cache with the event.
    pub readings: Vec<Reading>,
}
