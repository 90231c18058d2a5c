//! The people in sight: how the list of any length asks for people.

use crate::rows::{Head, List, Wanted};
use contract::{
    devices::FacetCounts,
    users::{ListUsers, UserPage, UserRow},
};
use domain::{UserFacet, UserQuery};

/// The list that a query of people gives.
pub type Rows = crate::rows::Rows<ListUsers>;

impl List for ListUsers {
    type Query = UserQuery;
    type Row = UserRow;
    type Facet = FacetCounts<UserFacet>;

    fn page(wanted: Wanted<UserQuery>) -> Self {
        let Wanted { as_of, query, offset, limit, rows_only } = wanted;
        Self { as_of, query, offset, limit, rows_only }
    }

    fn split(reply: UserPage) -> (Head<FacetCounts<UserFacet>>, Vec<UserRow>) {
        let UserPage { snapshot, now, total, matching, rows, facets, .. } = reply;
        (Head { snapshot, now, total, matching, facets }, rows)
    }
}
