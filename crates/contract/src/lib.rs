//! Every command, its reply, `Failure`, `Topic` and `Event`: all that crosses between the core and the pages. Builds for
//! wasm32 and does no I/O. No secret type may appear here.

pub mod activity;
pub mod cases;
pub mod check_changes;
pub mod checks;
mod command;
pub mod containment;
pub mod devices;
mod event;
pub mod exports;
mod failure;
pub mod intents;
pub mod lab;
pub mod log;
pub mod log_events;
pub mod logout;
pub mod managed;
pub mod orgs;
pub mod overview;
pub mod protection;
pub mod search;
pub mod session;
pub mod signals;
pub mod sync;
pub mod timeline;
pub mod triage;
pub mod users;
pub mod views;

pub use command::{Command, Handle};
pub use event::{Event, Topic};
pub use failure::{Failure, FailureKind};

command::commands! {
    session::GetSession,
    session::OpenDemoOrg,
    session::SetReadOnly,
    session::ListSnapshots,
    session::NoteActivity,
    orgs::ListOrgs,
    orgs::GetKeeping,
    orgs::CheckOrg,
    orgs::NewKey,
    orgs::TestCredential,
    orgs::DropDrafts,
    orgs::ConnectOrg,
    orgs::OpenOrg,
    orgs::SetOrgSettings,
    orgs::ReplaceCredential,
    orgs::WipeOrg,
    sync::StartSync,
    sync::PauseSync,
    sync::ResumeSync,
    sync::CancelSync,
    sync::GetSync,
    overview::GetOverview,
    devices::ListDevices,
    devices::ListDeviceIds,
    devices::GetDeviceRows,
    devices::GetDevice,
    signals::GetDeviceSignals,
    timeline::GetTimeline,
    managed::GetManagedCauses,
    managed::GetReadiness,
    log_events::GetLogEvent,
    users::ListUsers,
    users::GetUser,
    users::GetUserAccess,
    views::ListViews,
    views::SaveView,
    views::RenameView,
    views::DeleteView,
    views::ExportViews,
    views::ImportViews,
    exports::ExportDevices,
    exports::GetExport,
    exports::CancelExport,
    search::FindAnything,
    intents::PlanMove,
    intents::StartIntent,
    intents::PauseIntent,
    intents::ResumeIntent,
    intents::CancelIntent,
    intents::GetIntent,
    intents::ListDeviceSteps,
    checks::ListChecks,
    checks::GetCheck,
    checks::NewDraft,
    checks::SaveDraft,
    checks::DiscardDraft,
    checks::AdoptDraft,
    checks::SaveVersion,
    checks::ListVersions,
    checks::ListTemplates,
    checks::ExportChecks,
    checks::ImportChecks,
    lab::LintCheck,
    lab::FormatQuery,
    lab::ListStates,
    lab::GetState,
    lab::ImportStates,
    lab::DeleteStates,
    lab::TryCheck,
    lab::AttackCheck,
    lab::FindOsquery,
    lab::RunHere,
    lab::GetTerminalCommand,
    lab::GetCatalogue,
    lab::GetCheckReadiness,
    check_changes::PlanCheckChange,
    check_changes::StartCheckChange,
    check_changes::GetCheckChange,
    check_changes::ListCheckChanges,
    check_changes::ResumeCheckChange,
    check_changes::CancelCheckChange,
    log::ListLog,
    log::CountLog,
    log::GetEventFacts,
    log::GetLogCoverage,
    log::ListDetections,
    log::SaveDetection,
    log::DeleteDetection,
    triage::ListTriage,
    triage::SetTriageWeights,
    triage::GetPersonRisk,
    triage::GetPersonLanes,
    triage::AssessDetections,
    triage::SetTriage,
    triage::GetRiskReport,
    triage::ListReported,
    logout::GetOrgLogout,
    logout::GetPersonReach,
    logout::ListLogoutRuns,
    containment::PlanContainment,
    containment::StartContainment,
    containment::GetContainment,
    containment::ListContainments,
    containment::PauseContainment,
    containment::ResumeContainment,
    containment::CancelContainment,
    protection::GetProtection,
    cases::ListCases,
    cases::FreezeCase,
    cases::GetCase,
    cases::GetCaseItem,
    cases::AddCaseNote,
    cases::AddCasePlot,
    cases::SetCase,
    cases::ExportCase,
    cases::OpenBundle,
    activity::ListActivity,
    activity::CheckJournal,
    activity::ExportJournal,
}
