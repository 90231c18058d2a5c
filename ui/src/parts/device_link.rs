//! Links to lists of devices: the filter, the order and the open device are all in the address, so that any view can be
//! copied, gone back to and opened again.

use crate::{
    address::View,
    filters::{sort_by, toggle},
};
use domain::{DeviceId, DeviceQuery, Facet, FacetFilter, SortColumn, SortKey, Where};
use form_urlencoded::{Serializer, parse};

/// What the address of the Devices page says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DevicesView {
    pub query: DeviceQuery,
    /// The device in the pane beside the list.
    pub open: Option<DeviceId>,
    /// A typed filter that can't be read: shown with its mistake, and not applied.
    pub unread: Option<String>,
}

impl DevicesView {
    /// Every device with this value of the facet.
    pub fn of(facet: Facet, value: &str) -> Self {
        let filters = vec![FacetFilter::include(facet, [value])];
        Self { query: DeviceQuery { filters, ..DeviceQuery::default() }, ..Self::default() }
    }

    /// Reads the part of an address after `?`. What makes no sense is left out: an old link still opens.
    pub fn parse(search: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in parse(search.trim_start_matches('?').as_bytes()) {
            match key.as_ref() {
                "q" => view.query.search = value.into_owned(),
                "where" => match Where::parse(&value) {
                    Ok(conditions) => view.query.conditions = conditions,
                    Err(_) => view.unread = Some(value.into_owned()),
                },
                "id" => view.open = Some(DeviceId::from(value.as_ref())),
                "sort" => view.query.sort = value.split(',').filter_map(sort_key).collect(),
                "off" => view
                    .query
                    .filters
                    .iter_mut()
                    .filter(|f| f.facet.key() == value)
                    .for_each(|f| f.on = false),
                key => {
                    let (name, exclude) = key.strip_prefix("not.").map_or((key, false), |name| (name, true));
                    if let Some(facet) = Facet::from_key(name) {
                        view.add(facet, value.into_owned(), exclude);
                    }
                }
            }
        }
        view
    }

    fn add(&mut self, facet: Facet, value: String, exclude: bool) {
        let filters = &mut self.query.filters;
        match filters.iter_mut().find(|f| f.facet == facet && f.exclude == exclude) {
            Some(filter) => filter.values.push(value),
            None => filters.push(FacetFilter { facet, values: vec![value], exclude, on: true }),
        }
    }

    /// The address.
    pub fn href(&self) -> String {
        const START: &str = "/devices?";
        let mut out = Serializer::for_suffix(START.to_owned(), START.len());
        if !self.query.search.is_empty() {
            out.append_pair("q", &self.query.search);
        }
        for filter in &self.query.filters {
            let key = format!("{}{}", if filter.exclude { "not." } else { "" }, filter.facet.key());
            filter.values.iter().for_each(|value| {
                out.append_pair(&key, value);
            });
            if !filter.on {
                out.append_pair("off", filter.facet.key());
            }
        }
        if let Some(text) = &self.unread {
            out.append_pair("where", text);
        } else if !self.query.conditions.is_empty() {
            out.append_pair("where", &self.query.conditions.to_string());
        }
        if !self.query.sort.is_empty() {
            let sort = self.query.sort.iter().map(|key| {
                let sign = if key.descending { "-" } else { "" };
                format!("{sign}{}", column_key(key.column))
            });
            out.append_pair("sort", &sort.collect::<Vec<_>>().join(","));
        }
        if let Some(id) = &self.open {
            out.append_pair("id", id.as_str());
        }
        out.finish().trim_end_matches('?').to_owned()
    }

    /// Asks for everything again, in the same order and with the same device open.
    pub fn widen(&mut self) {
        self.query = DeviceQuery { sort: std::mem::take(&mut self.query.sort), ..DeviceQuery::default() };
        self.unread = None;
    }

    /// The filter on this facet, if there is one.
    pub fn filter(&self, facet: Facet) -> Option<&FacetFilter> {
        self.query.filters.iter().find(|f| f.facet == facet)
    }

    /// Adds the value to the facet's filter, or takes it out; an excluded value and an included one do not mix.
    pub fn toggle(&mut self, facet: Facet, value: &str, exclude: bool) {
        toggle(&mut self.query.filters, facet, value, exclude);
    }

    /// The order in force. Until somebody sorts, people at risk stand first.
    pub fn sort(&self) -> Vec<SortKey> {
        if self.query.sort.is_empty() {
            return vec![SortKey { column: SortColumn::Risk, descending: true }];
        }
        self.query.sort.clone()
    }

    /// The query with the order in force.
    pub fn ordered(&self) -> DeviceQuery {
        DeviceQuery { sort: self.sort(), ..self.query.clone() }
    }

    /// A click on a column's head: up, down, unsorted. `add` keeps the other keys.
    pub fn sort_by(&mut self, column: SortColumn, add: bool) {
        let usual = self.sort();
        sort_by(&mut self.query.sort, usual, column, add);
    }
}

impl View for DevicesView {
    const PATH: &'static str = "/devices";

    fn parse(search: &str) -> Self {
        Self::parse(search)
    }

    fn href(&self) -> String {
        self.href()
    }
}

/// The name of a sort column in a link; the same text that serde writes.
pub fn column_key(column: SortColumn) -> &'static str {
    COLUMNS.iter().find(|(c, _)| *c == column).map_or("name", |(_, key)| key)
}

/// The sort column of this name.
pub fn column_of(key: &str) -> Option<SortColumn> {
    COLUMNS.iter().find(|(_, k)| *k == key).map(|(c, _)| *c)
}

const COLUMNS: [(SortColumn, &str); 18] = [
    (SortColumn::Name, "name"),
    (SortColumn::Platform, "platform"),
    (SortColumn::OsVersion, "os_version"),
    (SortColumn::Model, "model"),
    (SortColumn::Serial, "serial"),
    (SortColumn::Lifecycle, "lifecycle"),
    (SortColumn::Managed, "managed"),
    (SortColumn::Risk, "risk"),
    (SortColumn::Encryption, "encryption"),
    (SortColumn::ScreenLock, "screen_lock"),
    (SortColumn::SecureHardware, "secure_hardware"),
    (SortColumn::Registered, "registered"),
    (SortColumn::User, "user"),
    (SortColumn::Users, "users"),
    (SortColumn::Created, "created"),
    (SortColumn::LastUpdated, "last_updated"),
    (SortColumn::Manufacturer, "manufacturer"),
    (SortColumn::Jailbreak, "jailbreak"),
];

fn sort_key(text: &str) -> Option<SortKey> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    column_of(name).map(|column| SortKey { column, descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_all_of_a_view() {
        let mut view = DevicesView::of(Facet::Platform, "MACOS");
        view.query.search = "50% & \"Zofia\"=?#".into();
        view.toggle(Facet::Platform, "WINDOWS", false);
        view.toggle(Facet::Risk, "~", true);
        view.query.filters[1].on = false;
        view.sort_by(SortColumn::Name, true);
        view.sort_by(SortColumn::Name, true);
        view.open = Some("guo4nw7device00001d7".into());
        view.query.conditions =
            Where::parse("(name contains \"a&b=c\") or (os < 15 or unknown)").expect("a filter");
        let href = view.href();
        let (_, search) = href.split_once('?').expect("has a query");
        assert_eq!(DevicesView::parse(search), view, "{href}");
    }

    #[test]
    fn nonsense_in_an_address_is_left_out() {
        let view = DevicesView::parse("?nosuch=1&platform=MACOS&sort=shoe,-name&off=risk&%ff=%");
        assert_eq!(view.query.filters, [FacetFilter::include(Facet::Platform, ["MACOS"])]);
        assert_eq!(view.query.sort, [SortKey { column: SortColumn::Name, descending: true }]);
    }

    #[test]
    fn a_filter_with_a_mistake_stays_as_it_is_written() {
        let view = DevicesView::parse("?where=os+%3C+15.x");
        assert_eq!(view.unread.as_deref(), Some("os < 15.x"));
        assert!(view.query.conditions.is_empty());
        assert_eq!(DevicesView::parse(view.href().split_once('?').expect("a query").1), view);
    }

    #[test]
    fn a_value_is_toggled() {
        let mut view = DevicesView::default();
        view.toggle(Facet::Managed, "MANAGED", false);
        view.toggle(Facet::Managed, "MANAGED", true);
        assert!(view.filter(Facet::Managed).is_some_and(|f| f.exclude && f.values == ["MANAGED"]));
        view.toggle(Facet::Managed, "MANAGED", true);
        assert_eq!(view, DevicesView::default());
        assert_eq!(view.href(), "/devices");
    }

    #[test]
    fn a_column_key_is_what_serde_writes() {
        for (column, key) in COLUMNS {
            assert_eq!(serde_json::to_string(&column).expect("writes"), format!("\"{key}\""));
        }
    }
}
