//! Okta's management API as domain types: requests, paging, rate limits, sign-in of the client, errors. The only place
//! that knows Okta's JSON. Knows neither the cache nor the page, keeps nothing on disk, and never holds a whole list.
//!
//! A list is read page by page: `client.devices(..).first()`, then `.page(&cursor)` as long as a page has a `next`. Every
//! item comes with the bytes it was read from, so that what this version does not understand is not lost.
//!
//! Reads are tried again when the network or the org's gateway fails; nothing that changes the org ever is. Dropping a
//! future, or cancelling the token of [`Client::cancelled_by`], stops a call wherever it stands.

mod app_logout;
mod apps;
mod area;
mod bucket;
mod chance;
mod client;
mod clock;
mod collection;
mod credentials;
mod cursor;
mod debug_value;
mod device_assurances;
mod device_integrations;
mod devices;
mod error;
mod event_facts;
mod features;
mod global_token_revocation;
mod groups;
mod headers;
mod key_pair;
mod lanes;
mod lifecycle;
mod limits;
mod listing;
mod logout_facts;
mod logs;
mod org;
mod org_check;
mod org_url;
mod page;
mod policies;
mod posture_checks;
mod posture_uses;
mod posture_writes;
mod private_key;
mod protection;
mod readings;
mod refusal;
mod risk;
mod send;
mod token;
mod unreachable;
mod user_access;
mod user_lifecycle;
mod user_sessions;
mod users;
mod wait;
mod wire;
mod write;
mod zone_addresses;
mod zones;

pub use app_logout::read_app_logout;
pub use area::Area;
pub use client::{Client, Settings};
pub use collection::{Collection, ObjectList};
pub use credentials::{Credentials, Secret};
pub use cursor::Cursor;
pub use debug_value::debug_value;
pub use device_integrations::read_integration_key;
pub use devices::{DeviceList, Expand};
pub use error::{Error, KeyProblem};
pub use event_facts::{EventSays, RiskFound, SignalChange, read_event};
pub use key_pair::KeyPair;
pub use lifecycle::DeviceNow;
pub use listing::Listing;
pub use logout_facts::{LogoutFacts, read_logout_facts};
pub use logs::LogQuery;
pub use org::{Organization, Pipeline};
pub use org_check::{UnreadableCheck, read_posture_check};
pub use org_url::{Correction, InvalidOrg, OrgUrl};
pub use page::{Item, Page, Rejected, Single};
pub use policies::PolicyType;
pub use posture_uses::{read_access_policy, read_assurance_uses, read_rule_assurances};
pub use posture_writes::CreatedCheck;
pub use private_key::key_id;
pub use protection::{
    ProtectionRule, RuleAction, RuleCondition, RulePeople, read_mode_change, read_protection_rule,
};
pub use refusal::Refusal;
pub use risk::SetRisk;
pub use unreachable::Cause;
pub use users::UserList;
pub use wait::{Notice, Wait, Why};
pub use write::{Receipt, WriteError};
pub use zone_addresses::{ZoneAddresses, read_zone};
