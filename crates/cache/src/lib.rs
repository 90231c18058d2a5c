//! The encrypted cache of one org: everything a sync brought, with its history, and quick answers from it.
//!
//! Knows SQLite and the domain; knows neither HTTP nor Okta's JSON nor the contract. Time is passed in. All calls block,
//! so an async caller wraps them.
//!
//! * Writing: [`Store::begin_or_resume_run`] → [`Run`] → [`Run::complete`]. Nothing of a run shows before that.
//! * Reading: every question names a snapshot. [`Store::devices`] answers lists, counts and searches from the
//!   [`Fleet`] in memory; rows, details and history come from the file.
//! * Trouble: [`Error`] tells apart what a person must do; [`set_aside`] moves a file away; [`Store::check`] looks for
//!   what should never be.

mod case;
mod check;
mod check_change;
mod check_draft;
mod collection;
mod condition;
mod containment;
mod containment_read;
mod detail;
mod device;
mod device_link;
mod device_signal;
mod device_state;
mod error;
mod export;
mod fleet;
#[doc(hidden)]
pub mod floor;
mod identity;
mod intent;
mod journal;
mod key;
mod known_log;
mod log;
mod log_event;
mod logout_events;
mod managed_flip;
mod namesake;
mod object;
mod object_history;
mod open;
mod overview;
mod past;
mod people;
mod plain_file;
mod pool;
mod raw;
mod run;
mod saved_view;
mod schema;
mod search;
mod snapshot;
mod store;
mod triage;
mod triage_done;
mod triage_events;
mod triage_lanes;
mod triage_people;
mod triage_texts;
mod user;
mod user_access;
mod user_risk;
mod version;

pub use case::{Case, CaseItem, CaseLines, CaseNote, CaseTarget, NewCaseItem, NewFreeze};
pub use check::Finding;
pub use check_change::{CheckChange, CheckStep, NewCheckChange};
pub use check_draft::{CheckDraft, CheckVersion};
pub use collection::{Collection, Outcome};
pub use containment::{ContainChange, NewContainStep, NewContainment};
pub use containment_read::{ContainStep, Containment};
pub use detail::{Change, DeviceDetail, DeviceEvent, HistoryEntry};
pub use device::DeviceRow;
pub use device_state::{DeviceStatePart, DeviceStateRow, NewDeviceState};
pub use error::{Damage, Error, Result};
pub use export::Link;
pub use fleet::{Counts, FacetCount, Fleet, Listing};
pub use intent::{Again, Intent, NewIntent, NewStep, Step, StepChange};
pub use journal::{BreakKind, JournalBreak, JournalCheck, JournalEntry};
pub use key::Key;
pub use log::count::{FieldCount, LogCount};
pub use log::detection::LogDetection;
pub use log::names::LogNames;
pub use log::span::{LogCover, LogSpan};
pub use managed_flip::Flip;
pub use namesake::Namesake;
pub use object_history::ObjectVersion;
pub use open::{Location, remove, set_aside, size};
pub use overview::{Overview, Totals, TrendPoint};
pub use people::{People, PersonDetail, PersonDevice, Session, UserListing, UserRow};
pub use plain_file::PlainFile;
pub use run::{Run, Tally};
pub use saved_view::SavedView;
pub use schema::FORMAT;
pub use snapshot::{CollectionState, OpenRun, RunKind, Snapshot};
pub use store::Store;
pub use triage::{TriageNote, TriagePerson, Verdict, Verdicts};
pub use triage_done::{Contained, DoneAbout};
pub use triage_events::RiskEvent;
pub use triage_lanes::{PersonMark, PersonMarks};
pub use triage_people::TriageAccount;
pub use user_access::KeptAnswer;

/// The hash by which a change is noticed.
fn hash(text: &str) -> i64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes()).cast_signed()
}
