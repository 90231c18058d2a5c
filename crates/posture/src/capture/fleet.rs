//! Fleet's reports: rows of one query by host, as a list, one after the other, or in the object that its API answers with.

use super::CaptureError;
use super::collect::Collector;
use super::host::{Place, row, row_size};
use super::json::Json;
use domain::Timestamp;

impl Collector<'_> {
    /// Rows of a report; a whole report holds them in `results`, and the host beside them or in each.
    pub(super) fn fleet(&mut self, json: Json, at: Place) -> Result<(), CaptureError> {
        let Some(table) = self.table.clone() else {
            self.file.homeless = true;
            self.note(at, String::from("Nothing says which table these rows are of; they were left out."));
            return Ok(());
        };
        if json.get("report_clipped") == Some(&Json::Bool(true)) {
            self.file.partial = true;
            self.note(at, String::from("Fleet cut this report, so rows are missing from it."));
        }
        let outer = host_of(&json);
        let rows = match json {
            Json::Map(entries) if entries.iter().any(|(key, _)| key == "results") => {
                let results = entries.into_iter().rfind(|(key, _)| key == "results");
                match results {
                    Some((_, Json::List(rows))) => rows,
                    _ => Vec::new(),
                }
            }
            one => vec![one],
        };
        let (told, reach) = (self.options.captured, self.options.reach.clone());
        for value in rows {
            let name = host_of(&value).or_else(|| outer.clone()).unwrap_or_else(|| self.options.name.clone());
            let fetched = value.get("last_fetched").and_then(Json::word).and_then(Timestamp::parse);
            let Json::Map(entries) = value else { continue };
            let columns = entries.into_iter().rfind(|(key, _)| key == "columns");
            let Some((_, Json::Map(columns))) = columns else { continue };
            let row = row(&table, columns, &mut self.notes, at);
            let size = row_size(&row);
            let host = self.host(name, &table, at)?;
            host.captured = host.captured.max(fetched.or(told));
            let gathered = host.tables.entry(table.clone()).or_default();
            gathered.reach.clone_from(&reach);
            gathered.push(row);
            self.hold(size, 0, at)?;
        }
        Ok(())
    }
}

/// What Fleet calls a host, in one place or another.
fn host_of(json: &Json) -> Option<String> {
    ["host_hostname", "host_display_name", "host_name", "hostname", "host_id"]
        .iter()
        .find_map(|key| json.get(key).and_then(Json::word).filter(|name| !name.is_empty()))
        .map(str::to_owned)
}
