//! What an export tells about itself: which org and snapshot, which filter, which columns. A CSV has no place for it (a
//! comment line is no part of the format), so it stands in a second file; JSON and SQLite carry it inside.

use crate::{failure, org::Org};
use contract::{
    Failure,
    exports::{ExportDevices, ExportWhat},
};
use domain::{Attribute, DeviceQuery, DeviceSet, SnapshotId, SortKey};
use serde_json::{Value, json};

/// All that is told, in the order to show it.
pub(super) struct About {
    /// Without the ending.
    pub file_name: String,
    pub facts: Vec<(&'static str, Value)>,
}

impl About {
    /// As a file of its own.
    pub fn text(&self, rows: u64) -> String {
        let mut facts: serde_json::Map<String, Value> =
            self.facts.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        facts.insert("rows".to_owned(), rows.into());
        format!("{:#}\n", Value::Object(facts))
    }
}

pub(super) fn about(
    org: &Org,
    snapshot: SnapshotId,
    command: &ExportDevices,
    columns: &[Attribute],
) -> Result<About, Failure> {
    let known = org.cache.snapshot(snapshot).map_err(failure::cache)?;
    let at = known.map(|known| known.confirmed.to_rfc3339());
    let keys: Vec<&str> = std::iter::once("id").chain(columns.iter().map(|c| c.key())).collect();
    let mut facts = vec![
        ("org", json!(org.name)),
        ("snapshot", json!(snapshot.0)),
        ("as_of", json!(at)),
        ("exported", json!(org.now().to_rfc3339())),
        ("columns", json!(keys)),
    ];
    let (query, chosen) = match &command.what {
        ExportWhat::Found(query) => (Some(query), None),
        ExportWhat::Chosen(DeviceSet::Ids(ids)) => {
            (None, Some(format!("{} devices chosen by id", ids.len())))
        }
        ExportWhat::Chosen(DeviceSet::Matching { query, without, .. }) => {
            (Some(query), (!without.is_empty()).then(|| format!("all but {} devices", without.len())))
        }
    };
    facts.extend(chosen.map(|chosen| ("chosen", json!(chosen))));
    facts.extend(query.into_iter().flat_map(filter));
    let day: String = org.now().to_rfc3339().chars().filter(|c| c.is_ascii_digit()).take(12).collect();
    let what = if query.is_some_and(DeviceQuery::finds_all) && facts.iter().all(|(k, _)| *k != "chosen") {
        "devices-all"
    } else {
        "devices"
    };
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
    let org_name: String = org.name.chars().map(kept).collect();
    Ok(About { file_name: format!("{what}-{org_name}-snapshot-{}-{day}", snapshot.0), facts })
}

fn filter(query: &DeviceQuery) -> Vec<(&'static str, Value)> {
    let sort = |key: &SortKey| json!({ "column": key.column, "descending": key.descending });
    vec![
        ("search", json!(query.search)),
        ("filters", json!(query.filters.iter().filter(|f| f.on).collect::<Vec<_>>())),
        ("where", json!(query.conditions.to_string())),
        ("sort", json!(query.sort.iter().map(sort).collect::<Vec<_>>())),
    ]
}
