//! Postern's nouns and pure rules: devices, people, links, risk, time. Builds for wasm32, does no I/O, knows neither
//! Okta's JSON nor the cache nor the page.

mod app_logout;
mod attribute;
mod behaviour;
pub mod cell;
mod condition;
mod containment;
mod detection;
mod device;
mod device_set;
mod facet;
mod identifier;
mod ids;
mod intent;
mod ip_chain;
mod lifecycle;
mod log_event;
mod log_filter;
mod logout_residual;
mod logout_run;
mod managed_cause;
mod object;
mod open_enum;
mod posture;
mod risk;
mod risk_reading;
mod signal;
mod time;
mod triage;
mod triage_lane;
mod triage_score;
mod user;
mod user_access;
mod user_query;

pub use app_logout::AppLogout;
pub use attribute::{Attribute, Kind};
pub use behaviour::{Behaviour, read_behaviour_text};
pub use condition::{Compare, Condition, Day, Group, Mistake, OsVersion, Test, TextTest, Where};
pub use containment::{CLEAR_FORGETS, ContainAct, ContainmentId, EVIDENCE_WITHIN, Effects, LogProof, LogoutReach, MOST_RISK_REASON, RiskReasonFault, check_risk_reason, evidence};
pub use detection::{KNOWN_DETECTIONS, KnownDetection, known_detection};
pub use device::{
    Device, DeviceProfile, DeviceUser, DiskEncryption, Lifecycle, ManagedStatus, Management, Platform,
    ScreenLock,
};
pub use device_set::DeviceSet;
pub use facet::{DeviceQuery, Facet, FacetFilter, SortColumn, SortKey, UNKNOWN};
pub use identifier::identifier;
pub use ids::{DeviceId, ObjectId, SnapshotId, UserId};
pub use intent::{Act, CheckChangeId, CheckSeen, CheckWish, ContainExpected, ContainSeen, Heard, IntentId, IntentState, Seen, StepState};
pub use ip_chain::{AddressRange, HopKind, IpZone, JudgedChain, JudgedHop, judge_chain};
pub use lifecycle::{Confirmation, Consequence, LifecycleMove, TYPED_COUNT_OVER, Tier};
pub use log_event::LogEvent;
pub use log_filter::{LogCondition, LogField, LogFilter, LogPlace};
pub use logout_residual::{ResidualAccess, residual_access};
pub use logout_run::{
    AppFound, LogoutAppState, LogoutEvent, LogoutFound, LogoutKind, LogoutPerson, LogoutPhase, LogoutRequest,
    LogoutState, PhaseFound, SILENT_AFTER, logout_runs,
};
pub use managed_cause::{
    Answer, ManagedFacts, Question, SetUp, SignIn, Step, Twin, likely_cause, managed_steps,
};
pub use object::{ObjectKind, OrgObject};
// Its own list says what it has.
pub use posture::*;
pub use risk::{PeakRisk, RiskEntry, RiskLevel, RiskSource, UserRisk};
pub use risk_reading::{RiskReading, RiskScope, level as risk_level_of, plain as plain_key, read_risk_text};
pub use signal::{OKTA_VERIFY, RAW, Reading, Signal, source_title};
pub use time::Timestamp;
pub use triage::{Assessment, Lane, ScorePart, TriageWeights};
pub use triage_lane::lane_of;
pub use triage_score::{Score, ScoreFacts, score};
pub use user::{User, UserStatus};
pub use user_access::{AdminRole, UserGroup};
pub use user_query::{UserColumn, UserFacet, UserQuery};
