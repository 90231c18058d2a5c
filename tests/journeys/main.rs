//! Journeys: the whole core in process, against the demo org over real HTTP. Each file is one thing that a person lives
//! through. Failures come from the demo org's fault settings, never from intercepted calls.

mod as_of;
mod cache_file;
mod cases;
mod connect;
mod connecting;
mod containment;
mod control;
mod device_page;
mod devices_list;
mod drift;
mod facets;
mod faults;
mod first_sync;
mod incidents;
mod lifecycle;
mod locking;
mod log;
mod log_gaps;
mod offline;
mod one_device;
mod org_log;
mod place;
mod posture_bench;
mod posture_lab;
mod posture_publish;
mod rare_events;
mod reach;
mod rig;
mod triage;
mod user_risk;
mod users;
mod wiping;
