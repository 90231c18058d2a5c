//! HTTP as Okta speaks it, whatever the endpoint: errors, paging, who calls, rate limits, faults.

pub mod body;
pub mod call;
pub mod error;
pub mod fault;
pub mod guard;
pub mod limit;
pub mod link;
