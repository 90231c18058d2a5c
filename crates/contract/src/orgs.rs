//! The orgs that this machine knows: connecting one, opening, changing and wiping it. A credential is only ever named here
//! by where it comes from: the core fetches it itself, so that nothing secret passes through a page.

use crate::{
    Command, Failure, Topic,
    session::{Environment, SealedBy, Session},
};
use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Asks for every org that was connected here or is named by the settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListOrgs {}

impl Command for ListOrgs {
    type Reply = Vec<OrgEntry>;
    const READS: &'static [Topic] = &[Topic::Session];
}

/// One org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgEntry {
    /// Its host: what it is called everywhere.
    pub name: String,
    pub environment: Environment,
    pub read_only: bool,
    pub credential: CredentialFacts,
    /// Locked again after so many minutes without a person; `None` never.
    pub auto_lock_minutes: Option<u32>,
    pub added: Option<Timestamp>,
    pub origin: Origin,
    /// It is the open one.
    pub open: bool,
    /// How large its local copy is; `None` where there is none.
    pub bytes: Option<u64>,
}

/// Who named the org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Somebody, in Postern.
    Connected,
    /// `org.toml` or the environment; changed there.
    Settings,
}

/// What may be told of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CredentialFacts {
    ServiceApp { client_id: String, key_id: Option<String> },
    ApiToken,
}

/// Asks where credentials would be kept, before anything is typed in vain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetKeeping {}

impl Command for GetKeeping {
    type Reply = Keeping;
}

/// How this machine keeps what must not leak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeping {
    /// What keeps keys and credentials, or why nothing can.
    pub by: Result<SealedBy, Failure>,
    /// Whether the core can read the system's clipboard.
    pub clipboard: bool,
    /// Whether the environment holds a credential.
    pub environment: bool,
    /// The data folder.
    pub folder: String,
    /// Scopes that are asked for to read, and those that are asked for once the org is unlocked.
    pub read_scopes: Vec<String>,
    pub write_scopes: Vec<String>,
}

/// Looks at what answers at a domain. Sends no credential.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckOrg {
    /// As typed.
    pub domain: String,
}

impl Command for CheckOrg {
    type Reply = OrgCheck;
}

/// An org that answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgCheck {
    /// The host that Postern will use.
    pub name: String,
    /// What was corrected about the domain as typed, as one sentence.
    pub corrected: Option<String>,
    pub engine: Engine,
    /// The host under which Okta knows the org, where that is another one: a domain of the org's own was typed.
    pub home: Option<String>,
    /// What its domain tells of it.
    pub environment: Environment,
    /// It is connected here already.
    pub connected: bool,
}

/// What an org runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Engine {
    IdentityEngine,
    /// Without devices, assurance and risk.
    Classic,
    /// A word that this version does not know, or none.
    Other(Option<String>),
}

/// Makes a key pair for a service app. The private half stays in the core.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewKey {}

impl Command for NewKey {
    type Reply = PublicKey;
}

/// The half that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Names the pair until it is kept or dropped.
    pub draft: String,
    /// The key's id, as the org will list it.
    pub key_id: String,
    /// The JWK to paste into the org.
    pub jwk: String,
}

/// Where a credential comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CredentialSource {
    /// A key pair that [`NewKey`] made.
    NewKey { draft: String, client_id: String },
    /// A private key in a file on this machine, PEM or JWK.
    KeyFile { path: String, client_id: String, key_id: Option<String> },
    /// An API token on the system's clipboard.
    Clipboard,
    /// An API token in a file on this machine.
    TokenFile { path: String },
    /// What the environment variables say.
    Environment,
}

/// Tries a credential on an org: a token and one cheap call per area. Nothing is kept, nothing is changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestCredential {
    pub domain: String,
    pub source: CredentialSource,
}

impl Command for TestCredential {
    type Reply = CredentialReport;
}

/// What a credential opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialReport {
    /// Names the tested credential until it is kept or dropped.
    pub draft: String,
    /// The org that it was tested on.
    pub name: String,
    pub credential: CredentialFacts,
    /// Every area, the writing ones last.
    pub areas: Vec<AreaReport>,
}

/// One area of the org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaReport {
    pub title: String,
    pub scope: String,
    /// What it is good for in Postern.
    pub unlocks: String,
    pub state: AreaState,
    /// It is needed for changes alone.
    pub writes: bool,
}

/// Whether an area is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AreaState {
    Granted,
    /// The scope or the admin role is missing.
    Missing(Failure),
    /// The org lacks the feature or licence.
    NotAvailable(Failure),
    /// It could not be tried: why, as one sentence.
    Untried(String),
    /// The call went wrong in a way that says nothing of rights.
    Failed(Failure),
}

/// Forgets every credential that was made or tested and not kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DropDrafts {}

impl Command for DropDrafts {
    type Reply = ();
}

/// Keeps a tested credential with its org, opens the org read-only, and starts its first sync.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectOrg {
    /// Of a [`CredentialReport`].
    pub draft: String,
    pub environment: Environment,
    pub auto_lock_minutes: Option<u32>,
}

impl Command for ConnectOrg {
    type Reply = Session;
    const STALES: &'static [Topic] = &[Topic::Session, Topic::Snapshot];
}

/// Opens a known org in place of the one that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenOrg {
    pub name: String,
}

impl Command for OpenOrg {
    type Reply = Session;
    const STALES: &'static [Topic] = &[Topic::Session, Topic::Snapshot];
}

/// Changes how an org is shown and when it locks itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetOrgSettings {
    pub name: String,
    pub environment: Environment,
    pub auto_lock_minutes: Option<u32>,
}

impl Command for SetOrgSettings {
    type Reply = Vec<OrgEntry>;
    const STALES: &'static [Topic] = &[Topic::Session];
}

/// Puts a tested credential in the place of the one that is kept. Nothing is done in the org: the old key has to be removed
/// there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplaceCredential {
    pub name: String,
    /// Of a [`CredentialReport`] on this very org.
    pub draft: String,
}

impl Command for ReplaceCredential {
    type Reply = Vec<OrgEntry>;
    const STALES: &'static [Topic] = &[Topic::Session];
}

/// Removes everything that this machine holds of an org. Nothing is done in the org.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WipeOrg {
    pub name: String,
    /// The name once more, as a person typed it.
    pub typed: String,
}

impl Command for WipeOrg {
    type Reply = Wiped;
    const STALES: &'static [Topic] = &[Topic::Session, Topic::Snapshot];
}

/// What a wipe removed, a sentence each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wiped {
    pub removed: Vec<String>,
    /// What is left for a person to do.
    pub left: Vec<String>,
}
