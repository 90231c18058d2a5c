//! The questions that are measured.

use domain::{Attribute, Condition, DeviceQuery, Facet, FacetFilter, SortColumn, SortKey, Test, Where};

/// Rows of a first page.
pub const PAGE: usize = 50;

/// A question with its name in tables.
pub struct Shape {
    pub name: &'static str,
    pub query: DeviceQuery,
    /// Whether an index could sort it; the highest risk among a device's people is in no column.
    pub indexed: bool,
    /// Whether it asks for a typed filter too, another one each time: devices not heard of for so many days.
    pub typed: bool,
}

/// Every shape, in the order of all results.
pub fn all() -> Vec<Shape> {
    let shape = |name, search: &str, filters: &[(Facet, &str)], column, descending| Shape {
        name,
        query: DeviceQuery {
            search: search.to_owned(),
            filters: filters.iter().map(|(facet, value)| FacetFilter::include(*facet, [*value])).collect(),
            conditions: Where::default(),
            sort: vec![SortKey { column, descending }],
        },
        indexed: column != SortColumn::Risk,
        typed: false,
    };
    let (macos, windows) = ((Facet::Platform, "MACOS"), (Facet::Platform, "WINDOWS"));
    let (unmanaged, bare) = ((Facet::Managed, "NOT_MANAGED"), (Facet::Encryption, "NONE"));
    vec![
        shape("everything, by name", "", &[], SortColumn::Name, false),
        shape("one platform, by name", "", &[macos], SortColumn::Name, false),
        shape("unmanaged, by last evidence", "", &[unmanaged], SortColumn::LastUpdated, true),
        shape("two filters, by risk", "", &[windows, bare], SortColumn::Risk, true),
        shape("a rare search, by last evidence", "ada lovelace", &[], SortColumn::LastUpdated, true),
        shape("a common search, by name", "apple", &[], SortColumn::Name, false),
        Shape { typed: true, ..shape("a typed filter, by name", "", &[], SortColumn::Name, false) },
    ]
}

impl Shape {
    /// The same question in its `n`th form: with a filter that is switched off, and dots that no word has.
    pub fn again(&self, n: usize) -> DeviceQuery {
        let mut query = self.query.clone();
        let mut off = FacetFilter::include(Facet::Lifecycle, [n.to_string()]);
        off.on = false;
        query.filters.push(off);
        if self.typed {
            // More days than answers are kept, so that none of them helps.
            let older = Test::Older(30 + (n % 60) as u32);
            query.conditions = Where::one(Condition::new(Attribute::LastUpdated, older));
        }
        if !query.search.is_empty() {
            query.search.push_str(&".".repeat(1 + n % 32));
        }
        query
    }
}

/// All devices in more orders than are kept at once.
pub fn orders() -> Vec<DeviceQuery> {
    let columns = [
        SortColumn::LastUpdated,
        SortColumn::Serial,
        SortColumn::Model,
        SortColumn::User,
        SortColumn::Created,
        SortColumn::OsVersion,
        SortColumn::Risk,
        SortColumn::Platform,
    ];
    let keys =
        columns.into_iter().flat_map(|column| [false, true].map(|descending| SortKey { column, descending }));
    keys.map(|key| DeviceQuery { sort: vec![key], ..DeviceQuery::default() }).collect()
}
