//! The posture lab: a query is linted, tried against states of a device, attacked, and run on this machine. Nothing here
//! touches the org.

use crate::{Command, Topic};
use domain::{
    Attack, Comparison, Expectation, LintReport, LocalBinary, LocalRun, Mapping, OsqueryPlatform,
    StateSource, Timestamp, Trial, Want,
};
use serde::{Deserialize, Serialize};

/// What is being written, as far as the lab needs it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    pub platform: OsqueryPlatform,
    pub mapping: Mapping,
    pub query: String,
    /// For [`Mapping::Textbox`]: the text that passes.
    pub passes: Option<String>,
}

/// Looks a query over. Answers while somebody types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LintCheck {
    pub subject: Subject,
}

impl Command for LintCheck {
    type Reply = Linted;
}

/// What the linter says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Linted {
    /// The query that was looked over: the spans are of this text.
    pub query: String,
    pub report: LintReport,
    /// The query with every fix that a finding offers, where that differs.
    pub fixed: Option<String>,
    /// How long that took, in microseconds.
    pub micros: u64,
    /// The osquery whose tables were asked.
    pub osquery: String,
}

/// Lays a query out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormatQuery {
    pub query: String,
}

impl Command for FormatQuery {
    type Reply = String;
}

/// Which state of a device.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StateKey {
    /// One of those that come along, by name.
    Shipped(String),
    /// One that was imported, by its number.
    Own(i64),
}

/// Asks which states a check of this platform can be tried against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListStates {
    pub platform: OsqueryPlatform,
}

impl Command for ListStates {
    type Reply = States;
    const READS: &'static [Topic] = &[Topic::States];
}

/// The states of a platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct States {
    pub now: Timestamp,
    pub shipped: Vec<StateRow>,
    /// Imported ones, the first of them by name.
    pub own: Vec<StateRow>,
    /// How many were imported in all.
    pub own_total: u64,
}

/// One state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StateRow {
    pub key: StateKey,
    pub name: String,
    pub source: StateSource,
    pub captured: Option<Timestamp>,
    /// How many tables it has.
    pub tables: u32,
}

/// Asks for one state in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetState {
    pub key: StateKey,
}

impl Command for GetState {
    type Reply = domain::DeviceState;
    const READS: &'static [Topic] = &[Topic::States];
}

/// Imports captured states from the text of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportStates {
    /// Names the file, and with it a table where the dump does not.
    pub name: String,
    pub platform: Option<OsqueryPlatform>,
    pub text: String,
}

impl Command for ImportStates {
    type Reply = ImportedStates;
    const STALES: &'static [Topic] = &[Topic::States];
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedStates {
    /// How many were read.
    pub states: u64,
    /// How many of them took the place of one of the same name.
    pub replaced: u64,
    /// What the file was taken for.
    pub format: String,
    /// What could not be read, or was read with doubts.
    pub notes: Vec<String>,
}

/// Throws imported states away: one, or all of a platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeleteStates {
    pub platform: OsqueryPlatform,
    pub one: Option<i64>,
}

impl Command for DeleteStates {
    /// How many.
    type Reply = u64;
    const STALES: &'static [Topic] = &[Topic::States];
}

/// Tries a query against every state of its platform, and against what is expected of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TryCheck {
    pub subject: Subject,
    pub expectations: Vec<Expectation>,
}

impl Command for TryCheck {
    type Reply = Tried;
    const READS: &'static [Topic] = &[Topic::States];
}

/// How a query did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// In the order of the expectations.
    pub expected: Vec<Met>,
    pub shipped: Vec<(StateKey, Trial)>,
    /// Imported states: how many of each judgement, and the first few of each.
    pub own: Vec<(Want, u64)>,
    pub own_first: Vec<(StateKey, Trial)>,
    pub own_total: u64,
    /// So many were not tried any more: it took too long.
    pub own_untried: u64,
    /// So many can't be read any more.
    pub own_unread: u64,
}

/// One expectation, tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Met {
    pub want: Want,
    pub trial: Trial,
    pub met: bool,
}

/// Attacks queries, starting from one state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttackCheck {
    /// One column of the matrix each.
    pub subjects: Vec<(String, Subject)>,
    /// Where the attack starts; `None` takes the healthy one that comes along.
    pub from: Option<StateKey>,
}

impl Command for AttackCheck {
    type Reply = Attacked;
    const READS: &'static [Topic] = &[Topic::States];
}

/// What the attacks brought out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attacked {
    /// The state's name.
    pub from: String,
    /// By the names of the subjects.
    pub columns: Vec<(String, Attack)>,
}

/// Looks for an osquery on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindOsquery {}

impl Command for FindOsquery {
    type Reply = FoundOsquery;
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundOsquery {
    /// The platform of this machine.
    pub platform: Option<OsqueryPlatform>,
    pub found: Vec<LocalBinary>,
    /// Where it was looked for, beside the search path.
    pub looked: Vec<String>,
}

/// Runs a query on this machine, for at most as long as Okta Verify would.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunHere {
    pub binary: LocalBinary,
    pub subject: Subject,
}

impl Command for RunHere {
    type Reply = RanHere;
}

/// What a real osquery said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RanHere {
    pub run: LocalRun,
    /// How that compares with the engine's answer over this machine's own tables.
    pub comparison: Comparison,
}

/// A terminal that a command is copied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Terminal {
    Posix,
    PowerShell,
    Cmd,
}

/// Asks for the line that runs a query in a terminal of a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetTerminalCommand {
    pub terminal: Terminal,
    pub platform: OsqueryPlatform,
    pub query: String,
}

impl Command for GetTerminalCommand {
    type Reply = String;
}

/// Asks for everything that osquery has on a platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCatalogue {
    pub platform: OsqueryPlatform,
}

impl Command for GetCatalogue {
    type Reply = Catalogue;
}

/// osquery's tables and functions on one platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    pub osquery: String,
    pub platform: OsqueryPlatform,
    pub tables: Vec<CatalogueTable>,
    pub functions: Vec<CatalogueFunction>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CatalogueTable {
    pub name: String,
    pub aliases: Vec<String>,
    pub about: Option<String>,
    /// Where else it is.
    pub platforms: Vec<OsqueryPlatform>,
    pub evented: bool,
    pub per_user: bool,
    /// In what build alone it is there.
    pub condition: Option<String>,
    pub columns: Vec<CatalogueColumn>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CatalogueColumn {
    pub name: String,
    pub kind: String,
    pub required: bool,
    /// Its constraints reach the table.
    pub passed_on: bool,
    pub hidden: bool,
    pub collate: Option<String>,
    /// It is there, and always NULL on this platform.
    pub null_here: bool,
}

/// One function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CatalogueFunction {
    pub name: String,
    /// As it is called: `split(input, tokens, index)`.
    pub call: String,
    pub about: Option<String>,
    /// osquery adds it.
    pub added: bool,
}

/// Asks which devices could run custom checks at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCheckReadiness {
    pub as_of: Option<domain::SnapshotId>,
}

impl Command for GetCheckReadiness {
    type Reply = CheckReadiness;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// Which devices could run custom checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckReadiness {
    pub snapshot: domain::SnapshotId,
    pub platforms: Vec<PlatformCheckReadiness>,
}

/// One platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlatformCheckReadiness {
    pub platform: OsqueryPlatform,
    /// The org's osquery integration for it and its status; `None` where the org lists none.
    pub integration: Option<String>,
    pub integration_active: Option<bool>,
    /// What a device needs, in words.
    pub needs: Vec<String>,
    /// Each with exactly the devices it counts.
    pub counts: Vec<ReadyCount>,
}

/// One count, and the query that finds its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadyCount {
    pub label: String,
    pub note: String,
    pub count: u64,
    pub query: domain::DeviceQuery,
    pub tone: ReadyTone,
}

/// What a count says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ReadyTone {
    All,
    Ready,
    NotReady,
    Unknown,
}
