//! A number on a facet opens exactly that many rows.

use crate::rig::Rig;
use domain::{DeviceQuery, Facet, FacetFilter};

#[tokio::test(flavor = "multi_thread")]
async fn every_facet_value_counts_its_rows() {
    let rig = Rig::new(900).await;
    rig.synced().await;
    let page = rig.list(DeviceQuery::default()).await;
    assert_eq!(page.facets.len(), Facet::ALL.len());
    for counts in &page.facets {
        let sum: u64 = counts.values.iter().map(|value| value.count).sum();
        assert_eq!(sum, page.total, "each device has one value of {:?}", counts.facet);
        for value in &counts.values {
            let filters = vec![FacetFilter::include(counts.facet, [value.value.clone()])];
            let rows = rig.all(DeviceQuery { filters, ..DeviceQuery::default() }).await;
            assert_eq!(rows.len() as u64, value.count, "{:?} = {}", counts.facet, value.value);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_holds_under_other_filters_and_a_search() {
    let rig = Rig::new(900).await;
    rig.synced().await;
    let narrowed = DeviceQuery {
        search: "a".to_owned(),
        filters: vec![
            FacetFilter::include(Facet::Platform, ["MACOS", "WINDOWS"]),
            FacetFilter { exclude: true, ..FacetFilter::include(Facet::Lifecycle, ["DEACTIVATED"]) },
        ],
        ..DeviceQuery::default()
    };
    let page = rig.list(narrowed.clone()).await;
    assert_eq!(rig.all(narrowed.clone()).await.len() as u64, page.matching);
    assert!(page.matching > 0 && page.matching < page.total);
    let managed = page.facets.iter().find(|counts| counts.facet == Facet::Managed).expect("a facet");
    for value in &managed.values {
        let mut query = narrowed.clone();
        query.filters.push(FacetFilter::include(Facet::Managed, [value.value.clone()]));
        assert_eq!(rig.list(query).await.matching, value.count, "{}", value.value);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_is_off_filters_nothing() {
    let rig = Rig::new(200).await;
    rig.synced().await;
    let off = FacetFilter { on: false, ..FacetFilter::include(Facet::Platform, ["NONSENSE"]) };
    let page = rig.list(DeviceQuery { filters: vec![off], ..DeviceQuery::default() }).await;
    assert_eq!(page.matching, 200);
}
