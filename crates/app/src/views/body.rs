//! What is kept of a saved view, as text. Read part by part, since another version may have written it: a facet, a filter or
//! a column that is not known here is left out and named.

use domain::{Attribute, DeviceQuery, FacetFilter, SortKey, Where};
use serde_json::{Value, json};

/// A view as far as it is known here.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Read {
    pub query: DeviceQuery,
    pub columns: Option<Vec<String>>,
    /// What was left out, in words.
    pub lost: Vec<String>,
}

pub(super) fn write(query: &DeviceQuery, columns: Option<&[String]>) -> String {
    json!({
        "search": query.search,
        "filters": query.filters,
        "where": query.conditions.to_string(),
        "sort": query.sort,
        "columns": columns,
    })
    .to_string()
}

/// The text as JSON; one that is none is nothing.
pub(super) fn value(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or(Value::Null)
}

pub(super) fn read(body: &str) -> Read {
    let body = value(body);
    let mut read = Read::default();
    if !body.is_object() {
        read.lost.push("everything but the name, which is all that can be read".to_owned());
        return read;
    }
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    read.query.search = text("search").to_owned();
    for filter in list(&body["filters"]) {
        match serde_json::from_value::<FacetFilter>(filter.clone()) {
            Ok(filter) => read.query.filters.push(filter),
            Err(_) => read.lost.push(format!("the filter on {}", name(filter, "facet"))),
        }
    }
    match Where::parse(text("where")) {
        Ok(conditions) => read.query.conditions = conditions,
        Err(mistake) => read.lost.push(format!("the filter {} ({mistake})", text("where"))),
    }
    for key in list(&body["sort"]) {
        match serde_json::from_value::<SortKey>(key.clone()) {
            Ok(key) => read.query.sort.push(key),
            Err(_) => read.lost.push(format!("the order by {}", name(key, "column"))),
        }
    }
    if let Some(columns) = body["columns"].as_array() {
        let keys: Vec<String> = columns.iter().map(|c| c.as_str().unwrap_or("?").to_owned()).collect();
        let (known, gone): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|key| Attribute::from_key(key).is_some());
        read.lost.extend(gone.into_iter().map(|key| format!("the column {key}")));
        read.columns = Some(known).filter(|known| !known.is_empty());
    }
    read
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn name(value: &Value, key: &str) -> String {
    value[key].as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Facet, SortColumn};

    #[test]
    fn a_view_is_read_back() {
        let query = DeviceQuery {
            search: "lab".to_owned(),
            filters: vec![FacetFilter { on: false, ..FacetFilter::include(Facet::Os, ["MACOS 15"]) }],
            conditions: Where::parse("os < 15.6.1 or jailbreak is yes").expect("a filter"),
            sort: vec![SortKey { column: SortColumn::Model, descending: true }],
        };
        let columns = vec!["name".to_owned(), "udid".to_owned()];
        let read = read(&write(&query, Some(&columns)));
        assert_eq!(read, Read { query, columns: Some(columns), lost: Vec::new() });
    }

    #[test]
    fn what_is_not_known_any_more_is_left_out_and_named() {
        let body = json!({
            "filters": [{ "facet": "colour", "values": ["RED"] }, { "facet": "platform", "values": ["IOS"] }],
            "where": "shoe_size > 3",
            "sort": [{ "column": "shoe_size" }, { "column": "name" }],
            "columns": ["name", "shoe_size", 7],
        });
        let read = read(&body.to_string());
        assert_eq!(read.query.filters, [FacetFilter::include(Facet::Platform, ["IOS"])]);
        assert_eq!(read.query.sort, [SortKey { column: SortColumn::Name, descending: false }]);
        assert_eq!(read.columns, Some(vec!["name".to_owned()]));
        assert_eq!(read.lost.len(), 5, "{:?}", read.lost);
    }

    #[test]
    fn nonsense_is_a_view_of_everything_that_says_so() {
        for body in ["", "[]", "null", "{\"filters\": 3"] {
            let read = read(body);
            assert_eq!(read.query, DeviceQuery::default());
            assert_eq!(read.lost.len(), 1, "{body}");
        }
    }
}
