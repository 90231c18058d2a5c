//! A captured state read only as far as a query needs it: of a fleet's states a check reads a table or two, and the others are
//! passed over without being taken apart. Knows no file: what comes in is a state in the program's own form.

use crate::Catalogue;
use domain::{DeviceState, OsqueryPlatform, StateSource, TableState, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A state whose tables are still text.
#[derive(Deserialize)]
struct Sealed<'a> {
    name: String,
    platform: OsqueryPlatform,
    #[serde(default)]
    source: StateSource,
    #[serde(default)]
    captured: Option<Timestamp>,
    #[serde(borrow)]
    tables: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

/// Reads a state from its JSON, with those of its tables alone that are read under these names of the catalogue or their
/// aliases. The others are only looked at as far as JSON has to be to find where they end.
pub fn read_part(json: &str, tables: &[&str]) -> serde_json::Result<DeviceState> {
    let catalogue = Catalogue::shipped();
    let wanted = |name: &str| {
        let named = catalogue.table(name).map_or(name, |table| &table.name);
        tables.iter().any(|table| table.eq_ignore_ascii_case(named))
    };
    let sealed: Sealed<'_> = serde_json::from_str(json)?;
    let mut opened = BTreeMap::new();
    for (name, text) in sealed.tables {
        if wanted(&name) {
            opened.insert(name.into_owned(), serde_json::from_str::<TableState>(text.get())?);
        }
    }
    Ok(DeviceState {
        name: sealed.name,
        platform: sealed.platform,
        source: sealed.source,
        captured: sealed.captured,
        tables: opened,
    })
}
