//! The devices in sight: how the list of any length asks for devices.

use crate::rows::{Head, List, Wanted};
use contract::devices::{DevicePage, DeviceRow, FacetCounts, ListDevices};
use domain::DeviceQuery;

/// The list that a query of devices gives.
pub type Rows = crate::rows::Rows<ListDevices>;

impl List for ListDevices {
    type Query = DeviceQuery;
    type Row = DeviceRow;
    type Facet = FacetCounts;

    fn page(wanted: Wanted<DeviceQuery>) -> Self {
        let Wanted { as_of, query, offset, limit, rows_only } = wanted;
        Self { as_of, query, offset, limit, rows_only }
    }

    fn split(reply: DevicePage) -> (Head<FacetCounts>, Vec<DeviceRow>) {
        let DevicePage { snapshot, now, total, matching, rows, facets, .. } = reply;
        (Head { snapshot, now, total, matching, facets }, rows)
    }
}
