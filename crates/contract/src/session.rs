//! Which org is open, how it is reached, and how its cache is kept.

use crate::{Command, Topic};
use domain::{SnapshotId, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks what to show first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetSession {}

impl Command for GetSession {
    type Reply = Session;
    const READS: &'static [Topic] = &[Topic::Session, Topic::Snapshot];
}

/// Opens the simulated org: no account, no network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenDemoOrg {}

impl Command for OpenDemoOrg {
    type Reply = Session;
    const STALES: &'static [Topic] = &[Topic::Session, Topic::Snapshot];
}

/// Locks or unlocks writes to the open org. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetReadOnly {
    pub read_only: bool,
}

impl Command for SetReadOnly {
    type Reply = Session;
    const STALES: &'static [Topic] = &[Topic::Session];
}

/// Says that somebody is at the page: an unlocked org then stays so. A page's own questions don't count, for it asks them
/// without anybody there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoteActivity {}

impl Command for NoteActivity {
    type Reply = ();
}

/// The app's state as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Postern's version.
    pub version: String,
    /// `None` is the first run.
    pub org: Option<OpenOrg>,
    /// The core's clock: ages are told against it, so that every screen agrees.
    pub now: Timestamp,
    /// Why no org, or another one than last time, is open: until one is opened.
    pub trouble: Option<crate::Failure>,
}

/// The org that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenOrg {
    /// Host name, as people know the org.
    pub name: String,
    /// The company, once the org has told it.
    pub company: Option<String>,
    pub environment: Environment,
    /// Writes are locked.
    pub read_only: bool,
    pub reach: Reach,
    pub sealed_by: SealedBy,
    /// Locked again after so many minutes without a person.
    pub auto_lock_minutes: Option<u32>,
    /// Scopes that changes need and the org did not grant; empty while that is not known.
    pub lacks: Vec<String>,
    /// The last completed sync; `None` before the first one.
    pub snapshot: Option<Snapshot>,
}

/// What the stripe beside the org's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Environment {
    Demo,
    Preview,
    Production,
}

/// Whether the org answered last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// Nobody asked yet in this run of the program.
    NotTried,
    Online,
    /// With the reason, as one sentence.
    Offline {
        why: String,
    },
}

/// What keeps the cache's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SealedBy {
    /// The OS keychain.
    Keychain,
    /// A key derived from a passphrase.
    Passphrase,
    /// A key derived from the org's API token.
    Token,
    /// Nothing: the cache lives in memory and ends with the program.
    Memory,
}

/// One completed sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub id: SnapshotId,
    /// When the sync completed that brought it: from then on it was the newest.
    pub since: Timestamp,
    /// When a sync last found the org so: the age of the data.
    pub at: Timestamp,
    pub devices: u64,
    pub users: u64,
    pub events: u64,
    /// Collections that this sync could not read; their rows are those of an earlier one.
    pub problems: Vec<CollectionProblem>,
}

/// One collection that a sync could not read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionProblem {
    /// `Devices`, `Groups`, …
    pub collection: String,
    pub failure: crate::Failure,
    /// The snapshot whose rows are shown instead; `None` when there never were any.
    pub rows_from: Option<SnapshotId>,
}

/// Asks for every snapshot kept, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListSnapshots {}

impl Command for ListSnapshots {
    type Reply = Vec<Snapshot>;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}
