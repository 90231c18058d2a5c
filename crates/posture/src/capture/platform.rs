//! Which platform a device has, told from what its tables say and from which tables it has.

use crate::Catalogue;
use domain::{OsqueryPlatform, TableState};
use std::collections::BTreeMap;

/// `None` where it could be more than one.
pub(super) fn told_by(tables: &BTreeMap<String, TableState>) -> Option<OsqueryPlatform> {
    said(tables, "os_version", "platform").or_else(|| said(tables, "osquery_info", "build_platform")).or_else(
        || {
            let catalogue = Catalogue::shipped();
            let fits = |platform: &OsqueryPlatform| {
                tables.keys().filter_map(|name| catalogue.table(name)).all(|table| table.is_on(*platform))
            };
            let mut fitting = OsqueryPlatform::ALL.into_iter().filter(fits);
            fitting.next().filter(|_| fitting.next().is_none())
        },
    )
}

/// What a column says in the words of osquery's `platform`: on Linux it is the distribution's name.
fn said(tables: &BTreeMap<String, TableState>, table: &str, column: &str) -> Option<OsqueryPlatform> {
    let value = tables.get(table)?.rows.first()?.get(column)?.as_deref().filter(|value| !value.is_empty())?;
    Some(OsqueryPlatform::from_key(value).unwrap_or(OsqueryPlatform::Linux))
}
