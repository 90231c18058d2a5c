//! States in our own form, as `domain::DeviceState` is written: read as leniently as everything else, so that a slip in one
//! table of a fixture does not cost the others.

use super::collect::Collector;
use super::host::{Gathered, Host, Place, row, table_name};
use super::json::Json;
use domain::{OsqueryPlatform, Reach, StateSource, Timestamp};

impl Collector<'_> {
    /// A state in our own form, handed on at once.
    pub(super) fn state(&mut self, json: Json, at: Place) {
        let word = |key: &str| json.get(key).and_then(Json::word).map(str::to_owned);
        let name = word("name").filter(|name| !name.is_empty()).unwrap_or_else(|| self.options.name.clone());
        let told = word("platform").and_then(|key| OsqueryPlatform::from_key(&key)).or(self.options.platform);
        let captured = word("captured").and_then(|time| time.parse().ok().map(Timestamp));
        let source = json.get("source").cloned().map(Json::into_value);
        let source = source.and_then(|source| serde_json::from_value::<StateSource>(source).ok());
        let Json::Map(entries) = json else { return };
        let tables = entries.into_iter().rfind(|(key, _)| key == "tables").map(|(_, tables)| tables);
        let mut host = Host { captured: captured.or(self.options.captured), ..Host::default() };
        let Some(Json::Map(tables)) = tables else { return };
        for (key, table) in tables {
            let name = table_name(&key, &mut self.notes, at);
            if host.tables.contains_key(&name) {
                self.note(at, format!("`{name}` is there twice; the last one counts."));
            }
            let gathered = self.gathered(&name, table, at);
            host.tables.insert(name, gathered);
        }
        self.emit(name, host, told, source.unwrap_or_default(), at);
    }

    /// One table of our own form. Its reach is as it says, and whole where it says nothing.
    fn gathered(&mut self, table: &str, json: Json, at: Place) -> Gathered {
        let reach =
            json.get("reach").cloned().map(|reach| serde_json::from_value::<Reach>(reach.into_value()));
        let mut gathered = Gathered { reach: Some(Reach::Whole), ..Gathered::default() };
        match reach {
            None => {}
            Some(Ok(reach)) => gathered.reach = Some(reach),
            Some(Err(_)) => {
                gathered.partial = true;
                self.note(
                    at,
                    format!("How far `{table}` reaches could not be read; it counts as not whole."),
                );
            }
        }
        let rows = match json {
            Json::Map(entries) => entries.into_iter().rfind(|(key, _)| key == "rows").map(|(_, rows)| rows),
            rows => Some(rows),
        };
        for value in match rows {
            Some(Json::List(rows)) => rows,
            Some(_) => {
                gathered.partial = true;
                Vec::new()
            }
            None => Vec::new(),
        } {
            match value {
                Json::Map(entries) => gathered.rows.push(row(table, entries, &mut self.notes, at)),
                _ => {
                    gathered.partial = true;
                    self.note(at, format!("A row of `{table}` is no object; it was left out."));
                }
            }
        }
        gathered
    }
}
