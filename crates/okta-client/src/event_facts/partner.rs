//! The risk that a partner's security event token reports, as the log keeps its claims.

use super::{Debug, member, object, risk::reasons};
use domain::{RiskLevel, RiskReading, RiskScope, risk_level_of};
use serde_json::Value;

/// Names under which the claims were seen.
pub(crate) const NAMES: [&str; 3] =
    ["securityeventsproviderreportedrisk", "partnerriskreportdata", "partnerrisk"];
/// Claims stand a few levels deep; anything deeper is not looked at.
const DEEPEST: usize = 6;

/// What a partner said, with the JSON it was read from.
pub(super) fn reported(debug: &Debug<'_>) -> Option<(RiskScope, RiskReading, String)> {
    let said = NAMES.into_iter().find_map(|name| debug.object(name))?;
    Some((RiskScope::Entity, read(&said)?, said.to_string()))
}

/// The level alone, from the first of these pieces of JSON that can be read.
pub(crate) fn level<'r>(mut said: impl Iterator<Item = &'r str>) -> Option<RiskLevel> {
    let said = said.find_map(|raw| object(&serde_json::from_str(raw).ok()?))?;
    read(&said)?.level
}

fn read(said: &Value) -> Option<RiskReading> {
    let claims = claims(said, DEEPEST)?;
    let level = |name: &str| member(claims, name).and_then(Value::as_str).and_then(risk_level_of);
    Some(RiskReading {
        level: level("currentlevel").or_else(|| level("level")),
        previous: level("previouslevel"),
        detection: None,
        reasons: member(claims, "reasonadmin").map(reasons).unwrap_or_default(),
        issuer: member(said, "issuer")
            .or_else(|| member(said, "iss"))
            .and_then(Value::as_str)
            .map(Into::into),
    })
}

/// The object that tells a level, wherever it stands.
fn claims(value: &Value, depth: usize) -> Option<&Value> {
    if member(value, "currentlevel").is_some() {
        return Some(value);
    }
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Object(map) => map.values().find_map(|inner| claims(inner, depth)),
        Value::Array(list) => list.iter().find_map(|inner| claims(inner, depth)),
        _ => None,
    }
}
