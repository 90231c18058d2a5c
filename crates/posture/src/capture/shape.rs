//! Tells what an object of a capture is by its keys.

use super::json::Json;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Our own form.
    State,
    /// A line of osqueryd's result log.
    LogLine,
    /// A line of its status log.
    Status,
    /// Fleet's report: rows by host in one object.
    FleetReport,
    /// One row of it.
    FleetRow,
    /// Lists of rows by table.
    Tables,
    Row,
}

pub(super) fn of(json: &Json) -> Shape {
    let is_map = |key| matches!(json.get(key), Some(Json::Map(_)));
    let is_list = |key| matches!(json.get(key), Some(Json::List(_)));
    let has = |key| json.get(key).is_some();
    let Json::Map(entries) = json else { return Shape::Row };
    if is_map("tables") {
        Shape::State
    } else if is_list("snapshot") || is_map("diffResults") || (is_map("columns") && has("action")) {
        Shape::LogLine
    } else if is_map("columns") {
        Shape::FleetRow
    } else if let Some(Json::List(results)) = json.get("results")
        && results.iter().all(|row| matches!(row.get("columns"), Some(Json::Map(_))))
        && entries.len() > 1
    {
        Shape::FleetReport
    } else if has("severity") && has("message") && has("hostIdentifier") {
        Shape::Status
    } else if !entries.is_empty() && entries.iter().all(|(_, value)| is_rows(value)) {
        Shape::Tables
    } else {
        Shape::Row
    }
}

fn is_rows(value: &Json) -> bool {
    matches!(value, Json::List(rows) if rows.iter().all(|row| matches!(row, Json::Map(_))))
}
