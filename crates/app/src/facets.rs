//! Counts as pages know them: with words for people.

use cache::Counts;
use contract::devices::{FacetCount, FacetCounts};
use domain::{Facet, UserFacet};

/// Every facet with its values.
pub(crate) fn shown(counts: &Counts) -> Vec<FacetCounts> {
    let facet = |facet: Facet| {
        let value = |count: &cache::FacetCount| FacetCount {
            value: count.value.to_string(),
            label: facet.value_label(&count.value).into_owned(),
            count: count.devices,
        };
        FacetCounts { facet, values: counts.of(facet).iter().map(value).collect() }
    };
    Facet::ALL.into_iter().map(facet).collect()
}

/// Every facet of people with its values.
pub(crate) fn of_people(counts: &Counts<UserFacet>) -> Vec<FacetCounts<UserFacet>> {
    let facet = |facet: UserFacet| {
        let value = |count: &cache::FacetCount| FacetCount {
            value: count.value.to_string(),
            label: facet.value_label(&count.value).into_owned(),
            count: count.devices,
        };
        FacetCounts { facet, values: counts.of(facet).iter().map(value).collect() }
    };
    UserFacet::ALL.into_iter().map(facet).collect()
}
