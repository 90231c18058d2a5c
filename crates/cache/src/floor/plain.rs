//! What the questions of a list cost in plain SQL, on the same file, by the same rows: what the fleet is measured against.
//!
//! It asks of the newest snapshot only, and does less than the fleet wherever the two differ: it counts eight of the eleven
//! facets (the others would have to be computed), does not put the unknown last, and keeps a quarter of a gigabyte of
//! decrypted pages.

use crate::device::{ROW, ROW_LEN, read_row};
use crate::device_link::SET_BITS;
use crate::open::{self, Role};
use crate::{Key, Result, search};
use domain::{Attribute, DeviceQuery, Facet, SortColumn, Test, Timestamp};
use rusqlite::{Connection, params_from_iter};
use std::path::Path;

const CURRENT: &str = "d.valid_to = 9223372036854775807";
/// The highest level among a device's users, the highest first.
const RISK: &str = "(SELECT min(CASE r.level WHEN 'HIGH' THEN 1 WHEN 'MEDIUM' THEN 2 WHEN 'LOW' THEN 3 ELSE 4 END)
    FROM device_link l JOIN user_risk r ON r.pk = l.user AND r.valid_to = 9223372036854775807 WHERE l.links = d.links)";
/// What a schema made for these sorts would have. The cache has none of them: each would be written at every sync, and
/// no number of them covers every filter with every sort.
const INDEXES: &str = "
    CREATE INDEX plain_name ON device (name COLLATE NOCASE) WHERE valid_to = 9223372036854775807;
    CREATE INDEX plain_platform ON device (platform, name COLLATE NOCASE) WHERE valid_to = 9223372036854775807;
    CREATE INDEX plain_encryption ON device (encryption, platform) WHERE valid_to = 9223372036854775807;
    CREATE INDEX plain_managed ON device (managed, last_updated) WHERE valid_to = 9223372036854775807;
    CREATE INDEX plain_updated ON device (last_updated) WHERE valid_to = 9223372036854775807;
    ANALYZE;";

/// A connection to a cache file with nothing around it.
pub struct Plain(Connection);

impl Plain {
    /// Opens the file to read.
    pub fn open(path: &Path, key: &Key) -> Result<Self> {
        let connection = open::connect(path, key, Role::Reader)?;
        connection.execute_batch("PRAGMA cache_size = -262144")?;
        Ok(Self(connection))
    }

    /// Adds an index for every sort that is measured. For a copy of a cache.
    pub fn index(path: &Path, key: &Key) -> Result<()> {
        let writer = open::connect(path, key, Role::Writer)?;
        writer.execute_batch(INDEXES)?;
        Ok(())
    }

    /// Any rows, as they come. Answers how many there were.
    pub fn some_rows(&self, limit: usize) -> Result<usize> {
        self.read(&format!("SELECT {ROW}, NULL FROM {} WHERE {CURRENT} LIMIT {limit}", tables("")), &[])
    }

    /// The first rows of an answer. Answers how many there were.
    pub fn rows(&self, query: &DeviceQuery, limit: usize) -> Result<usize> {
        let (condition, values) = condition(query, None);
        let (risk, order) = match query.sort.first().map(|key| (key.column, key.descending)) {
            Some((SortColumn::Risk, _)) => (RISK, "risk NULLS LAST, d.name COLLATE NOCASE"),
            Some((SortColumn::LastUpdated, true)) => ("NULL", "d.last_updated DESC"),
            Some((SortColumn::LastUpdated, false)) => ("NULL", "d.last_updated"),
            _ => ("NULL", "d.name COLLATE NOCASE"),
        };
        let sql = format!(
            "SELECT {ROW}, {risk} AS risk FROM {} WHERE {condition} ORDER BY {order} LIMIT {limit}",
            tables(&query.search)
        );
        self.read(&sql, &values)
    }

    /// How many devices match, and how many have each value of each facet under the filters of the others. Answers the
    /// number of counts.
    pub fn counts(&self, query: &DeviceQuery) -> Result<usize> {
        let tables = tables(&query.search);
        let mut counts = 1;
        let (all, values) = condition(query, None);
        let sql = format!("SELECT count(*) FROM {tables} WHERE {all}");
        self.0.prepare_cached(&sql)?.query_row(params_from_iter(&values), |row| row.get::<_, i64>(0))?;
        for (facet, column) in Facet::ALL.into_iter().filter_map(|facet| Some((facet, column(facet)?))) {
            let (condition, values) = condition(query, Some(facet));
            let sql = format!("SELECT {column}, count(*) FROM {tables} WHERE {condition} GROUP BY {column}");
            let mut statement = self.0.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(&values))?;
            while let Some(row) = rows.next()? {
                row.get::<_, i64>(1)?;
                counts += 1;
            }
        }
        Ok(counts)
    }

    fn read(&self, sql: &str, values: &[String]) -> Result<usize> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            read_row(row, None)?;
            row.get_ref(ROW_LEN)?;
            count += 1;
        }
        Ok(count)
    }
}

/// The tables of a question. A search comes first: its matches are few.
fn tables(search: &str) -> String {
    let found = search::words(search).into_iter().map(|word| {
        format!("SELECT rowid AS doc FROM device_search WHERE device_search MATCH '\"{word}\" *'")
    });
    let devices = match found.reduce(|all, one| format!("{all} INTERSECT {one}")) {
        Some(found) => {
            format!("({found}) f CROSS JOIN device d ON d.pk = f.doc >> {SET_BITS} AND d.doc = f.doc")
        }
        None => "device d".to_owned(),
    };
    format!("{devices} CROSS JOIN device_id i ON i.pk = d.pk")
}

/// The filters as a condition with its values, without those of one facet.
fn condition(query: &DeviceQuery, except: Option<Facet>) -> (String, Vec<String>) {
    let (mut condition, mut values) = (CURRENT.to_owned(), Vec::new());
    let filters = query.filters.iter().filter(|filter| filter.on && Some(filter.facet) != except);
    for (filter, column) in filters.filter_map(|filter| Some((filter, column(filter.facet)?))) {
        let places = vec!["?"; filter.values.len()].join(", ");
        condition.push_str(&format!(" AND {column} IN ({places})"));
        values.extend(filter.values.iter().cloned());
    }
    // Of the typed filters, the one that is measured.
    for typed in query.conditions.conditions().filter(|typed| typed.attribute == Attribute::LastUpdated) {
        if let Test::Older(days) = typed.test {
            let day = Timestamp::DAY;
            condition.push_str(&format!(
                " AND d.last_updated <= (SELECT max(finished) FROM run) - {days} * {day}"
            ));
        }
    }
    (condition, values)
}

/// The column of a facet that is a column.
fn column(facet: Facet) -> Option<&'static str> {
    match facet {
        Facet::Platform => Some("d.platform"),
        Facet::Managed => Some("d.managed"),
        Facet::Lifecycle => Some("d.status"),
        Facet::Encryption => Some("d.encryption"),
        Facet::ScreenLock => Some("d.screen_lock"),
        Facet::SecureHardware => Some("d.secure_hardware"),
        Facet::Registered => Some("d.registered"),
        Facet::Users => Some("d.users"),
        Facet::LastEvidence | Facet::Os | Facet::Risk => None,
    }
}
