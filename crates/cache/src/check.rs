//! Looking for what should never be: damaged pages, rows that contradict each other, rows of a run that is not there.
//! Changes nothing.

use crate::version::{OPEN, Table};
use crate::{Result, Store};

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub rule: &'static str,
    /// What was found.
    pub detail: String,
}

impl Store {
    /// Checks the whole file; an empty list is good. It reads every page, so it takes as long as reading the file.
    pub fn check(&self) -> Result<Vec<Finding>> {
        let reader = self.reader()?;
        let mut findings = Vec::new();
        let mut statement = reader.prepare("PRAGMA quick_check(20)")?;
        for line in statement.query_map([], |row| row.get::<_, String>(0))? {
            let detail = line?;
            if detail != "ok" {
                findings.push(Finding { rule: "pages are whole", detail });
            }
        }
        for (rule, sql) in rules() {
            let count: i64 = reader.query_row(&sql, [], |row| row.get(0))?;
            if count > 0 {
                findings.push(Finding { rule, detail: format!("{count} rows") });
            }
        }
        Ok(findings)
    }
}

/// Rules as queries that count what breaks them.
fn rules() -> Vec<(&'static str, String)> {
    let mut rules = Vec::new();
    for table in Table::ALL.map(Table::name) {
        rules.push((
            "an entity has at most one current row",
            format!("SELECT count(*) FROM (SELECT pk FROM {table} WHERE valid_to = {OPEN} GROUP BY pk HAVING count(*) > 1)"),
        ));
        rules.push((
            "versions of an entity do not overlap",
            format!(
                "SELECT count(*) FROM (SELECT valid_from, lag(valid_to) OVER (PARTITION BY pk ORDER BY valid_from, id) AS before
                 FROM {table} WHERE valid_to > valid_from) WHERE before > valid_from"
            ),
        ));
        rules.push((
            "rows belong to a run",
            format!(
                "SELECT count(*) FROM {table} WHERE valid_from NOT IN (SELECT id FROM run)
                 OR (valid_to <> {OPEN} AND valid_to NOT IN (SELECT id FROM run))"
            ),
        ));
        rules.push((
            "raw data is there",
            format!("SELECT count(*) FROM {table} WHERE raw NOT IN (SELECT id FROM raw)"),
        ));
    }
    rules.push((
        "at most one run is open",
        "SELECT max(count(*) - 1, 0) FROM run WHERE finished IS NULL".to_owned(),
    ));
    rules.push((
        "each device version has its search text",
        "SELECT count(*) FROM device WHERE doc NOT IN (SELECT id FROM device_search_docsize)".to_owned(),
    ));
    rules.push((
        "each search text has its device version",
        "SELECT count(*) FROM device_search_docsize WHERE id NOT IN (SELECT doc FROM device)".to_owned(),
    ));
    rules.push((
        "each user version has its search text",
        "SELECT count(*) FROM user WHERE doc NOT IN (SELECT id FROM user_search_docsize)".to_owned(),
    ));
    rules.push((
        "each user's search text has its version",
        "SELECT count(*) FROM user_search_docsize WHERE id NOT IN (SELECT doc FROM user)".to_owned(),
    ));
    rules.push((
        "each device version has its links",
        "SELECT count(*) FROM device d
         WHERE coalesce(users, 0) <> (SELECT count(*) FROM device_link l WHERE l.links = d.links)"
            .to_owned(),
    ));
    rules.push((
        "each link has its device version",
        "SELECT count(*) FROM device_link WHERE links NOT IN (SELECT links FROM device)".to_owned(),
    ));
    rules.push((
        "each log event has its JSON",
        "SELECT count(*) FROM log_event WHERE raw NOT IN (SELECT id FROM raw)".to_owned(),
    ));
    rules.push((
        "the log's numbers are those of its events",
        "SELECT abs((SELECT count(*) FROM log_event) - (SELECT coalesce(sum(n), 0) FROM log_count))
            + abs((SELECT count(*) FROM log_event) - (SELECT coalesce(sum(events), 0) FROM log_chunk))"
            .to_owned(),
    ));
    rules.push((
        "a snapshot has its numbers",
        "SELECT count(*) FROM run WHERE finished IS NOT NULL AND id NOT IN (SELECT snapshot FROM snapshot_count)".to_owned(),
    ));
    rules
}
