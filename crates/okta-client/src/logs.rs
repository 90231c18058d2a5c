//! The System Log. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/>.
//!
//! Only a polling chain sees every event: late ones are missing from bounded queries. Whoever keeps a log stores the last
//! cursor, comes back with it after some seconds, and tells events apart by `uuid`.

use crate::event_facts::{PARTNER, change_reading, logged_level, partner_level, text_reading};
use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::{Soft, Text};
use crate::{Client, Listing, readings};
use domain::{DeviceId, LogEvent, Reading, RiskLevel, RiskReading, Timestamp, UserId};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, value::RawValue};

pub(crate) const SCOPE: &str = "okta.logs.read";

/// Which events to read. A chain keeps its query: another one needs a new first request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogQuery {
    /// Everything from `since` on (exclusive; the org's default is seven days back), in order of arrival, for ever:
    /// every page has a next one, and an empty page says that nothing is new yet.
    Poll { since: Option<Timestamp>, filter: Option<Box<str>> },
    /// From `since` to `until` by time of publication; ends. For filling gaps.
    Between { since: Timestamp, until: Timestamp, filter: Option<Box<str>> },
}

impl Client {
    /// Events, 1000 a page, oldest first.
    pub fn log(&self, query: &LogQuery) -> Listing<LogEvent> {
        let mut url = self.inner.org.at("/api/v1/logs");
        let (since, until, filter) = match query {
            LogQuery::Poll { since, filter } => (*since, None, filter),
            LogQuery::Between { since, until, filter } => (Some(*since), Some(*until), filter),
        };
        {
            let mut pairs = url.query_pairs_mut();
            pairs.append_pair("limit", "1000").append_pair("sortOrder", "ASCENDING");
            for (name, time) in [("since", since), ("until", until)] {
                if let Some(time) = time {
                    pairs.append_pair(name, &time.to_rfc3339());
                }
            }
            if let Some(filter) = filter {
                pairs.append_pair("filter", filter);
            }
        }
        let listing = listing_of!(WireEvent<'_>, self, url, SCOPE);
        if until.is_none() { listing.endless() } else { listing }
    }
}

/// Any nested object may be null, and is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireEvent<'a> {
    uuid: Box<str>,
    published: Soft<Timestamp>,
    event_type: Box<str>,
    #[serde(default)]
    severity: Soft<Box<str>>,
    #[serde(default)]
    display_message: Soft<Box<str>>,
    outcome: Option<WireOutcome>,
    #[serde(borrow)]
    actor: Option<WireParty<'a>>,
    #[serde(borrow)]
    target: Option<Vec<WireParty<'a>>>,
    /// Read only where it is there, and whatever it holds.
    #[serde(borrow, default)]
    device: Option<&'a RawValue>,
    client: Option<WireClient>,
    #[serde(borrow)]
    authentication_context: Option<WireAuthentication<'a>>,
    transaction: Option<WireTransaction>,
    #[serde(borrow)]
    security_context: Option<WireSecurity<'a>>,
    #[serde(borrow)]
    debug_context: Option<WireDebug<'a>>,
    /// Read only where it is there, and whatever it holds.
    #[serde(borrow, default, alias = "risk_change")]
    risk_change: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireOutcome {
    result: Soft<Box<str>>,
    reason: Soft<Box<str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireParty<'a> {
    #[serde(borrow, default)]
    id: Soft<Text<'a>>,
    #[serde(borrow, default, rename = "type")]
    kind: Soft<Text<'a>>,
    #[serde(borrow, default)]
    display_name: Soft<Text<'a>>,
    #[serde(borrow, default)]
    alternate_id: Soft<Text<'a>>,
    #[serde(borrow, default)]
    detail_entry: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireClient {
    ip_address: Soft<Box<str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAuthentication<'a> {
    #[serde(borrow, default)]
    external_session_id: Soft<Text<'a>>,
    #[serde(borrow, default)]
    root_session_id: Soft<Text<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireTransaction {
    id: Soft<Box<str>>,
}

#[derive(Deserialize)]
struct WireSecurity<'a> {
    /// Read only where it is there, and whatever it holds.
    #[serde(borrow, default)]
    risk: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDebug<'a> {
    #[serde(borrow)]
    debug_data: Option<WireDebugData<'a>>,
}

/// Names and values of debug data are no stable interface: only hints are taken from it, and names are compared without case
/// and underscores.
#[derive(Default)]
struct WireDebugData<'a> {
    /// A text of some form, or an object.
    risk: Option<&'a RawValue>,
    risk_change: Option<&'a RawValue>,
    changed_device_signals: Soft<Text<'a>>,
    ended_session: Soft<Text<'a>>,
    trace: Soft<Text<'a>>,
    logged: Option<&'a RawValue>,
    /// In the order in which the first that can be read is believed.
    partner: [Option<&'a RawValue>; PARTNER.len()],
}

impl<'de: 'a, 'a> Deserialize<'de> for WireDebugData<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DebugVisitor)
    }
}

struct DebugVisitor;

impl<'de> Visitor<'de> for DebugVisitor {
    type Value = WireDebugData<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("debug data")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut data = WireDebugData::default();
        while let Some(name) = map.next_key::<Soft<Text<'de>>>()? {
            let name = name.0.unwrap_or_default();
            match DEBUG_NAMES.iter().position(|known| is_called(&name, known)) {
                Some(0) => data.risk = map.next_value()?,
                Some(1) => data.risk_change = map.next_value()?,
                Some(2) => data.changed_device_signals = map.next_value()?,
                Some(3) => data.ended_session = map.next_value()?,
                Some(4) => data.trace = map.next_value()?,
                Some(5) => data.logged = map.next_value()?,
                _ => match PARTNER.iter().position(|known| is_called(&name, known)) {
                    Some(place) => data.partner[place] = map.next_value()?,
                    None => drop(map.next_value::<IgnoredAny>()?),
                },
            }
        }
        Ok(data)
    }
    // What is no object holds nothing that is known.
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(WireDebugData::default())
    }
    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(WireDebugData::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(WireDebugData::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(WireDebugData::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(WireDebugData::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(WireDebugData::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(WireDebugData::default())
    }
}

/// What the policies of Identity Threat Protection did; the last is an old name of session protection.
const PROTECTION: [&str; 3] = ["policy.entity_risk.", "policy.auth_reevaluate.", "policy.continuous_access."];

/// The names that are looked for, as [`is_called`] compares them.
const DEBUG_NAMES: [&str; 6] =
    ["risk", "riskchange", "changeddevicesignals", "endedsessionid", "traceid", "logonlysecuritydata"];

/// Whether a name is the known one but for case and underscores. Every name of every event is asked, so nothing is allocated.
fn is_called(name: &str, known: &str) -> bool {
    let mut letters = name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase());
    known.bytes().all(|byte| letters.next() == Some(byte)) && letters.next().is_none()
}

impl<'de: 'a, 'a> Wire<'de> for WireEvent<'a> {
    type Noun = LogEvent;
    fn noun(self) -> Result<LogEvent, &'static str> {
        if self.uuid.is_empty() {
            return Err("the event has no uuid");
        }
        let published = self.published.0.ok_or("the event has no date that can be read")?;
        let risk = self.risk();
        let detection = risk.summary().map(Into::into).or_else(|| self.matched_rule());
        let (risk_level, session) = (risk.level.filter(|_| self.is_about_a_person()), self.session());
        let (root_session, trace, told_risk) = (self.root_session(), self.trace(), self.told_risk());
        let own = self.device.and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
        let readings = self.readings(own.as_ref());
        let targets = self.target.unwrap_or_default();
        let of_kind =
            |kind: &'static str| targets.iter().filter(move |party| party.is(kind)).find_map(WireParty::id);
        let actor = self.actor.as_ref();
        let acting = actor.filter(|actor| actor.is("User")).and_then(WireParty::id);
        let silent = actor.filter(|actor| actor.is_device()).and_then(WireParty::id);
        let device = own.as_ref().and_then(|device| device["id"].as_str()).filter(|id| !id.is_empty());
        let named = || targets.iter().filter(|party| party.is_device()).find_map(WireParty::id).or(silent);
        let app = of_kind("AppInstance").map(Into::into);
        let outcome = self.outcome.unwrap_or_default();
        Ok(LogEvent {
            user: of_kind("User").or(acting).map(UserId::from),
            device: device.or_else(named).map(DeviceId::from),
            actor_id: actor.and_then(WireParty::id).map(Into::into),
            actor_name: actor.and_then(WireParty::name).map(Into::into),
            uuid: self.uuid,
            published,
            event_type: self.event_type,
            severity: self.severity.0,
            message: self.display_message.0,
            outcome: outcome.result.0,
            reason: outcome.reason.0.or(detection),
            session,
            root_session,
            transaction: self
                .transaction
                .and_then(|transaction| transaction.id.0)
                .filter(|id| !id.is_empty()),
            trace,
            ip: self.client.and_then(|client| client.ip_address.0),
            app,
            risk_level,
            told_risk,
            readings,
        })
    }
}

impl WireEvent<'_> {
    /// What the event says of the device it is about. What just changed is told first: it is the newest word.
    fn readings(&self, device: Option<&Value>) -> Vec<Reading> {
        let debug = self.debug_context.as_ref().and_then(|context| context.debug_data.as_ref());
        let changed =
            debug.and_then(|data| data.changed_device_signals.0.as_deref()).map(readings::of_change);
        let own = device.map(readings::of_device).unwrap_or_default();
        let mut targets = self.target.iter().flatten().filter(|party| party.is_device());
        let detail = targets.find_map(|party| serde_json::from_str::<Value>(party.detail_entry?.get()).ok());
        let target = detail.as_ref().map(readings::of_device).unwrap_or_default();
        readings::join(readings::join(changed.unwrap_or_default(), own), target)
    }

    /// What the event says of risk: the structured field first, then what the debug data adds. Most events say nothing.
    fn risk(&self) -> RiskReading {
        let structured = self.security_context.as_ref().and_then(|context| context.risk).map(reading_of);
        if !self.is_about_risk() {
            return structured.unwrap_or_default();
        }
        let debug = self.debug_context.as_ref().and_then(|context| context.debug_data.as_ref());
        let told = debug.and_then(|data| data.risk).map(reading_of);
        let change = debug.and_then(|data| data.risk_change).map(reading_of);
        structured.unwrap_or_default().or(told.unwrap_or_default()).or(change.unwrap_or_default())
    }

    /// The gravest level of all places, as [`crate::read_event`] finds them. Levels are declared from the highest down.
    fn told_risk(&self) -> Option<RiskLevel> {
        let structured = self.security_context.as_ref().and_then(|context| context.risk);
        let debug = self.debug_context.as_ref().and_then(|context| context.debug_data.as_ref());
        let change = debug.and_then(|data| data.risk_change).or(self.risk_change);
        let read = [structured, debug.and_then(|data| data.risk), change].into_iter().flatten();
        let read = read.filter_map(|raw| reading_of(raw).level);
        let logged = debug.and_then(|data| data.logged).and_then(|raw| logged_level(raw.get()));
        let partner = debug.iter().flat_map(|data| data.partner).flatten().map(RawValue::get);
        read.chain(logged).chain(partner_level(partner)).min()
    }

    /// Of other events, the texts in the debug data tell of the sign-in, in the same words every time.
    fn is_about_risk(&self) -> bool {
        self.is_about_a_person() || &*self.event_type == "user.session.context.change"
    }

    /// Whether its level is the person's, and not one of a sign-in or of a session.
    fn is_about_a_person(&self) -> bool {
        matches!(&*self.event_type, "user.risk.change" | "user.risk.detect")
    }

    /// The rule of a protection policy that matched, by name and id: nothing else in the row tells it, and both are found by
    /// their words.
    fn matched_rule(&self) -> Option<Box<str>> {
        if !PROTECTION.iter().any(|family| self.event_type.starts_with(family)) {
            return None;
        }
        let rule = self.target.iter().flatten().find(|party| party.is("Rule"))?;
        let id = rule.id()?;
        Some(match rule.name() {
            Some(name) => format!("Rule {name} ({id})").into(),
            None => format!("Rule {id}").into(),
        })
    }

    /// The session that the event belongs to; of an end, the one that ended, which an admin's may not be.
    fn session(&self) -> Option<Box<str>> {
        let debug = self.debug_context.as_ref().and_then(|c| c.debug_data.as_ref());
        let ended = debug.and_then(|data| data.ended_session.0.as_deref());
        let own = self.authentication_context.as_ref().and_then(|c| c.external_session_id.0.as_deref());
        // Events without a session carry this word, or nothing.
        ended.or(own).filter(|id| !id.is_empty() && *id != "unknown").map(Into::into)
    }
}

impl WireEvent<'_> {
    fn root_session(&self) -> Option<Box<str>> {
        let root = self.authentication_context.as_ref()?.root_session_id.0.as_deref()?;
        Some(root).filter(|id| !id.is_empty() && *id != "unknown").map(Into::into)
    }

    fn trace(&self) -> Option<Box<str>> {
        let debug = self.debug_context.as_ref()?.debug_data.as_ref()?;
        debug.trace.0.as_deref().filter(|id| !id.is_empty()).map(Into::into)
    }
}

impl WireParty<'_> {
    fn is(&self, kind: &str) -> bool {
        self.kind.0.as_deref() == Some(kind)
    }

    /// Devices come as `UDDevice` in real events and as `Device` in the catalogue's samples.
    fn is_device(&self) -> bool {
        self.is("UDDevice") || self.is("Device")
    }

    fn id(&self) -> Option<&str> {
        self.id.0.as_deref().filter(|id| !id.is_empty())
    }

    fn name(&self) -> Option<&str> {
        self.display_name.0.as_deref().or(self.alternate_id.0.as_deref())
    }
}

/// A reading of a text of any form, or of an object.
fn reading_of(raw: &RawValue) -> RiskReading {
    match serde_json::from_str::<Value>(raw.get()) {
        Ok(Value::String(text)) => text_reading(&text),
        Ok(value @ Value::Object(_)) => change_reading(&value),
        _ => RiskReading::default(),
    }
}

/// The level that the sync keeps of an event; a date is added, for without one it is none.
#[cfg(test)]
pub(crate) fn told_risk_of(event: &str) -> Option<RiskLevel> {
    let rest = event.strip_prefix('{').expect("an object");
    let json = format!(r#"{{"uuid":"u1","published":"2026-10-05T14:02:11.000Z",{rest}"#);
    crate::page::parse_one::<WireEvent<'_>>(&json).expect("an event").told_risk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::parse_one;
    use domain::RiskLevel;

    fn read(rest: &str) -> LogEvent {
        let json = format!(r#"{{"uuid":"u1","published":"2026-10-05T14:02:11.000Z",{rest}}}"#);
        parse_one::<WireEvent<'_>>(&json).expect("an event")
    }

    #[test]
    fn null_anywhere_is_no_trap() {
        let event = read(
            r#""eventType":"user.session.start","version":0,"severity":null,"displayMessage":null,"actor":null,
            "client":{"zone":"null","geographicalContext":{"postalCode":94107}},"outcome":null,"target":null,
            "securityContext":null,"debugContext":{"debugData":null},"device":null,"authenticationContext":null"#,
        );
        assert_eq!((event.user, event.device, event.risk_level, event.outcome), (None, None, None, None));
        assert_eq!(&*event.event_type, "user.session.start");
    }

    #[test]
    fn whom_and_what_it_is_about() {
        let event = read(
            r#""eventType":"device.user.add","actor":{"id":"00uAdmin","type":"User","displayName":"Admin"},
            "target":[{"id":"0ua1","type":"AppUser"},{"id":"00u1","type":"User"},{"id":"guo1","type":"UDDevice"}],
            "outcome":{"result":"SUCCESS","reason":null}"#,
        );
        assert_eq!(event.user.as_ref().map(UserId::as_str), Some("00u1"), "the target wins over the actor");
        assert_eq!(event.device.as_ref().map(DeviceId::as_str), Some("guo1"));
        assert_eq!((event.actor_name.as_deref(), event.outcome.as_deref()), (Some("Admin"), Some("SUCCESS")));

        let event = read(
            r#""eventType":"device.signals.status.timeout","actor":{"id":"guo2","type":"Device"},"target":[]"#,
        );
        assert_eq!((event.user, event.device.as_ref().map(DeviceId::as_str)), (None, Some("guo2")));

        let event = read(
            r#""eventType":"policy.evaluate_sign_on","actor":{"id":"00u1","type":"User"},"target":[{"id":"guo1","type":"UDDevice"}],
            "device":{"id":"guo3","device_integrator":"{\"WSC\":{}}","managed":"false"}"#,
        );
        assert_eq!(event.device.as_ref().map(DeviceId::as_str), Some("guo3"), "the event's own device wins");
        assert_eq!(event.user.as_ref().map(UserId::as_str), Some("00u1"));
    }

    #[test]
    fn a_new_level_is_found_in_either_form() {
        let level = |kind: &str, rest: &str| read(&format!(r#""eventType":"{kind}",{rest}"#)).risk_level;
        let debug = |risk: &str| {
            level("user.risk.detect", &format!(r#""debugContext":{{"debugData":{{"risk":"{risk}"}}}}"#))
        };
        assert_eq!(debug("{level=HIGH}"), Some(RiskLevel::High));
        assert_eq!(debug("reasons=New ASN, New City, level=MEDIUM"), Some(RiskLevel::Medium));
        assert_eq!(debug("{previousLevel=LOW, level=HIGH, issuer=OKTA}"), Some(RiskLevel::High));
        assert_eq!(debug("{previousLevel=LOW}"), None);
        assert_eq!(debug("{level=}"), None);
        let structured = r#""securityContext":{"risk":{"level":"medium","reasons":["x"]}}"#;
        assert_eq!(level("user.risk.change", structured), Some(RiskLevel::Medium));
        assert_eq!(level("user.session.start", structured), None, "a login's risk is not the person's");
    }

    #[test]
    fn an_event_without_a_date_is_rejected_with_its_reason() {
        let body = r#"[{"uuid":"u1","published":"yesterday","eventType":"x"}]"#;
        let parsed = crate::page::parse_list::<WireEvent<'_>>(body).expect("the page is JSON");
        assert_eq!(&*parsed.rejected[0].reason, "the event has no date that can be read");
    }
}
