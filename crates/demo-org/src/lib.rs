//! A simulated Okta org on loopback: a real HTTP server that speaks Okta's management API, deterministic from a seed,
//! of any size, alive, and able to fail on purpose. For demos, tests and other people's clients.
//!
//! It writes Okta's JSON from its own types and depends on no other crate of this workspace, so that a mistake in the
//! client is not mirrored here.
//!
//! The org is a pure function of (seed, index, time) in `world`, plus what callers wrote (`written`). One file per
//! endpoint stands beside this one; HTTP itself (errors, paging, limits, faults) is in `http`.

mod apps;
mod authenticators;
mod catalog;
mod clock;
mod control;
mod device_assurances;
mod device_integrations;
mod devices;
mod entity_risk;
mod filter;
mod groups;
mod http;
mod ids;
mod incidents;
mod logout;
mod network_zones;
mod oauth;
mod options;
mod org;
mod org_settings;
mod policies;
mod policy_rules;
mod posture_checks;
mod seeded;
mod server;
mod sessions;
mod system_log;
mod time;
mod user_risk;
mod user_roles;
mod users;
mod world;
mod written;

pub use clock::ClockMode;
pub use control::Control;
pub use http::fault::{Fault, FaultKind, Faults};
pub use incidents::{Incident, IncidentEvent};
pub use oauth::OAuthClient;
pub use options::Options;
pub use server::{DemoOrg, start};
