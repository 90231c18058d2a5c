//! Links to lists of people and to one person: the filter, the order and the open person are all in the address.

use crate::{
    address::View,
    filters::{sort_by, toggle},
};
use domain::{FacetFilter, SortKey, UserColumn, UserFacet, UserId, UserQuery};
use form_urlencoded::{Serializer, parse};

/// What the address of the Users page says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UsersView {
    pub query: UserQuery,
    /// The person in the pane beside the list.
    pub open: Option<UserId>,
}

impl UsersView {
    /// One person, beside the list of all.
    pub fn person(id: &UserId) -> Self {
        Self { query: UserQuery::default(), open: Some(id.clone()) }
    }

    /// The filter on this facet, if there is one.
    pub fn filter(&self, facet: UserFacet) -> Option<&FacetFilter<UserFacet>> {
        self.query.filters.iter().find(|f| f.facet == facet)
    }

    /// Adds the value to the facet's filter, or takes it out.
    pub fn toggle(&mut self, facet: UserFacet, value: &str, exclude: bool) {
        toggle(&mut self.query.filters, facet, value, exclude);
    }

    /// The order in force. Until somebody sorts, people at risk stand first, and after them those who were.
    pub fn sort(&self) -> Vec<SortKey<UserColumn>> {
        if self.query.sort.is_empty() { usual() } else { self.query.sort.clone() }
    }

    /// The query with the order in force.
    pub fn ordered(&self) -> UserQuery {
        UserQuery { sort: self.sort(), ..self.query.clone() }
    }

    /// A click on a column's head.
    pub fn sort_by(&mut self, column: UserColumn, add: bool) {
        sort_by(&mut self.query.sort, usual(), column, add);
    }
}

fn usual() -> Vec<SortKey<UserColumn>> {
    [UserColumn::Risk, UserColumn::PeakRisk].map(|column| SortKey { column, descending: true }).into()
}

impl View for UsersView {
    const PATH: &'static str = "/users";

    fn parse(search: &str) -> Self {
        let mut view = Self::default();
        let filters = &mut view.query.filters;
        for (key, value) in parse(search.trim_start_matches('?').as_bytes()) {
            match key.as_ref() {
                "q" => view.query.search = value.into_owned(),
                "id" => view.open = Some(UserId::from(value.as_ref())),
                "sort" => view.query.sort = value.split(',').filter_map(sort_key).collect(),
                "off" => {
                    filters.iter_mut().filter(|f| f.facet.key() == value).for_each(|f| f.on = false);
                }
                key => {
                    let (name, exclude) = key.strip_prefix("not.").map_or((key, false), |name| (name, true));
                    let Some(facet) = UserFacet::from_key(name) else { continue };
                    match filters.iter_mut().find(|f| f.facet == facet && f.exclude == exclude) {
                        Some(filter) => filter.values.push(value.into_owned()),
                        None => filters.push(FacetFilter {
                            exclude,
                            ..FacetFilter::include(facet, [value.into_owned()])
                        }),
                    }
                }
            }
        }
        view
    }

    fn href(&self) -> String {
        const START: &str = "/users?";
        let mut out = Serializer::for_suffix(START.to_owned(), START.len());
        if !self.query.search.is_empty() {
            out.append_pair("q", &self.query.search);
        }
        for filter in &self.query.filters {
            let key = format!("{}{}", if filter.exclude { "not." } else { "" }, filter.facet.key());
            for value in &filter.values {
                out.append_pair(&key, value);
            }
            if !filter.on {
                out.append_pair("off", filter.facet.key());
            }
        }
        if !self.query.sort.is_empty() {
            let key = |key: &SortKey<UserColumn>| {
                format!("{}{}", if key.descending { "-" } else { "" }, key.column.key())
            };
            out.append_pair("sort", &self.query.sort.iter().map(key).collect::<Vec<_>>().join(","));
        }
        if let Some(id) = &self.open {
            out.append_pair("id", id.as_str());
        }
        out.finish().trim_end_matches('?').to_owned()
    }
}

fn sort_key(text: &str) -> Option<SortKey<UserColumn>> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    UserColumn::from_key(name).map(|column| SortKey { column, descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_all_of_a_view() {
        let mut view = UsersView::person(&"00u4nw7person0001d7".into());
        view.query.search = "50% & \"Zofia\"=?#".into();
        view.toggle(UserFacet::Status, "ACTIVE", false);
        view.toggle(UserFacet::Status, "SUSPENDED", false);
        view.toggle(UserFacet::PeakRisk, "~", true);
        view.query.filters[1].on = false;
        view.sort_by(UserColumn::LastLogin, true);
        let href = view.href();
        let (_, search) = href.split_once('?').expect("has a query");
        assert_eq!(UsersView::parse(search), view, "{href}");
        assert_eq!(UsersView::default().href(), "/users");
    }

    #[test]
    fn nonsense_in_an_address_is_left_out() {
        let view = UsersView::parse("?nosuch=1&status=ACTIVE&sort=shoe,-name&off=risk&%ff=%");
        assert_eq!(view.query.filters, [FacetFilter::include(UserFacet::Status, ["ACTIVE"])]);
        assert_eq!(view.query.sort, [SortKey { column: UserColumn::Name, descending: true }]);
    }
}
